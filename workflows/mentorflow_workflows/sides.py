"""Who counts on which side of a mentorship, and for whom an event speaks."""

from collections.abc import Collection, Sequence
from typing import Any

from mentorflow.core.workflow import View

PROGRAM = frozenset({"coordinator", "mediator", "program_owner"})
"""The roles that stand above the two sides."""


def mentors_taking_part(view: View) -> Sequence[str]:
    """Return the mentors who accepted; all who did not decline where nobody has accepted."""
    accepted = view.facts.get("accepted_by", ())
    taking_part = [mentor for mentor in view.people("mentor") if mentor in accepted]
    return taking_part or mentors_left(view)


def mentors_left(view: View) -> Sequence[str]:
    """Return the mentors who have not declined."""
    declined = view.facts.get("declined_by", ())
    return [mentor for mentor in view.people("mentor") if mentor not in declined]


def everybody(view: View) -> Sequence[str]:
    """Return the mentee and the mentors taking part: those who sign."""
    return [*view.people("mentee"), *mentors_taking_part(view)]


def holds_the_mentee(view: View, people: Collection[str]) -> bool:
    """Return whether the mentee is among some people."""
    return any(mentee in people for mentee in view.people("mentee"))


def holds_a_mentor(view: View, people: Collection[str]) -> bool:
    """Return whether a mentor taking part is among some people."""
    return any(mentor in people for mentor in mentors_taking_part(view))


def holds_both_sides(view: View, people: Collection[str]) -> bool:
    """Return whether the mentee and one of the mentors are among some people."""
    return holds_the_mentee(view, people) and holds_a_mentor(view, people)


def is_program(view: View) -> bool:
    """Return whether the event comes from the program rather than from the pair."""
    return bool(PROGRAM & view.roles)


def is_mentee(view: View) -> bool:
    """Return whether the event comes from the mentee."""
    return "mentee" in view.roles


def is_mentor(view: View) -> bool:
    """Return whether the event comes from a mentor."""
    return "mentor" in view.roles


def concerned_mentor(view: View) -> str | None:
    """Return the mentor who answers a request: the sender, or whom the coordinator names."""
    if is_mentor(view):
        return view.event.by
    mentors = view.people("mentor")
    named = view.data.get("mentor")
    if named is None and len(mentors) == 1:
        return mentors[0]
    return named if named in mentors else None


def concerned_person(view: View, field: str) -> str | None:
    """Return the mentee or mentor an event is about: the sender, or whom a field names."""
    if view.roles & {"mentee", "mentor"}:
        return view.event.by
    named = view.data.get(field)
    return named if named in (*view.people("mentee"), *view.people("mentor")) else None


def with_person(people: Sequence[str], person: str | None) -> list[str]:
    """Return people with one more, each named once."""
    return [*people] if person is None or person in people else [*people, person]


def without_person(people: Sequence[str], person: str | None) -> list[str]:
    """Return people without one of them."""
    return [other for other in people if other != person]


def mapping(view: View, fact: str) -> dict[str, Any]:
    """Return a copy of a fact that is a mapping; an empty one where there is none."""
    return dict(view.facts.get(fact) or {})
