"""The claims walk their partial indexes, however large the history and the population are."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import at
from mentorflow.store.statements import statement
from servers.databases import Databases
from tables import driver

MENTORSHIPS, HISTORY = 20_000, 10
UNTIL = at(days=1)


@pytest.fixture(scope="module")
def sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A SQLite database with a large population."""
    file = tmp_path_factory.mktemp("plans") / "large.db"
    shutil.copyfile(sqlite_template, file)
    with driver(f"sqlite:///{file}") as connection:
        connection.executescript(_SQLITE_POPULATION)
        yield connection


@pytest.fixture(scope="module")
def postgresql(postgres_server: Databases) -> Iterator[Any]:
    """A PostgreSQL database with a large population, its statistics up to date."""
    with postgres_server.migrated() as url, driver(url) as connection:
        for sql in _POSTGRESQL_POPULATION.split(";"):
            connection.execute(sql)
        connection.commit()
        connection.autocommit = True
        for table in ("mentorship", "timer", "history", "effect", "escalation", "delivery"):
            connection.execute(f"VACUUM ANALYZE mentorflow_{table}")
        yield connection


def sqlite_plan(connection: Any, name: str, *values: object) -> str:
    found = connection.execute(f"EXPLAIN QUERY PLAN {statement('sqlite', name).sql}", values)
    return "\n".join(str(row[3]) for row in found)


def postgresql_plans(connection: Any, name: str, *values: object) -> list[str]:
    """Return the plan as JSON, once for these values and once for any."""
    sql = statement("postgresql", name).sql
    found = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()
    numbered = iter(range(1, 99))
    general = re.sub(r"%[sb]", lambda _: f"${next(numbered)}", sql)
    connection.execute(f"PREPARE plan_{name} AS {general}")
    connection.execute("SET plan_cache_mode = force_generic_plan")
    literals = ", ".join(f"'{value}'" for value in values)
    given = f"({literals})" if values else ""
    generic = connection.execute(f"EXPLAIN (FORMAT JSON) EXECUTE plan_{name}{given}").fetchone()
    connection.execute("RESET plan_cache_mode")
    return [_by_kind(found[0]), _by_kind(generic[0])]


def _by_kind(plan: list[dict[str, Any]]) -> str:
    """Return a plan with what each node does beside what it does it to."""

    def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        kept = ("Node Type", "Relation Name", "Index Name")
        yield {name: node[name] for name in kept if name in node}
        for below in node.get("Plans", ()):
            yield from walk(below)

    return json.dumps(list(walk(plan[0]["Plan"])))


def test_sqlite_claims_due_timers_by_the_partial_index(sqlite: Any) -> None:
    plan = sqlite_plan(sqlite, "claim_due", str(UNTIL), 1000)

    assert "USING INDEX mentorflow_timer_due (due_at<?)" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_sqlite_claims_effects_by_the_partial_index(sqlite: Any) -> None:
    plan = sqlite_plan(sqlite, "claim_effects", "lease", str(UNTIL), str(UNTIL), 200)

    assert "mentorflow_effect_pending (available_at<?)" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("analyzed", ["analyzed", "not analyzed"])
def test_sqlite_knows_when_something_is_due_without_looking_at_all(
    sqlite: Any, analyzed: str
) -> None:
    if analyzed == "analyzed":
        sqlite.execute("ANALYZE")

    plan = sqlite_plan(sqlite, "next_due")

    assert "mentorflow_timer_due" in plan
    assert "mentorflow_effect_pending" in plan


def test_sqlite_begins_deliveries_in_the_order_of_their_index(sqlite: Any) -> None:
    plan = sqlite_plan(sqlite, "claim_deliveries", "lease", "we_1", str(UNTIL), 0, 48, "thin")

    assert "mentorflow_delivery_pending (endpoint=? AND available_at<?)" in plan
    assert "TEMP B-TREE" not in plan


