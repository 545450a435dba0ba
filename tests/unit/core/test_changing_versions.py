"""Whatever is changed of a workflow, whoever was on their way gets on, and nobody is stranded."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from builders import START, example, life_pack
from changing import Changed, change, compiled, written
from circus import circus_pack
from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.core.migrating import decide_migration, migration_event
from mentorflow.core.replay import replay
from mentorflow.core.timings import WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.definitions.pack import Pack
from mentorflow.errors import MigrationRefused
from mentorflow_workflows.mentorship import pack as shipped
from model import Model, assert_holds

PAIR = ("mentee-1", "mentor-1", "mentor-2", "coordinator-1", "owner-1", None)
_FORGETFUL = 0.3
"""How often nobody says what has another name now."""
FACTS: tuple[dict[str, Any], ...] = (
    {"quiet": True},
    {"quiet": False},
    {"asked_at": (START + timedelta(days=20)).isoformat()},
    {"last_meeting_at": (START + timedelta(days=9)).isoformat()},
    {"dates": {"ends_on": "2025-04-30"}},
    {"agreement": {"cadence": "2w"}},
    {"meetings": {"a": {"starts_at": (START + timedelta(days=30)).isoformat()}}},
)


@pytest.mark.parametrize("seed", range(120))
def test_a_circus_moves_on_whatever_was_changed(seed: int, tmp_path: Path) -> None:
    _whatever_is_changed(circus_pack(tmp_path / "circus.yaml"), seed)


@pytest.mark.parametrize("seed", range(60))
def test_a_small_life_moves_on_whatever_was_changed(seed: int, tmp_path: Path) -> None:
    _whatever_is_changed(life_pack(tmp_path / "life.yaml"), seed)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_shipped_moves_on_whatever_was_changed(seed: int) -> None:
    _whatever_is_changed(shipped, seed)


def _whatever_is_changed(pack: Pack, seed: int) -> None:
    random = Random(seed)
    said = written(pack)
    old = compiled(said, pack)
    new = change(said, pack, random, first=seed)
    moved = [_moved(old, new, random) for _ in range(6)]

    assert any(moved) or new.states


def _moved(old: Workflow, new: Changed, random: Random) -> bool:
    """Live a while in the old version, move, and live on in the new one."""
    model = Model(old, _start(old))
    now = _live(model, random, START)
    before = model.mentorship
    try:
        decision = _migrated(old, new, before, now, random)
    except MigrationRefused as refused:
        _assert_says_what_to_map(refused, before)
        return False
    _assert_moved(new.workflow, decision, now)
    entries = [one.entry for one in model.decisions]
    model.workflow, model.timings = new.workflow, WorkflowTimings(new.workflow)
    model.decisions.append(decision)
    _live(model, random, now)
    entries += [one.entry for one in model.decisions[len(entries) :]]
    versions = {1: (old, WorkflowTimings(old)), 2: (new.workflow, model.timings)}
    assert replay(versions.__getitem__, entries) == model.mentorship
    return True


def _assert_says_what_to_map(refused: MigrationRefused, before: Mentorship) -> None:
    assert refused.state in {before.state, *(detour.state for detour in before.stack)}
    assert f"map {refused.state!r} to" in str(refused)


def _migrated(
    old: Workflow, new: Changed, before: Mentorship, now: datetime, random: Random
) -> Decision:
    states = {} if random.random() < _FORGETFUL else new.states
    event = migration_event(old, new.workflow, states, by=None, reason=None)
    rules = (old, WorkflowTimings(old)), (new.workflow, WorkflowTimings(new.workflow))
    return decide_migration(*rules, before, event, now)


def _assert_moved(workflow: Workflow, decision: Decision, now: datetime) -> None:
    before, after = decision.before, decision.mentorship
    assert_holds(workflow, decision)
    assert after.version == workflow.version
    known = {timer.key for timer in before.timers}
    for timer in decision.timers_put:
        assert timer.due_at is None or timer.due_at >= now
        rule = workflow.timers.get(timer.name)
        if rule is not None and timer.key not in known and not decision.entry.data["states"]:
            is_zero = timer.value.startswith("0")
            assert timer.due_at is None or timer.due_at > now or is_zero, "a burst"


def _live(model: Model, random: Random, now: datetime) -> datetime:
    for _ in range(random.randint(0, 15)):
        now += timedelta(hours=random.choice((0, 1, 1, 12, 12, 30, 24 * 3, 24 * 9)))
        model.run_due(now)
        offered = [event for event in model.offered if not _ends(model, event)] or model.offered
        if offered:
            event = random.choice(offered)
            model.send(event, by=random.choice(PAIR), data=_data(model, event, random), now=now)
    return now


def _ends(model: Model, event: str) -> bool:
    states, anywhere = model.workflow.states, model.workflow.anywhere
    branches = states[model.mentorship.state].events.get(event) or anywhere.get(event) or ()
    targets = [states.get(branch.to or "") for branch in branches]
    return any(target is not None and target.is_final for target in targets)


def _data(model: Model, event: str, random: Random) -> Mapping[str, Any]:
    if event.startswith("escalation."):
        return {"escalation": random.choice(model.mentorship.escalations).id}
    if event == "noted":
        return {"facts": random.choice(FACTS)}
    return example(model.workflow, event)


def _start(workflow: Workflow) -> HistoryEntry:
    return HistoryEntry(
        mentorship_id="0190f2c4-7a00-7000-8000-000000000001",
        revision=1,
        at=START,
        event="mentorship.started",
        from_state=None,
        to_state=workflow.initial,
        by=None,
        data={
            "program": "program-1",
            "workflow": workflow.name,
            "version": workflow.version,
            "parties": {
                "mentee": ["mentee-1"],
                "mentor": ["mentor-1", "mentor-2"],
                "coordinator": ["coordinator-1"],
            },
            "facts": {"dates": {}},
        },
    )
