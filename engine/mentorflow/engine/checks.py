"""Checks of a running system: what was found, whether it is right, and what to do if it is not."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from mentorflow.core.calendar import Calendar
from mentorflow.core.leaving import all_ways
from mentorflow.core.workflow import Workflow
from mentorflow.engine.calendar_rules import Difference, calendars_of, differences, rules_of
from mentorflow.engine.heartbeat import SILENT
from mentorflow.store import workload
from mentorflow.store.calendar_rules import counted_by
from mentorflow.store.retiming import unfinished_plan
from mentorflow.store.rows import WorkerProcess
from mentorflow.store.store import Store
from mentorflow.store.workload import MOST, Workload

_SHOWN = 5
_MOST_STUCK = 100
_TRUSTED_SKEW = 2.0
"""Seconds. A difference that people do not notice in what they are shown."""


_LONGEST_PLAN = timedelta(minutes=10)
"""One that is under way for longer was probably left by a process that ended."""


class Verdict(StrEnum):
    """Whether something is as it should be, the worst last."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do about it; empty where nothing is wrong."""
    figures: Mapping[str, Any] = {}


def checks_of(
    store: Store,
    workflows: Sequence[Workflow],
    programs: Mapping[str, Calendar],
    *,
    duties: Sequence[str],
    patience: timedelta,
) -> Iterator[Check]:
    """Look at everything the database can tell; what is due may wait for `patience`."""
    yield _clock(store)
    found = workload.workload(store)
    yield _workers(workload.workers(store), found, duties, is_one_process=store.dialect == "sqlite")
    yield _timers(found, patience.total_seconds())
    yield _effects(found, patience.total_seconds())
    yield _leases(found)
    yield _failed(found)
    yield _stuck(store, workflows)
    yield _calendars(store, workflows, programs)
    yield _plans(store, workflows)


def _clock(store: Store) -> Check:
    workload.now_of(store)  # opens the connection, whose time is not to count
    before = store.clock.now()
    theirs = workload.now_of(store)
    after = store.clock.now()
    skew = (theirs - (before + (after - before) / 2)).total_seconds()
    way = "behind" if skew > 0 else "ahead of"
    found = f"this host is {abs(skew):.3f} s {way} the database"
    figures = {"skew_seconds": round(skew, 3)}
    if abs(skew) <= _TRUSTED_SKEW:
        return Check("clock", Verdict.OK, found, figures=figures)
    advice = "Synchronize the clocks of both; what is due goes by the database's."
    return Check("clock", Verdict.WARNING, found, advice, figures)


def _workers(
    known: Sequence[WorkerProcess],
    found: Workload,
    duties: Sequence[str],
    *,
    is_one_process: bool,
) -> Check:
    alive = [one for one in known if found.now - one.seen_at <= SILENT]
    covered = {duty for one in alive for duty in one.duties}
    missing = [duty for duty in duties if duty not in covered]
    versions = sorted({one.version for one in alive})
    silent = len(known) - len(alive)
    figures = {"alive": len(alive), "silent": silent, "missing": missing, "versions": versions}
    told = f"{len(alive)} processes of workers alive, hosts: {len({one.host for one in alive})}"
    told += f", {silent} fell silent within a day" if silent else ""
    verdict, advice = Verdict.OK, ""
    if not alive:
        verdict = Verdict.OK if is_one_process and not silent else Verdict.WARNING
        if verdict is not Verdict.OK:
            advice = "Start `mentorflow worker`, unless your app calls `run_due` by itself."
    elif missing:
        verdict, advice = Verdict.PROBLEM, f"Start one with --duties {','.join(missing)}."
        told += f"; nobody is {' or '.join(missing)}"
    elif len(versions) > 1:
        verdict, advice = Verdict.WARNING, "Bring all of them to one version."
        told += f", of versions {' and '.join(versions)}"
    return Check("workers", verdict, told, advice, figures)


def _timers(found: Workload, patience: float) -> Check:
    figures = {"due": found.timers_due, "wait_seconds": round(found.timers_wait, 3)}
    told = _waiting(found.timers_due, "timers", found.timers_wait)
    if found.timers_wait <= patience:
        return Check("timers", Verdict.OK, told, figures=figures)
    advice = "See that a Timekeeper runs; if one does, see its log, or start more of them."
    return Check("timers", Verdict.PROBLEM, told, advice, figures)


def _effects(found: Workload, patience: float) -> Check:
    figures = {
        "due": found.effects_due,
        "later": found.effects_later,
        "wait_seconds": round(found.effects_wait, 3),
    }
    told = _waiting(found.effects_due, "effects", found.effects_wait)
    if found.effects_wait <= patience:
        return Check("effects", Verdict.OK, told, figures=figures)
    advice = "See that a Relay, Carriers and the queue run; if they do, start more Carriers."
    return Check("effects", Verdict.PROBLEM, told, advice, figures)


def _leases(found: Workload) -> Check:
    figures = {"over": found.leases_over}
    told = f"{_counted(found.leases_over)} leases are over and nobody has rescued their effects"
    if not found.leases_over:
        return Check("leases", Verdict.OK, "no lease was lost", figures=figures)
    advice = "See that a Rescuer and a Relay run; if they do, see in the log why Carriers die."
    return Check("leases", Verdict.WARNING, told, advice, figures)


