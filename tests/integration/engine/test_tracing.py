"""Spans from an event that is sent to the effects it leaves, in whichever process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from builders import Host
from mentorflow import EventRejected
from mentorflow.engine import tracing
from mentorflow.engine.relay import Relay
from mentorflow.store.store import Store
from tables import rows

DATA = "SELECT data FROM mentorflow_effect WHERE data IS NOT NULL"


class Spans:
    """The spans that ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def taken(self) -> Sequence[ReadableSpan]:
        found = self._exporter.get_finished_spans()
        self._exporter.clear()
        return found

    def named(self, name: str) -> list[ReadableSpan]:
        return [one for one in self._exporter.get_finished_spans() if one.name == name]


@pytest.fixture
def spans() -> Iterator[Spans]:
    found = Spans()
    tracing.trace_with(found.provider)
    yield found
    tracing.stop_tracing()


def context(one: ReadableSpan) -> tuple[int, int]:
    found = one.get_span_context()
    assert found is not None
    return found.trace_id, found.span_id


def parent(one: ReadableSpan) -> tuple[int, int] | None:
    return None if one.parent is None else (one.parent.trace_id, one.parent.span_id)


def attributes(one: ReadableSpan) -> Mapping[str, Any]:
    return dict(one.attributes or {})


def test_an_effect_is_carried_out_in_the_trace_of_its_event(host: Host, spans: Spans) -> None:
    started = host.start()
    host.engine.run_due()
    spans.taken()

    host.send(started, "mentor.accepted")
    host.engine.run_due()

    (sent,) = spans.named("mentorflow.send")
    (carried,) = spans.named("mentorflow.carry")
    assert parent(carried) == context(sent)
    assert attributes(sent) == {
        "mentorflow.event": "mentor.accepted",
        "mentorflow.mentorship": started.id,
    }
    assert attributes(carried) == {
        "mentorflow.effect": f"{started.id}-2:0",
        "mentorflow.kind": "publish",
        "mentorflow.name": "mentorship.state_changed",
        "mentorflow.mentorship": started.id,
        "mentorflow.history": f"{started.id}-2",
        "mentorflow.attempt": 1,
    }


def test_what_a_start_and_a_timer_left_is_carried_out_in_their_traces(
    host: Host, spans: Spans
) -> None:
    host.start()
    host.engine.run_due()
    (started,) = spans.named("mentorflow.start")
    assert {parent(one) for one in spans.named("mentorflow.carry")} == {context(started)}
    spans.taken()

    host.wait(days=3)

    fired = {context(one) for one in spans.named("mentorflow.fire_batch")}
    carried = spans.named("mentorflow.carry")
    assert carried
    assert {parent(one) for one in carried} <= fired


def test_each_of_a_batch_is_in_the_trace_of_the_batch(host: Host, spans: Spans) -> None:
    ids = host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(3))
    host.engine.send_many({"id": id_, "event": "mentor.accepted", "by": "mentor-1"} for id_ in ids)
    host.engine.run_due()

    (starts,), (sends,) = spans.named("mentorflow.start_many"), spans.named("mentorflow.send_many")
    parents = [parent(one) for one in spans.named("mentorflow.carry")]
    assert parents.count(context(starts)) == 6
    assert parents.count(context(sends)) == 3
    assert attributes(sends) == {"mentorflow.size": 3}


def test_nothing_is_told_of_a_look_that_found_nothing(
    host: Host, store: Store, spans: Spans
) -> None:
    Relay(store).claim_batch()
    host.engine.run_due()
    assert spans.taken() == ()

    host.start()
    Relay(store).claim_batch()
    (claimed,) = spans.named("mentorflow.claim")
    assert attributes(claimed) == {"mentorflow.size": 2}


def test_a_span_tells_which_error_it_was_and_no_more(host: Host, spans: Spans) -> None:
    @host.engine.on("mentorship.state_changed")
    def refuse(_notice: object) -> None:
        raise LookupError("Ann Example is nobody")

    started = host.start()
    host.engine.run_due()
    with pytest.raises(EventRejected):
        host.send(started, "finished", by="mentee-1")

    failed = [one for one in spans.taken() if not one.status.is_ok]
    assert {(one.name, one.status.description) for one in failed} >= {
        ("mentorflow.carry", "LookupError"),
    }
    assert {one.name for one in failed} == {"mentorflow.carry", "mentorflow.send"}
    assert not any(one.events for one in failed)
    assert "Ann" not in repr([(one.status.description, one.attributes) for one in failed])


def test_no_consumer_sees_how_the_trace_travels(host: Host, spans: Spans) -> None:
    notices = host.heard()
    host.start()
    assert any("_trace" in str(data) for (data,) in rows(host.url, DATA))
    host.engine.run_due()

    assert spans.named("mentorflow.carry")
    assert notices
    assert all("_trace" not in notice.data for notice in notices)


def test_nothing_is_traced_unless_it_is_asked_for(host: Host) -> None:
    host.start()
    host.engine.run_due()

    assert not any("_trace" in str(data) for (data,) in rows(host.url, DATA))
    assert tracing.current_trace() is None
