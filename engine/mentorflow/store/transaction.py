"""One transaction on the hot path: lock, read, save, claim. The steps both databases share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.keys import EffectKey, EntryKey
from mentorflow.core.mentorship import HistoryEntry, Mentorship, Timer
from mentorflow.core.notices import Subscription
from mentorflow.core.outcome import Mailbox, MessageOutcome
from mentorflow.core.override import OverrideKey, TimingChange
from mentorflow.core.person import Person
from mentorflow.core.publication import Publication
from mentorflow.errors import StoreUnavailable
from mentorflow.store import mail, operating
from mentorflow.store.rows import (
    ClaimedEffect,
    LostLease,
    Row,
    Saving,
    WorkerProcess,
    worker_row,
)
from mentorflow.store.writing import COUNTED, Writing


class KeyedEntry(NamedTuple):
    """What a known key was first used for."""

    revision: int
    digest: str | None
    event: str


class Locked(NamedTuple):
    """A mentorship nobody else can change, and the instant it was locked at."""

    mentorship: Mentorship
    now: datetime
    known: KeyedEntry | None
    """Where the event's key was seen before."""


class Due(NamedTuple):
    """A mentorship that is locked, with those of its timers that are due, the first first."""

    mentorship: Mentorship
    timers: tuple[Timer, ...]


class FinishedEffect(NamedTuple):
    """What became of an effect that was claimed."""

    effect: ClaimedEffect
    lease: str
    status: str
    at: datetime
    """When it was done or given up, or when it is to be tried again."""
    error: str | None = None


