"""What must hold for celebrating, winding down, completing and the years after."""

from collections.abc import Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import (
    concerned_person,
    everybody,
    holds_a_mentor,
    holds_both_sides,
    holds_the_mentee,
    is_program,
)
from mentorflow_workflows.times import date_of, extended_end, has_gone_by


def a_mentor_congratulated(view: View) -> str | None:
    """Know whether a mentor has found a word (B5)."""
    if _celebration(view).get("congratulated"):
        return None
    return "No mentor has said a word yet."


def the_form_is_chosen(view: View) -> str | None:
    """Know whether it is settled how to mark the moment (B6)."""
    if _celebration(view).get("form"):
        return None
    return "Nobody has said how to mark the moment."


def winding_down_is_agreed(view: View) -> str | None:
    """Wind down when both sides want it, or the program does (T3)."""
    if is_program(view) or holds_both_sides(view, view.facts.get("winding_down_wanted_by", ())):
        return None
    return "Only one side has proposed to wind down so far."


def mode_is_early(view: View) -> str | None:
    """Know whether it ends before its time (K12)."""
    if view.facts.get("mode") == "early":
        return None
    return "The mentorship ends as planned; complete it with transition.completed."


def mode_is_planned(view: View) -> str | None:
    """Know whether it ends as planned (T5)."""
    if view.facts.get("mode") != "early":
        return None
    return "The mentorship ends early; complete it with exit.completed."


def closing_is_done(view: View) -> str | None:
    """Complete after a closing meeting, or where the pair goes without one (T7)."""
    if view.facts.get("closing_meeting_at") or view.data.get("closing_meeting") == "waived":
        return None
    return (
        "No closing meeting was held; hold it and send closing_meeting.held, or complete with "
        "`closing_meeting` waived."
    )


def closing_is_booked_or_done(view: View) -> str | None:
    """Know whether a closing meeting is on its way (T7)."""
    booked = any(
        meeting.get("kind") == "closing" for meeting in (view.facts.get("meetings") or {}).values()
    )
    if booked or view.facts.get("closing_meeting_at"):
        return None
    return "No closing meeting is set."


def survey_names_a_party(view: View) -> str | None:
    """Know whose answer it is (S21)."""
    if concerned_person(view, "person") is not None:
        return None
    return "Say in `person` whose answer it is, the mentee's or a mentor's."


def mentee_answered_the_survey(view: View) -> str | None:
    """Know whether the mentee answered the closing survey (S21)."""
    if holds_the_mentee(view, view.facts.get("survey_answered_by", ())):
        return None
    return "The mentee has not answered the closing survey yet."


def a_mentor_answered_the_survey(view: View) -> str | None:
    """Know whether a mentor answered the closing survey (S21)."""
    if holds_a_mentor(view, view.facts.get("survey_answered_by", ())):
        return None
    return "No mentor has answered the closing survey yet."


def extension_is_later(view: View) -> str | None:
    """Extend only to a day that is later than the present end (T4)."""
    wanted, present = extended_end(view), date_of(view, "ends_on")
    if has_gone_by(view, wanted):
        return f"{wanted} has gone by."
    if present is None or wanted > present:
        return None
    return f"{wanted} is not later than the present end on {present}."


def everyone_wants_the_extension(view: View) -> str | None:
    """Extend when everybody has agreed to the same end (T4, S23)."""
    wanted_by = (view.facts.get("extension") or {}).get("wanted_by", ())
    missing = [person for person in everybody(view) if person not in wanted_by]
    return f"Still to agree: {', '.join(missing)}." if missing else None


def contact_is_unwanted(view: View) -> str | None:
    """Leave those alone who asked for it (A1)."""
    return None if view.facts.get("contact_withdrawn") else "Nobody has asked to be left alone."


def both_want_contact(view: View) -> str | None:
    """List those who both agreed to stay in touch (T9, A2)."""
    if holds_both_sides(view, view.facts.get("contact") or {}):
        return None
    return "Only one side has agreed to stay in touch so far."


def both_want_a_new_start(view: View) -> str | None:
    """Start another mentorship when both sides want it (A4)."""
    if holds_both_sides(view, view.facts.get("new_start_wanted_by", ())):
        return None
    return "Only one side wants a new mentorship so far."


def moves_to_closed(view: View) -> str | None:
    """Know whether the program closes a mentorship."""
    return None if view.data.get("to") == "closed" else "It is not moved to closed."


def moves_to_alumni(view: View) -> str | None:
    """Know whether the program completes a mentorship."""
    return None if view.data.get("to") == "alumni" else "It is not moved to alumni."


def _celebration(view: View) -> Mapping[str, Any]:
    return view.facts.get("celebration") or {}
