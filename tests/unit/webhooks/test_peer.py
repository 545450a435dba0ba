"""The public library of Standard Webhooks believes what we sign, and we believe what it signs."""

import json
from base64 import b64encode
from datetime import timedelta, timezone
from typing import Any

import pytest
import standardwebhooks
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.webhooks import WebhookInvalid, headers_of, verify
from signed import AT, BODY, EVENT, KEY, OTHER_SECRET, SECRET, signed

ids = st.from_regex(r"[!-\-/-~]{1,256}", fullmatch=True)
secrets = st.binary(min_size=24, max_size=64).map(lambda raw: f"whsec_{b64encode(raw).decode()}")
texts = st.text(st.characters(exclude_categories=["Cs"]))
payloads = st.dictionaries(texts, texts | st.integers() | st.none())
bodies = payloads.map(lambda payload: json.dumps(payload, ensure_ascii=False).encode())


@given(webhook_id=ids, body=bodies, secret=secrets)
def test_what_we_sign_it_believes(webhook_id: str, body: bytes, secret: str) -> None:
    headers = headers_of(webhook_id, AT, body, secret)

    with time_machine.travel(AT, tick=False):
        assert standardwebhooks.Webhook(secret).verify(body, headers) == json.loads(body)


@given(webhook_id=ids, body=bodies, secret=secrets)
def test_what_it_signs_we_believe(webhook_id: str, body: bytes, secret: str) -> None:
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(AT.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(secret).sign(webhook_id, AT, body.decode()),
    }

    webhook = verify(body, headers, secret, now=AT)

    assert (webhook.id, webhook.payload) == (webhook_id, json.loads(body))


@pytest.mark.parametrize("keys", [[SECRET, OTHER_SECRET], [OTHER_SECRET, SECRET], [KEY, SECRET]])
def test_it_believes_one_signature_of_several(keys: list[str]) -> None:
    with time_machine.travel(AT, tick=False):
        assert standardwebhooks.Webhook(SECRET).verify(BODY, signed(*keys)) == json.loads(BODY)


def test_it_refuses_what_another_secret_has_signed() -> None:
    with (
        time_machine.travel(AT, tick=False),
        pytest.raises(standardwebhooks.WebhookVerificationError),
    ):
        standardwebhooks.Webhook(OTHER_SECRET).verify(BODY, signed())


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (BODY, {"webhook-signature": "v1"}),
        (BODY, {"webhook-signature": "v1,A"}),
        (BODY, {"webhook-signature": "v1,a,b"}),
        (b"\xff", {}),
        (b"not json", {"webhook-signature": headers_of(EVENT, AT, b"not json", SECRET)[
            "webhook-signature"]}),
    ],
)  # fmt: skip
def test_what_it_fails_at_with_other_errors_is_one_error_here(
    body: bytes, changed: dict[str, Any]
) -> None:
    with pytest.raises(WebhookInvalid):
        verify(body, {**signed(), **changed}, SECRET, now=AT)


def test_an_instant_of_another_zone_is_signed_as_what_it_is() -> None:
    """The public library puts UTC in place of the zone, which is hours away."""
    here = AT.astimezone(timezone(timedelta(hours=2)))

    assert verify(BODY, signed(at=here), SECRET, now=AT).at == AT
