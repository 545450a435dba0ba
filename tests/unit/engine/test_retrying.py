"""What fails is tried again more and more slowly, each kind in its way, and not for ever."""

from datetime import timedelta

import pytest

from mentorflow.engine.retrying import BY_KIND
from mentorflow.errors import WornOut
from mentorflow.store.rows import ClaimedEffect


def effect(kind: str, attempts: int, revision: int = 1) -> ClaimedEffect:
    return ClaimedEffect(
        mentorship_id="0190f2c4-7a00-7000-8000-000000000001",
        revision=revision,
        position=0,
        kind=kind,
        name="news",
        role="mentor",
        recipient="mentor-1",
        data={},
        attempts=attempts,
    )


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_waits_grow_and_end(kind: str) -> None:
    policy = BY_KIND[kind]

    waits = [policy.wait_after(effect(kind, n)) for n in range(1, policy.most_attempts)]

    lengths = [wait for wait in waits if wait is not None]
    assert len(lengths) == policy.most_attempts - 1
    assert lengths[0] < lengths[2] < lengths[4]
    assert timedelta(seconds=4) <= lengths[0] <= timedelta(seconds=6)
    assert max(lengths) <= policy.longest * 1.2
    assert policy.wait_after(effect(kind, policy.most_attempts)) is None


def test_what_failed_together_does_not_come_back_together() -> None:
    policy = BY_KIND["call"]

    waits = {policy.wait_after(effect("call", 5, revision)) for revision in range(1, 101)}

    assert len(waits) == 100
    middle = timedelta(seconds=5) * 3**4
    shares = [wait / middle for wait in waits if wait is not None]
    assert min(shares) >= 0.8
    assert max(shares) <= 1.2
    assert max(shares) - min(shares) > 0.3


def test_the_same_failure_waits_for_the_same_time() -> None:
    policy = BY_KIND["notify"]

    assert policy.wait_after(effect("notify", 3)) == policy.wait_after(effect("notify", 3))


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_what_ended_every_process_that_tried_it_is_not_begun_again(kind: str) -> None:
    policy = BY_KIND[kind]

    policy.require_attempts_left(effect(kind, policy.most_attempts))
    with pytest.raises(WornOut, match="ended with the process"):
        policy.require_attempts_left(effect(kind, policy.most_attempts + 1))


def test_it_is_suspect_once_several_attempts_and_all_there_were_have_not_come_back() -> None:
    lost = effect("notify", 3)

    assert BY_KIND["notify"].is_suspect(lost)
    assert not BY_KIND["notify"].is_suspect(lost._replace(attempts=2))
    assert not BY_KIND["notify"].is_suspect(lost._replace(error="ConnectionError: down"))
