"""A cohort is read as people save it: what is wrong costs its own row, and is said in words."""

from pathlib import Path

import pytest

from mentorflow import InvalidPayload
from mentorflow_workflows.cohort import COLUMNS, Cohort, read_cohort
from project import ROOT

HEADER = ",".join(COLUMNS)


def row(**changed: str) -> str:
    """Return a row, with some of its columns changed."""
    values = {
        "mentorship": "k-1",
        "program": "p-1",
        "mentee": "mentee-1",
        "mentors": "mentor-1",
        "selected_on": "2025-02-27",
        "starts_on": "2025-03-03",
        "ends_on": "2025-05-30",
    }
    return ",".join({**values, **changed}.get(column, "") for column in COLUMNS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cohort.csv"


def read(file: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Cohort:
    file.write_bytes(end.join((HEADER, *lines, "")).encode(encoding))
    return read_cohort(file)


def keys(cohort: Cohort) -> list[str]:
    return [found.key for found in cohort.rows]


def reasons(cohort: Cohort) -> list[tuple[int, str]]:
    return [(found.line, found.reason) for found in cohort.refused]


def test_the_cohort_that_comes_along_is_the_one_in_the_examples() -> None:
    packaged = ROOT / "workflows" / "mentorflow_workflows" / "data" / "lfx-2025.csv"
    example = ROOT / "examples" / "cohorts" / "lfx-2025.csv"

    assert example.read_bytes() == packaged.read_bytes()


def test_a_real_cohort_is_read_whole() -> None:
    cohort = read_cohort(ROOT / "examples" / "cohorts" / "lfx-2025.csv")

    assert (len(cohort.rows), cohort.refused) == (180, ())
    assert {len(found.start["mentors"]) for found in cohort.rows} == {0, 1, 2, 3, 4}


def test_a_row_becomes_the_arguments_of_a_start(file: Path) -> None:
    cohort = read(file, row(mentors="mentor-1; mentor-2", title="A title", project="Antrea"))

    assert cohort.rows[0].start == {
        "key": "k-1",
        "program": "p-1",
        "mentee": "mentee-1",
        "mentors": ["mentor-1", "mentor-2"],
        "dates": {"selected_on": "2025-02-27", "starts_on": "2025-03-03", "ends_on": "2025-05-30"},
        "facts": {"project": "Antrea", "title": "A title"},
    }


@pytest.mark.parametrize(("encoding", "end"), [("utf-8-sig", "\n"), ("utf-8", "\r\n")])
def test_a_file_of_a_spreadsheet_is_read(file: Path, encoding: str, end: str) -> None:
    cohort = read(file, row(), row(mentorship="k-2"), encoding=encoding, end=end)

    assert (keys(cohort), [found.line for found in cohort.rows]) == (["k-1", "k-2"], [2, 3])


def test_columns_may_stand_in_any_order_and_the_optional_ones_be_missing(file: Path) -> None:
    file.write_text("Mentors, mentee ,program,mentorship\nmentor-1,mentee-1,p-1,k-1\n")

    assert keys(read_cohort(file)) == ["k-1"]


def test_a_title_may_run_over_two_lines(file: Path) -> None:
    cohort = read(file, row(title='"one,\ntwo"'), row(mentorship="k-2"))

    assert [found.line for found in cohort.rows] == [2, 4]
    assert cohort.rows[0].start["facts"]["title"] == "one,\ntwo"


def test_blank_lines_are_no_rows(file: Path) -> None:
    assert keys(read(file, "", row(), "   ", ",,,,,,,,,,,")) == ["k-1"]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (row(mentorship=""), "the column 'mentorship' is empty; it is the key of the row"),
        (row() + ",more", "the row has 13 fields, but the header names 12"),
        ("k-1,p-1", "the row has 2 fields, but the header names 12"),
        (row(title="a\0b"), "the column 'title' holds a NUL character"),
        (
            row(ends_on="2025-03-02"),
            "ends_on is 2025-03-02, before starts_on, which is 2025-03-03",
        ),
        (row(ends_on="30.5.2025"), "ends_on is '30.5.2025'; it must be a date such as 2025-05-30"),
        (row(ends_on="2025-02-30"), "ends_on is '2025-02-30'; it must be a date"),
        (row(title='"never closed'), "a quote on this line is not closed as CSV needs it"),
        (row(title='"a" b'), "a quote on this line is not closed as CSV needs it"),
    ],
)
def test_a_wrong_row_costs_no_other(file: Path, wrong: str, reason: str) -> None:
    cohort = read(file, row(mentorship="k-0"), wrong, row(mentorship="k-2"))

    assert keys(cohort) == ["k-0", "k-2"]
    assert [(line, told.startswith(reason)) for line, told in reasons(cohort)] == [(3, True)]


def test_a_row_in_another_encoding_costs_no_other(file: Path) -> None:
    lines = (HEADER, row(), row(mentorship="k-2", title="Crème"), row(mentorship="k-3"))
    file.write_bytes("\n".join(lines).encode("latin-1"))

    cohort = read_cohort(file)

    assert keys(cohort) == ["k-1", "k-3"]
    assert reasons(cohort) == [
        (3, "the column 'title' is not UTF-8; save the file in that encoding")
    ]
    assert cohort.refused[0].key == "k-2"


def test_of_two_rows_with_one_key_the_first_is_taken(file: Path) -> None:
    cohort = read(file, row(), row(mentorship="k-2"), row(program="another"))

    assert keys(cohort) == ["k-1", "k-2"]
    assert reasons(cohort) == [(4, "the key 'k-1' is on line 2 already; each row needs its own")]
    assert cohort.refused[0].code == "key_reused"


def test_a_huge_field_is_the_engines_to_judge(file: Path) -> None:
    cohort = read(file, row(title="x" * 500_000), row(mentorship="k-2"))

    assert keys(cohort) == ["k-1", "k-2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty; its first line must name the columns"),
        (b"\n\n", "is empty"),
        (b"mentorship,program,mentee\n", "lacks the column mentors"),
        (b"name,age\nme,5\n", "lacks the column mentorship, program, mentee, mentors"),
        (f"{HEADER},mentee\n".encode(), "has the column 'mentee' twice"),
        (f"{HEADER},end_on\n".encode(), "'end_on' that is not known; did you mean 'ends_on'?"),
        (HEADER.replace(",", ";").encode(), "separates its columns with ';'; save it with commas"),
        (HEADER.encode("utf-16"), "is written in UTF-16; save it as CSV in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "lacks the column"),
        (b'"mentorship', "lacks the column"),
    ],
)
def test_a_file_that_is_no_cohort_says_why(file: Path, content: bytes, reason: str) -> None:
    file.write_bytes(content)

    with pytest.raises(InvalidPayload) as refused:
        read_cohort(file)
    assert reason in str(refused.value)


def test_a_folder_is_no_cohort(tmp_path: Path) -> None:
    with pytest.raises(InvalidPayload, match="cannot be read: Is a directory"):
        read_cohort(tmp_path)
