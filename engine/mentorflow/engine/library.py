"""The workflows an engine knows, each with its timings, found by name and version."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey
from mentorflow.core.timings import Timings, WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.engine.calendars import ProgramCalendar, calendar_of
from mentorflow.errors import NotFound
from mentorflow.store.programs import StoredProgram, changed_programs
from mentorflow.store.transaction import Transaction


class Running(NamedTuple):
    """A workflow with the timings in force for it."""

    workflow: Workflow
    timings: Timings


class Library:
    """The workflows mentorships can be pinned to."""

    def __init__(self, workflows: Iterable[Workflow]) -> None:
        self._revision = 0
        self._overrides: dict[OverrideKey, Duration] = {}
        self._calendars: dict[str, Calendar] = {}
        self._frozen: frozenset[str] = frozenset()
        self._loading = Lock()
        self._versions = {
            (workflow.name, workflow.version): Running(
                workflow=workflow, timings=WorkflowTimings(workflow)
            )
            for workflow in workflows
        }
        self.needs_all = frozenset(
            rule.name
            for running in self._versions.values()
            for rule in running.workflow.timers.values()
            if not rule.is_local
        )
        """Timers whose firing may change other timers of their mentorship."""

    def refresh(self, transaction: Transaction) -> None:
        """Bring the timings up to what operators have set by the time of a transaction."""
        self.refresh_to(transaction, transaction.revision())

    def refresh_to(self, transaction: Transaction, revision: int) -> None:
        """Bring the timings up to a revision, in the transaction that makes the next one."""
        if revision != self._revision:
            with self._loading:
                self._load(transaction, revision)

    def versions(self, workflow: str) -> list[Workflow]:
        """Return the versions of a workflow, the oldest first.

        Raises:
            NotFound: if no installed package has it.
        """
        self.latest(workflow)
        known = sorted(version for name, version in self._versions if name == workflow)
        return [self._versions[workflow, version].workflow for version in known]

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

    def _load(self, transaction: Transaction, revision: int) -> None:
        # A database that was put back to an older copy counts from there: then all is read anew.
        goes_on = revision > self._revision
        after = self._revision if goes_on else -1
        self._load_overrides(transaction.overrides(after=after), goes_on=goes_on)
        self._load_programs(changed_programs(transaction, after=after), goes_on=goes_on)
        # In place of the old ones at once: other threads may be in the middle of a decision.
        self._versions = {
            version: Running(
                running.workflow,
                WorkflowTimings(running.workflow, self._overrides, self._calendars),
            )
            for version, running in self._versions.items()
        }
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

    def get(self, name: str, version: int) -> Running:
        """Return a workflow a mentorship is pinned to.

        Raises:
            NotFound: if no installed package has it.
        """
        found = self._versions.get((name, version))
        if found is None:
            raise NotFound(
                f"the workflow {name!r} version {version} is not installed; known are {self.names}"
            )
        return found

    def latest(self, name: str) -> Running:
        """Return the newest version of a workflow.

        Raises:
            NotFound: if no installed package has it.
        """
        versions = [version for known, version in self._versions if known == name]
        if not versions:
            raise NotFound(f"there is no workflow {name!r}; known are {self.names}")
        return self._versions[name, max(versions)]

    @property
    def names(self) -> str:
        """The workflows there are, for people to read."""
        return ", ".join(f"{name} {version}" for name, version in self._versions) or "none"
