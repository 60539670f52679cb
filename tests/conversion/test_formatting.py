"""Formatted texts have one form, and mean what they meant."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.conversion.formatting import format_text
from sphinxext.llmpipeline.diagnostics import PipelineError
from tools.fuzz import mutated

DOCS = Path(__file__).parents[2] / "docs"
BODIES = [
    path.read_text(encoding="utf-8")
    for folder in ("corpus", "examples")
    for path in sorted((DOCS / folder).glob("*.txt"))
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a->b", "a -> b\n"),
        ("a ->b,c:  x  y", "a -> b, c: x  y\n"),
        ("model   a :  A", "model a: A\n"),
        ("\ufeffa\r\n\r\n\r\nb\r\n\r\n", "a\n\nb\n"),
        ("group g\n  a\n  group h :\n      b\n# end", "group g\n   a\n   group h:\n      b\n# end\n"),
        ("group g\n\ta\n\t# of b\n\tb\n   # last", "group g\n   a\n   # of b\n   b\n   # last\n"),
        (
            "a: first\n     second\n   third\n   :note:   x\n       y",
            "a: first\n   second\n   third\n   :note: x\n      y\n",
        ),
        ("a -> ... ->b", "a -> ... -> b\n"),
        ("x.*->y.*", "x.* -> y.*\n"),
        ("align a,b ,  c", "align a, b, c\n"),
        ("note  of a :  why", "note of a: why\n"),
        ("row w:A | B", "row w:A | B\n"),  # an error, and no colon of a label
        ("a --->  b", "a --->  b\n"),  # an error stays as it is
        ("# why\n#  really", "# why\n#  really\n"),
        ("", ""),
    ],
)
def test_one_form(text: str, expected: str) -> None:
    assert format_text(text) == expected
    assert format_text(expected) == expected


@pytest.mark.parametrize("body", BODIES)
def test_examples_mean_the_same(body: str) -> None:
    assert parse(format_text(body), folder=DOCS) == parse(body, folder=DOCS)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_mutated_texts_mean_the_same() -> None:
    random, meant = Random(11), 0
    for _ in range(1500):
        text = mutated(random, BODIES)
        found = format_text(text)
        assert format_text(found) == found, text
        try:
            pipeline = parse(text, folder=DOCS)
        except PipelineError:
            continue
        meant += 1
        assert parse(found, folder=DOCS) == pipeline, text
    assert meant > 100
