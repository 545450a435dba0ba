"""Composing: the message, or the digest of several, that one letter says to its person."""

from collections.abc import Mapping, Sequence
from string import Template

from mentorflow.core.mentorship import Mentorship
from mentorflow.core.outcome import MessageOutcome
from mentorflow.core.person import Person
from mentorflow.core.workflow import Workflow
from mentorflow.engine.behind import Behind
from mentorflow.engine.channels import Message
from mentorflow.engine.library import Library


def composed(
    library: Library,
    person: Person,
    parts: Sequence[MessageOutcome],
    behind: Behind,
    *,
    leader: MessageOutcome,
) -> Message:
    """Return what a letter says; it has the id of the message that leads it."""
    said = [_said(library, part, behind) for part in parts]
    first = said[0]
    if len(said) == 1:
        return first._replace(id=leader.id, locale=person.locale)
    return first._replace(
        id=leader.id,
        name="digest",
        subject=f"{len(said)} messages about your mentorships",
        text="\n\n".join(f"{one.subject}\n{one.text}" for one in said),
        locale=person.locale,
    )


def _said(library: Library, part: MessageOutcome, behind: Behind) -> Message:
    mentorship = behind.standing[part.mentorship_id]
    workflow = library.get(mentorship.workflow, mentorship.version).workflow
    return message_of(
        workflow,
        mentorship,
        effect_id=part.id,
        name=part.name,
        role=part.role or "",
        recipient=part.person,
        people=behind.people,
    )


def message_of(
    workflow: Workflow,
    mentorship: Mentorship,
    *,
    effect_id: str,
    name: str,
    role: str,
    recipient: str | None,
    people: Mapping[str, Person],
) -> Message:
    """Return a message of the workflow, with its variables filled in."""
    rule = workflow.messages[name]
    values = variables(mentorship, recipient, people)
    return Message(
        id=effect_id,
        name=name,
        role=role,
        recipient=recipient,
        subject=Template(rule.subject).safe_substitute(values),
        text=Template(rule.text).safe_substitute(values),
        mentorship_id=mentorship.id,
    )


def variables(
    mentorship: Mentorship, recipient: str | None, people: Mapping[str, Person]
) -> dict[str, str]:
    """Return what a message may name."""

    def called(role: str) -> str:
        return ", ".join(
            people[person].called if person in people else person
            for person in mentorship.parties.get(role, ())
        )

    return {
        "mentee": called("mentee"),
        "mentors": called("mentor"),
        "coordinator": called("coordinator") or "the coordinator",
        "mediator": called("mediator") or "the mediator",
        "program": mentorship.program,
        "key": mentorship.key or mentorship.id,
        "title": str(mentorship.facts.get("title", mentorship.program)),
        "state": mentorship.state,
        "recipient": people.get(recipient or "", Person(recipient or "")).called,
    }
