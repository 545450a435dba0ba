"""`mentorflow timings`: the durations behind the timers, and who set them to what."""

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli import limits, plans
from mentorflow.cli.addressing import id_of_named, of_nobody
from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, table
from mentorflow.cli.scopes import (
    ByOption,
    MentorshipOption,
    PersonOption,
    ProgramOption,
    ReasonOption,
)
from mentorflow.cli.wording import local, whom, whose
from mentorflow.cli.workflows import WorkflowOption
from mentorflow.core.override import LIMIT
from mentorflow.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from mentorflow.core.override import TimingChange
    from mentorflow.engine.timings import TimingInForce, TimingSettings

_COLUMNS = ("name", "value", "from", "default", "min", "max", "help", "source")
_CHANGES = ("when", "timing", "for", "was", "is", "by", "why", "plan", "revision")
_SET = ("timing", "set for", "value")
_MOST_SET = 100
_LIMITED = "its limit"
NewOnlyOption = Annotated[
    bool, typer.Option("--new-only", help="Leave the timers alone that are pending.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The timing.")]


def add_to(app: typer.Typer) -> None:
    """Add the group of commands of this module."""
    group = typer.Typer(help="See and set the durations behind the timers.", no_args_is_help=True)
    group.command("list", epilog="Example: mentorflow timings list --program lfx-2025-1")(
        list_timings
    )
    group.command(
        "set",
        epilog="Example: mentorflow timings set contact.reply_window 21d --program lfx-2025-1 "
        '--reason "exams until mid-June"',
    )(set_timing)
    group.command(
        epilog="Example: mentorflow timings unset contact.reply_window --program lfx-2025-1 "
        '--reason "exams are over"'
    )(unset)
    group.command(epilog="Example: mentorflow timings history contact.reply_window")(history)
    limits.add_to(group)
    plans.add_to(group)
    app.add_typer(group, name="timings", rich_help_panel="Workflows")


