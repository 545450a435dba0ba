"""Who changed what, when and why, as a table and as documents."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.cli.console import emit, table
from mentorflow.cli.wording import local

if TYPE_CHECKING:
    from rich.console import Console

    from mentorflow.core.override import TimingChange

_COLUMNS = ("when", "what", "was", "is", "by", "why", "revision")
BeforeOption = Annotated[
    int | None, typer.Option(metavar="REVISION", help="Go on before the last one seen.")
]


def emit_changes(found: Sequence["TimingChange"], *, as_json: bool) -> None:
    """Tell the changes of one thing, the latest first."""

    def human(console: "Console") -> None:
        if not found:
            console.print("Nobody has said anything of it.")
            return
        console.print(table(_COLUMNS, (_row(one) for one in found)))

    emit([_document(one) for one in found], as_json=as_json, human=human)


def _row(one: "TimingChange") -> tuple[object, ...]:
    was, now = one.from_value, one.to_value
    return (local(one.at), one.timing, was, now, one.by, one.reason, one.revision)


def _document(one: "TimingChange") -> dict[str, Any]:
    return {
        "revision": one.revision,
        "at": one.at.isoformat(),
        "by": one.by,
        "reason": one.reason,
        "what": one.timing,
        "from": one.from_value,
        "to": one.to_value,
    }
