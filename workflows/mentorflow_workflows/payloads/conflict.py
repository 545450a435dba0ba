"""What comes with events of a concern; there is no field for fault (K6)."""

from typing import Literal, Self

from pydantic import model_validator

from mentorflow_workflows.payloads.fields import Lines, Name, Names, Payload, Text, example


class ConcernRaised(Payload):
    """Raise a concern (K1); its words are for those it is visible to."""

    model_config = example(
        {"kind": "miscommunication", "text": "We expect different things from our calls."}
    )

    kind: Literal[
        "disagreement",
        "miscommunication",
        "priorities",
        "values",
        "unresponsive",
        "conduct",
        "other",
    ]
    text: Text
    urgency: Literal["normal", "urgent"] = "normal"
    visible_to: Literal["coordinator", "both"] = "coordinator"


class StatementGiven(Payload):
    """Tell one's side, or say that there is nothing to add (K5, K7)."""

    model_config = example({"text": "I would like shorter calls, and more of them."})

    text: Text | None = None
    nothing_to_add: bool = False
    needs: Lines = ()

    @model_validator(mode="after")
    def says_something(self) -> Self:
        """Take words, or the explicit wish to say none."""
        if self.text is None and not self.nothing_to_add:
            raise ValueError("write a `text`, or set `nothing_to_add`")
        return self


class ConcernResolved(Payload):
    """Consider a concern settled (K7, K14)."""

    model_config = example(
        {"solution": "We send the points a day ahead.", "lessons": ["Ask early"]}
    )

    solution: Text
    needs_mentee: Lines = ()
    needs_mentor: Lines = ()
    lessons: Lines = ()


class MediationRequested(Payload):
    """Ask for a neutral person, named or not (K11)."""

    model_config = example({"mediator": "a-neutral-person", "managers": ["somebody-else"]})

    mediator: Name | None = None
    managers: Names = ()
    """The managers of the two, none of whom can mediate."""
    note: Text | None = None

    @model_validator(mode="after")
    def is_nobodys_manager(self) -> Self:
        """Refuse a mediator who is somebody's manager."""
        if self.mediator is not None and self.mediator in self.managers:
            raise ValueError("a mediator is nobody's manager here; name somebody neutral")
        return self


class EndReason(Payload):
    """Say why the program ends it early, without naming a fault (K12)."""

    model_config = example({"reason": "Both have other priorities now."})

    reason: Text
