"""The timings operators set: what is in force where, who set it and why."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from mentorflow.core.bounds import disorders, out_of_bounds
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.override import OverrideKey, Scope, TimingChange
from mentorflow.core.workflow import Timing, Workflow
from mentorflow.definitions.finding import nearest
from mentorflow.engine.ids import is_id
from mentorflow.engine.library import Library
from mentorflow.engine.payload import name_text, require_limit
from mentorflow.errors import InvalidPayload, NotFound, PopulationMoved, TimingRefused
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

_MOST_REASON = 1000
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class TimingInForce(NamedTuple):
    """A timing of a workflow, and the value in force for what was asked about."""

    name: str
    value: str
    scope: str
    """Where the value comes from: default, agreement, or the scope it was set for."""
    default: str
    least: str
    most: str
    help: str
    source: str
    """The id of the behavior or of the timing it rests on."""
    overrides: tuple[tuple[str, str, str], ...]
    """All there are of it: the scope, what it is set for, the value."""


class Wanted(NamedTuple):
    """A change an operator asks for; without a value, the layer below is to be in force again."""

    key: OverrideKey
    value: Duration | None


class TimingSettings:
    """The timings of the workflows, as operators set them."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def list(
        self,
        *,
        program: str | None = None,
        mentorship: str | None = None,
        person: str | None = None,
        workflow: str = "mentorship",
    ) -> Sequence[TimingInForce]:
        """Return every timing, with the value in force for the deployment or what is named.

        Raises:
            InvalidPayload: if more than one of them is named.
            NotFound: if there is no such workflow or mentorship.
        """
        scope, subject = scope_of(program=program, mentorship=mentorship, person=person)
        asked = self._asked(scope, subject, workflow)
        with self._store.transaction() as transaction:
            self._library.refresh(transaction)
        running = self._library.latest(workflow)
        overrides = self._library.overrides(workflow)
        return [
            _in_force(timing, running.timings.setting(timing, asked), overrides)
            for timing in running.workflow.timings.values()
        ]

    def set(
        self,
        name: str,
        value: str,
        *,
        reason: str,
        by: str | None = None,
        program: str | None = None,
        mentorship: str | None = None,
        person: str | None = None,
        workflow: str = "mentorship",
        revision: int | None = None,
    ) -> TimingChange:
        """Set a timing for the deployment, a program, a mentorship or a person.

        It is in force for timers that are set from now on; those that are pending follow by a
        plan (`preview`, `apply`). With `revision`, it is refused where another operator has
        changed anything since.

        Raises:
            TimingRefused: if the value is out of bounds, or would put a ladder out of order.
            InvalidPayload: if it is no duration, or there is no such timing.
            NotFound: if there is no such workflow or mentorship.
            PopulationMoved: if the revision is no longer the current one.
        """
        scope, subject = scope_of(program=program, mentorship=mentorship, person=person)
        wanted = self.wanted(name, value, scope=scope, subject=subject, workflow=workflow)
        return self._change(wanted, reason=reason, by=by, revision=revision)

    def unset(
        self,
        name: str,
        *,
        reason: str,
        by: str | None = None,
        program: str | None = None,
        mentorship: str | None = None,
        person: str | None = None,
        workflow: str = "mentorship",
        revision: int | None = None,
    ) -> TimingChange:
        """Take an override back, so that the layer below is in force again, as `set` does.

        Raises:
            NotFound: if it was not set for this scope.
            TimingRefused: if a ladder would be out of order without it.
        """
        scope, subject = scope_of(program=program, mentorship=mentorship, person=person)
        wanted = self.wanted(name, None, scope=scope, subject=subject, workflow=workflow)
        return self._change(wanted, reason=reason, by=by, revision=revision)

    def history(
        self,
        name: str | None = None,
        *,
        limit: int = 100,
        before: int | None = None,
        workflow: str = "mentorship",
    ) -> Sequence[TimingChange]:
        """Return who set what, when and why, the latest first; `before` is a revision to page on.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000, or there is no such timing.
        """
        require_limit(limit)
        if name is not None:
            timing_of(self._library.latest(workflow).workflow, name)
        return self._store.reader.timing_changes(
            workflow=workflow, timing=name, before=before, limit=limit
        )

    def wanted(
        self, name: str, value: str | None, *, scope: Scope, subject: str, workflow: str
    ) -> Wanted:
        """Return a change that was asked for, if it can be one.

        Raises:
            InvalidPayload: saying what is wrong.
        """
        timing = timing_of(self._library.latest(workflow).workflow, name)
        key = OverrideKey(workflow, timing.name, scope, subject)
        return Wanted(key, None if value is None else _duration(timing, value))

    def change(
        self,
        transaction: Transaction,
        wanted: Sequence[Wanted],
        *,
        reason: str,
        by: str | None,
        plan: str | None = None,
        revision: int | None = None,
    ) -> Sequence[TimingChange]:
        """Make changes in a transaction, all of them or none.

        Raises:
            TimingRefused, NotFound, PopulationMoved: and nothing is changed.
        """
        reason, by = _said(reason, by)
        counted = transaction.count_revision()
        if revision is not None and counted != revision + 1:
            raise PopulationMoved("somebody else has changed timings since you looked; look again")
        self._library.refresh_to(transaction, counted - 1)
        found = self._library.overrides(wanted[0].key.workflow)
        self.require_sound(transaction, found, wanted)
        now = transaction.now()
        changes = [
            TimingChange(
                revision=counted,
                position=position,
                at=now,
                by=by,
                reason=reason,
                workflow=one.key.workflow,
                timing=one.key.timing,
                scope=one.key.scope.value,
                subject=one.key.subject,
                from_value=_text(found.get(one.key)),
                to_value=_text(one.value),
                plan=plan,
            )
            for position, one in enumerate(wanted)
        ]
        transaction.put_timing_changes(changes)
        return changes

    def require_sound(
        self,
        transaction: Transaction,
        overrides: Mapping[OverrideKey, Duration],
        wanted: Sequence[Wanted],
    ) -> dict[OverrideKey, Duration]:
        """Return the overrides as they are after changes, if they may be so.

        Raises:
            TimingRefused: if a ladder would be out of order.
            NotFound: if what is to be taken back is not set.
        """
        for one in wanted:
            if one.value is None and one.key not in overrides:
                scope, subject = one.key.scope.value, one.key.subject
                raise NotFound(f"{one.key.timing} is not set for the {scope} {subject}".rstrip())
        after = {**overrides, **{one.key: one.value for one in wanted}}
        kept = {key: value for key, value in after.items() if value is not None}
        workflow = self._library.latest(wanted[0].key.workflow).workflow
        own = sorted({key.subject for key in kept if key.scope is Scope.MENTORSHIP})
        programs = {id_: found.program for id_, found in transaction.standing(own).items()}
        touched = [one.key.timing for one in wanted]
        wrong = list(disorders(workflow, kept, touched=touched, programs=programs))
        if wrong:
            raise TimingRefused("; ".join(wrong))
        return kept

    def _change(
        self, wanted: Wanted, *, reason: str, by: str | None, revision: int | None
    ) -> TimingChange:
        with self._store.transaction() as transaction:
            if wanted.key.scope is Scope.MENTORSHIP:
                _require_mentorship(transaction, wanted.key.subject)
            (change,) = self.change(transaction, [wanted], reason=reason, by=by, revision=revision)
        return change

    def _asked(self, scope: Scope, subject: str, workflow: str) -> Mentorship:
        """Return a mentorship of which only the scope is known; a real one where it is named."""
        if scope is Scope.MENTORSHIP:
            found = self._store.reader.mentorship(subject) if is_id(subject) else None
            if found is None:
                raise NotFound(f"there is no mentorship {subject!r}")
            return found
        latest = self._library.latest(workflow).workflow
        return Mentorship(
            id="",
            key=None,
            program=subject if scope is Scope.PROGRAM else "",
            workflow=latest.name,
            version=latest.version,
            state=latest.initial,
            outcome=None,
            revision=0,
            parties={"": [subject]} if scope is Scope.PERSON else {},
            facts={},
            entered_at=_LONG_AGO,
            created_at=_LONG_AGO,
            updated_at=_LONG_AGO,
        )


