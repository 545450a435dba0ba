"""`mentorflow worker`: everything one machine needs to carry out timers and effects."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, console, database_url, emit, shown_url
from mentorflow.cli.stopping import stopping
from mentorflow.clock import SystemClock
from mentorflow_workers.duties import DutyName
from mentorflow_workers.log_format import LogFormat

if TYPE_CHECKING:
    from mentorflow_workers.settings import Settings

RedisOption = Annotated[
    str | None,
    typer.Option(envvar="MENTORFLOW_REDIS", metavar="URL", help="The queue; none on SQLite."),
]
AppOption = Annotated[
    str | None,
    typer.Option(
        metavar="MODULE:ENGINE",
        help="The engine in your code whose callbacks and channels are used.",
    ),
]
DutiesOption = Annotated[
    str, typer.Option(metavar="NAMES", help="What this worker does, separated by commas.")
]
ProcessesOption = Annotated[int, typer.Option(min=1, max=64, help="Processes of carriers.")]
ThreadsOption = Annotated[int, typer.Option(min=1, max=64, help="Threads of each carrier.")]
PollOption = Annotated[
    float, typer.Option(min=0.01, max=3600, metavar="SECONDS", help="Look for work this often.")
]
LeaseOption = Annotated[
    float,
    typer.Option(
        min=1,
        max=3600,
        metavar="SECONDS",
        help="What a dead process had begun is begun again after this long.",
    ),
]
KeepOption = Annotated[
    float,
    typer.Option(
        min=0,
        max=36500,
        metavar="DAYS",
        help="Effects that are done, and notices for webhooks, stay this long.",
    ),
]
TracingOption = Annotated[
    bool,
    typer.Option("--tracing", envvar="MENTORFLOW_TRACING", help="Make spans for OpenTelemetry."),
]
MetricsPortOption = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, metavar="PORT", help="Answer Prometheus there; 0 takes any free port."
    ),
]
MetricsHostOption = Annotated[
    str,
    typer.Option(metavar="ADDRESS", help="Answer on this address; 0.0.0.0 is all of them."),
]
LogFormatOption = Annotated[
    LogFormat, typer.Option(envvar="MENTORFLOW_LOG_FORMAT", help="Of the lines on stderr.")
]
GraceOption = Annotated[
    float,
    typer.Option(
        min=0, max=3600, metavar="SECONDS", help="What is under way may take this long to end."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        rich_help_panel="Running",
        epilog="Example: mentorflow worker --db postgresql+psycopg://host/database "
        "--redis redis://host/0",
    )(worker)


def worker(
    *,
    redis: RedisOption = None,
    app: AppOption = None,
    duties: DutiesOption = ",".join(DutyName),
    processes: ProcessesOption = 1,
    threads: ThreadsOption = 4,
    poll: PollOption = 0.5,
    lease: LeaseOption = 300.0,
    keep: KeepOption = 90.0,
    grace: GraceOption = 20.0,
    log_format: LogFormatOption = LogFormat.TEXT,
    tracing: TracingOption = False,
    metrics_port: MetricsPortOption = None,
    metrics_host: MetricsHostOption = "127.0.0.1",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fire timers and carry out effects with several processes, until SIGTERM or Ctrl-C.

    Any number may run, on any number of machines: each timer fires once, and each effect is
    carried out by one of them at a time. A process that dies is started again.
    """
    from mentorflow_workers.exporter import exported
    from mentorflow_workers.logs import log_as
    from mentorflow_workers.supervisor import Supervisor

    log_as(log_format)
    settings = _checked(
        db=database_url(db),
        redis=redis,
        app=app,
        duties=_duties(duties),
        processes=processes,
        threads=threads,
        poll=timedelta(seconds=poll),
        lease=timedelta(seconds=lease),
        kept_for=timedelta(days=keep),
        grace=timedelta(seconds=grace),
        log_format=log_format,
        tracing=tracing,
        metrics_port=metrics_port,
        metrics_host=metrics_host,
    )
    _require_what_it_needs(settings)
    supervisor = Supervisor(settings)
    with stopping() as stop, exported(supervisor):
        working = f"working on {shown_url(db)}; Ctrl-C ends it"
        console(stderr=True).print(working, style="dim", soft_wrap=True)
        supervisor.run(is_asked_to_end=stop.is_asked, rest=stop.wait)
    emit(
        {"parts": len(supervisor.parts), "deaths": supervisor.deaths},
        as_json=as_json,
        human=lambda out: out.print(f"{supervisor.deaths} processes died and were started again"),
    )


def _checked(**given: Any) -> "Settings":
    from pydantic import ValidationError

    from mentorflow_workers.settings import Settings

    try:
        return Settings(**given)
    except ValidationError as wrong:
        problems = (problem["msg"].removeprefix("Value error, ") for problem in wrong.errors())
        raise typer.BadParameter("; ".join(problems)) from None


def _duties(text: str) -> list[DutyName]:
    known = ", ".join(DutyName)
    try:
        return [DutyName(name.strip()) for name in text.split(",")]
    except ValueError as wrong:
        raise typer.BadParameter(f"{wrong}; there are {known}", param_hint="--duties") from None


def _require_what_it_needs(settings: "Settings") -> None:
    """Have what is wrong said once and here, and not again and again by every process."""
    if settings.tracing:
        from mentorflow.engine.tracing import trace_with

        trace_with()
    from mentorflow.store.store import Store

    Store(settings.db, SystemClock()).close()
    if settings.redis is not None:
        from mentorflow_workers.queue import open_broker

        open_broker(settings.redis).close()
    if settings.app is not None:
        from mentorflow_workers.app import engine_named

        engine_named(settings.app).close()
    else:
        from mentorflow_workers.channels.configured import channels_of_environment

        channels_of_environment()
