"""Every `.sql` file is there where it is needed, is used, and takes its values in their order."""

import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from builders import START, at
from mentorflow.core.decide import Decision
from mentorflow.core.mentorship import (
    Detour,
    Effect,
    Escalation,
    EscalationStatus,
    HistoryEntry,
    Mentorship,
    Timer,
)
from mentorflow.store.models import metadata
from mentorflow.store.rows import Saving, encoded
from mentorflow.store.statements import statement
from mentorflow.store.writing import COUNTED, ORDER, Writing
from project import ROOT

DIALECTS = ("sqlite", "postgresql")
SOURCE = ROOT / "engine/mentorflow"


def names_of(dialect: str) -> set[str]:
    folder = files("mentorflow.store").joinpath("sql", dialect)
    return {file.name.removesuffix(".sql") for file in folder.iterdir()}


BOTH = sorted(names_of("sqlite") & names_of("postgresql"))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_statement_is_there_and_is_used(dialect: str) -> None:
    of_others = {f"{other}.py" for other in DIALECTS if other != dialect}
    code = "".join(file.read_text() for file in SOURCE.rglob("*.py") if file.name not in of_others)
    known = names_of("sqlite") | names_of("postgresql")

    assert {name for name in known if f'"{name}"' in code} == names_of(dialect)


def test_what_saves_decisions_is_there_for_both_databases() -> None:
    assert set(ORDER) <= set(BOTH)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["weigh_moves", "list_moves", "suspended_moves", "expiring"])
def test_a_plain_statement_takes_what_the_other_takes(dialect: str, name: str) -> None:
    plain, general = statement(dialect, f"plain/{name}"), statement(dialect, name)

    assert plain.parameters == general.parameters
    assert plain.sql != general.sql


@pytest.mark.parametrize("name", BOTH)
def test_both_databases_take_the_values_in_the_same_order(name: str) -> None:
    one, other = (statement(dialect, name).parameters for dialect in DIALECTS)

    if name in COUNTED:
        other = tuple(parameter for parameter in other if parameter != "wanted")
    if name == "select_escalations" or name.startswith("select_timers"):
        one, other = ("ids",), ("ids",)  # one at a time, or an array
    if name in {"claim_effects", "take_effects"}:
        one, other = tuple(sorted(one)), tuple(sorted(other))  # each passes them as it reads
    assert one == other


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", sorted(n for n in BOTH if n.startswith(("insert_", "put_"))))
def test_columns_stand_in_the_order_of_their_values(dialect: str, name: str) -> None:
    found = statement(dialect, name)
    columns = re.search(r"INTO mentorflow_\w+\s*\(([^)]*)\)", found.sql)

    assert columns is not None
    listed = [column.strip() for column in columns[1].split(",")]
    assert listed[: len(found.parameters)] == list(found.parameters)


@pytest.mark.parametrize("name", sorted(names_of("postgresql")))
def test_no_statement_reads_all_columns_of_a_table(name: str) -> None:
    for dialect in DIALECTS:
        if name in names_of(dialect):
            for table in metadata.tables:
                assert not re.search(rf"SELECT \*\s+FROM {table}", statement(dialect, name).sql)


MENTORSHIP = Mentorship(
    id="the id",
    key="the key",
    program="the program",
    workflow="the workflow",
    version=7,
    state="the state",
    outcome="the outcome",
    revision=3,
    parties={"mentee": ["ann"], "mentor": ["bob", "cleo"]},
    facts={"some": "facts"},
    entered_at=at(days=1),
    created_at=at(days=2),
    updated_at=at(days=3),
    stack=(Detour(state="below", entered_at=START),),
)
TIMER = Timer(
    name="the name",
    instance="the instance",
    due_at=at(days=4),
    timing="the timing",
    value="the value",
    scope="the scope",
    anchor="the anchor",
    anchor_at=at(days=5),
)
ESCALATION = Escalation(
    id="escalation",
    ladder="the ladder",
    cause="the cause",
    state="the state",
    status=EscalationStatus.OPEN,
    rung=2,
    opened_at=at(days=6),
    changed_at=at(days=7),
    changed_by="dan",
    reason="the reason",
)
EFFECT = Effect(kind="the kind", name="the name", role="the role", recipient="eve", data={"a": 1})
ENTRY = HistoryEntry(
    mentorship_id="the id",
    revision=3,
    at=at(days=8),
    event="the event",
    from_state="the old",
    to_state="the new",
    by="fay",
    data={"b": 2},
    cause={"timer": "gil"},
    key="hal",
)
WHOLE: dict[str, Any] = {
    **{name: getattr(MENTORSHIP, name) for name in ("id", "key", "program", "workflow", "version")},
    **{name: getattr(MENTORSHIP, name) for name in ("state", "outcome", "revision", "entered_at")},
    **{name: getattr(MENTORSHIP, name) for name in ("created_at", "updated_at")},
    "parties": encoded(MENTORSHIP.parties),
    "facts": encoded(MENTORSHIP.facts),
    "stack": encoded([{"state": "below", "entered_at": START.isoformat()}]),
    "open_escalations": 1,
    "expected": 2,
}


