"""What is read of an answer: never believed, never raising, safe to keep."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.outbound.reading import LONGEST_WAIT, excerpt, one_line, retry_after

NOW = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120\t", 120),
        ("86401", 86400),
        ("999999999999", 86400),
        ("Mon, 02 Mar 2026 09:05:00 GMT", 300),
        ("Monday, 02-Mar-26 09:05:00 GMT", 300),
        ("Mon Mar  2 09:05:00 2026", 300),
        ("Mon, 02 Mar 2026 10:05:00 +0100", 300),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Mon, 02 Mar 2027 08:00:00 GMT", 86400),
    ],
)
def test_a_wait_is_seconds_or_a_date(text: str, seconds: int) -> None:
    assert retry_after(text, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", "-1", "1.5", "1e3", "soon", "١٢", "9" * 13, "Mon, 99 Mar 2026 09:05:00 GMT", "1, 2", "\0"],
)
def test_a_wait_that_says_nothing_is_none(text: str) -> None:
    assert retry_after(text, NOW) is None


@given(st.text() | st.from_regex(r"\A[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ \S{0,8}\Z"))
def test_a_wait_is_never_negative_nor_longer_than_a_day(text: str) -> None:
    wait = retry_after(text, NOW)

    assert wait is None or timedelta() <= wait <= LONGEST_WAIT


@given(st.binary(max_size=200), st.integers(0, 100))
def test_an_excerpt_prints_and_is_not_too_long(body: bytes, most: int) -> None:
    text = excerpt(body, encoding=None, most=most)

    assert len(text) <= most
    assert text.replace("\n", "").replace("\t", "").isprintable()


def test_an_excerpt_does_not_end_in_half_a_character() -> None:
    assert excerpt("naïve café".encode(), encoding=None, most=11) == "naïve caf"


def test_an_excerpt_keeps_lines_and_replaces_what_a_database_cannot_take() -> None:
    assert excerpt(b"a\nb\x00\x1b[31m", encoding="identity", most=99) == "a\nb\ufffd\ufffd[31m"


def test_a_compressed_body_is_left_alone() -> None:
    assert excerpt(b"\x1f\x8b\x08", encoding="gzip", most=99) == ""


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    line = one_line(text)

    assert line.isprintable()
    assert len(line) <= 200
