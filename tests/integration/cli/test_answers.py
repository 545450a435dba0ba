"""What commands answer: one document for programs, tables and sentences for people."""

import json
from datetime import datetime

from integration.cli.program import Commands
from integration.cli.seed import Seed

LIST_FIELDS = [
    "id",
    "key",
    "program",
    "state",
    "outcome",
    "revision",
    "entered_at",
    "parties",
    "facts",
]


def test_a_list_has_every_mentorship_with_its_parties_and_facts(
    commands: Commands, seed: Seed
) -> None:
    found = commands.json("list", "--program", "lfx", "--state", "contact")

    assert (found.status, found.stderr) == (0, "")
    assert [list(one) for one in found.document] == [LIST_FIELDS] * 3
    assert {one["key"]: one["id"] for one in found.document} == seed.ids
    assert found.document[0]["parties"]["mentor"] == ["mentor-0"]


def test_a_list_is_paged_by_the_last_one_seen(commands: Commands) -> None:
    first = commands.json("list", "--limit", "2").document
    rest = commands.json("list", "--limit", "2", "--after", first[-1]["key"]).document

    assert [one["key"] for one in first + rest] == ["k0", "k1", "k2"]
    assert [one["key"] for one in commands.json("list", "--all").document] == ["k0", "k1", "k2"]


def test_a_mentorship_is_shown_by_its_id_and_by_its_key(commands: Commands, seed: Seed) -> None:
    by_key = commands.json("show", "k1").document
    by_id = commands.json("show", seed.ids["k1"]).document

    assert by_id == by_key
    assert by_id["id"] == seed.ids["k1"]
    assert "mentor.accepted" in by_id["allowed_events"]


def test_a_card_says_who_where_what_comes_and_what_can_be_done(commands: Commands) -> None:
    card = commands("show", "k1")

    assert card.status == 0
    for part in (
        "k1 · contact",
        "mentee-1",
        "mentor-1",
        "10 days ago",
        "contact.reply_window",
        "unanswered is open",
        "mentor.accepted",
        "UTC",
    ):
        assert part in card.stdout


def test_a_history_is_oldest_first_with_instants_that_have_an_offset(commands: Commands) -> None:
    entries = commands.json("history", "k0").document

    instants = [datetime.fromisoformat(entry["at"]) for entry in entries]
    assert instants == sorted(instants)
    assert all(instant.tzinfo is not None for instant in instants)
    assert list(entries[0]) == ["id", "at", "event", "from", "to", "by", "data", "cause"]
    assert (entries[0]["event"], entries[0]["from"]) == ("mentorship.started", None)
    assert entries[1]["cause"]["timer"] == "contact.nudge_1"


def test_upcoming_timers_are_soonest_first_with_the_reason_for_their_instant(
    commands: Commands,
) -> None:
    timers = commands.json("upcoming", "k0").document

    assert timers == sorted(timers, key=lambda timer: datetime.fromisoformat(timer["due_at"]))
    assert list(timers[0])[:6] == ["timer", "due_at", "timing", "value", "scope", "anchor"]
    window = next(one for one in timers if one["timer"] == "contact.reply_window")
    assert (window["value"], window["scope"], window["anchor"]) == ("14d", "default", "entered")


def test_an_explanation_is_told_in_sentences(commands: Commands) -> None:
    told = commands("explain", "k0").stdout

    assert told.startswith("k0 is in contact since")
    assert "by mentorship.started from the host app." in told
    assert "contact.reply_window will send contact.expired" in told
    assert "contact.reply_window is 14d by default, from entering the state on" in told


def test_an_event_moves_the_mentorship_and_its_key_makes_it_safe_to_repeat(
    commands: Commands,
) -> None:
    sending = ("send", "k0", "mentor.accepted", "--by", "mentor-0", "--key", "evt-1")
    taken = commands(*sending, "--data", "{}")
    again = commands.json(*sending, "--data", "-", stdin=b"{}")

    assert (taken.status, again.status) == (0, 0)
    assert taken.stdout.startswith("mentor.accepted taken: contact → rapport (revision ")
    assert again.document["state"] == "rapport"
    assert len(commands.json("history", "k0").document) == again.document["revision"]


