"""`mentorflow doctor`: what is wrong with a running system, and what to do about it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, database_url, emit, shown_url, table
from mentorflow.cli.logs import log_to_stderr
from mentorflow.clock import SystemClock
from mentorflow_workers.commands import RedisOption
from mentorflow_workers.duties import DutyName

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.checks import Check

_COLUMNS = ("check", "verdict", "what was found", "what to do")
_STYLES = {"ok": "", "warning": "yellow", "problem": "bold red"}
PatienceOption = Annotated[
    float,
    typer.Option(
        min=0,
        max=86400,
        metavar="SECONDS",
        help="What is due may wait this long.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        rich_help_panel="Running",
        epilog="Example: mentorflow doctor --db postgresql+psycopg://host/database "
        "--redis redis://host/0",
    )(doctor)


def doctor(
    *,
    redis: RedisOption = None,
    patience: PatienceOption = 60.0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Examine the database, the queue, the workers, and what waits to be done.

    Changes nothing. Exit status 1 if there is a problem; warnings are none.
    """
    log_to_stderr()
    checks = list(_examined(database_url(db), redis, timedelta(seconds=patience)))
    worst = max((check.verdict for check in checks), key=list(_STYLES).index)
    document = {
        "db": shown_url(db),
        "verdict": worst,
        "checks": [_document(check) for check in checks],
    }
    emit(document, as_json=as_json, human=lambda out: _print(out, checks))
    if worst == "problem":
        raise typer.Exit(1)


def _examined(url: str, redis: str | None, patience: timedelta) -> Iterator["Check"]:
    from mentorflow.definitions.load import installed, load
    from mentorflow.engine.doctor import Doctor

    workflows = [load(pack) for pack in installed().values()]
    yield from Doctor(
        url,
        clock=SystemClock(),
        workflows=workflows,
        duties=list(DutyName),
        patience=patience,
    ).examine()
    if redis is not None:
        yield _queue(redis)


def _queue(url: str) -> "Check":
    from mentorflow.engine.checks import Check, Verdict

    try:
        from mentorflow_workers.queue_check import queue_check
    except ModuleNotFoundError:
        advice = "`pip install 'mentorflow[workers]'` here, to have the queue looked at as well."
        told = "not looked at: the packages of the extra `workers` are missing"
        return Check("redis", Verdict.WARNING, told, advice)
    return queue_check(url)


def _document(check: "Check") -> dict[str, Any]:
    return {
        "check": check.name,
        "verdict": check.verdict,
        "found": check.found,
        "advice": check.advice or None,
        "figures": dict(check.figures),
    }


def _print(console: "Console", checks: "Sequence[Check]") -> None:
    shown = table(
        _COLUMNS,
        ((check.name, check.verdict, check.found, check.advice or None) for check in checks),
        styles=[_STYLES[check.verdict] for check in checks],
    )
    console.print(shown)
    counts = {name: sum(check.verdict == name for check in checks) for name in _STYLES}
    console.print(f"problems: {counts['problem']}, warnings: {counts['warning']}")
