"""What becomes of deliveries when the database refuses part of a turn: they arrive, and once."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Lock

import pytest

import fuse
from builders import Host
from fuse import Cut
from integration.webhooks.endpoints import add
from mentorflow.engine.courier import Courier
from mentorflow.errors import StoreUnavailable
from mentorflow.webhooks import Webhook
from receiver import Receiver, receiving
from servers.waiting import wait_until
from tables import rows

_FEWEST_STATEMENTS = 10
"""That a turn has, each of which is refused once."""
_MOST_TURNS = 200
_LATER = timedelta(minutes=10)
"""After which what failed once is due again, and an endpoint that asked for a rest has had it."""
_PENDING = "SELECT * FROM mentorflow_delivery WHERE status = 'pending'"
_LOGGED = (
    "SELECT notice, count(*), max(number) FROM mentorflow_attempt WHERE endpoint = '{}' GROUP BY 1"
)
_LEASED = "SELECT * FROM mentorflow_endpoint_health WHERE lease IS NOT NULL"


@dataclass
class Moody:
    """Whoever listens at an endpoint: some things it takes the second time only."""

    came: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def answer(self, _number: int, came: Webhook) -> tuple[int, dict[str, str]]:
        """Answer what came."""
        with self.lock:
            self.came[came.id] += 1
            is_first, place = self.came[came.id] == 1, len(self.came)
            if is_first and place % 7 == 5:
                return 503, {"retry-after": "90"}
            if is_first and place % 4 == 2:
                return 500, {}
            self.taken[came.id] += 1
            return 204, {}


@pytest.fixture
def ears(host: Host) -> Iterator[dict[str, Moody]]:
    """Who listens at three endpoints, by their ids: one in order, one in none, one at a rate."""
    wanted: list[dict[str, object]] = [
        {"ordering": "strict"},
        {},
        {"per_minute": 60, "types": ["mentor.accepted"]},
    ]
    heard = [Moody() for _ in wanted]
    with ExitStack() as stack:
        receivers = [stack.enter_context(receiving(ear.answer)) for ear in heard]
        ids = [add(host, at, **given) for at, given in zip(receivers, wanted, strict=True)]
        yield dict(zip(ids, heard, strict=True))


@pytest.mark.parametrize("cut", Cut)
def test_a_turn_that_settles_and_releases_is_made_up_for(
    host: Host, receiver: Receiver, cut: Cut
) -> None:
    add(host, receiver, types=["mentor.accepted"])

    def begin(courier: Courier) -> None:
        many = len(receiver.came)
        host.active()
        courier.work()
        wait_until(lambda: len(receiver.came) > many, "it arrives")

    for number in rounds(host, cut, begin):
        assert rows(host.url, _PENDING) == [], number
        assert len(receiver.came) == len(set(receiver.ids)) == number + 1


@pytest.mark.parametrize("cut", Cut)
def test_everybody_is_told_of_an_endpoint_that_is_gone(
    host: Host, receiver: Receiver, cut: Cut
) -> None:
    add(host, receiver, types=["endpoint.disabled"])
    with receiving(lambda *_: (410, {})) as gone:
        endpoint = add(host, gone, types=["mentor.accepted"])

        def begin(courier: Courier) -> None:
            host.engine.webhooks.enable(endpoint, reason="a test")
            many = len(gone.came)
            host.active()
            courier.work()
            wait_until(lambda: len(gone.came) > many, "it arrives")

        for number in rounds(host, cut, begin, step=3):
            assert host.engine.webhooks.get(endpoint).endpoint.status == "disabled", number
            assert len(receiver.came) * 3 > number


@pytest.mark.parametrize("cut", Cut)
def test_who_ends_after_a_turn_that_failed_leaves_nothing_that_others_do_not_find(
    host: Host, receiver: Receiver, cut: Cut
) -> None:
    add(host, receiver, types=["mentor.accepted"])
    lit = fuse.put_in(host.engine, cut)

    for number in count():
        host.active()
        ending = host.engine.webhooks.courier()
        with lit.lit(number), suppress(StoreUnavailable):
            ending.work()
        ending.close()
        with closing(host.engine.webhooks.courier()) as courier:
            deliver(host, courier)
        assert rows(host.url, _PENDING) == [], number
        if not lit.has_burnt:
            break

    assert len(set(receiver.ids)) == number + 1


EVERY_SO_MANY = [
    19,
    pytest.param(1, marks=(pytest.mark.slow, pytest.mark.timeout(600))),
]


@pytest.mark.parametrize("step", EVERY_SO_MANY)
@pytest.mark.parametrize("cut", Cut)
def test_whatever_is_refused_all_is_sent_and_nothing_twice(
    host: Host, ears: dict[str, Moody], cut: Cut, step: int
) -> None:
    def begin(_courier: Courier) -> None:
        for _ in range(3):
            host.active()

    for number in rounds(host, cut, begin, step=step):
        assert rows(host.url, _PENDING) == [], number
        for endpoint, ear in ears.items():
            assert set(ear.taken.values()) == {1}, number
            logged = {id_: found for id_, *found in rows(host.url, _LOGGED.format(endpoint))}
            assert logged == {id_: [many, many] for id_, many in ear.came.items()}, number

    assert rows(host.url, _LEASED) == []


def rounds(
    host: Host, cut: Cut, begin: Callable[[Courier], None], *, step: int = 1
) -> Iterator[int]:
    """Have a Courier deliver what is begun again and again, while something else is refused."""
    lit = fuse.put_in(host.engine, cut)
    with closing(host.engine.webhooks.courier()) as courier:
        for number in count(0, step):
            begin(courier)
            with lit.lit(number):
                deliver(host, courier)
            yield number
            if not lit.has_burnt:
                break
    assert number > _FEWEST_STATEMENTS


def deliver(host: Host, courier: Courier) -> None:
    """Have everything delivered, whatever is refused once."""
    for _ in range(_MOST_TURNS):
        try:
            is_idle = not courier.work()
        except StoreUnavailable:
            continue
        if is_idle and not rows(host.url, _PENDING):
            return
        if is_idle:
            host.clock.set(host.now + _LATER)
