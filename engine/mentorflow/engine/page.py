"""A letter as a page of HTML, made when somebody asks for it: most channels have no use for it."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Template


class Passage(NamedTuple):
    """A paragraph, or a list of items."""

    lines: tuple[str, ...]
    is_list: bool = False


class Section(NamedTuple):
    """Something said under a heading."""

    heading: str
    passages: tuple[Passage, ...]


class Group(NamedTuple):
    """The messages of one mentorship in a digest."""

    heading: str
    sections: tuple[Section, ...]


class Page(NamedTuple):
    """All that is said on a page, as text that is not escaped yet."""

    language: str
    subject: str
    body: tuple[Passage, ...]
    groups: tuple[Group, ...] = ()
    sections: tuple[Section, ...] = ()
    """Why it was sent, and what happens next."""

    def html(self) -> str:
        """Return it as a whole HTML document."""
        return _layout().render(self._asdict())


@lru_cache(maxsize=1)
def _layout() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    layouts = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("layouts")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return layouts.get_template("letter.html.j2")
