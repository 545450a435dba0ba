"""Messages to services that have an Apprise URL, here one on this machine."""

import logging
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import pytest

from integration.channels.conftest import message
from mentorflow.errors import ChannelRefused, ChannelUnavailable
from mentorflow_workers.channels.apprise import AppriseChannel
from mentorflow_workers.channels.configured import channels_from
from mentorflow_workers.channels.settings import ChannelSettings
from servers.http import HttpServer, serving
from servers.talking import Line, talking
from servers.waiting import wait_until

SECRET = "s3cr3t-token"
SOON = timedelta(seconds=0.3)


@pytest.fixture
def service() -> Iterator[HttpServer]:
    """A service that takes messages."""
    with serving(HttpServer()) as server:
        yield server


def url_of(port: int, rest: str = "") -> str:
    return f"json://jo:{SECRET}@localhost:{port}/{SECRET}{rest}"


def channel() -> AppriseChannel:
    return AppriseChannel({"json"})


def test_a_message_arrives_with_its_subject_and_text(service: HttpServer) -> None:
    channel().deliver(
        message(address=url_of(service.port), subject="Zoë <waits>", text="Line 1\n${x} :heart:\n")
    )

    (body,) = service.bodies
    assert (body["title"], body["message"]) == ("Zoë <waits>", "Line 1\n${x} :heart:")


def test_the_settings_make_the_channel(service: HttpServer) -> None:
    settings = ChannelSettings.from_environment({"MENTORFLOW_APPRISE": "slack, JSON"})

    (made,) = channels_from(settings)
    made.deliver(message(address=url_of(service.port)))

    assert (made.name, made.needs_address) == ("apprise", True)
    assert len(service.bodies) == 1


def test_a_failure_is_said_without_the_url_and_nothing_is_logged(
    service: HttpServer, caplog: pytest.LogCaptureFixture
) -> None:
    service.status = 500

    with caplog.at_level(logging.DEBUG, "apprise"), pytest.raises(ChannelUnavailable) as raised:
        channel().deliver(message(address=url_of(service.port)))

    assert len(service.bodies) == 1, "apprise tries once; the outbox tries again"
    assert "failure" in str(raised.value)
    assert not any(word in str(raised.value) for word in (SECRET, "localhost", "jo"))
    assert [record for record in caplog.records if record.name == "apprise"] == []


def test_what_the_host_does_with_apprise_is_logged_as_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    channel()

    with caplog.at_level(logging.DEBUG, "apprise"):
        logging.getLogger("apprise").warning("of the host")

    assert "of the host" in caplog.text


def test_a_service_that_is_not_there_is_said_to_be_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with pytest.raises(ChannelUnavailable):
        channel().deliver(message(address=url_of(port)))


def says_nothing(line: Line) -> None:
    line.listen()


def drips(line: Line) -> None:
    line.drip("HTTP/1.1 200 OK\r\nX: y\r\n")


@pytest.mark.parametrize("talk", [says_nothing, drips])
@pytest.mark.parametrize("rest", ["", "?rto=3600&cto=3600"])
def test_a_service_that_hangs_is_not_waited_for_without_end(
    talk: Callable[[Line], None], rest: str
) -> None:
    with talking(talk) as port, pytest.raises(ChannelUnavailable):
        AppriseChannel({"json"}, limit=SOON).deliver(message(address=url_of(port, rest)))


def test_a_url_cannot_have_us_wait_longer() -> None:
    is_left = Event()

    def wait_to_be_left(line: Line) -> None:
        line.listen()
        is_left.set()

    with talking(wait_to_be_left) as port:
        with pytest.raises(ChannelUnavailable):
            AppriseChannel({"json"}, limit=SOON).deliver(message(address=url_of(port, "?rto=3600")))
        wait_until(is_left.is_set, "the connection is closed")


def test_nobody_is_led_elsewhere(service: HttpServer) -> None:
    elsewhere = f"http://localhost:{service.port}/"

    with (
        serving(HttpServer(status=307, location=elsewhere)) as other,
        pytest.raises(ChannelUnavailable),
    ):
        channel().deliver(message(address=url_of(other.port, "?redirect=yes")))

    assert service.bodies == []


@pytest.mark.parametrize(
    "address",
    [
        f"jsons://localhost/{SECRET}",
        f"mailto://jo:{SECRET}@example.org",
        f"file:///{SECRET}",
        SECRET,
        "",
        None,
    ],
)
def test_a_service_that_is_not_allowed_is_refused(address: str | None) -> None:
    with pytest.raises(ChannelRefused) as raised:
        channel().deliver(message(address=address))

    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("scheme", ["json", "nothing"])
def test_a_url_that_apprise_does_not_take_is_refused(
    scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "apprise"), pytest.raises(ChannelRefused) as raised:
        AppriseChannel({"*"}).deliver(message(address=f"{scheme}://:{SECRET}@:x"))

    assert SECRET not in str(raised.value) + caplog.text


def test_one_address_is_one_service(service: HttpServer) -> None:
    two = f"json://localhost:{service.port}/a, json://localhost:{service.port}/b"

    channel().deliver(message(address=two))

    assert len(service.bodies) <= 1