def _failed(found: Workload) -> Check:
    figures = {"failed": found.effects_failed}
    if not found.effects_failed:
        return Check("failed", Verdict.OK, "no effect was given up", figures=figures)
    told = f"{_counted(found.effects_failed)} effects were given up after their last attempt"
    advice = "`mentorflow incidents list` says why; mend it, then `mentorflow incidents retry`."
    return Check("failed", Verdict.WARNING, told, advice, figures)


def _stuck(store: Store, workflows: Sequence[Workflow]) -> Check:
    ways = (way for workflow in workflows for way in all_ways(workflow))
    found = workload.stuck(store, ways, most=_MOST_STUCK)
    if found is None:
        told = "not looked through: it took too long for a database this busy"
        return Check("stuck", Verdict.WARNING, told, "Ask again at a quieter hour.")
    figures = {"stuck": len(found), "mentorships": [one.id for one in found]}
    if not found:
        return Check("stuck", Verdict.OK, "every mentorship has a timer that runs", figures=figures)
    shown = ", ".join(f"{one.id} ({one.state})" for one in found[:_SHOWN])
    more = " …" if len(found) > _SHOWN else ""
    count = f"{_MOST_STUCK} or more" if len(found) == _MOST_STUCK else str(len(found))
    known = {(workflow.name, workflow.version) for workflow in workflows}
    unknown = sorted({one[2:] for one in found} - known)
    if unknown:
        names = ", ".join(f"{name} {version}" for name, version in unknown)
        told = f"{count} mentorships cannot go on, some are of {names}, which is not known here"
        advice = "`mentorflow workflow publish` the documents they were started with."
    else:
        told = f"{count} mentorships wait in a state without a timer that runs: {shown}{more}"
        advice = "`mentorflow explain ID` says what it takes; send it that. Then report the defect."
    return Check("stuck", Verdict.PROBLEM, told, advice, figures)


def _calendars(
    store: Store, workflows: Sequence[Workflow], programs: Mapping[str, Calendar]
) -> Check:
    now, found, sources = store.clock.now(), {}, set()
    with store.snapshot() as transaction:
        for name in sorted({workflow.name for workflow in workflows}):
            own = [workflow for workflow in workflows if workflow.name == name]
            here = rules_of(calendars_of(own, programs), now)
            sources |= {rule.source for rule in here}
            found[name] = list(differences(here, counted_by(transaction, name)))
    differ = {str(one) for ones in found.values() for one in ones if one.counted_by is not None}
    unknown = {str(one) for ones in found.values() for one in ones if one.counted_by is None}
    figures = {"here": sorted(sources), "differ": sorted(differ), "unknown": sorted(unknown)}
    if not differ and not unknown:
        told = f"days are counted by {' and '.join(sorted(sources)) or 'UTC alone'}"
        return Check("calendars", Verdict.OK, told, figures=figures)
    told = f"here are {' and '.join(sorted(sources))}"
    if differ:
        told += f"; pending timers are counted by {_sources(found)}, which differ for "
        told += _listed(sorted(differ))
    if unknown:
        told += f"; nobody wrote down by which those are counted of {_listed(sorted(unknown))}"
    names = [name for name, ones in found.items() if ones]
    advice = (
        "Start the workers anew. Then `mentorflow timings preview --save plan.json --workflow "
        f"{names[0]}` says which timers move, and `mentorflow timings apply plan.json` moves them."
    )
    return Check("calendars", Verdict.WARNING, told, advice, figures)


def _plans(store: Store, workflows: Sequence[Workflow]) -> Check:
    with store.snapshot() as transaction:
        now = transaction.now()
        names = sorted({workflow.name for workflow in workflows})
        asked = (unfinished_plan(transaction, name) for name in names)
        found = [one for one in asked if one is not None]
    figures = {"under_way": [one.id for one in found]}
    if not found:
        return Check("plans", Verdict.OK, "no plan is under way", figures=figures)
    oldest = min(found, key=lambda one: one.begun_at)
    told = (
        f"the plan {oldest.id} is {oldest.status}, {oldest.done:,} of {oldest.listed:,} timers; it "
        f"was begun {(now - oldest.begun_at).total_seconds():.0f} s ago"
    )
    if now - oldest.begun_at < _LONGEST_PLAN:
        return Check("plans", Verdict.OK, told, figures=figures)
    advice = f"If no process is at it any longer, `mentorflow timings resume {oldest.id}`."
    return Check("plans", Verdict.WARNING, told, advice, figures)


def _sources(found: Mapping[str, Sequence[Difference]]) -> str:
    """Return what the rules came with that timers are counted by."""
    known = [one.counted_by for ones in found.values() for one in ones]
    return " and ".join(sorted({rule.source for rule in known if rule is not None}))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")


def _waiting(count: int, what: str, seconds: float) -> str:
    if not count:
        return f"no {what} are due"
    return f"{_counted(count)} {what} are due, the first for {seconds:.1f} s"


def _counted(count: int) -> str:
    return f"{count} or more" if count >= MOST else str(count)
