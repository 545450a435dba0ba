"""The Pruner takes away what was done long ago, and nothing else."""

from datetime import timedelta

from builders import Host, at
from jobs import in_threads
from mentorflow.engine import pruner
from mentorflow.engine.pruner import Pruner
from mentorflow.store.store import Store
from tables import rows

STATUSES = "SELECT status, count(*) FROM mentorflow_effect GROUP BY status"
MONTH = timedelta(days=30)


def left(host: Host) -> dict[str, int]:
    return {str(status): int(count) for status, count in rows(host.url, STATUSES)}


def test_what_was_done_long_ago_is_taken_away(host: Host) -> None:
    host.start()
    host.engine.run_due()
    store = Store(host.url, host.clock)
    pruning = Pruner(store, kept_for=MONTH)

    host.clock.set(at(days=30))
    assert pruning.prune_batch() == 0
    host.clock.set(at(days=30, microseconds=1))
    assert pruning.prune_batch() == 2
    assert pruning.prune_batch() == 0
    assert left(host) == {}
    store.close()


def test_what_is_pending_or_failed_stays(host: Host) -> None:
    @host.engine.on("mentorship.state_changed")
    def refuse(_notice: object) -> None:
        raise LookupError("nobody is there")

    host.start()
    for _ in range(12):
        host.wait(days=1)
    host.start()
    before = left(host)
    store = Store(host.url, host.clock)
    host.clock.set(at(days=400))

    pruned = Pruner(store, kept_for=MONTH).prune_batch()

    assert before["failed"] == 1
    assert pruned == before.pop("done")
    assert left(host) == before
    store.close()


def test_the_history_outlives_the_effects(host: Host) -> None:
    started = host.start()
    host.engine.run_due()
    store = Store(host.url, host.clock)
    host.clock.set(at(days=13))
    Pruner(store, kept_for=timedelta()).prune_batch()
    store.close()

    assert host.events(started) == ["mentorship.started"]
    assert host.send(started, "mentor.accepted").state == "active"


def test_pruners_at_once_share_the_work(host: Host) -> None:
    host.engine.people.set("mentor-1", weekly_budget=100)
    host.engine.start_many(host.request(mentee=f"mentee-{n}") for n in range(100))
    host.engine.run_due()
    host.clock.set(at(days=1))
    store = Store(host.url, host.clock)

    pruned = in_threads(4, lambda _: Pruner(store, kept_for=timedelta()).prune_batch())

    assert sum(pruned) == 200 <= pruner.BATCH
    assert left(host) == {}
    store.close()
