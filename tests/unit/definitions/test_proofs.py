"""A workflow in which a mentorship could get lost or stuck does not run."""

import pytest

from mentorflow.definitions.load import load
from mentorflow.errors import WorkflowInvalid
from unit.definitions.small import Small


def told(small: Small) -> list[str]:
    return [f"{finding.path}: {finding.message}" for finding in small.findings()]


def test_the_small_workflow_holds_up(small: Small) -> None:
    assert small.findings_with_pack() == []
    assert load(small.pack).name == "small"


STUCK = "a mentorship can be stuck here: no timer is sure to lead out"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("anchor: last_call, fire", "anchor: ends_on, fire", "counts from ends_on"),
        ("fire: work.lapsed}\n  pause", "fire: work.lapsed, unless: [all_is_done]}\n  pause",
         "limit has an `unless`"),
        ("{to: over, outcome: lapsed}", "{to: over, outcome: lapsed, when: [all_is_done]}",
         "fires work.lapsed once, and the way out hangs on claims; give it `every`"),
        ("{to: over, outcome: lapsed}", "{}", "fires work.lapsed, which leads nowhere else"),
        ("call.held: {}", "call.held: {do: [{suspend: [work.limit]}]}",
         "is suspended and no timer resumes it"),
    ],
)  # fmt: skip
def test_a_state_without_a_sure_way_out_is_told_with_the_reason(
    small: Small, old: str, new: str, why: str
) -> None:
    small.change(old, new)

    stuck = [finding for finding in small.findings() if finding.message == STUCK]
    assert [finding.path for finding in stuck] == ["states.work"]
    assert why in stuck[0].hint
    assert stuck[0].line == small.line_of("  work:\n    help")
    with pytest.raises(WorkflowInvalid, match="can be stuck here"):
        load(small.pack)


def test_a_way_out_that_hangs_on_claims_is_enough_if_the_timer_asks_again(small: Small) -> None:
    small.change("{to: over, outcome: lapsed}", "{to: over, outcome: lapsed, when: [all_is_done]}")
    small.change("limit: {after: work.limit, anchor", "limit: {every: work.limit, anchor")

    assert told(small) == []


def test_a_timer_that_is_suspended_and_resumed_by_time_is_a_way_out(small: Small) -> None:
    small.change("call.held: {}", "call.held: {do: [{suspend: [work.limit]}]}\n      woken: {do: "
                 "[{resume: [work.limit]}]}")  # fmt: skip
    small.change("  moved: {help", "  woken: {help: Time., by: []}\n  moved: {help")
    small.change("      end: {before", "      wake: {after: rest, fire: woken}\n      end: {before")
    small.change("suspends: [", "suspends: [work.wake, ")

    assert told(small) == []


def test_a_state_nothing_leads_to_is_told(small: Small) -> None:
    small.change("when: [all_is_done], to: kept", "when: [all_is_done], to: over, outcome: done")

    assert told(small) == ["states.kept: no event leads to this state"]


def test_an_override_to_any_state_does_not_make_a_state_reachable(small: Small) -> None:
    small.change("pause.asked: {to: pause}", "pause.asked: {}")

    assert "states.pause: no event leads to this state" in told(small)


def test_a_timers_event_must_be_taken_in_its_state(small: Small) -> None:
    small.change("fire: asked.expired", "fire: work.lapsed")

    assert "states.asked.timers.window.fire: fires 'work.lapsed', which 'asked' does not take" in (
        told(small)
    )


def test_a_timer_that_goes_on_during_a_detour_must_be_heard_there(small: Small) -> None:
    small.change("      work.lapsed: {to: return}\n", "      pause.ended: {to: return}\n")
    small.change(
        "{after: pause.limit, fire: work.lapsed}", "{after: pause.limit, fire: pause.ended}"
    )
    small.change("  moved: {help", "  pause.ended: {help: Time., by: []}\n  moved: {help")
    assert told(small) == []

    small.change("work.end, work.limit]", "work.end]")
    assert small.only_finding().endswith(
        "states.work.timers.limit.fire: fires 'work.lapsed', which 'pause' does not take; "
        "add it to states.pause.passes, or the timer to its suspends"
    )


