"""Who listens at an endpoint while everything else dies: what it heard, held against the database.

It verifies what comes, fails now and then the first time it hears of something, and remembers how
it answered. What it should have heard is read from the tables, past the engine.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock
from typing import NamedTuple

from mentorflow.store.rows import instant
from mentorflow.webhooks import Webhook
from receiver import HangUp, Receiver, receiving
from tables import rows

_MOOD = 23
"""Of so many notices, one is answered by an error, and another one not at all."""
_FAILS, _HANGS_UP = 5, 11


class Told(NamedTuple):
    """A notice that was committed."""

    id: str
    type: str
    program: str
    mentorship: str
    sequence: int
    position: int
    at: datetime
    body: bytes


class Heard(NamedTuple):
    """A request that came, and whether it was answered as taken."""

    id: str
    body: bytes
    is_taken: bool


@dataclass
class Ear:
    """A receiver, and what its endpoint wants."""

    wants: Callable[[Told], bool]
    receiver: Receiver = field(default_factory=Receiver)
    endpoint: str = ""
    is_moody: bool = True
    takes: float = 0.005
    """Seconds of each answer, so that whoever is killed has something under way."""
    heard: list[Heard] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    happened: set[tuple[str, int]] = field(default_factory=set)
    """What it heard of: mentorships, each with a revision."""
    lock: Lock = field(default_factory=Lock)

    def answer(self, _number: int, came: Webhook) -> tuple[int, dict[str, str]]:
        """Answer what came."""
        Event().wait(self.takes)
        with self.lock:
            is_new = came.id not in self.known
            self.known.add(came.id)
            mood = len(self.known) % _MOOD if is_new and self.is_moody else 0
            is_taken = mood not in {_FAILS, _HANGS_UP}
            self.happened.add((came.data["mentorship_id"], came.data["sequence"]))
            self.heard.append(Heard(came.id, came.body, is_taken))
        if mood == _HANGS_UP:
            raise HangUp
        return 204 if is_taken else 500, {}


@contextmanager
def listening(
    wants: Callable[[Told], bool] = lambda _: True, *, is_moody: bool = True, takes: float = 0.005
) -> Iterator[Ear]:
    """Listen at an address of this machine."""
    ear = Ear(wants, is_moody=is_moody, takes=takes)
    with receiving(ear.answer) as ear.receiver:
        yield ear


def committed(url: str) -> list[Told]:
    """Return all notices there are, those of a mentorship in their order."""
    found = rows(
        url,
        "SELECT id, type, program, mentorship_id, sequence, position, at, body "
        "FROM mentorflow_notice ORDER BY mentorship_id, sequence, position",
    )
    return [
        Told(id_, type_, program, str(mentorship), sequence, position, instant(at), body.encode())
        for id_, type_, program, mentorship, sequence, position, at, body in found
    ]


def unheard(told: Sequence[Told], ear: Ear) -> set[str]:
    """Return the ids that were never taken by who wants them."""
    taken = {one.id for one in ear.heard if one.is_taken}
    return {one.id for one in told if ear.wants(one)} - taken


def doubled(ear: Ear) -> set[str]:
    """Return the ids that came once more after they had been taken: it has to be borne."""
    taken = Counter(one.id for one in ear.heard if one.is_taken)
    return {id_ for id_, times in taken.items() if times > 1}


def unwanted(told: Sequence[Told], ear: Ear) -> set[str]:
    """Return the ids that came and that it does not want, or that nobody committed."""
    return ear.known - {one.id for one in told if ear.wants(one)}


def changed(told: Sequence[Told], ear: Ear) -> set[str]:
    """Return the ids that came with other bytes than were committed."""
    bodies = {one.id: one.body for one in told}
    return {one.id for one in ear.heard if one.body != bodies.get(one.id, one.body)}


def out_of_order(told: Sequence[Told], ear: Ear) -> list[str]:
    """Return the ids that came before an earlier one of the same mentorship had been taken."""
    before: dict[str, str] = {}
    latest: dict[str, str] = {}
    for one in filter(ear.wants, told):
        if one.mentorship in latest:
            before[one.id] = latest[one.mentorship]
        latest[one.mentorship] = one.id
    known: set[str] = set()
    taken: set[str] = set()
    wrong = []
    for heard in ear.heard:
        earlier = before.get(heard.id)
        if heard.id not in known and earlier is not None and earlier not in taken:
            wrong.append(heard.id)
        known.add(heard.id)
        if heard.is_taken:
            taken.add(heard.id)
    return wrong
