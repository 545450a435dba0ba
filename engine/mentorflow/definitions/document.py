"""The workflow document as it is written: what may stand where, in words and limits."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PrivateAttr,
    StringConstraints,
    Tag,
    model_validator,
)

from mentorflow.core.duration import Duration
from mentorflow.definitions.finding import Finding, Place, Severity, written
from mentorflow.definitions.source import Node, Source

NAME = r"^[a-z][a-z0-9_]*$"
DOTTED = r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$"
DURATION = r"^([0-9]{1,5}(bd|d|h|m|s|w))+$|^P[0-9A-Z]+$"
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
VERBS = ("notify", "escalate", "call", "restart", "suspend", "resume")

Name = Annotated[str, StringConstraints(pattern=NAME, max_length=64)]
Dotted = Annotated[str, StringConstraints(pattern=DOTTED, max_length=100)]
Line = Annotated[str, StringConstraints(pattern=r"^\S[^\n]*$", max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Span = Annotated[str, StringConstraints(pattern=DURATION, max_length=40)]
Clock = Annotated[str, StringConstraints(pattern=CLOCK)]
Names = Annotated[tuple[Name, ...], Field(max_length=50)]
Dots = Annotated[tuple[Dotted, ...], Field(max_length=100)]


class Part(BaseModel):
    """A part of the document: nothing unknown in it, nothing of the wrong kind."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", validate_by_name=False)


class Role(Part):
    """A role people have in a mentorship."""

    help: Line
    at_least: int = Field(default=0, ge=0, le=20, description="Persons needed at the start.")
    at_most: int = Field(default=1, ge=1, le=20, description="Persons a mentorship can have.")
    staff: bool = Field(
        default=False,
        description="Its messages are part of somebody's work: no weekly budget counts them.",
    )
    notices_to: Name | None = Field(
        default=None,
        description="A fact listing those of the role who get messages, once there are any.",
    )

    @model_validator(mode="after")
    def _hold(self) -> "Role":
        if self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} is more than at_most {self.at_most}")
        return self


class Timing(Part):
    """A named duration behind timers, which operators may set within limits."""

    default: Span = Field(description="What counts where nobody set it: 10d, 36h, 3bd, P10D.")
    min: Span = Field(description="The least an operator may set.")
    max: Span = Field(description="The most an operator may set.")
    help: Line
    source: Line = Field(default="own", description="Where the default comes from.")
    fact: Dotted | None = Field(
        default=None, description="A fact whose duration counts instead: agreement.cadence."
    )
    longer_than: Dotted | None = Field(default=None, description="A timing that is always shorter.")

    @model_validator(mode="after")
    def _hold(self) -> "Timing":
        least, default, most = (Duration.parse(x) for x in (self.min, self.default, self.max))
        if least.length > default.length:
            raise ValueError(f"the default {self.default} is less than min {self.min}")
        if default.length > most.length:
            raise ValueError(f"the default {self.default} is more than max {self.max}")
        return self


class Anchor(Part):
    """What timers count from: an instant among the facts, or a date the host gave."""

    fact: Name | None = Field(default=None, description="The fact holding an ISO instant.")
    otherwise: Literal["entered"] | None = Field(
        default=None,
        alias="or",
        description="What counts while the fact is not there: the entry of the state.",
    )
    date: Name | None = Field(default=None, description="The name of one of the host's dates.")

    @model_validator(mode="after")
    def _hold(self) -> "Anchor":
        if (self.fact is None) == (self.date is None):
            raise ValueError("has exactly one of fact and date")
        if self.date is not None and self.otherwise is not None:
            raise ValueError("`or` goes with a fact, not with a date")
        return self


class Event(Part):
    """An event people, the host app or time send."""

    help: Line
    by: Names = Field(
        description="The roles that may send it; host is the app; [] where only time does."
    )
    require: Names = Field(default=(), description="Guards that must hold before it.")
    record: Names = Field(default=(), description="Records that change the facts.")
    activity: bool = Field(default=True, description="Whether it shows that the pair is at work.")


class Message(Part):
    """Something the engine says to people."""

    to: Names = Field(min_length=1, description="The roles it goes to.")
    subject: Line | None = Field(
        default=None, description="As a template. Without it the message has a file of its own."
    )
    text: Text | None = Field(default=None, description="What it says, in either style.")
    why: Line | None = Field(default=None, description="Why they get it, in one sentence.")
    next: Line | None = Field(default=None, description="What happens if they do nothing.")
    invites_to: Name | None = Field(
        default=None,
        description="A collection: it brings an invitation to the item the event names.",
    )

    @model_validator(mode="after")
    def _hold(self) -> "Message":
        if (self.subject is None) != (self.text is None):
            raise ValueError("has both of subject and text, or a template file and neither")
        if self.text is None and (self.why is not None or self.next is not None):
            raise ValueError("`why` and `next` go with a text; a template file has its own")
        return self

    @property
    def own(self) -> Mapping[str, str]:
        """The parts that stand in the document; none where the message has a file."""
        parts = {"subject": self.subject, "text": self.text, "why": self.why, "next": self.next}
        return {part: text for part, text in parts.items() if text is not None}


