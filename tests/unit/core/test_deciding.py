"""`decide` says everything an event changes, changes nothing itself, and can be asked again."""

from datetime import timedelta

import pytest

from builders import START, Note, at, due, life, take_facts, tiny
from mentorflow.core.decide import decide, decide_start
from mentorflow.core.mentorship import Event, HistoryEntry, Mentorship
from mentorflow.core.replay import blank, replay
from mentorflow.core.timings import Spans, WorkflowTimings, fact_at
from mentorflow.core.workflow import View, Workflow
from mentorflow.errors import EventNotOffered, GuardRefused, StaleRevision
from model import Model, standing_in

ID = "0190f2c4-7a00-7000-8000-000000000001"


def start_of(workflow: Workflow, **facts: object) -> HistoryEntry:
    return HistoryEntry(
        mentorship_id=ID,
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
            "parties": {"mentee": ["mentee-1"], "mentor": ["mentor-1", "mentor-2"]},
            "facts": facts,
        },
        cause=None,
        key="k",
    )


def started(workflow: Workflow, **facts: object) -> Mentorship:
    entry = start_of(workflow, **facts)
    timings = WorkflowTimings(workflow)
    return decide_start(workflow, blank(entry), entry.data, timings).mentorship


def test_a_start_is_a_decision_with_its_timers_and_effects() -> None:
    entry = start_of(life())
    decision = decide_start(life(), blank(entry), entry.data, WorkflowTimings(life()))

    assert decision.is_start
    assert decision.entry == entry
    assert due(decision.mentorship) == {
        "contact.nudge": at(days=3),
        "contact.window": at(days=14),
    }
    assert [(e.kind, e.name, e.recipient) for e in decision.effects] == [
        ("notify", "request", "mentor-1"),
        ("notify", "request", "mentor-2"),
        ("publish", "mentorship.state_changed", None),
    ]


def test_the_same_question_has_the_same_answer() -> None:
    mentorship, timings = started(life()), WorkflowTimings(life())
    event = Event(name="mentor.accepted", by="mentor-1")

    one = decide(life(), mentorship, event, timings, at(days=1))
    other = decide(life(), mentorship, event, timings, at(days=1))

    assert one == other
    assert one.before is mentorship
    assert mentorship == started(life())


def test_a_decision_names_the_timers_it_sets_and_those_it_takes_away() -> None:
    mentorship = started(life())
    event = Event(name="mentor.accepted", by="mentor-1")

    decision = decide(life(), mentorship, event, WorkflowTimings(life()), at(days=1))

    assert sorted(timer.name for timer in decision.timers_put) == ["active.cadence", "active.limit"]
    assert sorted(decision.timers_gone) == [("contact.nudge", ""), ("contact.window", "")]


def test_what_was_decided_on_an_older_revision_is_refused() -> None:
    event = Event(name="mentor.accepted", by="mentor-1", revision=7)

    with pytest.raises(StaleRevision) as refused:
        decide(life(), started(life()), event, WorkflowTimings(life()), START)

    assert refused.value.details()["expected"] == 7


def test_time_does_not_run_backwards_in_a_decision() -> None:
    mentorship = started(life())._replace(updated_at=at(days=5))
    event = Event(name="mentor.accepted", by="mentor-1")

    decision = decide(life(), mentorship, event, WorkflowTimings(life()), at(days=1))

    assert decision.entry.at == decision.mentorship.entered_at == at(days=5)


def test_a_person_in_two_roles_may_do_what_either_may() -> None:
    parties = {"mentee": ["ann"], "mentor": ["bob"], "coordinator": ["bob"]}
    mentorship = started(life())._replace(parties=parties)

    for sender, error in (("ann", GuardRefused), ("nobody", GuardRefused), (None, GuardRefused)):
        event = Event(name="mentor.accepted", by=sender)
        with pytest.raises(error):
            decide(life(), mentorship, event, WorkflowTimings(life()), START)
    event = Event(name="mentor.accepted", by="bob")
    decided = decide(life(), mentorship, event, WorkflowTimings(life()), START)
    assert decided.mentorship.state == "active"


def test_guards_see_the_facts_before_an_event_and_claims_those_after_it() -> None:
    seen: list[tuple[str, object]] = []

    def guard(view: View) -> None:
        seen.append(("require", view.facts.get("n")))

    def claim(view: View) -> None:
        seen.append(("when", view.facts.get("n")))

    workflow = tiny(
        """
states:
  open:
    events:
      noted: {when: [claim], record: [later], to: closed, outcome: done}
      over: {to: closed, outcome: over}
    timers: {limit: {after: d1, fire: over}}
  closed: {final: true, enter: {record: [last]}}
events:
  noted: {help: A note., by: [host], require: [guard], record: [first, second]}
""",
        guards={"guard": guard, "claim": claim},
        records={
            "first": lambda _: {"n": 1},
            "second": lambda view: {"n": view.facts["n"] + 1},
            "later": lambda view: {"m": view.facts["n"] + 1},
            "last": lambda view: {"l": view.facts["m"] + 1, "n": None},
        },
    )

    event = Event(name="noted")
    decided = decide(workflow, started(workflow), event, WorkflowTimings(workflow), START)

    assert seen == [("require", None), ("when", 2)]
    facts = {name: decided.mentorship.facts.get(name) for name in "nml"}
    assert facts == {"n": None, "m": 3, "l": 4}


