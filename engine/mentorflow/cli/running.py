"""`mentorflow run`: the whole engine in one process, on the real clock, until it is told to end."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import (
    DbOption,
    JsonOption,
    clean,
    console,
    emit,
    open_engine,
    shown_url,
)
from mentorflow.cli.documents import instant
from mentorflow.cli.stopping import Stop, stopping
from mentorflow.clock import SystemClock
from mentorflow.errors import StoreUnavailable

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.engine.engine import Engine, RunReport

_SHORTEST_PAUSE = 0.05
"""Seconds; what is due may be in another process's hands, which is no reason to spin."""


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(
        rich_help_panel="Running", epilog="Example: mentorflow run --db sqlite:///mentorships.db"
    )(run)


def run(
    *,
    poll: Annotated[
        float,
        typer.Option(min=0.01, max=3600, metavar="SECONDS", help="Look for work this often."),
    ] = 1.0,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")] = False,
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fire timers when they are due and deliver messages, until SIGTERM or Ctrl-C.

    Several may run on one database: each timer fires once.
    """
    from mentorflow.cli.channels import contributed_channels
    from mentorflow.engine.channels import ConsoleChannel

    total = Total()
    with stopping() as stop:
        told = ConsoleChannel(_writer(stop, to_stderr=as_json))
        with open_engine(db, channels=[*contributed_channels(), told]) as engine:
            if once:
                total.add(engine.run_due(stop=stop.is_asked))
                total.webhooks_sent = engine.webhooks.deliver_due()
            else:
                _say(f"running on {shown_url(db)}; Ctrl-C ends it")
                _go_on(engine, stop, total, poll)
    emit(total.document(), as_json=as_json, human=total.print)


@dataclass(slots=True)
class Total:
    """What all rounds together did."""

    rounds: int = 0
    timers_fired: int = 0
    effects_done: int = 0
    effects_failed: int = 0
    webhooks_sent: int = 0
    """With `--once`; else the log of each endpoint has them."""
    next_due_at: datetime | None = None

    def add(self, report: "RunReport") -> None:
        """Count one round more."""
        self.rounds += 1
        self.timers_fired += report.timers_fired
        self.effects_done += report.effects_done
        self.effects_failed += report.effects_failed
        self.next_due_at = report.next_due_at

    def document(self) -> dict[str, Any]:
        """Return the summary for programs."""
        return {
            "rounds": self.rounds,
            "timers_fired": self.timers_fired,
            "effects_done": self.effects_done,
            "effects_failed": self.effects_failed,
            "webhooks_sent": self.webhooks_sent,
            "next_due_at": instant(self.next_due_at),
        }

    def print(self, console: "Console") -> None:
        """Print the summary for people."""
        failed = f", {self.effects_failed} failed" if self.effects_failed else ""
        console.print(
            f"{self.timers_fired} timers fired, {self.effects_done} effects carried out{failed}"
        )


def _go_on(engine: "Engine", stop: Stop, total: Total, poll: float) -> None:
    with _delivering(engine, stop, poll):
        _work(engine, stop, total, poll)


@contextmanager
def _delivering(engine: "Engine", stop: Stop, poll: float) -> Iterator[None]:
    """Send webhooks meanwhile, in a thread of its own: who is slow to answer holds nobody up."""
    ended = Event()

    def is_asked() -> bool:
        return ended.is_set() or stop.is_asked()

    deliver = partial(engine.webhooks.deliver_until, is_asked, ended.wait)
    thread = Thread(target=deliver, kwargs={"poll": timedelta(seconds=poll)}, name="courier")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _work(engine: "Engine", stop: Stop, total: Total, poll: float) -> None:
    while not stop.is_asked():
        try:
            report = engine.run_due(stop=stop.is_asked)
        except StoreUnavailable as failed:
            if not total.rounds:
                raise
            # A database that restarts comes back; whoever supervises us need not notice.
            _say(f"{failed}; trying again")
            stop.wait(poll)
            continue
        total.add(report)
        stop.wait(_pause(report.next_due_at, poll))


def _pause(next_due_at: datetime | None, poll: float) -> float:
    if next_due_at is None:
        return poll
    left = (next_due_at - SystemClock().now()).total_seconds()
    return max(_SHORTEST_PAUSE, min(poll, left))


def _writer(stop: Stop, *, to_stderr: bool) -> Callable[[str], None]:
    """Return how a message is printed: at once, and as a failure where nobody reads any more."""

    def write(line: str) -> None:
        stream = sys.stderr if to_stderr else sys.stdout
        if stream is None:
            return
        try:
            stream.write(f"{clean(line)}\n")
            stream.flush()
        except BrokenPipeError:
            stop.ask()
            raise

    return write


def _say(line: str) -> None:
    console(stderr=True).print(clean(line), style="dim", soft_wrap=True)
