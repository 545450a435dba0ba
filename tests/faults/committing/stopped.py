"""A carrier stands still for longer than its lease, goes on, and must not settle anything.

The database tells: which effects the carrier had begun, that others began them since under leases
of their own, and that what the carrier then tried to settle changed no row.
"""

import signal

import psutil

from faults.site import Site, enter_all

_PATIENCE = 30.0
_HELD = """
SELECT count(*) FROM mentorflow_effect AS e JOIN faults_effect AS f
ON f.mentorship_id = e.mentorship_id::text AND f.revision = e.revision AND f.place = e.position
AND f.lease = e.lease WHERE e.status = 'pending' AND f.is_attempt AND f.process = 'carrier-{pid}'
"""
_SETTLED = "SELECT count(*) FROM faults_settling WHERE process = 'carrier-{pid}'"
_REFUSED = f"{_SETTLED} AND settled = 0"


def commit(site: Site) -> None:
    """Stop carriers that have work under way, one after the other."""
    enter_all(site)
    scene = site.scene
    refused = rounds = 0
    for _ in scene.course(scene.plan.seconds):
        carriers = scene.parts("carrier")
        if carriers and _stop_at_work(site, carrier := scene.plan.chance.choice(carriers)):
            rounds += 1
            refused += _go_on(site, carrier)
    scene.shown["carriers that stood still at work past their lease"] = rounds
    scene.shown["their settlings that changed nothing"] = refused


def _stop_at_work(site: Site, carrier: psutil.Process) -> bool:
    """Stop a carrier; say whether others took over what it had begun meanwhile."""
    scene = site.scene
    carrier.send_signal(signal.SIGSTOP)
    held = scene.one(_HELD.format(pid=carrier.pid))
    if held:
        for _ in scene.course(_PATIENCE):
            if not scene.one(_HELD.format(pid=carrier.pid)):
                return True
        scene.shown["carriers from which others took over"] = 0
    carrier.send_signal(signal.SIGCONT)
    return False


def _go_on(site: Site, carrier: psutil.Process) -> int:
    """Have it go on; return how many of its settlings were refused then."""
    scene = site.scene
    before, refused = (scene.one(sql.format(pid=carrier.pid)) for sql in (_SETTLED, _REFUSED))
    carrier.send_signal(signal.SIGCONT)
    for _ in scene.course(_PATIENCE):
        if scene.one(_SETTLED.format(pid=carrier.pid)) > before:
            break
    return scene.one(_REFUSED.format(pid=carrier.pid)) - refused
