"""Reading the host of a URL: a name in ASCII, or an address in the notation all read alike.

What resolvers and libraries make of `127.1`, `0x7f000001`, `0177.0.0.1` or full-width digits
differs. Who checks one meaning and connects to another has checked nothing, so all of these are
refused, and it is said what they mean.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from mentorflow.errors import MissingExtra
from mentorflow.outbound.addresses import Address

Host = str | Address
MOST = 253
"""Characters of a name, as DNS has it."""

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_HEX, _OCTAL = 16, 8


class NotAHost(ValueError):
    """This is no host: what is wrong with it, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.right = right


def host_of(text: str) -> Host:
    """Return the name, in lower-case ASCII, or the address.

    Raises:
        NotAHost: it is neither, or an address in a notation that not all read alike.
        MissingExtra: the name is not ASCII, and the package that reads such names is missing.
    """
    if not text:
        raise NotAHost("it has no host", "write it as https://host/path")
    if text.startswith("["):
        return _v6(text)
    if "%" in text:
        raise NotAHost("its host is percent-encoded", "write the host as it is")
    name = _ascii(text)
    name = name.removesuffix(".")
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        return _v4(text, name)
    if len(name) > MOST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise NotAHost(
            f"{text[:MOST]!r} is no name of a host",
            f"a name is letters, digits and hyphens between dots, 63 to a label and {MOST} in all",
        )
    return name


def _v6(text: str) -> Address:
    inner = text[1:-1] if text.endswith("]") else ""
    if "%" in inner:
        raise NotAHost("its address has a zone", "write the address without %")
    try:
        return IPv6Address(inner)
    except AddressValueError:
        right = "write it as [2606:4700::1111]"
        raise NotAHost(f"{text!r} is no IPv6 address in brackets", right) from None


def _v4(text: str, name: str) -> Address:
    """Return an address in four decimal numbers; refuse every other way to write one."""
    try:
        address = IPv4Address(name)
    except AddressValueError:
        meant = _meant(name)
    else:
        if text == name:
            return address
        meant = address
    if meant is None:
        raise NotAHost(
            f"{text!r} is no address, and no name either", "the last label of a name is no number"
        )
    raise NotAHost(
        f"{text!r} is another way to write {meant}", "write an address as four decimal numbers"
    )


def _meant(name: str) -> IPv4Address | None:
    """Return what `inet_aton` makes of it: up to four numbers, of which the last fills the rest."""
    parts = name.split(".")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    try:
        *first, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(parts)):
        return None
    high = sum(number << (24 - 8 * place) for place, number in enumerate(first))
    return IPv4Address(high + last)


def _number(part: str) -> int:
    if part[:2] in {"0x", "0X"}:
        return int(part[2:] or "0", _HEX)
    return int(part, _OCTAL) if part.startswith("0") else int(part)


def _ascii(text: str) -> str:
    """Return a name in lower-case ASCII, by IDNA 2008 with the mapping of UTS 46."""
    if text.isascii():
        return text.lower()
    try:
        import idna
    except ImportError as missing:
        raise MissingExtra(f"the host {text!r}", extra="webhooks") from missing
    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        right = "write the name in ASCII, as its registry has it (xn--…)"
        raise NotAHost(f"{text!r} is no name of a host", right) from None
