"""`mentorflow people` and `mentorflow incidents`: what is said is kept, shown and checked."""

from datetime import timedelta

import pytest

from integration.cli.program import Answer, Commands, Program
from mentorflow import Engine, ManualClock
from mentorflow.clock import SystemClock

WISHES = (
    ("--name", "Ada"),
    ("--time-zone", "Europe/Vienna"),
    ("--locale", "de-AT"),
    ("--style", "concise"),
    ("--channel", "email:ada@example.org"),
    ("--channel", "log"),
    ("--quiet", "20:00-08:00"),
    ("--away", "2099-01-01T00:00:00Z/2099-02-01T00:00:00Z"),
    ("--budget", "5"),
)


def ask(commands: Commands, *wishes: tuple[str, str]) -> Answer:
    return commands.json("people", "set", "mentor-0", *(part for wish in wishes for part in wish))


def test_what_is_said_of_a_person_is_shown_as_it_was_said(commands: Commands) -> None:
    said = ask(commands, *WISHES)

    assert said.status == 0
    assert said.document == {
        "person": "mentor-0",
        "name": "Ada",
        "time_zone": "Europe/Vienna",
        "locale": "de-AT",
        "style": "concise",
        "channels": ["email:ada@example.org", "log"],
        "quiet_hours": ["20:00", "08:00"],
        "absence": ["2099-01-01T00:00:00+00:00", "2099-02-01T00:00:00+00:00"],
        "weekly_budget": 5,
    }
    assert commands.json("people", "show", "mentor-0").document == said.document
    assert commands.json("people", "list").document == [said.document]
    assert "20:00-08:00" in commands("people", "list").stdout


def test_what_is_left_out_stays_and_none_takes_it_back(commands: Commands) -> None:
    ask(commands, *WISHES)

    found = ask(commands, ("--quiet", "none"), ("--away", "none")).document

    assert (found["quiet_hours"], found["absence"], found["name"]) == (None, None, "Ada")


def test_a_person_who_said_nothing_is_reached_as_everybody_is(commands: Commands) -> None:
    assert commands.json("people", "show", "mentor-1").document["weekly_budget"] == 3
    assert commands.json("people", "list").document == []
    assert commands("people", "list").stdout.startswith("Nobody has said anything")


def test_a_person_is_forgotten_once(commands: Commands) -> None:
    ask(commands, *WISHES)

    assert commands.json("people", "forget", "mentor-0").document == {"forgotten": "mentor-0"}
    again = commands.json("people", "forget", "mentor-0")
    assert (again.status, again.error["code"]) == (1, "not_found")


@pytest.mark.parametrize(
    "wish",
    [
        ("--time-zone", "Vienna"),
        ("--quiet", "20:00"),
        ("--quiet", "25:00-08:00"),
        ("--away", "2099-01-01/2099-02-01"),
        ("--away", "tomorrow"),
        ("--channel", "Post:box"),
        ("--style", "loud"),
        ("--budget", "0"),
        ("--locale", "german please"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    commands: Commands, wish: tuple[str, str]
) -> None:
    refused = ask(commands, ("--name", "Ada"), wish)

    is_naive = wish == ("--away", "2099-01-01/2099-02-01")
    code = "naive_datetime" if is_naive else "invalid_payload"
    assert (refused.status, refused.error["code"]) == (1, code)
    assert commands.json("people", "list").document == []


def start_some(engine: Engine) -> None:
    """Start three mentorships more of one mentor, who is asked by each of them."""
    for n in range(3):
        engine.start(mentee=f"m-{n}", mentors=["mentor-0"], program="lfx", key=f"more-{n}")
    engine.run_due()


def test_what_became_of_messages_is_told_to_people_and_to_programs(
    commands: Commands, program: Program
) -> None:
    with Engine(program.db, channels=[]) as engine:
        engine.people.set("mentor-0", weekly_budget=4)
        start_some(engine)

    found = commands.json("people", "messages", "mentor-0").document

    assert {one["status"] for one in found} == {"sent", "held", "merged"}
    assert {one["why"] for one in found} == {None, "over_budget"}
    assert "enough letters that week" in commands("people", "messages", "mentor-0").stdout
    nobody = commands("people", "messages", "nobody").stdout
    assert nobody == "There was no message to them.\n"


def test_incidents_are_listed_shown_and_begun_anew(commands: Commands, program: Program) -> None:
    assert commands.json("incidents", "list").document == []
    clock = ManualClock(SystemClock().now() - timedelta(days=5))
    with Engine(program.db, channels=[], clock=clock) as engine:
        engine.people.set("mentor-0", channels=["pigeon:loft-3"], weekly_budget=9)
        start_some(engine)
        for _ in range(10):
            engine.run_due()
            clock.set(clock.now() + timedelta(hours=8))

    first, *_ = found = commands.json("incidents", "list", "--kind", "notify").document

    assert "no channel reaches this person" in first["error"]
    assert commands.json("incidents", "show", first["id"]).document == first
    assert first["id"] in commands("incidents", "list").stdout
    assert commands.json("incidents", "retry", first["id"]).document == {"begun": 1}
    twice = commands.json("incidents", "retry", first["id"])
    assert (twice.status, twice.error["code"]) == (1, "not_found")
    rest = commands.json("incidents", "retry", "--all").document
    assert rest == {"begun": len(found) - 1}


@pytest.mark.parametrize(
    "arguments",
    [("retry",), ("retry", "x", "--all"), ("retry", "x", "--kind", "call")],
    ids=" ".join,
)
def test_what_to_begin_anew_with_must_be_said(
    commands: Commands, arguments: tuple[str, ...]
) -> None:
    refused = commands.json("incidents", *arguments)

    assert (refused.status, refused.error["code"]) == (1, "invalid_payload")
