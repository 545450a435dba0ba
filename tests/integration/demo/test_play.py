"""The parts of the demo: who answers which message, when, and with which fate."""

import inspect
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from mentorflow.definitions.load import load
from mentorflow_workflows.cohort import Cohort, Row
from mentorflow_workflows.demo import beginning, ending, meetings, program, trouble, work
from mentorflow_workflows.demo.agenda import Agenda
from mentorflow_workflows.demo.hours import acting_hour, meeting_hour, on_grid
from mentorflow_workflows.demo.people import SHARES, Fate, deal, habits_of
from mentorflow_workflows.demo.world import span_of, terms_of
from mentorflow_workflows.mentorship import pack
from project import ROOT

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_everybody_answers_messages_there_are() -> None:
    answered = [
        name
        for part in (beginning, meetings, work, trouble, ending, program)
        for name, function in inspect.getmembers(part, inspect.isfunction)
        if function.__module__ == part.__name__
        and not name.startswith("_")
        and len(inspect.signature(function).parameters) == 2
        and not any(
            parameter.kind is inspect.Parameter.KEYWORD_ONLY
            for parameter in inspect.signature(function).parameters.values()
        )
        and "Heard" in str(inspect.signature(function))
    ]

    assert len(answered) > 40
    assert set(answered) - load(pack).messages.keys() == set()
    assert [name for name, count in Counter(answered).items() if count > 1] == []


def test_fates_are_dealt_by_their_shares_whatever_the_seed() -> None:
    keys = [f"k-{number}" for number in range(1000)]

    dealt = [Counter(deal(keys, seed).values()) for seed in (1, 2)]

    assert dealt[0] == dealt[1]
    assert all(dealt[0][fate] == round(share * 1000) for fate, share in SHARES.items())
    assert dealt[0][Fate.STEADY] > 700


def test_the_documentation_tells_the_shares_of_the_fates() -> None:
    page = (ROOT / "docs" / "explanation" / "demo-behavior.md").read_text()
    row = re.compile(r"^\| (\w+) \| ([\d.]+) % \|", re.MULTILINE)

    told = dict(row.findall(page))

    assert told == {fate.value: f"{share * 100:.1f}" for fate, share in SHARES.items()}


def test_a_cohort_of_one_is_dealt_a_fate() -> None:
    assert deal(["k-1"], 1) == {"k-1": Fate.STEADY}


def test_a_person_is_the_same_for_the_same_seed() -> None:
    assert habits_of("mentor-1", 1) == habits_of("mentor-1", 1)
    assert habits_of("mentor-1", 1) != habits_of("mentor-1", 2)


def test_people_act_and_meet_on_working_days_and_never_earlier() -> None:
    chance = Random(1)
    for hours in range(24 * 14):
        instant = MONDAY + hours * HOUR + timedelta(minutes=7)
        for found in (acting_hour(instant, chance), meeting_hour(instant, chance)):
            assert instant <= found <= instant + timedelta(days=4)
            assert found.weekday() < 5
            assert 9 <= found.hour <= 17


def test_what_falls_between_the_hours_is_done_at_the_next() -> None:
    assert on_grid(MONDAY) == MONDAY
    assert on_grid(MONDAY + timedelta(microseconds=1)) == MONDAY + HOUR


def test_an_agenda_gives_one_plan_of_each_owner_at_a_time() -> None:
    agenda: Agenda[str] = Agenda()
    agenda.add(MONDAY + HOUR, "a", "later")
    agenda.add(MONDAY, "a", "first")
    agenda.add(MONDAY, "a", "second")
    agenda.add(MONDAY, "b", "other")

    assert agenda.due(MONDAY) == ["first", "other"]
    assert agenda.due(MONDAY) == ["second"]
    assert (agenda.due(MONDAY), agenda.next_at()) == ([], MONDAY + HOUR)


def row(key: str, **dates: str) -> Row:
    start = {"key": key, "program": "p", "mentee": "m", "mentors": ["a"], "dates": dates}
    return Row(line=2, key=key, start=start)


def test_each_term_begins_on_the_day_its_mentees_are_selected() -> None:
    first = row("k-1", selected_on="2025-02-27", starts_on="2025-03-03")
    second = row("k-2", starts_on="2025-06-09")

    begins = terms_of(Cohort(rows=(second, first), refused=()))

    assert [(f"{at:%m-%d}", [found.key for found in rows]) for at, rows in begins] == [
        ("02-27", ["k-1"]),
        ("06-09", ["k-2"]),
    ]


def test_the_demo_lasts_until_the_month_after_the_last_end_has_come_round() -> None:
    cohort = Cohort(rows=(row("k", selected_on="2025-08-27", ends_on="2025-11-28"),), refused=())

    assert span_of(cohort)[1] == datetime(2026, 12, 1, tzinfo=UTC)
