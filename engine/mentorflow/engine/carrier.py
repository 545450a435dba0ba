"""The Carrier: takes effects over under a lease of its own, carries them out, writes the result."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.engine.channels import Channel, Notice, message_of
from mentorflow.engine.library import Library
from mentorflow.engine.relay import Claim
from mentorflow.store.rows import ClaimedEffect, EffectKey
from mentorflow.store.store import Store
from mentorflow.store.transaction import FinishedEffect

MOST_ATTEMPTS = 8
EVERY_TYPE = "*"
LEASE = timedelta(minutes=5)
"""How long an attempt may take before somebody else begins another."""
_PART_OF_LEASE = 3
"""After a third of it, a lease is extended: two calls more may be slow before it is lost."""
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=6)
_MESSAGES = {"notify", "escalate"}
log = logging.getLogger("mentorflow.carrier")

Callback = Callable[[Notice], object]


class Carried(NamedTuple):
    """What became of a claim."""

    done: int
    failed: int


class Carrier:
    """Carry effects out in this process: messages to channels, the rest to host callbacks."""

    def __init__(self, store: Store, library: Library, channels: Sequence[Channel]) -> None:
        self._store = store
        self._library = library
        self._channels = channels
        self._callbacks: dict[str, list[Callback]] = {}

    def register(self, type_: str, callback: Callback) -> None:
        """Have a callback told of every notice of a type."""
        self._callbacks.setdefault(type_, []).append(callback)

    def carry(self, claim: Claim, *, within: timedelta = LEASE) -> Carried:
        """Carry out the effects of a claim that are still leased as it says.

        A single one that takes longer than `within` may be begun once more by somebody else.
        """
        if not claim.keys:
            return Carried(0, 0)
        attempt = self._begun(claim, within)
        while attempt.left:
            self._carry_next(attempt)
            if attempt.left and self._store.clock.now() >= attempt.extend_at:
                self._settle(attempt)
        self._settle(attempt)
        return Carried(attempt.done, attempt.failed)

    def _begun(self, claim: Claim, within: timedelta) -> "_Attempt":
        lease = secrets.token_hex(8)
        with self._store.transaction() as transaction:
            now = transaction.now()
            taken = transaction.take_effects(
                claim.keys, claimed_as=claim.lease, lease=lease, leased_until=now + within
            )
        reader = self._store.reader
        return _Attempt(
            lease=lease,
            within=within,
            now=now,
            extend_at=self._store.clock.now() + within / _PART_OF_LEASE,
            left={found.place(): found for found in taken},
            entries=reader.entries([(found.mentorship_id, found.revision) for found in taken]),
            standing=reader.mentorships(found.mentorship_id for found in taken),
        )

    def _carry_next(self, attempt: "_Attempt") -> None:
        effect = attempt.left.pop(next(iter(attempt.left)))
        attempt.finished.append(self._carry(effect, attempt))

    def _settle(self, attempt: "_Attempt") -> None:
        """Write down what became of effects, and hold those that are left for longer."""
        if not attempt.finished:
            return
        with self._store.transaction() as transaction:
            attempt.now = transaction.now()
            transaction.finish_effects(attempt.finished)
            if attempt.left:
                until = attempt.now + attempt.within
                held = transaction.extend_effects(
                    list(attempt.left), lease=attempt.lease, leased_until=until
                )
                attempt.left = {key: attempt.left[key] for key in held}
        attempt.extend_at = self._store.clock.now() + attempt.within / _PART_OF_LEASE
        attempt.done += sum(found.status == "done" for found in attempt.finished)
        attempt.failed += sum(found.status != "done" for found in attempt.finished)
        attempt.finished = []

    def _carry(self, effect: ClaimedEffect, attempt: "_Attempt") -> FinishedEffect:
        entry = attempt.entries[effect.mentorship_id, effect.revision]
        try:
            self._deliver(effect, entry, attempt.standing[effect.mentorship_id])
        except Exception as failed:  # noqa: BLE001  # a border: the error is recorded and retried
            # Whatever a channel or a callback raises is theirs: it is written down and retried.
            log.warning(
                "effect.failed effect=%s attempt=%d error=%s",
                effect.id,
                effect.attempts,
                type(failed).__name__,
            )
            return _failed(effect, attempt.lease, attempt.now, failed)
        return FinishedEffect(effect=effect, lease=attempt.lease, status="done", at=attempt.now)

    def _deliver(self, effect: ClaimedEffect, entry: HistoryEntry, mentorship: Mentorship) -> None:
        if effect.kind in _MESSAGES:
            workflow = self._library.get(mentorship.workflow, mentorship.version).workflow
            message = message_of(
                workflow,
                mentorship,
                effect_id=effect.id,
                name=effect.name,
                role=effect.role or "",
                recipient=effect.recipient,
            )
            for channel in self._channels:
                channel.deliver(message)
        notice = _notice(effect, entry, mentorship)
        for type_ in (notice.type, EVERY_TYPE):
            for callback in self._callbacks.get(type_, ()):
                callback(notice)


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """Effects that are being carried out under one lease."""

    lease: str
    within: timedelta
    now: datetime
    extend_at: datetime
    """When the lease of those left is to be extended."""
    left: dict[EffectKey, ClaimedEffect]
    entries: Mapping[tuple[str, int], HistoryEntry]
    standing: Mapping[str, Mentorship]
    finished: list[FinishedEffect] = field(default_factory=list)
    done: int = 0
    failed: int = 0


def _failed(effect: ClaimedEffect, lease: str, now: datetime, failed: Exception) -> FinishedEffect:
    is_given_up = effect.attempts >= MOST_ATTEMPTS
    wait = min(_FIRST_WAIT * 4 ** (effect.attempts - 1), _LONGEST_WAIT)
    return FinishedEffect(
        effect=effect,
        lease=lease,
        status="failed" if is_given_up else "pending",
        at=now if is_given_up else now + wait,
        error=f"{type(failed).__name__}: {failed}"[:500],
    )


def _notice(effect: ClaimedEffect, entry: HistoryEntry, mentorship: Mentorship) -> Notice:
    type_ = effect.name if effect.kind == "publish" else f"call.{effect.name}"
    data = dict(effect.data)
    if effect.kind in _MESSAGES:
        type_ = "message.sent"
        data |= {"message": effect.name, "role": effect.role, "recipient": effect.recipient}
    return Notice(
        id=effect.id,
        type=type_,
        mentorship=mentorship,
        at=entry.at,
        event=entry.event,
        from_state=entry.from_state,
        to_state=entry.to_state,
        by=entry.by,
        data=data,
    )
