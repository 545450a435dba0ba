"""Make the tables of the engine: mentorships, parties, history, timers, outbox, escalations."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant, MentorshipId

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table with its indexes."""
    _make_mentorship()
    _make_party()
    _make_history()
    _make_timer()
    _make_effect()
    _make_escalation()


def _make_mentorship() -> None:
    op.create_table(
        "mentorflow_mentorship",
        sa.Column("id", MentorshipId(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("open_escalations", sa.Integer(), nullable=False),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("parties", Document, nullable=False),
        sa.Column("facts", Document, nullable=False),
        sa.Column("stack", Document, nullable=False),
        sa.CheckConstraint("revision > 0", name="mentorflow_mentorship_revision"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("mentorflow_mentorship_by_key", "mentorflow_mentorship", ["key"], unique=True)
    op.create_index(
        "mentorflow_mentorship_by_program",
        "mentorflow_mentorship",
        ["program", "state", "id"],
        unique=False,
    )
    op.create_index(
        "mentorflow_mentorship_by_state", "mentorflow_mentorship", ["state", "id"], unique=False
    )


def _make_party() -> None:
    op.create_table(
        "mentorflow_party",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "mentorship_id", "role"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "mentorflow_party_by_mentorship", "mentorflow_party", ["mentorship_id"], unique=False
    )


def _make_history() -> None:
    op.create_table(
        "mentorflow_history",
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=True),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("data", Document, nullable=False),
        sa.Column("cause", Document, nullable=True),
        sa.PrimaryKeyConstraint("mentorship_id", "revision"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "mentorflow_history_by_key",
        "mentorflow_history",
        ["mentorship_id", "key"],
        unique=True,
        sqlite_where=sa.text("key IS NOT NULL"),
        postgresql_where=sa.text("key IS NOT NULL"),
    )


def _make_timer() -> None:
    op.create_table(
        "mentorflow_timer",
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("timing", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("anchor_at", Instant(), nullable=False),
        sa.Column("remaining", sa.Float(), nullable=True),
        sa.CheckConstraint(
            "(due_at IS NULL) <> (remaining IS NULL)", name="mentorflow_timer_runs_or_rests"
        ),
        sa.PrimaryKeyConstraint("mentorship_id", "name", "instance"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "mentorflow_timer_due",
        "mentorflow_timer",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _make_effect() -> None:
    op.create_table(
        "mentorflow_effect",
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("data", Document, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("available_at", Instant(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'done', 'failed')", name="mentorflow_effect_status"
        ),
        sa.PrimaryKeyConstraint("mentorship_id", "revision", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "mentorflow_effect_pending",
        "mentorflow_effect",
        ["available_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )


def _make_escalation() -> None:
    op.create_table(
        "mentorflow_escalation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'acknowledged', 'snoozed', 'dismissed', 'resolved')",
            name="mentorflow_escalation_status",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "mentorflow_escalation_by_mentorship",
        "mentorflow_escalation",
        ["mentorship_id"],
        unique=False,
    )
    op.create_index(
        "mentorflow_escalation_not_over",
        "mentorflow_escalation",
        ["opened_at"],
        unique=False,
        sqlite_where=sa.text("status IN ('open', 'acknowledged', 'snoozed')"),
        postgresql_where=sa.text("status IN ('open', 'acknowledged', 'snoozed')"),
    )
