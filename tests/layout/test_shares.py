"""Bars of shares: widths of cells, and places of the texts beside them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.engine import engine_of
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.search import free_directions, search
from sphinxext.llmpipeline.layout.shares import boxes_beside, leader, line_id, text_id
from sphinxext.llmpipeline.layout.tables import folded, folded_layout, unfolded
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.text.shares import LEAST, widest_bar
from tests.layouts import ENGINE, finish, graph_of

MIX = """\
row mix: CommonCrawl 67% | C4 15% | GitHub 4.5% | Wikipedia 4.5% | Books 4.5% | arXiv 2.5% | StackExchange 2%
   :shares: yes
train pre: Pre-training
mix -> pre
"""
WIDE = "row r: Something long 40% | Something else 60%\n   :shares: yes\nnode x\nx -> r"
MIXED = MIX + "node x\nmix.2 -> x\nx -> mix.6\n"
IN_A_GROUP = """\
group data: Data
   row mix: Web 90% | Code 9.5% | Mathematics 0.5%
      :shares: yes
node x
node y
x -> mix
mix.3 -> y: few
data -> y
"""
TEXTS = [MIX, WIDE, MIXED, IN_A_GROUP]


def finished(text: str, direction: Direction) -> Finished:
    return finish(place_panels(graph_of(text, MODERN, direction=direction), ENGINE, 700.0), ENGINE)


def found(text: str, width: float) -> Finished:
    """The layout for a page."""
    pipeline = free_directions(parse(text), MODERN)
    return search(graph_of(pipeline, MODERN), engine_of(Job(pipeline, MODERN, "svg")), width)


def widths(graph: LayoutGraph, row: str = "mix") -> list[float]:
    sizes = {node.id: node.size.width for node in graph.nodes}
    (table,) = (group for group in graph.groups if group.id == row)
    return [sizes[id] for id in table.cells]


def are_above(layout: Layout, cell: str) -> bool:
    return layout.nodes[text_id(cell)].box.y0 > layout.nodes[cell].box.y1


# Widths


def test_cells_are_as_wide_as_their_values() -> None:
    found = widths(graph_of(MIX, MODERN))
    assert sum(found) == pytest.approx(widest_bar(MODERN), abs=0.1)
    assert [width / found[1] for width in found] == [
        pytest.approx(share / 15, rel=1e-3) for share in (67, 15, 4.5, 4.5, 4.5, 2.5, 2)
    ]
    assert len({node.size.height for node in graph_of(MIX, MODERN).nodes if node.id in ("mix.1", "mix.7")}) == 1


def test_a_bar_is_no_wider_than_its_texts_need() -> None:
    graph = graph_of(WIDE, MODERN)
    one, two = widths(graph, "r")
    assert two / one == pytest.approx(1.5, rel=1e-3)
    assert MODERN.label_width < one + two < widest_bar(MODERN) / 2
    (first, _, _) = graph.nodes
    assert one - first.label.width == pytest.approx(8.0, abs=0.1)
    assert [group.texts for group in graph.groups] == [()]


def test_a_bar_has_at_least_the_width_of_a_label() -> None:
    assert sum(widths(graph_of("row r: A 1 | B 1\n   :shares: yes", MODERN), "r")) == MODERN.label_width


def test_the_smallest_shares_are_seen() -> None:
    graph = graph_of("row r: All 1 | None 0 | Hardly any 1e-9\n   :shares: yes", MODERN)
    assert widths(graph, "r")[1:] == [LEAST, LEAST]
    assert [group.texts for group in graph.groups] == [("r.2", "r.3")]


def test_wide_labels_of_a_style_make_no_endless_bars() -> None:
    style = replace(MODERN, label_width=1e9)
    assert sum(widths(graph_of(MIX, style))) == pytest.approx(widest_bar(style)) == 700.0


def test_a_wide_line_does_not_change_a_share() -> None:
    text = f"{MIX}mix.7 => pre\n   :value: 3"
    thick = replace(MODERN, edges={**MODERN.edges, "derive": replace(MODERN.edges["derive"], width=14.0)})
    assert widths(graph_of(text, thick)) == widths(graph_of(MIX, MODERN))


def test_rows_that_are_joined_keep_their_shares() -> None:
    text = "row a: A 9 | B 1\n   :shares: yes\nrow b: C | D\na.* -> b.*"
    graph = graph_of(text, MODERN)
    assert widths(graph, "a") == [pytest.approx(9 * widths(graph, "a")[1], rel=1e-3), widths(graph, "a")[1]]
    assert len({*widths(graph, "b")}) == 1


# Texts beside bars


BARS = st.lists(st.tuples(st.floats(4, 90), st.floats(10, 150), st.booleans()), min_size=1, max_size=10)


@given(BARS, st.booleans())
def test_no_text_is_on_another_one_or_on_a_line(bar: list[tuple[float, float, bool]], above: bool) -> None:
    cells, texts, x = {}, {}, 0.0
    for number, (width, wide, is_beside) in enumerate(bar):
        cells[str(number)] = Box(x, 20.0, x + width, 50.0)
        x += width
        if is_beside or not number:
            texts[str(number)] = Size(wide, 10.0 + number)
    found = boxes_beside(cells, texts, above=above)
    assert found.keys() == {name(id) for id in texts for name in (text_id, line_id)}
    for (one, box), (two, other) in combinations(found.items(), 2):
        if one.split()[0] != two.split()[0]:
            assert not box.overlaps(other), (one, two)
    for id in texts:
        line, text = found[line_id(id)], found[text_id(id)]
        assert line.center[0] == pytest.approx(cells[id].center[0])
        assert (line.y0 if above else line.y1) == pytest.approx(50.0 if above else 20.0)
        assert (text.y0 >= 50.0 + 5) if above else (text.y1 <= 20.0 - 5)
        assert (text.width, text.height) == (pytest.approx(texts[id].width), pytest.approx(texts[id].height))
        way = leader(cells[id], text)
        assert way is not None
        assert Box.around(way.points).height == pytest.approx(line.height)


def test_texts_run_to_the_side_where_they_take_least_room() -> None:
    cells = {"a": Box(0.0, 0.0, 300.0, 20.0), "b": Box(300.0, 0.0, 310.0, 20.0)}
    found = boxes_beside(cells, {"b": Size(80.0, 10.0)}, above=False)
    assert found["b text"].x1 < 305.0
    mirrored = {"a": Box(10.0, 0.0, 310.0, 20.0), "b": Box(0.0, 0.0, 10.0, 20.0)}
    assert boxes_beside(mirrored, {"b": Size(80.0, 10.0)}, above=False)["b text"].x0 > 5.0


def test_a_text_in_its_cell_needs_no_line() -> None:
    assert leader(Box(0, 0, 100, 40), Box(20, 10, 80, 30)) is None


# Layouts


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_wrong_in_any_direction(text: str, direction: Direction) -> None:
    verdict = finished(text, direction).verdict
    assert verdict is not None
    assert [fault for fault in verdict.faults if fault.of_class == 1 or fault.kind == "overlap"] == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_line_at_the_whole_bar_is_straight(direction: Direction) -> None:
    found = finished(MIX, direction)
    assert found.verdict is not None
    assert (found.verdict.straight, found.verdict.faults) == (1, ())
    bar = found.layout.groups["mix"].box
    middle = found.layout.nodes["pre"].box.center
    at = 0 if direction in ("TB", "BT") else 1
    assert middle[at] == pytest.approx(bar.center[at], abs=1.0)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", TEXTS)
def test_cells_have_no_gaps(text: str, direction: Direction) -> None:
    found = finished(text, direction)
    for table in (group for group in found.graph.groups if group.rows):
        boxes = [found.layout.nodes[id].box for id in table.cells]
        assert all(one.x1 == pytest.approx(two.x0) and one.y0 == two.y0 for one, two in pairwise(boxes))


@pytest.mark.parametrize(
    ("direction", "edges", "above"),
    [
        ("TB", "mix -> pre", True),
        ("TB", "pre -> mix", False),
        ("BT", "mix -> pre", False),
        ("BT", "pre -> mix", True),
        ("LR", "mix -> pre", False),
        ("TB", "pre -> mix\nmix.2 -> pre", True),
        ("TB", "mix ~> pre", False),
    ],
)
def test_texts_stand_where_fewer_lines_end(direction: Direction, edges: str, above: bool) -> None:
    layout = finished(MIX.replace("mix -> pre", edges), direction).layout
    assert {are_above(layout, f"mix.{number}") for number in range(3, 8)} == {above}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_folding_is_undone(text: str, direction: Direction) -> None:
    graph = graph_of(text, MODERN, direction=direction)
    layout = lay_out(graph, ENGINE).layout
    again = unfolded(folded_layout(layout, graph), graph)
    for id, node in layout.nodes.items():
        assert again.nodes[id].box.center == pytest.approx(node.box.center)
        assert again.nodes[id].label.center == pytest.approx(node.label.center)
    assert [node.id for node in folded(graph).nodes if node.id.endswith((" text", " line"))] == []


def test_a_bar_of_a_narrow_page_is_narrower() -> None:
    wide, narrow = found(MIX, 700.0), found(MIX, 344.0)
    assert sum(widths(narrow.graph)) < 0.7 * sum(widths(wide.graph))
    assert narrow.layout.extent.width * MODERN.legible_scale <= 344.0


def test_a_bar_of_a_narrow_page_is_narrower_in_a_given_direction() -> None:
    graph = graph_of(MIX, MODERN, direction="BT")
    narrow = search(graph, engine_of(Job(graph.pipeline, MODERN, "svg")), 344.0)
    assert narrow.layout.extent.width * MODERN.legible_scale <= 344.0
    assert narrow.graph.direction == "BT"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_bar_shares_a_rank_by_its_middle(direction: Direction) -> None:
    found = finished(f"{MIX}node x\nx -> pre\nalign mix, x", direction)
    assert found.verdict is not None
    assert [fault for fault in found.verdict.faults if fault.of_class == 1] == []
    at = 1 if direction in ("TB", "BT") else 0
    bar, other = found.layout.groups["mix"].box, found.layout.nodes["x"].box
    assert bar.center[at] == pytest.approx(other.center[at], abs=1.0)