class Notify(Part):
    """Send a message."""

    notify: Name = Field(description="The message to send.")


class Escalate(Part):
    """Start a ladder."""

    escalate: Name = Field(description="The ladder to start.")
    at: Name | None = Field(default=None, description="Start at this role's rung, at once.")


class Call(Part):
    """Ask the host app to do something."""

    call: Name = Field(description="What the host app is asked to do.")


class Restart(Part):
    """Count timers anew from now."""

    restart: Dots = Field(min_length=1, description="Full names: contact.reply_window.")


class Suspend(Part):
    """Let timers stand still."""

    suspend: Dots = Field(min_length=1, description="Full names: active.cadence.")


class Resume(Part):
    """Let suspended timers go on."""

    resume: Dots = Field(min_length=1, description="Full names: active.cadence.")


def _verb(item: Any) -> str | None:
    keys = item if isinstance(item, Mapping) else vars(item)
    found = [verb for verb in VERBS if verb in keys]
    return f"<{found[0]}>" if len(found) == 1 else None


# The tags are in brackets so that a place in an error tells them from the keys.
Do = Annotated[
    Annotated[Notify, Tag("<notify>")]
    | Annotated[Escalate, Tag("<escalate>")]
    | Annotated[Call, Tag("<call>")]
    | Annotated[Restart, Tag("<restart>")]
    | Annotated[Suspend, Tag("<suspend>")]
    | Annotated[Resume, Tag("<resume>")],
    Discriminator(
        _verb,
        custom_error_type="verb",
        custom_error_message=f"has exactly one of {', '.join(VERBS)}",
    ),
]
Dos = Annotated[tuple[Do, ...], Field(max_length=30)]


class Branch(Part):
    """What an event does in a state, where its claims hold."""

    to: Name | None = Field(
        default=None,
        description="The state it leads to; return: the one below; any: the one in data.to.",
    )
    when: Names = Field(default=(), description="Claims about the facts after the event.")
    outcome: Name | None = Field(default=None, description="How the mentorship ended.")
    sets: Mapping[Name, JsonValue] = Field(
        default={}, alias="set", description="Facts it sets; null takes one away."
    )
    record: Names = Field(default=(), description="Records that change the facts.")
    do: Dos = ()


def _one_or_many(item: Any) -> str:
    return "<many>" if isinstance(item, (list, tuple)) else "<one>"


Branches = Annotated[
    Annotated[Branch, Tag("<one>")]
    | Annotated[tuple[Branch, ...], Field(min_length=1, max_length=20), Tag("<many>")],
    Discriminator(_one_or_many),
]


class Timer(Part):
    """One countdown: when it is due and what it does."""

    after: Dotted | None = Field(default=None, description="The timing it waits after its anchor.")
    every: Dotted | None = Field(default=None, description="The timing it recurs by.")
    before: Dotted | None = Field(default=None, description="The timing it precedes its anchor by.")
    times: int = Field(default=1, ge=1, le=100, description="How many times the timing.")
    at: Clock | None = Field(
        default=None, description="The time of day it waits for, in the program's zone."
    )
    anchor: Name = Field(default="entered", description="What it counts from.")
    unless: Names = Field(default=(), description="Claims that make it pass without effect.")
    fire: Dotted | None = Field(default=None, description="The event it sends.")
    do: Dos = ()

    @model_validator(mode="after")
    def _hold(self) -> "Timer":
        if self.after is None and self.every is None and self.before is None:
            raise ValueError("says when with one of after, every and before")
        if self.before is not None and (self.after is not None or self.every is not None):
            raise ValueError("`before` goes with neither after nor every")
        if self.fire is None and not self.do:
            raise ValueError("does nothing; give it `fire` or `do`")
        return self


class Enter(Part):
    """What happens on entering a state, though not on returning to it."""

    record: Names = ()
    do: Dos = ()


class State(Part):
    """One state of the workflow."""

    help: Line
    enter: Enter = Enter()
    events: Mapping[Dotted, Branches] = Field(default={}, max_length=200)
    timers: Mapping[Name, Timer] = Field(default={}, max_length=100)
    final: bool = Field(default=False, description="Whether a mentorship is over here.")
    resting: bool = Field(default=False, description="Whether it may stay for good (alumni).")
    detour: bool = Field(default=False, description="Whether it returns to the state it left.")
    resumable: bool = Field(default=True, description="Whether it is returned to if interrupted.")
    suspends: Dots = Field(default=(), description="Timers of the state below that stand still.")
    passes: Dots = Field(default=(), description="Events the state below still takes.")

    @model_validator(mode="after")
    def _hold(self) -> "State":
        if [self.final, self.resting, self.detour].count(True) > 1:
            raise ValueError("is at most one of final, resting and detour")
        if not self.detour and (self.suspends or self.passes or not self.resumable):
            raise ValueError("`suspends`, `passes` and `resumable` are for a detour")
        return self


