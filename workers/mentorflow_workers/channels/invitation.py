"""An invitation as iCalendar says it: one meeting, one organizer, and only its reader invited."""

from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from mentorflow.clock import as_utc
from mentorflow.engine.channels import Invitation
from mentorflow_workers.channels.address import Address

_PRODUCT = "-//mentorflow//mentorflow//EN"


def method_of(invitation: Invitation) -> str:
    """Return what a calendar is asked to do."""
    return "CANCEL" if invitation.is_cancelled else "REQUEST"


def calendar_of(
    invitation: Invitation, *, organizer: Address, attendee: Address, now: datetime
) -> str:
    """Return the invitation as a text/calendar document, its instants in UTC."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method_of(invitation))
    calendar.add_component(_event(invitation, organizer, attendee, now))
    return str(calendar.to_ical(), "utf-8")


def _event(invitation: Invitation, organizer: Address, attendee: Address, now: datetime) -> Event:
    event = Event()
    starts_at = as_utc(invitation.starts_at, what="the start of a meeting")
    event.add("uid", invitation.uid)
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + invitation.length)
    event.add("summary", invitation.summary)
    event.add("status", "CANCELLED" if invitation.is_cancelled else "CONFIRMED")
    if invitation.place is not None:
        event.add("location", invitation.place)
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    event.add("attendee", _invited(attendee))
    return event


def _invited(attendee: Address) -> vCalAddress:
    # Nobody else is named: what others' addresses are is for them to say.
    invited = vCalAddress(f"mailto:{attendee}")
    invited.params["CUTYPE"] = vText("INDIVIDUAL")
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    invited.params["RSVP"] = vText("TRUE")
    return invited
