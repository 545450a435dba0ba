"""Durations are read as people write them, and keep days apart from hours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.duration import Duration


@pytest.mark.parametrize(
    ("text", "days", "business_days", "exact"),
    [
        ("10d", 10, 0, timedelta()),
        ("2w", 14, 0, timedelta()),
        ("3bd", 0, 3, timedelta()),
        ("36h", 0, 0, timedelta(hours=36)),
        ("45m", 0, 0, timedelta(minutes=45)),
        ("90s", 0, 0, timedelta(seconds=90)),
        ("1d12h", 1, 0, timedelta(hours=12)),
        ("1w2d", 9, 0, timedelta()),
        ("0d", 0, 0, timedelta()),
        ("P10D", 10, 0, timedelta()),
        ("P2W", 14, 0, timedelta()),
        ("PT36H", 0, 0, timedelta(hours=36)),
        ("P1DT2H3M4S", 1, 0, timedelta(hours=2, minutes=3, seconds=4)),
        (" 10d ", 10, 0, timedelta()),
    ],
)
def test_a_duration_is_read(text: str, days: int, business_days: int, exact: timedelta) -> None:
    found = Duration.parse(text)

    assert (found.days, found.business_days, found.exact) == (days, business_days, exact)
    assert str(found) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "d",
        "10",
        "10 d",
        "-1d",
        "1.5d",
        "10D",
        "1y",
        "P",
        "PT",
        "P1DT",
        "P1M",
        "10d5",
        "d10",
        "∞",
        "٣d",
        "P٣D",
    ],
)
def test_what_is_no_duration_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write 10d"):
        Duration.parse(text)


def test_a_duration_taken_several_times_says_so() -> None:
    assert Duration.parse("1d12h").times(3) == Duration(
        "3 x 1d12h", days=3, exact=timedelta(hours=36)
    )
    assert Duration.parse("7d").times(1) == Duration.parse("7d")


def test_no_time_at_all_is_told_from_some() -> None:
    assert Duration.parse("0d").is_zero
    assert Duration.parse("0h").is_zero
    assert not Duration.parse("1m").is_zero
    assert not Duration.parse("1bd").is_zero


def test_a_business_day_counts_a_little_more_than_a_day() -> None:
    assert Duration.parse("5bd").length == Duration.parse("7d").length


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_what_is_written_comes_back(days: int, hours: int) -> None:
    short, iso = Duration.parse(f"{days}d{hours}h"), Duration.parse(f"P{days}DT{hours}H")

    assert short.length == iso.length == timedelta(days=days, hours=hours)
