"""`mentorflow workflow`: the versions of a workflow, published, listed and moved between."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, progress, table
from mentorflow.cli.stopping import stopping
from mentorflow.cli.wording import local, move, span
from mentorflow.cli.workflows import FileArgument
from mentorflow.errors import InvalidPayload

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.migration import MigrationReport, TimersChanged
    from mentorflow.engine.workflows import WorkflowVersion

_COLUMNS = (
    *("workflow", "version", "comes from", "new ones", "mentorships"),
    *("published", "by", "why", "digest"),
)
_TIMERS = ("timer", "", "how many", "earliest", "median", "latest")
_SHORT = 12
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The workflow.")]
ByOption = Annotated[str | None, typer.Option(help="Who does it.")]
ReasonOption = Annotated[str | None, typer.Option(help="Why, for whoever asks later.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(
        help="Publish versions of workflows, and move between them.", no_args_is_help=True
    )
    group.command(
        epilog="Example: mentorflow workflow publish mentorship-2.yaml --reason "
        '"a longer time to answer"'
    )(publish)
    group.command("list", epilog="Example: mentorflow workflow list mentorship")(list_versions)
    group.command(epilog="Example: mentorflow workflow show mentorship --version 1")(show)
    group.command(
        epilog="Example: mentorflow workflow migrate mentorship --from 1 --to 2 "
        "--map contact=request --dry-run"
    )(migrate)
    app.add_typer(group, name="workflow", rich_help_panel="Workflows")


def publish(
    file: FileArgument,
    *,
    by: ByOption = None,
    reason: ReasonOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a document: mentorships that start from now on are started by it."""
    from mentorflow.definitions.source import read

    read(file)  # says what is wrong where it cannot be read
    text = file.read_text("utf-8-sig")
    with open_engine(db) as engine:
        found = engine.workflows.publish(text, by=by, reason=reason, source=str(file))

    def human(console: "Console") -> None:
        named = f"{found.name} {found.version}"
        told = "is published" if found.is_new else "was published already, with this content"
        console.print(f"{named} {told}")
        for one in found.clashes:
            console.print(clean(f"  what is set stays in force, but {one}"))

    emit(found._asdict(), as_json=as_json, human=human)


def list_versions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The workflow.")] = None,
    *,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the versions mentorships can be of, and by which new ones are started."""
    with open_engine(db) as engine:
        found = [
            (one, engine.workflows.count(one.name, one.version))
            for one in engine.workflows.list(name)
        ]

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (_version_row(*one) for one in found)))

    documents = [{**one._asdict(), "mentorships": many} for one, many in found]
    emit(documents, as_json=as_json, human=human)


def show(
    name: NameArgument,
    *,
    version: Annotated[
        int | None, typer.Option(help="The version; the latest unless told.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the document of a version, as it was published or installed."""
    with open_engine(db) as engine:
        text = engine.workflows.show(name, version)
        known = engine.workflow(name).version if version is None else version
    emit(
        {"name": name, "version": known, "document": text},
        as_json=as_json,
        human=lambda _console: typer.echo(text, nl=not text.endswith("\n")),
    )


