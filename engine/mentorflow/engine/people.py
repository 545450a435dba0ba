"""People: how, when and how often each likes to be reached, and what became of messages to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from threading import Event
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from mentorflow.clock import as_utc
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.person import WEEKLY_BUDGET, Absence, Person, QuietHours, Reach
from mentorflow.engine.calendars import require_zone
from mentorflow.engine.payload import name_text, refusal, require_limit
from mentorflow.errors import NotFound, StoreUnavailable
from mentorflow.store.store import Store

_MOST_BUDGET = 1000
_MOST_TRIES = 50
_PAUSE = 0.1
"""Seconds between two of them; a decision takes milliseconds."""
_CHANNEL = r"^[a-z][a-z0-9_]{0,31}(:.+)?$"


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it must not hold control characters")
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_printable)]


class PersonGiven(BaseModel):
    """What is said of a person; what is left out stays as it was."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: Annotated[Line | None, Field(description="What messages call them.")] = None
    time_zone: Annotated[
        Annotated[str, AfterValidator(require_zone)],
        Field(description="An IANA name: quiet hours go by the clock on their wall."),
    ] = "UTC"
    locale: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"),
        Field(description="The language of messages, as `en` or `de-AT`."),
    ] = "en"
    style: Annotated[
        Literal["concise", "detailed"], Field(description="How much messages say.")
    ] = "detailed"
    channels: Annotated[
        tuple[Annotated[Line, StringConstraints(pattern=_CHANNEL)], ...],
        Field(max_length=10, description="`CHANNEL:ADDRESS` or `CHANNEL`, in order of choice."),
    ] = ()
    quiet_hours: Annotated[
        tuple[time, time] | None, Field(description="Since when and until when, by their clock.")
    ] = None
    absence: Annotated[
        tuple[AwareDatetime, AwareDatetime] | None, Field(description="Since when, until when.")
    ] = None
    weekly_budget: Annotated[
        int, Field(ge=1, le=_MOST_BUDGET, description="Letters a week over all mentorships.")
    ] = WEEKLY_BUDGET

    @model_validator(mode="after")
    def _hold(self) -> Self:
        if self.quiet_hours is not None:
            since, until = self.quiet_hours
            if since.tzinfo or until.tzinfo:
                raise ValueError("quiet_hours are times of their own time zone: write 20:00")
            if since == until:
                raise ValueError(f"quiet_hours begin and end at {since:%H:%M}: that is all day")
        if self.absence is not None and self.absence[0] >= self.absence[1]:
            raise ValueError("absence ends before it begins")
        return self


class People:
    """How the persons of all mentorships are reached."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set(self, person: str, **said: Any) -> Person:
        """Write down what a person says about being reached; what is left out stays as it was.

        `name`, `time_zone` (IANA), `locale`, `style` (concise or detailed), `channels` (such as
        `["email:ada@example.org", "log"]`, the first choice first), `quiet_hours` (since, until),
        `absence` (since, until) and `weekly_budget` (letters in seven days). None takes a name,
        quiet hours or an absence back. What is held for them is decided anew.

        Raises:
            InvalidPayload: naming what is wrong; then nothing is changed.
            StoreUnavailable: if somebody else decides about the person's letters all the time.
        """
        name_text(person, what="person")
        given = _checked(said)
        for _ in range(_MOST_TRIES):
            with self._store.transaction() as transaction:
                now = transaction.now()
                box = transaction.mailboxes([person], since=now).get(person)
                if box is not None:
                    values = {name: _value(given, name) for name in said}
                    changed = box.person._replace(**values)
                    transaction.put_person(changed, now)
                    return changed
            Event().wait(_PAUSE)
        raise StoreUnavailable(
            f"a letter to {person!r} has been decided about for seconds; try again, and see "
            "whether a worker stands still"
        )

    def get(self, person: str) -> Person:
        """Return how a person is reached: as everybody is, where they said nothing."""
        name_text(person, what="person")
        return self._store.reader.people([person]).get(person, Person(person))

    def list(self, *, limit: int = 100, after: str | None = None) -> Sequence[Person]:
        """Return those who said something, page by page by their ids.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
        """
        require_limit(limit)
        return self._store.reader.people_after(after or "", limit=limit)

    def forget(self, person: str) -> None:
        """Forget how a person is reached: name, addresses and all.

        Raises:
            NotFound: if nothing is known of them.
        """
        name_text(person, what="person")
        if person not in self._store.reader.people([person]):
            raise NotFound(f"nothing is known of the person {person!r}")
        with self._store.transaction() as transaction:
            transaction.delete_person(person, transaction.now())

    def messages(
        self, person: str, *, limit: int = 100, before: datetime | None = None
    ) -> Sequence[MessageOutcome]:
        """Return what became of a person's messages, the latest first; `before` pages on.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
            NaiveDatetime: if `before` has no time zone.
        """
        name_text(person, what="person")
        require_limit(limit)
        until = None if before is None else as_utc(before, what="before")
        return self._store.reader.outcomes(person, before=until, limit=limit)


def _checked(said: Mapping[str, Any]) -> PersonGiven:
    try:
        return PersonGiven.model_validate(dict(said))
    except ValidationError as wrong:
        raise refusal("what is said of the person", wrong) from None


def _value(given: PersonGiven, name: str) -> Any:
    value = getattr(given, name)
    if name == "channels":
        return tuple(_reach(one) for one in value)
    if name == "quiet_hours" and value is not None:
        return QuietHours(*(one.replace(second=0, microsecond=0) for one in value))
    if name == "absence" and value is not None:
        return Absence(*(as_utc(one, what=name) for one in value))
    return value


def _reach(text: str) -> Reach:
    channel, _, address = text.partition(":")
    return Reach(channel, address or None)