def scope_of(
    *, program: str | None, mentorship: str | None, person: str | None
) -> tuple[Scope, str]:
    """Return the scope that is named, and of what; the deployment where none is.

    Raises:
        InvalidPayload: if more than one is named.
    """
    given = {Scope.PROGRAM: program, Scope.MENTORSHIP: mentorship, Scope.PERSON: person}
    named = [(scope, subject) for scope, subject in given.items() if subject is not None]
    if len(named) > 1:
        raise InvalidPayload("name a program, a mentorship or a person, one of them")
    if not named:
        return Scope.DEPLOYMENT, ""
    scope, subject = named[0]
    return scope, name_text(subject, what=scope.value)


def timing_of(workflow: Workflow, name: str) -> Timing:
    """Return a timing of a workflow.

    Raises:
        InvalidPayload: with the nearest name there is.
    """
    found = workflow.timings.get(name)
    if found is None:
        hint = nearest(str(name), workflow.timings)
        raise InvalidPayload(
            f"the workflow {workflow.name!r} has no timing {name!r}" + (f"; {hint}" if hint else "")
        )
    return found


def _duration(timing: Timing, value: object) -> Duration:
    try:
        found = Duration.parse(value if isinstance(value, str) else "")
    except ValueError as wrong:
        raise InvalidPayload(f"{timing.name}: {wrong}") from None
    reason = out_of_bounds(timing, found)
    if reason is not None:
        raise TimingRefused(reason)
    return found


def _said(reason: str, by: str | None) -> tuple[str, str | None]:
    if not str(reason).strip():
        raise InvalidPayload("say why, in a reason: whoever asks later is told")
    if len(reason) > _MOST_REASON or not reason.isprintable():
        raise InvalidPayload(f"the reason must be one line of {_MOST_REASON} characters at most")
    return reason.strip(), None if by is None else name_text(by, what="by")


def _require_mentorship(transaction: Transaction, mentorship_id: str) -> None:
    if not is_id(mentorship_id) or not transaction.standing([mentorship_id]):
        raise NotFound(f"there is no mentorship {mentorship_id!r}")


def _in_force(
    timing: Timing, setting: Any, overrides: Mapping[OverrideKey, Duration]
) -> TimingInForce:
    own = sorted(
        (key.scope.value, key.subject, value.text)
        for key, value in overrides.items()
        if key.timing == timing.name
    )
    return TimingInForce(
        name=timing.name,
        value=setting.value.text,
        scope=setting.scope,
        default=timing.default.text,
        least=timing.least.text,
        most=timing.most.text,
        help=timing.help,
        source=timing.source,
        overrides=tuple(own),
    )


def _text(value: Duration | None) -> str | None:
    return None if value is None else value.text
