"""Bring a cohort into an engine: take each row that can be taken once, tell the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mentorflow.engine.engine import Engine
from mentorflow.errors import MentorflowError, StoreUnavailable
from mentorflow_workflows.cohort import Cohort, Refusal, Row

BATCH = 50


@dataclass(slots=True, kw_only=True)
class IntakeReport:
    """What became of the rows of a cohort."""

    taken: int = 0
    already: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return it as one JSON-ready document."""
        return {
            "taken": self.taken,
            "already": self.already,
            "refused": [found.as_dict() for found in self.refused],
        }


class Intake:
    """Start the mentorships of a cohort's rows, with the people the program adds to each."""

    def __init__(
        self,
        engine: Engine,
        *,
        coordinator: str | None = None,
        mediator: str | None = None,
        program_owner: str | None = None,
    ) -> None:
        self._engine = engine
        self._people = {
            "coordinator": coordinator,
            "mediator": mediator,
            "program_owner": program_owner,
        }

    def take(self, cohort: Cohort, *, done: Callable[[int], object] | None = None) -> IntakeReport:
        """Take a cohort; `done` is told of the rows as they are settled.

        Raises:
            StoreUnavailable: if the database gives up; the rows taken so far are in it.
        """
        report = IntakeReport(refused=list(cohort.refused))
        for first in range(0, len(cohort.rows), BATCH):
            rows = cohort.rows[first : first + BATCH]
            self._take_batch(rows, report)
            if done is not None:
                done(len(rows))
        report.refused.sort(key=lambda refusal: refusal.line)
        return report

    def _take_batch(self, rows: Sequence[Row], report: IntakeReport) -> None:
        known = [row for row in rows if self._engine.find(key=row.key, limit=1)]
        keys = {row.key for row in known}
        fresh = [row for row in rows if row.key not in keys]
        try:
            self._engine.start_many([self._start(row) for row in fresh])
            report.taken += len(fresh)
        except StoreUnavailable:
            raise
        except MentorflowError:
            # One wrong row refuses the whole batch, so each is tried by itself.
            report.taken += sum(self._is_taken(row, report) for row in fresh)
        report.already += sum(self._is_taken(row, report) for row in known)

    def _is_taken(self, row: Row, report: IntakeReport) -> bool:
        try:
            self._engine.start(**self._start(row))
        except StoreUnavailable:
            raise
        except MentorflowError as wrong:
            refusal = Refusal(line=row.line, key=row.key, code=wrong.code, reason=str(wrong))
            report.refused.append(refusal)
            return False
        return True

    def _start(self, row: Row) -> dict[str, Any]:
        return {**row.start, **self._people}
