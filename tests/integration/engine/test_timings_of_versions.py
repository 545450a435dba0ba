"""Timings where several versions of a workflow run side by side: those of each can be set."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import START, at, life_pack
from changing import written
from mentorflow import Engine, ManualClock, Mentorship
from mentorflow.definitions.pack import Pack
from mentorflow.engine.workflows import Published
from mentorflow.errors import InvalidPayload, TimingRefused

Open = Callable[[], Engine]
WHY = "exams"
CALLED: dict[str, Any] = {
    "mentee": "mentee-1",
    "mentors": ["mentor-1"],
    "program": "p",
    "workflow": "tiny",
}


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return life_pack(tmp_path / "life.yaml")


@pytest.fixture
def open_engine(database_url: str, pack: Pack) -> Iterator[Open]:
    """Open engines on this test's database, with the small life."""
    clock = ManualClock(START)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            Engine(database_url, clock=clock, workflows=[pack], channels=[])
        )


def publish_second(engine: Engine, pack: Pack) -> Published:
    """Publish a version in which d3 is called first_nudge, and d14 is longer by default."""
    said: Any = written(pack)
    said["version"] = 2
    said["timings"]["first_nudge"] = said["timings"].pop("d3")
    said["snooze"] = "first_nudge"
    said["timings"]["d14"] |= {"default": "20d", "max": "30d"}
    said["states"]["contact"]["timers"]["nudge"]["after"] = "first_nudge"
    return engine.workflows.publish(yaml.safe_dump(said, sort_keys=False))


def in_force(engine: Engine, **asked: str) -> dict[str, tuple[str, int]]:
    found = engine.timings.list(workflow="tiny", **asked)
    return {one.name: (one.value, one.version) for one in found}


def due(engine: Engine, of: Mentorship) -> dict[str, Any]:
    return {timer.name: timer.due_at for timer in engine.upcoming(of.id)}


def test_a_timing_that_only_an_older_version_has_can_be_set_for_those_it_runs(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    older = engine.start(**CALLED)
    engine.timings.set("d3", "4d", reason=WHY, workflow="tiny")
    publish_second(engine, pack)
    newer = engine.start(**CALLED)

    plan = engine.timings.preview(
        [{"timing": "d3", "value": "5d"}, {"timing": "first_nudge", "value": "6d"}],
        workflow="tiny",
    )
    done = engine.timings.apply(plan, reason=WHY)

    assert (plan.counts.moved, done.done) == (2, 2)
    assert due(engine, older)["contact.nudge"] == at(days=5)
    assert due(engine, newer)["contact.nudge"] == at(days=6)
    assert [one.to_value for one in engine.timings.history("d3", workflow="tiny")] == ["5d", "4d"]
    engine.timings.unset("d3", reason=WHY, workflow="tiny")
    engine.timings.limit("d3", per_minute=1, reason=WHY, workflow="tiny")
    engine.timings.unlimit("d3", reason=WHY, workflow="tiny")


def test_what_is_in_force_is_told_of_each_version_that_is_run_by(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    older = engine.start(**CALLED)
    publish_second(engine, pack)
    newer = engine.start(**CALLED)

    everywhere = in_force(engine)
    assert (everywhere["d3"], everywhere["first_nudge"]) == (("3d", 1), ("3d", 2))
    assert everywhere["d14"] == ("20d", 2)
    assert in_force(engine, mentorship=older.id)["d14"] == ("14d", 1)
    assert in_force(engine, mentorship=newer.id)["d14"] == ("20d", 2)
    assert "first_nudge" not in in_force(engine, mentorship=older.id)

    engine.workflows.migrate("tiny", from_version=1, to_version=2)

    assert "d3" not in in_force(engine)


def test_who_publishes_is_told_what_is_set_that_the_version_does_not_allow(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    engine.timings.set("d14", "50d", reason=WHY, program="p", workflow="tiny")
    engine.timings.set("d3", "4d", reason=WHY, workflow="tiny")

    published = publish_second(engine, pack)

    assert published.is_new
    (clash,) = published.clashes
    assert clash.startswith("for the program p, d14 may be 1m to 30d, not 50d")
    assert publish_second(engine, pack).clashes == (clash,)


def test_a_version_that_another_process_has_published_is_known_to_who_sets(
    open_engine: Open, pack: Pack
) -> None:
    one, other, third = open_engine(), open_engine(), open_engine()
    publish_second(one, pack)

    other.timings.set("first_nudge", "4d", reason=WHY, workflow="tiny")
    third.timings.limit("first_nudge", per_minute=1, reason=WHY, workflow="tiny")

    with pytest.raises(TimingRefused, match="to 30d, not 31d"):
        other.timings.preview([{"timing": "d14", "value": "31d"}], workflow="tiny")
    with pytest.raises(InvalidPayload, match="did you mean"):
        other.timings.preview([{"timing": "d33", "value": "3d"}], workflow="tiny")
