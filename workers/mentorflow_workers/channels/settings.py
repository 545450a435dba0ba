"""How people are reached: read once from the environment, checked, and never shown."""

import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from socket import gethostname
from typing import Annotated, Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    model_validator,
)

from mentorflow.errors import InvalidPayload
from mentorflow_workers.channels.address import Address
from mentorflow_workers.channels.mime import Sender
from mentorflow_workers.channels.server import Server, Tls
from mentorflow_workers.channels.unsubscribe import SHORTEST_SECRET

PREFIX = "MENTORFLOW_"
_PORTS = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}
_Mailbox = Annotated[Address, BeforeValidator(Address.read)]
_NOT_IN_A_LINK = frozenset('<>"\\^`{|} #')


class ChannelSettings(BaseModel):
    """How people are reached beyond the log; each setting is a variable of the environment."""

    # An error shows what was wrong, not what was given: that may be a secret.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    smtp_url: SecretStr | None = None
    """The server that takes emails: `smtp://user:secret@host:587`, with STARTTLS, or `smtps://`;
    `?tls=none` for one on this machine. Special characters of the secret are percent-encoded."""
    mail_from: str | None = None
    """Whom emails are from: `Mentoring <mentoring@example.org>`."""
    mail_reply_to: _Mailbox | None = None
    """Where answers go, if not there."""
    unsubscribe_url: str | None = None
    """A page of yours, https, that ends a person's emails; who it is comes signed in its query."""
    unsubscribe_secret: SecretStr | None = None
    """Signs them: 16 characters or more, known to nobody else."""
    unsubscribe_mail: _Mailbox | None = None
    """An address that takes requests to end emails."""
    smtp_ca: FilePath | None = None
    """A file of certificates to trust instead of the system's."""
    smtp_allow_plain_auth: bool = False
    """Log in also where the connection is not encrypted."""
    smtp_timeout: float = Field(default=20, gt=0, le=120)
    """Seconds for one answer of the server."""
    smtp_limit: float = Field(default=60, gt=0, le=240)
    """Seconds for one email, the connection included."""
    apprise: str | None = None
    """The services of Apprise that may be used, by the schemes of their URLs: `slack,msteams`."""
    apprise_limit: float = Field(default=20, gt=0, le=240)
    """Seconds for one message through Apprise."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; a variable that is empty counts as not set.

        Raises:
            InvalidPayload: if one of them is wrong; it names the variable, not its value.
        """
        names = {name: f"{PREFIX}{name.upper()}" for name in cls.model_fields}
        given = {name: environment[names[name]] for name in names if environment.get(names[name])}
        try:
            return cls.model_validate(given)
        except ValidationError as wrong:
            problems = [
                {
                    "field": ", ".join(names.get(str(part), str(part)) for part in found["loc"]),
                    "problem": found["msg"].removeprefix("Value error, "),
                }
                for found in wrong.errors(include_input=False, include_context=False)
            ]
        told = "; ".join(f"{one['field']} {one['problem']}".strip() for one in problems)
        raise InvalidPayload(f"the settings of the channels are wrong: {told}", problems=problems)

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        if self.smtp_ca is not None:
            _require_certificates(self.smtp_ca)
        if self.smtp_url is not None:
            self.server()
            self.sender()
        if (self.unsubscribe_url is None) != (self.unsubscribe_secret is None):
            raise ValueError("MENTORFLOW_UNSUBSCRIBE_URL and _SECRET need each other")
        return self

    def server(self) -> Server:
        """Return the server that takes emails.

        Raises:
            ValueError: if the settings name none.
        """
        assert self.smtp_url is not None
        parts = _split(self.smtp_url.get_secret_value())
        tls = _tls_of(parts)
        user = None if parts.username is None else unquote(parts.username)
        password = unquote(parts.password or "")
        if user is not None and tls is Tls.NONE and not self.smtp_allow_plain_auth:
            raise ValueError(
                "MENTORFLOW_SMTP_URL would send its secret over a connection that is not "
                "encrypted; leave out tls=none, or set MENTORFLOW_SMTP_ALLOW_PLAIN_AUTH=1"
            )
        if not f"{user}{password}".isascii():
            raise ValueError("MENTORFLOW_SMTP_URL: a login can only be in ASCII")
        return Server(
            host=parts.hostname or "",
            port=parts.port or _PORTS[tls],
            tls=tls,
            user=user,
            password=password,
            called=self._called(),
            authorities=self.smtp_ca,
            patience=timedelta(seconds=self.smtp_timeout),
            limit=timedelta(seconds=self.smtp_limit),
        )

    def sender(self) -> Sender:
        """Return whom emails are from.

        Raises:
            ValueError: if the settings name nobody.
        """
        name, address = self._from()
        secret = self.unsubscribe_secret
        return Sender(
            address=address,
            name=name,
            reply_to=self.mail_reply_to,
            unsubscribe_url=_https(self.unsubscribe_url),
            unsubscribe_secret=_long(secret.get_secret_value()) if secret is not None else "",
            unsubscribe_address=self.unsubscribe_mail,
        )

    def _from(self) -> tuple[str, Address]:
        name, bare = _parts_of((self.mail_from or "").strip())
        try:
            address = Address.read(bare)
        except ValueError as wrong:
            raise ValueError(f"MENTORFLOW_MAIL_FROM: {wrong}") from None
        if not address.is_ascii:
            raise ValueError("MENTORFLOW_MAIL_FROM: not every server takes letters beyond ASCII")
        return name, address

    def _called(self) -> str:
        """Return the name we greet servers with, without asking the network for it."""
        name = gethostname()
        return name if "." in name and name.isascii() else self._from()[1].domain

    @property
    def apprise_schemes(self) -> frozenset[str]:
        """The schemes of URLs that may be used."""
        return frozenset(name.strip().lower() for name in (self.apprise or "").split(",")) - {""}


def _parts_of(text: str) -> tuple[str, str]:
    """Return the name and the address of `Mentoring <us@example.com>`, both unchecked."""
    if not text.endswith(">"):
        return "", text
    name, _, address = text[:-1].rpartition("<")
    return name.strip().strip('"'), address


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # which is looked at only when it is asked for
    except ValueError:
        raise ValueError("MENTORFLOW_SMTP_URL is no URL") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError("MENTORFLOW_SMTP_URL is to be smtp://user:secret@host:port or smtps://…")
    return parts


def _tls_of(parts: SplitResult) -> Tls:
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    default = Tls.IMPLICIT if parts.scheme == "smtps" else Tls.STARTTLS
    wanted = query.pop("tls", default.value)
    allowed = {Tls.IMPLICIT} if parts.scheme == "smtps" else {Tls.STARTTLS, Tls.NONE}
    if query or wanted not in allowed:
        ways = " or ".join(f"tls={way}" for way in sorted(allowed))
        raise ValueError(f"MENTORFLOW_SMTP_URL: behind the ? of {parts.scheme} goes {ways}")
    return Tls(wanted)


def _require_certificates(file: Path) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except OSError:
        raise ValueError("MENTORFLOW_SMTP_CA is no file of certificates in PEM") from None


def _https(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    is_plain = url.isascii() and url.isprintable() and not _NOT_IN_A_LINK & set(url)
    if parts.scheme != "https" or not parts.hostname or not is_plain:
        raise ValueError("MENTORFLOW_UNSUBSCRIBE_URL is to be an https address")
    return url


def _long(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"MENTORFLOW_UNSUBSCRIBE_SECRET needs {SHORTEST_SECRET} characters")
    return secret
