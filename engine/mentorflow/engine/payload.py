"""What comes in from outside: checked, bounded, made into plain JSON values."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel, ValidationError

from mentorflow.clock import as_utc
from mentorflow.core.escalating import ACTS, SNOOZED
from mentorflow.core.workflow import Workflow
from mentorflow.engine.acts import EscalationAct, EscalationSnooze
from mentorflow.errors import InvalidPayload, NaiveDatetime, PayloadTooLarge

MOST_BYTES = 64 * 1024
MOST_NESTED = 100
"""How deep objects and lists may lie inside each other."""
MOST_LISTED = 1000
"""How many a list may have at once."""
_MOST_NAME = 200
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")
"""What no text of one line holds."""


def validated(workflow: Workflow, event: str, text: str) -> dict[str, Any]:
    """Return an event's data, given as JSON text, as its model says it must be, in JSON values.

    Raises:
        InvalidPayload: naming every field that is wrong, and why.
    """
    model = model_of(workflow, event)
    if model is None:
        return plain(text)
    try:
        found = model.model_validate_json(text)
    except ValidationError as wrong:
        raise refusal(f"the data of {event!r}", wrong) from None
    return found.model_dump(mode="json", exclude_none=True)


def model_of(workflow: Workflow, event: str) -> type[BaseModel] | None:
    """Return the model of an event's data; None where any object will do."""
    if event in ACTS:
        return EscalationSnooze if event == SNOOZED else EscalationAct
    return workflow.payloads.get(event)


def plain(text: str) -> dict[str, Any]:
    """Return the object a JSON text holds."""
    found: dict[str, Any] = json.loads(text)
    return found


def json_text(value: Mapping[str, Any], *, what: str) -> str:
    """Return a mapping as JSON text of bounded size.

    Raises:
        InvalidPayload: if it is no mapping of JSON values, or holds what cannot be stored.
        PayloadTooLarge: if it is larger than 64 KiB.
        NaiveDatetime: if an instant in it has no time zone.
    """
    if not isinstance(value, Mapping):
        raise InvalidPayload(f"{what} is a {type(value).__name__}; it must be an object of fields")
    try:
        text = _encode(dict(value))
        size = len(text.encode("utf-8"))
    except (TypeError, ValueError, RecursionError, UnicodeEncodeError) as wrong:
        raise InvalidPayload(f"{what} cannot be written as JSON: {wrong}") from wrong
    if size > MOST_BYTES:
        raise PayloadTooLarge(
            f"{what} has {size:,} bytes; an event may carry {MOST_BYTES:,}. "
            "Keep the text where it is and send a link"
        )
    if _is_nested_too_deeply(text):
        raise InvalidPayload(f"{what} is nested more than {MOST_NESTED} deep; make it flatter")
    if _NUL.search(text):
        raise InvalidPayload(f"{what} holds a NUL character, which no database keeps in text")
    return text


def _is_nested_too_deeply(text: str) -> bool:
    # What Python's own limit lets pass here may be too deep for whoever reads it, further down a
    # stack: the limit is a number of ours. Most texts have too few brackets for a closer look.
    if text.count("[") + text.count("{") <= MOST_NESTED:
        return False
    level: list[Any] = [plain(text)]
    for _ in range(MOST_NESTED):
        inside = (part for outer in level for part in _parts(outer))
        level = [part for part in inside if isinstance(part, dict | list)]
    return bool(level)


def _parts(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer


def _plain_value(value: object) -> Any:
    if isinstance(value, datetime):
        return as_utc(value, what="an instant in the data").isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{int(value.total_seconds())}S"
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    raise TypeError(f"a {type(value).__name__} is no JSON value")


_encode = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, default=_plain_value, sort_keys=True
).encode


def refusal(what: str, wrong: ValidationError) -> InvalidPayload:
    """Return the refusal of something from outside, naming every field that is wrong."""
    problems = [
        {
            "field": ".".join(str(part) for part in error["loc"]) or "(whole)",
            "problem": error["msg"].removeprefix("Value error, "),
        }
        for error in wrong.errors(include_url=False, include_context=False)
    ]
    shown = "; ".join(f"{problem['field']}: {problem['problem']}" for problem in problems)
    message = f"{what} is not right: {shown}"
    if any(error["type"] == "timezone_aware" for error in wrong.errors(include_url=False)):
        return NaiveDatetime(message, problems=problems)
    return InvalidPayload(message, problems=problems)


def require_limit(limit: int) -> None:
    """Refuse to list none, or too many at once.

    Raises:
        InvalidPayload: if the limit is not 1 to 1000.
    """
    if limit not in range(1, MOST_LISTED + 1):
        raise InvalidPayload(f"limit is {limit!r}; it must be 1 to {MOST_LISTED}")


def name_text(value: object, *, what: str) -> str:
    """Return a name from outside (a person, a key, a program), if it is one.

    Raises:
        InvalidPayload: if it is empty, too long or holds control characters.
    """
    if not isinstance(value, str) or not value.strip():
        raise InvalidPayload(f"{what} is {value!r}; it must be a text that is not empty")
    if len(value) > _MOST_NAME:
        raise InvalidPayload(f"{what} has {len(value)} characters; it may have {_MOST_NAME}")
    if CONTROL.search(value):
        raise InvalidPayload(f"{what} is {value!r}; it must not hold control characters")
    return value


def digest(*parts: str) -> str:
    """Return what tells whether two requests with one key are the same request."""
    # None of the parts can hold the separator: names and JSON texts have no control characters.
    return blake2b("\x00".join(parts).encode("utf-8"), digest_size=16).hexdigest()
