"""`mentorflow webhooks`: who outside hears of what, and how they are signed to."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli import deliveries
from mentorflow.cli.changes import BeforeOption, emit_changes
from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine, table
from mentorflow.cli.endpoint_options import (
    ContactOption,
    DescriptionOption,
    FormOption,
    HeaderOption,
    OrderingOption,
    PerMinuteOption,
    ProgramOption,
    RetryOption,
    TypeOption,
    said,
)
from mentorflow.cli.scopes import ByOption, ReasonOption
from mentorflow.cli.wording import local

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.endpoints import NewEndpoint
    from mentorflow.store.deliveries import Faring, Latency
    from mentorflow.store.endpoints import StoredEndpoint

_COLUMNS = ("endpoint", "url", "types", "programs", "status", "waiting", "last success", "failing")
EndpointArgument = Annotated[str, typer.Argument(metavar="ENDPOINT", help="The endpoint's id.")]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]
SignatureOption = Annotated[
    str, typer.Option(metavar="v1|v1a", help="v1 is HMAC-SHA256, v1a is ed25519.")
]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(
        help="Have others hear of what happens, by signed requests.", no_args_is_help=True
    )
    group.command(
        epilog="Example: mentorflow webhooks add https://example.org/hook --type 'meeting.*' "
        '--program lfx-2025-1 --reason "for the calendar"'
    )(add)
    group.command("list", epilog="Example: mentorflow webhooks list")(list_endpoints)
    group.command(epilog="Example: mentorflow webhooks show ENDPOINT")(show)
    group.command(
        "set",
        epilog="Example: mentorflow webhooks set ENDPOINT --type 'meeting.*' --retry 10s "
        '--reason "it is only for meetings now"',
    )(set_endpoint)
    group.command(epilog="Example: mentorflow webhooks history ENDPOINT")(history)
    group.command("test", epilog="Example: mentorflow webhooks test ENDPOINT")(ping)
    group.command(epilog='Example: mentorflow webhooks rotate ENDPOINT --reason "it was in a log"')(
        rotate
    )
    for change in (enable, disable, remove):
        group.command(
            epilog=f'Example: mentorflow webhooks {change.__name__} ENDPOINT --reason "it moves"'
        )(change)
    deliveries.add_to(group)
    group.command("types", epilog="Example: mentorflow webhooks types --json")(list_types)
    group.command(epilog="Example: export MENTORFLOW_SECRET_KEY=$(mentorflow webhooks key)")(key)
    app.add_typer(group, name="webhooks", rich_help_panel="Workflows")


def add(
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]",
            help="Where to, as https://example.org/x. Without one nothing is sent: it takes what "
            "there is.",
        ),
    ] = None,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    type_: TypeOption = None,
    program: ProgramOption = None,
    form: FormOption = None,
    ordering: OrderingOption = None,
    per_minute: PerMinuteOption = None,
    retry: RetryOption = None,
    header: HeaderOption = None,
    description: DescriptionOption = None,
    contact: ContactOption = None,
    signature: SignatureOption = "v1",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have an endpoint hear of what happens from now on; its secret is shown this once."""
    options = {
        "types": type_,
        "programs": program,
        "form": form,
        "ordering": ordering,
        "per_minute": per_minute,
        "schedule": retry,
        "headers": header,
        "description": description,
        "contact": contact,
    }
    with open_engine(db) as engine:
        made = engine.webhooks.add(url, signature=signature, reason=reason, by=by, **said(options))
    _emit_new(made, as_json=as_json)


