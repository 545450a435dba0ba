"""Moving the timers of a population: previewed, applied and undone, beside bare statements."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from statistics import median

from benchmarks.clock import TickingClock
from benchmarks.databases import ROOT, Database, PostgresqlDatabase, databases
from benchmarks.figure import Figure, Rounds
from benchmarks.population import Population, Size
from benchmarks.stopwatch import Stopwatch, Took
from mentorflow.engine.engine import Engine

MOST_MEGABYTES = 400
DAYS_MORE = {
    "contact.nudge_1": 1,
    "contact.nudge_2": 1,
    "contact.escalate": 2,
    "contact.reply_window": 2,
}
"""By how much each timing becomes longer, and with it every timer that follows it."""
CHANGES = [
    {"timing": "contact.nudge_1", "value": "4d"},
    {"timing": "contact.nudge_2", "value": "8d"},
    {"timing": "contact.escalate", "value": "11d"},
    {"timing": "contact.reply_window", "value": "16d"},
]
TELLS = {
    "contact.nudge_1": "mentor",
    "contact.nudge_2": "mentor",
    "contact.escalate": "coordinator",
    "contact.reply_window": "mentee",
}
"""Whom the timers that follow each write to first."""
_PREVIEWS = 5
_JOIN = """
WITH w (timing, value, days, role) AS (VALUES {ways})
SELECT count(*), max(t.due_at), max(w.value), max(p.person)
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
JOIN w ON w.timing = t.timing
JOIN mentorflow_party AS p ON p.mentorship_id = m.id AND p.role = w.role
"""
"""Every timer with its mentorship, the value it should follow, and the person it writes to."""
_SCAN = """
SELECT count(*), max(t.due_at), max(t.value), max(m.program)
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
"""
_RESOLVED = """
WITH w (timing, value, days, role) AS (VALUES {ways})
SELECT count(*), max(t.due_at), max({leads_to}), sum(CASE WHEN t.value <> w.value THEN 1 END)
FROM mentorflow_timer AS t
JOIN mentorflow_mentorship AS m ON m.id = t.mentorship_id
JOIN w ON w.timing = t.timing
"""
"""What each timer's value and instant would be, and nothing of it told but the last of all."""
_LEADS_TO = {
    "postgresql": "t.anchor_at + w.days * interval '1 day'",
    "sqlite": "julianday(t.anchor_at) + w.days",
}
_PARTS = {
    "how many timers each mentorship has": """
        SELECT count(*), max(many)
        FROM (SELECT count(*) AS many FROM mentorflow_timer GROUP BY mentorship_id) AS n""",
    "how many mentorships each person has": """
        SELECT count(*), max(many)
        FROM (SELECT count(*) AS many FROM mentorflow_party GROUP BY person) AS n""",
}
"""What a preview cannot do without beside, for it tells how often people are written to."""
_INSTANTS = "SELECT name, due_at, count(*) FROM mentorflow_timer GROUP BY 1, 2 ORDER BY 1, 2"


@dataclass(slots=True)
class _Run:
    """What was measured on one database."""

    moved: int = 0
    preview: Rounds = field(default_factory=Rounds)
    apply: Rounds = field(default_factory=Rounds)
    undo: Rounds = field(default_factory=Rounds)
    notes: list[str] = field(default_factory=list)
    alone: str = ""
    told: str = ""


def preview(kind: str, *, size: Size, repeats: int) -> Figure:
    """Measure a preview of a change for all, beside one reading of all timers by the same join."""
    run = _run(kind, size, repeats)
    told = (
        "the floor reads every timer with its mentorship, the value it should follow and whom it "
        "writes to, and tells nothing of them"
    )
    notes = [*run.notes, told, run.told]
    return run.preview.times(f"timings.preview.{kind}", "ms", 1000, notes)


def apply(kind: str, *, size: Size, repeats: int) -> Figure:
    """Measure moving all timers, beside one bare UPDATE of the same rows."""
    run = _run(kind, size, repeats)
    notes = [*run.notes, run.alone]
    return run.apply.rates(f"timings.apply.{kind}", "timers/s", run.moved, notes)


def undo(kind: str, *, size: Size, repeats: int) -> Figure:
    """Measure putting all of them back, beside one bare UPDATE of the same rows."""
    run = _run(kind, size, repeats)
    return run.undo.rates(f"timings.undo.{kind}", "timers/s", run.moved, run.notes)


