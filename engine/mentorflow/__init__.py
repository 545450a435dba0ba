"""mentorflow: an event-driven workflow engine for mentorship lifecycles, to embed in any app."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mentorflow.clock import ManualClock as ManualClock
    from mentorflow.core.mentorship import Mentorship as Mentorship
    from mentorflow.engine.channels import Notice as Notice
    from mentorflow.engine.engine import Engine as Engine
    from mentorflow.errors import EventRejected as EventRejected
    from mentorflow.errors import InvalidPayload as InvalidPayload
    from mentorflow.errors import KeyReused as KeyReused
    from mentorflow.errors import MentorflowError as MentorflowError
    from mentorflow.errors import NotFound as NotFound
    from mentorflow.errors import StoreUnavailable as StoreUnavailable
    from mentorflow.errors import WorkflowInvalid as WorkflowInvalid

__version__ = "0.1.0"

_HOMES = {
    "Engine": "mentorflow.engine.engine",
    "EventRejected": "mentorflow.errors",
    "InvalidPayload": "mentorflow.errors",
    "KeyReused": "mentorflow.errors",
    "ManualClock": "mentorflow.clock",
    "Mentorship": "mentorflow.core.mentorship",
    "MentorflowError": "mentorflow.errors",
    "NotFound": "mentorflow.errors",
    "Notice": "mentorflow.engine.channels",
    "StoreUnavailable": "mentorflow.errors",
    "WorkflowInvalid": "mentorflow.errors",
}

__all__ = [
    "Engine",
    "EventRejected",
    "InvalidPayload",
    "KeyReused",
    "ManualClock",
    "MentorflowError",
    "Mentorship",
    "NotFound",
    "Notice",
    "StoreUnavailable",
    "WorkflowInvalid",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that light programs stay light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mentorflow' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
