"""A program's calendar is made of names a person writes, and refused with what would be right."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mentorflow.core.duration import Duration
from mentorflow.engine.calendars import ProgramCalendar, PublicHolidays, calendar_of
from mentorflow.errors import InvalidPayload


def test_nothing_said_is_utc_and_monday_to_friday() -> None:
    calendar = calendar_of(ProgramCalendar.checked())

    assert calendar.zone is UTC
    assert calendar.work_days == frozenset(range(5))
    assert calendar.holidays_of(2025) == ()


def test_public_holidays_and_days_of_its_own_are_no_business_days() -> None:
    said = ProgramCalendar.checked(
        time_zone="Europe/Vienna", country="AT", extra_holidays=["2025-12-24", date(2025, 12, 31)]
    )
    before_christmas = datetime(2025, 12, 23, 9, tzinfo=UTC)  # a Tuesday

    moved = [calendar_of(said).after(before_christmas, Duration.parse(f"{n}bd")) for n in (1, 2, 3)]

    # The 24th is its own, the 25th and 26th are public, then the weekend; the 31st is its own.
    assert [instant.date() for instant in moved] == [
        date(2025, 12, 29), date(2025, 12, 30), date(2026, 1, 2),
    ]  # fmt: skip


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    chavez = date(2025, 3, 31)

    assert chavez in PublicHolidays("US", "CA")(2025)
    assert chavez not in PublicHolidays("US")(2025)


def test_years_far_away_have_no_public_holidays() -> None:
    assert PublicHolidays("AT")(1989) == PublicHolidays("AT")(2101) == ()


def test_a_week_may_be_another_one() -> None:
    said = ProgramCalendar.checked(time_zone="Asia/Dubai", work_days=["thu", "sun", "mon"])

    assert said.work_days == ("mon", "thu", "sun")
    assert calendar_of(said).work_days == {0, 3, 6}


def test_the_same_settings_share_a_calendar() -> None:
    one, other = (ProgramCalendar.checked(time_zone="Europe/Vienna", country="AT") for _ in "ab")

    assert calendar_of(one) is calendar_of(other)
    assert calendar_of(one).zone is ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            {"time_zone": "Europe/Viena"},
            "time_zone: there is no time zone 'Europe/Viena'; did you mean 'Europe/Vienna'?",
        ),
        (
            {"time_zone": "+02:00"},
            "time_zone: there is no time zone '+02:00'; write an IANA name as Europe/Vienna",
        ),
        ({"time_zone": 2}, "time_zone: it is a text, not 2"),
        ({"country": ["AT"]}, "country: it is a text, not ['AT']"),
        ({"country": "at"}, "country: no holidays are known of 'at'; write two capital letters"),
        ({"country": "AT", "subdivision": "10"}, "subdivision: AT has no '10'; it has 1, 2, 3"),
        ({"subdivision": "CA"}, "subdivision: 'CA' is part of no country; name it too"),
        ({"extra_holidays": ["24.12."]}, "'24.12.' is not a date; write it as 2025-12-24"),
        ({"extra_holidays": [20251224]}, "20251224 is not a date; write it as 2025-12-24"),
        ({"extra_holidays": "2025-12-24"}, "extra_holidays: give a list of at most 1000 dates"),
        ({"extra_holidays": [datetime(2025, 12, 24, tzinfo=UTC)]}, "is not a date"),
        ({"work_days": []}, "work_days: a week needs a business day"),
        ({"work_days": ["monday"]}, "work_days: 'monday' is not one of mon, tue, wed"),
    ],
)
def test_what_there_is_none_of_is_refused(said: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        ProgramCalendar.checked(**said)

    assert told in str(refused.value)
