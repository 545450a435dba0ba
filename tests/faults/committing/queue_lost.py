"""Redis forgets everything, restarts, and is away for as long as the fault lasts."""

from faults.site import Site, enter_all


def commit(site: Site) -> None:
    """Empty Redis, restart it, leave it away."""
    enter_all(site)
    scene = site.scene
    part = scene.plan.seconds / 6
    for _ in range(2):
        scene.let_pass(part)
        site.empty_queue()
    scene.let_pass(part)
    site.end_queue()
    site.start_queue()
    scene.let_pass(part)
    site.end_queue()
    scene.let_pass(scene.plan.seconds)
    scene.shown["times that relays waited for it"] = scene.said("duty.waits duty=relay")
    site.start_queue()
    scene.let_pass(part)
