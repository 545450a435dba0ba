"""What must hold for goals, milestones, feedback, scores and evaluations."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import (
    holds_a_mentor,
    holds_the_mentee,
    is_mentor,
    is_program,
    mentors_taking_part,
)
from mentorflow_workflows.times import date_of, due_day, has_gone_by, today

_LOW, _TOP = 2, 5


def goal_is_unknown(view: View) -> str | None:
    """Keep one goal from replacing another (E4)."""
    goal = view.data.get("goal")
    if goal is None or goal not in _goals(view):
        return None
    return f"There is a goal {goal} already; change it with goal.amended."


def goal_is_known(view: View) -> str | None:
    """Know which goal is meant (E6); with none written down, none need be named."""
    goal, known = view.data.get("goal"), _goals(view)
    if goal in known:
        return None
    if goal is not None and known:
        return f"There is no goal {goal}; known are {', '.join(known)}."
    still_open = [name for name, about in known.items() if about.get("status") == "open"]
    if goal is None and len(still_open) > 1:
        return f"Say in `goal` which one is meant: {', '.join(still_open)}."
    return None


def due_within_mentorship(view: View) -> str | None:
    """Keep a goal's day inside the mentorship (E5)."""
    due, ends_on = due_day(view), date_of(view, "ends_on")
    if has_gone_by(view, due):
        return f"T (time-bound): {due} has gone by; choose a day from {today(view)} on."
    if ends_on is None or has_gone_by(view, ends_on) or due <= ends_on:
        return None
    return f"T (time-bound): {due} is after the end on {ends_on}; choose an earlier day."


def a_goal_is_set(view: View) -> str | None:
    """Know whether a goal is written down (S41)."""
    return None if _goals(view) else "No goal is written down yet."


def milestone_is_vouched_for(view: View) -> str | None:
    """Celebrate what is shown by evidence or a mentor's word (B1)."""
    if view.data.get("evidence") or is_mentor(view):
        return None
    if view.data.get("confirmed_by") in mentors_taking_part(view):
        return None
    return "Give `evidence`, or name in `confirmed_by` the mentor who has seen it."


def milestone_is_big(view: View) -> str | None:
    """Let a small step be noticed without a celebration of its own (B1)."""
    return None if view.data.get("size") == "big" else "It is a small step."


def feedback_is_known(view: View) -> str | None:
    """Know which feedback is meant (L5)."""
    feedback, known = view.data.get("feedback"), view.facts.get("open_feedback") or {}
    if feedback is None or feedback in known:
        return None
    return f"No feedback {feedback} is open; open are: {', '.join(known) or 'none'}."


def feedback_is_for_a_mentor(view: View) -> str | None:
    """Know that a mentor is to name the next step (L5)."""
    return None if _receiver(view) != "mentee" else "The feedback is for the mentee."


def feedback_is_for_the_mentee(view: View) -> str | None:
    """Know that the mentee is to name the next step (L5)."""
    return None if _receiver(view) != "mentor" else "The feedback is for a mentor."


def two_were_disputed_in_a_row(view: View) -> str | None:
    """Offer a conversation when feedback is seen differently twice in a row (L6)."""
    if view.facts.get("disputes_in_a_row", 0) >= 2:
        return None
    return "Feedback was seen differently once."


def score_is_low(view: View) -> str | None:
    """Know whether a score calls for a person (S7, S15)."""
    score, low = view.data["score"], _low(view)
    return None if score <= low else f"A score of {score} is above {low}."


def score_is_top(view: View) -> str | None:
    """Know whether a score calls for praise (S16)."""
    score = view.data["score"]
    return None if score >= _TOP else f"A score of {score} is below {_TOP}."


def no_score_is_low(view: View) -> str | None:
    """Know whether the latest score of each is fine (S15)."""
    scores = (view.facts.get("pulse") or {}).get("scores", {})
    if all(score > _low(view) for score in scores.values()):
        return None
    return "Somebody's latest score is low."


