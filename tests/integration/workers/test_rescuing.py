"""What a worker tells of effects whose lease was lost: by its queue, or by a Carrier that died."""

import re

from integration.workers.conftest import Site
from mentorflow_workers.duties import DutyName
from mentorflow_workers.settings import Settings
from servers.waiting import wait_until

SOON = ("--lease", "1")
APP = """
import os
from pathlib import Path

from mentorflow import Engine

engine = Engine({url!r}, channels=())


@engine.on("mentorship.state_changed")
def die_once(notice):
    once = Path("died.txt")
    if not once.exists():
        once.write_text(notice.id)
        os._exit(9)
"""


def rescued(site: Site) -> set[tuple[str, ...]]:
    return set(
        re.findall(r"lease\.rescued effect=(\S+) stage=(\w+) attempts=(\d+)", site.log.read_text())
    )


def test_an_effect_over_which_a_carrier_died_is_told_by_its_name(site: Site) -> None:
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))
    site.start(1)

    with site.working("--app", "my_app:engine", *SOON) as worker:
        wait_until(lambda: "stage=begun" in site.log.read_text(), "it is rescued")
        site.wait_until_all_is_done()
        worker.end()

    died_over = (site.program.folder / "died.txt").read_text()
    assert (died_over, "begun", "1") in rescued(site)


def test_effects_that_nobody_took_from_the_queue_are_told_as_such(site: Site) -> None:
    site.start(1)

    with site.working("--duties", "relay,rescuer", *SOON) as worker:
        wait_until(lambda: len(rescued(site)) >= 2, "they are rescued")
        worker.end()

    assert {told[1:] for told in rescued(site)} == {("queued", "0")}


def test_each_duty_is_done_by_one_part_of_a_worker() -> None:
    spread = Settings(db="postgresql://h/d", redis="redis://h/0")
    alone = Settings(db="sqlite:///d.db")

    assert spread.duties_of("carrier") == [DutyName.CARRIER]
    assert {*spread.duties_of("keeper"), DutyName.CARRIER} == set(DutyName)
    assert alone.duties_of("keeper") == list(DutyName)
