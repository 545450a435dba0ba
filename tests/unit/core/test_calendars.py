"""Days are counted in the program's zone, business days leave out what is none, hours are exact."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.calendar import EVERYWHERE, Calendar
from mentorflow.core.duration import Duration

VIENNA = Calendar(zone=ZoneInfo("Europe/Vienna"))
FRIDAY = datetime(2025, 3, 28, 9, tzinfo=UTC)
"""Clocks in Vienna go forward in the night of the 30th."""


@pytest.mark.parametrize(
    ("calendar", "length", "expected"),
    [
        (EVERYWHERE, "3d", datetime(2025, 3, 31, 9, tzinfo=UTC)),
        (VIENNA, "3d", datetime(2025, 3, 31, 8, tzinfo=UTC)),
        (VIENNA, "72h", datetime(2025, 3, 31, 9, tzinfo=UTC)),
        (EVERYWHERE, "1bd", datetime(2025, 3, 31, 9, tzinfo=UTC)),
        (VIENNA, "1bd", datetime(2025, 3, 31, 8, tzinfo=UTC)),
        (EVERYWHERE, "5bd", datetime(2025, 4, 4, 9, tzinfo=UTC)),
        (EVERYWHERE, "1d1bd6h", datetime(2025, 3, 31, 15, tzinfo=UTC)),
    ],
)
def test_after(calendar: Calendar, length: str, expected: datetime) -> None:
    assert calendar.after(FRIDAY, Duration.parse(length)) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("3d", datetime(2025, 3, 25, 9, tzinfo=UTC)),
        ("5bd", datetime(2025, 3, 21, 9, tzinfo=UTC)),
        ("36h", datetime(2025, 3, 26, 21, tzinfo=UTC)),
    ],
)
def test_before(length: str, expected: datetime) -> None:
    assert EVERYWHERE.before(FRIDAY, Duration.parse(length)) == expected


def test_a_holiday_is_no_business_day() -> None:
    calendar = Calendar(holidays=frozenset({date(2025, 3, 31)}))

    assert calendar.after(FRIDAY, Duration.parse("1bd")) == datetime(2025, 4, 1, 9, tzinfo=UTC)


def test_a_day_begins_in_the_zone_of_the_program() -> None:
    assert VIENNA.start_of(date(2025, 7, 1)) == datetime(2025, 6, 30, 22, tzinfo=UTC)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 500),
    st.integers(0, 500),
)
def test_more_time_is_never_earlier(instant: datetime, days: int, more: int) -> None:
    one = VIENNA.after(instant, Duration.parse(f"{days}d"))
    other = VIENNA.after(instant, Duration.parse(f"{days + more}d"))

    assert instant - timedelta(hours=1) <= one <= other
    assert one.tzinfo is other.tzinfo is UTC
