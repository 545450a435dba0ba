"""What stands behind the effects of a claim: decisions, mentorships, people; read once for all."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.core.person import Person
from mentorflow.engine.courtesy import Sorted
from mentorflow.store.transaction import Transaction


class Behind(NamedTuple):
    """The decisions effects come from, with their mentorships as they stand now."""

    entries: Mapping[tuple[str, int], HistoryEntry]
    standing: Mapping[str, Mentorship]
    people: Mapping[str, Person]
    """The parties of the mentorships that messages are about, where they said something."""
    open_escalations: Collection[str]
    """Those that nobody has taken up or put off, where rungs are told."""


def read_behind(
    transaction: Transaction, sorted_: Sorted, standing: Mapping[str, Mentorship]
) -> Behind:
    """Read what stands behind effects, and behind the messages that go out with them."""
    messages = [part for letter in sorted_.letters.values() for part in letter.parts]
    about = {message.mentorship_id for message in messages}
    standing = {**standing, **transaction.standing(list(about - standing.keys()))}
    places = {(found.mentorship_id, found.revision) for found in sorted_.effects}
    places |= {(message.mentorship_id, message.revision) for message in messages}
    rungs = {message.mentorship_id for message in messages if message.kind == "escalate"}
    return Behind(
        entries=transaction.entries(list(places)),
        standing=standing,
        people=transaction.people(list(_everybody(standing[one] for one in about))),
        open_escalations=transaction.open_escalations(list(rungs)),
    )


def _everybody(mentorships: Iterable[Mentorship]) -> set[str]:
    return {
        person
        for mentorship in mentorships
        for people in mentorship.parties.values()
        for person in people
    }
