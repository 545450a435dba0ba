"""A receiver that imports the kit loads neither the engine nor what the engine needs."""

import json
import subprocess
import sys

DEAR = ["alembic", "cryptography", "jinja2", "pydantic", "sqlalchemy", "sqlite3", "sqlmodel"]
DEAR += ["transitions", "typer", "yaml", "mentorflow.core", "mentorflow.engine", "mentorflow.store"]
USED = """
import json, sys
from mentorflow.webhooks import Seen, headers_of, new_secret, verify
from mentorflow.clock import SystemClock
secret = new_secret()
headers = headers_of("evt_1", SystemClock().now(), b"{}", secret)
assert Seen().first(verify(b"{}", headers, secret).id)
print(json.dumps(sorted(sys.modules)))
"""


def test_the_kit_is_light_also_when_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", USED], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = json.loads(done.stdout)

    assert "mentorflow.webhooks.verifying" in loaded
    assert [name for name in DEAR if name in loaded] == []
