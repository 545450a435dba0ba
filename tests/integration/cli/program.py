"""The program: as a process of its own, the way a shell starts it, or within this process.

A process takes most of a second to import its libraries, so only what needs one has one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PROGRAM = (sys.executable, "-m", "mentorflow")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; a second one, or anything else, is an error."""
        return json.loads(self.stdout)

    @property
    def error(self) -> dict[str, Any]:
        """The error within the document."""
        found: dict[str, Any] = self.document["error"]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The program within this process."""

    folder: Path
    """Where it is started."""
    run: Callable[[Sequence[str], bytes], Answer]

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run a command to its end."""
        return self.run(arguments, stdin)

    def json(self, *arguments: str, stdin: bytes = b"") -> Answer:
        """Run a command that is to answer in JSON."""
        return self(*arguments, "--json", stdin=stdin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The program on one database."""

    db: str
    folder: Path
    """Where it is started."""
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | bytes, stdin: bytes = b"", **environment: str) -> Answer:
        """Run a command to its end."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self._environment(environment),
            timeout=_PATIENCE,
            check=False,
        )
        return Answer(
            status=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode()
        )

    def json(self, *arguments: str | bytes, stdin: bytes = b"") -> Answer:
        """Run a command that is to answer in JSON."""
        return self(*arguments, "--json", stdin=stdin)

    @contextmanager
    def started(
        self,
        *arguments: str,
        stdout: int | IO[bytes] = subprocess.PIPE,
        stderr: int | IO[bytes] = subprocess.PIPE,
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command; it is killed if the test leaves it behind."""
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=self.folder,
            env=self._environment({}),
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        ours = {"MENTORFLOW_DB": self.db, "TZ": "UTC", "COLUMNS": "200"}
        ours |= {**self.environment, **more}
        return {**os.environ, **ours}
