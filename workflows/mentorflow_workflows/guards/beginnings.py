"""What must hold for a request, for getting to know each other, and for who speaks."""

from datetime import timedelta

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import (
    concerned_mentor,
    concerned_person,
    holds_a_mentor,
    holds_both_sides,
    holds_the_mentee,
    is_mentee,
    mentors_left,
)
from mentorflow_workflows.times import instant

_WEEK = timedelta(days=7)
_FEW_REQUESTS = 2
_MANY_ATTEMPTS = 3


def speaks_for_a_mentor(view: View) -> str | None:
    """Know which of the mentors answers (C4, C14)."""
    if concerned_mentor(view) is not None:
        return None
    named = ", ".join(view.people("mentor"))
    return f"Say in `mentor` whom you speak for: {named}."


def mentor_has_capacity(view: View) -> str | None:
    """Refuse a mentor who has no room left, where the host knows the numbers (P2)."""
    most, present = view.data.get("max_mentees"), view.data.get("mentoring_now")
    if most is None or present is None or present < most:
        return None
    return f"The mentor already guides {present} of at most {most} mentees."


def a_mentor_remains(view: View) -> str | None:
    """Know whether another mentor may still say yes (C14)."""
    return None if mentors_left(view) else "Every mentor who was asked has declined."


def an_accepted_mentor_remains(view: View) -> str | None:
    """Keep a mentorship from losing its last mentor without a word (C14)."""
    if view.facts.get("accepted_by"):
        return None
    return (
        "No other mentor has accepted; send fit.declined while you are getting to know each other, "
        "or party.withdrew later."
    )


def mentee_owes_an_answer(view: View) -> str | None:
    """Know whether a question of the mentor's is open (C12)."""
    return None if view.facts.get("question_asked_at") else "The mentor has asked nothing."


def no_question_is_open(view: View) -> str | None:
    """Know whether no question of the mentor's is open (C12)."""
    return "A question of the mentor's is open." if view.facts.get("question_asked_at") else None


def requests_are_few(view: View) -> str | None:
    """Keep the first weeks light (C7)."""
    most = view.facts.get("requests_per_week", _FEW_REQUESTS)
    recent = [at for at in view.facts.get("requests", ()) if view.now - instant(at) < _WEEK]
    if len(recent) <= most:
        return None
    return f"There were {len(recent)} requests in a week; {most} are enough so early on."


def speaks_for_a_party(view: View) -> str | None:
    """Know whose word it is (C6)."""
    if concerned_person(view, "on_behalf_of") is not None:
        return None
    return "Say in `on_behalf_of` which of the two sides you speak for."


def fit_is_mutual(view: View) -> str | None:
    """Go on when the mentee and a mentor want to (C6)."""
    if holds_both_sides(view, view.facts.get("fit", ())):
        return None
    return "Only one side has confirmed the fit so far."


def mentee_confirmed_fit(view: View) -> str | None:
    """Know whether the mentee wants to go on (C6)."""
    if holds_the_mentee(view, view.facts.get("fit", ())):
        return None
    return "The mentee has not confirmed the fit yet."


def a_mentor_confirmed_fit(view: View) -> str | None:
    """Know whether a mentor wants to go on (C6)."""
    if holds_a_mentor(view, view.facts.get("fit", ())):
        return None
    return "No mentor has confirmed the fit yet."


def sent_by_the_mentee(view: View) -> str | None:
    """Know whose turn it is next."""
    return None if is_mentee(view) else "It was not sent by the mentee."


def three_attempts_were_made(view: View) -> str | None:
    """Tell the coordinator only after several attempts (C12, S45)."""
    attempts = view.data.get("attempts", 1)
    if attempts >= _MANY_ATTEMPTS:
        return None
    return f"There were {attempts} attempts; the coordinator hears of it after {_MANY_ATTEMPTS}."


def mentee_is_waited_for(view: View) -> str | None:
    """Know who owes an answer (C12)."""
    if view.data.get("waiting_for") == "mentee":
        return None
    return "It is the mentor who is waited for."