class Rung(Part):
    """One step of a ladder."""

    to: Names = Field(min_length=1, description="The roles that are told.")
    after: Dotted = Field(description="The timing it waits after the start of the ladder.")
    message: Name


class Ladder(Part):
    """Who is told, and when, while nobody acts."""

    help: Line
    rungs: tuple[Rung, ...] = Field(min_length=1, max_length=20)
    unless: Names = Field(default=(), description="Claims that take the cause away.")
    urgent: bool = False
    outlives_state: bool = Field(default=False, description="Whether it goes on in other states.")
    repeat: Dotted | None = Field(default=None, description="The timing its last rung recurs by.")


class Collection(Part):
    """Things of which a mentorship can have several, each with timers: its meetings."""

    fact: Name = Field(description="The fact that holds the open ones by id.")
    anchors: Mapping[Name, Name] = Field(
        min_length=1, description="Anchors by the field of the item that holds the instant."
    )
    states: Names = Field(min_length=1, description="The states in which its timers count.")
    timers: Mapping[Name, Timer] = Field(min_length=1, max_length=100)


class Document(Part):
    """A workflow: the states of a mentorship and what leads from one to the next."""

    workflow: Name
    version: int = Field(ge=1, le=1_000_000)
    help: Line
    initial: Name = Field(description="The state a mentorship starts in.")
    snooze: Dotted = Field(description="The timing a snoozed escalation rests for.")
    roles: Mapping[Name, Role] = Field(min_length=1, max_length=50)
    timings: Mapping[Dotted, Timing] = Field(max_length=1000)
    anchors: Mapping[Name, Anchor] = Field(default={}, max_length=100)
    events: Mapping[Dotted, Event] = Field(max_length=500)
    messages: Mapping[Name, Message] = Field(default={}, max_length=500)
    calls: Mapping[Name, Line] = Field(default={}, max_length=200)
    ladders: Mapping[Name, Ladder] = Field(default={}, max_length=100)
    states: Mapping[Name, State] = Field(min_length=1, max_length=100)
    anywhere: Mapping[Dotted, Branches] = Field(default={}, max_length=200)
    collections: Mapping[Name, Collection] = Field(default={}, max_length=20)

    _source: Source = PrivateAttr(default_factory=lambda: Source("workflow", Node(1, None)))

    @property
    def source(self) -> Source:
        """Where the document was read from, with the line of each of its values."""
        return self._source

    def read_from(self, source: Source) -> "Document":
        """Remember where the document was read from, and return it."""
        self._source = source
        return self

    def finding(
        self, path: Place, message: str, *, hint: str = "", severity: Severity = Severity.ERROR
    ) -> Finding:
        """Return a finding at a place of the document."""
        return Finding(
            severity=severity,
            file=self._source.name,
            line=self._source.line(path),
            path=written(path),
            message=message,
            hint=hint,
        )

    def timers(self) -> Iterator[tuple[Place, str, Timer]]:
        """Yield every timer of every state and collection: its place, full name and itself."""
        for name, state in self.states.items():
            for timer, rule in state.timers.items():
                yield ("states", name, "timers", timer), f"{name}.{timer}", rule
        for name, collection in self.collections.items():
            for timer, rule in collection.timers.items():
                yield ("collections", name, "timers", timer), f"{name}.{timer}", rule

    def branches(self) -> Iterator[tuple[Place, str | None, str, Branch]]:
        """Yield every branch: its place, its state (None: anywhere), its event and itself."""
        for name, state in self.states.items():
            for event, written_as in state.events.items():
                for path, branch in placed(("states", name, "events", event), written_as):
                    yield path, name, event, branch
        for event, written_as in self.anywhere.items():
            for path, branch in placed(("anywhere", event), written_as):
                yield path, None, event, branch


def branches_of(written_as: Branch | tuple[Branch, ...]) -> tuple[Branch, ...]:
    """Return the branches of an event, written as one or as a list."""
    return written_as if isinstance(written_as, tuple) else (written_as,)


def placed(path: Place, written_as: Branch | tuple[Branch, ...]) -> Iterator[tuple[Place, Branch]]:
    """Yield the branches of an event, each with its place."""
    if not isinstance(written_as, tuple):
        yield path, written_as
        return
    for index, branch in enumerate(written_as):
        yield (*path, index), branch
