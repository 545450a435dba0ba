"""Composing: the message, or the digest of several, that one letter says to its person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mentorflow.core.decide import TIMER_FIRED
from mentorflow.core.mentorship import HistoryEntry, Mentorship
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.person import Person
from mentorflow.core.workflow import Workflow
from mentorflow.engine.behind import Behind
from mentorflow.engine.channels import Invitation, Message
from mentorflow.engine.library import Library
from mentorflow.engine.rendering import DigestItem, digest, word


def composed(
    library: Library,
    person: Person,
    parts: Sequence[MessageOutcome],
    behind: Behind,
    *,
    leader: MessageOutcome,
) -> Message:
    """Return what a letter says; it has the id of the message that leads it."""
    items = [_item(library, part, behind) for part in parts]
    first, part = items[0], parts[0]
    assert first.workflow is not None, "each item has one, for mentorships keep their version"
    style, locale = person.style, person.locale
    if len(items) == 1:
        wording = word(first.workflow, first.name, first.values, style=style, locale=locale)
    else:
        wording = digest(first.workflow, items, first.values, style=style, locale=locale)
    return Message(
        id=leader.id,
        name=part.name if len(items) == 1 else "digest",
        role=part.role or "",
        recipient=part.person,
        subject=wording.subject,
        text=wording.text,
        page=wording.page,
        mentorship_id=part.mentorship_id,
        locale=locale,
        invitation=_invitation(part, wording.subject) if len(items) == 1 else None,
    )


def _invitation(part: MessageOutcome, summary: str) -> Invitation | None:
    found = part.data.get("invitation")
    if found is None:
        return None
    starts_at, ends_at = (datetime.fromisoformat(found[key]) for key in ("starts_at", "ends_at"))
    return Invitation(
        uid=f"{found['id']}.{part.mentorship_id}",
        sequence=part.revision,
        is_cancelled=found["is_cancelled"],
        starts_at=starts_at,
        length=ends_at - starts_at,
        summary=summary,
        place=found.get("place"),
    )


def _item(library: Library, part: MessageOutcome, behind: Behind) -> DigestItem:
    mentorship = behind.standing[part.mentorship_id]
    entry = behind.entries[part.mentorship_id, part.revision]
    workflow = library.wording(mentorship, part.name)
    values = variables(mentorship, entry, part.role or "", part.person, behind.people)
    if "invitation" in part.data:
        values["meeting"] = _told(part.data["invitation"], behind.people.get(part.person))
    return DigestItem(part.name, values, part.why.value if part.why else "", workflow)


def message_of(
    workflow: Workflow,
    mentorship: Mentorship,
    entry: HistoryEntry,
    *,
    effect_id: str,
    name: str,
    role: str,
    people: Mapping[str, Person],
) -> Message:
    """Return a message of the workflow that has nobody to go to."""
    values = variables(mentorship, entry, role, None, people)
    wording = word(workflow, name, values, style="detailed", locale="en")
    return Message(
        id=effect_id,
        name=name,
        role=role,
        recipient=None,
        subject=wording.subject,
        text=wording.text,
        page=wording.page,
        mentorship_id=mentorship.id,
    )


def variables(
    mentorship: Mentorship,
    entry: HistoryEntry,
    role: str,
    recipient: str | None,
    people: Mapping[str, Person],
) -> dict[str, Any]:
    """Return what a message may name."""

    def called(role: str) -> str:
        return " and ".join(
            people[person].called if person in people else person
            for person in mentorship.parties.get(role, ())
        )

    reader = people.get(recipient or "", Person(recipient or ""))
    return {
        "mentee": called("mentee"),
        "mentors": called("mentor"),
        "coordinator": called("coordinator") or "the coordinator",
        "mediator": called("mediator") or "the mediator",
        "program": mentorship.program,
        "key": mentorship.key or mentorship.id,
        "title": str(mentorship.facts.get("title", mentorship.program)),
        "state": mentorship.state,
        "recipient": reader.called,
        "role": role,
        "cause": entry.data["timer"] if entry.event == TIMER_FIRED else entry.event,
        "meeting": _meeting(mentorship, entry, reader),
    }


def _meeting(
    mentorship: Mentorship, entry: HistoryEntry, reader: Person
) -> dict[str, str | None] | None:
    """Return the open meeting whose timer fired, by the clock of the reader."""
    found = (mentorship.facts.get("meetings") or {}).get(entry.data.get("instance"))
    if found is None or not str(entry.data.get("timer", "")).startswith("meeting."):
        return None
    return _told(found, reader)


def _told(meeting: Mapping[str, Any], reader: Person | None) -> dict[str, str | None]:
    begins, ends = (datetime.fromisoformat(meeting[key]) for key in ("starts_at", "ends_at"))
    local = begins.astimezone(ZoneInfo("UTC" if reader is None else reader.time_zone))
    minutes = int((ends - begins).total_seconds() // 60)
    return {
        "starts_at": f"{local:%A, %B} {local.day}, {local:%H:%M %Z}",
        "length": f"{minutes} minutes",
        "place": meeting.get("place"),
    }
