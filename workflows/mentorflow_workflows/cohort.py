"""Read a cohort of mentorships from a CSV file: one row, one mentorship, whatever the row holds."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

from mentorflow.errors import InvalidPayload

DATES = (
    "applications_close",
    "selected_on",
    "starts_on",
    "midterm_due",
    "final_due",
    "ends_on",
)
"""The dates of a row, in the order in which they must follow each other."""
NEEDED = ("mentorship", "program", "mentee", "mentors")
FACTS = ("project", "title")
COLUMNS = (*NEEDED, *FACTS, *DATES)
_MOST_BYTES = 64 * 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_OTHER_SEPARATORS = (";", "\t", "|")
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that can be sent to the engine, which has the last word on it."""

    line: int
    """Where it begins in the file, the header being line 1."""
    key: str
    start: Mapping[str, Any]
    """The arguments of `Engine.start`."""

    def date(self, name: str) -> date | None:
        """Return one of its dates, if it has it."""
        found = self.start["dates"].get(name)
        return None if found is None else date.fromisoformat(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that was not taken, and why."""

    line: int
    key: str | None
    code: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as one JSON-ready document."""
        return {"line": self.line, "key": self.key, "code": self.code, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A file as read: rows to take, and rows that cannot be."""

    rows: tuple[Row, ...]
    refused: tuple[Refusal, ...]

    def __len__(self) -> int:
        return len(self.rows) + len(self.refused)


def read_cohort(file: Path) -> Cohort:
    """Read a cohort; a row that is wrong is set aside with its reason and harms no other.

    Raises:
        InvalidPayload: if the file as a whole cannot be a cohort.
    """
    # Not splitlines: it would also break at form feeds and the like, which are no new lines to CSV.
    lines = StringIO(_text(file), newline="\n").readlines()
    records = _records(lines)
    header = _header(file, next(records, None))
    rows: dict[str, Row] = {}
    refused: list[Refusal] = []
    for record in records:
        try:
            row = _row(header, record)
            first = rows.setdefault(row.key, row)
        except InvalidPayload as wrong:
            refused.append(_refusal(header, record, wrong.code, str(wrong)))
            continue
        if first is not row:
            reason = f"the key {row.key!r} is on line {first.line} already; each row needs its own"
            refused.append(_refusal(header, record, "key_reused", reason))
    return Cohort(rows=tuple(rows.values()), refused=tuple(refused))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    line: int
    fields: Sequence[str]
    problem: str | None = None


def _text(file: Path) -> str:
    """Return the file's text; bytes that are no UTF-8 stay recognisable in their own rows."""
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)
    except OSError as failed:
        raise InvalidPayload(f"{file} cannot be read: {failed.strerror}") from failed
    if len(content) > _MOST_BYTES:
        most = _MOST_BYTES // 1024 // 1024
        raise InvalidPayload(f"{file} is larger than {most} MiB; import it in parts")
    if content.startswith(_UTF16):
        raise InvalidPayload(f"{file} is written in UTF-16; save it as CSV in UTF-8")
    text = content.decode("utf-8-sig", errors="surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _records(lines: Sequence[str]) -> Iterator[_Record]:
    """Yield the records that are not blank, each with the line on which it begins.

    A quote that is never closed makes a reader swallow the rest of the file: then only the line
    it stands on is given up, and reading goes on with the next.
    """
    at, width = 0, None
    with _long_fields():
        while at < len(lines):
            record, taken = _next_record(lines, at)
            if taken > 1 and width is not None and len(record.fields) != width:
                record, taken = _broken(at), 1
            at += taken
            if record.problem is not None or any(field.strip() for field in record.fields):
                width = width or len(record.fields)
                yield record


def _next_record(lines: Sequence[str], at: int) -> tuple[_Record, int]:
    reader = csv.reader((lines[index] for index in range(at, len(lines))), strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return _broken(at), 1
    return _Record(line=at + 1, fields=fields), reader.line_num


def _broken(at: int) -> _Record:
    problem = 'a quote on this line is not closed as CSV needs it; write "" for a quote in a field'
    return _Record(line=at + 1, fields=(), problem=problem)


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let the engine judge how long a field may be: the reader would give up the whole file."""
    before = csv.field_size_limit(_MOST_BYTES)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _header(file: Path, record: _Record | None) -> Sequence[str]:
    if record is None:
        raise InvalidPayload(f"{file} is empty; its first line must name the columns")
    header = [name.strip().casefold() for name in record.fields]
    if record.problem is None and len(header) == 1:
        _require_commas(file, header[0])
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise InvalidPayload(
            f"{file} is no cohort: its first line lacks the column {', '.join(missing)}; "
            f"it may name {', '.join(COLUMNS)}"
        )
    for name in header:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(COLUMNS)}"
            raise InvalidPayload(f"{file} has a column {_shown(name)} that is not known; {hint}")
        if header.count(name) > 1:
            raise InvalidPayload(f"{file} has the column {name!r} twice; which one is meant?")
    return header


def _require_commas(file: Path, header: str) -> None:
    for separator in _OTHER_SEPARATORS:
        if "mentorship" in header.split(separator):
            raise InvalidPayload(
                f"{file} separates its columns with {separator!r}; save it with commas"
            )


def _row(header: Sequence[str], record: _Record) -> Row:
    if record.problem is not None:
        raise InvalidPayload(record.problem)
    if len(record.fields) != len(header):
        raise InvalidPayload(
            f"the row has {len(record.fields)} fields, but the header names {len(header)}"
        )
    values = {
        name: _checked(name, field.strip())
        for name, field in zip(header, record.fields, strict=True)
    }
    if not values["mentorship"]:
        raise InvalidPayload("the column 'mentorship' is empty; it is the key of the row")
    start = {
        "key": values["mentorship"],
        "program": values["program"],
        "mentee": values["mentee"],
        "mentors": [name.strip() for name in values["mentors"].split(";") if name.strip()],
        "dates": _dates(values),
        "facts": {name: values[name] for name in FACTS if values.get(name)},
    }
    return Row(line=record.line, key=values["mentorship"], start=start)


def _checked(name: str, value: str) -> str:
    if "\0" in value:
        raise InvalidPayload(f"the column {name!r} holds a NUL character")
    if any("\udc80" <= character <= "\udcff" for character in value):
        raise InvalidPayload(f"the column {name!r} is not UTF-8; save the file in that encoding")
    return value


def _dates(values: Mapping[str, str]) -> dict[str, str]:
    found = {name: _date(name, values[name]) for name in DATES if values.get(name)}
    for (earlier, first), (later, second) in pairwise(found.items()):
        if second < first:
            raise InvalidPayload(f"{later} is {second}, before {earlier}, which is {first}")
    return {name: day.isoformat() for name, day in found.items()}


def _date(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidPayload(
            f"{name} is {_shown(value)}; it must be a date such as 2025-05-30"
        ) from None


def _refusal(header: Sequence[str], record: _Record, code: str, reason: str) -> Refusal:
    place = header.index("mentorship")
    key = record.fields[place].strip() if place < len(record.fields) else ""
    return Refusal(
        line=record.line, key=_plain(key)[:_MOST_SHOWN] or None, code=code, reason=reason
    )


def _plain(text: str) -> str:
    """Return a text that can be written anywhere: odd bytes and NUL are made visible."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _shown(text: str) -> str:
    most = 60
    return repr(_plain(text if len(text) <= most else f"{text[:most]}..."))
