"""The tables of webhooks: endpoints, notices, their deliveries, every attempt, recoveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, text
from sqlmodel import Field

from mentorflow.store.base import CLUSTERED, Base
from mentorflow.store.columns import Document, Instant, MentorshipId

_PENDING = text("status = 'pending'")
_Place = BigInteger().with_variant(Integer(), "sqlite")
_VACUUMED = {"autovacuum_vacuum_scale_factor": "0.02"}
_CHURNED = {"postgresql_with": _VACUUMED}
# Every delivery is written anew when an attempt begins and when it ends: with half of each page
# left free, there is room for that beside it, and the beginning touches no index.
_REWRITTEN = {"postgresql_with": {"fillfactor": "50", **_VACUUMED}}


class EndpointRow(Base, table=True):
    """An address that wants to hear of what happens, as operators set it up."""

    __tablename__ = "mentorflow_endpoint"
    __table_args__ = (
        CheckConstraint(
            "status IN ('enabled', 'disabled', 'removed')", name="mentorflow_endpoint_status"
        ),
        CheckConstraint(
            "ordering IN ('best_effort', 'strict')", name="mentorflow_endpoint_ordering"
        ),
        CheckConstraint("per_minute > 0", name="mentorflow_endpoint_per_minute"),
        # Who knows the endpoints up to a revision reads those that changed after it.
        Index("mentorflow_endpoint_revision", "revision"),
    )

    id: str = Field(primary_key=True)
    url: str | None
    """Where to; none for one that pulls, to which nothing is sent."""
    description: str
    types: list[str] = Field(sa_type=Document)
    """Names of types, or patterns such as `meeting.*`."""
    programs: list[str] = Field(sa_type=Document)
    """Empty where it wants to hear of all."""
    form: str
    ordering: str
    """Whether later notices of a mentorship wait for earlier ones."""
    per_minute: int | None
    schedule: list[float] | None = Field(sa_type=Document)
    """Seconds from each attempt to the next, where they are its own."""
    headers: str | None
    """Headers of its own, encrypted."""
    secrets: str
    """What its notices are signed with, encrypted: the latest first, each with its last instant."""
    contact: str | None
    """The person who is told when it fails for long."""
    status: str
    why: str | None
    """Why it is disabled."""
    created_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    changed_by: str | None
    revision: int = Field(sa_type=BigInteger)


class EndpointHealthRow(Base, table=True):
    """How an endpoint fares: who serves it, since when it fails, until when it is left alone."""

    __tablename__ = "mentorflow_endpoint_health"
    __table_args__ = ({**CLUSTERED, **_CHURNED},)

    endpoint: str = Field(primary_key=True)
    lease: str | None
    """Whose Courier serves it; one at a time, so that its order and its rate can be kept."""
    leased_until: datetime | None = Field(sa_type=Instant)
    held_until: datetime | None = Field(sa_type=Instant)
    """Until when nothing is sent to it."""
    held_by: str | None
    """What holds it: see `Hold`."""
    free_at: datetime | None = Field(sa_type=Instant)
    """From when on its rate allows one more."""
    failures: int
    """In a row."""
    probes: int
    """In a row, while the breaker is open."""
    failing_since: datetime | None = Field(sa_type=Instant)
    """When the first of all failures since the last success was."""
    last_success_at: datetime | None = Field(sa_type=Instant)
    last_failure_at: datetime | None = Field(sa_type=Instant)
    warned: int
    """How many warnings were given since it fails."""
    counted_since: datetime | None = Field(sa_type=Instant)
    """From when on requests are counted, for five minutes."""
    sent: int
    failed: int
    acknowledged_in: int = Field(sa_type=BigInteger)
    acknowledged_place: int = Field(sa_type=BigInteger)
    """The cursor up to which one that pulls has taken all."""


class NoticeRow(Base, table=True):
    """What is told to the outside, in the order in which it was committed."""

    __tablename__ = "mentorflow_notice"
    __table_args__ = (
        # Who pulls goes by the order of commits: what is written by transactions that are open
        # still is not shown, so that nothing appears behind a cursor.
        Index("mentorflow_notice_in_order", "written_in", "place"),
        # What happened to one mentorship, and what is pruned.
        Index("mentorflow_notice_by_mentorship", "mentorship_id", "sequence"),
        {"sqlite_autoincrement": True},  # places are never given twice, whatever is pruned
    )

    place: int = Field(primary_key=True, sa_type=_Place)
    id: str = Field(unique=True)
    type: str
    mentorship_id: str = Field(sa_type=MentorshipId)
    sequence: int
    position: int
    program: str
    at: datetime = Field(sa_type=Instant)
    body: str
    """Its bytes in the thin form."""
    written_in: int = Field(sa_type=BigInteger)
    """The transaction, on PostgreSQL; always nought on SQLite, where one writes at a time."""


class NoticeFormRow(Base, table=True):
    """The bytes of a notice in another form than the thin one."""

    __tablename__ = "mentorflow_notice_form"
    __table_args__ = (CLUSTERED,)

    notice: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    body: str


class DeliveryRow(Base, table=True):
    """A notice that is to reach an endpoint, and what became of it."""

    __tablename__ = "mentorflow_delivery"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending', 'done', 'failed', 'cancelled')",
            name="mentorflow_delivery_status",
        ),
        # A Courier walks what is to be sent to an endpoint, in the order in which it is sent: a
        # piece of a backlog is begun without sorting the whole. It passes the few that are under
        # way, so that to begin one changes no index.
        Index(
            "mentorflow_delivery_pending",
            "endpoint",
            "available_at",
            "sequence",
            "position",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        # … and, where order is kept, looks for what comes before it.
        Index(
            "mentorflow_delivery_in_order",
            "endpoint",
            "mentorship_id",
            "sequence",
            "position",
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        # The Pruner walks the oldest.
        Index("mentorflow_delivery_by_age", "created_at"),
        {**CLUSTERED, **_REWRITTEN},
    )

    endpoint: str = Field(primary_key=True)
    notice: str = Field(primary_key=True)
    mentorship_id: str = Field(sa_type=MentorshipId)
    sequence: int
    position: int
    status: str
    cause: str
    """Why it is sent: `event`, `test`, `replay` or a recovery."""
    attempts: int
    """How many have begun."""
    base: int
    """How many of them the schedule does not count: those before it was last sent anew, and those
    whose Courier died over them."""
    available_at: datetime = Field(sa_type=Instant)
    """When it is to be sent."""
    lease: str | None
    """Whose Courier has begun to send it."""
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    error: str | None
    """What the last attempt failed with, or why it was cancelled."""


class AttemptRow(Base, table=True):
    """One attempt at a delivery, begun before anything was sent and never changed after its end."""

    __tablename__ = "mentorflow_attempt"
    __table_args__ = (CLUSTERED,)

    endpoint: str = Field(primary_key=True)
    notice: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    cause: str
    status_code: int | None
    error: str | None
    detail: str | None
    excerpt: str | None
    """The beginning of the answer."""
    address: str | None
    timings: dict[str, Any] = Field(sa_type=Document)
    """Milliseconds, by phase."""
    next_at: datetime | None = Field(sa_type=Instant)
    why: str
    """Why there is a next one then, or none."""


class RecoveryRow(Base, table=True):
    """A range of notices that are sent once more, as far as an endpoint has not had them."""

    __tablename__ = "mentorflow_recovery"
    __table_args__ = (
        CheckConstraint("status IN ('running', 'done')", name="mentorflow_recovery_status"),
    )

    id: str = Field(primary_key=True)
    endpoint: str
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    types: list[str] = Field(sa_type=Document)
    per_minute: int
    status: str
    counted: int
    """How many there were when it was begun."""
    done: int
    """How many were put up for delivery so far."""
    place: int = Field(sa_type=BigInteger)
    """The notice it has come to."""
    begun_at: datetime = Field(sa_type=Instant)
    changed_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    by: str | None
    reason: str
