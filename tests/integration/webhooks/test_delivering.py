"""What happens reaches the endpoints that want it: signed, once, in time, and told why not."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from threading import Event

import pytest

from builders import Host, tiny
from integration.webhooks.endpoints import add
from mentorflow.core.notices import Form, Subscription
from mentorflow.engine.sealing import new_key
from mentorflow.errors import (
    AddressRefused,
    InvalidPayload,
    MentorflowError,
    NotFound,
    SecretKeyMissing,
    WebhookInvalid,
)
from mentorflow.store import webhooks as stored
from mentorflow.store.deliveries import StoredNotice
from mentorflow.webhooks import Webhook, public_of, verify
from receiver import Receiver, receiving
from servers.waiting import wait_until
from tables import everything, execute, refused, rows

OpenHost = Callable[..., Host]


def test_what_happens_is_told(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver)

    started = host.active()
    host.engine.webhooks.deliver_due()

    assert sorted(receiver.types) == [
        "mentor.accepted",
        "mentorship.started",
        "mentorship.state_changed",
        "mentorship.state_changed",
    ]
    assert {one.data["mentorship_id"] for one in receiver.came} == {started.id}
    done = host.engine.webhooks.deliveries(endpoint)
    assert [one.status for one in done] == ["done"] * 4
    (attempt,) = host.engine.webhooks.attempts(endpoint, done[0].notice)
    assert (attempt.number, attempt.status_code, attempt.why) == (1, 204, "it was taken")


def test_nothing_is_told_of_what_was_before(host: Host, receiver: Receiver) -> None:
    host.start()
    endpoint = add(host, receiver)
    host.engine.webhooks.deliver_due()

    assert receiver.came == []
    assert host.engine.webhooks.deliveries(endpoint) == []


def test_an_endpoint_hears_of_its_types_and_programs_alone(host: Host, receiver: Receiver) -> None:
    add(host, receiver, types=["mentor.*"], programs=["program-1"])

    host.active()
    host.active(program="program-2")
    host.engine.webhooks.deliver_due()

    assert receiver.types == ["mentor.accepted"]


def test_starts_batches_timers_and_sessions_are_told_of_too(host: Host, receiver: Receiver) -> None:
    add(host, receiver)
    one, other = map(host.engine.get, host.engine.start_many([host.request()] * 2))
    host.engine.send_many(
        [{"id": one.id, "event": "mentor.accepted", "by": "mentor-1", "data": {}}]
    )
    host.wait(days=15)
    host.engine.webhooks.deliver_due()

    told = {(came.type, came.data["mentorship_id"]) for came in receiver.came}
    assert ("mentorship.started", other.id) in told
    assert ("mentor.accepted", one.id) in told
    assert ("mentorship.closed", other.id) in told
    causes = {came.data["cause"]["kind"] for came in receiver.came}
    assert causes == {"event", "timer"}


def test_what_is_thin_names_nobody(host: Host, receiver: Receiver) -> None:
    add(host, receiver)
    host.active(key="a-key-of-the-host")
    host.engine.webhooks.deliver_due()

    for _, body in receiver.raw:
        assert b"mentor-1" not in body
        assert b"mentee-1" not in body
        assert b"a-key-of-the-host" not in body


def test_what_is_full_tells_where_the_mentorship_stands(host: Host, receiver: Receiver) -> None:
    add(host, receiver, form="full", types=["mentor.accepted"])
    host.active(key="key-1")
    host.engine.webhooks.deliver_due()

    (came,) = receiver.came
    assert came.data["mentorship"]["parties"]["mentor"] == ["mentor-1"]
    assert came.data["mentorship"]["key"] == "key-1"


def test_a_cloud_event_is_one(host: Host, receiver: Receiver) -> None:
    add(host, receiver, form="thin_cloudevents", types=["mentor.accepted"])
    started = host.active()
    host.engine.webhooks.deliver_due()

    ((headers, body),) = receiver.raw
    event = json.loads(body)
    assert headers["content-type"] == "application/cloudevents+json"
    assert event["specversion"] == "1.0"
    assert (event["type"], event["subject"]) == ("mentor.accepted", started.id)
    assert event["id"] == headers["webhook-id"]


def test_what_fails_is_sent_again_by_the_schedule_with_the_same_id_and_bytes(host: Host) -> None:
    with receiving(lambda number, _: (500 if number < 4 else 204, {})) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        for span in ({}, {"seconds": 7}, {"minutes": 7}, {"minutes": 40}):
            host.clock.set(host.now + timedelta(**span))
            host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 4
    assert (
        len({(one.id, body) for one, (_, body) in zip(receiver.came, receiver.raw, strict=True)})
        == 1
    )
    (delivery,) = host.engine.webhooks.deliveries(endpoint)
    assert (delivery.status, delivery.attempts) == ("done", 4)
    attempts = host.engine.webhooks.attempts(endpoint, delivery.notice)
    waits = [(one.next_at - one.at).total_seconds() for one in attempts if one.next_at]
    assert [4 <= waits[0] <= 6, 240 <= waits[1] <= 360, 1440 <= waits[2] <= 2160] == [True] * 3
    assert attempts[0].why == "it answered 500; attempt 2 of 10 comes then"


def test_after_ten_attempts_it_is_given_up_and_can_be_recovered(host: Host) -> None:
    is_well = False
    with receiving(lambda *_: (204 if is_well else 500, {})) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        for _ in range(10):
            host.engine.webhooks.deliver_due()
            host.clock.set(host.now + timedelta(hours=30))
        (failed,) = host.engine.webhooks.deliveries(endpoint, status="failed")
        assert failed.attempts == 10

        is_well = True
        host.engine.webhooks.enable(endpoint, reason="it is well again")
        since = host.now - timedelta(days=60)
        assert host.engine.webhooks.recoverable(endpoint, since=since) == 1
        done = host.engine.webhooks.recover(endpoint, since=since, reason="it was down")
        host.engine.webhooks.deliver_due()

    assert (done.status, done.counted, done.done) == ("done", 1, 1)
    (recovered,) = host.engine.webhooks.deliveries(endpoint)
    assert (recovered.status, recovered.attempts) == ("done", 11)
    assert len(set(receiver.ids)) == 1


def test_410_disables_and_the_others_are_told(host: Host, receiver: Receiver) -> None:
    other = add(host, receiver, types=["endpoint.*"])
    with receiving(lambda *_: (410, {})) as gone:
        endpoint = add(host, gone, types=["mentor.accepted"])
        host.active()
        host.engine.webhooks.deliver_due()
        host.engine.webhooks.deliver_due()
        host.active()
        host.engine.webhooks.deliver_due()

    found = host.engine.webhooks.get(endpoint).endpoint
    assert (found.status, found.why) == ("disabled", "it answered 410 Gone")
    assert len(gone.came) == 1
    assert receiver.types == ["endpoint.disabled"]
    assert other != endpoint


@pytest.mark.parametrize("status", [413, 415])
def test_what_it_cannot_take_is_not_sent_again(host: Host, status: int) -> None:
    with receiving(lambda *_: (status, {})) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        host.engine.webhooks.deliver_due()
        host.clock.set(host.now + timedelta(days=2))
        host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 1
    assert host.engine.webhooks.get(endpoint).endpoint.status == "enabled"


def test_an_endpoint_that_asks_for_it_is_left_alone(host: Host) -> None:
    with receiving(
        lambda number, _: (429, {"retry-after": "7200"}) if number == 1 else (204, {})
    ) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        host.active()
        host.engine.webhooks.deliver_due()
        host.active()
        host.clock.set(host.now + timedelta(minutes=119))
        host.engine.webhooks.deliver_due()
        assert len(receiver.came) == 1
        assert host.engine.webhooks.get(endpoint).health.held_by == "retry_after"

        host.clock.set(host.now + timedelta(minutes=1))
        host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 3


def test_one_that_fails_again_and_again_is_only_probed(host: Host) -> None:
    with receiving(lambda *_: (500, {})) as receiver:
        endpoint = add(host, receiver, types=["mentor.accepted"])
        for _ in range(30):
            host.active()
        host.engine.webhooks.deliver_due()
        at_first = len(receiver.came)
        for _ in range(3):
            host.clock.set(host.now + timedelta(seconds=31))
            host.engine.webhooks.deliver_due()

    assert 10 <= at_first <= 18  # eight were under way when the tenth came back
    assert len(receiver.came) - at_first <= 2  # the second pause is a minute
    assert host.engine.webhooks.get(endpoint).health.held_by == "breaker"


def test_in_strict_order_later_ones_wait_for_earlier_ones_of_the_same_mentorship(
    host: Host,
) -> None:
    refused: set[str] = set()

    def answering(_: int, came: Webhook) -> tuple[int, dict[str, str]]:
        if came.type == "mentorship.started" and came.id not in refused:
            refused.add(came.id)
            return 500, {}
        return 204, {}

    with receiving(answering) as receiver:
        add(host, receiver, ordering="strict")
        started = [host.active() for _ in range(3)]
        host.engine.webhooks.deliver_due()
        assert receiver.types == ["mentorship.started"] * 3
        host.clock.set(host.now + timedelta(seconds=7))
        host.engine.webhooks.deliver_due()

    for one in started:
        theirs = [
            (came.data["sequence"], came.id)
            for came in receiver.came
            if came.data["mentorship_id"] == one.id
        ]
        assert [sequence for sequence, _ in theirs] == [1, 1, 1, 2, 2]
        assert theirs[0] == theirs[1]


def test_eight_requests_are_under_way_to_one_that_hangs_and_the_others_get_theirs(
    host: Host, receiver: Receiver
) -> None:
    is_to_answer = Event()

    def hang(*_: object) -> tuple[int, dict[str, str]]:
        assert is_to_answer.wait(60)
        return 204, {}

    with receiving(hang) as hanging, closing(host.engine.webhooks.courier()) as courier:
        add(host, hanging)
        add(host, receiver)
        for _ in range(30):
            host.active()
        wait_until(
            lambda: courier.work() >= 0 and len(receiver.came) == 120 and len(hanging.came) >= 8,
            "the good one has all, and the other one as many as may be under way",
        )
        while_it_hung = len(hanging.came)
        is_to_answer.set()
        wait_until(lambda: courier.work() >= 0 and len(hanging.came) == 120, "it has them too")

    assert while_it_hung == 8


def test_a_secret_that_is_rotated_out_signs_for_a_while(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.accepted"])
    old = list(receiver.secrets)
    new = host.engine.webhooks.rotate(endpoint, reason="it was in a log", signature="v1a").secret
    host.active()
    host.engine.webhooks.deliver_due()
    ((headers, _),) = receiver.raw
    assert [one.split(",")[0] for one in headers["webhook-signature"].split()] == ["v1a", "v1"]

    host.clock.set(host.now + timedelta(hours=25))
    receiver.secrets[:] = [public_of(new)]
    host.active()
    host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 2
    with pytest.raises(WebhookInvalid):
        verify(receiver.raw[1][1], receiver.raw[1][0], old, now=host.now)


def test_it_does_not_sign_for_longer_where_there_is_always_something_to_send(host: Host) -> None:
    rotated_at = host.now

    def later(number: int, _: Webhook) -> tuple[int, dict[str, str]]:
        if number == 1:
            host.clock.set(rotated_at + timedelta(hours=25))
        return 204, {}

    with receiving(later) as receiver:
        endpoint = add(host, receiver)
        new = host.engine.webhooks.rotate(endpoint, reason="it was in a log").secret
        receiver.secrets.append(new)
        for _ in range(50):
            host.active()
        host.engine.webhooks.deliver_due()

    signatures = [len(headers["webhook-signature"].split()) for headers, _ in receiver.raw]
    assert (signatures[0], signatures[-1]) == (2, 1)


def test_what_was_pruned_before_its_turn_came_is_given_up_alone(
    host: Host, receiver: Receiver
) -> None:
    add(host, receiver, types=["mentor.accepted"])
    host.active()
    execute(host.url, "DELETE FROM mentorflow_notice WHERE type = 'mentor.accepted'")
    host.active()
    host.engine.webhooks.deliver_due()

    assert receiver.types == ["mentor.accepted"]
    told = rows(host.url, "SELECT status, error FROM mentorflow_delivery ORDER BY 1 DESC")
    assert told == [
        ("failed", "its notice is kept no longer: it was pruned before it was sent"),
        ("done", None),
    ]


def test_a_test_reaches_one_endpoint_and_nobody_who_pulls(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.accepted"])
    host.engine.webhooks.test(endpoint)
    host.engine.webhooks.deliver_due()

    host.engine.webhooks.test(endpoint, type_="mentor.accepted")
    host.engine.webhooks.deliver_due()

    assert receiver.types == ["test.ping", "mentor.accepted"]
    assert all(one.payload["test"] is True for one in receiver.came)
    assert host.engine.webhooks.pull() == []
    with pytest.raises(NotFound):
        host.engine.webhooks.test(endpoint, type_="no.such")


def test_who_pulls_gets_the_same_ids_and_bytes(host: Host, receiver: Receiver) -> None:
    add(host, receiver)
    for _ in range(3):
        host.active()
    host.engine.webhooks.deliver_due()

    pulled: list[StoredNotice] = []
    cursor = None
    while page := host.engine.webhooks.pull(cursor, limit=5):
        pulled += page
        cursor = page[-1].cursor

    pushed = {one.id: body for one, (_, body) in zip(receiver.came, receiver.raw, strict=True)}
    assert {one.id: one.body.encode() for one in pulled} == pushed
    assert len(pulled) == len(pushed) == 12


def test_what_was_delivered_can_be_replayed(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.accepted"])
    host.active()
    host.engine.webhooks.deliver_due()
    host.engine.webhooks.replay(endpoint, receiver.ids[0])
    host.engine.webhooks.deliver_due()

    assert receiver.ids[0] == receiver.ids[1]
    assert receiver.raw[0][1] == receiver.raw[1][1]
    attempts = host.engine.webhooks.attempts(endpoint, receiver.ids[0])
    assert [(one.number, one.cause) for one in attempts] == [(1, "event"), (2, "replay")]


def test_a_rate_is_kept(host: Host, receiver: Receiver) -> None:
    add(host, receiver, types=["mentor.accepted"], per_minute=2)
    for _ in range(5):
        host.active()
    sent = []
    for _ in range(5):
        host.engine.webhooks.deliver_due()
        sent.append(len(receiver.came))
        host.clock.set(host.now + timedelta(seconds=30))

    assert sent == [1, 2, 3, 4, 5]


def test_what_is_about_safety_has_to_be_asked_for_by_name() -> None:
    wildcard = Subscription("ep_1", ("*",), frozenset(), Form.THIN)
    named = wildcard._replace(types=("safety.reported",))

    assert not wildcard.takes("safety.reported", "program-1")
    assert named.takes("safety.reported", "program-1")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"url": "http://10.0.0.1/"}, AddressRefused),
        ({"url": "https://user:secret@example.org/"}, AddressRefused),
        ({"form": "fat"}, InvalidPayload),
        ({"ordering": "random"}, InvalidPayload),
        ({"per_minute": 0}, InvalidPayload),
        ({"headers": {"Webhook-Id": "1"}}, InvalidPayload),
        ({"headers": {"X-One": "a\r\nX-Two: b"}}, InvalidPayload),
        ({"signature": "v2"}, InvalidPayload),
        ({"reason": " "}, InvalidPayload),
    ],
)
def test_what_can_be_no_endpoint_is_refused(
    host: Host, given: dict[str, object], error: type[MentorflowError]
) -> None:
    with refused(host.url, error, error.code):
        host.engine.webhooks.add(**{"url": "https://example.org/", "reason": "a test", **given})  # type: ignore[arg-type]


def test_without_a_key_no_endpoint_is_added(
    open_on: OpenHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MENTORFLOW_SECRET_KEY")
    host = open_on()

    with refused(host.url, SecretKeyMissing, "secret_key_missing"):
        host.engine.webhooks.add("https://example.org/", reason="a test")


def test_secrets_are_not_in_the_database_as_they_are(host: Host, receiver: Receiver) -> None:
    add(host, receiver, headers={"X-Token": "a-secret-of-the-receiver"})
    host.active()
    host.engine.webhooks.deliver_due()

    kept = str(everything(host.url))
    assert receiver.secrets[0] not in kept
    assert "a-secret-of-the-receiver" not in kept
    assert receiver.raw[0][0]["x-token"] == "a-secret-of-the-receiver"


def test_who_looks_after_it_is_told_by_another_channel_and_it_is_disabled_in_the_end(
    host: Host, receiver: Receiver
) -> None:
    add(host, receiver, types=["endpoint.*"])
    with receiving(lambda *_: (500, {})) as failing:
        endpoint = add(host, failing, types=["mentor.accepted"], contact="operator-1")
        for _ in range(12):
            host.active()
            host.engine.webhooks.deliver_due()
            host.clock.set(host.now + timedelta(hours=14))
    host.engine.webhooks.deliver_due()

    told = [one for one in host.outbox.messages if one.recipient == "operator-1"]
    assert [one.name for one in told] == [
        "endpoint.failing",
        "endpoint.failing",
        "endpoint.disabled",
    ]
    assert failing.url in told[0].text
    found = host.engine.webhooks.get(endpoint).endpoint
    assert found.status == "disabled"
    assert str(found.why).startswith("nothing but failures since 2025-03-03T09:00")
    assert sorted(receiver.types) == ["endpoint.disabled", "endpoint.failing", "endpoint.failing"]


def test_it_is_told_why_a_notice_was_sent_or_not(host: Host, receiver: Receiver) -> None:
    wanted = add(host, receiver, types=["mentor.accepted"])
    other = add(host, receiver, types=["meeting.*"])
    elsewhere = add(host, receiver, programs=["program-2"])
    off = add(host, receiver)
    host.engine.webhooks.disable(off, reason="it moves")
    slow = add(host, receiver, types=["mentor.accepted"])
    host.active()
    host.engine.webhooks.disable(slow, reason="it moves too")
    host.engine.webhooks.deliver_due()
    host.clock.set(host.now + timedelta(hours=1))
    late = add(host, receiver)

    (notice,) = set(receiver.ids)
    found = host.engine.webhooks.explain(notice)

    assert found["cause"]["name"] == "mentor.accepted"
    why = {one["endpoint"]: (one["status"], one["why"]) for one in found["endpoints"]}
    assert why[wanted] == ("done", "it was taken")
    assert why[other] == ("not sent", "it hears of meeting.*, not of mentor.accepted")
    assert why[elsewhere] == ("not sent", "it hears of program-2, not of 'program-1'")
    assert why[off] == (
        "not sent",
        "it was disabled at that time, or heard of other types; `recover` sends it",
    )
    assert why[slow] == ("pending", "it is disabled: it moves too")
    assert why[late][1].startswith("it was added later")
    with pytest.raises(NotFound):
        host.engine.webhooks.explain("evt_none")


def test_a_watermark_says_up_to_where_everything_was_taken(host: Host) -> None:
    refusing = True
    with receiving(lambda *_: (500 if refusing else 204, {})) as receiver:
        add(host, receiver, types=["mentor.accepted"])
        for _ in range(3):
            host.active()
        host.engine.webhooks.deliver_due()
        refusing = False
        host.clock.set(host.now + timedelta(minutes=1))
        host.engine.webhooks.deliver_due()
        host.active()
        host.clock.set(host.now + timedelta(minutes=1))
        host.engine.webhooks.deliver_due()

    marks = [
        tuple(map(int, headers["webhook-watermark"].split("-"))) for headers, _ in receiver.raw
    ]
    pulled = {
        one.id: tuple(map(int, one.cursor.split("-")))
        for one in host.engine.webhooks.pull(limit=1000)
    }
    taken: set[str] = set()
    for number, (came, mark) in enumerate(zip(receiver.came, marks, strict=True)):
        behind = {id_ for id_, place in pulled.items() if place <= mark and "_2_0" in id_}
        assert behind <= taken
        if number >= 3:
            taken.add(came.id)
    assert marks == sorted(marks)
    assert marks[-1] > marks[0]


def test_a_watermark_of_a_long_queue_is_true_and_low(
    host: Host, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_LOOKED_AT", 2)
    add(host, receiver, types=["mentor.accepted"])
    for _ in range(3):
        host.active()
    host.engine.webhooks.deliver_due()
    host.active()
    host.engine.webhooks.deliver_due()

    marks = [headers["webhook-watermark"] for headers, _ in receiver.raw]
    assert marks[:3] == ["0-0"] * 3
    assert marks[3] > "0-0"


def test_nothing_else_tells_of_what_is_about_safety(open_on: OpenHost, receiver: Receiver) -> None:
    host = open_on(
        tiny(
            """
