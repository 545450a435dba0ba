"""Who does what on hearing a message: the functions of the play, by the message they answer."""

from collections.abc import Callable, Mapping
from typing import cast

from mentorflow_workflows.demo import beginning, ending, meetings, program, trouble, work
from mentorflow_workflows.demo.pair import Heard, Pair

Reply = Callable[[Pair, Heard], None]

_OF_THE_PAIR = frozenset({"mentee", "mentor"})
_PARTS = (beginning, meetings, work, trouble, ending, program)

AFTER_MEETING: Mapping[str, Callable[[Pair], None]] = {
    "rapport": beginning.decide_fit,
    "active": work.after_meeting,
    "celebration": work.after_meeting,
    "transition": ending.after_meeting,
}
"""What follows on a meeting, by the state it was held in."""


def reply(pair: Pair, heard: Heard) -> None:
    """Let somebody do what they do on hearing a message; to most messages nobody replies."""
    if pair.is_gone and heard.role in _OF_THE_PAIR:
        return
    for part in _PARTS:
        found = getattr(part, heard.message, None)
        if found is not None:
            cast("Reply", found)(pair, heard)  # by the convention that the parts' docstrings state
            return
