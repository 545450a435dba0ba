"""Let plans move anchors, and keep by which zone rules and holidays pending timers are counted."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the table of rules."""
    for name in ("from_anchor_at", "to_anchor_at"):
        op.add_column("mentorflow_plan_timer", sa.Column(name, Instant(), nullable=True))
    op.add_column("mentorflow_plan", sa.Column("rules", Document, nullable=True))
    op.create_table(
        "mentorflow_calendar_rule",
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("years", Document, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "kind", "name"),
        sa.CheckConstraint("kind IN ('zone', 'holidays')", name="mentorflow_calendar_rule_kind"),
        sqlite_with_rowid=False,
    )
