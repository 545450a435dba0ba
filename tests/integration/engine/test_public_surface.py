"""What a host calls does the same on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest

from builders import START, Host, at, due, mentorship_workflow
from mentorflow import InvalidPayload, NotFound
from mentorflow.engine.engine import RunReport


def test_a_mentorship_starts_in_the_first_state_with_its_people_and_dates(host: Host) -> None:
    started = host.start(
        key="a-1", mentors=["mentor-1", "mentor-2"], dates={"ends_on": date(2025, 5, 30)}
    )

    assert started.key == "a-1"
    assert started.state == "contact"
    assert started.outcome is None
    assert started.revision == 1
    assert started.program == "program-1"
    assert started.entered_at == started.created_at == START
    assert started.facts == {"dates": {"ends_on": "2025-05-30"}}
    assert started.parties == {
        "mentee": ["mentee-1"],
        "mentor": ["mentor-1", "mentor-2"],
        "coordinator": ["coordinator-1"],
    }


def test_what_is_returned_is_what_is_kept(host: Host) -> None:
    started = host.start()
    accepted = host.send(started, "mentor.accepted")

    assert host.engine.get(started.id) == accepted
    assert due(host.engine.get(started.id)) == due(accepted)


def test_an_event_moves_the_mentorship_on(host: Host) -> None:
    started = host.start()
    host.clock.set(at(days=1))

    accepted = host.send(started, "mentor.accepted")

    assert (accepted.state, accepted.revision) == ("active", 2)
    assert accepted.entered_at == at(days=1)
    assert accepted.facts["last_activity_at"] == at(days=1).isoformat()


def test_an_end_has_an_outcome(host: Host) -> None:
    ended = host.send(host.start(), "mentor.declined")

    assert (ended.state, ended.outcome) == ("closed", "declined")
    assert host.due(ended) == {}


def test_the_history_tells_everything_in_order(host: Host) -> None:
    started = host.start(key="a-1")
    host.wait(days=3)
    host.send(started, "mentor.accepted", key="e-1")

    entries = host.engine.history(started.id)

    assert [(e.event, e.from_state, e.to_state, e.by, e.key) for e in entries] == [
        ("mentorship.started", None, "contact", None, "a-1"),
        ("timer.fired", "contact", "contact", None, None),
        ("mentor.accepted", "contact", "active", "mentor-1", "e-1"),
    ]
    assert [entry.id for entry in entries] == [f"{started.id}-{n}" for n in (1, 2, 3)]
    assert [entry.at for entry in entries] == [START, at(days=3), at(days=3)]
    assert entries[0].data["program"] == "program-1"


def test_a_fired_timer_says_in_the_history_what_it_followed(host: Host) -> None:
    started = host.start()
    host.wait(days=4)

    fired = host.engine.history(started.id)[-1]

    assert fired.data == {"timer": "contact.nudge"}
    assert fired.cause == {
        "timer": "contact.nudge",
        "instance": "",
        "timing": "d3",
        "value": "3d",
        "scope": "default",
        "anchor": "entered",
        "anchor_at": START.isoformat(),
        "due_at": at(days=3).isoformat(),
    }


def test_upcoming_timers_come_soonest_first_with_where_their_value_is_from(host: Host) -> None:
    upcoming = host.engine.upcoming(host.start().id)

    assert [(t.timer, t.due_at, t.timing, t.value, t.scope, t.anchor) for t in upcoming] == [
        ("contact.nudge", at(days=3), "d3", "3d", "default", "entered"),
        ("contact.window", at(days=14), "d14", "14d", "default", "entered"),
    ]


def test_a_suspended_timer_is_not_upcoming(host: Host) -> None:
    quarrelling = host.send(host.active(), "concern.raised")

    names = [timer.name for timer in host.engine.upcoming(quarrelling.id)]

    assert names == ["ladder.concern", "conflict.over", "active.limit"]


def test_mentorships_are_found_page_by_page_in_the_order_of_their_ids(host: Host) -> None:
    ids = sorted(host.start(mentee=f"mentee-{number}").id for number in range(7))

    first = host.engine.find(limit=3)
    second = host.engine.find(limit=3, after=first[-1].id)
    third = host.engine.find(limit=3, after=second[-1].id)

    assert [found.id for found in first + second + third] == ids
    assert host.engine.find(after=ids[-1]) == []


def test_mentorships_are_found_by_program_state_key_and_person(host: Host) -> None:
    one = host.active(key="k-1", program="p-1", mentee="ann", mentors=["bob", "mentor-1"])
    two = host.start(key="k-2", program="p-1", mentee="cleo", mentors=["bob"], coordinator=None)
    host.start(key="k-3", program="p-2", mentee="dan", mentors=["eve"])

    assert [m.id for m in host.engine.find(program="p-1")] == sorted([one.id, two.id])
    assert host.engine.find(program="p-1", state="active") == [one]
    assert host.engine.find(key="k-2") == [two]
    assert [m.id for m in host.engine.find(person="bob")] == sorted([one.id, two.id])
    assert host.engine.find(person="coordinator-1", program="p-1") == [one]
    assert host.engine.find(person="nobody") == []


def test_a_person_in_two_roles_is_found_once(host: Host) -> None:
    started = host.start(mentee="ann", coordinator="ann")

    assert host.engine.find(person="ann") == [started]


@pytest.mark.parametrize("limit", [0, -1, 1001, "10", None])
def test_a_limit_out_of_bounds_is_refused(host: Host, limit: int) -> None:
    with pytest.raises(InvalidPayload, match="1 to 1000"):
        host.engine.find(limit=limit)


def test_what_comes_after_something_that_is_no_id_is_refused(host: Host) -> None:
    with pytest.raises(InvalidPayload, match="must be the id"):
        host.engine.find(after="1' OR '1'='1")


def test_a_batch_is_taken_in_its_order(host: Host) -> None:
    one, two = host.start(), host.start(mentee="mentee-2")

    answers = host.engine.send_many(
        [
            {"id": two.id, "event": "mentor.accepted", "by": "mentor-1", "key": "b-1"},
            {"id": one.id, "event": "mentor.accepted", "by": "mentor-1"},
            (two.id, "concern.raised", "mentor-1"),
            {"id": two.id, "event": "concern.resolved", "by": "mentor-1"},
        ]
    )

    assert [(m.id, m.state, m.revision) for m in answers] == [
        (two.id, "active", 2),
        (one.id, "active", 2),
        (two.id, "conflict", 3),
        (two.id, "active", 4),
    ]
    assert host.engine.get(two.id) == answers[-1]
    assert host.events(two)[1:] == ["mentor.accepted", "concern.raised", "concern.resolved"]


def test_an_empty_batch_is_nothing_to_do(host: Host) -> None:
    assert host.engine.send_many([]) == []


def test_many_are_started_at_once(host: Host) -> None:
    requests = [host.request(key=f"k-{number}") for number in range(5)]

    ids = host.engine.start_many([*requests, requests[0]])
    again = host.engine.start_many(requests)

    assert ids == [*again, again[0]]
    assert len(host.engine.find()) == 5


def test_a_run_reports_what_it_did(host: Host) -> None:
    host.start()

    assert host.engine.run_due() == RunReport(
        timers_fired=0, effects_done=2, effects_failed=0, next_due_at=at(days=3)
    )
    assert host.wait(days=3) == RunReport(
        timers_fired=1, effects_done=1, effects_failed=0, next_due_at=at(days=14)
    )
    assert host.engine.run_due().timers_fired == 0


def test_a_run_until_an_instant_fires_only_what_is_due_by_then(host: Host) -> None:
    started = host.start()
    host.clock.set(at(days=20))

    fired = host.engine.run_due(until=at(days=5)).timers_fired

    assert fired == 1
    assert host.engine.get(started.id).state == "contact"


def test_a_run_until_an_instant_to_come_does_not_run_ahead(host: Host) -> None:
    started = host.start()

    assert host.engine.run_due(until=at(days=99)).timers_fired == 0
    assert host.engine.get(started.id).state == "contact"


def test_messages_go_to_the_people_they_are_for(host: Host) -> None:
    host.start(mentors=["mentor-1", "mentor-2"])
    host.engine.run_due()

    assert host.outbox.said == [("request", "mentor-1"), ("request", "mentor-2")]
    assert host.outbox.messages[0].text == "request for mentor-1"
    assert "<p" in (host.outbox.messages[0].html or "")


def test_a_callback_hears_of_a_change_of_state_once_it_is_committed(host: Host) -> None:
    heard = host.heard("mentorship.state_changed")
    started = host.start()
    accepted = host.send(started, "mentor.accepted")

    host.engine.run_due()

    assert [(n.type, n.event, n.from_state, n.to_state, n.by) for n in heard] == [
        ("mentorship.state_changed", "mentorship.started", None, "contact", None),
        ("mentorship.state_changed", "mentor.accepted", "contact", "active", "mentor-1"),
    ]
    assert [n.id.rpartition(":")[0] for n in heard] == [f"{started.id}-1", f"{started.id}-2"]
    assert heard[1].mentorship == accepted
    assert heard[1].data == {"from": "contact", "to": "active", "outcome": None}


def test_a_call_is_heard_under_its_name(host: Host) -> None:
    heard = host.heard("call.suggest_next_mentor")

    host.send(host.start(), "mentor.declined")
    host.engine.run_due()

    assert [notice.event for notice in heard] == ["mentor.declined"]


def test_a_callback_that_fails_is_called_again_with_the_same_id(host: Host) -> None:
    heard: list[str] = []

    @host.engine.on("mentorship.state_changed")
    def fail_once(notice: object) -> None:
        heard.append(str(getattr(notice, "id", None)))
        if len(heard) == 1:
            raise RuntimeError("the host is not there yet")

    host.start()

    assert host.engine.run_due().effects_failed == 1
    assert host.engine.run_due().effects_done == 0
    assert host.wait(minutes=1).effects_done == 1
    assert len(heard) == 2
    assert len(set(heard)) == 1


def test_an_effect_that_always_fails_is_given_up_in_the_end(host: Host) -> None:
    @host.engine.on("mentorship.state_changed")
    def fail(_notice: object) -> None:
        raise RuntimeError("never")

    host.send(host.start(), "mentor.declined")

    failures = [host.wait(hours=7).effects_failed for _ in range(13)]

    assert failures == [2] * 12 + [0]


def test_an_explanation_says_why_and_what_next(host: Host) -> None:
    quarrelling = host.send(host.active(), "concern.raised")

    said = host.engine.explain(quarrelling.id)

    assert said["state"] == "conflict"
    assert said["returns_to"] == ["active"]
    assert said["because"]["event"] == "concern.raised"
    assert said["because"]["from"] == "active"
    assert said["suspended"] == ["active.cadence"]
    assert [timer["timer"] for timer in said["upcoming"]] == [
        "ladder.concern",
        "conflict.over",
        "active.limit",
    ]
    assert "concern.resolved" in said["allowed_events"]
    assert [found["ladder"] for found in said["escalations"]] == ["concern"]


def test_escalations_are_listed_while_they_are_not_over(host: Host) -> None:
    quarrelling = host.send(host.active(), "concern.raised")
    other = host.active(mentee="mentee-2")

    (found,) = host.engine.escalations()
    host.send(quarrelling, "concern.resolved")

    assert (found.ladder, found.status, found.state) == ("concern", "open", "conflict")
    assert host.engine.escalations(quarrelling.id) == host.engine.escalations() == []
    assert [e.id for e in host.engine.escalations(is_over=True)] == [found.id]
    assert [e.id for e in host.engine.escalations(quarrelling.id, is_over=None)] == [found.id]
    assert host.engine.escalations(other.id, is_over=None) == []


@pytest.mark.parametrize("wrong", ["", "nobody", "0190f2c4-7a00-7000-8000-000000000001", "\x00", 7])
def test_what_is_not_there_is_not_found(host: Host, wrong: str) -> None:
    host.start()

    for ask in (host.engine.get, host.engine.history, host.engine.upcoming, host.engine.explain):
        with pytest.raises(NotFound, match="no mentorship"):
            ask(wrong)


def test_the_clock_of_the_host_is_the_only_one(host: Host) -> None:
    host.clock.set(datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
    started = host.start()

    assert started.created_at == host.now
    assert {entry.at for entry in host.engine.history(started.id)} == {host.now}


def test_a_clock_in_another_zone_is_kept_as_the_same_instant(host: Host) -> None:
    host.clock.set(datetime(2025, 7, 1, 3, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))))

    started = host.engine.get(host.start().id)

    assert started.created_at == datetime(2025, 6, 30, 22, tzinfo=UTC)
    assert started.created_at.utcoffset() == timedelta()


def test_a_clock_that_goes_back_does_not_take_the_history_back(host: Host) -> None:
    started = host.active()
    host.clock.set(at(days=-1))

    host.send(started, "noted")

    instants = [entry.at for entry in host.engine.history(started.id)]
    assert all(earlier <= later for earlier, later in pairwise(instants))


def test_the_system_clock_serves_where_no_other_is_given(database_url: str) -> None:
    from mentorflow import Engine

    with Engine(database_url, workflows=[mentorship_workflow()], channels=[]) as engine:
        started = engine.start(mentee="ann", mentors=["bob"], program="p")

        assert started.created_at.utcoffset() == timedelta()
        assert engine.get(started.id) == started
        assert engine.upcoming(started.id)[0].anchor_at == started.created_at
