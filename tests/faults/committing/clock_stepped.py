"""The clocks of two workers on one host step by an hour, each in a direction of its own.

On PostgreSQL the one clock is the database's, so a step of a host's clock must not matter: no timer
may fire early or late by it, and no lease may end or last by it. What does ask the host's clock is
shown the steps: a carrier, for when to extend its lease, and the queue, for the heartbeats by which
dead workers are told from living ones. A step of the database's own clock is another matter: timers
would fire early or late by the step, as they should, since that clock is what time is.
"""

import os
from pathlib import Path

from faults.scene import TESTS
from faults.site import Site, enter_all

_HOUR = 3600
_STEPS = (_HOUR, 0, -_HOUR, _HOUR, -_HOUR, 0)


def commit(site: Site) -> None:
    """Step the clocks."""
    scene = site.scene
    clocks = [scene.folder / f"clock-{number}" for number in range(scene.plan.workers)]
    for clock in clocks:
        _set(clock, 0)
    stepped = os.pathsep.join([str(TESTS / "faults" / "stepped"), str(TESTS), str(scene.folder)])
    enter_all(site, *({"FAULTS_CLOCK": str(clock), "PYTHONPATH": stepped} for clock in clocks))
    for step in _STEPS:
        for number, clock in enumerate(clocks):
            _set(clock, -step if number % 2 else step)
        scene.let_pass(scene.plan.seconds / len(_STEPS))
    scene.shown["steps of the clocks of processes"] = scene.said("clock.stepped")


def _set(clock: Path, seconds: int) -> None:
    draft = clock.with_suffix(".draft")
    draft.write_text(str(seconds))
    draft.rename(clock)
