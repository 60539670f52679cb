"""Dashes: lines that run upon each other begin where they meet, so that their gaps fall together."""

from __future__ import annotations

import re

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.drawing.dashes import in_phase
from sphinxext.llmpipeline.geometry.primitives import Curve, Point
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.result import PlacedEdge
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import SVG, read

LOOP = """
group w
   w1: Worker 1
   w2: Worker 2
r: Result store
d: Dead-letter queue
o: Orchestrator
o -> w -> r, d
r --> o: completion event
d --> o: manual replay
"""


def line(*points: Point) -> PlacedEdge:
    return PlacedEdge((Curve(points),))


ONE, TWO = line((0, 0), (50, 0), (50, 40), (90, 40)), line((0, 80), (50, 80), (50, 40), (90, 40))


def starts(*edges: PlacedEdge) -> list[list[Point]]:
    return [[curve.points[0] for curve in curves] for curves in in_phase(dict(enumerate(edges))).values()]


def test_a_line_with_ends_of_its_own_is_as_it_is() -> None:
    apart = line((0, 80), (90, 80))
    assert in_phase({1: ONE, 5: apart}) == {1: ONE.splines, 5: apart.splines}


def test_lines_that_begin_together_are_as_they_are() -> None:
    assert starts(ONE, line((0, 0), (50, 0), (50, -40))) == [[(0, 0)], [(0, 0)]]


def test_lines_that_end_together_begin_there() -> None:
    assert starts(ONE, TWO) == [[(90, 40)], [(90, 40)]]


def test_a_line_that_shares_both_ends_begins_at_both() -> None:
    fork = line((0, 0), (50, 0), (50, -40))
    assert starts(fork, ONE, TWO) == [[(0, 0)], [(0, 0), (90, 40)], [(90, 40)]]
    first, second = in_phase(dict(enumerate((fork, ONE, TWO))))[1]
    assert first.points + second.points[-2::-1] == ONE.splines[0].points


def test_a_straight_line_that_shares_both_ends_begins_at_one() -> None:
    assert starts(line((0, 0), (90, 40)), ONE, TWO)[0] == [(90, 40)]


def test_of_a_line_with_a_gap_the_last_part_begins_at_the_common_end() -> None:
    broken = PlacedEdge((Curve(((0, 0), (20, 0))), Curve(((30, 0), (50, 0), (50, 40), (90, 40)))))
    assert starts(broken, TWO)[0] == [(0, 0), (90, 40)]


@pytest.mark.parametrize("arrow", ["-->", "..>"])
def test_merged_dashed_lines_of_a_drawing_have_the_same_gaps(arrow: str) -> None:
    pipeline = parse(LOOP.replace("-->", arrow), direction="TB")
    root = read(draw(Job(pipeline, MODERN, "svg", width=308.0)).data)
    dashed = [path.attrib for path in root.iter(f"{SVG}path") if "stroke-dasharray" in path.attrib]
    first, shared, rest = dashed
    assert shared["visibility"] == "hidden"
    begins, ends = (re.findall(r"[A-Za-z][^A-Za-z]*", line["d"]) for line in (first, shared))
    assert begins[:2] == ends[:2]
    # The last corner of what they share is where the rest begins, with dashes that go on.
    assert float(rest["stroke-dashoffset"]) > 0
