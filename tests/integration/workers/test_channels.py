"""Messages of a mentorship on their way from a worker's processes into mailboxes."""

from collections import Counter

import pytest

from integration.cli.program import Program
from integration.workers.conftest import Site
from mentorflow import Engine
from servers.smtp import Mailroom, SmtpServer, serving
from servers.waiting import wait_until
from tables import rows

SECRET = "hunter2-hunter2-hunter2"
APP = """
import os

from mentorflow import Engine
from mentorflow_workers.channels.configured import channels_of_environment


class ToRoles:
    name = "email"
    needs_address = False

    def __init__(self, channel):
        self.channel = channel

    def deliver(self, message):
        self.channel.deliver(message._replace(address=f"{message.recipient}@example.org"))


engine = Engine(
    os.environ["MENTORFLOW_DB"], channels=[ToRoles(found) for found in channels_of_environment()]
)
"""


def mail_site(site: Site, server: SmtpServer) -> Site:
    """Return a site whose workers send emails."""
    more = {
        "MENTORFLOW_SMTP_URL": f"smtp://us:{SECRET}@localhost:{server.port}?tls=none",
        "MENTORFLOW_SMTP_ALLOW_PLAIN_AUTH": "1",
        "MENTORFLOW_MAIL_FROM": "Mentoring <us@example.com>",
    }
    program = Program(
        db=site.db,
        folder=site.program.folder,
        environment={**site.program.environment, **more},
    )
    (program.folder / "my_app.py").write_text(APP)
    return Site(program=program, log=site.log)


def test_a_worker_brings_each_message_into_a_mailbox(site: Site) -> None:
    with serving(SmtpServer(mailroom=Mailroom(login=("us", SECRET)))) as server:
        mailing = mail_site(site, server)
        ids = mailing.start(20)
        with mailing.working("--app", "my_app:engine", "--processes", "2") as worker:
            worker.wait_until_ready(carriers=2)
            parts = [*worker.parts("keeper"), *worker.parts("carrier")]
            arguments = [word for part in parts for word in part.cmdline()]
            mailing.wait_until_all_is_done()
            worker.end()

    sent = Counter(received.email["Message-ID"] for received in server.received)
    expected = {f"<{id_.replace(':', '.')}@example.com>" for id_ in mailing.messages()}
    assert set(sent) == expected
    assert set(sent.values()) == {1}
    assert {received.email["References"] for received in server.received} == {
        f"<mentorship.{id_}@example.com>" for id_ in ids
    }
    connections = {received.connection for received in server.received}
    assert len(connections) <= 8, "each of the threads uses its own again"
    assert len(parts) == 3
    assert not any(SECRET in word for word in [*arguments, site.log.read_text()])


@pytest.mark.slow
def test_a_message_that_a_server_cannot_take_now_is_tried_again(site: Site) -> None:
    with serving(SmtpServer(mailroom=Mailroom(login=("us", SECRET)))) as server:
        mailing = mail_site(site, server)
        mailing.start(1)
        server.stop()
        with mailing.working("--app", "my_app:engine") as worker:
            wait_until(lambda: bool(_failures(site.db)), "it has failed")
            server.start()
            mailing.wait_until_all_is_done()
            worker.end()

    assert {received.email["Message-ID"] for received in server.received} == {
        f"<{id_.replace(':', '.')}@example.com>" for id_ in mailing.messages()
    }


def _failures(db: str) -> list[str]:
    found = rows(db, "SELECT error FROM mentorflow_effect WHERE error LIKE 'ChannelUnavailable%'")
    return [str(row[0]) for row in found]


def test_without_an_app_a_worker_has_the_channels_of_its_settings(site: Site) -> None:
    with serving(SmtpServer(mailroom=Mailroom(login=("us", SECRET)))) as server:
        mailing = mail_site(site, server)
        mailing.start(3)
        with mailing.working() as worker:
            mailing.wait_until_all_is_done()
            worker.end()

    assert set(mailing.deliveries()) == mailing.messages(), "the log reaches everybody"
    assert server.received == [], "nobody gave an address"


@pytest.mark.parametrize("command", [("worker",), ("run", "--once")])
def test_wrong_settings_are_refused_before_anything_starts(
    site: Site, command: tuple[str, ...]
) -> None:
    answer = site.program(
        *command,
        MENTORFLOW_SMTP_URL=f"smtp://us:{SECRET}@localhost?tls=none",
        MENTORFLOW_MAIL_FROM="us@example.com",
        MENTORFLOW_DEBUG="0",
    )

    assert answer.status == 1
    assert "MENTORFLOW_SMTP_ALLOW_PLAIN_AUTH=1" in answer.stderr
    assert SECRET not in answer.stdout + answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_person_gets_emails_at_the_address_they_gave(site: Site) -> None:
    with serving(SmtpServer(mailroom=Mailroom(login=("us", SECRET)))) as server:
        mailing = mail_site(site, server)
        with Engine(mailing.db, channels=[]) as engine:
            engine.people.set("mentor-0", channels=["email:ada@example.org"], name="Ada Lovelace")
            engine.people.set("mentee-0", name="Grace Hopper")
        mailing.start(1)
        with mailing.working() as worker:
            mailing.wait_until_all_is_done()
            worker.end()

    assert {tuple(received.recipients) for received in server.received} == {("ada@example.org",)}
    # Those of a month go out at once, by several threads: in no order.
    emails = {received.email["Subject"]: received.email for received in server.received}
    asking = emails["Grace Hopper is asking you to be their mentor"]
    assert {part.get_content_type() for part in asking.walk()} >= {"text/plain", "text/html"}
    with Engine(mailing.db, channels=[]) as engine:
        told = {one.channel for one in engine.people.messages("mentor-0")}
    assert told == {"email"}
