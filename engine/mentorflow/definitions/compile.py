"""Makes the workflow the engine runs of a document and the Python its names stand for."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from mentorflow.core.duration import Duration
from mentorflow.core.workflow import (
    Action,
    AnchorRule,
    Branch,
    CollectionRule,
    EventRule,
    Ladder,
    MessageRule,
    NamedGuard,
    Record,
    RoleRule,
    Rung,
    StateRule,
    TimerRule,
    Timing,
    Workflow,
)
from mentorflow.definitions import document as written
from mentorflow.definitions.finding import refuse
from mentorflow.definitions.names import ENTERED, unknown_names
from mentorflow.definitions.pack import Pack


def compiled(document: written.Document, pack: Pack) -> Workflow:
    """Return the workflow of a document, its names resolved.

    Raises:
        WorkflowInvalid: with every name that stands for nothing.
    """
    unknown = unknown_names(document, pack)
    if unknown:
        refuse(document.source.name, unknown)
    return _Compiler(document, pack).workflow()


def digest(document: written.Document) -> str:
    """Return the SHA-256 of what a document says, however it is laid out."""
    said = document.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Compiler:
    document: written.Document
    pack: Pack

    def workflow(self) -> Workflow:
        document = self.document
        states = {name: self._state(name, state) for name, state in document.states.items()}
        collections = tuple(self._collection(name) for name in document.collections)
        owned = [state.timers for state in states.values()]
        owned += [collection.timers for collection in collections]
        return Workflow(
            name=document.workflow,
            version=document.version,
            digest=digest(document),
            help=document.help,
            initial=document.initial,
            states=states,
            events={name: self._event(name, event) for name, event in document.events.items()},
            anywhere=self._branches(document.anywhere),
            timings={name: _timing(name, timing) for name, timing in document.timings.items()},
            anchors=_anchors(document),
            collections=collections,
            ladders={name: self._ladder(name, ladder) for name, ladder in document.ladders.items()},
            messages={name: _message(name, said) for name, said in document.messages.items()},
            calls=dict(document.calls),
            roles={name: _role(name, role) for name, role in document.roles.items()},
            timers={timer.name: timer for timers in owned for timer in timers},
            snooze=document.snooze,
            templates=self.pack.messages,
            payloads=dict(self.pack.payloads),
        )

    def _state(self, name: str, state: written.State) -> StateRule:
        return StateRule(
            name=name,
            help=state.help,
            events=self._branches(state.events),
            timers=self._timers(name, state.timers),
            records=self._records(state.enter.record),
            actions=self._actions(state.enter.do),
            is_final=state.final,
            is_resting=state.resting,
            is_detour=state.detour,
            is_resumable=state.resumable,
            suspends=frozenset(state.suspends),
            passes=frozenset(state.passes),
        )

    def _branches(
        self, events: Mapping[str, written.Branch | tuple[written.Branch, ...]]
    ) -> dict[str, tuple[Branch, ...]]:
        return {
            name: tuple(self._branch(branch) for branch in written.branches_of(branches))
            for name, branches in events.items()
        }

    def _branch(self, branch: written.Branch) -> Branch:
        return Branch(
            to=branch.to,
            when=self._guards(branch.when),
            outcome=branch.outcome,
            sets=dict(branch.sets),
            records=self._records(branch.record),
            actions=self._actions(branch.do),
        )

    def _event(self, name: str, event: written.Event) -> EventRule:
        return EventRule(
            name=name,
            help=event.help,
            by=frozenset(event.by),
            requires=self._guards(event.require),
            records=self._records(event.record),
            is_activity=event.activity,
        )

    def _collection(self, name: str) -> CollectionRule:
        collection = self.document.collections[name]
        return CollectionRule(
            name=name,
            fact=collection.fact,
            anchors=dict(collection.anchors),
            states=frozenset(collection.states),
            timers=self._timers(name, collection.timers),
        )

    def _timers(self, owner: str, timers: Mapping[str, written.Timer]) -> tuple[TimerRule, ...]:
        return tuple(self._timer(f"{owner}.{name}", owner, timer) for name, timer in timers.items())

    def _timer(self, name: str, owner: str, timer: written.Timer) -> TimerRule:
        first = timer.before or timer.after or timer.every
        assert first is not None, "the model refuses a timer without any"
        return TimerRule(
            name=name,
            owner=owner,
            anchor=timer.anchor,
            first=first,
            every=timer.every,
            factor=timer.times,
            is_before=timer.before is not None,
            at=None if timer.at is None else time.fromisoformat(timer.at),
            fires=timer.fire,
            unless=self._guards(timer.unless),
            actions=self._actions(timer.do),
        )

    def _ladder(self, name: str, ladder: written.Ladder) -> Ladder:
        return Ladder(
            name=name,
            help=ladder.help,
            rungs=tuple(
                Rung(to=rung.to, timing=rung.after, message=rung.message) for rung in ladder.rungs
            ),
            unless=self._guards(ladder.unless),
            is_urgent=ladder.urgent,
            outlives_state=ladder.outlives_state,
            repeats=ladder.repeat,
        )

    def _guards(self, names: Iterable[str]) -> tuple[NamedGuard, ...]:
        return tuple(NamedGuard(name=name, refusal=self.pack.guards[name]) for name in names)

    def _records(self, names: Iterable[str]) -> tuple[Record, ...]:
        return tuple(self.pack.records[name] for name in names)

    def _actions(self, do: Iterable[written.Do]) -> tuple[Action, ...]:
        return tuple(self._action(item) for item in do)

    def _action(self, item: written.Do) -> Action:
        match item:
            case written.Notify(notify=name):
                return Action(verb="notify", name=name)
            case written.Call(call=name):
                return Action(verb="call", name=name)
            case written.Escalate(escalate=name, at=role):
                return Action(verb="escalate", name=name, rung=self._rung(name, role))
            case written.Restart(restart=timers):
                return Action(verb="restart", timers=timers)
            case written.Suspend(suspend=timers):
                return Action(verb="suspend", timers=timers)
            case written.Resume(resume=timers):
                return Action(verb="resume", timers=timers)

    def _rung(self, ladder: str, role: str | None) -> int | None:
        if role is None:
            return None  # from the bottom, by the clock of the first rung
        rungs = self.document.ladders[ladder].rungs
        return next((i for i, rung in enumerate(rungs) if role in rung.to), 0)


def _timing(name: str, timing: written.Timing) -> Timing:
    return Timing(
        name=name,
        default=Duration.parse(timing.default),
        least=Duration.parse(timing.min),
        most=Duration.parse(timing.max),
        help=timing.help,
        source=timing.source,
        fact=timing.fact,
        longer_than=timing.longer_than,
    )


def _anchors(document: written.Document) -> dict[str, AnchorRule]:
    anchors = {ENTERED: AnchorRule(name=ENTERED)}
    for name, anchor in document.anchors.items():
        anchors[name] = AnchorRule(
            name=name,
            fact=anchor.fact,
            date=anchor.date,
            falls_back=anchor.otherwise is not None,
        )
    return anchors


def _message(name: str, message: written.Message) -> MessageRule:
    return MessageRule(name, message.to, message.own, message.invites_to)


def _role(name: str, role: written.Role) -> RoleRule:
    return RoleRule(
        name=name,
        help=role.help,
        at_least=role.at_least,
        at_most=role.at_most,
        is_staff=role.staff,
        narrowed_by=role.notices_to,
    )
