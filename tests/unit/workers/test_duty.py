"""A duty works while there is work, rests when there is none, and survives what goes wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import SimpleQueue
from typing import ClassVar

import pytest

from mentorflow.errors import QueueUnavailable, StoreUnavailable
from mentorflow_workers import duty as duties
from mentorflow_workers.duty import Duty

LONG = timedelta(hours=1)
PATIENCE = timedelta(seconds=10)


class Counting(Duty):
    """Do what a test says at each look for work, and tell of it."""

    name: ClassVar[str] = "counting"

    def __init__(self, *answers: int | BaseException, poll: timedelta = LONG) -> None:
        super().__init__(poll)
        self.answers = list(answers)
        self.looks: SimpleQueue[int] = SimpleQueue()

    def work(self) -> int:
        answer = self.answers.pop(0) if self.answers else 0
        self.looks.put(len(self.answers))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def wait_for_looks(self, count: int) -> None:
        for _ in range(count):
            self.looks.get(timeout=PATIENCE.total_seconds())


@contextmanager
def running(duty: Duty) -> Iterator[None]:
    duty.start()
    yield
    duty.stop()
    assert duty.join(PATIENCE)


def test_it_looks_again_at_once_while_there_is_work() -> None:
    duty = Counting(1, 1, 1)
    with running(duty):
        duty.wait_for_looks(4)

    assert duty.looks.empty(), "then it rests"


def test_it_looks_again_when_it_is_woken() -> None:
    duty = Counting()
    with running(duty):
        duty.wait_for_looks(1)
        duty.wake()
        duty.wait_for_looks(1)


def test_it_looks_again_after_its_rest() -> None:
    duty = Counting(poll=timedelta(milliseconds=1))
    with running(duty):
        duty.wait_for_looks(3)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (StoreUnavailable("gone"), "duty.waits duty=counting error=gone"),
        (QueueUnavailable("gone"), "duty.waits duty=counting error=gone"),
        (LookupError("a defect"), "duty.failed duty=counting"),
        (SystemExit("of a callback of an app"), "duty.failed duty=counting"),
    ],
)
def test_what_goes_wrong_is_logged_and_tried_again(
    failure: BaseException,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(duties, "_AFTER_FAILURE", timedelta(milliseconds=1))
    duty = Counting(failure)

    with running(duty):
        duty.wait_for_looks(2)

    assert told in caplog.messages


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (StoreUnavailable("gone\nof somebody"), "duty.waits duty=counting error=gone"),
        (LookupError("a defect"), "duty.failed duty=counting"),
    ],
)
@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_goes_wrong_at_the_end_is_logged_too(
    failure: Exception, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Counting):
        def ended(self) -> None:
            raise failure

    duty = Failing()

    with running(duty):
        duty.wait_for_looks(1)

    assert told in caplog.messages
