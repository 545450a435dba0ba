"""The options by which operators say for whom they change something, and why."""

from typing import Annotated

import typer

ProgramOption = Annotated[
    str | None, typer.Option(metavar="PROGRAM", help="For the mentorships of a program.")
]
MentorshipOption = Annotated[
    str | None, typer.Option(metavar="ID", help="For one mentorship, by its id or its key.")
]
PersonOption = Annotated[
    str | None, typer.Option(metavar="PERSON", help="For all mentorships of a person.")
]
ReasonOption = Annotated[str, typer.Option(help="Why, for whoever asks later.")]
ByOption = Annotated[str | None, typer.Option(help="Who changes it.")]
