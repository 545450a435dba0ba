"""Saying: somebody changes what operators set, with a reason that is kept."""

from mentorflow.core.override import TimingChange
from mentorflow.engine.asking import said
from mentorflow.store.transaction import Transaction


class Saying:
    """What one operator changes, in a transaction that no other operator is in."""

    def __init__(self, transaction: Transaction, *, reason: str, by: str | None) -> None:
        """Begin it.

        Raises:
            InvalidPayload: if there is no reason, or it or the name can be none.
        """
        self.revision = transaction.count_revision()
        self.reason, self.by = said(reason, by)
        self.now = transaction.now()

    def change(
        self,
        what: str,
        *,
        scope: str,
        subject: str,
        was: str | None,
        becomes: str | None,
        workflow: str = "",
        position: int = 0,
        plan: str | None = None,
    ) -> TimingChange:
        """Return one change of it, as the history keeps it."""
        return TimingChange(
            revision=self.revision,
            position=position,
            at=self.now,
            by=self.by,
            reason=self.reason,
            workflow=workflow,
            timing=what,
            scope=scope,
            subject=subject,
            from_value=was,
            to_value=becomes,
            plan=plan,
        )
