"""What is in the tables, seen past the engine."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from mentorflow import MentorflowError

TABLES = (
    "mentorship",
    "party",
    "history",
    "timer",
    "effect",
    "escalation",
    "person",
    "message",
    "worker",
    "revision",
    "override",
    "timing_change",
    "program",
    "limit",
    "calendar_rule",
    "plan",
    "plan_timer",
    "workflow",
    "endpoint",
    "endpoint_health",
    "notice",
    "notice_form",
    "delivery",
    "attempt",
    "recovery",
)
NOWHERE = "0190f2c4-7a00-7000-8000-000000000001"
"""The id of no mentorship."""


@contextmanager
def driver(url: str) -> Iterator[Any]:
    """Lend a connection of the driver, past the engine; it commits at the end."""
    parsed = make_url(url)
    connection: Any
    if parsed.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(parsed.database), timeout=30)
    else:
        plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(plain)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query finds, past the engine."""
    with driver(url) as connection:
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
        return found


def execute(url: str, sql: str) -> None:
    """Run a statement, past the engine."""
    with driver(url) as connection:
        connection.execute(sql)


def everything(url: str) -> dict[str, list[str]]:
    """Return all that is in all tables of the engine, to compare before and after."""
    with driver(url) as connection:
        return {
            table: sorted(map(repr, connection.execute(f"SELECT * FROM mentorflow_{table}")))
            for table in TABLES
        }


@contextmanager
def refused(url: str, error: type[MentorflowError], code: str) -> Iterator[Any]:
    """Expect exactly this error, with this code, and every table as it was before."""
    before = everything(url)
    with pytest.raises(error) as caught:
        yield caught
    assert type(caught.value) is error
    assert caught.value.code == code
    assert caught.value.as_dict()["code"] == code
    assert str(caught.value) == caught.value.as_dict()["reason"] != ""
    assert everything(url) == before
