"""`mentorflow doctor` finds what is wrong with a running system, and says what to do."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from integration.cli.program import Answer, Program
from integration.cli.seed import start
from integration.workers.conftest import Site
from mentorflow import Engine, ManualClock
from mentorflow.cli import main
from mentorflow.clock import SystemClock
from mentorflow.definitions.load import installed, load
from mentorflow.engine.checks import Check, Verdict
from mentorflow.engine.doctor import Doctor
from mentorflow.engine.heartbeat import SILENT, Heartbeat
from mentorflow.store import workload
from mentorflow.store.store import Store
from mentorflow_workers.duties import DutyName
from servers.waiting import wait_until
from tables import driver, everything, execute, rows

pytestmark = pytest.mark.xdist_group("doctor")  # one test changes the queue's settings for a moment

Examine = Callable[..., dict[str, Check]]
NOW = SystemClock().now()
ALL = tuple(DutyName)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def engine(database_url: str, clock: ManualClock) -> Any:
    with Engine(database_url, clock=clock, channels=[]) as opened:
        yield opened


@pytest.fixture
def examine(database_url: str, clock: ManualClock) -> Examine:
    """Examine the test's database; return the checks by their names."""

    def examined(**changed: Any) -> dict[str, Check]:
        workflows = [load(pack) for pack in installed().values()]
        doctor = Doctor(
            database_url,
            **{"clock": clock, "workflows": workflows, "duties": ALL, **changed},
        )
        return {check.name: check for check in doctor.examine()}

    return examined


def beat(url: str, clock: ManualClock, name: str, *duties: str) -> None:
    store = Store(url, clock)
    Heartbeat(store, id_=name, part="keeper", duties=duties).beat()
    store.close()


def start_one(engine: Engine) -> str:
    return engine.start(mentee="ann", mentors=["bob"], program="p").id


def verdicts(checks: dict[str, Check]) -> dict[str, Verdict]:
    return {name: check.verdict for name, check in checks.items() if check.verdict != "ok"}


def test_nothing_is_wrong_where_everything_is_done(
    engine: Engine, examine: Examine, clock: ManualClock, database_url: str
) -> None:
    start_one(engine)
    engine.run_due()
    beat(database_url, clock, "one", *ALL)
    before = everything(database_url)

    checks = examine()

    assert verdicts(checks) == {}
    assert list(checks) == [
        "database",
        "migrations",
        "clock",
        "workers",
        "timers",
        "effects",
        "leases",
        "failed",
        "stuck",
        "calendars",
        "plans",
        "webhooks",
    ]
    assert {check.advice for check in checks.values()} == {""}
    assert everything(database_url) == before


def test_what_waits_too_long_is_a_problem(
    engine: Engine, examine: Examine, clock: ManualClock
) -> None:
    start_one(engine)
    clock.set(NOW + timedelta(days=30))

    checks = examine()

    assert checks["timers"].verdict is checks["effects"].verdict is Verdict.PROBLEM
    assert checks["effects"].figures["due"] == 2
    assert checks["effects"].figures["wait_seconds"] == timedelta(days=30).total_seconds()
    assert "Timekeeper" in checks["timers"].advice
    assert "Relay" in checks["effects"].advice


def test_a_plan_that_nobody_goes_on_with_is_told(
    engine: Engine, examine: Examine, clock: ManualClock
) -> None:
    start_one(engine)
    plan = engine.timings.preview([{"timing": "contact.reply_window", "value": "21d"}])
    with pytest.raises(KeyboardInterrupt):
        engine.timings.apply(plan, reason="exams", progress=_interrupt)

    early = examine()["plans"]
    clock.set(clock.now() + timedelta(minutes=11))
    late = examine()["plans"]

    (under_way,) = engine.timings.plans()
    assert (early.verdict, late.verdict) == (Verdict.OK, Verdict.WARNING)
    assert early.figures == late.figures == {"under_way": [under_way.id]}
    assert "1 of 1 timers" in late.found
    assert f"mentorflow timings resume {under_way.id}" in late.advice


def _interrupt(_done: int, _listed: int) -> None:
    raise KeyboardInterrupt


def test_what_waits_no_longer_than_one_is_patient_is_none(
    engine: Engine, examine: Examine, clock: ManualClock
) -> None:
    start_one(engine)
    clock.set(NOW + timedelta(seconds=50))

    assert "effects" not in verdicts(examine())
    assert verdicts(examine(patience=timedelta(seconds=49)))["effects"] is Verdict.PROBLEM


