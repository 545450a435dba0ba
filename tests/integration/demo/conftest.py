"""One demo of a small cohort, lived once and looked at by many tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mentorflow_workflows.cohort import Cohort, read_cohort
from mentorflow_workflows.demo.play import Played, play
from project import ROOT

ROWS_OF_A_TERM = 14
SEED = 7


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A demo, the database it left, and what it told."""

    url: str
    file: Path
    played: Played

    @property
    def told(self) -> dict[str, Any]:
        """The JSON document, as a program reads it."""
        document: dict[str, Any] = json.loads(json.dumps(self.played.tally.as_dict()))
        return document


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first rows of each term of 2025, and the first row without a mentor."""
    lines = (ROOT / "examples" / "cohorts" / "lfx-2025.csv").read_text().splitlines()
    terms: dict[str, list[str]] = {}
    for line in lines[1:]:
        terms.setdefault(line.split(",")[1], []).append(line)
    chosen = [line for rows in terms.values() for line in rows[:ROWS_OF_A_TERM]]
    file = tmp_path_factory.mktemp("cohort") / "small.csv"
    file.write_text("\n".join([lines[0], *chosen, ""]))
    return file


@pytest.fixture(scope="session")
def small_cohort(small_file: Path) -> Cohort:
    return read_cohort(small_file)


@pytest.fixture(scope="session")
def lived(
    small_file: Path, small_cohort: Cohort, tmp_path_factory: pytest.TempPathFactory
) -> Lived:
    """A demo of the small cohort on a database of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    played = play(small_cohort, seed=SEED, db=url, days_passed=lambda _days: None)
    return Lived(url=url, file=small_file, played=played)
