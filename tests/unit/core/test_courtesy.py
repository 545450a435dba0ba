"""A message goes out when its person can take it: never at night, away, or once too often."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.core.courtesy import WEEK, Departure, Weight, Why, departure
from mentorflow.core.person import Absence, Person, QuietHours

NOON = datetime(2025, 3, 26, 12, tzinfo=UTC)
NIGHT = QuietHours(since=time(20), until=time(8))
VIENNA = Person("mentor-1", time_zone="Europe/Vienna", quiet_hours=NIGHT)
ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
PERSONS = st.builds(
    Person,
    id=st.just("mentor-1"),
    time_zone=st.sampled_from(ZONES),
    quiet_hours=st.none()
    | st.builds(QuietHours, since=st.times(), until=st.times()).filter(
        lambda hours: hours.since != hours.until
    ),
    absence=st.none()
    | st.integers(-9, 9).map(
        lambda day: Absence(NOON + timedelta(days=day), NOON + timedelta(days=day + 5))
    ),
    weekly_budget=st.integers(1, 4),
)
INSTANTS = st.timedeltas(timedelta(days=-20), timedelta(days=400)).map(lambda by: NOON + by)


def days_ago(*days: float) -> list[datetime]:
    return [NOON - timedelta(days=day) for day in days]


def test_a_message_goes_out_at_once_where_nothing_is_against_it() -> None:
    found = departure(Person("mentor-1"), weight=Weight.ORDINARY, counted=days_ago(1, 2), now=NOON)

    assert found == Departure(NOON)


def test_the_fourth_letter_of_a_week_waits_until_the_first_is_a_week_old() -> None:
    found = departure(
        Person("mentor-1"), weight=Weight.ORDINARY, counted=days_ago(1, 5, 3), now=NOON
    )

    assert found == Departure(NOON + timedelta(days=2), Why.OVER_BUDGET)


def test_a_letter_of_a_week_ago_is_not_counted() -> None:
    found = departure(
        Person("mentor-1"), weight=Weight.ORDINARY, counted=days_ago(1, 3, 7), now=NOON
    )

    assert found == Departure(NOON)


def test_a_smaller_budget_waits_for_the_letters_that_were_allowed_before() -> None:
    person = Person("mentor-1", weekly_budget=1)

    found = departure(person, weight=Weight.ORDINARY, counted=days_ago(1, 5, 3), now=NOON)

    assert found == Departure(NOON + timedelta(days=6), Why.OVER_BUDGET)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (datetime(2025, 3, 26, 18, 59, tzinfo=UTC), None),
        (datetime(2025, 3, 26, 19, 0, tzinfo=UTC), datetime(2025, 3, 27, 7, tzinfo=UTC)),
        (datetime(2025, 3, 27, 6, 59, tzinfo=UTC), datetime(2025, 3, 27, 7, tzinfo=UTC)),
        (datetime(2025, 3, 27, 7, 0, tzinfo=UTC), None),
        # Clocks go forward in this night.
        (datetime(2025, 3, 29, 22, 0, tzinfo=UTC), datetime(2025, 3, 30, 6, tzinfo=UTC)),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_persons_wall(
    sent: datetime, expected: datetime | None
) -> None:
    found = departure(VIENNA, weight=Weight.DUTY, counted=(), now=sent)

    assert found == (Departure(sent) if expected is None else Departure(expected, Why.QUIET_HOURS))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (datetime(2025, 10, 26, 0, 15, tzinfo=UTC), datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        (datetime(2025, 10, 26, 1, 15, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)),
    ],
)
def test_quiet_hours_that_end_twice_in_a_night_do_not_last_another_day(
    sent: datetime, expected: datetime
) -> None:
    person = VIENNA._replace(quiet_hours=QuietHours(time(22), time(2, 30)))

    found = departure(person, weight=Weight.ORDINARY, counted=(), now=sent)

    assert found == Departure(expected, Why.QUIET_HOURS)


def test_who_comes_back_at_night_is_written_to_in_the_morning() -> None:
    back = datetime(2025, 4, 6, 22, tzinfo=UTC)
    person = VIENNA._replace(absence=Absence(NOON, back))

    found = departure(person, weight=Weight.DUTY, counted=(), now=NOON + timedelta(days=1))

    assert found == Departure(datetime(2025, 4, 7, 6, tzinfo=UTC), Why.ABSENT)


def test_an_urgent_message_goes_out_whatever_is_against_it() -> None:
    person = VIENNA._replace(absence=Absence(NOON, NOON + WEEK), weekly_budget=1)
    at_night = datetime(2025, 3, 27, 2, tzinfo=UTC)

    found = departure(person, weight=Weight.URGENT, counted=days_ago(0, 1, 2), now=at_night)

    assert found == Departure(at_night)


def test_whose_work_it_is_has_no_budget() -> None:
    found = departure(Person("c-1"), weight=Weight.DUTY, counted=days_ago(1, 2, 3, 4), now=NOON)

    assert found == Departure(NOON)


@given(PERSONS, st.sampled_from(Weight), st.lists(INSTANTS, max_size=12), INSTANTS)
def test_when_a_message_goes_out_nothing_is_against_it_any_more(
    person: Person, weight: Weight, counted: list[datetime], now: datetime
) -> None:
    found = departure(person, weight=weight, counted=counted, now=now)

    assert found.goes_out_at >= now
    assert (found.why is None) == (found.goes_out_at == now)
    again = departure(person, weight=weight, counted=counted, now=found.goes_out_at)
    assert again == Departure(found.goes_out_at)


@given(PERSONS, st.lists(INSTANTS, min_size=1, max_size=30))
def test_nobody_gets_more_in_any_week_than_they_like(
    person: Person, decided: list[datetime]
) -> None:
    sent: list[datetime] = []
    for at in sorted(decided):
        found = departure(person, weight=Weight.ORDINARY, counted=sent, now=max(at, *sent, at))
        sent.append(found.goes_out_at)

    for one in sent:
        assert sum(one - WEEK < other <= one for other in sent) <= person.weekly_budget


@given(PERSONS, INSTANTS)
def test_nothing_goes_out_in_quiet_hours(person: Person, now: datetime) -> None:
    found = departure(person, weight=Weight.ORDINARY, counted=(), now=now)

    hours = person.quiet_hours
    if hours is not None:
        clock = found.goes_out_at.astimezone(ZoneInfo(person.time_zone)).time()
        over_midnight = hours.since > hours.until
        late, early = clock >= hours.since, clock < hours.until
        assert not (late or early if over_midnight else late and early)
