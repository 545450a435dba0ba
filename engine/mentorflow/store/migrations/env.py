"""How Alembic runs the migrations: on the connection it is handed."""

from alembic import context

from mentorflow.store.migrate import VERSION_TABLE
from mentorflow.store.models import PREFIX, metadata


def _is_ours(_object: object, name: str | None, kind: str, *_rest: object) -> bool:
    return kind != "table" or (name is not None and name.startswith(PREFIX))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_object=_is_ours,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
