"""`mentorflow db`: making, upgrading and looking at the tables."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from mentorflow.cli.console import (
    DbOption,
    JsonOption,
    clean,
    database_url,
    emit,
    shown_url,
)
from mentorflow.cli.logs import log_to_stderr

if TYPE_CHECKING:
    from rich.console import Console


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="Make, upgrade and look at the tables.", no_args_is_help=True)
    for command in (upgrade, status):
        group.command(
            epilog=f"Example: mentorflow db {command.__name__} "
            "--db postgresql+psycopg://localhost/mentorships"
        )(command)
    app.add_typer(group, name="db", rich_help_panel="Running")


def upgrade(db: DbOption = None, as_json: JsonOption = False) -> None:
    """Bring the tables up to this version; make them where there are none."""
    from mentorflow.store.migrate import upgrade as upgrade_tables

    log_to_stderr()
    before = _standing(db)["at"]
    upgrade_tables(database_url(db))
    after = _standing(db)
    document = {**after, "from": before}

    def human(console: "Console") -> None:
        if before == after["at"]:
            console.print(clean(f"{after['db']} was at {before} already: nothing to do"))
        else:
            console.print(clean(f"{after['db']}: {before or 'no tables'} → {after['at']}"))

    emit(document, as_json=as_json, human=human)


def status(db: DbOption = None, as_json: JsonOption = False) -> None:
    """Say whether the tables are those this version works with."""
    log_to_stderr()
    document = _standing(db)

    def human(console: "Console") -> None:
        console.print(clean(f"{document['db']} {_in_words(document)}"))

    emit(document, as_json=as_json, human=human)


def _standing(db: str | None) -> dict[str, Any]:
    from mentorflow.store.migrate import CURRENT, version_of
    from mentorflow.store.opening import is_memory, open_database

    database = open_database(database_url(db))
    try:
        url = database.url
        is_file = url.get_backend_name() == "sqlite" and not is_memory(url)
        # To look must not make the file.
        is_there = not is_file or Path(url.database or "").exists()
        found = version_of(database) if is_there else None
    finally:
        database.dispose()
    return {
        "db": shown_url(db),
        "at": found,
        "needed": CURRENT,
        "is_current": found == CURRENT,
    }


def _in_words(document: dict[str, Any]) -> str:
    at, needed = document["at"], document["needed"]
    if document["is_current"]:
        return f"is at migration {at}, as this version needs"
    if at is None:
        return "has no tables of mentorflow yet; `mentorflow db upgrade` makes them"
    if at > needed:
        return f"is at migration {at}, newer than {needed}: upgrade mentorflow instead"
    return f"is at migration {at}; `mentorflow db upgrade` brings it to {needed}"
