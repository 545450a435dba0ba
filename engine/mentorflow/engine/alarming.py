"""Telling that an endpoint fails: to other endpoints, and to the person who looks after it."""

import logging

from mentorflow.core.catalogue import DISABLED, FAILING
from mentorflow.core.delivering import Health, Verdict
from mentorflow.core.person import Person
from mentorflow.engine.announcing import announce
from mentorflow.engine.channels import Message
from mentorflow.engine.endpoints import Endpoints
from mentorflow.engine.post import Post
from mentorflow.store.store import Store

log = logging.getLogger("mentorflow.endpoints")


class Alarm:
    """Tell of endpoints that fail for long."""

    def __init__(self, store: Store, endpoints: Endpoints, post: Post) -> None:
        self._store = store
        self._endpoints = endpoints
        self._post = post

    def tell(self, endpoint: str, verdict: Verdict) -> None:
        """Tell what a verdict says of an endpoint; once more, where it is not known to be told.

        Raises:
            StoreUnavailable: if the database refuses.
        """
        if verdict.disable is not None:
            self.disabled(endpoint, verdict.disable)
        elif verdict.warn:
            self.failing(endpoint, verdict.health)

    def disabled(self, endpoint: str, why: str) -> None:
        """Have an endpoint be told nothing more, and tell everybody why."""
        if self._endpoints.get(endpoint).status != "enabled":
            return  # several requests that were under way have the same answer
        # First: whoever finds it disabled takes everybody to be told.
        with self._store.transaction() as transaction:
            announce(transaction, DISABLED, {"endpoint": endpoint, "why": why}, but=endpoint)
        self._endpoints.disable(endpoint, reason=why, by=None)
        self._tell(endpoint, DISABLED, f"is told nothing any more: {why}.")

    def failing(self, endpoint: str, health: Health) -> None:
        """Tell everybody that an endpoint fails."""
        since = None if health.failing_since is None else health.failing_since.isoformat()
        log.warning("endpoint.failing endpoint=%s failures=%d", endpoint, health.failures)
        data = {"endpoint": endpoint, "failing_since": since, "failures": health.failures}
        with self._store.transaction() as transaction:
            announce(transaction, FAILING, data, but=endpoint)
        told = f"has failed {health.failures} times in a row, since {since}. After five days of it "
        self._tell(endpoint, FAILING, f"{told}it is told nothing any more.")

    def _tell(self, endpoint: str, what: str, told: str) -> None:
        """Tell the person who looks after an endpoint, by a channel of theirs."""
        found = self._endpoints.get(endpoint)
        if found.contact is None:
            return
        known = self._store.reader.people([found.contact])
        person = known.get(found.contact, Person(found.contact))
        text = f"The endpoint {endpoint} ({found.url}) {told}"
        message = Message(
            id=f"{endpoint}:{what}",
            name=what,
            role="operator",
            recipient=found.contact,
            subject=f"{what}: {endpoint}",
            text=f"{text}\n\n`mentorflow webhooks show {endpoint}` tells more.",
            mentorship_id="",
        )
        try:
            self._post.tell(message, person)
        except Exception:
            # A border: what the others do not take must not hold deliveries up.
            log.exception("endpoint.unheard endpoint=%s", endpoint)
