"""Places the states and ways of a workflow: its course downwards, ends left, detours right.

Every state of the course has a row of its own, by the longest path from the start. Ways to the
next row run straight down; all others leave sideways with their labels, join the lane of their
target and come in from there. Labels stand in space kept for them, so none can collide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import permutations

from mentorflow.definitions.picture import Label, Picture, Way

LINE = 14.0
LETTER = 6.65
CLOCK = 14.0
LANE = 14.0
MARGIN = 28.0
HEAD = 76.0
FOOT = 66.0
CARD_TOP = 34.0

ENDS, COURSE, DETOURS = 0, 1, 2

Point = tuple[float, float]


@dataclass(slots=True)
class Box:
    """Where a state stands."""

    name: str
    column: int
    order: float
    """Where it stands among the rows, roughly: what its ways are sorted by."""
    x: float = 0
    y: float = 0
    width: float = 150
    height: float = 52

    @property
    def middle(self) -> float:
        """The height at which its middle is."""
        return self.y + self.height / 2


@dataclass(slots=True)
class Route:
    """How one way runs, and where its labels stand."""

    way: Way
    points: tuple[Point, ...] = ()
    label_x: float = 0
    label_y: float = 0
    """The base line of the first label."""


@dataclass(slots=True)
class Port:
    """A place at the side of a state where ways leave, or where a lane comes in."""

    box: Box
    gap: int
    target: str
    towards: float
    route: Route | None
    y: float = 0

    @property
    def height(self) -> float:
        """The height it takes at the side of the state."""
        return 20.0 if self.route is None else max(20.0, LINE * len(self.route.way.labels) + 10)


@dataclass(slots=True)
class Layout:
    """Where everything stands."""

    picture: Picture
    boxes: dict[str, Box]
    routes: list[Route] = field(default_factory=list)
    card: Box | None = None
    """What every state takes."""
    width: float = 0
    height: float = 0


def laid_out(picture: Picture) -> Layout:
    """Place everything that a drawing shows."""
    boxes = _boxes(picture)
    routes = [Route(way) for way in picture.ways if way.source != way.target]
    straight = [route for route in routes if _is_straight(route.way, boxes)]
    ports = _ports([route for route in routes if route not in straight], boxes)
    layout = Layout(picture, boxes, routes)
    if picture.anywhere:
        width = max(len(line) for line in picture.anywhere_lines) * LETTER + 28
        height = CARD_TOP + LINE * len(picture.anywhere) + 10
        layout.card = Box("", ENDS, -1, width=max(width, 150), height=height)
    _place_down(layout, ports, straight)
    lanes = _place_across(layout, ports, straight)
    for port in ports:
        if port.route is not None:
            _run_aside(port, ports, boxes=boxes, lanes=lanes)
    for route in straight:
        _run_straight(route, boxes)
    _measure(layout)
    return layout


def label_width(labels: Iterable[Label]) -> float:
    """Return the width of the longest of some labels."""
    return max((len(x.text) * LETTER + CLOCK * bool(x.when) for x in labels), default=0.0)


def _boxes(picture: Picture) -> dict[str, Box]:
    states = picture.workflow.states
    column = {
        name: ENDS if state.is_final else DETOURS if state.is_detour else COURSE
        for name, state in states.items()
    }
    course = [name for name in states if column[name] == COURSE]
    ranks = _ranks(picture, course)
    rows = {name: float(row) for row, name in enumerate(sorted(course, key=ranks.__getitem__))}
    aside = {name: _barycentre(picture, name, rows) for name in states if name not in rows}
    names = sorted(states, key=lambda name: {**rows, **aside}[name])
    return {name: Box(name, column[name], {**rows, **aside}[name]) for name in names}


def _ranks(picture: Picture, course: list[str]) -> dict[str, int]:
    """Return the longest path to each state of the course, without the ways that lead back."""
    onwards: dict[str, list[str]] = {name: [] for name in course}
    for way in picture.ways:
        if way.source in onwards and way.target in onwards:
            onwards[way.source].append(way.target)
    ranks = dict.fromkeys(course, 0)
    start = picture.workflow.initial
    ahead: list[tuple[str, tuple[str, ...]]] = [(start, (start,))]
    while ahead:
        name, path = ahead.pop()
        for target in onwards.get(name, ()):
            if target not in path and ranks[target] < len(path):
                ranks[target] = len(path)
                ahead.append((target, (*path, target)))
    return ranks


def _barycentre(picture: Picture, name: str, rows: dict[str, float]) -> float:
    near = [rows[way.source] for way in picture.ways if way.target == name and way.source in rows]
    near += [rows[way.target] for way in picture.ways if way.source == name and way.target in rows]
    return sum(near) / len(near) if near else float(len(rows))


def _is_straight(way: Way, boxes: dict[str, Box]) -> bool:
    """Whether a way runs to the next state of its column: down the course, either way aside."""
    source, target = boxes[way.source], boxes[way.target]
    if source.column != target.column:
        return False
    column = [name for name, box in boxes.items() if box.column == source.column]
    step = column.index(target.name) - column.index(source.name)
    return step == 1 or (step == -1 and source.column == DETOURS)


def _ports(routes: list[Route], boxes: dict[str, Box]) -> list[Port]:
    ports: list[Port] = []
    for route in routes:
        source, target = boxes[route.way.source], boxes[route.way.target]
        gap = _gap(source, target)
        ports.append(Port(source, gap, target.name, target.order, route))
        entry = 0 if target.column == ENDS else gap
        if not any(p.route is None and p.gap == entry and p.box is target for p in ports):
            ports.append(Port(target, entry, target.name, source.order, None))
    return sorted(ports, key=lambda port: (port.towards, port.route is not None))


def _gap(source: Box, target: Box) -> int:
    """Return the gap between columns a way leaves by: 0 left of the course, 1 right of it."""
    if DETOURS in (source.column, target.column):
        return 1
    onwards = target.order > source.order
    return 0 if target.column == ENDS or onwards else 1


def _place_down(layout: Layout, ports: list[Port], straight: list[Route]) -> None:
    boxes = layout.boxes
    for box in boxes.values():
        sides = [[p for p in ports if p.box is box and p.gap == gap] for gap in (0, 1)]
        box.height = max(52.0, *(sum(p.height for p in side) + 12 for side in sides))
    for column in (COURSE, DETOURS, ENDS):
        y = HEAD + MARGIN
        if column == ENDS and layout.card is not None:
            layout.card.y = y
            y += layout.card.height + 40
        stack = [box for box in boxes.values() if box.column == column]
        for box in stack:
            wish = y if column == COURSE else _wish(layout, box, straight)
            box.y = max(y, wish)
            y = box.y + box.height + _below(box, straight)
    for box in boxes.values():
        for gap in (0, 1):
            side = [port for port in ports if port.box is box and port.gap == gap]
            _place_ports(box, side)
    for box in boxes.values():
        _level(box, ports)


def _below(box: Box, straight: list[Route]) -> float:
    """Return the space under a state: what the labels of the ways to the next one need."""
    lines = [len(r.way.labels) for r in straight if box.name in (r.way.source, r.way.target)]
    return max(40.0, 30.0 + LINE * max(lines, default=0))


def _wish(layout: Layout, box: Box, straight: list[Route]) -> float:
    """Return where a state aside would stand best: at the middle of what leads to it."""
    near = [
        layout.boxes[end].middle
        for route in layout.routes
        if route not in straight and box.name in (route.way.source, route.way.target)
        for end in (route.way.source, route.way.target)
        if layout.boxes[end].column == COURSE
    ]
    return sum(near) / len(near) - box.height / 2 if near else 0


def _place_ports(box: Box, side: list[Port]) -> None:
    y = box.y + (box.height - sum(port.height for port in side)) / 2
    for port in side:
        # The line runs under its labels; a lane that comes in has none and takes the middle.
        port.y = y + (port.height / 2 if port.route is None else port.height - 5)
        y += port.height


def _level(box: Box, ports: list[Port]) -> None:
    """Move a state aside a little where that makes a way to it straight."""
    own = [port for port in ports if port.box is box]
    if box.column == COURSE or len(own) != 1:
        return
    near = [p.y - own[0].y for p in ports if p.target == box.name and p.box.column == COURSE]
    step = min(near, key=abs, default=0.0)
    if abs(step) < 20:
        box.y += step
        own[0].y += step


def _place_across(
    layout: Layout, ports: list[Port], straight: list[Route]
) -> dict[tuple[int, str], float]:
    """Set the x of every column and return that of every lane."""
    boxes = layout.boxes
    lanes: dict[tuple[int, str], float] = {}
    ends = [box.width for box in boxes.values() if box.column == ENDS]
    if layout.card is not None:
        layout.card.x = MARGIN
        ends.append(layout.card.width)
    left = MARGIN
    for box in boxes.values():
        if box.column == ENDS:
            box.x = left + (max(ends) - box.width)
    right = left + max(ends, default=0)
    for gap in (0, 1):
        x = right + 12 + max(_label_zone(ports, gap, column=gap), _overhang(layout, straight, gap))
        for target in _lane_order(ports, gap):
            lanes[gap, target] = x
            x += LANE
        x += _label_zone(ports, gap, column=gap + 1)
        for box in boxes.values():
            if box.column == gap + 1:
                box.x = x
        right = x + 150
    return lanes


def _label_zone(ports: list[Port], gap: int, *, column: int) -> float:
    here = [p.route for p in ports if p.gap == gap and p.box.column == column and p.route]
    return max((label_width(route.way.labels) for route in here), default=0.0) + 24


def _overhang(layout: Layout, straight: list[Route], column: int) -> float:
    """Return how far the labels of the ways down a column reach beyond its states."""
    here = [r.way for r in straight if layout.boxes[r.way.source].column == column]
    return max((label_width(way.labels) + 28 - 75 for way in here), default=0.0)


def _lane_order(ports: list[Port], gap: int) -> tuple[str, ...]:
    """Return the lanes of a gap from left to right, in the order with the fewest crossings."""
    targets = list(dict.fromkeys(port.target for port in ports if port.gap == gap))
    span = {t: [p.y for p in ports if p.gap == gap and p.target == t] for t in targets}
    targets.sort(key=lambda target: max(span[target]) - min(span[target]), reverse=gap == 0)
    if len(targets) > 6:
        return tuple(targets)
    runs = [(port.target, port.y, port.box.column == gap) for port in ports if port.gap == gap]
    return min(permutations(targets), key=lambda order: _crossings(order, runs, span))


def _crossings(
    order: tuple[str, ...],
    runs: list[tuple[str, float, bool]],
    span: dict[str, list[float]],
) -> int:
    """Count where a level line cuts a lane of another target on its way to its own."""
    count = 0
    for target, y, from_left in runs:
        at = order.index(target)
        passed = order[:at] if from_left else order[at + 1 :]
        count += sum(min(span[other]) < y < max(span[other]) for other in passed)
    return count


def _run_aside(
    port: Port, ports: list[Port], *, boxes: dict[str, Box], lanes: dict[tuple[int, str], float]
) -> None:
    assert port.route is not None, "only ways that leave are run"
    route, source, target = port.route, port.box, boxes[port.target]
    into = 0 if target.column == ENDS else port.gap
    entry = next(p for p in ports if p.route is None and p.box is target and p.gap == into)
    lane, last = lanes[port.gap, port.target], lanes[into, port.target]
    start = _edge_of(source, lane)
    end = _edge_of(target, last)
    route.points = ((start, port.y), (lane, port.y), (last, entry.y), (end, entry.y))
    if lane != last:  # from a detour to an end: around below the course
        under = max(box.y + box.height for box in boxes.values() if box.column == COURSE) + 20
        route.points = (*route.points[:2], (lane, under), (last, under), *route.points[2:])
    width = label_width(route.way.labels)
    route.label_x = start + 14 if lane > start else start - 14 - width
    route.label_y = port.y - 6 - LINE * (len(route.way.labels) - 1)


def _edge_of(box: Box, lane: float) -> float:
    return box.x + box.width if lane > box.x else box.x


def _run_straight(route: Route, boxes: dict[str, Box]) -> None:
    source, target = boxes[route.way.source], boxes[route.way.target]
    x = source.x + source.width / 2
    down = target.y > source.y
    start = source.y + source.height if down else source.y
    end = target.y if down else target.y + target.height
    route.points = ((x, start), (x, end))
    route.label_x = x + 12
    lines = len(route.way.labels)
    route.label_y = (start + end) / 2 - LINE * (lines - 1) / 2 + 4


def _measure(layout: Layout) -> None:
    layout.width = max(_rights(layout)) + MARGIN
    boxes = [*layout.boxes.values(), *([layout.card] if layout.card else [])]
    layout.height = max(box.y + box.height for box in boxes) + FOOT


def _rights(layout: Layout) -> Iterator[float]:
    for box in layout.boxes.values():
        yield box.x + box.width
    for route in layout.routes:
        yield route.label_x + label_width(route.way.labels)
