"""Nothing gets past the rules for addresses: no name that changes its mind, redirect or setting."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from integration.outbound.conftest import PATIENCE, MakeClient, MakeReceiver, request
from mentorflow.outbound.addresses import networks
from mentorflow.outbound.client import Client
from mentorflow.outbound.fake_receiver import FakeReceiver, Manner
from mentorflow.outbound.messages import Failure
from mentorflow.outbound.rules import Rules
from servers.waiting import wait_until

OWN, OTHER, THIRD = "127.0.0.2", "127.0.0.1", "127.0.0.3"
"""One address of this machine stands for the public internet, the others for what is behind it."""
RULES = Rules(schemes=frozenset({"http"}), allowed=networks([f"{OWN}/32"]))


class Resolver:
    """Answer each time as told, and the last time for ever; remember who was asked for."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture
def public(make_receiver: MakeReceiver) -> FakeReceiver:
    """A receiver at the address that may be sent to."""
    return make_receiver(host=OWN)


@pytest.fixture
def private(public: FakeReceiver, make_receiver: MakeReceiver) -> FakeReceiver:
    """A receiver at the same port of an address that may not."""
    return make_receiver(host=OTHER, port=public.port)


def test_a_name_that_changes_its_mind_is_asked_once(
    make_client: MakeClient, public: FakeReceiver, private: FakeReceiver
) -> None:
    resolver = Resolver([OWN], [OTHER])
    client = make_client(RULES, look_up=resolver)
    url = f"http://rebinding.example:{public.port}/"

    first = client.post(request(url))
    asked = list(resolver.asked)
    over_the_same_connection = client.post(request(url))
    public.stop()
    later = client.post(request(url))

    assert asked == ["rebinding.example"]
    assert (first.status, first.address) == (200, OWN)
    assert (over_the_same_connection.status, over_the_same_connection.address) == (200, OWN)
    assert later.failure is Failure.REFUSED_ADDRESS
    assert public.received[0].header("host") == f"rebinding.example:{public.port}"
    assert private.connections == 0


@pytest.mark.parametrize("order", [[OWN, OTHER], [OTHER, OWN], [OWN, "::1"], ["fe80::1%lo", OWN]])
def test_one_address_that_is_not_public_refuses_the_name(
    make_client: MakeClient, public: FakeReceiver, private: FakeReceiver, order: list[str]
) -> None:
    client = make_client(RULES, look_up=Resolver(order))

    answer = client.post(request(f"http://both.example:{public.port}/"))

    assert answer.failure is Failure.REFUSED_ADDRESS
    assert "leads to" in answer.detail
    assert (public.connections, private.connections) == (0, 0)


def test_a_redirect_is_not_followed(
    make_client: MakeClient, make_receiver: MakeReceiver, private: FakeReceiver
) -> None:
    luring = make_receiver("redirect", host=OWN, manner=Manner(location=f"{private.url}/admin"))
    client = make_client(RULES)

    answer = client.post(request(luring.url))

    assert (answer.status, answer.is_success) == (302, False)
    assert "not followed" in answer.detail
    assert private.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "127.1", "[::ffff:7f00:1]"])
def test_a_literal_address_is_vetted_too(make_client: MakeClient, host: str) -> None:
    resolver = Resolver([OWN])
    client = make_client(RULES, look_up=resolver)

    answer = client.post(request(f"http://{host}:8080/"))

    assert answer.failure is Failure.REFUSED_ADDRESS
    assert resolver.asked == []


def test_the_real_name_of_this_machine_is_refused(make_client: MakeClient) -> None:
    answer = make_client(Rules()).post(request("https://localhost:8443/"))

    assert answer.failure is Failure.REFUSED_ADDRESS


def test_a_second_address_is_tried(make_client: MakeClient, public: FakeReceiver) -> None:
    rules = Rules(schemes=frozenset({"http"}), allowed=networks([f"{OWN}/32", f"{THIRD}/32"]))
    client = make_client(rules, look_up=Resolver([THIRD, OWN]))

    answer = client.post(request(f"http://two.example:{public.port}/"))

    assert (answer.status, answer.address) == (200, OWN)


@pytest.mark.parametrize("found", [[], ["no address"], [f"127.0.1.{n}" for n in range(100)]])
def test_a_resolver_that_talks_nonsense_is_a_failure(
    make_client: MakeClient, found: list[str]
) -> None:
    answer = make_client(look_up=Resolver(found)).post(request("http://odd.example:8080/"))

    assert answer.failure is Failure.DNS


