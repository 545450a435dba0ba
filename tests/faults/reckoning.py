"""The judgment on a run: what was lost, what was doubled, who settled what was no longer theirs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from faults.evidence import Change, Evidence
from hearing import changed, doubled, out_of_order, unheard, unwanted

LOST = "lost"
DOUBLED = "doubled"
STRANGE = "strange"
"""Nothing that anybody asked for, or not when or as it was asked for."""
FENCE = "fence"
"""A lease that did not keep out who had lost it."""


class Problem(NamedTuple):
    """Something that must not happen."""

    kind: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """The figures of one run or of several, and the problems."""

    accepted: int = 0
    fired: int = 0
    carried_out: int = 0
    doubled_deliveries: int = 0
    webhooks: int = 0
    doubled_webhooks: int = 0
    kills: int = 0
    lateness: list[timedelta] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __add__(self, other: "Reckoning") -> "Reckoning":
        return Reckoning(
            accepted=self.accepted + other.accepted,
            fired=self.fired + other.fired,
            carried_out=self.carried_out + other.carried_out,
            doubled_deliveries=self.doubled_deliveries + other.doubled_deliveries,
            webhooks=self.webhooks + other.webhooks,
            doubled_webhooks=self.doubled_webhooks + other.doubled_webhooks,
            kills=self.kills + other.kills,
            lateness=self.lateness + other.lateness,
            problems=self.problems + other.problems,
        )

    def count(self, kind: str) -> int:
        """Return how many problems are of a kind."""
        return sum(problem.kind == kind for problem in self.problems)

    def as_line(self) -> dict[str, object]:
        """Return the figures as the last line of a run tells them."""
        in_order = sorted(self.lateness) or [timedelta()]
        return {
            "accepted": self.accepted,
            "fired": self.fired,
            "carried_out": self.carried_out,
            "doubled_deliveries": self.doubled_deliveries,
            "webhooks": self.webhooks,
            "doubled_webhooks": self.doubled_webhooks,
            "lost": self.count(LOST),
            "doubled": self.count(DOUBLED),
            "kills": self.kills,
            "lateness_ms": {
                "p50": _milliseconds(in_order[ceil(len(in_order) * 0.50) - 1]),
                "p99": _milliseconds(in_order[ceil(len(in_order) * 0.99) - 1]),
                "max": _milliseconds(in_order[-1]),
            },
        }


def reckoned(evidence: Evidence, *, kills: int = 0) -> Reckoning:
    """Judge a run by its evidence."""
    times = Counter(evidence.carried)
    return Reckoning(
        accepted=len(evidence.accepted),
        fired=len(evidence.fired),
        carried_out=len(times),
        doubled_deliveries=sum(count > 1 for count in times.values()),
        webhooks=sum(len(ear.known) for ear in evidence.ears.values()),
        doubled_webhooks=sum(len(doubled(ear)) for ear in evidence.ears.values()),
        kills=kills,
        lateness=[fired.at - fired.due.at for fired in evidence.fired],
        problems=[
            *_of_events(evidence),
            *_of_histories(evidence),
            *_of_timers(evidence),
            *_of_effects(evidence),
            *_of_leases(evidence.changes),
            *_of_webhooks(evidence),
        ],
    )


def settled_by_others(evidence: Evidence, process: str) -> int:
    """Return how many effects a process had begun and others settled under another lease."""
    begun = {
        (change.effect, change.lease)
        for change in evidence.changes
        if change.is_attempt and change.process == process
    }
    settled = {
        change.effect: change.was_lease
        for change in evidence.changes
        if change.status == "done" and change.was_status != "done"
    }
    return sum(effect in settled and settled[effect] != lease for effect, lease in begun)


def _of_events(evidence: Evidence) -> Iterator[Problem]:
    kept = Counter((entry.mentorship_id, entry.key) for entry in evidence.keyed)
    answers = {(found.mentorship_id, found.key): found.revision for found in evidence.accepted}
    entries = set(evidence.keyed)
    yield from _each(DOUBLED, "event in the history twice", (k for k, n in kept.items() if n > 1))
    yield from _each(LOST, "accepted event not in the history", answers.keys() - kept.keys())
    yield from _each(STRANGE, "event nobody sent", kept.keys() - set(evidence.tried))
    yield from _each(STRANGE, "event never answered", set(evidence.tried) - answers.keys())
    moved = (key for key, at in answers.items() if key in kept and (*key, at) not in entries)
    yield from _each(STRANGE, "event answered with another revision than it has", moved)


def _of_histories(evidence: Evidence) -> Iterator[Problem]:
    gaps = (
        id_
        for id_, (*history, present) in evidence.revisions.items()
        if history != list(range(1, present + 1))
    )
    yield from _each(LOST, "history with a gap", gaps)


def _of_timers(evidence: Evidence) -> Iterator[Problem]:
    fired = Counter(found.due for found in evidence.fired)
    due = {found for found in evidence.put if found.at <= evidence.horizon}
    yield from _each(LOST, "timer that was due and did not fire", due - fired.keys())
    yield from _each(DOUBLED, "timer fired twice", (k for k, n in fired.items() if n > 1))
    yield from _each(STRANGE, "timer fired that was never set", fired.keys() - set(evidence.put))
    early = (found for found in evidence.fired if found.at < found.due.at)
    yield from _each(STRANGE, "timer fired early", early)


def _of_effects(evidence: Evidence) -> Iterator[Problem]:
    carried = set(evidence.carried)
    for id_, outcome in evidence.effects.items():
        if outcome.status == "done" and id_ not in carried:
            yield Problem(LOST, f"effect that is done and nobody carried out: {id_}")
        if outcome.status != "done" and outcome.decided_at <= evidence.horizon:
            yield Problem(LOST, f"effect that is {outcome.status}: {id_}")
    yield from _each(STRANGE, "effect nobody decided", carried - evidence.effects.keys())


def _of_webhooks(evidence: Evidence) -> Iterator[Problem]:
    told = evidence.told
    due = [one for one in told if one.at <= evidence.horizon]
    for name, ear in evidence.ears.items():
        yield from _each(LOST, f"webhook not heard ({name})", unheard(due, ear))
        yield from _each(STRANGE, f"webhook nobody was to hear ({name})", unwanted(told, ear))
        yield from _each(STRANGE, f"webhook with other bytes ({name})", changed(told, ear))
        yield from _each(STRANGE, f"webhook not verified ({name})", ear.receiver.refused)
        if name == "strict":
            yield from _each(STRANGE, "webhook before an earlier one", out_of_order(told, ear))


def _of_leases(changes: Iterable[Change]) -> Iterator[Problem]:
    holders: dict[tuple[str, str | None], str] = {}
    for change in changes:
        if change.was_status != "pending":
            yield Problem(FENCE, f"changed after it was settled: {change}")
        if change.is_attempt:
            holders[change.effect, change.lease] = change.process
            continue
        is_settling = change.lease is None
        is_extension = change.lease == change.was_lease
        if is_settling and change.was_over and change.status == change.was_status == "pending":
            continue  # set free by a Rescuer, or put back by whoever held it
        if not (is_settling or is_extension):
            continue  # a claim by a Relay
        if holders.get((change.effect, change.was_lease)) != change.process:
            yield Problem(FENCE, f"settled or held by who had not the lease: {change}")


def _each(kind: str, what: str, found: Iterable[object]) -> Iterator[Problem]:
    return (Problem(kind, f"{what}: {one}") for one in found)


def _milliseconds(span: timedelta) -> float:
    return round(span.total_seconds() * 1000, 1)
