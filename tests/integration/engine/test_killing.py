"""A process that is killed at any moment loses nothing it had accepted and does nothing twice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event

import pytest

from builders import Host, at, due, open_host
from jobs import importable, live_until_killed, processes, storm
from mentorflow import Mentorship
from mentorflow.core.decide import Decision, decide, decide_start
from mentorflow.core.mentorship import Event as Sent
from mentorflow.core.mentorship import HistoryEntry
from mentorflow.core.replay import blank
from mentorflow.core.timings import WorkflowTimings
from servers.waiting import wait_until
from tables import rows

MENTORSHIPS = 4


@dataclass
class Victim:
    """A process that lives several lives on one database, each ended by kill -9."""

    url: str
    ids: list[str]
    folder: Path
    chance: Random = field(default_factory=lambda: Random(20250303))
    lives: int = 0

    def live_and_be_killed(self) -> None:
        """Live until a few more events are accepted, and not a moment longer."""
        self.lives += 1
        before = len(self.lines("ledger"))
        wanted = before + self.chance.randint(0, 12)
        with importable():
            process = processes().Process(
                target=live_until_killed, args=(self.url, self.ids, self.lives, self.folder)
            )
            process.start()
        wait_until(
            lambda: len(self.lines("ledger")) >= wanted or not process.is_alive(),
            "the process accepts events",
        )
        assert process.is_alive(), "the process ended by itself"
        Event().wait(self.chance.uniform(0, 0.03))
        process.kill()
        process.join()
        process.close()

    def lines(self, name: str) -> list[str]:
        """Return what the process wrote down before it was killed."""
        file = self.folder / name
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def victim(database_url: str, tmp_path: Path) -> Victim:
    """A process that is about to live its first life."""
    host = open_host(database_url, storm())
    for person in ("mentor-1", *(f"mentee-{n}" for n in range(MENTORSHIPS))):
        host.engine.people.set(person, weekly_budget=1000)
    ids = [host.start(mentee=f"mentee-{n}").id for n in range(MENTORSHIPS)]
    host.engine.close()
    return Victim(url=database_url, ids=ids, folder=tmp_path)


def test_a_dozen_kills_lose_nothing(victim: Victim) -> None:
    for _ in range(12):
        victim.live_and_be_killed()

    assert_nothing_is_lost(victim)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hundred_kills_lose_nothing(victim: Victim) -> None:
    for _ in range(200):
        victim.live_and_be_killed()

    assert_nothing_is_lost(victim)


def assert_nothing_is_lost(victim: Victim) -> None:
    host = open_host(victim.url, storm())
    host.engine.on("*")(lambda notice: carried.append(notice.id))
    carried = victim.lines("effects")
    host.clock.set(at(days=victim.lives + 30))
    while host.engine.run_due().effects_done:
        pass
    standing = [host.engine.get(found) for found in victim.ids]
    histories = {found.id: host.engine.history(found.id) for found in standing}
    host.engine.close()

    events = Counter(entry.event for entries in histories.values() for entry in entries)
    assert events.keys() >= {"noted", "quarrel", "back", "timer.fired", "ladder.climbed"}
    assert_the_history_holds_the_ledger(victim, histories)
    expected: list[str] = []
    for found in standing:
        entries = histories[found.id]
        assert [entry.revision for entry in entries] == list(range(1, found.revision + 1))
        decisions = list(decided_again(host, entries))
        assert_the_last_decision_is_what_stands(decisions[-1], found)
        expected += effect_ids(decisions)
    assert_effects_are_those_decided(victim, expected, carried)


def assert_the_history_holds_the_ledger(
    victim: Victim, histories: dict[str, list[HistoryEntry]]
) -> None:
    accepted = Counter(tuple(line.split()) for line in victim.lines("ledger"))
    kept = Counter(
        (entry.mentorship_id, entry.key)
        for entries in histories.values()
        for entry in entries
        if entry.key is not None
    )
    assert set(accepted.values()) == set(kept.values()) == {1}
    assert accepted.keys() <= kept.keys()
    # What was committed in the moment of a kill is not in the ledger: at most one call a life.
    assert len(kept.keys() - accepted.keys()) <= victim.lives * MENTORSHIPS


def decided_again(host: Host, entries: list[HistoryEntry]) -> Iterator[Decision]:
    workflow, timings = host.workflow, WorkflowTimings(host.workflow)
    decision = decide_start(workflow, blank(entries[0]), entries[0].data, timings)
    yield decision
    for entry in entries[1:]:
        now = decision.mentorship
        pending = {timer.key: timer for timer in now.timers}
        cause = entry.cause
        timer = pending[cause["timer"], cause["instance"]] if cause else None
        event = Sent(name=entry.event, data=entry.data, by=entry.by, key=entry.key)
        if timer is not None:
            event = Sent(name="", timer=timer)
        decision = decide(workflow, now, event, timings, entry.at)
        yield decision


def assert_the_last_decision_is_what_stands(decision: Decision, found: Mentorship) -> None:
    assert decision.mentorship == found
    assert due(decision.mentorship) == due(found)
    assert {e.id: e for e in decision.mentorship.escalations} == {
        e.id: e for e in found.escalations
    }


def effect_ids(decisions: list[Decision]) -> list[str]:
    return [
        f"{decision.entry.id}:{position}"
        for decision in decisions
        for position in range(len(decision.effects))
    ]


def assert_effects_are_those_decided(
    victim: Victim, expected: list[str], carried: list[str]
) -> None:
    kept = rows(
        victim.url, "SELECT mentorship_id, revision, position, status FROM mentorflow_effect"
    )
    assert Counter(f"{m}-{revision}:{n}" for m, revision, n, _ in kept) == Counter(expected)
    assert {status for *_, status in kept} == {"done"}
    late = rows(
        victim.url,
        "SELECT mentorship_id, revision, position FROM mentorflow_message WHERE status = 'dropped'",
    )
    # Rungs whose escalation was over before they could be told.
    dropped = {f"{m}-{revision}:{n}" for m, revision, n in late}
    assert set(carried) | dropped == set(expected)
