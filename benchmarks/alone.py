"""Fire all due timers of a database, carry out their effects, and tell the memory it took.

Usage: python -m benchmarks.alone URL NOW
"""

import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter

from benchmarks.clock import TickingClock
from mentorflow.definitions.load import installed, load
from mentorflow.engine.engine import Engine
from mentorflow.engine.library import Library
from mentorflow.engine.timekeeper import Timekeeper
from mentorflow.store.store import Store


def main(url: str, now: str) -> None:
    """Do it, and print one JSON document."""
    until = datetime.fromisoformat(now)
    clock = TickingClock(until)
    store = Store(url, clock)
    library = Library(load(pack) for pack in installed().values())
    keeper = Timekeeper(store, library)
    began = perf_counter()
    timers = sum(iter(lambda: keeper.fire_batch(until).size, 0))
    timers_took = perf_counter() - began
    store.close()
    with Engine(url, clock=clock, channels=()) as engine:
        began = perf_counter()
        effects = engine.run_due(until).effects_done
        effects_took = perf_counter() - began
    told = {
        "timers": timers,
        "timers_rate": timers / timers_took,
        "effects": effects,
        "effects_rate": effects / effects_took,
        "megabytes": peak_megabytes(),
    }
    print(json.dumps(told))


def peak_megabytes() -> float:
    """Return the most memory this process has held.

    Linux counts into `ru_maxrss` what the parent held when it started us; its own file does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
