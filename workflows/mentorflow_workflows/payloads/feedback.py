"""What comes with events of feedback."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mentorflow_workflows.payloads.fields import Name, Payload, Span, Text, example

Part = Annotated[str, Field(max_length=4000)]
_PARTS = {
    "situation": "when and where it was",
    "behavior": "what the person did or said, as one could have filmed it",
    "effect": "what it led to",
    "suggestion": "what to keep or to try next time",
}


class FeedbackGiven(Payload):
    """Give feedback on behavior, in four parts, none of them empty (L3, L4)."""

    model_config = example(
        {
            "situation": "In the design review on Tuesday",
            "behavior": "You asked two people for their view before giving yours",
            "effect": "We found the problem with the cache in time",
            "suggestion": "Do the same in the next review",
            "kind": "strength",
        },
        required=(*_PARTS, "kind"),
    )

    feedback: Name | None = None
    """What the host calls it; the next free feedback-N where nothing is said."""
    situation: Part = ""
    behavior: Part = ""
    effect: Part = ""
    suggestion: Part = ""
    kind: Literal["strength", "improve"]

    @model_validator(mode="after")
    def is_complete(self) -> Self:
        """Say which part is missing, and what belongs there."""
        missing = [f"`{part}` ({say})" for part, say in _PARTS.items() if not getattr(self, part)]
        if missing:
            raise ValueError(f"the feedback lacks {', '.join(missing)}")
        return self


class FeedbackAcknowledged(Payload):
    """Name a next step (L5); for the latest feedback where none is named."""

    model_config = example(
        {"next_step": "Ask the two reviewers before the meeting", "within": "7d"}
    )

    feedback: Name | None = None
    next_step: Text
    within: Span | None = None


class FeedbackDisputed(Payload):
    """Say that one sees it differently (L6); the latest feedback where none is named."""

    model_config = example({"view": "I remember the order of events differently."})

    feedback: Name | None = None
    view: Text
