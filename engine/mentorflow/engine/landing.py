"""A request of a Courier that came back: what it was, when it was sent, and what became of it."""

import logging
from concurrent.futures import Future
from datetime import datetime
from typing import NamedTuple

from mentorflow.core.delivering import Answered, Verdict
from mentorflow.engine.serving import Serving
from mentorflow.outbound.messages import Answer, Failure
from mentorflow.store.webhooks import Attempt, Begun

log = logging.getLogger("mentorflow.courier")


class Landed(NamedTuple):
    """A request that came back."""

    serving: Serving
    begun: Begun
    at: datetime
    answer: Answer

    @property
    def answered(self) -> Answered:
        """What came of it, as it is judged."""
        answer = self.answer
        error = None if answer.failure is None else answer.failure.value
        return Answered(self.at, answer.status, error, answer.retry_after, answer.control)

    def attempt(self, verdict: Verdict) -> Attempt:
        """Return the attempt that it was, as it is kept."""
        answer = self.answer
        return Attempt(
            endpoint=self.begun.endpoint,
            notice=self.begun.notice,
            number=self.begun.number,
            at=self.at,
            cause=self.begun.cause,
            status_code=answer.status,
            error=None if answer.failure is None else answer.failure.value,
            detail=answer.detail,
            excerpt=answer.excerpt,
            address=answer.address,
            timings=answer.timings._asdict(),
            next_at=verdict.next_at,
            why=verdict.why,
        )


def answer_of(future: Future[Answer]) -> Answer:
    """Return what became of a request, also where that is a fault of ours: it has an end."""
    error = future.exception()
    return future.result() if error is None else unexpected(error)


def unexpected(error: BaseException) -> Answer:
    """Return the answer of a request that a fault of ours has ended, and log that."""
    log.error("courier.failed", exc_info=error)
    return Answer(None, Failure.UNEXPECTED, f"a fault of ours: {type(error).__name__}")
