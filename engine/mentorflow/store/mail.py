"""From persons and the outcomes of messages to rows and back."""

from collections.abc import Iterable
from datetime import datetime, time

from mentorflow.core.courtesy import Why
from mentorflow.core.keys import effect_id
from mentorflow.core.outcome import Mailbox, MessageOutcome, MessageStatus
from mentorflow.core.person import Absence, Person, QuietHours, Reach
from mentorflow.store.rows import InstantColumn, Row, decoded, encoded, instant

_CLOCK = "%H:%M"


def person_of(row: Row) -> Person:
    """Return the person of a row of `select_people`, or of the same columns as values."""
    channels = decoded(row[5]) if isinstance(row[5], str) else row[5]
    quiet_since, quiet_until, absent_since, absent_until = row[6:10]
    return Person(
        id=row[0],
        name=row[1],
        time_zone=row[2],
        locale=row[3],
        style=row[4],
        channels=tuple(Reach(*found) for found in channels),
        quiet_hours=(
            None
            if quiet_since is None
            else QuietHours(time.fromisoformat(quiet_since), time.fromisoformat(quiet_until))
        ),
        absence=(
            None if absent_since is None else Absence(instant(absent_since), instant(absent_until))
        ),
        weekly_budget=row[10],
    )


def person_row(person: Person, at: InstantColumn, now: datetime) -> Row:
    """Return the row of a person."""
    hours, absence = person.quiet_hours, person.absence
    return (
        person.id,
        person.name,
        person.time_zone,
        person.locale,
        person.style,
        encoded([list(reach) for reach in person.channels]),
        None if hours is None else hours.since.strftime(_CLOCK),
        None if hours is None else hours.until.strftime(_CLOCK),
        None if absence is None else at(absence.since),
        None if absence is None else at(absence.until),
        person.weekly_budget,
        at(now),
    )


def outcome_of(row: Row) -> MessageOutcome:
    """Return the outcome of a row of `select_messages`."""
    return MessageOutcome(
        mentorship_id=row[0],
        revision=row[1],
        position=row[2],
        person=row[3],
        kind=row[4],
        name=row[5],
        role=row[6],
        data={} if row[7] is None else decoded(row[7]),
        status=MessageStatus(row[8]),
        why=None if row[9] is None else Why(row[9]),
        goes_out_at=instant(row[10]),
        counted_at=None if row[11] is None else instant(row[11]),
        letter=row[12],
        channel=row[13],
        decided_at=instant(row[14]),
        changed_at=instant(row[15]),
    )


def outcome_row(message: MessageOutcome, at: InstantColumn) -> Row:
    """Return the row of what became of a message."""
    return (
        message.mentorship_id,
        message.revision,
        message.position,
        message.person,
        message.kind,
        message.name,
        message.role,
        encoded(dict(message.data)) if message.data else None,
        message.status.value,
        None if message.why is None else message.why.value,
        at(message.goes_out_at),
        None if message.counted_at is None else at(message.counted_at),
        message.letter,
        message.channel,
        at(message.decided_at),
        at(message.changed_at),
    )


def mailboxes(
    people: Iterable[str], known: Iterable[Row], letters: Iterable[Row]
) -> dict[str, Mailbox]:
    """Return the mailboxes of people from the rows of `select_people` and `select_letters`."""
    persons = {row[0]: person_of(row) for row in known}
    boxes = {name: Mailbox(persons.get(name) or Person(name)) for name in people}
    for row in letters:
        _put(boxes[row[0]], row)
    return boxes


def _put(box: Mailbox, row: Row) -> None:
    _, counted_at, goes_out_at, mentorship_id, revision, position = row
    if goes_out_at is None:
        box.counted.append(instant(counted_at))
    else:
        box.wait(effect_id((mentorship_id, revision, position)), instant(goes_out_at))
