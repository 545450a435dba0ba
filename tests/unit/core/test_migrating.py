"""What becomes of the timers, the stack and the escalations of one mentorship that is moved."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from builders import Note, at, due, take_facts, tiny
from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import Detour, HistoryEntry
from mentorflow.core.migrating import decide_migration, migration_event, timer_changes
from mentorflow.core.timings import WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.errors import MigrationRefused
from model import Model

OPEN = """
states:
  open:
    events: {{noted: {{record: [take_facts]}}, over: {{to: closed, outcome: over}}, {events}}}
    timers:
      {timers}
  {states}
  closed: {{final: true}}
anchors:
  asked: {{fact: asked_at}}
  ends_on: {{date: ends_on}}
{more}
"""
LIMIT = "limit: {after: d99, fire: over}"


def version(
    number: int, *timers: str, events: str = "", states: str = "", more: str = ""
) -> Workflow:
    said = OPEN.format(timers="\n      ".join(timers), events=events, states=states, more=more)
    return tiny(
        f"version: {number}\n{said}",
        payloads={"noted": Note},
        records={"take_facts": take_facts},
    )


def living(workflow: Workflow, **facts: Any) -> Model:
    parties = {"mentee": ["mentee-1"], "mentor": ["mentor-1"], "coordinator": ["coordinator-1"]}
    data = {"program": "p", "workflow": "tiny", "version": 1, "parties": parties, "facts": facts}
    identity = "0190f2c4-7a00-7000-8000-000000000001"
    start = HistoryEntry(identity, 1, at(), "mentorship.started", None, "open", None, data)
    return Model(workflow, start)


def moved(
    model: Model,
    new: Workflow,
    days: float,
    timers: Mapping[str, str] | None = None,
    **states: str,
) -> Decision:
    """Live until a day, then move."""
    model.run_due(at(days=days))
    event = migration_event(model.workflow, new, states, timers=timers or {}, by=None, reason=None)
    old, rules = (model.workflow, model.timings), (new, WorkflowTimings(new))
    return decide_migration(old, rules, model.mentorship, event, at(days=days))


def test_a_timer_of_both_versions_follows_the_new_rule_from_its_own_anchor() -> None:
    model = living(version(1, LIMIT, "nudge: {after: d9, do: [notify: nudge]}"))
    longer = version(2, LIMIT, "nudge: {after: d20, do: [notify: nudge]}")

    decision = moved(model, longer, 5)

    assert due(decision.mentorship) == {"open.limit": at(days=99), "open.nudge": at(days=20)}
    assert [timer.name for timer in decision.timers_put] == ["open.nudge"]
    assert [tuple(one) for one in timer_changes(decision)] == [
        ("open.nudge", "moves", timedelta(days=11))
    ]
    assert decision.mentorship.facts == decision.before.facts
    assert not decision.effects


def test_a_timer_that_would_be_late_by_the_new_rule_is_due_now() -> None:
    model = living(version(1, LIMIT, "nudge: {after: d9, do: [notify: nudge]}"))
    shorter = version(2, LIMIT, "nudge: {after: d2, do: [notify: nudge]}")

    assert due(moved(model, shorter, 5).mentorship)["open.nudge"] == at(days=5)


def test_a_timer_with_another_name_keeps_what_it_counts_from() -> None:
    model = living(
        version(1, LIMIT, "nudge: {after: d9, anchor: asked, do: [notify: nudge]}"),
        asked_at=at(days=2).isoformat(),
    )
    new = version(2, LIMIT, "remind: {after: d20, anchor: asked, do: [notify: nudge]}")

    mapped = moved(model, new, 5, {"open.nudge": "open.remind"})

    assert due(mapped.mentorship) == {"open.limit": at(days=99), "open.remind": at(days=22)}
    assert mapped.timers_gone == (("open.nudge", ""),)
    assert [tuple(one) for one in timer_changes(mapped)] == [
        ("open.remind", "moves", timedelta(days=11))
    ]


def test_a_timer_with_another_name_that_has_fired_is_over() -> None:
    model = living(version(1, LIMIT, "nudge: {after: d2, do: [notify: nudge]}"))
    new = version(2, LIMIT, "remind: {after: d20, do: [notify: nudge]}")

    assert set(due(moved(model, new, 5).mentorship)) == {"open.limit", "open.remind"}
    mapped = moved(model, new, 5, {"open.nudge": "open.remind"})
    assert set(due(mapped.mentorship)) == {"open.limit"}


def test_a_timer_with_another_name_may_lie_in_a_state_with_another_name() -> None:
    model = living(version(1, LIMIT))
    said = OPEN.replace("open:", "begun:").format(
        timers=LIMIT.replace("limit", "most"), events="", states="", more=""
    )
    new = tiny(f"version: 2\n{said}", payloads={"noted": Note}, records={"take_facts": take_facts})

    decision = moved(model, new, 5, {"open.limit": "begun.most"}, open="begun")

    assert due(decision.mentorship) == {"begun.most": at(days=99)}
    assert list(timer_changes(decision)) == []


def test_a_timer_that_has_fired_is_over_unless_it_recurs_now() -> None:
    model = living(version(1, LIMIT, "nudge: {after: d2, do: [notify: nudge]}"))
    once = version(2, LIMIT, "nudge: {after: d3, do: [notify: nudge]}")
    again = version(2, LIMIT, "nudge: {every: d3, do: [notify: nudge]}")

    assert set(due(moved(model, once, 5).mentorship)) == {"open.limit"}
    assert due(moved(model, again, 5).mentorship)["open.nudge"] == at(days=8)


def test_what_is_new_counts_from_the_entry_and_from_now_where_that_is_over() -> None:
    new = version(
        2,
        LIMIT,
        "soon: {after: d7, do: [notify: soon]}",
        "late: {after: d3, do: [notify: late]}",
        "welcome: {after: d0, do: [notify: welcome]}",
        "asked: {after: d4, anchor: asked, do: [notify: asked]}",
        "before: {before: d30, anchor: ends_on, do: [notify: before]}",
        "ending: {before: d30, anchor: ends_on, fire: over}",
    )
    model = living(version(1, LIMIT), dates={"ends_on": "2025-03-20"})

    assert due(moved(model, new, 5).mentorship) == {
        "open.limit": at(days=99),
        "open.soon": at(days=7),
        "open.late": at(days=8),
        "open.ending": at(days=17) - timedelta(hours=9),  # not before the day it precedes is there
    }


def test_a_timer_that_was_never_set_is_set_where_the_new_rule_has_something_to_count_from() -> None:
    model = living(version(1, LIMIT, "asked: {after: d9, anchor: asked, do: [notify: asked]}"))
    new = version(2, LIMIT, "asked: {after: d9, do: [notify: asked]}")

    assert due(moved(model, new, 5).mentorship)["open.asked"] == at(days=9)


def test_a_way_out_that_has_fired_already_is_opened_again_from_now() -> None:
    model = living(version(1, LIMIT, "end: {after: d2, do: [notify: end]}"))
    new = version(2, "end: {after: d10, fire: over}")

    assert due(moved(model, new, 5).mentorship) == {"open.end": at(days=10)}
    assert due(moved(model, new, 50).mentorship) == {"open.end": at(days=60)}


def test_what_stands_still_for_an_action_the_new_version_lacks_goes_on() -> None:
    pausing = "hold: {do: [suspend: [open.limit]]}, unhold: {do: [resume: [open.limit]]}"
    ever = "ask: {every: d7, fire: over}"
    model = living(version(1, LIMIT, ever, events=pausing))
    model.send("hold", by="mentor-1", data={}, now=at(days=3))

    kept = moved(model, version(2, LIMIT, ever, events=pausing), 5)
    freed = moved(model, version(2, LIMIT, ever), 5)

    assert due(kept.mentorship)["open.limit"] is None
    assert due(freed.mentorship)["open.limit"] == at(days=101)  # two days later, as it stood still
    assert "suspended_timers" not in freed.mentorship.facts


def test_one_that_stands_still_has_as_much_more_left_as_it_is_longer() -> None:
    pausing = "hold: {do: [suspend: [open.nudge]]}, unhold: {do: [resume: [open.nudge]]}"
    model = living(version(1, LIMIT, "nudge: {after: d9, do: [notify: nudge]}", events=pausing))
    model.send("hold", by="mentor-1", data={}, now=at(days=3))
    new = version(2, LIMIT, "nudge: {after: d12, do: [notify: nudge]}", events=pausing)

    (nudge,) = (one for one in moved(model, new, 5).mentorship.timers if one.name == "open.nudge")

    assert nudge.due_at is None
    assert timedelta(seconds=nudge.remaining or 0) == timedelta(days=9)


@pytest.mark.parametrize(("span", "expected"), [("d9", None), ("d4", None), ("d20", at(days=20))])
def test_one_that_a_frozen_program_set_aside_waits_for_it_unless_it_is_not_due_any_more(
    span: str, expected: Any
) -> None:
    model = living(version(1, "limit: {after: d9, fire: over}"))
    aside = model.mentorship.timers[0]._replace(due_at=None, remaining=-at(days=9).timestamp())
    model.decisions[-1] = model.decisions[-1]._replace(
        mentorship=model.mentorship._replace(timers=(aside,))
    )

    (after,) = moved(
        model, version(2, f"limit: {{after: {span}, fire: over}}"), 12
    ).mentorship.timers

    assert after.due_at == expected
    assert after.is_set_aside is (expected is None)
    assert after.came_due_at == (None if expected else at(days=9))


@pytest.mark.parametrize(("span", "expected"), [("d9", None), ("d4", None), ("d20", at(days=22))])
def test_a_rung_that_was_set_aside_is_told_when_the_program_goes_on(
    span: str, expected: Any
) -> None:
    model = in_conflict()
    timers = tuple(
        one._replace(due_at=None, remaining=-at(days=9).timestamp())
        if one.name == "ladder.trouble"
        else one
        for one in model.mentorship.timers
    )
    model.decisions[-1] = model.decisions[-1]._replace(
        mentorship=model.mentorship._replace(timers=timers)
    )
    ladder = LADDER.replace("d7", span)
    new = version(2, LIMIT, events="quarrel: {to: conflict}", states=DETOUR, more=ladder)
    event = migration_event(model.workflow, new, {}, by=None, reason=None)
    old, rules = (model.workflow, model.timings), (new, WorkflowTimings(new))

    decision = decide_migration(old, rules, model.mentorship, event, at(days=15))

    (after,) = (one for one in decision.mentorship.timers if one.name == "ladder.trouble")
    assert (after.due_at, after.is_set_aside) == (expected, expected is None)


DETOUR = """conflict:
    detour: true
    passes: [over]
    enter: {do: [escalate: trouble]}
    events: {back: {to: return}}
    timers: {limit: {after: d30, fire: back}}"""
LADDER = """ladders:
  trouble:
    rungs:
      - {to: [mentor], after: d0, message: first}
      - {to: [coordinator], after: d7, message: second}"""


def in_conflict() -> Model:
    quarrel = "quarrel: {to: conflict}"
    model = living(version(1, LIMIT, events=quarrel, states=DETOUR, more=LADDER))
    model.send("quarrel", by="mentor-1", data={}, now=at(days=2))
    return model


def test_a_detour_that_is_gone_is_returned_from() -> None:
    decision = moved(in_conflict(), version(2, LIMIT), 5, conflict="open")

    after = decision.mentorship
    assert (after.state, after.stack, after.entered_at) == ("open", (), at())
    assert due(after) == {"open.limit": at(days=99)}
    assert [one.status for one in decision.escalations] == ["resolved"]
    assert "no ladder trouble" in str(decision.escalations[0].reason)
    assert [effect.name for effect in decision.effects] == [
        "escalation.resolved",
        "mentorship.state_changed",
    ]


def test_a_state_that_becomes_a_detour_has_nothing_to_return_to() -> None:
    new = version(2, LIMIT, events="quarrel: {to: conflict}", states=DETOUR, more=LADDER)
    model = living(version(1, LIMIT))

    with pytest.raises(MigrationRefused, match="there is nothing to return to; map 'open' to"):
        moved(model, new, 5, open="conflict")


def test_a_state_below_a_detour_needs_its_counterpart_too() -> None:
    new = version(2, LIMIT, events="quarrel: {to: conflict}", states=DETOUR, more=LADDER)
    model = in_conflict()
    below = (Detour(state="talk", entered_at=at()),)
    model.decisions[-1] = model.decisions[-1]._replace(
        mentorship=model.mentorship._replace(stack=below)
    )

    with pytest.raises(MigrationRefused, match="no state 'talk'; map 'talk' to one it has"):
        moved(model, new, 5)
    assert moved(model, new, 5, talk="open").mentorship.stack[0].state == "open"


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (LADDER, at(days=9)),
        (LADDER.replace("d7", "d12"), at(days=14)),
        (LADDER.replace("d7", "d1"), at(days=5)),  # late by the new ladder
        (LADDER[: LADDER.index("\n      - {to: [coordinator]")], None),
    ],
)
def test_an_escalation_climbs_on_by_the_new_ladder(ladder: str, expected: Any) -> None:
    new = version(2, LIMIT, events="quarrel: {to: conflict}", states=DETOUR, more=ladder)

    after = moved(in_conflict(), new, 5).mentorship

    (escalation,) = after.escalations
    climbing = [one.due_at for one in after.timers if one.name == "ladder.trouble"]
    assert escalation.rung == 1
    assert climbing == ([] if expected is None else [expected])


def test_a_rung_that_is_new_is_told_after_the_difference_from_now() -> None:
    short = LADDER[: LADDER.index("\n      - {to: [coordinator]")]
    quarrel = "quarrel: {to: conflict}"
    model = living(version(1, LIMIT, events=quarrel, states=DETOUR, more=short))
    model.send("quarrel", by="mentor-1", data={}, now=at(days=2))
    new = version(2, LIMIT, events=quarrel, states=DETOUR, more=LADDER)

    after = moved(model, new, 20).mentorship

    assert [one.due_at for one in after.timers if one.name == "ladder.trouble"] == [at(days=27)]
