"""Lines along the axes: straight ones, trunks, and lines with bends, with their labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise, permutations, product
from pathlib import Path

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.curves import tip_of
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.geometry.segments import Segment, box_distance, chain, part_inside, vertices
from sphinxext.llmpipeline.layout import path_search, plain_paths, routing_area
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.finishing import clear
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.layout.verdict import Verdict
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from tests.finished import Corners, Finished, row
from tests.layouts import ENGINE, graph_of, laid_out, sized, slant
from tests.steps import ROUGHLY, growth

CORPUS = Path(__file__).parents[2] / "docs" / "corpus"


def routed(text: str, direction: Direction = "LR") -> Layout:
    """The layout of a text as Graphviz places it, with its edges routed."""
    graph = graph_of(text, MODERN, direction=direction)
    return route(laid_out(graph), graph)


def by_hand(text: str, nodes: dict[str, Corners], direction: Direction = "LR") -> Layout:
    """Parts in place, with their edges routed."""
    finished = Finished(text, nodes, direction=direction)
    return route(finished.layout, finished.graph)


def corners(line: PlacedEdge) -> list[tuple[float, float]]:
    """The ends of a line, at the tips of its heads, and its corners, as if these were not round."""
    (spline,) = line.splines
    points = spline.points
    found = [points[0]]
    for number in range(3, len(points) - 4, 6):
        (x, y), (handle_x, handle_y) = points[number : number + 2]
        # The handle of a quarter circle.
        found.append(((handle_x - 0.4477 * x) / 0.5523, (handle_y - 0.4477 * y) / 0.5523))
    found.append(points[-1])
    for tip in (tip_of(head) for head in line.arrowheads):
        found[0 if math.dist(tip, found[0]) < math.dist(tip, found[-1]) else -1] = tip
    for (x0, y0), (x1, y1) in pairwise(found):
        assert min(abs(x1 - x0), abs(y1 - y0)) < 0.01
    return found


def bends(line: PlacedEdge) -> int:
    return len(corners(line)) - 2


def verdict(text: str, direction: Direction = "LR") -> Verdict:
    """What the judge says of the finished layout."""
    graph = graph_of(text, MODERN, direction=direction)
    return judge(clip(clear(laid_out(graph), graph), graph), graph)


def worst(text: str, direction: Direction) -> list[str]:
    """The faults that say something wrong, or make the picture hard to read."""
    return [line for line in verdict(text, direction).lines() if line[0] in "12"]


# Straight lines


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_chain_is_straight(direction: Direction) -> None:
    layout = routed("a -> b -> c", direction)
    assert [bends(line) for line in layout.edges.values()][:1] == [0]
    found = verdict("a -> b -> c -> d: x", direction)
    assert (found.straight, found.slanted, found.count(1)) == (3, 0, 0)


@pytest.mark.parametrize("shift", [0.0, 10.0, 20.0])
def test_a_line_is_straight_where_the_sides_overlap(shift: float) -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 40.0), "b": (120.0, shift, 180.0, shift + 40.0)}
    layout = by_hand("a -> b", nodes)
    (start, end) = corners(layout.edges[0])
    assert start[1] == end[1]
    assert shift < start[1] < 40
    assert (start[0], end[0]) == (60, 120)


def test_a_line_is_off_centre_to_pass_what_is_in_the_way() -> None:
    nodes = {**row(60, 60, 60, gap=60, height=60), "b": (120.0, 25.0, 180.0, 60.0)}
    layout = by_hand("node a\nnode b\nnode c\na -> c", nodes)
    (_, y), (_, also) = corners(layout.edges[0])
    assert y == also
    assert 5 < y <= 20


def test_a_line_that_has_no_straight_way_is_bent() -> None:
    nodes = row(60, 60, 60, gap=60, height=40)
    layout = by_hand("node a\nnode b\nnode c\na -> c", nodes)
    assert bends(layout.edges[0]) == 2
    assert not crosses(layout.edges[0], Box(*nodes["b"]).grown(5))


@pytest.mark.parametrize("text", ["a -> b\nb --> a", "a -> b: one\nb --> a: two", "a -> b\na -> b: x"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_of_a_pair_are_apart_with_their_labels_outside(text: str, direction: Direction) -> None:
    layout = routed(text, direction)
    one, other = (corners(line) for line in layout.edges.values())
    axis = 1 if direction in ("LR", "RL") else 0
    assert len(one) == len(other) == 2
    assert abs(one[0][axis] - other[0][axis]) >= 8
    for line, others in ((0, 1), (1, 0)):
        label, strange = layout.edges[line].label, layout.edges[others]
        if label and graph_label(text, line):
            assert distance(layout.edges[line], label) <= 6
            assert distance(strange, label) > 8


def graph_label(text: str, key: int) -> bool:
    return parse(text).edges[key].label is not None


def segments(line: PlacedEdge) -> list[Segment]:
    return [segment for spline in line.splines for segment in chain(vertices(spline))]


def distance(line: PlacedEdge, label: Box) -> float:
    """Points between the middle of a line and a label."""
    return min(box_distance(segment, label) for segment in segments(line))


def crosses(line: PlacedEdge, box: Box) -> bool:
    return any(part_inside(segment, box) for segment in segments(line))


# Trunks


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_fan_leaves_as_one_trunk(direction: Direction) -> None:
    layout = routed("a -> b, c, d", direction)
    found = [corners(line) for line in layout.edges.values()]
    assert len({path[0] for path in found}) == 1
    assert sorted(map(len, found)) == [2, 4, 4]
    first, last = (path for path in found if len(path) == 4)
    assert first[1] == last[1]
    assert len({path[-1] for path in found}) == 3


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_fan_in_ends_with_one_head(direction: Direction) -> None:
    layout = routed("b, c, d -> a", direction)
    assert len({tip_of(line.arrowheads[0]) for line in layout.edges.values()}) == 1
    assert worst("b, c, d -> a", direction) == []


def test_a_member_without_a_free_way_leaves_the_others_their_trunk() -> None:
    """The node ``w`` is between ``d`` and the row of the others."""
    nodes: dict[str, Corners] = {"a": (100.0, 0.0, 150.0, 30.0), "w": (270.0, 45.0, 400.0, 90.0)}
    nodes |= {id: (x, 100.0, x + 50, 130.0) for id, x in (("b", 0.0), ("c", 200.0), ("d", 300.0))}
    layout = by_hand("node a\nnode w\nnode b\nnode c\nnode d\nb, c, d -> a", nodes, direction="TB")
    one, two, _ = (corners(line) for line in layout.edges.values())
    assert one[-1] == two[-1] == (125.0, 30.0)
    assert one[2] == pytest.approx(two[2])
    assert not any(crosses(line, Box(*nodes["w"])) for line in layout.edges.values())


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_that_could_be_straight_do_not_part_the_other_lines_of_their_fan(direction: Direction) -> None:
    text = "group g\n   node x\n   node y\n"
    text += "".join(f"node {id}\n" for id in "abcdefhi") + "a, b, c, d, e, f, h, i -> g"
    edges = routed(text, direction).edges.values()
    assert len({tip_of(edge.arrowheads[0]) for edge in edges}) == 1


def test_straight_lines_are_as_they_are_if_most_of_their_fan_are() -> None:
    finished = Finished(
        "a, b, c -> d", {"a": (0, 200, 60, 220), "b": (0, 100, 60, 120), "c": (0, 50, 60, 70), "d": (120, 40, 180, 130)}
    )
    lines = route(finished.layout, finished.graph).edges
    assert all(lines[key].splines[0].points[0][1] == lines[key].splines[0].points[-1][1] for key in (1, 2))


def test_edges_of_two_kinds_have_two_trunks() -> None:
    layout = routed("a -> b, c\na => d, e")
    starts = [corners(line)[0] for line in layout.edges.values()]
    assert len({*starts[:2], *starts[2:]}) > 1
    assert not {*starts[:2]} & {*starts[2:]}


def test_labels_of_a_fan_stand_beside_their_own_lines() -> None:
    text = "a -> b: one\na -> c: two\na -> d: three"
    for direction in DIRECTIONS:
        layout = routed(text, direction)
        for key, other in product(layout.edges, repeat=2):
            label = layout.edges[key].label
            assert label is not None
            assert key == other or distance(layout.edges[key], label) < distance(layout.edges[other], label)
        assert worst(text, direction) == []


# Bends


def test_a_line_has_one_bend_where_that_is_enough() -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 40.0), "b": (100.0, 80.0, 160.0, 120.0), "c": (62.0, 50.0, 90.0, 130.0)}
    layout = by_hand("node a\nnode b\nnode c\na -> b", nodes)
    start, corner, end = corners(layout.edges[0])
    assert start[0] == 60
    assert corner == pytest.approx((end[0], start[1]))
    assert end[1] == 80


def test_a_line_with_two_bends_runs_between_its_boxes() -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 40.0), "b": (120.0, 80.0, 180.0, 120.0)}
    layout = by_hand("a -> b", nodes)
    start, first, second, end = corners(layout.edges[0])
    assert (start, end) == (pytest.approx((60, 20)), pytest.approx((120, 100)))
    assert first[0] == pytest.approx(second[0])
    assert 60 < first[0] < 120


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_feedback_returns_beside_the_boxes_inside_its_group(direction: Direction) -> None:
    text = "group g: G\n   a -> b -> c\n   c --> a\nd -> a"
    layout = routed(text, direction)
    path = corners(layout.edges[2])
    assert len(path) == 4
    border = layout.groups["g"].box
    assert border.grown(-6).holds(Box.around(path), 1e-3)
    for node in layout.nodes.values():
        assert not crosses(layout.edges[2], node.box)
    assert worst(text, direction) == []


# What is passed


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    "text",
    [
        "a -> b -> c -> d\na -> c\na -> d\nd --> b: again",
        "group g: A title\n   node a\n   node b\n   node c\nnode d\nnode e\na -> b: x\nb -> c\nd -> a\nc -> e\nd -> e",
        "a -> b, c, d -> e\ne --> a: retry",
        "group g: G\n   node a\n   node b\ngroup h: H\n   node c\n   node d\nc -> d\ng -> h: x\na -> c",
    ],
    ids=["skips", "into a group", "out and in", "groups as ends"],
)
def test_lines_pass_nodes_titles_and_labels(text: str, direction: Direction) -> None:
    wrong = {"through-node", "struck-label", "struck-title", "far-label", "strange-label", "loose-end"}
    found = verdict(text, direction)
    assert not wrong & found.kinds().keys(), str(found)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("=>", 1), ("<->", 2), ("--", 0)])
def test_every_kind_of_edge_touches_its_ends(arrow: str, heads: int, direction: Direction) -> None:
    layout = routed(f"a {arrow} b\na {arrow} c\nb {arrow} c", direction)
    for edge, line in zip(parse(f"a {arrow} b\na {arrow} c\nb {arrow} c").edges, layout.edges.values(), strict=True):
        assert len(line.arrowheads) == heads
        path = corners(line)
        for id, end in ((edge.source, path[0]), (edge.target, path[-1])):
            box = layout.nodes[id].box
            assert box.distance(end) == pytest.approx(0, abs=1e-3)
            assert not box.grown(-0.01).holds(Box.around([end]))


@pytest.mark.parametrize("width", [1.2, 8.0, 20.0])
def test_wide_lines_stay_within_the_sides(width: float) -> None:
    graph = sized(
        "a -> b, c\nb, c -> d",
        replace(MODERN, rank_gap=150.0),
        direction="LR",
        nodes=Size(60, 60),
        widths=dict.fromkeys(range(4), width),
    )
    layout = route(laid_out(graph), graph)
    for edge in graph.edges:
        (spline,) = layout.edges[edge.key].splines
        if edge.key in (0, 1):
            box, y = layout.nodes["a"].box, spline.points[0][1]
            middle = abs(y - box.center[1])
            assert middle < 1e-3 or middle + width / 2 <= box.height / 2


# Square corners


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", ["007", "040", "073"])
def test_orthogonal_lines_have_square_corners_and_end_as_round_ones_do(name: str, direction: Direction) -> None:
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8") + "\ndecision q: A question\nq -> q: again\nq <-> q"
    graph = graph_of(text, MODERN, direction=direction)
    square = replace(graph, splines="ortho")
    assert (graph.is_ortho, square.is_ortho) == (False, True)
    layout = laid_out(graph)
    one, other = (clip(clear(layout, declared), declared) for declared in (graph, square))
    assert replace(one, edges={}) == replace(other, edges={})
    for key, line in other.edges.items():
        like = one.edges[key]
        (spline,), (rounded,) = line.splines, like.splines
        assert line.label == like.label
        assert not spline.bezier
        for ends, others in zip((spline, *line.arrowheads), (rounded, *like.arrowheads), strict=True):
            assert ends.points[0] == pytest.approx(others.points[0])
            assert ends.points[-1] == pytest.approx(others.points[-1])
        assert all((x0 == x1) != (y0 == y1) for (x0, y0), (x1, y1) in pairwise(spline.points))
        # No corner is left out.
        for at, corner in zip(spline.points[1:-1], corners(like)[1:-1], strict=True):
            assert at == pytest.approx(corner, abs=0.01)
    assert max(len(line.splines[0].points) for line in other.edges.values()) > 2


# Titles


def test_a_trunk_leaves_room_for_the_title_that_it_passes() -> None:
    """Beside each of its lines there is room, but not beside all."""
    text = (CORPUS / "007.txt").read_text(encoding="utf-8")
    graph = graph_of(text, MODERN, direction="BT")
    layout = clear(laid_out(graph), graph)
    title = layout.groups["dataset"].label
    assert not any(crosses(line, title) for line in layout.edges.values())


# Effort


def test_edges_run_plainly_without_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of("a -> b, c\nc --> a: x")
    layout = laid_out(graph)
    for module in (routing_area, path_search, plain_paths):
        monkeypatch.setattr(module, "_EFFORT", -1)
    found = route(layout, graph)
    assert max(slant(line) for line in found.edges.values()) < 0.1
    assert [line.label is not None for line in found.edges.values()] == [False, False, True]


@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_lines_of_more_than_300_edges_run_along_the_axes(splines: Splines) -> None:
    text = "\n".join(f"n{one} -> n{other}" for one, other in permutations(range(18), 2))
    graph = graph_of(f"{text}\nn0 -> n0: again", MODERN, direction="LR", splines=splines)
    assert len(graph.edges) == 307
    layout = clear(laid_out(graph), graph)
    assert [*layout.edges] == [edge.key for edge in graph.edges]
    assert max(map(slant, layout.edges.values())) < 0.1
    assert layout.edges[306].label is not None


def complete(size: int) -> Callable[[], object]:
    text = "\n".join(f"n{one} -> n{other}: x" for one, other in combinations(range(size), 2))
    graph: LayoutGraph = graph_of(text, direction="LR")
    return partial(route, laid_out(graph), graph)


def flow(size: int) -> Callable[[], object]:
    graph = graph_of("\n".join(f"n{number} -> n{number + 1}: x" for number in range(size)), direction="LR")
    return partial(route, laid_out(graph), graph)


def test_a_chain_takes_work_in_proportion() -> None:
    assert growth(flow, 60) < ROUGHLY


def test_a_tangle_takes_work_in_proportion_to_its_edges() -> None:
    """Of 66 and 276 edges."""
    assert growth(complete, 12, 2) < 2 * ROUGHLY


def test_the_same_graph_has_the_same_lines() -> None:
    text = (CORPUS / "040.txt").read_text(encoding="utf-8")
    assert routed(text) == routed(text)


# Real diagrams


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.txt")))
def test_real_diagrams_say_nothing_wrong_and_slant_nowhere(name: str) -> None:
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    for direction in DIRECTIONS:
        found = verdict(text, direction)
        assert found.slanted == 0
        assert found.count(1) == 0, (direction, str(found))


# Feedback and pairs


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_feedback_returns_outside_of_what_stands_between(direction: Direction) -> None:
    layout = routed("a -> b, c, d -> e\ne --> a", direction)
    path = corners(layout.edges[6])
    assert len(path) == 4
    axis = 1 if direction in ("LR", "RL") else 0
    lane = path[1][axis]
    places = [corner[axis] for node in layout.nodes.values() for corner in node.box.corners]
    assert lane < min(places) or lane > max(places)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_line_past_a_box_runs_beside_boxes_above_each_other(direction: Direction) -> None:
    nodes = {"a": (0, 200, 60, 230), "b": (0, 100, 60, 130), "c": (0, 0, 60, 30)}
    layout = by_hand("node a\nnode b\nnode c\na -> c", nodes, direction=direction)
    start, first, last, end = corners(layout.edges[0])
    assert start[0] == end[0] in (0, 60)
    assert first[0] == pytest.approx(last[0])
    assert not -5 < first[0] < 65


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("labels", "straight"),
    [(["x", "y"], 2), (["", "", ""], 3), (["x", "y", "z"], 2), (["x", "y", "z", "w"], 2)],
    ids=["two", "three without labels", "three", "four"],
)
def test_parallel_edges_are_even(labels: list[str], straight: int, direction: Direction) -> None:
    ends = ["a -> b", "b -> a", "a -> b", "b -> a"]
    edges = (f"{end}: {label}" if label else end for end, label in zip(ends, labels, strict=False))
    text = "\n".join(["a: Agent", "b: Tools", *edges])
    layout = routed(text, direction)
    assert sum(len(corners(line)) == 2 for line in layout.edges.values()) == straight
    found = verdict(text, direction)
    assert found.count(1) == 0, str(found)


def test_routing_may_end_anywhere_and_every_label_has_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a -> b, c, d: x\nb -> e: y\nc, d -> e\ne --> a: back\na -> f"
    graph = graph_of(text, MODERN, direction="TB")
    for layout in (lay_out(graph, ENGINE).layout, laid_out(graph)):
        for effort in range(-1, 900, 10):
            monkeypatch.setattr(routing_area, "_EFFORT", effort)
            found = route(layout, graph)
            assert all(line.label for key, line in found.edges.items() if graph.edges[key].label)
            # No line is half routed.
            assert [*found.edges] == [edge.key for edge in graph.edges]
            assert all(len(corners(line)) >= 2 for line in found.edges.values())
