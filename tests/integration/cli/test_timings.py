"""Operators set timings and limits on the command line, with plans in between."""

from pathlib import Path

import pytest

from integration.cli.program import Commands
from integration.cli.seed import Seed


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
