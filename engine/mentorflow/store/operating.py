"""What operators set, from and to rows: overrides of timings and their history."""

from collections.abc import Iterable

from mentorflow.core.duration import Duration
from mentorflow.core.override import OverrideKey, Scope, TimingChange
from mentorflow.core.publication import Publication
from mentorflow.store.rows import InstantColumn, Row, instant


def overrides_of(found: Iterable[Row]) -> dict[OverrideKey, Duration | None]:
    """Return the overrides of rows of `select_overrides`; None where one was taken back."""
    return {
        OverrideKey(workflow, timing, Scope(scope), subject): (
            None if value is None else Duration.parse(value)
        )
        for workflow, timing, scope, subject, value in found
    }


def override_row(change: TimingChange) -> Row:
    """Return the row of the override that a change leaves."""
    return (
        change.workflow,
        change.timing,
        change.scope,
        change.subject,
        change.to_value,
        change.revision,
    )


def change_row(change: TimingChange, at: InstantColumn) -> Row:
    """Return the row of a change."""
    return (*change[:2], at(change.at), *change[3:])


def publication_row(found: Publication, at: InstantColumn) -> Row:
    """Return the row of a published workflow."""
    return (*found[:4], at(found.published_at), *found[5:])


def publication_of(row: Row) -> Publication:
    """Return the published workflow of a row of `select_workflows`."""
    name, version, digest, document, published_at, by, reason, revision = row
    at = instant(published_at)
    return Publication(name, version, digest, document, at, by, reason, revision)
