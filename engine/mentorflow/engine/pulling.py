"""Pulling: who would rather ask than be told gets the same notices, in the order of commits."""

from collections.abc import Sequence

from mentorflow.core.notices import Form, Subscription
from mentorflow.engine.endpoints import subscription_of
from mentorflow.errors import InvalidPayload
from mentorflow.store import deliveries as stored
from mentorflow.store import endpoints
from mentorflow.store.deliveries import StoredNotice
from mentorflow.store.endpoints import Place, StoredEndpoint
from mentorflow.store.store import Store

_LONGEST_CURSOR = 40
_LARGEST = 2**63
_LOOKED_AT = 1000
_LOOKS = 10
"""After which what cannot be placed is taken for open here, and waited for until the next time."""


class Pulling:
    """Read the notices that are kept, from a cursor on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pull(self, after: str | None, *, most: int) -> Sequence[StoredNotice]:
        """Return the notices committed after a cursor, all of them, as the thin form has them."""
        return self._page(place_of(after), Form.THIN, most, self._settled())

    def take(
        self, endpoint: StoredEndpoint, acknowledged: str | None, *, most: int
    ) -> Sequence[StoredNotice]:
        """Return what an endpoint wants of all that comes after what it has acknowledged."""
        if acknowledged is not None:
            self._acknowledge_given(endpoint.id, acknowledged)
        with self._store.snapshot() as transaction:
            since = place = endpoints.acknowledged(transaction, endpoint.id)
        wants = subscription_of(endpoint)
        found: list[StoredNotice] = []
        upto, looked_at, is_more = self._settled(), most, True
        while is_more and len(found) < most:
            page = self._page(place, wants.form, looked_at, upto)
            found += _wanted(page, wants)
            place = place_of(page[-1].cursor) if page else place
            is_more = len(page) == looked_at
            looked_at = _LOOKED_AT  # many are passed over: it is looked at more of them at once
        if not found and place > since:
            self._acknowledge(endpoint.id, place)  # what it does not want is passed over once
        return found[:most]

    def _page(self, after: Place, form: Form, most: int, upto: int) -> Sequence[StoredNotice]:
        with self._store.snapshot() as transaction:
            return stored.pull(transaction, after, upto=upto, form=form, most=most)

    def _settled(self) -> int:
        """Return before which transaction all that is written is seen.

        One that ended while it was looked may be of another database: it is looked again.
        """
        for _ in range(_LOOKS):
            with self._store.snapshot() as transaction:
                found = stored.settled(transaction)
            if found.is_certain:
                break
        return found.upto

    def _acknowledge_given(self, endpoint: str, cursor: str) -> None:
        place = place_of(cursor)
        with self._store.snapshot() as transaction:
            known = endpoints.acknowledged(transaction, endpoint)
            last = stored.last_place(transaction)
        if place > max(known, last):
            raise InvalidPayload(f"{cursor!r} lies behind all there is: nothing more would come")
        self._acknowledge(endpoint, place)

    def _acknowledge(self, endpoint: str, place: Place) -> None:
        with self._store.transaction() as transaction:
            endpoints.acknowledge(transaction, endpoint, place)


def _wanted(page: Sequence[StoredNotice], wants: Subscription) -> list[StoredNotice]:
    return [one for one in page if wants.takes(one.type, one.program)]


def place_of(cursor: str | None) -> Place:
    """Return the place a cursor stands for, the beginning where there is none.

    Raises:
        InvalidPayload: if it is no cursor.
    """
    if cursor is None:
        return stored.FIRST
    written_in, _, place = cursor.partition("-")
    is_one = cursor.isascii() and len(cursor) < _LONGEST_CURSOR
    if is_one and written_in.isdecimal() and place.isdecimal():
        found = int(written_in), int(place)
        if max(found) < _LARGEST:
            return found
    raise InvalidPayload(f"{cursor!r} is no cursor: give that of the last notice you have seen")