def test_the_example_of_an_event_is_accepted_from_a_file(commands: Commands) -> None:
    described = commands.json("events", "--event", "mentor.declined").document[0]
    file = commands.folder / "data.json"
    file.write_text(f"\ufeff{json.dumps(described['example'])}", encoding="utf-8")

    declined = commands.json(
        "send", "k1", "mentor.declined", "--by", "mentor-1", "--data", "@data.json"
    )

    assert declined.status == 0, declined.stdout
    assert commands.json("history", "k1").document[-1]["data"] == described["example"]


def test_every_event_is_listed_with_a_schema_and_an_example(commands: Commands) -> None:
    events = commands.json("events").document

    names = {one["event"] for one in events}
    assert {"mentor.accepted", "escalation.acknowledged", "escalation.snoozed"} <= names
    assert "contact.expired" not in names, "time sends it, nobody else may"
    for one in events:
        assert list(one)[:5] == ["event", "offered_in", "by", "schema", "example"]
        assert one["offered_in"], one["event"]
        assert one["by"], one["event"]
        assert one["schema"]["type"] == "object", one["event"]


def test_an_escalation_is_listed_acknowledged_and_then_resolved(commands: Commands) -> None:
    listed = commands.json("escalations", "list", "--mentorship", "k0").document
    acked = commands.json(
        "escalations", "ack", "k0:unanswered", "--by", "coordinator-1", "--reason", "on it"
    ).document
    resolved = commands.json("escalations", "resolve", listed[0]["id"], "--by", "coordinator-1")

    assert [one["status"] for one in listed] == ["open"]
    assert (acked["id"], acked["status"]) == (listed[0]["id"], "acknowledged")
    assert (acked["changed_by"], acked["reason"]) == ("coordinator-1", "on it")
    assert resolved.document["status"] == "resolved"
    assert len(commands.json("escalations", "list").document) == 2
    assert len(commands.json("escalations", "list", "--all").document) == 3


def test_an_escalation_is_snoozed_until_an_instant_with_a_zone(commands: Commands) -> None:
    naive = commands.json(
        "escalations", "snooze", "k0:unanswered", "--until", "2098-01-01T09:00:00"
    )
    aware = commands.json(
        "escalations", "snooze", "k0:unanswered", "--until", "2098-01-01T09:00:00+01:00"
    )

    assert (naive.status, naive.error["code"]) == (1, "naive_datetime")
    assert aware.document["status"] == "snoozed"
    timers = commands.json("upcoming", "k0").document
    due = {timer["timer"]: datetime.fromisoformat(timer["due_at"]) for timer in timers}
    assert due["ladder.unanswered"] == datetime.fromisoformat("2098-01-01T08:00:00+00:00")


def test_tables_can_be_made_and_looked_at(commands: Commands) -> None:
    file = commands.folder / "new.db"
    db = ("--db", f"sqlite:///{file}")
    before = commands.json("db", "status", *db).document
    file_was_made_by_looking = file.exists()
    upgraded = commands.json("db", "upgrade", *db).document

    assert (before["at"], before["is_current"], file_was_made_by_looking) == (None, False, False)
    assert upgraded["from"] is None
    assert commands.json("db", "status", *db).document["is_current"]


def test_postgresql_asks_for_its_tables_and_gets_them(
    commands: Commands, bare_postgres_url: str
) -> None:
    db = ("--db", bare_postgres_url)
    refused = commands.json("list", *db)
    before = commands.json("db", "status", *db).document
    upgraded = commands.json("db", "upgrade", *db).document

    assert refused.status == 1
    assert refused.error["code"] == "schema_mismatch"
    assert "mentorflow db upgrade" in refused.error["reason"]
    assert (before["at"], upgraded["is_current"]) == (None, True)
    assert commands.json("list", *db).document == []
