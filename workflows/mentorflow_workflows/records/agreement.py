"""What is remembered of the agreement, of pauses and of the end date."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from mentorflow.core.duration import Duration
from mentorflow.core.workflow import View
from mentorflow_workflows.sides import mapping, with_person
from mentorflow_workflows.times import date_of, extended_end, pause_end, today

Changes = Mapping[str, Any]
_EVALUATIONS = frozenset({"midterm_due", "final_due"})
_NOT_TERMS = frozenset({"version", "text_hash", "reason"})


def open_draft(view: View) -> Changes:
    """Put a version up for signing; signatures of an earlier one do not count for it (E8, E10)."""
    terms = {name: value for name, value in view.data.items() if name not in _NOT_TERMS}
    draft = {
        "version": view.data["version"],
        "text_hash": view.data.get("text_hash") or _hash_of(terms),
        "terms": terms,
        "proposed_by": view.event.by,
        "signed_by": {},
    }
    return {"draft": draft, "draft_proposed_at": view.now.isoformat()}


def note_signature(view: View) -> Changes:
    """Keep who signed, and when (E8)."""
    draft = mapping(view, "draft")
    signed = {**draft["signed_by"], str(view.event.by): view.now.isoformat()}
    return {"draft": {**draft, "signed_by": signed}}


def adopt_agreement(view: View) -> Changes:
    """Put the signed version in force, and the end date it names (E8, K9)."""
    draft = mapping(view, "draft")
    terms = draft["terms"]
    agreement = {
        **terms,
        "kind": "signed",
        "version": draft["version"],
        "text_hash": draft["text_hash"],
        "signed_by": draft["signed_by"],
        "since": view.now.isoformat(),
    }
    changes = {
        "agreement": agreement,
        "draft": None,
        "draft_proposed_at": None,
        "rhythm_from": view.now.isoformat(),
    }
    if "ends_on" not in terms:
        return changes
    return {**changes, "dates": {**mapping(view, "dates"), "ends_on": terms["ends_on"]}}


def adopt_verbal_terms(view: View) -> Changes:
    """Go on with what was said (E9)."""
    agreement = {"kind": "verbal", "since": view.now.isoformat()}
    told = {name: view.data[name] for name in ("terms", "cadence") if name in view.data}
    return {"agreement": {**agreement, **told}, "draft": None, "draft_proposed_at": None}


def begin_rhythm(view: View) -> Changes:  # noqa: ARG001 - every record takes a view
    """Count the rhythm from the start of the work, not from the last meeting before it (M1)."""
    return {"rhythm_from": None}


def schedule_end(view: View) -> Changes:
    """Give every working mentorship an end date, and half time (T1, B8)."""
    ends_on = date_of(view, "ends_on")
    if ends_on is None:
        end = view.calendar.after(view.now, view.spans["duration"])
        ends_on = end.astimezone(view.calendar.zone).date()
    dates = {**mapping(view, "dates"), "ends_on": ends_on.isoformat()}
    return {"dates": dates, "halfway_at": _halfway(view, ends_on)}


def note_extension(view: View) -> Changes:
    """Remember who wants which later end; another day begins anew (T4, S23)."""
    wanted = extended_end(view).isoformat()
    known = mapping(view, "extension")
    before = known["wanted_by"] if known.get("ends_on") == wanted else ()
    by = view.event.by
    return {"extension": {"ends_on": wanted, "wanted_by": with_person(before, by)}}


def extend_end(view: View) -> Changes:
    """Move the end to the day everybody agreed on, without the dates of the old one (T4)."""
    dates = {name: day for name, day in mapping(view, "dates").items() if name not in _EVALUATIONS}
    ends_on = view.facts["extension"]["ends_on"]
    return {"dates": {**dates, "ends_on": ends_on}, "extension": None}


def note_pause(view: View) -> Changes:
    """Remember how long a break lasts (S44)."""
    return {"paused_until": pause_end(view).isoformat()}


def clear_pause(view: View) -> Changes:  # noqa: ARG001 - every record takes a view
    """Remember that no break is under way (S44)."""
    return {"paused_until": None}


def _halfway(view: View, ends_on: date) -> str | None:
    days_left = (ends_on - today(view)).days
    if days_left <= 0:
        return None
    return view.calendar.after(view.now, Duration(text="half", days=days_left // 2)).isoformat()


def _hash_of(terms: Mapping[str, Any]) -> str:
    text = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
