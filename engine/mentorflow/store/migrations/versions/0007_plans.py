"""Keep plans that move pending timers, each timer with where it was and where it goes."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant, MentorshipId

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of plans."""
    op.create_table(
        "mentorflow_plan",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("changes", Document, nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("place", MentorshipId(), nullable=True),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint(
            "status IN ('applying', 'applied', 'undoing', 'undone')",
            name="mentorflow_plan_status",
        ),
    )
    op.create_table(
        "mentorflow_plan_timer",
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("from_value", sa.String(), nullable=False),
        sa.Column("from_scope", sa.String(), nullable=False),
        sa.Column("from_due_at", Instant(), nullable=True),
        sa.Column("from_remaining", sa.Float(), nullable=True),
        sa.Column("to_value", sa.String(), nullable=False),
        sa.Column("to_scope", sa.String(), nullable=False),
        sa.Column("to_due_at", Instant(), nullable=True),
        sa.Column("to_remaining", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("plan", "mentorship_id", "name", "instance"),
        sqlite_with_rowid=False,
    )
