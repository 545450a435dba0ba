"""A workflow is drawn with all its states and ways, and nothing lies on top of anything else."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.diagram import mermaid, svg
from mentorflow.definitions.layout import LINE, Layout, Point, label_width, laid_out
from mentorflow.definitions.load import installed, load
from mentorflow.definitions.picture import Picture
from unit.definitions.small import Small

Area = tuple[float, float, float, float]


def areas(layout: Layout) -> list[Area]:
    """Every state and every block of labels, as left, top, right, bottom."""
    found = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in layout.boxes.values()]
    for route in layout.routes:
        top = route.label_y - 9
        right = route.label_x + label_width(route.way.labels)
        found.append((route.label_x, top, right, top + LINE * len(route.way.labels) - 3))
    return found


def overlap(a: Area, b: Area) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def is_level_or_upright(start: Point, end: Point) -> bool:
    return start[0] == end[0] or start[1] == end[1]


def lifecycle() -> Workflow:
    return load(installed()["mentorship"])


def test_mermaid_shows_states_events_and_what_time_sends(small: Small) -> None:
    text = mermaid(small.compiled())

    assert "stateDiagram-v2" in text
    assert "[*] --> asked" in text
    assert "asked --> work: guide.accepted\n" in text
    assert "asked --> over: \N{ALARM CLOCK} asked.expired after 14d\n" in text
    assert "pause --> work: pause.over | \N{ALARM CLOCK} work.lapsed after 20d\n" in text
    assert "work.lapsed 3d before ends_on or 90d after last_call" in text
    assert "any_state --> any_state: moved\n" in text
    assert "Class pause s_detour" in text


def test_the_drawing_is_well_formed_and_names_everything(small: Small) -> None:
    root = ET.fromstring(svg(small.compiled()))

    titles = {title.text for title in root.iter("{http://www.w3.org/2000/svg}title")}
    assert "pause: They rest." in titles
    assert "work to pause, and back: pause.asked" in titles
    assert "work to kept: work.finished when all_is_done" in titles
    labels = {element.get("aria-label") for element in root.iter() if element.get("aria-label")}
    assert labels <= titles


def test_texts_cannot_break_the_drawing(small: Small) -> None:
    small.change("help: They rest.", "help: 'They <rest> & \"sleep\".'")

    assert ET.fromstring(svg(small.compiled())) is not None


def test_nothing_covers_anything_in_the_mentorship_lifecycle() -> None:
    layout = laid_out(Picture.of(lifecycle()))

    assert [pair for pair in combinations(areas(layout), 2) if overlap(*pair)] == []


def test_nothing_covers_anything_in_the_small_workflow(small: Small) -> None:
    layout = laid_out(Picture.of(small.compiled()))

    assert [pair for pair in combinations(areas(layout), 2) if overlap(*pair)] == []


def test_a_way_from_a_detour_to_an_end_goes_around_the_course(small: Small) -> None:
    small.change("pause.over: {to: return}", "pause.over: {to: over, outcome: left}")
    layout = laid_out(Picture.of(small.compiled()))

    (route,) = [r for r in layout.routes if (r.way.source, r.way.target) == ("pause", "over")]
    lowest = max(layout.boxes[name].y + layout.boxes[name].height for name in ("work", "kept"))
    assert max(y for _, y in route.points) > lowest
    assert all(is_level_or_upright(*leg) for leg in pairwise(route.points))
    assert [pair for pair in combinations(areas(layout), 2) if overlap(*pair)] == []


def test_everything_is_within_the_drawing() -> None:
    layout = laid_out(Picture.of(lifecycle()))

    assert all(
        left >= 0 and top >= 0 and right <= layout.width and bottom <= layout.height
        for left, top, right, bottom in areas(layout)
    )


def test_a_drawing_is_the_same_every_time() -> None:
    assert svg(lifecycle()) == svg(lifecycle())


def test_the_drawing_follows_the_reader_s_light_or_dark() -> None:
    drawing = svg(lifecycle())

    assert "color-scheme: light dark" in drawing
    assert len(re.findall(r"light-dark\(", drawing)) > 10
