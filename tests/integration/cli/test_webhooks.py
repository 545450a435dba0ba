"""Operators set endpoints up, try them out and send again, on the command line."""

from datetime import timedelta

import pytest

from integration.cli.program import Commands, Program
from integration.webhooks.endpoints import live
from mentorflow import Engine
from mentorflow.clock import SystemClock
from receiver import Receiver
from servers.waiting import wait_until

WHY = ("--reason", "a test")
pytestmark = pytest.mark.usefixtures("sends_webhooks")


def add(commands: Commands, receiver: Receiver, *options: str) -> str:
    made = commands.json("webhooks", "add", receiver.url, *WHY, *options).document
    receiver.secrets.append(made["secret"])
    return str(made["id"])


def deliver(commands: Commands) -> None:
    with Engine(f"sqlite:///{commands.folder / 'test.db'}", channels=()) as engine:
        engine.webhooks.deliver_due()


def test_an_endpoint_is_added_tried_out_and_removed(commands: Commands, receiver: Receiver) -> None:
    endpoint = add(commands, receiver, "--type", "mentor.*", "--description", "a calendar")
    pinged = commands.json("webhooks", "test", endpoint).document
    deliver(commands)

    (listed,) = commands.json("webhooks", "list").document
    shown = commands("webhooks", "show", endpoint).stdout
    disabled = commands.json("webhooks", "disable", endpoint, *WHY).document
    enabled = commands.json("webhooks", "enable", endpoint, *WHY).document
    rotated = commands.json("webhooks", "rotate", endpoint, *WHY, "--overlap", "1").document
    commands.json("webhooks", "remove", endpoint, *WHY)

    assert receiver.ids == [pinged["notice"]]
    assert (listed["types"], listed["status"], listed["waiting"]) == (["mentor.*"], "enabled", 0)
    assert "secrets" not in listed
    assert receiver.secrets[0] not in shown
    assert "a calendar" in shown
    assert (disabled["status"], enabled["status"]) == ("disabled", "enabled")
    assert rotated["secret"] != receiver.secrets[0]
    assert commands.json("webhooks", "list").document == []
    assert commands.json("webhooks", "show", endpoint).error["code"] == "not_found"


def test_an_endpoint_is_set_up_otherwise_and_it_is_told_who_did(
    commands: Commands, receiver: Receiver
) -> None:
    endpoint = add(commands, receiver, "--retry", "10s", "--retry", "5m", "--header", "x-y: hush")

    changed = commands.json(
        *("webhooks", "set", endpoint, *WHY, "--by", "operator-1", "--type", "mentor.*"),
        *("--program", "p", "--per-minute", "9", "--retry", "none", "--header", "none"),
    ).document
    back = commands.json(
        *("webhooks", "set", endpoint, *WHY, "--program", "none", "--per-minute", "0"),
        *("--retry", "usual"),
    ).document
    told = commands.json("webhooks", "history", endpoint).document
    table = commands("webhooks", "history", endpoint, "--limit", "9").stdout

    assert (changed["types"], changed["programs"]) == (["mentor.*"], ["p"])
    assert (changed["per_minute"], changed["schedule"], changed["has_headers"]) == (9, [], False)
    assert (back["per_minute"], back["schedule"], back["programs"]) == (None, None, [])
    schedules = [(one["from"], one["to"]) for one in told if one["what"] == "schedule"]
    assert schedules == [("no second attempt", None), ("0:00:10, 0:05:00", "no second attempt")]
    assert told[-1]["what"] == "added"
    assert "kept secret" in table
    assert "hush" not in table
    assert "operator-1" in table


def test_who_has_no_url_takes_what_there_is(commands: Commands) -> None:
    made = commands.json("webhooks", "add", *WHY, "--type", "mentor.accepted").document
    commands.json("send", "k0", "mentor.accepted", "--by", "mentor-0")

    (taken,) = commands.json("webhooks", "take", made["id"]).document
    told = commands("webhooks", "take", made["id"]).stdout
    rest = commands.json("webhooks", "take", made["id"], "--acknowledged", taken["cursor"]).document

    assert (made["url"], made["secret"]) == (None, None)
    assert taken["body"]["type"] == taken["type"] == "mentor.accepted"
    assert taken["cursor"] in told
    assert rest == []
    assert "pulls" in commands("webhooks", "list").stdout


