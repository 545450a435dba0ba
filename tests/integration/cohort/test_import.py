"""`mentorflow import` takes every row it can, once, and tells of the others."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from mentorflow import Engine
from mentorflow.cli import main
from mentorflow_workflows.cohort import COLUMNS
from project import ROOT

COHORT_2025 = ROOT / "examples" / "cohorts" / "lfx-2025.csv"


def cohort_of(*rows: dict[str, str]) -> str:
    """Return the text of a cohort with some rows."""
    usual = {"mentorship": "k-1", "program": "p", "mentee": "mentee-1", "mentors": "mentor-1"}
    lines = [",".join({**usual, **row}.get(name, "") for name in COLUMNS) for row in rows]
    return "\n".join((",".join(COLUMNS), *lines, ""))


# Shaped as the terms of those years are, with rows made up for it.
TERM_2023 = {
    "program": "x-2023-1",
    "applications_close": "2023-02-21",
    "selected_on": "2023-03-07",
    "starts_on": "2023-03-08",
    "midterm_due": "2023-04-12",
    "final_due": "2023-05-24",
    "ends_on": "2023-05-31",
}
COHORT_2023 = cohort_of(
    {**TERM_2023, "mentorship": "x-2023-1-001", "mentee": "mentee-1"},
    {
        **TERM_2023,
        "mentorship": "x-2023-1-002",
        "title": '"Pack, faster"',
        "mentee": "mentee-2",
        "mentors": "mentor-2;mentor-3",
    },
    {**TERM_2023, "mentorship": "x-2023-1-003", "mentee": "mentee-3", "mentors": ""},
)
TERM_2024 = {"program": "x-2024-1", "starts_on": "2024-03-04", "ends_on": "2024-05-31"}
COHORT_2024 = cohort_of(
    {**TERM_2024, "mentorship": "x-2024-1-001", "mentors": "m-1;m-2;m-3;m-4"},
    {**TERM_2024, "mentorship": "x-2024-1-002", "mentors": "m-1;m-2;m-3;m-4;m-5"},
)

Import = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(sqlite_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Import:
    """Import a file, or a text as one; return the exit status and the report."""

    def imported(cohort: Path | str, *options: str) -> tuple[int, dict[str, Any]]:
        file = cohort
        if isinstance(cohort, str):
            file = tmp_path / "cohort.csv"
            file.write_text(cohort)
        status = main(["import", str(file), "--db", sqlite_url, "--json", *options])
        return status, json.loads(capfd.readouterr().out)

    return imported


def refusals(report: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(row["line"], row["key"], row["code"]) for row in report["refused"]]


def test_a_real_cohort_is_taken_and_its_six_rows_without_a_mentor_are_told(run: Import) -> None:
    status, report = run(COHORT_2025)

    assert (status, report["taken"], report["already"]) == (0, 174, 0)
    assert refusals(report) == [
        (60, "lfx-2025-1-059", "invalid_payload"),
        (69, "lfx-2025-2-001", "invalid_payload"),
        (75, "lfx-2025-2-007", "invalid_payload"),
        (119, "lfx-2025-2-051", "invalid_payload"),
        (154, "lfx-2025-3-034", "invalid_payload"),
        (155, "lfx-2025-3-035", "invalid_payload"),
    ]
    assert {row["reason"] for row in report["refused"]} == {"there must be 1 to 4 mentor(s), not 0"}


@pytest.mark.parametrize(("cohort", "taken"), [(COHORT_2023, 2), (COHORT_2024, 1)])
def test_other_years_are_taken(run: Import, cohort: str, taken: int) -> None:
    status, report = run(cohort)

    assert (status, report["taken"], len(report["refused"])) == (0, taken, 1)


def test_a_second_import_changes_nothing(run: Import, sqlite_url: str) -> None:
    run(COHORT_2025)
    with Engine(sqlite_url) as engine:
        before = engine.find(limit=1000)

    status, report = run(COHORT_2025)

    assert (status, report["taken"], report["already"]) == (0, 0, 174)
    assert len(report["refused"]) == 6
    with Engine(sqlite_url) as engine:
        assert engine.find(limit=1000) == before


def test_an_import_goes_on_where_another_one_ended(run: Import) -> None:
    first, second = {"mentorship": "k-1"}, {"mentorship": "k-2", "mentee": "mentee-2"}
    run(cohort_of(first))

    _, report = run(cohort_of(second, first))

    assert report == {"taken": 1, "already": 1, "refused": []}


def test_a_row_is_what_the_file_says(run: Import, sqlite_url: str) -> None:
    run(COHORT_2023, "--coordinator", "c-1", "--program-owner", "o-1")

    with Engine(sqlite_url) as engine:
        (found,) = engine.find(key="x-2023-1-002")
    assert (found.state, found.program) == ("contact", "x-2023-1")
    assert found.parties == {
        "mentee": ["mentee-2"],
        "mentor": ["mentor-2", "mentor-3"],
        "coordinator": ["c-1"],
        "program_owner": ["o-1"],
    }
    assert found.facts["title"] == "Pack, faster"
    assert found.facts["dates"]["midterm_due"] == "2023-04-12"


def test_the_engine_has_the_last_word_on_a_row(run: Import) -> None:
    rows = (
        {"mentorship": "k-1", "mentee": "mentor-1"},
        {"mentorship": "k-2", "mentors": "a;b;a"},
        {"mentorship": "k-3", "mentors": "a;b;c;d;e"},
        {"mentorship": "k-4", "title": "x" * 70_000},
        {"mentorship": "k-5", "mentee": "x" * 300},
        {"mentorship": "k-6", "program": ""},
        {"mentorship": "k-7"},
    )

    status, report = run(cohort_of(*rows))

    assert (status, report["taken"]) == (0, 1)
    assert [(line, key) for line, key, _ in refusals(report)] == [
        (line, f"k-{line - 1}") for line in range(2, 8)
    ]
    assert "payload_too_large" in {code for _, _, code in refusals(report)}


def test_a_known_key_with_other_content_is_refused(run: Import) -> None:
    run(cohort_of({"mentorship": "k-1"}))

    _, report = run(cohort_of({"mentorship": "k-1", "mentors": "mentor-2"}, {"mentorship": "k-2"}))

    assert (report["taken"], report["already"]) == (1, 0)
    assert refusals(report) == [(2, "k-1", "key_reused")]


def test_the_status_tells_when_nothing_could_be_taken(run: Import) -> None:
    status, report = run(cohort_of({"mentors": ""}))

    assert (status, report["taken"], len(report["refused"])) == (1, 0, 1)


@pytest.mark.parametrize(
    ("arguments", "status"), [(["missing.csv"], 2), (["."], 2), ([__file__], 1), ([], 2)]
)
def test_what_is_no_cohort_is_refused_in_a_sentence(
    arguments: Sequence[str], status: int, sqlite_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    answered = main(["import", *arguments, "--db", sqlite_url])

    told = capfd.readouterr()
    assert (answered, told.out) == (status, "")
    assert "Traceback" not in told.err


def test_people_read_a_table(sqlite_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    main(["import", str(COHORT_2025), "--db", sqlite_url])

    told = capfd.readouterr().out
    assert "174 taken, 0 already there, 6 refused" in told
    assert "lfx-2025-1-059" in told
