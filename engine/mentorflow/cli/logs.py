"""The library's log on the command line: to stderr, without traces unless they are asked for."""

import logging
import os
import sys

_LIBRARY = "mentorflow"


def log_to_stderr() -> None:
    """Send the library's log to stderr: stdout is for the answer of the command."""
    library = logging.getLogger(_LIBRARY)
    if not any(isinstance(one, _ToStderr) for one in library.handlers):
        library.addHandler(_ToStderr())
    library.setLevel(logging.DEBUG if is_debugging() else logging.WARNING)


def is_debugging() -> bool:
    """Whether the person asked for traces of errors that were not expected."""
    return os.environ.get("MENTORFLOW_DEBUG", "") not in {"", "0"}


class _ToStderr(logging.Handler):
    """Write lines to what is stderr when they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stderr is not None:
            sys.stderr.write(f"{self.format(record)}\n")


class _OneLine(logging.Formatter):
    """Say which error it was; its trace only to those who ask."""

    def format(self, record: logging.LogRecord) -> str:
        if is_debugging() or record.exc_info is None or record.exc_info[1] is None:
            return super().format(record)
        error = record.exc_info[1]
        plain = logging.makeLogRecord({**vars(record), "exc_info": None, "exc_text": None})
        return f"{super().format(plain)} error={error!r}; MENTORFLOW_DEBUG=1 shows the trace"
