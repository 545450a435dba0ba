"""What it takes to be ready: importing the library, and opening an Engine on a database."""

import tempfile
from pathlib import Path

from benchmarks.databases import SqliteDatabase
from benchmarks.figure import Figure, Rounds
from benchmarks.lives import Lives
from benchmarks.processes import time_of
from mentorflow.engine.engine import Engine

_IMPORT = "from mentorflow import Engine"
_LIBRARIES = "import sqlmodel, transitions"
_PYTHON = "import sqlite3"


def import_time(*, repeats: int) -> Figure:
    """Measure the import of the Engine beside the import of the two libraries it stands on."""
    rounds = Rounds()
    with tempfile.TemporaryDirectory() as folder:
        bytecode = Path(folder)
        for _ in range(1 + repeats):
            floor = time_of(_LIBRARIES, bytecode=bytecode)
            rounds.add(ours=time_of(_IMPORT, bytecode=bytecode), floor=floor)
        light = time_of("import mentorflow", bytecode=bytecode)
    rounds.drop_first()
    notes = [
        f"{_IMPORT!r} beside {_LIBRARIES!r}, each in a fresh process, bytecode cached",
        f"'import mentorflow' alone: {light.wall * 1000:.1f} ms",
    ]
    return rounds.times("import_time", "ms", 1000, notes)


def open_time(*, repeats: int) -> Figure:
    """Measure opening an Engine on an existing SQLite file beside the bare driver."""
    rounds = Rounds()
    with tempfile.TemporaryDirectory() as folder:
        database = SqliteDatabase(Path(folder) / "start.db")
        with Engine(database.url, channels=()) as engine:
            Lives(engine, 100)
        bytecode = Path(folder) / "bytecode"
        opening = f"Engine({database.url!r})"
        connecting = f"sqlite3.connect({str(database.file)!r}).execute('SELECT 1').fetchone()"
        for _ in range(1 + repeats):
            floor = time_of(connecting, bytecode=bytecode, before=_PYTHON)
            rounds.add(ours=time_of(opening, bytecode=bytecode, before=_IMPORT), floor=floor)
        again = time_of(opening, bytecode=bytecode, before=f"{_IMPORT}\n{opening}")
    rounds.drop_first()
    notes = [
        "the first Engine of a process that has imported it; must stay below 150 ms",
        f"a second one in the same process: {again.wall * 1000:.1f} ms",
    ]
    return rounds.times("open_time", "ms", 1000, notes)
