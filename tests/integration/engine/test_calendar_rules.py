"""Where the rules of a zone or the holidays change, the Doctor says so and a plan follows them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import under_rules
from mentorflow import Engine, ManualClock
from mentorflow.engine.calendar_rules import differences
from mentorflow.store.calendar_rules import ZONE, CalendarRule
from tables import everything, execute, rows

NOW = datetime(2025, 3, 20, 9, tzinfo=UTC)
"""Ten days before clocks go forward in Vienna."""
WHY = "they sit there"
_RECORDED = "SELECT workflow, kind, name FROM mentorflow_calendar_rule ORDER BY 1, 2, 3"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine with three mentorships that wait for an answer in Vienna."""
    with Engine(database_url, clock=ManualClock(NOW), channels=[]) as opened:
        opened.programs.set("spring", time_zone="Europe/Vienna", country="AT", reason=WHY)
        for number in range(3):
            opened.start(mentee=f"mentee-{number}", mentors=["mentor-1"], program="spring")
        opened.start(mentee="mentee-9", mentors=["mentor-1"], program="elsewhere")
        yield opened


@pytest.fixture
def no_summer_time(tmp_path: Path) -> Path:
    """A folder of zones in which Vienna keeps its clocks as Algiers does: the same, all year."""
    algiers = files("tzdata").joinpath("zoneinfo", "Africa", "Algiers")
    made = tmp_path / "zoneinfo" / "Europe" / "Vienna"
    made.parent.mkdir(parents=True)
    made.write_bytes(algiers.read_bytes())
    (tmp_path / "zoneinfo" / "tzdata.zi").write_text("# version 2031x\n# redo posix_only\n")
    return tmp_path / "zoneinfo"


def told(url: str, *what: str, zones: Path | None = None) -> Any:
    """Return what a process says that has its zones from a folder, or as this one has them."""
    env = dict(os.environ) if zones is None else {**os.environ, "PYTHONTZPATH": str(zones)}
    command = [sys.executable, under_rules.__file__, url, NOW.isoformat(), *what]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_another_rule_of_a_zone_is_warned_of_and_followed(
    engine: Engine, database_url: str, no_summer_time: Path
) -> None:
    before = instants(engine)
    stored = everything(database_url)
    assert told(database_url, "doctor")[0] == "ok"

    verdict, found, advice, figures = told(database_url, "doctor", zones=no_summer_time)

    assert (verdict, figures["differ"]) == ("warning", ["Europe/Vienna from 2024 on"])
    assert "tzdata 2031x of the system" in found
    assert "mentorflow timings preview" in advice
    assert figures["unknown"] == []
    assert everything(database_url) == stored

    counts = told(database_url, "preview", zones=no_summer_time)
    plan, status, listed, done, _ = told(database_url, "apply", zones=no_summer_time)
    assert (counts["moved"], counts["later"], counts["listed"]) == (listed, listed, listed)
    assert (status, done) == ("applied", listed)
    moved = {key: due - before[key] for key, due in instants(engine).items() if due != before[key]}
    assert len(moved) == listed == 3  # the window of each of Vienna, and nothing else
    assert set(moved.values()) == {timedelta(hours=1)}
    assert told(database_url, "doctor", zones=no_summer_time)[0] == "ok"
    assert told(database_url, "doctor")[0] == "warning"  # it is this process that is old now

    assert told(database_url, "undo", plan, zones=no_summer_time)[1] == "undone"
    assert instants(engine) == before
    assert told(database_url, "doctor")[0] == "ok"
    assert told(database_url, "doctor", zones=no_summer_time)[0] == "warning"


def instants(engine: Engine) -> dict[tuple[str, str, str], datetime]:
    return {
        (one.id, *timer.key): timer.due_at
        for one in map(engine.get, (found.id for found in engine.find(limit=100)))
        for timer in one.timers
        if timer.due_at is not None
    }


