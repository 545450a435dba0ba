"""What a person is shown of a demo: how it ended, who was told what, one story, one refusal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from mentorflow.cli.console import clean, table
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.errors import EventRejected
from mentorflow_workflows.demo.play import Played
from mentorflow_workflows.demo.story import tell
from mentorflow_workflows.demo.tally import Tally

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 20
_ROLES = ("mentee", "mentor", "coordinator", "mediator", "program_owner")
_WHY: Mapping[str, str] = {
    "completed": "came to a good end",
    "declined": "every mentor who was asked said no",
    "no_reply": "no mentor answered in time",
    "withdrawn": "the mentee took the request back",
    "not_a_fit": "they met and found that it was no fit",
    "never_started": "they never got round to deciding",
    "never_agreed": "no agreement came together in time",
    "ended_by_program": "the program closed it",
    "safety": "somebody was not safe",
    "under way": "not over yet",
}
_EARLY: Mapping[str, str] = {
    "withdrawn": "somebody left",
    "agreed": "both agreed to end",
    "decided": "the program decided",
    "undecided": "a concern stayed open",
    "inactive": "nothing was heard for months",
}


def show_outcomes(out: "Console", tally: Tally) -> None:
    """Show how many ended how, as a bar chart."""
    most = max(tally.outcomes.values(), default=1)
    rows = [
        (outcome, count, "█" * max(1, round(count / most * _BAR)), _because(tally, outcome))
        for outcome, count in tally.outcomes.most_common()
    ]
    states = ", ".join(f"{count} are {state}" for state, count in tally.states.most_common())
    _title(out, f"How they ended ({states})")
    out.print(table(["outcome", "n", "", "because"], rows))


def show_messages(out: "Console", tally: Tally) -> None:
    """Show who was told how much, month by month, and what was escalated."""
    roles = [role for role in _ROLES if role in tally.messages]
    months = sorted({month for counts in tally.messages.values() for month in counts})
    rows: list[Iterable[object]] = [
        (month, *(_cell(tally, role, month) for role in roles)) for month in months
    ]
    rows.append(("in all", *(_total(tally, role) for role in roles)))
    _title(out, "Messages by role and month (in brackets those of escalations)")
    out.print(table(["month", *(role.replace("_", " ") for role in roles)], rows))
    _title(out, "Escalations")
    out.print(table(["ladder", "started"], tally.escalations.most_common()))


def show_story(out: "Console", mentorship: Mentorship, history: Sequence[HistoryEntry]) -> None:
    """Tell one mentorship from beginning to end."""
    title = mentorship.facts.get("title", mentorship.program)
    _title(out, f"One of them: {mentorship.key}, {clean(title)}")
    last: datetime | None = None
    for at, sentence in tell(mentorship, history):
        is_same_day = last is not None and last.date() == at.date()
        out.print(f"  {'' if is_same_day else f'{at:%Y-%m-%d}':10}  {clean(sentence)}")
        last = at


def show_refusal(out: "Console", mentorship: Mentorship, event: str, no: EventRejected) -> None:
    """Show what a refused event was told."""
    _title(out, "One event that is refused")
    out.print(f"  {event} to {mentorship.key}, which is {mentorship.state}:")
    out.print(f"  {no.code}: {clean(no.reason)}.")
    out.print(f"  Allowed are: {', '.join(no.allowed_events)}.")


def show_way_on(out: "Console", played: Played, db: str | None, remake: str) -> None:
    """Show the commands that look at what the demo left behind."""
    mentorship = played.eventful
    url = db or "sqlite:///demo.db"
    _title(out, "Where to go on")
    if db is None:
        out.print("  The database is gone again. To keep one:")
        out.print(f"  {remake} --db {url}", soft_wrap=True)
    for command in (
        "list",
        f"show {mentorship.key}",
        f"history {mentorship.key}",
        f"upcoming {played.waiting.key}",
        f"send {mentorship.key} gratitude.sent --by {mentorship.parties['mentee'][0]}",
    ):
        out.print(f"  mentorflow {command} --db {url}", soft_wrap=True)  # to be copied whole


def _because(tally: Tally, outcome: str) -> str:
    if outcome != "ended_early":
        return _WHY.get(outcome, "")
    reasons = tally.reasons.most_common()
    return ", ".join(f"{_EARLY.get(reason, reason)} ({count})" for reason, count in reasons)


def _cell(tally: Tally, role: str, month: str) -> str:
    return _counts(tally.messages[role][month], tally.escalated[role][month])


def _total(tally: Tally, role: str) -> str:
    return _counts(tally.messages[role].total(), tally.escalated[role].total())


def _counts(messages: int, escalated: int) -> str:
    if not messages:
        return "·"
    return f"{messages} ({escalated})" if escalated else str(messages)


def _title(out: "Console", text: str) -> None:
    out.print()
    out.print(text, style="bold")
