"""Timers come by the clocks and the business days of the calendar, and stay explained by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from builders import Host
from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.workflow import Workflow
from one_state import one_state

OpenHost = Callable[..., Host]
VIENNA = Calendar(ZoneInfo("Europe/Vienna"), holidays=frozenset({date(2025, 3, 6)}))
MORE = """
timings:
  daily: {default: 1bd, min: 1bd, max: 5bd, help: A length.}
  thrice: {default: 3bd, min: 1bd, max: 5bd, help: A length.}
"""


def in_vienna(timers: str, more: str = MORE) -> Workflow:
    return replace(one_state(timers, more=more), calendar=VIENNA)


def local(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Vienna"))


def test_a_timer_waits_for_its_time_of_day(open_on: OpenHost) -> None:
    host = open_on(
        in_vienna(
            'early: {after: d3, at: "09:00", do: [notify: x]}\n'
            '      late: {after: d3, at: "17:30", do: [notify: y]}'
        )
    )
    due = host.due(host.start())

    assert due["open.early"] == local("2025-03-07T09:00")
    assert due["open.late"] == local("2025-03-06T17:30")


def test_a_timer_before_its_anchor_comes_at_the_last_such_time(open_on: OpenHost) -> None:
    host = open_on(in_vienna('soon: {before: d7, at: "17:30", anchor: ends_on, do: [notify: x]}'))
    started = host.start(dates={"ends_on": date(2025, 5, 30)})

    assert host.due(started)["open.soon"] == local("2025-05-22T17:30")


def test_business_days_and_a_time_of_day_stay_on_a_business_day(open_on: OpenHost) -> None:
    host = open_on(in_vienna('third: {after: thrice, at: "08:00", do: [notify: x]}'))

    # Three business days after Monday morning are Friday, the 6th being a holiday; 8 is over then.
    assert host.due(host.start())["open.third"] == local("2025-03-10T08:00")


def test_what_recurs_keeps_its_hour_when_the_clocks_change(open_on: OpenHost) -> None:
    host = open_on(in_vienna("weekly: {every: d7, do: [notify: x]}"))
    started = host.start()
    hour = host.now.astimezone(ZoneInfo("Europe/Vienna")).hour

    for week in range(1, 6):
        due = host.due(started)["open.weekly"]
        assert due is not None
        assert due.astimezone(ZoneInfo("Europe/Vienna")).hour == hour, week
        host.clock.set(due)
        host.engine.run_due()


def test_a_silence_leaves_days_hour_and_holidays_as_they_are(open_on: OpenHost) -> None:
    host = open_on(in_vienna("daily: {every: daily, do: [notify: x]}"))
    started = host.start()
    host.wait(days=27)  # until the Sunday on which clocks change

    due = host.due(started)["open.daily"]

    assert due == local("2025-03-31T10:00")
    assert [name for name, _ in host.outbox.said] == ["x"]


def test_a_timer_that_stood_still_goes_on_by_its_rule(open_on: OpenHost) -> None:
    held = "hold: {do: [{suspend: [open.third]}]}, go: {do: [{resume: [open.third]}]}"
    rule = 'third: {after: thrice, at: "08:00", do: [notify: x]}'
    host = open_on(replace(one_state(rule, more=MORE, state=held), calendar=VIENNA))
    started = host.start()  # on a Monday; due on the next one at 8
    host.wait(hours=1)
    host.send(started, "hold")
    host.wait(days=5)
    resumed = host.send(started, "go")

    third = next(
        timer for timer in host.engine.get(resumed.id).timers if timer.name == "open.third"
    )

    assert third.due_at == local("2025-03-17T08:00")
    span = Duration.parse(third.value)
    assert VIENNA.due_after(third.anchor_at, span, time(8)) == third.due_at
