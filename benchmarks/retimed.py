"""Preview and apply a plan in a process of its own, and tell the time and the memory it took.

Usage: python -m benchmarks.retimed URL CHANGES [NOW]
"""

import json
import sys
from datetime import datetime
from time import perf_counter

from benchmarks.alone import peak_megabytes
from benchmarks.clock import TickingClock
from mentorflow.clock import SystemClock
from mentorflow.engine.engine import Engine


def main(url: str, changes: str, now: str | None = None) -> None:
    """Do it; print a line when the plan is begun, and one when it is done."""
    clock = SystemClock() if now is None else TickingClock(datetime.fromisoformat(now))
    with Engine(url, clock=clock, channels=()) as engine:
        plan = engine.timings.preview(json.loads(changes))
        print("begun", flush=True)
        began = perf_counter()
        report = engine.timings.apply(plan, reason="measuring")
        took = perf_counter() - began
    told = {"done": report.done, "seconds": took, "megabytes": peak_megabytes()}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
