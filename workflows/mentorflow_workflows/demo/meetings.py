"""How a pair meets: books, moves, misses, tells of it. Functions are named by message."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from mentorflow.core.duration import Duration
from mentorflow_workflows.demo.hours import on_grid
from mentorflow_workflows.demo.pair import LIVE, WORKING, Heard, Pair
from mentorflow_workflows.demo.people import Fate

_LENGTH = timedelta(minutes=45)
_APART = timedelta(days=3)
_MEETS = LIVE - {"conflict"}
_POINTS = ("What is done", "What is in the way", "What comes next")


def book(pair: Pair, *, at: datetime, ahead: float, kind: str = "regular") -> None:
    """Plan to book a meeting some days ahead, unless one is booked by then."""

    def words(pair: Pair) -> Mapping[str, Any] | None:
        start = pair.slot_in_days(ahead)
        if pair.is_gone or pair.fate is Fate.UNMET or _is_needless(pair, kind, start):
            return None
        told = {
            "meeting": f"meeting-{pair.nth('meeting')}",
            "starts_at": start.isoformat(),
            "length": "45m",
            "kind": kind,
        }
        return {**told, "agenda": list(_POINTS)} if pair.is_willing(pair.mentee, 0.5) else told

    pair.will(at, "meeting.booked", by=pair.mentee, words=words, only_in=_MEETS, then=_expect)


def how_was_it(pair: Pair, heard: Heard) -> None:
    """Tell of a meeting that nobody has told of yet."""
    if heard.role == "mentee" and pair.is_willing(heard.person):
        _tell(pair, heard.person)


def attendance_question(pair: Pair, heard: Heard) -> None:
    """Take no notice: those who talk to each other are talking."""


def rebook(pair: Pair, heard: Heard) -> None:
    """Find a new time."""
    if heard.role == "mentee":
        book(pair, at=pair.soon(heard.person, 0.7), ahead=pair.between(1, 4))


def propose_next(pair: Pair, heard: Heard) -> None:
    """Book the next meeting when reminded."""
    if _goes_on(pair) and pair.is_willing(heard.person):
        book(pair, at=pair.soon(heard.person, 1.0), ahead=pair.between(1, 5))


def propose_next_both(pair: Pair, heard: Heard) -> None:
    """Book the next meeting when reminded."""
    if heard.role == "mentee":
        propose_next(pair, heard)


def stalled_parties(pair: Pair, heard: Heard) -> None:
    """Set things going again: tell of the meeting, or book one."""
    if heard.role == "mentee" and _goes_on(pair):
        _tell(pair, heard.person)
        book(pair, at=pair.soon(heard.person, 1.0), ahead=pair.between(1, 3))


def unanswered_first(pair: Pair, heard: Heard) -> None:
    """Write back."""
    if pair.state in WORKING:
        words = {"channel": "chat"}
        pair.will(pair.soon(heard.person, 0.5), "message.logged", by=heard.person, words=words)


def _expect(pair: Pair) -> None:
    """Let a booked meeting take its course: it is moved, missed, held, and told of or not."""
    name = f"meeting-{pair.marks['meeting']}"
    start = datetime.fromisoformat(pair.facts["meetings"][name]["starts_at"])
    if pair.might(0.09):
        start = _move(pair, name, start)
    if pair.might(0.07):
        _miss(pair, name, start)
    elif pair.might(0.85):
        _hold(pair, name, at=on_grid(start + _LENGTH), by=None)


def _move(pair: Pair, name: str, start: datetime) -> datetime:
    by = pair.pick((pair.mentee, pair.guide))
    later = start + timedelta(days=7 if start.weekday() > 1 else 2)
    at = max(pair.now, start - timedelta(hours=21))

    def words(pair: Pair) -> Mapping[str, Any] | None:
        if name not in (pair.facts.get("meetings") or {}):
            return None
        return {"meeting": name, "starts_at": later.isoformat(), "length": "45m"}

    pair.will(at, "meeting.moved", by=by, words=words, only_in=_MEETS)
    return later


def _miss(pair: Pair, name: str, start: datetime) -> None:
    absent, waiting = pair.pick(((pair.mentee, pair.guide), (pair.guide, pair.mentee)))
    words = {"meeting": name, "who": [absent]}
    at = start + timedelta(hours=1)
    pair.will(at, "meeting.missed", by=waiting, words=_if_open(name, words), only_in=LIVE)


def _hold(pair: Pair, name: str, *, at: datetime, by: str | None) -> None:
    words = _if_open(name, {"meeting": name, "length": "45m"})
    pair.will(at, "meeting.held", by=by, words=words, only_in=LIVE, then=_after)


def _tell(pair: Pair, person: str) -> None:
    """Tell of the meetings that are over and that nobody told of."""
    for name, meeting in (pair.facts.get("meetings") or {}).items():
        is_over = datetime.fromisoformat(meeting["ends_at"]) <= pair.now
        if is_over and meeting["kind"] != "dialogue":
            _hold(pair, name, at=pair.soon(person, 0.3), by=person)


def _after(pair: Pair) -> None:
    pair.after_meeting()
    if _goes_on(pair) and pair.might(0.85):
        book(pair, at=pair.soon(pair.mentee, 0.4), ahead=_rhythm(pair))


def _rhythm(pair: Pair) -> float:
    cadence = (pair.facts.get("agreement") or {}).get("cadence", "7d")
    return Duration.parse(cadence).days + pair.between(-1.5, 0.5)


def _goes_on(pair: Pair) -> bool:
    """Whether it makes sense to meet again."""
    if pair.fate is Fate.UNMET or pair.is_gone:
        return False
    ends_on = pair.ends_on
    is_early = pair.facts.get("mode") == "early"
    return not is_early and (ends_on is None or (ends_on - pair.now.date()).days > 5)


def _is_needless(pair: Pair, kind: str, start: datetime) -> bool:
    """Whether a meeting of its kind lies ahead already, or any about the same time."""
    for one in (pair.facts.get("meetings") or {}).values():
        begins = datetime.fromisoformat(one["starts_at"])
        if begins > pair.now and (one["kind"] == kind or abs(begins - start) < _APART):
            return True
    return False


def _if_open(name: str, told: Mapping[str, Any]) -> Callable[[Pair], Mapping[str, Any] | None]:
    def words(pair: Pair) -> Mapping[str, Any] | None:
        return told if name in (pair.facts.get("meetings") or {}) else None

    return words
