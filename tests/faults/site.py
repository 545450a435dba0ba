"""What a scene stands on: a durable PostgreSQL and a Redis, which are ended and come back."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis as redis_client

from faults import cast, workflow
from faults.scene import LEASE, Plan, Scene
from mentorflow.store.migrate import upgrade
from servers import postgres, redis
from servers.session import Session

DURABLE = {
    # The tests' own server may forget the last transactions when it is ended at once; what was
    # answered must be kept here.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
}
"""Settings of PostgreSQL: what is committed survives its end."""

SENDERS = 2
PAUSE = 0.02
"""Seconds between two events of a sender."""


@dataclass
class Site:
    """The servers of one scene, and the scene."""

    session: Session
    database: postgres.Server
    queue: redis.Server
    scene: Scene = field(init=False)

    def restart_database(self, number: signal.Signals) -> None:
        """End PostgreSQL by a signal, and start it on the same data."""
        self.database.process.end(number)
        found = postgres.programs(self.session)
        self.database = postgres.start_again(self.session, self.database, found, DURABLE)

    def empty_queue(self) -> None:
        """Have Redis forget everything."""
        with redis_client.Redis.from_url(self.queue.url) as client:
            client.flushall()

    def end_queue(self) -> None:
        """Kill Redis, which keeps nothing on disk."""
        self.queue.process.kill()
        self.scene.kills += 1

    def start_queue(self) -> None:
        """Start Redis again, empty."""
        self.queue = redis.start_again(self.session, self.queue)


@contextmanager
def on_servers(session: Session, folder: Path, plan: Plan) -> Iterator[Site]:
    """Lend a site whose scene has mentorships and nobody who works on them yet."""
    database = postgres.start(session, postgres.programs(session), DURABLE)
    site = Site(session, database, redis.start(session, redis.program(session)))
    url = database.url.render_as_string(hide_password=False)
    upgrade(url)
    workflow.announce(folder)
    site.scene = Scene(url, folder, plan)
    try:
        yield site
    finally:
        site.scene.close()
        site.queue.process.stop()
        site.database.process.stop()


def enter_all(site: Site, *environments: Mapping[str, str]) -> None:
    """Start workers with two carriers each, then mentorships and senders."""
    scene = site.scene
    for number in range(scene.plan.workers):
        role = cast.worker(f"worker-{number}", site.queue.url, lease=LEASE)
        scene.enter(role, environments[number] if environments else {})
    scene.wait_until_ready()
    scene.fill()
    for number in range(SENDERS):
        scene.enter(cast.sender(f"sender-{number}", scene.url, scene.folder, pause=PAUSE))
