"""Who imports the engine waits for what sends events, and for nothing that only operators use."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from mentorflow import Engine
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def loaded() -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True, timeout=60
    )
    names: list[str] = json.loads(found.stdout)
    return names


@pytest.mark.parametrize(
    "dear",
    [
        "mentorflow.outbound",
        "mentorflow.engine.webhooks",
        "mentorflow.engine.timings",
        "mentorflow.engine.workflows",
        "mentorflow.definitions.document",
        "aiohttp",
        "cryptography",
        "jinja2",
        "psycopg",
        "sqlmodel",
        "yaml",
    ],
)
def test_what_events_do_not_need_is_not_loaded(loaded: list[str], dear: str) -> None:
    assert [name for name in loaded if name == dear or name.startswith(f"{dear}.")] == []


def test_what_they_need_is(loaded: list[str]) -> None:
    assert {"mentorflow.engine.engine", "mentorflow.core.decide"} <= set(loaded)
