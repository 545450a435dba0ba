"""One transaction on the hot path: lock, read, save, claim. The steps both databases share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mentorflow.core.mentorship import HistoryEntry, Mentorship, Timer
from mentorflow.errors import StoreUnavailable
from mentorflow.store import rows
from mentorflow.store.rows import ClaimedEffect, Row, Saving


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedEntry:
    """What a known key was first used for."""

    revision: int
    digest: str | None
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A mentorship nobody else can change, and the instant it was locked at."""

    mentorship: Mentorship
    now: datetime
    known: KeyedEntry | None
    """Where the event's key was seen before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A mentorship that is locked, with those of its timers that are due, the first first."""

    mentorship: Mentorship
    timers: tuple[Timer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedEffect:
    """What became of an effect that was claimed."""

    effect: ClaimedEffect
    lease: str
    status: str
    at: datetime
    """When it was done or given up, or when it is to be tried again."""
    error: str | None = None


class Transaction(ABC):
    """The named steps of a transaction; a subclass knows how its driver runs a statement."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the instant of this transaction, read once."""

    @abstractmethod
    def instant(self, value: datetime) -> Any:
        """Return an instant as the columns of this database take it."""

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
    def claim_due(self, until: datetime, *, most: int, needs_all: frozenset[str]) -> list[Due]:
        """Lock the mentorships of the timers due first.

        A mentorship with a due timer named in `needs_all` comes with all of its timers, any
        other with the due ones only.
        """

    @abstractmethod
    def claim_effects(
        self, now: datetime, *, most: int, lease: str, leased_until: datetime
    ) -> list[ClaimedEffect]:
        """Lease the effects that are to be carried out first."""

    @abstractmethod
    def next_due(self) -> datetime | None:
        """Return when the first timer or effect is to be done."""

    @abstractmethod
    def write(self, name: str, batch: Sequence[Row]) -> None:
        """Run a statement for every row."""

    @abstractmethod
    def write_counted(self, name: str, batch: Sequence[Row]) -> None:
        """Run a statement that must change one row for every row given."""

    def save(self, savings: Sequence[Saving]) -> None:
        """Write decisions of different mentorships, or one mentorship's in order of revision."""
        self._save_mentorships(savings)
        self._write(
            "insert_history", [rows.history_row(saving, self.instant) for saving in savings]
        )
        self._save_timers(savings)
        self._write(
            "insert_effect",
            [row for saving in savings for row in rows.effect_rows(saving.decision, self.instant)],
        )
        self._save_escalations(savings)
        self._save_parties(savings)

    def finish_effects(self, finished: Iterable[FinishedEffect]) -> None:
        """Write down what became of effects; who lost the lease changes nothing."""
        self._write(
            "finish_effect",
            [
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
            ],
        )

    def _write(self, name: str, batch: Sequence[Row]) -> None:
        if batch:
            self.write(name, batch)

    def _save_mentorships(self, savings: Sequence[Saving]) -> None:
        inserted, updated, touched = [], [], []
        for saving in savings:
            decision = saving.decision
            if decision.is_start:
                inserted.append(rows.inserted_mentorship(decision.mentorship, self.instant))
            elif rows.is_touched(decision):
                touched.append(rows.touched_mentorship(decision.mentorship, self.instant))
            else:
                updated.append(rows.updated_mentorship(decision.mentorship, self.instant))
        self._write("insert_mentorship", inserted)
        for name, batch in (("update_mentorship", updated), ("touch_mentorship", touched)):
            if batch:
                self.write_counted(name, batch)

    def _save_timers(self, savings: Sequence[Saving]) -> None:
        gone: list[Row] = []
        put: list[Row] = []
        for saving in savings:
            mentorship_id = saving.decision.mentorship.id
            gone += ((mentorship_id, *key) for key in saving.decision.timers_gone)
            put += (
                rows.timer_row(mentorship_id, timer, self.instant)
                for timer in saving.decision.timers_put
            )
        self._write("delete_timer", gone)
        self._write("put_timer", put)

    def _save_escalations(self, savings: Sequence[Saving]) -> None:
        self._write(
            "put_escalation",
            [
                rows.escalation_row(saving.decision.mentorship.id, escalation, self.instant)
                for saving in savings
                for escalation in saving.decision.escalations
            ],
        )

    def _save_parties(self, savings: Sequence[Saving]) -> None:
        changed = [
            saving.decision
            for saving in savings
            if saving.decision.before.parties is not saving.decision.mentorship.parties
            or saving.decision.is_start
        ]
        moved = [(found.mentorship.id,) for found in changed if not found.is_start]
        self._write("delete_parties", moved)
        self._write(
            "insert_party", [row for found in changed for row in rows.party_rows(found.mentorship)]
        )


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
