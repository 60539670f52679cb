"""Strokes: of lines that run upon each other, one is seen."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.drawing.strokes import Stroke, strokes
from sphinxext.llmpipeline.geometry.primitives import Curve, Point
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.result import PlacedEdge
from sphinxext.llmpipeline.layout.routes import drawn
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import SVG, read
from tests.layouts import graph_of

TRUNK: tuple[Point, ...] = ((0, 0), (0, -100), (60, -100))
LONG: tuple[Point, ...] = ((0, 0), (0, -200), (60, -200))


def line(*points: Point, bezier: bool = False) -> PlacedEdge:
    if not bezier:
        return PlacedEdge((Curve(points),))
    found = drawn(graph_of("a -- b", MODERN).edges[0], points)
    assert found
    return found


def parts(*lines: PlacedEdge, looks: str = "", dashed: bool = False) -> list[list[tuple[bool, Point, Point]]]:
    """Of each line, whether its strokes are hidden, where they begin, and where they end."""
    looks = looks or "a" * len(lines)
    found = strokes(dict(enumerate(lines)), dict(enumerate(looks)), range(len(lines)) if dashed else ())
    return [[(part.is_hidden, part.curve.points[0], part.curve.points[-1]) for part in one] for one in found.values()]


def length(stroke: Stroke) -> float:
    points = stroke.curve.points
    return sum(math.dist(a, b) for a, b in pairwise(points))


def test_a_line_of_its_own_is_one_stroke() -> None:
    curve = Curve(TRUNK)
    assert strokes({3: PlacedEdge((curve,))}, {3: "a"}, ()) == {3: (Stroke(curve),)}


def test_a_line_that_turns_off_a_longer_one_is_hidden_up_to_there() -> None:
    first, second = parts(line(*LONG), line(*TRUNK))
    assert first == [(False, (0, 0), (60, -200))]
    assert second == [(True, (0, 0), (0, -100)), (False, (0, -100), (60, -100))]


def test_a_line_that_goes_on_is_hidden_as_far_as_a_shorter_one_is_upon_it() -> None:
    _, second = parts(line(*TRUNK), line(*LONG))
    assert second == [(True, (0, 0), (0, -100)), (False, (0, -100), (60, -200))]


def test_a_line_is_hidden_at_the_end_that_it_shares() -> None:
    _, second = parts(line(*TRUNK[::-1]), line(*LONG[::-1]))
    assert second == [(True, (0, 0), (0, -100)), (False, (0, -100), (60, -200))]


def test_rounded_corners_are_shared_too() -> None:
    away = (*TRUNK[:-1], (40, -100), (40, -160))
    first, second = parts(line(*TRUNK, bezier=True), line(*away, bezier=True))
    assert len(first) == 1
    assert second[0][0]
    assert second[0][2] == pytest.approx((33, -100))  # where its next corner begins


def test_lines_that_look_otherwise_are_seen() -> None:
    first, second = parts(line(*LONG), line(*TRUNK), looks="ab")
    assert [hidden for hidden, *_ in first + second] == [False, False]


def test_the_same_line_again_is_hidden() -> None:
    _, second = parts(line(*TRUNK), line(*TRUNK))
    assert [hidden for hidden, *_ in second] == [True]


def test_dashes_go_on_behind_what_is_hidden() -> None:
    found = strokes({0: line(*LONG), 1: line(*TRUNK)}, {0: "a", 1: "a"}, {0, 1})
    hidden, rest = found[1]
    assert (hidden.is_hidden, rest.is_hidden) == (True, False)
    assert rest.away == length(hidden) == 100


def test_in_a_drawing_each_line_is_whole() -> None:
    """A part of it is hidden, which a page shows where the line is lit."""
    root = read(draw(Job(parse("hub -> a, b, c, d"), MODERN, "svg")).data)
    lines = [part for part in root.iter(f"{SVG}g") if part.get("class", "").startswith("llmpipeline-edge")]
    assert len(lines) == 4
    shown = [[path.get("visibility") for path in part.iter(f"{SVG}path")] for part in lines]
    assert sum("hidden" in one for one in shown) >= 2
    assert all(None in one for one in shown)


def test_a_line_with_a_class_of_its_own_is_seen() -> None:
    """A style sheet may give it another colour."""
    text = "hub -> a\nhub -> b\n   :class: new\nhub -> c"
    root = read(draw(Job(parse(text), MODERN, "svg")).data)
    own = [part for part in root.iter(f"{SVG}g") if "new" in part.get("class", "").split()]
    assert len(own) == 1
    assert not any(path.get("visibility") for path in own[0].iter(f"{SVG}path"))
