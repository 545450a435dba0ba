"""Input that is wrong in itself is refused whole; odd input is kept as it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from builders import Host, at, mentorship_workflow, tiny
from mentorflow import InvalidPayload, MentorflowError
from mentorflow.errors import NaiveDatetime, PayloadTooLarge
from tables import NOWHERE, refused

OpenHost = Callable[..., Host]
NAIVE = "2025-03-03T09:00:00"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": 7}, "text"),
        ({"txet": "hi"}, "txet"),
        ({"number": "7"}, "number"),
        ({"many": {"a": 1}}, "many"),
        ({"when": "yesterday"}, "when"),
        ({"when": 12}, "when"),
    ],
)
def test_a_payload_of_the_wrong_shape_is_refused_by_the_field(
    host: Host, data: dict[str, Any], field: str
) -> None:
    active = host.active()

    with refused(host.url, InvalidPayload, "invalid_payload") as caught:
        host.send(active, "noted", data=data)

    assert [problem["field"] for problem in caught.value.problems] == [field]
    assert caught.value.as_dict()["problems"][0]["problem"] != ""


@pytest.mark.parametrize("data", [[], "text", 7, [("text", "hi")], b"{}"])
def test_data_that_is_no_object_of_fields_is_refused(host: Host, data: Any) -> None:
    active = host.active()

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(active, "noted", data=data)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"number": float("nan")}, id="NaN"),
        pytest.param({"number": float("inf")}, id="infinity"),
        pytest.param({"text": "a\x00b"}, id="NUL"),
        pytest.param({"a\x00b": 1}, id="NUL in a name"),
        pytest.param({"text": "\ud800"}, id="lone surrogate"),
        pytest.param({"\udfff": 1}, id="lone surrogate in a name"),
        pytest.param({"many": [{1, 2}]}, id="set"),
        pytest.param({"many": [object()]}, id="object"),
        pytest.param({"many": [b"bytes"]}, id="bytes"),
        pytest.param({("a", "b"): 1}, id="tuple as a name"),
        pytest.param({"number": 10**5000}, id="a number of 5000 digits"),
    ],
)
def test_data_that_cannot_be_kept_is_refused(host: Host, wrong: dict[str, Any]) -> None:
    active = host.active()

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(active, "noted", data=wrong)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.start(facts=wrong)


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("depth", [100, 900, 3_000, 30_000])
def test_data_nested_too_deeply_is_refused(host: Host, depth: int) -> None:
    active = host.active()

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(active, "noted", data={"many": nested(depth)})
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.start(facts={"many": nested(depth)})


def test_data_is_nested_no_deeper_than_everybody_can_read(host: Host) -> None:
    active = host.send(host.active(), "noted", data={"many": nested(98)})

    assert host.engine.history(active.id)[-1].data == {"many": nested(98)}


def test_data_that_holds_itself_is_refused(host: Host) -> None:
    active = host.active()
    data: dict[str, Any] = {}
    data["facts"] = data

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(active, "noted", data=data)


@pytest.mark.parametrize("text", ["x" * (64 * 1024), "é" * (32 * 1024), '"' * (32 * 1024)])
def test_more_than_64_kib_is_refused(host: Host, text: str) -> None:
    active = host.active()

    with refused(host.url, PayloadTooLarge, "payload_too_large") as caught:
        host.send(active, "noted", data={"text": text})
    assert "65,536" in str(caught.value)
    with refused(host.url, PayloadTooLarge, "payload_too_large"):
        host.start(facts={"text": text})


def test_64_kib_are_taken(host: Host) -> None:
    text = "x" * (64 * 1024 - len('{"text": ""}'))

    host.send(host.active(), "noted", data={"text": text})


@pytest.mark.parametrize("naive", [NAIVE, datetime.fromisoformat(NAIVE)], ids=["text", "datetime"])
def test_an_instant_without_a_zone_is_refused(host: Host, naive: object) -> None:
    active = host.active()

    with refused(host.url, NaiveDatetime, "naive_datetime"):
        host.send(active, "noted", data={"when": naive})


@pytest.mark.parametrize(
    ("starts_at", "error", "code"),
    [
        (NAIVE, NaiveDatetime, "naive_datetime"),
        ("0001-01-01T00:00:00+14:00", InvalidPayload, "invalid_payload"),
        ("9999-12-31T23:59:59-12:00", InvalidPayload, "invalid_payload"),
        ("9999-12-31T23:59:59+00:00", InvalidPayload, "invalid_payload"),
        ("soon", InvalidPayload, "invalid_payload"),
    ],
)
def test_the_shipped_workflow_refuses_instants_alike(
    open_on: OpenHost, starts_at: str, error: type[MentorflowError], code: str
) -> None:
    host = open_on(mentorship_workflow())
    met = host.send(host.start(), "mentor.accepted")

    with refused(host.url, error, code):
        host.send(met, "meeting.booked", data={"meeting": "one", "starts_at": starts_at})


def test_an_instant_without_a_zone_is_refused_wherever_else_one_is_taken(host: Host) -> None:
    quarrelling = host.send(host.active(), "concern.raised")
    naive = datetime.fromisoformat(NAIVE)

    with refused(host.url, NaiveDatetime, "naive_datetime"):
        host.start(facts={"deep": [{"when": naive}]})
    with refused(host.url, NaiveDatetime, "naive_datetime"):
        host.engine.run_due(until=naive)
    with refused(host.url, NaiveDatetime, "naive_datetime"):
        data = {"escalation": quarrelling.escalations[0].id, "until": NAIVE}
        host.send(quarrelling, "escalation.snoozed", data=data)
    with pytest.raises(NaiveDatetime):
        host.clock.set(naive)


@pytest.mark.parametrize("revision", ["1", 1.0, True])
def test_a_revision_is_a_whole_number(host: Host, revision: Any) -> None:
    started = host.start()

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(started, "mentor.accepted", revision=revision)


@pytest.mark.parametrize(
    "wrong", ["", "  ", "x" * 201, "a\nb", "a\x00b", "a\x7fb", "\ud800", 7, []]
)
def test_a_name_that_is_none_is_refused(host: Host, wrong: Any) -> None:
    started = host.start()

    for part in ("mentee", "coordinator", "program", "key"):
        with refused(host.url, InvalidPayload, "invalid_payload") as caught:
            host.start(**{part: wrong})
        assert str(caught.value).startswith(part)
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.start(mentors=["mentor-1", wrong])
    for part in ("by", "key"):
        with refused(host.url, InvalidPayload, "invalid_payload"):
            host.send(started, "mentor.accepted", **{part: wrong})
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.send(started, wrong)


@pytest.mark.parametrize(
    "changed",
    [
        {"mentee": None},
        {"mentors": []},
        {"mentors": "mentor-1"},
        {"mentors": None},
        {"mentors": ["m-1", "m-2", "m-3", "m-4", "m-5"]},
        {"mentors": ["mentor-1", "mentor-1"]},
        {"mentors": ["mentee-1"]},
        {"dates": {"ends_on": "2025-02-30"}},
        {"dates": {"ends_on": "soon"}},
        {"dates": {"ends_on": datetime.fromisoformat("2025-05-30T00:00:00+00:00")}},
        {"dates": {"ends_on": None}},
        {"facts": {"dates": {}}},
        {"facts": [1]},
        {"dates": ["2025-05-30"]},
    ],
)
def test_a_start_with_a_wrong_part_is_refused(host: Host, changed: dict[str, Any]) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.start(**changed)


@pytest.mark.parametrize(
    "item", [{}, {"id": NOWHERE}, {"id": NOWHERE, "event": "x", "other": 1}, None, "text", 7, []]
)
def test_an_item_of_a_batch_that_is_no_event_is_refused(host: Host, item: Any) -> None:
    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.engine.send_many([item])


SQL = "Robert'); DROP TABLE mentorflow_mentorship;--"
TEXTS = [
    SQL,
    "%s %(x)s :name ? $1 {0} \\",
    "'\"`",
    "  spaces  ",
    "Zoë 林 🙂 \u202e",
    "NULL",
    "\\u0000",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_look_like_something_else_are_kept_as_they_are(host: Host, text: str) -> None:
    started = host.start(key=text, mentee=text, program=text, facts={text: text})
    active = host.send(started, "mentor.accepted", key=f"{text}1")
    host.send(
        active, "noted", by=text, data={"text": text, "facts": {"note": text}}, key=f"{text}2"
    )

    found = host.engine.get(started.id)
    last = host.engine.history(started.id)[-1]

    assert (found.key, found.program, found.parties["mentee"]) == (text, text, [text])
    assert (found.facts[text], found.facts["note"]) == (text, text)
    assert (last.by, last.key, last.data["text"]) == (text, f"{text}2", text)
    assert [m.id for m in host.engine.find(person=text)] == [started.id]
    assert [m.id for m in host.engine.find(key=text, program=text)] == [started.id]


def test_control_characters_in_a_text_of_an_event_are_kept(host: Host) -> None:
    text = "".join(map(chr, range(1, 32))) + "\x7f\u2028\ufeff"

    host.send(active := host.active(), "noted", data={"text": text})

    assert host.engine.history(active.id)[-1].data["text"] == text


COUNTING = """
states:
  open:
    events: {over: {to: closed, outcome: over}}
    timers:
      limit: {after: d99, fire: over}
      weekly: {every: cadence, anchor: last_meeting, do: [notify: weekly]}
  closed: {final: true}
