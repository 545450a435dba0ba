"""`mentorflow timings preview|apply|resume|undo`: what a change does to pending timers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.addressing import id_of_named
from mentorflow.cli.console import DbOption, JsonOption, emit, open_engine, progress, table
from mentorflow.cli.scopes import (
    ByOption,
    MentorshipOption,
    PersonOption,
    ProgramOption,
    ReasonOption,
)
from mentorflow.cli.wording import local
from mentorflow.cli.workflows import WorkflowOption
from mentorflow.errors import InvalidPayload

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.engine import Engine
    from mentorflow.engine.plans import Plan
    from mentorflow.engine.retiming import PlanReport, Progress
    from mentorflow.store.retiming import PlanState

_LOADS = ("day", "messages", "with the plan", "escalations", "with the plan")
_PLANS = ("plan", "begun", "status", "timers", "changes", "by", "why")
_WORST = ("person", "messages", "with the plan")
_MOST_BYTES = 4 * 1024 * 1024
_BAR = 40
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="The id of the plan.")]
SpreadOption = Annotated[
    int, typer.Option("--over", min=0, max=8784, help="Hours over which what is overdue is spread.")
]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to the timings."""
    group.command(
        epilog="Example: mentorflow timings preview contact.reply_window 21d --program lfx-2025-1 "
        "--save plan.json"
    )(preview)
    group.command(
        epilog='Example: mentorflow timings apply plan.json --reason "exams until mid-June"'
    )(apply)
    group.command("plans", epilog="Example: mentorflow timings plans")(list_plans)
    group.command(epilog="Example: mentorflow timings resume PLAN")(resume)
    group.command(epilog='Example: mentorflow timings undo PLAN --reason "exams were moved"')(undo)


