"""What is signed is what Standard Webhooks says, by vectors that others have made."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mentorflow.errors import InvalidPayload, NaiveDatetime, SecretInvalid
from mentorflow.webhooks import headers_of, public_of, sign, verify
from signed import AT, BODY, EVENT, KEY, OTHER_SECRET, PUBLIC, SECRET

# Of Svix, whose server and libraries the format comes from.
HMAC: dict[str, Any] = {
    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "id": "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
    "at": datetime.fromtimestamp(1649367553, UTC),
    "body": b'{"email":"test@example.com","username":"test_user"}',
    "signature": "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
}
ED25519: dict[str, Any] = {
    "secret": "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9l"
    "MicMFs6Kvg==",
    "public": "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
    "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "at": datetime.fromtimestamp(1614265330, UTC),
    "body": b'{"test": 2432232314}',
    "signature": "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl"
    "8EM+m7TBAg==",
}


@pytest.mark.parametrize("vector", [HMAC, ED25519], ids=["v1", "v1a"])
def test_a_known_webhook_is_signed_as_it_is_known(vector: dict[str, Any]) -> None:
    signature = sign(vector["id"], vector["at"], vector["body"], vector["secret"])

    assert signature == vector["signature"]


@pytest.mark.parametrize("vector", [HMAC, ED25519], ids=["v1", "v1a"])
def test_a_known_webhook_is_believed(vector: dict[str, Any]) -> None:
    headers = {
        "webhook-id": vector["id"],
        "webhook-timestamp": str(int(vector["at"].timestamp())),
        "webhook-signature": vector["signature"],
    }
    secret = vector.get("public", vector["secret"])

    webhook = verify(vector["body"], headers, secret, now=vector["at"])

    assert (webhook.id, webhook.at, webhook.body) == (vector["id"], vector["at"], vector["body"])


def test_a_known_key_pair_has_its_public_half() -> None:
    assert public_of(ED25519["secret"]) == ED25519["public"]


def test_a_key_pair_may_be_its_seed_alone() -> None:
    seed = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc="

    assert public_of(seed) == ED25519["public"]


def test_every_key_signs_in_the_order_given() -> None:
    alone = [sign(EVENT, AT, BODY, key) for key in (SECRET, KEY, OTHER_SECRET)]

    assert sign(EVENT, AT, BODY, [SECRET, KEY, OTHER_SECRET]).split(" ") == alone


def test_an_instant_is_the_same_in_every_zone() -> None:
    zones = [timezone(timedelta(hours=5, minutes=30)), ZoneInfo("America/New_York")]
    signatures = {str(headers_of(EVENT, AT.astimezone(zone), BODY, SECRET)) for zone in zones}

    assert signatures == {str(headers_of(EVENT, AT, BODY, SECRET))}


def test_parts_of_a_second_are_left_out() -> None:
    late = AT + timedelta(microseconds=999_999)

    assert headers_of(EVENT, late, BODY, SECRET) == headers_of(EVENT, AT, BODY, SECRET)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        sign(EVENT, AT.replace(tzinfo=None), BODY, SECRET)


@pytest.mark.parametrize("year", [1969, 9999])
def test_an_instant_that_no_receiver_would_take_is_refused(year: int) -> None:
    with pytest.raises(InvalidPayload, match=str(year)):
        sign(EVENT, AT.replace(year=year), BODY, SECRET)


@pytest.mark.parametrize("name", ["", "evt.1", "evt 1", "evt\r\nx: y", "évt", "x" * 257])
def test_an_id_that_would_blur_what_is_signed_is_refused(name: str) -> None:
    with pytest.raises(InvalidPayload, match="cannot be the id"):
        sign(name, AT, BODY, SECRET)


def test_only_bytes_are_signed() -> None:
    body: Any = BODY.decode()

    with pytest.raises(InvalidPayload, match="this body is str"):
        sign(EVENT, AT, body, SECRET)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(SecretInvalid, match="only verifies"):
        sign(EVENT, AT, BODY, PUBLIC)
