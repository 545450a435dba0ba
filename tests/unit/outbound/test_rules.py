"""The rules for URLs and addresses: what is sent to, and what never is, in whatever notation."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from mentorflow.errors import AddressRefused, InvalidPayload
from mentorflow.outbound.addresses import networks, trouble_with
from mentorflow.outbound.rules import LONGEST, Rules

STRICT = Rules()
PLAIN = Rules(schemes=frozenset({"http", "https"}))
LOCAL = Rules.for_development()

INTERNAL = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "200::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("text", INTERNAL)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    host = f"[{text}]" if ":" in text else text

    with pytest.raises(AddressRefused) as caught:
        STRICT.target(f"https://{host}/hook")

    assert caught.value.code == "address_refused"
    assert "public internet" in caught.value.right


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_sent_to(text: str) -> None:
    host = f"[{text}]" if ":" in text else text

    target = STRICT.target(f"https://{host}/hook")

    assert target.literal == ip_address(text)


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("2852039166", "169.254.169.254"),
        ("0xa9fea9fe", "169.254.169.254"),
        ("0xA9.0xFE.0xA9.0xFE", "169.254.169.254"),
        ("0251.0376.0251.0376", "169.254.169.254"),
        ("169.254.43518", "169.254.169.254"),
        ("134744072", "8.8.8.8"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("127.0.0.1", "127.0.0.1"),
        ("\u2460\u2461\u2466.0.0.1", "127.0.0.1"),
        ("127\u30020\u30020\u30021", "127.0.0.1"),
        ("127\uff0e0\uff0e0\uff0e1", "127.0.0.1"),
        ("\uff11\uff12\uff17.0.0.1", "127.0.0.1"),
    ],
)
def test_an_address_in_another_notation_is_refused_and_told(host: str, meant: str) -> None:
    with pytest.raises(AddressRefused, match=meant.replace(".", r"\.")):
        STRICT.target(f"https://{host}/")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.256",
        "08.8.8.8",
        "1.2.3.4.5",
        "256",
        "4294967296.",
        "example.1",
        "example.0x7f",
        "%31%32%37.0.0.1",
        "127.0.0.1%00.example.com",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[::1",
        "[127.0.0.1]",
        "[]",
        "[v1.x]",
        "-a.example",
        "a-.example",
        "a..example",
        ".example",
        ".",
        "",
        "exa mple.com",
        "exa\tmple.com",
        "exa\u00admple.com.1",
        f"{'a' * 64}.example",
        ".".join(["a" * 63] * 4) + ".example",
        "\ud800.example",
        "\u0661\u0662\u0667.\u0660.\u0660.\u0661",
        "a\u2044b.example",
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        PLAIN.target(f"https://{host}/")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM/a%20b?c=d&e", "https://example.com/a%20b?c=d&e"),
        ("https://example.com.:443/", "https://example.com/"),
        ("https://example.com:8443/x//../y", "https://example.com:8443/x//../y"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://my_host.example?q=1", "https://my_host.example/?q=1"),
        ("https://[2606:4700:0::1111]:2000/", "https://[2606:4700::1111]:2000/"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://1.example/", "https://1.example/"),
    ],
)
def test_a_url_is_written_in_one_way(url: str, expected: str) -> None:
    assert PLAIN.target(url).url == expected


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://example.com/", "https://"),
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("gopher://example.com:6379/_INFO", "https://"),
        ("javascript:alert(1)", "https://host/path"),
        ("//example.com/", "https://host/path"),
        ("example.com/hook", "https://host/path"),
        ("https:/example.com/", "https://host/path"),
        ("https:\\\\example.com\\", "percent-encoded"),
        ("", "https://host/path"),
        ("https://example.com:22/", "443, 1024 to 65535"),
        ("https://example.com:80/", "443, 1024 to 65535"),
        ("https://example.com:0/", "443, 1024 to 65535"),
        ("https://example.com:65536/", "443, 1024 to 65535"),
        ("https://example.com:\u0664\u0664\u0663/", "host:port"),
        ("https://example.com:/", None),
        ("https://example.com:+443/", "host:port"),
        ("https://a@example.com/", "secrets go into headers"),
        ("https://example.com#@127.0.0.1/", "leave out the #"),
        ("https://example.com\\@127.0.0.1/", "percent-encoded"),
        ("https://example.com/a b", "percent-encoded"),
        (" https://example.com/", "percent-encoded"),
        ("https://example.com/\r\nX-Evil: 1", "percent-encoded"),
        ("https://example.com/\x00", "percent-encoded"),
        ("https://example.com/é", "percent-encoded"),
        ("https://example.com/?é", "percent-encoded"),
        (f"https://example.com/{'a' * LONGEST}", str(LONGEST)),
    ],
)
def test_what_breaks_a_rule_is_told_what_would_be_right(url: str, hint: str | None) -> None:
    if hint is None:
        hint = "host:port"

    with pytest.raises(AddressRefused) as caught:
        STRICT.target(url)

    assert hint in caught.value.right


def test_a_refusal_shows_neither_credentials_nor_a_query() -> None:
    with pytest.raises(AddressRefused) as caught:
        STRICT.target("https://me:hunter2@example.com/?token=hunter2")

    assert "hunter2" not in str(caught.value.as_dict())
    assert caught.value.as_dict()["address"] == "https://\u2026@example.com/?\u2026"


def test_a_refusal_is_wrong_input() -> None:
    assert issubclass(AddressRefused, InvalidPayload)


def test_one_address_that_is_not_public_is_enough_to_refuse_a_name() -> None:
    addresses = [ip_address("8.8.8.8"), ip_address("10.1.2.3")]

    with pytest.raises(AddressRefused, match=r"leads to 10\.1\.2\.3, a private address"):
        STRICT.vet("https://example.com/", addresses)


def test_development_may_send_to_this_machine_and_not_to_others() -> None:
    assert LOCAL.target("http://127.0.0.1:8080/").port == 8080
    assert LOCAL.target("http://[::1]:8080/").port == 8080
    with pytest.raises(AddressRefused):
        LOCAL.target("http://192.168.1.1/")


def test_an_allowed_network_does_not_allow_what_is_mapped_into_it() -> None:
    with pytest.raises(AddressRefused, match="mapped"):
        LOCAL.target("http://[::ffff:127.0.0.1]/")


def test_a_public_network_can_be_refused_too() -> None:
    rules = Rules(refused=networks(["93.184.215.0/24"]), allowed=networks(["93.0.0.0/8"]))

    with pytest.raises(AddressRefused, match="settings refuse"):
        rules.target("https://93.184.215.14/")


def test_ports_are_a_setting() -> None:
    rules = Rules(ports=(range(443, 444),))

    with pytest.raises(AddressRefused, match="8443"):
        rules.target("https://example.com:8443/")


@given(st.ip_addresses())
def test_whatever_is_let_through_is_public(address: IPv4Address | IPv6Address) -> None:
    if trouble_with(address) is None:
        assert address.is_global
        assert not address.is_private
        assert not address.is_multicast
        assert address.version == 4 or address in ip_network("2000::/3")


@given(
    st.ip_addresses(v=4),
    st.sampled_from(
        ["::ffff:{0}", "64:ff9b::{0}", "::{0}", "2002:{1:02x}{2:02x}:{3:02x}{4:02x}::"]
    ),
)
def test_no_address_hides_in_another(address: IPv4Address, form: str) -> None:
    hidden = form.format(address, *address.packed)

    with pytest.raises(AddressRefused):
        STRICT.target(f"https://[{hidden}]/")


@given(st.ip_addresses(v=4), st.data())
def test_no_notation_but_one_is_taken_for_an_address(
    address: IPv4Address, data: st.DataObject
) -> None:
    first, second, third, fourth = address.packed
    forms: list[tuple[int, ...]] = [
        (first, second, third, fourth),
        (first, second, third * 256 + fourth),
        (first, (second * 256 + third) * 256 + fourth),
        (int(address),),
    ]
    numbers = data.draw(st.sampled_from(forms))
    bases = [
        data.draw(st.sampled_from(["{}", "{:#x}", "{:#X}", "0{:o}", "0x0{:x}"])) for _ in numbers
    ]
    text = ".".join(base.format(number) for base, number in zip(bases, numbers, strict=True))

    if text == str(address):
        return
    with pytest.raises(AddressRefused) as caught:
        STRICT.target(f"https://{text}/")
    assert str(address) in caught.value.wrong or "no address" in caught.value.wrong


@given(st.text() | st.text(alphabet="https:/@[]%.:?#\\0123456789abcdefx-\uff11\u3002 \n\t\x00"))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://{text}/", f"https://example.com{text}"):
        try:
            target = STRICT.target(url)
        except AddressRefused:
            continue
        assert target.url.isascii()
        assert STRICT.target(target.url) == target
        assert target.literal is None or trouble_with(target.literal) is None


@given(
    st.from_regex(r"https?://[a-z0-9_.\[\]:-]{1,20}(:[0-9]{1,5})?(/[!-~]{0,20})?(\?[!-~]{0,20})?")
)
@example("https://xn--zz.example/")
@example("https://[2606:4700::1111]:2000/%zz%/../..//?%&=?")
def test_the_library_that_connects_reads_a_target_as_we_do(text: str) -> None:
    try:
        target = PLAIN.target(text)
    except AddressRefused:
        return

    url = URL(target.url, encoded=True)

    assert (url.raw_host, url.port, url.scheme) == (target.host, target.port, target.scheme)
    assert url.raw_path_qs == target.path + (f"?{target.query}" if target.query else "")
