"""The Engine: what a host embeds. Events in, mentorships out, time and effects by `run_due`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mentorflow.clock import Clock, SystemClock, as_utc
from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer
from mentorflow.core.replay import replay
from mentorflow.core.workflow import Workflow
from mentorflow.engine import sending, starting, tracing
from mentorflow.engine.carrier import Carrier
from mentorflow.engine.channels import Channel, LogChannel, Notice
from mentorflow.engine.collecting import uncollected
from mentorflow.engine.hints import Hints
from mentorflow.engine.ids import is_id
from mentorflow.engine.library import Library
from mentorflow.engine.operated import Operated
from mentorflow.engine.packs import Packs
from mentorflow.engine.payload import name_text, require_limit
from mentorflow.engine.relay import Relay
from mentorflow.engine.starting import Start
from mentorflow.engine.timekeeper import Timekeeper
from mentorflow.errors import InvalidPayload, MentorflowError, NotFound
from mentorflow.store.failing import KeyTaken
from mentorflow.store.joining import HostTransaction
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

if TYPE_CHECKING:
    from mentorflow.definitions.pack import Pack

DEFAULT_URL = "sqlite:///mentorflow.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run of the embedded worker did."""

    timers_fired: int
    effects_done: int
    effects_failed: int
    next_due_at: datetime | None
    """When there is something to do again."""


