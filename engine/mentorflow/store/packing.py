"""Packing the columns of a batch for PostgreSQL: arrays in binary, a repeated value packed once.

Most columns of a batch repeat a few values a thousand times: names, instants, scopes. psycopg would
pack every one of them anew.
"""

from collections.abc import Callable
from struct import Struct
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.postgres import types
from psycopg.types.array import ListBinaryDumper

_HEAD = Struct("!iiIii")
"""Dimensions, whether there are NULLs, the type of an element; then the length and first index."""
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)
_TEXT = types["text"].oid


def pack_columns(connection: psycopg.Connection[Any]) -> None:
    """Have a connection of our own pack its arrays so."""
    connection.adapters.register_dumper(list, ColumnDumper)


class ColumnDumper(ListBinaryDumper):
    """Dump a list of one dimension whose values are all of one type, or None."""

    def dump(self, obj: list[Any]) -> Buffer | None:
        if self.sub_dumper is None or not obj or isinstance(obj[0], list):
            return super().dump(obj)
        packed = _Packed(self.sub_dumper.dump)
        values = [packed[value] for value in obj]
        head = _HEAD.pack(1, None in packed, self.sub_dumper.oid or _TEXT, len(obj), 1)
        return b"".join([head, *values])


class _Packed(dict[Any, bytes]):
    """The values packed so far, each with its length before it."""

    def __init__(self, dump: Callable[[Any], Buffer | None]) -> None:
        self._dump = dump

    def __missing__(self, value: Any) -> bytes:
        dumped = None if value is None else self._dump(value)
        packed = _NULL if dumped is None else _LENGTH.pack(len(dumped)) + dumped
        self[value] = packed
        return packed
