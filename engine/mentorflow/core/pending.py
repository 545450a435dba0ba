"""The pending timers of a mentorship, each read from its row only when somebody looks at it."""

from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any, overload

from mentorflow.core.mentorship import Timer, TimerKey

Unread = tuple[Any, ...]
"""A timer's fields in their order, as a store found them: its instants are yet to be read."""
_DUE_AT = Timer._fields.index("due_at")


class PendingTimers(Sequence[Timer]):
    """The timers of a mentorship.

    Most events leave most of a dozen timers alone. To read them all would cost as much as the
    rest of a decision, and to look one up among so few costs less than a dictionary of them.
    """

    __slots__ = ("_found", "_read")

    def __init__(
        self, found: Sequence[Timer | Unread], read: Callable[[Unread], Timer] = Timer._make
    ) -> None:
        self._found = found
        self._read = read

    @classmethod
    def of(cls, timers: Sequence[Timer]) -> "PendingTimers":
        """Return timers as pending ones, which they may be already."""
        return timers if isinstance(timers, PendingTimers) else cls(timers)

    def at(self, key: TimerKey) -> Timer | None:
        """Return the timer with a key, if there is one."""
        name, instance = key
        for found in self._found:
            if found[0] == name and found[1] == instance:
                return found if isinstance(found, Timer) else self._read(found)
        return None

    def has(self, key: TimerKey) -> bool:
        """Whether a timer is pending."""
        return key in [found[:2] for found in self._found]

    def keys(self, *, but: Container[TimerKey] = ()) -> list[TimerKey]:
        """Return the keys of all timers but some."""
        return [key for found in self._found if (key := found[:2]) not in but]

    @property
    def has_suspended(self) -> bool:
        """Whether one of them stands still."""
        return None in [found[_DUE_AT] for found in self._found]

    def changed(self, changes: dict[TimerKey, Timer | None]) -> "PendingTimers":
        """Return them with some set anew and some, at None, taken away."""
        kept = [found for found in self._found if found[:2] not in changes]
        kept += [timer for timer in changes.values() if timer is not None]
        return PendingTimers(kept, self._read)

    @overload
    def __getitem__(self, place: int) -> Timer: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Timer]: ...
    def __getitem__(self, place: int | slice) -> Timer | Sequence[Timer]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[Timer]:
        for found in self._found:
            yield found if isinstance(found, Timer) else self._read(found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
