"""Business days are counted, not walked: the day found is the one a walk would come to."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.recurring import last_time
from mentorflow.core.workdays import WorkDays, no_holidays

ONE = timedelta(days=1)
NEAR = date(2025, 1, 1).toordinal()
DAYS = st.integers(0, 900).map(lambda count: date.fromordinal(NEAR + count))
WEEKS = st.frozensets(st.integers(0, 6), min_size=1)


def first_of_may(year: int) -> Collection[date]:
    return [date(year, 5, 1)]


@given(DAYS, st.integers(-60, 60), WEEKS, st.frozensets(DAYS, max_size=200))
def test_the_day_found_is_the_one_a_walk_comes_to(
    day: date, count: int, week: frozenset[int], holidays: frozenset[date]
) -> None:
    work = WorkDays(week, holidays, first_of_may)
    step, left, walked = (ONE if count > 0 else -ONE), abs(count), day
    while left:
        walked += step
        is_off = walked in holidays or (walked.month, walked.day) == (5, 1)
        left -= walked.weekday() in week and not is_off

    assert work.moved(day.toordinal(), count) == walked.toordinal()


def test_a_day_that_is_none_gives_way_to_the_nearest_that_is_one() -> None:
    work = WorkDays(frozenset(range(5)), frozenset(), no_holidays)
    saturday = date(2025, 3, 1).toordinal()

    assert (work.from_day(saturday), work.to_day(saturday)) == (saturday + 2, saturday - 1)
    assert work.from_day(saturday + 2) == work.to_day(saturday + 2) == saturday + 2


def test_thousands_of_business_days_ask_for_each_year_once() -> None:
    asked: list[int] = []

    def holidays_of(year: int) -> Collection[date]:
        asked.append(year)
        return first_of_may(year)

    work = WorkDays(frozenset(range(5)), frozenset(), holidays_of)
    for _ in range(3):
        assert date.fromordinal(work.moved(NEAR, 10_000)).year == 2063
    assert sorted(asked) == list(range(2025, 2064))


@pytest.mark.parametrize("days", [[], [7], [0, -1]])
def test_a_week_without_a_business_day_is_refused(days: list[int]) -> None:
    with pytest.raises(ValueError, match=r"name at least one from 0 \(Monday\) to 6"):
        Calendar(work_days=frozenset(days))


@given(
    st.sampled_from(["1bd", "3bd", "1d", "10d", "36h", "45m", "1d6h", "1bd6h", "1d1bd"]),
    st.sampled_from(["UTC", "Europe/Vienna", "America/Havana"]),
    st.integers(0, 100 * 24 * 60).map(lambda count: count * timedelta(minutes=1)),
    st.sampled_from([None, "09:00", "02:30"]),
)
def test_the_last_time_missed_is_the_one_reached_step_by_step(
    text: str, zone: str, silence: timedelta, at: str | None
) -> None:
    span, calendar = Duration.parse(text), Calendar(ZoneInfo(zone))
    hour = None if at is None else datetime.fromisoformat(f"2025-01-01T{at}").time()
    since = datetime(2025, 3, 1, 11, 7, tzinfo=UTC)
    now = since + silence
    reached = since
    while (following := calendar.due_after(reached, span, hour)) <= now:
        reached = following

    assert last_time(calendar, since, span, hour, now) == reached
