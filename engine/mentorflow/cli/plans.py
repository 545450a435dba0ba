"""`mentorflow timings preview|apply|resume|undo`: what a change does to pending timers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.addressing import id_of_named, of_nobody
from mentorflow.cli.console import (
    DbOption,
    JsonOption,
    clean,
    emit,
    interruptible,
    open_engine,
    progress,
    table,
)
from mentorflow.cli.plan_documents import (
    changes_in,
    plan_document,
    plan_in,
    report_document,
    state_document,
)
from mentorflow.cli.scopes import (
    ByOption,
    MentorshipOption,
    PersonOption,
    ProgramOption,
    ReasonOption,
)
from mentorflow.cli.wording import local, whom
from mentorflow.cli.workflows import WorkflowOption

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.engine import Engine
    from mentorflow.engine.plans import Plan
    from mentorflow.engine.retiming import PlanReport, Progress
    from mentorflow.store.retiming import PlanState

_LOADS = ("day", "messages", "with the plan", "escalations", "with the plan")
_PLANS = ("plan", "begun", "status", "timers", "changes", "by", "why")
_WORST = ("person", "messages", "with the plan")
_BAR = 40
_SHOWN = 10
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="The id of the plan.")]
SpreadOption = Annotated[
    int, typer.Option("--over", min=0, max=8784, help="Hours over which what is overdue is spread.")
]


DriftOption = Annotated[
    float,
    typer.Option(
        min=0, max=100, metavar="PERCENT", help="By how much the counts may differ by now."
    ),
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
        changes = [*changes_in(file), *changes]
    with open_engine(db) as engine:
        changes = [_with_id(engine, one) for one in changes]
        plan = engine.timings.preview(changes, horizon=timedelta(days=days), workflow=workflow)
        strange = of_nobody(engine, changes)
    if save is not None:
        save.write_text(json.dumps(plan_document(plan), indent=2) + "\n", encoding="utf-8")

    def human(console: "Console") -> None:
        show_plan(console, plan)
        for sentence in strange:
            console.print(clean(sentence))
        file = "--save plan.json keeps it," if save is None else f"It is kept in {save},"
        known = "plan.json" if save is None else save
        console.print(clean(f"{file} and `mentorflow timings apply {known} --reason …` does it."))

    emit(plan_document(plan), as_json=as_json, human=human)


def apply(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that was previewed.")],
    *,
    reason: ReasonOption,
    by: ByOption = None,
    over: SpreadOption = 24,
    drift: DriftOption = 0.0,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the changes of a plan, and move the timers that are pending.

    Where it would by now move others than were previewed, nothing is changed; --drift allows for
    a population that is alive meanwhile.
    """
    found = plan_in(plan)
    with (
        open_engine(db) as engine,
        resumable(engine, workflow=found.workflow),
        bar("moving timers") as tell,
    ):
        report = engine.timings.apply(
            found,
            reason=reason,
            by=by,
            over=timedelta(hours=over),
            drift=drift / 100,
            progress=tell,
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

    emit([state_document(one) for one in found], as_json=as_json, human=human)


def resume(plan: PlanArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Go on with a plan that was ended in the middle."""
    with open_engine(db) as engine, resumable(engine, plan=plan), bar("moving timers") as tell:
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
    with open_engine(db) as engine, resumable(engine, plan=plan), bar("moving timers back") as tell:
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


def resumable(
    engine: "Engine", *, plan: str | None = None, workflow: str = "mentorship"
) -> AbstractContextManager[None]:
    """Say how to go on with a plan, or with that of a workflow, that Ctrl-C ends in the middle."""

    def advice() -> str | None:
        known = plan or next(_under_way(engine, workflow), None)
        return known and (
            f"The plan {known} is under way. `mentorflow timings resume {known}` goes on with it, "
            f"and `mentorflow timings undo {known} --reason …` takes it back."
        )

    return interruptible(advice)


def _under_way(engine: "Engine", workflow: str) -> Iterator[str]:
    for one in engine.timings.plans(limit=1, workflow=workflow):
        if one.ended_at is None:
            yield one.id


def _row(one: "PlanState") -> tuple[Any, ...]:
    timers = f"{one.done:,} of {one.listed:,}"
    changes = "; ".join(_made(one) for one in one.changes) or "none: to follow what is in force"
    return (one.id, local(one.begun_at), one.status, timers, changes, one.by, one.reason)


def _made(change: Mapping[str, Any]) -> str:
    was, now = (change[end] or "the layer below" for end in ("from_value", "to_value"))
    return f"{change['timing']} {whom(change['scope'], change['subject'])}: {was} -> {now}"


def _emit(report: "PlanReport", *, as_json: bool) -> None:
    from mentorflow.engine.retiming import MOST_NAMED

    def human(console: "Console") -> None:
        console.print(
            f"Plan {report.id} is {report.status}: {report.done:,} of {report.listed:,} timers."
        )
        if report.left:
            console.print("Not put back, since they fired or count anew:")
            for one in report.left:
                console.print(f"  {one.mentorship_id} {one.timer} {one.instance}".rstrip())
            if len(report.left) >= MOST_NAMED:
                console.print("  and maybe others: so many are named at most")
        if report.status == "undone":
            console.print(
                "Timers that were set since by what it had changed keep that: "
                "`mentorflow timings preview` shows which would move."
            )

    emit(report_document(report), as_json=as_json, human=human)


def show_plan(console: "Console", plan: "Plan") -> None:
    """Say what a plan comes to."""
    counts = plan.counts
    for key, value in plan.changes[:_SHOWN]:
        becomes = "the layer below" if value is None else value.text
        console.print(clean(f"{key.timing} {whom(key.scope.value, key.subject)} -> {becomes}"))
    _tell_of_more(console, len(plan.changes))
    console.print(
        f"{counts.moved:,} timers of {counts.mentorships:,} mentorships move: "
        f"{counts.earlier:,} earlier, {counts.later:,} later, {counts.suspended:,} stand still."
    )
    if counts.overdue:
        console.print(
            f"{counts.overdue:,} would be due at once: they are spread over waking hours. "
            f"{plan.expiring_count:,} mentorships would end by that."
        )
    else:
        console.print("None would be due at once, and no mentorship would end by it.")
    for id_ in plan.expiring[:_SHOWN]:
        console.print(f"  {id_}")
    _tell_of_more(console, plan.expiring_count)
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


def _tell_of_more(console: "Console", many: int) -> None:
    if many > _SHOWN:
        console.print(f"  and {many - _SHOWN:,} more; --json has what is known of them")


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
