"""The channel `apprise`: a message goes to whatever service a person's Apprise URL names."""

import logging
from collections.abc import Collection
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING

from mentorflow.engine.channels import Message
from mentorflow.errors import ChannelRefused, ChannelUnavailable

if TYPE_CHECKING:
    from apprise import NotifyBase

_NAME = "apprise"
_CONNECT = 5.0
"""Seconds to reach a service in."""
_is_ours: ContextVar[bool] = ContextVar("mentorflow_apprise", default=False)
ANY = "*"


class AppriseChannel:
    """Send messages by Apprise, to services of the kinds that are allowed."""

    name = _NAME
    needs_address = True

    def __init__(
        self, schemes: Collection[str], *, limit: timedelta = timedelta(seconds=20)
    ) -> None:
        from apprise import AppriseAsset

        self._schemes = frozenset(schemes)
        self._limit = limit.total_seconds()
        # Nothing is kept on disk.
        self._asset = AppriseAsset(
            app_id="mentorflow",
            app_desc="mentorflow",
            async_mode=False,
            service_timeout=self._limit,
            storage_mode="memory",
        )
        _keep_quiet()

    def deliver(self, message: Message) -> None:
        """Hand a message over to the service of its address.

        Raises:
            ChannelRefused: if the address is none that may be used.
            ChannelUnavailable: if the service did not take it, or not in time.
        """
        token = _is_ours.set(True)
        try:
            self._send(message)
        finally:
            _is_ours.reset(token)

    def _send(self, message: Message) -> None:
        from apprise import Apprise, NotifyFormat

        sending = Apprise(asset=self._asset)
        sending.add(self._service(message.address or ""))
        sent = sending.notify(
            title=message.subject,
            body=message.text,
            body_format=NotifyFormat.TEXT,
            timeout=self._limit,
        )
        if not sent:
            raise ChannelUnavailable(_NAME, f"the service did not take it: {_status(sent)}")

    def _service(self, url: str) -> "NotifyBase":
        from apprise import Apprise

        scheme = url.partition("://")[0].lower()
        if ANY not in self._schemes and scheme not in self._schemes:
            raise ChannelRefused(
                _NAME, "the address is of no service that MENTORFLOW_APPRISE names"
            )
        service = Apprise.instantiate(url, asset=self._asset)
        if service is None:
            raise ChannelRefused(_NAME, f"the address is no {scheme}:// URL that Apprise takes")
        # Whatever the URL says: it is a person's, and the time and the network are ours.
        service.redirects = False
        service.verify_certificate = True
        service.socket_connect_timeout = min(service.socket_connect_timeout, _CONNECT)
        service.socket_read_timeout = min(service.socket_read_timeout, self._limit)
        return service


def _status(sent: object) -> str:
    """Return what Apprise makes of it: a word, with nothing of the URL in it."""
    status = getattr(sent, "status", None)
    return str(getattr(status, "name", "failure")).lower()


def _keep_quiet() -> None:
    """Keep what Apprise says of our deliveries out of the log, as it names hosts and errors.

    What the host itself does with Apprise is logged as ever.
    """
    logger = logging.getLogger("apprise")
    if _is_not_ours not in logger.filters:
        logger.addFilter(_is_not_ours)


def _is_not_ours(_record: logging.LogRecord) -> bool:
    return not _is_ours.get()
