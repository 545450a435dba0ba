"""What an operator may set a timing to: its bounds, and what stays in order."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.core.workflow import Timing, Workflow

Overrides = Mapping[OverrideKey, Duration]
_Context = tuple[tuple[Scope, tuple[str, ...]], ...]
"""The scopes a mentorship is under, the most specific first, and whose: of persons several."""


def out_of_bounds(timing: Timing, value: Duration) -> str | None:
    """Return why a timing must not be set to a value, or None."""
    if not timing.least.length <= value.length <= timing.most.length:
        span = f"{timing.least} to {timing.most}"
        return f"{timing.name} may be {span}, not {value} (by default it is {timing.default})"
    return None


def clashes(workflow: Workflow, overrides: Overrides) -> Iterator[str]:
    """Yield what is set that a version of a workflow would not have let pass."""
    for key, value in sorted(overrides.items()):
        timing = workflow.timings.get(key.timing) if key.workflow == workflow.name else None
        reason = None if timing is None else out_of_bounds(timing, value)
        if reason is not None:
            yield f"for the {key.scope} {key.subject}".rstrip() + f", {reason}"
    yield from disorders(workflow, overrides, touched=workflow.timings, programs={}, people={})


def disorders(
    workflow: Workflow,
    overrides: Overrides,
    *,
    touched: Iterable[str],
    programs: Mapping[str, str],
    people: Mapping[str, Collection[str]],
) -> Iterator[str]:
    """Yield, for what follows a touched timing, where a rung or an end would come too soon.

    Timings are held against each other as they are in force together: for the deployment, for each
    program, mentorship and person that has a value of its own, and for those who share a
    mentorship. `programs` has the program of each mentorship that has one, and `people` those in
    each mentorship who have one.
    """
    wanted = set(touched)
    for names, what in _orders(workflow):
        if wanted.isdisjoint(names):
            continue
        ours = [key for key in overrides if key.workflow == workflow.name and key.timing in names]
        for context in _contexts(ours, programs, people):
            found = _disorder(workflow, overrides, names, context)
            if found is not None:
                yield f"{what} {_where(context)}: {found}"
                break


def in_order(workflow: Workflow) -> frozenset[str]:
    """Return the timings that are held in order."""
    return frozenset(name for names, _ in _orders(workflow) for name in names)


def _orders(workflow: Workflow) -> Iterator[tuple[Sequence[str], str]]:
    """Yield timings that are each longer than the one before, and what is wrong where not."""
    for ladder in workflow.ladders.values():
        names = [rung.timing for rung in ladder.rungs]
        yield names, f"the ladder {ladder.name!r} would be out of order"
    for timing in workflow.timings.values():
        if timing.longer_than is not None:
            names = [timing.longer_than, timing.name]
            yield names, f"{timing.name} would be over before {timing.longer_than}"


def _contexts(
    ours: Iterable[OverrideKey], programs: Mapping[str, str], people: Mapping[str, Collection[str]]
) -> Iterator[_Context]:
    subjects: dict[Scope, set[str]] = {scope: set() for scope in Scope}
    for key in ours:
        subjects[key.scope].add(key.subject)
    everywhere = (Scope.DEPLOYMENT, ("",))
    below: list[_Context] = [(everywhere,)]
    below += [((Scope.PROGRAM, (name,)), everywhere) for name in sorted(subjects[Scope.PROGRAM])]
    yield from below
    there = {id_: tuple(sorted(subjects[Scope.PERSON] & {*who})) for id_, who in people.items()}
    for id_ in sorted(subjects[Scope.MENTORSHIP]):
        program = (Scope.PROGRAM, (programs.get(id_, ""),))
        theirs = [(Scope.PERSON, there[id_])] if there.get(id_) else []
        yield (*theirs, (Scope.MENTORSHIP, (id_,)), program, everywhere)
    together = {who for who in there.values() if len(who) > 1}
    for persons in sorted({(person,) for person in subjects[Scope.PERSON]} | together):
        for context in below:
            yield ((Scope.PERSON, persons), *context)


def _disorder(
    workflow: Workflow, overrides: Overrides, names: Sequence[str], context: _Context
) -> str | None:
    spans = [(name, _value(workflow, overrides, name, context)) for name in names]
    for (lower, first), (upper, second) in pairwise(spans):
        if second.length <= first.length:
            return f"{upper} ({second}) must be longer than {lower} ({first})"
    return None


def _where(context: _Context) -> str:
    """Return for whom a context is: the scopes down to the first that is not a person's alone."""
    named = []
    for scope, subjects in context:
        many = "s" if len(subjects) > 1 else ""
        named.append(f"the {scope}{many} {' and '.join(subjects)}".rstrip())
        if scope is not Scope.PERSON:
            break
    alone = context[0][0] is Scope.PERSON and context[1][0] is not Scope.MENTORSHIP
    return f"for {named[0] if alone else ' in '.join(named)}"


def _value(workflow: Workflow, overrides: Overrides, timing: str, context: _Context) -> Duration:
    for scope, subjects in context:
        keys = (OverrideKey(workflow.name, timing, scope, subject) for subject in subjects)
        found = [overrides[key] for key in keys if key in overrides]
        if found:  # of several persons the longest counts
            return max(found, key=lambda value: value.length)
    return workflow.timings[timing].default
