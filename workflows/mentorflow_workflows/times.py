"""Dates and instants as the facts keep them, and the calendar's view of them."""

from datetime import date, datetime

from mentorflow.core.duration import Duration
from mentorflow.core.workflow import View


def instant(text: str) -> datetime:
    """Return an instant from a fact."""
    return datetime.fromisoformat(text)


def today(view: View) -> date:
    """Return the day it is in the zone of the program."""
    return view.now.astimezone(view.calendar.zone).date()


def day_after(view: View, start: date, length: str) -> date:
    """Return the day a duration after another."""
    moved = view.calendar.after(view.calendar.start_of(start), Duration.parse(length))
    return moved.astimezone(view.calendar.zone).date()


def date_of(view: View, name: str) -> date | None:
    """Return one of the dates the host gave."""
    text = (view.facts.get("dates") or {}).get(name)
    return None if text is None else date.fromisoformat(text)


def due_day(view: View) -> date:
    """Return the day a goal is due, as the event says it."""
    if "due" in view.data:
        return date.fromisoformat(view.data["due"])
    return day_after(view, today(view), view.data["within"])


def meeting_start(view: View) -> datetime:
    """Return when a meeting starts, as the event says it."""
    if "starts_at" in view.data:
        return instant(view.data["starts_at"])
    return view.calendar.after(view.now, Duration.parse(view.data["starts_in"]))


def meeting_end(view: View) -> datetime:
    """Return when a meeting ends, as the event says it."""
    return view.calendar.after(meeting_start(view), Duration.parse(view.data["length"]))


def pause_end(view: View) -> datetime:
    """Return when a pause ends, as the event says it: a day, an instant or a length."""
    if "length" in view.data:
        return view.calendar.after(view.now, Duration.parse(view.data["length"]))
    until: str = view.data["until"]
    if "T" in until:
        return instant(until)
    return view.calendar.start_of(date.fromisoformat(until))


def extended_end(view: View) -> date:
    """Return the later end an event asks for."""
    if "ends_on" in view.data:
        return date.fromisoformat(view.data["ends_on"])
    present = date_of(view, "ends_on") or today(view)
    return day_after(view, max(present, today(view)), view.data["length"])


def has_gone_by(view: View, day: date) -> bool:
    """Return whether a day is over in the zone of the program."""
    return day < today(view)
