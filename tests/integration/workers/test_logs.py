"""The log of a worker that runs: events with fields, and no person in any line of it."""

import json
from typing import Any

from integration.workers.conftest import Site
from mentorflow import Engine
from servers.waiting import wait_until

PEOPLE = ("Ann Ardent", "Bob Brave", "Cleo Calm")
TITLE = "A title nobody else has"
NOTE = "what was said in confidence"
APP = """
from mentorflow import Engine

engine = Engine({url!r})


@engine.on("mentorship.state_changed")
def tell(notice):
    raise LookupError(f"{{notice.mentorship.parties}} {{notice.mentorship.facts}}")
"""


def documents(site: Site) -> list[dict[str, Any]]:
    return [json.loads(line) for line in site.log.read_text().splitlines() if line[0] == "{"]


def test_no_line_of_a_run_names_a_person_or_tells_what_was_said(site: Site) -> None:
    ann, bob, cleo = PEOPLE
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))
    with Engine(site.db, channels=[]) as engine:
        started = engine.start(
            mentee=ann, mentors=[bob], coordinator=cleo, program="p", facts={"title": TITLE}
        )
        engine.send(started.id, "mentor.declined", by=bob, data={"note": NOTE})

    with site.working("--app", "my_app:engine", "--log-format", "json") as worker:
        wait_until(lambda: "message.sent" in site.log.read_text(), "a message is sent")
        wait_until(lambda: "effect.failed" in site.log.read_text(), "the app has failed")
        worker.end()

    written = site.log.read_text()
    assert started.id in written
    assert [found for found in (*PEOPLE, TITLE, NOTE) if found in written] == []


def test_every_line_is_a_document_where_that_is_asked_for(site: Site) -> None:
    site.start(1)

    with site.working("--log-format", "json", "--duties", "timekeeper,relay,carrier") as worker:
        wait_until(lambda: bool(site.messages()), "there are messages")
        site.wait_until_all_is_done()
        worker.parts("carrier")[0].kill()
        wait_until(lambda: "worker.died" in site.log.read_text(), "its death is told")
        worker.end()

    told, *lines = site.log.read_text().splitlines()
    assert told.startswith("working on ")
    found = [json.loads(line) for line in lines]
    events = {document["event"] for document in found}
    assert {"worker.ready", "message.sent", "worker.died"} <= events
    (died,) = (document for document in found if document["event"] == "worker.died")
    assert (died["part"], died["status"], died["level"]) == ("carrier", -9, "warning")


def test_a_process_that_cannot_begin_says_why_in_one_line(site: Site) -> None:
    answer = site.program("worker", "--log-format", "yaml")

    assert answer.status == 2
    assert "'text', 'json'" in " ".join(answer.stderr.split())
