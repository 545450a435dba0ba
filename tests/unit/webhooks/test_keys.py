"""Secrets and keys: made well, and refused when they are none, without being shown."""

import sys
from base64 import b64decode, b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow.errors import MissingExtra, SecretInvalid
from mentorflow.webhooks import new_key, new_secret, public_of, verify
from signed import AT, BODY, KEY, PUBLIC, SECRET, signed


def test_a_new_secret_has_32_random_bytes() -> None:
    secrets = {new_secret() for _ in range(100)}

    assert {len(b64decode(one.removeprefix("whsec_"))) for one in secrets} == {32}
    assert len(secrets) == 100


def test_a_new_key_pair_is_a_new_one() -> None:
    first, second = new_key(), new_key()

    assert public_of(first) != public_of(second)
    assert first.startswith("whsk_")
    assert public_of(first).startswith("whpk_")


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_has_24_to_64_bytes(size: int) -> None:
    secret = _secret(size)

    assert verify(BODY, signed(secret), secret, now=AT).body == BODY


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("", "begins with whsec_"),
        (SECRET.removeprefix("whsec_"), "begins with whsec_"),
        (f"v1,{SECRET}", "begins with whsec_"),
        (f" {SECRET}", "begins with whsec_"),
        (f"{SECRET}\n", "not base64"),
        (f"{SECRET} {SECRET}", "not base64"),
        ("whsec_", "0 bytes"),
        (f"whsec_{'A' * 20}_-==", "not base64"),
        (f"whsec_{b64encode(bytes(23)).decode()}", "23 bytes"),
        (f"whsec_{b64encode(bytes(65)).decode()}", "65 bytes"),
        (f"whpk_{b64encode(bytes(31)).decode()}", "31 bytes"),
        (KEY, "sender's own key"),
        ([], "no secret at all"),
        (None, "no secret at all"),
        ([None], "NoneType"),
        (SECRET.encode(), "bytes"),
        ([SECRET, "oops"], "begins with whsec_"),
    ],
)
def test_what_is_no_secret_of_a_receiver_is_told_before_the_webhook_is_looked_at(
    secret: Any, why: str
) -> None:
    with pytest.raises(SecretInvalid, match=why) as refused:
        verify(b"", {}, secret)

    assert not _shows(str(refused.value), secret)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        (f"whsk_{b64encode(bytes(33)).decode()}", "33 bytes"),
        (f"whsk_{b64encode(bytes(64)).decode()}", "do not belong together"),
        (SECRET, "only a key pair"),
        (PUBLIC, "only verifies"),
    ],
)
def test_what_is_no_key_pair_is_refused(key: str, why: str) -> None:
    with pytest.raises(SecretInvalid, match=why) as refused:
        public_of(key)

    assert not _shows(str(refused.value), key)


@given(secret=st.text() | st.text().map("whsec_{}".format) | st.text().map("whpk_{}".format))
def test_no_text_is_worse_than_no_secret(secret: str) -> None:
    with pytest.raises(SecretInvalid):
        verify(BODY, signed(), secret, now=AT)


def test_a_representation_shows_no_secret() -> None:
    from mentorflow.webhooks.keys import signer_of, witness_of

    shown = f"{signer_of(SECRET)} {signer_of(KEY)} {witness_of(SECRET)} {witness_of(PUBLIC)}"

    assert not _shows(shown, [SECRET, KEY])
    assert str(b64decode(SECRET.removeprefix("whsec_"))) not in shown


@pytest.mark.parametrize(
    "use",
    [new_key, lambda: public_of(KEY), lambda: _verify_with(PUBLIC)],
    ids=["making", "signing", "verifying"],
)
def test_what_ed25519_needs_is_told(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "cryptography.hazmat.primitives.asymmetric.ed25519"
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingExtra, match=r"pip install 'mentorflow\[webhooks\]'"):
        use()


def test_hmac_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)

    assert _verify_with(SECRET) == BODY


def _verify_with(secret: str) -> bytes:
    return verify(BODY, signed(), secret, now=AT).body


def _secret(size: int) -> str:
    return f"whsec_{b64encode(bytes(range(size))).decode()}"


def _shows(text: str, secret: Any) -> bool:
    """Whether a text has anything of the secrets behind their prefixes."""
    secrets = secret if isinstance(secret, list) else [secret]
    bare = [str(one).partition("_")[2] for one in secrets]
    return any(one[start : start + 8] in text for one in bare for start in range(len(one) - 7))
