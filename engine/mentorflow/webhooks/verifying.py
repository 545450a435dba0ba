"""What a receiver does with a request: believe it, or say what is wrong with it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

from mentorflow.clock import SystemClock, as_utc
from mentorflow.errors import WebhookInvalid
from mentorflow.webhooks.keys import Witness, as_texts, decoded, witness_of
from mentorflow.webhooks.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    WELL_FORMED_ID,
    WELL_FORMED_TIMESTAMP,
    content_of,
)

LARGEST_BODY = 1024 * 1024
# Eleven keys sign during a rotation at most. More only costs the receiver work.
MOST_SIGNATURES = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # fromtimestamp ends at 2038 or 3000 on some systems
_LONGEST_HEADER = 4096
_VERSIONS = frozenset({"v1", "v1a"})


class HasItems(Protocol):
    """A mapping of headers, also one that has names twice: those of every web framework."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return names with values."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One event, as its sender signed it."""

    id: str
    """The same in every attempt and in replays: what to tell repetitions by."""
    at: datetime
    """When this attempt was made, in UTC."""
    type: str | None
    """What happened, such as `mentorship.state_changed`; None where the payload does not say."""
    data: Any = field(repr=False, compare=False)
    """What it happened to; None where the payload has no `data`."""
    payload: dict[str, Any] = field(repr=False, compare=False)
    """All of the body, as JSON."""
    body: bytes = field(repr=False)
    """The bytes that were signed."""

    @classmethod
    def of(cls, id_: str, at: datetime, body: bytes) -> Self:
        """Return the webhook of a body that is known to be genuine.

        Raises:
            WebhookInvalid: if it is none.
        """
        payload = _payload(body)
        kind = payload.get("type")
        if not isinstance(kind, str | None):
            raise WebhookInvalid("the type of the event is not text")
        return cls(id=id_, at=at, type=kind, data=payload.get("data"), payload=payload, body=body)


def verify(
    body: bytes,
    headers: HasItems | Sequence[tuple[str | bytes, str | bytes]],
    secrets: str | Sequence[str],
    *,
    tolerance: timedelta = timedelta(minutes=5),
    now: datetime | None = None,
) -> Webhook:
    """Return the webhook that a request is, if one of the secrets or public keys has signed it.

    `body` is the bytes as they came, before anything has read them as text or JSON. A webhook is
    refused if it was sent longer ago than `tolerance`, or as far in the future.

    Raises:
        WebhookInvalid: if it is anything else, whatever that is; answer 400.
        SecretInvalid: if one of your secrets is none, whatever came.
        MissingExtra: if one is a public key, and cryptography is not installed.
    """
    witnesses = [witness_of(text) for text in as_texts(secrets)]
    present = SystemClock().now() if now is None else as_utc(now, what="now")
    found = _found(headers)
    raw = _body(body)
    at = _instant(found[TIMESTAMP])
    _require_fresh(at, present, tolerance)
    _require_signed(found, raw, witnesses)
    return Webhook.of(found[ID], at, raw)


def _found(headers: object) -> dict[str, str]:
    """Return the three headers by their names in lower case, each well formed by itself."""
    found: dict[str, str] = {}
    for given, value in _pairs(headers):
        name = _name(given)
        if name in found:
            raise WebhookInvalid(f"the header {name} comes twice")
        if name in {ID, TIMESTAMP, SIGNATURE}:
            found[name] = _value(name, value)
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not found.get(name)]
    if missing:
        raise WebhookInvalid(f"it has no header {' and no '.join(missing)}")
    if not WELL_FORMED_ID.fullmatch(found[ID]):
        raise WebhookInvalid(f"{ID} has spaces, a full stop, or more than 256 characters")
    return found


def _pairs(headers: Any) -> list[tuple[object, object]]:
    try:
        items = headers.items() if hasattr(headers, "items") else headers
        return [(name, value) for name, value in items]
    except (TypeError, ValueError):
        raise WebhookInvalid("the headers are neither a mapping nor pairs") from None


def _name(given: object) -> str:
    if isinstance(given, bytes):
        return given.decode("latin-1").lower()
    return given.lower() if isinstance(given, str) else ""


def _value(name: str, given: object) -> str:
    text = given.decode("latin-1") if isinstance(given, bytes) else given
    if not isinstance(text, str):
        raise WebhookInvalid(f"the header {name} is {type(given).__name__} instead of text")
    if len(text) > _LONGEST_HEADER:
        raise WebhookInvalid(f"the header {name} has more than {_LONGEST_HEADER} characters")
    if not text.isascii():
        raise WebhookInvalid(f"the header {name} is not ASCII")
    return text.strip(" \t")


def _body(body: object) -> bytes:
    if not isinstance(body, bytes):
        raise WebhookInvalid(
            f"the body is {type(body).__name__} instead of bytes: what is signed is the bytes as "
            "they came, before a framework has read them"
        )
    if len(body) > LARGEST_BODY:
        raise WebhookInvalid(f"the body has more than {LARGEST_BODY:,} bytes")
    return body


def _instant(timestamp: str) -> datetime:
    if not WELL_FORMED_TIMESTAMP.fullmatch(timestamp):
        raise WebhookInvalid(f"{TIMESTAMP} is no whole number of seconds since 1970")
    return _EPOCH + timedelta(seconds=int(timestamp))


def _require_fresh(at: datetime, now: datetime, tolerance: timedelta) -> None:
    if abs(now - at) > tolerance:
        away, way = (now - at, "before") if now > at else (at - now, "after")
        raise WebhookInvalid(
            f"it was sent at {at:%Y-%m-%d %H:%M:%S} UTC, {away.total_seconds():.0f} s {way} what "
            f"the clock says here, and {tolerance.total_seconds():.0f} s are tolerated: somebody "
            "sends it again, or one of the clocks is wrong"
        )


def _require_signed(found: dict[str, str], body: bytes, witnesses: Sequence[Witness]) -> None:
    signatures = _signatures(found[SIGNATURE])
    content = content_of(found[ID], found[TIMESTAMP], body)
    for one in witnesses:
        if one.has_signed(content, signatures.get(one.version, ())):
            return
    kinds = sorted({one.version for one in witnesses})
    if not signatures.keys() & set(kinds):
        raise WebhookInvalid(
            f"it is signed as {' and '.join(sorted(signatures))}, and the secrets given are for "
            f"{' and '.join(kinds)}"
        )
    raise WebhookInvalid(
        "no signature matches: the secret is another endpoint's or an old one, or the body is not "
        "the bytes as they were sent"
    )


def _signatures(header: str) -> dict[str, list[bytes]]:
    """Return the signatures by version; those of versions that nobody here knows say nothing."""
    parts = header.split()
    if len(parts) > MOST_SIGNATURES:
        raise WebhookInvalid(f"it has {len(parts)} signatures, more than {MOST_SIGNATURES}")
    found: dict[str, list[bytes]] = {}
    for part in parts:
        version, comma, text = part.partition(",")
        if not comma:
            raise WebhookInvalid(f"a signature in {SIGNATURE} has no comma behind its version")
        if version not in _VERSIONS:
            continue
        signature = decoded(text)
        if signature is None:
            raise WebhookInvalid(f"a signature in {SIGNATURE} is not base64")
        found.setdefault(version, []).append(signature)
    if not found:
        raise WebhookInvalid(f"{SIGNATURE} has none of the versions v1 and v1a")
    return found


def _payload(body: bytes) -> dict[str, Any]:
    # What is raised here stands alone: its cause would hold the body, and end up in logs with it.
    try:
        payload = _JSON.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise WebhookInvalid("the body is not UTF-8") from None
    except RecursionError:
        raise WebhookInvalid("the body is nested too deeply") from None
    except ValueError as wrong:
        raise WebhookInvalid(f"the body is not JSON: {wrong}") from None
    if not isinstance(payload, dict):
        raise WebhookInvalid("the body is JSON, and no object")
    return payload


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, unless readers could disagree on what it holds."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same name twice")
    return found


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


_JSON = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