def set_endpoint(
    endpoint: EndpointArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    url: Annotated[str | None, typer.Option(help="Another address.")] = None,
    type_: TypeOption = None,
    program: ProgramOption = None,
    form: FormOption = None,
    ordering: OrderingOption = None,
    per_minute: PerMinuteOption = None,
    retry: RetryOption = None,
    header: HeaderOption = None,
    description: DescriptionOption = None,
    contact: ContactOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set an endpoint up otherwise; what is left out stays as it was."""
    options = {
        "url": url,
        "types": type_,
        "programs": program,
        "form": form,
        "ordering": ordering,
        "per_minute": per_minute,
        "schedule": retry,
        "headers": header,
        "description": description,
        "contact": contact,
    }
    with open_engine(db) as engine:
        found = engine.webhooks.set(endpoint, reason=reason, by=by, **said(options))
    emit(
        endpoint_document(found),
        as_json=as_json,
        human=lambda console: console.print(f"{found.id} hears of {', '.join(found.types)}."),
    )


def history(
    endpoint: EndpointArgument,
    *,
    limit: LimitOption = 100,
    before: BeforeOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who changed an endpoint, when and why; the latest first."""
    with open_engine(db) as engine:
        found = engine.webhooks.history(endpoint, limit=limit, before=before)
    emit_changes(found, as_json=as_json)


def list_endpoints(
    *,
    limit: LimitOption = 100,
    after: Annotated[
        str | None, typer.Option(metavar="ENDPOINT", help="Go on after the last one seen.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the endpoints, with how they fare and how much waits for them."""
    with open_engine(db) as engine:
        found = engine.webhooks.list(limit=limit, after=after)

    def human(console: "Console") -> None:
        if not found:
            console.print("There is no endpoint yet: `mentorflow webhooks add` makes one.")
            return
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit([faring_document(one) for one in found], as_json=as_json, human=human)


def show(endpoint: EndpointArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Show an endpoint: what it hears of, how it fares, what holds it back."""
    with open_engine(db) as engine:
        found = faring_document(engine.webhooks.get(endpoint))

    def human(console: "Console") -> None:
        for name, value in found.items():
            if value not in (None, "", []):
                shown = ", ".join(map(str, value)) if isinstance(value, list) else value
                console.print(f"{name.replace('_', ' ')}: {shown}")

    emit(found, as_json=as_json, human=human)


def ping(
    endpoint: EndpointArgument,
    *,
    type_: Annotated[str, typer.Option("--type", help="Whose example is sent.")] = "test.ping",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put up the example of a type for an endpoint alone, marked as a test."""
    with open_engine(db) as engine:
        notice = engine.webhooks.test(endpoint, type_=type_)
    emit(
        {"notice": notice},
        as_json=as_json,
        human=lambda console: console.print(f"{notice} is on its way."),
    )


def rotate(
    endpoint: EndpointArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    overlap: Annotated[
        int, typer.Option(min=0, max=168, help="Hours for which the old one signs as well.")
    ] = 24,
    signature: SignatureOption = "v1",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give an endpoint another secret; the old one signs beside it for a while."""
    with open_engine(db) as engine:
        made = engine.webhooks.rotate(
            endpoint, overlap=timedelta(hours=overlap), signature=signature, reason=reason, by=by
        )
    _emit_new(made, as_json=as_json)


def enable(
    endpoint: EndpointArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have an endpoint hear again, from now on; what it missed can be recovered."""
    with open_engine(db) as engine:
        _emit(engine.webhooks.enable(endpoint, reason=reason, by=by), as_json=as_json)


def disable(
    endpoint: EndpointArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have an endpoint hear of nothing; what waits for it goes on waiting."""
    with open_engine(db) as engine:
        _emit(engine.webhooks.disable(endpoint, reason=reason, by=by), as_json=as_json)


def remove(
    endpoint: EndpointArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an endpoint away, with its secrets."""
    with open_engine(db) as engine:
        engine.webhooks.remove(endpoint, reason=reason, by=by)
    emit(
        {"id": endpoint, "status": "removed"},
        as_json=as_json,
        human=lambda console: console.print(f"{endpoint} is removed."),
    )


def list_types(db: DbOption = None, as_json: JsonOption = False) -> None:
    """List the types of notices, with --json each with its JSON Schema and an example."""
    with open_engine(db) as engine:
        found = engine.webhooks.types()

    def human(console: "Console") -> None:
        named = {True: "by name only", False: ""}
        rows = ((one.type, one.help, named[one.is_restricted]) for one in found)
        console.print(table(("type", "means", ""), rows))

    emit([one._asdict() for one in found], as_json=as_json, human=human)


def key(as_json: JsonOption = False) -> None:
    """Make a key for MENTORFLOW_SECRET_KEY, under which secrets are kept in the database."""
    from mentorflow.engine.sealing import new_key

    made = new_key()
    emit({"key": made}, as_json=as_json, human=lambda console: console.print(made))


def endpoint_document(endpoint: "StoredEndpoint") -> dict[str, Any]:
    """Return an endpoint as a JSON document, without its secrets."""
    document = {**endpoint._asdict(), "types": list(endpoint.types)}
    document["programs"] = list(endpoint.programs)
    document["schedule"] = None if endpoint.schedule is None else list(endpoint.schedule)
    document["has_headers"] = endpoint.headers is not None
    for name in ("headers", "secrets", "revision"):
        del document[name]
    for name in ("created_at", "changed_at"):
        document[name] = document[name].isoformat()
    return document


def faring_document(found: "Faring") -> dict[str, Any]:
    """Return an endpoint with how it fares as a JSON document."""
    health = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in found.health._asdict().items()
    }
    disables_at = found.health.disables_at if found.endpoint.status == "enabled" else None
    oldest = None if found.oldest_at is None else found.oldest_at.isoformat()
    return {
        **endpoint_document(found.endpoint),
        **health,
        "breaker": found.health.breaker,
        "disables_at": None if disables_at is None else disables_at.isoformat(),
        "waiting": found.waiting,
        "oldest_at": oldest,
        **({} if found.latency is None else _latency(found.latency)),
    }


def _latency(found: "Latency") -> dict[str, Any]:
    return {"timed": found.requests, "p50_ms": round(found.p50, 1), "p95_ms": round(found.p95, 1)}


def _row(found: "Faring") -> tuple[Any, ...]:
    endpoint, health = found.endpoint, found.health
    success, since = health.last_success_at, health.failing_since
    return (
        endpoint.id,
        endpoint.url or "pulls",
        ", ".join(endpoint.types),
        ", ".join(endpoint.programs) or "all",
        endpoint.status,
        found.waiting,
        None if success is None else local(success),
        None if since is None else f"{health.failures} since {local(since)}",
    )


def _emit_new(made: "NewEndpoint", *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        console.print(f"{made.endpoint.id} hears of {', '.join(made.endpoint.types)}.")
        if made.secret:
            console.print(f"Its secret, shown this once: {made.secret}")
            return
        console.print(f"It pulls: `mentorflow webhooks take {made.endpoint.id}`.")

    document = {**endpoint_document(made.endpoint), "secret": made.secret or None}
    emit(document, as_json=as_json, human=human)


def _emit(endpoint: "StoredEndpoint", *, as_json: bool) -> None:
    emit(
        endpoint_document(endpoint),
        as_json=as_json,
        human=lambda console: console.print(f"{endpoint.id} is {endpoint.status}."),
    )
