"""Calls that never come back do not hold up a worker for ever: it gives them up and goes on."""

from pathlib import Path

import pytest

from integration.cli.program import Program
from integration.cli.seed import start
from integration.workers.conftest import Site
from servers.waiting import wait_until
from tables import rows

APP = """
from pathlib import Path
from threading import Event

from mentorflow import Engine

engine = Engine({url!r}, channels=())


@engine.on("*")
def tell(notice):
    try:
        Path("hangs").touch(exist_ok=False)
    except FileExistsError:
        with Path("told.txt").open("a") as told:
            told.write(f"{{notice.id}}\\n")
    else:
        Event().wait()
"""
OPTIONS = ("--app", "my_app:engine", "--lease", "1", "--grace", "1")
LEFT = "SELECT count(*) FROM mentorflow_effect WHERE status = 'pending'"


@pytest.mark.slow
def test_a_carrier_whose_one_thread_hangs_is_replaced(site: Site) -> None:
    site.start(5)
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))

    with site.working(*OPTIONS, "--threads", "1") as worker:
        site.wait_until_all_is_done(seconds=90)
        assert worker.end() == 0

    log = site.log.read_text()
    assert log.count("call.hung") == 1
    assert log.count("worker.died part=carrier status=1") == 1
    told = (site.program.folder / "told.txt").read_text().split()
    assert len(set(told)) == site.count("SELECT count(*) FROM mentorflow_effect")


@pytest.mark.slow
def test_a_carrier_with_threads_to_spare_goes_on(site: Site) -> None:
    site.start(5)
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))

    with site.working(*OPTIONS, "--threads", "4") as worker:
        site.wait_until_all_is_done(seconds=90)
        worker.end()

    log = site.log.read_text()
    assert log.count("call.hung") == 1
    assert "worker.died" not in log


def test_on_sqlite_the_one_process_is_replaced(sqlite_url: str, tmp_path: Path) -> None:
    start(sqlite_url, 3)
    (tmp_path / "my_app.py").write_text(APP.format(url=sqlite_url))
    program = Program(db=sqlite_url, folder=tmp_path)

    with (
        (tmp_path / "log").open("wb") as log,
        program.started("worker", "--poll", "0.05", *OPTIONS, stderr=log) as process,
    ):
        wait_until((tmp_path / "hangs").exists, "a call hangs")
        wait_until(lambda: rows(sqlite_url, LEFT) == [(0,)], "all is done", seconds=90)
        process.terminate()
        process.wait(40)

    assert "worker.died part=keeper status=1" in (tmp_path / "log").read_text()
