"""A webhook for tests: what a sender signs, and keys of both sides, the same in each process."""

from base64 import b64encode
from datetime import UTC, datetime

from mentorflow.webhooks import headers_of, public_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVENT = "evt_0195d3a1f2c07c3e"
BODY = b'{"type":"mentorship.state_changed","data":{"to":"rapport","name":"Zo\xc3\xab"}}'
SECRET, OTHER_SECRET, KEY = (
    prefix + b64encode(bytes(range(start, start + 32))).decode()
    for prefix, start in (("whsec_", 0), ("whsec_", 100), ("whsk_", 200))
)
PUBLIC = public_of(KEY)


def signed(*keys: str, at: datetime = AT, body: bytes = BODY) -> dict[str, str]:
    """Return the headers of the webhook, signed by the shared secret unless told."""
    return headers_of(EVENT, at, body, keys or SECRET)
