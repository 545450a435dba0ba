"""How people close a mentorship, and what they say later. Functions are named by message."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from mentorflow_workflows.demo import meetings, work
from mentorflow_workflows.demo.pair import Heard, Pair

_HERE = frozenset({"transition"})
_AFTER = frozenset({"transition", "alumni"})


def winding_down(pair: Pair, heard: Heard) -> None:
    """Ask for more time, or set a closing meeting near the last day."""
    if heard.role != "mentee" or work.ask_for_more_time(pair):
        return
    if pair.might(0.85):
        _book_closing(pair)


def book_closing(pair: Pair, heard: Heard) -> None:
    """Set a closing meeting when reminded."""
    if heard.role == "mentee" and pair.is_willing(heard.person):
        _book_closing(pair)


def winding_down_early(pair: Pair, heard: Heard) -> None:
    """Take leave; the coordinator completes it, or time does."""
    if pair.is_willing(heard.person, 0.4):
        _thank(pair, heard.person)
    if heard.role == "mentee" and pair.might(0.75):
        at = pair.in_days(pair.between(4, 12))
        pair.will(at, "exit.completed", by=pair.coordinator, only_in=_HERE)


def closing_survey(pair: Pair, heard: Heard) -> None:
    """Answer the closing survey, or not."""
    if pair.is_willing(heard.person, 0.75):
        _answer_survey(pair, heard.person, days=2.5)


def closing_survey_mentee(pair: Pair, heard: Heard) -> None:
    """Answer when reminded, or not."""
    if pair.is_willing(heard.person, 0.5):
        _answer_survey(pair, heard.person, days=1.5)


def closing_survey_mentor(pair: Pair, heard: Heard) -> None:
    """Answer when reminded, or not."""
    closing_survey_mentee(pair, heard)


def after_meeting(pair: Pair) -> None:
    """Take leave after a closing meeting; have the program complete it."""
    if not pair.facts.get("closing_meeting_at") or pair.nth("closed") > 1:
        return
    for person in (pair.mentee, pair.guide):
        if pair.is_willing(person, 0.85):
            _thank(pair, person)
    if pair.might(0.85):
        learned = {"learned": ["To ask early"], "overcome": ["The fear of a large code base"]}
        pair.will(
            pair.soon(pair.mentee, 0.5),
            "closing_meeting.held",
            by=pair.mentee,
            words=learned,
            only_in=_HERE,
        )
    at = _not_before_the_end(pair, pair.soon(pair.coordinator, 3.0))
    if pair.is_willing(pair.coordinator):
        pair.will(at, "transition.completed", by=pair.coordinator, only_in=_HERE)


def future_contact(pair: Pair, heard: Heard) -> None:
    """Say whether one would like to stay in touch."""
    if pair.is_willing(heard.person, 0.7):
        words = {"channel": "email", "every": "90d", "listed": pair.might(0.5)}
        event = "contact.consent_given"
        pair.will(pair.soon(heard.person, 2.0), event, by=heard.person, words=words, only_in=_AFTER)


def completed(pair: Pair, heard: Heard) -> None:
    """Ask to be left alone, now and then."""
    if pair.might(0.01):
        at = pair.in_days(pair.between(2, 60))
        pair.will(at, "contact.withdrawn", by=heard.person, only_in={"alumni"})


def follow_up(pair: Pair, heard: Heard) -> None:
    """Tell how one has fared, if one likes."""
    if pair.is_willing(heard.person, 0.35):
        _tell_how_it_went(pair, heard.person, {"text": "I review changes in the project now."})


def follow_up_last(pair: Pair, heard: Heard) -> None:
    """Tell how one has fared; some would like to mentor, some to begin anew together."""
    if pair.is_willing(heard.person, 0.35):
        told = {"text": "I maintain a part of it.", "would_mentor": pair.might(0.5)}
        _tell_how_it_went(pair, heard.person, told)
    if heard.role == "mentee" and pair.might(0.03):
        at = pair.soon(heard.person, 5.0)
        pair.will(at, "reengagement.agreed", by=heard.person, only_in={"alumni"})


def new_start_question(pair: Pair, heard: Heard) -> None:
    """Agree to begin anew together."""
    if heard.person == pair.guide:
        at = pair.soon(heard.person, 3.0)
        pair.will(at, "reengagement.agreed", by=heard.person, only_in={"alumni"})


def _book_closing(pair: Pair) -> None:
    at = pair.soon(pair.mentee, 2.0)
    last = _last_day(pair) or at
    ahead = max((last - at) / timedelta(days=1) - pair.between(0, 4), 1.0)
    meetings.book(pair, at=at, ahead=ahead, kind="closing")


def _last_day(pair: Pair) -> datetime | None:
    if pair.ends_on is None:
        return None
    return datetime.combine(pair.ends_on, time(16), pair.now.tzinfo)


def _not_before_the_end(pair: Pair, at: datetime) -> datetime:
    last = _last_day(pair)
    return at if last is None else max(at, last)


def _thank(pair: Pair, person: str) -> None:
    words = {"note": "Thank you for your time and your patience."}
    pair.will(pair.soon(person, 1.0), "gratitude.sent", by=person, words=words, only_in=_AFTER)


def _answer_survey(pair: Pair, person: str, *, days: float) -> None:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        if person in (pair.facts.get("survey_answered_by") or ()):
            return None
        return {"score": pair.pick((3, 4, 4, 5, 5, 5)), "learned": "To ask earlier."}

    at = pair.soon(person, days)
    pair.will(at, "survey.answered", by=person, words=words, only_in=_AFTER)


def _tell_how_it_went(pair: Pair, person: str, told: Mapping[str, Any]) -> None:
    at = pair.soon(person, 4.0)
    pair.will(at, "follow_up.answered", by=person, words=told, only_in={"alumni"})