states:
  open:
    events: {safety.reported: {to: closed, outcome: safety, do: [escalate: safety]}}
    timers: {limit: {after: d99, fire: over}}
  closed: {final: true}
anywhere: {over: {to: closed, outcome: over}}
ladders:
  safety: {urgent: true, outlives_state: true, rungs: [{to: [mentor], after: d1, message: x}]}
"""
        )
    )
    with receiving() as trusted:
        add(host, receiver, form="full")
        add(host, trusted, types=["safety.reported"])
        started = host.start()
        host.send(started, "safety.reported")
        host.wait(days=2)
        host.engine.webhooks.deliver_due()

    assert {"mentorship.closed", "escalation.opened", "ladder.climbed"} <= set(receiver.types)
    assert all(b"safety" not in body for _, body in receiver.raw)
    (told,) = trusted.came
    assert told.data["cause"]["name"] == "safety.reported"
    assert told.data["outcome"] == "safety"


def test_one_that_is_removed_is_sent_nothing_more(host: Host, receiver: Receiver) -> None:
    endpoint = add(host, receiver, types=["mentor.accepted"])
    other = add(host, receiver, types=["mentor.accepted"])
    host.active()
    host.engine.webhooks.remove(endpoint, reason="it is gone")
    host.engine.webhooks.deliver_due()

    assert len(receiver.came) == 1
    assert host.engine.webhooks.get(other).waiting == 0
    left = rows(
        host.url, f"SELECT status, error FROM mentorflow_delivery WHERE endpoint = '{endpoint}'"
    )
    assert left == [("cancelled", "it was removed: it is gone")]
    with pytest.raises(NotFound):
        host.engine.webhooks.get(endpoint)


def test_an_endpoint_is_found_by_its_whole_id(host: Host, receiver: Receiver) -> None:
    stem = add(host, receiver)[:-1]
    add(host, receiver)
    ids = [one.endpoint.id for one in host.engine.webhooks.list()]
    for id_, digit in zip(ids, "29", strict=True):
        for table, column in (("endpoint", "id"), ("endpoint_health", "endpoint")):
            execute(
                host.url,
                f"UPDATE mentorflow_{table} SET {column} = '{stem}{digit}' "
                f"WHERE {column} = '{id_}'",
            )

    assert host.engine.webhooks.get(f"{stem}2").endpoint.id == f"{stem}2"
    assert host.engine.webhooks.get(f"{stem}9").endpoint.id == f"{stem}9"
    with pytest.raises(NotFound):
        host.engine.webhooks.get(f"{stem}5")


def test_many_who_are_gone_are_told_of_once(host: Host, receiver: Receiver) -> None:
    add(host, receiver, types=["endpoint.*"])
    with receiving(lambda *_: (410, {})) as gone:
        add(host, gone, types=["mentor.accepted"], contact="operator-1")
        for _ in range(8):
            host.active()
        host.engine.webhooks.deliver_due()
    host.engine.webhooks.deliver_due()

    assert receiver.types == ["endpoint.disabled"]
    assert [one.name for one in host.outbox.messages if one.recipient == "operator-1"] == [
        "endpoint.disabled"
    ]


def test_one_whose_secret_cannot_be_opened_holds_up_nobody(
    host: Host, open_on: OpenHost, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = add(host, receiver, types=["mentor.accepted"])
    monkeypatch.setenv("MENTORFLOW_SECRET_KEY", new_key())
    later = open_on(clock=host.clock)
    add(later, receiver, types=["mentor.accepted"])
    later.active()

    assert later.engine.webhooks.deliver_due() == 1
    assert later.engine.webhooks.deliver_due() == 0
    assert later.engine.webhooks.get(lost).health.held_by == "sealed"
    found = later.engine.webhooks.explain(receiver.ids[0])["endpoints"]
    assert "the key is missing" in next(one["why"] for one in found if one["endpoint"] == lost)
