"""How the log of a worker is written."""

from enum import StrEnum


class LogFormat(StrEnum):
    """For whom the lines are."""

    TEXT = "text"
    """For people: an event, and its fields as `name=value`."""
    JSON = "json"
    """For programs: one JSON document a line."""
