"""Which letter a message goes in, where several wait for one person."""

from datetime import UTC, datetime, timedelta

from mentorflow.core.courtesy import Weight
from mentorflow.core.outcome import Mailbox, MessageOutcome, MessageStatus
from mentorflow.core.person import Absence, Person

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)
BACK = NOW + timedelta(days=5)
AWAY = Person("mentor-1", absence=Absence(NOW, BACK))


def held(revision: int) -> MessageOutcome:
    """Return a message that waits, or is new."""
    return MessageOutcome(
        *("m", revision, 0),
        person="mentor-1",
        kind="notify",
        name="news",
        role="mentor",
        data={},
        status=MessageStatus.HELD,
        why=None,
        goes_out_at=NOW,
        counted_at=None,
        letter=None,
        channel=None,
        decided_at=NOW,
        changed_at=NOW,
    )


def test_the_first_that_waits_for_an_instant_leads_and_the_next_join_it() -> None:
    box = Mailbox(AWAY)

    placed = [box.place(held(n), Weight.ORDINARY, NOW) for n in (1, 2, 3)]

    assert [one.status for one in placed] == ["held", "merged", "merged"]
    assert [one.letter for one in placed] == [None, "m-1:0", "m-1:0"]


def test_who_leads_goes_on_leading_where_another_waits_for_the_same_instant() -> None:
    box = Mailbox(AWAY)
    for leader in (held(1), held(2)):
        box.wait(leader.id, NOW)

    placed = [box.place(held(n), Weight.ORDINARY, NOW) for n in (1, 2, 3)]

    assert [one.status for one in placed] == ["held", "held", "merged"], "others are in the second"
    assert {one.goes_out_at for one in placed} == {BACK}
    assert placed[2].letter == "m-1:0"
