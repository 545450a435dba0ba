"""What is remembered of meetings: the open ones, and the last one held."""

from collections.abc import Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import mapping
from mentorflow_workflows.times import instant, meeting_end, meeting_start

Changes = Mapping[str, Any]
_DIALOGUE = "dialogue"


def note_meeting_booked(view: View) -> Changes:
    """Keep a meeting as an open one, at its new time if it is known (C8)."""
    meetings = mapping(view, "meetings")
    name = view.data["meeting"]
    known = meetings.get(name, {})
    meeting = {
        "starts_at": meeting_start(view).isoformat(),
        "ends_at": meeting_end(view).isoformat(),
        "kind": _kind(view.data.get("kind"), known.get("kind")),
        "agenda": bool(view.data.get("agenda") or known.get("agenda")),
        "booked_at": view.now.isoformat(),
    }
    place = view.data.get("place") or known.get("place")
    if place is not None:
        meeting["place"] = place
    return {"meetings": {**meetings, name: meeting}}


def note_meeting_cancelled(view: View) -> Changes:
    """Forget a meeting that is called off; one never heard of is no matter (C8)."""
    return {"meetings": _without(view, view.data["meeting"])}


def note_meeting_held(view: View) -> Changes:
    """Count a meeting that took place; a talk about a concern is not part of the cadence (K4)."""
    name = view.data.get("meeting") or _begun(view)
    booked = mapping(view, "meetings").get(name, {}) if name else {}
    held_at = _held_at(view, booked)
    changes: dict[str, Any] = {"meetings": _without(view, name)}
    kind = view.data.get("kind") or booked.get("kind", "regular")
    if kind == _DIALOGUE:
        return {**changes, **_dialogue_held(view)}
    if kind == "closing":
        changes["closing_meeting_at"] = held_at
    return {**changes, **_counted(view, held_at)}


def note_meeting_missed(view: View) -> Changes:
    """Count how often in a row a meeting did not come about, and not who stayed away (C13, K6)."""
    name = view.data.get("meeting") or _begun(view)
    return {
        "meetings": _without(view, name),
        "missed_in_a_row": view.facts.get("missed_in_a_row", 0) + 1,
    }


def note_dialogue_booked(view: View) -> Changes:
    """Keep a talk about a concern as a meeting of its own (K4)."""
    start = meeting_start(view).isoformat()
    talk = {
        "starts_at": start,
        "ends_at": meeting_end(view).isoformat(),
        "kind": _DIALOGUE,
        "agenda": True,
        "booked_at": view.now.isoformat(),
    }
    return {
        "meetings": {**mapping(view, "meetings"), _DIALOGUE: talk},
        "concern": {**mapping(view, "concern"), "dialogue_at": start},
    }


def note_dialogue_held(view: View) -> Changes:
    """Remember that the talk about a concern took place (K4)."""
    return {"meetings": _without(view, _DIALOGUE), **_dialogue_held(view)}


def note_closing_meeting(view: View) -> Changes:
    """Remember that the pair looked back together (T7)."""
    now = view.now.isoformat()
    closing = [
        name for name, one in mapping(view, "meetings").items() if one.get("kind") == "closing"
    ]
    return {
        "meetings": _without(view, *closing),
        "closing_meeting_at": now,
        **_counted(view, now),
    }


def _counted(view: View, held_at: str) -> Changes:
    last = view.facts.get("last_meeting_at")
    latest = held_at if last is None or instant(held_at) > instant(last) else last
    return {
        "meetings_held": view.facts.get("meetings_held", 0) + 1,
        "last_meeting_at": latest,
        "rhythm_from": latest,
        "missed_in_a_row": 0,
        "agenda": None,
    }


def _dialogue_held(view: View) -> Changes:
    concern = mapping(view, "concern")
    if not concern:
        return {}
    now = view.now.isoformat()
    return {"concern": {**concern, "dialogue_at": now, "dialogue_held_at": now}}


def _held_at(view: View, booked: Mapping[str, Any]) -> str:
    told = view.data.get("held_at") or booked.get("starts_at")
    if told is None or instant(told) > view.now:
        return view.now.isoformat()
    return instant(told).isoformat()


def _begun(view: View) -> str | None:
    """Return the open meeting that began last: the one meant when none is named."""
    begun = {
        name: instant(meeting["starts_at"])
        for name, meeting in mapping(view, "meetings").items()
        if instant(meeting["starts_at"]) <= view.now
    }
    return max(begun, key=begun.__getitem__, default=None)


def _without(view: View, *names: str | None) -> dict[str, Any]:
    return {name: one for name, one in mapping(view, "meetings").items() if name not in names}


def _kind(told: str | None, known: str | None) -> str:
    if told in {None, "regular"} and known is not None:
        return known
    return told or "regular"
