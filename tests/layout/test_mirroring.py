"""Layouts in the mirror."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout.mirroring import mirrored
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.layouts import ENGINE, graph_of

STAGES = (Path(__file__).parents[2] / "docs" / "examples" / "stages.rst").read_text(encoding="utf-8")
"""An example of the manual, which in its PDF has a page of 600 points."""


def ordered(layout: Layout, *ids: str) -> list[str]:
    """The ids from left to right."""
    return sorted(ids, key=lambda one: layout.box_of(one).center[0])


def in_mirror(text: str, direction: Direction) -> tuple[Layout, Layout]:
    graph = graph_of(parse(text, direction=direction), MODERN)
    layout = lay_out(graph, ENGINE).layout
    return layout, mirrored(layout, graph)


def test_left_and_right_change_places() -> None:
    before, after = in_mirror("group g: A title\n   node a\n   node b\n   node c\n   a -> b, c", "TB")
    assert ordered(before, "b", "c") == ordered(after, "c", "b")[::-1] == ["b", "c"]
    assert after.groups["g"].box.width == before.groups["g"].box.width
    assert after.box_of("a").center[1] == before.box_of("a").center[1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("row words: w1 | w2 | w3\nnode a\na -> words", ("words.1", "words.2", "words.3")),
        (
            "group g: G\n   :direction: LR\n   node b\n   node c\n   node d\n   b -> c -> d\nnode a\na -> g",
            ("b", "c", "d"),
        ),
    ],
)
def test_rows_and_groups_from_left_to_right_stay_as_they_are(text: str, ids: tuple[str, ...]) -> None:
    before, after = in_mirror(text, "TB")
    assert ordered(before, *ids) == ordered(after, *ids) == [*ids]


def test_ranks_side_by_side_stay() -> None:
    before, after = in_mirror("node a\nnode b\nnode c\na -> b, c", "LR")
    assert after == before


def test_stages_beside_each_other_stand_in_the_order_of_the_text() -> None:
    declarations = dedent(STAGES.split("\n\n", 1)[1])
    found = search(graph_of(parse(declarations, direction="auto"), MODERN), ENGINE, 600.0)
    assert ordered(found.layout, "pre", "sft", "rl") == ["pre", "sft", "rl"]
