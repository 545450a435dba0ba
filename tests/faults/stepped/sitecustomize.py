"""Show a process a clock that is wrong by the seconds a file holds, whenever they change.

Python runs it before anything else where this folder is on PYTHONPATH. All of Python asks
time-machine then: our SystemClock as well as the heartbeats of the queue.
"""

import os
import sys
import time
from pathlib import Path
from threading import Event, Thread

import time_machine

_FILE = Path(os.environ["FAULTS_CLOCK"])
_LOOK = 0.1


def _steps() -> float:
    return float(_FILE.read_text() or 0)


def _follow(shown: time_machine.Traveller, wrong_by: float) -> None:
    pause = Event()
    while True:
        pause.wait(_LOOK)
        wanted = _steps()
        if wanted != wrong_by:
            shown.shift(wanted - wrong_by)
            wrong_by = wanted
            print(f"clock.stepped wrong_by={wrong_by:g}", file=sys.stderr, flush=True)


_now = _steps()
_shown = time_machine.travel(time.time() + _now, tick=True).start()  # noqa: TID251  # it is about that
Thread(target=_follow, args=(_shown, _now), daemon=True).start()
