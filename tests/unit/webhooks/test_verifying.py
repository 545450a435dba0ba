"""A receiver believes what was signed, and has one error for everything else."""

import json
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from email.message import Message
from typing import Any

import pytest
from starlette.datastructures import Headers as StarletteHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders

from mentorflow.errors import MentorflowError, NaiveDatetime
from mentorflow.webhooks import WebhookInvalid, headers_of, new_key, public_of, verify
from signed import AT, BODY, EVENT, KEY, OTHER_SECRET, PUBLIC, SECRET, signed

Headers = dict[str, Any]
ALL = "webhook-id", "webhook-timestamp", "webhook-signature"


def test_a_webhook_is_what_was_sent() -> None:
    webhook = verify(BODY, signed(), SECRET, now=AT)

    assert (webhook.id, webhook.at, webhook.type) == (EVENT, AT, "mentorship.state_changed")
    assert webhook.data == {"to": "rapport", "name": "Zoë"}
    assert webhook.payload == json.loads(BODY)
    assert webhook.body == BODY


def test_a_payload_without_type_and_data_is_given_whole() -> None:
    body = b'{"email":"x@example.com"}'
    webhook = verify(body, signed(body=body), SECRET, now=AT)

    assert (webhook.type, webhook.data, webhook.payload) == (None, None, {"email": "x@example.com"})


def test_a_webhook_can_be_logged_without_personal_data() -> None:
    shown = repr(verify(BODY, signed(), SECRET, now=AT))

    assert EVENT in shown
    assert "Zo" not in shown


def test_a_webhook_is_frozen_and_can_be_a_key() -> None:
    webhook = verify(BODY, signed(), SECRET, now=AT)

    with pytest.raises(AttributeError):
        webhook.id = "other"  # type: ignore[misc]
    assert {webhook} == {verify(BODY, signed(), SECRET, now=AT)}


@pytest.mark.parametrize(
    "shaped",
    [
        lambda headers: {name.title(): value for name, value in headers.items()},
        lambda headers: {name.upper(): value for name, value in headers.items()},
        lambda headers: {name: value.encode() for name, value in headers.items()},
        lambda headers: [(name.encode(), value.encode()) for name, value in headers.items()],
        lambda headers: [*headers.items(), ("cookie", "a"), ("cookie", "b"), (b"\xff", b"\xff")],
        StarletteHeaders,
        WerkzeugHeaders,
        lambda headers: _message(list(headers.items())),
    ],
    ids=["title", "upper", "bytes", "pairs", "others", "starlette", "werkzeug", "email"],
)
def test_headers_come_in_many_shapes(shaped: Callable[[Headers], Any]) -> None:
    assert verify(BODY, shaped(signed()), SECRET, now=AT).id == EVENT


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "shaped",
    [
        list,
        lambda pairs: [(name.title().encode(), value.encode()) for name, value in pairs],
        WerkzeugHeaders,
        lambda pairs: StarletteHeaders(raw=[(n.encode(), v.encode()) for n, v in pairs]),
        lambda pairs: _message(pairs),  # noqa: PLW0108  # it stands below
    ],
    ids=["pairs", "bytes", "werkzeug", "starlette", "email"],
)
def test_a_header_that_comes_twice_is_refused(
    name: str, shaped: Callable[[list[tuple[str, str]]], Any]
) -> None:
    headers = shaped([*signed().items(), (name, signed()[name])])

    with pytest.raises(WebhookInvalid, match=f"{name} comes twice"):
        verify(BODY, headers, SECRET, now=AT)


def test_names_that_differ_in_case_only_are_the_same_header() -> None:
    with pytest.raises(WebhookInvalid, match="twice"):
        verify(BODY, {**signed(), "Webhook-Id": EVENT}, SECRET, now=AT)


# Secrets: rotation, both kinds


