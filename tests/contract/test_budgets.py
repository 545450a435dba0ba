"""The source keeps to sizes in which it can be read: files, functions, nesting, public names."""

import statistics

import pytest

import mentorflow
from measure import Function, functions_of
from project import ROOT, source_files

FILE_LINES = 400
MEDIAN_FILE_LINES = 160
FUNCTION_LINES = 50
NINE_IN_TEN_FUNCTION_LINES = 25
NESTING = 3
PUBLIC_NAMES = 15


@pytest.fixture(scope="module")
def file_lines() -> dict[str, int]:
    return {
        str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in source_files()
    }


@pytest.fixture(scope="module")
def functions() -> list[Function]:
    return [function for file in source_files() for function in functions_of(file, root=ROOT)]


def test_no_file_is_too_long(file_lines: dict[str, int]) -> None:
    assert {name: n for name, n in file_lines.items() if n > FILE_LINES} == {}


def test_half_of_the_files_are_short(file_lines: dict[str, int]) -> None:
    assert statistics.median(file_lines.values()) <= MEDIAN_FILE_LINES


def test_no_function_is_too_long(functions: list[Function]) -> None:
    assert [f"{f.place}: {f.lines}" for f in functions if f.lines > FUNCTION_LINES] == []


def test_nine_in_ten_functions_are_short(functions: list[Function]) -> None:
    in_order = sorted(f.lines for f in functions)

    assert in_order[len(in_order) * 9 // 10] <= NINE_IN_TEN_FUNCTION_LINES


def test_no_function_is_nested_too_deeply(functions: list[Function]) -> None:
    assert [f"{f.place}: {f.nesting}" for f in functions if f.nesting > NESTING] == []


def test_everything_is_annotated(functions: list[Function]) -> None:
    assert [f"{f.place}: {', '.join(f.unannotated)}" for f in functions if f.unannotated] == []


def test_the_public_surface_is_small() -> None:
    assert len(mentorflow.__all__) <= PUBLIC_NAMES