def preview(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The timing.")] = None,
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help="As 10d, 36h, 3bd; none takes it back.")
    ] = None,
    *,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    file: Annotated[
        Path | None,
        typer.Option(help="YAML or JSON: a list of {timing, value, program|mentorship|person}."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How far ahead to look.")] = 28,
    save: Annotated[Path | None, typer.Option(help="Where to keep the plan, to apply it.")] = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """See what a change would do to the timers that are pending; nothing is changed.

    Without a timing or a file: what would move for pending timers to follow what is in force.
    """
    scope = {"program": program, "mentorship": mentorship, "person": person}
    changes = _asked(name, value, scope)
    if file is not None:
        changes = [*_read(file), *changes]
    with open_engine(db) as engine:
        changes = [_with_id(engine, one) for one in changes]
        plan = engine.timings.preview(changes, horizon=timedelta(days=days), workflow=workflow)
    if save is not None:
        save.write_text(json.dumps(plan_document(plan), indent=2) + "\n", encoding="utf-8")
    emit(plan_document(plan), as_json=as_json, human=lambda console: show_plan(console, plan))


def apply(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that was previewed.")],
    *,
    reason: ReasonOption,
    by: ByOption = None,
    over: SpreadOption = 24,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the changes of a plan, and move the timers that are pending."""
    found = plan_of(_read_json(plan))
    with open_engine(db) as engine, bar("moving timers") as tell:
        report = engine.timings.apply(
            found, reason=reason, by=by, over=timedelta(hours=over), progress=tell
        )
    _emit(report, as_json=as_json)


def list_plans(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    before: Annotated[
        str | None, typer.Option(metavar="PLAN", help="Go on before the last one seen.")
    ] = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the plans there were, the latest first: what became of them, who made them and why."""
    with open_engine(db) as engine:
        found = engine.timings.plans(limit=limit, before=before, workflow=workflow)

    def human(console: "Console") -> None:
        if not found:
            console.print("There was no plan yet.")
            return
        console.print(table(_PLANS, (_row(one) for one in found)))

    emit([_state_document(one) for one in found], as_json=as_json, human=human)


def resume(plan: PlanArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Go on with a plan that was ended in the middle."""
    with open_engine(db) as engine, bar("moving timers") as tell:
        report = engine.timings.resume(plan, progress=tell)
    _emit(report, as_json=as_json)


def undo(
    plan: PlanArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put back what a plan changed: the timings, and the timers where they were."""
    with open_engine(db) as engine, bar("moving timers back") as tell:
        report = engine.timings.undo(plan, reason=reason, by=by, progress=tell)
    _emit(report, as_json=as_json)


@contextmanager
def bar(what: str) -> "Iterator[Progress]":
    """Show how far a plan is; yield what tells of it."""
    with progress(what, 100) as advance:
        shown = 0.0

        def tell(done: int, listed: int) -> None:
            nonlocal shown
            now = 100 * done / max(listed, 1)
            advance(now - shown)
            shown = now

        yield tell


def plan_document(plan: "Plan") -> dict[str, Any]:
    """Return a plan as a JSON document, which `plan_of` reads."""
    changes = [
        {
            "timing": one.key.timing,
            "scope": one.key.scope.value,
            "subject": one.key.subject,
            "value": None if one.value is None else one.value.text,
        }
        for one in plan.changes
    ]
    peak = None if plan.peak is None else {"at": plan.peak[0].isoformat(), "timers": plan.peak[1]}
    return {
        "workflow": plan.workflow,
        "revision": plan.revision,
        "as_of": plan.as_of.isoformat(),
        "changes": changes,
        "counts": plan.counts._asdict(),
        "by_days": {str(days): many for days, many in plan.by_days.items()},
        "loads": [one._asdict() for one in plan.loads],
        "peak": peak,
        "worst": [one._asdict() for one in plan.worst],
        "expiring": {"count": plan.expiring_count, "mentorships": list(plan.expiring)},
    }


def plan_of(document: Any) -> "Plan":
    """Return the plan of a JSON document.

    Raises:
        InvalidPayload: if it is none.
    """
    from mentorflow.clock import as_utc
    from mentorflow.core.duration import Duration
    from mentorflow.core.override import OverrideKey, Scope
    from mentorflow.engine.asking import Wanted
    from mentorflow.engine.plans import Plan
    from mentorflow.store.retiming import MoveCounts

    try:
        changes = tuple(
            Wanted(
                OverrideKey(
                    str(document["workflow"]), one["timing"], Scope(one["scope"]), one["subject"]
                ),
                None if one["value"] is None else Duration.parse(one["value"]),
            )
            for one in document["changes"]
        )
        return Plan(
            workflow=str(document["workflow"]),
            revision=int(document["revision"]),
            as_of=as_utc(datetime.fromisoformat(document["as_of"]), what="as_of"),
            changes=changes,
            counts=MoveCounts(**{name: int(many) for name, many in document["counts"].items()}),
            by_days={},
            loads=(),
            peak=None,
            worst=(),
            expiring=(),
            expiring_count=0,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise InvalidPayload(
            f"this is no plan that `timings preview --save` wrote: {wrong}"
        ) from None


def report_document(report: "PlanReport") -> dict[str, Any]:
    """Return what became of a plan as a JSON document."""
    return {**report._asdict(), "left": [one._asdict() for one in report.left]}


def _state_document(one: "PlanState") -> dict[str, Any]:
    ended_at = None if one.ended_at is None else one.ended_at.isoformat()
    return {**one._asdict(), "begun_at": one.begun_at.isoformat(), "ended_at": ended_at}


def _row(one: "PlanState") -> tuple[Any, ...]:
    timers = f"{one.done:,} of {one.listed:,}"
    changes = ", ".join(f"{made['timing']} {made['to_value'] or '-'}" for made in one.changes)
    return (one.id, local(one.begun_at), one.status, timers, changes, one.by, one.reason)


def _emit(report: "PlanReport", *, as_json: bool) -> None:
    def human(console: "Console") -> None:
        console.print(
            f"Plan {report.id} is {report.status}: {report.done:,} of {report.listed:,} timers."
        )
        if report.left:
            console.print("Not put back, since they fired or count anew:")
            for one in report.left:
                console.print(f"  {one.mentorship_id} {one.timer} {one.instance}".rstrip())

    emit(report_document(report), as_json=as_json, human=human)


def show_plan(console: "Console", plan: "Plan") -> None:
    """Say what a plan comes to."""
    counts = plan.counts
    console.print(
        f"{counts.moved:,} timers of {counts.mentorships:,} mentorships move: "
        f"{counts.earlier:,} earlier, {counts.later:,} later, {counts.suspended:,} stand still."
    )
    console.print(
        f"{counts.overdue:,} would be due at once; they are spread over waking hours. "
        f"{plan.expiring_count:,} mentorships would end by that."
    )
    for id_ in plan.expiring[:10]:
        console.print(f"  {id_}")
    most = max(plan.by_days.values(), default=1)
    for days, many in plan.by_days.items():
        console.print(f"{days:+5d} d {'█' * max(1, _BAR * many // most)} {many:,}")
    if plan.peak is not None:
        console.print(f"Most in a minute: {plan.peak[1]:,} at {local(plan.peak[0])}")
    if plan.loads:
        console.print(table(_LOADS, (tuple(one) for one in plan.loads)))
    if plan.worst:
        console.print(table(_WORST, (tuple(one) for one in plan.worst)))
    console.print("Nothing is changed yet.")


def _asked(
    name: str | None, value: str | None, scope: Mapping[str, str | None]
) -> list[dict[str, str | None]]:
    """Return the change that is asked for beside those of a file, where there is one."""
    if name is None:
        given = [option for option, subject in scope.items() if subject is not None]
        if given:
            raise typer.BadParameter(f"--{given[0]} says for whom a timing is set: name the timing")
        return []
    if value is None:
        raise typer.BadParameter(f"say what {name} is to be: a VALUE, or none to take it back")
    return [{"timing": name, "value": None if value == "none" else value, **scope}]


def _with_id(engine: "Engine", change: Any) -> Any:
    """Return a change with the id of the mentorship that it names by its key."""
    if not isinstance(change, Mapping) or not isinstance(change.get("mentorship"), str):
        return change
    return {**change, "mentorship": id_of_named(engine, change["mentorship"])}


def _read(file: Path) -> list[Any]:
    import yaml

    text = _text(file)
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as wrong:
        raise InvalidPayload(f"{file} is neither YAML nor JSON: {wrong}") from None
    except RecursionError:
        raise _too_deep(file) from None
    if not isinstance(found, list):
        raise InvalidPayload(f"{file} must hold a list of changes: - {{timing: …, value: 10d}}")
    return found


def _read_json(file: Path) -> Any:
    try:
        found = json.loads(_text(file))
    except ValueError as wrong:
        raise InvalidPayload(f"{file} is not JSON: {wrong}") from None
    except RecursionError:
        raise _too_deep(file) from None
    if not isinstance(found, Mapping):
        raise InvalidPayload(f"{file} holds no plan")
    return found


def _too_deep(file: Path) -> InvalidPayload:
    return InvalidPayload(f"{file} holds lists in lists, too deep to be read")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InvalidPayload(f"{file} has more than {_MOST_BYTES:,} bytes")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failed:
        raise InvalidPayload(f"{file} cannot be read: {failed}") from None
