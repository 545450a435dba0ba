"""What branches, states and timers do: messages, escalations, calls, timers counted anew."""

from collections.abc import Iterable

from mentorflow.core.draft import Draft
from mentorflow.core.escalating import escalate
from mentorflow.core.mentorship import Effect
from mentorflow.core.planning import SUSPENDED, restart
from mentorflow.core.workflow import Action


def perform(draft: Draft, actions: Iterable[Action], *, cause: str, owner: str) -> None:
    """Work the actions of one cause into the draft, in their order."""
    for action in actions:
        if action.verb == "notify":
            _notify(draft, action.name)
        elif action.verb == "escalate":
            escalate(draft, action.name, at=action.rung, cause=cause, owner=owner)
        elif action.verb == "call":
            draft.add_effect(Effect(kind="call", name=action.name))
        elif action.verb == "restart":
            for timer in action.timers:
                restart(draft, timer)
        elif action.verb == "suspend":
            held = {*(draft.facts.get(SUSPENDED) or ()), *action.timers}
            draft.record({SUSPENDED: sorted(held)})
        else:
            held = {*(draft.facts.get(SUSPENDED) or ())} - {*action.timers}
            draft.record({SUSPENDED: sorted(held) or None})


def _notify(draft: Draft, name: str) -> None:
    for role in draft.workflow.messages[name].to:
        for person in draft.recipients(role):
            draft.add_effect(Effect(kind="notify", name=name, role=role, recipient=person))
