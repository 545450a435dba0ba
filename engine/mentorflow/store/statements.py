"""Reading the `.sql` files: one statement each, named parameters made positional once."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)(::[a-z0-9]+\[\])?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the hot path, ready for its driver."""

    name: str
    sql: str
    parameters: tuple[str, ...]
    """The names in the order in which their values are passed."""


@cache
def statement(dialect: str, name: str) -> Statement:
    """Return a statement by the name of its file."""
    text = files("mentorflow.store").joinpath("sql", dialect, f"{name}.sql").read_text("utf-8")
    bare = _COMMENT.sub("", text).strip().rstrip(";")
    found = tuple(match.group(1) for match in _PARAMETER.finditer(bare))
    if len(set(found)) != len(found):
        raise AssertionError(f"{dialect}/{name}.sql names a parameter twice")
    mark = _sqlite_mark if dialect == "sqlite" else _postgresql_mark
    return Statement(name, _PARAMETER.sub(mark, bare), found)


def _sqlite_mark(_parameter: re.Match[str]) -> str:
    return "?"


def _postgresql_mark(parameter: re.Match[str]) -> str:
    # Arrays travel in binary: as text, every quote in every JSON document would be escaped.
    cast = parameter.group(2)
    return "%s" if cast is None else f"%b{cast}"
