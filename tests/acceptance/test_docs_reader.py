"""Whoever follows a page notices where it is wrong; else the tests of the pages prove nothing."""

from pathlib import Path

import pytest

from pages import Reader, Surprise, blocks_of, require_same

FENCE = "```"


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(folder=tmp_path)


def page(*parts: tuple[str, str]) -> str:
    return "\n\n".join(f"{FENCE}{info}\n{text}\n{FENCE}" for info, text in parts)


def test_an_output_that_is_printed_is_no_surprise(reader: Reader) -> None:
    reader.follow(page(("python", "print(1)\nprint(2)"), ("output", "1\n2")))

    assert reader.followed == 1


def test_names_live_on_in_the_next_block(reader: Reader) -> None:
    reader.follow(page(("python", "x = 1"), ("python", "print(x)"), ("output", "1")))

    assert reader.followed == 2


@pytest.mark.parametrize(
    "wrong",
    [
        page(("python", "print(1)"), ("output", "2")),
        page(("python", "print(1)"), ("output", "1\n2")),
        page(("python", "print(1); print(2)"), ("output", "1")),
        page(("python", "print(1)")),
        page(("python", "pass"), ("output", "1")),
        page(("console", "$ echo 1\n2")),
        page(("console", "$ false")),
        page(("console", "$ true # exit 1")),
        page(("console", "no prompt")),
        page(("console", "$ make no-such-target")),
        page(("console", "$ pip install '.[no-such-extra]'")),
        page(("console", "$ pip install something-else")),
        page(("pyhton", "print(1)")),
        page(("python title=x", "print(1)")),
        f"{FENCE}python\nprint(1)\n",
    ],
)
def test_a_page_that_is_wrong_is_found_out(reader: Reader, wrong: str) -> None:
    with pytest.raises(Surprise):
        reader.follow(wrong)


def test_an_error_in_a_snippet_is_not_swallowed(reader: Reader) -> None:
    with pytest.raises(ZeroDivisionError):
        reader.follow(page(("python", "1 / 0")))


def test_a_file_of_a_page_is_there_for_its_commands(reader: Reader) -> None:
    reader.follow(page(("yaml file=a.yaml", "a: 1"), ("console", "$ cat a.yaml\na: 1")))

    assert reader.followed == 2


def test_a_command_may_go_on_in_the_next_line(reader: Reader) -> None:
    reader.follow(page(("console", "$ echo 1 \\\n    2\n1 2")))

    assert reader.followed == 1


def test_a_command_may_be_said_to_fail(reader: Reader) -> None:
    reader.follow(page(("console", "$ bash -c 'echo no; exit 3' # exit 3\nno")))

    assert reader.followed == 1


def test_what_is_exported_reaches_the_commands_that_follow(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORFLOW_TRIAL", "")  # so that it is taken back
    reader.follow(page(("console", "$ export MENTORFLOW_TRIAL=a\n$ echo $MENTORFLOW_TRIAL\na")))

    assert reader.followed == 1


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("a\n...\nd", "a\nb\nc\nd"),
        ("a\n...\nd", "a\nd"),
        ("a ... c", "a b c"),
        ("a", "a   \n"),
        ("...", ""),
    ],
)
def test_dots_stand_for_what_may_differ(expected: str, printed: str) -> None:
    require_same(expected, printed, where="here")


@pytest.mark.parametrize(
    ("expected", "printed"),
    [("a\n...\nd", "a\nb"), ("a ... c", "a b\nc"), ("a.c", "abc"), ("a", "a\nb"), ("a\nb", "a")],
)
def test_dots_stand_for_nothing_else(expected: str, printed: str) -> None:
    with pytest.raises(Surprise):
        require_same(expected, printed, where="here")


def test_a_block_knows_its_line() -> None:
    assert [block.line for block in blocks_of(f"# Title\n\n{page(('text', 'x'))}")] == [3]
