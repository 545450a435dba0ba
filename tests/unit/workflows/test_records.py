"""Records change nothing they are given, and keep only what JSON can hold."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mentorflow.core.workflow import Record, View, Workflow
from mentorflow.definitions.load import load
from mentorflow_workflows.mentorship import pack
from mentorflow_workflows.records import RECORDS
from walking import PARTIES, START, Walk, active, view

Changes = Mapping[str, Any]


def checked(name: str, record: Record, seen: set[str]) -> Record:
    def check(given: View) -> Changes:
        before = copy.deepcopy((given.facts, given.data, given.mentorship.parties))
        changes = record(given)
        again = record(given)

        assert (given.facts, given.data, given.mentorship.parties) == before, name
        assert again == changes, name
        json.dumps(changes)
        seen.add(name)
        return changes

    return check


@pytest.fixture(scope="module")
def watched() -> tuple[Workflow, set[str]]:
    """The workflow with every record watched, and the names of those that ran."""
    seen: set[str] = set()
    records = {name: checked(name, record, seen) for name, record in RECORDS.items()}
    return load(replace(pack, records=records)), seen


def lives(workflow: Workflow) -> Iterator[Callable[[], object]]:
    """Lives that together run every record there is."""
    yield lambda: _beginnings(workflow)
    yield lambda: _work(workflow)
    yield lambda: _conflict(workflow)
    yield lambda: _closing(workflow)


def test_every_record_is_pure_and_keeps_json(watched: tuple[Workflow, set[str]]) -> None:
    workflow, seen = watched

    for live in lives(workflow):
        live()

    assert set(RECORDS) - seen == set()


def _beginnings(workflow: Workflow) -> None:
    parties = {**PARTIES, "mentor": ("mentor-1", "mentor-2")}
    walk = Walk(workflow, parties=parties, facts={"agreement_required": False})
    walk.send("mentor.asked_question", by="mentor-1").send("mentee.answered")
    walk.send("mentor.declined", by="mentor-2").send("mentor.accepted", by="mentor-1")
    walk.send("mentee.request").send("need.raised").send("meeting.booked")
    walk.send("meeting.moved").send("meeting.cancelled").send("meeting.missed")
    walk.send("meeting.held").send("fit.confirmed").send("fit.confirmed", by="mentor-1")
    walk.send("agreement.waived")


def _work(workflow: Workflow) -> None:
    walk = active(workflow)
    walk.send("goal.set").send("goal.progressed").send("goal.amended").send("goal.reached")
    walk.send("feedback.given", by="mentor-1").send("feedback.acknowledged")
    walk.send("feedback.given", by="mentor-1").send("feedback.disputed")
    walk.wait(days=30).send("pulse.answered").send("evaluation.given")
    walk.send("pause.requested").send("pause.ended").send("milestone.reached")
    walk.send("celebration.acknowledged", by="mentor-1").send("celebration.planned")
    walk.send("extension.agreed").send("extension.agreed", by="mentor-1")


def _conflict(workflow: Workflow) -> None:
    walk = active(workflow).send("concern.raised").send("concern.raised", by="mentor-1")
    walk.send("concern.acknowledged", by="coordinator-1").send("statement.given")
    walk.send("dialogue.booked").send("dialogue.held").send("mediation.requested")
    walk.send("mediation.accepted", by="mentor-1").send("end.agreed")
    walk.send("end.confirmed", by="coordinator-1").send("mediation.settled")
    walk.send("mediation.settled", by="mentor-1")
    walk.send("coordinator.override", by="coordinator-1", to="conflict").send("safety.reported")


def _closing(workflow: Workflow) -> None:
    walk = active(workflow).send("transition.proposed")
    walk.send("transition.proposed", by="mentor-1").send("closing_meeting.held")
    walk.send("gratitude.sent").send("survey.answered").send("contact.consent_given")
    walk.send("contact.withdrawn").send("transition.completed").send("reengagement.agreed")
    active(workflow).send("party.withdrew").send("exit.completed")


def test_a_meeting_held_without_a_name_is_the_one_that_has_begun(workflow: Workflow) -> None:
    meetings = {
        "first": _meeting(hours=-2),
        "second": _meeting(hours=-1),
        "third": _meeting(hours=1),
    }

    changes = RECORDS["note_meeting_held"](view(workflow, facts={"meetings": meetings}))

    assert set(changes["meetings"]) == {"first", "third"}
    assert changes["last_meeting_at"] == meetings["second"]["starts_at"]


def test_a_meeting_told_of_late_does_not_set_the_rhythm_back(workflow: Workflow) -> None:
    last = START.isoformat()
    told = {"held_at": (START - timedelta(days=9)).isoformat()}

    changes = RECORDS["note_meeting_held"](
        view(workflow, facts={"last_meeting_at": last, "meetings_held": 1}, data=told)
    )

    assert changes["last_meeting_at"] == last
    assert changes["meetings_held"] == 2


def test_a_talk_about_a_concern_is_no_meeting_of_the_rhythm(workflow: Workflow) -> None:
    changes = RECORDS["note_meeting_held"](view(workflow, data={"kind": "dialogue"}))

    assert "last_meeting_at" not in changes


def test_a_moved_meeting_keeps_its_kind_and_its_agenda(workflow: Workflow) -> None:
    known = {**_meeting(hours=1), "kind": "closing", "agenda": True}
    moved = {"meeting": "m", "kind": "regular", "starts_in": "5d", "length": "45m"}

    changes = RECORDS["note_meeting_booked"](
        view(workflow, facts={"meetings": {"m": known}}, data=moved)
    )

    assert changes["meetings"]["m"]["kind"] == "closing"
    assert changes["meetings"]["m"]["agenda"] is True


def test_the_same_terms_have_the_same_hash_whatever_their_order(workflow: Workflow) -> None:
    terms = {"version": 1, "cadence": "14d", "structure": "Calls"}
    turned = dict(reversed(terms.items()))

    one = RECORDS["open_draft"](view(workflow, data=terms))["draft"]["text_hash"]
    other = RECORDS["open_draft"](view(workflow, data=turned))["draft"]["text_hash"]

    assert one == other
    assert len(one) == 64


def test_signatures_of_an_earlier_version_do_not_count_for_the_next(workflow: Workflow) -> None:
    known = {"draft": {"version": 1, "signed_by": {"mentee-1": START.isoformat()}}}

    changes = RECORDS["open_draft"](view(workflow, facts=known, data={"version": 2}))

    assert changes["draft"]["signed_by"] == {}


def test_a_closing_long_before_the_end_date_does_not_wait_for_it(workflow: Workflow) -> None:
    near = {"dates": {"ends_on": "2026-03-20"}}
    far = {"dates": {"ends_on": "2026-12-31"}}

    soon = RECORDS["plan_closing"](view(workflow, facts=near))["closing_from"]
    later = RECORDS["plan_closing"](view(workflow, facts=far))["closing_from"]

    assert soon == "2026-03-20T00:00:00+00:00"
    assert later == (START + timedelta(days=30)).isoformat()


def test_an_early_end_is_closed_from_now(workflow: Workflow) -> None:
    known = {"mode": "early", "dates": {"ends_on": "2026-12-31"}}

    changes = RECORDS["plan_closing"](view(workflow, facts=known))

    assert changes["closing_from"] == START.isoformat()


def test_another_end_date_begins_the_agreeing_anew(workflow: Workflow) -> None:
    known = {"extension": {"ends_on": "2026-09-30", "wanted_by": ["mentee-1"]}}
    told = {"ends_on": "2026-10-31"}

    changes = RECORDS["note_extension"](view(workflow, facts=known, data=told, by="mentor-1"))

    assert changes["extension"] == {"ends_on": "2026-10-31", "wanted_by": ["mentor-1"]}


def _meeting(*, hours: int) -> dict[str, Any]:
    start = START + timedelta(hours=hours)
    return {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=45)).isoformat(),
        "kind": "regular",
    }
