"""What is wrong with a message is found by `check`, with its file and line, and not by a reader."""

from pathlib import Path

import pytest

from mentorflow.definitions.load import load
from mentorflow.errors import WorkflowInvalid
from unit.definitions.speaking import GERMAN, REMINDER, Speaking

LETTER = (Path(__file__).parents[3] / "engine/mentorflow/definitions/letter/_letter.j2").read_text(
    encoding="utf-8"
)


@pytest.fixture
def speaking(tmp_path: Path) -> Speaking:
    return Speaking(folder=tmp_path)


def test_templates_that_hold_up_are_not_spoken_of(speaking: Speaking) -> None:
    speaking.templates |= {"de/reminder.j2": GERMAN, "_letter.j2": LETTER}

    assert speaking.told() == []


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("{% endblock %}\n\n{% block why", "{% endblok %}\n\n{% block why",
         "messages/reminder.j2:13: Encountered unknown tag 'endblok'."),
        ("Please answer {{ mentee }}.", "Please answer {{ mentee | shout }}.",
         "messages/reminder.j2:4: No filter named 'shout'."),
        ("Please answer {{ mentee }}.", "Please answer {{ mente }}.",
         "messages/reminder.j2:4: there is no variable 'mente'; did you mean 'mentee'?"),
        ("The request closes.", "{% if meeting %}{{ meeting.plac }}{% endif %}.",
         "messages/reminder.j2:20: a meeting has no 'plac'; did you mean 'place'?"),
        ("The request closes.", '{% if role == "mentr" %}Soon.{% else %}Later.{% endif %}',
         "messages/reminder.j2:20: role is never 'mentr'; did you mean 'mentor'?"),
        ("The request closes.", '{% if cause in ("asked.remind", "x.y") %}A.{% endif %}B.',
         "messages/reminder.j2:20: cause is never 'x.y'"),
        ("{% block why %}", "{% block wy %}",
         "messages/reminder.j2:15: there is no block 'wy'; did you mean 'why'?"),
        ("{% block why %}\n{{ mentee }} has asked you.\n{% endblock %}\n", "",
         "messages/reminder.j2:1: the block 'why' is missing; add {% block why %}"),
        ("{% block why %}", "Dear you,\n\n{% block why %}",
         "messages/reminder.j2:15: stands outside of the blocks and is never read"),
        ("The request closes.", "{{ meeting.place }}",
         "messages/reminder.j2:20: there is nothing to write"),
        ("The request closes.", "{{ meeting }}",
         "messages/reminder.j2:20: there is a dict, which is no text"),
        ("The request closes.", "{{ mentee.upper() }}",
         "messages/reminder.j2:20: "),
        ("The request closes.", "{% if role == 'mentor' %}The request closes.{% endif %}",
         "messages/reminder.j2:19: next says nothing to a mentee because of asked.remind"),
        ("The request closes.", '{% include "_missing.j2" %}',
         "messages/reminder.j2:20: there is no '_missing.j2'"),
        ("The request closes.", '{% include "../speaking.yaml" %}',
         "messages/reminder.j2:20: there is no '../speaking.yaml'"),
    ],
)  # fmt: skip
def test_what_a_template_says_wrongly_is_told_with_its_line(
    speaking: Speaking, old: str, new: str, finding: str
) -> None:
    speaking.change(old, new)

    told = speaking.told()
    assert any(one.startswith(finding) for one in told), told


def test_every_locale_is_checked(speaking: Speaking) -> None:
    speaking.templates["de/reminder.j2"] = GERMAN.replace("mentee", "mente", 1)

    assert speaking.told() == [
        "messages/de/reminder.j2:1: there is no variable 'mente'; did you mean 'mentee'?"
    ]


@pytest.mark.parametrize("folder", ["german", "pt_BR", "DE"])
def test_a_folder_called_after_no_locale_is_told(speaking: Speaking, folder: str) -> None:
    speaking.templates[f"{folder}/reminder.j2"] = GERMAN

    assert f"the folder {folder!r} is called after no locale" in speaking.told()[0]