def test_an_endpoint_is_shown_with_how_it_fares(commands: Commands, receiver: Receiver) -> None:
    endpoint = add(commands, receiver)
    commands.json("send", "k0", "mentor.accepted", "--by", "mentor-0")
    deliver(commands)

    found = commands.json("webhooks", "show", endpoint).document

    assert (found["breaker"], found["disables_at"]) == ("closed", None)
    assert found["timed"] == len(receiver.came)
    assert 0 < found["p50_ms"] <= found["p95_ms"]


def test_what_was_sent_is_listed_replayed_recovered_and_pulled(
    commands: Commands, receiver: Receiver
) -> None:
    endpoint = add(commands, receiver)
    commands.json("send", "k0", "mentor.accepted", "--by", "mentor-0")
    deliver(commands)
    delivered = commands.json("webhooks", "deliveries", endpoint, "--status", "done").document
    notice = delivered[0]["notice"]

    (attempt,) = commands.json("webhooks", "attempts", endpoint, notice).document
    commands.json("webhooks", "replay", endpoint, notice)
    deliver(commands)
    since = (SystemClock().now() - timedelta(hours=1)).isoformat()
    counted = commands.json("webhooks", "recover", endpoint, "--since", since, "--dry-run").document
    recovered = commands.json("webhooks", "recover", endpoint, "--since", since, *WHY).document
    pulled = commands.json("webhooks", "pull", "--limit", "1").document
    rest = commands.json("webhooks", "pull", "--after", pulled[0]["cursor"]).document

    assert attempt["status_code"] == 204
    assert receiver.ids.count(notice) == 2
    assert counted == {"counted": 0}
    assert (recovered["status"], recovered["done"]) == ("done", 0)
    assert {one["id"] for one in [*pulled, *rest]} == set(receiver.ids)
    assert pulled[0]["body"]["id"] == pulled[0]["id"]
    assert notice in commands("webhooks", "deliveries", endpoint).stdout
    assert endpoint in commands("webhooks", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("webhooks", "add", "ftp://example.org/", *WHY), "address_refused"),
        (("webhooks", "add", "https://example.org/", *WHY, "--header", "x"), "invalid_payload"),
        (("webhooks", "show", "ep_none"), "not_found"),
        (("webhooks", "pull", "--after", "x"), "invalid_payload"),
        (("webhooks", "replay", "ep_none", "evt_none"), "not_found"),
        (("webhooks", "resume", "none"), "not_found"),
    ],
)
def test_what_is_wrong_is_told(commands: Commands, arguments: tuple[str, ...], code: str) -> None:
    answer = commands.json(*arguments)

    assert (answer.status, answer.error["code"]) == (1, code)


def test_types_and_a_key_are_told(commands: Commands) -> None:
    types = {one["type"]: one for one in commands.json("webhooks", "types").document}
    key = commands.json("webhooks", "key").document["key"]

    assert types["safety.reported"]["is_restricted"]
    assert types["meeting.held"]["example"]["type"] == "meeting.held"
    assert len(key) == 44
    assert "meeting.held" in commands("webhooks", "types").stdout


def test_run_delivers_on_sqlite_without_redis(program: Program, receiver: Receiver) -> None:
    live(program.db, receiver)

    with program.started("run", "--poll", "0.05", "--json") as process:
        wait_until(lambda: "mentor.accepted" in receiver.types, "it arrives")
        process.terminate()
        process.communicate(timeout=30)

    assert process.returncode == 0


def test_run_once_delivers_what_is_due(program: Program, receiver: Receiver) -> None:
    live(program.db, receiver)

    done = program("run", "--once", "--json")

    assert done.status == 0
    assert done.document["webhooks_sent"] == len(receiver.came) >= 4
