"""Channels on servers of the test's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from mentorflow import ManualClock
from mentorflow.engine.channels import Message
from mentorflow.engine.page import Page, Passage
from mentorflow_workers.channels.configured import channels_from
from mentorflow_workers.channels.email import EmailChannel
from mentorflow_workers.channels.settings import ChannelSettings
from servers.smtp import Mailroom, SmtpServer, serving

NOW = datetime(2025, 3, 3, 9, 30, tzinfo=UTC)
MENTORSHIP = "01890a5d-ac96-774b-bcce-b302099a8057"
MailServer = Callable[..., SmtpServer]
MakeEmail = Callable[..., EmailChannel]


def page(text: str) -> Page:
    """Return a page that says one thing."""
    return Page("en", "Somebody waits for your answer", (Passage((text,)),))


def message(**changes: Any) -> Message:
    """Return a message to somebody with an address."""
    given: dict[str, Any] = {
        "id": f"{MENTORSHIP}-3:0",
        "name": "contact.reminder",
        "role": "mentor",
        "recipient": "mentor-1",
        "subject": "Somebody waits for your answer",
        "text": "Ada would like to be mentored by you.\n",
        "page": page("Ada would like to be mentored by you."),
        "mentorship_id": MENTORSHIP,
        "address": "mentor@example.org",
    }
    return Message(**{**given, **changes})


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Start servers that take emails."""
    with ExitStack() as stack:

        def start(mailroom: Mailroom | None = None, **options: Any) -> SmtpServer:
            server = SmtpServer(mailroom=mailroom or Mailroom(), **options)
            return stack.enter_context(serving(server))

        yield start


@pytest.fixture
def make_email() -> Iterator[MakeEmail]:
    """Make email channels for a port of this machine, by their settings."""
    with ExitStack() as stack:

        def make(port: int, url: str = "smtp://localhost:{port}?tls=none", **more: str) -> Any:
            given = {"SMTP_URL": url.format(port=port), "MAIL_FROM": "Mentoring <us@example.com>"}
            environment = {f"MENTORFLOW_{name}": text for name, text in {**given, **more}.items()}
            settings = ChannelSettings.from_environment(environment)
            (channel,) = channels_from(settings, ManualClock(NOW))
            assert isinstance(channel, EmailChannel)
            stack.callback(channel.close)
            return channel

        yield make
