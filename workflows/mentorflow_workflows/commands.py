"""The commands that know the mentorship workflow: `import` a cohort, and the `demo`."""

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

    from mentorflow_workflows.intake import IntakeReport

CohortFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE.csv", exists=True, dir_okay=False, readable=True, show_default=False
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("import")(import_cohort)


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

    The columns are mentorship (the key), program, mentee and mentors (`;` between several), and
    where there are any project, title, applications_close, selected_on, starts_on, midterm_due,
    final_due and ends_on. A row whose key is known already is left as it is, so a second import
    changes nothing.

    Rows that cannot be taken are listed with line and reason, and the others are taken all the
    same. The exit status is 1 only where no row was taken and none was there already.
    """
    from mentorflow_workflows.cohort import read_cohort
    from mentorflow_workflows.intake import Intake

    cohort = read_cohort(file)
    with open_engine(db) as engine, progress("Importing", len(cohort.rows)) as advance:
        intake = Intake(engine, coordinator=coordinator, program_owner=program_owner)
        report = intake.take(cohort, done=advance)
    emit(report.as_dict(), as_json=as_json, human=lambda out: _show_intake(out, report))
    if not report.taken and not report.already:
        console(stderr=True).print(f"No row of {clean(file)} could be taken.")
        raise typer.Exit(1)


def _show_intake(out: "Console", report: "IntakeReport") -> None:
    out.print(
        f"{report.taken} taken, {report.already} already there, {len(report.refused)} refused"
    )
    if report.refused:
        rows = [(row.line, row.key, row.code, row.reason) for row in report.refused]
        out.print(table(["line", "key", "code", "reason"], rows))
