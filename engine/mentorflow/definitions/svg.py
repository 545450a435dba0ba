"""Writes a layout as SVG: readable on light and on dark pages, on paper and to a screen reader."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from mentorflow.core.workflow import StateRule
from mentorflow.definitions.layout import (
    CARD_TOP,
    CLOCK,
    LINE,
    MARGIN,
    Box,
    Layout,
    Point,
    Route,
)

_STYLE = """
svg { color-scheme: light dark; }
.page { fill: light-dark(#ffffff, #14171c); }
text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  fill: light-dark(#334155, #c6cfdb); }
.label { paint-order: stroke; stroke: light-dark(#ffffff, #14171c); stroke-width: 3px;
  stroke-linejoin: round; }
.time { fill: light-dark(#9a4d00, #f0b35c); }
.clock { fill: none; stroke: light-dark(#9a4d00, #f0b35c); stroke-width: 1.2;
  stroke-linecap: round; }
.title, .name, .note { font-family: system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
.title { font-size: 19px; font-weight: 650; fill: light-dark(#0f172a, #f1f5f9); }
.name { font-size: 14px; font-weight: 600; text-anchor: middle;
  fill: light-dark(#0f172a, #f1f5f9); }
.note { font-size: 11.5px; fill: light-dark(#64748b, #94a3b8); }
.mid { text-anchor: middle; }
.box { fill: light-dark(#f1f5f9, #232a34); stroke: light-dark(#94a3b8, #64748b);
  stroke-width: 1.2; }
.initial .box { fill: light-dark(#dbeafe, #1e3a5f); stroke: light-dark(#2563eb, #60a5fa); }
.resting .box { fill: light-dark(#dcfce7, #173d2a); stroke: light-dark(#16a34a, #4ade80); }
.final .box { fill: light-dark(#e2e8f0, #2b313b); stroke: light-dark(#475569, #94a3b8); }
.final .inner { fill: none; stroke: light-dark(#475569, #94a3b8); stroke-width: 1; }
.detour .box { fill: light-dark(#fef3c7, #3d3117); stroke: light-dark(#b45309, #f0b35c);
  stroke-dasharray: 5 3; }
.card .box { fill: none; stroke: light-dark(#cbd5e1, #3f4956); }
.way { fill: none; stroke: light-dark(#64748b, #8d9bb0); stroke-width: 1.4; }
.away { stroke: light-dark(#b45309, #f0b35c); }
.tip { fill: light-dark(#64748b, #8d9bb0); }
.away-tip { fill: light-dark(#b45309, #f0b35c); }
"""

_DEFS = """<defs>
<marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"
 orient="auto"><path class="tip" d="M0 1 10 5 0 9z"/></marker>
<marker id="away" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"
 orient="auto-start-reverse"><path class="away-tip" d="M0 1 10 5 0 9z"/></marker>
<g id="clock" class="clock"><circle cx="5" cy="5" r="4.4"/><path d="M5 2.6V5l1.8 1.2"/></g>
</defs>"""


def drawn(layout: Layout) -> str:
    """Return a layout as the text of an SVG."""
    workflow = layout.picture.workflow
    width, height = round(layout.width), round(layout.height)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    name = escape(f"The workflow {workflow.name}, version {workflow.version}")
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
            f'<title id="t">{name}</title>',
            f'<desc id="d">{escape(workflow.help)}</desc>',
            f"<style>{_STYLE}</style>",
            _DEFS,
            f'<rect class="page" width="{width}" height="{height}"/>',
            _text(MARGIN, 40, f"{workflow.name}, version {workflow.version}", kind="title"),
            _text(MARGIN, 60, workflow.help, kind="note"),
            *(_line(route) for route in layout.routes),
            *_start(layout),
            *(_state(layout, box) for box in layout.boxes.values()),
            *_card(layout),
            *(text for route in layout.routes for text in _labels(route)),
            *_legend(height),
            "</svg>\n",
        ]
    )


def _line(route: Route) -> str:
    way = route.way
    what = ", ".join(
        label.text + (f" when {' and '.join(label.claims)}" if label.claims else "")
        for label in way.labels
    )
    back = ", and back" if way.returns else ""
    title = f"{way.source} to {way.target}{back}: {what}"
    kind, tips = "way", 'marker-end="url(#tip)"'
    if way.returns:
        kind, tips = "way away", 'marker-start="url(#away)" marker-end="url(#away)"'
    return (
        f'<path class="{kind}" d="{_path(route.points)}" {tips} role="img" '
        f'aria-label="{_quoted(title)}"><title>{escape(title)}</title></path>'
    )


def _path(points: tuple[Point, ...]) -> str:
    """Return the path through some points, its corners rounded as far as there is room."""
    (x, y), *_ = points
    steps = [f"M{x:.1f} {y:.1f}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(8.0, _distance(before, at) / 2, _distance(at, after) / 2)
        start, end = _towards(at, before, reach), _towards(at, after, reach)
        steps.append(f"L{start[0]:.1f} {start[1]:.1f}")
        steps.append(f"Q{at[0]:.1f} {at[1]:.1f} {end[0]:.1f} {end[1]:.1f}")
    x, y = points[-1]
    steps.append(f"L{x:.1f} {y:.1f}")
    return "".join(steps)


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, reach: float) -> Point:
    far = _distance(start, end) or 1.0
    return (
        start[0] + (end[0] - start[0]) * reach / far,
        start[1] + (end[1] - start[1]) * reach / far,
    )


def _labels(route: Route) -> Iterator[str]:
    for index, label in enumerate(route.way.labels):
        x, y = route.label_x, route.label_y + LINE * index
        if not label.when:
            yield _text(x, y, label.event, kind="label")
            continue
        yield f'<use href="#clock" x="{x:.1f}" y="{y - 9:.1f}"/>'
        yield _text(x + CLOCK, y, label.text, kind="label time")


def _state(layout: Layout, box: Box) -> str:
    state = layout.picture.workflow.states[box.name]
    radius = 26 if state.is_detour or state.is_resting else 10
    shape = _rect(box, radius=radius, kind="box")
    if state.is_final:
        shape += _rect(box, radius=7, kind="inner", inset=3.5)
    kind = _kind(layout, state)
    note = _note(state)
    middle = box.x + box.width / 2
    title = f"{state.name}: {state.help}"
    return (
        f'<g class="state {kind}" role="img" aria-label="{_quoted(title)}">'
        f"<title>{escape(title)}</title>{shape}"
        f"{_text(middle, box.middle + (-2 if note else 5), state.name, kind='name')}"
        f"{_text(middle, box.middle + 15, note, kind='note mid') if note else ''}</g>"
    )


def _kind(layout: Layout, state: StateRule) -> str:
    if state.name == layout.picture.workflow.initial:
        return "initial"
    if state.is_final:
        return "final"
    return "resting" if state.is_resting else "detour" if state.is_detour else "plain"


def _note(state: StateRule) -> str:
    counts = ((len(state.events), "event"), (len(state.timers), "timer"))
    return ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n)


def _rect(box: Box, *, radius: float, kind: str, inset: float = 0) -> str:
    return (
        f'<rect class="{kind}" x="{box.x + inset:.1f}" y="{box.y + inset:.1f}" rx="{radius}" '
        f'width="{box.width - 2 * inset:.1f}" height="{box.height - 2 * inset:.1f}"/>'
    )


def _start(layout: Layout) -> Iterator[str]:
    box = layout.boxes[layout.picture.workflow.initial]
    x = box.x + box.width / 2
    yield f'<circle class="tip" cx="{x:.1f}" cy="{box.y - 24:.1f}" r="5"/>'
    yield f'<path class="way" d="M{x:.1f} {box.y - 19:.1f}V{box.y:.1f}" marker-end="url(#tip)"/>'


def _card(layout: Layout) -> Iterator[str]:
    box = layout.card
    if box is None:
        return
    yield f'<g class="card">{_rect(box, radius=10, kind="box")}'
    yield _text(box.x + 14, box.y + 21, "from any state", kind="note")
    for index, line in enumerate(layout.picture.anywhere_lines):
        yield _text(box.x + 14, box.y + CARD_TOP + LINE * index + 6, line, kind="label")
    yield "</g>"


def _legend(height: float) -> Iterator[str]:
    y = height - 20
    yield f'<use href="#clock" x="{MARGIN}" y="{y - 9}"/>'
    yield _text(MARGIN + CLOCK, y, "sent by time, with the default timing", kind="note")
    x = MARGIN + 250
    yield (
        f'<path class="way away" d="M{x} {y - 4}h34" marker-start="url(#away)" '
        'marker-end="url(#away)"/>'
    )
    yield _text(
        x + 42, y, "there and back: a detour returns to the state it was entered from", kind="note"
    )


def _text(x: float, y: float, text: str, *, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})
