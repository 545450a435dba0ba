"""How people name things on the command line: a mentorship by its id or key, an escalation."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mentorflow.core.mentorship import Escalation, Mentorship
from mentorflow.errors import NotFound

if TYPE_CHECKING:
    from mentorflow.engine.engine import Engine

_MOST_LOOKED_UP = 20
MentorshipArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The mentorship, by its id or its key.")
]
EscalationArgument = Annotated[
    str,
    typer.Argument(metavar="ESCALATION", help="The escalation, by its id or as MENTORSHIP:LADDER."),
]


def mentorship_named(engine: "Engine", name: str) -> Mentorship:
    """Return the mentorship with an id, else with a key.

    Raises:
        NotFound: if there is neither.
        InvalidPayload: if the name can be neither.
    """
    from mentorflow.engine.ids import is_id
    from mentorflow.engine.payload import name_text

    if is_id(name):
        try:
            return engine.get(name)
        except NotFound:
            pass  # a host may use ids of its own as keys
    found = engine.find(key=name_text(name, what="ID"), limit=1)
    if not found:
        raise NotFound(f"there is no mentorship with the id or the key {name!r}")
    return engine.get(found[0].id)  # once more, with its timers and escalations


def id_of_named(engine: "Engine", name: str | None) -> str | None:
    """Return the id of the mentorship with an id or a key; None where none is named.

    Raises:
        NotFound, InvalidPayload: as `mentorship_named` does.
    """
    return None if name is None else mentorship_named(engine, name).id


def of_nobody(engine: "Engine", changes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return sentences on the programs and people of changes that no mentorship has so far.

    Timings may be set before anybody is there; but most such names are typing errors.
    """
    named = {
        (scope, one[scope]): {scope: one[scope]}
        for one in changes
        for scope in ("program", "person")
        if one.get(scope) is not None
    }
    return [
        f"There is no mentorship of the {scope} {name!r} so far."
        for (scope, name), wanted in [*named.items()][:_MOST_LOOKED_UP]
        if not engine.find(**wanted, limit=1)
    ]


def escalation_named(engine: "Engine", name: str) -> Escalation:
    """Return the escalation with an id, else the latest of a mentorship's ladder.

    Raises:
        NotFound: if there is none.
        InvalidPayload: if the name can be no id.
    """
    from mentorflow.engine.ids import is_id

    by_id = name[:36] if is_id(name[:36]) else None
    if by_id is not None:
        exact = [one for one in engine.escalations(by_id, is_over=None) if one.id == name]
        if exact:
            return exact[0]
    owner, _, ladder = name.rpartition(":")
    if not owner:
        raise _no_escalation(name)
    try:
        mentorship = mentorship_named(engine, owner)
    except NotFound:
        raise _no_escalation(name) from None
    known = engine.escalations(mentorship.id, is_over=None)
    found = [one for one in known if one.ladder == ladder]
    if not found:
        raise _no_escalation(name)
    return max(found, key=lambda one: (not one.status.is_over, one.opened_at))


def _no_escalation(name: str) -> NotFound:
    return NotFound(
        f"there is no escalation {name!r}; `mentorflow escalations list` shows those there are"
    )
