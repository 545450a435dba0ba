"""The judgment on a run: it sees a loss, a double, and a lease that did not keep somebody out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import at
from faults.evidence import Change, Due, Evidence, Fired, Keyed, Outcome
from faults.ledger import Answered
from faults.reckoning import DOUBLED, FENCE, LOST, STRANGE, Reckoning, reckoned
from hearing import Ear, Heard, Told

ONE, TWO = Due("m1", "first", "", at(seconds=1)), Due("m1", "first", "", at(seconds=9))


def taken(effect: str, lease: str, process: str = "carrier-1") -> Change:
    return Change(effect, process, "pending", "pending", "claim", lease, is_attempt=True)


def settled(effect: str, lease: str, process: str = "carrier-1") -> Change:
    return Change(effect, process, "pending", "done", lease, None, is_attempt=False)


def told(sequence: int, *, seconds: float = 2) -> Told:
    return Told(f"e{sequence}", "noted", "p", "m1", sequence, 0, at(seconds=seconds), b"{}")


def heard(sequence: int, *, body: bytes = b"{}", is_taken: bool = True) -> Heard:
    return Heard(f"e{sequence}", body, is_taken)


def ear(*requests: Heard) -> Ear:
    return Ear(lambda _: True, heard=list(requests), known={one.id for one in requests})


@pytest.fixture
def sound() -> Evidence:
    """A run in which all went well: two events, a timer that fired and one to come, an effect."""
    return Evidence(
        horizon=at(seconds=5),
        tried=[("m1", "a"), ("m1", "b")],
        accepted=[Answered("m1", "a", 2), Answered("m1", "b", 3)],
        keyed=[Keyed("m1", "a", 2), Keyed("m1", "b", 3)],
        revisions={"m1": [1, 2, 3, 4, 4]},
        put=[ONE, TWO],
        fired=[Fired(ONE, at(seconds=2))],
        effects={"m1-4:0": Outcome(at(seconds=2), "done")},
        carried=["m1-4:0", "m1-4:0"],
        changes=[taken("m1-4:0", "x"), settled("m1-4:0", "x")],
        told=[told(2), told(3)],
        ears={"strict": ear(heard(2, is_taken=False), heard(2), heard(2), heard(3))},
    )


def kinds(evidence: Evidence) -> list[str]:
    return [problem.kind for problem in reckoned(evidence).problems]


def test_a_sound_run_has_figures_and_no_problem(sound: Evidence) -> None:
    found = reckoned(sound, kills=7)

    assert found.problems == []
    assert found.as_line() == {
        "accepted": 2,
        "fired": 1,
        "carried_out": 1,
        "doubled_deliveries": 1,
        "webhooks": 2,
        "doubled_webhooks": 1,
        "lost": 0,
        "doubled": 0,
        "kills": 7,
        "lateness_ms": {"p50": 1000.0, "p99": 1000.0, "max": 1000.0},
    }


WRONG: dict[str, tuple[str, Callable[[Evidence], Evidence]]] = {
    "an accepted event is not in the history": (LOST, lambda e: replace(e, keyed=e.keyed[1:])),
    "an event is in the history twice": (
        DOUBLED,
        lambda e: replace(e, keyed=[*e.keyed, Keyed("m1", "a", 4)]),
    ),
    "an event is in the history that nobody sent": (
        STRANGE,
        lambda e: replace(e, keyed=[*e.keyed, Keyed("m1", "c", 4)]),
    ),
    "an event was answered with another revision": (
        STRANGE,
        lambda e: replace(e, accepted=[Answered("m1", "a", 4), *e.accepted[1:]]),
    ),
    "an event was never answered": (
        STRANGE,
        lambda e: replace(e, tried=[*e.tried, ("m1", "c")]),
    ),
    "a history has a gap": (LOST, lambda e: replace(e, revisions={"m1": [1, 2, 4, 4]})),
    "a history ends too early": (LOST, lambda e: replace(e, revisions={"m1": [1, 2, 3, 4]})),
    "a due timer did not fire": (LOST, lambda e: replace(e, fired=[])),
    "a timer fired twice": (DOUBLED, lambda e: replace(e, fired=e.fired * 2)),
    "a timer fired early": (STRANGE, lambda e: replace(e, fired=[Fired(ONE, at(seconds=0.9))])),
    "a timer fired that was never set": (STRANGE, lambda e: replace(e, put=[TWO], horizon=at())),
    "an effect is pending": (
        LOST,
        lambda e: replace(e, effects={"m1-4:0": Outcome(at(seconds=2), "pending")}),
    ),
    "an effect was given up": (
        LOST,
        lambda e: replace(e, effects={"m1-4:0": Outcome(at(seconds=2), "failed")}),
    ),
    "an effect is done that nobody carried out": (LOST, lambda e: replace(e, carried=[])),
    "an effect was carried out that nobody decided": (
        STRANGE,
        lambda e: replace(e, carried=[*e.carried, "m1-5:0"]),
    ),
    "a webhook was never taken": (
        LOST,
        lambda e: replace(e, ears={"loose": ear(heard(2), heard(3, is_taken=False))}),
    ),
    "a webhook came that nobody committed": (
        STRANGE,
        lambda e: replace(e, ears={"loose": ear(heard(2), heard(3), heard(4))}),
    ),
    "a webhook came with other bytes": (
        STRANGE,
        lambda e: replace(e, ears={"loose": ear(heard(2), heard(3), heard(3, body=b"{ }"))}),
    ),
    "a webhook came before an earlier one was taken": (
        STRANGE,
        lambda e: replace(
            e, ears={"strict": ear(heard(2, is_taken=False), heard(3), heard(2), heard(3))}
        ),
    ),
    "who lost the lease settled": (
        FENCE,
        lambda e: replace(
            e,
            changes=[
                taken("m1-4:0", "x", "carrier-1"),
                taken("m1-4:0", "y", "carrier-2"),
                settled("m1-4:0", "y", "carrier-1"),
            ],
        ),
    ),
    "a settled effect was settled again": (
        FENCE,
        lambda e: replace(
            e, changes=[*e.changes, settled("m1-4:0", "x")._replace(was_status="done")]
        ),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_seen_and_nothing_else(sound: Evidence, wrong: str) -> None:
    kind, made_wrong = WRONG[wrong]

    assert kinds(made_wrong(sound)) == [kind]


def test_what_is_under_way_at_the_end_is_not_lost(sound: Evidence) -> None:
    later = {"m1-5:0": Outcome(at(seconds=6), "pending")}
    unheard = [*sound.told, told(5, seconds=6)]

    assert kinds(replace(sound, effects=sound.effects | later, told=unheard)) == []


def test_the_runs_are_summed_up(sound: Evidence) -> None:
    total = reckoned(sound, kills=1) + reckoned(replace(sound, fired=[]), kills=2)

    assert (total.accepted, total.fired, total.kills, total.count(LOST)) == (4, 1, 3, 1)
    assert total.lateness == [timedelta(seconds=1)]


def test_no_timer_has_no_lateness() -> None:
    assert Reckoning().as_line()["lateness_ms"] == {"p50": 0.0, "p99": 0.0, "max": 0.0}
