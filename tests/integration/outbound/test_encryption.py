"""Encryption: the certificate has to hold for the name, always."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from integration.outbound.conftest import PATIENCE, MakeClient, MakeReceiver, request
from mentorflow.outbound.certificates import self_signed
from mentorflow.outbound.client import Client
from mentorflow.outbound.fake_receiver import FakeReceiver, encryption
from mentorflow.outbound.messages import Failure
from mentorflow.outbound.rules import Rules
from servers.talking import Line, talking

NAME = "hooks.example"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who issues certificates here."""
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> Path:
    """The file of certificates to trust."""
    file = tmp_path / "authorities.pem"
    authority.cert_pem.write_to_path(str(file))
    return file


def issued(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return what a server needs to be known by some names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def client(make_client: MakeClient, bundle: Path) -> Client:
    """A client that trusts the authority, and to which all names lead here."""
    return make_client(
        Rules.for_development(), ca_bundle=bundle, look_up=lambda _name: ["127.0.0.1"]
    )


def test_a_certificate_that_holds_is_trusted(
    client: Client, make_receiver: MakeReceiver, authority: trustme.CA
) -> None:
    told: list[str | None] = []
    context = issued(authority, NAME)
    context.sni_callback = lambda _socket, name, _context: told.append(name)
    receiver = make_receiver(tls=context)

    answer = client.post(request(f"https://{NAME}:{receiver.port}/"))

    assert answer.is_success
    assert answer.address == "127.0.0.1"
    assert answer.timings.tls is not None
    assert told == [NAME]
    assert receiver.received[0].header("host") == f"{NAME}:{receiver.port}"


def test_a_certificate_for_an_address_holds_for_it(
    client: Client, make_receiver: MakeReceiver, authority: trustme.CA
) -> None:
    receiver = make_receiver(tls=issued(authority, "127.0.0.1"))

    assert client.post(request(receiver.url)).is_success


def test_a_certificate_for_another_name_is_refused(
    client: Client, make_receiver: MakeReceiver, authority: trustme.CA
) -> None:
    receiver = make_receiver(tls=issued(authority, "other.example"))

    answer = client.post(request(f"https://{NAME}:{receiver.port}/"))

    assert answer.failure is Failure.TLS
    assert "the certificate does not hold" in answer.detail
    assert receiver.count == 0


def test_a_certificate_nobody_issued_is_refused(
    make_client: MakeClient, make_receiver: MakeReceiver, tmp_path: Path
) -> None:
    receiver = make_receiver(tls=encryption(*self_signed(tmp_path, "127.0.0.1")))

    answers = [
        make_client(**settings).post(request(receiver.url))
        for settings in ({}, {"ca_bundle": tmp_path / "certificate.pem"})
    ]

    assert [answer.failure for answer in answers] == [Failure.TLS, None]
    assert "certificate" in answers[0].detail


def test_the_bundle_takes_the_place_of_the_authorities_of_the_system(bundle: Path) -> None:
    client = Client(Rules(), now=lambda: pytest.fail("not asked"), ca_bundle=bundle)

    assert len(client._context.get_ca_certs()) == 1


def test_old_versions_of_tls_are_refused(
    client: Client, make_receiver: MakeReceiver, authority: trustme.CA
) -> None:
    context = issued(authority, NAME)
    # What the linter says of 1.1 is what is tested.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    receiver = make_receiver(tls=context)

    answer = client.post(request(f"https://{NAME}:{receiver.port}/"))

    assert answer.failure is Failure.TLS


def test_a_server_that_speaks_no_tls_is_told(client: Client, make_receiver: MakeReceiver) -> None:
    receiver = make_receiver()

    answer = client.post(request(f"https://{NAME}:{receiver.port}/"))

    assert answer.failure is Failure.TLS


def test_a_handshake_that_never_ends_is_given_up(make_client: MakeClient) -> None:
    client = make_client(limits=replace(PATIENCE, tls=0.1))

    def talk(line: Line) -> None:
        line.listen()

    with talking(talk) as port:
        answer = client.post(request(f"https://127.0.0.1:{port}/"))

    assert answer.failure is Failure.TIMEOUT
    assert "TLS" in answer.detail


@pytest.mark.parametrize("behavior", ["drip", "endless", "half-way", "garbage", "huge-headers"])
def test_who_misbehaves_behind_tls_is_answered_as_well(
    client: Client, make_receiver: MakeReceiver, authority: trustme.CA, behavior: str
) -> None:
    receiver: FakeReceiver = make_receiver(tls=issued(authority, NAME))
    url = f"https://{NAME}:{receiver.port}"

    misbehaved = client.post(request(f"{url}/{behavior}"))

    assert misbehaved.failure is not Failure.UNEXPECTED
    assert client.post(request(f"{url}/ok")).is_success


def test_a_client_without_certificates_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Client(Rules(), now=lambda: pytest.fail("not asked"), ca_bundle=tmp_path / "missing.pem")
