"""What goes out and what comes back: a request, and the answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class Failure(StrEnum):
    """Why there is no answer, or none that was wholly read."""

    REFUSED_ADDRESS = "refused_address"
    """The URL, or an address its name leads to, is one that nothing is sent to."""
    DNS = "dns"
    """The name leads nowhere, or nobody could be asked."""
    CONNECT = "connect"
    """Nobody listens there, or nobody can be reached."""
    TLS = "tls"
    """The certificate is not valid for the name, or there is no encryption in common."""
    TIMEOUT = "timeout"
    """A step, or the whole, took too long; the detail says which."""
    TOO_LARGE_HEADERS = "too_large_headers"
    PROTOCOL = "protocol"
    """What came back is not HTTP."""
    CLOSED = "closed"
    """The connection was closed before the answer was complete."""
    ABANDONED = "abandoned"
    """The client was closed meanwhile: whether the request arrived is not known."""
    UNEXPECTED = "unexpected"
    """A fault of ours; the log has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One POST; how it is signed, and what it says, is its sender's business."""

    url: str = field(repr=False)
    """Kept out of what is printed: many a path is a secret."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    deadline: float | None = None
    """Seconds for the whole exchange, where that is less than the client's limit."""


class Timings(NamedTuple):
    """How long each step took, in milliseconds; None for one that was not come to."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    """From when there was a connection to the first byte that came back."""
    total: float = 0.0


class Answer(NamedTuple):
    """What became of a request."""

    status: int | None
    """Of the HTTP answer; it may be there beside a failure to read the rest."""
    failure: Failure | None
    detail: str
    """One line on what happened, safe to log: nothing of the URL but its host, no secrets."""
    retry_after: timedelta | None = None
    """For how long the receiver wants to be left alone."""
    control: str | None = None
    """The header `webhook-delivery`: what the receiver wants done with the endpoint or message."""
    excerpt: str = ""
    """The beginning of the body, with everything that does not print replaced."""
    address: str | None = None
    """The IP address that was connected to."""
    timings: Timings = Timings()

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the request: a status of 2xx, and a whole answer."""
        return self.failure is None and self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of everything there may be; times in seconds, sizes in bytes."""

    dns: float = 5.0
    connect: float = 3.0
    tls: float = 5.0
    headers: float = 10.0
    """From when there is a connection to the last line of the headers."""
    total: float = 15.0
    """For everything, the body included."""
    header_bytes: int = 64 * 1024
    """Of all headers; one line may have 8 KiB."""
    body_bytes: int = 16 * 1024
    """That are read of the body; then the connection is closed."""
    excerpt_bytes: int = 2 * 1024
    idle: float = 15.0
    """How long a connection is kept that nobody uses."""
    age: float = 60.0
    """How long a connection is used: after that the name is looked up anew."""
    kept: int = 256
    """Connections; with more than that open, none is kept after its request."""
    lookups: int = 32
    """Names that are looked up at once; as many besides of those that have answered before."""
    hanging: int = 256
    """Names whose lookup takes long, besides; with more, only names that have answered before are
    looked up. Each of them holds a thread."""
