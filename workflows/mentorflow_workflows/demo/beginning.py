"""How people answer a request, get to know each other and agree. Functions are named by message."""

from collections.abc import Mapping
from typing import Any

from mentorflow_workflows.demo import meetings
from mentorflow_workflows.demo.pair import Heard, Pair
from mentorflow_workflows.demo.people import Fate

_ASKED = frozenset({"contact", "rapport", "agreement", "active", "celebration"})
_SILENT = frozenset({Fate.UNANSWERED, Fate.WITHDRAWN})
_CADENCES = ("7d", "7d", "7d", "10d", "14d")


def request_received(pair: Pair, heard: Heard) -> None:
    """Say yes, no, or nothing yet; ask first now and then."""
    if pair.fate is Fate.WITHDRAWN and heard.person == pair.lead:
        pair.will(pair.in_days(pair.between(3, 8)), "mentee.withdrew", by=pair.mentee)
    if pair.fate is Fate.DECLINED or (heard.person != pair.lead and pair.might(0.05)):
        _decline(pair, heard.person)
    elif pair.fate not in _SILENT and pair.is_willing(heard.person):
        if pair.might(0.06):
            at = pair.soon(heard.person, 1.0)
            words = {"text": "How many hours a week could you give this?"}
            pair.will(at, "mentor.asked_question", by=heard.person, words=words)
        else:
            _accept(pair, heard.person, days=1.2)


def request_reminder(pair: Pair, heard: Heard) -> None:
    """Remember the request."""
    if pair.fate not in _SILENT and pair.is_willing(heard.person):
        _accept(pair, heard.person, days=1.0)


def request_last_reminder(pair: Pair, heard: Heard) -> None:
    """Remember the request, at last."""
    if pair.fate not in _SILENT and (heard.person == pair.lead or pair.might(0.5)):
        _accept(pair, heard.person, days=0.7)


def question_received(pair: Pair, heard: Heard) -> None:
    """Answer the mentor's question."""
    words = {"text": "About ten hours, mostly in the evening."}
    pair.will(pair.soon(heard.person, 0.7), "mentee.answered", by=heard.person, words=words)


def question_answered(pair: Pair, heard: Heard) -> None:
    """Say yes, now that it is clear."""
    _accept(pair, heard.person, days=0.7)


def introduction(pair: Pair, heard: Heard) -> None:
    """Suggest a first meeting."""
    if heard.role == "mentee" and pair.fate is not Fate.UNMET and pair.is_willing(heard.person):
        meetings.book(pair, at=pair.soon(heard.person, 0.7), ahead=pair.between(1, 4))


def book_first_meeting(pair: Pair, heard: Heard) -> None:
    """Suggest it after a reminder."""
    if pair.fate is not Fate.UNMET:
        meetings.book(pair, at=pair.soon(heard.person, 0.7), ahead=pair.between(1, 3))


def decide_fit(pair: Pair) -> None:
    """Make up one's mind after a first meeting."""
    if pair.fate is Fate.MISMATCHED:
        who = pair.pick((pair.mentee, pair.guide))
        pair.will(pair.soon(who, 4.0), "fit.declined", by=who, only_in={"rapport"})
        return
    for person in (pair.mentee, pair.guide):
        if pair.is_willing(person):
            _confirm(pair, person, days=1.5)


def fit_other_mentee(pair: Pair, heard: Heard) -> None:
    """Answer, now that the mentor has."""
    _confirm(pair, heard.person, days=1.0)


def fit_other_mentor(pair: Pair, heard: Heard) -> None:
    """Answer, now that the mentee has."""
    if heard.person == pair.guide:
        _confirm(pair, heard.person, days=1.0)


def fit_question_mentee(pair: Pair, heard: Heard) -> None:
    """Answer when asked in so many words."""
    _confirm(pair, heard.person, days=0.7)


def fit_question_mentor(pair: Pair, heard: Heard) -> None:
    """Answer when asked in so many words."""
    if heard.person == pair.guide:
        _confirm(pair, heard.person, days=0.7)


def start_draft(pair: Pair, heard: Heard) -> None:
    """Write an agreement, with the rhythm the pair likes."""
    if pair.is_willing(heard.person):
        _propose(pair, heard.person, days=1.2)


def draft_reminder(pair: Pair, heard: Heard) -> None:
    """Write it after a reminder."""
    _propose(pair, heard.person, days=0.7)


def draft_ready(pair: Pair, heard: Heard) -> None:
    """Sign, or put another version up once."""
    is_rewritten = heard.person == pair.guide and pair.might(0.06) and pair.state == "agreement"
    if is_rewritten and pair.nth("rewritten") == 1:
        _propose(pair, heard.person, days=1.5)
    elif pair.is_willing(heard.person):
        sign(pair, heard.person, days=1.0)


def sign_reminder_mentee(pair: Pair, heard: Heard) -> None:
    """Sign after a reminder."""
    sign(pair, heard.person, days=0.7)


def sign_reminder_mentor(pair: Pair, heard: Heard) -> None:
    """Sign after a reminder."""
    sign(pair, heard.person, days=0.7)


def sign(pair: Pair, person: str, *, days: float) -> None:
    """Sign the version that is up by then, once."""

    def words(pair: Pair) -> Mapping[str, Any] | None:
        draft = pair.facts.get("draft")
        if not draft or person in draft["signed_by"]:
            return None
        return {"version": draft["version"]}

    pair.will(pair.soon(person, days), "agreement.signed", by=person, words=words)


def terms(pair: Pair, cadence: str) -> dict[str, Any]:
    """Return an agreement about what the row is about."""
    title = str(pair.facts.get("title", "the project"))[:120]
    latest = max(
        int((pair.facts.get(fact) or {}).get("version", 0)) for fact in ("draft", "agreement")
    )
    return {
        "version": latest + 1,
        "objectives": [f"Work on: {title}"],
        "outcomes_mentee": ["A contribution that is merged and used"],
        "outcomes_mentor": ["A contributor who stays"],
        "cadence": cadence,
        "hours_per_month": 8,
        "styles": ["direct", "written first"],
        "structure": "One call in each period, questions in the chat in between.",
        "expectations": ["Questions are written down before a call"],
    }


def _accept(pair: Pair, mentor: str, *, days: float) -> None:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        has_answered = mentor in pair.facts.get("accepted_by", ())
        return None if has_answered else {}

    def then(pair: Pair) -> None:
        if pair.state == "agreement":
            sign(pair, mentor, days=1.0)

    at = pair.soon(mentor, days)
    pair.will(at, "mentor.accepted", by=mentor, words=words, only_in=_ASKED, then=then)


def _decline(pair: Pair, mentor: str) -> None:
    words = {"reason": pair.pick(("no_time", "no_time", "not_my_area"))}
    at = pair.soon(mentor, 2.0)
    pair.will(at, "mentor.declined", by=mentor, words=words, only_in=_ASKED)


def _confirm(pair: Pair, person: str, *, days: float) -> None:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        return None if person in pair.facts.get("fit", ()) else {}

    if pair.fate is not Fate.MISMATCHED:
        at = pair.soon(person, days)
        pair.will(at, "fit.confirmed", by=person, words=words, only_in={"rapport"})


def _propose(pair: Pair, person: str, *, days: float) -> None:
    cadence = pair.pick(_CADENCES)
    is_first = not pair.facts.get("draft")

    def words(pair: Pair) -> Mapping[str, Any] | None:
        is_stale = is_first and pair.facts.get("draft")
        return None if is_stale else terms(pair, cadence)

    at = pair.soon(person, days)
    pair.will(at, "agreement.proposed", by=person, words=words, only_in={"agreement"})
