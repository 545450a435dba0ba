"""Programs count their days by calendars of their own, and somebody said so for a reason."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from builders import Host
from mentorflow.engine.calendars import ProgramCalendar
from mentorflow.engine.programs import Program
from mentorflow.errors import InvalidPayload
from one_state import one_state
from tables import refused

OpenHost = Callable[..., Host]
DAYS = """
timings: {bd3: {default: 3bd, min: 1bd, max: 5bd, help: A length.}}
"""
TIMERS = 'third: {after: bd3, at: "09:00", do: [notify: x]}'


def set_(host: Host, **calendar: Any) -> Program:
    """Say by which calendar program-1 counts."""
    return host.engine.programs.set("program-1", reason="we sit there", by="operator-1", **calendar)


def third(host: Host, **changed: Any) -> datetime | None:
    """Start a mentorship; return when its third business day is over."""
    return host.due(host.start(**changed))["open.third"]


def vienna(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Vienna"))


def test_every_engine_counts_by_the_calendar_of_the_program_at_once(open_on: OpenHost) -> None:
    one, other = (open_on(one_state(TIMERS, more=DAYS)) for _ in "ab")
    third(other)

    set_(one, time_zone="Europe/Vienna", country="AT", extra_holidays=["2025-03-05"])

    assert third(other) == vienna("2025-03-10T09:00")  # Monday at 10; Wednesday is off; 9 is over
    assert third(other, program="program-2") == vienna("2025-03-06T10:00")


def test_what_is_left_out_stays(host: Host) -> None:
    set_(host, time_zone="America/New_York", country="US", subdivision="CA")
    set_(host, work_days=["sun", "mon"], extra_holidays=[date(2025, 12, 24)])

    assert set_(host, time_zone="Asia/Dubai").calendar == ProgramCalendar(
        time_zone="Asia/Dubai",
        country="US",
        subdivision="CA",
        extra_holidays=(date(2025, 12, 24),),
        work_days=("mon", "sun"),
    )
    other = set_(host, country="AT").calendar
    none = set_(host, country=None).calendar
    assert other is not None
    assert none is not None
    assert (other.country, other.subdivision, none.country) == ("AT", None, None)


def test_programs_are_listed_page_by_page(host: Host) -> None:
    for name in ("b", "a", "c"):
        host.engine.programs.set(name, reason="why not", time_zone="Europe/Vienna")

    first = host.engine.programs.list(limit=2)

    assert [one.id for one in first] == ["a", "b"]
    assert [one.id for one in host.engine.programs.list(after="b")] == ["c"]
    assert host.engine.programs.get("b") == first[1]
    assert host.engine.programs.get("nobody's") == Program("nobody's")


def test_the_history_says_who_changed_what_when_and_why(host: Host) -> None:
    set_(host, time_zone="Europe/Vienna", extra_holidays=["2025-12-24", "2025-12-31"])
    set_(host, country="AT", time_zone="Europe/Vienna")
    set_(host, country="AT")  # says nothing new

    latest, *rest = host.engine.programs.history("program-1")

    assert (latest.timing, latest.from_value, latest.to_value) == ("country", None, "AT")
    assert (latest.by, latest.reason, latest.at) == ("operator-1", "we sit there", host.now)
    said = {one.timing: one.to_value for one in rest}
    assert said["time_zone"] == "Europe/Vienna"
    assert said["extra_holidays"] == "2025-12-24, 2025-12-31"
    assert host.engine.programs.history("program-1", before=latest.revision, limit=1) != []
    assert host.engine.programs.history("program-2") == []
    assert host.engine.timings.history(workflow=host.workflow.name) == []


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        ({"time_zone": "Europe/Viena"}, "did you mean 'Europe/Vienna'?"),
        ({"time_zone": "localtime"}, "no time zone 'localtime'"),
        ({"time_zone": "Factory"}, "no time zone 'Factory'"),
        ({"time_zone": None}, "taken back by UTC"),
        ({"extra_holidays": None}, "extra_holidays: it is a list"),
        ({"work_days": 5}, "work_days: it is a list"),
        ({"country": "Austria"}, "no holidays are known of 'Austria'"),
        ({"subdivision": "CA"}, "'CA' is part of no country"),
        ({}, "say what is to change"),
    ],
)
def test_what_can_be_no_calendar_is_refused(
    host: Host, calendar: dict[str, Any], says: str
) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload") as caught:
        set_(host, **calendar)
    assert says in str(caught.value)


def test_programs_are_not_listed_after_what_can_be_none(host: Host) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.programs.list(after="\udcff")


def test_a_reason_is_asked_for(host: Host) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.programs.set("program-1", reason="", time_zone="UTC")
