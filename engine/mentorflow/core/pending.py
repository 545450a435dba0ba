"""The pending timers of a mentorship, each read from its row only when somebody looks at it."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, overload

from mentorflow.core.mentorship import Timer, TimerKey

Unread = tuple[Any, ...]
"""A timer's fields in their order, as a store found them, perhaps with more behind them: its
instants are yet to be read."""
_WIDTH = len(Timer._fields)
_DUE_AT = Timer._fields.index("due_at")


class PendingTimers(Sequence[Timer]):
    """The timers of a mentorship.

    Most events leave most of a dozen timers alone: to read them all would cost as much as the
    rest of a decision. Nor does everybody look at the timers there are after an event.
    """

    __slots__ = ("_changes", "_found", "_instant")

    def __init__(
        self,
        found: Iterable[Timer | Unread],
        instant: Callable[[Any], datetime] = datetime.fromisoformat,
    ) -> None:
        self._found: Mapping[TimerKey, Timer | Unread] = {one[:2]: one for one in found}
        self._changes: Mapping[TimerKey, Timer | None] = {}
        """Set anew since they were found, or, at None, taken away."""
        self._instant = instant

    @classmethod
    def of(cls, timers: Sequence[Timer]) -> "PendingTimers":
        """Return timers as pending ones, which they may be already."""
        if not isinstance(timers, PendingTimers):
            return cls(timers)
        timers.settle()
        return timers

    def at(self, key: TimerKey) -> Timer | None:
        """Return the timer with a key, if there is one."""
        found = self._found.get(key)
        return None if found is None else self._read(found)

    def has(self, key: TimerKey) -> bool:
        """Whether a timer is pending."""
        return key in self._found

    def holds(self, timer: Timer) -> bool:
        """Whether a timer is pending just as it is."""
        found = self._found.get(timer[:2])
        if found is None or isinstance(found, Timer):
            return found == timer
        due_at = found[_DUE_AT]
        # Most timers that were set anew are due at another instant: no need to read the rest.
        is_due_then = (due_at and self._instant(due_at)) == timer.due_at
        return is_due_then and self._read(found) == timer

    def keys(self, *, but: Container[TimerKey] = ()) -> list[TimerKey]:
        """Return the keys of all timers but some."""
        return [key for key in self._found if key not in but]

    @property
    def has_suspended(self) -> bool:
        """Whether one of them stands still."""
        return None in [one[_DUE_AT] for one in self._found.values()]

    def changed(self, changes: Mapping[TimerKey, Timer | None]) -> "PendingTimers":
        """Return them with some set anew and some, at None, taken away."""
        changed = PendingTimers((), self._instant)
        changed._found, changed._changes = self._found, changes
        return changed

    def settle(self) -> None:
        """Work the changes in, once somebody is about to look."""
        if self._changes:
            merged = {**self._found, **self._changes}
            self._found = {key: one for key, one in merged.items() if one is not None}
            self._changes = {}

    def _read(self, found: Timer | Unread) -> Timer:
        return found if isinstance(found, Timer) else timer_of(found, self._instant)

    @overload
    def __getitem__(self, place: int) -> Timer: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Timer]: ...
    def __getitem__(self, place: int | slice) -> Timer | Sequence[Timer]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[Timer]:
        self.settle()
        for found in self._found.values():
            yield self._read(found)

    def __len__(self) -> int:
        self.settle()
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def timer_of(found: Unread, instant: Callable[[Any], datetime]) -> Timer:
    """Return the timer of what a store found."""
    name, instance, due_at, timing, value, scope, anchor, anchor_at, remaining = found[:_WIDTH]
    due = None if due_at is None else instant(due_at)
    since = instant(anchor_at)
    return Timer(name, instance, due, timing, value, scope, anchor, since, remaining)
