"""Changing timings in a transaction: all that was asked for or nothing, with who did it and why."""

from collections import defaultdict
from collections.abc import Collection, Container, Mapping, Sequence

from mentorflow.core.bounds import disorders, in_order
from mentorflow.core.duration import Duration
from mentorflow.core.override import LIMIT, OverrideKey, Scope, TimingChange
from mentorflow.core.workflow import Workflow
from mentorflow.engine.asking import Wanted, newest_with
from mentorflow.engine.ids import is_id
from mentorflow.engine.library import Library
from mentorflow.engine.saying import Saying
from mentorflow.errors import NotFound, PopulationMoved, TimingRefused
from mentorflow.store.population import mentorships_of
from mentorflow.store.retiming import unfinished_plan
from mentorflow.store.transaction import Transaction


def change(
    transaction: Transaction,
    library: Library,
    wanted: Sequence[Wanted],
    *,
    workflow: str,
    reason: str,
    by: str | None,
    plan: str | None = None,
    revision: int | None = None,
) -> Sequence[TimingChange]:
    """Make changes in a transaction, all of them or none.

    Raises:
        TimingRefused, NotFound, PopulationMoved: and nothing is changed.
    """
    saying = Saying(transaction, reason=reason, by=by)
    if revision is not None and saying.revision != revision + 1:
        raise changed_since(transaction, revision)
    library.refresh_to(transaction, saying.revision - 1)
    _require_not_being_set(transaction, wanted, workflow, plan)
    found = library.overrides(workflow)
    require_sound(transaction, library.versions(workflow), found, wanted)
    changes = [
        saying.change(
            one.key.timing,
            scope=one.key.scope.value,
            subject=one.key.subject,
            was=_text(found.get(one.key)),
            becomes=_text(one.value),
            workflow=one.key.workflow,
            position=position,
            plan=plan,
        )
        for position, one in enumerate(wanted)
    ]
    transaction.put_timing_changes(changes)
    return changes


def _require_not_being_set(
    transaction: Transaction, wanted: Sequence[Wanted], workflow: str, plan: str | None
) -> None:
    """Refuse to set what a plan is under way to set: it would move timers by neither value."""
    found = unfinished_plan(transaction, workflow)
    if found is None or found.id == plan:
        return
    theirs = {one["timing"] for one in found.changes}
    for key, _ in wanted:
        if key.timing in theirs or not theirs:
            raise PopulationMoved(
                f"the plan {found.id} is under way, which moves timers of {key.timing}; resume it, "
                "or undo it, first"
            )


def changed_since(transaction: Transaction, revision: int) -> PopulationMoved:
    """Return the refusal of who looked at a revision, with what an operator changed since."""
    found = transaction.read("latest_change", revision)
    if not found:  # a version of a workflow was published
        return PopulationMoved("an operator has changed something since you looked; look again")
    what, scope, subject, by = found[0]
    whose = f"for the {scope} {subject}".rstrip()
    changed = f"the limit of {what}" if scope == LIMIT else f"{what} {whose}"
    return PopulationMoved(
        f"{by or 'an operator'} has changed {changed} since you looked; look again"
    )


def require_sound(
    transaction: Transaction,
    versions: Sequence[Workflow],
    overrides: Mapping[OverrideKey, Duration],
    wanted: Sequence[Wanted],
) -> dict[OverrideKey, Duration]:
    """Return the overrides as they are after changes, if they may be so.

    Raises:
        TimingRefused: if a ladder would be out of order.
        NotFound: if what is to be taken back is not set, or a mentorship is not there.
    """
    for one in wanted:
        if one.value is None and one.key not in overrides:
            scope, subject = one.key.scope.value, one.key.subject
            raise NotFound(f"{one.key.timing} is not set for the {scope} {subject}".rstrip())
    after = {**overrides, **{one.key: one.value for one in wanted}}
    kept = {key: value for key, value in after.items() if value is not None}
    own = {key.subject for key in kept if key.scope is Scope.MENTORSHIP}
    people = _people_in_order(transaction, versions, kept)
    found = transaction.standing(sorted(id_ for id_ in own if is_id(id_)))
    _require_there(wanted, found)
    programs = {id_: mentorship.program for id_, mentorship in found.items()}
    touched: dict[int, list[str]] = defaultdict(list)
    for one in wanted:
        touched[newest_with(versions, one.key.timing).version].append(one.key.timing)
    wrong = [
        disorder
        for version in versions
        for disorder in disorders(
            version,
            kept,
            touched=touched.get(version.version, ()),
            programs=programs,
            people=people,
        )
    ]
    if wrong:
        raise TimingRefused("; ".join(wrong))
    return kept


def _people_in_order(
    transaction: Transaction, versions: Sequence[Workflow], kept: Mapping[OverrideKey, Duration]
) -> Mapping[str, Collection[str]]:
    """Return those in each mentorship who have a value of their own of what is held in order."""
    held = frozenset[str]().union(*map(in_order, versions))
    ours = [key for key in kept if key.timing in held]
    people = sorted({key.subject for key in ours if key.scope is Scope.PERSON})
    found: dict[str, set[str]] = defaultdict(set)
    if people and (len(people) > 1 or any(key.scope is Scope.MENTORSHIP for key in ours)):
        for id_, person in mentorships_of(transaction, people):
            found[id_].add(person)
    return found


def _require_there(wanted: Sequence[Wanted], found: Container[str]) -> None:
    for key, value in wanted:
        if key.scope is Scope.MENTORSHIP and value is not None and key.subject not in found:
            raise NotFound(f"there is no mentorship {key.subject!r}")


def _text(value: Duration | None) -> str | None:
    return None if value is None else value.text
