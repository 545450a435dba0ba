"""A wall-clock time is one instant in every zone, also where clocks skip it or show it twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.zones import Change, changes, instant_of

VIENNA = ZoneInfo("Europe/Vienna")
SAMPLE = (
    "Africa/Casablanca",  # clocks change around Ramadan
    "America/Havana",  # at midnight
    "America/New_York",
    "America/Nuuk",  # on the evening before
    "America/Sao_Paulo",  # no more
    "Antarctica/Troll",  # by two hours
    "Asia/Beirut",  # at midnight
    "Asia/Kathmandu",  # by a quarter of an hour off
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Dublin",  # winter time is the odd one
    "Europe/Vienna",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)
TIMES = (time(0), time(0, 30), time(2), time(2, 30), time(9), time(23, 59, 59, 999_999))
NOTHING, DAY, WORK_DAY = (Duration.parse(text) for text in ("0d", "1d", "1bd"))
ONE = timedelta(days=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        ("Europe/Vienna", "2025-07-01T09:00", "2025-07-01T07:00+00:00"),
        ("Europe/Vienna", "2025-03-30T01:59:59.999999", "2025-03-30T00:59:59.999999+00:00"),
        ("Europe/Vienna", "2025-03-30T02:00", "2025-03-30T01:00+00:00"),
        ("Europe/Vienna", "2025-03-30T02:30:00.000001", "2025-03-30T01:00+00:00"),
        ("Europe/Vienna", "2025-03-30T03:00", "2025-03-30T01:00+00:00"),
        ("Europe/Vienna", "2025-10-26T02:30", "2025-10-26T00:30+00:00"),
        ("Europe/Vienna", "2025-10-26T03:00", "2025-10-26T02:00+00:00"),
        ("Australia/Lord_Howe", "2025-10-05T02:15", "2025-10-04T15:30+00:00"),
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00+00:00"),
        ("America/St_Johns", "2010-11-06T23:30", "2010-11-07T02:00+00:00"),
        ("UTC", "2025-03-30T02:30", "2025-03-30T02:30+00:00"),
    ],
)
def test_a_skipped_time_is_the_first_instant_after_it_and_a_doubled_one_the_first(
    zone: str, wall: str, instant: str
) -> None:
    found = instant_of(datetime.fromisoformat(wall), ZoneInfo(zone))

    assert found == datetime.fromisoformat(instant)


def test_changes_are_found_to_the_second() -> None:
    found = list(
        changes(VIENNA, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
    )

    assert found == [
        Change(datetime(2025, 3, 30, 1, tzinfo=UTC), timedelta(hours=1), timedelta(hours=2)),
        Change(datetime(2025, 10, 26, 1, tzinfo=UTC), timedelta(hours=2), timedelta(hours=1)),
    ]
    assert found[0].walls == (
        datetime.fromisoformat("2025-03-30T02:00"),
        clock(found[0].at, VIENNA),
    )


def test_a_fixed_offset_is_no_zone() -> None:
    with pytest.raises(ValueError, match="no IANA zone; take ZoneInfo"):
        Calendar(timezone(timedelta(hours=1)))


@pytest.mark.parametrize("zone", SAMPLE)
def test_every_rule_yields_the_one_instant_that_zoneinfo_says(zone: str) -> None:
    assert agreed(zone) > 700


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_rule_yields_one_instant_in_every_zone_there_is() -> None:
    zones = available_timezones()

    assert len(zones) > 400
    assert sum(agreed(zone) for zone in sorted(zones)) > 700 * len(zones)


def agreed(name: str) -> int:
    """Hold the rules against zoneinfo from 2020 to 2040; return how many were tried."""
    zone = ZoneInfo(name)
    calendar = Calendar(zone)
    tried = 0
    for day in days_to_try(zone):
        for at in TIMES:
            wall = datetime.combine(day, at)
            found = only_instant(wall, zone)
            where = (name, wall, found)
            assert instant_of(wall, zone) == found, where
            shown = clock(found, zone)
            assert calendar.after(found, DAY) == only_instant(shown + ONE, zone), where
            assert calendar.before(found, DAY) == only_instant(shown - ONE, zone), where
            assert calendar.due_after(found, NOTHING, at) == found, where
            assert calendar.due_before(found, NOTHING, at) == found, where
            assert_next_and_last(zone, found, at)
            tried += 1
    return tried


def days_to_try(zone: ZoneInfo) -> Iterator[date]:
    """Yield the days around every change, and some of the others."""
    offset = None
    for count in range((date(2041, 1, 1) - date(2020, 1, 1)).days):
        day = date(2020, 1, 1) + count * ONE
        later = datetime.combine(day + 2 * ONE, time(), zone).utcoffset()
        earlier = datetime.combine(day - 2 * ONE, time(), zone).utcoffset()
        if later != earlier or count % 60 == 0 or later != offset:
            yield day
        offset = later


@lru_cache(maxsize=10_000)
def only_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the one instant of the policy, worked out from the offsets around it."""
    noon = datetime.combine(wall, time(12), UTC)
    offsets = {(noon + n * ONE).astimezone(zone).utcoffset() for n in (-2, -1, 0, 1, 2)}
    candidates = [(wall - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None]
    shown = [one for one in candidates if clock(one, zone) == wall]
    if shown:
        return min(shown)
    low, high = min(candidates), max(candidates)
    while high - low > TICK:
        middle = low + (high - low) / 2
        low, high = (low, middle) if clock(middle, zone) > wall else (middle, high)
    assert clock(high, zone) > wall > clock(high - TICK, zone)
    return high


def assert_next_and_last(zone: ZoneInfo, found: datetime, at: time) -> None:
    calendar = Calendar(zone)
    day = clock(found, zone).date()
    times = [only_instant(datetime.combine(day + n * ONE, at), zone) for n in range(-4, 5)]
    following = calendar.due_after(found + TICK, NOTHING, at)
    assert following == min(one for one in times if one > found)
    assert calendar.due_before(found - TICK, NOTHING, at) == max(
        one for one in times if one < found
    )
    working = calendar.due_after(found, WORK_DAY, at)
    assert working > found
    assert working.astimezone(zone).weekday() < 5


def clock(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
