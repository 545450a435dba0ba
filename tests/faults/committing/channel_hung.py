"""A channel hangs for much longer than a lease, in every carrier that delivers by it."""

from faults import ledger
from faults.site import Site, enter_all


def commit(site: Site) -> None:
    """Have the app's channel hang, and go on."""
    enter_all(site)
    scene = site.scene
    hangs = scene.folder / ledger.HANGS
    scene.let_pass(scene.plan.seconds / 4)
    hangs.touch()
    scene.let_pass(scene.plan.seconds / 2)
    hangs.unlink()
    scene.let_pass(scene.plan.seconds / 4)
    again = scene.one("SELECT count(*) FROM mentorflow_effect WHERE attempts > 1")
    scene.shown["effects begun again meanwhile"] = again
    most = scene.one("SELECT max(attempts) FROM mentorflow_effect")
    scene.shown["attempts of one effect at most"] = most
