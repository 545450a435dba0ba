"""What does not fit the mentorship as it stands is refused by an error of its own, with a code."""

from typing import Any

import pytest

from builders import Host
from mentorflow import EventRejected, InvalidPayload, KeyReused, NotFound
from mentorflow.errors import (
    BatchRejected,
    EventNotOffered,
    GuardRefused,
    StaleRevision,
    UnknownEvent,
)
from tables import NOWHERE, refused


def test_an_unknown_event_is_refused_with_the_nearest_one(host: Host) -> None:
    started = host.start()

    with refused(host.url, UnknownEvent, "unknown_event") as caught:
        host.send(started, "mentor.acepted")

    assert "did you mean 'mentor.accepted'?" in str(caught.value)
    assert isinstance(caught.value, InvalidPayload)


def test_an_event_like_no_other_is_refused_without_a_guess(host: Host) -> None:
    started = host.start()

    with refused(host.url, UnknownEvent, "unknown_event") as caught:
        host.send(started, "zzz")

    assert "did you mean" not in str(caught.value)


def test_an_event_of_another_state_is_refused_with_those_that_are_taken(host: Host) -> None:
    started = host.start()

    with refused(host.url, EventNotOffered, "event_not_offered") as caught:
        host.send(started, "concern.raised")

    assert caught.value.allowed_events == ("mentor.accepted", "mentor.declined")
    assert "the state 'contact' does not offer 'concern.raised'" in caught.value.reason
    assert "active" in caught.value.reason
    assert caught.value.as_dict()["allowed_events"] == ["mentor.accepted", "mentor.declined"]


def test_a_final_state_takes_nothing(host: Host) -> None:
    ended = host.send(host.start(), "mentor.declined")

    with refused(host.url, EventNotOffered, "event_not_offered") as caught:
        host.send(ended, "mentor.accepted")

    assert caught.value.allowed_events == ()


def test_an_event_of_the_engine_cannot_be_sent(host: Host) -> None:
    started = host.start()

    for name in ("mentorship.started", "timer.fired", "timer.skipped", "ladder.climbed"):
        with refused(host.url, UnknownEvent, "unknown_event"):
            host.send(started, name)


def test_only_time_sends_what_only_time_may_send(host: Host) -> None:
    started = host.start()

    with refused(host.url, GuardRefused, "guard_refused") as caught:
        host.send(started, "contact.expired", by=None)

    assert "only time" in caught.value.reason


def test_a_guard_refuses_with_its_reason(host: Host) -> None:
    active = host.active()

    with refused(host.url, GuardRefused, "guard_refused") as caught:
        host.send(active, "finished")

    assert caught.value.guard == "something_is_noted"
    assert caught.value.reason == "nothing was noted yet"
    assert caught.value.as_dict()["why"] == "nothing was noted yet"
    assert "finished" in caught.value.allowed_events


@pytest.mark.parametrize("sender", ["mentee-1", "coordinator-1", "a stranger", None])
def test_the_wrong_sender_is_refused_with_the_roles_that_may(
    host: Host, sender: str | None
) -> None:
    started = host.start()

    with refused(host.url, GuardRefused, "guard_refused") as caught:
        host.send(started, "mentor.accepted", by=sender)

    assert "comes from the mentor" in caught.value.reason


@pytest.mark.parametrize(
    "wrong",
    [
        NOWHERE,
        NOWHERE.replace("-", ""),
        NOWHERE[:-1],
        "",
        "x" * 36,
        "1' OR '1'='1",
        "\x00",
        None,
        7,
    ],
)
def test_an_unknown_or_malformed_id_is_not_found(host: Host, wrong: str) -> None:
    host.start()

    with refused(host.url, NotFound, "not_found") as caught:
        host.engine.send(wrong, "mentor.accepted", by="mentor-1")

    assert repr(wrong) in str(caught.value)


def test_a_known_key_with_another_request_is_refused(host: Host) -> None:
    started = host.start(key="s-1")
    active = host.send(started, "mentor.accepted", key="e-1")
    host.send(active, "noted", data={"text": "one"}, key="e-2")

    changed: list[tuple[str, dict[str, Any]]] = [
        ("noted", {}),
        ("mentor.accepted", {"by": "mentee-1"}),
        ("mentor.accepted", {"data": {"text": "x"}}),
    ]
    for event, rest in changed:
        with refused(host.url, KeyReused, "key_reused") as caught:
            host.send(active, event, key="e-1", **rest)
        assert caught.value.key == "e-1"
        assert "mentor.accepted" in str(caught.value)
    with refused(host.url, KeyReused, "key_reused"):
        host.send(active, "noted", data={"text": "two"}, key="e-2")
    with refused(host.url, KeyReused, "key_reused"):
        host.start(key="s-1", mentee="mentee-2")


def test_a_stale_revision_is_refused_with_both_revisions(host: Host) -> None:
    started = host.start()
    host.send(started, "mentor.accepted", revision=started.revision)

    with refused(host.url, StaleRevision, "stale_revision") as caught:
        host.send(started, "noted", revision=started.revision)

    assert (caught.value.expected, caught.value.current) == (1, 2)
    assert isinstance(caught.value, EventRejected)


def test_a_workflow_that_is_not_there_is_not_found(host: Host) -> None:
    with refused(host.url, NotFound, "not_found") as caught:
        host.start(workflow="nonesuch")

    assert "tiny 1" in str(caught.value)


def test_one_refused_event_refuses_the_whole_batch(host: Host) -> None:
    one, two = host.start(), host.start(mentee="mentee-2")
    good = {"id": one.id, "event": "mentor.accepted", "by": "mentor-1", "key": "k"}

    with refused(host.url, BatchRejected, "batch_rejected") as caught:
        host.engine.send_many(
            [
                good,
                {"id": two.id, "event": "concern.raised", "by": "mentor-1"},
                {"id": NOWHERE, "event": "mentor.accepted", "by": "mentor-1"},
                {"id": one.id, "event": "finished", "by": "mentor-1"},
                {"id": one.id, "event": "noted", "by": "mentor-1", "data": {"text": 7}},
                {"id": two.id, "event": "mentor.acepted"},
            ]
        )

    found = [(row["item"], row["code"]) for row in caught.value.refused]
    assert found == [
        (1, "event_not_offered"),
        (2, "not_found"),
        (3, "guard_refused"),
        (4, "invalid_payload"),
        (5, "unknown_event"),
    ]
    assert host.engine.send_many([good])[0].state == "active"


def test_a_start_of_many_with_a_wrong_one_starts_none(host: Host) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.start_many([host.request(), host.request(mentors=[])])
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.start_many([host.request(mentro="x")])
    with refused(host.url, KeyReused, "key_reused"):
        host.engine.start_many([host.request(key="k"), host.request(key="k", program="other")])


@pytest.mark.parametrize("code", ["escalation.acknowledged", "escalation.resolved"])
def test_an_escalation_that_is_not_open_is_refused(host: Host, code: str) -> None:
    active = host.active()

    with refused(host.url, GuardRefused, "guard_refused") as caught:
        host.send(active, code, data={"escalation": "nonesuch"})
    assert "nonesuch" in caught.value.reason
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(active, code, data={})


def test_a_snooze_until_an_instant_gone_by_is_refused(host: Host) -> None:
    quarrelling = host.send(host.active(), "concern.raised")
    data = {"escalation": quarrelling.escalations[0].id, "until": host.now}

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(quarrelling, "escalation.snoozed", data=data)
