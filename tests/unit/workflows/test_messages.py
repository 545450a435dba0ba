"""What the mentorship workflow says to people: kind, short, and true in what it promises."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.document import Document
from mentorflow.definitions.load import load_document
from mentorflow.definitions.messages import templates_of
from mentorflow.definitions.templates import PARTS
from mentorflow.definitions.trial import occasions
from mentorflow.definitions.variables import examples
from mentorflow_workflows.mentorship import pack

PROMISE = re.compile(r"last (reminder|message)|do not (ask|remind)|not told of (this|it) again")
"""The promise that this message does not come again."""
UNKIND = re.compile(
    r"fault of|to blame|guilty|failed to|you must|you forgot|too late|neglect|ignored|overdue from|"
    r"exciting|amazing|don't miss|!",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """A message as one of its readers may get it, in its parts."""

    name: str
    role: str
    cause: str
    subject: str
    concise: str
    detailed: str
    why: str
    next: str


@pytest.fixture(scope="module")
def document() -> Document:
    return load_document(pack.document)


@pytest.fixture(scope="module")
def said(document: Document) -> list[Said]:
    return list(_said(document))


def test_nobody_is_blamed_pressed_or_sold_anything(said: list[Said]) -> None:
    unkind = {one.name: found[0] for one in said if (found := UNKIND.search(" ".join(one[3:])))}

    assert unkind == {}


def test_the_concise_style_is_two_sentences_at_most(said: list[Said]) -> None:
    long = {one.name: one.concise for one in said if sentences(one.concise) > 2}

    assert long == {}


def test_the_detailed_style_is_short_as_well_and_says_more(said: list[Said]) -> None:
    wrong = {
        one.name: one.detailed
        for one in said
        if not len(one.concise) < len(one.detailed) + 1 <= 500
    }

    assert wrong == {}


def test_why_it_came_is_one_sentence(said: list[Said]) -> None:
    assert {one.name: one.why for one in said if sentences(one.why) != 1} == {}


def test_a_subject_fits_the_list_of_a_mail_program(said: list[Said]) -> None:
    assert {one.name: one.subject for one in said if len(one.subject) > 90} == {}


def test_somebody_with_many_mentorships_sees_which_one_it_is(said: list[Said]) -> None:
    names = ("Amina Diallo", "spring-2025-007")
    unnamed = {
        one.name
        for one in said
        if one.role != "mentee" and not any(name in " ".join(one[3:]) for name in names)
    }

    assert unnamed == set()


def test_who_is_promised_peace_is_not_written_to_again(
    said: list[Said], workflow: Workflow
) -> None:
    again = {timer.name for timer in workflow.timers.values() if timer.every is not None}
    again -= {"conflict.decide"}  # it fires an event, which says for itself what it does
    repeated = {ladder.rungs[-1].message for ladder in workflow.ladders.values() if ladder.repeats}

    broken = {
        (one.name, one.cause)
        for one in said
        if PROMISE.search(one.next) and (one.cause in again or one.name in repeated)
    }

    assert broken == set()


def test_who_is_told_again_and_again_is_told_so(said: list[Said], workflow: Workflow) -> None:
    repeated = {ladder.rungs[-1].message for ladder in workflow.ladders.values() if ladder.repeats}

    assert repeated == {"conflict_owner", "safety_owner"}
    assert all("again" in one.next for one in said if one.name in repeated)


def test_only_the_last_of_three_reminders_says_that_it_is_the_last(said: list[Said]) -> None:
    last = {
        one.cause
        for one in said
        if one.name.startswith("closing_survey_") and "last reminder" in one.next
    }

    assert last == {"transition.survey_3_mentee", "transition.survey_3_mentor"}


def test_every_sentence_is_one_that_can_be_read(said: list[Said]) -> None:
    odd = {
        one.name: part
        for one in said
        for part in one[3:]
        if re.search(r"\$|\bNone\b|  |\(\)| [.,;]|[{}]", part) or part != part.strip()
    }

    assert odd == {}


def sentences(said: str) -> int:
    return len(re.findall(r"[.?!](?:\s|$)", said))


def _said(document: Document) -> Iterator[Said]:
    templates = templates_of(document, pack.messages)
    for name in document.messages:
        parts = templates.parts(name, "")
        for role, cause, state in occasions(document, name):
            for values in examples(role=role, cause=cause, state=state):
                texts = (" ".join(parts.render(part, values).split()) for part in PARTS)
                yield Said(name, role, cause, *texts)
