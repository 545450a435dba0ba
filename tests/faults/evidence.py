"""What a run left behind: the ledgers of its processes, and the tables of its database."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import make_url

from faults import ledger
from faults.ledger import Answered
from hearing import Ear, Told, committed
from mentorflow.store.rows import instant
from tables import driver, rows

EventKey = tuple[str, str]
"""A mentorship, and the key of an event sent to it."""


class Keyed(NamedTuple):
    """An event with a key, as the history has it."""

    mentorship_id: str
    key: str
    revision: int


class Due(NamedTuple):
    """One countdown of one timer."""

    mentorship_id: str
    name: str
    instance: str
    at: datetime


class Fired(NamedTuple):
    """A timer's entry in the history."""

    due: Due
    at: datetime


class Outcome(NamedTuple):
    """What became of an effect that was decided at an instant."""

    decided_at: datetime
    status: str


class Change(NamedTuple):
    """One change of one effect's row, as the database saw it, and the process that made it."""

    effect: str
    process: str
    was_status: str
    status: str
    was_lease: str | None
    lease: str | None
    is_attempt: bool
    was_over: bool = False
    """Whether the lease was over by then, so that a Rescuer may set it free."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that a run is judged by."""

    horizon: datetime
    """What was to happen by then has been waited for; later things may be under way."""
    tried: list[EventKey] = field(default_factory=list)
    accepted: list[Answered] = field(default_factory=list)
    keyed: list[Keyed] = field(default_factory=list)
    revisions: dict[str, list[int]] = field(default_factory=dict)
    """Those in the history of each mentorship, and the one its own row is at as the last."""
    put: list[Due] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    effects: dict[str, Outcome] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)
    """The ids of effects, each as often as it was carried out."""
    changes: list[Change] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    ears: Mapping[str, Ear] = field(default_factory=dict)


def install_audit(url: str) -> None:
    """Have a database write down itself what happens to timers and effects."""
    dialect = make_url(url).get_backend_name()
    script = Path(__file__).with_name("audit").joinpath(f"{dialect}.sql").read_text("utf-8")
    with driver(url) as connection:
        if dialect == "sqlite":
            connection.executescript(script)
        else:
            connection.execute(script)


def gathered(url: str, folder: Path, horizon: datetime, ears: Mapping[str, Ear]) -> Evidence:
    """Read what a run has left behind."""
    entries = rows(
        url, "SELECT mentorship_id, revision, at, key, cause FROM mentorflow_history ORDER BY 1, 2"
    )
    revisions: dict[str, list[int]] = {}
    for id_, revision, *_ in entries:
        revisions.setdefault(str(id_), []).append(revision)
    for id_, revision in rows(url, "SELECT id, revision FROM mentorflow_mentorship"):
        revisions.setdefault(str(id_), []).append(revision)
    return Evidence(
        horizon=horizon,
        tried=[found for file in folder.glob("*.tried") for found in ledger.tried(file)],
        accepted=[found for file in folder.glob("*.accepted") for found in ledger.answered(file)],
        keyed=[Keyed(str(id_), key, revision) for id_, revision, _, key, _ in entries if key],
        revisions=revisions,
        put=[
            Due(str(id_), name, instance, instant(due_at))
            for id_, name, instance, due_at in rows(
                url, "SELECT mentorship_id, name, instance, due_at FROM faults_timer"
            )
        ],
        fired=list(_fired(entries)),
        effects=_effects(url),
        carried=[words[0] for words in ledger.lines_of(folder / ledger.CARRIED)],
        changes=_changes(url),
        told=committed(url),
        ears=ears,
    )


def _fired(entries: list[tuple[Any, ...]]) -> Iterator[Fired]:
    for id_, _, at, _, stored in entries:
        cause = json.loads(stored) if isinstance(stored, str) else stored
        if cause is not None and cause["due_at"] is not None:
            due_at = instant(cause["due_at"])
            yield Fired(Due(str(id_), cause["timer"], cause["instance"], due_at), instant(at))


def _effects(url: str) -> dict[str, Outcome]:
    found = rows(
        url,
        "SELECT e.mentorship_id, e.revision, e.position, h.at, e.status "
        "FROM mentorflow_effect AS e JOIN mentorflow_history AS h "
        "ON h.mentorship_id = e.mentorship_id AND h.revision = e.revision",
    )
    return {
        f"{id_}-{revision}:{place}": Outcome(instant(at), status)
        for id_, revision, place, at, status in found
    }


def _changes(url: str) -> list[Change]:
    found = rows(
        url,
        "SELECT mentorship_id, revision, place, process, was_status, status, was_lease, lease, "
        "is_attempt, was_over FROM faults_effect ORDER BY number",
    )
    return [_change(*row) for row in found]


def _change(id_: object, revision: int, place: int, process: str, *rest: Any) -> Change:
    was_status, status, was_lease, lease, is_attempt, was_over = rest
    return Change(
        effect=f"{id_}-{revision}:{place}",
        process=process,
        was_status=was_status,
        status=status,
        was_lease=was_lease,
        lease=lease,
        is_attempt=bool(is_attempt),
        was_over=bool(was_over),
    )
