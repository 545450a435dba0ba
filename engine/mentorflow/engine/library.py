"""The workflows an engine knows, each with its timings, found by name and version."""

from collections.abc import Iterable
from typing import NamedTuple

from mentorflow.core.timings import Timings, WorkflowTimings
from mentorflow.core.workflow import Workflow
from mentorflow.errors import NotFound


class Running(NamedTuple):
    """A workflow with the timings in force for it."""

    workflow: Workflow
    timings: Timings


class Library:
    """The workflows mentorships can be pinned to."""

    def __init__(self, workflows: Iterable[Workflow]) -> None:
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
