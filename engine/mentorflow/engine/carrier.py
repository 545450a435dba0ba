"""The Carrier: takes effects over under a lease of its own, carries them out, writes the result."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import get_ident
from typing import Any, NamedTuple

from mentorflow.core.keys import EffectKey
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.core.outcome import MessageOutcome, MessageStatus
from mentorflow.engine import tracing
from mentorflow.engine.behind import Behind, read_behind
from mentorflow.engine.channels import Channel, Message, Notice
from mentorflow.engine.composing import message_of
from mentorflow.engine.courtesy import MESSAGES, Courtesy, Letter
from mentorflow.engine.leases import attempt_lease
from mentorflow.engine.library import Library
from mentorflow.engine.post import Post
from mentorflow.engine.relay import Claim
from mentorflow.engine.retrying import BY_KIND
from mentorflow.engine.watching import watcher
from mentorflow.errors import ChannelRefused
from mentorflow.store.rows import ClaimedEffect
from mentorflow.store.store import Store
from mentorflow.store.transaction import FinishedEffect, Transaction

EVERY_TYPE = "*"
LEASE = timedelta(minutes=5)
"""How long an attempt may take before somebody else begins another."""
_PART_OF_LEASE = 3
"""After a third of it, a lease is extended: two calls more may be slow before it is lost."""
_LONGEST_ERROR = 500
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
        self._courtesy = Courtesy(library)
        self._post = Post(library, channels)
        self._callbacks: dict[str, list[Callback]] = {}
        self._calls: dict[int, Call] = {}

    @property
    def calls(self) -> list["Call"]:
        """What its threads are carrying out at this moment."""
        return list(self._calls.values())

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
            if attempt.left and attempt.is_to_be_extended(self._store.clock.now()):
                self._settle(attempt)
        self._settle(attempt)
        return Carried(attempt.done, attempt.failed)

    def give_up(self, call: "Call") -> None:
        """Settle a call that does not come back as one that failed, in place of its thread.

        What else the thread had done is settled too, and what it has left is free at once. Should
        it go on in spite of all, it has lost its lease.
        """
        attempt = call.attempt
        hung = TimeoutError("it did not come back within half of its lease")
        with self._store.transaction() as transaction:
            # A copy: the thread may come back at any moment, and goes on with its own.
            settled = replace(
                attempt,
                now=transaction.now(),
                finished=list(attempt.finished),
                outcomes=dict(attempt.outcomes),
            )
            settled.note_failure(call.effect, hung)
            transaction.put_messages(settled.outcomes.values())
            transaction.finish_effects(settled.finished)
            if left := list(attempt.left):
                transaction.extend_effects(left, lease=attempt.lease, leased_until=settled.now)
        watcher().attempts_ended(settled.finished)

    def _begun(self, claim: Claim, within: timedelta) -> "_Attempt":
        lease = attempt_lease()
        with self._store.transaction() as transaction:
            transaction.limit_idling(within)
            now = transaction.now()
            taken = transaction.take_effects(
                claim.keys, claimed_as=claim.lease, lease=lease, leased_until=now + within
            )
            self._library.refresh(transaction)
            taken = _parted(transaction, taken, lease)
            standing = transaction.standing(list({found.mentorship_id for found in taken}))
            self._library.require(transaction, standing.values())
            sorted_ = self._courtesy.sort(transaction, taken, standing, lease=lease)
            behind = read_behind(transaction, sorted_, standing)
        looked_at = self._store.clock.now()
        return _Attempt(
            lease=lease,
            within=within,
            now=now,
            looked_at=looked_at,
            extend_at=looked_at + within / _PART_OF_LEASE,
            left={found.key: found for found in sorted_.effects},
            letters=sorted_.letters,
            behind=behind,
            done=sorted_.merged,
        )

    def _carry_next(self, attempt: "_Attempt") -> None:
        effect = attempt.left.pop(next(iter(attempt.left)))
        self._calls[get_ident()] = Call(effect, attempt)
        try:
            with tracing.carrying(effect):
                self._carry(effect, attempt)
        except Exception as failed:  # noqa: BLE001  # a border: the error is recorded and retried
            # Whatever a channel or a callback raises is theirs: it is written down and retried.
            log.warning(
                "effect.failed effect=%s attempt=%d error=%s",
                effect.id,
                effect.attempts,
                type(failed).__name__,
            )
            attempt.note_failure(effect, failed)
        else:
            attempt.note(effect, status="done", at=attempt.now)
        finally:
            del self._calls[get_ident()]

    def _settle(self, attempt: "_Attempt") -> None:
        """Write down what became of effects, and hold those that are left for longer."""
        if not attempt.finished:
            return
        with self._store.transaction() as transaction:
            transaction.limit_idling(attempt.within)
            attempt.now = transaction.now()
            transaction.put_messages(attempt.outcomes.values())
            transaction.finish_effects(attempt.finished)
            if attempt.left:
                until = attempt.now + attempt.within
                held = transaction.extend_effects(
                    list(attempt.left), lease=attempt.lease, leased_until=until
                )
                attempt.left = {key: attempt.left[key] for key in held}
        watcher().attempts_ended(attempt.finished)
        attempt.extend_at = self._store.clock.now() + attempt.within / _PART_OF_LEASE
        attempt.done += sum(found.status == "done" for found in attempt.finished)
        attempt.failed += sum(found.status != "done" for found in attempt.finished)
        attempt.finished, attempt.outcomes = [], {}

    def _carry(self, effect: ClaimedEffect, attempt: "_Attempt") -> None:
        BY_KIND[effect.kind].require_attempts_left(effect)
        letter = attempt.letters.get(effect.key)
        if letter is None:
            said = {}
            if effect.kind in MESSAGES:
                message = self._unaddressed(effect, attempt.behind)
                self._post.note(message)
                said = _said(message)
            self._tell(effect, attempt.behind, said)
            return
        delivered = self._post.deliver(letter, attempt.behind, attempt.now)
        attempt.outcomes |= {outcome.key: outcome for outcome in delivered.outcomes}
        sent = [one for one in delivered.outcomes if one.status is MessageStatus.SENT]
        for outcome in sent:
            said = _said(delivered.message) if outcome is sent[0] else {"letter": sent[0].id}
            self._tell(_as_effect(outcome), attempt.behind, {"channel": outcome.channel, **said})

    def _unaddressed(self, effect: ClaimedEffect, behind: Behind) -> Message:
        mentorship = behind.standing[effect.mentorship_id]
        workflow = self._library.wording(mentorship, effect.name)
        return message_of(
            workflow,
            mentorship,
            behind.entries[effect.mentorship_id, effect.revision],
            effect_id=effect.id,
            name=effect.name,
            role=effect.role or "",
            people=behind.people,
        )

    def _tell(self, effect: ClaimedEffect, behind: Behind, said: Mapping[str, Any]) -> None:
        """Tell the host's callbacks of an effect."""
        entry = behind.entries[effect.mentorship_id, effect.revision]
        notice = _notice(effect, entry, behind.standing[effect.mentorship_id], said)
        for type_ in (notice.type, EVERY_TYPE):
            for callback in self._callbacks.get(type_, ()):
                callback(notice)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """An effect that a thread is carrying out."""

    effect: ClaimedEffect
    attempt: "_Attempt"


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """Effects that are being carried out under one lease."""

    lease: str
    within: timedelta
    now: datetime
    looked_at: datetime
    """What the clock of this process showed last; it may step, the database's does not."""
    extend_at: datetime
    """When the lease of those left is to be extended, by the same clock."""
    left: dict[EffectKey, ClaimedEffect]
    letters: Mapping[EffectKey, Letter]
    behind: Behind
    finished: list[FinishedEffect] = field(default_factory=list)
    outcomes: dict[EffectKey, MessageOutcome] = field(default_factory=dict)
    done: int = 0
    failed: int = 0

    def is_to_be_extended(self, shown: datetime) -> bool:
        """Say whether it is time, or nobody can tell because the clock was set back."""
        was_set_back = shown < self.looked_at
        self.looked_at = shown
        return was_set_back or shown >= self.extend_at

    def note(
        self, effect: ClaimedEffect, *, status: str, at: datetime, error: str | None = None
    ) -> None:
        """Keep what became of an effect, to be written down with the others."""
        self.finished.append(
            FinishedEffect(effect=effect, lease=self.lease, status=status, at=at, error=error)
        )

    def note_failure(self, effect: ClaimedEffect, failed: Exception) -> None:
        """Keep that an effect failed: it is tried again, or given up and an incident."""
        error = f"{type(failed).__name__}: {failed}"[:_LONGEST_ERROR]
        is_final = isinstance(failed, ChannelRefused)
        wait = None if is_final else BY_KIND[effect.kind].wait_after(effect)
        if wait is not None:
            self.note(effect, status="pending", at=self.now + wait, error=error)
            return
        self.note(effect, status="failed", at=self.now, error=error)
        letter = self.letters.get(effect.key)
        if letter is not None and not letter.is_delivered:
            leader = self.outcomes.get(letter.parts[0].key, letter.parts[0])
            if leader.status is MessageStatus.GOING:
                self.outcomes[leader.key] = leader._replace(status=MessageStatus.FAILED)


