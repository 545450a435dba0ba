"""The templates of a workflow's messages: found by name and locale, rendered within bounds.

Jinja2 is imported with the first template that is asked for; opening an engine does not wait.
"""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from mentorflow.definitions.finding import Finding, refuse

if TYPE_CHECKING:
    from jinja2 import Template, TemplateSyntaxError

    from mentorflow.definitions.sandbox import Sandbox

SUFFIX = ".j2"
PARTS = ("subject", "concise", "detailed", "why", "next")
"""The blocks of a template, in the order they are read."""
LETTER = "_letter"
"""The template with the words that stand around every message."""
LETTER_PARTS = (
    "language",
    "why_heading",
    "next_heading",
    "digest_subject",
    "digest_heading",
    "digest_opening",
    "digest_why",
    "digest_next",
    "held",
)
LOCALE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
MOST_CHARACTERS = 20_000
"""How long a part of a message may become."""

_BUILT_IN = Path(__file__).with_name("letter")
_REMEMBERED = 4096


class Part(NamedTuple):
    """One part of a message as a template: a block of a file, or a text of its own."""

    template: "Template"
    block: str | None = None

    def render(self, values: Mapping[str, Any]) -> str:
        """Return the text with the values filled in.

        Raises:
            WorkflowInvalid: if it cannot be filled in, with the line.
        """
        template, said, length = self.template, [], 0
        begin = template.root_render_func if self.block is None else template.blocks[self.block]
        try:
            for piece in begin(template.new_context(dict(values))):
                length += len(piece)
                if length > MOST_CHARACTERS:
                    break
                said.append(piece)
        except Exception as failed:  # noqa: BLE001  # whatever a template does wrong is told with its line
            _refuse_rendering(template, failed)
        if length > MOST_CHARACTERS:
            _refuse_at(template, 1, f"becomes longer than {MOST_CHARACTERS} characters")
        return "".join(said)

    def finding(self, message: str) -> Finding:
        """Return a finding about the whole part."""
        file = self.template.filename or ""
        lines = [""] if self.block is None else Path(file).read_text(encoding="utf-8").splitlines()
        opening = re.compile(rf"{{%[-+]?\s*block\s+{self.block}\b")
        line = next((n for n, text in enumerate(lines, start=1) if opening.search(text)), 1)
        return Finding(file=file, line=line, path="", message=message)


class Parts(NamedTuple):
    """The parts of a message in one language."""

    locale: str | None
    """The folder they were found in; None for the workflow's own language."""
    by_name: Mapping[str, Part]

    def render(self, part: str, values: Mapping[str, Any]) -> str:
        """Return a part with the values filled in, empty where the message has none.

        Raises:
            WorkflowInvalid: if it cannot be filled in, with the line.
        """
        found = self.by_name.get(part)
        return "" if found is None else found.render(values)


class Templates:
    """The templates of one workflow, each compiled when it is first asked for."""

    def __init__(self, folder: Path | None, own: Mapping[str, Mapping[str, str]]) -> None:
        self.folder = folder
        self._own = {name: parts for name, parts in own.items() if parts}
        self.parts = lru_cache(maxsize=_REMEMBERED)(self._parts)

    @cached_property
    def sandbox(self) -> "Sandbox":
        """Where the templates are compiled and rendered."""
        from jinja2 import FileSystemLoader

        from mentorflow.definitions.sandbox import Sandbox

        folders = [_BUILT_IN] if self.folder is None else [self.folder, _BUILT_IN]
        return Sandbox(FileSystemLoader(folders))

    def _parts(self, name: str, locale: str = "") -> Parts:
        """Return the parts of a message in the language closest to a locale.

        Raises:
            WorkflowInvalid: if there is no such template, or it cannot be read.
        """
        for folder in fallbacks(locale):
            template = self._template(f"{folder}/{name}{SUFFIX}")
            if template is not None:
                return Parts(folder, _blocks(template, name))
        if name in self._own:
            return Parts(None, self._own_parts(name))
        template = self._template(name + SUFFIX)
        if template is None:
            found = Finding(
                file=str(self.folder), line=1, path="", message=f"has no {name}{SUFFIX}"
            )
            refuse(str(self.folder), [found])
        return Parts(None, _blocks(template, name))

    def _own_parts(self, name: str) -> dict[str, Part]:
        parts = {
            part: Part(self._compiled(text, place=f"messages.{name}.{part}"))
            for part, text in self._own[name].items()
        }
        return parts | {"concise": parts["text"], "detailed": parts["text"]}

    def _compiled(self, text: str, *, place: str) -> "Template":
        from jinja2 import Template, TemplateSyntaxError

        try:
            code = self.sandbox.compile(text, name=place, filename=place)
        except TemplateSyntaxError as failed:
            _refuse_syntax(place, failed)
        return Template.from_code(self.sandbox, code, {})

    def _template(self, path: str) -> "Template | None":
        from jinja2 import TemplateNotFound, TemplateSyntaxError

        try:
            return self.sandbox.get_template(path)
        except TemplateNotFound:
            return None
        except TemplateSyntaxError as failed:
            _refuse_syntax(path, failed)
        except (OSError, UnicodeDecodeError) as failed:
            found = Finding(file=path, line=1, path="", message=f"cannot be read: {failed}")
            refuse(path, [found])


def fallbacks(locale: str) -> list[str]:
    """Return the folders in which to look for a locale, the closest first: de-AT, de."""
    if LOCALE.fullmatch(locale) is None:
        return []
    parts = re.split("[-_]", locale)
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _blocks(template: "Template", name: str) -> dict[str, Part]:
    for block in LETTER_PARTS if name == LETTER else PARTS:
        if block not in template.blocks:
            _refuse_at(template, 1, f"the block {block!r} is missing")
    return {block: Part(template, block) for block in template.blocks}


def _refuse_syntax(name: str, failed: "TemplateSyntaxError") -> NoReturn:
    file = failed.filename or name
    found = Finding(
        file=file, line=failed.lineno, path="", message=failed.message or "is no template"
    )
    refuse(file, [found])


def _refuse_rendering(template: "Template", failed: Exception) -> NoReturn:
    """Refuse a template at the line of it that was being rendered, be it one it includes."""
    where, line = template, 1
    step: TracebackType | None = failed.__traceback__
    while step is not None:
        rendering = step.tb_frame.f_globals.get("__jinja_template__")
        if rendering is not None:
            where, line = rendering, rendering.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    _refuse_at(where, line, _said(failed))


def _said(failed: Exception) -> str:
    from jinja2 import TemplateNotFound

    if isinstance(failed, TemplateNotFound):  # its own words are about folders of this machine
        return f"there is no {failed.name!r} to include"
    return str(failed) or type(failed).__name__


def _refuse_at(template: "Template", line: int, message: str) -> NoReturn:
    file = template.filename or str(template.name)
    refuse(file, [Finding(file=file, line=line, path="", message=message)])
