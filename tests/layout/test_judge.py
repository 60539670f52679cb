"""The judge: each kind of fault in a layout that has it, and none in one that just does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.verdict import KINDS
from tests.finished import Corners, Finished, row
from tests.layouts import chained, clear, graph_of, laid_out
from tests.steps import ROUGHLY, growth

CHAIN = Finished("a -> b", row(50, 50), [[(50, 15), (80, 15)]])


def passing(*way: tuple[float, float]) -> Finished:
    """A line from ``a`` to ``b`` with a stranger between them."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "c": (80, 0, 130, 30), "b": (160, 0, 210, 30)}
    return Finished("node a\nnode b\nnode c\na -> b", nodes, [way])


def leaving(x: float) -> Finished:
    """A line from a group, which begins at *x*."""
    nodes: dict[str, Corners] = {"a": (20, 20, 70, 50), "y": (130, 20, 180, 50)}
    text = "group g: G\n   node a\nnode y\ng -> y"
    return Finished(text, nodes, [[(x, 35), (130, 35)]], groups={"g": (0, 0, 100, 80)})


def labelled(y: float) -> Finished:
    """A label of a line at 15, its centre at *y*."""
    return Finished("a -> b: x", row(50, 50, gap=110), [[(50, 15), (160, 15)]], {0: (105, y)})


def roomy(blank: float) -> Finished:
    """A label above all else, with room around it."""
    nodes: dict[str, Corners] = {"a": (0, 10, 50, 40), "b": (160, 10, 210, 40)}
    finished = Finished("a -> b: x", nodes, [[(50, 25), (160, 25)]], {0: (105, 36)})
    return replace(finished, blank=blank)


def between(y: float) -> Finished:
    """A label of a line at 10 below another one at 45, its lower edge at *y*."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 20), "b": (160, 0, 210, 20)}
    nodes |= {"c": (0, 44, 50, 46), "d": (160, 44, 210, 46)}
    lines = [[(50, 10), (160, 10)], [(50, 45), (160, 45)]]
    return Finished("a -> b: x\nc -- d", nodes, lines, {0: (105, y + 12)}, label=Size(40, 24))


def two_labels(gap: float) -> Finished:
    """The labels of two lines, one *gap* points above the other."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 20), "b": (160, 0, 210, 20)}
    nodes |= {"c": (0, 44, 50, 64), "d": (160, 44, 210, 64)}
    lines = [[(50, 10), (160, 10)], [(50, 54), (160, 54)]]
    return Finished(
        "a -> b: x\nc -> d: y", nodes, lines, {0: (105, 24.5 - gap / 2), 1: (105, 39.5 + gap / 2)}, label=Size(40, 15)
    )


def forking(apart: float) -> Finished:
    """Two lines of one node that run beside each other before they part."""
    nodes: dict[str, Corners] = {"a": (0, 27, 50, 57), "b": (200, 0, 250, 30), "c": (200, 54, 250, 84)}
    low = 43 - apart
    lines = [[(50, 43), (100, 43), (100, 69), (200, 69)], [(50, low), (100, low), (100, 15), (200, 15)]]
    return Finished("a -> c, b", nodes, lines)


def both_ways(apart: float) -> Finished:
    low, high = 15 - apart / 2, 15 + apart / 2
    lines = [[(50, low), (110, low)], [(110, high), (50, high)]]
    return Finished("a -> b\nb -> a", row(50, 50, gap=60), lines)


def titled(y: float) -> Finished:
    """A line at 35 into a group whose title is at *y*."""
    nodes: dict[str, Corners] = {"x": (0, 20, 50, 50), "a": (110, 20, 160, 50)}
    text = "group g: G\n   node a\nnode x\nx -> a"
    return Finished(text, nodes, [[(50, 35), (110, 35)]], groups={"g": (80, 0, 180, 80)}, titles={"g": (95, y)})


def at_border(x: float) -> Finished:
    """A label with its right edge at *x*, and a border at 80."""
    nodes: dict[str, Corners] = {"x": (-60, 20, -10, 50), "a": (110, 20, 160, 50)}
    text = "group g: G\n   node a\nnode x\nx -> a: x"
    return Finished(text, nodes, [[(-10, 35), (110, 35)]], {0: (x - 20, 45)}, {"g": (80, 0, 180, 80)})


def side_by_side(gap: float) -> Finished:
    return Finished("node a\nnode b", row(50, 50, gap=gap))


