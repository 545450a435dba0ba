"""Operators set endpoints up otherwise, and it is kept who did and why; what is missed is kept."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from builders import Host
from integration.webhooks.endpoints import add
from mentorflow.errors import AddressRefused, InvalidPayload, MentorflowError, NotFound
from receiver import Receiver, receiving
from tables import refused

OpenHost = Callable[..., Host]
WHY = "a test"


def settings(host: Host, endpoint: str) -> dict[str, Any]:
    found = host.engine.webhooks.get(endpoint).endpoint
    return {
        name: value
        for name, value in found._asdict().items()
        if name not in {"changed_at", "changed_by", "revision", "headers"}
    }


def changes(host: Host, endpoint: str) -> list[tuple[str, str | None, str | None]]:
    found = host.engine.webhooks.history(endpoint)
    return [(one.timing, one.from_value, one.to_value) for one in reversed(found)]


def test_it_hears_of_what_it_is_set_to_from_then_on(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.*"])
    host.start()
    changed = host.engine.webhooks.set(endpoint, types=["mentorship.started"], reason=WHY)
    host.active()
    host.engine.webhooks.deliver_due()

    assert receiver.types == ["mentorship.started"]
    assert list(changed.types) == ["mentorship.started"]


def test_what_is_left_out_stays(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, headers={"x-of-mine": "1"}, per_minute=7, contact="operator-1")
    before = settings(host, endpoint)

    host.engine.webhooks.set(endpoint, description="a calendar", reason=WHY, by="operator-2")
    host.active()
    host.engine.webhooks.deliver_due()

    assert settings(host, endpoint) == {**before, "description": "a calendar"}
    assert host.engine.webhooks.get(endpoint).endpoint.changed_by == "operator-2"
    assert receiver.raw[0][0]["x-of-mine"] == "1"


def test_what_may_be_missing_can_be_taken_away(host: Host, receiver: Receiver) -> None:
    given = {"headers": {"x-of-mine": "1"}, "per_minute": 7, "contact": "o", "schedule": ["5m"]}
    endpoint = add(host, receiver, **given)

    nothing: dict[str, Any] = dict.fromkeys(given)
    found = host.engine.webhooks.set(endpoint, **nothing, reason=WHY)
    host.active()
    host.engine.webhooks.deliver_due()

    assert (found.headers, found.per_minute, found.contact, found.schedule) == (None,) * 4
    assert "x-of-mine" not in receiver.raw[0][0]


def test_it_is_kept_who_changed_what_and_why(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.*"])
    host.engine.webhooks.set(
        endpoint,
        types=["*"],
        programs=["program-1"],
        schedule=["10s", timedelta(minutes=5)],
        headers={"x-of-mine": "hush"},
        reason=WHY,
        by="operator-1",
    )
    host.engine.webhooks.rotate(endpoint, reason=WHY)
    host.engine.webhooks.disable(endpoint, reason=WHY)
    host.engine.webhooks.remove(endpoint, reason="it is gone")

    assert changes(host, endpoint) == [
        ("added", None, receiver.url),
        ("types", "mentor.*", "*"),
        ("programs", None, "program-1"),
        ("schedule", None, "0:00:10, 0:05:00"),
        ("headers", None, "kept secret"),
        ("rotated", None, None),
        ("status", "enabled", "disabled"),
        ("status", "disabled", "removed"),
    ]
    latest = host.engine.webhooks.history(endpoint, limit=1)[0]
    assert (latest.reason, latest.at) == ("it is gone", host.now)
    before = host.engine.webhooks.history(endpoint, before=latest.revision)
    assert [one.timing for one in before][:2] == ["status", "rotated"]
    assert {one.by for one in before if one.timing == "types"} == {"operator-1"}


def test_a_program_of_the_same_name_has_a_history_of_its_own(
    host: Host, receiver: Receiver
) -> None:
    endpoint = add(host, receiver)
    host.engine.programs.set(endpoint, time_zone="Europe/Vienna", reason=WHY)

    assert changes(host, endpoint) == [("added", None, receiver.url)]
    assert {one.timing for one in host.engine.programs.history(endpoint)} >= {"time_zone"}


def test_setting_what_is_so_already_changes_nothing(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.*"])

    found = host.engine.webhooks.set(endpoint, types=["mentor.*"], reason=WHY)

    assert found.changed_by is None
    assert changes(host, endpoint) == [("added", None, receiver.url)]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, InvalidPayload),
        ({"form": "fat"}, InvalidPayload),
        ({"per_minute": 0}, InvalidPayload),
        ({"url": "https://10.0.0.1/"}, AddressRefused),
        ({"url": "http://127.0.0.1\r\nx: y/"}, AddressRefused),
        ({"schedule": ["soon"]}, InvalidPayload),
        ({"schedule": ["3bd"]}, InvalidPayload),
        ({"schedule": ["0s"]}, InvalidPayload),
        ({"schedule": ["8d"]}, InvalidPayload),
        ({"schedule": [timedelta(0)]}, InvalidPayload),
        ({"schedule": ["1h"] * 21}, InvalidPayload),
        ({"headers": {"content-length": "0"}}, InvalidPayload),
        ({"contact": ""}, InvalidPayload),
    ],
)
def test_what_can_be_no_setting_is_refused(
    host: Host, receiver: Receiver, given: dict[str, Any], error: type[MentorflowError]
) -> None:
    endpoint = add(host, receiver)
    with refused(host.url, error, error.code):
        host.engine.webhooks.set(endpoint, **given, reason=WHY)


def test_nobody_sets_what_is_not_there(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver)
    host.engine.webhooks.remove(endpoint, reason=WHY)

    for one in (endpoint, "ep_none"):
        with refused(host.url, NotFound, "not_found"):
            host.engine.webhooks.set(one, types=["*"], reason=WHY)
    with pytest.raises(NotFound):
        host.engine.webhooks.history("ep_none")


def test_what_waits_goes_to_the_new_address(host: Host, receiver: Receiver) -> None:
    with receiving(lambda *_: (500, {})) as gone:
        gone.secrets, gone.now = receiver.secrets, host.clock.now
        endpoint = add(host, receiver)
        host.engine.webhooks.set(endpoint, url=gone.url, reason=WHY)
        started = host.start()
        for _ in range(8):
            host.engine.webhooks.deliver_due()
            host.clock.set(host.now + timedelta(minutes=11))
    failures = host.engine.webhooks.get(endpoint).health.failures

    host.engine.webhooks.set(endpoint, url=receiver.url, reason="it has moved")
    host.clock.set(host.now + timedelta(hours=5))
    host.engine.webhooks.deliver_due()

    assert failures > 4
    assert set(receiver.ids) == set(gone.ids)
    assert {one.data["mentorship_id"] for one in receiver.came} == {started.id}


def test_an_endpoint_may_have_a_schedule_of_its_own(host: Host) -> None:
    with receiving(lambda *_: (500, {})) as receiver:
        endpoint = add(host, receiver, types=["mentorship.started"], schedule=["10s", "PT1H"])
        host.start()
        waits = []
        for _ in range(3):
            host.engine.webhooks.deliver_due()
            (delivery,) = host.engine.webhooks.deliveries(endpoint)
            waits.append(delivery.available_at - host.now)
            host.clock.set(delivery.available_at)

    assert (delivery.status, delivery.attempts) == ("failed", 3)
    attempts = host.engine.webhooks.attempts(endpoint, delivery.notice)
    assert "attempt 2 of 3" in attempts[0].why
    for wait, named in zip(waits, (timedelta(seconds=10), timedelta(hours=1)), strict=False):
        assert 0.79 * named <= wait <= 1.21 * named


def test_what_happens_while_the_only_endpoint_is_disabled_can_be_recovered(
    host: Host, receiver: Receiver
) -> None:
    endpoint = add(host, receiver, form="full_cloudevents")
    host.engine.webhooks.disable(endpoint, reason="it moves")
    started = host.active()
    host.engine.webhooks.deliver_due()
    assert (receiver.came, host.engine.webhooks.deliveries(endpoint)) == ([], [])

    host.engine.webhooks.enable(endpoint, reason="it has moved")
    host.engine.webhooks.recover(
        endpoint,
        since=host.now - timedelta(hours=1),
        until=host.now + timedelta(seconds=1),
        reason="it missed them",
    )
    host.clock.set(host.now + timedelta(minutes=1))
    host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 4
    headers, body = receiver.raw[0]
    assert headers["content-type"] == "application/cloudevents+json"
    assert json.loads(body)["data"]["mentorship"]["key"] == started.key


def test_a_notice_that_has_no_such_form_is_sent_as_what_it_is(
    host: Host, receiver: Receiver
) -> None:
    endpoint = add(host, receiver, types=["mentorship.started"])
    host.start()
    host.engine.webhooks.set(endpoint, form="thin_cloudevents", reason=WHY)
    host.engine.webhooks.deliver_due()

    headers, body = receiver.raw[0]
    assert headers["content-type"] == "application/json"
    assert json.loads(body)["schema_version"] == 1


def test_who_looks_at_an_endpoint_sees_how_quick_it_is_and_when_it_is_disabled(
    host: Host, receiver: Receiver
) -> None:
    endpoint = add(host, receiver)
    assert host.engine.webhooks.get(endpoint).latency is None
    host.active()
    host.engine.webhooks.deliver_due()

    found = host.engine.webhooks.get(endpoint)

    assert found.latency is not None
    assert found.latency.requests == 4
    assert 0 < found.latency.p50 <= found.latency.p95
    assert (found.health.breaker, found.health.disables_at) == ("closed", None)


def test_one_that_fails_says_when_it_is_disabled_and_that_its_breaker_is_open(host: Host) -> None:
    with receiving(lambda *_: (500, {})) as receiver:
        endpoint = add(host, receiver)
        for _ in range(3):
            host.active()
        began = host.now
        host.engine.webhooks.deliver_due()
    health = host.engine.webhooks.get(endpoint).health

    assert health.breaker == "open"
    assert health.disables_at == began + timedelta(days=5)
