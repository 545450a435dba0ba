"""Keep endpoints, what they are to hear of, and every attempt at telling them."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant, MentorshipId

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PENDING = sa.text("status = 'pending'")
_CHURNED = {"autovacuum_vacuum_scale_factor": "0.02"}
_REWRITTEN = {"fillfactor": "50", **_CHURNED}


def upgrade() -> None:
    """Add the tables of webhooks."""
    _make_endpoint()
    _make_health()
    _make_notice()
    _make_delivery()
    _make_attempt()
    _make_recovery()


def _make_endpoint() -> None:
    op.create_table(
        "mentorflow_endpoint",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("types", Document, nullable=False),
        sa.Column("programs", Document, nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("ordering", sa.String(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("schedule", Document, nullable=True),
        sa.Column("headers", sa.String(), nullable=True),
        sa.Column("secrets", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint(
            "status IN ('enabled', 'disabled', 'removed')", name="mentorflow_endpoint_status"
        ),
        sa.CheckConstraint(
            "ordering IN ('best_effort', 'strict')", name="mentorflow_endpoint_ordering"
        ),
        sa.CheckConstraint("per_minute > 0", name="mentorflow_endpoint_per_minute"),
    )
    op.create_index(
        "mentorflow_endpoint_revision", "mentorflow_endpoint", ["revision"], unique=False
    )


def _make_health() -> None:
    op.create_table(
        "mentorflow_endpoint_health",
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("held_until", Instant(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("free_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("probes", sa.Integer(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("last_success_at", Instant(), nullable=True),
        sa.Column("last_failure_at", Instant(), nullable=True),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("counted_since", Instant(), nullable=True),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("acknowledged_in", sa.BigInteger(), nullable=False),
        sa.Column("acknowledged_place", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint"),
        sqlite_with_rowid=False,
        postgresql_with=_CHURNED,
    )


def _make_notice() -> None:
    place = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "mentorflow_notice",
        sa.Column("place", place, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_in", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "mentorflow_notice_in_order", "mentorflow_notice", ["written_in", "place"], unique=False
    )
    op.create_index(
        "mentorflow_notice_by_mentorship",
        "mentorflow_notice",
        ["mentorship_id", "sequence"],
        unique=False,
    )
    op.create_table(
        "mentorflow_notice_form",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("notice", "form"),
        sqlite_with_rowid=False,
    )


def _make_delivery() -> None:
    op.create_table(
        "mentorflow_delivery",
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("available_at", Instant(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("endpoint", "notice"),
        sa.CheckConstraint(
            "status IN ('pending', 'done', 'failed', 'cancelled')",
            name="mentorflow_delivery_status",
        ),
        sqlite_with_rowid=False,
        postgresql_with=_REWRITTEN,
    )
    for name, columns in (
        ("mentorflow_delivery_pending", ["endpoint", "available_at", "sequence", "position"]),
        ("mentorflow_delivery_in_order", ["endpoint", "mentorship_id", "sequence", "position"]),
    ):
        op.create_index(
            name,
            "mentorflow_delivery",
            columns,
            unique=False,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        )
    op.create_index(
        "mentorflow_delivery_by_age", "mentorflow_delivery", ["created_at"], unique=False
    )


def _make_attempt() -> None:
    op.create_table(
        "mentorflow_attempt",
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("excerpt", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("timings", Document, nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", "notice", "number"),
        sqlite_with_rowid=False,
    )


def _make_recovery() -> None:
    op.create_table(
        "mentorflow_recovery",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("types", Document, nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("status IN ('running', 'done')", name="mentorflow_recovery_status"),
    )
