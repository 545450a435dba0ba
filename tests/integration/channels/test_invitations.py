"""A meeting on its way into a calendar, and out of it."""

from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any

import pytest
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar, Event

from integration.channels.conftest import NOW, MailServer, MakeEmail, message
from mentorflow.engine.channels import Invitation
from mentorflow.errors import NaiveDatetime

STARTS_AT = datetime(2025, 3, 10, 9, 0, tzinfo=timezone(timedelta(hours=2)))


def invitation(**changes: Any) -> Invitation:
    given: dict[str, Any] = {
        "uid": "meeting-1@mentorflow",
        "sequence": 0,
        "is_cancelled": False,
        "starts_at": STARTS_AT,
        "length": timedelta(minutes=45),
        "summary": "Ada and Zoë, first meeting",
        "place": "https://meet.example.org/ada",
    }
    return Invitation(**{**given, **changes})


def arrived(mail_server: MailServer, make_email: MakeEmail, invited: Invitation) -> EmailMessage:
    server = mail_server()
    make_email(server.port, MAIL_REPLY_TO="answers@example.com").deliver(
        message(invitation=invited)
    )
    return server.received[0].email


def calendars_of(email: EmailMessage) -> list[bytes]:
    """Return the calendar documents in an email: the one that is shown, and the file."""
    kinds = {"text/calendar", "application/ics"}
    parts = [part for part in email.walk() if part.get_content_type() in kinds]
    return [part.get_payload(decode=True) for part in parts]  # type: ignore[misc]  # bytes, decoded


def event_of(document: bytes) -> Event:
    (event,) = Calendar.from_ical(document).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_a_meeting_comes_as_a_choice_beside_the_text_and_as_a_file(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    email = arrived(mail_server, make_email, invitation())

    assert email.get_content_type() == "multipart/mixed"
    choices, file = email.iter_parts()
    assert [part.get_content_type() for part in choices.iter_parts()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = list(choices.iter_parts())[-1]
    assert calendar.get_param("method") == "REQUEST"
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert len(set(calendars_of(email))) == 1


def test_a_calendar_reads_the_meeting(mail_server: MailServer, make_email: MakeEmail) -> None:
    email = arrived(mail_server, make_email, invitation(sequence=2))

    document = calendars_of(email)[0]
    event = event_of(document)
    assert Calendar.from_ical(document)["METHOD"] == "REQUEST"
    assert event["UID"] == "meeting-1@mentorflow"
    assert event["SEQUENCE"] == 2
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Ada and Zoë, first meeting"
    assert event["LOCATION"] == "https://meet.example.org/ada"
    assert event.decoded("DTSTAMP") == NOW
    assert event.decoded("DTSTART") == STARTS_AT
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=45)
    assert b"\r\nDTSTART:20250310T070000Z\r\n" in document, "in UTC"


def test_another_reader_of_calendars_agrees(mail_server: MailServer, make_email: MakeEmail) -> None:
    document = calendars_of(arrived(mail_server, make_email, invitation(sequence=2)))[0]

    calendar = IcsCalendarStream.calendar_from_ics(document.decode())

    (event,) = calendar.events
    assert calendar.method == "REQUEST"
    assert (event.uid, event.sequence) == ("meeting-1@mentorflow", 2)
    assert (event.start, event.computed_duration) == (STARTS_AT, timedelta(minutes=45))
    assert (event.summary, event.location) == (
        "Ada and Zoë, first meeting",
        "https://meet.example.org/ada",
    )
    assert [str(one.uri) for one in event.attendees] == ["mailto:mentor@example.org"]
    assert event.organizer is not None
    assert str(event.organizer.uri) == "mailto:answers@example.com"


def test_only_the_reader_is_invited_and_answers_go_to_the_organizer(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    event = event_of(calendars_of(arrived(mail_server, make_email, invitation()))[0])

    assert event["ATTENDEE"] == "mailto:mentor@example.org", "one, and not a list"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["ORGANIZER"] == "mailto:answers@example.com"


def test_a_meeting_that_is_called_off_leaves_the_calendar(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    email = arrived(mail_server, make_email, invitation(is_cancelled=True, sequence=3))

    document = calendars_of(email)[0]
    event = event_of(document)
    assert Calendar.from_ical(document)["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 3)
    (shown,) = (part for part in email.walk() if part.get_content_type() == "text/calendar")
    assert shown.get_param("method") == "CANCEL"


def test_a_summary_cannot_add_to_the_calendar(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    hostile = "Hello\r\nATTENDEE:mailto:x@evil.test\nEND:VEVENT;,\\ \x00\x85"
    invited = invitation(summary=hostile, place=hostile, uid=hostile)

    document = calendars_of(arrived(mail_server, make_email, invited))[0]

    event = event_of(document)
    assert event["ATTENDEE"] == "mailto:mentor@example.org"
    assert document.count(b"\r\nATTENDEE") == document.count(b"\r\nEND:VEVENT") == 1


@pytest.mark.parametrize("summary", ["s" * 300, "ü" * 300])
def test_lines_are_as_long_as_calendars_take_them(
    mail_server: MailServer, make_email: MakeEmail, summary: str
) -> None:
    document = calendars_of(arrived(mail_server, make_email, invitation(summary=summary)))[0]

    assert max(len(line) for line in document.split(b"\r\n")) <= 75
    assert b"\n" not in document.replace(b"\r\n", b"")
    assert event_of(document)["SUMMARY"] == summary


def test_an_instant_without_a_zone_is_refused(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    naive = STARTS_AT.astimezone(UTC).replace(tzinfo=None)

    with pytest.raises(NaiveDatetime):
        arrived(mail_server, make_email, invitation(starts_at=naive))
