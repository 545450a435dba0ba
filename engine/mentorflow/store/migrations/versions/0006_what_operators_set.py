"""Keep what operators set: overrides of timings and their history, programs, a count of it all."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CLUSTERED = {"sqlite_with_rowid": False}


def upgrade() -> None:
    """Add the tables, and the one row that counts."""
    counted = op.create_table(
        "mentorflow_revision",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("id = 1", name="mentorflow_revision_is_one_row"),
    )
    op.bulk_insert(counted, [{"id": 1, "revision": 0}])
    _overrides()
    _timing_changes()
    _programs()


def _overrides() -> None:
    op.create_table(
        "mentorflow_override",
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("timing", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "timing", "scope", "subject"),
        sa.CheckConstraint(
            "scope IN ('deployment', 'program', 'mentorship', 'person')",
            name="mentorflow_override_scope",
        ),
        sa.CheckConstraint(
            "(scope = 'deployment') = (subject = '')", name="mentorflow_override_subject"
        ),
        **_CLUSTERED,
    )
    op.create_index("mentorflow_override_revision", "mentorflow_override", ["revision"])


def _timing_changes() -> None:
    op.create_table(
        "mentorflow_timing_change",
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("timing", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("from_value", sa.String(), nullable=True),
        sa.Column("to_value", sa.String(), nullable=True),
        sa.Column("plan", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("revision", "position"),
        **_CLUSTERED,
    )
    op.create_index(
        "mentorflow_timing_change_by_timing",
        "mentorflow_timing_change",
        ["workflow", "timing", "revision"],
    )


def _programs() -> None:
    op.create_table(
        "mentorflow_program",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("calendar", Document, nullable=True),
        sa.Column("frozen_at", Instant(), nullable=True),
        sa.Column("frozen_by", sa.String(), nullable=True),
        sa.Column("frozen_because", sa.String(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **_CLUSTERED,
    )
    op.create_index("mentorflow_program_revision", "mentorflow_program", ["revision"])
