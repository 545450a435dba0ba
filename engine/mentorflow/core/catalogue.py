"""The types of notices there are, each with its JSON Schema and an example."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mentorflow.core import escalating
from mentorflow.core.decide import STARTED, STATE_CHANGED, TIMER_FIRED, TIMER_SKIPPED
from mentorflow.core.migrating import MIGRATED
from mentorflow.core.notices import CLOSED, SCHEMA_VERSION, is_restricted
from mentorflow.core.workflow import Workflow

FAILING, DISABLED, PING = "endpoint.failing", "endpoint.disabled", "test.ping"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OURS = {
    STARTED: "A mentorship was started.",
    STATE_CHANGED: "A mentorship is in another state.",
    CLOSED: "A mentorship has come to its end.",
    TIMER_FIRED: "A timer fired that sends no event of its own.",
    TIMER_SKIPPED: "A timer was due and had no reason left.",
    MIGRATED: "A mentorship was moved to another version of its workflow.",
    escalating.OPENED: "A ladder was started for a cause.",
    escalating.CLIMBED: "The next rung of a ladder was told.",
    escalating.ACKNOWLEDGED: "Somebody has taken an escalation in hand.",
    escalating.SNOOZED: "An escalation comes back later.",
    escalating.DISMISSED: "An escalation was dismissed.",
    escalating.RESOLVED: "An escalation is over.",
}
_OF_ENDPOINTS = {
    FAILING: "Another endpoint has failed for a day, or for three.",
    DISABLED: "Another endpoint is told nothing any more.",
    PING: "Somebody tries an endpoint out.",
}
_TEXT, _WHOLE = {"type": "string"}, {"type": "integer", "minimum": 1}
_INSTANT = {"type": "string", "format": "date-time"}
_TEXT_OR_NONE = {"type": ["string", "null"]}
_ID = {"type": "string", "pattern": "^evt_[0-9a-f_]+$"}
_CAUSE = {
    "type": "object",
    "required": ["kind", "name", "actor", "definition"],
    "properties": {
        "kind": {"enum": ["event", "timer"]},
        "name": _TEXT,
        "actor": {**_TEXT, "description": "The role of who sent it, `host`, or `time`."},
        "definition": {**_TEXT, "description": "The workflow and its version."},
        "timer": {
            "type": "object",
            "properties": dict.fromkeys(("timer", "timing", "value", "due_at"), _TEXT_OR_NONE),
        },
    },
}
_DATA = {
    "type": "object",
    "required": ["mentorship_id", "program", "from", "to", "outcome", "sequence", "cause"],
    "properties": {
        "mentorship_id": {"type": "string", "format": "uuid"},
        "program": _TEXT,
        "from": _TEXT_OR_NONE,
        "to": _TEXT,
        "outcome": _TEXT_OR_NONE,
        "version": _WHOLE,
        "sequence": {**_WHOLE, "description": "Later notices of a mentorship have a higher one."},
        "cause": _CAUSE,
        "mentorship": {"type": "object", "description": "In the full form: where it stands."},
    },
}
_EXAMPLE_ID = "evt_0195b0c27c007000800000000000002a_7_0"
_EXAMPLE_CAUSE = {
    "kind": "event",
    "name": "mentor.accepted",
    "actor": "mentor",
    "definition": "mentorship@1",
}
_EXAMPLE_DATA: Mapping[str, Any] = {
    "mentorship_id": "0195b0c2-7c00-7000-8000-00000000002a",
    "program": "lfx-2025-1",
    "from": "contact",
    "to": "rapport",
    "outcome": None,
    "version": 7,
    "sequence": 7,
    "cause": _EXAMPLE_CAUSE,
}


class NoticeType(NamedTuple):
    """One type of notices."""

    type: str
    help: str
    is_restricted: bool
    """Whether it goes only to endpoints that have asked for it by name."""
    schema: Mapping[str, Any]
    example: Mapping[str, Any]


def types_of(workflows: Iterable[Workflow]) -> Iterator[NoticeType]:
    """Yield the types there are: those of the engine, and the events of workflows."""
    told = dict(_OURS)
    for workflow in workflows:
        told |= {name: rule.help for name, rule in workflow.events.items()}
    for type_, help_ in sorted(told.items()):
        yield _type(type_, help_, _DATA, _example(type_))
    for type_, help_ in _OF_ENDPOINTS.items():
        yield _type(type_, help_, {"type": "object"}, {"endpoint": "ep_0195b0c27c00"})


def _example(type_: str) -> Mapping[str, Any]:
    if type_ == STATE_CHANGED:
        return _EXAMPLE_DATA
    return {**_EXAMPLE_DATA, "cause": {**_EXAMPLE_CAUSE, "name": type_}}


def _type(
    type_: str, help_: str, data: Mapping[str, Any], example: Mapping[str, Any]
) -> NoticeType:
    schema = {
        "$schema": _DIALECT,
        "title": type_,
        "description": help_,
        "type": "object",
        "required": ["type", "timestamp", "id", "schema_version", "data"],
        "properties": {
            "type": {"const": type_},
            "timestamp": _INSTANT,
            "id": _ID,
            "schema_version": {"const": SCHEMA_VERSION},
            "test": {"const": True},
            "data": data,
        },
    }
    shown = {
        "type": type_,
        "timestamp": "2025-03-03T09:00:00.000Z",
        "id": _EXAMPLE_ID,
        "schema_version": SCHEMA_VERSION,
        "data": example,
    }
    return NoticeType(type_, help_, is_restricted(type_), schema, shown)
