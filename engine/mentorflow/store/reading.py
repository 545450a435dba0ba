"""The cold paths: lists and single looks, read with SQLModel, outside any lock."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from mentorflow.core.courtesy import Why
from mentorflow.core.keys import effect_id
from mentorflow.core.mentorship import (
    Detour,
    Escalation,
    EscalationStatus,
    HistoryEntry,
    Mentorship,
    Timer,
    TimerKey,
)
from mentorflow.core.outcome import MessageOutcome, MessageStatus
from mentorflow.core.override import TimingChange
from mentorflow.core.person import Person
from mentorflow.store.failing import our_errors
from mentorflow.store.mail import person_of
from mentorflow.store.models import (
    EffectRow,
    EscalationRow,
    HistoryRow,
    MentorshipRow,
    MessageRow,
    PartyRow,
    PersonRow,
    TimerRow,
)
from mentorflow.store.operating_models import PlanRow, ProgramRow, TimingChangeRow
from mentorflow.store.programs import StoredProgram
from mentorflow.store.retiming import PlanState
from mentorflow.store.rows import instant


class Reader:
    """Read what the store holds, without changing it."""

    def __init__(
        self, database: Engine, *, one_at_a_time: AbstractContextManager[Any] | None = None
    ) -> None:
        self._database = database
        self._one_at_a_time = one_at_a_time or nullcontext()

    def mentorship(self, mentorship_id: str) -> Mentorship | None:
        """Return one mentorship with its timers and open escalations."""
        with self._session() as session:
            row = session.get(MentorshipRow, mentorship_id)
            if row is None:
                return None
            timers = session.exec(
                select(TimerRow).where(col(TimerRow.mentorship_id) == mentorship_id)
            ).all()
            escalations = self._open_escalations(session, row)
            return mentorship_of(row, timers, escalations)

    def find(
        self,
        *,
        program: str | None,
        state: str | None,
        key: str | None,
        person: str | None,
        after: str | None,
        limit: int,
    ) -> list[Mentorship]:
        """Return mentorships by what is given, in the order of their ids."""
        wanted = {"program": program, "state": state, "key": key}
        query = select(MentorshipRow).order_by(col(MentorshipRow.id)).limit(limit)
        for name, value in wanted.items():
            if value is not None:
                query = query.where(getattr(MentorshipRow, name) == value)
        if after is not None:
            query = query.where(col(MentorshipRow.id) > after)
        if person is not None:
            theirs = select(PartyRow.mentorship_id).where(col(PartyRow.person) == person)
            query = query.where(col(MentorshipRow.id).in_(theirs))
        with self._session() as session:
            return [mentorship_of(row) for row in session.exec(query).all()]

    def history(self, mentorship_id: str, *, until: int | None = None) -> list[HistoryEntry]:
        """Return the history of a mentorship, the oldest first, up to a revision."""
        query = (
            select(HistoryRow)
            .where(col(HistoryRow.mentorship_id) == mentorship_id)
            .order_by(col(HistoryRow.revision))
        )
        if until is not None:
            query = query.where(col(HistoryRow.revision) <= until)
        with self._session() as session:
            return [_entry(row) for row in session.exec(query).all()]

    def timing_changes(
        self,
        *,
        workflow: str,
        before: int | None,
        limit: int,
        timing: str | None = None,
        scope: str | None = None,
        subject: str | None = None,
    ) -> list[TimingChange]:
        """Return who set which timing to what, the latest first."""
        query = select(TimingChangeRow).where(col(TimingChangeRow.workflow) == workflow)
        for column, wanted in (
            (TimingChangeRow.timing, timing),
            (TimingChangeRow.scope, scope),
            (TimingChangeRow.subject, subject),
        ):
            if wanted is not None:
                query = query.where(col(column) == wanted)
        if before is not None:
            query = query.where(col(TimingChangeRow.revision) < before)
        latest = (col(TimingChangeRow.revision).desc(), col(TimingChangeRow.position).desc())
        with self._session() as session:
            found = session.exec(query.order_by(*latest).limit(limit)).all()
            return [TimingChange(**row.model_dump()) for row in found]

    def plans(self, *, workflow: str, before: str | None, limit: int) -> list[PlanState]:
        """Return the plans of a workflow, the latest first."""
        query = select(PlanRow).where(col(PlanRow.workflow) == workflow)
        if before is not None:
            query = query.where(col(PlanRow.id) < before)
        with self._session() as session:
            found = session.exec(query.order_by(col(PlanRow.id).desc()).limit(limit)).all()
            return [PlanState(**row.model_dump()) for row in found]

    def pinned_versions(self, workflow: str) -> frozenset[int]:
        """Return the versions of a workflow that mentorships run by."""
        query = select(MentorshipRow.version).where(col(MentorshipRow.workflow) == workflow)
        with self._session() as session:
            return frozenset(session.exec(query.distinct()))

    def program(self, name: str) -> StoredProgram | None:
        """Return what was said of a program, if anything was."""
        with self._session() as session:
            row = session.get(ProgramRow, name)
            return None if row is None else StoredProgram(**row.model_dump())

    def has_program(self, name: str) -> bool:
        """Say whether a mentorship belongs to a program."""
        query = select(MentorshipRow.id).where(col(MentorshipRow.program) == name).limit(1)
        with self._session() as session:
            return session.exec(query).first() is not None

    def programs_after(self, name: str, *, limit: int) -> list[StoredProgram]:
        """Return programs in the order of their names."""
        query = select(ProgramRow).where(col(ProgramRow.id) > name)
        with self._session() as session:
            found = session.exec(query.order_by(col(ProgramRow.id)).limit(limit)).all()
            return [StoredProgram(**row.model_dump()) for row in found]

    def people(self, ids: Iterable[str]) -> dict[str, Person]:
        """Return what is known of people, by their ids."""
        query = select(PersonRow).where(col(PersonRow.id).in_(set(ids)))
        with self._session() as session:
            return {row.id: _person(row) for row in session.exec(query).all()}

    def people_after(self, person: str, *, limit: int) -> list[Person]:
        """Return people in the order of their ids."""
        query = select(PersonRow).where(col(PersonRow.id) > person)
        with self._session() as session:
            found = session.exec(query.order_by(col(PersonRow.id)).limit(limit)).all()
            return [_person(row) for row in found]

    def outcomes(self, person: str, *, before: datetime | None, limit: int) -> list[MessageOutcome]:
        """Return what became of a person's messages, the latest first."""
        query = select(MessageRow).where(col(MessageRow.person) == person).limit(limit)
        if before is not None:
            query = query.where(col(MessageRow.decided_at) < before)
        query = query.order_by(
            col(MessageRow.decided_at).desc(),
            col(MessageRow.mentorship_id).desc(),
            col(MessageRow.revision).desc(),
            col(MessageRow.position).desc(),
        )
        with self._session() as session:
            return [_outcome(row) for row in session.exec(query).all()]

    def unsent(self, mentorship_id: str) -> list[MessageOutcome]:
        """Return the messages of a mentorship that have not gone out, the oldest first."""
        query = (
            select(MessageRow)
            .where(col(MessageRow.mentorship_id) == mentorship_id)
            .where(col(MessageRow.status) != MessageStatus.SENT.value)
            .order_by(col(MessageRow.revision), col(MessageRow.position))
        )
        with self._session() as session:
            return [_outcome(row) for row in session.exec(query).all()]

    def put_off(self, mentorship_id: str) -> dict[TimerKey, str]:
        """Return what has put timers of a mentorship off, of those that are."""
        query = (
            select(TimerRow.name, TimerRow.instance, TimerRow.put_off_by)
            .where(col(TimerRow.mentorship_id) == mentorship_id)
            .where(col(TimerRow.put_off_by).is_not(None))
        )
        with self._session() as session:
            return {(name, one): by or "" for name, one, by in session.exec(query).all()}

    def failed_effects(
        self,
        *,
        kind: str | None,
        name: str | None,
        mentorship_id: str | None,
        until: datetime | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Return effects that were given up as plain values, the latest first."""
        query = select(EffectRow).where(col(EffectRow.status) == "failed")
        if until is not None:
            query = query.where(col(EffectRow.done_at) <= until)
        wanted = {"kind": kind, "name": name, "mentorship_id": mentorship_id}
        for column, value in wanted.items():
            if value is not None:
                query = query.where(getattr(EffectRow, column) == value)
        with self._session() as session:
            found = session.exec(query.order_by(col(EffectRow.done_at).desc()).limit(limit)).all()
            return [_failed(row) for row in found]

    def escalations(self, *, mentorship_id: str | None, is_over: bool | None) -> list[Escalation]:
        """Return escalations, the oldest first."""
        query = select(EscalationRow).order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
        if mentorship_id is not None:
            query = query.where(col(EscalationRow.mentorship_id) == mentorship_id)
        over = [status.value for status in EscalationStatus if status.is_over]
        if is_over is not None:
            status = col(EscalationRow.status)
            query = query.where(status.in_(over) if is_over else status.not_in(over))
        with self._session() as session:
            return [_escalation(row) for row in session.exec(query).all()]

    def effects(self, mentorship_id: str | None = None) -> list[dict[str, Any]]:
        """Return effects as plain values, in the order they were decided."""
        query = select(EffectRow).order_by(
            col(EffectRow.mentorship_id), col(EffectRow.revision), col(EffectRow.position)
        )
        if mentorship_id is not None:
            query = query.where(col(EffectRow.mentorship_id) == mentorship_id)
        with self._session() as session:
            return [
                {"id": _effect_id(row), **row.model_dump()} for row in session.exec(query).all()
            ]

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with our_errors(), self._one_at_a_time, Session(self._database) as session:
            yield session

    def _open_escalations(self, session: Session, row: MentorshipRow) -> Sequence[EscalationRow]:
        if not row.open_escalations:
            return ()
        over = [status.value for status in EscalationStatus if status.is_over]
        return session.exec(
            select(EscalationRow)
            .where(col(EscalationRow.mentorship_id) == row.id)
            .where(col(EscalationRow.status).not_in(over))
            .order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
        ).all()


def mentorship_of(
    row: MentorshipRow,
    timers: Sequence[TimerRow] = (),
    escalations: Sequence[EscalationRow] = (),
) -> Mentorship:
    """Return the mentorship of its rows."""
    return Mentorship(
        id=row.id,
        key=row.key,
        program=row.program,
        workflow=row.workflow,
        version=row.version,
        state=row.state,
        outcome=row.outcome,
        revision=row.revision,
        parties=row.parties,
        facts=row.facts,
        entered_at=row.entered_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        stack=tuple(
            Detour(state=found["state"], entered_at=instant(found["entered_at"]))
            for found in row.stack
        ),
        timers=tuple(_timer(timer) for timer in timers),
        escalations=tuple(_escalation(found) for found in escalations),
    )


def _timer(row: TimerRow) -> Timer:
    return Timer(
        name=row.name,
        instance=row.instance,
        due_at=row.due_at,
        timing=row.timing,
        value=row.value,
        scope=row.scope,
        anchor=row.anchor,
        anchor_at=row.anchor_at,
        remaining=row.remaining,
    )


def _entry(row: HistoryRow) -> HistoryEntry:
    return HistoryEntry(
        mentorship_id=row.mentorship_id,
        revision=row.revision,
        at=row.at,
        event=row.event,
        from_state=row.from_state,
        to_state=row.to_state,
        by=row.by,
        data=row.data,
        cause=row.cause,
        key=row.key,
    )


def _escalation(row: EscalationRow) -> Escalation:
    return Escalation(
        id=row.id,
        ladder=row.ladder,
        cause=row.cause,
        state=row.state,
        status=EscalationStatus(row.status),
        rung=row.rung,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        reason=row.reason,
    )


def _person(row: PersonRow) -> Person:
    told = row.id, row.name, row.time_zone, row.locale, row.style, row.channels
    quiet, absent = (row.quiet_since, row.quiet_until), (row.absent_since, row.absent_until)
    return person_of((*told, *quiet, *absent, row.weekly_budget))


def _outcome(row: MessageRow) -> MessageOutcome:
    values = row.model_dump()
    status, why = MessageStatus(values.pop("status")), values.pop("why")
    data = values.pop("data") or {}
    return MessageOutcome(**values, data=data, status=status, why=None if why is None else Why(why))


def _failed(row: EffectRow) -> dict[str, Any]:
    return {
        "id": _effect_id(row),
        "mentorship_id": row.mentorship_id,
        "kind": row.kind,
        "name": row.name,
        "role": row.role,
        "recipient": row.recipient,
        "attempts": row.attempts,
        "error": row.error,
        "given_up_at": row.done_at,
    }


def _effect_id(row: EffectRow) -> str:
    return effect_id((row.mentorship_id, row.revision, row.position))
