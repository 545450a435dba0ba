"""Every fault by its name: what it stands on, and how it is committed."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from faults.committing import (
    channel_hung,
    clock_stepped,
    database_restarted,
    disk_full,
    kills,
    queue_lost,
    stopped,
)
from faults.disk import on_small_disk
from faults.scene import Plan, Scene
from faults.site import on_servers
from servers.session import Session


class Stage(Protocol):
    """What a scene stands on."""

    scene: Scene


S = TypeVar("S", bound=Stage)


@dataclass(frozen=True)
class Fault(Generic[S]):
    """A fault: its stage is opened for it; what is left is judged before that is closed."""

    on: Callable[[Session, Path, Plan], AbstractContextManager[S]]
    commit: Callable[[S], None]


FAULTS: Mapping[str, Fault[Any]] = {
    "kills": Fault(on_servers, kills.commit),
    "redis": Fault(on_servers, queue_lost.commit),
    "postgresql": Fault(on_servers, database_restarted.commit),
    "stopped": Fault(on_servers, stopped.commit),
    "clocks": Fault(on_servers, clock_stepped.commit),
    "channel": Fault(on_servers, channel_hung.commit),
    "disk": Fault(on_small_disk, disk_full.commit),
}
