"""A meeting that is set, moved or called off reaches the calendars of those who meet."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from builders import Host, at, mentorship_workflow
from mentorflow import Mentorship
from mentorflow.engine.channels import Message

OpenHost = Callable[..., Host]


@pytest.fixture
def host(open_on: OpenHost) -> Host:
    host = open_on(mentorship_workflow())
    for person in ("mentee-1", "mentor-1"):
        host.engine.people.set(person, time_zone="Europe/Vienna")
    return host


@pytest.fixture
def pair(host: Host) -> Mentorship:
    """A pair in rapport, whom nothing has been said yet that matters here."""
    met = host.active()
    host.engine.run_due()
    host.outbox.messages.clear()
    return met


def book(host: Host, pair: Mentorship, event: str = "meeting.booked", **data: object) -> None:
    host.send(pair, event, by="mentee-1", data={"meeting": "m1", **data})
    host.engine.run_due()


def invited(host: Host, person: str = "mentor-1") -> list[Message]:
    return [one for one in host.outbox.messages if one.invitation and one.recipient == person]


def test_both_are_invited_to_a_meeting_that_is_set(host: Host, pair: Mentorship) -> None:
    book(host, pair, starts_at=at(days=3).isoformat(), length="30m", place="Room 5")

    (mentor,), (mentee,) = invited(host), invited(host, "mentee-1")
    invitation = mentor.invitation
    assert invitation is not None
    assert invitation == mentee.invitation._replace(summary=mentor.subject)  # type: ignore[union-attr]
    assert (invitation.starts_at, invitation.length) == (at(days=3), timedelta(minutes=30))
    assert (invitation.place, invitation.is_cancelled) == ("Room 5", False)
    assert mentor.subject == "You meet mentee-1 on Thursday, March 6, 10:00 CET"
    assert "Room 5" in mentor.text


def test_a_meeting_that_moves_is_the_same_one_with_a_later_number(
    host: Host, pair: Mentorship
) -> None:
    book(host, pair, starts_at=at(days=3).isoformat())
    book(host, pair, "meeting.moved", starts_at=at(days=5).isoformat())

    first, second = [one.invitation for one in invited(host)]
    assert first is not None
    assert second is not None
    assert first.uid == second.uid
    assert first.sequence < second.sequence
    assert second.starts_at == at(days=5)


def test_a_meeting_that_is_called_off_leaves_the_calendars(host: Host, pair: Mentorship) -> None:
    book(host, pair, starts_at=at(days=3).isoformat())
    book(host, pair, "meeting.cancelled")

    first, second = [one.invitation for one in invited(host)]
    assert first is not None
    assert second is not None
    assert (second.uid, second.is_cancelled) == (first.uid, True)
    assert second.starts_at == first.starts_at


def test_nobody_hears_of_a_meeting_that_was_never_known(host: Host, pair: Mentorship) -> None:
    book(host, pair, "meeting.cancelled")

    assert host.outbox.messages == []


def test_invitations_are_no_matter_of_the_budget(host: Host, pair: Mentorship) -> None:
    host.engine.people.set("mentor-1", weekly_budget=1)

    for day in range(3, 9):
        host.send(
            pair,
            "meeting.booked",
            by="mentee-1",
            data={"meeting": f"m{day}", "starts_at": at(days=day).isoformat()},
        )
    host.engine.run_due()

    assert len(invited(host)) == 6


def test_each_invitation_goes_by_itself_after_the_night(host: Host, pair: Mentorship) -> None:
    host.engine.people.set("mentor-1", quiet_hours=("08:00", "12:00"))  # it is 10 in Vienna
    for meeting in ("m1", "m2"):
        host.send(
            pair,
            "meeting.booked",
            by="mentee-1",
            data={"meeting": meeting, "starts_at": at(days=3).isoformat()},
        )
    host.engine.run_due()
    assert invited(host) == []

    host.wait(hours=2)

    assert len({one.invitation.uid for one in invited(host) if one.invitation}) == 2


def test_nothing_joins_an_invitation_that_waits(host: Host, pair: Mentorship) -> None:
    host.engine.people.set("mentor-1", quiet_hours=("08:00", "12:00"))
    book(host, pair, starts_at=at(days=3).isoformat())
    host.send(pair, "need.raised", by="mentee-1", data={"title": "How do I read a trace?"})
    host.engine.run_due()

    host.wait(hours=3)

    told = [one for one in host.outbox.messages if one.recipient == "mentor-1"]
    assert [one.name for one in told] == ["meeting_set", "need_on_agenda"]
    assert len(invited(host)) == 1
