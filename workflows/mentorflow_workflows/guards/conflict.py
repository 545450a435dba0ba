"""What must hold for concerns; nothing here asks whose fault anything is (K6)."""

from collections.abc import Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import (
    holds_a_mentor,
    holds_both_sides,
    holds_the_mentee,
    is_mentee,
    is_mentor,
    mentors_taking_part,
)


def concern_is_shared(view: View) -> str | None:
    """Tell the other side only where the raiser wants it (K1)."""
    if view.data.get("visible_to") == "both":
        return None
    return "The concern is for the coordinator."


def concern_is_the_mentees(view: View) -> str | None:
    """Know whom to tell that they were heard (K2)."""
    return None if is_mentee(view) else "It was not raised by the mentee."


def concern_is_the_only_mentors(view: View) -> str | None:
    """Know whom to tell that they were heard, without telling other mentors (K2)."""
    if is_mentor(view) and len(mentors_taking_part(view)) == 1:
        return None
    return "It was not raised by the only mentor."


def concern_is_in_hand(view: View) -> str | None:
    """Know whether somebody has taken a concern up (K2)."""
    concern = _concern(view)
    if concern.get("taken_by") or concern.get("dialogue_at") or concern.get("mediation"):
        return None
    return "Nobody has taken the concern in hand yet."


def a_dialogue_is_planned(view: View) -> str | None:
    """Know whether a talk about the concern is set or was held (K4)."""
    return None if _concern(view).get("dialogue_at") else "No talk about the concern is set."


def concern_is_about_values(view: View) -> str | None:
    """Know whether a concern goes straight to the offer of a mediator (K10)."""
    if _concern(view).get("kind") == "values":
        return None
    return "The concern is not about values."


def concern_is_not_about_values(view: View) -> str | None:
    """Know whether a concern takes the usual way (K10)."""
    if _concern(view).get("kind") != "values":
        return None
    return "The concern is about values."


def mediator_is_neutral(view: View) -> str | None:
    """Accept as mediator only somebody on nobody's side (K11)."""
    mediator = view.data.get("mediator")
    if mediator is None:
        return None
    if mediator in (*view.people("mentee"), *view.people("mentor")):
        return f"A mediator is on nobody's side, and {mediator} is a party."
    if mediator in view.facts.get("managers", ()):
        return f"A mediator is on nobody's side, and {mediator} is a manager of one of the two."
    return None


def mediation_is_under_way(view: View) -> str | None:
    """Know whether a mediator was asked for (K11)."""
    return None if _concern(view).get("mediation") else "No mediation is under way."


def resolution_is_mutual(view: View) -> str | None:
    """Settle a concern when both say so, or the raiser and the program (K7)."""
    concern = _concern(view)
    settled, raiser = concern.get("settled_by", ()), concern.get("raised_by")
    if _is_of_the_pair(view, raiser) and raiser not in settled:
        return "Whoever raised the concern has not called it settled yet."
    one_side = holds_the_mentee(view, settled) or holds_a_mentor(view, settled)
    if holds_both_sides(view, settled) or (one_side and concern.get("settled_for_program")):
        return None
    return "Only one side has called the concern settled so far."


def ending_is_mutual(view: View) -> str | None:
    """End early when both sides agree (K12)."""
    if holds_both_sides(view, _concern(view).get("end_wanted_by", ())):
        return None
    return "Only one side has agreed to end so far."


def the_end_is_confirmed(view: View) -> str | None:
    """End an undecided concern only with a person's word (K3)."""
    return None if _concern(view).get("end_confirmed") else "The program has not confirmed an end."


def the_work_has_begun(view: View) -> str | None:
    """Sign changes during a concern, and no first agreement (K9)."""
    if {detour.state for detour in view.mentorship.stack} & {"active", "transition"}:
        return None
    return "A first agreement is signed once the concern is settled."


def _concern(view: View) -> Mapping[str, Any]:
    return view.facts.get("concern") or {}


def _is_of_the_pair(view: View, person: str | None) -> bool:
    return person in (*view.people("mentee"), *mentors_taking_part(view))
