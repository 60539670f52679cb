"""What a layout is at least: never more than what Graphviz makes of it, and enough to tell candidates apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Size, Sizes
from sphinxext.llmpipeline.layout.digraph import GROUP_GAP
from sphinxext.llmpipeline.layout.nested import arrange
from sphinxext.llmpipeline.layout.search import least_size
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, SPLINES, Direction, Splines
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.typesetting import typeset
from tests.strategies import pipelines

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))
ROUNDED = 1.0  # points: sizes are told to Graphviz in inches of four decimals
PLAIN = replace(CLASSIC, padding_x=5.0, padding_y=5.0, rank_gap=20.0)


def least(text: str, direction: Direction, style: Style = PLAIN) -> Size:
    """Of a diagram whose labels are 30 by 10 points for nodes, and 40 by 10 for edges."""
    pipeline = parse(text, direction=direction)
    labels = tuple(Size(40, 10) if edge.label else None for edge in pipeline.edges)
    sizes = Sizes((Size(30, 10),) * len(pipeline.nodes), labels, (Size(10, 10),) * len(pipeline.groups))
    return least_size(pipeline, style, sizes)


def test_a_chain_has_room_for_its_nodes_and_gaps() -> None:
    assert least("a -> b -> c", "LR") == Size(3 * 40 + 2 * 20, 20)
    assert least("a -> b -> c", "BT") == Size(40, 3 * 20 + 2 * 20)


def test_a_label_has_room_in_its_gap() -> None:
    plain = least("a -> b", "LR").width
    assert least("a -> b: x", "LR").width == plain + 40 + 2 * PLAIN.edge_label_gap


def test_the_longest_way_counts() -> None:
    assert least("a -> b -> c\na -> c", "LR") == least("a -> b -> c", "LR")


def test_an_edge_that_leads_back_is_no_way_on() -> None:
    assert least("a -> b -> c\nc -> a", "LR") == least("a -> b -> c\nc --> a", "LR") == least("a -> b -> c", "LR")


def test_a_loop_has_no_length() -> None:
    assert least("node a\na -> a", "LR") == Size(40, 20)


def test_nodes_of_one_rank_are_not_added_up() -> None:
    assert least("a -> b -> c\nalign a, b", "LR").width == 40


def test_a_group_that_runs_otherwise_is_as_large_as_what_is_in_it() -> None:
    text = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode c\ng -> c"
    inner = least("a -> b", "TB")
    assert least(text, "LR") == Size(inner.width + 2 * GROUP_GAP + 20 + 40, inner.height + 2 * GROUP_GAP)


def test_a_way_out_of_a_group_and_back_is_no_length() -> None:
    assert least("group g: G\n   node a\n   node c\nnode b\na -> b -> c", "LR").width == 40


def test_a_way_through_groups_is_a_length() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\n   node c\na -> b -> c"
    assert least(text, "LR") == least("a -> b -> c", "LR")


def test_nothing_has_no_size() -> None:
    assert least_size(Pipeline(()), PLAIN, Sizes((), (), ())) == Size(0, 0)


@pytest.mark.parametrize("splines", SPLINES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: str(file.stem))
def test_no_layout_is_smaller(file: Path, direction: Direction, splines: Splines) -> None:
    pipeline = replace(parse(file.read_text(encoding="utf-8"), direction=direction), splines=splines)
    for style in (MODERN, replace(MODERN, label_width=60.0)):
        sizes = typeset(pipeline, style).sizes()
        bound, real = least_size(pipeline, style, sizes), arrange(pipeline, style, sizes).layout.box
        assert bound.width <= real.width + ROUNDED
        assert bound.height <= real.height + ROUNDED


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(pipelines(), st.sampled_from(DIRECTIONS))
def test_no_random_layout_is_smaller(pipeline: Pipeline, direction: Direction) -> None:
    pipeline = replace(pipeline, direction=direction)
    sizes = typeset(pipeline, MODERN).sizes()
    bound, real = least_size(pipeline, MODERN, sizes), arrange(pipeline, MODERN, sizes).layout.box
    assert bound.width <= real.width + ROUNDED
    assert bound.height <= real.height + ROUNDED
