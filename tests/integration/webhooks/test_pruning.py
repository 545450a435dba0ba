"""What was told long ago is taken away, with its attempts, and nothing of what is younger."""

from datetime import timedelta

from builders import Host
from integration.webhooks.endpoints import add
from mentorflow.engine.pruner import Pruner
from receiver import receiving
from tables import everything

TOLD = ("notice", "notice_form", "delivery", "attempt")


def count(host: Host) -> list[int]:
    found = everything(host.url)
    return [len(found[table]) for table in TOLD]


def test_what_is_old_goes_and_what_is_young_stays(host: Host) -> None:
    pruner = Pruner(host.engine._store)
    with receiving() as receiver:
        add(host, receiver, form="full", types=["mentor.accepted"])
        host.active()
        host.engine.webhooks.deliver_due()
        host.clock.set(host.now + timedelta(days=60))
        host.active()
        host.engine.webhooks.deliver_due()
    before = count(host)

    while pruner.prune_batch():
        pass
    assert count(host) == before

    host.clock.set(host.now + timedelta(days=31))
    while pruner.prune_batch():
        pass
    assert count(host) == [many // 2 for many in before]
