"""Programs: the calendar each counts its days by, whether it is frozen, who said so and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from types import EllipsisType
from typing import Any, NamedTuple

from mentorflow.core.override import Scope, TimingChange
from mentorflow.engine.calendar_rules import rules_of
from mentorflow.engine.calendars import ProgramCalendar, calendar_of
from mentorflow.engine.freezing import BATCH, Progress, TakingUp, window_of
from mentorflow.engine.library import Library
from mentorflow.engine.payload import name_text, require_limit
from mentorflow.engine.plans import HORIZON, Plan, plan_of, require_horizon
from mentorflow.engine.population import Population
from mentorflow.engine.saying import Saying
from mentorflow.errors import FreezeRefused, InvalidPayload, NotFound
from mentorflow.store import programs as stored
from mentorflow.store.calendar_rules import note_new
from mentorflow.store.programs import StoredProgram
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

SPREAD = timedelta(hours=24)
"""Over how long the timers are spread that came due while a program was frozen."""
FROZEN = "frozen"
"""What the history calls it."""


class Freeze(NamedTuple):
    """Since when the timers of a program do not fire, who froze it and why."""

    since: datetime
    by: str | None
    because: str


class Program(NamedTuple):
    """What operators have said of a program."""

    id: str
    calendar: ProgramCalendar | None = None
    """None where its days are counted as its workflow has them."""
    frozen: Freeze | None = None


class Resumed(NamedTuple):
    """A program that goes on."""

    program: Program
    timers: int
    """Those that came due while it was frozen; they fire one by one now."""


class Programs:
    """The programs mentorships belong to, as operators set them up."""

    def __init__(self, store: Store, library: Library, *, batch: int = BATCH) -> None:
        self._store = store
        self._library = library
        self._batch = batch

    def set(
        self,
        program: str,
        *,
        reason: str,
        by: str | None = None,
        time_zone: str | EllipsisType = ...,
        country: str | EllipsisType | None = ...,
        subdivision: str | EllipsisType | None = ...,
        extra_holidays: Sequence[date | str] | EllipsisType = ...,
        work_days: Sequence[str] | EllipsisType = ...,
    ) -> Program:
        """Say by which calendar a program counts its days; what is left out stays as it was.

        `time_zone` is an IANA name, `country` and `subdivision` name the public holidays (another
        country comes without one), `extra_holidays` are days of its own, `work_days` are its
        business days, `mon` to `sun`. Timers that are set from now on count by it; pending ones
        keep their instants until they follow by a plan without changes, `timings.preview()` and
        `timings.apply`. `preview` tells beforehand what that does.

        Raises:
            InvalidPayload: naming what there is none of; then nothing is changed.
        """
        name_text(program, what="program")
        given = _given(
            time_zone=time_zone,
            country=country,
            subdivision=subdivision,
            extra_holidays=extra_holidays,
            work_days=work_days,
        )
        with self._store.transaction() as transaction:
            said_by = _SayingOf(transaction, program, reason=reason, by=by)
            before = said_by.stored
            after = _calendar_after(before, given)
            here = rules_of([calendar_of(after)], said_by.now)
            note_new(transaction, here, now=said_by.now)
            calendar, known = after.document(), before.calendar or {}
            changed = {
                name: (_text(known.get(name)), _text(value))
                for name, value in calendar.items()
                if known.get(name) != value
            }
            made = said_by.put(before._replace(calendar=calendar), changed)
        return program_of(made)

    def preview(
        self,
        program: str,
        *,
        time_zone: str | EllipsisType = ...,
        country: str | EllipsisType | None = ...,
        subdivision: str | EllipsisType | None = ...,
        extra_holidays: Sequence[date | str] | EllipsisType = ...,
        work_days: Sequence[str] | EllipsisType = ...,
        horizon: timedelta = HORIZON,
        workflow: str = "mentorship",
    ) -> Plan:
        """Return what pending timers would do by a calendar that is not set yet; write nothing.

        It is what `timings.preview()` says once `set` has set the same calendar, which is when it
        can be applied.

        Raises:
            InvalidPayload: naming what there is none of.
            NotFound: if there is no such workflow.
        """
        name_text(program, what="program")
        given = _given(
            time_zone=time_zone,
            country=country,
            subdivision=subdivision,
            extra_holidays=extra_holidays,
            work_days=work_days,
        )
        require_horizon(horizon)
        with self._store.twins() as readers:
            transaction = readers[0]
            revision = transaction.revision()
            self._library.refresh(transaction)
            calendar = calendar_of(_calendar_after(_known(transaction, program), given))
            population = Population(
                transaction,
                self._library,
                workflow,
                self._library.overrides(workflow),
                None,
                calendars={**self._library.calendars(), program: calendar},
            )
            return plan_of(readers, population, revision, (), horizon)

    def freeze(self, program: str, *, reason: str, by: str | None = None) -> Program:
        """Have none of a program's timers fire until it is resumed; events are still taken.

        What is being fired at this moment may still be; nothing after it. Messages that were
        decided before go out.

        Raises:
            FreezeRefused: if it is frozen already.
            NotFound: if it has no mentorship and nothing was said of it.
        """
        name_text(program, what="program")
        is_known = self._store.reader.has_program(program)
        with self._store.transaction() as transaction:
            said_by = _SayingOf(transaction, program, reason=reason, by=by)
            before, now = said_by.stored, said_by.now
            if before.frozen_at is not None:
                raise FreezeRefused(f"the program {program!r} is frozen already: {_frozen(before)}")
            if not is_known and not before.revision:
                raise NotFound(f"there is no mentorship of a program {program!r}")
            after = before._replace(frozen_at=now, frozen_by=by, frozen_because=said_by.reason)
            after = said_by.put(after, {FROZEN: (None, now.isoformat())})
        return program_of(after)

    def resume(
        self,
        program: str,
        *,
        reason: str,
        by: str | None = None,
        over: timedelta = SPREAD,
        progress: Progress | None = None,
    ) -> Resumed:
        """Have a program's timers fire again.

        Those that came due while it was frozen are spread over the waking hours of `over`, from 8
        to 20 by its clocks, in the order in which they came due; what is urgent is due at once, and
        others keep their instants.
        `progress` is told how many are done, and of how many. Where the process ends meanwhile,
        `resume` goes on with those that are left.

        Raises:
            FreezeRefused: if it is not frozen.
        """
        name_text(program, what="program")
        with self._store.transaction() as transaction:
            said_by = _SayingOf(transaction, program, reason=reason, by=by)
            before = after = said_by.stored
            calendar = program_of(before).calendar or ProgramCalendar()
            window = window_of(said_by.now, over, calendar_of(calendar).zone)
            if before.frozen_at is not None:
                after = before._replace(frozen_at=None, frozen_by=None, frozen_because=None)
                after = said_by.put(after, {FROZEN: (before.frozen_at.isoformat(), None)})
            elif not stored.count_aside(transaction, program):
                raise FreezeRefused(f"the program {program!r} is not frozen")
        self._library.catch_up(self._store)
        urgent, now = self._library.urgent, said_by.now
        taking_up = TakingUp(self._store, program, window, self._batch, urgent, now)
        return Resumed(program_of(after), taking_up.take_up_all(progress))

    def get(self, program: str) -> Program:
        """Return what was said of a program, or what holds where nothing was."""
        name_text(program, what="program")
        found = self._store.reader.program(program)
        return Program(program) if found is None else program_of(found)

    def list(self, *, limit: int = 100, after: str | None = None) -> Sequence[Program]:
        """Return the programs something was said of, page by page by their ids.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000, or `after` can be no program.
        """
        require_limit(limit)
        behind = "" if after is None else name_text(after, what="after")
        found = self._store.reader.programs_after(behind, limit=limit)
        return [program_of(one) for one in found]

    def history(
        self, program: str, *, limit: int = 100, before: int | None = None
    ) -> Sequence[TimingChange]:
        """Return who set, froze or resumed a program, when and why, the latest first.

        `timing` names what was changed: `frozen` or a part of the calendar. `before` is a revision
        to page on.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
        """
        require_limit(limit)
        name_text(program, what="program")
        return self._store.reader.timing_changes(
            workflow="",
            scope=Scope.PROGRAM.value,
            subject=program,
            before=before,
            limit=limit,
        )


class _SayingOf(Saying):
    """Somebody says something of a program."""

    def __init__(
        self, transaction: Transaction, program: str, *, reason: str, by: str | None
    ) -> None:
        super().__init__(transaction, reason=reason, by=by)
        self._transaction = transaction
        self.stored = _known(transaction, program)
        """What was known of it so far."""

    def put(
        self, program: StoredProgram, changed: Mapping[str, tuple[str | None, str | None]]
    ) -> StoredProgram:
        """Write down what is said now, and what of it is from what to what."""
        program = program._replace(changed_at=self.now, revision=self.revision)
        changes = [
            self.change(
                name,
                scope=Scope.PROGRAM.value,
                subject=program.id,
                was=was,
                becomes=becomes,
                position=position,
            )
            for position, (name, (was, becomes)) in enumerate(changed.items())
        ]
        if changes:
            stored.put_program(self._transaction, program, changes)
        return program


def program_of(found: StoredProgram) -> Program:
    """Return a program as hosts see it."""
    calendar = None if found.calendar is None else ProgramCalendar.of(found.calendar)
    frozen = None
    if found.frozen_at is not None:
        frozen = Freeze(found.frozen_at, found.frozen_by, found.frozen_because or "")
    return Program(found.id, calendar, frozen)


def _known(transaction: Transaction, program: str) -> StoredProgram:
    found = stored.program_named(transaction, program)
    if found is not None:
        return found
    return StoredProgram(program, None, None, None, None, transaction.now(), 0)


def _given(**said: Any) -> dict[str, Any]:
    """Return what is said of a calendar, without what is left out."""
    given = {name: value for name, value in said.items() if value is not ...}
    if not given:
        raise InvalidPayload("say what is to change: time_zone, country, extra_holidays, …")
    return given


def _calendar_after(before: StoredProgram, given: dict[str, Any]) -> ProgramCalendar:
    """Return a program's calendar once something is said of it."""
    was = before.calendar or ProgramCalendar().document()
    return ProgramCalendar.checked(**{**was, **_with_place(given)})


def _with_place(given: dict[str, Any]) -> dict[str, Any]:
    """Return what is said; a part of the country that was is none of another country."""
    if "country" in given and "subdivision" not in given:
        return {**given, "subdivision": None}
    return given


def _frozen(program: StoredProgram) -> str:
    since = program.frozen_at.isoformat() if program.frozen_at else ""
    by = f" by {program.frozen_by}" if program.frozen_by else ""
    return f"since {since}{by}, because: {program.frozen_because}"


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, Sequence) else str(value)
