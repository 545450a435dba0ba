"""Which IP addresses requests may go to: those of the public internet, and what a setting adds."""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What `is_global` says differs between releases of Python, and of several of these it says yes in
# some. An IPv6 address that carries an IPv4 address is refused whatever it carries: who translates
# it, and to where, is not ours to know. The first that holds gives the reason: narrow ones first.
_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/32", "the unspecified address"),
        ("0.0.0.0/8", "an address of this very network"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address shared behind a provider's NAT"),
        ("127.0.0.0/8", "an address of this very machine"),
        ("168.63.129.16/32", "the address of a cloud's own services"),
        ("169.254.169.254/32", "the address of a cloud's metadata"),
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "an address of protocols"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("255.255.255.255/32", "the broadcast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "the unspecified address"),
        ("::1/128", "the address of this very machine"),
        ("::ffff:0:0/96", "an IPv4 address mapped into IPv6"),
        ("::ffff:0:0:0/96", "an IPv4 address translated into IPv6"),
        ("::/96", "an IPv4 address written as IPv6"),
        ("64:ff9b::/96", "an IPv4 address behind NAT64"),
        ("64:ff9b:1::/48", "an IPv4 address behind NAT64"),
        ("100::/64", "an address that leads nowhere"),
        ("2001::/32", "a Teredo tunnel"),
        ("2001:db8::/32", "an address for documentation"),
        ("2001::/23", "an address of protocols"),
        ("2002::/16", "a 6to4 tunnel"),
        ("3fff::/20", "an address for documentation"),
        ("5f00::/16", "a segment routing address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
"""All that has ever been given out for the public internet."""


def trouble_with(address: Address) -> str | None:
    """Return what an address is instead of one of the public internet, or None."""
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "an address with a zone"
    for network, what in _SPECIAL:
        if address in network:
            return what
    is_unassigned = isinstance(address, IPv6Address) and address not in _GLOBAL_V6
    if is_unassigned or address.is_multicast or not address.is_global:
        return "no address of the public internet"
    return None


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read networks in CIDR notation, such as `127.0.0.0/8` or `::1/128`.

    Raises:
        ValueError: one is no network, or has bits set behind its prefix.
    """
    return tuple(ip_network(text) for text in texts)
