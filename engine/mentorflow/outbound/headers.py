"""Which headers a request may carry: those that say what it is, not how it is carried."""

import re
from collections.abc import Mapping
from functools import lru_cache

from mentorflow.errors import InvalidPayload

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
_LONGEST = 4096
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""They say how the message is carried: the client sets them, or nobody."""


def check_headers(headers: Mapping[str, str]) -> None:
    """Make sure that headers can be sent as they are.

    Raises:
        InvalidPayload: a name or a value cannot be written into a header, or is not for the sender
            to choose. The value is not shown: it may be a secret.
    """
    for name, value in headers.items():
        _check_name(name)
        # Quicker than an expression, and it is asked for each header of each request.
        is_text = value.isascii() and value.isprintable() and value == value.strip(" ")
        if not is_text or len(value) > _LONGEST:
            right = "at most 4,096 printable ASCII characters, no line breaks, no space at the ends"
            raise InvalidPayload(f"the value of the header {name} cannot be sent; write {right}")


@lru_cache(maxsize=1024)
def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        right = "names are letters, digits and hyphens"
        raise InvalidPayload(f"{name[:128]!r} is no name of a header; {right}")
    if name.lower() in _OURS:
        right = "it is set for each request; leave it out"
        raise InvalidPayload(f"the header {name} may not be chosen; {right}")