def migrate(
    name: NameArgument,
    *,
    from_version: Annotated[int, typer.Option("--from", metavar="VERSION", help="From which.")],
    to_version: Annotated[int, typer.Option("--to", metavar="VERSION", help="To which.")],
    states: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="OLD=NEW", help="A state that has another name now."),
    ] = None,
    timers: Annotated[
        list[str] | None,
        typer.Option("--map-timer", metavar="OLD=NEW", help="A timer that has another name now."),
    ] = None,
    program: Annotated[str | None, typer.Option(help="Only those of a program.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    by: ByOption = None,
    reason: ReasonOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move mentorships from one version to another. It can be ended, and run again for the rest."""
    asked: dict[str, Any] = {
        "from_version": from_version,
        "to_version": to_version,
        "states": _map(states or (), "--map"),
        "timers": _map(timers or (), "--map-timer"),
        "program": program,
    }
    with open_engine(db) as engine:
        if dry_run:
            report = engine.workflows.preview(name, **asked)
        else:
            total = engine.workflows.count(name, from_version, program=program)
            with stopping() as stop, progress("Moving", total) as moved:
                report = engine.workflows.migrate(
                    name, **asked, by=by, reason=reason, moved=moved, stop=stop.is_asked
                )

    def human(console: "Console") -> None:
        for part in _told(report, is_tried=dry_run):
            console.print(part)

    emit({"dry_run": dry_run, **_document(report)}, as_json=as_json, human=human)
    if not dry_run and (report.refused or report.stranded):
        raise typer.Exit(1)


def _map(given: Iterable[str], option: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for pair in given:
        was, equals, name = pair.partition("=")
        if not (was and equals and name):
            raise InvalidPayload(f"{option} is {pair!r}; write it as OLD=NEW")
        if was in names:
            raise InvalidPayload(f"{option} names {was!r} twice")
        names[was] = name
    return names


def _version_row(one: "WorkflowVersion", mentorships: int) -> tuple[Any, ...]:
    return (
        one.name,
        one.version,
        "a package" if one.is_installed else "this database",
        "by this one" if one.is_latest else None,
        f"{mentorships:,}",
        None if one.published_at is None else local(one.published_at),
        one.published_by,
        one.reason,
        one.digest[:_SHORT],
    )


def _told(report: "MigrationReport", *, is_tried: bool) -> Iterable[Any]:
    would = "would be" if is_tried else "were"
    way = f"{report.workflow} {report.from_version} to {report.to_version}"
    yield clean(f"{report.mentorships} mentorships {would} moved from {way}.")
    if not report.is_whole:
        yield "It was ended before all were seen; run it again for the rest."
    if report.states:
        rows = ((move(one.was, one.state), one.mentorships) for one in report.states)
        yield table(("state", "mentorships"), rows)
    if report.timers:
        yield table(_TIMERS, (_timer_row(one) for one in report.timers))
    if report.put_off:
        yield f"{report.put_off} timers {would} made overdue, and {would} spread over a day."
    if report.escalations_resolved:
        yield f"{report.escalations_resolved} escalations {would} resolved: their cause is gone."
    if report.refused:
        stay = "would stay" if is_tried else "stay"
        yield f"{sum(report.refused.values())} {stay} with version {report.from_version}:"
        yield table(("how many", "why"), ((n, why) for why, n in report.refused.items()))
        yield table(("id", "state"), ((one.id, one.state) for one in report.unmoved))
    if report.stranded:
        yield clean(f"These cannot go on, see `mentorflow doctor`: {', '.join(report.stranded)}")


def _timer_row(one: "TimersChanged") -> tuple[Any, ...]:
    spans = (one.earliest, one.median, one.latest)
    by = one.change == "moves"
    return (one.timer, one.change, one.timers, *(_how_far(found, moves=by) for found in spans))


def _how_far(found: timedelta | None, *, moves: bool) -> str | None:
    """Return how far a timer moves, or how far from now one is due that appears or vanishes."""
    if found is None:
        return None
    length = span(abs(found)) or "less than a minute"
    if moves:
        return f"{length} {'earlier' if found < timedelta() else 'later'}"
    return f"{length} ago" if found < timedelta() else f"in {length}"


def _document(report: "MigrationReport") -> Mapping[str, Any]:
    document = report._asdict()
    return {
        **document,
        "states": _plain(report.states),
        "timers": [
            {**one._asdict(), **{key: _seconds(getattr(one, key)) for key in _SPANS}}
            for one in report.timers
        ],
        "unmoved": _plain(report.unmoved),
    }


_SPANS = ("earliest", "latest", "median")


def _seconds(found: timedelta | None) -> float | None:
    return None if found is None else found.total_seconds()


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rows]