def test_a_duty_that_nobody_does_is_a_problem(
    examine: Examine, clock: ManualClock, database_url: str
) -> None:
    beat(database_url, clock, "one", *(duty for duty in ALL if duty != "carrier"))

    found = examine()["workers"]

    assert found.verdict is Verdict.PROBLEM
    assert found.figures["missing"] == ["carrier"]
    assert "--duties carrier" in found.advice


def test_who_was_not_seen_for_long_does_nothing_any_more(
    examine: Examine, clock: ManualClock, database_url: str
) -> None:
    beat(database_url, clock, "one", *ALL)
    clock.set(NOW + SILENT)
    assert verdicts(examine()) == {}

    clock.set(NOW + SILENT + timedelta(seconds=1))

    found = examine()["workers"]
    assert found.verdict is Verdict.WARNING
    assert found.figures == {"alive": 0, "silent": 1, "missing": list(ALL), "versions": []}


def test_workers_of_two_versions_are_told(
    examine: Examine, clock: ManualClock, database_url: str
) -> None:
    beat(database_url, clock, "one", *ALL)
    beat(database_url, clock, "two", *ALL)
    execute(database_url, "UPDATE mentorflow_worker SET version = '0.0.9' WHERE id = 'two'")

    found = examine()["workers"]

    assert found.verdict is Verdict.WARNING
    assert "0.0.9 and" in found.found


