"""What people are like, and which fate each mentorship is dealt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fate(StrEnum):
    """How a mentorship is going to go."""

    STEADY = "steady"
    """They meet, agree, work and come to a good end."""
    EXTENDED = "extended"
    """They do well and ask for more time together."""
    MENDED = "mended"
    """They fall out, talk it over and go on."""
    MEDIATED = "mediated"
    """They fall out and need somebody neutral to go on."""
    PARTED = "parted"
    """They fall out and agree to end."""
    DECIDED = "decided"
    """They fall out, settle nothing, and the program ends it."""
    DROPPED = "dropped"
    """The mentee falls behind and leaves after the midterm evaluation."""
    DRIFTED = "drifted"
    """They ask for more time and are never heard of again."""
    DECLINED = "declined"
    """Every mentor says no."""
    UNANSWERED = "unanswered"
    """No mentor ever answers."""
    WITHDRAWN = "withdrawn"
    """The mentee takes the request back."""
    MISMATCHED = "mismatched"
    """They meet and find that it is no fit."""
    UNMET = "unmet"
    """They never get round to meeting."""
    UNSAFE = "unsafe"
    """Somebody reports that they are not safe."""


SHARES: Mapping[Fate, float] = {
    Fate.EXTENDED: 0.040,
    Fate.MENDED: 0.045,
    Fate.MEDIATED: 0.020,
    Fate.PARTED: 0.012,
    Fate.DECIDED: 0.008,
    Fate.DROPPED: 0.030,
    Fate.DRIFTED: 0.012,
    Fate.DECLINED: 0.018,
    Fate.UNANSWERED: 0.015,
    Fate.WITHDRAWN: 0.010,
    Fate.MISMATCHED: 0.018,
    Fate.UNMET: 0.012,
    Fate.UNSAFE: 0.006,
}
"""Of a hundred mentorships, how many share a fate; all others are steady."""

QUARRELS = frozenset({Fate.MENDED, Fate.MEDIATED, Fate.PARTED, Fate.DECIDED})


def deal(keys: Sequence[str], seed: int) -> dict[str, Fate]:
    """Deal every mentorship a fate.

    Dealt like cards and not rolled like dice: a cohort of this size has each of them for any seed,
    and as many as the shares say.
    """
    deck = [fate for fate, share in SHARES.items() for _ in range(round(share * len(keys)))]
    deck += [Fate.STEADY] * (len(keys) - len(deck))
    Random(f"{seed}:fates").shuffle(deck)  # noqa: S311  # a play, and it must repeat
    return dict(zip(keys, deck, strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What a person is like, in every mentorship of theirs."""

    pace: float
    """How long they take compared with most: 0.5 is quick, 2 is slow."""
    diligence: float
    """How likely they are to do what is asked of them without being asked again."""


def habits_of(person: str, seed: int) -> Habits:
    """Return what a person is like; the same for the same seed."""
    chance = Random(f"{seed}:person:{person}")  # noqa: S311  # a play, and it must repeat
    return Habits(
        pace=min(max(chance.lognormvariate(0.0, 0.45), 0.4), 3.0),
        diligence=0.55 + 0.45 * chance.betavariate(3.0, 1.3),
    )
