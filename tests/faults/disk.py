"""What a scene on SQLite stands on: a small disk, which can be full for a while.

Where one may mount, it is a file system of its own, and truly full. Elsewhere the processes are not
allowed to make a file any larger, of which the system tells SQLite by another error.
"""

import os
import resource
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from faults import workflow
from faults.scene import Plan, Scene
from mentorflow.store.migrate import upgrade
from servers.session import Session

_SIZE = "48m"
_PIECE = b"\0" * 65536


class Disk(ABC):
    """A disk, and the scene whose database lies on it."""

    name: str

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @abstractmethod
    def fill(self) -> None:
        """Leave no room."""

    @abstractmethod
    def make_room(self) -> None:
        """Leave as much room as there was."""


class MountedDisk(Disk):
    """A file system in memory, filled by a file."""

    name = "a file system that is full"

    def fill(self) -> None:
        with self._filler.open("wb", buffering=0) as filler:
            for piece in (_PIECE, b"\0"):
                _write_until_refused(filler.fileno(), piece)

    def make_room(self) -> None:
        self._filler.unlink()

    @property
    def _filler(self) -> Path:
        return self.scene.folder / "disk" / "filler"


class LimitedDisk(Disk):
    """Processes that may not make the database's files any larger."""

    name = "files that may not grow"

    def fill(self) -> None:
        size = max(file.stat().st_size for file in (self.scene.folder / "disk").iterdir())
        self._limit(size)

    def make_room(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for started in self.scene.cast:
            process = psutil.Process(started.process.pid)
            for one in (process, *process.children(recursive=True)):
                one.rlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def on_small_disk(_: Session, folder: Path, plan: Plan) -> Iterator[Disk]:
    """Lend a disk whose scene has a database and nobody who works on it yet."""
    place = folder / "disk"
    place.mkdir()
    is_mounted = _mounted(place)
    url = f"sqlite:///{place / 'mentorflow.db'}"
    scene = Scene(url, folder, plan)
    try:
        upgrade(url)
        workflow.announce(folder)
        yield (MountedDisk if is_mounted else LimitedDisk)(scene)
    finally:
        scene.close()
        if is_mounted:
            subprocess.run(["umount", "--lazy", place], check=True)


def _mounted(place: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", str(place)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _write_until_refused(descriptor: int, piece: bytes) -> None:
    try:
        while True:
            os.write(descriptor, piece)
    except OSError:
        return
