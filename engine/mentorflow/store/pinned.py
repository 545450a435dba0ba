"""All mentorships of a version as they stand at one instant, read page by page, without a lock."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Engine, func
from sqlmodel import Session, col, select

from mentorflow.core.mentorship import EscalationStatus, Mentorship, Timer
from mentorflow.store.failing import our_errors
from mentorflow.store.models import EscalationRow, MentorshipRow, TimerRow
from mentorflow.store.reading import mentorship_of
from mentorflow.store.store import Store

_PAGE = 1000
_TIMER = tuple(getattr(TimerRow, name) for name in Timer._fields)
_OVER = [status.value for status in EscalationStatus if status.is_over]


class Pinned:
    """The mentorships pinned to one version of a workflow, or those of a program among them."""

    def __init__(self, store: Store, workflow: str, version: int, program: str | None) -> None:
        self._store = store
        self._wanted: list[ColumnElement[bool]] = [
            col(MentorshipRow.workflow) == workflow,
            col(MentorshipRow.version) == version,
        ]
        if program is not None:
            self._wanted.append(col(MentorshipRow.program) == program)

    def count(self) -> int:
        """Return how many there are."""
        with self._snapshot() as session:
            return session.exec(
                select(func.count()).select_from(MentorshipRow).where(*self._wanted)
            ).one()

    def mentorships(self) -> Iterator[Mentorship]:
        """Yield them whole, all as they stand at the same instant."""
        with self._snapshot() as session:
            after = ""
            while page := self._page(session, after):
                yield from _whole(session, page)
                after = page[-1].id
                session.expunge_all()

    def _page(self, session: Session, after: str) -> Sequence[MentorshipRow]:
        query = select(MentorshipRow).where(*self._wanted)
        if after:
            query = query.where(col(MentorshipRow.id) > after)
        return session.exec(query.order_by(col(MentorshipRow.id)).limit(_PAGE)).all()

    @contextmanager
    def _snapshot(self) -> Iterator[Session]:
        database = self._store.database
        with our_errors(), self._store.alone(), Session(_reading(database)) as session:
            if database.dialect.name == "sqlite":
                session.connection().exec_driver_sql("BEGIN")
            yield session
            session.rollback()


def _reading(database: Engine) -> Engine:
    """Return the database as one whose transactions see what was there at their first look."""
    if database.dialect.name == "sqlite":
        return database
    return database.execution_options(isolation_level="REPEATABLE READ")


def _whole(session: Session, page: Sequence[MentorshipRow]) -> Iterator[Mentorship]:
    ids = [row.id for row in page]
    timers: dict[str, list[Timer]] = {}
    query: Any = select(TimerRow.mentorship_id, *_TIMER).where(col(TimerRow.mentorship_id).in_(ids))
    for owner, *fields in session.exec(query):
        timers.setdefault(owner, []).append(Timer(*fields))
    escalations: dict[str, list[EscalationRow]] = {}
    climbing = [row.id for row in page if row.open_escalations]
    open_ = (
        select(EscalationRow)
        .where(col(EscalationRow.mentorship_id).in_(climbing))
        .where(col(EscalationRow.status).not_in(_OVER))
        .order_by(col(EscalationRow.opened_at), col(EscalationRow.id))
    )
    for one in session.exec(open_) if climbing else ():
        escalations.setdefault(one.mentorship_id, []).append(one)
    for row in page:
        found = mentorship_of(row, escalations=escalations.get(row.id, ()))
        yield found._replace(timers=tuple(timers.get(row.id, ())))
