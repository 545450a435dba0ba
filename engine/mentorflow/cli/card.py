"""One mentorship on one card: who, where since when, what comes next, what can be done."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mentorflow.cli.console import clean
from mentorflow.cli.wording import distance, due, local, people, why, words
from mentorflow.clock import SystemClock
from mentorflow.core.mentorship import Escalation, Mentorship, Timer

if TYPE_CHECKING:
    from rich.panel import Panel

_NEXT = 3
_FIRST_ROLES = ("mentee", "mentor")


def card(mentorship: Mentorship, document: Mapping[str, Any], state_help: str) -> "Panel":
    """Return the card of a mentorship; the document is what `--json` shows of it."""
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, lines in _sections(mentorship, document, state_help):
        if lines:
            grid.add_row(label, Text("\n".join(clean(line) for line in lines)))
    title = Text(clean(f"{mentorship.key or mentorship.id} · {mentorship.state}"))
    return Panel(grid, title=title, title_align="left", expand=False)


def _sections(
    mentorship: Mentorship, document: Mapping[str, Any], state_help: str
) -> Iterable[tuple[str, list[str]]]:
    now = SystemClock().now()
    since = f"{local(mentorship.entered_at)}, {distance(mentorship.entered_at, now)}"
    yield "id", [mentorship.id]
    yield "program", [mentorship.program]
    for role in (*_FIRST_ROLES, *sorted(mentorship.parties.keys() - set(_FIRST_ROLES))):
        if mentorship.parties.get(role):
            yield words(role), [people(mentorship.parties, role)]
    yield "state", [f"{mentorship.state} since {since}", state_help]
    yield "outcome", [mentorship.outcome] if mentorship.outcome else []
    yield "returns to", list(reversed(document["returns_to"]))
    yield "frozen", _frozen(document["frozen"])
    yield "next", _next(mentorship)
    yield "standing still", document["suspended"]
    yield "escalations", [_escalation(found) for found in mentorship.escalations]
    yield "takes", [", ".join(document["allowed_events"]) or "no events any more"]


def _next(mentorship: Mentorship) -> list[str]:
    now = SystemClock().now()
    running = sorted(
        ((timer.due_at, timer) for timer in mentorship.timers if timer.due_at is not None),
        key=lambda pair: (pair[0], pair[1].key),
    )
    lines = []
    for due_at, timer in running[:_NEXT]:
        lines.append(f"{local(due_at)}, {due(due_at, now)}: {_named(timer)}")
        lines.append(f"  {why(timer)}")
    if len(running) > _NEXT:
        lines.append(f"and {len(running) - _NEXT} more: see `mentorflow upcoming`")
    return lines


def _frozen(found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return []
    since = local(datetime.fromisoformat(found["since"]))
    return [f"since {since}, because: {found['because']}"]


def _named(timer: Timer) -> str:
    return f"{timer.name} ({timer.instance})" if timer.instance else timer.name


def _escalation(found: Escalation) -> str:
    return (
        f"{found.ladder} is {found.status.value} since {local(found.changed_at)}, "
        f"{found.rung} told, because of {found.cause}: {found.id}"
    )
