"""`mentorflow history`, `upcoming` and `explain`: what was, what comes, and why."""

from typing import TYPE_CHECKING

import typer

from mentorflow.cli.addressing import MentorshipArgument, mentorship_named
from mentorflow.cli.console import DbOption, JsonOption, clean, emit, open_engine, table
from mentorflow.cli.documents import frozen_document, history_document, timer_document
from mentorflow.cli.sentences import frozen_sentences, sentences
from mentorflow.cli.wording import due, fields, local, move, why
from mentorflow.clock import SystemClock
from mentorflow.core.mentorship import HistoryEntry, Timer

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

_PANEL = "Mentorships"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command, example in (
        (history, "mentorflow history lfx-2025-1-001"),
        (upcoming, "mentorflow upcoming lfx-2025-1-001"),
        (explain, "mentorflow explain lfx-2025-1-001"),
    ):
        app.command(rich_help_panel=_PANEL, epilog=f"Example: {example}")(command)


def history(name: MentorshipArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """List everything that was decided about a mentorship, the oldest first."""
    with open_engine(db) as engine:
        entries = engine.history(mentorship_named(engine, name).id)

    def human(console: "Console") -> None:
        columns = ("at", "event", "state", "by", "data")
        console.print(table(columns, (_entry_row(entry) for entry in entries)))

    emit([history_document(entry) for entry in entries], as_json=as_json, human=human)


def upcoming(name: MentorshipArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """List the timers that run, the soonest first, and why each is due when it is."""
    with open_engine(db) as engine:
        mentorship = mentorship_named(engine, name)
        timers = engine.upcoming(mentorship.id)
        frozen = frozen_document(engine.programs.get(mentorship.program))

    def human(console: "Console") -> None:
        for sentence in frozen_sentences(mentorship.program, frozen):
            console.print(clean(sentence))
        if not timers:
            console.print(f"Nothing is due: the mentorship is {mentorship.state}.")
            return
        now = SystemClock().now()
        console.print(table(("due", "", "timer", "why"), (_timer_row(one, now) for one in timers)))

    since = None if frozen is None else frozen["since"]
    found = [{**timer_document(timer), "frozen_since": since} for timer in timers]
    emit(found, as_json=as_json, human=human)


def explain(name: MentorshipArgument, db: DbOption = None, as_json: JsonOption = False) -> None:
    """Tell why a mentorship stands where it does and what happens next."""
    with open_engine(db) as engine:
        mentorship = mentorship_named(engine, name)
        document = engine.explain(mentorship.id)

    def human(console: "Console") -> None:
        for sentence in sentences(mentorship, document):
            console.print(clean(sentence), soft_wrap=not console.is_terminal)

    emit(document, as_json=as_json, human=human)


def _entry_row(entry: HistoryEntry) -> tuple[str | None, ...]:
    by = entry.by or ("time" if entry.cause else "host")
    state = move(entry.from_state, entry.to_state)
    return (local(entry.at), entry.event, state, by, fields(entry.data))


def _timer_row(timer: Timer, now: "datetime") -> tuple[str, ...]:
    due_at = timer.due_at or now
    named = f"{timer.name} ({timer.instance})" if timer.instance else timer.name
    return (local(due_at), due(due_at, now), named, why(timer))
