"""Any process is killed at random, again and again, for longer than the other faults last."""

from faults.site import Site, enter_all

_APART = (0.3, 3.0)
"""Seconds between two kills."""
_TIMES = 2
_WEIGHTS = {"supervisor": 1, "keeper": 3, "carrier": 3, "sender": 2}
"""How often each kind is hit; a supervisor takes all of its processes with it."""


def commit(site: Site) -> None:
    """Kill supervisors, keepers, carriers and senders."""
    enter_all(site)
    scene, chance = site.scene, site.scene.plan.chance
    kill_at = scene.plan.seconds * _TIMES
    for left in scene.course(kill_at):
        if left < kill_at:
            kill_at = left - chance.uniform(*_APART)
            (kind,) = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            if victims := scene.processes(kind):
                scene.kill(chance.choice(victims))
    scene.shown["deaths that supervisors noticed"] = scene.said("worker.died")
