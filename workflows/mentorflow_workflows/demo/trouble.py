"""How people quarrel, and how it is settled or ended. Functions are named by message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mentorflow_workflows.demo import beginning
from mentorflow_workflows.demo.pair import WORKING, Heard, Pair
from mentorflow_workflows.demo.people import Fate

MEDIATOR = "mediator-1"
_HERE = frozenset({"conflict"})
_CONCERNS = (
    ("miscommunication", "We expect different things from our calls."),
    ("priorities", "My work waits for weeks, and then everything is urgent."),
    ("disagreement", "We cannot agree on the design, and it has become personal."),
    ("unresponsive", "My questions stay without an answer for days."),
)


def begin(pair: Pair) -> None:
    """Fall out, some time in."""
    kind, text = pair.pick(_CONCERNS)
    visible = "both" if pair.might(0.4) else "coordinator"
    words = {"kind": kind, "text": text, "visible_to": visible}
    by = pair.mentee if pair.might(0.7) else pair.guide
    at = pair.in_days(pair.between(8, 24))
    pair.will(at, "concern.raised", by=by, words=words, only_in=WORKING, then=_tell_both_sides)


def report(pair: Pair) -> None:
    """Report that one is not safe."""
    words = {"text": "Please call me."}
    pair.will(pair.in_days(pair.between(10, 35)), "safety.reported", by=pair.mentee, words=words)


def concern_opened(pair: Pair, heard: Heard) -> None:
    """Take it in hand as coordinator, and set a talk; a busy one needs to be told again."""
    if pair.is_willing(heard.person):
        take_in_hand(pair, heard.person)


def offer_mediation(pair: Pair, heard: Heard) -> None:
    """Ask somebody neutral, where the two cannot settle it alone."""
    if pair.fate is Fate.MEDIATED:
        at = pair.soon(heard.person, 1.0)
        words = {"mediator": MEDIATOR}
        pair.will(at, "mediation.requested", by=heard.person, words=words, only_in=_HERE)


def mediation_consent(pair: Pair, heard: Heard) -> None:
    """Consent; of several mentors, one does. The talk with the mediator follows."""
    if heard.person in (pair.mentee, pair.guide):
        at = pair.soon(heard.person, 1.0)
        pair.will(at, "mediation.accepted", by=heard.person, only_in=_HERE)
    if heard.person == pair.mentee:
        at = pair.in_days(pair.between(4, 8))
        pair.will(at, "mediation.settled", by=MEDIATOR, words=_solution(), only_in=_HERE)


def resolution_question(pair: Pair, heard: Heard) -> None:
    """Say whether it is settled; each for themselves."""
    if heard.person not in (pair.mentee, pair.guide):
        return
    if pair.fate is Fate.MENDED:
        _settle(pair, heard.person, "concern.resolved")
    elif pair.fate is Fate.MEDIATED and (pair.facts.get("concern") or {}).get("mediation"):
        _settle(pair, heard.person, "mediation.settled")
    elif pair.fate is Fate.PARTED and heard.person == pair.mentee:
        pair.will(pair.soon(heard.person, 2.0), "end.agreed", by=heard.person, only_in=_HERE)


def end_question(pair: Pair, heard: Heard) -> None:
    """Agree that it is better to stop."""
    if heard.person == pair.guide:
        pair.will(pair.soon(heard.person, 1.5), "end.agreed", by=heard.person, only_in=_HERE)


def decision_needed(pair: Pair, heard: Heard) -> None:
    """Decide for the program, where nobody else does."""
    if heard.role == "coordinator":
        words = {"reason": "Both have tried, and it does not come together."}
        at = pair.soon(heard.person, 1.5)
        pair.will(at, "end.decided", by=heard.person, words=words, only_in=_HERE)


def offer_amendment(pair: Pair, heard: Heard) -> None:
    """Write down what is to be different now."""
    if heard.person == pair.mentee and pair.might(0.6):

        def words(pair: Pair) -> Mapping[str, Any] | None:
            if pair.facts.get("draft"):
                return None
            return {**beginning.terms(pair, "7d"), "reason": "We want shorter calls, more often."}

        at = pair.soon(heard.person, 2.0)
        pair.will(at, "agreement.amended", by=heard.person, words=words, only_in={"active"})


def _tell_both_sides(pair: Pair) -> None:
    for person in (pair.mentee, pair.guide):
        words: dict[str, Any] = {"text": "I would like us to say earlier what we need."}
        if not pair.is_willing(person):
            words = {"nothing_to_add": True}
        at = pair.soon(person, 2.0)
        pair.will(at, "statement.given", by=person, words=words, only_in=_HERE)


def take_in_hand(pair: Pair, coordinator: str) -> None:
    """Take an open concern in hand, and set a talk."""

    def words(pair: Pair) -> Mapping[str, Any] | None:
        return None if (pair.facts.get("concern") or {}).get("taken_by") else {}

    at = pair.soon(coordinator, 0.3)
    event = "concern.acknowledged"
    pair.will(at, event, by=coordinator, words=words, only_in=_HERE, then=_set_talk)


def _set_talk(pair: Pair) -> None:
    start = pair.slot_in_days(pair.between(2, 4))
    booked = {"starts_at": start.isoformat(), "length": "60m"}
    at = pair.soon(pair.coordinator, 0.3)
    pair.will(at, "dialogue.booked", by=pair.coordinator, words=booked, only_in=_HERE)
    pair.will(start + timedelta(hours=1), "dialogue.held", by=pair.coordinator, only_in=_HERE)


def _settle(pair: Pair, person: str, event: str) -> None:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        settled = (pair.facts.get("concern") or {}).get("settled_by", ())
        return None if person in settled else _solution()

    pair.will(pair.soon(person, 1.5), event, by=person, words=words, only_in=_HERE)


def _solution() -> dict[str, Any]:
    return {
        "solution": "Half an hour every week, and the points are sent a day ahead.",
        "needs_mentee": ["To know when an answer comes"],
        "needs_mentor": ["Questions in one place"],
        "lessons": ["Say it early"],
    }
