"""Overrides: a timing set for one scope, laid over the workflow's default."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Setting
from mentorflow.core.workflow import Standing

LIMIT = "limit"
"""What the history of timings says a limit is set for."""


class Scope(StrEnum):
    """What an override is set for, the most specific last."""

    DEPLOYMENT = "deployment"
    PROGRAM = "program"
    MENTORSHIP = "mentorship"
    PERSON = "person"


class OverrideKey(NamedTuple):
    """What makes an override one: there is at most one value for each."""

    workflow: str
    timing: str
    scope: Scope
    subject: str
    """The program, the mentorship or the person; empty for the deployment."""


class Override(NamedTuple):
    """A timing set for one scope."""

    key: OverrideKey
    value: Duration


class TimingChange(NamedTuple):
    """One change of an override: who set what, when and why."""

    revision: int
    """Counts all that operators changed; those made together have the same."""
    position: int
    at: datetime
    by: str | None
    reason: str
    workflow: str
    timing: str
    scope: str
    subject: str
    from_value: str | None
    to_value: str | None
    plan: str | None = None
    """The plan that moved the timers which were pending."""


class Layers:
    """The overrides of one timing, looked up from the most specific to the least."""

    __slots__ = ("_deployment", "_mentorships", "_people", "_programs")

    def __init__(self, overrides: Iterable[Override]) -> None:
        found: dict[Scope, dict[str, Setting]] = {scope: {} for scope in Scope}
        for key, value in overrides:
            found[key.scope][key.subject] = Setting(key.timing, value, key.scope.value)
        self._deployment = found[Scope.DEPLOYMENT].get("")
        self._programs = found[Scope.PROGRAM]
        self._mentorships = found[Scope.MENTORSHIP]
        self._people = found[Scope.PERSON]

    def setting(self, mentorship: Standing, agreed: Setting | None, default: Setting) -> Setting:
        """Return the value in force: what is set for a person outranks all, the default nothing.

        What the pair agreed on outranks what is set for their program. Of several persons with a
        value of their own the longest counts: nobody is pressed sooner than they asked for.
        """
        if self._people:
            everybody = (person for people in mentorship.parties.values() for person in people)
            theirs = [self._people[person] for person in everybody if person in self._people]
            if theirs:
                return max(theirs, key=_longest)
        return (
            self._mentorships.get(mentorship.id)
            or agreed
            or self._programs.get(mentorship.program)
            or self._deployment
            or default
        )


def layers_of(workflow: str, overrides: Mapping[OverrideKey, Duration]) -> dict[str, Layers]:
    """Return the layers of each timing of a workflow that has an override."""
    found: dict[str, list[Override]] = {}
    for key, value in overrides.items():
        if key.workflow == workflow:
            found.setdefault(key.timing, []).append(Override(key, value))
    return {timing: Layers(theirs) for timing, theirs in found.items()}


def _longest(setting: Setting) -> tuple[float, str]:
    return (setting.value.length.total_seconds(), setting.value.text)
