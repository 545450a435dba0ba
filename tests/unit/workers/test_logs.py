"""What a worker logs: events with fields, whoever wrote the line, and nothing of a person's."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from mentorflow_workers.log_format import LogFormat
from mentorflow_workers.logs import log_as

OURS = logging.getLogger("mentorflow.test")


class Written:
    """What was written to stderr."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def text(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text

    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What is written to stderr; logging is as it was afterwards."""
    loggers = [logging.getLogger(name) for name in (None, "mentorflow", "mentorflow.worker")]
    before = [(one, one.level, one.handlers) for one in loggers]
    yield Written(capsys)
    for one, level, handlers in before:
        one.setLevel(level)
        one.handlers = handlers
    structlog.reset_defaults()


def test_the_fields_of_a_line_of_ours_are_fields(stderr: Written) -> None:
    log_as(LogFormat.JSON)

    OURS.warning("effect.failed effect=%s attempt=%d after=%.1fs part=keeper", "a-1:0", 2, 0.25)

    (found,) = stderr.documents()
    assert {name: found[name] for name in ("event", "level", "logger", "effect", "attempt")} == {
        "event": "effect.failed",
        "level": "warning",
        "logger": "mentorflow.test",
        "effect": "a-1:0",
        "attempt": 2,
    }
    assert (found["after"], found["part"]) == ("0.2s", "keeper")
    assert found["timestamp"].endswith("Z")


def test_people_read_an_event_and_its_fields(stderr: Written) -> None:
    log_as(LogFormat.TEXT)

    OURS.warning("effect.failed effect=%s attempt=%d", "a-1:0", 2)

    assert "warning" in stderr.text()
    assert " effect.failed effect=a-1:0 attempt=2\n" in stderr.text()


def test_a_line_of_others_stays_a_text(stderr: Written) -> None:
    log_as(LogFormat.JSON)

    logging.getLogger("dramatiq.worker").error("Lost %d of %s", 3, "them")
    OURS.warning("Something else: 100%")
    OURS.warning("no.template left=%s", "a b")

    assert [found["event"] for found in stderr.documents()] == [
        "Lost 3 of them",
        "Something else: 100%",
        "no.template",
    ]
    assert stderr.documents()[2]["left"] == "a b"


def test_an_app_that_uses_structlog_writes_the_same_lines(stderr: Written) -> None:
    log_as(LogFormat.JSON)

    structlog.get_logger("my_app").warning("payment.late", days=3)

    (found,) = stderr.documents()
    assert (found["event"], found["days"], found["logger"]) == ("payment.late", 3, "my_app")


def fail() -> None:
    try:
        raise LookupError("Ann Example is nobody")
    except LookupError:
        OURS.exception("timer.undecided timer=%s", "t")


@pytest.mark.parametrize("chosen", list(LogFormat))
def test_the_text_of_an_error_is_shown_only_when_debugging(
    stderr: Written, chosen: LogFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_as(chosen)

    monkeypatch.setenv("MENTORFLOW_DEBUG", "0")
    fail()
    quiet = stderr.text()
    monkeypatch.setenv("MENTORFLOW_DEBUG", "1")
    fail()

    assert "LookupError" in quiet
    assert "test_logs.py:" in quiet
    assert "Ann" not in quiet
    assert "Ann Example is nobody" in stderr.text()


def test_what_a_worker_says_of_itself_is_shown_and_the_librarys_news_are_not(
    stderr: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORFLOW_DEBUG", "0")
    log_as(LogFormat.JSON)

    logging.getLogger("mentorflow.worker").info("worker.ready part=%s", "keeper")
    OURS.info("message.sent effect=%s", "a-1:0")

    assert [found["event"] for found in stderr.documents()] == ["worker.ready"]
