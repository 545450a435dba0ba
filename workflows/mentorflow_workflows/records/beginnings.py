"""What is remembered of a request and of getting to know each other."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import (
    concerned_mentor,
    concerned_person,
    mapping,
    with_person,
    without_person,
)
from mentorflow_workflows.times import day_after, instant, today

Changes = Mapping[str, Any]
_WEEK = timedelta(days=7)
_LONGEST_AGENDA = 20


def note_acceptance(view: View) -> Changes:
    """Count a mentor in; those counted in get the messages (C4)."""
    mentor = concerned_mentor(view)
    accepted = with_person(view.facts.get("accepted_by", ()), mentor)
    return {
        "accepted_by": accepted,
        "declined_by": without_person(view.facts.get("declined_by", ()), mentor),
        "mentors_told": accepted,
    }


def note_decline(view: View) -> Changes:
    """Count a mentor out, without a word on why (C14, C15)."""
    mentor = concerned_mentor(view)
    accepted = without_person(view.facts.get("accepted_by", ()), mentor)
    declined = with_person(view.facts.get("declined_by", ()), mentor)
    left = [other for other in view.people("mentor") if other not in declined]
    changes = {"accepted_by": accepted, "declined_by": declined, "mentors_told": accepted or left}
    if mentor is None or "available_in" not in view.data:
        return changes
    again = day_after(view, today(view), view.data["available_in"])
    return {**changes, "available_from": {**mapping(view, "available_from"), mentor: str(again)}}


def note_question(view: View) -> Changes:
    """Remember that it is the mentee's turn (C12)."""
    return {"question_asked_at": view.now.isoformat()}


def clear_question(view: View) -> Changes:  # noqa: ARG001 - every record takes a view
    """Remember that it is the mentor's turn again (C12)."""
    return {"question_asked_at": None}


def note_request(view: View) -> Changes:
    """Count the requests of the past week (C7)."""
    recent = [at for at in view.facts.get("requests", ()) if view.now - instant(at) < _WEEK]
    return {"requests": [*recent, view.now.isoformat()]}


def put_on_agenda(view: View) -> Changes:
    """Keep something for the next meeting (C7, E12)."""
    agenda = with_person(view.facts.get("agenda", ()), view.data["title"])
    return {"agenda": agenda[-_LONGEST_AGENDA:]}


def note_fit(view: View) -> Changes:
    """Remember who wants to go on (C6)."""
    person = concerned_person(view, "on_behalf_of")
    return {"fit": with_person(view.facts.get("fit", ()), person)}
