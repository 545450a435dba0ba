"""A workflow of one long state, to look at single timers in it."""

from builders import Note, take_facts, tiny
from mentorflow.core.workflow import View, Workflow

URGENT = """
ladders:
  alarm:
    urgent: true
    rungs:
      - {to: [mentor], after: d0, message: first}
      - {to: [coordinator], after: d4, message: second}
"""
"""A ladder that waits for nobody's waking hours."""


def one_state(timers: str, *, more: str = "", state: str = "") -> Workflow:
    """Return a workflow of one long state with these timers, which takes facts as they come."""
    return tiny(
        f"""
states:
  open:
    events: {{noted: {{record: [take_facts]}}, over: {{to: closed, outcome: over}}, {state}}}
    timers:
      limit: {{after: d999, fire: over}}
      {timers}
  closed: {{final: true}}
anchors:
  last_meeting: {{fact: last_meeting_at, or: entered}}
  asked: {{fact: asked_at}}
  ends_on: {{date: ends_on}}
{more}
""",
        payloads={"noted": Note},
        records={"take_facts": take_facts},
        guards={"all_is_quiet": all_is_quiet, "all_is_well": all_is_well},
    )


def all_is_quiet(view: View) -> str | None:
    """Claim that the facts say so."""
    return None if view.facts.get("quiet") else "it is not quiet"


def all_is_well(view: View) -> str | None:
    """Claim that the facts say so."""
    return None if view.facts.get("well") else "it is not well"
