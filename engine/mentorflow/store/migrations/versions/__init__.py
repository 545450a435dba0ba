"""The migrations, one file each; Alembic runs them in order."""
