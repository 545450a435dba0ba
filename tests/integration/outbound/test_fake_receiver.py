"""The fake receiver, as developers meet it: on the command line, and in their tests."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from mentorflow.outbound.fake_receiver import Behavior, FakeReceiver, main

COMMAND = (sys.executable, "-m", "mentorflow.outbound.fake_receiver")


def sent(url: str, **headers: str) -> int:
    """Send something by other means than ours, and return the status."""
    with urllib.request.urlopen(urllib.request.Request(url, b"{}", headers)) as answer:
        return int(answer.status)


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a receiver as a process; gives its URL."""
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


def test_it_tells_what_it_received_in_order() -> None:
    with FakeReceiver() as receiver:
        for number in range(3):
            sent(f"{receiver.url}/{number}", **{"webhook-id": f"evt_{number}"})

        received = receiver.wait_for(3)

    assert [(one.order, one.id, one.path) for one in received] == [
        (1, "evt_0", "/0"),
        (2, "evt_1", "/1"),
        (3, "evt_2", "/2"),
    ]


def test_behaviors_take_turns_and_the_last_one_stays() -> None:
    with FakeReceiver(["500", "429", "ok"]) as receiver:
        for _ in range(2):
            with pytest.raises(HTTPError):
                sent(receiver.url)
        assert [sent(receiver.url), sent(receiver.url)] == [200, 200]

    assert [one.behavior for one in receiver.received] == ["500", "429", "ok", "ok"]


def test_waiting_has_an_end() -> None:
    with FakeReceiver() as receiver, pytest.raises(TimeoutError, match="0 requests came, not 1"):
        receiver.wait_for(1, seconds=0.01)


def test_a_behavior_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        FakeReceiver("nonsense")


def test_it_remembers_only_so_much() -> None:
    with FakeReceiver(keeps=2) as few, FakeReceiver(keeps=0) as none:
        for _ in range(3):
            sent(few.url)
            sent(none.url)

    assert [one.order for one in few.received] == [2, 3]
    assert none.received == []
    assert none.count == 3


def test_the_command_records_each_request_before_it_answers(tmp_path: Path) -> None:
    record = tmp_path / "got.jsonl"
    with running("--record", str(record), "--behave", "ok,410") as (process, url):
        sent(f"{url}/hook", **{"webhook-id": "evt_1"})
        with pytest.raises(HTTPError, match="410"):
            sent(f"{url}/hook")
        lines = [json.loads(line) for line in record.read_text().splitlines()]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    assert [(one["order"], one["id"], one["behavior"]) for one in lines] == [
        (1, "evt_1", "ok"),
        (2, None, "410"),
    ]
    assert lines[0]["body"] == "{}"


def test_the_command_speaks_tls_and_says_what_to_trust() -> None:
    with running("--tls") as (process, certificate):
        assert process.stdout is not None
        assert Path(certificate).read_text().startswith("-----BEGIN CERTIFICATE-----")
        assert process.stdout.readline().startswith("listening at https://127.0.0.1:")


def test_the_command_tells_what_comes() -> None:
    with running() as (process, url):
        sent(f"{url}/hook", **{"webhook-id": "evt_1"})
        assert process.stdout is not None
        assert process.stdout.readline() == "1 /hook id=evt_1 2 bytes, connection 1\n"


def test_the_help_names_every_behavior_and_has_examples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])

    text = capsys.readouterr().out
    assert "examples:" in text
    assert [name for name in Behavior if name not in text] == []


def test_a_behavior_that_does_not_exist_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--behave", "nonsense"])

    assert caught.value.code == 2
    assert "slow-headers" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeReceiver() as receiver:
        assert main(["--port", str(receiver.port)]) == 1

    assert "in use" in capsys.readouterr().out
