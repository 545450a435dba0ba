"""Servers that hang, drop connections, restart or are not there, and many threads at once."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from integration.channels.conftest import MENTORSHIP, NOW, MailServer, MakeEmail, message
from mentorflow.errors import ChannelUnavailable
from mentorflow_workers.channels.address import Address
from mentorflow_workers.channels.connections import Connections
from mentorflow_workers.channels.mime import composed
from mentorflow_workers.channels.settings import ChannelSettings
from servers.talking import Line, talking
from servers.waiting import wait_until

HURRIED = {"SMTP_TIMEOUT": "0.2"}
LIMITED = {"SMTP_TIMEOUT": "60", "SMTP_LIMIT": "0.3"}


def says_nothing(line: Line) -> None:
    line.listen()


def greets_and_says_no_more(line: Line) -> None:
    line.say("220 mail.test")
    line.listen()


def takes_an_email_and_says_no_more(line: Line) -> None:
    line.say("220 mail.test")
    line.answer("DATA", "354 go on")
    line.listen()


@pytest.mark.parametrize(
    "talk", [says_nothing, greets_and_says_no_more, takes_an_email_and_says_no_more]
)
@pytest.mark.parametrize("patience", [HURRIED, LIMITED], ids=["an answer", "an email"])
def test_a_server_that_hangs_is_not_waited_for_without_end(
    make_email: MakeEmail, talk: Callable[[Line], None], patience: dict[str, str]
) -> None:
    with talking(talk) as port, pytest.raises(ChannelUnavailable):
        make_email(port, **patience).deliver(message())


def drips_a_greeting(line: Line) -> None:
    line.drip("2")


def drips_lines(line: Line) -> None:
    line.drip("220-mail.test\r\n")


def drips_an_answer(line: Line) -> None:
    line.say("220 mail.test")
    line.answer("DATA", "354 go on")
    line.drip("2")


@pytest.mark.parametrize("talk", [drips_a_greeting, drips_lines, drips_an_answer])
def test_a_server_that_answers_slowly_for_ever_is_cut(
    make_email: MakeEmail, talk: Callable[[Line], None]
) -> None:
    with talking(talk) as port, pytest.raises(ChannelUnavailable, match="longer than"):
        make_email(port, **LIMITED).deliver(message())


def hangs_up(_line: Line) -> None:
    return


def hangs_up_when_greeted(line: Line) -> None:
    line.say("220 mail.test")


def hangs_up_within_an_email(line: Line) -> None:
    line.say("220 mail.test")
    line.answer("DATA", "354 go on")
    next(line.lines)


def talks_nonsense(line: Line) -> None:
    line.say("hello there")
    line.listen()


def is_full(line: Line) -> None:
    line.say("421 4.3.2 too many connections")


@pytest.mark.parametrize(
    "talk", [hangs_up, hangs_up_when_greeted, hangs_up_within_an_email, talks_nonsense, is_full]
)
def test_a_connection_that_fails_is_said_to_be_so(
    make_email: MakeEmail, talk: Callable[[Line], None]
) -> None:
    with talking(talk) as port, pytest.raises(ChannelUnavailable):
        make_email(port, **HURRIED).deliver(message())


def test_a_server_that_is_not_there_is_said_to_be_so(make_email: MakeEmail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with pytest.raises(ChannelUnavailable, match="ConnectionRefusedError"):
        make_email(port).deliver(message())


def test_emails_go_over_one_connection(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()
    channel = make_email(server.port)

    for n in range(5):
        channel.deliver(message(id=f"{MENTORSHIP}-{n}:0"))

    assert len({received.connection for received in server.received}) == 1
    assert len(server.received) == 5


def test_a_server_that_restarts_is_connected_to_again(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()
    channel = make_email(server.port)

    channel.deliver(message())
    server.stop()
    with pytest.raises(ChannelUnavailable):
        channel.deliver(message())
    server.start()
    channel.deliver(message())
    server.stop()
    server.start()
    channel.deliver(message())

    assert len(server.received) == 3
    assert len({received.connection for received in server.received}) == 3


def test_four_threads_share_a_channel(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()
    channel = make_email(server.port)
    addresses = [f"mentor-{n}@example.org" for n in range(100)]

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda address: channel.deliver(message(address=address)), addresses))

    assert sorted(received.recipients[0] for received in server.received) == sorted(addresses)
    assert all(received.email["To"] == received.recipients[0] for received in server.received), (
        "no email went over a connection that another thread used"
    )
    assert len({received.connection for received in server.received}) <= 4


def test_a_connection_that_nobody_uses_is_closed(mail_server: MailServer) -> None:
    server = mail_server()
    settings = ChannelSettings(
        smtp_url=SecretStr(f"smtp://localhost:{server.port}?tls=none"), mail_from="us@example.com"
    )
    connections = Connections(replace(settings.server(), idle=timedelta(seconds=0.1)))
    email = composed(message(), settings.sender(), Address.read("a@example.org"), now=NOW)

    connections.send(email, sender="us@example.com", recipient="a@example.org")

    wait_until(lambda: server.mailroom.farewells == 1, "it takes leave")
    connections.send(email, sender="us@example.com", recipient="a@example.org")
    assert len({received.connection for received in server.received}) == 2
    connections.close()
    wait_until(lambda: server.mailroom.farewells == 2, "it takes leave again")
