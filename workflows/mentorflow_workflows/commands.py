"""The commands that know the mentorship workflow: `import` a cohort, and the `demo`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mentorflow.cli.console import (
    DbOption,
    JsonOption,
    clean,
    console,
    emit,
    open_engine,
    progress,
    table,
)

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow_workflows.demo.play import Played
    from mentorflow_workflows.intake import IntakeReport

CohortFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.csv", exists=True, dir_okay=False, readable=True, show_default=False
    ),
]
DemoDbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        envvar="MENTORFLOW_DB",
        metavar="URL",
        help="A database without mentorships, to keep; a temporary one unless told.",
        show_default=False,
    ),
]
DEFAULT_SEED = 2025


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("import")(import_cohort)
    app.command("demo")(demo)


def import_cohort(
    file: CohortFile,
    coordinator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who looks after all of them.")
    ] = None,
    program_owner: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who answers for the program.")
    ] = None,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start a mentorship for every row of a cohort.

    The columns are mentorship (the key), program, mentee and mentors
    (`;` between several), and where there are any project, title,
    applications_close, selected_on, starts_on, midterm_due, final_due and
    ends_on. A row whose key is known already is left as it is, so a second
    import changes nothing.

    Rows that cannot be taken are listed with line and reason, and the others
    are taken all the same. The exit status is 1 only where no row was taken
    and none was there already.
    """
    from mentorflow_workflows.cohort import read_cohort
    from mentorflow_workflows.intake import Intake

    cohort = read_cohort(file)
    with open_engine(db) as engine, progress("Importing", len(cohort.rows)) as advance:
        intake = Intake(engine, coordinator=coordinator, program_owner=program_owner)
        report = intake.take(cohort, done=advance)
    emit(report.as_dict(), as_json=as_json, human=lambda out: _show_intake(out, report))
    if not report.taken and not report.already:
        why = "could be taken" if len(cohort) else "is there below the header"
        console(stderr=True).print(f"No row of {clean(file)} {why}.")
        raise typer.Exit(1)


def demo(
    seed: Annotated[int, typer.Option(help="Another number, another year.")] = DEFAULT_SEED,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            exists=True,
            dir_okay=False,
            readable=True,
            show_default=False,
            help="Another cohort than that of 2025 which comes along.",
        ),
    ] = None,
    db: DemoDbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Live a cohort's year in virtual time, with made-up people in real mentorships.

    They answer, late or never, meet, sign, quarrel, celebrate and close, and
    the engine does the rest. The same seed always lives the same year.
    Without --db the database is gone in the end; with it, look around with
    list, show, history, upcoming and send.
    """
    from mentorflow_workflows.demo.play import cohort_of, play
    from mentorflow_workflows.demo.world import span_of

    cohort = cohort_of(file)
    first, until = span_of(cohort)
    if not as_json:
        told = f"A cohort of {len(cohort.rows)} lives from {first:%Y-%m-%d} to {until:%Y-%m-%d} ..."
        console().print(told)
        sys.stdout.flush()  # also into a pipe: who waits for a year sees that it has begun
    with progress("Living", (until - first).days) as advance:
        played = play(cohort, seed=seed, db=db, days_passed=advance)
    remake = " ".join(["mentorflow demo", *_chosen(seed, file)])
    emit(
        played.tally.as_dict(),
        as_json=as_json,
        human=lambda out: _show_demo(out, played, db=db, remake=remake),
    )


def _chosen(seed: int, file: Path | None) -> list[str]:
    """Return the options that make the same demo again."""
    from shlex import quote

    chosen = [] if seed == DEFAULT_SEED else [f"--seed {seed}"]
    return chosen if file is None else [*chosen, f"--file {quote(str(file))}"]


def _show_demo(out: "Console", played: "Played", *, db: str | None, remake: str) -> None:
    from mentorflow_workflows.demo import report
    from mentorflow_workflows.demo.play import TOO_LATE

    tally = played.tally
    out.print(
        f"{tally.events} events, {tally.timers_fired} of them by the clock; "
        f"{sum(months.total() for months in tally.messages.values())} messages."
    )
    if tally.refused:
        lines = ", ".join(str(row.line) for row in tally.refused)
        out.print(f"Not taken from the file: {len(tally.refused)} rows (lines {lines}), such as:")
        out.print(f"  {clean(tally.refused[0].reason)}")
    report.show_outcomes(out, tally)
    report.show_messages(out, tally)
    report.show_story(out, played.eventful, played.history)
    if played.refusal is not None:
        report.show_refusal(out, played.eventful, TOO_LATE, played.refusal)
    report.show_way_on(out, played, db, remake)


def _show_intake(out: "Console", report: "IntakeReport") -> None:
    out.print(
        f"{report.taken} taken, {report.already} already there, {len(report.refused)} refused"
    )
    if report.refused:
        rows = [(row.line, row.key, row.code, row.reason) for row in report.refused]
        out.print(table(["line", "key", "code", "reason"], rows))
