"""A message is a letter: what is said, why it came, what happens next, as text and as HTML."""

from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.load import load
from mentorflow.definitions.variables import example
from mentorflow.engine.rendering import LONGEST_SUBJECT, DigestItem, digest, word
from mentorflow.errors import WorkflowInvalid
from unit.definitions.speaking import GERMAN, Speaking

VALUES = example(role="mentor", cause="asked.remind", state="asked")
GERMAN_LETTER = """\
{% block language %}de{% endblock %}
{% block why_heading %}Warum du das bekommst{% endblock %}
{% block next_heading %}Wie es weitergeht{% endblock %}
{% block digest_subject %}{{ count }} Nachrichten{% endblock %}
{% block digest_heading %}{{ mentee }} und {{ mentors }}{% endblock %}
{% block digest_opening %}Das haben wir aufgehoben.{% endblock %}
{% block digest_why %}Es kam nicht sofort.{% endblock %}
{% block digest_next %}Alles gilt wie einzeln.{% endblock %}
{% block held %}Aufgehoben: {{ held_because }}.{% endblock %}
"""


@pytest.fixture
def workflow(tmp_path: Path) -> Workflow:
    speaking = Speaking(folder=tmp_path)
    speaking.templates |= {"de/reminder.j2": GERMAN, "de/_letter.j2": GERMAN_LETTER}
    return load(speaking.pack)