def test_an_event_that_shows_no_activity_leaves_the_last_one_as_it_was() -> None:
    workflow = tiny(
        """
states:
  open:
    events: {seen: {}, work: {}, over: {to: closed, outcome: over}}
    timers: {limit: {after: d1, fire: over}}
  closed: {final: true}
events:
  seen: {help: Somebody looked., by: [host], activity: false}
"""
    )
    timings = WorkflowTimings(workflow)

    after_look = decide(workflow, started(workflow), Event(name="seen"), timings, at(hours=1))
    after_work = decide(workflow, started(workflow), Event(name="work"), timings, at(hours=1))

    assert "last_activity_at" not in after_look.mentorship.facts
    assert after_work.mentorship.facts["last_activity_at"] == at(hours=1).isoformat()


def test_entering_a_state_again_counts_its_timers_anew() -> None:
    workflow = tiny(
        """
states:
  open:
    events: {again: {to: open}, over: {to: closed, outcome: over}}
    timers: {limit: {after: d10, fire: over}}
  closed: {final: true}
"""
    )
    event, timings = Event(name="again"), WorkflowTimings(workflow)

    decided = decide(workflow, started(workflow), event, timings, at(days=4))

    assert due(decided.mentorship) == {"open.limit": at(days=14)}


def test_a_role_can_be_narrowed_to_those_a_fact_lists() -> None:
    workflow = tiny(
        """
states:
  open:
    events: {ask: {do: [notify: question]}, over: {to: closed, outcome: over}}
    timers: {limit: {after: d10, fire: over}}
  closed: {final: true}
roles:
  mentee: {help: Learns., at_least: 1}
  mentor: {help: Guides., at_least: 1, at_most: 4, notices_to: accepted_by}
  coordinator: {help: Looks after them.}
""",
    )

    def told(**facts: object) -> list[str | None]:
        event, timings = Event(name="ask"), WorkflowTimings(workflow)
        decided = decide(workflow, started(workflow, **facts), event, timings, START)
        return [effect.recipient for effect in decided.effects]

    assert told() == told(accepted_by=[]) == ["mentor-1", "mentor-2"]
    assert told(accepted_by=["mentor-2"]) == ["mentor-2"]
    assert told(accepted_by=["somebody-else"]) == ["mentor-1", "mentor-2"]


def test_a_history_decided_once_more_gives_every_earlier_standing() -> None:
    model = Model(life(), start_of(life()))
    for days, event in ((1, "mentor.accepted"), (9, "concern.raised"), (12, "concern.resolved")):
        model.run_due(at(days=days))
        model.send(event, by="mentor-1", data={}, now=at(days=days))
    model.run_due(at(days=200))
    entries = [decision.entry for decision in model.decisions]

    for length, decision in enumerate(model.decisions, start=1):
        again = replay(lambda _: (life(), model.timings), entries[:length])
        assert again == decision.mentorship
        assert due(again) == due(decision.mentorship)


def test_a_history_begins_with_a_start() -> None:
    entry = start_of(life())._replace(event="noted")

    with pytest.raises(ValueError, match=r"begins with mentorship\.started, not noted"):
        replay(lambda _: (life(), WorkflowTimings(life())), [entry])


def test_a_timing_follows_what_was_agreed_on_where_something_was() -> None:
    workflow = tiny(
        """
states:
  open:
    events: {noted: {record: [take_facts]}, over: {to: closed, outcome: over}}
    timers: {weekly: {every: cadence, fire: over}}
  closed: {final: true}
timings: {cadence: {default: 7d, min: 1d, max: 90d, help: A length., fact: agreement.cadence}}
""",
        payloads={"noted": Note},
        records={"take_facts": take_facts},
    )
    timings, cadence = WorkflowTimings(workflow), workflow.timings["cadence"]

    pair = standing_in(workflow, "open", facts={"agreement": {"cadence": "2w"}})
    default = timings.setting(cadence, standing_in(workflow, "open", facts={}))
    agreed = timings.setting(cadence, pair)
    spans = Spans(workflow, timings, pair)

    assert (default.value.text, default.scope) == ("7d", "default")
    assert (agreed.value.text, agreed.scope) == ("2w", "agreement")
    assert spans["cadence"] == agreed.value
    assert set(spans) == set(workflow.timings)
    assert len(spans) == len(workflow.timings)


def test_a_fact_is_found_by_its_path() -> None:
    facts = {"a": {"b": {"c": 1}}, "x": 5}

    assert fact_at(facts, "a.b.c") == 1
    assert fact_at(facts, "a.b") == {"c": 1}
    assert fact_at(facts, "a.x.c") is None
    assert fact_at(facts, "x.y") is None


def test_an_event_nobody_offers_is_refused_before_its_sender_is_looked_at() -> None:
    event = Event(name="concern.raised", by="nobody")

    with pytest.raises(EventNotOffered):
        decide(life(), started(life()), event, WorkflowTimings(life()), START + timedelta(days=1))
