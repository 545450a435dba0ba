"""PostgreSQL is restarted under load: in good order, then at once, in turn."""

import signal

from faults.site import Site, enter_all

_FAST = signal.SIGINT
_IMMEDIATE = signal.SIGQUIT
_APART = 7.0
"""Seconds between two restarts, so that work is under way again."""


def commit(site: Site) -> None:
    """Restart PostgreSQL."""
    enter_all(site)
    scene = site.scene
    rounds = max(round(scene.plan.seconds / _APART), 2)
    for number in range(rounds):
        scene.let_pass(scene.plan.seconds / rounds)
        site.restart_database((_FAST, _IMMEDIATE)[number % 2])
    scene.let_pass(2)
    scene.shown["restarts"] = rounds
    scene.shown["times that duties waited for it"] = scene.said("duty.waits")
