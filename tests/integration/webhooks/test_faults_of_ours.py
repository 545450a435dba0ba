"""What goes wrong in a Courier itself is written down and tried again; it holds nobody up."""

from datetime import timedelta

import pytest

from builders import Host
from integration.webhooks.endpoints import add
from receiver import Receiver, receiving
from tables import execute


def test_who_cannot_be_sent_to_holds_up_nobody_else(
    host: Host, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as other:
        broken = add(host, other, types=["mentor.accepted"])
        add(host, receiver, types=["mentor.accepted"])
        headers = host.engine.webhooks._sealing.seal({"x-name": "no header:\n"})
        execute(
            host.url, f"UPDATE mentorflow_endpoint SET headers = '{headers}' WHERE id = '{broken}'"
        )
        host.active()
        host.engine.webhooks.deliver_due()

    assert (len(receiver.came), len(other.came)) == (1, 0)
    (delivery,) = host.engine.webhooks.deliveries(broken)
    (attempt,) = host.engine.webhooks.attempts(broken, delivery.notice)
    assert (delivery.status, attempt.error) == ("pending", "unexpected")
    assert attempt.next_at is not None
    assert "courier.failed" in caplog.messages


def test_a_defect_ends_no_delivering(
    host: Host, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = add(host, receiver, types=["mentor.accepted"])
    host.active()
    execute(host.url, f"UPDATE mentorflow_endpoint SET schedule = '7' WHERE id = '{endpoint}'")

    def repair(_: float) -> None:
        execute(host.url, "UPDATE mentorflow_endpoint SET schedule = NULL")

    host.engine.webhooks.deliver_until(
        lambda: len(receiver.came) > 0, repair, poll=timedelta(seconds=1)
    )

    assert "courier.failed" in caplog.messages
