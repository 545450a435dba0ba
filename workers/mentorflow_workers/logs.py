"""The log of a worker's processes: structlog renders it, whoever writes it.

The library, dramatiq and the host's app write by standard `logging`, or by structlog itself. Lines
of ours are templates such as `effect.failed effect=%s attempt=%d`, whose fields stay fields.
"""

import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from traceback import walk_tb
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from mentorflow.cli.logs import is_debugging
from mentorflow_workers.log_format import LogFormat

_OURS = "mentorflow"
_OWN = "mentorflow.worker"
"""What a worker says of itself is seldom, and shown; the library's news only when debugging."""
_EVENT = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_FIELD = re.compile(r"(\w+)=(\S+)")
_WHOLE = frozenset({"%s", "%d"})
"""A value that is nothing but the argument stays what it is: a number stays a number."""
_FIRST = ("timestamp", "level", "event")


def log_as(chosen: LogFormat) -> None:
    """Have everything this process logs rendered to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_fields_of_template, *_SHARED],
            processors=[_where_it_came_from, *_rendering(chosen)],
            pass_foreign_args=True,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).handlers = []  # what a command wrote itself is rendered here now
    logging.getLogger(_OURS).setLevel(logging.DEBUG if is_debugging() else logging.WARNING)
    logging.getLogger(_OWN).setLevel(logging.DEBUG if is_debugging() else logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _fields_of_template(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Take a line of ours apart; a line of others stays one text."""
    record: logging.LogRecord = event["_record"]
    arguments = event.pop("positional_args", ())
    if record.name.partition(".")[0] == _OURS and isinstance(record.msg, str):
        name, *fields = record.msg.split(" ")
        if _EVENT.fullmatch(name) and all(_FIELD.fullmatch(field) for field in fields):
            return {**event, "event": name, **_values(fields, arguments)}
    return event


def _values(fields: Sequence[str], arguments: Sequence[Any]) -> dict[str, Any]:
    left = iter(arguments)
    values: dict[str, Any] = {}
    for field in fields:
        name, _, template = field.partition("=")
        value: Any = template
        if "%" in template:
            value = next(left)
            if template not in _WHOLE or not isinstance(value, str | int):
                value = template % value
        values[name] = value
    return values


def _where_it_came_from(_logger: object, _name: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event.pop("_record")
    event.pop("_from_structlog", None)
    return {**event, "logger": record.name, "pid": record.process}


def _error_without_its_text(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Say which error it was and where: its text may name people, so only debugging shows it."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if not error or error[2] is None:
        return event
    if is_debugging():
        return {**event, "exc_info": error}
    frame, line = list(walk_tb(error[2]))[-1]
    at = f"{Path(frame.f_code.co_filename).name}:{line}"
    return {**event, "error": error[0].__name__, "at": at}


def _briefly(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Leave out what people need not read: the names of our events tell where they come from."""
    is_ours = event["logger"].partition(".")[0] == _OURS
    left_out = {"pid", "logger"} if is_ours else {"pid"}
    return {name: value for name, value in event.items() if name not in left_out}


def _in_order(_logger: object, _name: str, event: EventDict) -> EventDict:
    return {name: event[name] for name in (*_FIRST, *event) if name in event}


_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _error_without_its_text,
]


def _rendering(chosen: LogFormat) -> list[Processor]:
    if chosen is LogFormat.JSON:
        return [
            _in_order,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    colors = sys.stderr is not None and sys.stderr.isatty()
    # Not its own way to show errors, which prints the values of variables: those of people too.
    plain = structlog.dev.plain_traceback
    return [
        _briefly,
        structlog.dev.ConsoleRenderer(
            colors=colors, pad_event_to=0, sort_keys=False, exception_formatter=plain
        ),
    ]
