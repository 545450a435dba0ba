"""The calendar of a program: its zone, its public holidays and its own, its working week."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from mentorflow.core.calendar import Calendar
from mentorflow.definitions.finding import nearest
from mentorflow.errors import InvalidPayload

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_HOLIDAYS = 1000
_YEARS = range(1990, 2101)
"""Those whose public holidays are worked out; nothing waits for so long."""
_NOWHERE = {"localtime", "Factory"}
"""Names of no place: what the machine is set to, which another is not, and what none is set to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCalendar:
    """What a program says of its days."""

    time_zone: str = "UTC"
    """An IANA name."""
    country: str | None = None
    """Whose public holidays are no business days: ISO 3166, as `AT`."""
    subdivision: str | None = None
    """The part of the country, as its public holidays differ: `CA` of `US`."""
    extra_holidays: tuple[date, ...] = ()
    work_days: tuple[str, ...] = WEEK[:5]

    @classmethod
    def checked(
        cls,
        *,
        time_zone: str = "UTC",
        country: str | None = None,
        subdivision: str | None = None,
        extra_holidays: Sequence[date | str] = (),
        work_days: Sequence[str] = WEEK[:5],
    ) -> Self:
        """Return what a program says of its days; dates may be ISO texts, days `mon` to `sun`.

        Raises:
            InvalidPayload: naming what there is none of, and what there is.
        """
        named = {"time_zone": time_zone, "country": country, "subdivision": subdivision}
        for name, many in {"extra_holidays": extra_holidays, "work_days": work_days}.items():
            if not isinstance(many, Collection):
                raise InvalidPayload(f"{name}: it is a list, which may be empty, not {many!r}")
        if time_zone is None:
            raise InvalidPayload("time_zone: it is taken back by UTC, not by none")
        for name, value in named.items():
            if value is not None and not isinstance(value, str):
                raise InvalidPayload(f"{name}: it is a text, not {value!r}")
        _require_place(country, subdivision)
        return cls(
            time_zone=_zone(time_zone),
            country=country,
            subdivision=subdivision,
            extra_holidays=_dates(extra_holidays),
            work_days=_week(work_days),
        )

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Return what `document` wrote down, which was checked before it was."""
        return cls(
            time_zone=document["time_zone"],
            country=document["country"],
            subdivision=document["subdivision"],
            extra_holidays=tuple(map(date.fromisoformat, document["extra_holidays"])),
            work_days=tuple(document["work_days"]),
        )

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "time_zone": self.time_zone,
            "country": self.country,
            "subdivision": self.subdivision,
            "extra_holidays": [day.isoformat() for day in self.extra_holidays],
            "work_days": list(self.work_days),
        }


@lru_cache(maxsize=1024)
def calendar_of(settings: ProgramCalendar) -> Calendar:
    """Return the calendar to count a program's days by."""
    calendar = Calendar(
        zone=ZoneInfo(settings.time_zone),
        work_days=frozenset(WEEK.index(day) for day in settings.work_days),
        holidays=frozenset(settings.extra_holidays),
    )
    if settings.country is None:
        return calendar
    public = PublicHolidays(settings.country, settings.subdivision)
    return Calendar(calendar.zone, calendar.work_days, calendar.holidays, public)


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The public holidays of a country or a part of it, worked out a year at a time."""

    country: str
    subdivision: str | None = None

    def __str__(self) -> str:
        return self.country if self.subdivision is None else f"{self.country}-{self.subdivision}"

    def in_short(self, year: int) -> str:
        """Return the days of a year as one text."""
        return " ".join(sorted(day.isoformat() for day in self(year)))

    def __call__(self, year: int) -> Collection[date]:
        """Return the days of a year on which offices are closed, observed ones among them."""
        if year not in _YEARS:
            return ()
        from holidays import country_holidays

        found = country_holidays(self.country, subdiv=self.subdivision, years=year)
        return [day for day in found if day.year == year]


def require_zone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        ValueError: if there is none of this name; the message has the nearest.
    """
    zones = available_timezones() - _NOWHERE
    if name not in zones:
        hint = nearest(name, zones) or "write an IANA name as Europe/Vienna"
        raise ValueError(f"there is no time zone {name!r}; {hint}")
    return name


def _zone(name: str) -> str:
    try:
        return require_zone(name)
    except ValueError as wrong:
        raise InvalidPayload(f"time_zone: {wrong}") from None


def _require_place(country: str | None, subdivision: str | None) -> None:
    if country is None:
        if subdivision is not None:
            raise InvalidPayload(f"subdivision: {subdivision!r} is part of no country; name it too")
        return
    from holidays import list_supported_countries

    parts = list_supported_countries(include_aliases=False)
    if country not in parts:
        raise InvalidPayload(
            f"country: no holidays are known of {country!r}; write two capital letters as AT; "
            f"known are {', '.join(sorted(parts))}"
        )
    if subdivision is not None and subdivision not in parts[country]:
        known = ", ".join(sorted(parts[country])) or "none"
        raise InvalidPayload(f"subdivision: {country} has no {subdivision!r}; it has {known}")


def _dates(given: Sequence[date | str]) -> tuple[date, ...]:
    if isinstance(given, str) or len(given) > _MOST_HOLIDAYS:
        raise InvalidPayload(f"extra_holidays: give a list of at most {_MOST_HOLIDAYS} dates")
    return tuple(sorted({_date(one) for one in given}))


def _date(given: date | str) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given)  # type: ignore[arg-type]  # what is no text is told below
    except (TypeError, ValueError):
        raise InvalidPayload(
            f"extra_holidays: {given!r} is not a date; write it as 2025-12-24"
        ) from None


def _week(given: Sequence[str]) -> tuple[str, ...]:
    for day in given:
        if day not in WEEK:
            raise InvalidPayload(f"work_days: {day!r} is not one of {', '.join(WEEK)}")
    if not given:
        raise InvalidPayload("work_days: a week needs a business day; name one, as mon")
    return tuple(day for day in WEEK if day in given)
