"""Builders shared by tests: workflows of a few lines, engines on a set clock, mentorships."""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict

from mentorflow import Engine, ManualClock, Mentorship
from mentorflow.core.workflow import Guard, Record, View, Workflow
from mentorflow.definitions.load import load
from mentorflow.definitions.pack import Pack
from mentorflow.engine.channels import Channel, Message, Notice
from mentorflow.engine.engine import RunReport

START = datetime(2025, 3, 3, 9, tzinfo=UTC)
"""When tests begin, unless they say otherwise: a Monday morning."""
_SPAN = re.compile(r"\b([dhm])(\d+)\b")


def at(**span: float) -> datetime:
    """Return the instant so long after the start: `at(days=3)`."""
    return START + timedelta(**span)


class Empty(BaseModel):
    """Carry nothing."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", json_schema_extra={"examples": [{}]}
    )


class Note(BaseModel):
    """Carry a text and whatever else a test wants to see refused or kept."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", json_schema_extra={"examples": [{"text": "hi"}]}
    )

    text: str | None = None
    when: AwareDatetime | None = None
    number: float | None = None
    many: list[Any] | None = None
    facts: dict[str, Any] | None = None


def take_facts(view: View) -> Mapping[str, Any]:
    """Record whatever facts the event brings: lets a test move an anchor without a rule."""
    return dict(view.data.get("facts", {}))


def tiny(
    said: str,
    *,
    guards: Mapping[str, Guard] | None = None,
    records: Mapping[str, Record] | None = None,
    payloads: Mapping[str, type[BaseModel]] | None = None,
) -> Workflow:
    """Return a workflow of a few lines of YAML; what they leave out is filled in.

    Timings are called after their length (`d3` three days, `h1` an hour, `m5` five minutes). Events
    nobody declares may be sent by everybody, or by time alone where a timer fires them.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tiny.yaml"
        return load(tiny_pack(said, file, guards=guards, records=records, payloads=payloads))


def tiny_pack(
    said: str,
    file: Path,
    *,
    guards: Mapping[str, Guard] | None = None,
    records: Mapping[str, Record] | None = None,
    payloads: Mapping[str, type[BaseModel]] | None = None,
) -> Pack:
    """Return a pack of a few lines of YAML, which `tiny` would make a workflow of, in a file."""
    document = _filled(yaml.safe_load(said), said)
    file.write_text(json.dumps(document, indent=1))  # which is YAML too
    sendable = [name for name, event in document["events"].items() if event["by"]]
    models = dict.fromkeys(sendable, Empty) | dict(payloads or {})
    return Pack(document=file, payloads=models, guards=guards or {}, records=dict(records or {}))


def _filled(said: dict[str, Any], raw: str) -> dict[str, Any]:
    return {
        "workflow": "tiny",
        "version": 1,
        "help": "A few states for a test.",
        "initial": next(iter(said["states"])),
        "snooze": "d3",
        "roles": _ROLES,
        "anchors": {},
        "collections": {},
        "anywhere": {},
        **said,
        "timings": {**_timings(f"{raw} d3"), **said.get("timings", {})},
        "events": {**_events(said), **said.get("events", {})},
        "messages": {
            **{name: _message(name) for name in _named(said, "notify", "message")},
            **said.get("messages", {}),
        },
        "calls": {name: f"Do {name}." for name in _named(said, "call")},
        "ladders": {
            name: {"help": "A ladder.", **ladder}
            for name, ladder in said.get("ladders", {}).items()
        },
        "states": {
            name: {"help": "A state.", **(state or {})} for name, state in said["states"].items()
        },
    }


_ROLES: dict[str, Any] = {
    "mentee": {"help": "Learns.", "at_least": 1},
    "mentor": {"help": "Guides.", "at_least": 1, "at_most": 4},
    "coordinator": {"help": "Looks after them.", "staff": True},
    "mediator": {"help": "Is neutral.", "staff": True},
    "program_owner": {"help": "Answers for it.", "staff": True},
}


def _timings(raw: str) -> dict[str, Any]:
    return {
        f"{unit}{length}": {
            "default": f"{length}{unit}",
            "min": "0d" if length == "0" else "1m",
            "max": "9999d",
            "help": "A length.",
        }
        for unit, length in sorted(set(_SPAN.findall(raw)))
    }


def _events(said: Mapping[str, Any]) -> dict[str, Any]:
    offered = [
        name for state in said["states"].values() for name in (state or {}).get("events", ())
    ]
    offered += said.get("anywhere", ())
    fired = set(_named(said, "fire"))
    everybody = [*said.get("roles", _ROLES), "host"]
    return {
        name: {"help": "An event.", "by": [] if name in fired else everybody} for name in offered
    }


def _message(name: str) -> dict[str, Any]:
    return {"to": ["mentor"], "subject": name, "text": f"{name} for {{{{ recipient }}}}"}


def _named(value: Any, *keys: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (found for key, found in value.items() if key in keys and isinstance(found, str))
        for found in value.values():
            yield from _named(found, *keys)
    elif isinstance(value, list):
        for found in value:
            yield from _named(found, *keys)


LIFE = """
states:
  contact:
    enter: {do: [notify: request]}
    events:
      mentor.accepted: {to: active}
      mentor.declined: {to: closed, outcome: declined, do: [call: suggest_next_mentor]}
      contact.expired: {to: closed, outcome: no_reply}
    timers:
      nudge: {after: d3, do: [notify: nudge]}
      window: {after: d14, fire: contact.expired}
  active:
    events:
      noted: {}
      finished: {to: closed, outcome: done}
      milestone.reached: {to: celebration}
      concern.raised: {to: conflict}
      active.lapsed: {to: closed, outcome: lapsed}
    timers:
      cadence: {every: d7, do: [notify: propose]}
      limit: {after: d180, fire: active.lapsed}
  celebration:
    detour: true
    resumable: false
    passes: [noted, active.lapsed]
    events:
      concern.raised: {to: conflict}
      celebration.done: {to: return}
      celebration.over: {to: return}
    timers:
      over: {after: d14, fire: celebration.over}
  conflict:
    detour: true
    suspends: [active.cadence]
    passes: [noted, active.lapsed]
    enter: {do: [escalate: concern]}
    events:
      concern.resolved: {to: return}
      conflict.over: {to: return}
    timers:
      over: {after: d30, fire: conflict.over}
  closed: {final: true}
