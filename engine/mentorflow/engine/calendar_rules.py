"""What calendars count by that is not said by anybody: the rules of zones, public holidays.

Both come from libraries that learn of new ones, and timers that are pending have been counted by
those there were. What they come to in each year is kept in short; a version would tell less, for
most of what is new concerns other zones and countries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import blake2s
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo

from mentorflow.core.calendar import Calendar
from mentorflow.core.workflow import Workflow
from mentorflow.core.zones import changes
from mentorflow.engine.calendars import PublicHolidays
from mentorflow.store.calendar_rules import HOLIDAYS, ZONE, CalendarRule

_BACK, _AHEAD = 1, 5
"""Years before and after the present one that are kept: most timers wait for less."""


class Difference(NamedTuple):
    """A zone or country whose rules are others than timers are counted by."""

    rule: CalendarRule
    """As it is here."""
    counted_by: CalendarRule | None
    """None where nobody has written down by which they are counted."""
    years: tuple[str, ...]
    """In which they differ; none where that is not known."""

    def __str__(self) -> str:
        since = f" from {self.years[0]} on" if self.years else ""
        return f"{'the holidays of ' * (self.rule.kind == HOLIDAYS)}{self.rule.name}{since}"


def calendars_of(
    workflows: Iterable[Workflow], programs: Mapping[str, Calendar]
) -> Iterator[Calendar]:
    """Yield the calendars that timers of some versions and programs are counted by."""
    yield from (workflow.calendar for workflow in workflows)
    yield from programs.values()


def rules_of(calendars: Iterable[Calendar], now: datetime) -> list[CalendarRule]:
    """Return the rules that calendars count by, as they are here."""
    years = range(now.year - _BACK, now.year + _AHEAD + 1)
    found: dict[tuple[str, str], CalendarRule] = {}
    for calendar in calendars:
        zone, public = calendar.zone, calendar.holidays_of
        if isinstance(zone, ZoneInfo):
            rule = _rule(ZONE, zone.key, _zones_come_with(zone.key), years, _clocks(zone))
            found[rule.key] = rule
        if isinstance(public, PublicHolidays):
            source = f"holidays {version('holidays')}"
            rule = _rule(HOLIDAYS, str(public), source, years, public.in_short)
            found[rule.key] = rule
    return [found[key] for key in sorted(found)]


def differences(
    here: Iterable[CalendarRule], counted_by: Mapping[tuple[str, str], CalendarRule]
) -> Iterator[Difference]:
    """Yield the rules that are others here than those timers are counted by, or may be."""
    for rule in here:
        known = counted_by.get(rule.key)
        common = sorted(rule.years.keys() & known.years.keys()) if known is not None else []
        years = tuple(one for one in common if known and rule.years[one] != known.years[one])
        if years or not common:
            yield Difference(rule, known, years)


def _rule(
    kind: str, name: str, source: str, years: range, says: Callable[[int], str]
) -> CalendarRule:
    return CalendarRule(kind, name, source, {str(year): _digest(says(year)) for year in years})


def _digest(text: str) -> str:
    return blake2s(text.encode(), digest_size=8).hexdigest()


def _clocks(zone: ZoneInfo) -> Callable[[int], str]:
    def says(year: int) -> str:
        since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        found = (f"{one.at.isoformat()} {one.after}" for one in changes(zone, since, until))
        return "; ".join((str(since.astimezone(zone).utcoffset()), *found))

    return says


@lru_cache
def _zones_come_with(name: str) -> str:
    """Return what a zone was read from: what the system has comes first, then the package."""
    for folder in map(Path, TZPATH):
        if folder.joinpath(name).is_file():
            return f"tzdata {_version_in(folder)} of the system"
    from tzdata import IANA_VERSION  # type: ignore[import-untyped]  # one text of it is read

    return f"tzdata {IANA_VERSION}"


def _version_in(folder: Path) -> str:
    try:
        with folder.joinpath("tzdata.zi").open(encoding="ascii") as file:
            first = file.readline().split()
    except (OSError, UnicodeDecodeError):
        first = []
    return first[2] if first[:2] == ["#", "version"] and len(first) == 3 else "of unknown version"
