"""Tables for people: as columns where every word has room, and row by row where not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

_BETWEEN = 3
"""What a table takes for each column besides its cells."""
_LONGEST = 48
"""A longer word is broken: it is no name or id."""


class Fitting:
    """A table of texts in which nothing is cut off, and no name or id broken."""

    def __init__(
        self, columns: Iterable[str], rows: Iterable[Sequence[str]], styles: Iterable[str]
    ) -> None:
        self._columns = tuple(columns)
        self._rows = list(rows)
        self._styles = list(styles) or [""] * len(self._rows)

    def __rich_console__(
        self, console: "Console", options: "ConsoleOptions"
    ) -> "Iterator[RenderableType]":
        """Yield what fits the width there is."""
        spare = options.max_width - _BETWEEN * len(self._columns)
        least, most = zip(*map(self._widths, range(len(self._columns))), strict=True)
        if sum(least) > spare:
            yield from self._rows_alone()
        else:
            yield self._table(_shared_out(spare, least, most))

    def _table(self, widths: Sequence[int]) -> "RenderableType":
        from rich import box
        from rich.table import Table

        made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for name, width in zip(self._columns, widths, strict=True):
            made.add_column(name, overflow="fold", width=width)
        for row, style in zip(self._rows, self._styles, strict=True):
            made.add_row(*row, style=style)
        return made

    def _rows_alone(self) -> "Iterator[RenderableType]":
        from rich.padding import Padding
        from rich.text import Text

        for (first, *rest), style in zip(self._rows, self._styles, strict=True):
            yield Text(first, style=f"bold {style}".strip())
            named = zip(self._columns[1:], rest, strict=True)
            told = " · ".join(f"{name} {cell}".strip() for name, cell in named)
            yield Padding(Text(told, style=style), (0, 0, 0, 2))

    def _widths(self, place: int) -> tuple[int, int]:
        """Return how wide a column must be for its words, and for its lines."""
        from rich.cells import cell_len

        cells = (self._columns[place], *(row[place] for row in self._rows))
        lines = [line for cell in cells for line in cell.splitlines()]
        words = max((cell_len(word) for line in lines for word in line.split()), default=1)
        return min(words, _LONGEST), max(map(cell_len, lines), default=1)


def _shared_out(spare: int, least: Sequence[int], most: Sequence[int]) -> list[int]:
    """Return widths of at least and at most so much each, those first that want little more."""
    widths, left = list(least), spare - sum(least)
    places = sorted(range(len(widths)), key=lambda place: most[place] - least[place])
    for done, place in enumerate(places):
        more = min(most[place] - least[place], left // (len(places) - done))
        widths[place] += more
        left -= more
    return widths
