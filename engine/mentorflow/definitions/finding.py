"""What is wrong with a workflow document: the place, the fault, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NoReturn

from mentorflow.errors import WorkflowInvalid

Place = tuple[str | int, ...]
"""Where something stands in a document: keys and list positions from the top."""


class Severity(StrEnum):
    """Whether a document may be run with a finding."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to put right in a document."""

    severity: Severity = Severity.ERROR
    file: str
    line: int
    """Counted from 1."""
    path: str
    """As people write it: `states.contact.timers.nudge_1.after`."""
    message: str
    hint: str = ""
    """What would be right, where that is known."""

    @property
    def is_error(self) -> bool:
        """Whether a workflow with this finding must not run."""
        return self.severity is Severity.ERROR

    def as_dict(self) -> dict[str, str | int]:
        """Return the finding as a JSON-ready document."""
        return {
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: {self.path}" if self.path else f"{self.file}:{self.line}"
        return f"{place}: {self.message}" + (f"; {self.hint}" if self.hint else "")


def written(path: Place) -> str:
    """Return a path as people write it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def refuse(name: str, findings: list[Finding]) -> NoReturn:
    """Refuse a document for all that was found in it.

    Raises:
        WorkflowInvalid: always, with the findings in the order of their lines.
    """
    ordered = {str(one): one.as_dict() for one in sorted(findings, key=lambda one: one.line)}
    raise WorkflowInvalid(name, list(ordered), findings=list(ordered.values()))


def nearest(name: str, valid: Iterable[str]) -> str:
    """Return a hint at the valid name a wrong one is closest to, or at all of them if few."""
    names = sorted(set(valid))
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    if not names:
        return "there are none"
    if len(names) <= 8:
        return "there is " + ", ".join(names)
    return ""
