"""What an operator may set a timing to: its bounds, and ladders that stay in order."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.core.workflow import Ladder, Timing, Workflow

Overrides = Mapping[OverrideKey, Duration]
_Context = tuple[tuple[Scope, str], ...]
"""The scopes a mentorship is under, the most specific first."""


def out_of_bounds(timing: Timing, value: Duration) -> str | None:
    """Return why a timing must not be set to a value, or None."""
    if not timing.least.length <= value.length <= timing.most.length:
        span = f"{timing.least} to {timing.most}"
        return f"{timing.name} may be {span}, not {value} (by default it is {timing.default})"
    return None


def disorders(
    workflow: Workflow, overrides: Overrides, *, touched: Iterable[str], programs: Mapping[str, str]
) -> Iterator[str]:
    """Yield, for ladders that follow a touched timing, where a rung would come before another.

    Rungs are held against each other as they are in force together: for the deployment, for each
    program, mentorship and person that has a value of its own. `programs` has the program of each
    mentorship that does.
    """
    wanted = set(touched)
    for ladder in workflow.ladders.values():
        names = [rung.timing for rung in ladder.rungs]
        if wanted.isdisjoint(names):
            continue
        for context in _contexts(overrides, names, programs, workflow.name):
            found = _disorder(workflow, overrides, ladder, context)
            if found is not None:
                yield found
                break


def _contexts(
    overrides: Overrides, names: Iterable[str], programs: Mapping[str, str], workflow: str
) -> Iterator[_Context]:
    ours = [key for key in overrides if key.workflow == workflow and key.timing in set(names)]
    subjects = {scope: {key.subject for key in ours if key.scope is scope} for scope in Scope}
    everywhere = (Scope.DEPLOYMENT, "")
    below: list[_Context] = [(everywhere,)]
    below += [((Scope.PROGRAM, name), everywhere) for name in sorted(subjects[Scope.PROGRAM])]
    yield from below
    for id_ in sorted(subjects[Scope.MENTORSHIP]):
        program = (Scope.PROGRAM, programs.get(id_, ""))
        yield ((Scope.MENTORSHIP, id_), program, everywhere)
    for person in sorted(subjects[Scope.PERSON]):
        for context in below:
            yield ((Scope.PERSON, person), *context)


def _disorder(
    workflow: Workflow, overrides: Overrides, ladder: Ladder, context: _Context
) -> str | None:
    spans = [
        (rung.timing, _value(workflow, overrides, rung.timing, context)) for rung in ladder.rungs
    ]
    for (lower, first), (upper, second) in pairwise(spans):
        if second.length <= first.length:
            scope, subject = context[0]
            where = f"for the {scope} {subject}".strip() if subject else "for the deployment"
            return (
                f"the ladder {ladder.name!r} would be out of order {where}: {upper} ({second}) "
                f"must be longer than {lower} ({first})"
            )
    return None


def _value(workflow: Workflow, overrides: Overrides, timing: str, context: _Context) -> Duration:
    for scope, subject in context:
        found = overrides.get(OverrideKey(workflow.name, timing, scope, subject))
        if found is not None:
            return found
    return workflow.timings[timing].default
