"""`mentorflow workflow`: publish a version, look at what moving to it does, and move."""

from pathlib import Path

import pytest

from integration.cli.program import Commands
from mentorflow.definitions.load import installed

RENAMED = {
    "initial: contact\n": "initial: request\n",
    "\n  contact:\n": "\n  request:\n",
    "[contact.nudge_1, contact.nudge_2, contact.escalate, contact.reply_window]": (
        "[request.nudge_1, request.nudge_2, request.escalate, request.reply_window]"
    ),
}
"""What has another name where contact is called request."""


@pytest.fixture
def second(commands: Commands) -> Path:
    """The second version of what is shipped: an answer may take longer."""
    text = installed()["mentorship"].document.read_text("utf-8")
    file = commands.folder / "mentorship-2.yaml"
    file.write_text(
        text.replace("\nversion: 1\n", "\nversion: 2\n").replace(
            "contact.reply_window: {default: 14d", "contact.reply_window: {default: 21d"
        )
    )
    return file


@pytest.fixture
def published(commands: Commands, second: Path) -> Path:
    """The same, published."""
    assert commands("workflow", "publish", str(second), "--reason", "exams").status == 0
    return second


def test_a_version_is_published_once(commands: Commands, second: Path) -> None:
    first = commands("workflow", "publish", str(second), "--by", "ann", "--reason", "exams")
    again = commands("workflow", "publish", str(second))
    listed = commands.json("workflow", "list", "mentorship").document

    assert first.stdout == "mentorship 2 is published\n"
    assert again.stdout == "mentorship 2 was published already, with this content\n"
    assert [(one["version"], one["is_latest"], one["reason"]) for one in listed] == [
        (1, False, None),
        (2, True, "exams"),
    ]
    assert [one["mentorships"] for one in listed] == [3, 0]
    assert "this database" in commands("workflow", "list").stdout


def test_who_publishes_is_told_of_what_is_set_out_of_bounds(
    commands: Commands, second: Path
) -> None:
    commands("timings", "set", "snooze", "14d", "--reason", "exams")
    usual, text = "snooze: {default: 3d, min: 1d, max: 14d", second.read_text()
    assert usual in text
    second.write_text(text.replace(usual, usual.replace("14d", "9d")))

    told = commands("workflow", "publish", str(second)).stdout

    assert "what is set stays in force, but for the deployment, snooze may be 1d to 9d" in told


def test_a_document_is_shown_as_it_was_written(commands: Commands, published: Path) -> None:
    first = installed()["mentorship"].document.read_text("utf-8")

    assert commands("workflow", "show", "mentorship").stdout == published.read_text()
    assert commands("workflow", "show", "mentorship", "--version", "1").stdout == first
    assert commands.json("workflow", "show", "mentorship").document["version"] == 2
    assert commands("workflow", "show", "mentorship", "--version", "7").status == 1


def test_what_does_not_hold_up_is_refused_with_its_lines(commands: Commands, second: Path) -> None:
    second.write_text(second.read_text().replace("initial: contact", "initial: kontact"))

    refused = commands.json("workflow", "publish", str(second))
    missing = commands("workflow", "publish", "nowhere.yaml")

    assert (refused.status, refused.error["code"]) == (1, "workflow_invalid")
    assert f"{second}:" in refused.error["problems"][0]
    assert (missing.status, "cannot be read" in missing.stderr) == (1, True)


@pytest.mark.usefixtures("published")
def test_a_dry_run_says_what_the_run_then_does(commands: Commands) -> None:
    asked = ("workflow", "migrate", "mentorship", "--from", "1", "--to", "2")

    tried = commands.json(*asked, "--dry-run").document
    in_words = commands(*asked, "--dry-run").stdout
    done = commands.json(*asked, "--by", "ann", "--reason", "exams").document
    again = commands(*asked)

    assert tried == done | {"dry_run": True}
    assert done["states"] == [{"was": "contact", "state": "contact", "mentorships": 3}]
    assert done["timers"] == [
        {
            "timer": "contact.reply_window",
            "change": "moves",
            "timers": 3,
            "earliest": 7 * 86400.0,
            "latest": 7 * 86400.0,
            "median": 7 * 86400.0,
        }
    ]
    assert "3 mentorships would be moved from mentorship 1 to 2." in in_words
    assert "7 days later" in in_words
    assert again.stdout == "0 mentorships were moved from mentorship 1 to 2.\n"
    last = commands.json("history", "k0").document[-1]
    assert (last["event"], last["data"]["reason"]) == ("workflow.migrated", "exams")


def test_those_that_cannot_be_moved_are_told_with_what_to_map(
    commands: Commands, second: Path
) -> None:
    text = second.read_text()
    for was, now in RENAMED.items():
        text = text.replace(was, now)
    second.write_text(text)
    published = commands("workflow", "publish", str(second))
    asked = ("workflow", "migrate", "mentorship", "--from", "1", "--to", "2")

    refused = commands(*asked)
    mapped = commands(*asked, "--map", "contact=request")

    assert (published.status, refused.status, mapped.status) == (0, 1, 0)
    assert "3 stay with version 1:" in refused.stdout
    assert "map 'contact' to one it has" in refused.stdout
    assert "contact → request" in mapped.stdout


def test_a_timer_with_another_name_is_mapped(commands: Commands, second: Path) -> None:
    text = second.read_text().replace(" reply_window: {after", " answer_window: {after")
    second.write_text(text.replace("contact.reply_window]", "contact.answer_window]"))
    assert commands("workflow", "publish", str(second)).status == 0
    asked = ("workflow", "migrate", "mentorship", "--from", "1", "--to", "2", "--dry-run")

    plain = commands.json(*asked).document
    mapped = commands.json(
        *asked, "--map-timer", "contact.reply_window=contact.answer_window"
    ).document

    assert {one["change"] for one in plain["timers"]} == {"appears", "vanishes"}
    assert [(one["timer"], one["change"]) for one in mapped["timers"]] == [
        ("contact.answer_window", "moves")
    ]
    assert mapped["put_off"] == 0


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("pairs", [("contact",), ("=a",), ("contact=rapport", "contact=active")])
def test_a_map_that_is_none_is_refused(commands: Commands, pairs: tuple[str, ...]) -> None:
    asked = ("workflow", "migrate", "mentorship", "--from", "1", "--to", "2")
    options = [part for pair in pairs for part in ("--map", pair)]

    refused = commands(*asked, *options)

    assert refused.status == 1
    assert "--map" in refused.stderr


@pytest.mark.parametrize("version", ["9", "99999999999999999999"])
def test_nobody_is_moved_from_a_version_there_is_not(commands: Commands, version: str) -> None:
    refused = commands.json("workflow", "migrate", "mentorship", "--from", version, "--to", "1")

    assert (refused.status, refused.error["code"]) == (1, "not_found")
