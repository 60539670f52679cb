"""Thirty-four real diagrams in each direction: no part overlaps another, every edge meets its ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, DiagramDirection
from tests.checker import Picture, edge_is_not_square, edge_runs_through_a_title, problems, report

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
    "062": (13, 14, 3),
    "063": (9, 8, 3),
    "064": (15, 16, 1),
    "065": (9, 9, 3),
    "066": (17, 18, 4),
    "067": (7, 7, 0),
    "068": (15, 19, 0),
    "069": (7, 9, 0),
    "070": (14, 15, 1),
    "071": (5, 4, 1),
    "072": (11, 13, 0),
    "073": (8, 12, 4),
    "074": (9, 8, 0),
    "075": (17, 17, 4),
    "076": (15, 14, 0),
}


def declared(name: str) -> Pipeline:
    return parse((CORPUS / f"{name}.txt").read_text(encoding="utf-8"))


def counts(parts: Picture | Pipeline) -> tuple[int, int, int]:
    of = parts if isinstance(parts, Pipeline) else parts.placed
    return len(of.nodes), len(of.edges), len(of.groups)


def general_problems(picture: Picture, name: str) -> list[str]:
    """Warnings of Graphviz, and parts without a place."""
    found = [f"Graphviz: {message}" for message in picture.messages]
    return found if counts(picture) == COUNTS[name] else [*found, f"{counts(picture)} parts have a place"]


def test_every_file_of_the_corpus_is_in_the_table() -> None:
    assert sorted(path.stem for path in CORPUS.glob("*.txt")) == sorted(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_counts(name: str) -> None:
    assert counts(declared(name)) == COUNTS[name]


@pytest.mark.parametrize(
    ("name", "direction"),
    # 040 is a tangle that takes as long as all others: two directions show its kind.
    [
        (name, direction)
        for name in COUNTS
        for direction in DIAGRAM_DIRECTIONS
        if name != "040" or direction in ("auto", "TB")
    ],
)
def test_nothing_is_wrong(name: str, direction: DiagramDirection) -> None:
    pipeline = replace(declared(name), direction=direction)
    curved, square = (Picture.of(replace(pipeline, splines=splines)) for splines in ("spline", "ortho"))
    found = report(
        {
            "spline": [*general_problems(curved, name), *problems(curved, edge_runs_through_a_title)],
            "ortho": [*general_problems(square, name), *problems(square, edge_is_not_square)],
        }
    )
    assert not found, found