def grouped(y: float) -> Finished:
    """A line around a node, at *y*, in a group whose border is at 0."""
    nodes: dict[str, Corners] = {"a": (20, 15, 70, 45), "c": (100, 15, 150, 45), "b": (180, 15, 230, 45)}
    text = "group g: G\n   node a\n   node c\n   node b\na -> b"
    return Finished(text, nodes, [[(45, 15), (45, y), (205, y), (205, 15)]], groups={"g": (0, 0, 250, 70)})


def bending(*way: tuple[float, float]) -> Finished:
    return Finished("a -> b", row(50, 50, gap=60), [way])


def across(*ends: tuple[float, float]) -> Finished:
    """Two lines with ends on the right at these heights."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (0, 54, 50, 84), "c": (150, 0, 200, 30)}
    text = "a --> c\nb --> d" if ends[0][1] == 15 else "a --> d\nb --> c"
    return Finished(text, nodes | {"d": (150, 54, 200, 84)}, [[(50, 15), ends[0]], [(50, 69), ends[1]]])


def parting(third: tuple[float, float]) -> Finished:
    """Three lines of one node to a row below it, of which two share a trunk."""
    nodes: dict[str, Corners] = {"a": (80, 100, 130, 130)}
    nodes |= {id: (80 * index, 0, 80 * index + 50, 30) for index, id in enumerate("bcd")}
    trunk = (105, 100), (105, 65)
    last = [*trunk, (185, 65), (185, 30)] if third == trunk[0] else [third, (185, third[1]), (185, 30)]
    return Finished("a -> b, c, d", nodes, [[*trunk, (25, 65), (25, 30)], [trunk[0], (105, 30)], last], direction="TB")


def said(*labels: tuple[float, float]) -> Finished:
    """A fan of two edges with one label, which is said at these places beside their trunk."""
    nodes: dict[str, Corners] = {"a": (0, 20, 50, 50), "b": (160, 50, 210, 80), "c": (160, -10, 210, 20)}
    lines = [[(50, 35), (130, 35), (130, y), (160, y)] for y in (65, 5)]
    return Finished("a -> b, c: x", nodes, lines, dict(enumerate(labels)))


def on_page(width: float, font: float = MODERN.note_font_size) -> Finished:
    return replace(CHAIN, width=width, style=replace(MODERN, note_font_size=font))


def meeting(apart: float) -> Finished:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (0, 54, 50, 84), "c": (150, 10, 200, 74)}
    lines = [[(50, 15), (150, 42 - apart / 2)], [(50, 69), (150, 42 + apart / 2)]]
    return Finished("a -> c\nb -> c", nodes, lines)


def at_height(y: float) -> Finished:
    return Finished("a -> b\nb -> a", row(50, 50), [[(50, y), (80, y)], [(80, 20), (50, 20)]])


def beside_the_axis(y: float) -> Finished:
    return Finished("a -> b", row(50, 50), [[(50, y), (80, y)]])


def shifted(y: float) -> Finished:
    return Finished("a -> b", {"a": (0, 0, 50, 30), "b": (80, y, 130, y + 30)}, [[(50, 15), (80, 15)]])


def fan(upper: Corners, lower: Corners, text: str = "a -> b, c") -> Finished:
    upper_way = [(50, 20), (upper[0], upper[1] + 15)]
    lower_way = [(50, 10), (lower[0], lower[3] - 15)]
    names = ("b", "c") if text.endswith("b, c") else ("c", "b")
    return Finished(text, {"a": (0, 0, 50, 30), names[0]: upper, names[1]: lower}, [upper_way, lower_way])


def swapped() -> Finished:
    upper, lower = (80, 34, 130, 64), (80, -34, 130, -4)
    lines = [[(50, 10), (80, -19)], [(50, 20), (80, 49)]]
    return Finished("a -> b, c", {"a": (0, 0, 50, 30), "c": upper, "b": lower}, lines)


def falling(third: Corners) -> Finished:
    nodes: dict[str, Corners] = {"a": (37, 60, 87, 90), "b": (0, 0, 50, 30), "c": third}
    lines = [[(50, 60), (25, 30)], [(75, 60), (99, third[3])]]
    return Finished("a -> b, c", nodes, lines, direction="TB")


def neighbours(second: Corners, edge: str = "") -> Finished:
    nodes: dict[str, Corners] = {"a": (20, 15, 70, 45), "b": (150, 15, 200, 45)}
    text = f"group g: G\n   node a\ngroup h: H\n   node b\n{edge}"
    lines = [[(70, 30), (150, 30)]] if edge else []
    return Finished(text, nodes, lines, groups={"g": (0, 0, 90, 70), "h": second})


def spread(x: float, y: float) -> Finished:
    return Finished("node a\nnode b", {"a": (0, 0, 50, 30), "b": (x, y, x + 50, y + 30)})


def annotated(corners: Corners, *leader: tuple[float, float]) -> Finished:
    """A note of ``a``, beside which ``b`` stands."""
    lines = [[(50, 15), (80, 15)]]
    return Finished("a -> b\nnote of a: x", row(50, 50), lines, callouts=[(corners, leader)])


NO_TITLE = Size(0.0, 0.0)


def to_row(x: float) -> Finished:
    """A line to a row of two cells, at *x* of their lower side, and one from the second cell."""
    cells: dict[str, Corners] = {"r.1": (0, 60, 40, 90), "r.2": (40, 60, 80, 90)}
    nodes = cells | {"a": (x - 25, 0, x + 25, 30), "b": (110, 60, 160, 90)}
    text = "row r: x | y\nnode a\nnode b\na -> r\nr.2 -> b"
    return Finished(
        text, nodes, [[(x, 30), (x, 60)], [(80, 75), (110, 75)]], groups={"r": (0, 60, 80, 90)}, title=NO_TITLE
    )


FAULTS: dict[str, tuple[Finished, list[tuple[str | int, ...]], Finished]] = {
    "through-node": (
        passing((50, 15), (160, 15)), [(0, "c")], passing((25, 30), (25, 45), (185, 45), (185, 30)),
    ),
    "loose-end": (leaving(70), [(0, "g")], leaving(100)),
    "far-label": (labelled(27), [(0,)], labelled(26)),
    "strange-label": (between(16), [(0, 1)], between(14.5)),
    "one-on-another": (forking(2.5), [(0, 1)], forking(3.5)),
    "narrow-pair": (both_ways(7), [(0, 1)], both_ways(8)),
    "through-part": (
        annotated((0, 44, 60, 64), (60, 54), (105, 54), (105, 20), (50, 20)), [("note of a", "b")],
        annotated((0, 44, 60, 64), (25, 44), (25, 30)),
    ),
    "cell-end": (to_row(30), [(0, "r")], to_row(39)),
    "struck-label": (labelled(15), [(0, 0)], labelled(19.5)),
    "struck-title": (titled(35), [(0, "g")], titled(40)),
    "cut-label": (at_border(90), [(0, "g")], at_border(80.5)),
    "overlap": (side_by_side(-2), [("a", "b")], side_by_side(26)),
    "leaves-group": (grouped(-10), [(0, "g")], grouped(5)),
    "along-border": (grouped(3), [(0, "g")], grouped(4.5)),
    "needless-bend": (
        bending((50, 10), (70, 10), (70, 50), (90, 50), (90, 20), (110, 20)), [(0,)], bending((50, 10), (110, 20)),
    ),
    "crossing": (across((150, 69), (150, 15)), [(0, 1)], across((150, 15), (150, 69))),
    "small-text": (on_page(700, 9), [()], on_page(700, 10)),
    "scrolling": (on_page(124.9), [()], on_page(125.5)),
    "close-heads": (meeting(7), [(0, 1)], meeting(8)),
    "head-on-corner": (at_height(4), [(0, "b")], at_height(5)),
    "struck-callout": (
        annotated((58, 10, 72, 20), (58, 18), (50, 18)), [(0, "note of a")],
        annotated((58, 18, 72, 28), (58, 22), (50, 22)),
    ),
    "strange-callout": (
        annotated((80, 40, 140, 60), (80, 44), (25, 44), (25, 30)), [("note of a", "b")],
        annotated((60, 44, 120, 64), (60, 50), (25, 50), (25, 30)),
    ),
    "doubtful-label": (between(15), [(0, 1)], between(14.5)),
    "crowded-label": (two_labels(5.5), [(0, 1)], two_labels(6)),
    "long-way": (
        passing((25, 30), (25, 84), (185, 84), (185, 30)), [(0,)], passing((25, 30), (25, 82), (185, 82), (185, 30)),
    ),
    "kink": (
        passing((50, 15), (65, 15), (65, 40), (80, 40), (80, 58), (145, 58), (145, 15), (160, 15)),
        [(0,)],
        passing((50, 15), (65, 15), (65, 40), (145, 40), (145, 15), (160, 15)),
    ),
    "split-fan": (parting((130, 115)), [("a", 0, 1, 2)], parting((105, 100))),
    "repeated-label": (said((85, 46), (85, 24)), [(0, 1)], said((85, 46))),
    "off-middle": (beside_the_axis(10.5), [(0,)], beside_the_axis(11)),
    "crooked-spine": (shifted(2), [("a", "b")], shifted(1)),
    "out-of-row": (
        fan((80, 34, 130, 64), (170, -34, 220, -4)), [("b",)], fan((80, 34, 130, 64), (80, -34, 130, -4)),
    ),
    "out-of-order": (swapped(), [("b", "c")], fan((80, 34, 130, 64), (80, -34, 130, -4), "a -> c, b")),
    "tight-gap": (side_by_side(24.9), [("a", "b")], side_by_side(25)),
    "uneven-row": (falling((74, 0, 124, 32)), [("b", "c")], falling((74, -2, 124, 30))),
    "uneven-groups": (neighbours((120, 0, 220, 74)), [("g", "h")], neighbours((120, -4, 220, 70))),
    "off-axis-groups": (
        neighbours((120, 0, 220, 100), "a -> b"), [("g", "h")], neighbours((120, -30, 220, 70), "a -> b"),
    ),
    "empty-area": (spread(400, 400), [()], spread(76, 0)),
    "blank-margin": (roomy(3.5), [()], roomy(3)),
}  # fmt: skip
"""Kind → a layout with such faults alone, the parts of each, and a layout without any fault."""


def test_every_kind_has_its_example() -> None:
    assert tuple(FAULTS) == KINDS


@pytest.mark.parametrize("kind", FAULTS)
def test_fault_is_found(kind: str) -> None:
    finished, parts, _ = FAULTS[kind]
    assert finished.faults == [(kind, *part) for part in parts]


@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_is_found_below_its_limit(kind: str) -> None:
    _, _, finished = FAULTS[kind]
    assert finished.faults == []


def test_a_layout_without_a_page_does_not_scroll() -> None:
    assert replace(CHAIN, width=10).faults == [("scrolling",)]
    assert CHAIN.faults == []


def test_scrolling_is_as_bad_as_what_is_out_of_sight() -> None:
    wide = 125.5 / MODERN.legible_scale
    little, half, whole, twice = (on_page(wide / part, 11).verdict.cost for part in (1.02, 1.5, 2, 3))
    assert little < 2.5
    assert half > 5 * little
    assert twice - whole == pytest.approx(2 * (whole - half), rel=0.05)


def test_edges_along_an_axis_are_counted() -> None:
    straight, slanting = bending((50, 10), (110, 10)).verdict, bending((50, 10), (110, 20)).verdict
    assert (straight.straight, straight.slanted) == (1, 0)
    assert (slanting.straight, slanting.slanted) == (0, 1)
    crossing = across((150, 69), (150, 15)).verdict  # no sides face each other
    assert (crossing.straight, crossing.slanted) == (0, 0)


def test_an_empty_diagram_has_no_faults() -> None:
    assert Finished("node a", {"a": (0, 0, 50, 30)}).faults == []


def ladder(size: int) -> Callable[[], object]:
    """Rows of two nodes with two labelled edges between them, and lines that cross to the next row."""
    nodes: dict[str, Corners] = {}
    text: list[str] = []
    lines, labels = [], {}
    for number in range(size):
        x, y = 300.0 * (number % 5), -60.0 * (number // 5)
        nodes[f"a{number}"], nodes[f"b{number}"] = (x, y, x + 50, y + 30), (x + 150, y, x + 200, y + 30)
        labels[len(lines)] = (x + 100, y + 20)
        lines.append([(x + 50, y + 10), (x + 150, y + 10)])
        text.append(f"a{number} -> b{number}: x")
    for one, two in pairwise(range(size)):
        start, end = nodes[f"b{one}"], nodes[f"a{two}"]
        lines.append([(start[0], start[1]), (end[0], end[3])])
        text.append(f"b{one} -> a{two}")
    finished = Finished("\n".join(text), nodes, lines, labels)
    return partial(judge, finished.layout, finished.graph, 700.0)


def nested_chain(size: int) -> Callable[[], object]:
    graph = graph_of(chained(size), direction="LR")
    return partial(judge, clip(clear(laid_out(graph), graph), graph), graph, 700.0)


def tangle(size: int) -> Callable[[], object]:
    """Lines between the same two nodes, all on one another."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (160, 0, 210, 30)}
    finished = Finished("\n".join(["a -> b"] * size), nodes, [[(50, 15), (160, 15)]] * size)
    return partial(judge, finished.layout, finished.graph, 700.0)


@pytest.mark.parametrize(("work", "size"), [(ladder, 50), (nested_chain, 25), (tangle, 90)])
def test_work_is_in_proportion_to_the_size(work: Callable[[int], Callable[[], object]], size: int) -> None:
    assert growth(work, size) < ROUGHLY
