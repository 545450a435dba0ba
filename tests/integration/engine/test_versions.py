"""Several versions of a workflow side by side: published, found by every engine, moved between."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import START, Outbox, due, life_pack
from changing import Written, written
from mentorflow import Engine, ManualClock, Mentorship, NotFound, WorkflowInvalid
from mentorflow.definitions.pack import Pack
from mentorflow.errors import InvalidPayload, VersionTaken
from mentorflow_workflows.mentorship import pack as shipped
from tables import execute, rows

Open = Callable[..., Engine]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return life_pack(tmp_path / "life.yaml")


@pytest.fixture
def open_engine(database_url: str, clock: ManualClock, pack: Pack) -> Iterator[Open]:
    """Open engines on this test's database, each with the small life unless told."""
    with ExitStack() as stack:

        def opened(workflows: Any = None, **named: Any) -> Engine:
            chosen = [pack] if workflows is None else workflows
            engine = Engine(
                database_url, clock=clock, workflows=chosen, **{"channels": [], **named}
            )
            return stack.enter_context(engine)

        yield opened


def second(pack: Pack, **changes: Any) -> Written:
    """Return the second version of a pack's document, with some of its parts put in place."""
    said = written(pack)
    said["version"] = 2
    for path, value in changes.items():
        *parts, last = path.split("__")
        place: Any = said
        for part in parts:
            place = place[part]
        place[last] = value
    return said


def text(said: Written) -> str:
    return yaml.safe_dump(said, sort_keys=False)


def start(engine: Engine, workflow: str = "tiny", **changed: Any) -> Mentorship:
    request = {"mentee": "mentee-1", "mentors": ["mentor-1"], "program": "program-1"}
    return engine.start(**{**request, "workflow": workflow, **changed})


def accept(engine: Engine, mentorship: Mentorship) -> Mentorship:
    return engine.send(mentorship.id, "mentor.accepted", by="mentor-1")


