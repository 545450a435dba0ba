"""The settings of the channels: read from the environment, or refused with no secret shown."""

import sys
from typing import Any

import pytest

from mentorflow.errors import InvalidPayload, MissingExtra
from mentorflow_workers.channels.configured import channels_from
from mentorflow_workers.channels.server import Tls
from mentorflow_workers.channels.settings import ChannelSettings

SECRET = "hunter2-hunter2-hunter2"
FROM = {"MAIL_FROM": "Mentoring <us@example.com>"}
URL = {"SMTP_URL": "smtp://mail.example.com"}


def read(**given: str) -> ChannelSettings:
    return ChannelSettings.from_environment(
        {f"MENTORFLOW_{name}": text for name, text in given.items()}
    )


def test_without_settings_there_are_no_channels() -> None:
    settings = ChannelSettings.from_environment({"MENTORFLOW_SMTP_URL": "", "PATH": "/bin"})

    assert list(channels_from(settings)) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, Tls.STARTTLS, None, "")),
        ("smtp://mail.example.com:25", ("mail.example.com", 25, Tls.STARTTLS, None, "")),
        ("smtp://localhost:1025?tls=none", ("localhost", 1025, Tls.NONE, None, "")),
        ("smtp://[::1]?tls=none", ("::1", 25, Tls.NONE, None, "")),
        ("smtp://a%40b.c:p%2F%3A@h/?tls=starttls", ("h", 587, Tls.STARTTLS, "a@b.c", "p/:")),
        ("smtps://a:b@h", ("h", 465, Tls.IMPLICIT, "a", "b")),
    ],
)
def test_an_address_says_how_to_connect(url: str, expected: tuple[Any, ...]) -> None:
    server = read(SMTP_URL=url, **FROM).server()

    assert (server.host, server.port, server.tls, server.user, server.password) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("us@example.com", ("", "us@example.com")),
        ("<us@bücher.example>", ("", "us@xn--bcher-kva.example")),
        ('"Mentoring, Zoë" <us@example.com>', ("Mentoring, Zoë", "us@example.com")),
    ],
)
def test_emails_are_from_whom_the_settings_say(text: str, expected: tuple[str, str]) -> None:
    sender = read(**URL, MAIL_FROM=text).sender()

    assert (sender.name, str(sender.address)) == expected


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"SMTP_URL": f"http://a:{SECRET}@h"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h:x"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h:99999"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@[h"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h/path"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h?tls=no"}, "tls=none or tls=starttls"),
        ({"SMTP_URL": f"smtps://a:{SECRET}@h?tls=none"}, "tls=implicit"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h?starttls=1"}, "SMTP_URL"),
        ({"SMTP_URL": f"smtp://a:{SECRET}@h?tls=none"}, "ALLOW_PLAIN_AUTH"),
        ({"SMTP_URL": f"smtp://ä:{SECRET}@h"}, "ASCII"),
        ({**URL, "MAIL_FROM": ""}, "MAIL_FROM"),
        ({**URL, "MAIL_FROM": f"us\nBcc: {SECRET}@example.com"}, "MAIL_FROM"),
        ({**URL, "MAIL_FROM": f"us@example.com, {SECRET}@example.com"}, "MAIL_FROM"),
        ({**URL, "MAIL_FROM": "jörg@example.com"}, "MAIL_FROM"),
        ({**URL, "MAIL_REPLY_TO": f"{SECRET} @x"}, "MAIL_REPLY_TO"),
        ({**URL, "UNSUBSCRIBE_URL": "https://example.com"}, "UNSUBSCRIBE_URL"),
        ({**URL, "UNSUBSCRIBE_SECRET": SECRET}, "UNSUBSCRIBE_URL"),
        (
            {**URL, "UNSUBSCRIBE_URL": "http://x", "UNSUBSCRIBE_SECRET": SECRET},
            "UNSUBSCRIBE_URL",
        ),
        (
            {**URL, "UNSUBSCRIBE_URL": "https://x/>,<", "UNSUBSCRIBE_SECRET": SECRET},
            "UNSUBSCRIBE_URL",
        ),
        (
            {**URL, "UNSUBSCRIBE_URL": "https://x", "UNSUBSCRIBE_SECRET": SECRET[:10]},
            "UNSUBSCRIBE_SECRET",
        ),
        ({**URL, "SMTP_TIMEOUT": "0"}, "SMTP_TIMEOUT"),
        ({**URL, "SMTP_LIMIT": "nan"}, "SMTP_LIMIT"),
        ({**URL, "SMTP_CA": "/nowhere/authority.pem"}, "SMTP_CA"),
        ({**URL, "SMTP_CA": __file__}, "SMTP_CA"),
        ({**URL, "SMTP_ALLOW_PLAIN_AUTH": "perhaps"}, "SMTP_ALLOW_PLAIN_AUTH"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(given: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidPayload) as raised:
        read(**{**FROM, **given})

    assert named in str(raised.value)
    assert "MENTORFLOW_" in str(raised.value)
    assert SECRET[:10] not in str(raised.value) + repr(raised.value.as_dict())


@pytest.mark.parametrize(
    ("package", "given"),
    [("icalendar", {**URL, **FROM}), ("apprise", {"APPRISE": "slack"})],
)
def test_a_package_that_is_missing_is_asked_for_at_once(
    monkeypatch: pytest.MonkeyPatch, package: str, given: dict[str, str]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtra, match=r"mentorflow\[channels\]"):
        channels_from(read(**given))


def test_secrets_are_not_shown() -> None:
    settings = read(
        SMTP_URL=f"smtp://a:{SECRET}@h",
        UNSUBSCRIBE_URL="https://x",
        UNSUBSCRIBE_SECRET=SECRET,
        **FROM,
    )

    shown = repr(settings) + str(settings) + repr(settings.server()) + repr(settings.sender())
    assert SECRET not in shown
