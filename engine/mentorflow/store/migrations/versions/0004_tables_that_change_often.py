"""Have PostgreSQL keep the tables that change with every event small and quick.

A vacuum comes, by PostgreSQL's own settings, when a fifth of a table is dead: in a million timers,
two hundred thousand, which the claim's index holds all that time. Here it comes at a fiftieth or
a hundredth, and has little to do each time.

An event writes its mentorship's row anew, mostly without what is indexed. Where the page has room
for the new row, no index is touched (a HOT update), and the old one goes without a vacuum. So the
pages of that table are filled to 85 of a hundred; those that are full by now are left as they are,
until a row on them changes. Timers and effects change what is indexed, and gain nothing by room.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Set what each table differs in from the server's settings."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "ALTER TABLE mentorflow_mentorship "
        "SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02)"
    )
    op.execute("ALTER TABLE mentorflow_timer SET (autovacuum_vacuum_scale_factor = 0.01)")
    op.execute("ALTER TABLE mentorflow_effect SET (autovacuum_vacuum_scale_factor = 0.01)")
