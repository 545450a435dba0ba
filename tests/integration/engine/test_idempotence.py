"""A request with a known key gets the first answer, exactly, however often and late it comes."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import Host, Note, at, example, mentorship_workflow, take_facts, tiny
from mentorflow import EventRejected, KeyReused, Mentorship
from tables import everything

OpenHost = Callable[..., Host]


def as_seen(mentorship: Mentorship) -> tuple[Any, ...]:
    """Return all there is of an answer, timers and escalations included."""
    by_key = sorted(mentorship.timers, key=lambda timer: timer.key)
    return (mentorship, by_key, sorted(mentorship.escalations, key=lambda found: found.id))


def test_a_second_start_with_a_key_returns_the_first_mentorship(host: Host) -> None:
    first = host.start(key="s-1")
    before = everything(host.url)
    host.clock.set(at(days=1))

    again = host.start(key="s-1")

    assert as_seen(again) == as_seen(first)
    assert everything(host.url) == before


def test_a_start_returns_the_first_result_also_when_much_has_happened_since(host: Host) -> None:
    first = host.start(key="s-1", dates={"ends_on": "2025-05-30"}, facts={"title": "Rust"})
    host.wait(days=3)
    host.send(first, "mentor.accepted")
    host.send(first, "concern.raised")
    host.wait(days=40)

    assert as_seen(
        host.start(key="s-1", dates={"ends_on": "2025-05-30"}, facts={"title": "Rust"})
    ) == (as_seen(first))


def test_an_event_returns_the_first_result_also_when_much_has_happened_since(host: Host) -> None:
    started = host.start()
    host.wait(days=3)
    first = host.send(started, "mentor.accepted", key="e-1")
    host.wait(days=8)
    second = host.send(started, "concern.raised", key="e-2")
    host.wait(days=3)
    host.send(started, "escalation.acknowledged", data={"escalation": second.escalations[0].id})
    third = host.send(started, "concern.resolved", key="e-3")
    host.wait(days=170)
    before = everything(host.url)

    assert as_seen(host.send(started, "mentor.accepted", key="e-1")) == as_seen(first)
    assert as_seen(host.send(started, "concern.raised", key="e-2")) == as_seen(second)
    assert as_seen(host.send(started, "concern.resolved", key="e-3")) == as_seen(third)
    assert everything(host.url) == before


def test_the_first_result_is_the_same_for_an_engine_that_was_opened_later(
    open_on: OpenHost,
) -> None:
    host = open_on()
    first = host.send(host.start(), "mentor.accepted", key="e-1")
    host.send(first, "milestone.reached")

    later = open_on(clock=host.clock)

    assert as_seen(later.send(first, "mentor.accepted", key="e-1")) == as_seen(first)


def test_a_key_belongs_to_one_mentorship(host: Host) -> None:
    one, two = host.start(), host.start(mentee="mentee-2")

    assert host.send(one, "mentor.accepted", key="k").id == one.id
    assert host.send(two, "mentor.accepted", key="k").id == two.id


def test_a_refused_event_does_not_use_up_its_key(host: Host) -> None:
    started = host.start()
    with pytest.raises(Exception, match="does not offer"):
        host.send(started, "concern.raised", key="k")

    host.send(started, "mentor.accepted")

    assert host.send(started, "concern.raised", key="k").state == "conflict"


def test_an_equal_payload_is_the_same_request_however_it_is_written(host: Host) -> None:
    active = host.active()
    first = host.send(
        active, "noted", data={"text": "é", "when": at(), "many": [1, {"b": 2, "a": 1}]}, key="k"
    )

    written = {"many": [1, {"a": 1, "b": 2}], "when": at().isoformat(), "text": "é"}

    assert host.send(active, "noted", data=written, key="k") == first


def test_a_known_key_does_not_ask_for_the_revision_again(host: Host) -> None:
    started = host.start()
    first = host.send(started, "mentor.accepted", key="k", revision=1)
    host.send(started, "noted")

    assert host.send(started, "mentor.accepted", key="k", revision=1) == first


def test_a_batch_with_known_keys_gets_the_first_answers(host: Host) -> None:
    started = host.start()
    first = host.send(started, "mentor.accepted", key="k")
    host.send(started, "noted")
    items = [
        {"id": started.id, "event": "mentor.accepted", "by": "mentor-1", "key": "k"},
        {"id": started.id, "event": "concern.raised", "by": "mentor-1", "key": "l"},
        {"id": started.id, "event": "concern.raised", "by": "mentor-1", "key": "l"},
    ]

    answers = host.engine.send_many(items)

    assert answers[0] == first
    assert answers[1] == answers[2]
    assert host.engine.send_many(items) == answers
    assert host.events(started).count("concern.raised") == 1


def test_a_second_import_of_many_starts_changes_nothing(host: Host) -> None:
    requests = [host.request(key=f"k-{n}") for n in range(20)]
    ids = host.engine.start_many(requests)
    before = everything(host.url)

    assert host.engine.start_many(requests) == ids
    assert everything(host.url) == before


def test_an_answer_of_the_shipped_workflow_comes_again_whole(open_on: OpenHost) -> None:
    workflow = mentorship_workflow()
    host = open_on(workflow)
    started = host.start(key="s")
    firsts = []
    for event in ("mentor.accepted", "meeting.booked", "concern.raised"):
        data = example(workflow, event)
        firsts.append((event, data, host.send(started, event, data=data, key=event)))
        host.wait(days=2)

    for event, data, first in firsts:
        assert as_seen(host.send(started, event, data=data, key=event)) == as_seen(first)


STEPS = ("mentor.accepted", "concern.raised", "concern.resolved", "milestone.reached", "noted")


@given(
    order=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["send", "batch"])), max_size=25),
    days=st.lists(st.integers(0, 5), min_size=25, max_size=25),
)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_duplicates_in_any_order_give_one_result(
    host: Host, order: list[tuple[int, str]], days: list[int]
) -> None:
    started = host.start()
    answers: dict[int, Mentorship] = {}
    for (number, way), wait in zip(order, days, strict=False):
        taken = len(host.engine.history(started.id))
        if number in answers:
            assert as_seen(sent(host, started, number, way)) == as_seen(answers[number])
            assert len(host.engine.history(started.id)) == taken
            continue
        with suppress(EventRejected):
            answers[number] = sent(host, started, number, way)
        host.wait(days=wait)

    keys = [entry.key for entry in host.engine.history(started.id) if entry.key]
    assert sorted(keys) == sorted(f"k-{number}" for number in answers)


def sent(host: Host, started: Mentorship, number: int, way: str) -> Mentorship:
    event, key = STEPS[number], f"k-{number}"
    if way == "send":
        return host.send(started, event, key=key)
    item = {"id": started.id, "event": event, "by": "mentor-1", "key": key}
    return host.engine.send_many([item, item])[1]


def test_a_first_answer_does_not_depend_on_the_order_timers_were_set_in(open_on: OpenHost) -> None:
    host = open_on(
        tiny(
            """
states:
  open:
    events: {noted: {record: [take_facts]}, over: {to: closed, outcome: over}}
    timers:
      b: {after: d1, anchor: asked, do: [notify: b]}
      a: {after: d1, anchor: asked, do: [notify: a]}
      limit: {after: d99, fire: over}
  closed: {final: true}
anchors: {asked: {fact: asked_at}}
""",
            payloads={"noted": Note},
            records={"take_facts": take_facts},
        )
    )
    started = host.start()
    data = {"facts": {"asked_at": at().isoformat()}}
    first = host.send(started, "noted", data=data, key="k")
    host.wait(days=1)

    assert as_seen(
        host.send(started, "noted", data={"facts": {"asked_at": at().isoformat()}}, key="k")
    ) == (as_seen(first))


def test_a_key_of_a_start_is_not_one_of_its_events(host: Host) -> None:
    started = host.start(key="k")

    with pytest.raises(KeyReused, match=r"mentorship\.started"):
        host.send(started, "mentor.accepted", key="k")
