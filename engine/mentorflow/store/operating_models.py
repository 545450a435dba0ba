"""The tables of what operators set: overrides, their history, programs, plans, workflows."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlmodel import Field

from mentorflow.store.base import CLUSTERED, Base
from mentorflow.store.columns import Document, Instant, MentorshipId


class RevisionRow(Base, table=True):
    """One row that counts what operators change: whoever has seen this count has seen it all."""

    __tablename__ = "mentorflow_revision"
    __table_args__ = (CheckConstraint("id = 1", name="mentorflow_revision_is_one_row"),)

    id: int = Field(primary_key=True, sa_type=SmallInteger)
    revision: int = Field(sa_type=BigInteger)


class OverrideRow(Base, table=True):
    """A timing set for one scope; without a value where it was taken back."""

    __tablename__ = "mentorflow_override"
    __table_args__ = (
        CheckConstraint(
            "scope IN ('deployment', 'program', 'mentorship', 'person')",
            name="mentorflow_override_scope",
        ),
        CheckConstraint(
            "(scope = 'deployment') = (subject = '')", name="mentorflow_override_subject"
        ),
        # Who knows the values up to a revision reads those that came after it.
        Index("mentorflow_override_revision", "revision"),
        CLUSTERED,
    )

    workflow: str = Field(primary_key=True)
    timing: str = Field(primary_key=True)
    scope: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    value: str | None
    revision: int = Field(sa_type=BigInteger)


class TimingChangeRow(Base, table=True):
    """Who set which timing to what, when and why; append-only."""

    __tablename__ = "mentorflow_timing_change"
    __table_args__ = (
        # Operators ask for the history of one timing, the latest first.
        Index("mentorflow_timing_change_by_timing", "workflow", "timing", "revision"),
        CLUSTERED,
    )

    revision: int = Field(primary_key=True, sa_type=BigInteger)
    position: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str | None
    reason: str
    workflow: str
    timing: str
    scope: str
    subject: str
    from_value: str | None
    to_value: str | None
    plan: str | None
    """The plan it was part of."""


class ProgramRow(Base, table=True):
    """What operators say of a program: how it counts its days, and whether it stands still."""

    __tablename__ = "mentorflow_program"
    __table_args__ = (
        Index("mentorflow_program_revision", "revision"),
        CLUSTERED,
    )

    id: str = Field(primary_key=True)
    calendar: dict[str, Any] | None = Field(sa_type=Document, nullable=True)
    """Its time zone, holidays and working days; None where it counts as its workflow does."""
    frozen_at: datetime | None = Field(sa_type=Instant)
    frozen_by: str | None
    frozen_because: str | None
    changed_at: datetime = Field(sa_type=Instant)
    revision: int = Field(sa_type=BigInteger)


class LimitRow(Base, table=True):
    """How many timers of a timing may fire in a minute, and over how long they are strewn."""

    __tablename__ = "mentorflow_limit"
    __table_args__ = (
        CheckConstraint("per_minute > 0", name="mentorflow_limit_per_minute"),
        CLUSTERED,
    )

    workflow: str = Field(primary_key=True)
    timing: str = Field(primary_key=True)
    per_minute: int | None
    """None where there is no such limit, or none any more."""
    jitter: str | None
    """Over how long those due at once are strewn; None where they are not."""
    free_at: datetime | None = Field(sa_type=Instant)
    """From when on there is room for one more; whoever fires them counts it on."""
    revision: int = Field(sa_type=BigInteger)


class PlanRow(Base, table=True):
    """A plan that moves pending timers: what it is for, how far it has come."""

    __tablename__ = "mentorflow_plan"
    __table_args__ = (
        CheckConstraint(
            "status IN ('applying', 'applied', 'undoing', 'undone')",
            name="mentorflow_plan_status",
        ),
    )

    id: str = Field(primary_key=True)
    workflow: str
    status: str
    changes: list[dict[str, Any]] = Field(sa_type=Document)
    by: str | None
    reason: str
    listed: int
    """Timers it found to be moved when it was begun."""
    done: int
    """Those of them that were moved; others had fired or counted anew meanwhile."""
    place: str | None = Field(sa_type=MentorshipId, nullable=True)
    """The last mentorship whose timers were moved, or moved back."""
    begun_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    rules: dict[str, Any] | None = Field(sa_type=Document, nullable=True)
    """Of a plan without changes: by which rules timers were counted before, and are by it."""


class PlanTimerRow(Base, table=True):
    """Where a plan found a timer and where it moves it: to go on after a crash, and to undo it."""

    __tablename__ = "mentorflow_plan_timer"
    __table_args__ = (CLUSTERED,)

    plan: str = Field(primary_key=True)
    mentorship_id: str = Field(primary_key=True, sa_type=MentorshipId)
    name: str = Field(primary_key=True)
    instance: str = Field(primary_key=True)
    from_value: str
    from_scope: str
    from_due_at: datetime | None = Field(sa_type=Instant)
    from_remaining: float | None
    from_put_off_by: str | None
    from_anchor_at: datetime | None = Field(sa_type=Instant)
    """Where a plan moves the anchor too, as that of a date is in another zone."""
    to_value: str
    to_scope: str
    to_due_at: datetime | None = Field(sa_type=Instant)
    to_remaining: float | None
    to_put_off_by: str | None
    """That it is spread, since the plan would have made it due at once."""
    to_anchor_at: datetime | None = Field(sa_type=Instant)


class CalendarRuleRow(Base, table=True):
    """By which rules of a zone, or holidays of a country, the timers of a workflow are counted."""

    __tablename__ = "mentorflow_calendar_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('zone', 'holidays')", name="mentorflow_calendar_rule_kind"),
        CLUSTERED,
    )

    workflow: str = Field(primary_key=True)
    """Empty for all that no plan has counted anew."""
    kind: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    source: str
    """What they came with, for people to read: `tzdata 2025b`."""
    years: dict[str, str] = Field(sa_type=Document)
    """What they come to in each year, in short."""
    recorded_at: datetime = Field(sa_type=Instant)


class WorkflowRow(Base, table=True):
    """A published version of a workflow; a few rows, which need no index."""

    __tablename__ = "mentorflow_workflow"
    __table_args__ = (CheckConstraint("version > 0", name="mentorflow_workflow_version"),)

    name: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    digest: str
    document: str
    """YAML, as it was published."""
    published_at: datetime = Field(sa_type=Instant)
    published_by: str | None
    reason: str | None
    revision: int = Field(sa_type=BigInteger)
