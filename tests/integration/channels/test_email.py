"""What a person finds in their mailbox."""

import re
from urllib.parse import urlsplit

import pytest

from integration.channels.conftest import MENTORSHIP, NOW, MailServer, MakeEmail, message, page
from mentorflow_workers.channels.unsubscribe import verify_unsubscribe

SECRET = "a secret of sixteen or more"
UNSUBSCRIBE = {
    "UNSUBSCRIBE_URL": "https://example.com/emails/end?from=mentoring",
    "UNSUBSCRIBE_SECRET": SECRET,
}
LONG_DOMAIN = ".".join(["a" * 60] * 3) + ".example"


def test_a_message_arrives_as_text_and_html(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()

    make_email(server.port).deliver(message(text="Zoë schrieb: „Ja“.\n", page=page("Zoë")))

    (received,) = server.received
    email = received.email
    assert received.recipients == ("mentor@example.org",)
    assert received.sender == "us@example.com"
    assert email.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in email.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content().strip() for part in email.iter_parts())
    assert text == "Zoë schrieb: „Ja“."
    assert html.splitlines() == page("Zoë").html().splitlines()
    assert ">Zoë</p>" in html
    assert email["From"] == "Mentoring <us@example.com>"
    assert email["To"] == "mentor@example.org"
    assert email["Date"].datetime == NOW
    assert email["Auto-Submitted"] == "auto-generated"
    assert "Precedence" not in email
    assert received.raw.isascii(), "no server need take 8-bit emails"


def test_a_message_without_html_arrives_as_plain_text(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()

    make_email(server.port).deliver(message(page=None))

    assert server.received[0].email.get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "subject",
    ["Zoë möchte dich treffen", "Ein langer Betreff mit Umlauten: äöü " * 5, "会いましょう 🎉"],
)
def test_a_subject_in_any_script_is_encoded_and_read_back(
    mail_server: MailServer, make_email: MakeEmail, subject: str
) -> None:
    server = mail_server()

    make_email(server.port).deliver(message(subject=subject))

    (received,) = server.received
    assert received.email["Subject"] == subject.strip()
    assert max(len(word) for word in re.findall(rb"=\?\S+\?=", received.raw)) <= 75  # RFC 2047


def test_a_repetition_has_the_same_id_and_a_mentorship_is_one_thread(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()
    channel = make_email(server.port)

    for id_ in ("3:0", "3:0", "4:1"):
        channel.deliver(message(id=f"{MENTORSHIP}-{id_}"))
    channel.deliver(message(id="other-1:0", mentorship_id="other"))

    emails = [received.email for received in server.received]
    first, again, later, other = (email["Message-ID"] for email in emails)
    root = f"<mentorship.{MENTORSHIP}@example.com>"
    assert first == again == f"<{MENTORSHIP}-3.0@example.com>"
    assert len({first, later, other, root}) == 4
    assert {(email["In-Reply-To"], email["References"]) for email in emails[:3]} == {(root, root)}
    assert emails[3]["References"] == "<mentorship.other@example.com>"


def test_long_ids_and_links_stay_whole(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()
    channel = make_email(server.port, MAIL_FROM=f"us@{LONG_DOMAIN}", **UNSUBSCRIBE)

    channel.deliver(message())

    (received,) = server.received
    for name in ("Message-ID", "In-Reply-To", "References", "List-Unsubscribe"):
        line = re.search(rb"^%b: <(.*)>\r?$" % name.encode(), received.raw, re.MULTILINE)
        assert line is not None, name
        assert b"=?" not in line[1]


def test_an_id_that_is_no_word_still_makes_one(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()
    channel = make_email(server.port)

    for _ in range(2):
        channel.deliver(message(id="digest <of> jo\r\n", mentorship_id=""))

    ids = {received.email["Message-ID"] for received in server.received}
    assert len(ids) == 1
    assert re.fullmatch(r"<[0-9a-f]{64}@example\.com>", ids.pop())
    assert "References" not in server.received[0].email


def test_emails_can_be_ended_with_one_click(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()
    channel = make_email(server.port, UNSUBSCRIBE_MAIL="end@example.com", **UNSUBSCRIBE)

    channel.deliver(message(recipient="Zoë & co=?"))

    email = server.received[0].email
    link, mailbox = re.findall(r"<([^>]*)>", email["List-Unsubscribe"])
    assert mailbox == "mailto:end@example.com?subject=unsubscribe"
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert urlsplit(link).query.startswith("from=mentoring&")
    assert verify_unsubscribe(link, SECRET) == "Zoë & co=?"


def test_a_link_that_is_too_long_is_left_out(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()
    channel = make_email(server.port, UNSUBSCRIBE_MAIL=f"{'e' * 63}@{LONG_DOMAIN}", **UNSUBSCRIBE)

    for recipient in ("m" * 200, "会" * 200):
        channel.deliver(message(recipient=recipient))

    whole, short = (received.email for received in server.received)
    assert "<https:" in whole["List-Unsubscribe"]
    assert short["List-Unsubscribe"].startswith("<mailto:")
    assert "List-Unsubscribe-Post" not in short


def test_without_a_page_there_is_no_one_click(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server()

    make_email(server.port, UNSUBSCRIBE_MAIL="end@example.com").deliver(message())
    make_email(server.port).deliver(message())

    by_mail, none = (received.email for received in server.received)
    assert by_mail["List-Unsubscribe"] == "<mailto:end@example.com?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in by_mail
    assert "List-Unsubscribe" not in none


def test_answers_go_where_the_settings_say(mail_server: MailServer, make_email: MakeEmail) -> None:
    server = mail_server()

    make_email(server.port, MAIL_REPLY_TO="coordinator@example.net").deliver(message())

    assert server.received[0].email["Reply-To"] == "coordinator@example.net"
