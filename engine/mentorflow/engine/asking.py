"""What operators ask for: a scope, a timing, a value, a reason; checked before anything is done."""

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from mentorflow.core.bounds import out_of_bounds
from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.core.workflow import Timing, Workflow
from mentorflow.definitions.finding import nearest
from mentorflow.engine.payload import CONTROL, name_text
from mentorflow.errors import InvalidPayload, TimingRefused

_MOST_REASON = 1000
_MOST_CHANGES = 1000
_FIELDS = ("timing", "value", "program", "mentorship", "person")


class Wanted(NamedTuple):
    """A change an operator asks for; without a value, the layer below is to be in force again."""

    key: OverrideKey
    value: Duration | None


def wanted_of(versions: Sequence[Workflow], given: Iterable[Any]) -> list[Wanted]:
    """Return changes that are given as mappings of `timing`, `value` and at most one scope.

    The versions are those of a workflow, the oldest first; a timing is what the newest says that
    has it.

    A value of None takes back what was set.

    Raises:
        InvalidPayload, TimingRefused: naming the first that is wrong, and what would be right.
    """
    found: dict[OverrideKey, Wanted] = {}
    for place, one in enumerate(given):
        if place == _MOST_CHANGES:
            raise InvalidPayload(f"a plan may have {_MOST_CHANGES} changes at most")
        if not isinstance(one, Mapping) or set(one) - set(_FIELDS) or "timing" not in one:
            raise InvalidPayload(
                f"change {place}: it has a timing, a value and at most one of program, mentorship "
                f"and person, unlike {reprlib.repr(one)}"
            )
        scopes = {name: one.get(name) for name in _FIELDS[2:]}
        scope, subject = scope_of(**scopes)
        wanted = wanted_one(versions, one["timing"], one.get("value"), scope, subject)
        if wanted.key in found:
            raise InvalidPayload(f"change {place}: {wanted.key.timing} is set twice for one scope")
        found[wanted.key] = wanted
    return list(found.values())


def wanted_again(versions: Sequence[Workflow], changes: Iterable[Wanted]) -> list[Wanted]:
    """Return the changes of a plan, which may come from a file that somebody has edited.

    Raises:
        InvalidPayload, TimingRefused: if a preview would not have let them pass.
    """
    planned = list(changes)
    given = [
        {"timing": key.timing, "value": None if value is None else value.text}
        | ({} if key.scope is Scope.DEPLOYMENT else {key.scope.value: key.subject})
        for key, value in planned
    ]
    found = wanted_of(versions, given)
    if found != planned:
        raise InvalidPayload("this is no plan that a preview made: its changes are set for nobody")
    return found


def wanted_one(
    versions: Sequence[Workflow], name: str, value: str | None, scope: Scope, subject: str
) -> Wanted:
    """Return a change that was asked for, if it can be one.

    Raises:
        InvalidPayload, TimingRefused: saying what is wrong.
    """
    timing = timing_of(versions, name)
    key = OverrideKey(versions[-1].name, timing.name, scope, subject)
    return Wanted(key, None if value is None else duration_of(timing, value))


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


def timing_of(versions: Sequence[Workflow], name: object) -> Timing:
    """Return a timing of a workflow, as the newest version says that has it.

    Mentorships may still run by one that has a timing which later ones have no longer.

    Raises:
        InvalidPayload: with the nearest name there is.
    """
    if not isinstance(name, str) or not any(name in one.timings for one in versions):
        hint = nearest(str(name), (known for one in versions for known in one.timings))
        raise InvalidPayload(
            f"the workflow {versions[-1].name!r} has no timing {name!r}"
            + (f"; {hint}" if hint else "")
        )
    return newest_with(versions, name).timings[name]


def newest_with(versions: Sequence[Workflow], timing: str) -> Workflow:
    """Return the newest version that has a timing, or the newest of all if none has it."""
    return next((one for one in reversed(versions) if timing in one.timings), versions[-1])


def duration_of(timing: Timing, value: object) -> Duration:
    """Return the duration a timing is to be set to.

    Raises:
        InvalidPayload: if it is none.
        TimingRefused: if it is out of the timing's bounds.
    """
    try:
        found = Duration.parse(value if isinstance(value, str) else reprlib.repr(value))
    except ValueError as wrong:
        raise InvalidPayload(f"{timing.name}: {wrong}") from None
    reason = out_of_bounds(timing, found)
    if reason is not None:
        raise TimingRefused(reason)
    return found


def said_if_any(reason: str | None, by: str | None) -> tuple[str | None, str | None]:
    """Return why something is done, where that is said, and by whom.

    Raises:
        InvalidPayload: if either can be none.
    """
    if reason:
        return said(reason, by)
    return None, None if by is None else name_text(by, what="by")


def said(reason: object, by: str | None) -> tuple[str, str | None]:
    """Return why something is changed, and by whom.

    Raises:
        InvalidPayload: if no reason is given, or either can be none.
    """
    if not isinstance(reason, str) or not reason.strip():
        raise InvalidPayload("say why, in a reason: whoever asks later is told")
    if len(reason) > _MOST_REASON or CONTROL.search(reason):
        raise InvalidPayload(f"the reason must be one line of {_MOST_REASON} characters at most")
    return reason.strip(), None if by is None else name_text(by, what="by")
