"""`mentorflow webhooks deliveries|attempts|explain|replay|recover|pull|take`: what was told."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine, table
from mentorflow.cli.plans import bar
from mentorflow.cli.scopes import ByOption
from mentorflow.cli.wording import local

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.store.deliveries import Delivery, Recovery, StoredNotice
    from mentorflow.store.webhooks import Attempt

_DELIVERIES = ("notice", "type", "status", "attempts", "cause", "next or end", "why")
_ATTEMPTS = ("attempt", "when", "answer", "took", "next", "why")
_TRACKED = ("endpoint", "status", "attempts", "why")
_NOTICES = ("cursor", "when", "type", "mentorship", "sequence")
EndpointArgument = Annotated[str, typer.Argument(metavar="ENDPOINT", help="The endpoint's id.")]
NoticeArgument = Annotated[str, typer.Argument(metavar="NOTICE", help="The notice's id, evt_….")]
LimitOption = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to the webhooks."""
    group.command("deliveries", epilog="Example: mentorflow webhooks deliveries ENDPOINT")(
        list_deliveries
    )
    group.command("attempts", epilog="Example: mentorflow webhooks attempts ENDPOINT NOTICE")(
        list_attempts
    )
    group.command(epilog="Example: mentorflow webhooks explain NOTICE")(explain)
    group.command(epilog="Example: mentorflow webhooks replay ENDPOINT NOTICE")(replay)
    group.command(
        epilog="Example: mentorflow webhooks recover ENDPOINT --since 2025-03-03T00:00Z --dry-run"
    )(recover)
    group.command(epilog="Example: mentorflow webhooks resume RECOVERY")(resume)
    group.command(epilog="Example: mentorflow webhooks pull --after CURSOR --json")(pull)
    group.command(epilog="Example: mentorflow webhooks take ENDPOINT --acknowledged CURSOR --json")(
        take
    )


