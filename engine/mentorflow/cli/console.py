"""What commands share: opening an engine, printing one answer, showing progress.

Cheap to import, for `mentorflow --help` must not wait for a database library. Commands of other
packages use what is here too; they raise `MentorflowError` and leave the rest to `main`.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.logs import log_to_stderr
from mentorflow.cli.tables import Fitting
from mentorflow.errors import SchemaMismatch, StoreUnavailable

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.clock import Clock
    from mentorflow.engine.channels import Channel
    from mentorflow.engine.engine import Engine

DbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        envvar="MENTORFLOW_DB",
        metavar="URL",
        help="The database, SQLite or PostgreSQL; sqlite:///mentorflow.db unless told.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.")
]

_PIPE_WIDTH = 200
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@contextmanager
def open_engine(
    db: str | None,
    *,
    clock: "Clock | None" = None,
    channels: "Sequence[Channel] | None" = None,
) -> "Iterator[Engine]":
    """Open the engine a command works with, with all installed workflows; close it in the end."""
    from mentorflow.engine.engine import Engine

    log_to_stderr()
    try:
        opened = Engine(database_url(db), clock=clock, channels=channels)
    except (StoreUnavailable, SchemaMismatch) as failed:
        raise type(failed)(f"{shown_url(db)}: {failed}") from failed
    with opened as engine:
        yield engine


def database_url(db: str | None) -> str:
    """Return the database a command works on."""
    from mentorflow.engine.engine import DEFAULT_URL

    return DEFAULT_URL if db is None else db


def shown_url(db: str | None) -> str:
    """Return a database as it may be shown: without its password."""
    from mentorflow.store.opening import open_database

    database = open_database(database_url(db))
    database.dispose()
    return database.url.render_as_string(hide_password=True)


def emit(document: object, *, as_json: bool, human: "Callable[[Console], None]") -> None:
    """Print the one answer of a command: a JSON document for programs, or text for people.

    The console takes no markup in strings: what people wrote is shown as it is. Use `table`, and
    `clean` where a text from outside is printed on its own.
    """
    if as_json:
        write_json(document)
    else:
        human(console())


def write_json(document: object) -> None:
    """Write one JSON document to stdout, as UTF-8 whatever the locale."""
    if sys.stdout is None:  # closed by whoever started us
        return
    text = json.dumps(document, ensure_ascii=False, indent=2, default=_plain_value) + "\n"
    # An argument that was no UTF-8 comes back as the escape \udcXX, which JSON knows as well.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def console(*, stderr: bool = False) -> "Console":
    """Return where to print for people; colours only on a terminal."""
    from rich.console import Console

    made = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = _PIPE_WIDTH  # nothing is to be cut off where no screen ends
    return made


@contextmanager
def interruptible(advice: Callable[[], str | None]) -> Iterator[None]:
    """Say how to go on, if there is a way, where Ctrl-C ends something in its middle."""
    try:
        yield
    except KeyboardInterrupt:
        told = advice()
        if told is not None:
            console(stderr=True).print(clean(told))
        raise


def table(
    columns: Iterable[str], rows: Iterable[Iterable[object]], *, styles: Iterable[str] = ()
) -> Fitting:
    """Return a table of texts in which nothing is cut off; None is shown as a dash.

    Where the screen is too narrow for the words of all columns, the rows stand one below another.
    """
    shown = (tuple("-" if cell is None else clean(cell) for cell in row) for row in rows)
    return Fitting(columns, shown, styles)


def clean(value: object) -> str:
    """Return a text that cannot steer a terminal: control characters are written out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", str(value))


@contextmanager
def progress(description: str, total: int | None) -> Iterator[Callable[..., None]]:
    """Show how far the work is, on stderr and only on a terminal; yield `advance(n=1)`."""
    shown = console(stderr=True)
    if not shown.is_terminal:
        yield _advance_nothing
        return
    from rich.progress import Progress

    with Progress(console=shown, transient=True) as bar:
        task = bar.add_task(clean(description), total=total)

        def advance(n: float = 1) -> None:
            bar.advance(task, n)

        yield advance


def _advance_nothing(n: float = 1) -> None:
    """Take no notice: nobody watches."""


def _plain_value(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)
