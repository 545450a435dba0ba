"""Words messages for a person: the parts of a template put into a letter, as text and as a page."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from mentorflow.core.person import STYLES
from mentorflow.core.workflow import Workflow
from mentorflow.definitions.templates import LETTER, Parts, Templates
from mentorflow.engine.page import Group, Page, Passage, Section

LONGEST_SUBJECT = 200
CONCISE, DETAILED = STYLES
_WORKFLOWS = 16
"""More are rarely open in one process; what is forgotten is compiled anew."""
_EMPTY_LINE = re.compile(r"\n\s*\n")
_ITEM = "- "


class Wording(NamedTuple):
    """A message as one person reads it."""

    subject: str
    """One line."""
    text: str
    page: Page
    """The same, to be made into HTML."""

    @property
    def html(self) -> str:
        """The same as a whole HTML document, made whenever it is asked for."""
        return self.page.html()


class DigestItem(NamedTuple):
    """One message of several in a letter."""

    name: str
    values: Mapping[str, Any]
    held_because: str
    """`over_budget`, `quiet_hours`, `absent`, or the reason in the reader's own language; empty
    where it was not held."""
    workflow: Workflow | None = None
    """Its workflow, where that is not the one of the letter: mentorships keep their version."""


def word(
    workflow: Workflow, name: str, values: Mapping[str, Any], *, style: str, locale: str
) -> Wording:
    """Return a message in a person's style and the language closest to their locale.

    Raises:
        WorkflowInvalid: if its template is wrong, with the line; `check` finds that before.
    """
    return letter(_templates(workflow), name, values, style=style, locale=locale)


def letter(
    templates: Templates, name: str, values: Mapping[str, Any], *, style: str, locale: str
) -> Wording:
    """Return a message worded from templates, be their workflow installed or not.

    Raises:
        WorkflowInvalid: if its template is wrong, with the line.
    """
    parts = templates.parts(name, locale)
    words = _Words(templates.parts(LETTER, parts.locale or ""), values)
    subject = _subject(parts.render("subject", values))
    reasons = (
        Section(words.say("why_heading"), _passages(parts.render("why", values))),
        Section(words.say("next_heading"), _passages(parts.render("next", values))),
    )
    body = _passages(parts.render(CONCISE if style == CONCISE else DETAILED, values))
    sections = tuple(section for section in reasons if section.passages)
    return Wording(
        subject,
        _text([*_paragraphs(body), *map(_reason, sections)]),
        Page(words.say("language"), subject, body, sections=sections),
    )


def digest(
    workflow: Workflow,
    items: Sequence[DigestItem],
    values: Mapping[str, Any],
    *,
    style: str,
    locale: str,
) -> Wording:
    """Return several messages as one letter, those of each mentorship together.

    Raises:
        WorkflowInvalid: if a template is wrong, with the line; `check` finds that before.
    """
    templates = _templates(workflow)
    words = _Words(templates.parts(LETTER, locale), {**values, "count": len(items)})
    groups = tuple(
        _group(found, templates, words, style, locale) for found in _by_mentorship(items)
    )
    subject = _subject(words.say("digest_subject"))
    opening = _passages(words.say("digest_opening"))
    reasons = (
        Section(words.say("why_heading"), _passages(words.say("digest_why"))),
        Section(words.say("next_heading"), _passages(words.say("digest_next"))),
    )
    said = [
        *_paragraphs(opening),
        *(block for group in groups for block in _grouped(group)),
        *map(_reason, reasons),
    ]
    page = Page(words.say("language"), subject, opening, groups, reasons)
    return Wording(subject, _text(said), page)


@lru_cache(maxsize=_WORKFLOWS)
def _templates(workflow: Workflow) -> Templates:
    own = {name: rule.own for name, rule in workflow.messages.items()}
    return Templates(workflow.templates, own)


class _Words(NamedTuple):
    """The words around a message, in the language of the message."""

    parts: Parts
    values: Mapping[str, Any]

    def say(self, part: str, **more: Any) -> str:
        """Return one of them, as one line."""
        return " ".join(self.parts.render(part, {**self.values, **more}).split())


def _by_mentorship(items: Iterable[DigestItem]) -> list[list[DigestItem]]:
    groups: dict[object, list[DigestItem]] = {}
    for item in items:
        groups.setdefault(item.values["key"], []).append(item)
    return list(groups.values())


def _group(
    items: Sequence[DigestItem], templates: Templates, words: _Words, style: str, locale: str
) -> Group:
    heading = words.say("digest_heading", **items[0].values)
    return Group(heading, tuple(_short(item, templates, words, style, locale) for item in items))


def _short(
    item: DigestItem, templates: Templates, words: _Words, style: str, locale: str
) -> Section:
    """Return a message of a digest in few words; what happens next only to those who like it."""
    its_own = templates if item.workflow is None else _templates(item.workflow)
    parts = its_own.parts(item.name, locale)
    said = [parts.render(CONCISE, item.values)]
    if style != CONCISE:
        said.append(parts.render("next", item.values))
    if item.held_because:
        said.append(words.say("held", **{**item.values, "held_because": item.held_because}))
    return Section(_subject(parts.render("subject", item.values)), _passages("\n\n".join(said)))


def _subject(said: str) -> str:
    flat = " ".join(said.split())
    return flat if len(flat) <= LONGEST_SUBJECT else flat[: LONGEST_SUBJECT - 1] + "…"


def _passages(said: str) -> tuple[Passage, ...]:
    """Return what a template says, its lines joined to paragraphs as in Markdown."""
    return tuple(passage for part in _EMPTY_LINE.split(said) for passage in _parted(part))


def _parted(part: str) -> Iterator[Passage]:
    """Yield the paragraphs and lists in lines without an empty one between them."""
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    items = [line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)]
    text = [line for line in lines if not line.startswith(_ITEM)]
    if text:
        yield Passage((" ".join(text),))
    if items:
        yield Passage(tuple(items), is_list=True)


def _text(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks)


def _paragraphs(passages: Iterable[Passage]) -> Iterator[str]:
    for passage in passages:
        lead = _ITEM if passage.is_list else ""
        yield "\n".join(lead + line for line in passage.lines)


def _reason(section: Section) -> str:
    said = "\n\n".join(_paragraphs(section.passages))
    return f"{section.heading}:{chr(10) if section.passages[0].is_list else ' '}{said}"


def _grouped(group: Group) -> Iterator[str]:
    yield f"{group.heading}\n{'-' * len(group.heading)}"
    for section in group.sections:
        yield "\n".join([section.heading, *_paragraphs(section.passages)])
