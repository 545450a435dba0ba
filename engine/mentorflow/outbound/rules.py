"""Where requests may go: the rules for a URL, and for the addresses its name leads to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from mentorflow.errors import AddressRefused
from mentorflow.outbound.addresses import Address, Network, networks, trouble_with
from mentorflow.outbound.hosts import NotAHost, host_of

LONGEST = 2048
"""Characters of a URL."""
SECURE, PLAIN = "https", "http"
_STANDARD = {SECURE: 443, PLAIN: 80}
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<place>[^/?#]*)(?P<path>/[^?#]*)?"
    r"(?:\?(?P<query>[^#]*))?(?P<fragment>#.*)?",
    re.DOTALL,
)
_PLACE = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>[0-9]{1,5}))?")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
"""What one library drops, a second turns into something else and a third keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL in its parts, each in the one form in which it is used."""

    scheme: str
    host: str
    """The name in ASCII, or the address without brackets."""
    port: int
    path: str
    query: str
    literal: Address | None
    """The address, where the host is one."""

    @property
    def is_secure(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == SECURE

    @property
    def place(self) -> str:
        """The host and, where it is not the usual one, the port: as the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _STANDARD[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL, written anew from the parts."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.place}{self.path}{query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may be sent to; the defaults are for strangers' addresses on the public internet."""

    schemes: frozenset[str] = frozenset({SECURE})
    """`http` besides only where it is no secret who writes what to whom: in development."""
    ports: tuple[range, ...] = (range(443, 444), range(1024, 65536))
    """Besides 80, which is for http; below 1024 there are services that are not HTTP."""
    allowed: tuple[Network, ...] = ()
    """Networks that may be sent to though they are not public: for development."""
    refused: tuple[Network, ...] = ()
    """Networks that may not though they are public: your own, behind the firewall."""

    @classmethod
    def for_development(cls, *allowed: str) -> "Rules":
        """Return rules that allow http, and the networks named; this machine, where none is."""
        own = allowed or ("127.0.0.0/8", "::1/128")
        return cls(schemes=frozenset({SECURE, PLAIN}), allowed=networks(own))

    def target(self, url: str) -> Target:
        """Return a URL in its parts, if its form allows that something is sent there.

        A name is not looked up: what it leads to is checked when something is sent.

        Raises:
            AddressRefused: it is not a URL that anything is sent to.
            MissingExtra: its name is not ASCII, and the extra that reads such names is missing.
        """
        shown = _without_secrets(url)
        try:
            parts = _parts(url)
            self._check_scheme(parts["scheme"].lower())
            target = _target(parts)
            self._check_port(target)
        except NotAHost as error:
            raise AddressRefused(shown, wrong=error.wrong, right=error.right) from None
        if target.literal is not None:
            self.vet(shown, [target.literal])
        return target

    def vet(self, url: str, addresses: Sequence[Address]) -> None:
        """Make sure that every address a name leads to may be sent to, not only some of them.

        Raises:
            AddressRefused: one may not.
        """
        for address in addresses:
            trouble = self._trouble_with(address)
            if trouble is not None:
                raise AddressRefused(
                    _without_secrets(url),
                    wrong=f"it leads to {address}, {trouble}",
                    right="every address of the host has to be on the public internet, or in a "
                    "network that the settings allow",
                )

    def _trouble_with(self, address: Address) -> str | None:
        if any(address in network for network in self.refused):
            return "which the settings refuse"
        if any(address in network for network in self.allowed):
            return None
        return trouble_with(address)

    def _check_scheme(self, scheme: str) -> None:
        if scheme not in self.schemes & set(_STANDARD):
            taken = " or ".join(sorted(f"{one}://" for one in self.schemes))
            raise NotAHost(f"it begins with {scheme}://", f"it has to begin with {taken}")

    def _check_port(self, target: Target) -> None:
        port = target.port
        is_plain = target.scheme == PLAIN and port == _STANDARD[PLAIN]
        if is_plain or any(port in ports for ports in self.ports):
            return
        taken = ", ".join(_span(ports) for ports in self.ports)
        raise NotAHost(f"its port is {port}", f"ports are {taken}, and 80 for http")


def address_of(text: str) -> Address:
    """Read an address as a resolver writes it; a zone is kept, and refused later.

    Raises:
        ValueError: it is none.
    """
    return ip_address(text)


def _parts(url: str) -> dict[str, str]:
    if len(url) > LONGEST:
        raise NotAHost(f"it has {len(url)} characters", f"{LONGEST} are the most")
    if _FORBIDDEN.search(url):
        wrong = "it has spaces, control characters or backslashes in it"
        raise NotAHost(wrong, "write them percent-encoded, or leave them out")
    found = _URL.fullmatch(url)
    if found is None:
        raise NotAHost("it is no absolute URL", "write it as https://host/path")
    parts = {name: text or "" for name, text in found.groupdict().items()}
    if "@" in parts["place"]:
        wrong = "it has a name or a password in it"
        raise NotAHost(wrong, "leave out what is before the @; secrets go into headers")
    if found["fragment"] is not None:
        raise NotAHost("it has a fragment, which is never sent", "leave out the # and what follows")
    if not (parts["path"] + parts["query"]).isascii():
        raise NotAHost("its path or query is not ASCII", "write it percent-encoded")
    return parts


def _target(parts: dict[str, str]) -> Target:
    scheme = parts["scheme"].lower()
    place = _PLACE.fullmatch(parts["place"])
    if place is None:
        wrong = f"{parts['place']!r} is no host with a port"
        raise NotAHost(wrong, "write host:port, an IPv6 address in brackets")
    host = host_of(place["host"])
    return Target(
        scheme=scheme,
        host=str(host),
        port=int(place["port"] or _STANDARD[scheme]),
        path=parts["path"] or "/",
        query=parts["query"],
        literal=None if isinstance(host, str) else host,
    )


def _span(ports: range) -> str:
    return str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"


def _without_secrets(url: str) -> str:
    """Return a URL as it may be shown: without credentials and query, on one line, not too long."""
    shown = re.sub(r"//[^/?#]*@", "//…@", url[:LONGEST])
    shown = re.sub(r"\?.*", "?…", shown, flags=re.DOTALL)
    return "".join(one if one.isprintable() else "\ufffd" for one in shown[:200])
