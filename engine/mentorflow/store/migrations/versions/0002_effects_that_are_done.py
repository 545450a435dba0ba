"""Find the effects that were done longest ago, to prune them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index the Pruner walks."""
    op.create_index(
        "mentorflow_effect_done",
        "mentorflow_effect",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("status = 'done'"),
        postgresql_where=sa.text("status = 'done'"),
    )
