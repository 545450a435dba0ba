"""Who delivers may be killed at any moment: what was committed arrives, in order where asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from random import Random
from threading import Event

import pytest

from builders import life
from integration.webhooks.victim import deliver_until_killed
from jobs import importable, processes
from mentorflow import Engine
from receiver import Receiver, receiving
from servers.waiting import wait_until
from tables import rows

EACH = 6


@contextmanager
def delivering(url: str) -> Iterator[None]:
    """Have a process deliver, and kill it in the end."""
    with importable():
        process = processes().Process(
            target=deliver_until_killed, args=(url, os.environ["MENTORFLOW_SECRET_KEY"])
        )
        process.start()
    try:
        yield
    finally:
        assert process.is_alive(), "the process ended by itself"
        process.kill()
        process.join()
        process.close()


@pytest.mark.parametrize("kills", [3, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_kills_lose_nothing_and_keep_the_order(database_url: str, kills: int) -> None:
    chance = Random(20250303)
    with (
        receiving() as strict,
        receiving(lambda *_: (500 if chance.random() < 0.1 else 204, {})) as loose,
        Engine(database_url, workflows=[life()], channels=()) as engine,
    ):
        for receiver, ordering in ((strict, "strict"), (loose, "best_effort")):
            made = engine.webhooks.add(receiver.url, ordering=ordering, reason="a test")
            receiver.secrets.append(made.secret)
        for _ in range(kills):
            with delivering(database_url):
                before = len(strict.came)
                for _ in range(EACH):
                    live(engine)
                wait_until(lambda: len(strict.came) > before, "something arrives", seconds=60)  # noqa: B023
                Event().wait(chance.uniform(0, 0.05))
        committed = [id_ for (id_,) in rows(database_url, "SELECT id FROM mentorflow_notice")]
        with delivering(database_url):
            wait_until(
                lambda: set(strict.ids) == set(loose.ids) == set(committed),
                "all that was committed arrives",
                seconds=120,
            )

    assert len(committed) == len(set(committed)) == kills * EACH * 4
    assert_bodies_are_the_same_each_time(loose)
    assert_in_order(strict)


def live(engine: Engine) -> None:
    """Start a mentorship and have it accepted."""
    started = engine.start(
        mentee="mentee-1",
        mentors=["mentor-1"],
        coordinator="coordinator-1",
        program="program-1",
        workflow=life().name,
    )
    engine.send(started.id, "mentor.accepted", by="mentor-1")


def assert_bodies_are_the_same_each_time(receiver: Receiver) -> None:
    """Hold all that came under one id against each other."""
    bodies: dict[str, set[bytes]] = {}
    for came, (_, body) in zip(receiver.came, receiver.raw, strict=True):
        bodies.setdefault(came.id, set()).add(body)
    assert {len(found) for found in bodies.values()} == {1}


def assert_in_order(receiver: Receiver) -> None:
    """Look whether each mentorship was told of in its order, repetitions aside."""
    seen: dict[str, list[tuple[int, str]]] = {}
    for came in receiver.came:
        theirs = seen.setdefault(came.data["mentorship_id"], [])
        theirs.append((came.data["sequence"], came.id))
    for told in seen.values():
        firsts = [key for key, _ in groupby(dict.fromkeys(told))]
        assert firsts == sorted(firsts)