def list_deliveries(
    endpoint: EndpointArgument,
    *,
    status: Annotated[str | None, typer.Option(help="pending, done, failed or cancelled.")] = None,
    limit: LimitOption = 100,
    before: Annotated[
        str | None, typer.Option(metavar="NOTICE", help="Go on before the last one seen.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was to reach an endpoint, the latest first, and what became of it."""
    with open_engine(db) as engine:
        found = engine.webhooks.deliveries(endpoint, status=status, limit=limit, before=before)

    def human(console: "Console") -> None:
        console.print(table(_DELIVERIES, (_delivery_row(one) for one in found)))

    emit([_document(one) for one in found], as_json=as_json, human=human)


def list_attempts(
    endpoint: EndpointArgument,
    notice: NoticeArgument,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every attempt at a delivery: what came back, and why there is a next one."""
    with open_engine(db) as engine:
        found = engine.webhooks.attempts(endpoint, notice)

    def human(console: "Console") -> None:
        console.print(table(_ATTEMPTS, (_attempt_row(one) for one in found)))

    emit([_document(one) for one in found], as_json=as_json, human=human)


def explain(notice: NoticeArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Say why a notice was told, and what became of it at every endpoint, and why."""
    with open_engine(db) as engine:
        found = engine.webhooks.explain(notice)

    def human(console: "Console") -> None:
        cause = found["cause"] or {}
        by = f" by {cause['name']} of {cause['actor']}" if cause else ""
        console.print(f"{found['type']} at {local(datetime.fromisoformat(found['at']))}{by}")
        rows = ([one[name] for name in _TRACKED] for one in found["endpoints"])
        console.print(table(_TRACKED, rows))

    emit(found, as_json=as_json, human=human)


def replay(
    endpoint: EndpointArgument,
    notice: NoticeArgument,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a notice to an endpoint once more: the same bytes under the same id."""
    with open_engine(db) as engine:
        engine.webhooks.replay(endpoint, notice)
    emit(
        {"endpoint": endpoint, "notice": notice},
        as_json=as_json,
        human=lambda console: console.print(f"{notice} is on its way once more."),
    )


def recover(
    endpoint: EndpointArgument,
    *,
    since: Annotated[str, typer.Option(metavar="INSTANT", help="From when on, as ISO 8601.")],
    until: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="Up to when; now, unless told.")
    ] = None,
    type_: Annotated[
        list[str] | None, typer.Option("--type", help="Of this type only; may be given often.")
    ] = None,
    per_minute: Annotated[int, typer.Option(min=1, help="How many a minute.")] = 1000,
    reason: Annotated[str, typer.Option(help="Why, for whoever asks later.")] = "",
    by: ByOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count them.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send an endpoint what it has not had of a range of time."""
    bounds: dict[str, Any] = {
        "since": _instant(since, what="--since"),
        "until": None if until is None else _instant(until, what="--until"),
        "types": type_ or (),
    }
    if dry_run:
        with open_engine(db) as engine:
            many = engine.webhooks.recoverable(endpoint, **bounds)
        emit(
            {"counted": many},
            as_json=as_json,
            human=lambda console: console.print(f"{many:,} notices would be sent."),
        )
        return
    with open_engine(db) as engine, bar("putting up notices") as tell:
        done = engine.webhooks.recover(
            endpoint, per_minute=per_minute, reason=reason, by=by, progress=tell, **bounds
        )
    _emit(done, as_json=as_json)


def resume(
    recovery: Annotated[str, typer.Argument(metavar="RECOVERY", help="The recovery's id.")],
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go on with a recovery that was ended in the middle."""
    with open_engine(db) as engine, bar("putting up notices") as tell:
        done = engine.webhooks.resume(recovery, progress=tell)
    _emit(done, as_json=as_json)


def pull(
    *,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="Go on after the last one seen.")
    ] = None,
    limit: LimitOption = 100,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List notices in the order in which they were committed, as endpoints get them."""
    with open_engine(db) as engine:
        found = engine.webhooks.pull(after, limit=limit)
    _emit_notices(found, as_json=as_json)


def take(
    endpoint: EndpointArgument,
    *,
    acknowledged: Annotated[
        str | None,
        typer.Option(metavar="CURSOR", help="That of the last one that need not come again."),
    ] = None,
    limit: LimitOption = 100,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what comes next for an endpoint that pulls; what is not acknowledged comes again."""
    with open_engine(db) as engine:
        found = engine.webhooks.take(endpoint, acknowledged=acknowledged, limit=limit)
    _emit_notices(found, as_json=as_json)


def _emit_notices(found: Sequence["StoredNotice"], *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        console.print(table(_NOTICES, (_notice_row(one) for one in found)))

    emit(
        [{**_document(one), "body": json.loads(one.body)} for one in found],
        as_json=as_json,
        human=human,
    )


def _instant(text: str, *, what: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no instant; as 2025-03-03T09:00Z", param_hint=what
        ) from None


def _document(one: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in one._asdict().items()
    }


def _delivery_row(one: "Delivery") -> tuple[Any, ...]:
    at = local(one.ended_at or one.available_at)
    return (one.notice, one.type, one.status, one.attempts, one.cause, at, one.error)


def _attempt_row(one: "Attempt") -> tuple[Any, ...]:
    answer = one.error if one.status_code is None else one.status_code
    took = one.timings.get("total")
    shown = None if took is None else f"{took:.0f} ms"
    next_at = None if one.next_at is None else local(one.next_at)
    return (one.number, local(one.at), answer, shown, next_at, one.why)


def _notice_row(one: "StoredNotice") -> tuple[Any, ...]:
    return (one.cursor, local(one.at), one.type, one.mentorship_id, one.sequence)


def _emit(done: "Recovery", *, as_json: bool) -> None:
    emit(
        {**_document(done), "types": list(done.types)},
        as_json=as_json,
        human=lambda console: console.print(
            f"Recovery {done.id} is {done.status}: {done.done:,} of {done.counted:,} notices."
        ),
    )
