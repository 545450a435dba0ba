"""What branches, states and timers do: messages, escalations, calls, timers counted anew."""

from collections.abc import Iterable, Mapping
from typing import Any

from mentorflow.core.draft import Draft
from mentorflow.core.escalating import escalate
from mentorflow.core.mentorship import Effect
from mentorflow.core.planning import SUSPENDED, restart
from mentorflow.core.workflow import Action, CollectionRule


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
    rule = draft.workflow.messages[name]
    data = None
    if rule.invites_to is not None:
        data = _invitation(draft, draft.workflow.collections_by_name[rule.invites_to])
        if data is None:
            return  # there is nothing to invite to, nor to call off
    for role in rule.to:
        for person in draft.recipients(role):
            effect = Effect(kind="notify", name=name, role=role, recipient=person, data=data)
            draft.add_effect(effect)


def _invitation(draft: Draft, collection: CollectionRule) -> Mapping[str, Any] | None:
    """Return the item that the event names, as it is, or as it was before it was called off."""
    name = draft.event.data.get(collection.name)
    item = (draft.facts.get(collection.fact) or {}).get(name)
    was = (draft.before.facts.get(collection.fact) or {}).get(name)
    found = item or was
    if found is None:
        return None
    return {"invitation": {**found, "id": name, "is_cancelled": item is None}}