def mentee_gave_a_score(view: View) -> str | None:
    """Know whether the mentee answered the latest question for a score (S8)."""
    if holds_the_mentee(view, _scored(view)):
        return None
    return "The mentee has given no score this time."


def a_mentor_gave_a_score(view: View) -> str | None:
    """Know whether a mentor answered the latest question for a score (S8)."""
    if holds_a_mentor(view, _scored(view)):
        return None
    return "No mentor has given a score this time."


def a_midterm_is_set(view: View) -> str | None:
    """Leave looking back at half time to the midterm evaluation where there is one (B8)."""
    return None if date_of(view, "midterm_due") else "The program has no midterm."


def midterm_is_in_or_past(view: View) -> str | None:
    """Ask for no midterm evaluation that is in, or whose day has gone by."""
    return _in_or_past(view, "midterm")


def final_is_in_or_past(view: View) -> str | None:
    """Ask for no final evaluation that is in, or whose day has gone by."""
    return _in_or_past(view, "final")


def final_was_asked_before(view: View) -> str | None:
    """Know whether the final evaluation was asked for before winding down."""
    due = date_of(view, "final_due")
    if due is None:
        return "The program has no final evaluation."
    asked = view.calendar.before(view.calendar.start_of(due), view.spans["active.evaluation"])
    return None if asked < view.mentorship.entered_at else "It has not been asked for yet."


def criteria_hold(view: View) -> str | None:
    """Conclude when what was agreed on is done (T5, T6)."""
    agreement = view.facts.get("agreement") or {}
    criteria = agreement.get("criteria") or ()
    if not criteria:
        return _without_criteria(view)
    missing = [criterion["title"] for criterion in criteria if not _holds(view, criterion)]
    is_enough = not missing or (
        agreement.get("conclude_when") == "any" and len(missing) < len(criteria)
    )
    return None if is_enough else f"Still to be done: {'; '.join(missing)}."


def _without_criteria(view: View) -> str | None:
    goals = _goals(view)
    vouched = bool(view.data.get("evidence")) and (is_mentor(view) or is_program(view))
    if vouched or (goals and _all_reached(goals)) or _is_reached(view, date_of(view, "ends_on")):
        return None
    return (
        "No criteria were agreed on, goals are open and the end date lies ahead; a mentor or the "
        "coordinator can give `evidence` of what was finished."
    )


def _holds(view: View, criterion: Mapping[str, Any]) -> bool:
    if criterion["kind"] == "project":
        return bool(view.data.get("evidence"))
    if criterion["kind"] == "timeframe":
        on = criterion.get("on")
        return _is_reached(view, date.fromisoformat(on) if on else date_of(view, "ends_on"))
    counted = sum((view.facts.get("milestones") or {}).values())
    return bool(counted >= criterion.get("count", 1))


def _is_reached(view: View, day: date | None) -> bool:
    return day is not None and has_gone_by(view, day - timedelta(days=1))


def _all_reached(goals: Mapping[str, Any]) -> bool:
    return all(goal.get("status") == "reached" for goal in goals.values())


def _goals(view: View) -> Mapping[str, Any]:
    return view.facts.get("goals") or {}


def _receiver(view: View) -> str | None:
    timer = view.event.timer
    item = (view.facts.get("open_feedback") or {}).get(timer.instance if timer else "")
    return item.get("for") if item else None


def _low(view: View) -> int:
    return int(view.facts.get("pulse_low", _LOW))


def _scored(view: View) -> frozenset[str]:
    return frozenset((view.facts.get("pulse") or {}).get("answered_by", ()))


def _in_or_past(view: View, kind: str) -> str | None:
    due = date_of(view, f"{kind}_due")
    is_in = bool((view.facts.get("evaluations") or {}).get(kind))
    if is_in or due is None or has_gone_by(view, due):
        return None
    return f"The {kind} evaluation is due on {due}."
