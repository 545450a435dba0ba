"""Measure what is asked for: `python -m benchmarks [NAME…] [--quick] [--json FILE]`."""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import (
    carrying,
    churn,
    claim,
    delivering,
    herd,
    lateness,
    machine,
    pace,
    queues,
    retiming,
    run_due,
    send,
    send_many,
    setting,
    sizes,
    starting,
    waking,
)
from benchmarks.figure import TABLE_HEAD, Figure
from benchmarks.herd import Herd
from benchmarks.population import Size
from benchmarks.surroundings import described

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    events: int
    batch: int
    timers: Size
    claimed_from: Size
    churned: Size
    few: int
    many: int
    starts: int
    moves: int
    effects: int
    waits: int
    idle: float
    steady: float
    kept: int
    herd: Herd
    retimed: Size
    retimings: int
    overrides: int
    each_second: int
    longest: int
    recovered: int


NORMAL = Scale(
    events=1800,
    batch=1000,
    timers=Size(1_000_000, 100_000),
    claimed_from=Size(100_000, 10_000),
    churned=Size(300_000, 100_000),
    few=100_000,
    many=1_000_000,
    starts=9,
    moves=200_000,
    effects=20_000,
    waits=200,
    idle=20,
    steady=180,
    kept=50_000,
    herd=Herd(due=10_000, pending=1_000_000, repeats=5),
    retimed=Size(1_000_000, 1000),
    retimings=3,
    overrides=1000,
    each_second=50,
    longest=120,
    recovered=100_000,
)
TINY = Scale(
    events=36,
    batch=40,
    timers=Size(10_000, 2000),
    claimed_from=Size(10_000, 2000),
    churned=Size(10_000, 4000),
    few=100,
    many=1000,
    starts=1,
    moves=100,
    effects=400,
    waits=3,
    idle=1,
    steady=3,
    kept=500,
    herd=Herd(due=200, pending=2000, repeats=1),
    retimed=Size(10_000, 100),
    retimings=1,
    overrides=40,
    each_second=250,
    longest=10,
    recovered=2000,
)
"""To see that everything runs; the figures mean nothing."""
QUICK = Scale(
    events=360,
    batch=1000,
    timers=Size(100_000, 10_000),
    claimed_from=Size(20_000, 5_000),
    churned=Size(60_000, 20_000),
    few=10_000,
    many=100_000,
    starts=5,
    moves=20_000,
    effects=4_000,
    waits=50,
    idle=5,
    steady=30,
    kept=5_000,
    herd=Herd(due=10_000, pending=100_000, repeats=3),
    retimed=Size(100_000, 1000),
    retimings=3,
    overrides=1000,
    each_second=50,
    longest=60,
    recovered=10_000,
)


def measurements(scale: Scale) -> Mapping[str, Callable[[], Figure]]:
    """Return every measurement by the name of its figure."""
    found: dict[str, Callable[[], Figure]] = {}
    for kind in KINDS:
        found[f"send.{kind}"] = partial(send.measure, kind, mentorships=scale.events)
    for kind in KINDS:
        found[f"send_many.{kind}"] = partial(send_many.measure, kind, batch=scale.batch)
    for kind in KINDS:
        found[f"run_due.{kind}"] = partial(run_due.measure, kind, size=scale.timers)
    found["import_time"] = partial(starting.import_time, repeats=scale.starts)
    found["open_time"] = partial(starting.open_time, repeats=scale.starts)
    for kind in KINDS:
        found[f"claim_flat.{kind}"] = partial(
            claim.measure, kind, size=scale.claimed_from, few=scale.few, many=scale.many
        )
    found["hot_tables"] = partial(churn.measure, size=scale.churned)
    found["machine"] = partial(machine.measure, moves=scale.moves)
    for kind in KINDS:
        found[f"carry.{kind}"] = partial(carrying.measure, kind, effects=scale.effects)
    found["relay.redis"] = partial(queues.relay, effects=scale.effects)
    found["event_to_effect"] = partial(waking.event_to_effect, events=scale.waits)
    found["idle"] = partial(waking.idle, seconds=scale.idle)
    found["sizes"] = partial(sizes.measure, mentorships=scale.kept)
    found["pruner.pace"] = partial(pace.measure, seconds=scale.steady)
    found["herd.drain"] = partial(herd.drain, scale.herd)
    found["herd.lateness"] = partial(herd.lateness, scale.herd)
    found["herd.pgqueuer"] = partial(herd.peer, scale.herd)
    return found | _timings(scale) | _webhooks(scale)


def _timings(scale: Scale) -> dict[str, Callable[[], Figure]]:
    found: dict[str, Callable[[], Figure]] = {}
    for kind in KINDS:
        for name, measure in (
            ("preview", retiming.preview),
            ("apply", retiming.apply),
            ("undo", retiming.undo),
        ):
            found[f"timings.{name}.{kind}"] = partial(
                measure, kind, size=scale.retimed, repeats=scale.retimings
            )
        found[f"timings.lateness.{kind}"] = partial(
            lateness.measure,
            kind,
            size=scale.retimed,
            each_second=scale.each_second,
            longest=scale.longest,
        )
        found[f"timings.send_cost.{kind}"] = partial(
            setting.send_cost, kind, mentorships=scale.events, overrides=scale.overrides
        )
    found["timings.set"] = partial(setting.set_one, times=scale.waits)
    return found


def _webhooks(scale: Scale) -> dict[str, Callable[[], Figure]]:
    found: dict[str, Callable[[], Figure]] = {}
    for kind in KINDS:
        found[f"webhooks.deliver.{kind}"] = partial(
            delivering.deliver, kind, deliveries=scale.effects
        )
        found[f"webhooks.isolation.{kind}"] = partial(
            delivering.isolation, kind, seconds=scale.idle, a_second=200
        )
        found[f"webhooks.recover.{kind}"] = partial(
            delivering.recover, kind, notices=scale.recovered
        )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the table and, below it, a line of JSON for every figure."""
    given = _parser().parse_args(arguments)
    scale = TINY if given.tiny else QUICK if given.quick else NORMAL
    if given.full:
        scale = replace(scale, many=10_000_000, kept=1_000_000)
    offered = measurements(scale)
    chosen = [name for name in offered if not given.names or _is_named(name, given.names)]
    if not chosen:
        print(f"no figure is called {' or '.join(given.names)}; there are: {', '.join(offered)}")
        return 2
    print("\n".join(described()))
    print(f"command: python -m benchmarks {' '.join(arguments or sys.argv[1:])}".rstrip())
    print(f"\n{TABLE_HEAD}")
    figures = []
    for name in chosen:
        figures.append(offered[name]())
        print(figures[-1].as_row(), flush=True)
    lines = "\n".join(figure.as_json() for figure in figures)
    print(f"\n{lines}")
    if given.json is not None:
        given.json.write_text(f"{lines}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a figure, or the first part of it"
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--tiny", action="store_true", help="only see that it runs")
    parser.add_argument(
        "--full", action="store_true", help="ten million history rows, a million mentorships"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the lines of JSON there too"
    )
    return parser


def _is_named(name: str, names: list[str]) -> bool:
    return any(name == wanted or name.startswith(f"{wanted}.") for wanted in names)


if __name__ == "__main__":
    sys.exit(main())
