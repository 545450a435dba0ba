"""A webhook for tests: what a sender signs, and the keys of both sides."""

from datetime import UTC, datetime

from mentorflow.webhooks import headers_of, new_key, new_secret, public_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENT = "evt_0195d3a1f2c07c3e"
BODY = b'{"type":"mentorship.state_changed","data":{"to":"rapport","name":"Zo\xc3\xab"}}'
SECRET, OTHER_SECRET = new_secret(), new_secret()
KEY = new_key()
PUBLIC = public_of(KEY)


def signed(*keys: str, at: datetime = AT, body: bytes = BODY) -> dict[str, str]:
    """Return the headers of the webhook, signed by the shared secret unless told."""
    return headers_of(EVENT, at, body, keys or SECRET)
