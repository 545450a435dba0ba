"""What is remembered of a concern: who waits for what, and never its words or anybody's fault."""

from collections.abc import Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import holds_both_sides, is_program, mapping, with_person

Changes = Mapping[str, Any]


def open_concern(view: View) -> Changes:
    """Open a concern, or add to the open one (K1, K6)."""
    known = mapping(view, "concern")
    opened = known or {"raised_by": view.event.by, "raised_at": view.now.isoformat()}
    is_urgent = "urgent" in {view.data["urgency"], known.get("urgency")}
    concern = {
        **opened,
        "kind": view.data["kind"],
        "urgency": "urgent" if is_urgent else "normal",
        "count": known.get("count", 0) + 1,
        "settled_by": [],
        "settled_for_program": False,
    }
    return {"concern": concern, "concern_resolved_at": None}


def ensure_concern(view: View) -> Changes:
    """Have something to settle also where the program opened the conflict (K3)."""
    if view.facts.get("concern"):
        return {}
    concern = {
        "raised_by": view.event.by,
        "raised_at": view.now.isoformat(),
        "kind": "other",
        "urgency": "normal",
        "count": 1,
    }
    return {"concern": concern, "concern_resolved_at": None}


def take_concern(view: View) -> Changes:
    """Remember who looks after a concern (K2)."""
    return _changed(view, taken_by=view.event.by)


def note_statement(view: View) -> Changes:
    """Remember who told their side (K5)."""
    return _changed(view, heard=_joined(view, "heard"))


def note_resolution(view: View) -> Changes:
    """Remember who considers a concern settled (K7)."""
    if is_program(view):
        return _changed(view, settled_for_program=True)
    return _changed(view, settled_by=_joined(view, "settled_by"))


def open_mediation(view: View) -> Changes:
    """Remember that somebody neutral is asked for, and who consents so far (K11)."""
    consenting = [] if is_program(view) else with_person((), view.event.by)
    return _with_mediation(view, view.data.get("mediator"), consenting)


def note_mediation_consent(view: View) -> Changes:
    """Remember who consents to a mediation (K11)."""
    mediation = mapping(view, "concern").get("mediation") or {}
    consenting = with_person(mediation.get("consented_by", ()), view.event.by)
    return _with_mediation(view, mediation.get("mediator"), consenting)


def note_end_wish(view: View) -> Changes:
    """Remember who would rather end it (K12)."""
    return _changed(view, end_wanted_by=_joined(view, "end_wanted_by"))


def confirm_end(view: View) -> Changes:
    """Remember that the program confirms an end if nothing is decided (K3)."""
    return _changed(view, end_confirmed=True)


def close_concern(view: View) -> Changes:
    """Let a concern rest, and with it the talk that was set for it (K14)."""
    if not view.facts.get("concern"):
        return {}
    meetings = mapping(view, "meetings")
    meetings.pop("dialogue", None)
    return {
        "concern": None,
        "concern_resolved_at": view.now.isoformat(),
        "meetings": meetings,
    }


def _with_mediation(view: View, mediator: str | None, consenting: list[str]) -> Changes:
    """Make the mediator one of the parties once both sides consent."""
    changes = _changed(view, mediation={"mediator": mediator, "consented_by": consenting})
    if mediator is None or not holds_both_sides(view, consenting):
        return changes
    return {**changes, "parties": {"mediator": [mediator]}}


def _changed(view: View, **change: object) -> Changes:
    return {"concern": {**mapping(view, "concern"), **change}}


def _joined(view: View, field: str) -> list[str]:
    return with_person(mapping(view, "concern").get(field, ()), view.event.by)
