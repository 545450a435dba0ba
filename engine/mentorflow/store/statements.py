"""Reading the `.sql` files: one statement each, named parameters made positional once."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_INCLUDED = re.compile(r"^\\i (\w+)$", re.MULTILINE)
"""A part that several statements begin with, in a file of its own."""
_COMMENT = re.compile(r"--[^\n]*")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)(::[a-z0-9]+\[\])?")

_ROWS = re.compile(r"unnest\(([^)]*)\)\s+AS")
"""How every statement for a batch takes its rows: one array for each column."""


class Statement(NamedTuple):
    """One statement of the hot path, ready for its driver."""

    name: str
    sql: str
    parameters: tuple[str, ...]
    """The names in the order in which their values are passed."""
    one: str
    """The same for a single row, passed as it is rather than as one array for each column."""


PLAIN = "plain/"
"""Before the name of a statement: it begins with a part that is quicker, and holds for less."""


@cache
def statement(dialect: str, name: str) -> Statement:
    """Return a statement by the name of its file, with the parts it begins with."""
    folder = files("mentorflow.store").joinpath("sql")
    parts = folder.joinpath("parts", dialect)
    if name.startswith(PLAIN):
        parts, name = parts.joinpath("plain"), name.removeprefix(PLAIN)
    text = folder.joinpath(dialect, f"{name}.sql").read_text("utf-8")
    for part in _INCLUDED.findall(text):
        shared = parts.joinpath(f"{part}.sql").read_text("utf-8")
        text = text.replace(f"\\i {part}\n", shared)
    bare = _COMMENT.sub("", text).strip().rstrip(";")
    found = tuple(match.group(1) for match in _PARAMETER.finditer(bare))
    if len(set(found)) != len(found):
        raise AssertionError(f"{dialect}/{name}.sql names a parameter twice")
    if dialect == "sqlite":
        sql = one = _PARAMETER.sub("?", bare)
    else:
        sql = _PARAMETER.sub(_postgresql_mark, bare)
        one = _PARAMETER.sub(_postgresql_mark, _ROWS.sub(_single_row, bare))
    return Statement(name, sql, found, one)


def _single_row(rows: re.Match[str]) -> str:
    return f"(VALUES ({rows.group(1).replace('[]', '')})) AS"


def _postgresql_mark(parameter: re.Match[str]) -> str:
    # Arrays travel in binary: as text, every quote in every JSON document would be escaped.
    cast = parameter.group(2)
    return "%s" if cast is None else f"%b{cast}"
