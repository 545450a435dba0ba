"""The demo from beginning to end: a database, a year, and what to show of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

from mentorflow.cli.console import open_engine
from mentorflow.clock import ManualClock
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.engine.engine import Engine
from mentorflow.errors import EventRejected, InvalidPayload
from mentorflow_workflows.cohort import Cohort, read_cohort
from mentorflow_workflows.demo.tally import Tally, everyone
from mentorflow_workflows.demo.world import World, span_of

TEMPORARY = "sqlite://"
TOO_LATE = "meeting.booked"
"""An event nobody in a completed mentorship can send any more."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a demo leaves to show."""

    tally: Tally
    eventful: Mentorship
    """The mentorship worth telling of."""
    history: tuple[HistoryEntry, ...]
    waiting: Mentorship
    """One for which something is still to come, if there is any."""
    refusal: EventRejected | None


def cohort_of(file: Path | None) -> Cohort:
    """Return the cohort of a file, or the one that comes with the package.

    Raises:
        InvalidPayload: if the file is no cohort.
    """
    if file is not None:
        return read_cohort(file)
    with as_file(files("mentorflow_workflows").joinpath("data", "lfx-2025.csv")) as packaged:
        return read_cohort(packaged)


def play(
    cohort: Cohort, *, seed: int, db: str | None, days_passed: Callable[[float], object]
) -> Played:
    """Let a cohort live its year in a database without mentorships, a temporary one by default.

    Raises:
        InvalidPayload: if the database has mentorships already, or the cohort cannot be lived.
    """
    first, until = span_of(cohort)
    clock = ManualClock(first)
    before = first

    def passed(now: datetime) -> None:
        nonlocal before
        days_passed((now - before) / _DAY)
        before = now

    with _stage(db, clock) as engine:
        tally = World(engine, clock, cohort, seed=seed).live(until, passed=passed)
        eventful = _most_eventful(engine, tally)
        return Played(
            tally=tally,
            eventful=eventful,
            history=tuple(engine.history(eventful.id)),
            waiting=_waiting(engine) or eventful,
            refusal=_refusal(engine, eventful),
        )


@contextmanager
def _stage(db: str | None, clock: ManualClock) -> Iterator[Engine]:
    with open_engine(db or TEMPORARY, clock=clock, channels=()) as engine:
        if engine.find(limit=1):
            raise InvalidPayload(
                "the database has mentorships already, and the demo would live among them in a "
                "time of its own; name another one, such as --db sqlite:///demo-2.db"
            )
        yield engine


def _most_eventful(engine: Engine, tally: Tally) -> Mentorship:
    """Return a mentorship with a quarrel that was mended and something to celebrate, if any."""

    def rank(mentorship: Mentorship) -> tuple[bool, bool, int, str]:
        visited = tally.visited[mentorship.id]
        has_both = {"conflict", "celebration"} <= visited
        is_good = mentorship.outcome == "completed"
        return not (has_both and is_good), not is_good, -len(visited), mentorship.key or ""

    return min(everyone(engine), key=rank)


def _waiting(engine: Engine) -> Mentorship | None:
    latest_first = reversed(everyone(engine))
    return next((found for found in latest_first if engine.upcoming(found.id)), None)


def _refusal(engine: Engine, mentorship: Mentorship) -> EventRejected | None:
    """Send an event that comes too late, and return how it is refused."""
    told = {"meeting": "one-more", "starts_in": "3d"}
    try:
        engine.send(mentorship.id, TOO_LATE, by=mentorship.parties["mentee"][0], data=told)
    except EventRejected as refused:
        return refused
    return None