def laid_out(before: Mentorship) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a decision by the names its statements give their values."""
    decision = Decision(
        before=before,
        mentorship=MENTORSHIP._replace(timers=(TIMER,), escalations=(ESCALATION,)),
        entry=ENTRY,
        effects=(EFFECT,),
        escalations=(ESCALATION,),
        timers_put=(TIMER,),
        timers_gone=(("gone", "instance"),),
    )
    writing = Writing(lambda instant: instant)
    writing.add(Saving(decision, digest="the digest"))
    return {
        name: [dict(zip(statement("sqlite", name).parameters, row, strict=True)) for row in batch]
        for name, batch in writing.batches.items()
    }


def test_a_changed_mentorship_is_laid_out_by_name() -> None:
    batches = laid_out(MENTORSHIP._replace(revision=2, parties={}, facts={}))

    (updated,) = batches["update_mentorship"]
    assert updated == {name: WHOLE[name] for name in updated}
    assert batches["insert_mentorship"] == batches["touch_mentorship"] == []
    assert batches["delete_parties"] == [{"mentorship_id": "the id"}]
    assert [tuple(row.values()) for row in batches["insert_party"]] == [
        ("ann", "the id", "mentee"),
        ("bob", "the id", "mentor"),
        ("cleo", "the id", "mentor"),
    ]


def test_facts_that_change_alone_are_laid_out_by_name() -> None:
    (updated,) = laid_out(MENTORSHIP._replace(revision=2, facts={}))["update_facts"]

    assert updated == {name: WHOLE[name] for name in updated}


def test_the_statement_for_facts_alone_takes_the_values_of_those_it_stands_for() -> None:
    ours = statement("postgresql", "save_facts").parameters
    facts, history = (statement("sqlite", name).parameters for name in _SAVED_AS_ONE)

    renamed = tuple("entry" if name == "revision" else name for name in history)
    assert ours == (*facts, *renamed, "timers_gone", "timers_put", "effects")


_SAVED_AS_ONE = ("update_facts", "insert_history")


def test_a_new_mentorship_is_laid_out_by_name() -> None:
    batches = laid_out(MENTORSHIP._replace(revision=0))

    (inserted,) = batches["insert_mentorship"]
    assert inserted == {**{name: WHOLE[name] for name in inserted}, "stack": "[]"}
    assert len(batches["insert_party"]) == 3


def test_a_touched_mentorship_is_laid_out_by_name() -> None:
    (touched,) = laid_out(MENTORSHIP._replace(revision=2))["touch_mentorship"]

    assert touched == {name: WHOLE[name] for name in touched}


def test_everything_else_is_laid_out_by_name() -> None:
    batches = laid_out(MENTORSHIP._replace(revision=2))

    assert batches["insert_history"] == [
        {
            **ENTRY._asdict(),
            "data": encoded(ENTRY.data),
            "cause": encoded(ENTRY.cause),
            "digest": "the digest",
        }
    ]
    assert batches["put_timer"] == [{**TIMER._asdict(), "mentorship_id": "the id"}]
    assert batches["delete_timer"] == [
        {"mentorship_id": "the id", "name": "gone", "instance": "instance"}
    ]
    assert batches["put_escalation"] == [
        {
            name: "the id" if name == "mentorship_id" else getattr(ESCALATION, name)
            for name in statement("sqlite", "put_escalation").parameters
        }
    ]
    assert batches["insert_effect"] == [
        {
            **EFFECT._asdict(),
            "mentorship_id": "the id",
            "revision": 3,
            "position": 0,
            "data": encoded(EFFECT.data),
            "available_at": ENTRY.at,
        }
    ]


@pytest.mark.parametrize("name", BOTH)
def test_sqlite_can_prepare_each_statement(sqlite_url: str, name: str) -> None:
    found = statement("sqlite", name)
    database = create_engine(sqlite_url, poolclass=NullPool)
    with database.connect() as connection:
        connection.exec_driver_sql(f"EXPLAIN {found.sql}", (None,) * len(found.parameters))


@pytest.mark.parametrize("text", ["1999-01-01T00:00:00+00:00", "2025-03-03T09:00:00.000001+05:30"])
def test_instants_as_sqlite_keeps_them_sort_like_instants(text: str) -> None:
    from mentorflow.store.rows import instant, instant_text

    moment = datetime.fromisoformat(text)
    later = moment + timedelta(microseconds=1)

    assert instant(instant_text(moment)) == moment
    assert instant_text(moment) < instant_text(later) < instant_text(moment + timedelta(hours=9))
    assert len(instant_text(moment)) == len(instant_text(later))
