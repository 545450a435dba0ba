"""The workflows an engine knows, each with its timings, found by name and version."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.notices import Subscription
from mentorflow.core.override import OverrideKey
from mentorflow.core.pacing import Limit
from mentorflow.core.publication import Publication
from mentorflow.core.retiming import urgent_timers
from mentorflow.core.timings import Timings, WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.engine.calendars import ProgramCalendar, calendar_of
from mentorflow.engine.packs import Packs
from mentorflow.errors import NotFound, WorkflowInvalid
from mentorflow.store import workload
from mentorflow.store.limits import LimitKey, StoredLimit, changed_limits
from mentorflow.store.programs import StoredProgram, changed_programs
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import changed_subscriptions

Version = tuple[str, int]
log = logging.getLogger("mentorflow.library")


class Running(NamedTuple):
    """A workflow with the timings in force for it."""

    workflow: Workflow
    timings: Timings


class Library:
    """The workflows mentorships can be pinned to: those that came with packs, and published ones.

    A published version stands above one of a pack: mentorships of this database run by it.
    """

    def __init__(self, workflows: Iterable[Workflow], packs: Packs | None = None) -> None:
        self._packs = packs or Packs(())
        self._revision = 0
        self._overrides: dict[OverrideKey, Duration] = {}
        self._calendars: dict[str, Calendar] = {}
        self._frozen: frozenset[str] = frozenset()
        self._limits: dict[LimitKey, Limit] = {}
        self._endpoints: dict[str, Subscription] = {}
        self._subscriptions: Sequence[Subscription] = ()
        self._loading = Lock()
        self._own: dict[Version, Workflow] = {(one.name, one.version): one for one in workflows}
        self._published: dict[Version, Workflow | WorkflowInvalid] = {}
        """Those that do not hold up with the Python that is here, with what is wrong."""
        self._versions: dict[Version, Running] = {}
        self.needs_all: frozenset[str] = frozenset()
        """Timers whose firing may change other timers of their mentorship."""
        self.urgent: frozenset[str] = frozenset()
        """Timers that are not put off, whatever else is."""
        self._arrange()

    @classmethod
    def of(cls, packs: Packs) -> "Library":
        """Return a library of some packs.

        Raises:
            WorkflowInvalid: if one does not hold up.
        """
        return cls(packs.workflows(), packs)

    @property
    def packs(self) -> Packs:
        """The Python behind the workflows."""
        return self._packs

    def refresh(self, transaction: Transaction) -> None:
        """Bring the library up to what operators have set by the time of a transaction."""
        self.refresh_to(transaction, transaction.revision())

    def refresh_to(self, transaction: Transaction, revision: int) -> None:
        """Bring the library up to a revision, in the transaction that makes the next one."""
        if revision != self._revision:
            with self._loading:
                self._load(transaction, revision)
        transaction.subscriptions = self._subscriptions

    def catch_up(self, store: Store) -> None:
        """Bring the library up to what operators have set, outside any transaction."""
        if workload.revision(store) != self._revision:
            with store.transaction() as transaction:
                self.refresh(transaction)

    def require(self, transaction: Transaction, mentorships: Iterable[Mentorship]) -> None:
        """See that the versions of mentorships are known, if they are known to anybody."""
        if any((one.workflow, one.version) not in self._versions for one in mentorships):
            self.refresh(transaction)

    def overrides(self, workflow: str) -> dict[OverrideKey, Duration]:
        """Return the overrides of a workflow, as of the last refresh."""
        found = self._overrides.items()
        return {key: value for key, value in found if key.workflow == workflow}

    def calendars(self) -> Mapping[str, Calendar]:
        """Return the calendars of the programs that have their own, as of the last refresh."""
        return self._calendars

    def frozen(self) -> frozenset[str]:
        """Return the programs whose timers do not fire, as of the last refresh."""
        return self._frozen

    def limits(self) -> Mapping[LimitKey, Limit]:
        """Return the limits on how many timers fire, as of the last refresh."""
        return self._limits

    def _load(self, transaction: Transaction, revision: int) -> None:
        # A database that was put back to an older copy counts from there: then all is read anew.
        goes_on = revision > self._revision
        after = self._revision if goes_on else -1
        self._load_overrides(transaction.overrides(after=after), goes_on=goes_on)
        self._load_programs(changed_programs(transaction, after=after), goes_on=goes_on)
        self._load_limits(changed_limits(transaction, after=after), goes_on=goes_on)
        self._load_endpoints(changed_subscriptions(transaction, after=after), goes_on=goes_on)
        known = self._published if goes_on else {}
        found = transaction.publications(after=after)
        self._published = known | {one[:2]: self._compiled(one) for one in found}
        self._arrange()
        self._revision = revision

    def _load_overrides(
        self, changed: Mapping[OverrideKey, Duration | None], *, goes_on: bool
    ) -> None:
        known = self._overrides if goes_on else {}
        after: dict[OverrideKey, Duration | None] = {**known, **changed}
        self._overrides = {key: value for key, value in after.items() if value is not None}

    def _load_programs(self, changed: Iterable[StoredProgram], *, goes_on: bool) -> None:
        calendars = dict(self._calendars) if goes_on else {}
        frozen = set(self._frozen) if goes_on else set()
        for program in changed:
            if program.calendar is None:
                calendars.pop(program.id, None)
            else:
                calendars[program.id] = calendar_of(ProgramCalendar.of(program.calendar))
            if program.frozen_at is not None:
                frozen.add(program.id)
            else:
                frozen.discard(program.id)
        self._calendars, self._frozen = calendars, frozenset(frozen)

    def _load_limits(self, changed: Iterable[StoredLimit], *, goes_on: bool) -> None:
        known = self._limits if goes_on else {}
        after = {**known, **{one.key: one.limit for one in changed}}
        self._limits = {key: limit for key, limit in after.items() if limit is not None}

    def _load_endpoints(self, changed: Mapping[str, Subscription | None], *, goes_on: bool) -> None:
        known: dict[str, Subscription | None] = {**self._endpoints} if goes_on else {}
        after = {**known, **changed}
        self._endpoints = {id_: one for id_, one in after.items() if one is not None}
        self._subscriptions = tuple(self._endpoints.values())

    def _compiled(self, found: Publication) -> Workflow | WorkflowInvalid:
        own, known = self._own.get(found[:2]), self._published.get(found[:2])
        for one in (known, own):
            if isinstance(one, Workflow) and one.digest == found.digest:
                return one
        if own is not None:
            log.warning("workflow.differs name=%s version=%d", found.name, found.version)
        try:
            source = f"the published {found.name} {found.version}"
            return self._packs.compiled(found.document, source=source)
        except WorkflowInvalid as invalid:
            log.error("workflow.invalid name=%s version=%d", found.name, found.version)  # noqa: TRY400  # its findings come with every look-up
            return invalid

    def _arrange(self) -> None:
        """Put what is known in place of the old at once: other threads may be deciding."""
        everything = {**self._own, **self._published}
        workflows = {
            version: found for version, found in everything.items() if isinstance(found, Workflow)
        }
        self._versions = {
            version: Running(found, WorkflowTimings(found, self._overrides, self._calendars))
            for version, found in workflows.items()
        }
        timers = (rule for found in workflows.values() for rule in found.timers.values())
        self.needs_all = frozenset(rule.name for rule in timers if not rule.is_local)
        self.urgent = frozenset(
            name for found in workflows.values() for name in urgent_timers(found)
        )

    def get(self, name: str, version: int) -> Running:
        """Return a workflow a mentorship is pinned to.

        Raises:
            NotFound: if no package has it and nobody has published it.
            WorkflowInvalid: if what was published does not hold up with the Python that is here.
        """
        found = self._versions.get((name, version))
        if found is None:
            self._require_valid((name, version))
            raise NotFound(
                f"the workflow {name!r} version {version} is not installed and was not published; "
                f"known are {self.names}"
            )
        return found

    def latest(self, name: str) -> Running:
        """Return the newest version of a workflow.

        Raises:
            NotFound: if no package has it and nobody has published it.
            WorkflowInvalid: if what was published does not hold up with the Python that is here.
        """
        known = {*self._versions, *self._published}
        versions = [version for found, version in known if found == name]
        if not versions:
            raise NotFound(f"there is no workflow {name!r}; known are {self.names}")
        return self.get(name, max(versions))

    def wording(self, mentorship: Mentorship, message: str) -> Workflow:
        """Return the workflow that has a message of a mentorship, which may be of a past version.

        Raises:
            NotFound, WorkflowInvalid: if the version of the mentorship is not known.
        """
        own = self.get(mentorship.workflow, mentorship.version).workflow
        if message in own.messages:
            return own
        having = [
            one for one in self.all_versions() if one.name == own.name and message in one.messages
        ]
        return max(having, key=lambda one: one.version, default=own)

    def versions(self, workflow: str) -> Sequence[Workflow]:
        """Return the versions of a workflow, the oldest first.

        Raises:
            NotFound: if no package has it and nobody has published it.
            WorkflowInvalid: if what was published does not hold up with the Python that is here.
        """
        self.latest(workflow)
        return [one for one in self.all_versions() if one.name == workflow]

    def versions_by_now(self, store: Store, workflow: str) -> Sequence[Workflow]:
        """Return them, with those that were published just now.

        Raises:
            NotFound, WorkflowInvalid: as `versions` does.
        """
        self.catch_up(store)
        return self.versions(workflow)

    def all_versions(self) -> Sequence[Workflow]:
        """Return the versions of all workflows that run here, the oldest first."""
        found = (running.workflow for running in self._versions.values())
        return sorted(found, key=lambda one: (one.name, one.version))

    def is_own(self, workflow: Workflow) -> bool:
        """Whether a version came with a package as well."""
        own = self._own.get((workflow.name, workflow.version))
        return own is not None and own.digest == workflow.digest

    @property
    def names(self) -> str:
        """The workflows there are, for people to read."""
        return ", ".join(f"{name} {version}" for name, version in self._versions) or "none"

    def _require_valid(self, version: Version) -> None:
        found = self._published.get(version)
        if isinstance(found, WorkflowInvalid):
            raise WorkflowInvalid(found.source, found.problems, findings=found.findings)
