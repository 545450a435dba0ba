"""The Doctor: opens a database step by step, and says of each step whether it is right."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from mentorflow.clock import Clock
from mentorflow.core.workflow import Workflow
from mentorflow.engine.checks import Check, Verdict, checks_of
from mentorflow.engine.endpoint_checks import endpoints_check
from mentorflow.engine.library import Library
from mentorflow.engine.packs import Packs
from mentorflow.errors import MissingExtra, StoreUnavailable
from mentorflow.store.failing import our_errors
from mentorflow.store.migrate import CURRENT, version_of
from mentorflow.store.opening import is_memory, open_database
from mentorflow.store.store import Store

PATIENCE = timedelta(minutes=1)
"""How long what is due may wait before it counts as forgotten."""
_OLDEST = 15
"""Of PostgreSQL."""
_PRODUCTS = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


class Doctor:
    """Examine one database and the work in it, without changing anything."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        workflows: Sequence[Workflow],
        duties: Sequence[str],
        patience: timedelta = PATIENCE,
    ) -> None:
        self._url = url
        self._clock = clock
        self._workflows = workflows
        self._duties = duties
        self._patience = patience

    def examine(self) -> Iterator[Check]:
        """Look at one thing after the other, as long as what stands below it is there."""
        try:
            yield from self._opened()
        except (StoreUnavailable, MissingExtra) as failed:
            advice = "See that the server runs, and that the address and the password are right."
            yield Check("database", Verdict.PROBLEM, " ".join(str(failed).split()), advice)

    def _opened(self) -> Iterator[Check]:
        database = open_database(self._url)
        try:
            missing = _missing_file(database)
            if missing is not None:
                yield missing
                return
            yield _server(database)
            tables = _tables(database)
        finally:
            database.dispose()
        yield tables
        if tables.verdict is Verdict.OK:
            yield from self._work()

    def _work(self) -> Iterator[Check]:
        store = Store(self._url, self._clock)
        try:
            library = Library.of(Packs(self._workflows))
            library.catch_up(store)
            yield from checks_of(
                store,
                library.all_versions(),
                library.calendars(),
                duties=self._duties,
                patience=self._patience,
            )
            yield endpoints_check(store)
        finally:
            store.close()


def _missing_file(database: Engine) -> Check | None:
    url = database.url
    if database.dialect.name != "sqlite" or is_memory(url) or Path(url.database or "").exists():
        return None
    told = f"there is no file {url.database}"
    advice = "Give the right --db; or let `mentorflow db upgrade` make it."
    return Check("database", Verdict.PROBLEM, told, advice)


def _server(database: Engine) -> Check:
    with our_errors(), database.connect() as connection:
        version: Any = connection.dialect.server_version_info or ()
    product = _PRODUCTS[database.dialect.name]
    text = ".".join(str(part) for part in version)
    figures = {"product": product, "version": text}
    if database.dialect.name == "postgresql" and version < (_OLDEST,):
        advice = f"Use PostgreSQL {_OLDEST} or newer."
        return Check("database", Verdict.PROBLEM, f"it is {product} {text}", advice, figures)
    return Check("database", Verdict.OK, f"{product} {text} answers", figures=figures)


def _tables(database: Engine) -> Check:
    found = version_of(database)
    figures = {"at": found, "needed": CURRENT}
    if found == CURRENT:
        return Check("migrations", Verdict.OK, f"the tables are at {found}", figures=figures)
    if found is not None and found > CURRENT:
        told = f"the tables are at {found}, newer than {CURRENT}, which this version knows"
        return Check("migrations", Verdict.PROBLEM, told, "Upgrade mentorflow here.", figures)
    told = "there are no tables yet" if found is None else f"the tables are at {found}"
    advice = f"`mentorflow db upgrade` brings them to {CURRENT}."
    return Check("migrations", Verdict.PROBLEM, told, advice, figures)
