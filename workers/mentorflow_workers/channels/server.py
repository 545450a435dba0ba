"""Where emails are handed in, and how much patience there is with it."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path


class Tls(StrEnum):
    """How a connection is encrypted; the certificate is always verified."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An SMTP server and the way to talk to it."""

    host: str
    port: int
    tls: Tls
    user: str | None = None
    password: str = field(default="", repr=False)
    called: str
    """What we call ourselves to the server."""
    authorities: Path | None = None
    """A file of certificates to trust instead of the system's."""
    patience: timedelta
    """With each answer of the server."""
    limit: timedelta
    """For an email, the connection included."""
    idle: timedelta = timedelta(seconds=30)
    """How long a connection that nobody uses is kept; servers wait for minutes."""
