"""Timing a few statements in a fresh Python, with bytecode cached as in an installed package."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.stopwatch import Took

_TIMED = """
import time
{before}
began = time.perf_counter()
{measured}
print(time.perf_counter() - began)
"""


def time_of(measured: str, *, bytecode: Path, before: str = "") -> Took:
    """Run statements in a process of their own and return how long the measured ones took."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    told = subprocess.run(
        [sys.executable, "-c", _TIMED.format(before=before, measured=measured)],
        # A checkout has no bytecode lying about, or stale one; neither side is to gain by that.
        env=environment | {"PYTHONPYCACHEPREFIX": str(bytecode)},
        capture_output=True,
        check=True,
        text=True,
    )
    return Took(float(told.stdout.split()[-1]))
