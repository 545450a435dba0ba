"""Sending events: lock, look for the key, decide, save. One event or a batch of them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mentorflow.core.decide import Decision, decide
from mentorflow.core.machine import walk
from mentorflow.core.mentorship import Event, Mentorship
from mentorflow.engine.ids import is_id
from mentorflow.engine.library import Library
from mentorflow.engine.payload import digest, json_text, name_text, validated
from mentorflow.errors import (
    BatchRejected,
    InvalidPayload,
    KeyReused,
    MentorflowError,
    NotFound,
)
from mentorflow.store.rows import Saving
from mentorflow.store.transaction import KeyedEntry, Transaction
from mentorflow.store.writing import Writing

_FIELDS = ("id", "event", "by", "data", "key", "revision")
_NEEDED, _KNOWN = frozenset(_FIELDS[:2]), frozenset(_FIELDS)


class Sending(NamedTuple):
    """A request to send an event, checked as far as it can be without its mentorship."""

    id: str
    event: str
    by: str | None
    data: str
    """As JSON text, bounded in size."""
    key: str | None
    revision: int | None
    digest: str | None
    """Of the request, where it has a key."""


def checked(
    mentorship_id: str,
    event: str,
    *,
    by: str | None,
    data: Mapping[str, Any] | None,
    key: str | None,
    revision: int | None,
) -> Sending:
    """Check a request before anything is locked.

    Raises:
        InvalidPayload: saying which part is wrong.
        NotFound: if no mentorship can have this id.
    """
    name_text(event, what="event")
    if by is not None:
        name_text(by, what="by")
    if not is_id(mentorship_id):
        raise NotFound(f"there is no mentorship {mentorship_id!r}")
    if revision is not None and (isinstance(revision, bool) or not isinstance(revision, int)):
        raise InvalidPayload(f"revision is {revision!r}; it must be a whole number")
    text = json_text({} if data is None else data, what=f"the data of {event!r}")
    stamp = None if key is None else digest(event, by or "", name_text(key, what="key"), text)
    return Sending(
        id=mentorship_id,
        event=event,
        by=by,
        data=text,
        key=key,
        revision=revision,
        digest=stamp,
    )


def checked_item(item: Mapping[str, Any] | Sequence[Any]) -> Sending:
    """Check one item of a batch: a mapping with the names of `send`, or (id, event, by, data).

    Raises:
        InvalidPayload: if it is neither.
    """
    if isinstance(item, Sequence) and not isinstance(item, str):
        item = dict(zip(_FIELDS, item, strict=False))
    if not isinstance(item, Mapping):
        raise InvalidPayload(f"an item of a batch is a mapping with {', '.join(_FIELDS)}")
    if not _NEEDED <= item.keys() <= _KNOWN:
        unknown = sorted(item.keys() - _KNOWN)
        wrong = f"has {unknown[0]!r}" if unknown else "lacks `id` or `event`"
        raise InvalidPayload(f"an item of a batch has {', '.join(_FIELDS)}; this one {wrong}")
    return checked(
        item["id"],
        item["event"],
        by=item.get("by"),
        data=item.get("data"),
        key=item.get("key"),
        revision=item.get("revision"),
    )


def send_one(
    transaction: Transaction, library: Library, sending: Sending
) -> tuple[Mentorship, int]:
    """Send an event; return the mentorship, and the revision of the answer to give.

    They differ where the key is known: then nothing is written.

    Raises:
        EventRejected, InvalidPayload, NotFound, KeyReused: and nothing is written.
    """
    locked = transaction.lock(sending.id, key=sending.key)
    if locked is None:
        raise NotFound(f"there is no mentorship {sending.id!r}")
    if locked.known is not None:
        return locked.mentorship, _first_revision(sending, locked.known)
    library.refresh(transaction)
    decision = _decided(library, locked.mentorship, sending, transaction)
    transaction.save([Saving(decision=decision, digest=sending.digest)])
    return decision.mentorship, decision.mentorship.revision


def send_all(
    transaction: Transaction, library: Library, sendings: Sequence[Sending]
) -> list[tuple[Mentorship, int]]:
    """Send a batch of events in one transaction; like `send_one` for every one of them.

    Raises:
        BatchRejected: naming every event that is refused; then none is taken.
    """
    standing = transaction.lock_many(sorted({sending.id for sending in sendings}))
    library.refresh(transaction)
    keyed = [(sending.id, sending.key) for sending in sendings if sending.key is not None]
    known = transaction.keyed_entries(keyed) if keyed else {}
    answers: list[tuple[Mentorship, int]] = []
    rounds = _Rounds(transaction)
    refused: list[dict[str, Any]] = []
    for item, sending in enumerate(sendings):
        try:
            answer, decision = _answer(transaction, library, sending, standing, known)
        except MentorflowError as error:
            refused.append(
                {"item": item, "id": sending.id, "event": sending.event, **error.as_dict()}
            )
            continue
        answers.append(answer)
        if decision is not None and not refused:
            rounds.add(Saving(decision=decision, digest=sending.digest))
    if refused:
        raise BatchRejected(refused, size=len(sendings))
    rounds.write()
    return answers


class _Rounds:
    """The decisions of a batch, of which each round holds one for a mentorship at most."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._rounds: list[Writing] = []
        self._places: dict[str, int] = {}
        self._size = 0

    def add(self, saving: Saving) -> None:
        """Lay a decision out, and write what there is once it is enough."""
        mentorship_id = saving.decision.mentorship.id
        place = self._places[mentorship_id] = self._places.get(mentorship_id, -1) + 1
        if place == len(self._rounds):
            self._rounds.append(self._transaction.writing())
        self._rounds[place].add(saving)
        self._size += 1
        if self._size == self._transaction.at_once:
            self.write()

    def write(self) -> None:
        """Write what was laid out, round by round."""
        for writing in self._rounds:
            self._transaction.write_all(writing)
        self._rounds, self._places, self._size = [], {}, 0


def _answer(
    transaction: Transaction,
    library: Library,
    sending: Sending,
    standing: dict[str, Mentorship],
    known: dict[tuple[str, str], KeyedEntry],
) -> tuple[tuple[Mentorship, int], Decision | None]:
    mentorship = standing.get(sending.id)
    if mentorship is None:
        raise NotFound(f"there is no mentorship {sending.id!r}")
    pair = (sending.id, sending.key or "")
    if sending.key is not None and pair in known:
        return (mentorship, _first_revision(sending, known[pair])), None
    decision = _decided(library, mentorship, sending, transaction)
    after = standing[sending.id] = decision.mentorship
    if sending.key is not None:
        known[pair] = KeyedEntry(
            revision=after.revision, digest=sending.digest, event=sending.event
        )
    return (after, after.revision), decision


def _first_revision(sending: Sending, known: KeyedEntry) -> int:
    if known.digest != sending.digest:
        raise KeyReused(sending.key or "", first=f"the event {known.event!r}")
    return known.revision


def _decided(
    library: Library,
    mentorship: Mentorship,
    sending: Sending,
    transaction: Transaction,
) -> Decision:
    running = library.get(mentorship.workflow, mentorship.version)
    event = Event(
        name=sending.event,
        data=validated(running.workflow, sending.event, sending.data),
        by=sending.by,
        key=sending.key,
        revision=sending.revision,
    )
    try:
        now = transaction.now()
        return decide(running.workflow, mentorship, event, running.timings, now, move=walk)
    except OverflowError:
        raise InvalidPayload(
            f"the data of {sending.event!r} names a time too far away to count from"
        ) from None
