"""Re-timing a living population: preview, apply in bounded batches, go on after a crash, undo."""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.engine.asking import Wanted, said, wanted_again, wanted_of
from mentorflow.engine.changing import change, changed_since, require_sound
from mentorflow.engine.ids import IdMaker, is_id
from mentorflow.engine.library import Library
from mentorflow.engine.listing import Listing
from mentorflow.engine.plans import Plan, affected, after_changes, plan_of, require_horizon
from mentorflow.engine.population import Population
from mentorflow.engine.turns import Turns
from mentorflow.errors import InvalidPayload, NotFound, PopulationMoved
from mentorflow.store import retiming
from mentorflow.store.calendar_rules import put_counted
from mentorflow.store.ranges import NOBODY, Range, next_place
from mentorflow.store.retiming import MoveCounts, PlanState
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

BATCH = 2000
"""Mentorships whose timers are listed or moved in one transaction."""
MOST_NAMED = 1000
"""Timers that are left where they are, and named in a report, at most."""
_MOST_ROUNDS = 10
_LONGEST = timedelta(days=366)
_IDS = IdMaker()
Progress = Callable[[int, int], object]
"""Told how many timers are done, and of how many."""


class TimerLeft(NamedTuple):
    """A timer that an undoing could not put back."""

    mentorship_id: str
    timer: str
    instance: str
    is_pending: bool
    """Whether it counts anew from something else; otherwise it has fired, or is not needed."""


class PlanReport(NamedTuple):
    """What became of a plan."""

    id: str
    status: str
    listed: int
    """Timers it found to be moved."""
    done: int
    """Those of them it moved, or moved back; the others had fired or counted anew by then."""
    left: tuple[TimerLeft, ...] = ()
    """Of an undoing: those that are not where they were, a thousand at most."""


class Retiming:
    """Plans for the timers of all workflows of an engine."""

    def __init__(self, store: Store, library: Library, *, batch: int) -> None:
        self._store = store
        self._library = library
        self._batch = batch

    def preview(
        self, changes: Iterable[Mapping[str, Any]], *, horizon: timedelta, workflow: str
    ) -> Plan:
        """Return what changes would do; see `TimingSettings.preview`."""
        require_horizon(horizon)
        with self._store.twins() as readers:
            transaction = readers[0]
            revision = transaction.revision()
            self._library.refresh(transaction)
            wanted = wanted_of(self._library.versions(workflow), changes)
            population = self._population(transaction, workflow, wanted)
            return plan_of(readers, population, revision, wanted, horizon)

    def apply(
        self,
        plan: Plan,
        *,
        reason: str,
        by: str | None,
        over: timedelta,
        drift: float,
        progress: Progress | None,
    ) -> PlanReport:
        """Make the changes of a plan and move its timers; see `TimingSettings.apply`."""
        reason, by = said(reason, by)
        if not drift >= 0:
            raise InvalidPayload(f"drift is {drift}; it must be nought or more")
        if not timedelta() <= over <= _LONGEST:
            raise InvalidPayload(f"over is {over}; it must be up to {_LONGEST.days} days")
        with self._store.snapshot() as transaction:
            self._require_same(transaction, plan)
            self._library.refresh(transaction)
            wanted = wanted_again(self._library.versions(plan.workflow), plan.changes)
            population = self._population(transaction, plan.workflow, wanted, as_of=plan.as_of)
        id_ = _IDS.new_id(population.now)
        listing = Listing(self._store, population, id_, batch=self._batch)
        listing.forget_strays()
        try:
            counts = listing.list()
            _require_close(counts, plan.counts, drift)
            listing.spread(over)
            state = PlanState(
                id=id_,
                workflow=plan.workflow,
                status="applying",
                changes=[],
                by=by,
                reason=reason,
                listed=counts.listed,
                done=0,
                place=None,
                begun_at=population.now,
                ended_at=None,
                rules=population.rules,
            )
            state = self._begun(plan, state)
        except BaseException:
            listing.forget()
            raise
        return self._go_on(state, progress)

    def resume(self, plan: str, *, progress: Progress | None) -> PlanReport:
        """Go on with a plan; see `TimingSettings.resume`."""
        with self._store.transaction() as transaction:
            state = _known(transaction, plan)
        return self._go_on(state, progress)

    def undo(
        self, plan: str, *, reason: str, by: str | None, progress: Progress | None
    ) -> PlanReport:
        """Put back what a plan changed; see `TimingSettings.undo`."""
        reason, by = said(reason, by)
        with self._store.transaction() as transaction:
            state = _known(transaction, plan)
            if state.status not in {"applied", "applying"}:
                raise PopulationMoved(
                    f"the plan {plan} is {state.status}; there is nothing to undo"
                )
            self._library.refresh(transaction)
            wanted = [_back(self._library, one) for one in state.changes]
            change(
                transaction,
                self._library,
                wanted,
                workflow=state.workflow,
                reason=reason,
                by=by,
                plan=plan,
            )
            if state.rules is not None:
                put_counted(transaction, state.workflow, state.rules["was"], now=transaction.now())
            state = state._replace(status="undoing", place=None, done=0, ended_at=None)
            retiming.put_plan(transaction, state)
        return self._go_on(state, progress)

    def _population(
        self,
        transaction: Transaction,
        workflow: str,
        wanted: list[Wanted],
        *,
        as_of: datetime | None = None,
    ) -> Population:
        overrides = self._library.overrides(workflow)
        if wanted:
            require_sound(transaction, self._library.versions(workflow), overrides, wanted)
        after, timings = after_changes(overrides, wanted), affected(wanted)
        return Population(transaction, self._library, workflow, after, timings, as_of=as_of)

    def _require_same(self, transaction: Transaction, plan: Plan) -> None:
        """Refuse a plan before anything is listed, where it is bound to be refused."""
        _require_none_under_way(transaction, plan.workflow)
        if transaction.revision() != plan.revision:
            raise changed_since(transaction, plan.revision)

    def _begun(self, plan: Plan, state: PlanState) -> PlanState:
        """Make the changes of a plan whose timers are listed: from now on it is under way."""
        with self._store.transaction() as transaction:
            made = change(
                transaction,
                self._library,
                plan.changes,
                workflow=plan.workflow,
                reason=state.reason,
                by=state.by,
                plan=state.id,
                revision=plan.revision,
            )
            _require_none_under_way(transaction, plan.workflow)
            state = state._replace(changes=[_asdict(one) for one in made])
            retiming.insert_plan(transaction, state)
        return state

    def _go_on(self, state: PlanState, progress: Progress | None) -> PlanReport:
        rounds, turns = 0, Turns(self._store)
        while state.status in {"applying", "undoing"}:
            with self._store.step() as transaction:
                state = _known(transaction, state.id)
                if state.status not in {"applying", "undoing"}:
                    break
                after = state.place or NOBODY
                upto = next_place(transaction, after, most=self._batch)
                if upto is not None:
                    name = "move_timers" if state.status == "applying" else "move_timers_back"
                    moved = retiming.move(transaction, name, state.id, Range(after, upto))
                    state = state._replace(place=upto, done=state.done + moved)
                    retiming.put_plan(transaction, state)
            turns.give_way()
            if upto is None:
                rounds += 1
                state = self._at_the_end(state, is_last=rounds == _MOST_ROUNDS)
            if progress is not None:
                progress(min(state.done, state.listed), state.listed)
        return self._report(state)

    def _at_the_end(self, state: PlanState, *, is_last: bool) -> PlanState:
        """Look for timers that were set by the values of before while the plan was under way."""
        late = 0
        if state.status == "applying" and not is_last:
            with self._store.snapshot() as transaction:
                population = self._late(transaction, state)
            listing = Listing(self._store, population, state.id, batch=self._batch)
            late = listing.list_late(state.begun_at)
        with self._store.transaction() as transaction:
            known = _known(transaction, state.id)
            if known.place != state.place or known.status != state.status:
                return known  # somebody else has taken it further
            if late:
                state = state._replace(place=None, listed=state.listed + late)
            else:
                status = "applied" if state.status == "applying" else "undone"
                if status == "applied" and state.rules is not None:
                    rules, now = state.rules["is"], transaction.now()
                    put_counted(transaction, state.workflow, rules, now=now)
                state = state._replace(status=status, ended_at=transaction.now())
            retiming.put_plan(transaction, state)
        return state

    def _late(self, transaction: Transaction, state: PlanState) -> Population:
        self._library.refresh(transaction)
        timings = frozenset(one["timing"] for one in state.changes) or None
        overrides = self._library.overrides(state.workflow)
        return Population(transaction, self._library, state.workflow, overrides, timings)

    def _report(self, state: PlanState) -> PlanReport:
        left: tuple[TimerLeft, ...] = ()
        if state.status == "undone" and state.done < state.listed:
            with self._store.transaction() as transaction:
                found = retiming.left_by(transaction, state.id, most=MOST_NAMED)
            left = tuple(
                TimerLeft(id_, name, one, bool(is_there)) for id_, name, one, is_there in found
            )
        return PlanReport(state.id, state.status, state.listed, state.done, left)


