"""From values to rows and back: the one place that knows the order of the columns."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from mentorflow.core import pending
from mentorflow.core.decide import Decision
from mentorflow.core.keys import EffectKey, effect_id
from mentorflow.core.mentorship import (
    Detour,
    Escalation,
    EscalationStatus,
    HistoryEntry,
    Mentorship,
    Timer,
)
from mentorflow.core.pending import PendingTimers

Row = tuple[Any, ...]
InstantColumn = Callable[[datetime], Any]
"""How a database takes an instant: as it is, or as text."""
_NO_STACK = "[]"
_TRACE = "_trace"
"""Among the data of an effect, where it travels without a column that is empty for most."""


class Saving(NamedTuple):
    """A decision to be saved, with the digest of the request where it came with a key."""

    decision: Decision
    digest: str | None = None


class ClaimedEffect(NamedTuple):
    """An effect somebody holds the lease of."""

    mentorship_id: str
    revision: int
    position: int
    kind: str
    name: str
    role: str | None
    recipient: str | None
    data: dict[str, Any]
    attempts: int
    """How many have begun, with this one."""
    error: str | None = None
    """What the last attempt raised of those that came back."""
    trace: str | None = None
    """Names the span that left it, where that was traced."""

    @property
    def id(self) -> str:
        """What every consumer is idempotent by."""
        return effect_id(self.key)

    @property
    def key(self) -> EffectKey:
        """What sorts effects into the order in which they were decided."""
        return self.mentorship_id, self.revision, self.position


class LostLease(NamedTuple):
    """A lease that was over before its effect was settled."""

    mentorship_id: str
    revision: int
    position: int
    lease: str
    attempts: int
    """How many attempts at the effect have begun."""

    @property
    def effect_id(self) -> str:
        """The effect it was a hold on."""
        return effect_id((self.mentorship_id, self.revision, self.position))


class WorkerProcess(NamedTuple):
    """A process of a worker, as its last sign of life tells."""

    id: str
    host: str
    pid: int
    part: str
    duties: tuple[str, ...]
    version: str
    started_at: datetime
    seen_at: datetime


def encoded(value: Any) -> str:
    """Return a JSON text."""
    return to_json(value).decode()


def decoded(text: str) -> Any:
    """Return the value of a JSON text."""
    return from_json(text)


def instant(value: Any) -> datetime:
    """Return the instant of a column, in UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo is UTC else value.astimezone(UTC)
    return datetime.fromisoformat(value)


def instant_text(value: datetime) -> str:
    """Return an instant as SQLite keeps it: UTC, microseconds, always the same width."""
    in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return in_utc.isoformat(" ", "microseconds")


def mentorship_of(
    row: Row, timers: Sequence[Timer], escalations: Sequence[Escalation]
) -> Mentorship:
    """Return the mentorship of a row of `lock_mentorship`."""
    return Mentorship(
        id=row[0],
        key=row[1],
        program=row[2],
        workflow=row[3],
        version=row[4],
        state=row[5],
        outcome=row[6],
        revision=row[7],
        entered_at=instant(row[9]),
        created_at=instant(row[10]),
        updated_at=instant(row[11]),
        parties=decoded(row[12]),
        facts=decoded(row[13]),
        stack=() if row[14] == _NO_STACK else _stack_of(row[14]),
        timers=timers,
        escalations=tuple(escalations),
    )


def open_escalations_of(row: Row) -> int:
    """Return how many escalations of a mentorship's row are not over."""
    return int(row[8])


def _stack_of(text: str) -> tuple[Detour, ...]:
    return tuple(
        Detour(state=found["state"], entered_at=datetime.fromisoformat(found["entered_at"]))
        for found in decoded(text)
    )


def timers_of(found: Sequence[Row]) -> PendingTimers:
    """Return the timers of the rows of `select_timers`, whose columns are in a Timer's order."""
    return PendingTimers(found, instant)


def timer_of(row: Row) -> Timer:
    """Return the timer of a row of `select_timers`."""
    return pending.timer_of(row, instant)


def escalation_of(row: Row) -> Escalation:
    """Return the escalation of a row of `select_escalations`."""
    return Escalation(
        id=row[1],
        ladder=row[2],
        cause=row[3],
        state=row[4],
        status=EscalationStatus(row[5]),
        rung=row[6],
        opened_at=instant(row[7]),
        changed_at=instant(row[8]),
        changed_by=row[9],
        reason=row[10],
    )


def entry_of(row: Row) -> HistoryEntry:
    """Return the history entry of a row of `select_history`."""
    return HistoryEntry(
        mentorship_id=row[0],
        revision=row[1],
        at=instant(row[2]),
        event=row[3],
        from_state=row[4],
        to_state=row[5],
        by=row[6],
        data=decoded(row[7]),
        cause=None if row[8] is None else decoded(row[8]),
        key=row[9],
    )


