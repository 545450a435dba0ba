"""How the program's people act on what goes wrong. Functions are named by message."""

from collections.abc import Mapping
from typing import Any

from mentorflow_workflows.demo import beginning, meetings, trouble
from mentorflow_workflows.demo.pair import Heard, Pair


def unanswered_coordinator(pair: Pair, heard: Heard) -> None:
    """Call the mentor who does not answer."""
    _take_up(pair, heard)
    if pair.state == "contact":
        call = Heard(
            message="request_last_reminder", person=pair.lead, role="mentor", escalation=None
        )
        beginning.request_last_reminder(pair, call)


def stalled_coordinator(pair: Pair, heard: Heard) -> None:
    """Call both; it usually helps."""
    _take_up(pair, heard)
    call = Heard(message="stalled_parties", person=pair.mentee, role="mentee", escalation=None)
    meetings.stalled_parties(pair, call)
    if pair.state == "agreement":
        for person in (pair.mentee, *pair.facts.get("accepted_by", ())):
            beginning.sign(pair, person, days=1.0)


def low_pulse_coordinator(pair: Pair, heard: Heard) -> None:
    """Talk to whoever is not well."""
    _take_up(pair, heard)


def low_pulse_owner(pair: Pair, heard: Heard) -> None:
    """See to it that somebody talks to them."""
    _take_up(pair, heard, probability=1.0)


def safety_coordinator(pair: Pair, heard: Heard) -> None:
    """Reach the person now."""
    _take_up(pair, heard, probability=1.0, days=0.05)


def safety_owner(pair: Pair, heard: Heard) -> None:
    """Act oneself."""
    _take_up(pair, heard, probability=1.0, days=0.05)


def conflict_mediator(pair: Pair, heard: Heard) -> None:
    """Ask the coordinator whether to step in."""
    _take_up(pair, heard)


def conflict_owner(pair: Pair, heard: Heard) -> None:
    """See to it that somebody talks to both."""
    _take_up(pair, heard)


def conflict_coordinator(pair: Pair, heard: Heard) -> None:
    """Take the concern in hand, at last."""
    _take_up(pair, heard, probability=1.0)
    trouble.take_in_hand(pair, heard.person)


def _take_up(pair: Pair, heard: Heard, *, probability: float = 0.9, days: float = 0.5) -> None:
    """Say that one is on it, and some days later that it is done."""
    if heard.escalation is None or not pair.is_willing(heard.person, probability):
        return
    escalation, person = heard.escalation, heard.person

    def words(pair: Pair) -> Mapping[str, Any] | None:
        if escalation not in pair.open_escalations:
            return None
        return {"escalation": escalation, "reason": "I am on it."}

    def done(pair: Pair) -> Mapping[str, Any] | None:
        told = words(pair)
        return {**told, "reason": "We talked; it is settled."} if told else None

    def then(pair: Pair) -> None:
        at = pair.in_days(pair.between(2, 5))
        pair.will(at, "escalation.resolved", by=person, words=done)

    at = pair.soon(person, days)
    pair.will(at, "escalation.acknowledged", by=person, words=words, then=then)
