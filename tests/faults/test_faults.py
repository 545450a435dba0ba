"""Each fault, briefly, on real processes and servers: nothing is lost, nothing is done twice.

The ones that every change waits for are those that no other test commits.
"""

import json
import signal
import subprocess
import sys
from random import Random

import psutil
import pytest

from faults.catalog import FAULTS
from faults.program import committed
from faults.scene import Plan
from project import ROOT
from servers.session import Session
from servers.waiting import wait_until

SOON = ("disk",)
LATER = tuple(name for name in FAULTS if name not in SOON)


def commit(session: Session, name: str, *, seconds: float, mentorships: int, workers: int) -> None:
    said: list[str] = []
    plan = Plan(seconds, mentorships, Random(name), workers)

    found = committed(session, name, plan, said.append)

    assert found.problems == [], "\n".join(said)
    assert found.accepted > 0
    assert found.fired > 0
    assert found.carried_out > 0


@pytest.mark.parametrize("name", SOON)
def test_what_was_accepted_survives(server_session: Session, name: str) -> None:
    commit(server_session, name, seconds=4, mentorships=80, workers=1)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", LATER)
def test_what_was_accepted_survives_the_other_faults_too(
    server_session: Session, name: str
) -> None:
    commit(server_session, name, seconds=15, mentorships=400, workers=2)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ctrl_c_ends_every_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults", "--only", "kills", "--mentorships", "80"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        started = psutil.Process(program.pid)
        wait_until(lambda: len(started.children(recursive=True)) > 6, "the scene is set")
        cast = started.children(recursive=True)
        program.send_signal(signal.SIGINT)
        stdout, stderr = program.communicate(timeout=60)

    assert program.returncode == 130
    assert "every process is ended" in stderr
    assert "Traceback" not in stderr
    assert "lost" in stdout
    _, alive = psutil.wait_procs(cast, timeout=30)
    assert alive == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_last_line_is_the_ledger_in_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--only", "disk", "--seconds", "3", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout)
    assert (line["lost"], line["doubled"]) == (0, 0)
    assert set(line["lateness_ms"]) == {"p50", "p99", "max"}
