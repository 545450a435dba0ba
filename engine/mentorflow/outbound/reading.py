"""Reading what a receiver says: nothing of it is believed, and all of it is safe to keep."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(hours=24)
_SECONDS = re.compile(r"[0-9]{1,12}")
_LONGEST_DATE = 64
_AS_IT_IS = {"", "identity"}
_REPLACEMENT = "\ufffd"


def retry_after(text: str, now: datetime) -> timedelta | None:
    """Return how long to wait, at most a day; None where it says nothing that can be read."""
    given = text.strip(" \t")
    if _SECONDS.fullmatch(given):
        return timedelta(seconds=min(int(given), LONGEST_WAIT.total_seconds()))
    instant = _instant(given)
    if instant is None:
        return None
    return min(max(instant - now, timedelta()), LONGEST_WAIT)


def excerpt(body: bytes, *, encoding: str | None, most: int) -> str:
    """Return the beginning of a body as text that prints; one that is compressed is left alone."""
    if encoding is not None and encoding.strip().lower() not in _AS_IT_IS:
        return ""
    text = body[:most].decode("utf-8", errors="replace")
    if len(body) > most:
        # Up to three bytes of a character that the cut divided are no text.
        text = text.rstrip(_REPLACEMENT)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(one if one.isprintable() or one in "\n\t" else _REPLACEMENT for one in text)


def one_line(text: str, *, most: int = 200) -> str:
    """Return text on one line, of what prints, and not too long."""
    line = "".join(one if one.isprintable() else " " for one in text[: most * 2])
    line = " ".join(line.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _instant(text: str) -> datetime | None:
    if len(text) > _LONGEST_DATE:
        return None
    try:
        instant = parsedate_to_datetime(text)
        # "-0000" stands for a zone that is not known; HTTP knows only one.
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
