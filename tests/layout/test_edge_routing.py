"""Lines along the axes: straight ones, trunks, and lines with bends, with their labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise, permutations, product
from pathlib import Path

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.geometry.segments import side_by_side
from sphinxext.llmpipeline.layout import path_search, plain_paths, routing_area
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.endpoints import are_nested
from sphinxext.llmpipeline.layout.finishing import straight_edges
from sphinxext.llmpipeline.layout.graph import SIDEWAYS, LayoutGraph
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from tests.finished import Corners, Finished, row
from tests.layouts import ENGINE, clear, graph_of, laid_out, sized, slant
from tests.routed import bends, by_hand, corners, crosses, distance, routed, segments, verdict, worst
from tests.steps import ROUGHLY, growth

CORPUS = Path(__file__).parents[2] / "docs" / "corpus"


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


JOIN = "a: Step a\nb: Step b\nc: Step c\njoin j\n"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_through_a_join_are_straight(direction: Direction) -> None:
    layout = routed(f"{JOIN}a -> j -> b\nb -> c", direction)
    assert [bends(line) for line in layout.edges.values()] == [0, 0, 0]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_that_meet_at_a_join_have_one_trunk_and_go_on_straight(direction: Direction) -> None:
    layout = routed(f"{JOIN}a, b -> j -> c", direction)
    one, other, on = (corners(line) for line in layout.edges.values())
    assert one[-1] == other[-1]
    assert len(on) == 2
    axis = 1 if direction in SIDEWAYS else 0
    assert one[-1][axis] == on[0][axis]


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


# Bends


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("kind", ["io", "human", "decision", "op"])
def test_lines_of_a_pair_are_straight_at_sides_that_slant_or_are_round(kind: str, direction: Direction) -> None:
    label = "+" if kind == "op" else "A user"
    found = verdict(f"{kind} a: {label}\nservice b: Agent\na -> b: question\nb -> a: answer", direction)
    assert found.straight == 2
    assert found.faults == ()


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


@pytest.mark.parametrize("title", ["S", "Silver", "Silver layer"])
@pytest.mark.parametrize("labels", [("", ""), (": normalise", ": anonymise"), ("", ": anonymise")])
def test_a_line_bends_beside_a_title_that_another_line_has_moved(title: str, labels: tuple[str, str]) -> None:
    text = f"group silver: {title}\n   data clean: Cleaned\n   data dedup: Deduplicated\n   clean -> dedup\n"
    text += f"raw: Raw dumps\nlogs: Chat logs\nraw -> clean{labels[0]}\nlogs -> clean{labels[1]}"
    assert "struck-title" not in verdict(text, "TB").kinds()


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
            # One label is enough for the fan of the first three.
            labelled = {max(key, 2) for key, line in found.edges.items() if line.label}
            assert labelled == {max(edge.key, 2) for edge in graph.edges if edge.label}
            # No line is half routed.
            assert [*found.edges] == [edge.key for edge in graph.edges]
            assert all(len(corners(line)) >= 2 for line in found.edges.values())


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_a_line_to_a_narrow_cell_leads_around_what_is_in_its_way(direction: Direction) -> None:
    text = (
        "a: A\nrow r: a cell | a longer cell | ... | cat | a longer cell\n"
        "row bar: Web 20 | x 1 | Books 60\n   :shares: yes\na -> r -> bar\na => bar.2"
    )
    assert {fault.kind for fault in verdict(text, direction).faults} <= {"long-way"}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    "text",
    [
        "group c: Planner\n   a\n   b\n   d\nnode t\nc -> t\nb -> t",
        "stack c: Encoder\n   node a\n   node b\n   node d\nnode t\nc -> t\nb -> t",
        "a: A\nb: B\ngroup w: Two\n   c: C\na -> c\na -> w",
        "node t: Trunk\ngroup g\n   group h\n      a\n      b\nt -> g\nt -> h\nt -> a\nt -> b",
        "node t: Trunk\ngroup g\n   a\n   b\nnode e\na, b, e, g -> t",
    ],
)
def test_lines_of_a_group_and_of_its_members_are_apart(text: str, direction: Direction) -> None:
    graph = graph_of(text, MODERN, direction=direction)
    edges = route(laid_out(graph), graph).edges
    for one, other in combinations(graph.edges, 2):
        if are_nested(one, other, graph.enclosures):
            pairs = product(segments(edges[one.key]), segments(edges[other.key]))
            assert sum(side_by_side(*pair, 7.9) for pair in pairs) == 0
    assert not [line for line in worst(text, direction) if line.startswith("1")]


_LANES = "a -> b -> c -> d\nd --> b: raise the threshold\nd --> a: mine hard prompts\nt -> b\nt -> c\nt -> d: answers"
_PAIR = (
    "e: Environment\nv: Verifier\nt: Trainer\ni: Inference engine\ne -> v -> t -> i\n"
    "i <-> e: actions,\\nobservations\ni --> t: log-probs\ni -> v: rewards\ne --> i: reset"
)


@pytest.mark.parametrize(
    ("text", "direction"), [(_LANES, "TB"), (_LANES, "BT"), *((_PAIR, direction) for direction in DIRECTIONS)]
)
def test_lines_keep_further_from_the_labels_of_others_than_their_own_lines(text: str, direction: Direction) -> None:
    graph = graph_of(text, MODERN, direction=direction)
    edges = route(laid_out(graph), graph).edges
    for edge in graph.edges:
        if label := edges[edge.key].label:
            own = distance(edges[edge.key], label)
            others = [distance(edges[other.key], label) for other in graph.edges if other is not edge]
            assert min(others) > 1.8 * own


# Sides


def test_a_line_enters_a_free_side_rather_than_beside_another_one() -> None:
    nodes: dict[str, Corners] = {"p": (100, 160, 160, 190), "q": (100, 60, 160, 90), "s": (0, 130, 40, 160)}
    text = "group g\n   node p\n   node q\n   p -> q\nnode s\ns -> q"
    finished = Finished(text, nodes, groups={"g": (80, 40, 180, 220)}, direction="TB")
    line = route(finished.layout, finished.graph).edges[1]
    assert corners(line) == [pytest.approx(point) for point in ((20, 130), (20, 75), (100, 75))]


SPINE = """
group e: Experts
   e1: Expert 1
   e2: Expert 2
