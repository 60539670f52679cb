"""Lower bounds of sizes hold, and are as large as the parts on a path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, MODERN
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout import bounds as module
from sphinxext.llmpipeline.layout.bounds import least_size
from sphinxext.llmpipeline.layout.digraph import GROUP_GAP
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, SPLINES, Direction, Splines
from sphinxext.llmpipeline.style.types import Style
from tests.layouts import ENGINE, Remembering, chained, graph_of, sized
from tests.steps import ROUGHLY, growth
from tests.strategies import pipelines

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))

ROUNDED = 1.0  # points: Graphviz gets sizes in inches of four decimals
PLAIN = replace(CLASSIC, padding_x=5.0, padding_y=5.0, rank_gap=20.0)


def least(text: str, direction: Direction, style: Style = PLAIN) -> Size:
    """The least size of a diagram whose labels are 30 by 10 points for nodes, and 40 by 10 for edges."""
    return least_size(sized(text, style, direction=direction, nodes=Size(30, 10), edges=Size(40, 10)))


def test_a_chain_has_room_for_its_nodes_and_gaps() -> None:
    assert least("a -> b -> c", "LR") == Size(3 * 40 + 2 * 20, 20)
    assert least("a -> b -> c", "BT") == Size(40, 3 * 20 + 2 * 20)


def test_a_label_has_room_in_its_gap() -> None:
    plain = least("a -> b", "LR").width
    assert least("a -> b: x", "LR").width == plain + 40 + 2 * PLAIN.edge_label_gap


def test_the_longest_path_counts() -> None:
    assert least("a -> b -> c\na -> c", "LR") == least("a -> b -> c", "LR")


def test_a_back_edge_has_no_length() -> None:
    assert least("a -> b -> c\nc -> a", "LR") == least("a -> b -> c\nc --> a", "LR") == least("a -> b -> c", "LR")


def test_a_loop_has_no_length() -> None:
    assert least("node a\na -> a", "LR") == Size(40, 20)


def test_nodes_of_one_rank_are_not_added_up() -> None:
    assert least("a -> b -> c\nalign a, b", "LR").width == 40


def test_a_group_with_another_direction_is_as_large_as_its_members() -> None:
    text = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode c\ng -> c"
    inner = least("a -> b", "TB")
    assert least(text, "LR") == Size(inner.width + 2 * GROUP_GAP + 20 + 40, inner.height + 2 * GROUP_GAP)


def test_a_path_out_of_a_group_and_back_has_no_length() -> None:
    assert least("group g: G\n   node a\n   node c\nnode b\na -> b -> c", "LR").width == 40


def test_a_path_through_groups_has_a_length() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\n   node c\na -> b -> c"
    assert least(text, "LR") == least("a -> b -> c", "LR")


def test_nothing_has_no_size() -> None:
    assert least_size(sized(Pipeline(()))) == Size(0, 0)


@pytest.mark.parametrize("splines", SPLINES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: str(file.stem))
def test_no_layout_is_smaller(file: Path, direction: Direction, splines: Splines) -> None:
    for style in (MODERN, replace(MODERN, label_width=60.0)):
        graph = graph_of(file.read_text(encoding="utf-8"), style, direction=direction, splines=splines)
        bound, real = least_size(graph), lay_out(graph, ENGINE).layout.box
        assert bound.width <= real.width + ROUNDED
        assert bound.height <= real.height + ROUNDED


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(pipelines(), st.sampled_from(DIRECTIONS))
def test_no_random_layout_is_smaller(pipeline: Pipeline, direction: Direction) -> None:
    graph = graph_of(pipeline, MODERN, direction=direction)
    try:
        real = lay_out(graph, Remembering()).layout.box
    except LayoutError:  # Graphviz crashed
        reject()
    bound = least_size(graph)
    assert bound.width <= real.width + ROUNDED
    assert bound.height <= real.height + ROUNDED


def test_the_bound_of_a_chain_of_groups_takes_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        graph = sized(chained(size))
        return lambda: least_size(graph)

    assert growth(work) < ROUGHLY


def test_edges_are_followed_out_of_groups_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = sized("group g: G\n   node a\n   node b\nnode c\nnode d\na -> c\nc -> d\na -> b")
    length = least_size(graph).width
    monkeypatch.setattr(module, "_MOST_FOLLOWED", 1)
    assert least_size(graph).width < length
