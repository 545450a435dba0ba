"""Endpoints: who outside wants to hear of what, how they are signed to, how they fare."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mentorflow.core.notices import Form, Subscription
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.payload import name_text
from mentorflow.engine.saying import Saying
from mentorflow.engine.sealing import Sealing
from mentorflow.errors import InvalidPayload, NotFound
from mentorflow.outbound.headers import check_headers
from mentorflow.outbound.rules import Rules
from mentorflow.store import endpoints as stored
from mentorflow.store.endpoints import StoredEndpoint
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction
from mentorflow.webhooks.keys import new_key, new_secret

OVERLAP = timedelta(hours=24)
"""For how long what was rotated out still signs."""
FOR = "endpoint"
"""What the history says is changed."""
_LONGEST_OVERLAP = timedelta(days=7)
_MOST_KEYS = 10
_MOST_HEADERS = 20
_MOST_HEADER = 1000
_MOST_PATTERNS = 100
_MOST_PER_MINUTE = 100_000
_OURS = ("webhook-", "content-", "user-agent")
"""Written for each request; the client refuses others."""
_KINDS = {"v1": new_secret, "v1a": new_key}
_IDS = IdMaker()


class NewEndpoint(NamedTuple):
    """An endpoint with what its notices are signed with, which is shown this once."""

    endpoint: StoredEndpoint
    secret: str


class Endpoints:
    """The endpoints of an engine, as operators set them up."""

    def __init__(self, store: Store, sealing: Sealing, rules: Rules) -> None:
        self._store = store
        self._sealing = sealing
        self._rules = rules

    def add(
        self,
        url: str,
        *,
        types: Sequence[str],
        programs: Sequence[str],
        form: str,
        ordering: str,
        per_minute: int | None,
        headers: Mapping[str, str] | None,
        description: str,
        contact: str | None,
        kind: str,
        reason: str,
        by: str | None,
    ) -> NewEndpoint:
        """Set an endpoint up; see `Webhooks.add`."""
        url = self._rules.target(url).url
        secret = _new_secret(kind)
        sealed = None if not headers else self._sealing.seal(_headers_of(headers))
        with self._store.transaction() as transaction:
            saying = Saying(transaction, reason=reason, by=by)
            found = StoredEndpoint(
                id=f"ep_{_IDS.new_id(saying.now).replace('-', '')}",
                url=url,
                description=name_text(description, what="description") if description else "",
                types=_patterns(types),
                programs=tuple(name_text(one, what="program") for one in programs),
                form=_form(form),
                ordering=_ordering(ordering),
                per_minute=_per_minute(per_minute),
                headers=sealed,
                secrets=self._sealing.seal([{"key": secret, "until": None}]),
                contact=None if contact is None else name_text(contact, what="contact"),
                status="enabled",
                why=None,
                created_at=saying.now,
                changed_at=saying.now,
                changed_by=saying.by,
                revision=saying.revision,
            )
            stored.insert_endpoint(transaction, found)
            change = saying.change(
                "added", scope=FOR, subject=found.id, was=None, becomes=found.url
            )
            stored.note_change(transaction, change)
        return NewEndpoint(found, secret)

    def rotate(
        self, endpoint: str, *, overlap: timedelta, kind: str, reason: str, by: str | None
    ) -> NewEndpoint:
        """Give an endpoint another key; see `Webhooks.rotate`."""
        if not timedelta() <= overlap <= _LONGEST_OVERLAP:
            raise InvalidPayload(
                f"overlap is {overlap}; it must be up to {_LONGEST_OVERLAP.days} days"
            )
        secret = _new_secret(kind)

        def rotated(found: StoredEndpoint, now: datetime) -> StoredEndpoint:
            until = (now + overlap).isoformat()
            known = self._sealing.open(found.secrets)
            kept = [{**one, "until": one["until"] or until} for one in known]
            alive = [one for one in kept if datetime.fromisoformat(one["until"]) > now]
            keys = [{"key": secret, "until": None}, *alive][:_MOST_KEYS]
            return found._replace(secrets=self._sealing.seal(keys))

        with self._store.transaction() as transaction:
            changed = self._change(transaction, endpoint, rotated, "rotated", reason=reason, by=by)
        return NewEndpoint(changed, secret)

    def enable(self, endpoint: str, *, reason: str, by: str | None) -> StoredEndpoint:
        """Have an endpoint told again; see `Webhooks.enable`."""

        def enabled(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            return found._replace(status="enabled", why=None)

        with self._store.transaction() as transaction:
            changed = self._change(transaction, endpoint, enabled, "enabled", reason=reason, by=by)
            stored.forget_failures(transaction, endpoint)
        return changed

    def disable(self, endpoint: str, *, reason: str, by: str | None) -> StoredEndpoint:
        """Have an endpoint told nothing; see `Webhooks.disable`."""

        def disabled(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            return found._replace(status="disabled", why=reason)

        with self._store.transaction() as transaction:
            return self._change(transaction, endpoint, disabled, "disabled", reason=reason, by=by)

    def remove(self, endpoint: str, *, reason: str, by: str | None) -> None:
        """Take an endpoint away; see `Webhooks.remove`."""

        def removed(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            secrets = self._sealing.seal([])
            return found._replace(status="removed", why=reason, headers=None, secrets=secrets)

        with self._store.transaction() as transaction:
            self._change(transaction, endpoint, removed, "removed", reason=reason, by=by)
            stored.cancel_deliveries(transaction, endpoint, why=f"it was removed: {reason}")

    def get(self, endpoint: str) -> StoredEndpoint:
        """Return one endpoint.

        Raises:
            NotFound: if there is none of this id.
        """
        with self._store.snapshot() as transaction:
            found = stored.endpoint_of(transaction, endpoint)
        if found is None:
            raise NotFound(f"there is no endpoint {endpoint!r}")
        return found

    def _change(
        self,
        transaction: Transaction,
        endpoint: str,
        change: Callable[[StoredEndpoint, datetime], StoredEndpoint],
        what: str,
        *,
        reason: str,
        by: str | None,
    ) -> StoredEndpoint:
        saying = Saying(transaction, reason=reason, by=by)
        found = stored.endpoint_of(transaction, endpoint)
        if found is None:
            raise NotFound(f"there is no endpoint {endpoint!r}")
        changed = change(found, saying.now)._replace(
            changed_at=saying.now, changed_by=saying.by, revision=saying.revision
        )
        stored.put_endpoint(transaction, changed)
        stored.note_change(
            transaction,
            saying.change(
                what, scope=FOR, subject=endpoint, was=found.status, becomes=changed.status
            ),
        )
        return changed


def subscription_of(endpoint: StoredEndpoint) -> Subscription:
    """Return what an endpoint wants to hear of."""
    return Subscription(
        endpoint.id, tuple(endpoint.types), frozenset(endpoint.programs), Form(endpoint.form)
    )


def _patterns(types: Sequence[str]) -> tuple[str, ...]:
    found = tuple(name_text(one, what="type") for one in types) or ("*",)
    if len(found) > _MOST_PATTERNS:
        raise InvalidPayload(f"there are {len(found)} types; there may be {_MOST_PATTERNS}")
    return found


def _ordering(text: str) -> str:
    if text not in {"best_effort", "strict"}:
        raise InvalidPayload(f"ordering is {text!r}; it must be best_effort or strict")
    return text


def _per_minute(many: int | None) -> int | None:
    if many is not None and not 1 <= many <= _MOST_PER_MINUTE:
        raise InvalidPayload(f"per_minute is {many}; it must be 1 to {_MOST_PER_MINUTE:,}")
    return many


def _headers_of(headers: Mapping[str, str]) -> dict[str, str]:
    check_headers(headers)
    for name, value in headers.items():
        if name.lower().startswith(_OURS) or not name.replace("-", "").isalnum():
            raise InvalidPayload(f"the header {name} cannot be one of your own")
        if len(value) > _MOST_HEADER:
            raise InvalidPayload(
                f"the value of the header {name} has {len(value)} characters; "
                f"it may have {_MOST_HEADER:,}"
            )
    if len(headers) > _MOST_HEADERS:
        raise InvalidPayload(f"there are {len(headers)} headers; there may be {_MOST_HEADERS}")
    return dict(headers)


def _form(text: str) -> str:
    known = [one.value for one in Form]
    if text not in known:
        raise InvalidPayload(f"form is {text!r}; it must be one of {', '.join(known)}")
    return text


def _new_secret(kind: str) -> str:
    if kind not in _KINDS:
        raise InvalidPayload(f"the signature is {kind!r}; it must be {' or '.join(_KINDS)}")
    return _KINDS[kind]()
