"""Operators set timings and limits on the command line, with plans in between."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from integration.cli.program import Commands, Program
from integration.cli.seed import Seed
from mentorflow import Engine
from mentorflow.cli.plans import resumable


def test_timings_say_what_they_are_for_and_where_they_come_from(commands: Commands) -> None:
    timings = {one["name"]: one for one in commands.json("timings", "list").document}

    window = timings["contact.reply_window"]
    assert list(window)[:6] == ["name", "value", "scope", "default", "min", "max"]
    assert (window["default"], window["value"], window["scope"]) == ("14d", "14d", "default")


def test_a_timing_is_set_taken_back_and_told(commands: Commands) -> None:
    name, program = "contact.reply_window", ("--program", "p")

    made = commands.json("timings", "set", name, "21d", *program, "--reason", "exams")
    there = commands.json("timings", "list", *program).document
    taken_back = commands.json("timings", "unset", name, *program, "--reason", "over", "--by", "me")
    told = commands.json("timings", "history", name).document
    refused = commands.json("timings", "set", name, "1d", "--reason", "hurry")

    assert (made.document["from_value"], made.document["to_value"]) == (None, "21d")
    assert [(one["value"], one["scope"]) for one in there if one["name"] == name] == [
        ("21d", "program")
    ]
    assert taken_back.document["to_value"] is None
    assert [(one["to_value"], one["reason"], one["by"]) for one in told] == [
        (None, "over", "me"),
        ("21d", "exams", None),
    ]
    assert (refused.status, refused.error["code"]) == (1, "timing_refused")


def test_a_plan_is_previewed_applied_and_undone(commands: Commands, tmp_path: Path) -> None:
    file, changes = tmp_path / "plan.json", tmp_path / "changes.yaml"
    changes.write_text("- {timing: contact.nudge_2, value: 9d}\n")
    asked = ("timings", "preview", "contact.nudge_1", "4d", "--file", str(changes))

    seen = commands.json(*asked, "--save", str(file)).document
    applied = commands.json("timings", "apply", str(file), "--reason", "exams").document
    undone = commands.json("timings", "undo", applied["id"], "--reason", "no exams").document
    again = commands.json("timings", "apply", str(file), "--reason", "exams")
    broken = commands.json("timings", "apply", str(changes), "--reason", "exams")

    assert (seen["counts"]["moved"], seen["counts"]["listed"]) == (applied["done"],) * 2
    assert (applied["status"], undone["status"], undone["left"]) == ("applied", "undone", [])
    assert (again.status, again.error["code"]) == (1, "population_moved")
    assert (broken.status, broken.error["code"]) == (1, "invalid_payload")


def test_a_mentorship_is_named_by_its_key_or_its_id(
    commands: Commands, tmp_path: Path, seed: Seed
) -> None:
    file, id_, key = tmp_path / "changes.yaml", seed.ids["k0"], "k0"
    file.write_text(f"- {{timing: contact.reply_window, value: 22d, mentorship: {key}}}\n")
    window, scope, why = "contact.reply_window", ("--mentorship", key), ("--reason", "exams")

    from_file = commands.json("timings", "preview", "--file", str(file)).document
    seen = commands.json("timings", "preview", window, "21d", *scope).document
    made = commands.json("timings", "set", window, "21d", *scope, *why).document
    alone = commands.json("timings", "set", window, "23d", *scope, *why, "--new-only").document
    there = {one["name"]: one for one in commands.json("timings", "list", *scope).document}

    assert [one["changes"][0]["subject"] for one in (from_file, seen)] == [id_, id_]
    assert (made["subject"], made["moved"], alone["subject"]) == (id_, 1, id_)
    assert (there[window]["value"], there[window]["scope"]) == ("23d", "mentorship")


def test_timings_are_set_while_mentorships_are_started(
    commands: Commands, program: Program
) -> None:
    done = Event()

    def start_many() -> None:
        with Engine(program.db, channels=[]) as engine:
            while not done.is_set():
                engine.start(mentee="mentee-9", mentors=["mentor-9"], program="other")

    with ThreadPoolExecutor() as pool:
        starting = pool.submit(start_many)
        answers = [
            commands.json("timings", "set", "contact.nudge_1", value, "--reason", "exams")
            for value in ("4d", "5d", "4d")
        ]
        done.set()
        starting.result()

    assert [answer.status for answer in answers] == [0, 0, 0]


def test_the_counts_may_drift_by_so_many_in_a_hundred(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    commands.json("timings", "preview", "contact.reply_window", "21d", "--save", str(file))
    commands("send", "k0", "mentor.accepted", "--by", "mentor-0")
    asked = ("timings", "apply", str(file), "--reason", "exams")

    refused = commands.json(*asked)
    applied = commands.json(*asked, "--drift", "34").document

    assert (refused.status, refused.error["code"]) == (1, "population_moved")
    assert "a drift of 33.34 %" in refused.error["reason"]
    assert (applied["status"], applied["done"]) == ("applied", 2)


def test_a_mentorship_that_is_not_there_is_no_scope(commands: Commands) -> None:
    asked = ("contact.reply_window", "21d", "--mentorship", "k9")

    for wrong in (("set", *asked, "--reason", "exams"), ("preview", *asked)):
        refused = commands.json("timings", *wrong)

        assert (refused.status, refused.error["code"]) == (1, "not_found")
        assert "'k9'" in refused.error["reason"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [(("--program", "p"), "name the timing"), (("contact.nudge_1",), "a VALUE, or none")],
)
def test_half_a_change_is_not_previewed(
    commands: Commands, asked: tuple[str, ...], says: str
) -> None:
    wrong = commands.json("timings", "preview", *asked)

    assert (wrong.status, wrong.error["code"]) == (2, "usage")
    assert says in wrong.error["reason"]


@pytest.mark.parametrize("command", [("preview", "--file"), ("apply", "--reason", "exams")])
def test_a_file_that_is_nested_without_end_is_refused(
    commands: Commands, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "deep.json"
    file.write_text("[" * 100_000)

    refused = commands.json("timings", *command, str(file))

    assert (refused.status, refused.error["code"]) == (1, "invalid_payload")


@pytest.mark.parametrize("command", [("preview", "--file"), ("apply", "--reason", "exams")])
def test_a_file_without_an_end_is_refused(commands: Commands, command: tuple[str, ...]) -> None:
    refused = commands.json("timings", *command, "/dev/zero")

    assert (refused.status, refused.error["code"]) == (1, "invalid_payload")
    assert "more than 4,194,304 bytes" in refused.error["reason"]


def test_plans_are_listed_page_by_page(commands: Commands, tmp_path: Path) -> None:
    for value in ("4d", "5d"):
        file = tmp_path / f"{value}.json"
        commands.json("timings", "preview", "contact.nudge_1", value, "--save", str(file))
        commands.json("timings", "apply", str(file), "--reason", value, "--by", "me")

    latest, first = commands.json("timings", "plans").document
    page = commands.json("timings", "plans", "--limit", "1", "--before", latest["id"]).document

    assert (latest["reason"], latest["status"], latest["by"]) == ("5d", "applied", "me")
    assert latest["changes"][0]["to_value"] == "5d"
    assert page == [first]


def test_a_plan_cannot_be_looked_for_before_one_there_is_not(commands: Commands) -> None:
    refused = commands.json("timings", "plans", "--before", "nothing")

    assert (refused.status, refused.error["code"]) == (1, "not_found")


def test_people_are_told_for_whom_what_was_set_and_by_which_plan(commands: Commands) -> None:
    window, why = "contact.reply_window", ("--reason", "exams", "--by", "me")

    first = commands("timings", "set", window, "21d", "--program", "p", *why).stdout
    second = commands("timings", "set", window, "22d", *why, "--new-only").stdout
    commands("timings", "limit", window, "--per-minute", "5", *why)
    plan = commands.json("timings", "plans").document[0]["id"]
    listed = commands("timings", "list").stdout
    told = commands("timings", "history").stdout.splitlines()
    plans = commands("timings", "plans").stdout
    taken_back = commands("timings", "unset", window, "--program", "p", *why).stdout

    assert f"{window} for the program p: 14d (default) -> 21d (program)" in first
    assert f"{window} for all: 14d (default) -> 22d (deployment)" in second
    assert f"{window} for the program p: 21d (program) -> 22d (deployment)" in taken_back
    shown = [line.split() for line in listed.splitlines() if line.startswith(f" {window}")]
    assert [window, "program", "p", "21d"] in shown
    assert [window, "all", "22d"] in shown
    assert [window in line and "its limit" in line for line in told[3:6]] == [True, False, False]
    assert plan in told[5]
    assert f"{window} for the program p: the layer below -> 21d" in plans


def test_a_name_that_nobody_has_is_told(commands: Commands) -> None:
    asked, why = ("timings", "set", "snooze", "4d"), ("--reason", "exams")

    wrong = commands(*asked, "--program", "lxf", *why).stdout
    person = commands("timings", "preview", "snooze", "5d", "--person", "mentor-9").stdout
    right = commands(*asked, "--program", "lfx", *why).stdout

    assert "There is no mentorship of the program 'lxf' so far." in wrong
    assert "There is no mentorship of the person 'mentor-9' so far." in person
    assert "There is no mentorship" not in right


def test_a_preview_says_of_which_changes(commands: Commands, tmp_path: Path) -> None:
    file = tmp_path / "changes.yaml"
    file.write_text("".join(f"- {{timing: snooze, value: 4d, program: p{n}}}\n" for n in range(12)))

    seen = commands("timings", "preview", "--file", str(file)).stdout

    assert seen.startswith("snooze for the program p0 -> 4d\n")
    assert "p9 -> 4d\n  and 2 more" in seen
    assert "None would be due at once" in seen
    assert "--save plan.json keeps it" in seen


def test_who_undoes_is_told_of_what_was_set_since(commands: Commands) -> None:
    commands("timings", "set", "snooze", "4d", "--reason", "exams")
    plan = commands.json("timings", "plans").document[0]["id"]

    assert "were set since" in commands("timings", "undo", plan, "--reason", "over").stdout


def test_who_ends_a_plan_in_the_middle_is_told_how_to_go_on(
    seed: Seed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "test.db"
    shutil.copyfile(seed.file, file)

    with Engine(f"sqlite:///{file}", channels=[]) as engine:
        plan = engine.timings.preview([{"timing": "contact.reply_window", "value": "21d"}])
        with pytest.raises(KeyboardInterrupt), resumable(engine):
            engine.timings.apply(plan, reason="exams", progress=_interrupt)
        (made,) = engine.timings.plans()

    assert made.status == "applying"
    told = " ".join(capsys.readouterr().err.split())
    assert f"`mentorflow timings resume {made.id}` goes on" in told


def _interrupt(_done: int, _listed: int) -> None:
    raise KeyboardInterrupt


def test_a_timing_is_limited_and_unlimited(commands: Commands) -> None:
    name, why = "contact.nudge_1", ("--reason", "many at once")

    made = commands.json("timings", "limit", name, "--per-minute", "9", "--jitter", "2h", *why)
    listed = {one["name"]: one for one in commands.json("timings", "list").document}[name]
    nothing = commands.json("timings", "limit", name, *why)
    commands.json("timings", "unlimit", name, *why, "--by", "me")
    again = commands.json("timings", "unlimit", name, *why)

    assert made.document["to_value"] == "9 a minute, strewn over 2:00:00"
    assert (listed["per_minute"], listed["jitter_seconds"]) == (9, 7200)
    assert (nothing.status, nothing.error["code"]) == (1, "invalid_payload")
    assert (again.status, again.error["code"]) == (1, "not_found")
