"""Whatever happens in whatever order, both stores come to what `decide` alone comes to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from builders import (
    START,
    Host,
    Note,
    at,
    example,
    life,
    mentorship_workflow,
    open_host,
)
from circus import circus
from mentorflow import MentorflowError, Mentorship
from mentorflow.core.replay import replay
from mentorflow.core.workflow import Workflow
from model import Model, Outcome, refusal, standing, told
from retimed import require_due_by_their_rules
from tables import TABLES, driver, rows

PAIR = ("mentee-1", "mentor-1", "mentor-2", "coordinator-1", "owner-1", None)
NOTES = st.fixed_dictionaries(
    {},
    optional={
        "quiet": st.booleans(),
        "asked_at": st.integers(0, 60).map(lambda n: at(days=n).isoformat()) | st.none(),
        "last_meeting_at": st.integers(0, 60).map(lambda n: at(days=n).isoformat()),
        "dates": st.integers(5, 90).map(lambda n: {"ends_on": at(days=n).date().isoformat()}),
        "agreement": st.sampled_from(["3d", "2w", "P10D", "36h", "5bd"]).map(
            lambda text: {"cadence": text}
        ),
        "meetings": st.dictionaries(
            st.sampled_from("abc"),
            st.integers(1, 60).map(lambda n: {"starts_at": at(days=n).isoformat()}),
        ),
    },
)
WAITS = st.sampled_from([0, 1, 12, 24, 48, 30, 24 * 7, 24 * 15, 24 * 100])


class Three:
    """One mentorship three times over: in both stores, and in no store at all."""

    def __init__(self, hosts: list[Host], **request: Any) -> None:
        self.hosts = hosts
        self.now = START
        for host in hosts:
            host.clock.set(self.now)
        self.stored = [host.start(**request) for host in hosts]
        first = hosts[0].engine.history(self.stored[0].id)[0]
        self.model = Model(hosts[0].workflow, first)
        self.compare()

    def send(self, event: str, by: str | None, data: dict[str, Any]) -> Outcome:
        """Send an event to all three, and expect the same of all."""
        outcomes = [self.model.send(event, by=by, data=self.own(0, data), now=self.now)]
        for number, (host, started) in enumerate(zip(self.hosts, self.stored, strict=True)):
            outcomes.append(sent(host, started, event, by, self.own(number, data)))
        assert outcomes[1] == outcomes[2] == outcomes[0]
        return outcomes[0]

    def own(self, number: int, data: dict[str, Any]) -> dict[str, Any]:
        """Return data that names an escalation of the model, for the store it is sent to."""
        if "escalation" not in data:
            return data
        model, stored = self.model.mentorship.id, self.stored[number].id
        return {**data, "escalation": data["escalation"].replace(model, stored)}

    def wait(self, hours: float) -> None:
        """Let time pass for all three."""
        self.now += timedelta(hours=hours)
        self.model.run_due(self.now)
        for host in self.hosts:
            host.clock.set(self.now)
            host.engine.run_due()

    def compare(self) -> None:
        """Expect the same standing everywhere."""
        outcome = standing(self.model.mentorship)
        for host, started in zip(self.hosts, self.stored, strict=True):
            assert standing(host.engine.get(started.id)) == outcome

    def compare_the_past(self) -> None:
        """Expect the same history and effects everywhere, and that it tells how all came about."""
        past = told([decision.entry for decision in self.model.decisions[1:]])
        for host, started in zip(self.hosts, self.stored, strict=True):
            history = host.engine.history(started.id)
            assert told(history[1:]) == past
            again = replay(lambda _: (self.model.workflow, self.model.timings), history)
            assert standing(again) == standing(self.model.mentorship)
            assert effects_of(host, started) == [
                (decision.entry.revision, position, effect.kind, effect.name, effect.recipient)
                for decision in self.model.decisions
                for position, effect in enumerate(decision.effects)
            ]


def sent(
    host: Host, started: Mentorship, event: str, by: str | None, data: dict[str, Any]
) -> Outcome:
    try:
        return standing(host.engine.send(started.id, event, by=by, data=data))
    except MentorflowError as refused:
        return refusal(refused, started.id)


def effects_of(host: Host, started: Mentorship) -> list[tuple[Any, ...]]:
    columns = "revision, position, kind, name, recipient"
    found = rows(host.url, f"SELECT {columns}, mentorship_id FROM mentorflow_effect")
    return sorted((row[:5] for row in found if str(row[5]) == started.id), key=lambda row: row[:2])


@pytest.fixture
def urls(sqlite_url: str, postgres_url: str) -> list[str]:
    return [sqlite_url, postgres_url]


@pytest.fixture
def circuses(urls: list[str]) -> Iterator[list[Host]]:
    yield from opened(urls, circus())


@pytest.fixture
def lives(urls: list[str]) -> Iterator[list[Host]]:
    yield from opened(urls, life())


@pytest.fixture
def shipped(urls: list[str]) -> Iterator[list[Host]]:
    yield from opened(urls, mentorship_workflow())


def opened(urls: list[str], workflow: Workflow) -> Iterator[list[Host]]:
    hosts = [open_host(url, workflow) for url in urls]
    yield hosts
    for host in hosts:
        host.engine.close()


def emptied(hosts: list[Host]) -> list[Host]:
    for host in hosts:
        with driver(host.url) as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM mentorflow_{table}")
    return hosts


def lived(three: Three, data: st.DataObject, steps: int) -> None:
    """Let chance send events and pass time."""
    workflow = three.model.workflow
    sendable = sorted(workflow.payloads)
    for _ in range(steps):
        offered = [name for name in three.model.offered if name != "alarm"] or sendable
        event = data.draw(st.sampled_from(offered) | st.sampled_from(sendable), label="event")
        by = data.draw(st.sampled_from(PAIR), label="by")
        three.send(event, by, data.draw(payloads(three.model, event), label="data"))
        three.wait(data.draw(WAITS, label="hours"))
        three.compare()
    three.compare_the_past()
    for host in three.hosts:
        require_due_by_their_rules(host)


def payloads(model: Model, event: str) -> st.SearchStrategy[dict[str, Any]]:
    if event.startswith("escalation."):
        ids = ["none", *(found.id for found in model.mentorship.escalations)]
        return st.integers(1, len(ids)).map(lambda number: {"escalation": ids[-number]})
    if model.workflow.payloads[event] is Note:
        return NOTES.map(lambda facts: {"facts": facts} if facts else {})
    return st.just(example(model.workflow, event))


# Without the phase that explains a failure, which traces every line and takes for ever here.
few = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
many = settings(few, max_examples=400)


@pytest.mark.slow
@few
@given(st.data())
def test_a_circus_of_everything(circuses: list[Host], data: st.DataObject) -> None:
    three = Three(emptied(circuses), mentors=["mentor-1", "mentor-2"])
    lived(three, data, steps=15)


@few
@given(st.data())
def test_a_circus_of_everything_once_it_has_begun(
    circuses: list[Host], data: st.DataObject
) -> None:
    three = Three(emptied(circuses), dates={"ends_on": "2025-05-30"}, program_owner="owner-1")
    three.send("accepted", "mentor-1", {})
    lived(three, data, steps=15)


@few
@given(st.data())
def test_the_small_life(lives: list[Host], data: st.DataObject) -> None:
    lived(Three(emptied(lives)), data, steps=12)


COURSE = (
    ("mentor.accepted", "mentor-1"),
    ("meeting.booked", "mentee-1"),
    ("meeting.held", None),
    ("fit.confirmed", "mentee-1"),
    ("fit.confirmed", "mentor-1"),
    ("agreement.proposed", "mentee-1"),
    ("agreement.signed", "mentee-1"),
    ("agreement.signed", "mentor-1"),
    ("milestone.reached", "mentee-1"),
    ("concern.raised", "mentee-1"),
)


@few
@given(st.data())
def test_the_shipped_workflow(shipped: list[Host], data: st.DataObject) -> None:
    three = Three(emptied(shipped), program_owner="owner-1", dates={"ends_on": "2025-08-30"})
    for event, by in COURSE[: data.draw(st.integers(0, len(COURSE)), label="how far")]:
        three.send(event, by, example(three.model.workflow, event))
        three.wait(20)
    lived(three, data, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@many
@given(st.data())
def test_a_circus_of_everything_at_length(circuses: list[Host], data: st.DataObject) -> None:
    three = Three(emptied(circuses), mentors=["mentor-1", "mentor-2"])
    lived(three, data, steps=40)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@many
@given(st.data())
def test_the_shipped_workflow_at_length(shipped: list[Host], data: st.DataObject) -> None:
    three = Three(emptied(shipped), program_owner="owner-1", dates={"ends_on": "2025-08-30"})
    for event, by in COURSE[: data.draw(st.integers(0, len(COURSE)), label="how far")]:
        three.send(event, by, example(three.model.workflow, event))
    lived(three, data, steps=30)