def test_a_template_without_a_message_is_told(speaking: Speaking) -> None:
    speaking.templates["remindr.j2"] = REMINDER

    assert speaking.told() == [
        "messages/remindr.j2:1: there is no message 'remindr'; did you mean 'reminder'?"
    ]


def test_a_message_without_words_is_told_with_the_file_to_write(speaking: Speaking) -> None:
    speaking.templates.clear()

    assert speaking.told() == [
        (
            "speaking.yaml:15: messages.reminder: has no text, here or in a template; "
            "write messages/reminder.j2"
        )
    ]


def test_a_workflow_with_a_message_without_words_is_not_loaded(speaking: Speaking) -> None:
    speaking.templates.clear()

    with pytest.raises(WorkflowInvalid, match="has no text, here or in a template"):
        load(speaking.pack)


def test_a_message_with_two_texts_is_told(speaking: Speaking) -> None:
    speaking.document = speaking.document.replace(
        "{to: [mentee, mentor]}", "{to: [mentee], subject: A reminder, text: Please answer.}"
    )

    assert speaking.told() == [
        (
            "speaking.yaml:15: messages.reminder: has a text here and another one in reminder.j2; "
            "keep one of them"
        )
    ]


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("subject: A reminder", "has both of subject and text, or a template file and neither"),
        ("why: Because.", "`why` and `next` go with a text; a template file has its own"),
    ],
)
def test_half_a_message_in_the_document_is_refused(
    speaking: Speaking, said: str, finding: str
) -> None:
    speaking.document = speaking.document.replace("[mentee, mentor]}", f"[mentee], {said}}}")

    with pytest.raises(WorkflowInvalid, match=finding):
        speaking.findings()


def test_a_text_in_the_document_is_tried_as_well(speaking: Speaking) -> None:
    speaking.templates.clear()
    speaking.document = speaking.document.replace(
        "{to: [mentee, mentor]}",
        '{to: [mentee], subject: A reminder, text: "{{ meeting.place }}", why: "{{ mentees }}"}',
    )

    assert speaking.told() == [
        (
            "speaking.yaml:15: messages.reminder.why: there is no variable 'mentees'; "
            "did you mean 'mentee'?"
        )
    ]
    speaking.document = speaking.document.replace("mentees }}", "mentee }}")
    assert speaking.told() == [
        "speaking.yaml:15: messages.reminder.text: 'None' has no attribute 'place'",
        "speaking.yaml:15: messages.reminder.text: there is nothing to write",
    ]


def test_the_words_of_the_letter_are_checked_too(speaking: Speaking) -> None:
    wrong = LETTER.replace("{% block held %}", "{% block held %}{{ cuont }}").replace(
        "{% block why_heading %}Why you are getting this{% endblock %}", ""
    )
    speaking.templates |= {"_letter.j2": wrong}

    told = speaking.told()
    assert "messages/_letter.j2:1: the block 'why_heading' is missing" in told[0]
    assert "there is no variable 'cuont'; did you mean 'count'?" in told[1]


def test_a_file_that_others_include_is_rendered_with_them(speaking: Speaking) -> None:
    speaking.change("The request closes.", '{% include "_closing.j2" %}')
    speaking.templates["_closing.j2"] = "The request of {{ mentee }} closes.\n"
    assert speaking.told() == []

    speaking.templates["_closing.j2"] = "It closes.\nThe request of {{ mente }} closes.\n"
    assert speaking.told() == ["messages/_closing.j2:2: 'mente' is undefined"]


def test_a_file_that_is_not_utf_8_is_told(speaking: Speaking) -> None:
    (speaking.file.parent / "messages" / "reminder.j2").write_bytes(b"\xff")
    speaking.templates.clear()

    assert "messages/reminder.j2:1: cannot be read as UTF-8" in speaking.told()[0]
