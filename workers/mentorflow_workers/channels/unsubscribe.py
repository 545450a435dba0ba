"""Links by which a person ends their emails with one click: signed here, verified by the host."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

_PURPOSE = b"mentorflow unsubscribe 1\x00"
"""Goes into the signature, so that one made with the same secret for something else is none."""
SHORTEST_SECRET = 16


def unsubscribe_url(base: str, *, person: str, secret: str) -> str:
    """Return the link of one person, which only those who know the secret can make."""
    parts = urlsplit(base)
    signed = urlencode({"person": person, "signature": _signature(person, secret)})
    query = f"{parts.query}&{signed}" if parts.query else signed
    return urlunsplit(parts._replace(query=query))


def verify_unsubscribe(link: str | Mapping[str, str], secret: str) -> str | None:
    """Return whose link this is, given whole or as its parameters; None if it was not made here.

    The time it takes says nothing about the right signature. Links do not expire: an email may be
    read after years. Mail servers fetch links to look at them, so act on a POST only (RFC 8058).
    """
    given = _parameters(link) if isinstance(link, str) else link
    person, signature = given.get("person", ""), given.get("signature", "")
    is_genuine = hmac.compare_digest(
        signature.encode("utf-8", "replace"), _signature(person, secret).encode()
    )
    return person if person and is_genuine else None


def _parameters(link: str) -> dict[str, str]:
    """Return the last parameter of each name: ours stand behind those of the base."""
    try:
        found = parse_qs(urlsplit(link).query)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


def _signature(person: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), _PURPOSE + person.encode("utf-8", "replace"), sha256)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
