"""What is refused: a clear message, the right exit status, one document, and nothing written."""

import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from integration.cli.program import Answer, Commands, Program
from servers.waiting import wait_until

NOBODY = "0190f2c4-7a00-7000-8000-000000000001"
SEND = ("send", "k0", "mentor.accepted", "--by", "mentor-0")


def refused(answer: Answer, code: str) -> None:
    """Check the shape of a refusal."""
    assert answer.status == 1, answer.stdout
    assert list(answer.document) == ["error"]
    assert answer.error["code"] == code
    assert answer.error["reason"]
    assert answer.stderr == ""


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[1]",
        '"text"',
        "null",
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        "[" * 100_000,
        '{"a": "\\u0000"}',
        '{"a": "\\ud800"}',
        "@no-such-file.json",
        "@.",
        "@",
    ],
    ids=lambda data: data[:12],
)
def test_data_that_is_no_object_of_json_is_refused(commands: Commands, data: str) -> None:
    refused(commands.json(*SEND, "--data", data), "invalid_payload")


def test_data_far_too_large_is_refused_wherever_it_comes_from(commands: Commands) -> None:
    large = json.dumps({"note": "x" * 70_000}).encode()
    huge = b"[" + b" " * 2_000_000
    (commands.folder / "huge.json").write_bytes(huge)

    refused(commands.json(*SEND, "--data", "-", stdin=large), "payload_too_large")
    refused(commands.json(*SEND, "--data", "-", stdin=huge), "payload_too_large")
    refused(commands.json(*SEND, "--data", "@huge.json"), "payload_too_large")
    refused(commands.json(*SEND, "--data", "-", stdin=b"\xff\xfe"), "invalid_payload")


@pytest.mark.parametrize("name", [NOBODY, "no-such-key"])
def test_an_unknown_mentorship_is_not_found(commands: Commands, name: str) -> None:
    refused(commands.json("show", name), "not_found")


@pytest.mark.parametrize(
    "name",
    ["\x01\x1b[31mred", "\udcff\udcfe", "", "x" * 300, "line\nbreak", "'; DROP TABLE x; --"],
    ids=["control", "no-utf8", "empty", "long", "two-lines", "sql"],
)
def test_a_name_that_can_be_none_is_refused(commands: Commands, name: str) -> None:
    in_json = commands.json("history", name)
    in_words = commands("history", name)

    assert (in_json.status, in_words.status) == (1, 1)
    assert in_json.error["code"] in {"invalid_payload", "not_found"}
    assert in_words.stderr.startswith("error: ")
    assert "\x1b" not in in_words.stderr
    assert "Traceback" not in in_words.stderr


def test_an_event_the_state_does_not_offer_names_those_it_does(commands: Commands) -> None:
    answer = commands.json("send", "k0", "celebration.held", "--by", "mentor-0")

    assert answer.status == 1
    assert answer.error["code"] in {"event_not_offered", "unknown_event"}


def test_an_event_for_an_older_revision_is_refused(commands: Commands) -> None:
    refused(commands.json(*SEND, "--revision", "1"), "stale_revision")


def test_a_key_is_not_used_for_two_requests(commands: Commands) -> None:
    commands.json(*SEND, "--key", "evt-1")

    refused(
        commands.json("send", "k0", "mentor.declined", "--by", "mentor-0", "--key", "evt-1"),
        "key_reused",
    )


def test_a_refused_event_writes_nothing(commands: Commands) -> None:
    before = commands.json("show", "k0").document
    refused(commands.json("send", "k0", "mentor.accepted", "--by", "a-stranger"), "guard_refused")

    assert commands.json("show", "k0").document == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--limit", "0"),
        ("list", "--limit", "many"),
        ("list", "--no-such-option"),
        ("show",),
        ("no-such-command",),
        ("run", "--poll", "-1"),
        ("diagram", "--format", "png"),
    ],
    ids=" ".join,
)
def test_wrong_usage_has_its_own_status_and_says_where_help_is(
    commands: Commands, arguments: tuple[str, ...]
) -> None:
    in_words = commands(*arguments)

    assert (in_words.status, in_words.stdout) == (2, "")
    assert "--help" in in_words.stderr


def test_wrong_usage_is_one_document_too(commands: Commands) -> None:
    answer = commands.json("list", "--limit", "0")

    assert (answer.status, answer.stderr) == (2, "")
    assert answer.error["code"] == "usage"


def test_an_escalation_that_is_not_there_is_not_found(commands: Commands) -> None:
    for name in ("nonsense", "k0:nonsense", "nobody:unanswered", f"{NOBODY}-1:unanswered"):
        refused(commands.json("escalations", "ack", name), "not_found")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite:////no/such/folder/x.db",
        "mysql://somebody:secret@host/x",
        "postgresql://somebody:secret@host:port/x",
        "postgresql://somebody:secret@127.0.0.1:1/x",
    ],
)
def test_a_database_that_cannot_be_opened_is_named_without_its_password(
    commands: Commands, url: str
) -> None:
    answer = commands.json("list", "--db", url)

    refused(answer, "store_unavailable")
    assert "secret" not in answer.stdout


def test_a_file_that_is_no_database_is_refused(commands: Commands) -> None:
    (commands.folder / "text.db").write_text("not a database" * 100)
    db = ("--db", f"sqlite:///{commands.folder / 'text.db'}")

    for command in (("list",), ("db", "status"), ("db", "upgrade"), ("run", "--once")):
        refused(commands.json(*command, *db), "store_unavailable")


def test_ctrl_c_ends_with_130_and_no_trace(program: Program) -> None:
    pipe = program.folder / "pipe"
    os.mkfifo(pipe)
    with program.started(*SEND, "--data", f"@{pipe}") as process, pipe.open("wb"):
        # The pipe is open now. A signal that comes just before it is read is only looked at once it
        # has been: Python's own gap. Whoever sees nothing happen presses the keys again.
        wait_until(lambda: _sleeps(process.pid), "it waits for its data")
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
        _, stderr = process.communicate(timeout=30)

    assert process.returncode == 130
    assert stderr.decode().split() == ["error:", "interrupted"]


def _sleeps(pid: int) -> bool:
    return bool(psutil.Process(pid).status() == psutil.STATUS_SLEEPING)


def test_a_reader_that_leaves_is_no_error_to_talk_about(program: Program) -> None:
    for arguments in (("timings", "list", "--json"), ("--help",)):
        with program.started(*arguments) as process:
            assert process.stdout is not None
            process.stdout.close()
            process.wait(timeout=30)
            assert process.stderr is not None
            assert (process.returncode, process.stderr.read()) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_an_answer_that_cannot_be_written_is_a_failure(program: Program) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        program.started("list", "--json", stdout=full) as process,
    ):
        _, stderr = process.communicate(timeout=30)

    assert process.returncode == 1
    assert stderr.decode() == "error: the answer could not be written: No space left on device\n"


def test_a_trace_is_shown_only_to_those_who_ask(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = commands("show", "nobody")
    monkeypatch.setenv("MENTORFLOW_DEBUG", "1")
    loud = commands("show", "nobody")

    assert "Traceback" not in quiet.stderr
    assert "Traceback" in loud.stderr
    assert loud.stderr.splitlines()[-1] == quiet.stderr.splitlines()[-1]
