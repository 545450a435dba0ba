"""Look at a database, and move its timers, in a process of its own with the zone rules it is given.

Usage: python under_rules.py URL NOW doctor | preview | apply | undo PLAN
"""

import atexit
import gc
import json
import sys
from datetime import datetime
from typing import Any

from mentorflow import Engine, ManualClock
from mentorflow.definitions.load import installed, load
from mentorflow.engine.doctor import Doctor


def done(url: str, now: str, what: str, plan: str = "") -> Any:
    """Do it, and return what came of it."""
    clock = ManualClock(datetime.fromisoformat(now))
    workflows = [load(pack) for pack in installed().values()]
    if what == "doctor":
        doctor = Doctor(url, clock=clock, workflows=workflows, duties=[])
        (found,) = (check for check in doctor.examine() if check.name == "calendars")
        return found.verdict, found.found, found.advice, found.figures
    with Engine(url, clock=clock, workflows=workflows, channels=[]) as engine:
        if what == "preview":
            return engine.timings.preview().counts._asdict()
        if what == "apply":
            return engine.timings.apply(engine.timings.preview(), reason="new rules")
        return engine.timings.undo(plan, reason="never mind")


if __name__ == "__main__":
    atexit.register(gc.freeze)  # as our own processes end
    sys.stdout.write(json.dumps(done(*sys.argv[1:])))
