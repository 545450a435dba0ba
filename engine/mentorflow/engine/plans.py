"""Plans: what a change of timings does to the timers that are pending, seen before it is done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey
from mentorflow.engine.asking import Wanted
from mentorflow.engine.population import Population
from mentorflow.engine.weighing import ROLE_BITS, Load, Weighing
from mentorflow.errors import InvalidPayload
from mentorflow.store.retiming import MoveCounts
from mentorflow.store.transaction import Transaction
from mentorflow.store.weighing import Horizon

HORIZON = timedelta(days=28)
"""How far ahead the load is looked at."""
SPREAD = timedelta(hours=24)
"""Over how long timers are spread that a plan makes overdue."""
_LONGEST = timedelta(days=366)
_MOST_NAMED = 100


class PersonLoad(NamedTuple):
    """How often a person would be written to up to the horizon."""

    person: str
    before: int
    after: int


class Plan(NamedTuple):
    """What changes of timings do to the timers that are pending; nothing of it is done yet."""

    workflow: str
    revision: int
    """How often operators had changed anything when it was made."""
    as_of: datetime
    changes: tuple[Wanted, ...]
    """Empty where pending timers are only to follow what is in force already."""
    counts: MoveCounts
    by_days: Mapping[int, int]
    """How many timers move by how many whole days; those below nought become earlier."""
    loads: tuple[Load, ...]
    """Day by day (UTC) up to the horizon; what is overdue counts for the first."""
    peak: tuple[datetime, int] | None
    """The minute in which most timers are due with the plan, and how many."""
    worst: tuple[PersonLoad, ...]
    """The ten persons who would be written to most."""
    expiring: tuple[str, ...]
    """Mentorships that would be ended at once; a hundred of them at most."""
    expiring_count: int


def require_horizon(horizon: timedelta) -> None:
    """Refuse to look further ahead than load can be foreseen.

    Raises:
        InvalidPayload: if it is none, or longer than a year.
    """
    if not timedelta() < horizon <= _LONGEST:
        raise InvalidPayload(f"the horizon is {horizon}; it must be up to {_LONGEST.days} days")


def plan_of(
    readers: Sequence[Transaction],
    population: Population,
    revision: int,
    changes: Sequence[Wanted],
    horizon: timedelta,
) -> Plan:
    """Return what a population comes to, from all sides; the readers share the work."""
    transaction = readers[0]
    now = population.now
    roles = [
        {"role": role, "place": ROLE_BITS * place} for place, role in enumerate(population.told)
    ]
    found = population.moves.weigh(readers, roles, Horizon(now, now + horizon))
    weighing = Weighing(found, population.timers)
    standing = population.moves.suspended(transaction) if weighing.stand_still else ()
    settled = sum(then != left for left, then, *_ in population.settled(standing))
    expiring = _expiring(readers, population, weighing)
    return Plan(
        workflow=population.workflow,
        revision=revision,
        as_of=now,
        changes=tuple(changes),
        counts=weighing.counts(suspended=settled),
        by_days=weighing.by_days(),
        loads=weighing.loads(population.by_timer),
        peak=weighing.peak(),
        worst=tuple(PersonLoad(*row) for row in found.worst),
        expiring=tuple(expiring[:_MOST_NAMED]),
        expiring_count=len(expiring),
    )


def _expiring(
    readers: Sequence[Transaction], population: Population, weighing: Weighing
) -> Sequence[str]:
    ending = [timer for timer in weighing.overdue if population.by_timer[timer].ends]
    if not ending:
        return ()
    numbers = [population.timers.index(timer) for timer in ending]
    return population.moves.expiring(readers, numbers, population.now)


def after_changes(
    overrides: Mapping[OverrideKey, Duration], changes: Iterable[Wanted]
) -> dict[OverrideKey, Duration]:
    """Return overrides as they are after changes."""
    after = {**overrides, **{one.key: one.value for one in changes}}
    return {key: value for key, value in after.items() if value is not None}


def affected(changes: Iterable[Wanted]) -> frozenset[str] | None:
    """Return the timings that change; None where there are none, and all timers are looked at."""
    return frozenset(one.key.timing for one in changes) or None
