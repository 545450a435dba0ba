"""Reads the YAML of a workflow into nodes that know their line, and refuses what would surprise.

Only what a workflow needs of YAML is taken: mappings, lists and plain values as in YAML 1.2. No
anchors, aliases, merge keys or tags; and nothing that YAML 1.1 reads as something else than it
looks, since the next tool to read the file may do so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mentorflow.definitions.finding import Finding, Place, written
from mentorflow.errors import WorkflowInvalid

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times as fast

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,15})\.[0-9]{1,15}")
_SURPRISES = (
    (re.compile(r"(?i:yes|no|on|off|y|n)"), "YAML 1.1 reads it as true or false"),
    (re.compile(r"(?i:true|false)"), "write true or false in lower case"),
    (re.compile(r"~|(?i:null)|"), "there is no value here"),
    (re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "YAML 1.1 reads base 60"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"), "YAML reads it as a date"),
    (re.compile(r"[-+]?0[0-9_]+|0o[0-7]+"), "YAML 1.1 reads it as an octal number"),
    (
        re.compile(r"[-+]?(?:0x[0-9a-fA-F_]+|0b[01_]+|\.(?i:inf|nan)|[0-9][0-9_]*)"),
        "YAML reads it as a number",
    ),
    (
        re.compile(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*\.[0-9_]*)(?:[eE][-+]?[0-9]+)?"),
        "YAML reads it as a number",
    ),
)

Content = dict[str, "Node"] | list["Node"] | str | int | float | bool | None


@dataclass(slots=True)
class Node:
    """One value of the document, with the line it starts on."""

    line: int
    content: Content

    def plain(self) -> Any:
        """Return the value without its places."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def child(self, part: str | int) -> "Node | None":
        """Return what stands at a key or a list position, if anything does."""
        if isinstance(self.content, dict) and isinstance(part, str):
            return self.content.get(part)
        if isinstance(self.content, list) and isinstance(part, int):
            return self.content[part] if part < len(self.content) else None
        return None


@dataclass(slots=True)
class Source:
    """A document as it was read: its name, its nodes and what was wrong so far."""

    name: str
    root: Node
    findings: list[Finding] = field(default_factory=list)

    def line(self, path: Place) -> int:
        """Return the line of a path, or of the closest thing around it that exists."""
        node = self.root
        for part in path:
            child = node.child(part)
            if child is None:
                break
            node = child
        return node.line

    def add(self, line: int, path: Place, message: str, *, hint: str = "") -> None:
        """Note a fault found while reading."""
        place = written(path)
        self.findings.append(
            Finding(file=self.name, line=line, path=place, message=message, hint=hint)
        )


def read(path: Path) -> Source:
    """Read a document from a file.

    Raises:
        WorkflowInvalid: if it cannot be read as one YAML document.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WorkflowInvalid(name, [f"{name}: cannot be read: {error.strerror}"]) from error
    return read_bytes(content, name=name)


def read_bytes(content: bytes, *, name: str) -> Source:
    """Read a document from its bytes; what is wrong with single values is noted in the source.

    Raises:
        WorkflowInvalid: if the bytes are not one YAML document.
    """
    if len(content) > MAX_BYTES:
        _refuse(name, 1, f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _refuse(name, line, f"byte {error.start} is not UTF-8; save the file as UTF-8")
    return _Reading(name, text).source()


def _refuse(name: str, line: int, message: str, *, path: Place = ()) -> NoReturn:
    finding = Finding(file=name, line=line, path=written(path), message=message)
    raise WorkflowInvalid(name, [str(finding)], findings=[finding.as_dict()])


class _Reading:
    """One pass over the parser's events, which builds the nodes."""

    def __init__(self, name: str, text: str) -> None:
        self._source = Source(name=name, root=Node(1, None))
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))

    def source(self) -> Source:
        try:
            self._read_all()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = error.problem or error.context or "it cannot be read"
            _refuse(self._source.name, mark.line + 1 if mark else 1, f"this is not YAML: {what}")
        except yaml.YAMLError as error:
            reason = getattr(error, "reason", str(error))
            _refuse(self._source.name, 1, f"this is not YAML: {reason}")
        return self._source

    def _read_all(self) -> None:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            _refuse(self._source.name, 1, "the file is empty; a workflow starts with `workflow:`")
        first = next(self._events)
        self._source.root = self._node(first, (), line=1)
        next(self._events)  # the end of the document
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            line = following.start_mark.line + 1
            _refuse(self._source.name, line, "a second document starts here; a file has one")

    def _node(self, event: Any, path: Place, *, line: int) -> Node:
        if len(path) > MAX_DEPTH:
            _refuse(self._source.name, line, f"nested deeper than {MAX_DEPTH} levels")
        self._refuse_beyond_format(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return Node(line, self._scalar(event, path))
        if isinstance(event, yaml.MappingStartEvent):
            return Node(line, self._mapping(path))
        return Node(line, self._list(path))

    def _refuse_beyond_format(self, event: Any, path: Place) -> None:
        line = event.start_mark.line + 1
        if event.anchor is not None:
            mark = "*" if isinstance(event, yaml.AliasEvent) else "&"
            what = f"{mark}{event.anchor}: anchors and aliases are not allowed; write it out"
            _refuse(self._source.name, line, what, path=path)
        if event.tag is not None and event.tag != "!":
            _refuse(self._source.name, line, f"the tag {event.tag} is not allowed", path=path)

    def _mapping(self, path: Place) -> dict[str, Node]:
        content: dict[str, Node] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            key = self._key(event, path)
            node = self._node(next(self._events), (*path, key), line=line)
            if key in content:
                first = content[key].line
                hint = f"the first is on line {first}"
                self._source.add(line, (*path, key), "is written twice", hint=hint)
            content[key] = node
        return content

    def _key(self, event: Any, path: Place) -> str:
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent):
            _refuse(self._source.name, line, "a key must be a name", path=path)
        self._refuse_beyond_format(event, path)
        key = str(event.value)
        if not event.implicit[0]:
            return key
        if key == "<<":
            _refuse(self._source.name, line, "merge keys are not allowed", path=path)
        why = _surprise(key)
        if why or not isinstance(_value(key), str):
            hint = f'write "{key}" in quotes if it is meant'
            message = f"the key {key!r} is not text: {why or 'YAML reads it as a value'}"
            self._source.add(line, (*path, key), message, hint=hint)
        return key

    def _list(self, path: Place) -> list[Node]:
        content: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            line = event.start_mark.line + 1
            content.append(self._node(event, (*path, len(content)), line=line))
        return content

    def _scalar(self, event: Any, path: Place) -> str | int | float | bool | None:
        text = str(event.value)
        if not event.implicit[0]:
            return text
        if text == "null":
            return None
        why = _surprise(text)
        if why:
            hint = "write it in quotes if text is meant" if text else "write one, or drop the key"
            message = f"{text!r} is not what it looks like: {why}" if text else why
            self._source.add(event.start_mark.line + 1, path, message, hint=hint)
            return text
        return _value(text)


@lru_cache(maxsize=4096)
def _surprise(text: str) -> str | None:
    if text in {"true", "false"} or _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return None
    return next((why for pattern, why in _SURPRISES if pattern.fullmatch(text)), None)


@lru_cache(maxsize=4096)
def _value(text: str) -> str | int | float | bool:
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
