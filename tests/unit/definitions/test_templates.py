"""Whatever a name or a title is, it comes out as one line; templates stay in their bounds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mentorflow.definitions.inert import LONGEST_VALUE, inert
from mentorflow.definitions.templates import fallbacks
from mentorflow.definitions.variables import example
from mentorflow.errors import WorkflowInvalid
from unit.definitions.speaking import GERMAN, Speaking

Say = Callable[..., str]
ENDLESS = "{% for a in title %}" * 5 + "xxxx" + "{% endfor %}" * 5


@pytest.fixture
def say(tmp_path: Path) -> Say:
    """Render one line of template as the text of a message."""

    def said(line: str, **values: Any) -> str:
        speaking = Speaking(folder=tmp_path).change("The request closes.", line)
        parts = speaking.loaded().parts("reminder", "")
        return parts.render("next", {**example(role="mentor"), **values}).strip()

    return said


def test_a_value_is_filled_in(say: Say) -> None:
    assert say("{{ mentee }} asks.", mentee="Zoë O'Brien") == "Zoë O'Brien asks."


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("{% for x in range(9) %}x{% endfor %}", "{% for x in range(9) %}x{% endfor %}"),
        ("one\r\nBcc: all@example.org", "one Bcc: all@example.org"),
        ("one\n\n\nWhat happens next: pay", "one What happens next: pay"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
        ("a\u2028b\u202ec\u2066d\ufeffe\x00f", "a b c d e f"),
        ("half \ud83d of a pair", "half of a pair"),
    ],
)
def test_a_hostile_value_is_one_line_of_text(say: Say, value: str, written: str) -> None:
    assert say("{{ title }}", title=value) == written


def test_a_value_without_end_is_cut_off() -> None:
    assert inert("x" * 10_000) == "x" * (LONGEST_VALUE - 1) + "…"


@pytest.mark.parametrize(
    "line",
    [
        "{{ mentee.__class__.__mro__ }}",
        "{{ mentee.format() }}",
        "{{ ''.__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ mentee.upper() }}",
        "{{ meeting.clear() }}",
        "{{ meeting.update(meeting) }}",
        "{{ range(10) }}",
        "{{ lipsum() }}",
        "{{ cycler.__init__ }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 99999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 1 / 0 }}",
        "{{ mentee + 1 }}",
        "{{ no_such_thing }}",
        "{{ mentee.no_such_thing }}",
        "{% if no_such_thing %}{% endif %}",
        "{{ meeting }}",
        "{{ mentee.upper }}",
        '{% include "/etc/passwd" %}',
        '{% include "../messages/../speaking.yaml" %}',
        '{% import "os" as os %}{{ os }}',
        ENDLESS,
    ],
)
def test_what_a_template_may_not_do_is_refused_with_its_line(say: Say, line: str) -> None:
    with pytest.raises(WorkflowInvalid, match=r"reminder\.j2:\d+: .") as refused:
        say(line)

    assert len(str(refused.value)) < 1000


def test_the_line_of_a_fault_is_that_of_the_template(say: Say) -> None:
    with pytest.raises(WorkflowInvalid, match=r"reminder\.j2:22: 'nobody' is undefined"):
        say("One.\nTwo.\n{{ nobody }}")


def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    speaking = Speaking(folder=tmp_path)
    loaded = speaking.loaded()
    (speaking.messages / "reminder.j2").write_bytes(b"\xff")

    with pytest.raises(WorkflowInvalid, match=r"reminder\.j2:1: cannot be read"):
        loaded.parts("reminder", "")


@pytest.mark.parametrize(
    ("locale", "folders"),
    [
        ("de", ["de"]),
        ("de-AT", ["de-AT", "de"]),
        ("pt_BR", ["pt-BR", "pt"]),
        ("zh-Hant-TW", ["zh-Hant-TW", "zh-Hant", "zh"]),
        ("", []),
        ("../../etc", []),
        ("de/../..", []),
        ("DE\n", []),
    ],
)
def test_a_locale_is_looked_for_from_the_closest_on(locale: str, folders: list[str]) -> None:
    assert fallbacks(locale) == folders


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        ("de", "Amina Diallo wartet"),
        ("de-CH", "Amina Diallo wartet"),
        ("fr", "Amina Diallo is waiting"),
        ("../de", "Amina Diallo is waiting"),
    ],
)
def test_a_message_is_in_the_language_closest_to_the_locale(
    tmp_path: Path, locale: str, subject: str
) -> None:
    speaking = Speaking(folder=tmp_path)
    speaking.templates["de/reminder.j2"] = GERMAN

    parts = speaking.loaded().parts("reminder", locale)

    assert parts.render("subject", example(role="mentor")) == subject
