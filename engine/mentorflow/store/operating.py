"""What operators set, from and to rows: overrides of timings and their history."""

from collections.abc import Iterable

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope
from mentorflow.store.rows import Row


def overrides_of(found: Iterable[Row]) -> dict[OverrideKey, Duration | None]:
    """Return the overrides of rows of `select_overrides`; None where one was taken back."""
    return {
        OverrideKey(workflow, timing, Scope(scope), subject): (
            None if value is None else Duration.parse(value)
        )
        for workflow, timing, scope, subject, value in found
    }
