"""What comes with the acts on an escalation, which every workflow offers."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_EXAMPLE = "0190f2c4-7a00-7000-8000-000000000001-9:stalled"
EscalationId = Annotated[
    str, Field(min_length=1, max_length=200, description="The escalation, by its id.")
]
Reason = Annotated[
    str | None, Field(max_length=2000, description="Why, in a sentence; kept in the history.")
]


class EscalationAct(BaseModel):
    """Acknowledge, dismiss or resolve an escalation."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        defer_build=True,
        json_schema_extra={"examples": [{"escalation": _EXAMPLE, "reason": "I am on it."}]},
    )

    escalation: EscalationId
    reason: Reason = None


class EscalationSnooze(EscalationAct):
    """Let an escalation rest for a while; it comes back by itself."""

    until: Annotated[
        AwareDatetime | None, Field(description="Until when; without it, the workflow's snooze.")
    ] = None
