"""The channels that the settings ask for."""

import os
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec

from mentorflow.clock import Clock
from mentorflow.engine.channels import Channel
from mentorflow.errors import MissingExtra
from mentorflow_workers.channels.settings import ChannelSettings

_EXTRA = "channels"


def channels_from(settings: ChannelSettings, clock: Clock | None = None) -> Sequence[Channel]:
    """Return the channels that are set up, in no order of preference.

    Raises:
        MissingExtra: if the packages that one of them needs are not installed.
    """
    found: list[Channel] = []
    if settings.smtp_url is not None:
        from mentorflow_workers.channels.email import EmailChannel

        # Asked for now: the first invitation may be weeks away.
        _require("icalendar", "MENTORFLOW_SMTP_URL")
        found.append(EmailChannel(settings.server(), settings.sender(), clock))
    if settings.apprise_schemes:
        from mentorflow_workers.channels.apprise import AppriseChannel

        _require("apprise", "MENTORFLOW_APPRISE")
        limit = timedelta(seconds=settings.apprise_limit)
        found.append(AppriseChannel(settings.apprise_schemes, limit=limit))
    return found


def channels_of_environment() -> Sequence[Channel]:
    """Return the channels that the variables of this process ask for.

    Raises:
        InvalidPayload: if one of them is wrong.
        MissingExtra: if the packages that one of them needs are not installed.
    """
    return channels_from(ChannelSettings.from_environment(os.environ))


def _require(package: str, what: str) -> None:
    if find_spec(package) is None:
        raise MissingExtra(what, extra=_EXTRA)
