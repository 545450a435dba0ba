"""The program on a SQLite file with three mentorships that nobody answered for ten days."""

import io
import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from integration.cli.program import Answer, Commands, Program
from integration.cli.seed import Seed, start
from mentorflow import Engine
from mentorflow.cli import main


@pytest.fixture(scope="session")
def seed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """A file with three mentorships; each has an open escalation."""
    file = tmp_path_factory.mktemp("cli") / "seed.db"
    shutil.copyfile(sqlite_template, file)
    ids = start(f"sqlite:///{file}", 3, ago=timedelta(days=10))
    with Engine(f"sqlite:///{file}", channels=[]) as engine:
        engine.run_due()
    return Seed(file=file, ids=ids)


@pytest.fixture
def program(seed: Seed, tmp_path: Path) -> Program:
    """The program on a copy of the seed."""
    file = tmp_path / "test.db"
    shutil.copyfile(seed.file, file)
    return Program(db=f"sqlite:///{file}", folder=tmp_path)


@pytest.fixture
def commands(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    """The same program on the same database, within this process."""
    monkeypatch.setenv("MENTORFLOW_DB", program.db)
    monkeypatch.setenv("COLUMNS", "200")  # wide enough for every table, wherever tests run
    monkeypatch.chdir(program.folder)

    def run(arguments: Sequence[str], stdin: bytes) -> Answer:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(arguments)
        out, err = capsys.readouterr()
        return Answer(status=status, stdout=out, stderr=err)

    return Commands(folder=program.folder, run=run)
