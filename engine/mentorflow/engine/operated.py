"""What operators have of an engine; each part is loaded when it is asked for the first time.

An app that sends events and nothing else does not wait for what it does not use.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mentorflow.engine.channels import Channel
from mentorflow.engine.library import Library
from mentorflow.store.store import Store

if TYPE_CHECKING:
    from mentorflow.engine.incidents import Incidents
    from mentorflow.engine.people import People
    from mentorflow.engine.programs import Programs
    from mentorflow.engine.timings import TimingSettings
    from mentorflow.engine.webhooks import Webhooks
    from mentorflow.engine.workflows import Workflows


class Operated:
    """The parts of an engine that operators set and look at."""

    def __init__(self, store: Store, library: Library, channels: Sequence[Channel]) -> None:
        self._store = store
        self._library = library
        self._channels = channels

    @cached_property
    def people(self) -> "People":
        """How, when and how often each person is reached."""
        from mentorflow.engine.people import People

        return People(self._store)

    @cached_property
    def timings(self) -> "TimingSettings":
        """The durations behind the timers, as operators set them."""
        from mentorflow.engine.timings import TimingSettings

        return TimingSettings(self._store, self._library)

    @cached_property
    def programs(self) -> "Programs":
        """By which calendar each program counts its days, and whether it is frozen."""
        from mentorflow.engine.programs import Programs

        return Programs(self._store, self._library)

    @cached_property
    def workflows(self) -> "Workflows":
        """The versions of the workflows: published, listed, and moved from one to the next."""
        from mentorflow.engine.workflows import Workflows

        return Workflows(self._store, self._library)

    @cached_property
    def webhooks(self) -> "Webhooks":
        """Endpoints outside that hear of what happens, by signed requests."""
        from mentorflow.engine.webhooks import Webhooks

        return Webhooks(self._store, self._library, self._channels)

    @cached_property
    def incidents(self) -> "Incidents":
        """Effects that were given up, to be seen and begun anew."""
        from mentorflow.engine.incidents import Incidents

        return Incidents(self._store)
