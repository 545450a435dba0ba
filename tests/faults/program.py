"""The program: commits the faults one after the other, and prints what the ledgers say."""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from time import monotonic

from faults.catalog import FAULTS
from faults.reckoning import Reckoning, reckoned
from faults.scene import Plan
from servers import session
from servers.session import Session

_HEAD = (
    f"{'fault':<14}{'s':>5}{'accepted':>10}{'fired':>8}{'carried':>9}{'again':>7}{'webhooks':>10}"
    f"{'again':>7}{'lost':>6}{'doubled':>9}{'other':>7}{'kills':>7}{'late p50':>10}{'p99':>9}"
    f"{'max ms':>9}"
)
_SHOWN = 20
"""Problems of one fault; the first say what is wrong."""


def main(arguments: Sequence[str]) -> int:
    """Commit the faults; return 1 where something was lost, doubled or otherwise wrong."""
    given = _parser().parse_args(arguments)
    say: Callable[[str], object] = (lambda _: None) if given.json else _print
    say(f"seed {given.seed}, {given.seconds:g} s each\n\n{_HEAD}")
    total = Reckoning()
    try:
        with session.opened() as servers:
            for name in given.only or FAULTS:
                plan = Plan(given.seconds, given.mentorships, Random(f"{given.seed}-{name}"))
                total += committed(servers, name, plan, say)
    except KeyboardInterrupt:
        print("interrupted; every process is ended", file=sys.stderr)
        return 130
    say("")
    print(json.dumps(total.as_line()))
    return 1 if total.problems else 0


def committed(servers: Session, name: str, plan: Plan, say: Callable[[str], object]) -> Reckoning:
    """Commit one fault on a scene of its own, and judge what it left behind."""
    began = monotonic()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        fault = FAULTS[name]
        with fault.on(servers, Path(folder), plan) as stage:
            scene = stage.scene
            fault.commit(stage)
            evidence = scene.drained()
            found = reckoned(evidence, kills=scene.kills)
            found = replace(found, problems=[*found.problems, *scene.problems()])
    say(_row(name, monotonic() - began, found))
    for what, count in scene.shown.items():
        say(f"    {what}: {count}")
    late = "not" if scene.caught_up is None else f"within {scene.caught_up:.1f} s"
    say(f"    caught up: {late}")
    for problem in found.problems[:_SHOWN]:
        say(f"  ! {problem.kind}: {problem.what}")
    return found


def _row(name: str, seconds: float, found: Reckoning) -> str:
    line = found.as_line()
    late = line["lateness_ms"]
    assert isinstance(late, dict)
    other = len(found.problems) - found.count("lost") - found.count("doubled")
    return (
        f"{name:<14}{seconds:>5.0f}{found.accepted:>10}{found.fired:>8}{found.carried_out:>9}"
        f"{found.doubled_deliveries:>7}{found.webhooks:>10}{found.doubled_webhooks:>7}"
        f"{found.count('lost'):>6}{found.count('doubled'):>9}"
        f"{other:>7}{found.kills:>7}{late['p50']:>10}{late['p99']:>9}{late['max']:>9}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, metavar="N", help="of each fault")
    parser.add_argument("--only", nargs="+", choices=FAULTS, metavar="NAME", help=", ".join(FAULTS))
    parser.add_argument("--mentorships", type=int, default=1000, metavar="N")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="of what is left to chance"
    )
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    return parser


def _print(line: str) -> None:
    print(line, flush=True)
