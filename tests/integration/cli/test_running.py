"""`mentorflow run`: it works on the real clock, ends when it is told to, and may be killed."""

import json
import shutil
import signal
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from integration.cli.program import Commands, Program
from integration.cli.seed import start
from mentorflow import Engine, ManualClock
from mentorflow.clock import SystemClock
from mentorflow.engine import timekeeper
from mentorflow.engine.channels import Message

MANY = 300
PRINTED = 250
"""More than one batch of effects, so that some were acknowledged."""
AT_ONCE = 5.0
"""Seconds; well below one where the machine has nothing else to do."""
LEASE = timedelta(minutes=6)


class Letterbox:
    """A channel that keeps what it is given."""

    name = "letterbox"
    needs_address = False

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def deliver(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def backlog(sqlite_template: Path, tmp_path: Path) -> Program:
    """The program on many mentorships whose timers were due while nothing ran."""
    file = tmp_path / "backlog.db"
    shutil.copyfile(sqlite_template, file)
    start(f"sqlite:///{file}", MANY)
    return Program(db=f"sqlite:///{file}", folder=tmp_path)


def wait_until_it_runs(process: subprocess.Popen[bytes]) -> None:
    assert process.stderr is not None
    assert process.stderr.readline().startswith(b"running on sqlite:///")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_at_a_signal_with_its_summary(
    program: Program, number: signal.Signals
) -> None:
    with program.started("run", "--poll", "600", "--json") as process:
        wait_until_it_runs(process)
        process.send_signal(number)
        asked_at = monotonic()
        stdout, _ = process.communicate(timeout=30)

    assert monotonic() - asked_at < AT_ONCE
    assert process.returncode == 0
    assert {"rounds", "timers_fired", "effects_done", "effects_failed"} <= json.loads(stdout).keys()


def test_what_was_due_is_done_at_once_and_its_messages_are_printed(commands: Commands) -> None:
    late = ("--db", f"sqlite:///{commands.folder / 'late.db'}")
    start(late[1], 1)

    told = commands("run", "--once", *late)
    summary = commands.json("run", "--once", *late)

    assert told.status == 0
    assert "to mentor-0 as mentor: mentee-0 is asking you to be their mentor" in told.stdout
    assert (summary.document["rounds"], summary.document["timers_fired"]) == (1, 0)
    assert commands.json("show", "k0", *late).document["outcome"] == "no_reply"


def test_a_mentorship_that_cannot_be_decided_is_logged_without_a_trace(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ("--db", f"sqlite:///{commands.folder / 'late.db'}")
    start(late[1], 1)

    def broken(*_arguments: object, **_named: object) -> None:
        raise LookupError("the rule is gone")

    monkeypatch.setattr(timekeeper, "decide", broken)
    told = commands.json("run", "--once", *late)

    assert told.status == 0
    assert "error=LookupError('the rule is gone')" in told.stderr
    assert "Traceback" not in told.stderr
    assert "mentee-0" not in told.stderr.replace("to mentor-0 as mentor: mentee-0 is asking", "")


def test_an_event_from_another_process_is_carried_out_at_the_next_poll(program: Program) -> None:
    with program.started("run", "--poll", "0.05") as process:
        wait_until_it_runs(process)
        program("send", "k0", "mentor.accepted", "--by", "mentor-0")
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        process.terminate()
        process.communicate(timeout=30)

    assert line.startswith("to ")
    assert process.returncode == 0


def test_nothing_is_lost_or_decided_twice_when_it_is_killed(backlog: Program) -> None:
    with backlog.started("run", "--poll", "600") as process:
        assert process.stdout is not None
        printed = [process.stdout.readline().decode() for _ in range(PRINTED)]
        process.kill()
        printed += process.stdout.read().decode().splitlines(keepends=True)

    letterbox = Letterbox()
    clock = ManualClock(SystemClock().now() + LEASE)
    with Engine(backlog.db, clock=clock, channels=[letterbox]) as engine:
        engine.run_due()
        found = engine.find(limit=1000)
        timers = [entry.data.get("timer") for one in found for entry in engine.history(one.id)]
        effects = engine._store.reader.effects()

    assert {one.state for one in found} == {"closed"}
    assert set(Counter(timers).values()) == {MANY}, "every timer fired once for each mentorship"
    assert {effect["status"] for effect in effects} == {"done"}
    messages = {effect["id"] for effect in effects if effect["kind"] in {"notify", "escalate"}}
    delivered = {message.id for message in letterbox.messages}
    assert len(messages - delivered) <= len(printed)
    assert len(delivered) < len(messages), "the killed process had done some of them"


def test_a_reader_that_leaves_ends_it_quietly_and_the_message_stays(backlog: Program) -> None:
    with backlog.started("run", "--poll", "600") as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(timeout=30)
        assert process.stderr is not None
        told = process.stderr.read().decode()

    assert process.returncode == 141
    assert "Traceback" not in told
    with Engine(backlog.db, channels=[]) as engine:
        assert engine.run_due().effects_done > 0