s: Shared expert
op add: +
op res: +
gate: Router
x -> gate -> e1, e2
node x
x -> s
e, s -> add -> res
gate ..> res: balancing
"""


def test_a_single_line_beside_a_column_leaves_straight_lines_their_places() -> None:
    found = search(graph_of(parse(SPINE, direction="TB"), MODERN), ENGINE, 250.0)
    assert found.graph.stacks
    ends = {(edge.source, edge.target): edge.key for edge in found.graph.edges}
    assert len(found.lines.layout.edges[ends["add", "res"]].path) == 2


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_several_edges_both_ways_have_their_arrowheads(direction: Direction) -> None:
    """The widest one runs against the first and the last."""
    text = "node a\nnode b\nb ~> a\na -- b\nb <-> a"
    layout = routed(text, direction)
    assert [len(layout.edges[key].arrowheads) for key in range(3)] == [1, 0, 2]
    assert worst(text, direction) == []


CRITIQUE = """
group sl: Supervised stage
   model help: Helpful-only model
   data red: Red-team prompts
   process respond: Respond
   process critique: Critique
   process revise: Revise
   help, red -> respond -> critique -> revise
   revise --> critique: next principle
data rules: Constitution
group rl: Reinforcement stage
   model fb: Feedback model
   model pm: Preference model
   fb -> pm
revise -> fb
rules ..> critique, fb
"""


@pytest.mark.parametrize("first", ["flow", "feedback"])
def test_the_flow_of_a_pair_is_straight_where_there_is_no_room_for_both_lines(first: str) -> None:
    feedback = "   revise --> critique: next principle\n"
    flow = "   help, red -> respond -> critique -> revise\n"
    text = CRITIQUE if first == "flow" else CRITIQUE.replace(flow + feedback, feedback + flow)
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 308.0)
    keys = {(edge.source, edge.target): edge.key for edge in found.graph.edges}
    assert keys["critique", "revise"] in straight_edges(found)
