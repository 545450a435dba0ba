"""Whatever is changed of a workflow, a preview of moving a population counts what is then done."""

import json
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from builders import START, due, example, life_pack
from changing import change, written
from circus import circus_pack
from mentorflow import Engine, EventRejected, ManualClock
from mentorflow.core.leaving import has_way_out, needs_way_out

PEOPLE = ("mentee-1", "mentor-1", "coordinator-1", None)


@pytest.mark.parametrize("seed", range(8))
def test_a_preview_counts_what_is_done_and_nobody_is_stranded(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    random, clock = Random(seed), ManualClock(START)
    pack = circus_pack(tmp_path / "circus.yaml")
    new = change(written(pack), pack, random, first=seed * 2)
    with Engine(database_url, clock=clock, workflows=[pack], channels=[]) as engine:
        ids = _population(engine, clock, random)
        engine.workflows.publish(json.dumps(new.said))
        asked: dict[str, Any] = {"from_version": 1, "to_version": 2, "states": new.states}

        previewed = engine.workflows.preview("tiny", **asked)
        done = engine.workflows.migrate("tiny", **asked)

        assert previewed == done
        assert done.mentorships + sum(done.refused.values()) == len(ids)
        assert engine.workflows.stranded() == ()
        assert engine.timings.preview(workflow="tiny").counts.listed == 0
        _live(engine, clock, random, ids)
        assert engine.workflows.stranded() == ()
        for one in map(engine.get, ids):
            if one.version == 2 and needs_way_out(new.workflow, one.state):
                assert has_way_out(new.workflow, one.state, one.timers)


def test_what_a_frozen_program_set_aside_is_moved_with_it(
    database_url: str, tmp_path: Path
) -> None:
    clock = ManualClock(START)
    pack = life_pack(tmp_path / "life.yaml")
    said = written(pack) | {"version": 2}
    said["timings"]["d14"]["default"] = "20d"
    with Engine(database_url, clock=clock, workflows=[pack], channels=[]) as engine:
        request: dict[str, Any] = {"mentee": "mentee-1", "mentors": ["mentor-1"]}
        started = engine.start(**request, program="program-1", workflow="tiny")
        engine.programs.freeze("program-1", reason="a strike")
        clock.set(START + timedelta(days=15))
        engine.run_due()
        engine.workflows.publish(json.dumps(said))

        done = engine.workflows.migrate("tiny", from_version=1, to_version=2)

        after = engine.get(started.id)
        assert (done.mentorships, done.stranded) == (1, ())
        assert due(after) == {"contact.nudge": None, "contact.window": START + timedelta(days=20)}
        assert [one.name for one in after.timers if one.is_set_aside] == ["contact.nudge"]


def test_what_a_migration_makes_overdue_is_spread_over_the_waking_hours_of_a_day(
    database_url: str, tmp_path: Path
) -> None:
    clock = ManualClock(START)
    pack = life_pack(tmp_path / "life.yaml")
    said = written(pack) | {"version": 2}
    said["timings"]["d14"]["default"] = "4d"
    said["timings"]["d3"]["default"] = "2d"
    with Engine(database_url, clock=clock, workflows=[pack], channels=[]) as engine:
        request: dict[str, Any] = {"mentee": "mentee-1", "mentors": ["mentor-1"]}
        asked: dict[str, Any] = {"from_version": 1, "to_version": 2}
        for _ in range(40):
            engine.start(**request, program="program-1", workflow="tiny")
        clock.set(START + timedelta(days=4, hours=1))
        overdue_before = engine.start(**request, program="program-1", workflow="tiny")
        engine.workflows.publish(json.dumps(said))

        previewed = engine.workflows.preview("tiny", **asked)
        done = engine.workflows.migrate("tiny", **asked)
        placed = [
            timer
            for one in engine.find(program="program-1", limit=100)
            for timer in engine.explain(one.id)["upcoming"]
            if timer["put_off_by"] == "migration"
        ]
        at_once = engine.run_due()
        again = engine.workflows.migrate("tiny", **asked)
        clock.set(clock.now() + timedelta(days=1))
        engine.run_due()

        assert previewed == done
        assert (done.put_off, again.put_off) == (40, 0)
        assert {timer["timer"] for timer in placed} == {"contact.window"}
        moments = [datetime.fromisoformat(timer["due_at"]) for timer in placed]
        now = START + timedelta(days=4, hours=1)
        assert all(now <= one <= now + timedelta(days=1) for one in moments)
        assert all(8 <= one.hour < 20 for one in moments), "nobody is woken"
        assert len({one.replace(second=0, microsecond=0) for one in moments}) > 30
        assert at_once.timers_fired == 40, "the nudges that were due before"
        states = [one.state for one in engine.find(program="program-1", limit=100)]
        assert Counter(states) == {"closed": 40, "contact": 1}
        assert engine.get(overdue_before.id).state == "contact"


def _population(engine: Engine, clock: ManualClock, random: Random) -> list[str]:
    request: dict[str, Any] = {
        "mentee": "mentee-1",
        "mentors": ["mentor-1"],
        "coordinator": "coordinator-1",
    }
    ids = [engine.start(**request, program="program-1", workflow="tiny").id for _ in range(12)]
    _live(engine, clock, random, ids)
    return ids


def _live(engine: Engine, clock: ManualClock, random: Random, ids: list[str]) -> None:
    for _ in range(6):
        clock.set(clock.now() + timedelta(hours=random.choice((1, 12, 30, 24 * 4))))
        engine.run_due()
        for one in ids:
            offered = engine.explain(one)["allowed_events"]
            chosen = [event for event in offered if event not in {"alarm", "quit"}]
            if chosen and random.random() < 0.6:
                _send(engine, one, random.choice(chosen), random)


def _send(engine: Engine, mentorship_id: str, event: str, random: Random) -> None:
    data: dict[str, Any]
    if event.startswith("escalation."):
        data = {"escalation": random.choice(engine.escalations(mentorship_id)).id}
    elif event == "noted":
        data = {"facts": {"meetings": {"a": {"starts_at": "2025-03-29T09:00:00+00:00"}}}}
    else:
        data = example(engine.workflow("tiny"), event)
    with suppress(EventRejected):
        engine.send(mentorship_id, event, by=random.choice(PEOPLE), data=data)
