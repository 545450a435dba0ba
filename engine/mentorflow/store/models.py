"""The tables, declared once: rows, constraints, indexes, each index with its reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from mentorflow.core.pacing import PutOffBy
from mentorflow.store import operating_models, webhook_models
from mentorflow.store.base import CLUSTERED, PREFIX, Base, metadata
from mentorflow.store.columns import Document, Instant, MentorshipId

__all__ = ["PREFIX", "metadata", "operating_models", "webhook_models"]
"""All tables together, those of what operators set among them."""
_PENDING = text("status = 'pending'")
_DONE = text("status = 'done'")
_FAILED = text("status = 'failed'")
_HELD = text("status = 'held'")
_COUNTED = text("counted_at IS NOT NULL")
_PART_OF_ANOTHER = text("letter IS NOT NULL")
_NOT_OVER = text("status IN ('open', 'acknowledged', 'snoozed')")
_PUT_OFF_BY = f"put_off_by IN ({', '.join(repr(one.value) for one in PutOffBy)})"
_CHURNED = {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0.01"}}
"""Rows come, change and go all the time: a vacuum comes when a hundredth of them is dead."""
_REWRITTEN = {"postgresql_with": {"fillfactor": "85", "autovacuum_vacuum_scale_factor": "0.02"}}
"""Every event writes a row anew: with room on its page, no index is touched by that."""


class MentorshipRow(Base, table=True):
    """Where each mentorship stands."""

    __tablename__ = "mentorflow_mentorship"
    __table_args__ = (
        CheckConstraint("revision > 0", name="mentorflow_mentorship_revision"),
        # Operators list a program, or one state of it, page by page.
        Index("mentorflow_mentorship_by_program", "program", "state", "id"),
        # … or one state over all programs: "everything in conflict".
        Index("mentorflow_mentorship_by_state", "state", "id"),
        # A start with a known key finds the first; two at once cannot both be it.
        Index("mentorflow_mentorship_by_key", "key", unique=True),
        _REWRITTEN,
    )

    id: str = Field(primary_key=True, sa_type=MentorshipId)
    key: str | None
    program: str
    workflow: str
    version: int
    state: str
    outcome: str | None
    revision: int
    open_escalations: int
    """How many escalations are not over: spares most events a look at their table."""
    entered_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    parties: dict[str, list[str]] = Field(sa_type=Document)
    facts: dict[str, Any] = Field(sa_type=Document)
    stack: list[dict[str, Any]] = Field(sa_type=Document)


class PartyRow(Base, table=True):
    """Which mentorships a person is a party of: to find, export and erase a person."""

    __tablename__ = "mentorflow_party"
    __table_args__ = (
        Index("mentorflow_party_by_mentorship", "mentorship_id"),
        CLUSTERED,
    )

    person: str = Field(primary_key=True)
    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    role: str = Field(primary_key=True)


class HistoryRow(Base, table=True):
    """What was decided at each revision; append-only, never on the way of a claim."""

    __tablename__ = "mentorflow_history"
    __table_args__ = (
        # The duplicate check looks here; the index stands behind it should the check be raced.
        Index(
            "mentorflow_history_by_key",
            "mentorship_id",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
        CLUSTERED,
    )

    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    revision: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    event: str
    from_state: str | None
    to_state: str
    by: str | None
    key: str | None
    digest: str | None
    """Of the request that came with the key, to tell a repetition from a reuse."""
    data: dict[str, Any] = Field(sa_type=Document)
    cause: dict[str, Any] | None = Field(sa_type=Document, nullable=True)


class TimerRow(Base, table=True):
    """The pending timers and no others: fired ones are in the history."""

    __tablename__ = "mentorflow_timer"
    __table_args__ = (
        CheckConstraint(
            "(due_at IS NULL) <> (remaining IS NULL)", name="mentorflow_timer_runs_or_rests"
        ),
        CheckConstraint(_PUT_OFF_BY, name="mentorflow_timer_put_off_by"),
        # The claim walks the due ones in their order and sees nothing else.
        Index(
            "mentorflow_timer_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        {**CLUSTERED, **_CHURNED},
    )

    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    name: str = Field(primary_key=True)
    instance: str = Field(primary_key=True)
    due_at: datetime | None = Field(sa_type=Instant)
    timing: str
    value: str
    scope: str
    anchor: str
    anchor_at: datetime = Field(sa_type=Instant)
    remaining: float | None
    """Seconds that are left of one that is suspended. Below nought where it came due while its
    program was frozen: then it is set aside, and the number is that instant, as seconds from 1970
    with their sign turned."""
    put_off_by: str | None = None
    """What made it due later than its rule has it; see `PutOffBy`."""


class EffectRow(Base, table=True):
    """The outbox: what is to be done after commit, and what became of it."""

    __tablename__ = "mentorflow_effect"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'done', 'failed')", name="mentorflow_effect_status"),
        # The claim walks what is to be done in its order; a lease moves a row into the future.
        Index(
            "mentorflow_effect_pending",
            "available_at",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        # The Pruner walks those that are done, and passes no other.
        Index("mentorflow_effect_done", "done_at", sqlite_where=_DONE, postgresql_where=_DONE),
        # Operators look at those that were given up, the latest first.
        Index(
            "mentorflow_effect_failed", "done_at", sqlite_where=_FAILED, postgresql_where=_FAILED
        ),
        {**CLUSTERED, **_CHURNED},
    )

    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    revision: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    kind: str
    name: str
    role: str | None
    recipient: str | None
    data: dict[str, Any] | None = Field(sa_type=Document, nullable=True)
    status: str
    available_at: datetime = Field(sa_type=Instant)
    lease: str | None
    attempts: int
    done_at: datetime | None = Field(sa_type=Instant)
    error: str | None


class EscalationRow(Base, table=True):
    """Every ladder that was started, and how it ended."""

    __tablename__ = "mentorflow_escalation"
    __table_args__ = (
        CheckConstraint(
            "status IN ('open', 'acknowledged', 'snoozed', 'dismissed', 'resolved')",
            name="mentorflow_escalation_status",
        ),
        Index("mentorflow_escalation_by_mentorship", "mentorship_id"),
        # Operators look at those that are not over, over all programs.
        Index(
            "mentorflow_escalation_not_over",
            "opened_at",
            sqlite_where=_NOT_OVER,
            postgresql_where=_NOT_OVER,
        ),
    )

    id: str = Field(primary_key=True)
    mentorship_id: str = Field(sa_type=MentorshipId)
    ladder: str
    cause: str
    state: str
    status: str
    rung: int
    opened_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str | None
    reason: str | None


class PersonRow(Base, table=True):
    """What people have said about being reached; whoever said nothing has no row."""

    __tablename__ = "mentorflow_person"
    __table_args__ = (
        CheckConstraint("style IN ('concise', 'detailed')", name="mentorflow_person_style"),
        CheckConstraint("weekly_budget > 0", name="mentorflow_person_budget"),
        CheckConstraint(
            "(quiet_since IS NULL) = (quiet_until IS NULL)", name="mentorflow_person_quiet"
        ),
        CheckConstraint(
            "(absent_since IS NULL) = (absent_until IS NULL)", name="mentorflow_person_absence"
        ),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    name: str | None
    time_zone: str
    locale: str
    style: str
    channels: list[list[str | None]] = Field(sa_type=Document)
    """Pairs of a channel and an address."""
    quiet_since: str | None
    """By the clock on their wall, as `20:00`."""
    quiet_until: str | None
    absent_since: datetime | None = Field(sa_type=Instant)
    absent_until: datetime | None = Field(sa_type=Instant)
    weekly_budget: int
    changed_at: datetime = Field(sa_type=Instant)


class MessageRow(Base, table=True):
    """What became of each message to a person, and why: the outcome of the effect it was."""

    __tablename__ = "mentorflow_message"
    __table_args__ = (
        CheckConstraint(
            "status IN ('held', 'merged', 'going', 'sent', 'dropped', 'failed')",
            name="mentorflow_message_status",
        ),
        CheckConstraint(
            "status <> 'merged' OR letter IS NOT NULL", name="mentorflow_message_merged"
        ),
        # The budget counts a person's letters of a week.
        Index(
            "mentorflow_message_counted",
            "person",
            "counted_at",
            sqlite_where=_COUNTED,
            postgresql_where=_COUNTED,
        ),
        # A message joins the letter that waits for the same instant.
        Index(
            "mentorflow_message_held",
            "person",
            "goes_out_at",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        # A letter that goes out takes with it what was merged into it.
        Index(
            "mentorflow_message_letter",
            "letter",
            sqlite_where=_PART_OF_ANOTHER,
            postgresql_where=_PART_OF_ANOTHER,
        ),
        # People ask what became of somebody's messages, the latest first; the Pruner walks it.
        Index("mentorflow_message_by_person", "person", "decided_at"),
        Index("mentorflow_message_decided", "decided_at"),
        CLUSTERED,
    )

    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    revision: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    person: str
    kind: str
    name: str
    role: str | None
    data: dict[str, Any] | None = Field(sa_type=Document, nullable=True)
    status: str
    why: str | None
    """What held it, or why it was dropped."""
    goes_out_at: datetime = Field(sa_type=Instant)
    counted_at: datetime | None = Field(sa_type=Instant)
    """When its letter took a place in the person's weekly budget."""
    letter: str | None
    """The effect that carries it, where that is another one."""
    channel: str | None
    """The channel that delivered it."""
    decided_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)


class WorkerProcessRow(Base, table=True):
    """The last sign of life of every process of a worker; a few rows, which need no index."""

    __tablename__ = "mentorflow_worker"

    id: str = Field(primary_key=True)
    host: str
    pid: int
    part: str
    duties: str
    """Their names, separated by commas."""
    version: str
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
