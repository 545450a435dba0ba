"""A limit on a timing: its timers fire a few a minute, each once, and everybody is told why."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from builders import Host, at
from jobs import in_threads
from mentorflow.core.mentorship import Mentorship
from mentorflow.engine.pacing import pace
from mentorflow.errors import InvalidPayload, NotFound, TimingRefused
from one_state import one_state
from tables import refused, rows

OpenHost = Callable[..., Host]
WHY = "all are due on Monday at nine"
HERD = one_state("herd: {after: d1, do: [notify: x]}")
WEEKLY = one_state("herd: {after: d7, every: d7, do: [notify: x]}")
REMINDER = one_state("herd: {before: h1, anchor: ends_on, do: [notify: x]}")


def herd(host: Host, many: int) -> list[Mentorship]:
    return [host.start(key=f"key-{n}") for n in range(many)]


def limit(host: Host, timing: str = "d1", **given: object) -> None:
    host.engine.timings.limit(timing, reason=WHY, by="operator-1", workflow="tiny", **given)  # type: ignore[arg-type]


def minutes_of(
    host: Host, started: list[Mentorship], name: str = "open.herd"
) -> list[float | None]:
    due = (host.due(one).get(name) for one in started)
    return [None if at_ is None else (at_ - host.now).total_seconds() / 60 for at_ in due]


def test_a_few_fire_a_minute_in_their_order_and_each_once(open_on: OpenHost) -> None:
    host = open_on(HERD)
    started = herd(host, 7)
    limit(host, per_minute=2)

    assert host.wait(days=1).timers_fired == 1
    assert minutes_of(host, started) == [None, 0.5, 1, 1.5, 2, 2.5, 3]

    assert host.wait(minutes=1).timers_fired == 2
    assert host.wait(minutes=1).timers_fired == 2
    assert host.wait(minutes=1).timers_fired == 2
    assert all(len(host.events(one)) == 2 for one in started)


def test_other_timings_are_not_held_up(open_on: OpenHost) -> None:
    host = open_on(
        one_state("herd: {after: d1, do: [notify: x]}\n      other: {after: h24, do: [notify: x]}")
    )
    herd(host, 5)
    limit(host, per_minute=1)

    assert host.wait(days=1).timers_fired == 5 + 1


def test_those_due_at_once_are_strewn(open_on: OpenHost) -> None:
    host = open_on(HERD)
    started = herd(host, 20)
    limit(host, jitter="1h")

    assert host.wait(days=1).timers_fired == 0
    places = [place for place in minutes_of(host, started) if place is not None]
    assert len(set(places)) == 20
    assert all(0 < place < 60 for place in places)
    assert host.wait(hours=1).timers_fired == 20


def test_why_a_timer_is_put_off_is_told(open_on: OpenHost) -> None:
    host = open_on(HERD)
    first, second = herd(host, 2)
    limit(host, per_minute=1)
    host.wait(days=1)

    (told,) = [
        one for one in host.engine.explain(second.id)["upcoming"] if one["timer"] == "open.herd"
    ]
    assert told["put_off_by"] == "limit"
    assert all(one["put_off_by"] is None for one in host.engine.explain(first.id)["upcoming"])


def test_a_timer_that_recurs_keeps_its_time(open_on: OpenHost) -> None:
    host = open_on(WEEKLY)
    started = herd(host, 3)
    limit(host, "d7", per_minute=1)
    host.wait(days=7)
    host.wait(minutes=1)
    host.wait(minutes=1)

    assert [host.due(one)["open.herd"] for one in started] == [at(days=14)] * 3


def test_a_reminder_goes_out_before_what_it_reminds_of(open_on: OpenHost) -> None:
    host = open_on(REMINDER)
    started = [host.start(dates={"ends_on": "2025-03-05"}) for _ in range(3)]
    limit(host, "h1", per_minute=1)

    host.wait(days=1, hours=14, minutes=59)  # it is a minute to midnight

    assert minutes_of(host, started) == [None, None, None]
    assert [len(host.events(one)) for one in started] == [2, 2, 2]


def test_two_timekeepers_share_the_room(open_on: OpenHost) -> None:
    host, other = open_on(HERD), open_on(HERD)
    started = herd(host, 40)
    limit(host, per_minute=10)
    for one in (host, other):
        one.clock.set(at(days=1))

    reports = in_threads(2, lambda n: (host, other)[n].engine.run_due())

    assert sum(report.timers_fired for report in reports) == 1
    places = sorted(place for place in minutes_of(host, started) if place is not None)
    assert places == pytest.approx([n / 10 for n in range(1, 40)])


def test_another_limit_finds_them_places_anew(open_on: OpenHost) -> None:
    host = open_on(HERD)
    started = herd(host, 10)
    limit(host, per_minute=1)
    host.wait(days=1)
    assert max(place or 0 for place in minutes_of(host, started)) == 9

    limit(host, per_minute=60)
    host.engine.run_due()

    assert max(place or 0 for place in minutes_of(host, started)) == pytest.approx(8 / 60)


def test_who_claimed_by_an_older_limit_gives_places_by_the_one_of_now(open_on: OpenHost) -> None:
    host, other = open_on(HERD), open_on(HERD)
    started = herd(host, 10)
    limit(host, per_minute=1)
    host.engine.run_due()  # it knows this limit
    limit(other, per_minute=60)

    host.clock.set(at(days=1))
    with host.engine._store.transaction() as transaction:
        claimed = transaction.claim_due(host.now, most=10, needs_all=frozenset())
        pace(transaction, host.engine._library, list(claimed))

    assert max(place or 0 for place in minutes_of(host, started)) == pytest.approx(9 / 60)


def test_without_it_they_are_due_at_once(open_on: OpenHost) -> None:
    host = open_on(HERD)
    herd(host, 5)
    limit(host, per_minute=1, jitter="30m")
    assert host.wait(days=1).timers_fired == 0

    host.engine.timings.unlimit("d1", reason="a new server", workflow="tiny")

    assert host.engine.run_due().timers_fired == 5
    assert rows(host.url, "SELECT count(*) FROM mentorflow_timer WHERE put_off_by <> ''") == [(0,)]


def test_another_engine_knows_at_once(open_on: OpenHost) -> None:
    one, other = open_on(HERD), open_on(HERD)
    herd(other, 3)
    other.wait(hours=1)
    limit(one, per_minute=1)

    assert other.wait(hours=23).timers_fired == 1


def test_who_set_it_is_kept(open_on: OpenHost) -> None:
    host = open_on(HERD)
    limit(host, per_minute=500, jitter="30m")
    limit(host, per_minute=100)
    host.engine.timings.unlimit("d1", reason="a new server", workflow="tiny")

    found = host.engine.timings.history("d1", workflow="tiny")

    assert [(one.from_value, one.to_value, one.reason) for one in found] == [
        ("100 a minute", None, "a new server"),
        ("500 a minute, strewn over 0:30:00", "100 a minute", WHY),
        (None, "500 a minute, strewn over 0:30:00", WHY),
    ]


def test_what_is_in_force_is_listed(open_on: OpenHost) -> None:
    host = open_on(HERD)
    limit(host, per_minute=500, jitter="30m")

    listed = {one.name: one for one in host.engine.timings.list(workflow="tiny")}

    assert (listed["d1"].per_minute, listed["d1"].jitter) == (500, timedelta(minutes=30))
    assert (listed["d3"].per_minute, listed["d3"].jitter) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"per_minute": 0},
        {"per_minute": 1_000_001},
        {"per_minute": 2.5},
        {"jitter": 30},
        {"jitter": "1d"},
        {"jitter": "25h"},
        {"jitter": "0m"},
        {"jitter": "soon"},
        {"per_minute": 5, "reason": " "},
        {"per_minute": 5, "name": "d77"},
    ],
)
def test_what_can_be_no_limit_is_refused(host: Host, given: dict[str, object]) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.timings.limit(**{"name": "d3", "reason": WHY, "workflow": "tiny", **given})  # type: ignore[arg-type]


def test_what_is_not_limited_cannot_be_unlimited(host: Host) -> None:
    with refused(host.url, NotFound, "not_found"):
        host.engine.timings.unlimit("d3", reason=WHY, workflow="tiny")


@pytest.mark.parametrize("timing", ["h2", "h24", pytest.param("d3", id="snooze")])
def test_nobodys_safety_waits_for_room(open_on: OpenHost, timing: str) -> None:
    host = open_on(
        one_state(
            "herd: {after: d1, do: [escalate: alarm]}",
            more="""
ladders:
  alarm: {urgent: true, rungs: [{to: [mentee], after: h2, message: x}], repeat: h24}
""",
        )
    )
    with refused(host.url, TimingRefused, "timing_refused"):
        limit(host, timing, per_minute=5)
