"""The disk of a SQLite database is full, twice, under load."""

from faults import cast
from faults.disk import Disk
from faults.scene import LEASE


def commit(disk: Disk) -> None:
    """Fill the disk, and make room again."""
    scene = disk.scene
    scene.enter(cast.lone_worker("worker", lease=LEASE))
    scene.wait_until_ready()
    scene.fill()
    scene.enter(cast.sender("sender", scene.url, scene.folder, pause=0.02))
    for _ in range(2):
        scene.let_pass(scene.plan.seconds / 4)
        disk.fill()
        scene.let_pass(scene.plan.seconds / 4)
        disk.make_room()
    refused = scene.said("SQLite could not do it")
    scene.shown[f"transactions refused for {disk.name}"] = refused
