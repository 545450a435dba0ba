"""What a measurement comes to: one figure, ours beside the floor, with the spread of the ratio."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.stopwatch import Took


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a run."""

    name: str
    unit: str
    ours: float
    floor: float
    ratio: float
    """Always bigger is better: our rate over the floor's, or the floor's time over ours."""
    repeats: int
    spread: tuple[float, float]
    """The smallest and the largest ratio of a repeat."""
    notes: tuple[str, ...] = ()
    """What else a reader of the table should know."""

    def as_json(self) -> str:
        """Return the figure as one line of JSON."""
        return json.dumps(
            {
                "name": self.name,
                "unit": self.unit,
                "ours": _rounded(self.ours),
                "floor": _rounded(self.floor),
                "ratio": _rounded(self.ratio),
                "repeats": self.repeats,
                "spread": [_rounded(bound) for bound in self.spread],
            },
            ensure_ascii=False,
        )

    def as_row(self) -> str:
        """Return the figure as a line of the table, its notes below."""
        spread = f"{self.spread[0]:.2f} to {self.spread[1]:.2f}"
        line = (
            f"{self.name:<22} {self.ours:>12,.1f} {self.floor:>12,.1f} {self.unit:<14}"
            f" {self.ratio:>6.2f}  {spread:<14} {self.repeats:>3}"
        )
        return "\n".join([line, *(f"{'':<22} {note}" for note in self.notes)])


TABLE_HEAD = (
    f"{'figure':<22} {'ours':>12} {'floor':>12} {'unit':<14} {'ratio':>6}  {'spread':<14} {'n':>3}"
)


@dataclass(slots=True)
class Rounds:
    """The repeats of one measurement, in each of which ours and the floor took turns."""

    ours: list[Took] = field(default_factory=list)
    floor: list[Took] = field(default_factory=list)

    def add(self, *, ours: Took, floor: Took) -> None:
        """Take the times of one repeat, for the same work."""
        self.ours.append(ours)
        self.floor.append(floor)

    def drop_first(self) -> None:
        """Leave out the first repeat, which warmed everything up."""
        del self.ours[0], self.floor[0]

    def rates(self, name: str, unit: str, work: float, notes: Sequence[str] = ()) -> Figure:
        """Return the figure of a rate, where each repeat did `work` units."""
        ours, floor = _walls(self.ours), _walls(self.floor)
        return self._figure(
            name, unit, work / median(ours), work / median(floor), [*notes, *self._cpu(work)]
        )

    def times(self, name: str, unit: str, scale: float, notes: Sequence[str] = ()) -> Figure:
        """Return the figure of a time, in seconds times `scale`."""
        ours, floor = _walls(self.ours), _walls(self.floor)
        return self._figure(name, unit, median(ours) * scale, median(floor) * scale, notes)

    def _cpu(self, work: float) -> list[str]:
        ours, floor = (
            median(took.cpu for took in side) / work * 1e6 for side in (self.ours, self.floor)
        )
        if not ours:
            return []
        return [f"processor time in this process: {ours:.0f} µs each, {floor:.0f} µs for the floor"]

    def _figure(
        self, name: str, unit: str, ours: float, floor: float, notes: Sequence[str]
    ) -> Figure:
        ratios = [low.wall / high.wall for low, high in zip(self.floor, self.ours, strict=True)]
        return Figure(
            name=name,
            unit=unit,
            ours=ours,
            floor=floor,
            ratio=median(ratios),
            repeats=len(ratios),
            spread=(min(ratios), max(ratios)),
            notes=tuple(notes),
        )


def _walls(side: Sequence[Took]) -> list[float]:
    return [took.wall for took in side]


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
