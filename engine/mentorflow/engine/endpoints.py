"""Endpoints: who outside wants to hear of what, how they are signed to, how they fare."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mentorflow.core.notices import Form, Subscription
from mentorflow.core.override import TimingChange
from mentorflow.engine.endpoint_settings import USUAL, SettingChecks, changes_between
from mentorflow.engine.ids import IdMaker
from mentorflow.engine.saying import Saying
from mentorflow.engine.sealing import Sealing
from mentorflow.errors import InvalidPayload, NotFound
from mentorflow.store import endpoints as stored
from mentorflow.store.deliveries import last_place, settled
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
_KINDS = {"v1": new_secret, "v1a": new_key}
_STATUS = "status"
_IDS = IdMaker()


class NewEndpoint(NamedTuple):
    """An endpoint with what its notices are signed with, which is shown this once."""

    endpoint: StoredEndpoint
    secret: str


class Endpoints:
    """The endpoints of an engine, as operators set them up."""

    def __init__(self, store: Store, sealing: Sealing, settings: SettingChecks) -> None:
        self._store = store
        self._sealing = sealing
        self._settings = settings

    def add(
        self, given: Mapping[str, Any], *, kind: str, reason: str, by: str | None
    ) -> NewEndpoint:
        """Set an endpoint up; see `Webhooks.add`."""
        said = self._settings.checked({**USUAL, **given})
        pulls = said["url"] is None
        secret = "" if pulls else _new_secret(kind)
        with self._store.transaction() as transaction:
            saying = Saying(transaction, reason=reason, by=by)
            found = StoredEndpoint(
                id=f"ep_{_IDS.new_id(saying.now).replace('-', '')}",
                secrets="" if pulls else self._sealing.seal([{"key": secret, "until": None}]),
                status="enabled",
                why=None,
                created_at=saying.now,
                changed_at=saying.now,
                changed_by=saying.by,
                revision=saying.revision,
                **said,
            )
            stored.insert_endpoint(transaction, found)
            if pulls:
                last = last_place(transaction, upto=settled(transaction).upto)
                stored.acknowledge(transaction, found.id, last)
            change = saying.change(
                "added", scope=FOR, subject=found.id, was=None, becomes=found.url
            )
            stored.note_changes(transaction, [change])
        return NewEndpoint(found, secret)

    def set(
        self, endpoint: str, given: Mapping[str, Any], *, reason: str, by: str | None
    ) -> StoredEndpoint:
        """Set an endpoint up otherwise; see `Webhooks.set`."""
        said = self._settings.checked(given)
        if not said:
            raise InvalidPayload(f"say what is to change: url, {', '.join(USUAL)}")
        with self._store.transaction() as transaction:
            saying = Saying(transaction, reason=reason, by=by)
            before = _known(transaction, endpoint)
            after = before._replace(**said)
            if (after.url is None) != (before.url is None):
                raise InvalidPayload("who pulls goes on pulling; add another that is sent to")
            changed = [
                saying.change(
                    name, scope=FOR, subject=endpoint, was=was, becomes=becomes, position=position
                )
                for position, (name, was, becomes) in enumerate(
                    changes_between(before, after, said)
                )
            ]
            if not changed:
                return before
            if after.url != before.url:
                stored.forget_failures(transaction, endpoint)
            return _put(transaction, saying, after, changed)

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
            _require_sent(found)
            until = (now + overlap).isoformat()
            known = self._sealing.open(found.secrets)
            kept = [{**one, "until": one["until"] or until} for one in known]
            alive = [one for one in kept if datetime.fromisoformat(one["until"]) > now]
            keys = [{"key": secret, "until": None}, *alive][:_MOST_KEYS]
            return found._replace(secrets=self._sealing.seal(keys))

        with self._store.transaction() as transaction:
            changed = _change(transaction, endpoint, rotated, "rotated", reason=reason, by=by)
        return NewEndpoint(changed, secret)

    def enable(self, endpoint: str, *, reason: str, by: str | None) -> StoredEndpoint:
        """Have an endpoint told again; see `Webhooks.enable`."""

        def enabled(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            return found._replace(status="enabled", why=None)

        with self._store.transaction() as transaction:
            changed = _change(transaction, endpoint, enabled, _STATUS, reason=reason, by=by)
            stored.forget_failures(transaction, endpoint)
        return changed

    def disable(self, endpoint: str, *, reason: str, by: str | None) -> StoredEndpoint:
        """Have an endpoint told nothing; see `Webhooks.disable`."""

        def disabled(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            return found._replace(status="disabled", why=reason)

        with self._store.transaction() as transaction:
            return _change(transaction, endpoint, disabled, _STATUS, reason=reason, by=by)

    def remove(self, endpoint: str, *, reason: str, by: str | None) -> None:
        """Take an endpoint away; see `Webhooks.remove`."""

        def removed(found: StoredEndpoint, _: datetime) -> StoredEndpoint:
            secrets = "" if found.url is None else self._sealing.seal([])
            return found._replace(status="removed", why=reason, headers=None, secrets=secrets)

        with self._store.transaction() as transaction:
            _change(transaction, endpoint, removed, _STATUS, reason=reason, by=by)
            stored.cancel_deliveries(transaction, endpoint, why=f"it was removed: {reason}")

    def get_sent_to(self, endpoint: str) -> StoredEndpoint:
        """Return one endpoint, which things are sent to.

        Raises:
            NotFound: if there is none of this id.
            InvalidPayload: if it pulls.
        """
        found = self.get(endpoint)
        _require_sent(found)
        return found

    def get_pulling(self, endpoint: str) -> StoredEndpoint:
        """Return one endpoint, which takes what there is.

        Raises:
            NotFound: if there is none of this id.
            InvalidPayload: if it is sent to, or disabled.
        """
        found = self.get(endpoint)
        if found.url is not None:
            raise InvalidPayload(f"{endpoint} does not pull: it is sent to")
        if found.status != "enabled":
            raise InvalidPayload(f"{endpoint} is {found.status}: {found.why}")
        return found

    def get(self, endpoint: str) -> StoredEndpoint:
        """Return one endpoint.

        Raises:
            NotFound: if there is none of this id.
        """
        with self._store.snapshot() as transaction:
            return _known(transaction, endpoint)

    def history(self, endpoint: str, *, limit: int, before: int | None) -> Sequence[TimingChange]:
        """Return who changed an endpoint; see `Webhooks.history`."""
        found = self._store.reader.timing_changes(
            workflow="", scope=FOR, subject=endpoint, before=before, limit=limit
        )
        if not found and before is None:
            raise NotFound(f"there is no endpoint {endpoint!r}")
        return found


def subscription_of(endpoint: StoredEndpoint) -> Subscription:
    """Return what an endpoint wants to hear of."""
    return Subscription(
        endpoint.id, tuple(endpoint.types), frozenset(endpoint.programs), Form(endpoint.form)
    )


def _require_sent(endpoint: StoredEndpoint) -> None:
    if endpoint.url is None:
        raise InvalidPayload(f"{endpoint.id} pulls: nothing is sent to it")


def _known(transaction: Transaction, endpoint: str) -> StoredEndpoint:
    found = stored.endpoint_of(transaction, endpoint)
    if found is None:
        raise NotFound(f"there is no endpoint {endpoint!r}")
    return found


def _change(
    transaction: Transaction,
    endpoint: str,
    change: Callable[[StoredEndpoint, datetime], StoredEndpoint],
    what: str,
    *,
    reason: str,
    by: str | None,
) -> StoredEndpoint:
    saying = Saying(transaction, reason=reason, by=by)
    found = _known(transaction, endpoint)
    changed = change(found, saying.now)
    was, becomes = (found.status, changed.status) if what == _STATUS else (None, None)
    noted = saying.change(what, scope=FOR, subject=endpoint, was=was, becomes=becomes)
    return _put(transaction, saying, changed, [noted])


def _put(
    transaction: Transaction,
    saying: Saying,
    endpoint: StoredEndpoint,
    changes: Sequence[TimingChange],
) -> StoredEndpoint:
    """Write an endpoint anew, with what was changed, by whom and why."""
    changed = endpoint._replace(
        changed_at=saying.now, changed_by=saying.by, revision=saying.revision
    )
    stored.put_endpoint(transaction, changed)
    stored.note_changes(transaction, changes)
    return changed


def _new_secret(kind: str) -> str:
    if kind not in _KINDS:
        raise InvalidPayload(f"the signature is {kind!r}; it must be {' or '.join(_KINDS)}")
    return _KINDS[kind]()
