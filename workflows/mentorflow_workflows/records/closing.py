"""What is remembered of winding down, of the years after, and of what the program decides."""

from collections.abc import Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import concerned_person, mapping, with_person
from mentorflow_workflows.times import date_of

Changes = Mapping[str, Any]


def note_transition_wish(view: View) -> Changes:
    """Remember who would wind down (T3)."""
    wanted_by = view.facts.get("winding_down_wanted_by", ())
    return {"winding_down_wanted_by": with_person(wanted_by, view.event.by)}


def plan_closing(view: View) -> Changes:
    """Count the closing from the end date, and from now where it ends early (T2, T7).

    The lighter rhythm begins now as well, whenever the last meeting was (T4).
    """
    now = view.now.isoformat()
    ends_on = date_of(view, "ends_on")
    if view.facts.get("mode") == "early" or ends_on is None:
        return {"closing_from": now, "rhythm_from": None}
    end = view.calendar.start_of(ends_on)
    # What was to be done may be done long before the end date; nobody waits for it then.
    latest = view.calendar.after(view.now, view.spans["end_notice"])
    return {"closing_from": max(view.now, min(end, latest)).isoformat(), "rhythm_from": None}


def clear_closing(view: View) -> Changes:  # noqa: ARG001 - every record takes a view
    """Forget an earlier closing when the work goes on (T4)."""
    return dict.fromkeys(
        (
            "mode",
            "reason",
            "closing_from",
            "closing_meeting_at",
            "survey_answered_by",
            "winding_down_wanted_by",
        )
    )


def note_thanks(view: View) -> Changes:
    """Remember who said thank you (T8)."""
    return {"thanked_by": with_person(view.facts.get("thanked_by", ()), view.event.by)}


def note_survey(view: View) -> Changes:
    """Remember who answered the closing survey (S21)."""
    person = concerned_person(view, "person")
    return {"survey_answered_by": with_person(view.facts.get("survey_answered_by", ()), person)}


def set_rematch_day(view: View) -> Changes:
    """Leave some time before another match (K13, S32)."""
    day = view.calendar.after(view.now, view.spans["rematch_buffer"])
    return {"rematch_from": day.astimezone(view.calendar.zone).date().isoformat()}


def note_contact_consent(view: View) -> Changes:
    """Keep how and how often somebody would stay in touch (T9)."""
    person = str(view.event.by)
    withdrawn = [one for one in view.facts.get("contact_withdrawn", ()) if one != person]
    consent = {**mapping(view, "contact"), person: dict(view.data)}
    return {"contact": consent, "contact_withdrawn": withdrawn}


def withdraw_contact(view: View) -> Changes:
    """Leave somebody alone from now on (T9)."""
    person = concerned_person(view, "person") or "host"
    consent = {one: how for one, how in mapping(view, "contact").items() if one != person}
    withdrawn = with_person(view.facts.get("contact_withdrawn", ()), person)
    return {"contact": consent, "contact_withdrawn": withdrawn}


def note_reengagement(view: View) -> Changes:
    """Remember who would begin anew (A4)."""
    wanted_by = view.facts.get("new_start_wanted_by", ())
    return {"new_start_wanted_by": with_person(wanted_by, view.event.by)}


def note_safety(view: View) -> Changes:
    """Remember that a safety report closed it, and nothing of its words (K15)."""
    return {"safety_reported_at": view.now.isoformat()}


def note_override(view: View) -> Changes:
    """Let an open concern rest when the program moves a mentorship."""
    if view.data.get("to") == "conflict":
        return {}
    return {"concern": None}
