"""Plans beside those who fire timers, beside each other, and in a process that is killed."""

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any

from builders import Host, at, open_host
from mentorflow import Engine
from mentorflow.errors import PopulationMoved
from tables import rows

WHY = "exams"
_MOST_TRIES = 5
DUE = "SELECT mentorship_id, name, instance, due_at, value, scope FROM mentorflow_timer"


def changes(value: str) -> list[dict[str, Any]]:
    return [{"timing": "d3", "value": value}]


def test_a_timer_that_is_moved_while_it_is_claimed_fires_once(host: Host) -> None:
    ids = host.engine.start_many(
        host.request(mentee=f"mentee-{place}", mentors=[f"mentor-{place}"]) for place in range(400)
    )
    host.clock.set(at(days=3))
    over = Event()

    def fire() -> int:
        fired = 0
        with open_host(host.url, clock=host.clock).engine as other:
            while not over.is_set():
                fired += other.run_due().timers_fired
        return fired

    def move() -> int:
        moved = 0
        for value in ("5d", "2d", "4d", "3d") * 3:
            try:
                plan = host.engine.timings.preview(changes(value), workflow="tiny")
                moved += host.engine.timings.apply(plan, reason=WHY).done
            except PopulationMoved:
                continue  # the other was faster
        over.set()
        return moved

    with ThreadPoolExecutor() as pool:
        firing, moving = pool.submit(fire), pool.submit(move)
        moving.result()
        firing.result()
    host.wait(days=6)

    nudged = Counter(
        entry.mentorship_id
        for id_ in ids
        for entry in host.engine.history(id_)
        if (entry.cause or {}).get("timer") == "contact.nudge"
    )
    assert nudged == Counter(ids)


def test_of_two_operators_at_once_one_wins_and_the_other_is_told(host: Host) -> None:
    for _ in range(20):
        host.start()
    others = [open_host(host.url, clock=host.clock).engine for _ in range(2)]
    plans = [
        one.timings.preview(changes(f"{4 + n}d"), workflow="tiny") for n, one in enumerate(others)
    ]
    together = Barrier(2)

    def apply(place: int) -> str:
        together.wait()
        try:
            return others[place].timings.apply(plans[place], reason=WHY).status
        except PopulationMoved as told:
            return told.code

    with ThreadPoolExecutor() as pool:
        found = sorted(pool.map(apply, range(2)))
    for one in others:
        one.close()

    assert found == ["applied", "population_moved"]
    assert len({row[3:] for row in rows(host.url, DUE) if row[1] == "contact.nudge"}) == 1


def test_a_plan_whose_process_is_killed_goes_on(database_url: str, tmp_path: Path) -> None:
    with Engine(database_url) as engine:
        engine.start_many(
            {"mentee": f"mentee-{n}", "mentors": [f"mentor-{n}"], "program": "p"}
            for n in range(5000)
        )
    before = sorted(rows(database_url, DUE))
    seen = [(1, 1)]
    while seen[-1][0] == seen[-1][1] and len(seen) <= _MOST_TRIES:  # it may end before it is killed
        seen.append(_killed_once(database_url, tmp_path / f"plan-{len(seen)}.json"))

    assert seen[-1][0] < seen[-1][1]
    with Engine(database_url) as engine:
        assert engine.timings.preview().counts.listed == 0
        for _, plan in sorted(rows(database_url, "SELECT begun_at, id FROM mentorflow_plan"))[::-1]:
            assert engine.timings.undo(plan, reason="never mind").left == ()
    assert sorted(rows(database_url, DUE)) == before


def _killed_once(url: str, file: Path) -> tuple[int, int]:
    """Kill a process that applies a plan, and go on with it; return how far it was by then."""
    later = int(file.stem[-1])
    asked = [
        {"timing": f"contact.{name}", "value": f"{days + later}d"}
        for name, days in {"nudge_1": 4, "nudge_2": 8, "escalate": 11, "reply_window": 15}.items()
    ]
    wanted = file.with_suffix(".yaml")
    wanted.write_text(json.dumps(asked))
    _mentorflow(url, "timings", "preview", "--file", str(wanted), "--save", str(file)).wait()
    begun = f"SELECT id, done, listed FROM mentorflow_plan WHERE reason = '{WHY}' ORDER BY begun_at"
    known = len(rows(url, begun))
    process = _mentorflow(url, "timings", "apply", str(file), "--reason", WHY)
    while process.poll() is None and len(rows(url, begun)) == known:
        pass
    process.kill()
    process.wait()
    id_, done, listed = rows(url, begun)[-1]
    with Engine(url) as engine:
        report = engine.timings.resume(id_)
    assert (report.status, report.done) == ("applied", listed)
    return done, listed


def _mentorflow(url: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "mentorflow", *words, "--db", url]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)
