"""Tables break no name or id: where columns are too narrow for them, rows stand alone."""

from io import StringIO

import pytest
from rich.console import Console

from mentorflow.cli.console import table

ID = "01a21e84-e783-71cd-9666-37ac144e230f"
COLUMNS = ("plan", "when", "changes", "why")
ROW = (ID, "2026-11-27 19:39 UTC", "contact.reply_window for all: 20d -> 21d", "exams until June")


def shown(width: int, *rows: tuple[object, ...], styles: tuple[str, ...] = ()) -> list[str]:
    out = StringIO()
    Console(file=out, width=width, markup=False).print(table(COLUMNS, rows, styles=styles))
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]


def test_where_there_is_room_each_row_is_a_line() -> None:
    _, _, line = shown(200, ROW)

    assert [part.strip() for part in line.split("   ") if part.strip()] == list(ROW)


@pytest.mark.parametrize("width", [100, 110, 120, 130])
def test_lines_are_folded_between_words(width: int) -> None:
    lines = shown(width, ROW, (ID, None, "none", "x"))

    words = {word for line in lines for word in line.split()}
    assert {word for cell in ROW for word in cell.split()} <= words
    assert max(map(len, lines)) <= width


def test_a_date_is_folded_after_a_sentence() -> None:
    assert any(ROW[1] in line for line in shown(120, ROW))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_rows_stand_alone_where_words_have_no_room(width: int) -> None:
    first, *rest = shown(width, ROW, styles=("red",))

    assert first == ID
    assert " ".join(line.strip() for line in rest) == (
        f"when {ROW[1]} · changes {ROW[2]} · why {ROW[3]}"
    )
    assert max(map(len, rest)) <= width


def test_a_word_that_is_no_name_may_be_broken() -> None:
    lines = shown(160, ("a", "b", "c", "x" * 1000))

    assert sum(line.count("x") for line in lines) == 1000


def test_a_table_without_rows_has_its_columns() -> None:
    (head, _) = shown(80)

    assert head.split() == list(COLUMNS)
