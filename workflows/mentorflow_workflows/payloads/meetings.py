"""What comes with events of meetings and of talks about a concern."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mentorflow_workflows.payloads.fields import (
    Instant,
    Line,
    Lines,
    Name,
    Names,
    Payload,
    Span,
    Text,
    example,
    only_one,
)

Kind = Literal["regular", "dialogue", "closing"]


class MeetingTime(Payload):
    """Say when a meeting is: at an instant, or so much from now (C8, C10)."""

    starts_at: Instant | None = None
    starts_in: Span | None = None
    length: Span = "45m"

    @model_validator(mode="after")
    def has_one_start(self) -> Self:
        """Take one way of saying when it starts."""
        only_one(self, "starts_at", "starts_in")
        return self


class MeetingBooked(MeetingTime):
    """Set a meeting (C8, C9)."""

    model_config = example({"meeting": "meeting-1", "starts_in": "3d", "length": "45m"})

    meeting: Name
    """What the host or the calendar calls it."""
    kind: Kind = "regular"
    agenda: Lines = ()
    place: Line | None = None


class MeetingMoved(MeetingBooked):
    """Give a meeting a new time; one not known yet counts as booked."""

    model_config = example({"meeting": "meeting-1", "starts_in": "5d", "length": "45m"})


class MeetingCancelled(Payload):
    """Call a meeting off."""

    model_config = example({"meeting": "meeting-1"})

    meeting: Name
    note: Text | None = None


class MeetingHeld(Payload):
    """Say that a meeting took place, booked here or not (C8, K4)."""

    model_config = example({"meeting": "meeting-1", "length": "45m"})

    meeting: Name | None = None
    kind: Kind | None = None
    """As booked, where it was booked."""
    held_at: Instant | None = None
    """Now, where nothing is said."""
    length: Span | None = None
    note: Text | None = None


class MeetingMissed(Payload):
    """Say that somebody did not come (C13); who it was stays in the history."""

    model_config = example({"meeting": "meeting-1"})

    meeting: Name | None = None
    who: Names = ()
    note: Text | None = None


class ActionItem(Payload):
    """Name something somebody will do."""

    what: Line
    owner: Name | None = None
    within: Span | None = None


class MeetingSummarised(Payload):
    """Write down what was said and who does what (L1)."""

    model_config = example(
        {
            "key_points": ["The parser is the right place to begin."],
            "actions": [{"what": "Open a draft", "within": "7d"}],
        }
    )

    meeting: Name | None = None
    key_points: Annotated[Lines, Field(min_length=1)]
    actions: Annotated[tuple[ActionItem, ...], Field(strict=False, max_length=20)] = ()


class DialogueBooked(MeetingTime):
    """Set a talk that is only about the concern (K4)."""

    model_config = example({"starts_in": "2d", "length": "60m"})


class ClosingMeetingHeld(Payload):
    """Say that the pair looked back together (T7, B8)."""

    model_config = example(
        {"learned": ["To ask for review early"], "overcome": ["The fear of large changes"]}
    )

    learned: Lines = ()
    overcome: Lines = ()
    note: Text | None = None
