"""Channels that other packages bring, by the entry-point group `mentorflow.channels`."""

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points

from mentorflow.engine.channels import Channel

GROUP = "mentorflow.channels"


def contributed_channels() -> Sequence[Channel]:
    """Return the channels that the environment sets up.

    Raises:
        MentorflowError: if what it says is wrong, or a package is missing.
    """
    makers: list[Callable[[], Sequence[Channel]]]
    makers = [entry.load() for entry in entry_points(group=GROUP)]
    return [channel for make in makers for channel in make()]
