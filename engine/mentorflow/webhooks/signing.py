"""The wire format of webhooks, which is Standard Webhooks 1.0.0: three headers around a body."""

import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from mentorflow.clock import as_utc
from mentorflow.errors import InvalidPayload
from mentorflow.webhooks.keys import Signer, as_texts, signer_of

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"

# A full stop in an id would let the parts of what is signed be told apart in more than one way.
WELL_FORMED_ID = re.compile(r"[!-\-/-~]{1,256}")
WELL_FORMED_TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,10}")


def headers_of(
    webhook_id: str, at: datetime, body: bytes, keys: str | Sequence[str]
) -> dict[str, str]:
    """Return the three headers that go with a body.

    Raises:
        InvalidPayload: if the id, the instant or the body cannot be signed so.
        SecretInvalid: if one of the keys signs nothing.
        MissingExtra: if one is an ed25519 key, and cryptography is not installed.
    """
    return headers_by([signer_of(text) for text in as_texts(keys)], webhook_id, at, body)


def headers_by(
    signers: Sequence[Signer], webhook_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers that go with a body; reading a key can cost more than signing.

    Raises:
        InvalidPayload: if the id, the instant or the body cannot be signed so.
    """
    timestamp = _timestamp(at)
    signature = _signature(signers, webhook_id, timestamp, body)
    return {ID: webhook_id, TIMESTAMP: timestamp, SIGNATURE: signature}


def sign(webhook_id: str, at: datetime, body: bytes, keys: str | Sequence[str]) -> str:
    """Return the signature header: one signature by each secret or key pair.

    `at` is when this attempt is made, aware; the format has whole seconds. The receiver has to get
    the very bytes that were signed.

    Raises:
        InvalidPayload: if the id, the instant or the body cannot be signed so.
        SecretInvalid: if one of the keys signs nothing.
        MissingExtra: if one is an ed25519 key, and cryptography is not installed.
    """
    signers = [signer_of(text) for text in as_texts(keys)]
    return _signature(signers, webhook_id, _timestamp(at), body)


def content_of(webhook_id: str, timestamp: str, body: bytes) -> bytes:
    """Return what is signed, of two headers that are well formed."""
    return b"%b.%b.%b" % (webhook_id.encode("ascii"), timestamp.encode("ascii"), body)


def _signature(signers: Sequence[Signer], webhook_id: str, timestamp: str, body: bytes) -> str:
    if not WELL_FORMED_ID.fullmatch(webhook_id):
        raise InvalidPayload(
            f"{webhook_id!r} cannot be the id of a webhook: it has 1 to 256 visible ASCII "
            "characters, and no full stop"
        )
    content = content_of(webhook_id, timestamp, _as_bytes(body))
    return " ".join(f"{one.version},{b64encode(one.sign(content)).decode()}" for one in signers)


def _timestamp(at: datetime) -> str:
    seconds = str(int(as_utc(at, what="when a webhook is sent").timestamp()))
    if not WELL_FORMED_TIMESTAMP.fullmatch(seconds):
        raise InvalidPayload(
            f"no webhook is sent at {at.isoformat()}: it is before 1970 or after 5138"
        )
    return seconds


def _as_bytes(body: object) -> bytes:
    if not isinstance(body, bytes):
        raise InvalidPayload(f"what is signed is bytes, and this body is {type(body).__name__}")
    return body
