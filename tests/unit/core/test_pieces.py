"""The pieces of a due rule say for every anchor what the calendar says, to the microsecond."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.calendar import EVERYWHERE, Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.pieces import Piece, pieces
from mentorflow.core.zones import changes

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
ODD = (
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Europe/Vienna",
    "Pacific/Chatham",
)
ZONES = st.sampled_from(ODD) | st.sampled_from(sorted(available_timezones()))
SPANS = st.builds(
    lambda days, work, hours: Duration.parse(f"{days}d{work}bd{hours}h"),
    st.integers(0, 400) | st.just(0),
    st.integers(0, 40) | st.just(0),
    st.integers(0, 60) | st.just(0),
)
CALENDARS = st.builds(
    Calendar,
    zone=ZONES.map(ZoneInfo),
    work_days=st.frozensets(st.integers(0, 6), min_size=1),
    holidays=st.frozensets(st.dates(date(2023, 6, 1), date(2026, 6, 1)), max_size=60),
)
TIMES = (
    st.none()
    | st.sampled_from([time(0), time(2, 30), time(9)])
    | st.builds(time, st.integers(0, 23), st.integers(0, 59))
)
STARTS = st.datetimes(datetime(2011, 12, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.timedeltas(TICK, timedelta(days=240))


def by(found: list[Piece], anchor: datetime) -> datetime:
    (piece,) = (piece for piece in found if piece.since <= anchor < piece.until)
    if piece.shift is None:
        assert piece.due_at is not None
        return piece.due_at
    assert piece.due_at is None
    return anchor + piece.shift


@given(
    calendar=CALENDARS,
    span=SPANS,
    is_before=st.booleans(),
    at=TIMES,
    since=STARTS,
    length=LENGTHS,
    data=st.data(),
)
def test_every_anchor_lies_in_one_piece_and_is_due_as_the_calendar_says(
    *,
    calendar: Calendar,
    span: Duration,
    is_before: bool,
    at: time | None,
    since: datetime,
    length: timedelta,
    data: st.DataObject,
) -> None:
    until = since + length
    found = pieces(calendar, span, is_before=is_before, at=at, since=since, until=until)

    assert (found[0].since, found[-1].until) == (since, until)
    for one, following in pairwise(found):
        assert one.until == following.since
        assert one[2:] != following[2:]
    moved = timedelta(days=span.days)
    marks = [since, until - TICK, *(piece.since for piece in found)]
    for change in changes(calendar.zone, since - 2 * moved, until + 2 * moved):
        marks += [change.at, change.at - moved, change.at + moved]
    marks += [
        mark + off
        for mark in marks
        for off in (-TICK, TICK, timedelta(hours=1), -timedelta(hours=1))
    ]
    marks += data.draw(st.lists(st.datetimes(naive(since), naive(until), timezones=st.just(UTC))))
    due = calendar.due_before if is_before else calendar.due_after
    for anchor in marks:
        if since <= anchor < until:
            assert by(found, anchor) == due(anchor, span, at), anchor


def naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


@pytest.mark.parametrize("text", ["10d", "36h", "1d12h"])
def test_without_a_zone_a_span_is_one_piece(text: str) -> None:
    span = Duration.parse(text)
    until = SINCE + timedelta(days=4000)

    found = pieces(EVERYWHERE, span, is_before=False, at=None, since=SINCE, until=until)

    assert found == [Piece(SINCE, until, span.fixed, None)]


def test_in_a_zone_a_span_of_days_is_cut_where_clocks_change() -> None:
    calendar, until = Calendar(ZoneInfo("Europe/Vienna")), SINCE + timedelta(days=366)

    found = pieces(
        calendar, Duration.parse("10d"), is_before=False, at=None, since=SINCE, until=until
    )

    day, hour = timedelta(days=1), timedelta(hours=1)
    assert [piece.shift for piece in found] == [
        10 * day, None, 10 * day - hour, 10 * day, 10 * day + hour, 10 * day,
    ]  # fmt: skip
    assert found[1].due_at == datetime(2024, 3, 31, 1, tzinfo=UTC)
    assert found[1].until - found[1].since == hour


def test_business_days_are_cut_at_weekends_only() -> None:
    found = pieces(
        EVERYWHERE,
        Duration.parse("1bd"),
        is_before=False,
        at=None,
        since=SINCE,
        until=SINCE + timedelta(days=14),
    )

    # From Monday to Thursday a day, on Friday three, on Saturday two, on Sunday one again.
    assert [piece.shift.days for piece in found if piece.shift] == [1, 3, 2, 1, 3, 2, 1]


def test_of_no_anchors_there_is_no_piece() -> None:
    assert (
        pieces(EVERYWHERE, Duration.parse("1d"), is_before=False, at=None, since=SINCE, until=SINCE)
        == []
    )
