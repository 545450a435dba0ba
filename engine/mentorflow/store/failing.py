"""Where the drivers' own errors stop: what a database refuses, as one of our errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from mentorflow.errors import MentorflowError, StoreUnavailable

_PRODUCTS = {"sqlite3": "SQLite", "psycopg": "PostgreSQL", "psycopg_binary": "PostgreSQL"}
"""What people call the database behind the errors of a driver's package."""
_KEY_MARKS = ("mentorflow_mentorship.key", "mentorflow_mentorship_by_key")
"""How the databases name the unique index on the key of a start."""


class KeyTaken(MentorflowError):
    """Another start with the same key was committed first; look again and find it."""


@contextmanager
def our_errors() -> Iterator[None]:
    """Turn what a driver raises into an error of ours.

    Raises:
        KeyTaken: if the key of a start was taken meanwhile.
        StoreUnavailable: if the database refused or could not be reached.
    """
    try:
        yield
    except Exception as failed:
        ours = translated(failed)
        if ours is failed:
            raise
        raise ours from failed


def translated(failed: BaseException) -> BaseException:
    """Return our error for what a driver raised; anything else as it is."""
    if isinstance(failed, DBAPIError):
        return StoreUnavailable(f"the database could not do it: {failed.orig}")
    product = _PRODUCTS.get(type(failed).__module__.partition(".")[0])
    if product is None:
        return failed
    if any(mark in str(failed) for mark in _KEY_MARKS):
        return KeyTaken(str(failed))
    return StoreUnavailable(f"{product} could not do it: {failed}")
