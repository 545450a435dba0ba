"""The virtual year: time moves to the next thing that happens, until nothing more is to come."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mentorflow.clock import ManualClock
from mentorflow.core.keys import effect_key
from mentorflow.engine.channels import Notice
from mentorflow.engine.engine import Engine
from mentorflow.errors import BatchRejected, InvalidPayload
from mentorflow_workflows.cohort import Cohort, Row
from mentorflow_workflows.demo.agenda import Agenda
from mentorflow_workflows.demo.hours import on_grid
from mentorflow_workflows.demo.pair import Act, Heard, Pair, Setting
from mentorflow_workflows.demo.people import deal
from mentorflow_workflows.demo.replies import AFTER_MEETING, reply
from mentorflow_workflows.demo.tally import Tally
from mentorflow_workflows.demo.trouble import MEDIATOR
from mentorflow_workflows.intake import Intake

PROGRAM_OWNER = "program-owner"
_OPENS = time(17, tzinfo=UTC)
_AFTERWARDS = timedelta(days=366)
_UNDATED = date(2025, 1, 6)
_LONGEST = timedelta(days=20 * 366)
_USUAL = timedelta(days=92)


class World:
    """A cohort, the people in it, and the clock they live by."""

    def __init__(self, engine: Engine, clock: ManualClock, cohort: Cohort, *, seed: int) -> None:
        self.tally = Tally(refused=list(cohort.refused))
        self._engine = engine
        self._clock = clock
        self._terms = terms_of(cohort)
        self._fates = deal([row.key for row in cohort.rows], seed)
        self._agenda: Agenda[Act] = Agenda()
        self._setting = Setting(
            seed=seed, clock=clock, agenda=self._agenda, after_meeting=AFTER_MEETING
        )
        self._pairs: dict[str, Pair] = {}
        self._notices: list[Notice] = []
        engine.on("*")(self._notices.append)

    def live(self, until: datetime, *, passed: Callable[[datetime], object]) -> Tally:
        """Live until an instant; `passed` is told of each instant at which something happens."""
        while True:
            next_at = self._settle()
            if next_at is None or next_at > until:
                break
            self._clock.set(on_grid(next_at))
            passed(self._clock.now())
        self._clock.set(until)
        self.tally.look(self._engine)
        return self.tally

    def _settle(self) -> datetime | None:
        """Do all that is to be done now; return when something is to be done again.

        People come before timers: who acts on the very hour of a deadline has met it.
        """
        self._begin_terms()
        while acts := self._agenda.due(self._clock.now()):
            self._send(acts)
        report = self._engine.run_due()
        self.tally.timers_fired += report.timers_fired
        self.tally.events += report.timers_fired
        self._listen()
        waiting = (report.next_due_at, self._agenda.next_at(), self._next_term())
        return min((at for at in waiting if at is not None), default=None)

    def _begin_terms(self) -> None:
        while self._terms and self._terms[0][0] <= self._clock.now():
            _, rows = self._terms.pop(0)
            for program, members in _by_program(rows).items():
                self._begin(program, members)

    def _begin(self, program: str, rows: Sequence[Row]) -> None:
        intake = Intake(
            self._engine,
            coordinator=f"coordinator-{program}",
            mediator=MEDIATOR,
            program_owner=PROGRAM_OWNER,
        )
        report = intake.take(Cohort(rows=tuple(rows), refused=()))
        self.tally.events += report.taken
        self.tally.refused += report.refused

    def _next_term(self) -> datetime | None:
        return self._terms[0][0] if self._terms else None

    def _listen(self) -> None:
        """Let people hear what was sent, each pair in the order in which it was decided."""
        heard, self._notices[:] = sorted(self._notices, key=_place), []
        for notice in heard:
            self.tally.hear(notice)
            pair = self._pair(notice)
            pair.hear(notice)
            recipient = notice.data.get("recipient")
            if notice.type == "message.sent" and recipient is not None:
                message = Heard(
                    message=notice.data["message"],
                    person=recipient,
                    role=notice.data["role"],
                    escalation=notice.data.get("escalation"),
                )
                reply(pair, message)

    def _pair(self, notice: Notice) -> Pair:
        mentorship = notice.mentorship
        if mentorship.id not in self._pairs:
            fate = self._fates[mentorship.key or ""]
            self._pairs[mentorship.id] = Pair(mentorship, fate, self._setting)
        return self._pairs[mentorship.id]

    def _send(self, acts: Sequence[Act]) -> None:
        """Send what people mean to send now; what is refused is given up."""
        meant = [(act, words) for act in acts if (words := act.words(act.pair)) is not None]
        while meant:
            try:
                answers = self._engine.send_many(_item(act, words) for act, words in meant)
            except BatchRejected as rejected:
                refused = {found["item"] for found in rejected.refused}
                self.tally.dropped += len(refused)
                meant = [one for place, one in enumerate(meant) if place not in refused]
                continue
            self.tally.events += len(answers)
            for (act, _), mentorship in zip(meant, answers, strict=True):
                act.pair.mentorship = mentorship
                if act.then is not None:
                    act.then(act.pair)
            break


def terms_of(cohort: Cohort) -> list[tuple[datetime, list[Row]]]:
    """Return when rows begin: on the day they were selected, term after term."""
    terms: dict[datetime, list[Row]] = defaultdict(list)
    for row in cohort.rows:
        terms[datetime.combine(_first_day(row), _OPENS)].append(row)
    return sorted(terms.items(), key=lambda term: term[0])


def span_of(cohort: Cohort) -> tuple[datetime, datetime]:
    """Return the instants between which a cohort lives: a year beyond the last end.

    Raises:
        InvalidPayload: if it has no rows, or dates that lie too far apart to be lived.
    """
    if not cohort.rows:
        raise InvalidPayload("the cohort has no row that a mentorship could come of")
    first = min(_first_day(row) for row in cohort.rows)
    last = max(row.date("ends_on") or _first_day(row) for row in cohort.rows)
    if last - first > _LONGEST or not 1900 <= first.year <= 2200:
        raise InvalidPayload(
            f"the cohort lasts from {first} to {last}, longer than a demo can live"
        )
    year_after = last + _USUAL * (last == first) + _AFTERWARDS
    month_after = (year_after.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, _OPENS), datetime.combine(month_after, time(tzinfo=UTC))


def _first_day(row: Row) -> date:
    for name in ("selected_on", "starts_on", "applications_close"):
        found = row.date(name)
        if found is not None:
            return found
    return _UNDATED


def _by_program(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    programs: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        programs[row.start["program"]].append(row)
    return programs


def _item(act: Act, words: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": act.pair.mentorship.id, "event": act.event, "by": act.by, "data": words}


def _place(notice: Notice) -> tuple[str, int, int]:
    """Return where a notice stands, by the key of its mentorship, which is the same every time."""
    return (notice.mentorship.key or "", *effect_key(notice.id)[1:])
