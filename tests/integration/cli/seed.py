"""A database file with mentorships in it whose first timers are due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from mentorflow import Engine, ManualClock
from mentorflow.clock import SystemClock

AGO = timedelta(days=30)
_ONE_BY_ONE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A database file, and the ids in it by their keys."""

    file: Path
    ids: Mapping[str, str]


def start(url: str, count: int, *, ago: timedelta = AGO) -> dict[str, str]:
    """Start mentorships some time ago, `k0`, `k1` and so on; return their ids by key."""
    keys = [f"k{n}" for n in range(count)]
    clock = ManualClock(SystemClock().now() - ago)
    ids: list[str] = []
    with Engine(url, clock=clock, channels=[]) as engine:
        for n, key in enumerate(keys[:_ONE_BY_ONE]):
            # Ids are ordered by the millisecond they were made in.
            clock.set(clock.now() + timedelta(milliseconds=1))
            ids.append(engine.start(**_request(n, key)).id)
        rest = list(enumerate(keys))[_ONE_BY_ONE:]
        ids += engine.start_many(_request(n, key) for n, key in rest)
    return dict(zip(keys, ids, strict=True))


def _request(n: int, key: str) -> dict[str, Any]:
    return {
        "mentee": f"mentee-{n}",
        "mentors": [f"mentor-{n}"],
        "program": "lfx",
        "coordinator": "coordinator-1",
        "key": key,
        "dates": {"ends_on": date(2099, 1, 1)},
    }