def test_other_holidays_are_warned_of_until_a_plan_has_counted_anew(
    engine: Engine, database_url: str
) -> None:
    years = '\'{"2025": "0000000000000000"}\''
    of_holidays = f"UPDATE mentorflow_calendar_rule SET source = 'holidays 0.1', years = {years}"
    execute(database_url, f"{of_holidays} WHERE kind = 'holidays'")

    verdict, found, _, figures = told(database_url, "doctor")

    assert (verdict, figures["differ"]) == ("warning", ["the holidays of AT from 2025 on"])
    assert "counted by holidays 0.1" in found
    engine.timings.apply(engine.timings.preview(), reason="new holidays")
    assert told(database_url, "doctor")[0] == "ok"


def test_rules_that_nobody_wrote_down_are_warned_of_until_a_plan_has(
    engine: Engine, database_url: str
) -> None:
    execute(database_url, "DELETE FROM mentorflow_calendar_rule")

    verdict, _, _, figures = told(database_url, "doctor")

    assert (verdict, figures["differ"]) == ("warning", [])
    assert figures["unknown"] == ["Europe/Vienna", "the holidays of AT"]
    report = engine.timings.apply(engine.timings.preview(), reason="to have it written down")
    assert (report.listed, told(database_url, "doctor")[0]) == (0, "ok")
    engine.timings.undo(report.id, reason="never mind")
    assert told(database_url, "doctor")[3]["unknown"] == figures["unknown"]


def test_the_first_program_in_a_zone_has_its_rules_written_down(
    engine: Engine, database_url: str
) -> None:
    vienna = [("", "holidays", "AT"), ("", "zone", "Europe/Vienna")]
    assert rows(database_url, _RECORDED) == vienna
    old = "UPDATE mentorflow_calendar_rule SET source = 'old'"
    execute(database_url, old)

    engine.programs.set("autumn", time_zone="Europe/Vienna", reason=WHY)
    engine.programs.set("west", country="US", subdivision="CA", reason=WHY)

    assert rows(database_url, _RECORDED) == [*vienna[:1], ("", "holidays", "US-CA"), *vienna[1:]]
    kept = "SELECT DISTINCT name FROM mentorflow_calendar_rule WHERE source = 'old' ORDER BY 1"
    assert rows(database_url, kept) == [("AT",), ("Europe/Vienna",)]


def test_a_plan_with_changes_says_nothing_of_rules(engine: Engine, database_url: str) -> None:
    execute(database_url, "DELETE FROM mentorflow_calendar_rule")
    plan = engine.timings.preview([{"timing": "contact.reply_window", "value": "21d"}])

    engine.timings.apply(plan, reason=WHY)

    assert rows(database_url, _RECORDED) == []


def test_days_in_utc_have_no_rules_that_could_change(database_url: str) -> None:
    verdict, found, advice, _ = told(database_url, "doctor")

    assert (verdict, found, advice) == ("ok", "days are counted by UTC alone", "")


@pytest.mark.parametrize(
    ("known", "years"),
    [
        ({"2025": "a", "2026": "b"}, None),
        ({"2024": "x", "2025": "a"}, None),
        ({"2025": "a", "2026": "x"}, ("2026",)),
        ({"2019": "a"}, ()),
    ],
)
def test_only_years_that_both_know_are_compared(
    known: dict[str, str], years: tuple[str, ...] | None
) -> None:
    here = CalendarRule(ZONE, "Europe/Vienna", "tzdata 2025b", {"2025": "a", "2026": "b"})
    counted_by = here._replace(years=known)

    found = list(differences([here], {here.key: counted_by}))

    assert [one.years for one in found] == ([] if years is None else [years])


def test_a_machine_without_zones_has_them_from_the_package(
    database_url: str, tmp_path: Path
) -> None:
    bare = tmp_path / "nothing"
    bare.mkdir()
    with Engine(database_url, clock=ManualClock(NOW), channels=[]) as opened:
        opened.programs.set("spring", time_zone="Europe/Vienna", reason=WHY)

    verdict, _, _, figures = told(database_url, "doctor", zones=bare)

    assert figures["here"][0].startswith("tzdata 20")
    assert "of the system" not in figures["here"][0]
    assert verdict in {"ok", "warning"}  # the two need not be of one version
