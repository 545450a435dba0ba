"""A name that stands for nothing is told with its line, its place and the name it resembles."""

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.load import load
from mentorflow.errors import WorkflowInvalid
from unit.definitions.small import Nothing, Small, holds

UNKNOWN = [
    ("initial: asked", "initial: askd", "initial: there is no state 'askd'; did you mean 'asked'?"),
    ("snooze: rest", "snooze: rests", "snooze: there is no timing 'rests'; did you mean 'rest'?"),
    (
        "by: [learner, host]",
        "by: [lerner, host]",
        "events.call.held.by[0]: there is no sender 'lerner'; did you mean 'learner'?",
    ),
    (
        "after: asked.window",
        "after: asked.windw",
        (
            "states.asked.timers.window.after: there is no timing 'asked.windw'; "
            "did you mean 'asked.window'?"
        ),
    ),
    (
        "anchor: ends_on",
        "anchor: end_on",
        "states.work.timers.end.anchor: there is no anchor 'end_on'; did you mean 'ends_on'?",
    ),
    (
        "anchor: call_start",
        "anchor: call_strt",
        (
            "collections.call.timers.remind.anchor: there is no anchor 'call_strt'; "
            "did you mean 'call_start'?"
        ),
    ),
    (
        "{to: pause}",
        "{to: pouse}",
        "states.work.events.pause.asked.to: there is no target 'pouse'; did you mean 'pause'?",
    ),
    (
        "{restart: [work.rhythm]}",
        "{restart: [work.rythm]}",
        (
            "states.work.enter.do[0].restart[0]: there is no timer 'work.rythm'; "
            "did you mean 'work.rhythm'?"
        ),
    ),
    (
        "message: stalled}",
        "message: stale}",
        "ladders.stalled.rungs[1].message: there is no message 'stale'; did you mean 'stalled'?",
    ),
    (
        "{escalate: stalled, at: helper}",
        "{escalate: stalled, at: learner}",
        (
            "states.work.events.work.finished[1].do[0].at: there is no rung of stalled that tells "
            "'learner'; there is guide, helper"
        ),
    ),
    (
        "{call: find_guide}",
        "{call: find_guides}",
        (
            "states.asked.events.asked.expired.do[0].call: there is no call 'find_guides'; "
            "did you mean 'find_guide'?"
        ),
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), UNKNOWN)
def test_an_unknown_name_is_told(small: Small, old: str, new: str, told: str) -> None:
    small.change(old, new)

    line = small.line_of(new)
    findings = [str(f).replace(str(small.file), "small.yaml") for f in small.findings()]
    assert f"small.yaml:{line}: {told}" in findings


def test_guards_and_records_are_looked_up_in_the_pack(small: Small) -> None:
    small.change("require: [guide_has_room]", "require: [guide_has_rom]")
    small.change("record: [note_guide]", "record: [note_giude]")

    with pytest.raises(WorkflowInvalid) as refused:
        load(small.pack)
    assert [problem.partition(": ")[2] for problem in refused.value.problems] == [
        (
            "events.guide.accepted.require[0]: there is no guard 'guide_has_rom'; "
            "did you mean 'guide_has_room'?"
        ),
        (
            "events.guide.accepted.record[0]: there is no record 'note_giude'; "
            "did you mean 'note_guide'?"
        ),
    ]


def test_without_a_pack_guards_are_taken_as_they_are(small: Small) -> None:
    small.change("require: [guide_has_room]", "require: [guide_has_rom]")

    assert small.findings() == []


def test_a_name_of_the_engine_is_not_to_be_had(small: Small) -> None:
    small.change("moved: {help", "timer.fired: {help").change("  moved: {to", "  timer.fired: {to")

    assert small.only_finding().endswith(
        "events.timer.fired: the name 'timer.fired' is taken: it is the engine's; choose another"
    )


def test_what_the_pack_has_and_nothing_uses_is_a_warning(small: Small) -> None:
    small.guards["is_forgotten"] = holds

    (finding,) = small.findings_with_pack()
    assert (finding.is_error, finding.message) == (
        False,
        "the pack's guard 'is_forgotten' is used nowhere",
    )


def test_a_timing_read_by_a_guard_counts_as_used(small: Small) -> None:
    small.change("timings:\n", "timings:\n  room: {default: 1d, min: 1d, max: 2d, help: Room.}\n")

    assert [finding.path for finding in small.findings_with_pack()] == ["timings.room"]
    small.guards["guide_has_room"] = lambda view: str(view.spans["room"])
    assert small.findings_with_pack() == []


def test_a_payload_needs_an_example_that_is_accepted(small: Small) -> None:
    small.payloads["moved"] = Nothing
    del small.payloads["call.held"]
    small.payloads["asked.expired"] = Nothing

    assert [finding.message for finding in small.findings_with_pack()] == [
        "the pack has a payload for 'asked.expired', which only time sends",
        "the pack has no payload model for this event",
        "leads to the state in data.to, and Nothing has no field `to`",
    ]


def test_names_are_resolved_to_what_they_stand_for(small: Small) -> None:
    workflow: Workflow = small.compiled()

    finished = workflow.states["work"].events["work.finished"]
    assert [guard.refusal for guard in finished[0].when] == [holds]
    assert (finished[1].actions[0].verb, finished[1].actions[0].rung) == ("escalate", 1)
    rhythm = workflow.timers["work.rhythm"]
    assert (rhythm.first, rhythm.every, rhythm.factor, rhythm.owner) == (
        "rhythm",
        "rhythm",
        2,
        "work",
    )
    assert workflow.timers["work.end"].is_before
    assert workflow.timers["call.remind"].anchor == "call_start"
    assert workflow.anchors["ends_on"].is_dated
    assert workflow.anchors["last_call"].falls_back
    assert workflow.states["pause"].suspends == {"work.rhythm", "work.end", "work.limit"}
    assert workflow.states["asked"].events["guide.accepted"][0].sets == {"mode": "planned"}
    assert workflow.roles["guide"].narrowed_by == "accepted_by"
    assert workflow.events["asked.expired"].is_activity is False
    assert workflow.timings["rhythm"].fact == "terms.rhythm"


def test_the_digest_follows_what_is_said_and_not_how_it_is_laid_out(small: Small) -> None:
    first = small.compiled().digest
    small.change("workflow: small", "# laid out otherwise\nworkflow:   'small'")
    small.change("by: [learner, guide]}", "by: [learner, guide], activity: true}")
    assert small.compiled().digest == first

    small.change("default: 14d", "default: 15d")
    assert small.compiled().digest != first
