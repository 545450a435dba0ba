"""What comes with events of the program: safety, moving a mentorship, forgetting a person."""

from typing import Annotated, Literal

from pydantic import Field

from mentorflow_workflows.payloads.fields import Name, Payload, Text, example

Reason = Annotated[str, Field(min_length=3, max_length=4000)]


class SafetyReported(Payload):
    """Report that somebody is not safe (K15); no details are needed."""

    model_config = example({"text": "Please call me."})

    text: Text | None = None


class CoordinatorOverride(Payload):
    """Move a mentorship to another state, with a reason that stays in the history."""

    model_config = example({"to": "transition", "reason": "Both asked us to close it."})

    to: Literal[
        "contact",
        "rapport",
        "agreement",
        "active",
        "conflict",
        "celebration",
        "transition",
        "alumni",
        "closed",
    ]
    reason: Reason


class PersonErased(Payload):
    """Forget a person."""

    model_config = example({"person": "mentee-1"})

    person: Name