def _parted(
    transaction: Transaction, taken: list[ClaimedEffect], lease: str
) -> list[ClaimedEffect]:
    """Return what is carried out now: all, or one alone where it may kill who carries it.

    The others go back with the attempt they had begun: what kills a Carrier uses up its own only.
    """
    suspects = (one for one in taken if BY_KIND[one.kind].is_suspect(one))
    suspect = next(suspects, None)
    if suspect is None:
        return taken
    now = transaction.now()
    others = [(one.key, now) for one in taken if one is not suspect]
    transaction.hold_effects(others, lease=lease)
    return [suspect]


def _as_effect(outcome: MessageOutcome) -> ClaimedEffect:
    return ClaimedEffect(
        *outcome.key,
        kind=outcome.kind,
        name=outcome.name,
        role=outcome.role,
        recipient=outcome.person,
        data=dict(outcome.data),
        attempts=0,
    )


def _said(message: Message | None) -> dict[str, Any]:
    return {} if message is None else {"subject": message.subject, "text": message.text}


def _notice(
    effect: ClaimedEffect, entry: HistoryEntry, mentorship: Mentorship, said: Mapping[str, Any]
) -> Notice:
    type_ = effect.name if effect.kind == "publish" else f"call.{effect.name}"
    data = dict(effect.data)
    if effect.kind in MESSAGES:
        type_ = "message.sent"
        data |= {"message": effect.name, "role": effect.role, "recipient": effect.recipient}
        data |= said
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
