"""Populations that lived by chance under calendars, and whether they are due by their rules."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from builders import Host, Note, at, example, take_facts, tiny
from circus import CIRCUS, all_is_quiet
from mentorflow import EventRejected, Mentorship
from mentorflow.core.duration import Duration
from mentorflow.core.escalating import TIMER_PREFIX
from mentorflow.core.mentorship import Timer
from mentorflow.core.planning import due_instant
from mentorflow.core.workflow import Workflow
from mentorflow.engine.calendars import calendar_of
from mentorflow.errors import InvalidPayload
from tables import rows

PEOPLE = ("mentee-1", "mentor-1", "mentor-2", "coordinator-1", None)
PROGRAMS = ("north", "south", "east", "west")
CALENDARS: tuple[dict[str, Any], ...] = (
    {"time_zone": "Europe/Vienna", "country": "AT"},
    {"time_zone": "America/New_York", "country": "US", "subdivision": "CA"},
    {"time_zone": "Asia/Tokyo", "country": "JP"},
    {"time_zone": "Europe/Vienna", "country": None, "extra_holidays": ["2025-03-12", "2025-04-01"]},
    {"time_zone": "UTC", "work_days": ["sun", "mon", "tue", "wed"]},
    {"time_zone": "Pacific/Chatham", "work_days": ["tue", "sat"]},
)
BUSINESS_DAYS = {"d2": "1bd", "d3": "2bd", "d7": "5bd12h", "d10": "6bd", "cadence": "4bd"}
TIMERS = """
      morning: {every: d7, at: "09:00", do: [notify: morning]}
      noon: {after: d10, at: "12:00", do: [notify: noon]}
      eve: {before: d2, at: "18:00", anchor: ends_on, do: [notify: eve]}
      weekly:"""
_TIMERS = "SELECT * FROM mentorflow_timer ORDER BY mentorship_id, name, instance"


@lru_cache
def clockwork() -> Workflow:
    """Return the circus, with timers that keep to times of day."""
    return tiny(
        CIRCUS.replace("\n      weekly:", TIMERS, 1),
        payloads={"noted": Note},
        records={"take_facts": take_facts},
        guards={"all_is_quiet": all_is_quiet},
    )


def set_calendars(host: Host, random: Random) -> None:
    """Give each program but the last another calendar."""
    for program in PROGRAMS[:-1]:
        host.engine.programs.set(program, reason="by chance", **random.choice(CALENDARS))


def populate(host: Host, random: Random, *, many: int = 16) -> None:
    """Live mentorships of all programs by chance, under business days for some of their timers."""
    name = host.workflow.name
    for timing, value in BUSINESS_DAYS.items():
        if random.random() < 0.6:
            host.engine.timings.set(timing, value, reason="by chance", workflow=name)
    host.engine.timings.set("d14", "9bd", reason="by chance", workflow=name, person="mentor-2")
    for number in range(many):
        started = host.start(
            mentors=[f"mentor-{1 + number % 2}"],
            program=PROGRAMS[number % len(PROGRAMS)],
            dates={"ends_on": at(days=random.randint(10, 90)).date().isoformat()},
        )
        if random.random() < 0.8:
            host.send(started, "accepted", by=started.parties["mentor"][0])
    go_on(host, random)


def go_on(host: Host, random: Random) -> None:
    """Let time pass, and chance send events."""
    for _ in range(7):
        host.wait(hours=random.choice((1, 12, 30, 24 * 4)), minutes=random.randint(0, 59))
        for one in host.engine.find(limit=100):
            offered = host.engine.explain(one.id)["allowed_events"]
            chosen = [event for event in offered if event not in {"alarm", "quit"}]
            if chosen and random.random() < 0.6:
                _send(host, one, random.choice(chosen), random)


def _send(host: Host, one: Mentorship, event: str, random: Random) -> None:
    data: dict[str, Any]
    if event.startswith("escalation."):
        data = {"escalation": random.choice(host.engine.escalations(one.id)).id}
        if event == "escalation.snoozed" and random.random() < 0.5:
            data["until"] = (host.now + timedelta(hours=random.randint(1, 99))).isoformat()
    elif event == "noted":
        data = {"facts": _facts(random)}
    else:
        data = example(host.workflow, event)
    with suppress(EventRejected, InvalidPayload):
        host.send(one, event, by=random.choice(PEOPLE), data=data)


def _facts(random: Random) -> dict[str, Any]:
    begins = random.randint(1, 40)
    meeting = {"starts_at": at(days=begins).isoformat(), "ends_at": at(days=begins).isoformat()}
    found: dict[str, Any] = {
        "meetings": {"a": meeting},
        "dates": {"ends_on": at(days=random.randint(5, 90)).date().isoformat()},
        "agreement": {"cadence": random.choice(("3d", "2w", "P10D", "36h", "5bd"))},
        "asked_at": at(days=random.randint(0, 40)).isoformat(),
    }
    return {name: found[name] for name in random.sample(sorted(found), random.randint(1, 3))}


def everything_pending(host: Host) -> list[tuple[Any, ...]]:
    """Return all there is of all pending timers."""
    return rows(host.url, _TIMERS)


def require_due_by_their_rules(host: Host) -> None:
    """Check that a plan without changes finds nothing."""
    counts = host.engine.timings.preview(workflow=host.workflow.name).counts
    assert counts.listed == 0, everything_pending(host)


def by_the_rule(host: Host, of: Mentorship, timer: Timer) -> tuple[datetime, datetime]:
    """Return what a timer counts from and when it is due, by the calendar of its program alone."""
    said = host.engine.programs.get(of.program).calendar
    calendar = host.workflow.calendar if said is None else calendar_of(said)
    value, anchor_at = Duration.parse(timer.value), timer.anchor_at
    if timer.name.startswith(TIMER_PREFIX):
        return anchor_at, calendar.after(anchor_at, value)
    anchor = host.workflow.anchors.get(timer.anchor)
    if anchor is not None and anchor.date is not None:
        anchor_at = calendar.start_of(date.fromisoformat(of.facts["dates"][anchor.date]))
    return anchor_at, due_instant(calendar, host.workflow.timers[timer.name], anchor_at, value)
