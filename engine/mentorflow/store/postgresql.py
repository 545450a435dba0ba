"""The hot path on PostgreSQL, on psycopg, all of a transaction in one pipeline.

Reading waits for what was read and for nothing else; the writes and the COMMIT travel together.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg
from psycopg.generators import send
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Literal

from mentorflow.clock import Clock, SystemClock, as_utc
from mentorflow.core.duration import Duration
from mentorflow.core.keys import EffectKey, EntryKey
from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer
from mentorflow.core.outcome import Mailbox, MessageOutcome
from mentorflow.core.override import OverrideKey
from mentorflow.core.pending import PendingTimers
from mentorflow.core.person import Person
from mentorflow.core.publication import Publication
from mentorflow.store import mail, operating, rows
from mentorflow.store.idling import LimitedCursor, limit
from mentorflow.store.rows import ClaimedEffect, LostLease, Row
from mentorflow.store.statements import statement
from mentorflow.store.transaction import Due, KeyedEntry, Locked, Transaction, in_turn
from mentorflow.store.writing import Writing

Cursor = psycopg.Cursor[Row]
_Value = TypeVar("_Value")
_TIMER_WIDTH = 9
"""Columns of a timer, which come before those of the known key."""
_JOINED = 64
"""Sets of values a statement is given at once that may compare each of them with all it finds."""


class PostgresqlTransaction(Transaction):
    """A transaction that locks the rows of the mentorships it works on."""

    at_once = 250

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        clock: Clock,
        pipeline: psycopg.Pipeline | None = None,
    ) -> None:
        self._connection = connection
        self._pipeline = pipeline
        """None in a host's transaction, whose time is the host's to limit."""
        self._limited: psycopg.Pipeline | None = None
        """Where the database counts the time in which nothing comes."""
        self._clock = None if isinstance(clock, SystemClock) else clock
        self._now: datetime | None = None
        self._revision: int | None = None

    def now(self) -> datetime:
        if self._now is None:
            clock = self._clock
            read = clock.now() if clock is not None else self._one("select_now", ())[0]
            self._now = as_utc(read, what="the time of the clock")
        return self._now

    def revision(self) -> int:
        if self._revision is None:
            self._revision = self._one("select_revision", ())[0] or 0
        return self._revision

    def hold_revision(self) -> None:
        self._run("hold_revision", ())

    def count_revision(self) -> int:
        self._run("await_starts", ())
        self._revision = int(self._one("count_revision", ())[0])
        return self._revision

    def overrides(self, *, after: int) -> dict[OverrideKey, Duration | None]:
        return operating.overrides_of(self._run("select_overrides", (after,)).fetchall())

    def publications(self, *, after: int) -> list[Publication]:
        found = self._run("select_workflows", (after,)).fetchall()
        return [operating.publication_of(row) for row in found]

    def pinned(
        self, workflow: str, version: int, *, program: str | None, after: str, most: int
    ) -> list[str]:
        values = (workflow, version, program, after, most)
        return [row[0] for row in self._run("select_pinned", values).fetchall()]

    def instant(self, value: datetime) -> datetime:
        return value

    def lock(self, mentorship_id: str, *, key: str | None) -> Locked | None:
        locking = self._run("lock_mentorship", (mentorship_id,))
        timing = self._run("select_timers_and_key", (mentorship_id, key))
        found = locking.fetchone()
        if found is None:
            return None
        known, timers, self._revision = _keyed_and_timers(timing.fetchall())
        if self._clock is None:
            self._now = rows.instant(found[15])
        escalations = self._escalations([found]).get(mentorship_id, ())
        mentorship = rows.mentorship_of(found, timers, escalations)
        return Locked(mentorship=mentorship, now=self.now(), known=known)

    def lock_many(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        self._run("plan_generically", ())
        locked: dict[str, Mentorship] = {}
        waiting: Sequence[Cursor] = ()
        # While one piece is read here, the database locks and reads the next.
        for piece in [*_pieces(sorted(ids), self.at_once), None]:
            answered = [cursor.fetchall() for cursor in waiting]
            if piece is not None:
                locking = self._run("lock_mentorships", (piece,))
                waiting = (locking, self._run("select_timers_of_many", (piece,)))
            if answered:
                locked.update(self._whole(*answered))
        return locked

    def keyed_entries(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeyedEntry]:
        found = self._run("select_keyed_entries", _columns(wanted)).fetchall()
        return {
            (id_, key): KeyedEntry(revision=revision, digest=stamp, event=event)
            for id_, key, revision, stamp, event in found
        }

    def started(self, key: str) -> tuple[str, str | None] | None:
        found = self._run("select_started", (key,)).fetchone()
        return None if found is None else (found[0], found[1])

    def history(self, mentorship_id: str, *, until: int) -> list[HistoryEntry]:
        found = self._run("select_history", (mentorship_id, until)).fetchall()
        return [rows.entry_of(row) for row in found]

    def claim_due(self, until: datetime, *, most: int, needs_all: frozenset[str]) -> Iterator[Due]:
        claimed = self._run("claim_due", (until, most)).fetchall()
        if not claimed:
            return
        found = {row[0]: row for row in claimed}
        due: dict[str, list[Timer]] = {}
        for row in self._run("select_due_timers", (list(found), until)).fetchall():
            due.setdefault(row[0], []).append(rows.timer_of(row[1:]))
        whole = [
            mentorship_id
            for mentorship_id, timers in due.items()
            if any(timer.name in needs_all for timer in timers)
        ]
        pending: dict[str, Sequence[Timer]] = {**due, **self._timers(whole)}
        escalations = self._escalations(found.values())
        for id_, timers in due.items():
            told = escalations.get(id_, ())
            mentorship = rows.mentorship_of(found[id_], pending[id_], told)
            yield Due(mentorship=mentorship, timers=in_turn(timers))

    def claim_effects(
        self, now: datetime, *, most: int, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        found = self._run("claim_effects", (now, most, lease, leased_until)).fetchall()
        self.lost_leases = [LostLease(*row) for row in found if row[3] is not None]
        return sorted(row[:3] for row in found)

    def rescue_effects(self, now: datetime, *, most: int) -> list[LostLease]:
        return [LostLease(*row) for row in self._run("rescue_effects", (now, most)).fetchall()]

    def take_effects(
        self, keys: Sequence[EffectKey], *, claimed_as: str, lease: str, leased_until: datetime
    ) -> list[ClaimedEffect]:
        values = (lease, leased_until, *_columns(keys), claimed_as)
        found = self._run("take_effects", values).fetchall()
        return sorted((rows.effect_of(row) for row in found), key=lambda effect: effect.key)

    def entries(self, wanted: Sequence[EntryKey]) -> dict[EntryKey, HistoryEntry]:
        if not wanted:
            return {}
        found = self._run("select_entries", _columns(wanted)).fetchall()
        return {(row[0], row[1]): rows.entry_of(row) for row in found}

    def standing(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        if not ids:
            return {}
        found = self._run("select_mentorships", (list(ids),)).fetchall()
        return {row[0]: rows.mentorship_of(row, (), ()) for row in found}

    def extend_effects(
        self, keys: Sequence[EffectKey], *, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        values = (leased_until, *_columns(keys), lease)
        return sorted(self._run("extend_effects", values).fetchall())

    def retry_effects(self, keys: Sequence[EffectKey], now: datetime) -> list[EffectKey]:
        found = self._run("retry_effects", (now, *_columns(keys))).fetchall() if keys else ()
        self.leaves_effects = self.leaves_effects or bool(found)
        return sorted((row[0], row[1], row[2]) for row in found)

    def next_due(self) -> datetime | None:
        found = self._one("next_due", ())
        return None if found[0] is None else rows.instant(found[0])

    def next_timer(self) -> datetime | None:
        found = self._one("next_timer", ())
        if self._now is None and self._clock is None:
            self._now = rows.instant(found[1])
        return None if found[0] is None else rows.instant(found[0])

    def prune_effects(self, before: datetime, *, most: int) -> int:
        return len(self._run("prune_effects", (before, most)).fetchall())

    def mailboxes(self, people: Sequence[str], *, since: datetime) -> dict[str, Mailbox]:
        locked = [row[0] for row in self._run("lock_people", (list(people),)).fetchall()]
        known = self._run("select_people", (locked,))
        letters = self._run("select_letters", (locked, since))
        return mail.mailboxes(locked, known.fetchall(), letters.fetchall())

    def people(self, ids: Sequence[str]) -> dict[str, Person]:
        found = self._run("select_people", (list(ids),)).fetchall() if ids else ()
        return {row[0]: mail.person_of(row) for row in found}

    def open_escalations(self, ids: Sequence[str]) -> frozenset[str]:
        found = self._run("select_open_escalations", (list(ids),)).fetchall() if ids else ()
        return frozenset(row[0] for row in found)

    def outcomes(self, keys: Sequence[EffectKey]) -> dict[EffectKey, MessageOutcome]:
        found = self._run("select_messages", _columns(keys)).fetchall() if keys else ()
        known = (mail.outcome_of(row) for row in found)
        return {outcome.key: outcome for outcome in known}

    def parts(self, letters: Sequence[str]) -> list[MessageOutcome]:
        found = self._run("select_parts", (list(letters),)).fetchall()
        return [mail.outcome_of(row) for row in found]

    def prune_messages(self, before: datetime, *, most: int) -> int:
        return len(self._run("prune_messages", (before, most)).fetchall())

    def limit_idling(self, span: timedelta) -> None:
        if self._pipeline is not None:
            limit(self._pipeline)
            self._limited = self._pipeline
        self._run("limit_idling", (str(max(1, int(span.total_seconds() * 1000))),))

    def give_hint(self) -> None:
        self._run("give_hint", ())

    def read(self, name: str, *values: Any) -> list[Any]:
        return self._run(name, values).fetchall()

    def read_each(self, name: str, batch: Sequence[Row]) -> list[Any]:
        # All pieces are sent before one is waited for.
        asked = [self._run(name, _columns(piece)) for piece in _pieces(batch, _JOINED)]
        return [row for cursor in asked for row in cursor.fetchall()]

    def run(self, name: str, *values: Any) -> int:
        if self._limited is not None:
            cursor = self._run(name, values)
            self._limited.sync()
            return cursor.rowcount
        with self._connection.pipeline():  # leaving it waits for what was changed
            cursor = self._run(name, values)
        return cursor.rowcount

    def take_snapshot(self) -> None:
        """Have all that follows read what stands now; nothing can be written."""
        self._run("take_snapshot", ())

    def commit_without_waiting(self) -> None:
        """Have the commit not wait for the disk, which it reaches before any commit after it."""
        self._run("commit_without_waiting", ())

    def expect_many(self) -> None:
        self._run("expect_many", ())

    def joins(self, other: Transaction) -> bool:
        (moment,) = other.read("export_snapshot")[0]
        # The database takes no parameter there.
        self._connection.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(Literal(moment)))
        for reader in (self, other):
            reader.read("share_processors")
        return True

    def lock_planned(self, plan: str, after: str, upto: str) -> None:
        self._one("lock_planned", (plan, after, upto))

    def write(self, name: str, batch: Sequence[Row]) -> None:
        if len(batch) == 1:
            self._execute(statement("postgresql", name).one, batch[0])
        else:
            self._run(name, _columns(batch))

    def write_counted(self, name: str, batch: Sequence[Row]) -> None:
        # The statement itself fails where it misses a row: the COMMIT is on its way already.
        if len(batch) == 1:
            self._execute(statement("postgresql", name).one, (*batch[0], 1))
        else:
            self._run(name, [*_columns(batch), len(batch)])

    def write_all(self, writing: Writing) -> None:
        if not writing.is_of_one_with_facts_alone:
            super().write_all(writing)
            return
        batches = writing.batches
        self.leaves_effects = bool(batches["insert_effect"])
        many = (batches[name] for name in ("delete_timer", "put_timer", "insert_effect"))
        values = (
            *batches["update_facts"][0],
            *batches["insert_history"][0],
            *(rows.encoded(batch) for batch in many),
        )
        self._run("save_facts", values)

    def _whole(
        self, found: Sequence[Row], timing: Sequence[Row]
    ) -> Iterator[tuple[str, Mentorship]]:
        timers, escalations = _timers_of(timing), self._escalations(found)
        for row in found:
            theirs = timers.get(row[0], ())
            yield row[0], rows.mentorship_of(row, theirs, escalations.get(row[0], ()))

    def _timers(self, ids: Sequence[str]) -> dict[str, PendingTimers]:
        if not ids:
            return {}
        return _timers_of(self._run("select_timers_of_many", (list(ids),)).fetchall())

    def _escalations(self, found: Iterable[Row]) -> dict[str, list[Escalation]]:
        ids = [row[0] for row in found if rows.open_escalations_of(row)]
        if not ids:
            return {}
        escalations: dict[str, list[Escalation]] = {}
        for row in self._run("select_escalations", (ids,)).fetchall():
            escalations.setdefault(row[0], []).append(rows.escalation_of(row))
        return escalations

    def _run(self, name: str, values: Sequence[Any]) -> Cursor:
        return self._execute(statement("postgresql", name).sql, values)

    def _execute(self, sql: str, values: Sequence[Any]) -> Cursor:
        cursor = self._cursor().execute(sql, values)
        # In a pipeline, psycopg may leave the end of a large statement unsent, and wait for its
        # answer for ever (psycopg issue 685 is of that kind).
        if self._connection.pgconn.flush():
            self._connection.wait(send(self._connection.pgconn))
        return cursor

    def _cursor(self) -> Cursor:
        if self._limited is None:
            return self._connection.cursor(row_factory=tuple_row)
        cursor = LimitedCursor(self._connection, row_factory=tuple_row)
        cursor.pipeline = self._limited
        return cursor

    def _one(self, name: str, values: Sequence[Any]) -> Row:
        found = self._run(name, values).fetchone()
        if found is None:
            raise AssertionError(f"{name} returns one row")
        return found


def _timers_of(found: Sequence[Row]) -> dict[str, PendingTimers]:
    timers: dict[str, list[Row]] = {}
    for row in found:
        timers.setdefault(row[-1], []).append(row)
    return {mentorship_id: rows.timers_of(theirs) for mentorship_id, theirs in timers.items()}


def _pieces(values: Sequence[_Value], size: int) -> list[list[_Value]]:
    return [list(values[start : start + size]) for start in range(0, len(values), size)]


def _keyed_and_timers(found: Sequence[Row]) -> tuple[KeyedEntry | None, PendingTimers, int]:
    first, stamp, event, revision = found[0][_TIMER_WIDTH:]
    known = None if first is None else KeyedEntry(first, stamp, event)
    timers = rows.timers_of([row for row in found if row[0] is not None])
    return known, timers, revision or 0


def _columns(batch: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*batch, strict=True)]
