"""`mentorflow programs`: calendars are set, programs are frozen and resumed, and it is told."""

from pathlib import Path
from typing import Any

import pytest

from integration.cli.program import Commands
from mentorflow.cli.programs import resumable
from mentorflow.cli.wording import local, parsed

WHY = ("--reason", "they sit there")


def test_a_calendar_is_shown_as_it_was_set(commands: Commands) -> None:
    days = ("--holiday", "2025-12-31", "--holiday", "2025-12-24", "--work-days", "mon, tue")
    zone = ("--time-zone", "Europe/Vienna", "--country", "AT", "--subdivision", "9")

    made = commands.json("programs", "set", "lfx", *zone, *days, *WHY)

    assert made.document == {
        "program": "lfx",
        "calendar": {
            "time_zone": "Europe/Vienna",
            "country": "AT",
            "subdivision": "9",
            "extra_holidays": ["2025-12-24", "2025-12-31"],
            "work_days": ["mon", "tue"],
        },
        "frozen": None,
    }
    assert commands.json("programs", "show", "lfx").document == made.document
    assert commands.json("programs", "list").document == [made.document]
    assert "Its holidays are those of AT-9." in commands("programs", "show", "lfx").stdout
    assert "mon, tue" in commands("programs", "list").stdout


def test_none_takes_a_part_back_and_the_rest_stays(commands: Commands) -> None:
    commands("programs", "set", "lfx", "--country", "AT", "--holiday", "2025-12-24", *WHY)

    made = commands.json("programs", "set", "lfx", "--country", "none", "--holiday", "none", *WHY)
    told = commands.json("programs", "history", "lfx").document

    assert (made.document["calendar"]["country"], made.document["calendar"]["extra_holidays"]) == (
        None,
        [],
    )
    assert ("country", "AT", None) in [(one["what"], one["from"], one["to"]) for one in told]
    assert "they sit there" in commands("programs", "history", "lfx").stdout


def test_what_another_calendar_does_is_seen_first_and_done_by_a_plan(
    commands: Commands, tmp_path: Path
) -> None:
    file = str(tmp_path / "plan.json")
    zone = ("--time-zone", "Asia/Tokyo")

    seen = commands("programs", "preview", "lfx", *zone)
    before = commands.json("programs", "preview", "lfx", *zone).document
    assert commands.json("programs", "show", "lfx").document["calendar"] is None
    told = commands("programs", "set", "lfx", *zone, *WHY).stdout
    plan = commands.json("timings", "preview", "--save", file).document
    done = commands.json("timings", "apply", file, *WHY).document

    assert "Nothing is changed yet." in seen.stdout
    assert "mentorflow timings preview --save plan.json" in told
    assert (before["counts"], before["by_days"]) == (plan["counts"], plan["by_days"])
    assert (done["status"], done["listed"]) == ("applied", plan["counts"]["listed"])


def test_what_was_never_said_is_told_as_well(commands: Commands) -> None:
    assert "Nothing was said" in commands("programs", "list").stdout
    assert "Nobody has said" in commands("programs", "history", "lfx").stdout
    assert "as its workflow does" in commands("programs", "show", "lfx").stdout


def test_a_program_is_frozen_and_everybody_who_looks_is_told(commands: Commands) -> None:
    frozen = commands.json("programs", "freeze", "lfx", "--by", "me", "--reason", "closed")
    since = frozen.document["frozen"]["since"]

    assert frozen.document["frozen"] == {"since": since, "by": "me", "because": "closed"}
    for looking in ("upcoming", "explain"):
        told = commands(looking, "k0").stdout
        assert "The program lfx is frozen since" in told, looking
        assert "by me: closed." in told, looking
    assert "because: closed" in commands("show", "k0").stdout
    assert {one["frozen_since"] for one in commands.json("upcoming", "k0").document} == {since}
    assert commands.json("explain", "k0").document["frozen"]["since"] == since
    assert commands.json("show", "k0").document["frozen"]["since"] == since
    listed = commands("programs", "list").stdout
    assert "frozen since" in listed
    assert local(parsed(since)) in listed


def test_a_resumed_program_goes_on(commands: Commands) -> None:
    commands("programs", "freeze", "lfx", "--reason", "closed")

    resumed = commands.json("programs", "resume", "lfx", "--over", "48", "--reason", "open")
    again = commands("programs", "resume", "lfx", "--reason", "open")

    assert (resumed.document["frozen"], resumed.document["timers"]) == (None, 0)
    assert again.status == 1
    assert "is not frozen" in again.stderr


def test_who_ends_a_resuming_in_the_middle_is_told_how_to_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(KeyboardInterrupt), resumable("lfx"):
        raise KeyboardInterrupt

    told = " ".join(capsys.readouterr().err.split())
    assert "`mentorflow programs resume lfx --reason …` goes on with it" in told


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        (("set", "lfx", "--time-zone", "Europe/Viena", *WHY), 1, "did you mean 'Europe/Vienna'"),
        (("set", "lfx", "--work-days", "monday", *WHY), 1, "'monday' is not one of mon"),
        (("set", "lfx", *WHY), 1, "say what is to change"),
        (("freeze", "lfx-2052", *WHY), 1, "no mentorship of a program 'lfx-2052'"),
        (("freeze", "lfx"), 2, "--reason"),
    ],
)
def test_what_is_wrong_is_said(commands: Commands, wrong: Any, status: int, says: str) -> None:
    answer = commands("programs", *wrong)

    assert answer.status == status
    assert says in answer.stderr
