"""What people read: instants, distances, reasons; and nothing that steers their terminal."""

from datetime import UTC, datetime, timedelta

import pytest

from mentorflow.cli import wording
from mentorflow.cli.console import clean
from mentorflow.cli.outcome import wants_json

NOW = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(days=3), "in 3 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=-2), "2 hours ago"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(seconds=20), "now"),
    ],
)
def test_a_distance_is_written_in_its_greatest_unit(length: timedelta, written: str) -> None:
    assert wording.distance(NOW + length, NOW) == written


def test_what_should_have_been_done_is_overdue() -> None:
    assert wording.due(NOW - timedelta(hours=2), NOW) == "overdue by 2 hours"
    assert wording.due(NOW + timedelta(hours=2), NOW) == "in 2 hours"


def test_an_instant_names_its_zone() -> None:
    assert wording.local(NOW).split()[-1] == NOW.astimezone().tzname()


def test_a_text_cannot_steer_the_terminal() -> None:
    assert clean("\x1b[2J\x9b\u202eabc\r\n") == "\\x1b[2J\\x9b\\x202eabc\\x0d\n"


def test_json_is_asked_for_only_before_the_end_of_the_options() -> None:
    assert wants_json(["show", "k0", "--json"])
    assert not wants_json(["show", "--", "--json"])
