"""The demo lives a plausible year, leaves nobody behind, and tells what the database holds."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from integration.demo.conftest import Lived
from mentorflow import Engine
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.core.workflow import Workflow
from mentorflow_workflows.demo.tally import everyone
from tables import rows

pytestmark = pytest.mark.xdist_group("demo")

DAY = timedelta(days=1)
DROPPED = (
    "SELECT mentorship_id || '-' || revision || ':' || position FROM mentorflow_message "
    "WHERE status = 'dropped'"
)
"""Reminders that waited until they had no point."""
COUNTED = "SELECT person, counted_at FROM mentorflow_message WHERE counted_at IS NOT NULL"
CAUSED_BY_PEOPLE = {
    "mentor_joined",
    "extension_asked",
    "resolution_question",
    "draft_ready",
    "mentee_accomplished",
    "feedback_for_mentee",
    "feedback_for_mentor",
    "end_question",
    "mediation_consent",
    "meeting_set",
    "meeting_off",
}
"""What follows on somebody's act is told at each of them, also twice a day."""


@pytest.fixture
def engine(lived: Lived) -> Iterator[Engine]:
    with Engine(lived.url, channels=()) as opened:
        yield opened


def histories(engine: Engine) -> dict[str, list[HistoryEntry]]:
    return {found.id: engine.history(found.id) for found in everyone(engine)}


def messages(engine: Engine) -> Iterator[dict[str, Any]]:
    """Yield every message with the decision it came from."""
    for mentorship in everyone(engine):
        entries = {entry.revision: entry for entry in engine.history(mentorship.id)}
        for effect in engine._store.reader.effects(mentorship.id):
            if effect["kind"] in {"notify", "escalate"}:
                yield {**effect, "entry": entries[effect["revision"]]}


def test_every_row_with_a_mentor_is_lived(engine: Engine, lived: Lived) -> None:
    assert len(everyone(engine)) == lived.told["mentorships"] == 40
    assert [row.line for row in lived.played.tally.refused] == [16, 22]


def test_states_and_outcomes_are_those_of_the_database(engine: Engine, lived: Lived) -> None:
    found = everyone(engine)

    assert lived.told["states"] == Counter(one.state for one in found)
    assert lived.told["outcomes"] == Counter(one.outcome for one in found)


def test_events_and_timers_are_those_of_the_histories(engine: Engine, lived: Lived) -> None:
    entries = [entry for history in histories(engine).values() for entry in history]

    assert lived.told["events"] == len(entries)
    assert lived.told["timers_fired"] == sum(entry.cause is not None for entry in entries)


def test_messages_are_those_of_the_outbox_and_all_are_done(engine: Engine, lived: Lived) -> None:
    dropped = {one for (one,) in rows(lived.url, DROPPED)}
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages(engine):
        assert message["status"] == "done"
        if message["id"] not in dropped:
            sent[message["role"]][f"{message['entry'].at:%Y-%m}"] += 1

    assert lived.told["messages"] == sent


def test_nobody_got_more_letters_in_a_week_than_they_like(lived: Lived) -> None:
    counted: dict[str, list[datetime]] = defaultdict(list)
    for person, at in rows(lived.url, COUNTED):
        counted[person].append(datetime.fromisoformat(at))

    busiest = max(
        sum(one - 7 * DAY < other <= one for other in letters)
        for letters in counted.values()
        for one in letters
    )
    assert busiest == 3
    waited = rows(lived.url, "SELECT count(*) FROM mentorflow_message WHERE why = 'over_budget'")
    assert waited[0][0] > 0, "the budget has made a difference"


def test_escalations_are_those_of_the_database(engine: Engine, lived: Lived) -> None:
    opened = engine.escalations(is_over=None)

    assert lived.told["escalations"] == Counter(one.ladder for one in opened)


def test_most_come_to_a_good_end(lived: Lived) -> None:
    told = lived.told

    assert 0.75 <= told["outcomes"]["completed"] / told["mentorships"] <= 0.97
    assert len(told["outcomes"]) >= 4


def test_nobody_is_left_standing(engine: Engine) -> None:
    workflow = engine.workflow()

    assert [one.key for one in everyone(engine) if not _can_move(engine, workflow, one)] == []


def _can_move(engine: Engine, workflow: Workflow, mentorship: Mentorship) -> bool:
    if mentorship.state in {"alumni", "closed"}:
        return True
    return any(workflow.timers[timer.name].fires for timer in engine.upcoming(mentorship.id))


def test_follow_ups_are_all_that_is_still_to_come(engine: Engine) -> None:
    to_come = {timer.name for found in everyone(engine) for timer in engine.upcoming(found.id)}

    assert to_come <= {"alumni.follow_up_1", "alumni.follow_up_2", "alumni.follow_up_3"}


def test_nobody_is_told_the_same_twice_in_a_day_by_the_clock(engine: Engine) -> None:
    told: dict[tuple[object, ...], list[datetime]] = defaultdict(list)
    for message in messages(engine):
        # Two meetings within a day are two reasons, and so are two escalations.
        about = (message["entry"].data.get("instance"), (message["data"] or {}).get("escalation"))
        if message["name"] not in CAUSED_BY_PEOPLE:
            who = (message["mentorship_id"], message["recipient"])
            told[*who, message["name"], *about].append(message["entry"].at)

    twice = [
        key
        for key, times in told.items()
        for first, second in zip(sorted(times), sorted(times)[1:], strict=False)
        if second - first < DAY
    ]
    assert twice == []


def test_few_acts_come_too_late(lived: Lived) -> None:
    assert lived.played.tally.dropped < 0.01 * lived.told["events"]


def test_the_story_has_something_to_tell(lived: Lived) -> None:
    visited = lived.played.tally.visited[lived.played.eventful.id]

    assert {"conflict", "celebration", "alumni"} <= visited


def test_the_refusal_is_real(lived: Lived, engine: Engine) -> None:
    refusal = lived.played.refusal

    assert refusal is not None
    assert (refusal.code, "gratitude.sent" in refusal.allowed_events) == ("event_not_offered", True)
    assert "one-more" not in str(engine.history(lived.played.eventful.id))


def test_what_is_still_to_come_is_due_as_its_rules_have_it(lived: Lived) -> None:
    ((many,),) = rows(lived.url, "SELECT count(*) FROM mentorflow_timer WHERE due_at IS NOT NULL")

    with Engine(lived.url, channels=()) as engine:
        counts = engine.timings.preview().counts

    assert many > 0
    assert counts.listed == 0
