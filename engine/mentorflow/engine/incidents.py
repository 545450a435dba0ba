"""Incidents: effects that were given up after all their attempts, to be seen and begun anew."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from mentorflow.core.keys import EffectKey, effect_key
from mentorflow.engine.ids import is_id
from mentorflow.engine.payload import MOST_LISTED, require_limit
from mentorflow.errors import NotFound
from mentorflow.store.store import Store


class Incident(NamedTuple):
    """An effect that was given up."""

    id: str
    """The id of the effect."""
    mentorship_id: str
    kind: str
    name: str
    role: str | None
    recipient: str | None
    attempts: int
    error: str | None
    """What the last attempt raised."""
    given_up_at: datetime


class Incidents:
    """Effects that failed for good, until somebody sees to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(
        self,
        *,
        kind: str | None = None,
        name: str | None = None,
        mentorship_id: str | None = None,
        until: datetime | None = None,
        limit: int = 100,
    ) -> Sequence[Incident]:
        """Return incidents, the latest first, all or those of a kind, a name or a mentorship.

        With `until`, only those that were given up by then.

        Raises:
            InvalidPayload: if the limit is not 1 to 1000.
        """
        require_limit(limit)
        return [
            Incident(**found)
            for found in self._store.reader.failed_effects(
                kind=kind, name=name, mentorship_id=mentorship_id, until=until, limit=limit
            )
        ]

    def retry(self, ids: Iterable[str]) -> int:
        """Begin anew with these, each with all its attempts; return how many.

        Raises:
            NotFound: if one of them is no incident; then none is begun.
        """
        wanted = {_key(one): one for one in ids}
        with self._store.transaction() as transaction:
            begun = transaction.retry_effects(sorted(wanted), transaction.now())
            missing = wanted.keys() - set(begun)
            if missing:
                raise NotFound(
                    f"{wanted[min(missing)]!r} is no incident; `list` shows those there are"
                )
        return len(begun)

    def retry_all(self, *, kind: str | None = None, name: str | None = None) -> int:
        """Begin anew with every incident, or with those of a kind or a name; return how many.

        What is given up again meanwhile stays: it would be begun for ever.
        """
        with self._store.transaction() as transaction:
            until = transaction.now()
        begun = 0
        while found := self.list(kind=kind, name=name, until=until, limit=MOST_LISTED):
            keys = sorted(_key(one.id) for one in found)
            with self._store.transaction() as transaction:
                begun += len(transaction.retry_effects(keys, transaction.now()))
        return begun


def _key(id_: str) -> EffectKey:
    try:
        key = effect_key(id_)
    except ValueError:
        key = "", 0, 0
    if not is_id(key[0]):
        raise NotFound(f"{id_!r} is no incident; `list` shows those there are")
    return key