def list_timings(
    *,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the timings of a workflow: what is in force, where it comes from, what it may be."""
    with open_engine(db) as engine:
        found = engine.timings.list(
            program=program,
            mentorship=id_of_named(engine, mentorship),
            person=person,
            workflow=workflow,
        )

    def human(console: "Console") -> None:
        console.print(table(_COLUMNS, (_row(one) for one in found)))
        for sentence in _sentences(found):
            console.print(sentence)
        made = [(one.name, *override) for one in found for override in one.overrides]
        if made:
            console.print(table(_SET, (_override_row(*one) for one in made[:_MOST_SET])))
        if len(made) > _MOST_SET:
            console.print(f"{len(made) - _MOST_SET:,} more are set; --json lists all.")

    emit([_document(one) for one in found], as_json=as_json, human=human)


def set_timing(
    name: NameArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="As 10d, 36h, 3bd or P10D.")],
    *,
    reason: ReasonOption,
    by: ByOption = None,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    new_only: NewOnlyOption = False,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a timing: for all, a program, a mentorship or a person. Pending timers are moved."""
    wanted = {"program": program, "mentorship": mentorship, "person": person}
    wanted = {"timing": name, "value": value, **wanted}
    _change(db, wanted, workflow, reason=reason, by=by, new_only=new_only, as_json=as_json)


def unset(
    name: NameArgument,
    *,
    reason: ReasonOption,
    by: ByOption = None,
    program: ProgramOption = None,
    mentorship: MentorshipOption = None,
    person: PersonOption = None,
    new_only: NewOnlyOption = False,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back what was set, so that the layer below is in force again."""
    wanted = {"program": program, "mentorship": mentorship, "person": person}
    wanted = {"timing": name, "value": None, **wanted}
    _change(db, wanted, workflow, reason=reason, by=by, new_only=new_only, as_json=as_json)


def history(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The timing.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    before: Annotated[
        int | None, typer.Option(metavar="REVISION", help="Go on before the last one seen.")
    ] = None,
    workflow: WorkflowOption = "mentorship",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who set what, when, why, from what to what; the latest first."""
    with open_engine(db) as engine:
        found = engine.timings.history(name, limit=limit, before=before, workflow=workflow)

    def human(console: "Console") -> None:
        if not found:
            console.print("Nobody has set anything: all timings are as the workflow has them.")
            return
        console.print(table(_CHANGES, (_changed(one) for one in found)))

    emit([_document_of(one) for one in found], as_json=as_json, human=human)


def _change(
    db: str | None,
    wanted: dict[str, str | None],
    workflow: str,
    *,
    reason: str,
    by: str | None,
    new_only: bool,
    as_json: bool,
) -> None:
    moved = 0
    with open_engine(db) as engine:
        wanted["mentorship"] = id_of_named(engine, wanted["mentorship"])
        was = _in_force(engine.timings, wanted, workflow)
        if new_only:
            change = _set_alone(engine.timings, wanted, reason=reason, by=by, workflow=workflow)
        else:
            previewed = engine.timings.preview([wanted], workflow=workflow)
            with plans.resumable(engine, workflow=workflow), plans.bar("moving timers") as tell:
                # Nobody has seen the counts, so there are none that have to stay as they were.
                report = engine.timings.apply(
                    previewed, reason=reason, by=by, drift=math.inf, progress=tell
                )
            moved = report.done
            change = _made_by(engine.timings, report.id, workflow)
        now = _in_force(engine.timings, wanted, workflow)
        strange = of_nobody(engine, [wanted])

    def human(console: "Console") -> None:
        console.print(clean(f"{change.timing} {_whom(change)}: {was} -> {now}"))
        if new_only:
            console.print("Timers that are pending keep the value they were set with.")
        else:
            console.print(f"{moved:,} pending timers were moved by the plan {change.plan}.")
        for sentence in strange:
            console.print(clean(sentence))

    emit({**_document_of(change), "moved": moved}, as_json=as_json, human=human)


def _in_force(timings: "TimingSettings", wanted: dict[str, str | None], workflow: str) -> str:
    """Return the value in force of a timing for whom it is set, and where that comes from."""
    scope = {name: wanted[name] for name in ("program", "mentorship", "person")}
    for one in timings.list(**scope, workflow=workflow):
        if one.name == wanted["timing"]:
            return f"{one.value} ({one.scope})"
    return "nothing"


def _made_by(timings: "TimingSettings", plan: str, workflow: str) -> "TimingChange":
    """Return the change that a plan made, however many others were made meanwhile."""
    before = None
    while found := timings.history(limit=100, before=before, workflow=workflow):
        for one in found:
            if one.plan == plan:
                return one
        before = found[-1].revision
    raise NotFound(f"the plan {plan} made no change")


def _set_alone(
    timings: "TimingSettings",
    wanted: dict[str, str | None],
    *,
    reason: str,
    by: str | None,
    workflow: str,
) -> "TimingChange":
    """Set a timing, or take it back, and leave the timers alone that are pending."""
    name, value = str(wanted["timing"]), wanted["value"]
    put = timings.unset if value is None else partial(timings.set, value=value)
    return put(
        name,
        reason=reason,
        by=by,
        program=wanted["program"],
        mentorship=wanted["mentorship"],
        person=wanted["person"],
        workflow=workflow,
    )


def _row(one: "TimingInForce") -> tuple[Any, ...]:
    return (one.name, one.value, one.scope, one.default, one.least, one.most, one.help, one.source)


def _document(one: "TimingInForce") -> dict[str, Any]:
    overrides = [
        {"scope": scope, "subject": subject, "value": value}
        for scope, subject, value in one.overrides
    ]
    return {
        "name": one.name,
        "value": one.value,
        "scope": one.scope,
        "default": one.default,
        "min": one.least,
        "max": one.most,
        "longer_than": one.longer_than,
        "help": one.help,
        "source": one.source,
        "overrides": overrides,
        "version": one.version,
        "per_minute": one.per_minute,
        "jitter_seconds": None if one.jitter is None else one.jitter.total_seconds(),
    }


def _changed(one: "TimingChange") -> tuple[Any, ...]:
    to = _LIMITED if one.scope == LIMIT else whose(one.scope, one.subject)
    was_is = one.from_value, one.to_value
    return (local(one.at), one.timing, to, *was_is, one.by, one.reason, one.plan, one.revision)


def _document_of(one: "TimingChange") -> dict[str, Any]:
    return {**one._asdict(), "at": one.at.isoformat()}


def _whom(one: "TimingChange") -> str:
    return _LIMITED if one.scope == LIMIT else whom(one.scope, one.subject)


def _override_row(name: str, scope: str, subject: str, value: str) -> tuple[str, str, str]:
    return (name, whose(scope, subject), value)


def _sentences(found: "Sequence[TimingInForce]") -> "Iterator[str]":
    """Yield what the table does not say: of which versions some are, and their limits."""
    from mentorflow.core.pacing import Limit

    latest = max(one.version for one in found)
    for one in found:
        if one.version != latest:
            yield f"{one.name} is of version {one.version}, by which mentorships still run."
        if one.per_minute is not None or one.jitter is not None:
            yield f"{one.name} has a limit: {Limit(one.per_minute, one.jitter)}."
