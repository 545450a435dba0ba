"""What the figures were measured on: the machine, the versions, what a commit to disk takes."""

import os
import platform
import sqlite3
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

_PACKAGES = ("mentorflow", "sqlalchemy", "sqlmodel", "psycopg", "pydantic", "transitions")
_BLOCK = b"\0" * 8192


def described() -> list[str]:
    """Return the lines that belong above every table of figures."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"{platform.system()} {platform.machine()}"
    python = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [
        f"machine: {os.cpu_count()} cores, {_processor()}, {system}, load {load:.1f} at the start",
        f"versions: {python}, {packages}",
        f"disk: {_fsync_microseconds():.0f} µs to write 8 kB durably (median fsync)",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _fsync_microseconds() -> float:
    with tempfile.NamedTemporaryFile(buffering=0) as file:
        times = []
        for _ in range(200):
            file.seek(0)
            began = perf_counter()
            file.write(_BLOCK)
            os.fsync(file.fileno())
            times.append(perf_counter() - began)
    return median(times) * 1e6
