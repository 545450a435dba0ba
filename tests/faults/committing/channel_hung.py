"""A channel hangs for much longer than a lease in every carrier; some calls never come back."""

from faults import ledger
from faults.site import Site, enter_all


def commit(site: Site) -> None:
    """Have some calls of the app's channel hang for ever, and then all for a while."""
    enter_all(site)
    scene = site.scene
    hangs, stuck = scene.folder / ledger.HANGS, scene.folder / ledger.STUCK
    stuck.mkdir()
    scene.let_pass(scene.plan.seconds / 4)
    hangs.touch()
    scene.let_pass(scene.plan.seconds / 2)
    hangs.unlink()
    scene.let_pass(scene.plan.seconds / 4)
    scene.shown["calls that never came back"] = len(list(stuck.iterdir()))
    scene.shown["calls that were given up"] = scene.said("call.hung")
    again = scene.one("SELECT count(*) FROM mentorflow_effect WHERE attempts > 1")
    scene.shown["effects begun again"] = again
    most = scene.one("SELECT max(attempts) FROM mentorflow_effect")
    scene.shown["attempts of one effect at most"] = most
