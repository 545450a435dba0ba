"""What comes with events of winding down and of the years after."""

from typing import Literal

from mentorflow_workflows.payloads.fields import Lines, Name, Payload, Score, Text, example


class TransitionProposed(Payload):
    """Propose to wind down, and how (T3, T4)."""

    model_config = example({"progress": "All goals but one are reached.", "plan": ["taper"]})

    progress: Text | None = None
    plan: Lines = ()


class SurveyAnswered(Payload):
    """Answer the closing survey (S14, S21); the host says whose answer it brings."""

    model_config = example({"score": 5, "learned": "To ask earlier."})

    person: Name | None = None
    score: Score | None = None
    learned: Text | None = None
    could_be_better: Text | None = None


class TransitionCompleted(Payload):
    """Complete the mentorship, after a closing meeting or without one (T7)."""

    model_config = example({"closing_meeting": "waived"})

    closing_meeting: Literal["held", "waived"] = "held"
    note: Text | None = None


class FollowUpAnswered(Payload):
    """Tell how one has fared (A1, A5)."""

    model_config = example({"text": "I maintain the project now."})

    text: Text
    would_mentor: bool | None = None
