"""Every benchmark runs and says what it should; how fast anything is, no test may ask."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from project import ROOT

KEYS = ["name", "unit", "ours", "floor", "ratio", "repeats", "spread"]
TIMINGS = ["preview", "apply", "undo", "lateness", "send_cost"]
DATABASES = ["send", "send_many", "run_due", "claim_flat"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def figures(file: Path, *names: str) -> list[dict[str, Any]]:
    done = run(*names, "--tiny", "--json", str(file))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    "names",
    [
        ["send.sqlite", "send.postgresql"],
        pytest.param([f"{name}.sqlite" for name in DATABASES], marks=pytest.mark.slow),
        pytest.param([f"{name}.postgresql" for name in DATABASES], marks=pytest.mark.slow),
    ],
    ids=["one on both", "sqlite", "postgresql"],
)
def test_each_database_is_measured_beside_a_floor_that_writes_the_same_rows(
    names: list[str], tmp_path: Path
) -> None:
    found = figures(tmp_path / "figures.json", *names)

    # The floor compares its tables with the engine's, and stops where they differ.
    assert [figure["name"] for figure in found] == names
    for figure in found:
        assert list(figure) == KEYS
        assert figure["spread"][0] <= figure["ratio"] <= figure["spread"][1]
        assert figure["ours"] > 0
        assert figure["floor"] > 0


@pytest.mark.slow
def test_starting_up_and_moving_the_machine_are_measured(tmp_path: Path) -> None:
    found = figures(tmp_path / "figures.json", "import_time", "open_time", "machine")

    assert [figure["name"] for figure in found] == ["import_time", "open_time", "machine"]
    assert all(list(figure) == KEYS and figure["ratio"] > 0 for figure in found)


@pytest.mark.slow
def test_the_workers_are_measured_beside_bare_messages(tmp_path: Path) -> None:
    names = ["relay.redis", "event_to_effect", "idle"]
    found = figures(tmp_path / "figures.json", *names)

    assert [figure["name"] for figure in found] == names
    assert all(list(figure) == KEYS and figure["repeats"] > 0 for figure in found)
    assert found[0]["ours"] > 0
    assert found[1]["ours"] > 0


@pytest.mark.slow
def test_the_herd_is_measured_once_for_all_its_figures(tmp_path: Path) -> None:
    found = figures(tmp_path / "figures.json", "herd")

    # The floor compares its tables with the workers', and stops where they differ.
    assert [figure["name"] for figure in found] == ["herd.drain", "herd.lateness", "herd.pgqueuer"]
    assert all(list(figure) == KEYS and figure["ratio"] > 0 for figure in found)
    assert found[0]["ours"] == found[2]["ours"]


@pytest.mark.slow
def test_carrying_effects_is_measured_beside_the_same_statements_by_hand(tmp_path: Path) -> None:
    found = figures(tmp_path / "figures.json", "carry")

    assert [figure["name"] for figure in found] == ["carry.sqlite", "carry.postgresql"]
    assert all(list(figure) == KEYS and figure["ours"] > 0 < figure["floor"] for figure in found)


@pytest.mark.slow
def test_the_pruner_is_watched_until_nothing_is_left(tmp_path: Path) -> None:
    (found,) = figures(tmp_path / "figures.json", "pruner.pace")

    assert list(found) == KEYS
    assert found["repeats"] > 0 < found["ratio"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_size_of_a_mentorship_is_measured_beside_its_rows(tmp_path: Path) -> None:
    (found,) = figures(tmp_path / "figures.json", "sizes")

    assert list(found) == KEYS
    assert found["ours"] > found["floor"] > 0, "an index takes something, too"


@pytest.mark.slow
def test_tables_that_change_often_are_measured_with_their_settings_and_without(
    tmp_path: Path,
) -> None:
    (found,) = figures(tmp_path / "figures.json", "hot_tables")

    assert list(found) == KEYS
    assert found["ours"] > 0 < found["floor"]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([f"timings.{name}.sqlite" for name in TIMINGS], marks=pytest.mark.slow),
        pytest.param([f"timings.{name}.postgresql" for name in TIMINGS], marks=pytest.mark.slow),
        pytest.param(["timings.set"], marks=pytest.mark.slow),
    ],
    ids=["sqlite", "postgresql", "both"],
)
def test_timings_are_set_and_timers_moved_beside_bare_statements(
    names: list[str], tmp_path: Path
) -> None:
    found = figures(tmp_path / "figures.json", *names)

    # The bare UPDATE and the plan must lead to the same instants, or the benchmark stops.
    assert {figure["name"] for figure in found} == set(names)
    assert all(list(figure) == KEYS and figure["ours"] > 0 < figure["floor"] for figure in found)


def test_a_figure_that_does_not_exist_is_told_from_those_that_do() -> None:
    done = run("sent")

    assert done.returncode == 2
    assert "there are: send.sqlite" in done.stdout
