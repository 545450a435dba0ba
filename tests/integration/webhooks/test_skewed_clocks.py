"""A process whose clock is wrong signs and plans by the time of the database, as all others do."""

from datetime import datetime, timedelta

import pytest

from builders import life
from mentorflow import Engine
from mentorflow.clock import SystemClock
from receiver import receiving

SKEWS = [timedelta(hours=1), timedelta(hours=-1)]


class Skewed(SystemClock):
    """The clock of a machine that is off."""

    def __init__(self, skew: timedelta) -> None:
        self._skew = skew

    def now(self) -> datetime:
        return super().now() + self._skew


@pytest.mark.parametrize("skew", SKEWS, ids=["ahead", "behind"])
def test_what_it_signs_is_taken_and_what_fails_is_sent_again_soon(
    postgres_url: str, skew: timedelta
) -> None:
    with (
        receiving(lambda *_: (500, {})) as receiver,
        Engine(postgres_url, clock=Skewed(skew), workflows=[life()], channels=()) as engine,
    ):
        made = engine.webhooks.add(receiver.url, types=["mentorship.started"], reason="a test")
        receiver.secrets.append(made.secret)
        engine.start(mentee="m", mentors=["n"], coordinator="c", program="p", workflow=life().name)
        engine.webhooks.deliver_due()
        (came,) = receiver.came
        (attempt,) = engine.webhooks.attempts(made.endpoint.id, came.id)

    assert receiver.refused == []
    assert abs(attempt.at - SystemClock().now()) < timedelta(minutes=1)
    assert attempt.next_at is not None
    assert attempt.next_at - SystemClock().now() < timedelta(seconds=7)
