"""The timings operators set: what is in force where, who set it and why."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.override import OverrideKey, Scope, TimingChange
from mentorflow.core.pacing import Limit
from mentorflow.core.workflow import Timing, Workflow
from mentorflow.engine.asking import Wanted, scope_of, timing_of, wanted_one
from mentorflow.engine.changing import change
from mentorflow.engine.ids import is_id
from mentorflow.engine.library import Library
from mentorflow.engine.limits import Limits
from mentorflow.engine.payload import require_limit
from mentorflow.engine.plans import HORIZON, SPREAD, Plan
from mentorflow.engine.retiming import BATCH, PlanReport, Progress, Retiming
from mentorflow.errors import NotFound
from mentorflow.store.retiming import PlanState
from mentorflow.store.store import Store

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
    per_minute: int | None = None
    """How many timers that follow it may fire in a minute; None where there is no limit."""
    jitter: timedelta | None = None
    """Over how long those are strewn that are due at once; None where they are not."""
    version: int = 0
    """The version of the workflow that says so: the newest that has it and is run by."""
    longer_than: str | None = None
    """A timing that is always shorter."""


class TimingSettings:
    """The timings of the workflows, as operators set them."""

    def __init__(self, store: Store, library: Library, *, batch: int = BATCH) -> None:
        self._store = store
        self._library = library
        self._retiming = Retiming(store, library, batch=batch)
        self._limits = Limits(store, library, batch=batch)

    def list(
        self,
        *,
        program: str | None = None,
        mentorship: str | None = None,
        person: str | None = None,
        workflow: str = "mentorship",
    ) -> Sequence[TimingInForce]:
        """Return every timing, with the value in force for the deployment or what is named.

        They are those of the latest version, and of versions that mentorships still run by where it
        has them no longer. Of a mentorship they are those of its own version.

        Raises:
            InvalidPayload: if more than one of them is named.
            NotFound: if there is no such workflow or mentorship.
        """
        scope, subject = scope_of(program=program, mentorship=mentorship, person=person)
        versions = self._library.versions_by_now(self._store, workflow)
        asked = self._asked(scope, subject, versions[-1])
        overrides, limits = self._library.overrides(asked.workflow), self._library.limits()
        found: dict[str, TimingInForce] = {}
        for version in self._asked_about(asked, versions):
            running = self._library.get(asked.workflow, version)
            for timing in running.workflow.timings.values():
                if timing.name not in found:
                    limit = limits.get((asked.workflow, timing.name), Limit())
                    setting = running.timings.setting(timing, asked)
                    found[timing.name] = _in_force(timing, setting, overrides)._replace(
                        **limit._asdict(), version=version
                    )
        return [*found.values()]

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
            PopulationMoved: if the revision is no longer the current one, or a plan is under way
                that sets it.
        """
        scope, subject = scope_of(program=program, mentorship=mentorship, person=person)
        wanted = wanted_one(
            self._library.versions_by_now(self._store, workflow), name, value, scope, subject
        )
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
        wanted = wanted_one(
            self._library.versions_by_now(self._store, workflow), name, None, scope, subject
        )
        return self._change(wanted, reason=reason, by=by, revision=revision)

    def limit(
        self,
        name: str,
        *,
        per_minute: int | None = None,
        jitter: str | None = None,
        reason: str,
        by: str | None = None,
        workflow: str = "mentorship",
    ) -> TimingChange:
        """Limit how many timers that follow a timing fire in a minute, over all mentorships.

        Those that find no room are put off, in the order they came due, each to a place of its
        own; with `jitter`, those due at once are strewn over so long first. What reminds of
        something to come goes out before it, room or no room. It is in force at once, for all
        workers, and no timer has to be moved for it; those that the limit of before has put off
        find their places anew.

        Raises:
            TimingRefused: if an urgent ladder follows the timing.
            InvalidPayload: if there is no such timing, or the limit can be none.
        """
        return self._limits.set(
            name, per_minute=per_minute, jitter=jitter, reason=reason, by=by, workflow=workflow
        )

    def unlimit(
        self, name: str, *, reason: str, by: str | None = None, workflow: str = "mentorship"
    ) -> TimingChange:
        """Take the limit of a timing back; what it has put off is due at once.

        Raises:
            NotFound: if it has none.
        """
        return self._limits.unset(name, reason=reason, by=by, workflow=workflow)

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
            NotFound: if there is no such workflow.
        """
        require_limit(limit)
        versions = self._library.versions_by_now(self._store, workflow)
        if name is not None:
            timing_of(versions, name)
        return self._store.reader.timing_changes(
            workflow=workflow, timing=name, before=before, limit=limit
        )

    def preview(
        self,
        changes: Iterable[Mapping[str, Any]] = (),
        *,
        horizon: timedelta = HORIZON,
        workflow: str = "mentorship",
    ) -> Plan:
        """Return what changes would do to the timers that are pending; write nothing.

        Each change is a mapping of `timing`, `value` (None takes it back) and at most one of
        `program`, `mentorship` and `person`. Without any, pending timers are only to follow what
        is in force: what was set before, another calendar, other time zone rules.

        Raises:
            TimingRefused, InvalidPayload, NotFound: if a change may not be made.
        """
        return self._retiming.preview(changes, horizon=horizon, workflow=workflow)

    def apply(
        self,
        plan: Plan,
        *,
        reason: str,
        by: str | None = None,
        over: timedelta = SPREAD,
        drift: float = 0.0,
        progress: Progress | None = None,
    ) -> PlanReport:
        """Make the changes of a plan, and move the timers that are pending.

        Those it makes overdue are spread over the waking hours of `over`. What it counts must be
        what was previewed; `drift` allows for a population that is alive meanwhile: 0.01 lets each
        count differ by one in a hundred of the timers listed. `progress` is told how many timers
        are done, and of how many; where it raises, or the process ends, `resume` goes on.

        Raises:
            PopulationMoved: if the plan would do something else by now; then nothing is changed.
            TimingRefused, InvalidPayload, NotFound: if a preview would not have let it pass.
        """
        return self._retiming.apply(
            plan, reason=reason, by=by, over=over, drift=drift, progress=progress
        )

    def resume(self, plan: str, *, progress: Progress | None = None) -> PlanReport:
        """Go on with a plan that was ended in the middle, be it applied or undone.

        Raises:
            NotFound: if there is no such plan.
        """
        return self._retiming.resume(plan, progress=progress)

    def plans(
        self, *, limit: int = 100, before: str | None = None, workflow: str = "mentorship"
    ) -> Sequence[PlanState]:
        """Return the plans there were, the latest first; `before` is the id of one to page on.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
            NotFound: if there is no such workflow, or `before` is the id of no plan.
        """
        require_limit(limit)
        self._library.versions_by_now(self._store, workflow)
        if before is not None and not is_id(before):
            raise NotFound(f"there is no plan {before!r}")
        return self._store.reader.plans(workflow=workflow, before=before, limit=limit)

    def undo(
        self, plan: str, *, reason: str, by: str | None = None, progress: Progress | None = None
    ) -> PlanReport:
        """Put back what a plan changed: the timings, and the timers where they were.

        Timers that have fired since, or count anew from something else, are left and listed.

        Raises:
            NotFound: if there is no such plan.
            PopulationMoved: if it is not applied, or somebody has set its timings anew since.
        """
        return self._retiming.undo(plan, reason=reason, by=by, progress=progress)

    def _change(
        self, wanted: Wanted, *, reason: str, by: str | None, revision: int | None
    ) -> TimingChange:
        with self._store.transaction() as transaction:
            (made,) = change(
                transaction,
                self._library,
                [wanted],
                workflow=wanted.key.workflow,
                reason=reason,
                by=by,
                revision=revision,
            )
        return made

    def _asked_about(self, asked: Mentorship, versions: Sequence[Workflow]) -> Iterable[int]:
        """Return the versions whose timings are asked about, the newest first."""
        if asked.id:
            return [asked.version]
        known = [one.version for one in reversed(versions)]
        pinned = self._store.reader.pinned_versions(asked.workflow) if len(known) > 1 else ()
        return [version for version in known if version == known[0] or version in pinned]

    def _asked(self, scope: Scope, subject: str, latest: Workflow) -> Mentorship:
        """Return a mentorship of which only the scope is known; a real one where it is named."""
        if scope is Scope.MENTORSHIP:
            found = self._store.reader.mentorship(subject) if is_id(subject) else None
            if found is None:
                raise NotFound(f"there is no mentorship {subject!r}")
            return found
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
        longer_than=timing.longer_than,
    )