def test_an_event_only_time_sends_needs_a_timer(small: Small) -> None:
    small.change("by: [learner, host], record", "by: [], record")

    assert told(small) == ["events.call.held: nobody sends it and no timer"]


def test_an_event_no_state_takes_is_told(small: Small) -> None:
    small.change("      call.held: {}\n", "").change("    passes: [call.held]\n", "")

    assert told(small) == ["events.call.held: no state takes this event"]


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("pause.over: {to: return}\n      work.lapsed: {to: return}",
         "pause.over: {to: over, outcome: left}\n      work.lapsed: {to: over, outcome: left}",
         "states.pause: nothing leads back from this detour"),
        ("call.held: {}", "call.held: {to: return}",
         "states.work.events.call.held.to: only a detour has a state below it to return to"),
        ("suspends: [work.rhythm", "suspends: [asked.window, work.rhythm",
         ("states.pause.suspends[0]: 'asked' is never below 'pause', so 'asked.window' need not "
         "stand still")),
        ("{help: It is over., final: true}",
         "{help: It is over., final: true, events: {call.held: {}}}",
         "states.over.events: a final state has no events"),
        ("initial: asked", "initial: pause",
         "initial: a mentorship cannot start in a state that is a detour"),
        ("states: [work, pause]", "states: [work, over]",
         "collections.call.states[1]: 'over' is final and has no timers"),
        ("- {when: [all_is_done], to: kept}\n        - {do: [{escalate: stalled, at: helper}]}",
         "- {do: [{escalate: stalled, at: helper}]}\n        - {when: [all_is_done], to: kept}",
         "states.work.events.work.finished[1]: is never tried: one before has no claims"),
        ("to: pause}", "to: pause, outcome: odd}",
         ("states.work.events.pause.asked.outcome: an outcome is for a branch that leads to a "
         "final or resting state")),
        ("{to: over, outcome: lapsed}", "{to: over}",
         "states.work.events.work.lapsed: leads to 'over' without an outcome"),
        ("stalled.helper: {default: 4d, min: 1d", "stalled.helper: {default: 0d, min: 0d",
         ("ladders.stalled.rungs[1].after: comes 0d after the start, no later than the rung before "
         "it")),
        ("source: S24, fact", "source: S24, longer_than: work.limit, fact",
         "timings.rhythm.longer_than: is 30d, no longer than work.limit (90d)"),
        ("rest: {default: 3d, min: 1d", "rest: {default: 3d, min: 0d",
         "ladders.stalled.repeat: recurs by 'rest', whose min is 0d: it would never rest"),
        ("end: {before: rest, anchor: ends_on", "end: {before: rest, anchor: entered",
         "states.work.timers.end: is before the state is entered"),
        ("{{ mentee }} is waiting", "{{ mente }} is waiting",
         "messages.reminder.text: there is no variable 'mente'"),
        ("{call: find_guide}", "{notify: reminder}", "calls.find_guide: the call is used nowhere"),
        ("anchor: ends_on", "anchor: last_call", "anchors.ends_on: the anchor is used nowhere"),
    ],
)  # fmt: skip
def test_what_does_not_hold_up_is_told(small: Small, old: str, new: str, finding: str) -> None:
    small.change(old, new)

    assert finding in told(small)


def test_a_wrong_variable_is_told_with_the_one_it_resembles(small: Small) -> None:
    small.change("{{ mentee }} is waiting", "{{ mente }} is waiting")

    assert small.only_finding().endswith("there is no variable 'mente'; did you mean 'mentee'?")


def test_a_time_of_day_that_makes_a_timer_come_less_often_is_told(small: Small) -> None:
    small.change("call.remind: {default: 24h", "call.remind: {default: 6h")
    small.change("rhythm: {every: rhythm", 'rhythm: {every: call.remind, at: "09:00"')

    assert (
        "states.work.timers.rhythm.at: waits for 09:00 and so comes once a day, though it recurs "
        "by 2 x 6h"
    ) in told(small)
