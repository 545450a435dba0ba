"""An effect that kills its Carriers ends as an incident, and takes none of its claim with it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from builders import Host, mentorship_workflow
from tables import rows

OpenHost = Callable[..., Host]
LEFT = "SELECT count(*) FROM mentorflow_effect WHERE status = 'pending'"
ATTEMPTS = "SELECT max(attempts) FROM mentorflow_effect WHERE status = 'done'"


class Killed(BaseException):
    """Ends whoever carries an effect out before the result is written down."""


def live_through_kills(host: Host, times: int) -> None:
    """Carry on again and again, each time after the leases of those that were killed."""
    for _ in range(times):
        with suppress(Killed):
            host.engine.run_due()
        host.clock.set(host.now + timedelta(minutes=6))


def test_what_kills_its_carriers_uses_up_its_own_attempts_only(open_on: OpenHost) -> None:
    host = open_on(mentorship_workflow())
    started = [host.start(mentors=[f"mentor-{n}"]) for n in range(6)]
    killer = started[2].id

    @host.engine.on("mentorship.state_changed")
    def kill(notice: Any) -> None:
        if notice.mentorship.id == killer:
            raise Killed

    live_through_kills(host, times=40)

    (incident,) = host.engine.incidents.list()
    assert incident.mentorship_id == killer
    assert str(incident.error).startswith("WornOut: 12 attempts were begun")
    assert {to for _, to in host.outbox.said} == {f"mentor-{n}" for n in range(6)}
    assert rows(host.url, LEFT)[0][0] == 0
    assert rows(host.url, ATTEMPTS)[0][0] <= 3, "two were lost with it, and one was their own"


def test_what_is_begun_anew_has_a_clean_record(open_on: OpenHost) -> None:
    host = open_on(mentorship_workflow())
    host.start()
    kills = True

    @host.engine.on("mentorship.state_changed")
    def kill(_notice: Any) -> None:
        if kills:
            raise Killed

    live_through_kills(host, times=20)
    (incident,) = host.engine.incidents.list()
    kills = False
    assert host.engine.incidents.retry([incident.id]) == 1
    host.engine.run_due()

    assert host.engine.incidents.list() == []
    assert rows(host.url, "SELECT count(*) FROM mentorflow_effect WHERE error <> ''") == [(0,)]
