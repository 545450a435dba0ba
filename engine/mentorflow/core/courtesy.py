"""Whether a message goes out now, and if not, when and why: quiet hours, absence, budget.

Behaviors M5 and M7: nobody is written to at night, while they are away, or more often than they
like; and what they are not told now they are told later, together.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mentorflow.core.person import Person

WEEK = timedelta(days=7)
"""The budget counts the letters of the last seven days, whatever day it is."""
_ONE_DAY = timedelta(days=1)


class Weight(StrEnum):
    """How much of a person's courtesy a message may ask for."""

    ORDINARY = "ordinary"
    """Quiet hours, absence and the weekly budget hold."""
    DUTY = "duty"
    """To somebody whose work it is, such as the coordinator: quiet hours and absence hold."""
    ANSWER = "answer"
    """An invitation to what somebody has just set: quiet hours and absence hold."""
    URGENT = "urgent"
    """A rung of a ladder declared urgent (safety): it goes out at once."""


class Why(StrEnum):
    """Why a message did not go out when it was decided."""

    ABSENT = "absent"
    QUIET_HOURS = "quiet_hours"
    OVER_BUDGET = "over_budget"
    CAUSE_GONE = "cause_gone"
    """It would have come late, and there is no cause for it any more."""


class Departure(NamedTuple):
    """When a message goes out, and what keeps it until then."""

    goes_out_at: datetime
    why: Why | None = None
    """None where it goes out at once."""


_Rule = Callable[[Person, Sequence[datetime], datetime], datetime | None]
"""When a rule lets a message go that is to go out at an instant; None where it has no objection."""


def departure(
    person: Person, *, weight: Weight, counted: Sequence[datetime], now: datetime
) -> Departure:
    """Return when a message goes out; `counted` are the instants of letters that were counted."""
    at, why = now, None
    while True:
        objection = _objection(person, weight, counted, at)
        if objection is None:
            return Departure(at, why)
        at, why = objection[0], why or objection[1]


def _objection(
    person: Person, weight: Weight, counted: Sequence[datetime], at: datetime
) -> tuple[datetime, Why] | None:
    for why, rule in _RULES[weight]:
        until = rule(person, counted, at)
        if until is not None:
            return until, why
    return None


def _absent(person: Person, _counted: Sequence[datetime], at: datetime) -> datetime | None:
    absence = person.absence
    return absence.until if absence and absence.since <= at < absence.until else None


def _quiet(person: Person, _counted: Sequence[datetime], at: datetime) -> datetime | None:
    hours = person.quiet_hours
    if hours is None:
        return None
    local = at.astimezone(ZoneInfo(person.time_zone))
    clock, day = local.time(), local.date()
    if hours.since < hours.until:
        is_quiet = hours.since <= clock < hours.until
    else:
        is_quiet = clock >= hours.since or clock < hours.until
    if not is_quiet:
        return None
    # Where clocks go back, the hour may come twice in one night.
    nights = ((day, 0), (day, 1), (day + _ONE_DAY, 0))
    for on, fold in nights:
        end = datetime.combine(on, hours.until.replace(fold=fold), local.tzinfo).astimezone(UTC)
        if end > at:
            return end
    return None


def _over_budget(person: Person, counted: Sequence[datetime], at: datetime) -> datetime | None:
    within = sorted(one for one in counted if at - WEEK < one <= at)
    if len(within) < person.weekly_budget:
        return None
    return within[-person.weekly_budget] + WEEK


_COURTESY: tuple[tuple[Why, _Rule], ...] = (
    (Why.ABSENT, _absent),
    (Why.QUIET_HOURS, _quiet),
)
_RULES: dict[Weight, tuple[tuple[Why, _Rule], ...]] = {
    Weight.ORDINARY: ((Why.OVER_BUDGET, _over_budget), *_COURTESY),
    Weight.DUTY: _COURTESY,
    Weight.ANSWER: _COURTESY,
    Weight.URGENT: (),
}
