"""The ledgers: files processes append to, each line whole and on disk before it counts."""

import os
from pathlib import Path
from typing import NamedTuple

FOLDER = "FAULTS_FOLDER"
"""Names the folder of the ledgers in the environment."""
CARRIED = "carried"
"""The ledger of effects, and who carried each out."""
HANGS = "channel-hangs"
"""While there is a file of this name, the channel of the app hangs."""
STUCK = "stuck"
"""If there is a folder of this name, some calls never come back; each leaves a file in it."""


class Answered(NamedTuple):
    """An event that the engine accepted, as its sender wrote it down after the answer."""

    mentorship_id: str
    key: str
    revision: int


def append(file: Path, *lines: str) -> None:
    """Append lines in one write, and return once they are on disk."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lines_of(file: Path) -> list[list[str]]:
    """Return the words of each line; none where nothing was written yet."""
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def tried(file: Path) -> list[tuple[str, str]]:
    """Return the mentorship and the key of each event that was about to be sent."""
    return [(id_, key) for id_, key in lines_of(file)]


def answered(file: Path) -> list[Answered]:
    """Return the events that were accepted."""
    return [Answered(id_, key, int(revision)) for id_, key, revision in lines_of(file)]
