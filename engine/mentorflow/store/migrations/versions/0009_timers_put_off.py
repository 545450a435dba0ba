"""Say which timers are put off and by what, and limit how many of a timing fire in a minute."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CHECK = "put_off_by IN ('plan', 'resume', 'migration', 'limit', 'jitter', 'retry')"


def upgrade() -> None:
    """Add the columns, and the table of limits."""
    # SQLite adds a column with its check, but no check to a table that is there.
    checked = sa.CheckConstraint(_CHECK, name="mentorflow_timer_put_off_by")
    op.add_column("mentorflow_timer", sa.Column("put_off_by", sa.String(), checked, nullable=True))
    for name in ("from_put_off_by", "to_put_off_by"):
        op.add_column("mentorflow_plan_timer", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "mentorflow_limit",
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("timing", sa.String(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("jitter", sa.String(), nullable=True),
        sa.Column("free_at", Instant(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "timing"),
        sa.CheckConstraint("per_minute > 0", name="mentorflow_limit_per_minute"),
        sqlite_with_rowid=False,
    )