def test_new_mentorships_have_the_published_version_and_others_keep_theirs(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    older = start(engine)

    published = engine.workflows.publish(text(second(pack)), by="ann", reason="a better one")

    assert published.is_new
    assert start(engine).version == 2
    assert accept(engine, older).version == 1
    versions = engine.workflows.list("tiny")
    assert [(one.version, one.is_latest, one.is_installed) for one in versions] == [
        (1, False, True),
        (2, True, False),
    ]
    assert (versions[1].published_by, versions[1].reason) == ("ann", "a better one")


def test_engines_that_were_open_and_those_opened_later_find_it(
    open_engine: Open, pack: Pack
) -> None:
    engine, other = open_engine(), open_engine()
    engine.workflows.publish(text(second(pack)))
    started = start(engine)

    assert start(other).version == 2
    assert accept(other, started).state == "active"
    assert open_engine().workflow("tiny").version == 2
    assert other.explain(started.id)["state"] == "active"


def test_a_timer_of_a_version_that_was_published_meanwhile_is_fired_with_all_the_others(
    open_engine: Open, clock: ManualClock, pack: Pack
) -> None:
    engine, stale = open_engine(), open_engine()
    nudge = {"after": "d3", "fire": "contact.expired"}  # what was a reminder ends it now
    engine.workflows.publish(text(second(pack, states__contact__timers__nudge=nudge)))
    started = start(engine)
    clock.set(START + timedelta(days=4))

    stale.run_due()

    after = engine.get(started.id)
    assert after.state == "closed"
    assert not after.timers


def test_the_same_document_is_known_and_another_of_its_version_is_refused(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    engine.workflows.publish(text(second(pack)))

    again = engine.workflows.publish("# laid out otherwise\n" + text(second(pack)))
    with pytest.raises(VersionTaken, match="another content"):
        engine.workflows.publish(text(second(pack, help="Other words.")))
    with pytest.raises(VersionTaken, match="tiny version 1"):
        engine.workflows.publish(text(second(pack, help="Other words.") | {"version": 1}))

    assert not again.is_new


def test_what_does_not_hold_up_is_not_published(open_engine: Open, pack: Pack) -> None:
    engine = open_engine()
    said = second(pack)
    said["states"]["contact"]["events"]["mentor.accepted"]["when"] = ["there_is_tea"]

    with pytest.raises(WorkflowInvalid) as refused:
        engine.workflows.publish(text(said), source="life.yaml")

    assert "life.yaml:" in refused.value.problems[0]
    assert "there is no guard 'there_is_tea'" in refused.value.problems[0]
    assert [one.version for one in engine.workflows.list("tiny")] == [1]


def test_a_version_no_package_has_any_longer_goes_on_once_it_is_published(
    open_engine: Open, tmp_path: Path, pack: Pack
) -> None:
    engine = open_engine()
    started = start(engine)
    engine.workflows.publish(pack.document.read_text())
    newer = life_pack(tmp_path / "newer.yaml")
    newer.document.write_text(text(second(newer)))

    upgraded = open_engine([newer])

    assert accept(upgraded, started).version == 1
    assert start(upgraded).version == 2


def test_a_version_whose_python_is_missing_here_is_named(
    open_engine: Open, database_url: str, pack: Pack
) -> None:
    engine = open_engine()
    engine.workflows.publish(text(second(pack)))
    started = start(engine)
    execute(
        database_url,
        "UPDATE mentorflow_workflow SET document = replace(document, 'take_facts', 'take_notes')",
    )

    with pytest.raises(WorkflowInvalid, match="there is no record 'take_notes'"):
        accept(open_engine(), started)
    with pytest.raises(WorkflowInvalid, match="take_notes"):
        start(open_engine())


def test_a_preview_says_what_a_migration_then_does(
    open_engine: Open, clock: ManualClock, database_url: str, pack: Pack
) -> None:
    engine = open_engine()
    waiting = [start(engine) for _ in range(3)]
    active = [accept(engine, start(engine)) for _ in range(2)]
    clock.set(START + timedelta(days=5))
    engine.run_due()
    said = second(
        pack,
        timings__d14__default="10d",
        states__contact__timers__last_call={"after": "d3", "do": [{"notify": "nudge"}]},
    )
    del said["states"]["active"]["timers"]["cadence"]
    said["states"]["conflict"]["suspends"] = []
    engine.workflows.publish(text(said))
    before = rows(database_url, "SELECT * FROM mentorflow_timer ORDER BY 1, 2, 3")

    previewed = engine.workflows.preview("tiny", from_version=1, to_version=2)
    untouched = rows(database_url, "SELECT * FROM mentorflow_timer ORDER BY 1, 2, 3")
    done = engine.workflows.migrate("tiny", from_version=1, to_version=2, by="ann", reason="tea")

    assert untouched == before
    assert previewed == done
    assert [tuple(one) for one in done.states] == [
        ("active", "active", 2),
        ("contact", "contact", 3),
    ]
    days = timedelta(days=1)
    assert [tuple(one) for one in done.timers] == [
        ("active.cadence", "vanishes", 2, 2 * days, 2 * days, 2 * days),
        ("contact.last_call", "appears", 3, 3 * days, 3 * days, 3 * days),
        ("contact.window", "moves", 3, -4 * days, -4 * days, -4 * days),
    ]
    moved = engine.get(waiting[0].id)
    assert moved.version == 2
    assert due(moved) == {
        "contact.window": START + 10 * days,
        "contact.last_call": START + 8 * days,  # by its entry it would have been due long ago
    }
    entry = engine.history(waiting[0].id)[-1]
    assert (entry.event, entry.by) == ("workflow.migrated", "ann")
    assert entry.data == {"from": 1, "to": 2, "states": {}, "reason": "tea"}
    assert set(due(engine.get(active[0].id))) == {"active.limit"}
    assert done.stranded == ()


def test_a_migration_that_was_ended_goes_on_where_it_was(
    open_engine: Open, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mentorflow.engine.migration.BATCH", 2)
    engine = open_engine()
    ids = [start(engine, program=f"program-{n % 2}").id for n in range(5)]
    engine.workflows.publish(text(second(pack)))
    batches: list[int] = []

    def migrate(**more: Any) -> Any:
        return engine.workflows.migrate("tiny", from_version=1, to_version=2, **more)

    first = migrate(moved=batches.append, stop=lambda: len(batches) == 1)
    theirs = migrate(program="program-1")
    rest = migrate()

    assert (first.mentorships, first.is_whole) == (2, False)
    assert (theirs.mentorships, rest.mentorships, rest.is_whole) == (1, 2, True)
    assert migrate().mentorships == 0
    assert {engine.get(one).version for one in ids} == {2}
    assert [len(engine.history(one)) for one in ids] == [2] * 5


def test_who_cannot_be_moved_stays_and_the_report_says_what_to_map(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    waiting, active = start(engine), accept(engine, start(engine))
    said = second(pack, initial="asked")
    said["states"] = {
        "asked" if name == "contact" else name: state for name, state in said["states"].items()
    }
    engine.workflows.publish(text(said))

    tried = engine.workflows.preview("tiny", from_version=1, to_version=2)
    mapped = engine.workflows.preview(
        "tiny", from_version=1, to_version=2, states={"contact": "asked"}
    )
    done = engine.workflows.migrate("tiny", from_version=1, to_version=2)

    reason = "version 2 has no state 'contact'; map 'contact' to one it has"
    assert tried.refused == {reason: 1}
    assert [tuple(one) for one in tried.unmoved] == [(waiting.id, "contact", reason)]
    assert [tuple(one) for one in mapped.states] == [
        ("active", "active", 1),
        ("contact", "asked", 1),
    ]
    assert not mapped.timers  # they have another name, and run on
    assert done.refused == {reason: 1}
    assert done.stranded == ()
    assert engine.get(waiting.id).version == 1
    assert accept(engine, waiting).state == "active"
    assert engine.get(active.id).version == 2


def test_a_state_with_another_name_is_told_to_the_host_as_a_change(
    open_engine: Open, pack: Pack
) -> None:
    engine = open_engine()
    started = start(engine)
    engine.run_due()
    said = second(pack, initial="asked")
    said["states"]["asked"] = said["states"].pop("contact")
    engine.workflows.publish(text(said))
    heard: list[Any] = []
    engine.on("mentorship.state_changed")(heard.append)

    engine.workflows.migrate("tiny", from_version=1, to_version=2, states={"contact": "asked"})
    engine.run_due()

    assert [(one.mentorship.id, one.from_state, one.to_state) for one in heard] == [
        (started.id, "contact", "asked")
    ]
    assert set(due(engine.get(started.id))) == {"asked.nudge", "asked.window"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"states": {"contakt": "active"}}, "version 1 has no state 'contakt'; did you mean"),
        ({"states": {"contact": "aktive"}}, "version 2 has no state 'aktive'; did you mean"),
        ({"states": {"contact": "closed"}}, "contact=closed would end mentorships"),
        ({"states": {"closed": "active"}}, "closed=active would revive mentorships"),
        ({"timers": {"contact.nuge": "contact.nudge"}}, "version 1 has no timer 'contact.nuge'"),
        ({"timers": {"contact.nudge": "contact.nuge"}}, "version 2 has no timer 'contact.nuge'"),
        ({"timers": {"contact.nudge": "conflict.over"}}, "is no timer of 'contact'"),
        ({"timers": {"contact.nudge": "contact.window"}}, "would both become 'contact.window'"),
        ({"to_version": 1}, "they are at version 1 already"),
        ({"program": ""}, "program is ''"),
    ],
)
def test_a_migration_that_cannot_be_meant_is_refused_before_it_begins(
    open_engine: Open, pack: Pack, asked: dict[str, Any], said: str
) -> None:
    engine = open_engine()
    engine.workflows.publish(text(second(pack)))

    with pytest.raises(InvalidPayload, match=said):
        engine.workflows.preview("tiny", **{"from_version": 1, "to_version": 2, **asked})
    with pytest.raises(NotFound, match="version 3"):
        engine.workflows.migrate("tiny", from_version=1, to_version=3)


def test_a_key_gets_its_first_answer_after_a_migration_too(open_engine: Open, pack: Pack) -> None:
    engine = open_engine()
    started = start(engine)
    first = engine.send(started.id, "mentor.accepted", by="mentor-1", key="k")
    engine.workflows.publish(text(second(pack)))
    engine.workflows.migrate("tiny", from_version=1, to_version=2)
    engine.send(started.id, "noted", by="mentor-1", data={"text": "hi"}, key="n")
    later = engine.send(started.id, "milestone.reached", by="mentor-1")

    again = engine.send(started.id, "mentor.accepted", by="mentor-1", key="k")
    noted = engine.send(started.id, "noted", by="mentor-1", data={"text": "hi"}, key="n")

    assert (again, again.version) == (first, 1)
    assert (noted.revision, noted.version) == (later.revision - 1, 2)


def test_a_message_the_new_version_lacks_goes_out_as_it_was_decided(
    open_engine: Open, pack: Pack
) -> None:
    outbox = Outbox()
    engine = open_engine(channels=[outbox])
    start(engine)
    said = second(pack)
    said["states"]["contact"]["enter"] = {}
    said["messages"].pop("request")
    engine.workflows.publish(text(said))
    engine.workflows.migrate("tiny", from_version=1, to_version=2)

    engine.run_due()

    assert outbox.said == [("request", "mentor-1")]


def test_the_shipped_workflow_moves_to_a_second_version(
    open_engine: Open, clock: ManualClock
) -> None:
    engine = open_engine([shipped])
    asked = [start(engine, "mentorship", coordinator="coordinator-1") for _ in range(3)]
    for one in asked[1:]:
        accept(engine, one)
    clock.set(START + timedelta(days=15))
    engine.run_due()
    said = second(shipped)
    said["timings"]["rapport.limit"]["default"] = "60d"
    said["states"]["rapport"]["timers"]["tea"] = {
        "after": "rapport.fit_again",
        "do": [{"notify": "how_it_starts"}],
    }
    engine.workflows.publish(text(said))

    previewed = engine.workflows.preview("mentorship", from_version=1, to_version=2)
    done = engine.workflows.migrate("mentorship", from_version=1, to_version=2)
    clock.set(START + timedelta(days=700))
    while engine.run_due().timers_fired:
        pass

    assert previewed == done
    assert done.mentorships == 3
    assert {one.change for one in done.timers} >= {"appears", "moves"}
    assert done.stranded == engine.workflows.stranded() == ()
    assert {engine.get(one.id).state for one in asked} <= {"closed", "alumni"}
