"""What stands behind the effects of a claim: decisions, mentorships, people; read once for all."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from mentorflow.core.mentorship import EscalationStatus, HistoryEntry, Mentorship
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.person import Person
from mentorflow.store.reading import Reader
from mentorflow.store.rows import ClaimedEffect


class Behind(NamedTuple):
    """The decisions effects come from, with their mentorships as they stand now."""

    entries: Mapping[tuple[str, int], HistoryEntry]
    standing: Mapping[str, Mentorship]
    people: Mapping[str, Person]
    """The parties of the mentorships that messages are about, where they said something."""
    open_escalations: Collection[str]
    """Those that nobody has taken up or put off, where rungs are told."""


def read_behind(
    reader: Reader,
    effects: Iterable[ClaimedEffect],
    messages: Collection[MessageOutcome],
    standing: Mapping[str, Mentorship],
) -> Behind:
    """Read what stands behind effects, and behind the messages that go out with them."""
    missing = {message.mentorship_id for message in messages} - standing.keys()
    if missing:
        standing = {**standing, **reader.mentorships(missing)}
    places = {(found.mentorship_id, found.revision) for found in effects}
    places |= {(message.mentorship_id, message.revision) for message in messages}
    about = {message.mentorship_id for message in messages}
    rungs = {message.mentorship_id for message in messages if message.kind == "escalate"}
    people = _everybody(standing[mentorship_id] for mentorship_id in about)
    return Behind(
        entries=reader.entries(list(places)) if places else {},
        standing=standing,
        people=reader.people(people) if people else {},
        open_escalations=(
            reader.escalations_of(rungs, EscalationStatus.OPEN) if rungs else frozenset()
        ),
    )


def _everybody(mentorships: Iterable[Mentorship]) -> set[str]:
    return {
        person
        for mentorship in mentorships
        for people in mentorship.parties.values()
        for person in people
    }
