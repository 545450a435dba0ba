"""Messages leave the engine as letters, and one that cannot be worded takes nothing with it."""

import subprocess
import sys
from pathlib import Path

from builders import mentorship_workflow, open_host, tiny

WRONG = """
states:
  contact:
    enter: {do: [notify: request, notify: wrong]}
    events:
      contact.expired: {to: closed, outcome: no_reply}
    timers:
      window: {after: d14, fire: contact.expired}
  closed: {final: true}
messages:
  wrong: {to: [mentor], subject: Wrong, text: "{{ nobody }}"}
"""


def test_opening_an_engine_waits_for_no_template(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mentorflow import Engine\n"
        f"with Engine({f'sqlite:///{tmp_path}/new.db'!r}): print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_a_message_arrives_as_text_and_as_html(database_url: str) -> None:
    host = open_host(database_url, mentorship_workflow())
    with host.engine:
        host.start(mentee="Ana & Bo")
        host.engine.run_due()

    message = host.outbox.messages[0]
    assert (message.name, message.subject) == (
        "request_received",
        "Ana & Bo is asking you to be their mentor",
    )
    assert "\n\nWhat happens next: If there is no answer, we remind you twice" in message.text
    assert "Ana &amp; Bo hopes to learn from you" in (message.html or "")


def test_a_message_that_cannot_be_worded_fails_alone(database_url: str) -> None:
    host = open_host(database_url, tiny(WRONG))
    with host.engine:
        host.start()
        report = host.engine.run_due()

    assert host.outbox.said == [("request", "mentor-1")]
    assert report.effects_failed == 1
