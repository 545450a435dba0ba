"""The sandbox of messages: every name is known, nothing is called, no value has a shape.

Templates come with the workflow and are trusted as its Python is. What they are filled with is not:
a name or a title may be anything, and comes out as one line of text.
"""

from datetime import date
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mentorflow.definitions.inert import inert

FILTERS = ("capitalize", "default", "first", "join", "last", "length", "lower", "trim", "upper")
"""What a message may do with a value; none of them makes much of little."""


class Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja2 environment that only fills in, compares and lists."""

    # One line of a template could otherwise ask for a gigabyte: 'x' * 10 ** 9, '%99999999d' % 1.
    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            finalize=_plain,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,  # a workflow has so many templates and no more
        )
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.globals.clear()

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002  # Jinja2 decides the parameters
        """Let nothing be called."""
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> NoReturn:  # noqa: ARG002  # Jinja2 decides the parameters
        """Refuse to multiply.

        Raises:
            SecurityError: always.
        """
        raise SecurityError(f"a message cannot use the operator {operator}")


def _plain(value: Any) -> str:
    """Return a value as a message shows it.

    Raises:
        UndefinedError: for what is not there, or is no text.
    """
    if isinstance(value, str | int | float | date | Undefined):
        return inert(str(value))  # of an Undefined, this says which name it was
    what = "nothing to write" if value is None else f"a {type(value).__name__}, which is no text"
    raise UndefinedError(f"there is {what}")
