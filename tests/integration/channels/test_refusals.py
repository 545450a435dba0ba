"""Messages that no server takes, and texts that would be more than text."""

import pytest

from integration.channels.conftest import MailServer, MakeEmail, message
from mentorflow.errors import ChannelRefused, ChannelUnavailable
from servers.smtp import Mailroom

TO = "mentor@example.org"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 <mentor@example.org>: no such user", ChannelRefused),
        ("553 5.1.3 bad address syntax", ChannelRefused),
        ("554 5.7.1 relay access denied", ChannelUnavailable),
        ("552 5.2.2 too many recipients", ChannelUnavailable),
        ("450 4.2.1 mailbox busy", ChannelUnavailable),
        ("421 4.3.2 closing for maintenance", ChannelUnavailable),
    ],
)
def test_an_address_is_refused_for_good_or_for_now(
    mail_server: MailServer, make_email: MakeEmail, answer: str, error: type[Exception]
) -> None:
    server = mail_server(Mailroom(refused={TO: answer}))

    with pytest.raises(error, match=answer[:5]) as raised:
        make_email(server.port).deliver(message())

    assert server.received == []
    assert "example.org" not in str(raised.value), "addresses stay out of errors"


@pytest.mark.parametrize(
    ("answer", "error"),
    [("554 5.7.1 looks like spam", ChannelRefused), ("451 4.3.0 try later", ChannelUnavailable)],
)
def test_an_email_is_refused_for_good_or_for_now(
    mail_server: MailServer, make_email: MakeEmail, answer: str, error: type[Exception]
) -> None:
    server = mail_server(Mailroom(refused_data={TO: answer}))

    with pytest.raises(error, match=answer):
        make_email(server.port).deliver(message())


def test_after_a_refusal_the_next_email_goes_over_the_same_connection(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(
        Mailroom(refused={"a@example.org": "550 no"}, refused_data={"b@example.org": "554 no"})
    )
    channel = make_email(server.port)

    for address in ("a@example.org", "b@example.org"):
        with pytest.raises(ChannelRefused):
            channel.deliver(message(address=address))
    channel.deliver(message())

    assert [received.recipients for received in server.received] == [(TO,)]
    assert len(server.mailroom.connections) == 1


@pytest.mark.parametrize(
    "address",
    [
        "mentor@example.org\r\nBcc: x@evil.test",
        "mentor@example.org\nRCPT TO:<x@evil.test>",
        "mentor@example.org, x@evil.test",
        "mentor@example.org x@evil.test",
        "Mentor <mentor@example.org>",
        "<mentor@example.org>",
        "mentor@example.org>",
        '"x@evil.test"@example.org',
        "mentor@@example.org",
        "mentor@exa mple.org",
        "mentor@example..org",
        "mentor@-example.org",
        "mentor@example.org\u2028x@evil.test",
        "=?utf-8?q?x=40evil.test=0A?=@example.org\x85",
        "@example.org",
        "mentor@",
        "mentor",
        "",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "org",
        "x\udce4@example.org",
    ],
)
def test_what_is_no_single_address_is_refused_before_anything_is_sent(
    mail_server: MailServer, make_email: MakeEmail, address: str
) -> None:
    server = mail_server()

    with pytest.raises(ChannelRefused) as raised:
        make_email(server.port).deliver(message(address=address))

    assert server.mailroom.connections == set()
    assert "evil" not in str(raised.value)


def test_a_message_without_an_address_is_refused(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()

    with pytest.raises(ChannelRefused, match="no address"):
        make_email(server.port).deliver(message(address=None))


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["subject", "id", "mentorship_id", "recipient"])
def test_no_text_of_a_message_becomes_a_header(
    mail_server: MailServer, make_email: MakeEmail, field: str, line_end: str
) -> None:
    server = mail_server()
    channel = make_email(
        server.port,
        UNSUBSCRIBE_URL="https://example.com/",
        UNSUBSCRIBE_SECRET="a secret of sixteen or more",
    )
    hostile = f"Hello{line_end}Bcc: x@evil.test{line_end}{line_end}<script>"

    channel.deliver(message(**{field: hostile}))

    (received,) = server.received
    head = received.raw.partition(b"\r\n\r\n")[0]
    assert b"\r\nMIME-Version: 1.0\r\nContent-Type:" in head, "the head ends where it is to end"
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())
    assert received.recipients == (TO,)


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?q?a=0D=0ABcc:_x=40evil.test?=", "=?utf-8?b?YQ0KQmNjOiB4QGV2aWwudGVzdA==?=", "a\x00b"],
)
def test_a_subject_that_looks_encoded_stays_text(
    mail_server: MailServer, make_email: MakeEmail, subject: str
) -> None:
    server = mail_server()

    make_email(server.port, MAIL_FROM=f'"{subject}" <us@example.com>').deliver(
        message(subject=subject)
    )

    (received,) = server.received
    head = received.raw.partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head
    shown = subject.replace("=?", "= ?").replace("\x00", "")
    assert received.email["Subject"] == shown


def test_a_text_cannot_end_the_email(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()
    text = "Hello\n.\nMAIL FROM:<x@evil.test>\n..\nBye \udce4\n"

    make_email(server.port).deliver(message(text=text, page=None))

    (received,) = server.received
    assert received.email.get_content().replace("\r\n", "\n") == text.replace("\udce4", "?")


def test_an_address_beyond_ascii_goes_to_servers_that_take_it(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(has_smtputf8=True)

    make_email(server.port).deliver(message(address="jörg@bücher.example"))

    (received,) = server.received
    assert received.recipients == ("jörg@xn--bcher-kva.example",)
    assert "To: jörg@xn--bcher-kva.example\r\n".encode() in received.raw


def test_an_address_beyond_ascii_is_refused_where_the_server_takes_none(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(has_smtputf8=False)
    channel = make_email(server.port)

    with pytest.raises(ChannelRefused, match="SMTPUTF8"):
        channel.deliver(message(address="jörg@example.org"))
    channel.deliver(message(address="jo@bücher.example"))

    assert server.received[0].recipients == ("jo@xn--bcher-kva.example",)