class Page(HTMLParser):
    """What a mail program makes of HTML: the elements, and the text in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open:
            self.texts.append((self.open[-1], data.strip()))


def test_a_letter_says_what_why_and_what_next(workflow: Workflow) -> None:
    wording = word(workflow, "reminder", VALUES, style="detailed", locale="en")

    assert wording.subject == "Amina Diallo is waiting"
    assert wording.text == (
        "Please answer Amina Diallo when you can.\n\n"
        "- a yes\n- a no\n\n"
        "Why you are getting this: Amina Diallo has asked you.\n\n"
        "What happens next: The request closes."
    )


def test_the_html_says_the_same_in_elements_that_can_be_read_aloud(workflow: Workflow) -> None:
    page = Page(word(workflow, "reminder", VALUES, style="detailed", locale="en").html)

    assert page.open == []
    assert page.texts == [
        ("title", "Amina Diallo is waiting"),
        ("h1", "Amina Diallo is waiting"),
        ("p", "Please answer Amina Diallo when you can."),
        ("li", "a yes"),
        ("li", "a no"),
        ("h2", "Why you are getting this"),
        ("p", "Amina Diallo has asked you."),
        ("h2", "What happens next"),
        ("p", "The request closes."),
    ]
    assert page.elements[0] == ("html", {"lang": "en"})


def test_the_html_loads_nothing_and_takes_the_colors_of_its_reader(workflow: Workflow) -> None:
    html = word(workflow, "reminder", VALUES, style="detailed", locale="en").html
    tags = {tag for tag, _ in Page(html).elements}

    assert tags & {"img", "link", "script", "style", "a", "iframe"} == set()
    assert "url(" not in html
    assert "background" not in html
    assert '<meta name="color-scheme" content="light dark">' in html


def test_the_concise_style_says_the_same_in_fewer_words(workflow: Workflow) -> None:
    concise = word(workflow, "reminder", VALUES, style="concise", locale="en").text
    detailed = word(workflow, "reminder", VALUES, style="detailed", locale="en").text

    assert concise.startswith("Please answer Amina Diallo.\n\nWhy you are getting this: ")
    assert len(concise) < len(detailed)


def test_a_letter_is_whole_in_its_language(workflow: Workflow) -> None:
    wording = word(workflow, "reminder", VALUES, style="concise", locale="de-AT")

    assert wording.text == (
        "Bitte antworte Amina Diallo.\n\n"
        "Warum du das bekommst: Amina Diallo hat dich gefragt.\n\n"
        "Wie es weitergeht: Die Anfrage wird geschlossen."
    )
    assert '<html lang="de">' in wording.html


def test_a_message_that_is_not_translated_comes_whole_in_the_own_language(tmp_path: Path) -> None:
    speaking = Speaking(folder=tmp_path)
    speaking.templates["de/_letter.j2"] = GERMAN_LETTER

    wording = word(load(speaking.pack), "reminder", VALUES, style="concise", locale="de")

    assert "What happens next" in wording.text
    assert '<html lang="en">' in wording.html


def test_hostile_values_come_out_inert(workflow: Workflow) -> None:
    hostile = "{{ 7*7 }}<script>alert(1)</script>\r\nBcc: all@example.org\n\n- no"
    wording = word(
        workflow, "reminder", VALUES | {"mentee": hostile}, style="detailed", locale="en"
    )

    assert wording.subject == (
        "{{ 7*7 }}<script>alert(1)</script> Bcc: all@example.org - no is waiting"
    )
    assert "<script>" not in wording.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in wording.html
    assert "{{ 7*7 }}" in wording.html
    assert "\nBcc" not in wording.text


def test_a_value_that_calls_itself_safe_is_escaped_all_the_same(workflow: Workflow) -> None:
    from markupsafe import Markup

    values = VALUES | {"mentee": Markup("<b>bold</b>")}
    html = word(workflow, "reminder", values, style="detailed", locale="en").html

    assert "b" not in {tag for tag, _ in Page(html).elements}


def test_a_subject_is_one_line_of_bounded_length(workflow: Workflow) -> None:
    long = word(workflow, "reminder", VALUES | {"mentee": "x" * 999}, style="concise", locale="en")

    assert len(long.subject) == LONGEST_SUBJECT
    assert long.subject.endswith("…")


def test_a_text_of_the_document_is_a_letter_too(tmp_path: Path) -> None:
    speaking = Speaking(folder=tmp_path, templates={})
    speaking.document = speaking.document.replace(
        "{to: [mentee, mentor]}",
        '{to: [mentor], subject: "{{ mentee }} asks", text: Answer., next: It closes.}',
    )
    workflow = load(speaking.pack)
    letters = [
        word(workflow, "reminder", VALUES, style=x, locale="de") for x in ("concise", "detailed")
    ]

    assert letters[0] == letters[1]
    assert letters[0][:2] == ("Amina Diallo asks", "Answer.\n\nWhat happens next: It closes.")


def test_a_template_that_fails_is_refused_with_its_line(tmp_path: Path) -> None:
    workflow = load(Speaking(folder=tmp_path).change("The request", "{{ nobody }}").pack)

    with pytest.raises(WorkflowInvalid, match=r"reminder\.j2:20: 'nobody' is undefined"):
        word(workflow, "reminder", VALUES, style="concise", locale="en")


def test_a_letter_is_never_sent_with_a_part_missing(tmp_path: Path) -> None:
    workflow = load(Speaking(folder=tmp_path).change("block detailed", "block detaild").pack)

    with pytest.raises(WorkflowInvalid, match="the block 'detailed' is missing"):
        word(workflow, "reminder", VALUES, style="concise", locale="en")


def test_a_style_nobody_knows_is_the_detailed_one(workflow: Workflow) -> None:
    letters = [
        word(workflow, "reminder", VALUES, style=style, locale="en")
        for style in ("loud", "detailed")
    ]

    assert letters[0] == letters[1]


def item(held_because: str = "over_budget", **values: Any) -> DigestItem:
    return DigestItem("reminder", VALUES | values, held_because)


def test_a_digest_groups_its_messages_by_mentorship(workflow: Workflow) -> None:
    items = [
        item(key="1"),
        item("quiet_hours", key="2", mentee="Bao", title="Testing"),
        item("absent", key="1", mentee="Amina Diallo"),
    ]

    wording = digest(workflow, items, VALUES, style="concise", locale="en")

    assert wording.subject == "3 messages about your mentorships"
    assert wording.text == (
        "Here is what we have for you, in one letter.\n\n"
        "Amina Diallo and Jonas Weber: Reviewing code with confidence\n"
        "------------------------------------------------------------\n\n"
        "Amina Diallo is waiting\n"
        "Please answer Amina Diallo.\n"
        "It waited because you had as many messages that week as you want to get.\n\n"
        "Amina Diallo is waiting\n"
        "Please answer Amina Diallo.\n"
        "It waited because you were away.\n\n"
        "Bao and Jonas Weber: Testing\n"
        "----------------------------\n\n"
        "Bao is waiting\n"
        "Please answer Bao.\n"
        "It waited because it was written in your quiet hours.\n\n"
        "Why you are getting this: Some messages to you waited, and now come together. Below "
        "each that waited stands why.\n\n"
        "What happens next: Each message counts as if it had come by itself. Whatever is urgent "
        "still reaches you at once."
    )
    headings = [text for tag, text in Page(wording.html).texts if tag in {"h1", "h2", "h3"}]
    assert headings == [
        "3 messages about your mentorships",
        "Amina Diallo and Jonas Weber: Reviewing code with confidence",
        "Amina Diallo is waiting",
        "Amina Diallo is waiting",
        "Bao and Jonas Weber: Testing",
        "Bao is waiting",
        "Why you are getting this",
        "What happens next",
    ]


def test_a_digest_says_what_comes_next_to_those_who_like_detail(workflow: Workflow) -> None:
    wording = digest(workflow, [item()], VALUES, style="detailed", locale="en")

    assert wording.subject == "A message about your mentorship"
    assert "\nThe request closes.\nIt waited because " in wording.text


def test_a_digest_is_in_the_language_of_its_reader(workflow: Workflow) -> None:
    items = [item("Urlaub"), item()]

    wording = digest(workflow, items, VALUES, style="concise", locale="de")

    assert wording.subject == "2 Nachrichten"
    assert "Aufgehoben: Urlaub." in wording.text
    assert "Amina Diallo wartet\nBitte antworte" in wording.text


def test_a_message_that_did_not_wait_is_given_no_reason(workflow: Workflow) -> None:
    wording = digest(workflow, [item(""), item()], VALUES, style="concise", locale="en")

    assert wording.text.count("It waited") == 1


def test_a_digest_takes_each_message_from_its_own_workflow(
    workflow: Workflow, tmp_path: Path
) -> None:
    (tmp_path / "old").mkdir()
    older = load(Speaking(folder=tmp_path / "old").change("is waiting", "has waited").pack)
    items = [item(key="1"), item(key="2")._replace(workflow=older)]

    wording = digest(workflow, items, VALUES, style="concise", locale="en")

    assert "Amina Diallo is waiting\n" in wording.text
    assert "Amina Diallo has waited\n" in wording.text


def test_hostile_values_come_out_of_a_digest_inert(workflow: Workflow) -> None:
    hostile = "<b>{{ 7*7 }}</b>\n\nBcc: x"
    items = [item(hostile, key="1", title=hostile, mentee=hostile)]

    wording = digest(workflow, items, VALUES, style="detailed", locale="en")

    assert "b" not in {tag for tag, _ in Page(wording.html).elements}
    assert "{{ 7*7 }}" in wording.text
    assert "\nBcc" not in wording.text
