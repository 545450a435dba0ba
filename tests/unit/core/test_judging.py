"""What an attempt means: for the delivery, and for the endpoint it was sent to."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import START, at
from mentorflow.core.delivering import (
    BREAKS_AFTER,
    SCHEDULE,
    Answered,
    Health,
    Hold,
    Verdict,
    judge,
)


def answered(status: int | None, when: datetime = START, **rest: object) -> Answered:
    return Answered(when, status, **rest)  # type: ignore[arg-type]


def judged(health: Health, one: Answered, *, attempt: int = 1, chance: float = 0.5) -> Verdict:
    return judge(health, one, attempt=attempt, chance=chance)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_what_is_2xx_is_taken(status: int) -> None:
    assert judged(Health(failures=3), answered(status)).status == "done"


@pytest.mark.parametrize("status", [100, 199, 300, 302, 400, 401, 404, 500, 503])
def test_nothing_else_is(status: int) -> None:
    assert judged(Health(), answered(status)).status == "pending"


def test_an_answer_that_was_not_read_to_its_end_is_none() -> None:
    verdict = judged(Health(), answered(200, error="timeout"))

    assert verdict.status == "pending"


@given(chance=st.floats(0, 1, exclude_max=True), attempt=st.integers(1, 9))
def test_the_next_attempt_is_within_a_fifth_of_the_schedule(chance: float, attempt: int) -> None:
    verdict = judged(Health(), answered(500), attempt=attempt, chance=chance)

    assert verdict.next_at is not None
    wait = verdict.next_at - START
    assert SCHEDULE[attempt] * 0.8 <= wait <= SCHEDULE[attempt] * 1.2


def test_after_the_last_attempt_there_is_none() -> None:
    verdict = judged(Health(), answered(500), attempt=len(SCHEDULE))

    assert (verdict.status, verdict.next_at) == ("failed", None)


def test_retry_after_is_obeyed_for_the_endpoint_for_a_day_at_most() -> None:
    for asked, held in (
        (timedelta(hours=3), timedelta(hours=3)),
        (timedelta(days=9), timedelta(days=1)),
    ):
        for status in (429, 503):
            verdict = judged(Health(), answered(status, retry_after=asked))
            assert verdict.health.held_until == verdict.next_at == START + held
            assert verdict.health.held_by is Hold.RETRY_AFTER


def test_without_it_429_means_a_minute_and_503_the_schedule() -> None:
    assert judged(Health(), answered(429)).health.held_until == at(minutes=1)
    assert judged(Health(), answered(503)).health.held_until is None


def test_retry_after_of_other_answers_is_their_own_affair() -> None:
    verdict = judged(Health(), answered(500, retry_after=timedelta(hours=3)))

    assert verdict.health.held_until is None


def test_ten_failures_in_a_row_open_the_breaker_and_one_success_closes_it() -> None:
    health, pauses = Health(), []
    for n in range(BREAKS_AFTER + 6):
        health = judged(health, answered(None, error="connect")).health
        if health.held_until is not None:
            pauses.append((health.held_until - START).total_seconds())
        assert health.is_probed == (n + 1 >= BREAKS_AFTER)

    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    well = judged(health, answered(200)).health
    assert (well.failures, well.probes, well.held_until, well.is_probed) == (0, 0, None, False)


def test_half_of_twenty_within_five_minutes_open_it_too() -> None:
    health = Health()
    for n in range(20):
        health = judged(health, answered(500 if n % 2 else 200, at(seconds=n))).health
        assert (health.held_until is not None) == (n == 19)

    assert health.held_by is Hold.BREAKER
    slow = Health()
    for n in range(40):
        slow = judged(slow, answered(500 if n % 2 else 200, at(seconds=20 * n))).health
    assert slow.held_until is None


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (answered(410), "it answered 410 Gone"),
        (answered(500, control="disable"), "it asked to be disabled"),
    ],
)
def test_who_wants_nothing_more_is_disabled(one: Answered, why: str) -> None:
    verdict = judged(Health(), one)

    assert (verdict.status, verdict.disable) == ("failed", why)


@pytest.mark.parametrize(
    "one", [answered(413), answered(415), answered(500, control="abort-message")]
)
def test_a_notice_that_is_not_wanted_is_not_sent_again(one: Answered) -> None:
    verdict = judged(Health(), one)

    assert (verdict.status, verdict.disable) == ("failed", None)


def test_five_days_of_nothing_but_failures_disable() -> None:
    health = Health()
    told = []
    for n in range(11):
        verdict = judged(health, answered(500, at(hours=12 * n)))
        health = verdict.health
        told.append(verdict.warn)
        assert (verdict.disable is not None) == (n == 10)

    assert [n for n, warned in enumerate(told) if warned] == [2, 6]  # after a day, and after three


def test_few_failures_over_long_do_not() -> None:
    health = Health()
    for n in range(9):
        verdict = judged(health, answered(500, at(days=n)))
        health = verdict.health

    assert verdict.disable is None
    assert judged(health, answered(500, at(days=9))).disable is not None


@given(
    answers=st.lists(st.sampled_from([200, 302, 404, 410, 413, 429, 500, 503, None]), max_size=60),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_whatever_comes_is_settled_and_never_in_the_past(
    answers: list[int | None], chance: float
) -> None:
    health, now = Health(), START
    for attempt, status in enumerate(answers, 1):
        verdict = judge(health, answered(status, now), attempt=min(attempt, 10), chance=chance)
        health = verdict.health
        assert (verdict.status == "pending") == (verdict.next_at is not None)
        assert verdict.next_at is None or verdict.next_at > now
        assert verdict.why
        now += timedelta(minutes=7)
