"""People are written to as they like: in their week, their day, their order; the rest is merged."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from builders import Host, at, mentorship_workflow, open_host, tiny
from integration.engine.news import NEWS, Mailman, outcomes, tell
from jobs import in_threads
from mentorflow import InvalidPayload, NotFound
from mentorflow.core.outcome import MessageOutcome
from tables import driver

OpenHost = Callable[..., Host]


@pytest.fixture
def mailman() -> Mailman:
    return Mailman()


@pytest.fixture
def host(open_on: OpenHost, mailman: Mailman) -> Host:
    return open_on(tiny(NEWS), channels=[mailman])


def test_the_fourth_letter_of_a_week_waits_and_takes_the_others_with_it(host: Host) -> None:
    mentorships = [host.start(mentee=f"mentee-{n}") for n in range(6)]
    for days in (4, 11, 40):  # long after their reminders
        host.clock.set(at(days=days))
        host.engine.run_due()
    host.outbox.messages.clear()
    earlier = len(outcomes(host))

    tell(host, *mentorships)

    assert host.outbox.said == [("news", "mentor-1")] * 3
    assert outcomes(host)[earlier:] == [
        *[("sent", None)] * 3,
        ("held", "over_budget"),
        *[("merged", "over_budget")] * 2,
    ]
    host.wait(days=6, hours=23)
    assert host.outbox.said[3:] == []
    host.wait(hours=1)
    (digest,) = host.outbox.messages[3:]
    assert (digest.name, digest.recipient) == ("digest", "mentor-1")
    assert outcomes(host)[earlier:] == [("sent", None)] * 3 + [("sent", "over_budget")] * 3


def test_a_budget_counts_over_all_mentorships_of_a_person_and_not_over_others(host: Host) -> None:
    one = host.start(mentors=["mentor-1", "mentor-2"])
    other = host.start(mentors=["mentor-2"])

    tell(host, other, one, times=2)

    said = [recipient for _, recipient in host.outbox.said]
    assert (said.count("mentor-1"), said.count("mentor-2")) == (2, 3)


def test_what_is_held_says_why_and_when_it_goes_out(host: Host) -> None:
    host.engine.people.set(
        "mentor-1", time_zone="America/New_York", quiet_hours=("20:00", "08:00")
    )  # it is 4 in the morning there

    tell(host, host.start())

    (found,) = host.engine.people.messages("mentor-1")
    assert isinstance(found, MessageOutcome)
    assert (found.status, found.why, found.name) == ("held", "quiet_hours", "news")
    assert found.goes_out_at == at(hours=4)
    host.wait(hours=3, minutes=59)
    assert host.outbox.messages == []
    host.wait(minutes=1)
    assert host.outbox.said == [("news", "mentor-1")]


def test_an_explanation_says_which_messages_wait_and_why(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=14)))
    mentorship = host.start()

    tell(host, mentorship)

    (waiting,) = host.engine.explain(mentorship.id)["unsent"]
    assert (waiting["message"], waiting["person"]) == ("news", "mentor-1")
    assert (waiting["status"], waiting["why"]) == ("held", "absent")
    assert waiting["goes_out_at"] == at(days=14).isoformat()


def test_who_comes_back_gets_one_letter(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=14)))
    mentorship = host.start()
    for _ in range(5):
        tell(host, mentorship)
        host.wait(days=1)

    assert host.outbox.messages == []
    host.clock.set(at(days=14))
    host.engine.run_due()

    (letter,) = [one for one in host.outbox.messages if one.recipient == "mentor-1"]
    assert letter.name == "digest"


def test_a_reminder_whose_cause_is_gone_by_then_is_not_sent(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=10)))
    mentorship = host.start()
    host.wait(days=3)
    assert outcomes(host) == [("held", "absent")]
    host.send(mentorship, "leave")

    host.clock.set(at(days=10))
    host.engine.run_due()

    assert host.outbox.messages == []
    assert outcomes(host) == [("dropped", "cause_gone")]


def test_what_is_dropped_takes_no_place_in_the_budget(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=10)), weekly_budget=1)
    mentorship = host.start()
    host.wait(days=3)
    host.send(mentorship, "leave")
    host.clock.set(at(days=10))
    host.engine.run_due()

    tell(host, host.start())

    assert host.outbox.said == [("news", "mentor-1")]


def test_a_rung_nobody_needs_any_more_is_not_told(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=10)))
    mentorship = host.start()
    host.send(mentorship, "stall")
    host.engine.run_due()
    (escalation,) = host.engine.escalations(mentorship.id)
    acted = {"escalation": escalation.id}
    host.send(mentorship, "escalation.acknowledged", by="coordinator-1", data=acted)

    host.clock.set(at(days=10))
    host.engine.run_due()

    assert ("stuck", "mentor-1") not in host.outbox.said
    assert ("dropped", "cause_gone") in outcomes(host)


def test_what_is_urgent_goes_out_at_night_and_over_the_budget(host: Host) -> None:
    host.engine.people.set(
        "mentor-1", quiet_hours=("08:00", "10:00"), absence=(at(), at(days=9)), weekly_budget=1
    )

    host.send(host.start(), "alarm")
    host.engine.run_due()

    assert host.outbox.said == [("danger", "mentor-1")]
    assert outcomes(host) == [("sent", None)]


def test_no_budget_keeps_rungs_from_whose_work_it_is(host: Host) -> None:
    for n in range(5):
        host.send(host.start(mentee=f"mentee-{n}", mentors=[f"mentor-{n}"]), "stall")
    host.engine.run_due()

    host.wait(days=1)

    assert host.outbox.said.count(("office", "coordinator-1")) == 5


def test_quiet_hours_hold_for_whose_work_it_is(host: Host) -> None:
    host.engine.people.set("coordinator-1", quiet_hours=("08:00", "18:00"))
    host.send(host.start(), "stall")

    host.wait(days=1)
    assert ("office", "coordinator-1") not in host.outbox.said
    host.wait(hours=9)

    assert ("office", "coordinator-1") in host.outbox.said


def test_a_person_is_reached_by_their_first_channel_that_works(
    host: Host, mailman: Mailman
) -> None:
    host.engine.people.set("mentor-1", channels=["email:m@example.org", "outbox"])
    mentorship = host.start()

    tell(host, mentorship)
    mailman.is_broken = True
    tell(host, mentorship)

    assert [message.address for message in mailman.messages] == ["m@example.org"]
    assert len(host.outbox.messages) == 1
    channels = [one.channel for one in host.engine.people.messages("mentor-1")]
    assert channels == ["outbox", "email"]


def test_who_is_forgotten_is_reached_as_everybody_is(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=30)))
    tell(host, host.start())

    host.engine.people.forget("mentor-1")
    host.engine.run_due()

    assert host.outbox.said == [("news", "mentor-1")]


def test_what_is_held_for_longer_takes_with_it_what_goes_in_its_letter(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=14)))
    tell(host, host.start(), times=3)

    host.engine.people.set("mentor-1", absence=(at(), at(days=20)))
    host.engine.run_due()

    found = host.engine.people.messages("mentor-1")
    assert sorted(one.status for one in found) == ["held", "merged", "merged"]
    assert {one.goes_out_at for one in found} == {at(days=20)}


def test_who_changes_how_they_are_reached_gets_what_was_held(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=30)))
    tell(host, host.start())

    host.engine.people.set("mentor-1", absence=None)
    host.engine.run_due()

    assert host.outbox.said == [("news", "mentor-1")]


def test_a_letter_is_not_delivered_twice_because_the_host_failed_after_it(host: Host) -> None:
    heard = []

    @host.engine.on("message.sent")
    def fail_once(notice: Any) -> None:
        heard.append(notice)
        if len(heard) == 1:
            raise LookupError("not yet")

    tell(host, host.start())
    host.wait(minutes=1)

    assert [notice.id for notice in heard] == [host.outbox.messages[0].id] * 2
    assert len(host.outbox.messages) == 1


def test_the_host_hears_of_a_digest_once_with_its_text_and_of_its_parts(host: Host) -> None:
    host.engine.people.set("mentor-1", absence=(at(), at(days=2)))
    heard = host.heard("message.sent")
    tell(host, host.start(), times=3)

    host.wait(days=2)

    first, *others = [notice.data for notice in heard]
    assert (first["channel"], first["subject"]) == ("outbox", host.outbox.messages[0].subject)
    assert [other["letter"] for other in others] == [heard[0].id] * 2


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"time_zone": "Mars/Olympus"}, "no time zone 'Mars/Olympus'"),
        ({"weekly_budget": 0}, "greater than or equal to 1"),
        ({"style": "chatty"}, "'concise' or 'detailed'"),
        ({"channels": ["E-Mail:x"]}, "channels.0"),
        ({"channels": ["email:a@b\r\nBcc: c@d"]}, "control characters"),
        ({"quiet_hours": ("20:00", "20:00")}, "all day"),
        ({"quiet_hours": ("20:00+02:00", "08:00")}, "of their own time zone"),
        ({"absence": (at(days=2), at(days=1))}, "ends before it begins"),
        ({"absence": (datetime(2025, 3, 1), at())}, "timezone"),  # noqa: DTZ001
        ({"nickname": "Ada"}, "nickname"),
        ({"name": "Ada\nBcc"}, "control characters"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    host: Host, said: dict[str, Any], problem: str
) -> None:
    before = host.engine.people.set("mentor-1", name="Ada", weekly_budget=2)

    with pytest.raises(InvalidPayload, match=problem):
        host.engine.people.set("mentor-1", **said)

    assert host.engine.people.get("mentor-1") == before


def test_what_is_said_of_a_person_is_kept_until_it_is_forgotten(host: Host) -> None:
    host.engine.people.set(
        "mentor-1",
        name="Ada",
        locale="de-AT",
        style="concise",
        channels=["email:ada@example.org", "log"],
        quiet_hours=("20:00", "08:00"),
        absence=(at(days=1), at(days=2)),
    )
    host.engine.people.set("mentor-1", time_zone="Europe/Vienna")

    found = host.engine.people.get("mentor-1")
    assert (found.name, found.locale, found.style) == ("Ada", "de-AT", "concise")
    assert [tuple(reach) for reach in found.channels] == [
        ("email", "ada@example.org"),
        ("log", None),
    ]
    assert found.quiet_hours is not None
    assert found.absence is not None
    assert (found.absence.since, found.time_zone) == (at(days=1), "Europe/Vienna")
    assert host.engine.people.list() == [found]
    host.engine.people.forget("mentor-1")
    assert host.engine.people.list() == []
    assert host.engine.people.get("mentor-1").name is None
    with pytest.raises(NotFound, match="nothing is known"):
        host.engine.people.forget("mentor-1")


def test_people_are_called_by_their_names(open_on: OpenHost) -> None:
    host = open_on(mentorship_workflow())
    host.engine.people.set("mentee-1", name="Grace Hopper")

    host.start()
    host.engine.run_due()

    assert host.outbox.messages[0].subject == "Grace Hopper is asking you to be their mentor"


def test_two_claims_at_once_do_not_both_take_the_last_place(host: Host) -> None:
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(40))
    host.clock.set(at(days=3, hours=1))

    in_threads(4, lambda _: host.engine.run_due())
    host.wait(seconds=1)

    assert host.outbox.said == [("nudge", "mentor-1")] * 3
    assert [status for status, _ in outcomes(host)].count("held") == 1


def test_nobody_waits_for_a_process_that_stands_still_over_a_person(
    postgres_url: str,
) -> None:
    host = open_host(postgres_url, tiny(NEWS))
    other = host.start(mentors=["mentor-2"])
    held = host.start()
    lock = "SELECT pg_advisory_xact_lock(hashtextextended('mentor-1', 74656))"
    with driver(postgres_url) as stopped:
        stopped.execute(lock)
        tell(host, held, other)

        assert host.outbox.said == [("news", "mentor-2")]
    host.wait(seconds=1)

    assert host.outbox.said == [("news", "mentor-2"), ("news", "mentor-1")]
    host.engine.close()
