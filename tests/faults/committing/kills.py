"""Any process is killed at random, again and again, for longer than the other faults last."""

from faults import ledger
from faults.scene import Scene
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
    carried = 0
    for left in scene.course(kill_at):
        # A kill while nothing works yet after the last one would show nothing.
        if left > kill_at or _carried(scene) == carried:
            continue
        kill_at, carried = left - chance.uniform(*_APART), _carried(scene)
        (kind,) = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        if victims := scene.processes(kind):
            scene.kill(chance.choice(victims))
    scene.shown["deaths that supervisors noticed"] = scene.said("worker.died")


def _carried(scene: Scene) -> int:
    """Return how much is in the ledger of what was carried out."""
    ledger_file = scene.folder / ledger.CARRIED
    return ledger_file.stat().st_size if ledger_file.exists() else 0
