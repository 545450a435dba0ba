"""Why a timer is put off, so that it is due later than its rule has it."""

from enum import StrEnum


class PutOffBy(StrEnum):
    """What made a timer due later than its rule has it."""

    PLAN = "plan"
    """A plan would have made it due at once, and spread it."""
    RESUME = "resume"
    """It came due while its program was frozen, and was spread when that went on."""
    LIMIT = "limit"
    """As many of its timing fired in that minute as may."""
    JITTER = "jitter"
    """Those of its timing that are due at once are strewn."""
    RETRY = "retry"
    """It could not be decided, and is tried again."""
