"""The app whose engine the carriers use: it writes down each effect that is carried out.

Its channel hangs while there is a file that says so; and some calls of it never come back.
"""

import os
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import event

from faults import ledger
from mentorflow import Engine
from mentorflow.engine.channels import Message, Notice

_TAKES = 0.01
"""Seconds of each call: without them a claim is carried out before anybody can stop it midway."""
_LOOK = 0.05
_STUCK_CALLS = 5
"""So many messages never come back, the first time that they are delivered."""
_folder = Path(os.environ[ledger.FOLDER])


class HangingChannel:
    """Deliver at once, or never as long as a file is there."""

    name = "hanging"
    needs_address = False

    def deliver(self, message: Message) -> None:
        """Wait for as long as the channel hangs."""
        if _gets_stuck(message.id):
            Event().wait()
        while (_folder / ledger.HANGS).exists():
            Event().wait(_LOOK)


def _gets_stuck(effect_id: str) -> bool:
    """Say whether this call is one of the first, and so will never come back."""
    stuck = _folder / ledger.STUCK
    if not stuck.exists() or len(list(stuck.iterdir())) >= _STUCK_CALLS:
        return False
    try:
        (stuck / effect_id).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


engine = Engine(os.environ["MENTORFLOW_DB"], channels=[HangingChannel()])


@engine.on("*")
def carry_out(notice: Notice) -> None:
    """Do what an effect is for: append its id to the ledger, and who did it."""
    Event().wait(_TAKES)
    ledger.append(_folder / ledger.CARRIED, f"{notice.id} {os.getpid()}")


@event.listens_for(engine._store.database, "connect")
def name_process(connection: Any, _record: object) -> None:
    """Let the database know which process changes a row."""
    if engine._store.dialect == "postgresql":
        connection.execute(f"SET application_name = 'carrier-{os.getpid()}'")
        connection.commit()


# Those made before have no name.
engine._store._connections.close()
engine._store.database.dispose()
