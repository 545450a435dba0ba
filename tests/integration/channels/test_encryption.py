"""Connections that are encrypted, logins, and servers that are not who they say."""

import ssl
from pathlib import Path

import pytest
import trustme

from integration.channels.conftest import MailServer, MakeEmail, message
from mentorflow.errors import ChannelUnavailable
from servers.smtp import Mailroom

SECRET = "correct horse/battery@staple"
USER = "us@example.com"
LOGIN = "us%40example.com:correct%20horse%2Fbattery%40staple"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that is thrown away."""
    return trustme.CA()


@pytest.fixture
def certificates(authority: trustme.CA, tmp_path: Path) -> str:
    """The file with the authority's certificate."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


def context_of(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    """Return how a server of this name encrypts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_an_email_goes_by_starttls(
    mail_server: MailServer, make_email: MakeEmail, authority: trustme.CA, certificates: str
) -> None:
    server = mail_server(Mailroom(login=(USER, SECRET)), starttls=context_of(authority))
    url = f"smtp://{LOGIN}@localhost:{{port}}"
    channel = make_email(server.port, url, SMTP_CA=certificates)

    channel.deliver(message())
    channel.deliver(message())

    assert [(received.is_encrypted, received.user) for received in server.received] == [
        (True, USER),
        (True, USER),
    ]
    assert len({received.connection for received in server.received}) == 1


def test_an_email_goes_over_a_connection_that_is_encrypted_from_the_start(
    mail_server: MailServer, make_email: MakeEmail, authority: trustme.CA, certificates: str
) -> None:
    server = mail_server(Mailroom(login=(USER, SECRET)), implicit_tls=context_of(authority))
    channel = make_email(server.port, f"smtps://{LOGIN}@localhost:{{port}}", SMTP_CA=certificates)

    channel.deliver(message())

    (received,) = server.received
    assert received.user == USER


@pytest.mark.parametrize("url", ["smtp://localhost:{port}", "smtps://localhost:{port}"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    mail_server: MailServer, make_email: MakeEmail, authority: trustme.CA, url: str
) -> None:
    context = context_of(authority)
    server = mail_server(**{"implicit_tls" if "smtps" in url else "starttls": context})

    with pytest.raises(ChannelUnavailable, match="SSLCertVerificationError"):
        make_email(server.port, url).deliver(message())

    assert server.received == []


def test_a_certificate_of_another_server_is_refused(
    mail_server: MailServer, make_email: MakeEmail, authority: trustme.CA, certificates: str
) -> None:
    server = mail_server(starttls=context_of(authority, "other.test"))
    channel = make_email(server.port, "smtp://localhost:{port}", SMTP_CA=certificates)

    with pytest.raises(ChannelUnavailable, match="SSLCertVerificationError"):
        channel.deliver(message())


@pytest.mark.parametrize("url", ["smtp://localhost:{port}", "smtps://localhost:{port}"])
def test_an_encrypted_connection_is_cut_when_its_time_is_over(
    mail_server: MailServer,
    make_email: MakeEmail,
    authority: trustme.CA,
    certificates: str,
    url: str,
) -> None:
    kind = "implicit_tls" if "smtps" in url else "starttls"
    server = mail_server(Mailroom(is_stuck=True), **{kind: context_of(authority)})
    channel = make_email(
        server.port, url, SMTP_CA=certificates, SMTP_TIMEOUT="60", SMTP_LIMIT="0.5"
    )

    with pytest.raises(ChannelUnavailable, match="longer than"):
        channel.deliver(message())


def test_a_server_that_does_not_encrypt_gets_nothing(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(Mailroom(login=(USER, SECRET)))

    with pytest.raises(ChannelUnavailable, match="STARTTLS"):
        make_email(server.port, f"smtp://{LOGIN}@localhost:{{port}}").deliver(message())

    assert server.received == []
    assert server.mailroom.attempts == []


def test_a_login_in_the_clear_is_possible_where_it_is_wanted(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(Mailroom(login=(USER, SECRET)))
    url = f"smtp://{LOGIN}@localhost:{{port}}?tls=none"

    make_email(server.port, url, SMTP_ALLOW_PLAIN_AUTH="1").deliver(message())

    assert [received.user for received in server.received] == [USER]


def test_a_login_that_is_refused_is_said_without_its_secret(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(Mailroom(login=(USER, "another")))
    url = f"smtp://{LOGIN}@localhost:{{port}}?tls=none"

    with pytest.raises(ChannelUnavailable, match="login: 535") as raised:
        make_email(server.port, url, SMTP_ALLOW_PLAIN_AUTH="1").deliver(message())

    assert set(server.mailroom.attempts) == {USER}
    assert not {"horse", "us@example.com"} & set(str(raised.value).split())


def test_a_server_that_wants_no_login_is_said_to_lack_it(
    mail_server: MailServer, make_email: MakeEmail
) -> None:
    server = mail_server(starttls=None)
    url = f"smtp://{LOGIN}@localhost:{{port}}?tls=none"

    with pytest.raises(ChannelUnavailable, match="AUTH"):
        make_email(server.port, url, SMTP_ALLOW_PLAIN_AUTH="1").deliver(message())
