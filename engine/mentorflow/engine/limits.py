"""Limits operators set: how many timers of a timing fire in a minute, how others are strewn."""

import reprlib
from collections.abc import Sequence
from datetime import timedelta

from mentorflow.core.duration import Duration
from mentorflow.core.override import LIMIT, TimingChange
from mentorflow.core.pacing import Limit
from mentorflow.core.workflow import Workflow
from mentorflow.engine.asking import timing_of
from mentorflow.engine.library import Library
from mentorflow.engine.ranges import for_each_range
from mentorflow.engine.saying import Saying
from mentorflow.errors import InvalidPayload, NotFound, TimingRefused
from mentorflow.store import limits as stored
from mentorflow.store.limits import LimitKey, StoredLimit
from mentorflow.store.store import Store

_MOST_PER_MINUTE = 1_000_000
_LONGEST_JITTER = timedelta(days=1)


class Limits:
    """The limits on the timings of all workflows of an engine."""

    def __init__(self, store: Store, library: Library, *, batch: int) -> None:
        self._store = store
        self._library = library
        self._batch = batch

    def set(
        self,
        name: str,
        *,
        per_minute: int | None,
        jitter: str | None,
        reason: str,
        by: str | None,
        workflow: str,
    ) -> TimingChange:
        """Set the limit of a timing; see `TimingSettings.limit`."""
        versions = self._library.versions_by_now(self._store, workflow)
        _require_patient(versions, timing_of(versions, name).name)
        if per_minute is None and jitter is None:
            raise InvalidPayload("say how many may fire: per_minute=500, jitter='30m', or both")
        if per_minute is not None and per_minute not in range(1, _MOST_PER_MINUTE + 1):
            raise InvalidPayload(
                f"per_minute is {per_minute!r}; it must be 1 to {_MOST_PER_MINUTE:,}"
            )
        limit = StoredLimit(workflow, name, per_minute, _jitter_of(jitter))
        return self._put(limit, reason=reason, by=by)

    def unset(self, name: str, *, reason: str, by: str | None, workflow: str) -> TimingChange:
        """Take the limit of a timing back; see `TimingSettings.unlimit`."""
        timing_of(self._library.versions_by_now(self._store, workflow), name)
        return self._put(StoredLimit(workflow, name, None, None), reason=reason, by=by)

    def _put(self, limit: StoredLimit, *, reason: str, by: str | None) -> TimingChange:
        with self._store.transaction() as transaction:
            saying = Saying(transaction, reason=reason, by=by)
            self._library.refresh_to(transaction, saying.revision - 1)
            before = self._library.limits().get(limit.key)
            if before is None and limit.limit is None:
                raise NotFound(f"{limit.timing} has no limit")
            change = saying.change(
                limit.timing,
                scope=LIMIT,
                subject="",
                was=_text(before),
                becomes=_text(limit.limit),
                workflow=limit.workflow,
            )
            stored.put_limit(transaction, limit, change)
        if before is not None:
            self._recall(limit.key)
        return change

    def _recall(self, key: LimitKey) -> None:
        """Have those be due that the limit of before has put off: they find their places anew."""
        for_each_range(
            self._store,
            lambda transaction, some: stored.recall_limited(transaction, key, some),
            most=self._batch,
            begin=self._store.transaction,
        )


def _require_patient(versions: Sequence[Workflow], timing: str) -> None:
    """Refuse a limit on what is urgent: nobody's safety waits for room."""
    for version in versions:
        for ladder in version.ladders.values():
            if ladder.is_urgent and timing in version.timings_of(ladder):
                raise TimingRefused(f"{timing} has no limit: the ladder {ladder.name} is urgent")


def _jitter_of(text: object) -> str | None:
    if text is None:
        return None
    try:
        found = Duration.parse(text if isinstance(text, str) else reprlib.repr(text))
    except ValueError as wrong:
        raise InvalidPayload(f"jitter: {wrong}") from None
    if found.days or found.business_days or not timedelta() < found.exact <= _LONGEST_JITTER:
        raise InvalidPayload(f"jitter is {text}; it must be minutes or hours, 24h at most")
    return found.text


def _text(limit: Limit | None) -> str | None:
    return None if limit is None else str(limit)