def test_postgresql_begins_deliveries_in_the_order_of_their_index(postgresql: Any) -> None:
    values = (["lease"], ["we_1"], [UNTIL], [False], [48], ["thin"])
    sql = statement("postgresql", "claim_deliveries").sql
    (found,) = postgresql.execute(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()
    plan = _by_kind(found)

    assert '"mentorflow_delivery_pending"' in plan
    assert '"Tid Scan", "Relation Name": "mentorflow_delivery"' in plan
    assert '"Sort"' not in plan


def test_postgresql_settles_deliveries_by_their_keys(postgresql: Any) -> None:
    values = (["done"], [UNTIL], [UNTIL], [None], ["we_1"], ["evt_1"])
    sql = statement("postgresql", "settle_delivery").sql
    (found,) = postgresql.execute(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchone()

    assert '"mentorflow_delivery_pkey"' in _by_kind(found)


def test_postgresql_claims_due_timers_by_the_partial_index(postgresql: Any) -> None:
    for plan in postgresql_plans(postgresql, "claim_due", UNTIL, 1000):
        assert '"mentorflow_timer_due"' in plan
        assert '"Seq Scan", "Relation Name": "mentorflow_timer"' not in plan


def test_postgresql_claims_effects_by_the_partial_index(postgresql: Any) -> None:
    values = (UNTIL, 200, "lease", UNTIL)
    for plan in postgresql_plans(postgresql, "claim_effects", *values):
        assert '"mentorflow_effect_pending"' in plan
        assert "Seq Scan" not in plan


def test_postgresql_knows_when_something_is_due_without_looking_at_all(postgresql: Any) -> None:
    for plan in postgresql_plans(postgresql, "next_due"):
        assert '"mentorflow_timer_due"' in plan
        assert '"mentorflow_effect_pending"' in plan


def test_the_next_timer_is_the_first_of_the_partial_index(sqlite: Any, postgresql: Any) -> None:
    assert "mentorflow_timer_due" in sqlite_plan(sqlite, "next_timer")
    for plan in postgresql_plans(postgresql, "next_timer"):
        assert '"mentorflow_timer_due"' in plan
        assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    ("name", "indexes"),
    [
        ("lock_mentorship", {"mentorflow_mentorship_pkey"}),
        ("select_started", {"mentorflow_mentorship_by_key"}),
        ("select_timers_and_key", {"mentorflow_timer_pkey", "mentorflow_history_by_key"}),
    ],
)
def test_postgresql_finds_one_mentorship_by_an_index(
    postgresql: Any, name: str, indexes: set[str]
) -> None:
    one = "00000000-0000-7000-8000-000000000001"
    values: tuple[Any, ...] = {"select_timers_and_key": (one, "k"), "select_started": ("k",)}.get(
        name, (one,)
    )

    for plan in postgresql_plans(postgresql, name, *values):
        assert {index for index in indexes if index in plan} == indexes
        others = plan.replace('"Seq Scan", "Relation Name": "mentorflow_revision"', "its one row")
        assert "Seq Scan" not in others


def test_sqlite_finds_mentorships_and_a_known_key_by_their_indexes(sqlite: Any) -> None:
    one = sqlite_plan(sqlite, "lock_with_key", "k", "m-1")
    many = sqlite_plan(sqlite, "lock_mentorships", '["m-1"]')

    assert "mentorflow_mentorship_1 (id=?)" in one
    assert "mentorflow_history_by_key (mentorship_id=? AND key=?)" in one
    assert "mentorflow_mentorship_1 (id=?)" in many


def test_what_is_pruned_is_found_by_the_partial_index(sqlite: Any, postgresql: Any) -> None:
    plan = sqlite_plan(sqlite, "prune_effects", str(UNTIL), 1000)

    assert "mentorflow_effect_done (done_at<?)" in plan
    assert "TEMP B-TREE" not in plan
    for found in postgresql_plans(postgresql, "prune_effects", UNTIL, 100):
        assert '"mentorflow_effect_done"' in found
        assert "Seq Scan" not in found


def test_lost_leases_are_found_among_those_that_a_claim_comes_to_first(
    sqlite: Any, postgresql: Any
) -> None:
    plan = sqlite_plan(sqlite, "select_lost_leases", str(UNTIL), 1000)

    assert "mentorflow_effect_pending (available_at<?)" in plan
    assert "TEMP B-TREE" not in plan
    for found in postgresql_plans(postgresql, "rescue_effects", UNTIL, 1000):
        assert '"mentorflow_effect_pending"' in found
        assert "Seq Scan" not in found


def test_how_the_work_stands_is_read_by_partial_indexes(sqlite: Any, postgresql: Any) -> None:
    plan = sqlite_plan(sqlite, "select_workload", str(UNTIL), 100)

    assert not re.search(r"SCAN mentorflow_\w+\b(?! USING (COVERING )?INDEX)", plan)
    assert "TEMP B-TREE" not in plan
    for found in postgresql_plans(postgresql, "select_workload", UNTIL, 100):
        assert {index for index in _OF_STANDING if index in found} == _OF_STANDING
        assert "Seq Scan" not in found


_OF_STANDING = {
    "mentorflow_timer_due",
    "mentorflow_effect_pending",
    "mentorflow_effect_failed",
    "mentorflow_escalation_not_over",
}


def test_stuck_mentorships_are_found_by_one_look_at_each_and_at_its_timers(sqlite: Any) -> None:
    plan = sqlite_plan(sqlite, "select_stuck", '[["tiny", 1, "active", "active.limit"]]', 10)

    assert "SEARCH t USING PRIMARY KEY (mentorship_id=? AND name=?)" in plan


def test_a_claim_never_looks_at_the_history() -> None:
    for dialect in ("sqlite", "postgresql"):
        for name in ("claim_due", "claim_effects", "next_due"):
            assert "history" not in statement(dialect, name).sql


# Each mentorship has one timer due within 400 days and one that is suspended; one effect in ten is
# pending, one escalation in a hundred open; the history is the largest table by far.
_POSTGRESQL_POPULATION = f"""
INSERT INTO mentorflow_mentorship
SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'key-' || n, 'program', 'tiny',
       1, 'active', NULL, 1, 0, now(), now(), now(), '{{}}', '{{}}', '[]'
FROM generate_series(1, {MENTORSHIPS}) AS n;
INSERT INTO mentorflow_timer
SELECT id, kind, '', CASE kind WHEN 'runs' THEN '2025-03-03T09:00Z'::timestamptz
           + (right(key, 3) || ' hours')::interval END,
       'd1', '1d', 'default', 'entered', now(), CASE kind WHEN 'rests' THEN 5 END
FROM mentorflow_mentorship, unnest(ARRAY['runs', 'rests']) AS kind
WHERE length(key) > 7;
INSERT INTO mentorflow_history (mentorship_id, revision, at, event, to_state, data)
SELECT id, n, now(), 'noted', 'active', '{{}}'
FROM mentorflow_mentorship, generate_series(1, {HISTORY}) AS n;
INSERT INTO mentorflow_effect
    (mentorship_id, revision, position, kind, name, status, available_at, attempts)
SELECT mentorship_id, revision, 0, 'notify', 'x',
       CASE revision WHEN 1 THEN 'pending' ELSE 'done' END,
       '2025-03-03T09:00Z'::timestamptz + (revision || ' hours')::interval, 0
FROM mentorflow_history;
INSERT INTO mentorflow_escalation
SELECT id::text, id, 'ladder', 'cause', 'active',
       CASE WHEN key LIKE '%00' THEN 'open' ELSE 'resolved' END, 0, now(), now()
FROM mentorflow_mentorship;
INSERT INTO mentorflow_delivery
SELECT 'we_' || substr(key, 5)::int % 10, 'evt_' || key, id, 1, 0, 'done', 'event', 1, 0, now(),
       NULL, now(), now(), NULL
FROM mentorflow_mentorship
"""
_SQLITE_POPULATION = f"""
BEGIN;
CREATE TEMP TABLE series AS
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MENTORSHIPS})
SELECT n FROM numbers;
INSERT INTO mentorflow_mentorship
SELECT printf('00000000-0000-7000-8000-%012d', n), 'key-' || n, 'program', 'tiny', 1, 'active',
       NULL, 1, 0, '2025', '2025', '2025', '{{}}', '{{}}', '[]'
FROM series;
INSERT INTO mentorflow_timer
SELECT printf('00000000-0000-7000-8000-%012d', n), 'runs', '',
       datetime('2025-03-03', (n % 9999) || ' hours'), 'd1', '1d', 'default', 'entered', '2025',
       NULL, NULL
FROM series;
INSERT INTO mentorflow_timer
SELECT printf('00000000-0000-7000-8000-%012d', n), 'rests', '', NULL, 'd1', '1d', 'default',
       'entered', '2025', 5, NULL
FROM series;
INSERT INTO mentorflow_history (mentorship_id, revision, at, event, to_state, data)
SELECT printf('00000000-0000-7000-8000-%012d', n), 1, '2025', 'noted', 'active', '{{}}' FROM series;
INSERT INTO mentorflow_effect
    (mentorship_id, revision, position, kind, name, status, available_at, attempts)
SELECT printf('00000000-0000-7000-8000-%012d', n), 1, 0, 'notify', 'x',
       CASE n % 10 WHEN 1 THEN 'pending' ELSE 'done' END, '2025-03-03', 0
FROM series;
COMMIT;
"""