@pytest.mark.parametrize("keys", [[SECRET], [OTHER_SECRET, SECRET], [KEY, SECRET]])
def test_during_a_rotation_either_secret_will_do(keys: list[str]) -> None:
    assert verify(BODY, signed(*keys), SECRET, now=AT).id == EVENT
    assert verify(BODY, signed(SECRET), [PUBLIC, OTHER_SECRET, SECRET], now=AT).id == EVENT


@pytest.mark.parametrize("secrets", [PUBLIC, [SECRET, PUBLIC], [public_of(new_key()), PUBLIC]])
def test_a_webhook_signed_by_a_key_pair_is_believed(secrets: str | list[str]) -> None:
    assert verify(BODY, signed(KEY), secrets, now=AT).id == EVENT


def test_a_rotated_away_secret_is_not_believed() -> None:
    with pytest.raises(WebhookInvalid, match="no signature matches"):
        verify(BODY, signed(OTHER_SECRET, new_key()), [SECRET, PUBLIC], now=AT)


def test_a_secret_of_the_other_kind_is_told() -> None:
    with pytest.raises(WebhookInvalid, match=r"signed as v1a, and the secrets given are for v1$"):
        verify(BODY, signed(KEY), SECRET, now=AT)


def test_a_signature_is_not_taken_for_one_of_the_other_version() -> None:
    headers = signed()
    swapped = headers["webhook-signature"].replace("v1,", "v1a,")

    with pytest.raises(WebhookInvalid):
        verify(BODY, {**headers, "webhook-signature": swapped}, [SECRET, PUBLIC], now=AT)


def test_versions_that_nobody_knows_yet_are_passed_over() -> None:
    headers = signed()
    headers["webhook-signature"] = f"v2,~~ {headers['webhook-signature']} v1b,"

    assert verify(BODY, headers, SECRET, now=AT).id == EVENT


# The time


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_are_tolerated_either_way(seconds: int) -> None:
    assert verify(BODY, signed(), SECRET, now=AT + timedelta(seconds=seconds)).at == AT


@pytest.mark.parametrize("seconds", [-301, 301])
def test_more_is_not(seconds: int) -> None:
    with pytest.raises(WebhookInvalid, match=r"2026-03-02 09:00:00 UTC, 301 s .* 300 s"):
        verify(BODY, signed(), SECRET, now=AT + timedelta(seconds=seconds))


def test_how_much_is_tolerated_can_be_set() -> None:
    now = AT + timedelta(days=1)

    assert verify(BODY, signed(), SECRET, now=now, tolerance=timedelta(days=1)).at == AT


def test_now_may_be_in_any_zone_and_must_be_in_one() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-8)))

    assert verify(BODY, signed(), SECRET, now=elsewhere).at.tzinfo is UTC
    with pytest.raises(NaiveDatetime):
        verify(BODY, signed(), SECRET, now=AT.replace(tzinfo=None))


def test_without_now_it_is_now() -> None:
    with pytest.raises(WebhookInvalid, match="before what the clock says"):
        verify(BODY, signed(at=AT.replace(year=2020)), SECRET)


# What is malformed


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("value", [None, "", " ", "\xe9", "\0", 7, ["a"], b"\xff", "x" * 5000])
def test_a_header_that_is_none_is_refused(name: str, value: Any) -> None:
    headers = {key: found for key, found in signed().items() if key != name}
    if value is not None:
        headers[name] = value

    with pytest.raises(WebhookInvalid, match=name):
        verify(BODY, headers, SECRET, now=AT)


