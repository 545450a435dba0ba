"""`mentorflow demo` repeats itself by its seed and leaves a database to look around in."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integration.demo.conftest import SEED as LIVED_WITH
from integration.demo.conftest import Lived
from mentorflow.cli import main
from mentorflow_workflows.cohort import read_cohort
from mentorflow_workflows.demo.play import play

pytestmark = pytest.mark.xdist_group("demo")
SEED = 3


@pytest.fixture(scope="module")
def tiny_file(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = small_file.read_text().splitlines()
    file = tmp_path_factory.mktemp("cohort") / "tiny.csv"
    file.write_text("\n".join(lines[:9]))
    return file


@pytest.fixture(scope="module")
def told(tiny_file: Path) -> bytes:
    """What a demo of the tiny cohort says."""
    return demo(tiny_file, "--seed", f"{SEED}", "--json", hash_seed=1)


@pytest.fixture
def db(lived: Lived, tmp_path: Path) -> str:
    """A copy of what a demo left."""
    file = tmp_path / "demo.db"
    shutil.copyfile(lived.url.removeprefix("sqlite:///"), file)
    return f"sqlite:///{file}"


def demo(file: Path, *options: str, hash_seed: int = 0) -> bytes:
    """Run a demo in a process of its own; return what it printed."""
    command = [sys.executable, "-m", "mentorflow", "demo", "--file", str(file), *options]
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "COLUMNS": "80"}
    done = subprocess.run(command, capture_output=True, check=True, env=environment, timeout=100)
    return done.stdout


def test_the_same_seed_lives_the_same_year(tiny_file: Path, told: bytes) -> None:
    assert demo(tiny_file, "--seed", f"{SEED}", "--json", hash_seed=2) == told


@pytest.mark.slow
def test_another_seed_lives_another_year(tiny_file: Path, told: bytes) -> None:
    assert demo(tiny_file, "--seed", f"{SEED + 1}", "--json") != told


def test_it_makes_no_difference_where_it_is_lived(
    tiny_file: Path, sqlite_url: str, told: bytes
) -> None:
    played = play(read_cohort(tiny_file), seed=SEED, db=sqlite_url, days_passed=lambda _: None)

    assert json.loads(json.dumps(played.tally.as_dict())) == json.loads(told)


@pytest.mark.slow
def test_it_makes_no_difference_where_more_of_them_live(lived: Lived) -> None:
    said = demo(lived.file, "--seed", f"{LIVED_WITH}", "--json")

    assert json.loads(said) == lived.told


def test_it_makes_no_difference_on_which_database(
    tiny_file: Path, postgres_url: str, told: bytes
) -> None:
    assert demo(tiny_file, "--seed", f"{SEED}", "--json", "--db", postgres_url) == told


def test_people_are_shown_how_it_ended_and_where_to_go_on(tiny_file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"

    told = demo(tiny_file, "--db", url).decode()

    for title in ("How they ended", "Messages by role", "One of them:", "refused", "go on"):
        assert title in told
    for line in told.splitlines():
        if line.strip().startswith("mentorflow ") and " demo" not in line:
            assert main(line.split()[1:]) == 0


def test_what_it_leaves_can_be_looked_at(
    db: str, lived: Lived, capfd: pytest.CaptureFixture[str]
) -> None:
    key = str(lived.played.eventful.key)

    def answer(*command: str) -> Any:
        assert main([*command, "--db", db, "--json"]) == 0
        return json.loads(capfd.readouterr().out)

    assert len(answer("list", "--all")) == lived.told["mentorships"]
    assert answer("show", key)["outcome"] == "completed"
    history = answer("history", key)
    assert history[0]["event"] == "mentorship.started"
    assert isinstance(answer("upcoming", key), list)
    mentee = lived.played.eventful.parties["mentee"][0]
    answer("send", key, "gratitude.sent", "--by", mentee)
    assert len(answer("history", key)) == len(history) + 1


def test_a_database_with_mentorships_is_left_alone(
    db: str, tiny_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    status = main(["demo", "--file", str(tiny_file), "--db", db, "--json"])

    told = capfd.readouterr()
    assert status == 1
    assert "has mentorships already" in told.out + told.err


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ["k-1,p,m,a,1000-01-01,"],
        ["k-1,p,m,a,1990-01-01,", "k-2,p,m2,a,2025-01-01,2025-06-01"],
        ["k-1,p,m,a,2025-01-01,9999-12-31"],
    ],
)
def test_a_cohort_nobody_can_live_is_refused(
    rows: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cohort.csv"
    file.write_text("\n".join(["mentorship,program,mentee,mentors,selected_on,ends_on", *rows]))

    assert main(["demo", "--file", str(file), "--json"]) == 1
    told = capfd.readouterr()
    assert "Traceback" not in told.out + told.err


@pytest.mark.slow
def test_the_whole_cohort_of_2025_comes_to_its_end(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--json"]) == 0

    told = json.loads(capfd.readouterr().out)
    assert told["mentorships"] == 174
    assert told["states"].keys() == {"alumni", "closed"}
    assert 0.8 <= told["outcomes"]["completed"] / 174 <= 0.92
    assert told["escalations"].keys() >= {"stalled", "conflict", "low_pulse", "unanswered"}
