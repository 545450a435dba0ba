"""Which value of a timing is in force for a mentorship, and where it comes from."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from mentorflow.core.calendar import Calendar
from mentorflow.core.duration import Duration
from mentorflow.core.mentorship import Facts, Setting
from mentorflow.core.override import OverrideKey, layers_of
from mentorflow.core.workflow import Standing, Timing, Workflow

DEFAULT = "default"
AGREEMENT = "agreement"
_NONE: Mapping[Any, Any] = {}


class Timings(Protocol):
    """Anything that knows the value of a timing for a mentorship, and the days it counts by."""

    def setting(self, timing: Timing, mentorship: Standing) -> Setting:
        """Return the value in force and the scope it was set for."""
        ...

    def calendar(self, program: str) -> Calendar:
        """Return the calendar a program counts its days by."""
        ...


Rules = tuple[Workflow, Timings]
"""A version of a workflow, and the values of its timings."""


class WorkflowTimings:
    """The workflow's own defaults, under what operators set and what the pair agreed on."""

    def __init__(
        self,
        workflow: Workflow,
        overrides: Mapping[OverrideKey, Duration] = _NONE,
        calendars: Mapping[str, Calendar] = _NONE,
    ) -> None:
        self._layers = layers_of(workflow.name, overrides)
        self._calendars = calendars
        self._defaults = {
            timing.name: Setting(timing=timing.name, value=timing.default, scope=DEFAULT)
            for timing in workflow.timings.values()
        }
        self._calendar = workflow.calendar

    def setting(self, timing: Timing, mentorship: Standing) -> Setting:
        """Return the value of the most specific scope that has one."""
        agreed = None
        if timing.fact is not None:
            found = fact_at(mentorship.facts, timing.fact)
            if isinstance(found, str):
                agreed = Setting(timing.name, Duration.parse(found), AGREEMENT)
        default = self._defaults[timing.name]
        layers = self._layers.get(timing.name)
        if layers is None:
            return agreed or default
        return layers.setting(mentorship, agreed, default)

    def calendar(self, program: str) -> Calendar:
        """Return the program's own calendar, or the workflow's."""
        return self._calendars.get(program, self._calendar)


class Spans(Mapping[str, Duration]):
    """The durations in force for one mentorship, looked up as they are asked for."""

    __slots__ = ("_mentorship", "_timings", "_workflow")

    def __init__(self, workflow: Workflow, timings: Timings, mentorship: Standing) -> None:
        self._workflow = workflow
        self._timings = timings
        self._mentorship = mentorship

    def __getitem__(self, name: str) -> Duration:
        timing = self._workflow.timings[name]
        return self._timings.setting(timing, self._mentorship).value

    def __iter__(self) -> Iterator[str]:
        return iter(self._workflow.timings)

    def __len__(self) -> int:
        return len(self._workflow.timings)


def fact_at(facts: Facts, path: str) -> Any:
    """Return the fact at a dotted path, or None."""
    found: Any = facts
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found
