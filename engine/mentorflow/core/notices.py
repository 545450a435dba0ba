"""What is told to the outside of a decision, and to whom: notices for the endpoints there are.

A notice of a decision has the same id and the same bytes whoever makes it and whenever: ids are
put together from the history entry, and nothing in it is asked of a clock.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import HistoryEntry, Mentorship

CLOSED = "mentorship.closed"
SCHEMA_VERSION = 1
SOURCE = "/mentorflow"
"""What CloudEvents calls the one it comes from."""
RESTRICTED = "safety"
"""What is about it goes to nobody who has not asked for it by name: `safety.reported`."""
HIDDEN = "restricted"
"""What stands for it in notices of other types, which everybody may get."""
_ANYONE = "host"
_TIME = "time"


class Form(StrEnum):
    """How much a notice tells, and in which envelope."""

    THIN = "thin"
    """Ids, states and the cause; nothing that names people or repeats what they wrote."""
    FULL = "full"
    """With where the mentorship stands: who takes part, its dates, its key."""
    THIN_EVENT = "thin_cloudevents"
    """Thin, as a CloudEvent in structured mode."""
    FULL_EVENT = "full_cloudevents"
    """Full, as a CloudEvent in structured mode."""

    @property
    def is_full(self) -> bool:
        """Whether it tells where the mentorship stands."""
        return self in {Form.FULL, Form.FULL_EVENT}

    @property
    def is_cloud_event(self) -> bool:
        """Whether it comes as a CloudEvent."""
        return self in {Form.THIN_EVENT, Form.FULL_EVENT}

    @property
    def content_type(self) -> str:
        """What the receiver is told it is."""
        return "application/cloudevents+json" if self.is_cloud_event else "application/json"


class Subscription(NamedTuple):
    """What one endpoint wants to hear of."""

    endpoint: str
    types: tuple[str, ...]
    """Names, or patterns such as `meeting.*`."""
    programs: frozenset[str]
    """Empty where it wants to hear of all."""
    form: Form
    is_sent_to: bool = True
    """Whether it is sent what it wants: not while it is disabled, nor where it pulls. It is kept
    all the same, in its form."""

    def takes(self, type_: str, program: str) -> bool:
        """Whether it wants to hear of a type in a program."""
        return (not self.programs or program in self.programs) and _wanted(self.types, type_)


class WebhookNotice(NamedTuple):
    """One thing that happened, as it is told to the outside."""

    id: str
    type: str
    mentorship_id: str
    sequence: int
    """The revision of the mentorship: later notices of it have a higher one."""
    position: int
    """Among those of one decision."""
    program: str
    at: datetime
    bodies: Mapping[Form, str]
    """Its bytes in the forms that are wanted, thin always among them."""
    endpoints: tuple[str, ...]
    """Who is to hear of it."""


def notices_of(
    decision: Decision, subscriptions: Sequence[Subscription]
) -> Iterator[WebhookNotice]:
    """Yield the notices of a decision: of the event itself, and of all it has brought about."""
    entry, after = decision.entry, decision.mentorship
    for position, type_ in enumerate(_types(decision)):
        wanting = [one for one in subscriptions if one.takes(type_, after.program)]
        id_ = notice_id(entry, position)
        body = _body(id_, type_, decision)
        forms = {Form.THIN, *(one.form for one in wanting)}
        yield WebhookNotice(
            id=id_,
            type=type_,
            mentorship_id=after.id,
            sequence=entry.revision,
            position=position,
            program=after.program,
            at=entry.at,
            bodies={form: formed(body, form, after) for form in sorted(forms)},
            endpoints=tuple(one.endpoint for one in wanting if one.is_sent_to),
        )


def is_restricted(type_: str) -> bool:
    """Whether a type goes only to endpoints that have asked for it by name."""
    return type_.split(".", 1)[0] == RESTRICTED


def notice_id(entry: HistoryEntry, position: int) -> str:
    """Return the id of a notice; it has no dots, for these part what is signed."""
    return f"evt_{entry.mentorship_id.replace('-', '')}_{entry.revision}_{position}"


def formed(body: Mapping[str, Any], form: Form, mentorship: Mentorship | None) -> str:
    """Return a notice in a form, as the text whose bytes are kept, signed and sent."""
    if form.is_full and mentorship is not None:
        found = snapshot(mentorship, body["type"])
        body = {**body, "data": {**body["data"], "mentorship": found}}
    if form.is_cloud_event:
        body = _cloud_event(body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def snapshot(mentorship: Mentorship, type_: str) -> dict[str, Any]:
    """Return where a mentorship stands, for a type, without anything people have written."""
    return {
        "key": mentorship.key,
        "state": mentorship.state,
        "outcome": _shown(mentorship.outcome, type_),
        "version": mentorship.revision,
        "entered_at": instant_text(mentorship.entered_at),
        "created_at": instant_text(mentorship.created_at),
        "parties": {role: list(people) for role, people in mentorship.parties.items()},
        "dates": dict(mentorship.facts.get("dates") or {}),
        "returns_to": [detour.state for detour in mentorship.stack],
    }


def _types(decision: Decision) -> Iterable[str]:
    """Return the types of a decision's notices, each once, the event itself first."""
    published = [effect.name for effect in decision.effects if effect.kind == "publish"]
    ended = decision.mentorship.outcome is not None and decision.before.outcome is None
    return dict.fromkeys([decision.entry.event, *published, *([CLOSED] if ended else [])])


def _body(id_: str, type_: str, decision: Decision) -> dict[str, Any]:
    entry, after = decision.entry, decision.mentorship
    return {
        "type": type_,
        "timestamp": instant_text(entry.at),
        "id": id_,
        "schema_version": SCHEMA_VERSION,
        "data": {
            "mentorship_id": after.id,
            "program": after.program,
            "from": entry.from_state,
            "to": entry.to_state,
            "outcome": _shown(after.outcome, type_),
            "version": entry.revision,
            "sequence": entry.revision,
            "cause": _cause(decision, type_),
        },
    }


def _cause(decision: Decision, type_: str) -> dict[str, Any]:
    entry, after = decision.entry, decision.mentorship
    name, definition = _shown(entry.event, type_), f"{after.workflow}@{after.version}"
    if entry.cause is None:
        roles = sorted(after.roles_of(entry.by))
        actor = roles[0] if roles else _ANYONE
        return {"kind": "event", "name": name, "actor": actor, "definition": definition}
    told = ("timer", "timing", "value", "due_at")
    timer = {field: _shown(entry.cause.get(field), type_) for field in told}
    return {
        "kind": "timer",
        "name": name,
        "actor": _TIME,
        "definition": definition,
        "timer": timer,
    }


def _shown(name: str | None, type_: str) -> str | None:
    """Return the name of an event, an outcome or a timer, as a notice of a type may tell it."""
    if name is None or is_restricted(type_) or RESTRICTED not in name.split("."):
        return name
    return HIDDEN


def _cloud_event(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": body["id"],
        "source": SOURCE,
        "type": body["type"],
        "time": body["timestamp"],
        "subject": body["data"].get("mentorship_id"),
        "datacontenttype": "application/json",
        **({"test": True} if body.get("test") else {}),
        "data": body["data"],
    }


@lru_cache(maxsize=4096)
def _wanted(types: tuple[str, ...], type_: str) -> bool:
    if type_ in types:
        return True
    return not is_restricted(type_) and any(fnmatchcase(type_, one) for one in types)


def instant_text(at: datetime) -> str:
    """Return an instant as notices have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
