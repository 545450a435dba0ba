"""The hot path on SQLite: one writer, `BEGIN IMMEDIATE`, the sqlite3 driver's own connection."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from mentorflow.clock import Clock, as_utc
from mentorflow.core.duration import Duration
from mentorflow.core.keys import EffectKey, EntryKey
from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer
from mentorflow.core.outcome import Mailbox, MessageOutcome
from mentorflow.core.override import OverrideKey
from mentorflow.core.pending import PendingTimers
from mentorflow.core.person import Person
from mentorflow.core.publication import Publication
from mentorflow.store import mail, operating, rows
from mentorflow.store.rows import ClaimedEffect, LostLease, Row, instant_text
from mentorflow.store.statements import statement
from mentorflow.store.transaction import Due, KeyedEntry, Locked, Transaction, in_turn, refuse_miss

_TIMER_WIDTH = 9
"""Columns of a timer, which come before those of its mentorship in a claim."""
_MOST_TRIES = 20
"""How often two readers try to begin while nobody commits."""
_REVISION = 15
"""The column after those of a mentorship."""


class SqliteTransaction(Transaction):
    """A transaction that holds SQLite's one write lock."""

    at_once = 1000

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        # Of our own: a host may have its connection make its rows into something else.
        self._reading = connection.cursor()
        self._reading.row_factory = None
        self._clock = clock
        self._now: datetime | None = None
        self._revision: int | None = None
        self._texts: dict[datetime, str] = {}

    def now(self) -> datetime:
        if self._now is None:
            self._now = as_utc(self._clock.now(), what="the time of the clock")
        return self._now

    def revision(self) -> int:
        if self._revision is None:
            found = self._one("select_revision", ())
            self._revision = (found and found[0]) or 0
        return self._revision

    def hold_revision(self) -> None:
        """Do nothing: the one write lock holds it."""

    def count_revision(self) -> int:
        found = self._one("count_revision", ())
        self._revision = found[0] if found else 0
        return self._revision

    def overrides(self, *, after: int) -> dict[OverrideKey, Duration | None]:
        return operating.overrides_of(self._all("select_overrides", (after,)))

    def publications(self, *, after: int) -> list[Publication]:
        return [operating.publication_of(row) for row in self._all("select_workflows", (after,))]

    def pinned(
        self, workflow: str, version: int, *, program: str | None, after: str, most: int
    ) -> list[str]:
        values = (workflow, version, program, after, most)
        return [row[0] for row in self._all("select_pinned", values)]

    def instant(self, value: datetime) -> str:
        # Most instants of a batch are its own, or as long after it as all the others.
        text = self._texts.get(value)
        if text is None:
            text = self._texts[value] = instant_text(value)
        return text

    def lock(self, mentorship_id: str, *, key: str | None) -> Locked | None:
        found = self._one("lock_with_key", (key, mentorship_id))
        if found is None:
            return None
        revision, first, stamp, event = found[_REVISION:]
        self._revision = revision or 0
        known = None if first is None else KeyedEntry(first, stamp, event)
        return Locked(mentorship=self._whole(found), now=self.now(), known=known)

    def lock_many(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        found = self._all("lock_mentorships", (rows.encoded(ids),))
        return {row[0]: self._whole(row) for row in found}

    def keyed_entries(self, wanted: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeyedEntry]:
        known = {}
        execute, sql = self._reading.execute, statement("sqlite", "select_keyed_entry").sql
        for pair in wanted:
            found = execute(sql, pair).fetchone()
            if found is not None:
                known[pair] = KeyedEntry(revision=found[0], digest=found[1], event=found[2])
        return known

    def started(self, key: str) -> tuple[str, str | None] | None:
        found = self._one("select_started", (key,))
        return None if found is None else (found[0], found[1])

    def history(self, mentorship_id: str, *, until: int) -> list[HistoryEntry]:
        return [rows.entry_of(row) for row in self._all("select_history", (mentorship_id, until))]

    def claim_due(self, until: datetime, *, most: int, needs_all: frozenset[str]) -> Iterator[Due]:
        due: dict[str, list[Row]] = {}
        for row in self._all("claim_due", (instant_text(until), most)):
            due.setdefault(row[_TIMER_WIDTH], []).append(row)
        for claimed in due.values():
            timers = [rows.timer_of(row) for row in claimed]
            yield self._due(claimed[0][_TIMER_WIDTH:], timers, needs_all)

    def claim_effects(
        self, now: datetime, *, most: int, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        self.lost_leases = self._lost_leases(now, most)
        values = (lease, instant_text(leased_until), instant_text(now), most)
        return sorted(self._all("claim_effects", values))

    def rescue_effects(self, now: datetime, *, most: int) -> list[LostLease]:
        lost = self._lost_leases(now, most)
        self.write("free_effect", [found[:3] for found in lost])
        return lost

    def take_effects(
        self, keys: Sequence[EffectKey], *, claimed_as: str, lease: str, leased_until: datetime
    ) -> list[ClaimedEffect]:
        until = instant_text(leased_until)
        found = (self._one("take_effects", (lease, until, *key, claimed_as)) for key in keys)
        return [rows.effect_of(row) for row in found if row is not None]

    def entries(self, wanted: Sequence[EntryKey]) -> dict[EntryKey, HistoryEntry]:
        found = (self._one("select_entry", place) for place in wanted)
        return {(row[0], row[1]): rows.entry_of(row) for row in found if row is not None}

    def standing(self, ids: Sequence[str]) -> dict[str, Mentorship]:
        found = (self._one("lock_mentorship", (id_,)) for id_ in ids)
        return {row[0]: rows.mentorship_of(row, (), ()) for row in found if row is not None}

    def extend_effects(
        self, keys: Sequence[EffectKey], *, lease: str, leased_until: datetime
    ) -> list[EffectKey]:
        until = instant_text(leased_until)
        found = (self._one("extend_effects", (until, *key, lease)) for key in keys)
        return [(row[0], row[1], row[2]) for row in found if row is not None]

    def retry_effects(self, keys: Sequence[EffectKey], now: datetime) -> list[EffectKey]:
        found = (self._one("retry_effects", (instant_text(now), *key)) for key in keys)
        return [(row[0], row[1], row[2]) for row in found if row is not None]

    def next_due(self) -> datetime | None:
        found = self._one("next_due", ())
        return None if found is None or found[0] is None else rows.instant(found[0])

    def next_timer(self) -> datetime | None:
        found = self._one("next_timer", ())
        return None if found is None or found[0] is None else rows.instant(found[0])

    def prune_effects(self, before: datetime, *, most: int) -> int:
        return len(self._all("prune_effects", (instant_text(before), most)))

    def mailboxes(self, people: Sequence[str], *, since: datetime) -> dict[str, Mailbox]:
        wanted = rows.encoded(people)
        known = self._all("select_people", (wanted,))
        letters = self._all("select_letters", (wanted, instant_text(since)))
        return mail.mailboxes(people, known, letters)

    def people(self, ids: Sequence[str]) -> dict[str, Person]:
        found = self._all("select_people", (rows.encoded(ids),)) if ids else ()
        return {row[0]: mail.person_of(row) for row in found}

    def open_escalations(self, ids: Sequence[str]) -> frozenset[str]:
        found = self._all("select_open_escalations", (rows.encoded(ids),)) if ids else ()
        return frozenset(row[0] for row in found)

    def outcomes(self, keys: Sequence[EffectKey]) -> dict[EffectKey, MessageOutcome]:
        found = (self._one("select_message", key) for key in keys)
        known = (mail.outcome_of(row) for row in found if row is not None)
        return {outcome.key: outcome for outcome in known}

    def parts(self, letters: Sequence[str]) -> list[MessageOutcome]:
        found = self._all("select_parts", (rows.encoded(letters),))
        return [mail.outcome_of(row) for row in found]

    def prune_messages(self, before: datetime, *, most: int) -> int:
        return len(self._all("prune_messages", (instant_text(before), most)))

    def limit_idling(self, span: timedelta) -> None:
        """Set no limit: the operating system takes the lock of a file from nobody who lives."""

    def give_hint(self) -> None:
        """Tell nobody: SQLite has no way to, and its worker is the process that wrote."""

    def read(self, name: str, *values: Any) -> list[Any]:
        return self._all(name, values)

    def read_each(self, name: str, batch: Sequence[Row]) -> list[Any]:
        return [row for values in batch for row in self._all(name, values)]

    def run(self, name: str, *values: Any) -> int:
        return self._connection.execute(statement("sqlite", name).sql, values).rowcount

    def expect_many(self) -> None:
        """Do nothing: SQLite joins in the order that is written."""

    def joins(self, other: Transaction) -> bool:
        if not isinstance(other, SqliteTransaction):
            return False
        for _ in range(_MOST_TRIES):
            before = self.begin_to_read()
            self.begin_anew()
            other.begin_to_read()
            # Nobody has committed between two looks of ours, so both see what stood all the time.
            if self.begin_to_read() == before:
                return True
            for one in (self, other):
                one.begin_anew()
        return False

    def begin_to_read(self) -> int:
        """Take the snapshot; return a number that is another once somebody else has committed."""
        self._connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        return int(self._connection.execute("PRAGMA data_version").fetchall()[0][0])

    def begin_anew(self) -> None:
        """Let what was seen go, and see what stands when something is read next."""
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")

    def lock_planned(self, plan: str, after: str, upto: str) -> None:
        """Do nothing: the one write lock holds them."""

    def write(self, name: str, batch: Sequence[Row]) -> None:
        self._connection.executemany(statement("sqlite", name).sql, batch)

    def write_counted(self, name: str, batch: Sequence[Row]) -> None:
        cursor = self._connection.executemany(statement("sqlite", name).sql, batch)
        refuse_miss(name, expected=len(batch), changed=cursor.rowcount)

    def _whole(self, found: Row) -> Mentorship:
        return rows.mentorship_of(found, self._timers(found[0]), self._escalations(found))

    def _due(self, found: Row, timers: list[Timer], needs_all: frozenset[str]) -> Due:
        pending: Sequence[Timer] = timers
        if any(timer.name in needs_all for timer in timers):
            pending = self._timers(found[0])
        mentorship = rows.mentorship_of(found, pending, self._escalations(found))
        return Due(mentorship=mentorship, timers=in_turn(timers))

    def _lost_leases(self, now: datetime, most: int) -> list[LostLease]:
        found = self._all("select_lost_leases", (instant_text(now), most))
        return [LostLease(*row) for row in found]

    def _timers(self, mentorship_id: str) -> PendingTimers:
        return rows.timers_of(self._all("select_timers", (mentorship_id,)))

    def _escalations(self, found: Row) -> list[Escalation]:
        if not rows.open_escalations_of(found):
            return []
        return [rows.escalation_of(row) for row in self._all("select_escalations", (found[0],))]

    def _one(self, name: str, values: Row) -> Row | None:
        found: Row | None = self._reading.execute(statement("sqlite", name).sql, values).fetchone()
        return found

    def _all(self, name: str, values: Row) -> list[Row]:
        return self._reading.execute(statement("sqlite", name).sql, values).fetchall()
