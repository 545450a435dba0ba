"""How a pair works: goals, feedback, scores, milestones. Functions are named by message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mentorflow_workflows.demo import meetings, trouble
from mentorflow_workflows.demo.pair import WORKING, Heard, Pair
from mentorflow_workflows.demo.people import QUARRELS, Fate

_OPEN = WORKING | {"transition"}
_LONGER = {Fate.EXTENDED: 84, Fate.DRIFTED: 182}
_WORKS = ("Short calls, clear next steps", "Quick answers in the chat", "We review code together")


def work_begins(pair: Pair, heard: Heard) -> None:
    """Begin to work; whatever is going to happen to the pair is on its way from here."""
    if heard.role != "mentee" or pair.nth("began") > 1:
        return
    meetings.book(pair, at=pair.soon(pair.mentee, 1.0), ahead=pair.between(2, 6))
    if pair.is_willing(pair.mentee):
        set_goal(pair, days=3.0)
    if pair.fate in QUARRELS:
        trouble.begin(pair)
    elif pair.fate is Fate.UNSAFE:
        trouble.report(pair)
    if pair.might(0.04):
        _pause(pair)
    if pair.fate is Fate.MENDED or pair.might(0.38):
        _reach_milestone(pair, days=pair.between(24, 55))


def after_meeting(pair: Pair) -> None:
    """Write down what was said; give feedback; move a goal."""
    if pair.is_willing(pair.mentee, 0.5):
        told = {"key_points": ["The next change is agreed on."]}
        pair.will(pair.soon(pair.mentee, 0.3), "meeting.summarised", by=pair.mentee, words=told)
    if pair.might(0.16):
        _give_feedback(pair, pair.guide if pair.might(0.75) else pair.mentee)
    if pair.might(0.3):
        move_goal(pair)
    if pair.might(0.12):
        title = pair.pick(("My change was merged", "I gave my first talk", "I reviewed a change"))
        pair.will(
            pair.soon(pair.mentee, 2.0),
            "accomplishment.shared",
            by=pair.mentee,
            words={"title": title},
            only_in=_OPEN,
        )


def set_goal(pair: Pair, *, days: float) -> None:
    """Write a goal down, if there is none."""

    def words(pair: Pair) -> Mapping[str, Any] | None:
        ends_on = pair.ends_on
        left = 30 if ends_on is None else (ends_on - pair.now.date()).days
        if pair.facts.get("goals") or left < 3:
            return None
        return {
            "statement": "Bring the first change of mine into a release",
            "metric": "Changes released",
            "baseline": "0",
            "target": "1",
            "first_step": "Build the project and run its tests",
            "relevance": "It is what the mentorship is for",
            "within": f"{max(2, min(35, left - 1))}d",
        }

    pair.will(
        pair.soon(pair.mentee, days), "goal.set", by=pair.mentee, words=words, only_in=WORKING
    )


def move_goal(pair: Pair) -> None:
    """Tell that the goal moves, or that it is reached after a while."""
    is_reached = pair.nth("moved goal") >= 3

    def words(pair: Pair) -> Mapping[str, Any] | None:
        goals = (pair.facts.get("goals") or {}).values()
        if not any(goal["status"] == "open" for goal in goals):
            return None
        return {"evidence": "It is in the release notes."} if is_reached else {"value": "a step"}

    event = "goal.reached" if is_reached else "goal.progressed"
    pair.will(pair.soon(pair.mentee, 1.0), event, by=pair.mentee, words=words, only_in=_OPEN)


def goal_reminder(pair: Pair, _heard: Heard) -> None:
    """Write a goal down when reminded."""
    set_goal(pair, days=1.0)


def pulse_question(pair: Pair, heard: Heard) -> None:
    """Give a score, if one feels like it."""
    if pair.is_willing(heard.person, 0.85):
        _score(pair, heard.person, days=0.7)


def pulse_reminder_mentee(pair: Pair, heard: Heard) -> None:
    """Give a score when reminded."""
    if pair.is_willing(heard.person, 0.7):
        _score(pair, heard.person, days=0.5)


def pulse_reminder_mentor(pair: Pair, heard: Heard) -> None:
    """Give a score when reminded."""
    if heard.person not in (pair.facts.get("pulse") or {}).get("answered_by", ()):
        pulse_reminder_mentee(pair, heard)


def support_contact(pair: Pair, heard: Heard) -> None:
    """Say that one is at work, now and then."""
    if heard.role == "mentee" and pair.might(0.4):
        at = pair.soon(heard.person, 2.0)
        pair.will(at, "message.logged", by=heard.person, words={"channel": "chat"}, only_in=_OPEN)


def midterm_evaluation(pair: Pair, heard: Heard) -> None:
    """Hand in the midterm evaluation; of several mentors, one does."""
    if pair.fate is Fate.DROPPED and heard.person == pair.guide:
        _drop_out(pair)
    elif _evaluates(pair, heard):
        _evaluate(pair, heard, "midterm")


def final_evaluation(pair: Pair, heard: Heard) -> None:
    """Hand in the final evaluation; of several mentors, one does."""
    if _evaluates(pair, heard):
        _evaluate(pair, heard, "final")


def feedback_for_mentee(pair: Pair, heard: Heard) -> None:
    """Name a next step, see it differently, or forget."""
    if pair.might(0.07):
        words = {"view": "I had asked before I merged it."}
        pair.will(pair.soon(heard.person, 1.5), "feedback.disputed", by=heard.person, words=words)
    elif pair.is_willing(heard.person, 0.8):
        _name_next_step(pair, heard.person, days=1.5)


def feedback_for_mentor(pair: Pair, heard: Heard) -> None:
    """Name a next step; of several mentors, one does."""
    if heard.person == pair.guide:
        feedback_for_mentee(pair, heard)


def next_step_mentee(pair: Pair, heard: Heard) -> None:
    """Name a next step when reminded."""
    if pair.is_willing(heard.person, 0.8):
        _name_next_step(pair, heard.person, days=1.0)


def next_step_mentor(pair: Pair, heard: Heard) -> None:
    """Name a next step when reminded."""
    if heard.person == pair.guide:
        next_step_mentee(pair, heard)


def celebrate(pair: Pair, heard: Heard) -> None:
    """Find a word, choose a form, mark the moment."""
    if heard.role == "mentor" and pair.is_willing(heard.person):
        congratulate_reminder(pair, heard)
    elif heard.role == "mentee":
        if pair.is_willing(heard.person):
            form_reminder(pair, heard)
        if pair.might(0.7):
            at = pair.in_days(pair.between(4, 9))
            pair.will(at, "celebration.done", by=pair.mentee, only_in={"celebration"})


def congratulate_reminder(pair: Pair, heard: Heard) -> None:
    """Find a word."""
    words = {"note": "Well done: you asked early, and it shows."}
    at = pair.soon(heard.person, 1.0)
    event = "celebration.acknowledged"
    pair.will(at, event, by=heard.person, words=words, only_in={"celebration"})


def form_reminder(pair: Pair, heard: Heard) -> None:
    """Say how one likes to mark it."""
    words = {"form": pair.pick(("message", "meal_or_coffee", "quiet"))}
    at = pair.soon(heard.person, 1.5)
    pair.will(at, "celebration.planned", by=heard.person, words=words, only_in={"celebration"})


def ask_for_more_time(pair: Pair) -> bool:
    """Ask for a later end, where that is the fate of the pair; return whether they do."""
    days = _LONGER.get(pair.fate)
    if days is None or pair.ends_on is None or pair.nth("asked for more time") > 1:
        return False
    later = {"ends_on": (pair.ends_on + timedelta(days=days)).isoformat(), "focus": "A release"}
    at = pair.soon(pair.mentee, 1.0)
    pair.will(at, "extension.agreed", by=pair.mentee, words=later, only_in={"transition"})
    return True


def extension_asked(pair: Pair, heard: Heard) -> None:
    """Agree to the later end somebody asked for."""

    def words(pair: Pair) -> Mapping[str, Any] | None:
        wanted = pair.facts.get("extension")
        if not wanted or heard.person in wanted["wanted_by"]:
            return None
        return {"ends_on": wanted["ends_on"]}

    at = pair.soon(heard.person, 0.8)
    pair.will(at, "extension.agreed", by=heard.person, words=words, only_in={"transition"})


def extension_in_force(pair: Pair, heard: Heard) -> None:
    """Go on meeting; or never be heard of again."""
    if pair.fate is Fate.DRIFTED:
        pair.nth("gone")
    elif heard.role == "mentee":
        meetings.book(pair, at=pair.soon(pair.mentee, 1.0), ahead=pair.between(2, 6))


def _pause(pair: Pair) -> None:
    words = {"length": pair.pick(("7d", "10d", "14d")), "reason": "Exams"}
    at = pair.in_days(pair.between(10, 25))
    pair.will(at, "pause.requested", by=pair.mentee, words=words, only_in=WORKING)


def _reach_milestone(pair: Pair, *, days: float) -> None:
    words = {
        "kind": pair.pick(("project", "project", "skill")),
        "size": "big" if pair.fate is Fate.MENDED or pair.might(0.75) else "small",
        "title": pair.pick(("First change released", "The design is accepted", "First talk given")),
        "evidence": "It is on the project's page.",
    }

    def then(pair: Pair) -> None:
        if pair.might(0.6):
            thanks = {"note": "I could not have done it alone."}
            pair.will(pair.soon(pair.mentee, 2.0), "gratitude.sent", by=pair.mentee, words=thanks)

    def late(pair: Pair) -> Mapping[str, Any] | None:
        if pair.state == "conflict":
            _reach_milestone(pair, days=7.0)
        return words if pair.state in {"active", "transition"} else None

    pair.will(pair.in_days(days), "milestone.reached", by=pair.mentee, words=late, then=then)


def _give_feedback(pair: Pair, by: str) -> None:
    words = {
        "situation": "In the review of the last change",
        "behavior": "You wrote down what you had tried before you asked",
        "effect": "We found the cause in ten minutes",
        "suggestion": "Do the same in the issue itself",
        "kind": "strength" if pair.might(0.65) else "improve",
    }
    pair.will(pair.soon(by, 0.5), "feedback.given", by=by, words=words, only_in=_OPEN)


def _name_next_step(pair: Pair, person: str, *, days: float) -> None:
    mine = "mentee" if person == pair.mentee else "mentor"

    def words(pair: Pair) -> Mapping[str, Any] | None:
        waiting = (pair.facts.get("open_feedback") or {}).values()
        is_open = any(one["for"] == mine for one in waiting)
        return {"next_step": "Write it into the next issue", "within": "7d"} if is_open else None

    pair.will(pair.soon(person, days), "feedback.acknowledged", by=person, words=words)


def _score(pair: Pair, person: str, *, days: float) -> None:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        if person in (pair.facts.get("pulse") or {}).get("answered_by", ()):
            return None
        is_unwell = pair.fate in QUARRELS | {Fate.DROPPED, Fate.UNSAFE}
        scores = (1, 2, 2, 3, 3) if is_unwell else (2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5)
        return {"score": pair.pick(scores), "works": pair.pick(_WORKS)}

    pair.will(pair.soon(person, days), "pulse.answered", by=person, words=words, only_in=_OPEN)


def _evaluates(pair: Pair, heard: Heard) -> bool:
    is_one_of_them = heard.role == "mentee" or heard.person == pair.guide
    return is_one_of_them and pair.is_willing(heard.person)


def _evaluate(pair: Pair, heard: Heard, kind: str) -> None:
    words = {"kind": kind, "passed": True} if heard.role == "mentor" else {"kind": kind}
    at = pair.soon(heard.person, 2.0)
    pair.will(at, "evaluation.given", by=heard.person, words=words, only_in=_OPEN)


def _drop_out(pair: Pair) -> None:
    failed = {"kind": "midterm", "passed": False}

    def then(pair: Pair) -> None:
        by = pair.pick((pair.mentee, pair.coordinator))
        words = {"note": "University asks for all the time there is."}
        at = pair.soon(by, 3.0)
        pair.will(at, "party.withdrew", by=by, words=words, only_in=_OPEN)

    at = pair.soon(pair.guide, 2.0)
    pair.will(at, "evaluation.given", by=pair.guide, words=failed, only_in=_OPEN, then=then)
