"""Holds what was read against the model, and says what does not fit in words for its author."""

import json
import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mentorflow.definitions.document import VERBS, Document
from mentorflow.definitions.finding import Finding, Place, nearest, refuse, written
from mentorflow.definitions.source import Node, Source

_STEP = re.compile(r"<\w+>|\[key\]")
"""What the model puts into a place besides keys: the form it chose, or that the key is meant."""
_KINDS = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list: [a, b]",
    "mapping_type": "must hold keys and values",
    "dict_type": "must hold keys and values",
    "model_type": "must hold keys and values",
    "model_attributes_type": "must hold keys and values",
}
_PATTERNS = {
    "[01][0-9]|": ("is not a time of day", 'write "09:00" or "17:30", in quotes'),
    "[0-9]{1,5}(bd": ("is not a duration", "write 10d, 36h, 45m, 3bd (business days) or P10D"),
    r"(\.": ("is not a name", "write lower-case words joined by dots, such as contact.nudge_1"),
    "^[a-z]": ("is not a name", "write lower-case letters, digits and _, such as reply_window"),
    "": ("is not one line of text", "write it without a break or a leading space"),
}


def validated(source: Source) -> Document:
    """Return the document that was read.

    Raises:
        WorkflowInvalid: with every problem of the document.
    """
    findings = list(source.findings)
    try:
        # Through JSON, where a list is a tuple's only form even to a strict model.
        document = Document.model_validate_json(json.dumps(source.root.plain()))
    except ValidationError as error:
        schema = Document.model_json_schema()
        known = {finding.path for finding in findings}
        details = [detail for detail in error.errors() if not _follows(detail)]
        translated = (_finding(source, detail, schema) for detail in details)
        findings.extend(finding for finding in translated if finding.path not in known)
    if findings:
        refuse(source.name, findings)
    return document.read_from(source)


def _follows(detail: ErrorDetails) -> bool:
    """Whether a list counts as too short only because its items were found wrong."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _finding(source: Source, detail: ErrorDetails, schema: dict[str, Any]) -> Finding:
    path = _path(source.root, detail["loc"])
    message, hint = _words(source, detail, path=path, schema=schema)
    return Finding(
        file=source.name, line=source.line(path), path=written(path), message=message, hint=hint
    )


def _path(root: Node, loc: Place) -> Place:
    """Return the place in the file: the model's own steps have no key there."""
    node: Node | None = root
    path: Place = ()
    for part in loc:
        if node is None or not isinstance(node.content, dict | list):
            break
        if isinstance(part, str) and _STEP.fullmatch(part) and node.child(part) is None:
            continue
        path = (*path, part)
        node = node.child(part)
    return path


def _words(
    source: Source, detail: ErrorDetails, *, path: Place, schema: dict[str, Any]
) -> tuple[str, str]:
    kind = detail["type"]
    if kind == "extra_forbidden":
        allowed = _keys_at(schema, source.root, path[:-1])
        return f"there is no key {path[-1]!r} here", nearest(str(path[-1]), allowed)
    if kind == "string_pattern_mismatch":
        pattern = detail["ctx"]["pattern"]
        message, hint = next(words for part, words in _PATTERNS.items() if part in pattern)
        return f"{_shown(detail['input'])} {message}", hint
    if kind == "verb":
        return _verb_words(detail)
    return _plain_words(detail), ""


def _plain_words(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "missing":
        return "is missing"
    if kind in _KINDS:
        return f"{_KINDS[kind]}, not {_shown(detail['input'])}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "too_short":
        return f"needs at least {detail['ctx']['min_length']}, not {len(detail['input'])}"
    if kind == "too_long":
        return f"has at most {detail['ctx']['max_length']}, not {len(detail['input'])}"
    text = detail["msg"]
    return text[0].lower() + text[1:] + f", not {_shown(detail['input'])}"


def _verb_words(detail: ErrorDetails) -> tuple[str, str]:
    item = detail["input"]
    keys = [str(key) for key in item] if isinstance(item, dict) else []
    if sum(key in VERBS for key in keys) > 1:
        return f"{detail['msg']}, not {' and '.join(keys)}", "make it several items"
    hint = nearest(keys[0], VERBS) if keys else "write it as {notify: message}"
    return detail["msg"], hint if "?" in hint or not keys else ""


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    return f"the number {value}"


def _keys_at(schema: dict[str, Any], root: Node, path: Place) -> list[str]:
    """Return the keys the model has at a place, by following its JSON Schema."""
    found: dict[str, Any] = schema
    node: Node | None = root
    for part in path:
        node = node.child(part) if node else None
        found = _chosen(schema, _step(found, part), node)
    return list(found.get("properties", {}))


def _step(found: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, int):
        return dict(found.get("items", {}))
    if part in found.get("properties", {}):
        return dict(found["properties"][part])
    by_name = found.get("patternProperties") or {"": found.get("additionalProperties")}
    value = next(iter(by_name.values()))
    return dict(value) if isinstance(value, dict) else {}


def _chosen(schema: dict[str, Any], found: dict[str, Any], node: Node | None) -> dict[str, Any]:
    """Resolve a reference, and of several forms take the one the file has."""
    forms = list(found.get("oneOf", found.get("anyOf", [found])))
    for form in forms:
        target = schema["$defs"][form["$ref"].rpartition("/")[2]] if "$ref" in form else form
        if node is None or _fits(target, node):
            return dict(target)
    return {}


def _fits(form: dict[str, Any], node: Node) -> bool:
    if isinstance(node.content, list):
        return form.get("type") == "array"
    if not isinstance(node.content, dict) or form.get("type") != "object":
        return False
    verbs = [key for key in form.get("properties", {}) if key in VERBS]
    return not verbs or any(verb in node.content for verb in verbs)