def _known(transaction: Transaction, plan: str) -> PlanState:
    state = retiming.lock_plan(transaction, plan) if is_id(plan) else None
    if state is None:
        raise NotFound(f"there is no plan {plan!r}")
    return state


def _require_none_under_way(transaction: Transaction, workflow: str) -> None:
    under_way = retiming.unfinished_plan(transaction, workflow)
    if under_way is not None:
        raise PopulationMoved(f"the plan {under_way.id} is under way; resume it, or undo it, first")


def _require_close(now: MoveCounts, then: MoveCounts, drift: float) -> None:
    """Refuse a plan whose counts are others than were previewed, by more than is allowed for."""
    off = max(abs(one - other) for one, other in zip(_steady(now), _steady(then), strict=True))
    off_by = off / max(then.listed, 1)
    if off_by > drift:
        raise PopulationMoved(
            f"the plan would move {now.moved} timers by now ({now.earlier} earlier, {now.later} "
            f"later), not {then.moved}; preview again, or allow for a drift of "
            f"{math.ceil(off_by * 10_000) / 100} %"
        )


def _steady(counts: MoveCounts) -> tuple[int, ...]:
    """Return the counts that time alone does not change."""
    return tuple(counts._replace(overdue=0))


def _asdict(made: Any) -> dict[str, Any]:
    fields = ("timing", "scope", "subject", "from_value", "to_value")
    return {name: getattr(made, name) for name in fields} | {"workflow": made.workflow}


def _back(library: Library, made: Mapping[str, Any]) -> Wanted:
    key = OverrideKey(made["workflow"], made["timing"], Scope(made["scope"]), made["subject"])
    stands = library.overrides(key.workflow).get(key)
    if (stands.text if stands is not None else None) != made["to_value"]:
        raise PopulationMoved(
            f"{key.timing} was set anew since, for the {key.scope.value} {key.subject}".rstrip()
        )
    was = made["from_value"]
    return Wanted(key, None if was is None else Duration.parse(was))
