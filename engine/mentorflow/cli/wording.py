"""How instants, parties and transitions are written for people."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from mentorflow.core.mentorship import Timer

_ENTERED = "entered"
WHY = {
    "absent": "they were away",
    "quiet_hours": "their quiet hours",
    "over_budget": "enough letters that week",
    "cause_gone": "no cause any more",
}
"""Why a message did not go out at once, in words."""
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def local(value: datetime | None) -> str:
    """Return an instant in the zone of this machine, with the zone's name."""
    if value is None:
        return "-"
    here = value.astimezone()
    return f"{here:%Y-%m-%d %H:%M} {here:%Z}"


def parsed(text: str | None) -> datetime | None:
    """Return an instant that was written as ISO 8601 by ourselves."""
    return None if text is None else datetime.fromisoformat(text)


def distance(value: datetime, now: datetime) -> str:
    """Return how far an instant is from now: `in 3 days`, `2 hours ago`, `now`."""
    length = span(abs(value - now))
    if not length:
        return "now"
    return f"in {length}" if value > now else f"{length} ago"


def due(value: datetime, now: datetime) -> str:
    """Return when something is due, seen from now: `in 3 days`, `overdue by 2 hours`."""
    length = span(abs(value - now))
    return f"overdue by {length}" if length and value < now else distance(value, now)


def span(length: timedelta) -> str:
    """Return a length in its greatest unit, rounded; empty below a minute."""
    seconds = length.total_seconds()
    for size, unit in _UNITS:
        count = round(seconds / size)
        if seconds >= size:
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return ""


def people(parties: Mapping[str, Sequence[str]], role: str) -> str:
    """Return the persons in a role."""
    return ", ".join(parties.get(role, ())) or "-"


def move(before: str | None, after: str) -> str:
    """Return a change of state, or the state where it stayed."""
    return after if before in {None, after} else f"{before} → {after}"


def why(timer: Timer) -> str:
    """Return why a timer is due when it is: its value, where that comes from, its anchor."""
    return reason(timer.value, timer.timing, timer.scope, timer.anchor, timer.anchor_at)


def reason(value: str, timing: str, scope: str, anchor: str, anchor_at: datetime) -> str:
    """Return the arithmetic behind a due instant in words."""
    whence = {"default": "by default", "agreement": "as agreed"}.get(scope, f"set for {scope}")
    start = "entering the state" if anchor == _ENTERED else words(anchor)
    return f"{timing} is {value} {whence}, from {start} on {local(anchor_at)}"


def whom(scope: str, subject: str) -> str:
    """Return for whom a timing is set, in words."""
    return f"for the {scope} {subject}" if subject else "for all"


def whose(scope: str, subject: str) -> str:
    """Return the same for a column that says what it is for."""
    return f"{scope} {subject}" if subject else "all"


def words(name: str) -> str:
    """Return a name of the workflow as words."""
    return name.replace("_", " ")


def fields(data: Mapping[str, Any]) -> str:
    """Return the fields of an event on one line."""
    return ", ".join(f"{name}={_short(value)}" for name, value in data.items())


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
