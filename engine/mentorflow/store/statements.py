"""Reading the `.sql` files: one statement each, named parameters made positional once."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_MARKS = {"sqlite": "?", "postgresql": "%s"}


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
    found = tuple(_PARAMETER.findall(bare))
    if len(set(found)) != len(found):
        raise AssertionError(f"{dialect}/{name}.sql names a parameter twice")
    return Statement(name, _PARAMETER.sub(_MARKS[dialect], bare), found)