@cache
def _run(kind: str, size: Size, repeats: int) -> _Run:
    """Measure once for all figures."""
    run = _Run()
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as ours:
        population = Population(size, Path(folder))
        population.fill(ours)
        floor = ours.copy("floor")
        run.notes = [
            (
                f"{ours.durability}; {population.mentorships:,} mentorships, "
                f"{population.pending:,} timers pending"
            ),
        ]
        with Engine(ours.url, clock=TickingClock(population.now), channels=()) as engine:
            _previews(run, engine, floor)
            for _ in range(repeats):
                _there_and_back(run, engine, ours, floor)
        run.alone = _alone(floor, population.now.isoformat())
    return run


def _previews(run: _Run, engine: Engine, floor: Database) -> None:
    join = _JOIN.format(ways=_ways())
    for _ in range(1 + _PREVIEWS):
        with Stopwatch() as ours_watch:
            plan = engine.timings.preview(CHANGES)
        with Stopwatch() as floor_watch:
            ((joined, *_),) = floor.query(join)
        run.preview.add(ours=ours_watch.took, floor=floor_watch.took)
        run.moved = plan.counts.moved
        assert joined == run.moved
    run.preview.drop_first()
    took = [f"{what}: {_milliseconds(floor, query):,.0f} ms" for what, query in _asked(floor)]
    run.told = f"bare and alone: {'; '.join(took)}"


def _asked(floor: Database) -> Iterator[tuple[str, str]]:
    """Yield what has to be found out for a preview, part by part."""
    yield "every timer with its mentorship alone", _SCAN
    leads_to = _LEADS_TO[floor.dialect]
    yield "where each timer goes", _RESOLVED.format(ways=_ways(), leads_to=leads_to)
    yield from _PARTS.items()


def _ways() -> str:
    """Return what timers should follow and whom they write to, as rows of a statement."""
    rows = (
        (one["timing"], one["value"], int(one["value"].removesuffix("d")), TELLS[one["timing"]])
        for one in CHANGES
    )
    return ", ".join(
        f"('{timing}', '{value}', {days}, '{role}')" for timing, value, days, role in rows
    )


def _milliseconds(database: Database, query: str) -> float:
    took = []
    for _ in range(_PREVIEWS):
        with Stopwatch() as watch:
            database.query(query)
        took.append(watch.took.wall)
    return median(took) * 1000


def _there_and_back(run: _Run, engine: Engine, ours: Database, floor: Database) -> None:
    plan = engine.timings.preview(CHANGES)
    assert plan.counts.moved == run.moved
    with Stopwatch() as watch:
        report = engine.timings.apply(plan, reason="measuring")
    assert report.done == run.moved
    run.apply.add(ours=watch.took, floor=_update(floor, DAYS_MORE))
    _require_equal(ours, floor)
    with Stopwatch() as watch:
        undone = engine.timings.undo(report.id, reason="measured")
    assert undone.done == run.moved
    back = {timing: -days for timing, days in DAYS_MORE.items()}
    run.undo.add(ours=watch.took, floor=_update(floor, back))
    _require_equal(ours, floor)


def _update(floor: Database, days: Mapping[str, int]) -> Took:
    """Move the same rows by one statement that is committed."""
    names = ", ".join(f"'{timing}'" for timing in days)
    cases = " ".join(f"WHEN '{timing}' THEN {n * 86400}" for timing, n in days.items())
    seconds = f"CASE timing {cases} END"
    moved = f"due_at + {seconds} * interval '1 second'"
    if floor.dialect == "sqlite":
        whole = f"strftime('%Y-%m-%d %H:%M:%S', substr(due_at, 1, 19), {seconds} || ' seconds')"
        moved = f"{whole} || substr(due_at, 20)"
    statement = f"UPDATE mentorflow_timer SET due_at = {moved} WHERE timing IN ({names})"
    with Stopwatch() as watch:
        if isinstance(floor, PostgresqlDatabase):
            floor.command(statement)
        else:
            floor.query(statement)
    return watch.took


def _require_equal(ours: Database, floor: Database) -> None:
    """Stop where the bare UPDATE did not move what the plan moved."""
    assert ours.query(_INSTANTS) == floor.query(_INSTANTS)


def _alone(database: Database, now: str) -> str:
    """Apply it in a process of its own, to see the memory that it takes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.retimed", database.url, json.dumps(CHANGES), now],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return (
        f"alone: {told['done']:,} timers at {told['done'] / told['seconds']:,.0f}/s, "
        f"peak memory {told['megabytes']:.0f} MB (must stay below {MOST_MEGABYTES})"
    )