anchors: {last_meeting: {fact: last_meeting_at, or: entered}}
timings: {cadence: {default: 7d, min: 1d, max: 90d, help: A length., fact: agreement.cadence}}
roles:
  mentee: {help: Learns., at_least: 1}
  mentor: {help: Guides., at_least: 1, notices_to: accepted_by}
  coordinator: {help: Looks after them.}
collections:
  meeting:
    fact: meetings
    anchors: {meeting_start: starts_at}
    states: [open]
    timers: {remind: {before: d1, anchor: meeting_start, do: [notify: remind]}}
"""


@pytest.mark.parametrize(
    "facts",
    [
        {"last_meeting_at": "yesterday"},
        {"last_meeting_at": NAIVE},
        {"last_meeting_at": 5},
        {"last_meeting_at": "0001-01-01T00:00:00+14:00"},
        {"agreement": {"cadence": "often"}},
        {"agreement": {"cadence": "0d"}},
        {"agreement": {"cadence": 14}},
        {"accepted_by": "mentor-1"},
        {"accepted_by": [1]},
        {"meetings": 5},
        {"meetings": {"one": "tomorrow"}},
        {"meetings": {"one": {"starts_at": NAIVE}}},
        {"parties": {"mentor": ["somebody-else"]}},
        {"suspended_timers": ["open.limit"]},
    ],
)
def test_facts_that_timers_could_not_be_counted_by_are_refused(
    open_on: OpenHost, facts: dict[str, Any]
) -> None:
    host = open_on(tiny(COUNTING))

    with refused(host.url, InvalidPayload, "invalid_payload"):
        host.start(facts=facts)


def test_facts_that_timers_can_be_counted_by_are_taken(open_on: OpenHost) -> None:
    host = open_on(tiny(COUNTING))
    facts = {
        "last_meeting_at": "2025-03-01T09:00:00+00:00",
        "agreement": {"cadence": "2w", "version": 1},
        "accepted_by": ["mentor-1"],
        "meetings": {"one": {"starts_at": "2025-04-01T09:00:00+00:00"}},
    }

    started = host.start(facts=facts)

    assert host.due(started)["open.weekly"] == at(days=12)
