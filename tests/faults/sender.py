"""A process that sends events, as an external system does: again and again until it is answered.

It writes down what it is about to send, and after the answer what was accepted. Started anew after
it was killed, it sends again, under the same key, what it has no answer for.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from threading import Event

from faults import ledger
from mentorflow import Engine
from mentorflow.errors import StoreUnavailable
from mentorflow_workers.process import told_to_end

PATIENCE = 0.2
"""Seconds between two tries to reach a database that is not there."""
_AT_ONCE = 5
"""Events of one transaction, every now and then."""
_TOGETHER_EVERY = 6
_BY = "mentor-1"
"""The same for every event: what was sent with others may be sent again alone, by its key."""


class Sender:
    """One sender through one of its lives."""

    def __init__(self, folder: Path, name: str, engine: Engine) -> None:
        self._tried = folder / f"{name}.tried"
        self._accepted = folder / f"{name}.accepted"
        self._name = name
        self._engine = engine

    def repeat_unanswered(self) -> None:
        """Send again what a life before this one got no answer for."""
        has_answer = {(found.mentorship_id, found.key) for found in ledger.answered(self._accepted)}
        for event in ledger.tried(self._tried):
            if event not in has_answer:
                self._until_answered([event])

    def send(self, ids: Sequence[str], pause: float, end: Event) -> None:
        """Send events to mentorships by chance until told to end."""
        first = len(ledger.tried(self._tried))
        chance = Random(f"{self._name}-{first}")
        number = first
        while not end.wait(pause):
            count = _AT_ONCE if number % _TOGETHER_EVERY == 0 else 1
            events = [
                (id_, f"{self._name}-{number + place}")
                for place, id_ in enumerate(chance.sample(ids, count))
            ]
            number += count
            ledger.append(self._tried, *(" ".join(event) for event in events))
            self._until_answered(events)

    def _until_answered(self, events: Sequence[tuple[str, str]]) -> None:
        revisions = _tried_again(lambda: self._revisions(events))
        ledger.append(
            self._accepted,
            *(
                f"{id_} {key} {revision}"
                for (id_, key), revision in zip(events, revisions, strict=True)
            ),
        )

    def _revisions(self, events: Sequence[tuple[str, str]]) -> list[int]:
        if len(events) == 1:
            id_, key = events[0]
            return [self._engine.send(id_, "noted", by=_BY, key=key).revision]
        requests = [{"id": id_, "event": "noted", "by": _BY, "key": key} for id_, key in events]
        return [answer.revision for answer in self._engine.send_many(requests)]


def _tried_again(send: Callable[[], list[int]]) -> list[int]:
    while True:
        try:
            return send()
        except StoreUnavailable as failed:
            print(failed, file=sys.stderr, flush=True)
            Event().wait(PATIENCE)


def _opened(url: str) -> Engine:
    while True:
        try:
            return Engine(url, channels=[])
        except StoreUnavailable:
            Event().wait(PATIENCE)


def main(url: str, folder: str, name: str, pause: str) -> None:
    """Send until told to end by a signal or by the end of the standard input."""
    with told_to_end() as end:
        print("sender.ready", file=sys.stderr, flush=True)
        engine = _opened(url)
        sender = Sender(Path(folder), name, engine)
        ids = (Path(folder) / "mentorships").read_text().split()
        sender.repeat_unanswered()
        sender.send(ids, float(pause), end)
        engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
