"""Rows and grids: one node for Graphviz, and cells for lines."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.digraph import build_dot
from sphinxext.llmpipeline.layout.engine import engine_of
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.nested import _islands, lay_out
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.tables import folded, folded_layout, unfolded
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, finish, graph_of

TOKENS = "row words: The | cat\nrow ids: 464 | 3797\nmodel m: Model\nwords.* -> ids.*\nids -> m"
GRID = "grid g: Grid\n   a: 1 | 2 | 3\n   b: 4 | 5 | 6\n   c: 7 | 8 | 9\nnode x\nnode y\nx -> g.a.2\ng.b.3 -> y"
MIXED = "row r: A | B | C\nnode x\nnode y\nx -> r\nr.1 -> y"


def finished(text: str) -> Finished:
    pipeline = parse(text)
    graph = graph_of(pipeline, MODERN)
    return search(graph, engine_of(Job(pipeline, MODERN, "svg")), 700.0)


def laid(text: str, direction: Direction) -> LayoutGraph:
    return graph_of(text, MODERN, direction=direction)


def test_a_table_is_one_node_for_graphviz() -> None:
    whole = folded(laid(TOKENS, "TB"))
    assert [node.id for node in whole.nodes] == ["words", "ids", "m"]
    assert whole.groups == ()
    assert [(edge.source, edge.target, edge.cells) for edge in whole.edges[1:]] == [
        ("words", "ids", ("words.2", "ids.2")),
        ("ids", "m", (None, None)),
    ]


def test_a_table_with_a_title_is_a_group_around_one_node() -> None:
    whole = folded(laid(GRID, "TB"))
    assert [(node.id, node.group) for node in whole.nodes] == [("g cells", "g"), ("x", None), ("y", None)]


def test_a_graph_without_tables_stays_as_it_is() -> None:
    graph = laid("a -> b", "LR")
    assert folded(graph) is graph


def test_edges_within_a_table_place_nothing() -> None:
    assert folded(laid("row r: A | B | C\nr.1 -> r.3", "LR")).edges == ()


@pytest.mark.parametrize("text", [TOKENS, GRID, MIXED])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_cells_are_equal_without_gaps_in_the_order_of_the_text(text: str, direction: Direction) -> None:
    graph = laid(text, direction)
    layout = lay_out(graph, ENGINE).layout
    for table in (group for group in graph.groups if group.rows):
        for row in table.rows:
            boxes = [layout.nodes[id].box for id in row]
            assert all(one.x1 == pytest.approx(two.x0) and one.y0 == two.y0 for one, two in pairwise(boxes))
            assert len({(round(box.width, 6), round(box.height, 6)) for box in boxes}) == 1
        for above, below in pairwise(table.rows):
            assert layout.nodes[above[0]].box.y0 == pytest.approx(layout.nodes[below[0]].box.y1)


@pytest.mark.parametrize("text", [TOKENS, GRID, MIXED])
def test_folding_is_undone(text: str) -> None:
    graph = laid(text, "TB")
    layout = lay_out(graph, ENGINE).layout
    again = unfolded(folded_layout(layout, graph), graph)
    for id, node in layout.nodes.items():
        assert again.nodes[id].box.center == pytest.approx(node.box.center)
    assert again.groups.keys() == layout.groups.keys()


def test_edges_at_cells_lead_to_gates() -> None:
    region = divide(folded(laid(TOKENS, "TB")))
    source = build_dot(region, _islands(region, {}, {})).source
    assert source.count("PORT=") == 4
    assert "words:at" in source


def test_rows_that_are_joined_cell_by_cell_stand_below_each_other() -> None:
    found = finished(TOKENS)
    boxes = {id: node.box for id, node in found.layout.nodes.items()}
    for number in (1, 2):
        assert boxes[f"words.{number}"].center[0] == pytest.approx(boxes[f"ids.{number}"].center[0], abs=0.6)
    assert found.verdict is not None
    assert found.verdict.straight == 3


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", [TOKENS, GRID, MIXED, "row r: A | B | C | D\nr.1 -> r.3\nr.2 -> r.4: on"])
def test_nothing_is_wrong_in_any_direction(text: str, direction: Direction) -> None:

    graph = laid(text, direction)
    verdict = finish(place_panels(graph, ENGINE, 700.0), ENGINE).verdict
    assert verdict is not None
    assert [fault for fault in verdict.faults if fault.of_class == 1] == []


@pytest.mark.parametrize("edge", ["t.a.2 -> t.c.2", "t.a.2 -> t.b.1", "t.a.3 -> t.b.1: label", "t.a.1 -> t.c.3"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("beside", ["", "node x\nnode y\nx -> t -> y"])
def test_lines_between_cells_run_around_the_table(edge: str, direction: Direction, beside: str) -> None:
    text = f"grid t: A grid\n   a: 1 | 2 | 3\n   b: 4 | 5 | 6\n   c: 7 | 8 | 9\n{beside}\n{edge}"
    found = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, 700.0)
    assert found.verdict
    assert [fault for fault in found.verdict.faults if fault.of_class < 3] == []


def test_a_row_has_a_border_if_edges_end_at_it_and_at_its_cells() -> None:
    def framed(text: str) -> list[bool]:
        return [group.is_framed for group in laid(text, "TB").groups]

    assert framed(TOKENS) == [False, False]
    assert framed(MIXED) == [True]  # the line from the whole would begin in the middle of B
    even = "row r: A | B\nnode x\n"
    assert [framed(even + edges) for edges in ("x -> r", "x -> r.1", "x -> r\nr.1 -> x", "x -> r, r.1")] == [
        [False],
        [False],
        [False],
        [True],
    ]


def test_rows_that_are_joined_have_cells_of_one_width() -> None:
    graph = laid("row a: x | y\nrow b: longer | text\nrow c: z | z\na.* -> b.*\nb -> c", "TB")
    widths = {node.id: node.size.width for node in graph.nodes}
    assert widths["a.1"] == widths["b.1"] > widths["c.1"]
