"""`mentorflow messages`: what people will read, before they read it."""

from pathlib import Path

import pytest

from integration.cli.program import Commands
from unit.definitions.speaking import GERMAN, Speaking


@pytest.fixture
def speaking(tmp_path: Path) -> Speaking:
    (tmp_path / "own").mkdir()
    return Speaking(folder=tmp_path / "own")


def test_every_message_is_listed_with_what_it_comes_from(commands: Commands) -> None:
    listed = commands.json("messages", "list").document

    assert len(listed) == 107
    assert listed[0] == {
        "message": "request_received",
        "to": ["mentor"],
        "causes": ["mentorship.started"],
        "subject": "Amina Diallo is asking you to be their mentor",
    }
    rung = next(one for one in listed if one["message"] == "safety_owner")
    assert (rung["to"], "ladder.climbed" in rung["causes"]) == (["program_owner"], True)


def test_the_list_is_a_table_for_people(commands: Commands) -> None:
    shown = commands("messages", "list")

    assert (shown.status, shown.stderr) == (0, "")
    assert "winding_down" in shown.stdout


def test_a_message_is_shown_as_it_will_be_read(commands: Commands) -> None:
    shown = commands("messages", "show", "meeting_tomorrow", "--role", "mentor")

    assert shown.status == 0
    assert "Subject: You meet Amina Diallo soon: Tuesday, March 18, 15:00\n\n" in shown.stdout
    assert "\n\nWhy you are getting this: You have a meeting with Amina Diallo.\n" in shown.stdout
    assert "\n\nWhat happens next: " in shown.stdout


def test_a_message_is_shown_in_the_style_role_and_cause_asked_for(commands: Commands) -> None:
    short = commands.json("messages", "show", "introduction", "--style", "concise").document
    long = commands.json("messages", "show", "introduction", "--role", "mentor").document
    early = commands.json(
        "messages", "show", "winding_down_early", "--cause", "inactivity.expired"
    ).document

    assert (short["style"], short["role"]) == ("concise", "mentee")
    assert len(short["text"]) < len(long["text"])
    assert "There is nothing to prepare" in long["text"]
    assert "Nothing was heard from your mentorship" in early["text"]


def test_html_is_printed_as_it_is(commands: Commands) -> None:
    shown = commands("messages", "show", "request_received", "--html").stdout
    document = commands.json("messages", "show", "request_received").document

    assert shown == document["html"] + "\n"
    assert shown.startswith("<!DOCTYPE html>")


def test_messages_of_a_document_that_is_not_installed_are_shown(
    commands: Commands, speaking: Speaking
) -> None:
    speaking.templates["de/reminder.j2"] = GERMAN
    file = str(speaking.file)
    listed = commands.json("messages", "list", "--file", file).document
    german = commands.json("messages", "show", "reminder", "--file", file, "--locale", "de")

    assert [one["subject"] for one in listed] == ["Amina Diallo is waiting"]
    assert german.document["subject"] == "Amina Diallo wartet"


def test_the_templates_beside_a_document_are_checked(
    commands: Commands, speaking: Speaking
) -> None:
    speaking.change("The request closes.", "{{ nobody }}")
    checked = commands.json("check", str(speaking.file))

    assert checked.status == 1
    assert [(one["file"], one["line"]) for one in checked.document] == [
        (str(speaking.messages / "reminder.j2"), 20)
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["request_recieved"], "not_found", "did you mean 'request_received'?"),
        (["request_received", "--style", "loud"], "not_found", "there is concise, detailed"),
        (["request_received", "--role", "mentee"], "not_found", "goes to mentor"),
        (["request_received", "--cause", "x"], "not_found", "comes from mentorship.started"),
        (["request_received", "--workflow", "x"], "not_found", "installed: mentorship"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    commands: Commands, arguments: list[str], code: str, reason: str
) -> None:
    answer = commands.json("messages", "show", *arguments)

    assert (answer.status, answer.error["code"]) == (1, code)
    assert reason in answer.error["reason"]


def test_a_template_that_is_wrong_is_refused_with_its_line(
    commands: Commands, speaking: Speaking
) -> None:
    speaking.change("The request closes.", "{{ nobody }}")
    answer = commands.json("messages", "show", "reminder", "--file", str(speaking.file))

    assert (answer.status, answer.error["code"]) == (1, "workflow_invalid")
    assert "reminder.j2:20: 'nobody' is undefined" in answer.error["reason"]