ladders:
  concern:
    rungs:
      - {to: [mentor], after: d0, message: concern_mentor}
      - {to: [coordinator], after: d2, message: concern_coordinator}
events:
  mentor.accepted: {help: Takes it on., by: [mentor]}
  noted: {help: Something is noted., by: [mentee, mentor, coordinator, host], record: [take_facts]}
  finished: {help: It is done., by: [mentee, mentor], require: [something_is_noted]}
"""
"""A small life: an answer that is waited for, work, a celebration, a conflict, an end."""


def something_is_noted(view: View) -> str | None:
    """Claim that the facts hold a note."""
    return None if view.facts.get("note") else "nothing was noted yet"


@lru_cache
def life() -> Workflow:
    """Return the small life that most tests live."""
    with tempfile.TemporaryDirectory() as folder:
        return load(life_pack(Path(folder) / "life.yaml"))


def life_pack(file: Path) -> Pack:
    """Return the pack of the small life, its document in a file."""
    return tiny_pack(
        LIFE,
        file,
        guards={"something_is_noted": something_is_noted},
        records={"take_facts": take_facts},
        payloads={"noted": Note},
    )


@lru_cache
def mentorship_workflow() -> Workflow:
    """Return the workflow that is shipped."""
    from mentorflow_workflows.mentorship import pack

    return load(pack)


def example(workflow: Workflow, event: str) -> dict[str, Any]:
    """Return the first example of an event's payload, for a test to send."""
    extra = workflow.payloads[event].model_config.get("json_schema_extra")
    assert isinstance(extra, dict), f"{event} has no example"
    examples: Any = extra["examples"]
    found: dict[str, Any] = json.loads(json.dumps(examples[0]))
    return found


@dataclass
class Outbox:
    """A channel that keeps what it is given."""

    messages: list[Message] = field(default_factory=list)
    name: str = "outbox"
    needs_address: bool = False

    def deliver(self, message: Message) -> None:
        """Keep a message."""
        self.messages.append(message)

    @property
    def said(self) -> list[tuple[str, str | None]]:
        """Which message went to whom, in order."""
        return [(message.name, message.recipient) for message in self.messages]


@dataclass
class Host:
    """A host app as tests see it: an engine, the clock it is shown, what came out of it."""

    url: str
    engine: Engine = field(repr=False)
    clock: ManualClock = field(repr=False)
    workflow: Workflow = field(repr=False)
    outbox: Outbox = field(repr=False)

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock.now()

    def wait(self, **span: float) -> RunReport:
        """Let time pass, then do what is due."""
        self.clock.set(self.now + timedelta(**span))
        return self.engine.run_due()

    def start(self, **changed: Any) -> Mentorship:
        """Start a mentorship of mentee-1 and mentor-1, changed as asked for."""
        return self.engine.start(**self.request(**changed))

    def request(self, **changed: Any) -> dict[str, Any]:
        """Return the arguments of a start that is taken."""
        return {
            "mentee": "mentee-1",
            "mentors": ["mentor-1"],
            "program": "program-1",
            "coordinator": "coordinator-1",
            "workflow": self.workflow.name,
            **changed,
        }

    def send(self, mentorship: Mentorship, event: str, **rest: Any) -> Mentorship:
        """Send an event from mentor-1, unless it is said from whom."""
        return self.engine.send(mentorship.id, event, **{"by": "mentor-1", **rest})

    def active(self, **changed: Any) -> Mentorship:
        """Start a mentorship and have it accepted."""
        return self.send(self.start(**changed), "mentor.accepted")

    def due(self, mentorship: Mentorship) -> dict[str, datetime | None]:
        """Return when each pending timer is due, by its name and instance."""
        return due(self.engine.get(mentorship.id))

    def events(self, mentorship: Mentorship) -> list[str]:
        """Return the events in the history, the oldest first."""
        return [entry.event for entry in self.engine.history(mentorship.id)]

    def heard(self, *types: str) -> list[Notice]:
        """Return a list that fills with the notices of these types."""
        notices: list[Notice] = []
        for type_ in types or ("*",):
            self.engine.on(type_)(notices.append)
        return notices


def open_host(
    url: str,
    workflow: Workflow | None = None,
    *,
    clock: ManualClock | None = None,
    channels: Sequence[Channel] = (),
) -> Host:
    """Return a host on a database, at the start of time; close its engine when done."""
    chosen = workflow or life()
    shown = clock or ManualClock(START)
    outbox = Outbox()
    engine = Engine(url, clock=shown, workflows=[chosen], channels=[outbox, *channels])
    return Host(url=url, engine=engine, clock=shown, workflow=chosen, outbox=outbox)


def due(mentorship: Mentorship) -> dict[str, datetime | None]:
    """Return when each pending timer of a mentorship is due, None while it stands still."""
    return {
        f"{timer.name}[{timer.instance}]" if timer.instance else timer.name: timer.due_at
        for timer in mentorship.timers
    }
