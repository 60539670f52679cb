"""Nineteen real diagrams, each in all four directions and as it suits a page: nothing overlaps or misses its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, DiagramDirection, Splines
from tests.checker import CHECKS, Picture, edge_is_not_square, edge_runs_through_a_title

CORPUS = Path(__file__).parent.parent / "docs" / "corpus"

# Nodes, edges and groups, counted by hand.
COUNTS = {
    "001": (15, 14, 3),
    "004": (8, 7, 0),
    "007": (19, 19, 4),
    "010": (5, 6, 0),
    "013": (4, 3, 1),
    "016": (7, 3, 3),
    "025": (7, 9, 1),
    "028": (10, 10, 0),
    "031": (5, 5, 1),
    "034": (6, 6, 2),
    "037": (7, 8, 0),
    "040": (21, 36, 7),
    "043": (36, 21, 10),
    "046": (6, 5, 2),
    "049": (11, 10, 3),
    "052": (13, 9, 4),
    "055": (6, 5, 0),
    "058": (7, 8, 2),
    "061": (8, 9, 0),
}


@cache
def picture(name: str, direction: DiagramDirection, splines: Splines) -> Picture:
    return Picture.of(replace(declared(name), direction=direction, splines=splines))


@cache
def declared(name: str) -> Pipeline:
    return parse((CORPUS / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.fixture(params=COUNTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=DIAGRAM_DIRECTIONS)
def case(request: pytest.FixtureRequest, name: str) -> Picture:
    return picture(name, request.param, "spline")


@pytest.fixture(params=DIAGRAM_DIRECTIONS)
def square(request: pytest.FixtureRequest, name: str) -> Picture:
    return picture(name, request.param, "ortho")


def test_every_file_of_the_corpus_is_in_the_table() -> None:
    assert sorted(path.stem for path in CORPUS.glob("*.txt")) == sorted(COUNTS)


def test_counts(name: str) -> None:
    pipeline = declared(name)
    assert (len(pipeline.nodes), len(pipeline.edges), len(pipeline.groups)) == COUNTS[name]


def test_every_part_has_its_place(case: Picture, name: str) -> None:
    layout = case.layout
    assert (len(layout.nodes), len(layout.edges), len(layout.groups)) == COUNTS[name]


def test_graphviz_has_nothing_to_complain_of(case: Picture) -> None:
    assert case.messages == ()


@pytest.mark.parametrize("check", [*CHECKS, edge_runs_through_a_title], ids=lambda check: check.__name__)
def test_nothing_is_wrong(case: Picture, check: Callable[[Picture], Iterator[str]]) -> None:
    assert list(check(case)) == []


@pytest.mark.parametrize("check", [*CHECKS, edge_is_not_square], ids=lambda check: check.__name__)
def test_nothing_is_wrong_where_lines_run_along_and_across(
    square: Picture, check: Callable[[Picture], Iterator[str]]
) -> None:
    assert list(check(square)) == []