class Engine(Operated):
    """Run mentorships on a database of yours, embedded in your program.

    SQLite is made where there is none; a PostgreSQL database is prepared with
    `mentorflow db upgrade`. Safe to share between threads.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        SchemaMismatch: if its tables are not those this version works with.
        WorkflowInvalid: if an installed workflow does not hold up.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        clock: Clock | None = None,
        workflows: Iterable["Workflow | Pack"] | None = None,
        channels: Sequence[Channel] | None = None,
    ) -> None:
        library = Library.of(Packs(workflows))
        store = Store(url, clock or SystemClock())
        library.catch_up(store)
        super().__init__(store, library, (LogChannel(),) if channels is None else channels)
        self._timekeeper = Timekeeper(store, library)
        self._hints = Hints(store)
        store.left_effects = self._hints.give
        self._relay = Relay(store)
        self._carrier = Carrier(store, library, self._channels)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the database connections back."""
        self._hints.close()
        self._store.close()

    def start(
        self,
        *,
        mentee: str,
        mentors: Sequence[str],
        program: str,
        key: str | None = None,
        coordinator: str | None = None,
        mediator: str | None = None,
        program_owner: str | None = None,
        dates: Mapping[str, date | str] | None = None,
        facts: Mapping[str, Any] | None = None,
        workflow: str = "mentorship",
        session: HostTransaction | None = None,
    ) -> Mentorship:
        """Start a mentorship; with a known key, return the one it started first.

        Raises:
            InvalidPayload: if a part of the request is wrong; it says which.
            KeyReused: if the key started another mentorship.
        """
        request = self._checked(
            Start(
                mentee=mentee,
                mentors=mentors,
                program=program,
                key=key,
                coordinator=coordinator,
                mediator=mediator,
                program_owner=program_owner,
                dates=dates or {},
                facts=facts or {},
                workflow=workflow,
            )
        )
        try:
            return self._start(request, session)
        except KeyTaken:
            return self._start(request, session)

    def start_many(self, starts: Iterable[Mapping[str, Any]]) -> list[str]:
        """Start mentorships in one transaction, each a mapping of the arguments of `start`.

        Returns the ids in order; where a key is known, the id of the one it started first.

        Raises:
            InvalidPayload, KeyReused: if one is wrong; then none is started.
        """
        try:
            requests = [self._checked(Start(**found)) for found in starts]
        except TypeError as wrong:
            raise InvalidPayload(f"a start takes the arguments of `start`: {wrong}") from None
        while True:
            # Each time around, one more of the keys is known: whoever took it has committed.
            with (
                suppress(KeyTaken),
                tracing.span("mentorflow.start_many", size=len(requests)),
                self._store.transaction() as transaction,
            ):
                transaction.trace = tracing.current_trace()
                return starting.start_many(transaction, self._library, requests)

    def send(
        self,
        mentorship_id: str,
        event: str,
        *,
        by: str | None = None,
        data: Mapping[str, Any] | None = None,
        key: str | None = None,
        revision: int | None = None,
        session: HostTransaction | None = None,
    ) -> Mentorship:
        """Send an event; return the mentorship after it. A known key gets the first answer.

        With `revision`, the event is refused unless the mentorship is still at it. With
        `session`, everything is written in the host's own transaction and commits with it.

        Raises:
            EventRejected: if the state does not offer the event or a guard refuses it.
            InvalidPayload: if the event is unknown or its data is wrong.
            NotFound: if there is no such mentorship.
            KeyReused: if the key came with another event before.
        """
        request = sending.checked(
            mentorship_id, event, by=by, data=data, key=key, revision=revision
        )
        with (
            tracing.span("mentorflow.send", event=event, mentorship=mentorship_id),
            self._store.transaction(session) as transaction,
        ):
            transaction.trace = tracing.current_trace()
            mentorship, revision_then = sending.send_one(transaction, self._library, request)
            return self._as_answered(transaction, mentorship, revision_then)

    def send_many(self, events: Iterable[Mapping[str, Any] | Sequence[Any]]) -> list[Mentorship]:
        """Send events in one transaction: all are taken, or none.

        Each is a mapping with `id`, `event` and, like `send`, `by`, `data`, `key`, `revision`.

        Raises:
            BatchRejected: with `.refused`, every refused item with its code and reason.
            InvalidPayload, NotFound: if an item is no event at all.
        """
        with uncollected():
            requests = [sending.checked_item(item) for item in events]
            if not requests:
                return []
            with (
                tracing.span("mentorflow.send_many", size=len(requests)),
                self._store.transaction() as transaction,
            ):
                transaction.trace = tracing.current_trace()
                answers = sending.send_all(transaction, self._library, requests)
                return [self._as_answered(transaction, *answer) for answer in answers]

    def get(self, mentorship_id: str) -> Mentorship:
        """Return a mentorship as it stands.

        Raises:
            NotFound: if there is none with this id.
        """
        found = self._store.reader.mentorship(mentorship_id) if is_id(mentorship_id) else None
        if found is None:
            raise NotFound(f"there is no mentorship {mentorship_id!r}")
        return found

    def find(
        self,
        *,
        program: str | None = None,
        state: str | None = None,
        key: str | None = None,
        person: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> list[Mentorship]:
        """Return mentorships page by page, in the order of their ids; `after` is the last seen.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000, `after` is no id, or what is looked for
                can be no name.
        """
        wanted = {"program": program, "state": state, "key": key, "person": person}
        for what, name in wanted.items():
            if name is not None:
                name_text(name, what=what)
        require_limit(limit)
        if after is not None and not is_id(after):
            raise InvalidPayload(f"after is {after!r}; it must be the id of the last one seen")
        return self._store.reader.find(**wanted, after=after, limit=limit)

    def history(self, mentorship_id: str) -> list[HistoryEntry]:
        """Return everything that was decided about a mentorship, the oldest first.

        Raises:
            NotFound: if there is none with this id.
        """
        entries = self._store.reader.history(mentorship_id) if is_id(mentorship_id) else []
        if not entries:
            raise NotFound(f"there is no mentorship {mentorship_id!r}")
        return entries

    def upcoming(self, mentorship_id: str) -> list[Timer]:
        """Return the timers that run, the soonest first, each with where its value came from.

        Raises:
            NotFound: if there is none with this id.
        """
        running = (
            (timer.due_at, timer)
            for timer in self.get(mentorship_id).timers
            if timer.due_at is not None
        )
        return [timer for _, timer in sorted(running, key=lambda pair: (pair[0], pair[1].key))]

    def explain(self, mentorship_id: str) -> dict[str, Any]:
        """Return why a mentorship stands where it does and what happens next.

        Raises:
            NotFound: if there is none with this id.
        """
        from mentorflow.engine.explaining import explain

        mentorship = self.get(mentorship_id)
        self._library.catch_up(self._store)
        running = self._library.get(mentorship.workflow, mentorship.version)
        unsent = self._store.reader.unsent(mentorship_id)
        program = self.programs.get(mentorship.program)
        put_off = self._store.reader.put_off(mentorship_id)
        history = self.history(mentorship_id)
        return explain(running.workflow, mentorship, history, unsent, program, put_off=put_off)

    def escalations(
        self, mentorship_id: str | None = None, *, is_over: bool | None = False
    ) -> list[Escalation]:
        """Return escalations, the oldest first; by default those that are not over."""
        return self._store.reader.escalations(mentorship_id=mentorship_id, is_over=is_over)

    def workflow(self, name: str = "mentorship") -> Workflow:
        """Return the newest version of a workflow.

        Raises:
            NotFound: if it is not installed and was not published.
        """
        self._library.catch_up(self._store)
        return self._library.latest(name).workflow

    def run_due(
        self, until: datetime | None = None, *, stop: Callable[[], bool] | None = None
    ) -> RunReport:
        """Fire the timers that are due and carry out the effects; report what was done.

        With `until`, only timers due by then; an instant to come counts as now. `stop` is asked
        between two batches, so that a process that is to end need not finish a long backlog.

        Raises:
            NaiveDatetime: if `until` has no time zone.
        """
        bound = None if until is None else as_utc(until, what="until")
        fired = done = failed = 0
        while True:
            timers = self._timekeeper.fire_batch(bound)
            claim = self._relay.claim_batch()
            carried, refused = self._carrier.carry(claim)
            fired, done, failed = fired + timers.fired, done + carried, failed + refused
            is_all_done = not timers.size and not claim.keys
            if is_all_done or (stop is not None and stop()):
                break
        with self._store.transaction() as transaction:
            next_due_at = transaction.next_due()
        return RunReport(
            timers_fired=fired, effects_done=done, effects_failed=failed, next_due_at=next_due_at
        )

    @property
    def carrier(self) -> Carrier:
        """What carries effects out with this engine's channels and callbacks, as workers do."""
        return self._carrier

    def on(self, type_: str) -> Callable[[Callable[[Notice], Any]], Callable[[Notice], Any]]:
        """Register a callback for a type of notice, such as `mentorship.state_changed`.

        It is called after commit, at least once for each, by whoever runs `run_due`; a notice
        that repeats has the same `id`. `*` is every type.
        """

        def register(callback: Callable[[Notice], Any]) -> Callable[[Notice], Any]:
            self._carrier.register(type_, callback)
            return callback

        return register

    def _checked(self, start: Start) -> starting.CheckedStart:
        try:
            return starting.checked(self._library, start)
        except NotFound:  # it may have been published since
            self._library.catch_up(self._store)
            return starting.checked(self._library, start)

    def _start(self, request: starting.CheckedStart, session: HostTransaction | None) -> Mentorship:
        with (
            tracing.span("mentorflow.start", workflow=request.running.workflow.name),
            self._store.transaction(session) as transaction,
        ):
            transaction.trace = tracing.current_trace()
            started = starting.start_one(transaction, self._library, request)
            return self._as_answered(transaction, started, 1)

    def _as_answered(
        self, transaction: Transaction, mentorship: Mentorship, revision: int
    ) -> Mentorship:
        """Return the answer that was given at a revision: its history decided once more."""
        if mentorship.revision == revision:
            return mentorship
        entries = transaction.history(mentorship.id, until=revision)
        try:
            return replay(partial(self._library.get, mentorship.workflow), entries)
        except (MentorflowError, LookupError, StopIteration):
            return mentorship  # the rules have changed since: the present is the best answer