def test_a_mentorship_that_time_will_never_move_is_found(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    stuck, running = start_one(engine), start_one(engine)
    execute(database_url, f"DELETE FROM mentorflow_timer WHERE mentorship_id = '{stuck}'")

    found = examine()["stuck"]

    assert found.verdict is Verdict.PROBLEM
    assert found.figures["mentorships"] == [stuck]
    assert f"{stuck} (contact)" in found.found
    assert running not in found.found


def test_a_mentorship_is_found_whose_version_or_state_nobody_knows(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    orphan, _running = start_one(engine), start_one(engine)
    execute(database_url, f"UPDATE mentorflow_mentorship SET version = 7 WHERE id = '{orphan}'")

    found = examine()["stuck"]
    execute(
        database_url,
        f"UPDATE mentorflow_mentorship SET version = 1, state = 'tea' WHERE id = '{orphan}'",
    )
    without_state = examine()["stuck"]

    assert found.verdict is without_state.verdict is Verdict.PROBLEM
    assert found.figures["mentorships"] == without_state.figures["mentorships"] == [orphan]
    assert "mentorship 7, which is not known here" in found.found
    assert "workflow publish" in found.advice


def test_a_timer_that_leads_nowhere_does_not_count(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    stuck = start_one(engine)
    execute(database_url, "DELETE FROM mentorflow_timer WHERE name = 'contact.reply_window'")

    assert examine()["stuck"].figures["mentorships"] == [stuck]


def test_a_timer_that_stands_still_moves_nothing(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    stuck = start_one(engine)
    execute(database_url, "UPDATE mentorflow_timer SET due_at = NULL, remaining = 5")

    assert examine()["stuck"].figures["mentorships"] == [stuck]


def test_a_look_that_takes_too_long_is_given_up(
    postgres_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(postgres_url, clock)
    monkeypatch.setattr(workload, "_PATIENCE", 100)
    with driver(postgres_url) as other:
        other.execute("LOCK TABLE mentorflow_timer")
        found = workload.stuck(store, [("mentorship", 1, "contact", "contact.expire")], most=1)
    store.close()

    assert found is None


def test_one_that_has_come_to_its_end_is_not_stuck(engine: Engine, examine: Examine) -> None:
    started = start_one(engine)
    engine.send(started, "mentor.declined", by="bob")

    assert examine()["stuck"].verdict is Verdict.OK


def test_effects_that_were_given_up_are_told(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    start_one(engine)
    engine.run_due()
    execute(database_url, "UPDATE mentorflow_effect SET status = 'failed'")

    found = examine()["failed"]

    assert (found.verdict, found.figures["failed"]) == (Verdict.WARNING, 2)


def test_leases_that_nobody_rescues_are_told(
    engine: Engine, examine: Examine, database_url: str
) -> None:
    start_one(engine)
    execute(database_url, "UPDATE mentorflow_effect SET lease = 'attempt-of-the-dead'")

    found = examine()["leases"]

    assert (found.verdict, found.figures["over"]) == (Verdict.WARNING, 2)


def test_a_clock_that_is_wrong_is_told(postgres_url: str) -> None:
    class Ahead(SystemClock):
        def now(self):  # type: ignore[no-untyped-def]
            return super().now() + timedelta(hours=1)

    checks = list(Doctor(postgres_url, clock=Ahead(), workflows=[], duties=[]).examine())
    (found,) = (check for check in checks if check.name == "clock")

    assert found.verdict is Verdict.WARNING
    assert found.figures["skew_seconds"] == pytest.approx(-3600, abs=30)
    assert "ahead of the database" in found.found


def test_tables_of_another_version_end_the_examination(examine: Examine, database_url: str) -> None:
    for version, told in (("0000", "mentorflow db upgrade"), ("9999", "Upgrade mentorflow")):
        execute(database_url, f"UPDATE mentorflow_schema SET version_num = '{version}'")

        checks = examine()

        assert verdicts(checks) == {"migrations": Verdict.PROBLEM}
        assert told in checks["migrations"].advice
        assert list(checks) == ["database", "migrations"]


def test_a_database_without_tables_is_a_problem(bare_postgres_url: str) -> None:
    doctor = Doctor(bare_postgres_url, clock=SystemClock(), workflows=[], duties=[])

    assert [check.verdict for check in doctor.examine()] == ["ok", "problem"]


# The command


def checks_in(answer: Answer) -> dict[str, dict[str, Any]]:
    return {check["check"]: check for check in answer.document["checks"]}


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    answer = Program(db=f"sqlite:///{tmp_path}/no.db", folder=tmp_path).json("doctor")

    assert answer.status == 1
    assert answer.document["verdict"] == "problem"
    assert "there is no file" in checks_in(answer)["database"]["found"]
    assert not (tmp_path / "no.db").exists()


def test_a_server_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    db = "postgresql://me:hush@127.0.0.1:1/nowhere"
    answer = Program(db=db, folder=tmp_path)("doctor")

    assert answer.status == 1
    assert "Connection refused" in answer.stdout
    assert "hush" not in answer.stdout + answer.stderr


def test_a_worker_that_runs_covers_all_duties_until_it_ends(site: Site) -> None:
    with site.working("--processes", "2") as worker:
        wait_until(lambda: site.count("SELECT count(*) FROM mentorflow_worker") == 3, "all beat")
        answer = site.program.json("doctor")
        worker.end()

    # A machine under load may be told so (by its clock, by a look that took long): no problem.
    assert answer.status == 0, answer.document
    told = {name: check["verdict"] for name, check in checks_in(answer).items()}
    assert {told[name] for name in ("database", "workers", "timers", "effects")} == {"ok"}, told
    assert checks_in(answer)["workers"]["figures"]["alive"] == 3
    assert told["redis"] == "ok", checks_in(answer)["redis"]
    assert rows(site.db, "SELECT * FROM mentorflow_worker") == [], "it has said that it ended"


def test_a_queue_that_is_away_is_a_problem(site: Site) -> None:
    answer = site.program.json("doctor", "--redis", "redis://127.0.0.1:1/0")

    assert answer.status == 1
    assert "cannot be reached" in checks_in(answer)["redis"]["found"]


def test_a_queue_that_forgets_is_warned_of(site: Site, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        before = client.config_get("maxmemory-policy")["maxmemory-policy"]
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            answer = site.program.json("doctor")
        finally:
            client.config_set("maxmemory-policy", before)

    assert answer.status == 0, "a warning is no problem"
    assert "noeviction" in checks_in(answer)["redis"]["advice"]


def test_the_base_installation_says_what_to_install_for_the_queue(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ("redis", "dramatiq"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, "mentorflow_workers.queue_check", raising=False)

    status = main(["doctor", "--db", sqlite_url, "--redis", "redis://127.0.0.1:1/0", "--json"])
    document = json.loads(capsys.readouterr().out)

    assert (status, document["verdict"]) == (0, "warning")
    assert "mentorflow[workers]" in document["checks"][-1]["advice"]


def test_people_get_a_table_with_what_to_do(site: Site) -> None:
    start(site.db, 3)

    answer = site.program("doctor")

    assert answer.status == 1
    assert "problem" in answer.stdout
    assert "See that a Timekeeper runs" in answer.stdout
    assert json.dumps(answer.stdout).count("\\n") < 40


@pytest.mark.usefixtures("sends_webhooks")
def test_endpoints_that_fail_again_and_again_are_told(
    examine: Examine, database_url: str, clock: ManualClock
) -> None:
    with Engine(database_url, clock=clock, channels=()) as engine:
        endpoint = engine.webhooks.add("https://example.org/", reason="a test").endpoint.id
    assert examine()["webhooks"].verdict is Verdict.OK

    execute(database_url, "UPDATE mentorflow_endpoint_health SET failures = 10")
    found = examine()["webhooks"]

    assert found.verdict is Verdict.WARNING
    assert endpoint in found.found
    assert found.figures["failing"] == 1
