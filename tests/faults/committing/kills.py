"""Any process is killed at random, again and again."""

from faults.site import Site, enter_all

_APART = (0.3, 2.0)
"""Seconds between two kills."""


def commit(site: Site) -> None:
    """Kill supervisors, keepers, carriers and senders."""
    enter_all(site)
    scene, chance = site.scene, site.scene.plan.chance
    kill_at = scene.plan.seconds
    for left in scene.course(scene.plan.seconds):
        if left < kill_at:
            kill_at = left - chance.uniform(*_APART)
            scene.kill(chance.choice(scene.victims()))
    scene.shown["deaths that supervisors noticed"] = scene.said("worker.died")
