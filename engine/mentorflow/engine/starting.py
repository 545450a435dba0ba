"""Starting mentorships: who takes part, what is known, and the first state."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from mentorflow.core.decide import decide_start
from mentorflow.core.mentorship import Mentorship
from mentorflow.core.workflow import RoleRule
from mentorflow.engine.given import require_sound
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.library import Library, Running
from mentorflow.engine.payload import digest, json_text, name_text, plain
from mentorflow.errors import InvalidPayload, KeyReused
from mentorflow.store.rows import Saving
from mentorflow.store.transaction import Transaction

_DATES = "dates"
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)
_IDS = IdMaker()


class Start(NamedTuple):
    """A request to start a mentorship."""

    mentee: str
    mentors: Sequence[str]
    program: str
    key: str | None = None
    coordinator: str | None = None
    mediator: str | None = None
    program_owner: str | None = None
    dates: Mapping[str, date | str] = {}
    facts: Mapping[str, Any] = {}
    workflow: str = "mentorship"


class CheckedStart(NamedTuple):
    """A start whose every part was found right, with the data of its history entry."""

    asked: Start
    running: Running
    data: Mapping[str, Any]
    key: str | None
    digest: str


def checked(library: Library, start: Start) -> CheckedStart:
    """Check a start whole before anything is locked.

    Raises:
        InvalidPayload: saying which part is wrong.
        NotFound: if there is no such workflow.
    """
    running = library.latest(start.workflow)
    workflow = running.workflow
    parties = _parties(start)
    for rule in workflow.roles.values():
        _require_count(rule, parties.get(rule.name, []))
    for what, value in (("facts", start.facts), (_DATES, start.dates)):
        if not isinstance(value, Mapping):
            raise InvalidPayload(f"{what} is {value!r}; it must be a mapping of names to values")
    facts = dict(start.facts)
    if _DATES in facts:
        raise InvalidPayload("facts must not hold `dates`; pass them as dates=")
    facts[_DATES] = {name: _iso_date(name, value) for name, value in start.dates.items()}
    known = plain(json_text(facts, what="facts"))
    require_sound(workflow, known)
    data = {
        "program": name_text(start.program, what="program"),
        "workflow": workflow.name,
        "version": workflow.version,
        "parties": parties,
        "facts": known,
    }
    key = None if start.key is None else name_text(start.key, what="key")
    # Without the version: the same request is the same after the workflow's next version.
    asked = {name: value for name, value in data.items() if name != "version"}
    stamp = digest(json_text(asked, what="the start"))
    return CheckedStart(asked=start, running=running, data=data, key=key, digest=stamp)


def start_one(transaction: Transaction, library: Library, start: CheckedStart) -> Mentorship:
    """Start a mentorship, or return the one that a known key started, as it stands.

    Raises:
        KeyReused: if the key started another mentorship.
    """
    if start.key is not None:
        known = transaction.started(start.key)
        if known is not None:
            if known[1] != start.digest:
                raise KeyReused(start.key, first="another mentorship")
            locked = transaction.lock(known[0], key=None)
            if locked is not None:
                return locked.mentorship
    transaction.hold_revision()
    library.refresh(transaction)
    saving = _saving(transaction, _by_latest(library, start))
    transaction.save([saving])
    return saving.decision.mentorship


def start_many(
    transaction: Transaction, library: Library, starts: Sequence[CheckedStart]
) -> list[str]:
    """Start mentorships together, set-based; those whose key is known are left as they are."""
    transaction.hold_revision()
    library.refresh(transaction)
    ids: list[str] = []
    savings: list[Saving] = []
    mine: dict[str, CheckedStart] = {}
    for start in starts:
        known = transaction.started(start.key) if start.key is not None else None
        twin = mine.get(start.key) if start.key is not None else None
        if (known and known[1] != start.digest) or (twin and twin.digest != start.digest):
            raise KeyReused(start.key or "", first="another mentorship")
        if known is not None:
            ids.append(known[0])
        elif twin is not None:
            ids.append(ids[starts.index(twin)])
        else:
            saving = _saving(transaction, _by_latest(library, start))
            savings.append(saving)
            ids.append(saving.decision.mentorship.id)
            if start.key is not None:
                mine[start.key] = start
    transaction.save(savings)
    return ids


def _by_latest(library: Library, start: CheckedStart) -> CheckedStart:
    """Return a start by the rules in force now, where it was checked by those of before.

    Raises:
        InvalidPayload: if a version was published meanwhile that does not take it.
    """
    is_latest = library.latest(start.asked.workflow) is start.running
    return start if is_latest else checked(library, start.asked)


def _saving(transaction: Transaction, start: CheckedStart) -> Saving:
    now = transaction.now()
    running = start.running
    blank = Mentorship(
        id=_IDS.new_id(now),
        key=start.key,
        program=start.data["program"],
        workflow=running.workflow.name,
        version=running.workflow.version,
        state=running.workflow.initial,
        outcome=None,
        revision=0,
        parties=start.data["parties"],
        facts=start.data["facts"],
        entered_at=now,
        created_at=now,
        updated_at=now,
    )
    decision = decide_start(running.workflow, blank, start.data, running.timings)
    return Saving(decision=decision, digest=start.digest)


def _parties(start: Start) -> dict[str, list[str]]:
    if isinstance(start.mentors, str) or not isinstance(start.mentors, Sequence):
        raise InvalidPayload(f"mentors is {start.mentors!r}; it must be a list of persons")
    named: dict[str, list[str | None]] = {
        "mentee": [start.mentee],
        "mentor": list(start.mentors),
        "coordinator": [start.coordinator],
        "mediator": [start.mediator],
        "program_owner": [start.program_owner],
    }
    parties = {
        role: [name_text(person, what=role) for person in people if person is not None]
        for role, people in named.items()
    }
    pair = parties["mentee"] + parties["mentor"]
    twice = sorted({person for person in pair if pair.count(person) > 1})
    if twice:
        raise InvalidPayload(f"{twice[0]!r} is named twice among the mentee and the mentors")
    return {role: people for role, people in parties.items() if people}


def _require_count(rule: RoleRule, people: Sequence[str]) -> None:
    if not rule.at_least <= len(people) <= rule.at_most:
        span = f"{rule.at_least} to {rule.at_most}"
        wanted = str(rule.at_most) if rule.at_least == rule.at_most else span
        raise InvalidPayload(f"there must be {wanted} {rule.name}(s), not {len(people)}")


def _iso_date(name: str, value: date | str) -> str:
    if isinstance(value, datetime):
        raise InvalidPayload(f"dates[{name!r}] is an instant; it must be a date such as 2025-05-30")
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidPayload(
            f"dates[{name!r}] is {value!r}; it must be a date such as 2025-05-30"
        ) from None
    if not _EARLIEST <= day <= _LATEST:
        raise InvalidPayload(
            f"dates[{name!r}] is {day}; it must lie between {_EARLIEST} and {_LATEST}"
        )
    return day.isoformat()
