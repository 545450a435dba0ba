"""What must hold for meetings."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.times import instant, meeting_end, meeting_start

_A_LITTLE_EARLY = timedelta(minutes=15)
_LONGEST = timedelta(hours=24)
_FARTHEST = timedelta(days=731)


def meeting_lies_ahead(view: View) -> str | None:
    """Refuse to book what is over, and what no calendar means (C8)."""
    start, end = meeting_start(view), meeting_end(view)
    if end <= view.now:
        return f"{start:%Y-%m-%d %H:%M} UTC has gone by; a meeting that took place is meeting.held."
    if end - start > _LONGEST:
        return f"A meeting of {view.data['length']} is longer than a day."
    if start - view.now > _FARTHEST:
        return f"{start:%Y-%m-%d} is more than two years away."
    return None


def held_by_now(view: View) -> str | None:
    """Refuse to have held what lies ahead (C8)."""
    held_at = view.data.get("held_at")
    if held_at is None or instant(held_at) <= view.now + _A_LITTLE_EARLY:
        return None
    return f"{held_at} lies ahead; book it with meeting.booked."


def a_meeting_was_held(view: View) -> str | None:
    """Let nobody decide before they have met (C6)."""
    if view.facts.get("meetings_held", 0):
        return None
    return "The two have not met yet; once they have, send meeting.held."


def no_meeting_was_held(view: View) -> str | None:
    """Know that the two have not met yet (C6)."""
    return "The two have met." if view.facts.get("meetings_held", 0) else None


def first_meeting_was_held(view: View) -> str | None:
    """Know that the two have met (C8)."""
    return a_meeting_was_held(view)


def a_meeting_lies_ahead(view: View) -> str | None:
    """Know whether a next meeting is booked (S8); a talk about a concern does not count (K4)."""
    ahead = [
        meeting
        for meeting in (view.facts.get("meetings") or {}).values()
        if meeting.get("kind") != "dialogue" and instant(meeting["ends_at"]) > view.now
    ]
    return None if ahead else "No next meeting is booked."


def first_meeting_is_booked_or_held(view: View) -> str | None:
    """Know whether the first meeting is on its way (C8)."""
    if view.facts.get("meetings_held", 0) or view.facts.get("meetings"):
        return None
    return "The first meeting is not booked yet."


def two_were_missed_in_a_row(view: View) -> str | None:
    """Tell the coordinator of the second missed meeting in a row, and not of the first (C13)."""
    if view.facts.get("missed_in_a_row", 0) >= 2:
        return None
    return "It is the first missed meeting in a row."


def the_agenda_is_set(view: View) -> str | None:
    """Know whether this meeting needs no further agenda (C9, S35)."""
    meeting = _meeting(view)
    if not meeting or meeting.get("agenda") or meeting.get("kind") != "regular":
        return None
    return "The meeting has no agenda yet."


def the_meeting_was_booked_since(view: View) -> str | None:
    """Remind nobody of what they booked after the reminder was due (M7)."""
    timer, meeting = view.event.timer, _meeting(view)
    if timer is None or timer.due_at is None or "booked_at" not in meeting:
        return "No meeting is being reminded of."
    if timer.due_at <= instant(meeting["booked_at"]):
        return None
    return "The meeting was booked before its reminder was due."


def the_last_reminder_is_due(view: View) -> str | None:
    """Send one late reminder rather than two at once (M7)."""
    start = _start(view)
    last = view.spans["meeting.remind_1h"]
    if start is None or view.now < view.calendar.before(start, last):
        return "The last reminder is still to come."
    return None


def the_meeting_has_begun(view: View) -> str | None:
    """Remind nobody of what has begun."""
    start = _start(view)
    return None if start is not None and start <= view.now else "The meeting lies ahead."


def no_meeting_awaits_word(view: View) -> str | None:
    """Know that of every meeting whose time has come somebody said how it went (C13)."""
    waiting = [
        name
        for name, meeting in (view.facts.get("meetings") or {}).items()
        if instant(meeting["starts_at"]) <= view.now
    ]
    return f"Nobody has said how it went: {', '.join(waiting)}." if waiting else None


def they_met_lately(view: View) -> str | None:
    """Know that the pair met within two rounds of its rhythm (S24)."""
    last = view.facts.get("rhythm_from")
    two_rounds = view.spans["cadence"].times(2)
    if last is not None and view.calendar.after(instant(last), two_rounds) > view.now:
        return None
    return "They have not met for two rounds of their rhythm."


def they_were_heard_from_lately(view: View) -> str | None:
    """Know that the pair is no longer silent (S17)."""
    last = view.facts.get("last_activity_at")
    silence = view.spans["active.inactive_warn"]
    if last is not None and view.calendar.after(instant(last), silence) > view.now:
        return None
    return f"Nothing was heard from them for {silence}."


def they_went_silent(view: View) -> str | None:
    """Ask a silent pair whether it is still there, and nothing else at the same time (M7)."""
    if they_were_heard_from_lately(view) is None:
        return "They were heard from lately."
    return None


def stalling_is_on_its_way_up(view: View) -> str | None:
    """Leave the pair alone while a person is being asked to help it (M7)."""
    waiting = [
        escalation
        for escalation in view.mentorship.escalations
        if escalation.ladder == "stalled" and escalation.status in {"open", "snoozed"}
    ]
    return None if waiting else "Nobody is being told of it at present."


def _meeting(view: View) -> Mapping[str, Any]:
    """Return the meeting a timer counts for."""
    timer = view.event.timer
    meetings = view.facts.get("meetings") or {}
    return meetings.get(timer.instance, {}) if timer else {}


def _start(view: View) -> datetime | None:
    meeting = _meeting(view)
    return instant(meeting["starts_at"]) if meeting else None
