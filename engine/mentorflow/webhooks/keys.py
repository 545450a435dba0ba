"""What webhooks are signed and verified with, as people hand it to each other.

whsec_   24 to 64 random bytes that both sides have; signs as `v1`, HMAC-SHA256
whsk_    an ed25519 key pair, the sender's alone; signs as `v1a`
whpk_    its public half, for receivers

Behind each prefix stands base64. No error here shows any of it.
"""

import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol

from mentorflow.errors import MissingExtra, SecretInvalid

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

SECRET, KEY, PUBLIC = "whsec_", "whsk_", "whpk_"
_LEAST, _MOST = 24, 64  # bytes of a secret
_SEED, _PAIR, _POINT = 32, 64, 32  # bytes, of ed25519


class Signer(Protocol):
    """What a sender signs with."""

    @property
    def version(self) -> str:
        """What its signatures are called in the header."""
        ...

    def sign(self, content: bytes) -> bytes:
        """Return the signature of a content."""
        ...


class Witness(Protocol):
    """What a receiver verifies with."""

    @property
    def version(self) -> str:
        """What its signatures are called in the header."""
        ...

    def has_signed(self, content: bytes, signatures: Iterable[bytes]) -> bool:
        """Whether one of the signatures is that of the content."""
        ...


@dataclass(frozen=True, slots=True)
class _Shared:
    """A secret that both sides have."""

    version: ClassVar[str] = "v1"
    secret: bytes = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        return hmac.digest(self.secret, content, "sha256")

    def has_signed(self, content: bytes, signatures: Iterable[bytes]) -> bool:
        expected = self.sign(content)
        return any(hmac.compare_digest(expected, one) for one in signatures)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A key pair, with which only its owner signs."""

    version: ClassVar[str] = "v1a"
    key: "Ed25519PrivateKey" = field(repr=False)

    def sign(self, content: bytes) -> bytes:
        return self.key.sign(content)


@dataclass(frozen=True, slots=True)
class _Public:
    """The half of a key pair with which anybody verifies."""

    version: ClassVar[str] = "v1a"
    key: "Ed25519PublicKey" = field(repr=False)

    def has_signed(self, content: bytes, signatures: Iterable[bytes]) -> bool:
        return any(self._is_signature(one, content) for one in signatures)

    def _is_signature(self, signature: bytes, content: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature

        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


def new_secret() -> str:
    """Return a new secret of 32 random bytes, for `v1`."""
    return _text(SECRET, secrets.token_bytes(32))


def new_key() -> str:
    """Return a new ed25519 key pair, for `v1a`; receivers get `public_of` it.

    Raises:
        MissingExtra: if cryptography is not installed.
    """
    return _pair_text(_private(secrets.token_bytes(_SEED)))


def public_of(key: str) -> str:
    """Return the public half of a key pair.

    Raises:
        SecretInvalid: if it is no key pair.
        MissingExtra: if cryptography is not installed.
    """
    signer = signer_of(key)
    if not isinstance(signer, _Pair):
        raise SecretInvalid(f"only a key pair, {KEY}…, has a public half")
    return _text(PUBLIC, signer.key.public_key().public_bytes_raw())


def as_texts(given: str | Sequence[str]) -> Sequence[str]:
    """Return one secret or several as several.

    Raises:
        SecretInvalid: if there is none.
    """
    if isinstance(given, (str, bytes)):
        return (given,)
    if not given:
        raise SecretInvalid("there is no secret at all")
    return given


def signer_of(text: str) -> Signer:
    """Return what a sender's secret or key pair signs with.

    Raises:
        SecretInvalid: if it is neither.
        MissingExtra: if it is a key pair, and cryptography is not installed.
    """
    prefix, raw = _parts(text)
    if prefix == SECRET:
        return _shared(raw)
    if prefix == PUBLIC:
        raise SecretInvalid(f"{PUBLIC}… is a public key, which only verifies; sign with {KEY}…")
    if len(raw) not in {_SEED, _PAIR}:
        raise SecretInvalid(f"{KEY}… holds {len(raw)} bytes, and a key pair has {_SEED} or {_PAIR}")
    pair = _Pair(_private(raw[:_SEED]))
    if len(raw) == _PAIR and _pair_text(pair.key) != text:
        raise SecretInvalid(f"the two halves of {KEY}… do not belong together")
    return pair


def witness_of(text: str) -> Witness:
    """Return what a receiver's secret or public key verifies with.

    Raises:
        SecretInvalid: if it is neither.
        MissingExtra: if it is a public key, and cryptography is not installed.
    """
    prefix, raw = _parts(text)
    if prefix == SECRET:
        return _shared(raw)
    if prefix == KEY:
        raise SecretInvalid(
            f"{KEY}… is the sender's own key, with which anybody can sign in its name; a receiver "
            f"needs {PUBLIC}…, and the sender a new key"
        )
    if len(raw) != _POINT:
        raise SecretInvalid(f"{PUBLIC}… holds {len(raw)} bytes, and a public key has {_POINT}")
    return _Public(_public(raw))


def _parts(text: object) -> tuple[str, bytes]:
    """Return the prefix of a secret, and the bytes behind it."""
    if not isinstance(text, str):
        raise SecretInvalid(f"a secret is text, and this one is {type(text).__name__}")
    prefix = next((one for one in (SECRET, KEY, PUBLIC) if text.startswith(one)), None)
    if prefix is None:
        raise SecretInvalid(
            f"a secret begins with {SECRET}, and a key with {KEY} or {PUBLIC}; this one does not "
            f"(it has {len(text)} characters)"
        )
    raw = decoded(text.removeprefix(prefix))
    if raw is None:
        raise SecretInvalid(f"what stands behind {prefix} is not base64, or not only base64")
    return prefix, raw


def decoded(text: str) -> bytes | None:
    """Return what base64 stands for, if it is written in the one way that it can be.

    A decoder that lets unused bits be anything has several texts for the same bytes.
    """
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        return None
    return raw if b64encode(raw).decode() == text else None


def _shared(raw: bytes) -> _Shared:
    if not _LEAST <= len(raw) <= _MOST:
        raise SecretInvalid(
            f"{SECRET}… holds {len(raw)} bytes, and a secret has {_LEAST} to {_MOST}"
        )
    return _Shared(raw)


def _private(seed: bytes) -> "Ed25519PrivateKey":
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ModuleNotFoundError as missing:
        raise _missing() from missing
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(point: bytes) -> "Ed25519PublicKey":
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ModuleNotFoundError as missing:
        raise _missing() from missing
    return Ed25519PublicKey.from_public_bytes(point)


def _missing() -> MissingExtra:
    return MissingExtra(f"signing or verifying with {KEY}… and {PUBLIC}… (v1a)", extra="webhooks")


def _pair_text(key: "Ed25519PrivateKey") -> str:
    """Write a key pair as others write it too: the seed, then the public half."""
    return _text(KEY, key.private_bytes_raw() + key.public_key().public_bytes_raw())


def _text(prefix: str, raw: bytes) -> str:
    return prefix + b64encode(raw).decode()
