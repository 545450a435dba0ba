"""Nobody without the secret is believed, and nothing that comes is worse than refused."""

from base64 import b64encode
from typing import Any, AnyStr

from hypothesis import example, given
from hypothesis import strategies as st

from mentorflow.webhooks import Webhook, WebhookInvalid, new_key, new_secret, verify
from signed import AT, BODY, EVENT, KEY, OTHER_SECRET, PUBLIC, SECRET, signed

NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature")
SECRETS = [OTHER_SECRET, SECRET, PUBLIC]
GENUINE = verify(BODY, signed(SECRET, KEY), SECRETS, now=AT)
_TIMESTAMP = signed()["webhook-timestamp"]
_SIGNED_BY_OTHERS = [signed(key)["webhook-signature"] for key in (new_secret(), new_key())]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(NAMES) | st.text() | st.binary(), inner, max_size=4)
    ),
)
names = st.sampled_from(NAMES).flatmap(
    lambda name: st.sampled_from([name, name.upper(), name.title(), name.encode()])
)
signatures = st.lists(
    st.tuples(
        st.sampled_from(["v1", "v1a", "v2", ""]),
        st.binary(max_size=70).map(lambda raw: b64encode(raw).decode()) | st.text(max_size=90),
    ).map(",".join),
    max_size=25,
).map(" ".join)
values = (
    st.text() | st.binary() | signatures | st.sampled_from([EVENT, _TIMESTAMP, *_SIGNED_BY_OTHERS])
)


@given(body=anything, headers=anything)
def test_anything_at_all_is_refused(body: Any, headers: Any) -> None:
    assert _taken(body, headers) is None


@given(body=st.just(BODY) | st.binary(), pairs=st.lists(st.tuples(names, values), max_size=5))
def test_headers_made_up_by_somebody_else_are_refused(
    body: bytes, pairs: list[tuple[str | bytes, str | bytes]]
) -> None:
    """They may know all that is public, and what was signed; the signature alone they have not."""
    assert _taken(body, pairs) is None


@given(
    place=st.integers(0, len(BODY)),
    change=st.sampled_from(["insert", "replace", "delete"]),
    what=st.binary(min_size=1, max_size=4),
)
def test_a_body_is_believed_only_as_it_was_signed(place: int, change: str, what: bytes) -> None:
    body = _changed(BODY, place, change, what)

    assert _taken(body, signed(SECRET, KEY)) == (GENUINE if body == BODY else None)


@given(
    name=st.sampled_from(NAMES),
    place=st.integers(0, 200),
    change=st.sampled_from(["insert", "replace", "delete"]),
    what=st.text(st.characters(max_codepoint=0x100), min_size=1, max_size=4),
)
@example(name="webhook-signature", place=46, change="replace", what=" v1,")
@example(name="webhook-timestamp", place=0, change="insert", what="0")
@example(name="webhook-id", place=0, change="insert", what=" ")
def test_a_changed_header_never_makes_another_webhook_of_it(
    name: str, place: int, change: str, what: str
) -> None:
    """Other spaces or one signature less are no change of what was signed."""
    headers = signed(SECRET, KEY)
    headers[name] = _changed(headers[name], place, change, what)

    assert _taken(BODY, headers) in {GENUINE, None}


@given(data=st.data())
def test_every_single_bit_of_a_signature_counts(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([SECRET, KEY]))
    version, signature = signed(key)["webhook-signature"].split(",")
    place = data.draw(st.integers(0, len(signature) - 1))
    letter = data.draw(st.sampled_from([c for c in _ALPHABET if c != signature[place]]))
    changed = f"{version},{signature[:place]}{letter}{signature[place + 1 :]}"

    assert _taken(BODY, {**signed(), "webhook-signature": changed}) is None


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


def _taken(body: Any, headers: Any) -> Webhook | None:
    """Return the webhook, or None where it is refused; any other error is the test's."""
    try:
        return verify(body, headers, SECRETS, now=AT)
    except WebhookInvalid:
        return None


def _changed(text: AnyStr, place: int, change: str, what: AnyStr) -> AnyStr:
    place = min(place, len(text))
    end = place if change == "insert" else place + len(what)
    return text[:place] + (text[:0] if change == "delete" else what) + text[end:]
