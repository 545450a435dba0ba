"""Which events a mentorship takes as it stands, from whom, and which branches they have."""

from collections.abc import Mapping

from mentorflow.core.escalating import ACTS
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.workflow import Workflow
from mentorflow.errors import EventNotOffered, UnknownEvent


def owner_of(workflow: Workflow, mentorship: Mentorship, event: str) -> str | None:
    """Return the state that takes an event: the present one, or one below a detour."""
    state = workflow.states[mentorship.state]
    if event in state.events:
        return state.name
    if event in state.passes:
        for detour in reversed(mentorship.stack):
            if event in workflow.states[detour.state].events:
                return detour.state
    if event in workflow.anywhere and not state.is_final:
        return state.name
    return None


def allowed_events(workflow: Workflow, mentorship: Mentorship) -> list[str]:
    """Return the events people and hosts may send as things stand, sorted."""
    state = workflow.states[mentorship.state]
    names = set(state.events)
    below = [workflow.states[detour.state].events for detour in mentorship.stack]
    names |= {name for name in state.passes if any(name in events for events in below)}
    if not state.is_final:
        names |= workflow.anywhere.keys()
    names = {name for name in names if workflow.events[name].by}
    if mentorship.escalations:
        names |= set(ACTS)
    return sorted(names)


def require_known(workflow: Workflow, event: str) -> None:
    """Refuse an event no state of the workflow has.

    Raises:
        UnknownEvent: with the nearest name there is.
    """
    if event in workflow.events or event in ACTS:
        return
    from difflib import get_close_matches  # only a refusal needs it

    near = get_close_matches(str(event), [*workflow.events, *ACTS], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownEvent(f"the workflow {workflow.name!r} has no event {event!r}{hint}")


def not_offered(workflow: Workflow, mentorship: Mentorship, event: str) -> EventNotOffered:
    """Return the refusal of an event the state does not offer."""
    allowed = allowed_events(workflow, mentorship)
    offering = [name for name, state in workflow.states.items() if event in state.events]
    where = f"; {', '.join(offering)} would take it" if offering else ""
    reason = f"the state {mentorship.state!r} does not offer {event!r}{where}"
    offered = f"it takes {', '.join(allowed)}" if allowed else "it takes no events any more"
    return EventNotOffered(f"{reason}; {offered}", reason=reason, allowed_events=allowed)


def offered_in(workflow: Workflow) -> Mapping[str, list[str]]:
    """Return, for every event people may send, the states that take it."""
    found: dict[str, list[str]] = {}
    for name, rule in workflow.events.items():
        if rule.by:
            found[name] = [state for state in workflow.states if _takes(workflow, state, name)]
    for act in ACTS:
        found[act] = list(workflow.states)
    return found


def _takes(workflow: Workflow, state: str, event: str) -> bool:
    rule = workflow.states[state]
    anywhere = event in workflow.anywhere and not rule.is_final
    return event in rule.events or event in rule.passes or anywhere
