"""A preview tells what reading timer by timer tells, whatever the population and the change."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest

from builders import Host
from mentorflow import Mentorship
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Timer
from mentorflow.core.planning import due_instant
from mentorflow.core.retiming import Follower, followers
from mentorflow.engine.plans import Plan
from mentorflow.store.store import Store

EVENTS = ("mentor.accepted", "concern.raised", "concern.resolved", "milestone.reached", "noted")
TIMINGS = ("d3", "d7", "d14", "d30", "d180")
VALUES = ("1d", "2d", "36h", "90m", "PT50H30M20S", "5d", "10d", "20d", "45d", "200d")
FOR_ALL: tuple[dict[str, str], ...] = ({}, {"program": "program-1"})
FOR_SOME = (*FOR_ALL, {"person": "mentor-1"}, {"person": "mentor-2"}, {"person": "mentee-2"})
HORIZON = timedelta(days=20)


class Moved(NamedTuple):
    """A timer, and where it goes by a plan."""

    owner: Mentorship
    timer: Timer
    moves: bool
    to: datetime | None
    change: float
    """How much longer its value gets, in seconds."""


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("scopes", [FOR_ALL, FOR_SOME], ids=["for all", "for some"])
def test_a_preview_tells_what_each_timer_tells(
    host: Host, seed: int, scopes: tuple[dict[str, str], ...]
) -> None:
    random = Random(f"{seed} {scopes}")  # to find mistakes, not to keep secrets
    population = live(host, random)
    changes = {
        (timing, *scope.items()): {"timing": timing, "value": random.choice(VALUES), **scope}
        for timing, scope in (
            (random.choice(TIMINGS), random.choice(scopes)) for _ in range(random.randint(1, 4))
        )
    }

    plan = host.engine.timings.preview(changes.values(), workflow="tiny", horizon=HORIZON)

    found = [moved(host, one, timer, changes) for one in population for timer in one.timers]
    require_counts(plan, found)
    require_loads(plan, found, {one.timer: one for one in followers(host.workflow)})
    require_worst(plan, found, {one.timer: one for one in followers(host.workflow)})


@pytest.mark.parametrize("paused", [0, 3, 12, 37])
def test_of_many_who_are_met_once_the_ten_with_most_are_told(host: Host, paused: int) -> None:
    for number in range(40):
        started = host.start(mentee=f"mentee-{number}", mentors=[f"mentor-{number}"])
        if number < paused:
            host.send(started, EVENTS[0], by=f"mentor-{number}")
    change = {"timing": TIMINGS[0], "value": VALUES[0]}

    plan = host.engine.timings.preview([change], workflow="tiny", horizon=HORIZON)

    population = [host.engine.get(one.id) for one in host.engine.find(limit=100)]
    changes = {(change["timing"],): change}
    found = [moved(host, one, timer, changes) for one in population for timer in one.timers]
    assert len(plan.worst) == 10
    require_worst(plan, found, {one.timer: one for one in followers(host.workflow)})


def test_two_readers_see_one_moment(host: Host) -> None:
    host.start()
    store = Store(host.url, host.clock)

    with store.twins() as readers:
        host.start()
        found = [reader.read("middle_place") for reader in readers]
    store.close()

    assert len(readers) == 2
    assert found[0] == found[1]


def live(host: Host, random: Random) -> list[Mentorship]:
    """Have some mentorships live for a while, whose people meet more than once."""
    for number in range(random.randint(5, 16)):
        started = host.start(
            mentee=f"mentee-{number % 7}",
            mentors=[f"mentor-{random.randint(0, 3)}"],
            program=f"program-{number % 3}",
        )
        for event in random.choices(EVENTS, k=random.randint(0, 3)):
            if event in host.engine.explain(started.id)["allowed_events"]:
                host.send(started, event, by=started.parties["mentor"][0])
        host.wait(hours=random.randint(0, 60))
    return [host.engine.get(one.id) for one in host.engine.find(limit=100)]


def moved(host: Host, owner: Mentorship, timer: Timer, changes: dict[Any, Any]) -> Moved:
    value, scope = follows(host, owner, timer, changes)
    moves = (value, scope) != (timer.value, timer.scope)
    was, then = (due(host, timer, text) for text in (timer.value, value))
    to = timer.due_at if timer.due_at is None or not moves else then
    return Moved(owner, timer, moves, to, (then - was).total_seconds())


def follows(
    host: Host, owner: Mentorship, timer: Timer, changes: dict[Any, Any]
) -> tuple[str, str]:
    """Return the value and the scope a timer should follow."""
    if timer.timing not in {key[0] for key in changes} or timer.scope == "until":
        return timer.value, timer.scope
    people = [person for those in owner.parties.values() for person in those]
    own = [changes.get((timer.timing, ("person", person))) for person in people]
    values = [Duration.parse(one["value"]) for one in own if one is not None]
    if values:
        longest = max(values, key=lambda value: (value.length.total_seconds(), value.text))
        return longest.text, "person"
    program = changes.get((timer.timing, ("program", owner.program)))
    deployment = changes.get((timer.timing,))
    if program is not None:
        return program["value"], "program"
    if deployment is not None:
        return deployment["value"], "deployment"
    return host.workflow.timings[timer.timing].default.text, "default"


def due(host: Host, timer: Timer, text: str) -> datetime:
    rule, value = host.workflow.timers.get(timer.name), Duration.parse(text)
    if rule is None:  # of a ladder
        return timer.anchor_at + value.length
    return due_instant(host.workflow.calendar, rule, timer.anchor_at, value)


def require_counts(plan: Plan, found: list[Moved]) -> None:
    now = minute(plan.as_of)
    pairs = [
        (minute(one.timer.due_at), minute(one.to))
        for one in found
        if one.moves and one.timer.due_at is not None and one.to is not None
    ]
    standing = [one for one in found if one.moves and one.timer.due_at is None]
    longer = [max((one.timer.remaining or 0) + one.change, 0) for one in standing]
    settled = sum(left != one.timer.remaining for left, one in zip(longer, standing, strict=True))
    by_days = Counter(int((to - since) / 1440) for since, to in pairs if to != since)
    assert plan.counts._asdict() == {
        "moved": sum(to != since for since, to in pairs) + settled,
        "earlier": sum(to < since for since, to in pairs),
        "later": sum(to > since for since, to in pairs),
        "suspended": len(standing),
        "overdue": sum(to <= now for _, to in pairs),
        "listed": len(pairs) + len(standing),
        "mentorships": len({one.owner.id for one in found if one.moves}),
    }
    assert plan.by_days == by_days


def require_loads(plan: Plan, found: list[Moved], known: dict[str, Follower]) -> None:
    now, last = minute(plan.as_of), minute(plan.as_of + HORIZON)
    wanted: dict[int, Counter[str]] = {}
    peak: Counter[int] = Counter()
    for one in found:
        for when, at in (("before", one.timer.due_at), ("after", one.to)):
            if at is None or minute(at) > last:
                continue
            day = wanted.setdefault(max(minute(at) // 1440, now // 1440), Counter())
            day[f"messages_{when}"] += known[one.timer.name].tells.total()
            day[f"escalations_{when}"] += known[one.timer.name].escalations
        if one.to is not None and now < minute(one.to) <= last:
            peak[minute(one.to)] += 1
    fields = plan.loads[0]._fields[1:] if plan.loads else ()
    assert [tuple(one)[1:] for one in plan.loads] == [
        tuple(wanted[day][field] for field in fields) for day in sorted(wanted)
    ]
    most = min(peak.items(), key=lambda item: (-item[1], item[0]), default=None)
    assert most == (plan.peak and (minute(plan.peak[0]), plan.peak[1]))


def require_worst(plan: Plan, found: list[Moved], known: dict[str, Follower]) -> None:
    until = plan.as_of + HORIZON
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for one in found:
        for role, many in known[one.timer.name].tells.items():
            for person in one.owner.parties.get(role, ()):
                before[person] += many * (
                    one.timer.due_at is not None and one.timer.due_at <= until
                )
                after[person] += many * (one.to is not None and one.to <= until)
    most = sorted((-many, person) for person, many in after.items() if many)[:10]
    assert [tuple(one) for one in plan.worst] == [
        (person, before[person], -less) for less, person in most
    ]


def minute(instant: datetime) -> int:
    return (instant - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)
