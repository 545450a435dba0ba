"""Which rows a decision writes, statement by statement: laid out as soon as it is decided."""

from collections.abc import Callable, Sequence

from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.notices import Subscription, WebhookNotice, notices_of
from mentorflow.store import notices, rows
from mentorflow.store.rows import InstantColumn, Row, Saving

COUNTED = frozenset({"update_mentorship", "update_facts", "touch_mentorship"})
"""Versioned updates, which must change one row for every row given."""
ORDER = (
    "insert_mentorship",
    "update_mentorship",
    "update_facts",
    "touch_mentorship",
    "insert_history",
    "delete_timer",
    "put_timer",
    "insert_effect",
    "put_escalation",
    "delete_parties",
    "insert_party",
    "insert_notice",
    "insert_notice_form",
    "insert_delivery",
)
"""The statements that save decisions, in the order they run."""


_FACTS_ALONE = frozenset(
    {"update_facts", "insert_history", "delete_timer", "put_timer", "insert_effect"}
)


class Writing:
    """The rows of many decisions.

    Decisions are not kept: a batch would hold a thousand of them, with all they refer to, for
    the garbage collector to walk again and again.
    """

    def __init__(
        self,
        at: InstantColumn,
        trace: str | None = None,
        subscriptions: Callable[[], Sequence[Subscription]] = tuple,
    ) -> None:
        self._at = at
        self._trace = trace
        self._subscriptions = subscriptions
        self.size = 0
        """How many decisions are laid out."""
        self.batches: dict[str, list[Row]] = {name: [] for name in ORDER}

    @property
    def is_of_one_with_facts_alone(self) -> bool:
        """Whether it is one decision that changes facts, timers and effects, and nothing else."""
        if self.size != 1 or not self.batches["update_facts"]:
            return False
        return all(name in _FACTS_ALONE for name, batch in self.batches.items() if batch)

    def add(self, saving: Saving) -> None:
        """Lay out the rows of a decision."""
        decision, batches, at = saving.decision, self.batches, self._at
        self.size += 1
        mentorship_id = decision.mentorship.id
        self._add_mentorship(decision)
        batches["insert_history"].append(rows.history_row(saving, at))
        for key in decision.timers_gone:
            batches["delete_timer"].append((mentorship_id, *key))
        for timer in decision.timers_put:
            batches["put_timer"].append(rows.timer_row(mentorship_id, timer, at))
        if decision.effects:
            batches["insert_effect"].extend(rows.effect_rows(decision, at, self._trace))
        for escalation in decision.escalations:
            row = rows.escalation_row(mentorship_id, escalation, at)
            batches["put_escalation"].append(row)
        if subscriptions := self._subscriptions():
            for notice in notices_of(decision, subscriptions):
                self._add_notice(notice)

    def _add_mentorship(self, decision: Decision) -> None:
        before, mentorship = decision.before, decision.mentorship
        batches, at = self.batches, self._at
        if decision.is_start:
            batches["insert_mentorship"].append(rows.inserted_mentorship(mentorship, at))
            self._add_parties(mentorship)
        elif not rows.stays(decision):
            batches["update_mentorship"].append(rows.updated_mentorship(mentorship, at))
            if before.parties is not mentorship.parties:
                batches["delete_parties"].append((mentorship.id,))
                self._add_parties(mentorship)
        elif before.facts is not mentorship.facts:
            batches["update_facts"].append(rows.updated_facts(mentorship, at))
        else:
            batches["touch_mentorship"].append(rows.touched_mentorship(mentorship, at))

    def _add_notice(self, notice: WebhookNotice) -> None:
        batches, at = self.batches, self._at(notice.at)
        batches["insert_notice"].append(notices.notice_row(notice, at))
        batches["insert_notice_form"].extend(notices.form_rows(notice))
        batches["insert_delivery"].extend(notices.delivery_rows(notice, at))

    def _add_parties(self, mentorship: Mentorship) -> None:
        self.batches["insert_party"].extend(rows.party_rows(mentorship))
