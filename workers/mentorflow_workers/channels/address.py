"""A mailbox as a person gave it: taken whole, or refused before it reaches a header."""

import re
from typing import NamedTuple, Self

_LONGEST_LOCAL_PART = 64
_LONGEST = 254
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_SPECIAL = frozenset('()<>[]:;@\\,"')


class Address(NamedTuple):
    """The address of one mailbox, its domain in ASCII."""

    local_part: str
    domain: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Read one address without a name: `jo@example.org`.

        Raises:
            ValueError: if it is none, or more than one. The text stays out of the message, as it
                may be a person's.
        """
        local_part, _, domain = text.rpartition("@")
        _require(
            bool(local_part) and text.isprintable() and len(text) <= _LONGEST,
            "an address is one name@domain",
        )
        _require(
            _is_local_part(local_part),
            "what stands before the @ may have no space, quote, comma or bracket",
        )
        try:
            ascii_domain = domain.encode("idna").decode()
        except UnicodeError:
            ascii_domain = ""
        _require(
            all(_LABEL.fullmatch(label) for label in ascii_domain.split(".")),
            "what stands behind the @ is no domain",
        )
        return cls(local_part, ascii_domain)

    @property
    def is_ascii(self) -> bool:
        """Whether every server takes it; others need one that offers SMTPUTF8."""
        return self.local_part.isascii()

    def __str__(self) -> str:
        return f"{self.local_part}@{self.domain}"


def _is_local_part(text: str) -> bool:
    return (
        len(text.encode()) <= _LONGEST_LOCAL_PART
        and all(text.split("."))
        and not any(mark.isspace() or mark in _SPECIAL for mark in text)
    )


def _require(holds: bool, reason: str) -> None:  # noqa: FBT001  # a claim, checked
    if not holds:
        raise ValueError(reason)
