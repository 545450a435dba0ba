"""Sealing: what is kept secret in the database, under a key that is not in it."""

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mentorflow.errors import MissingExtra, SecretKeyMissing
from mentorflow.store.rows import decoded, encoded

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

VARIABLE = "MENTORFLOW_SECRET_KEY"


class Sealing:
    """Seal and open secrets with the host's keys: the first seals, all of them open.

    The keys are those of the environment, read when one is needed for the first time.
    """

    def seal(self, value: Any) -> str:
        """Return a value of JSON as text that only the keys open.

        Raises:
            SecretKeyMissing: if there is no key.
        """
        return self._fernet.encrypt(encoded(value).encode()).decode()

    def open(self, sealed: str) -> Any:
        """Return what was sealed.

        Raises:
            SecretKeyMissing: if there is no key, or not the one it was sealed with.
        """
        from cryptography.fernet import InvalidToken

        try:
            return decoded(self._fernet.decrypt(sealed.encode()).decode())
        except InvalidToken:
            raise SecretKeyMissing(
                f"no key in {VARIABLE} opens what was sealed; add the old one behind a comma"
            ) from None

    @cached_property
    def _fernet(self) -> "MultiFernet":
        try:
            from cryptography.fernet import Fernet, MultiFernet
        except ImportError:
            raise MissingExtra("webhooks", extra="webhooks") from None
        given = os.environ.get(VARIABLE, "")
        keys = [key.strip() for key in given.split(",") if key.strip()]
        if not keys:
            raise SecretKeyMissing(
                f"set {VARIABLE}, under which the secrets of endpoints are kept; "
                "`mentorflow webhooks key` makes one"
            )
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise SecretKeyMissing(
                f"a key in {VARIABLE} is none; `mentorflow webhooks key` makes one"
            ) from None


def new_key() -> str:
    """Return a key to seal with.

    Raises:
        MissingExtra: if the extra `webhooks` is not installed.
    """
    try:
        from cryptography.fernet import Fernet
    except ImportError:
        raise MissingExtra("webhooks", extra="webhooks") from None
    return Fernet.generate_key().decode()
