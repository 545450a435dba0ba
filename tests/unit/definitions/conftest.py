"""The small workflow for each test of documents, in a file of its own."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from mentorflow.core.workflow import Guard
from unit.definitions.small import Nothing, Small, Where, holds


@pytest.fixture
def small(tmp_path: Path) -> Small:
    sendable = ["guide.accepted", "call.held", "pause.asked", "pause.over", "work.finished"]
    payloads: dict[str, type[BaseModel]] = dict.fromkeys(sendable, Nothing)
    payloads["moved"] = Where
    guards: dict[str, Guard] = {"guide_has_room": holds, "all_is_done": holds}
    return Small(file=tmp_path / "small.yaml", payloads=payloads, guards=guards)