@pytest.mark.parametrize(
    "timestamp",
    [
        *("1772442000.0", "-1", "+1772442000", "1_772_442_000", "01772442000", "1772442000L"),
        *("0x1", "1e9", "nan", "now", "2026-03-02T09:00:00Z"),
        *("1772442000".translate({ord("0") + n: 0xFF10 + n for n in range(10)}), "\u00b2"),
        *("0", "9" * 11, "9" * 12, "9" * 4000),
    ],
)
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    with pytest.raises(WebhookInvalid):
        verify(BODY, {**signed(), "webhook-timestamp": timestamp}, SECRET, now=AT)


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        ("v1", "no comma"),
        ("tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=", "no comma"),
        ("v1,!!!", "not base64"),
        ("v1,AAA", "not base64"),
        ("v1,AB==", "not base64"),
        ("v1,é", "not ASCII"),
        ("v1,", "no signature matches"),
        ("v1,AA==", "no signature matches"),
        ("v1a,AA==", "signed as v1a"),
        ("v2,AA==", "none of the versions"),
        (" ".join(["v1,AA=="] * 21), "21 signatures"),
    ],
)
def test_a_signature_that_is_none_is_refused(signature: str, why: str) -> None:
    with pytest.raises(WebhookInvalid, match=why):
        verify(BODY, {**signed(), "webhook-signature": signature}, SECRET, now=AT)


def test_a_short_signature_of_a_key_pair_does_not_match() -> None:
    with pytest.raises(WebhookInvalid, match="no signature matches"):
        verify(BODY, {**signed(), "webhook-signature": "v1a,AA=="}, PUBLIC, now=AT)


def test_the_parts_of_what_is_signed_cannot_be_shifted() -> None:
    """`a.1.2.{}` could be the id `a` at 1 with the body `2.{}`, or `a.1` at 2 with `{}`."""
    seconds = int(AT.timestamp())
    headers = headers_of("a", AT, b"%d.{}" % seconds, SECRET)

    with pytest.raises(WebhookInvalid, match="full stop"):
        verify(b"{}", {**headers, "webhook-id": f"a.{seconds}"}, SECRET, now=AT)


@pytest.mark.parametrize("headers", [None, 5, "text", b"bytes", [1], [("a",)], ["ab"], [(1, 2)]])
def test_headers_that_are_none_are_refused(headers: Any) -> None:
    with pytest.raises(WebhookInvalid):
        verify(BODY, headers, SECRET, now=AT)


@pytest.mark.parametrize("body", [BODY.decode(), json.loads(BODY), None, bytearray(BODY)])
def test_a_body_that_was_read_already_is_refused(body: Any) -> None:
    with pytest.raises(WebhookInvalid, match="instead of bytes"):
        verify(body, signed(), SECRET, now=AT)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"not json", "not JSON"),
        (b'{"a":1}{', "not JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b"[]", "no object"),
        (b"null", "no object"),
        (b'{"type":5}', "type"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"data":{"a":1,"\\u0061":2}}', "twice"),
        (b'{"a":NaN}', "NaN"),
        (b'{"a":-Infinity}', "Infinity"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"a":"' + b"x" * 1024 * 1024 + b'"}', "more than 1,048,576 bytes"),
    ],
)
def test_a_body_that_is_none_is_refused_even_if_it_is_signed(body: bytes, why: str) -> None:
    with pytest.raises(WebhookInvalid, match=why):
        verify(body, signed(body=body), SECRET, now=AT)


def test_a_refusal_holds_neither_the_body_nor_a_secret() -> None:
    body = b'{"name":"Zoe","name":"Zoe"}'
    with pytest.raises(WebhookInvalid) as refused:
        verify(body, signed(body=body), SECRET, now=AT)
    wrong: MentorflowError = refused.value

    assert wrong.__cause__ is None
    assert wrong.as_dict() == {"code": "webhook_invalid", "reason": str(wrong)}
    assert "Zoe" not in str(wrong)


def test_a_refusal_does_not_say_what_would_have_been_right() -> None:
    headers = signed()
    with pytest.raises(WebhookInvalid) as refused:
        verify(BODY + b" ", headers, SECRET, now=AT)
    right = signed(body=BODY + b" ")["webhook-signature"].removeprefix("v1,")

    assert right not in str(refused.value)


def _message(pairs: list[tuple[str, str]]) -> Message:
    """Return headers as http.server has them."""
    message = Message()
    for name, value in pairs:
        message[name] = value
    return message