def test_a_name_that_does_not_exist_is_told(client: Client) -> None:
    answer = client.post(request("http://nowhere.invalid:8080/"))

    assert answer.failure in {Failure.DNS, Failure.TIMEOUT}
    assert answer.status is None


def test_the_environment_sends_nothing_elsewhere(
    make_client: MakeClient,
    public: FakeReceiver,
    private: FakeReceiver,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, private.url)
    (tmp_path / "netrc").write_text(f"machine {OWN} login me password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    answer = make_client(RULES).post(request(public.url))

    assert answer.is_success
    assert private.connections == 0
    assert public.received[0].header("authorization") is None


def test_cookies_are_not_kept(make_client: MakeClient, make_receiver: MakeReceiver) -> None:
    receiver = make_receiver(manner=Manner(headers="Set-Cookie: a=b\r\n"))
    client = make_client(look_up=Resolver([OTHER]))

    for _ in range(2):
        client.post(request(f"http://cookies.example:{receiver.port}/"))

    assert receiver.received[1].header("cookie") is None


class Silent:
    """Know every name, but never answer for those that begin with `hang`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ended = Event()

    def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        if name.startswith("hang"):
            self.ended.wait(60)
        return [OTHER]


@pytest.fixture
def silent() -> Any:
    """A resolver some of whose names hang; let go at the end."""
    resolver = Silent()
    yield resolver
    resolver.ended.set()


def _patient(**changes: Any) -> Any:
    return replace(PATIENCE, **{"dns": 10.0, "total": 20.0} | changes)


@pytest.fixture
def place(receiver: FakeReceiver) -> Callable[[str], str]:
    """Say how to reach the receiver by a name."""
    return lambda name: f"http://{name}.example:{receiver.port}/"


def test_a_name_that_hangs_is_given_up(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent, limits=_patient(dns=0.1))

    answer = client.post(request(place("hang")))

    assert answer.failure is Failure.TIMEOUT
    assert "looking up the name" in answer.detail


def test_names_that_hang_do_not_hold_up_the_others(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent, limits=_patient(lookups=2))
    hanging = [client.submit(request(place(f"hang-{n}"))) for n in range(2)]

    good = client.post(request(place("good")))

    assert good.is_success
    assert not any(future.done() for future in hanging)


def test_a_name_that_hangs_holds_one_thread_however_often_it_is_sent_to(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent, limits=_patient(lookups=2))
    for _ in range(50):
        client.submit(request(place("hang")))

    assert client.post(request(place("good"))).is_success
    assert silent.asked.count("hang.example") == 1


def test_when_too_many_names_hang_those_that_have_answered_go_on(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str], receiver: FakeReceiver
) -> None:
    client = make_client(look_up=silent, limits=_patient(lookups=1, hanging=1, kept=0))
    assert client.post(request(place("good"))).is_success
    client.submit(request(place("hang-1")))

    turned_away = client.post(request(place("hang-2")))
    known = client.post(request(place("good")))
    unknown = client.post(request(place("new")))

    assert turned_away.failure is Failure.DNS
    assert "other lookups hang" in turned_away.detail
    assert known.is_success
    assert unknown.failure is Failure.DNS
    assert receiver.count == 2


def test_names_that_have_answered_do_not_queue_behind_strangers(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent, limits=_patient(lookups=1, kept=0))
    assert client.post(request(place("good"))).is_success
    strangers = [client.submit(request(place(f"hang-{n}"))) for n in range(20)]

    assert client.post(request(place("good"))).is_success
    assert len(silent.asked) < len(strangers)


def test_a_name_is_looked_up_anew_when_its_connection_is_old(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str], receiver: FakeReceiver
) -> None:
    client = make_client(look_up=silent, limits=_patient(age=0.0))

    for _ in range(3):
        client.post(request(place("good")))

    assert len(silent.asked) == 3
    assert [one.connection for one in receiver.received] == [1, 2, 3]


def test_lookups_of_those_who_gave_up_are_not_made(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent, limits=_patient(lookups=1))
    client.submit(request(place("hang")))
    wait_until(lambda: silent.asked == ["hang.example"], "the first is looked up")

    impatient = client.post(request(place("later"), deadline=0.05))
    good = client.post(request(place("good")))

    assert impatient.failure is Failure.TIMEOUT
    assert good.is_success
    assert silent.asked == ["hang.example", "good.example"]


def test_a_client_can_be_closed_while_names_hang(
    make_client: MakeClient, silent: Silent, place: Callable[[str], str]
) -> None:
    client = make_client(look_up=silent)
    future = client.submit(request(place("hang")))
    wait_until(lambda: bool(silent.asked), "it is looked up")

    client.close()

    assert future.result(0).failure is Failure.ABANDONED
