"""Links of chains and the main branches of fans are straight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, dot_of, graph_of

CORPUS = Path(__file__).parents[2] / "docs" / "corpus"


def weighed(text: str, direction: Direction = "LR") -> list[int]:
    """The weights of all edges, in the order of the text."""
    return [int(weight) for weight in re.findall(r"weight=(\d+)", dot_of(graph_of(text, direction=direction)).source)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c\nc --> a\nc -> d\nc -> e", [100, 100, 1, 4, 4]),
        ("a -> b => c\nb <-> d\nb -- e", [100, 100, 4, 4]),  # other kinds branch off
        ("a -> b\nb <-> d\nb <-> e", [100, 4, 4]),
        ("a -> b\na <-> c\na <-> d", [4, 4, 4]),  # a hub
        ("u <-> a\na <-> b\na -> c", [100, 4, 4]),
        ("a <-> b\na -> c\nc <-> d", [4, 100, 100]),
        ("a -> b -> c\na ~> c\nd ..> b", [100, 100, 1, 3]),
        ("a ..> b ..> c", [100, 100]),
        ("group g: G\n   c: C\na: A\nb: B\nd: D\na -> b -> g\nb <-> d", [100, 4, 4]),  # a group is no link
    ],
)
def test_links_of_a_chain_weigh_most_and_edges_beside_the_flow_least(text: str, expected: list[int]) -> None:
    assert weighed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h -> a\nh -> b\nb -> c", [4, 20, 100]),
        ("h -> a, b, c\nb -> d -> e", [4, 20, 4, 100, 100]),
        ("a -> h\nb -> h\nc -> b", [3, 20, 100]),  # so do those that meet
        ("h -> a, b\na -> c\nb -> d", [4, 4, 100, 100]),  # none is longer
        ("h -> a, b\na -> e\nb -> c -> e", [4, 4, 3, 100, 3]),  # hardly longer: the hub stands between them
        ("h -> a, b\na -> z\nb -> c -> d -> z", [4, 20, 3, 100, 100, 20]),
        ("h -> a, b\nx -> b\nb -> c", [4, 4, 3, 100]),  # no main branch, if more leads there
        ("h -> a\nh ..> b\nh --> c\nb -> d", [4, 20, 1, 100]),
    ],
)
def test_the_main_branch_of_a_fan_is_straight(text: str, expected: list[int]) -> None:
    assert weighed(text) == expected


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("hub", "is_small"), [("op", True), ("decision", True), ("process", False)])
def test_a_hub_with_room_for_two_lines_stands_between_its_branches(
    hub: str, is_small: bool, direction: Direction
) -> None:
    """Both are straight then.  A box is wide, but no higher than two lines need."""
    expected = 20 if is_small or direction in ("LR", "RL") else 4
    text = f"{hub} h: hub\nnode a\nnode b\nnode c\nh -> a\nh -> b\nb -> c"
    assert weighed(text, direction)[1] == expected


def test_the_way_that_leads_on_from_a_decision_is_straight() -> None:
    pipeline = parse((CORPUS / "055.txt").read_text(encoding="utf-8"))
    layout = search(graph_of(pipeline, MODERN), ENGINE, 700.0).layout
    places = {id: layout.box_of(id).center[1] for id in ("file", "chunk", "known", "block", "upload", "skip")}
    assert abs(places.pop("skip") - places["known"]) > 20
    assert max(places.values()) - min(places.values()) < 1
