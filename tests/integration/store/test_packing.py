"""Columns of a batch reach PostgreSQL as they are, whatever repeats in them."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from mentorflow.store.packing import pack_columns

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("text", ["a", None, "a", 'ü€\n\\"{}', "", "NULL", None]),
        ("int", [1, 2, 1, None, 70_000]),
        ("float8", [None, 0.5, None, 0.5]),
        ("float8", [None, None]),
        ("timestamptz", [NOON, None, NOON]),
        ("text", []),
        ("text", ["alone"]),
    ],
)
def test_a_column_arrives_as_it_was_sent(postgres_url: str, kind: str, column: list[Any]) -> None:
    address = make_url(postgres_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        connection.execute("SET timezone = 'UTC'")
        pack_columns(connection)

        rows = connection.execute(f"SELECT * FROM unnest(%b::{kind}[])", (column,)).fetchall()

        assert [row[0] for row in rows] == column
        nested = connection.execute("SELECT %b::text[]", ([["a", "b"], ["a", "c"]],)).fetchone()
        assert nested == ([["a", "b"], ["a", "c"]],)
