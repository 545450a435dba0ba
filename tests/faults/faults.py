"""The faults, each committed on a scene that goes on meanwhile."""

import signal
from collections.abc import Callable, Iterable, Mapping

from faults.site import Site, cast_of

Fault = Callable[[Site], None]


def kills(site: Site) -> None:
    """Kill any process at random, again and again."""
    cast_of(site)
    scene, chance = site.scene, site.scene.plan.chance
    next_at = scene.plan.seconds
    for left in scene.course(scene.plan.seconds):
        if left < next_at:
            next_at = left - chance.uniform(0.3, 2.0)
            scene.kill(chance.choice(scene.victims()))


def redis_lost(site: Site) -> None:
    """Empty Redis, restart it, and leave it away for as long as the fault lasts."""
    cast_of(site)
    scene = site.scene
    part = scene.plan.seconds / 6
    for _ in range(2):
        _pass(scene.course(part))
        site.empty_queue()
    _pass(scene.course(part))
    site.end_queue()
    site.start_queue()
    _pass(scene.course(part))
    site.end_queue()
    _pass(scene.course(scene.plan.seconds))
    site.start_queue()
    _pass(scene.course(part))


def postgresql_restarted(site: Site) -> None:
    """Restart PostgreSQL under load, in good order and at once, in turn."""
    cast_of(site)
    scene = site.scene
    rounds = max(round(scene.plan.seconds / 7), 2)
    for number in range(rounds):
        _pass(scene.course(scene.plan.seconds / rounds))
        site.restart_database((signal.SIGINT, signal.SIGQUIT)[number % 2])
    _pass(scene.course(2))


def _pass(course: Iterable[float]) -> None:
    """Let time pass."""
    for _ in course:
        pass


FAULTS: Mapping[str, Fault] = {
    "kills": kills,
    "redis": redis_lost,
    "postgresql": postgresql_restarted,
}
