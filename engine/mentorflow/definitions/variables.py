"""What a message may mention, and values to try it with."""

from collections.abc import Iterator, Mapping
from typing import Any

from mentorflow.core.courtesy import Why

VARIABLES = {
    "recipient": "the person who gets the message",
    "role": "the role they get it in: `mentee`, `mentor`, `coordinator` …",
    "mentee": "the mentee",
    "mentors": "the mentors, joined by `and`",
    "coordinator": "the coordinator",
    "mediator": "the mediator",
    "program": "the program",
    "key": "the host's own key of the mentorship",
    "title": "what the mentorship is about, from its facts",
    "state": "the state it is in",
    "cause": "the event or the timer that the message comes from: `pause.ended`, `contact.nudge_1`",
    "meeting": "the meeting it is about: `meeting.starts_at` in the recipient's time zone, "
    "`meeting.length`, `meeting.place`; none where it is about no meeting",
}
"""What a message may mention, written `{{ mentee }}`."""

MEETING = ("starts_at", "length", "place")
"""What a meeting has; its place may be none."""

LETTER_VARIABLES = {
    "count": "how many messages a digest has",
    "held_because": "why a message of a digest waited: `over_budget`, `quiet_hours`, `absent`",
}
"""What the words of the letter may mention besides."""

HELD = tuple(why.value for why in Why if why is not Why.CAUSE_GONE)
"""Why messages are held; a host may have reasons of its own."""

PEOPLE: Mapping[str, str] = {
    "mentee": "Amina Diallo",
    "mentor": "Jonas Weber",
    "coordinator": "Clara Ruiz",
    "mediator": "Noor Haddad",
    "program_owner": "Tomás Silva",
}
_MEETING = {"starts_at": "Tuesday, March 18, 15:00", "length": "45 minutes", "place": "Room 2"}


def example(*, role: str, cause: str = "", state: str = "") -> dict[str, Any]:
    """Return values as a message might be given, with all there can be."""
    return {
        "recipient": PEOPLE.get(role, role),
        "role": role,
        "mentee": PEOPLE["mentee"],
        "mentors": PEOPLE["mentor"],
        "coordinator": PEOPLE["coordinator"],
        "mediator": PEOPLE["mediator"],
        "program": "Spring 2025",
        "key": "spring-2025-007",
        "title": "Reviewing code with confidence",
        "state": state,
        "cause": cause,
        "meeting": _MEETING,
    }


def examples(*, role: str, cause: str, state: str) -> Iterator[dict[str, Any]]:
    """Yield values as a message might be given: with all there can be, and with less."""
    whole = example(role=role, cause=cause, state=state)
    yield whole
    yield whole | {"meeting": _MEETING | {"place": None}}
    yield whole | {"meeting": None}


def letter_examples() -> Iterator[dict[str, Any]]:
    """Yield values as the words of a letter might be given."""
    for held_because in (*HELD, "the program rests"):
        for count in (1, 3):
            whole = example(role="mentee")
            yield whole | {"count": count, "held_because": held_because}