def effect_of(row: Row) -> ClaimedEffect:
    """Return the effect of a row of `take_effects`."""
    data = {} if row[7] is None else decoded(row[7])
    return ClaimedEffect(
        mentorship_id=row[0],
        revision=row[1],
        position=row[2],
        kind=row[3],
        name=row[4],
        role=row[5],
        recipient=row[6],
        data=data,
        attempts=row[8],
        error=row[9],
        trace=data.pop(_TRACE, None),
    )


def worker_row(process: WorkerProcess, at: InstantColumn) -> Row:
    """Return the row of a worker's process."""
    started_at, seen_at = at(process.started_at), at(process.seen_at)
    return (*process[:4], ",".join(process.duties), process.version, started_at, seen_at)


def worker_of(row: Row) -> WorkerProcess:
    """Return the process of a row of `select_workers`."""
    id_, host, pid, part, duties, version, started_at, seen_at = row
    names = tuple(duties.split(","))
    return WorkerProcess(
        id_, host, pid, part, names, version, instant(started_at), instant(seen_at)
    )


def inserted_mentorship(now: Mentorship, at: InstantColumn) -> Row:
    """Return the row of a mentorship that is new."""
    return (
        now.id,
        now.key,
        now.program,
        now.workflow,
        now.version,
        now.state,
        now.outcome,
        now.revision,
        len(now.escalations),
        at(now.entered_at),
        at(now.created_at),
        at(now.updated_at),
        encoded(now.parties),
        encoded(now.facts),
        _NO_STACK,
    )


def updated_mentorship(now: Mentorship, at: InstantColumn) -> Row:
    """Return the row that changes a mentorship as a whole."""
    return (
        now.version,
        now.state,
        now.outcome,
        now.revision,
        len(now.escalations),
        at(now.entered_at),
        at(now.updated_at),
        encoded(now.parties),
        encoded(now.facts),
        _stack_text(now.stack) if now.stack else _NO_STACK,
        now.id,
        now.revision - 1,
    )


def _stack_text(stack: tuple[Detour, ...]) -> str:
    return encoded(
        [{"state": found.state, "entered_at": found.entered_at.isoformat()} for found in stack]
    )


def updated_facts(now: Mentorship, at: InstantColumn) -> Row:
    """Return the row that changes the facts of a mentorship and nothing else people look for."""
    return (
        now.revision,
        len(now.escalations),
        at(now.updated_at),
        encoded(now.facts),
        now.id,
        now.revision - 1,
    )


def touched_mentorship(now: Mentorship, at: InstantColumn) -> Row:
    """Return the row that only moves a mentorship's revision on."""
    return (now.revision, len(now.escalations), at(now.updated_at), now.id, now.revision - 1)


def stays(decision: Decision) -> bool:
    """Whether a decision leaves the state, the parties and what lies below as they were."""
    before, after = decision.before, decision.mentorship
    return (
        before.parties is after.parties
        and before.state == after.state
        and before.entered_at == after.entered_at
        and before.stack == after.stack
        and before.outcome == after.outcome
        and before.version == after.version
    )


def history_row(saving: Saving, at: InstantColumn) -> Row:
    """Return the row of a decision's history entry."""
    entry = saving.decision.entry
    return (
        entry.mentorship_id,
        entry.revision,
        at(entry.at),
        entry.event,
        entry.from_state,
        entry.to_state,
        entry.by,
        entry.key,
        saving.digest,
        encoded(entry.data),
        None if entry.cause is None else encoded(entry.cause),
    )


def timer_row(mentorship_id: str, timer: Timer, at: InstantColumn) -> Row:
    """Return the row of a pending timer."""
    name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining = timer
    due = None if due_at is None else at(due_at)
    since = at(anchor_at)
    return (mentorship_id, name, instance, due, timing, value, scope, anchor, since, remaining)


def effect_rows(decision: Decision, at: InstantColumn, trace: str | None) -> Iterator[Row]:
    """Yield the rows of a decision's effects, each at its position."""
    traced = {} if trace is None else {_TRACE: trace}
    entry = decision.entry
    available_at = at(entry.at)
    for position, effect in enumerate(decision.effects):
        data = {**(effect.data or {}), **traced} if traced else effect.data
        yield (
            entry.mentorship_id,
            entry.revision,
            position,
            effect.kind,
            effect.name,
            effect.role,
            effect.recipient,
            None if data is None else encoded(data),
            available_at,
        )


def escalation_row(mentorship_id: str, escalation: Escalation, at: InstantColumn) -> Row:
    """Return the row of an escalation that is new or changed."""
    return (
        mentorship_id,
        escalation.id,
        escalation.ladder,
        escalation.cause,
        escalation.state,
        escalation.status.value,
        escalation.rung,
        at(escalation.opened_at),
        at(escalation.changed_at),
        escalation.changed_by,
        escalation.reason,
    )


def party_rows(mentorship: Mentorship) -> Iterator[Row]:
    """Yield a row for every person in every role."""
    for role, people in mentorship.parties.items():
        for person in people:
            yield (person, mentorship.id, role)
