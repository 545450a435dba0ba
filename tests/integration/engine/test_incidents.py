"""Incidents: what was given up is seen, and begun anew by itself or with others."""

from collections.abc import Callable

import pytest

from builders import Host, tiny
from integration.engine.news import NEWS, Mailman, outcomes, tell
from mentorflow import NotFound

OpenHost = Callable[..., Host]


@pytest.fixture
def mailman() -> Mailman:
    return Mailman()


@pytest.fixture
def host(open_on: OpenHost, mailman: Mailman) -> Host:
    return open_on(tiny(NEWS), channels=[mailman])


def test_who_can_be_reached_by_nothing_becomes_an_incident(host: Host, mailman: Mailman) -> None:
    mailman.is_broken = True
    host.engine.people.set("mentor-1", channels=["email:m@example.org"])
    tell(host, host.start())

    for _ in range(10):
        host.wait(hours=8)

    (incident,) = host.engine.incidents.list()
    assert (incident.kind, incident.name, incident.attempts) == ("notify", "news", 8)
    assert "the server is down" in str(incident.error)
    assert outcomes(host)[0] == ("failed", None)
    mailman.is_broken = False
    assert host.engine.incidents.retry([incident.id]) == 1
    host.engine.run_due()
    assert host.engine.incidents.list() == []
    assert mailman.messages[0].id == incident.id
    assert outcomes(host)[0] == ("sent", None)


def test_what_every_channel_refuses_for_good_is_not_tried_again(
    host: Host, mailman: Mailman
) -> None:
    mailman.refuses = True
    host.engine.people.set("mentor-1", channels=["email:m@example.org"])

    tell(host, host.start())

    (incident,) = host.engine.incidents.list()
    assert (incident.attempts, "no such address" in str(incident.error)) == (1, True)


def test_incidents_are_begun_anew_together(host: Host, mailman: Mailman) -> None:
    mailman.is_broken = True
    for n in range(3):
        host.engine.people.set(f"mentor-{n}", channels=["email:m@example.org"])
        host.send(host.start(mentors=[f"mentor-{n}"]), "told")
    for _ in range(10):
        host.wait(hours=8)
    mailman.is_broken = False

    assert host.engine.incidents.retry_all(kind="call") == 0
    assert host.engine.incidents.retry_all(name="news") == 3
    host.engine.run_due()

    assert len(mailman.messages) >= 3
    with pytest.raises(NotFound, match="is no incident"):
        host.engine.incidents.retry([mailman.messages[0].id])


def test_incidents_of_an_earlier_time_can_be_told_from_later_ones(
    host: Host, mailman: Mailman
) -> None:
    mailman.refuses = True
    host.engine.people.set("mentor-1", channels=["email:m@example.org"])
    tell(host, host.start())
    first = host.now
    host.wait(days=1)
    tell(host, host.start())

    found = host.engine.incidents.list(until=first)

    assert [one.given_up_at for one in found] == [first]
    assert len(host.engine.incidents.list()) == 2
