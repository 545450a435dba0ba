"""What is counted while the cohort lives, and what is found in the database in the end."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mentorflow.core.mentorship import Mentorship
from mentorflow.engine.channels import Notice
from mentorflow.engine.engine import Engine
from mentorflow_workflows.cohort import Refusal

_PAGE = 1000
Months = dict[str, Counter[str]]


@dataclass(slots=True, kw_only=True)
class Tally:
    """The numbers of one demo."""

    events: int = 0
    """Entries of the histories: starts, what people sent, and what time did."""
    timers_fired: int = 0
    dropped: int = 0
    """Acts that were refused when their time came, and given up."""
    messages: Months = field(default_factory=lambda: defaultdict(Counter))
    """By role and month, those of escalations among them."""
    escalated: Months = field(default_factory=lambda: defaultdict(Counter))
    """The messages of escalations alone."""
    escalations: Counter[str] = field(default_factory=Counter)
    """Ladders that were started, by name."""
    states: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why those that ended early did."""
    visited: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The states each mentorship was in, by its id."""
    refused: list[Refusal] = field(default_factory=list)
    """Rows of the cohort that no mentorship came of."""

    def hear(self, notice: Notice) -> None:
        """Count a notice."""
        if notice.type == "mentorship.state_changed":
            self.visited[notice.mentorship.id].add(notice.to_state)
        elif notice.type == "escalation.opened":
            self.escalations[notice.data["ladder"]] += 1
        elif notice.type == "message.sent":
            month = f"{notice.at:%Y-%m}"
            self.messages[notice.data["role"]][month] += 1
            if "escalation" in notice.data:
                self.escalated[notice.data["role"]][month] += 1

    def look(self, engine: Engine) -> None:
        """Count where the mentorships stand in the end."""
        for mentorship in everyone(engine):
            self.states[mentorship.state] += 1
            self.outcomes[mentorship.outcome or "under way"] += 1
            if mentorship.outcome == "ended_early":
                self.reasons[str(mentorship.facts.get("reason"))] += 1

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as one JSON-ready document, the same for the same demo."""
        return {
            "mentorships": sum(self.states.values()),
            "states": _sorted(self.states),
            "outcomes": _sorted(self.outcomes),
            "events": self.events,
            "timers_fired": self.timers_fired,
            "messages": {role: _sorted(months) for role, months in sorted(self.messages.items())},
            "escalations": _sorted(self.escalations),
        }


def everyone(engine: Engine) -> list[Mentorship]:
    """Return all mentorships of a database."""
    found: list[Mentorship] = []
    after: str | None = None
    while page := engine.find(limit=_PAGE, after=after):
        found += page
        after = page[-1].id
    return found


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
