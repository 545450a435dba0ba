"""Keep how people like to be reached, and what became of every message to them."""

import sqlalchemy as sa
from alembic import op

from mentorflow.store.columns import Document, Instant, MentorshipId

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables, and the index of the effects that were given up."""
    _make_persons()
    _make_messages()
    _index_messages()
    _index("mentorflow_effect_failed", "mentorflow_effect", ["done_at"], "status = 'failed'")


def _make_persons() -> None:
    op.create_table(
        "mentorflow_person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("style", sa.String(), nullable=False),
        sa.Column("channels", Document, nullable=False),
        sa.Column("quiet_since", sa.String(), nullable=True),
        sa.Column("quiet_until", sa.String(), nullable=True),
        sa.Column("absent_since", Instant(), nullable=True),
        sa.Column("absent_until", Instant(), nullable=True),
        sa.Column("weekly_budget", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("style IN ('concise', 'detailed')", name="mentorflow_person_style"),
        sa.CheckConstraint("weekly_budget > 0", name="mentorflow_person_budget"),
        sa.CheckConstraint(
            "(quiet_since IS NULL) = (quiet_until IS NULL)", name="mentorflow_person_quiet"
        ),
        sa.CheckConstraint(
            "(absent_since IS NULL) = (absent_until IS NULL)", name="mentorflow_person_absence"
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )


def _make_messages() -> None:
    op.create_table(
        "mentorflow_message",
        sa.Column("mentorship_id", MentorshipId(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("data", Document, nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("goes_out_at", Instant(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=True),
        sa.Column("letter", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "status IN ('held', 'merged', 'going', 'sent', 'dropped', 'failed')",
            name="mentorflow_message_status",
        ),
        sa.CheckConstraint(
            "status <> 'merged' OR letter IS NOT NULL", name="mentorflow_message_merged"
        ),
        sa.PrimaryKeyConstraint("mentorship_id", "revision", "position"),
        sqlite_with_rowid=False,
    )


def _index_messages() -> None:
    messages = "mentorflow_message"
    _index(f"{messages}_counted", messages, ["person", "counted_at"], "counted_at IS NOT NULL")
    _index(f"{messages}_held", messages, ["person", "goes_out_at"], "status = 'held'")
    _index(f"{messages}_letter", messages, ["letter"], "letter IS NOT NULL")
    op.create_index(f"{messages}_by_person", messages, ["person", "decided_at"])
    op.create_index(f"{messages}_decided", messages, ["decided_at"])


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=only, postgresql_where=only)
