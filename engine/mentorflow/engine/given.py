"""The facts a host starts a mentorship with: those the engine counts by must be what they say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mentorflow.clock import as_utc
from mentorflow.core.draft import PARTIES
from mentorflow.core.duration import Duration
from mentorflow.core.planning import SUSPENDED
from mentorflow.core.timings import fact_at
from mentorflow.core.workflow import CollectionRule, Workflow
from mentorflow.errors import InvalidPayload

_KEPT = (PARTIES, SUSPENDED)
"""Names that mean something else to the engine."""


def require_sound(workflow: Workflow, facts: Mapping[str, Any]) -> None:
    """Refuse facts that timers could not be counted by later.

    Raises:
        InvalidPayload: naming the fact, and what it must be.
    """
    for name in _KEPT:
        if name in facts:
            raise InvalidPayload(f"facts must not hold {name!r}, which the engine keeps itself")
    for anchor in workflow.anchors.values():
        if anchor.fact is not None:
            _require(facts, anchor.fact, _instant, "an instant with its zone")
    for timing in workflow.timings.values():
        if timing.fact is not None:
            _require(facts, timing.fact, _duration, "a duration such as 14d")
    for role in workflow.roles.values():
        if role.narrowed_by is not None:
            _require(facts, role.narrowed_by, _persons, "a list of persons")
    for collection in workflow.collections:
        _require_items(facts, collection)


def _require(facts: Mapping[str, Any], path: str, read: Callable[[Any], object], what: str) -> None:
    value = fact_at(facts, path)
    if value is None:
        return
    try:
        read(value)
    except (TypeError, ValueError, OverflowError, InvalidPayload):
        raise InvalidPayload(f"the fact {path!r} is {value!r}; it must be {what}") from None


def _require_items(facts: Mapping[str, Any], collection: CollectionRule) -> None:
    items = facts.get(collection.fact)
    if items is None:
        return
    if not isinstance(items, Mapping) or not all(isinstance(i, Mapping) for i in items.values()):
        raise InvalidPayload(f"the fact {collection.fact!r} is {items!r}; it must be items by id")
    for item in items.values():
        for field in collection.anchors.values():
            _require(item, field, _instant, "an instant with its zone")


def _instant(value: Any) -> datetime:
    return as_utc(datetime.fromisoformat(value), what="it")


def _duration(value: Any) -> Duration:
    found = Duration.parse(value if isinstance(value, str) else "")
    if found.is_zero:
        raise ValueError("it takes no time at all")
    return found


def _persons(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(person, str) for person in value):
        raise TypeError("it is no list of texts")
    return value