class Transaction(ABC):
    """The named steps of a transaction; a subclass knows how its driver runs a statement."""

    at_once: int
    """How many decisions are written together; the rest of a batch is decided meanwhile, where
    the database is another process."""
    leaves_effects = False
    """Whether it wrote effects, to be carried out once it is committed."""

    trace: str | None = None
    """Names the span that writes, to go with the effects it leaves."""
    subscriptions: Sequence[Subscription] = ()
    """What the endpoints want to hear of, as the library knows them."""
    lost_leases: Sequence[LostLease] = ()
    """Leases that were over when `claim_effects` came to their effects."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the instant of this transaction, read once."""

    @abstractmethod
    def instant(self, value: datetime) -> Any:
        """Return an instant as the columns of this database take it."""

    @abstractmethod
    def revision(self) -> int:
        """Return how often operators have changed what they set, read once.

        After a lock, so that it counts all that whoever held the lock before could see.
        """

    @abstractmethod
    def hold_revision(self) -> None:
        """Have operators' changes wait until this transaction is over."""

    @abstractmethod
    def count_revision(self) -> int:
        """Count a change of what operators set; return the count, and let nobody else change it."""

    @abstractmethod
    def overrides(self, *, after: int) -> dict[OverrideKey, Duration | None]:
        """Return the overrides that were set or taken back after a revision."""

    @abstractmethod
    def publications(self, *, after: int) -> list[Publication]:
        """Return the workflows that were published after a revision."""

    @abstractmethod
    def pinned(
        self, workflow: str, version: int, *, program: str | None, after: str, most: int
    ) -> list[str]:
        """Return mentorships of a version, in the order of their ids, those after one."""

    @abstractmethod
    def lock(self, mentorship_id: str, *, key: str | None) -> Locked | None:
        """Lock a mentorship, then read the clock, its timers and what its key is known for."""

    @abstractmethod
    def lock_many(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        """Lock mentorships in the order of their ids; those there are not are left out."""

    @abstractmethod
    def keyed_entries(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeyedEntry]:
        """Return what keys of locked mentorships were first used for."""

    @abstractmethod
    def started(self, key: str) -> tuple[str, str | None] | None:
        """Return the mentorship a start with this key made, and the digest of that start."""

    @abstractmethod
    def history(self, mentorship_id: str, *, until: int) -> list[HistoryEntry]:
        """Return the history of a mentorship up to a revision, with what this transaction wrote."""

    @abstractmethod
    def claim_due(self, until: datetime, *, most: int, needs_all: frozenset[str]) -> Iterator[Due]:
        """Lock the mentorships of the timers due first, and read them one by one.

        A mentorship with a due timer named in `needs_all` comes with all of its timers, any
        other with the due ones only.
        """

    @abstractmethod
    def claim_effects(
        self, now: datetime, *, most: int, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        """Lease the effects that are to be carried out first; return them in their order."""

    @abstractmethod
    def rescue_effects(self, now: datetime, *, most: int) -> list[LostLease]:
        """Set effects free whose lease is over, of the `most` a claim would come to first."""

    @abstractmethod
    def take_effects(
        self, keys: Sequence[EffectKey], *, claimed_as: str, lease: str, leased_until: datetime
    ) -> list[ClaimedEffect]:
        """Begin an attempt at effects that are still leased as they were claimed."""

    @abstractmethod
    def entries(self, wanted: Sequence[EntryKey]) -> dict[EntryKey, HistoryEntry]:
        """Return history entries by mentorship and revision."""

    @abstractmethod
    def standing(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        """Return where mentorships stand, without their timers and escalations, and no lock."""

    @abstractmethod
    def extend_effects(
        self, keys: Sequence[EffectKey], *, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        """Hold effects for longer; return those that are still held."""

    @abstractmethod
    def retry_effects(self, keys: Sequence[EffectKey], now: datetime) -> list[EffectKey]:
        """Begin anew with those of the effects that were given up; return them."""

    @abstractmethod
    def next_due(self) -> datetime | None:
        """Return when the first timer or effect is to be done."""

    @abstractmethod
    def next_timer(self) -> datetime | None:
        """Return when the first timer is due; the clock is read with it."""

    @abstractmethod
    def prune_effects(self, before: datetime, *, most: int) -> int:
        """Take away effects that were done before an instant; return how many."""

    @abstractmethod
    def mailboxes(self, people: Sequence[str], *, since: datetime) -> dict[str, Mailbox]:
        """Keep others from deciding about people's letters; return what is known of them.

        Those about whom somebody else is deciding are left out.
        """

    @abstractmethod
    def people(self, ids: Sequence[str]) -> dict[str, Person]:
        """Return what is known of people; those who said nothing are left out."""

    @abstractmethod
    def open_escalations(self, ids: Sequence[str]) -> frozenset[str]:
        """Return the escalations of mentorships that nobody has taken up or put off."""

    @abstractmethod
    def outcomes(self, keys: Sequence[EffectKey]) -> dict[EffectKey, MessageOutcome]:
        """Return what became of messages so far; new ones are left out."""

    @abstractmethod
    def parts(self, letters: Sequence[str]) -> list[MessageOutcome]:
        """Return what goes out in the letters of these messages."""

    @abstractmethod
    def prune_messages(self, before: datetime, *, most: int) -> int:
        """Take away what became of messages that were decided before an instant."""

    @abstractmethod
    def limit_idling(self, span: timedelta) -> None:
        """Have the database end this transaction when its process stands still for so long.

        A process that was stopped would keep its locks, and others from what it had begun.
        """

    @abstractmethod
    def give_hint(self) -> None:
        """Tell listening workers that there are effects, where the database can."""

    @abstractmethod
    def read(self, name: str, *values: Any) -> list[Any]:
        """Return the rows a statement finds."""

    @abstractmethod
    def read_each(self, name: str, batch: Sequence[Row]) -> list[Any]:
        """Return the rows a statement finds for the sets of values of a batch, all in one list."""

    @abstractmethod
    def run(self, name: str, *values: Any) -> int:
        """Run a statement once; return how many rows it changed."""

    @abstractmethod
    def expect_many(self) -> None:
        """Have the database plan for statements that read a whole population, or ranges of it."""

    @abstractmethod
    def joins(self, other: "Transaction") -> bool:
        """Begin to read, with another that begins to, at one moment; return whether it is so.

        Both are snapshots that have not read yet. From then on each takes one processor.
        """

    @abstractmethod
    def lock_planned(self, plan: str, after: str, upto: str) -> None:
        """Lock the mentorships of a plan that come after one, up to another."""

    @abstractmethod
    def write(self, name: str, batch: Sequence[Row]) -> None:
        """Run a statement for every row."""

    @abstractmethod
    def write_counted(self, name: str, batch: Sequence[Row]) -> None:
        """Run a statement that must change one row for every row given."""

    def save(self, savings: Iterable[Saving]) -> None:
        """Write decisions of different mentorships; they may be decided as they are taken."""
        writing = self.writing()
        for saving in savings:
            writing.add(saving)
            if writing.size == self.at_once:
                self.write_all(writing)
                writing = self.writing()
        self.write_all(writing)

    def writing(self) -> Writing:
        """Return an empty set of rows to lay decisions out in."""
        return Writing(self.instant, self.trace, lambda: self.subscriptions)

    def write_all(self, writing: Writing) -> None:
        """Write the rows of decisions, statement by statement."""
        self.leaves_effects = self.leaves_effects or bool(writing.batches["insert_effect"])
        for name, batch in writing.batches.items():
            if batch and name in COUNTED:
                self.write_counted(name, batch)
            elif batch:
                self.write(name, batch)

    def put_timing_changes(self, changes: Sequence[TimingChange]) -> None:
        """Set overrides, or take them back, and write down who did and why."""
        if changes:
            self.write("put_override", [operating.override_row(change) for change in changes])
            rows = [operating.change_row(change, self.instant) for change in changes]
            self.write("insert_timing_change", rows)

    def put_publication(self, publication: Publication) -> None:
        """Keep a workflow that is published."""
        self.write("insert_workflow", [operating.publication_row(publication, self.instant)])

    def put_worker(self, process: WorkerProcess) -> None:
        """Write down that a process of a worker is alive."""
        self.write("put_worker", [worker_row(process, self.instant)])

    def delete_worker(self, id_: str) -> None:
        """Forget a process that has ended."""
        self.write("delete_worker", [(id_,)])

    def prune_workers(self, before: datetime) -> None:
        """Forget the processes that were seen last before an instant."""
        self.write("prune_workers", [(self.instant(before),)])

    def finish_effects(self, finished: Iterable[FinishedEffect]) -> None:
        """Write down what became of effects; who lost the lease changes nothing."""
        batch = [
            (
                done.status,
                self.instant(done.at),
                self.instant(done.at) if done.status != "pending" else None,
                done.error,
                done.effect.mentorship_id,
                done.effect.revision,
                done.effect.position,
                done.lease,
            )
            for done in finished
        ]
        if batch:
            self.write("finish_effect", batch)

    def hold_effects(self, held: Iterable[tuple[EffectKey, datetime]], *, lease: str) -> None:
        """Put effects back until their instants; who lost the lease changes nothing."""
        batch = [(self.instant(until), *key, lease) for key, until in held]
        if batch:
            self.write("hold_effect", batch)

    def put_messages(self, outcomes: Iterable[MessageOutcome]) -> None:
        """Write down what became of messages."""
        batch = [mail.outcome_row(outcome, self.instant) for outcome in outcomes]
        if batch:
            self.write("put_message", batch)

    def put_person(self, person: Person, now: datetime) -> None:
        """Write down how a person is reached, and decide anew on what is held for them."""
        self.write("put_person", [mail.person_row(person, self.instant, now)])
        self.write("release_held", [(self.instant(now), person.id)])
        self.leaves_effects = True

    def delete_person(self, person: str, now: datetime) -> None:
        """Forget how a person is reached, and decide anew on what is held for them."""
        self.write("delete_person", [(person,)])
        self.write("release_held", [(self.instant(now), person)])
        self.leaves_effects = True


def in_turn(timers: Sequence[Timer]) -> tuple[Timer, ...]:
    """Return due timers in the order they fire: by their instant, then by their name."""
    if len(timers) == 1:
        return tuple(timers)
    return tuple(sorted(timers, key=_turn))


def _turn(timer: Timer) -> tuple[str, str, str]:
    return (timer.due_at.isoformat() if timer.due_at is not None else "", *timer.key)


def refuse_miss(name: str, *, expected: int, changed: int) -> None:
    """Stop a transaction whose versioned update missed a row.

    Raises:
        StoreUnavailable: always when the counts differ; the transaction is rolled back.
    """
    if changed != expected:
        raise StoreUnavailable(
            f"{name} changed {changed} of {expected} mentorships: somebody changed them without "
            "holding their lock; nothing was written"
        )
