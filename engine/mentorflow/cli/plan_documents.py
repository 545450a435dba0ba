"""Plans as documents: how they are kept in a file, read from one, and told in JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mentorflow.errors import InvalidPayload

if TYPE_CHECKING:
    from mentorflow.engine.plans import Plan
    from mentorflow.engine.retiming import PlanReport
    from mentorflow.store.retiming import PlanState

_MOST_BYTES = 4 * 1024 * 1024


def plan_document(plan: "Plan") -> dict[str, Any]:
    """Return a plan as a JSON document, which `plan_of` reads."""
    changes = [
        {
            "timing": one.key.timing,
            "scope": one.key.scope.value,
            "subject": one.key.subject,
            "value": None if one.value is None else one.value.text,
        }
        for one in plan.changes
    ]
    peak = None if plan.peak is None else {"at": plan.peak[0].isoformat(), "timers": plan.peak[1]}
    return {
        "workflow": plan.workflow,
        "revision": plan.revision,
        "as_of": plan.as_of.isoformat(),
        "changes": changes,
        "counts": plan.counts._asdict(),
        "by_days": {str(days): many for days, many in plan.by_days.items()},
        "loads": [one._asdict() for one in plan.loads],
        "peak": peak,
        "worst": [one._asdict() for one in plan.worst],
        "expiring": {"count": plan.expiring_count, "mentorships": list(plan.expiring)},
    }


def plan_of(document: Any) -> "Plan":
    """Return the plan of a JSON document.

    Raises:
        InvalidPayload: if it is none.
    """
    from mentorflow.clock import as_utc
    from mentorflow.core.duration import Duration
    from mentorflow.core.override import OverrideKey, Scope
    from mentorflow.engine.asking import Wanted
    from mentorflow.engine.plans import Plan
    from mentorflow.store.retiming import MoveCounts

    try:
        changes = tuple(
            Wanted(
                OverrideKey(
                    str(document["workflow"]), one["timing"], Scope(one["scope"]), one["subject"]
                ),
                None if one["value"] is None else Duration.parse(one["value"]),
            )
            for one in document["changes"]
        )
        return Plan(
            workflow=str(document["workflow"]),
            revision=int(document["revision"]),
            as_of=as_utc(datetime.fromisoformat(document["as_of"]), what="as_of"),
            changes=changes,
            counts=MoveCounts(**{name: int(many) for name, many in document["counts"].items()}),
            by_days={},
            loads=(),
            peak=None,
            worst=(),
            expiring=(),
            expiring_count=0,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
        raise InvalidPayload(
            f"this is no plan that `timings preview --save` wrote: {wrong}"
        ) from None


def report_document(report: "PlanReport") -> dict[str, Any]:
    """Return what became of a plan as a JSON document."""
    return {**report._asdict(), "left": [one._asdict() for one in report.left]}


def state_document(one: "PlanState") -> dict[str, Any]:
    """Return how far a plan has come as a JSON document."""
    ended_at = None if one.ended_at is None else one.ended_at.isoformat()
    return {**one._asdict(), "begun_at": one.begun_at.isoformat(), "ended_at": ended_at}


def changes_in(file: Path) -> list[Any]:
    """Return the changes that a file of YAML or JSON lists.

    Raises:
        InvalidPayload: if it can be read as neither, or holds no list.
    """
    import yaml

    text = _text(file)
    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as wrong:
        raise InvalidPayload(f"{file} is neither YAML nor JSON: {wrong}") from None
    except RecursionError:
        raise _too_deep(file) from None
    if not isinstance(found, list):
        raise InvalidPayload(f"{file} must hold a list of changes: - {{timing: …, value: 10d}}")
    return found


def plan_in(file: Path) -> "Plan":
    """Return the plan that a file holds.

    Raises:
        InvalidPayload: if it holds none.
    """
    try:
        found = json.loads(_text(file))
    except ValueError as wrong:
        raise InvalidPayload(f"{file} is not JSON: {wrong}") from None
    except RecursionError:
        raise _too_deep(file) from None
    if not isinstance(found, Mapping):
        raise InvalidPayload(f"{file} holds no plan")
    return plan_of(found)


def _too_deep(file: Path) -> InvalidPayload:
    return InvalidPayload(f"{file} holds lists in lists, too deep to be read")


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            found = opened.read(_MOST_BYTES + 1)  # a device or a pipe has no size to ask for
        if len(found) > _MOST_BYTES:
            raise InvalidPayload(f"{file} has more than {_MOST_BYTES:,} bytes")
        return found.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as failed:
        raise InvalidPayload(f"{file} cannot be read: {failed}") from None
