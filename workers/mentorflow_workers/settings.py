"""What a worker is told: once, checked, and passed on to its processes as it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mentorflow.engine.carrier import LEASE
from mentorflow.engine.pruner import KEPT_FOR
from mentorflow_workers.duties import DutyName
from mentorflow_workers.log_format import LogFormat


class Settings(BaseModel):
    """How one machine's worker runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    db: str
    redis: str | None = None
    """Where the queue is; None on SQLite, where everything is done in one process."""
    app: str | None = None
    """The engine whose channels and callbacks effects are carried out with: `module:engine`."""
    duties: Sequence[DutyName] = tuple(DutyName)
    processes: int = Field(default=1, ge=1, le=64)
    """Of carriers."""
    threads: int = Field(default=4, ge=1, le=64)
    """Of each carrier."""
    poll: timedelta = Field(
        default=timedelta(seconds=0.5), ge=timedelta(seconds=0.01), le=timedelta(hours=1)
    )
    """How often a duty that has nothing to do looks for work."""
    lease: timedelta = Field(default=LEASE, ge=timedelta(seconds=1), le=timedelta(hours=1))
    """How long an attempt at a claim's effects may take before somebody else begins another."""
    kept_for: timedelta = Field(default=KEPT_FOR, ge=timedelta())
    """How long effects that are done stay in the outbox."""
    grace: timedelta = Field(default=timedelta(seconds=20), ge=timedelta())
    """How long what is under way may take to end once the worker is told to."""
    log_format: LogFormat = LogFormat.TEXT
    tracing: bool = False
    """Whether spans are made, for what OpenTelemetry is told to do with them."""
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    """Where Prometheus is answered; nowhere if None, and on any free port if 0."""
    metrics_host: str = "127.0.0.1"

    @model_validator(mode="after")
    def _has_what_it_takes(self) -> Self:
        if not self.duties:
            raise ValueError("a worker needs one duty at least")
        if self.redis is None and not self.is_on_sqlite:
            raise ValueError("on PostgreSQL a worker needs a queue: set redis")
        if self.redis is not None and self.is_on_sqlite:
            raise ValueError("SQLite has one writer, so its worker is one process: leave redis out")
        if self.is_on_sqlite and self.has(DutyName.RELAY) != self.has(DutyName.CARRIER):
            raise ValueError("on SQLite relay and carrier are one: name both, or neither")
        return self

    @property
    def is_on_sqlite(self) -> bool:
        """Whether the database is a file, which one process works on."""
        return self.db.startswith("sqlite")

    def duties_of(self, part: str) -> list[DutyName]:
        """Return what a part of this worker does: its carriers, or its keeper."""
        if part == "carrier":
            return [DutyName.CARRIER]
        return [name for name in self.duties if name != DutyName.CARRIER or self.is_on_sqlite]

    def has(self, *names: DutyName) -> bool:
        """Whether one of these duties is this worker's."""
        return any(name in self.duties for name in names)
