"""What comes with events of asking, answering and getting to know each other."""

from typing import Annotated, Literal

from pydantic import Field

from mentorflow_workflows.payloads.fields import Line, Name, Payload, Span, Text, example

Count = Annotated[int, Field(ge=0, le=1000)]


class MentorAccepted(Payload):
    """Take a request on (C4); a host that knows how many a mentor has says so (P2)."""

    model_config = example({"note": "Happy to help. Mornings suit me best."})

    mentor: Name | None = None
    """Whom a coordinator speaks for."""
    note: Text | None = None
    max_mentees: Count | None = None
    mentoring_now: Count | None = None


class MentorDeclined(Payload):
    """Say no, with a reason only if one wants to (C14, C15)."""

    model_config = example({"reason": "no_time", "available_in": "90d"})

    mentor: Name | None = None
    reason: Literal["no_time", "not_my_area", "conflict_of_interest", "other"] | None = None
    note: Text | None = None
    available_in: Span | None = None
    """When it would be worth asking again."""


class Question(Payload):
    """Ask or answer something before deciding."""

    model_config = example({"text": "Which part of the project would you like to begin with?"})

    text: Text | None = None


class Request(Payload):
    """Ask a mentor for something (C7)."""

    model_config = example({"title": "Look over my first design with me"})

    title: Line
    text: Text | None = None


class Need(Payload):
    """Say what one needs, early and lightly (E12)."""

    model_config = example({"title": "More time for questions at the end of our meetings"})

    title: Line
    text: Text | None = None


class FitConfirmed(Payload):
    """Confirm that one wants to go on (C6)."""

    model_config = example({"note": "We got along well from the first meeting."})

    on_behalf_of: Name | None = None
    """Whom a coordinator speaks for."""
    note: Text | None = None


class MessageLogged(Payload):
    """Note that the pair was in touch: the channel and never the words (M2)."""

    model_config = example({"channel": "chat"})

    channel: Line | None = None
    count: Annotated[int, Field(ge=1, le=10_000)] = 1


class MessageUnanswered(Payload):
    """Note that an answer is waited for (C12, M4)."""

    model_config = example({"waiting_for": "mentor", "attempts": 1})

    waiting_for: Literal["mentee", "mentor"]
    attempts: Annotated[int, Field(ge=1, le=100)] = 1


class ActivityNoted(Payload):
    """Note any other sign of work: a commit, a document, a call (M11)."""

    model_config = example({"source": "code review"})

    source: Line | None = None
    note: Text | None = None


class ContactConsent(Payload):
    """Agree to stay in touch later, in one's own way (T9, A3)."""

    model_config = example({"channel": "email", "every": "90d", "listed": True})

    channel: Line
    every: Span | None = None
    listed: bool = False
    """Whether the person may be listed among the alumni (A2)."""


class ContactWithdrawn(Payload):
    """Take that agreement back; the person is named where the host speaks for them."""

    model_config = example({})

    person: Name | None = None
    note: Text | None = None
