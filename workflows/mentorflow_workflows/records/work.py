"""What is remembered of goals, milestones, feedback, scores and evaluations."""

from collections.abc import Container, Mapping
from typing import Any

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import is_mentee, mapping, with_person
from mentorflow_workflows.times import due_day

Changes = Mapping[str, Any]
_KEPT_OF_A_GOAL = ("statement", "metric", "baseline", "target")


def note_goal(view: View) -> Changes:
    """Keep a goal as it is now agreed on (E4, E10)."""
    goals = mapping(view, "goals")
    name = _meant(view) or _next_name("goal", goals)
    before = goals.get(name, {"set_at": view.now.isoformat()})
    told = {part: view.data[part] for part in _KEPT_OF_A_GOAL if part in view.data}
    goal = {**before, **told, "due": due_day(view).isoformat(), "status": "open"}
    return {"goals": {**goals, name: goal}}


def note_progress(view: View) -> Changes:
    """Keep how far a goal has come (E6)."""
    progress = {"progressed_at": view.now.isoformat(), "value": view.data["value"]}
    return _with_goal(view, progress)


def note_goal_reached(view: View) -> Changes:
    """Keep that a goal is reached (E6)."""
    return _with_goal(view, {"status": "reached", "reached_at": view.now.isoformat()})


def note_milestone(view: View) -> Changes:
    """Count milestones, big and small (B1, T6)."""
    milestones = mapping(view, "milestones")
    size = view.data["size"]
    return {
        "milestones": {**milestones, size: milestones.get(size, 0) + 1},
        "last_milestone_at": view.now.isoformat(),
    }


def note_feedback(view: View) -> Changes:
    """Keep that feedback waits for a next step; its words stay in the history (L3, L5)."""
    waiting = mapping(view, "open_feedback")
    given = view.facts.get("feedback_given", 0) + 1
    name = view.data.get("feedback") or _next_name("feedback", waiting, at_least=given)
    receiver = "mentor" if is_mentee(view) else "mentee"
    item = {"given_at": view.now.isoformat(), "for": receiver, "kind": view.data["kind"]}
    return {"open_feedback": {**waiting, name: item}, "feedback_given": given}


def settle_feedback(view: View) -> Changes:
    """Count feedback that led to a next step (L5, L7)."""
    return {
        "open_feedback": _without_feedback(view),
        "feedback_applied": view.facts.get("feedback_applied", 0) + 1,
        "disputes_in_a_row": 0,
    }


def note_dispute(view: View) -> Changes:
    """Count how often in a row feedback was seen differently (L6)."""
    return {
        "open_feedback": _without_feedback(view),
        "disputes_in_a_row": view.facts.get("disputes_in_a_row", 0) + 1,
        "agenda": with_person(view.facts.get("agenda", ()), "Feedback seen differently"),
    }


def note_pulse_asked(view: View) -> Changes:
    """Remember that scores are awaited (S14)."""
    return {
        "pulse_asked_at": view.now.isoformat(),
        "pulse": {**mapping(view, "pulse"), "answered_by": []},
    }


def note_pulse(view: View) -> Changes:
    """Keep each one's latest score; the words stay in the history (M8)."""
    pulse = mapping(view, "pulse")
    person = str(view.event.by)
    return {
        "pulse": {
            "scores": {**pulse.get("scores", {}), person: view.data["score"]},
            "answered_by": with_person(pulse.get("answered_by", ()), person),
        }
    }


def note_evaluation(view: View) -> Changes:
    """Remember that an evaluation is in."""
    evaluations = mapping(view, "evaluations")
    kind = view.data["kind"]
    giver = view.event.by or "host"
    return {"evaluations": {**evaluations, kind: with_person(evaluations.get(kind, ()), giver)}}


def begin_celebration(view: View) -> Changes:
    """Begin a celebration with nobody's words said yet (B5)."""
    return {"celebration": {"since": view.now.isoformat()}}


def note_congratulation(view: View) -> Changes:
    """Remember that a mentor found a word (B5)."""
    celebration = mapping(view, "celebration")
    said = not is_mentee(view) or celebration.get("congratulated", False)
    return {"celebration": {**celebration, "congratulated": said}}


def note_celebration_form(view: View) -> Changes:
    """Remember how the moment is marked (B6)."""
    return {"celebration": {**mapping(view, "celebration"), "form": view.data["form"]}}


def _with_goal(view: View, change: Mapping[str, Any]) -> Changes:
    goals = mapping(view, "goals")
    name = _meant(view)
    if name is None or name not in goals:
        return {}
    return {"goals": {**goals, name: {**goals[name], **change}}}


def _meant(view: View) -> str | None:
    """Return the goal an event names; for all but a new one, the only open one if it names none."""
    named: str | None = view.data.get("goal")
    if named is not None or view.event.name == "goal.set":
        return named
    goals = mapping(view, "goals")
    still_open = [name for name, goal in goals.items() if goal.get("status") == "open"]
    return still_open[0] if len(still_open) == 1 else None


def _without_feedback(view: View) -> dict[str, Any]:
    waiting = mapping(view, "open_feedback")
    mine = "mentee" if is_mentee(view) else "mentor"
    latest = [name for name, item in waiting.items() if item["for"] == mine][-1:]
    named = view.data.get("feedback")
    gone = [named] if named is not None else latest
    return {name: item for name, item in waiting.items() if name not in gone}


def _next_name(prefix: str, taken: Container[str], at_least: int = 1) -> str:
    number = at_least
    while f"{prefix}-{number}" in taken:
        number += 1
    return f"{prefix}-{number}"
