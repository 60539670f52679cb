"""Unparsed diagrams are read as they were."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from sphinxext.llmpipeline import Callout, Edge, Group, Label, Node, Pipeline, Run, parse, unparse
from tools.fuzz import graph

DOCS = Path(__file__).parents[2] / "docs"
CORPUS = sorted((DOCS / "corpus").glob("*.txt"))

PLOT = """\
model a: Loss
   :plot: line
      step: train | eval
      1k: 3.2 | 3.4
      2k: 2.9 |
   :size: 160 x 90
"""

# As they are written, so that the text comes back, too.
CANONICAL = [
    "a -> b\nb => c\n",
    "a\nb\nc\n\na -> b, c: train\n",
    "model a: Base\nb\nnode group: Not a group\n\na ..> b: when needed\na ~> group\n",
    "data a: Corpus\\n(web)\n   :note: 15T tokens\n   :category: open\n   :tooltip: all of it\n   :link: https://example.org\n"
    "   :class: big wide\n   :value: 15T tokens\n   :step: 2a\n   :repeat: N\n   :pile: yes\n",
    "category open: Open\n\na\n   :category: open\n",
    "group g: Group\n   :direction: TB\n   a\n   group h:\n      :category: x\n      b\n   c\nd\n",
    "stack s: Block\n   :repeat: 12\n   a\n   b\n\na -> b: by hand\n",
    "stack s\n   :arrows: no\n   a\n   b\n",
    "panel one: One\n   a\n   b\n   align a, b\npanel two\n   c\n\na -> c\n\nnote of a: important\n",
    "row w: The | name = cat | sat\n   :value: 1 |  | 3k\n   :kind: data\n\nw.1 -> w.3\n",
    "row w: Web | Books\n   :shares: yes\n   :value: 70% | 30%\n",
    "grid g: Scores\n   first: 1 | 2\n      :kind: model\n   r2: x = 3 | 4\n",
    "more rest\nop sum: +\njoin j\na\n\na -> j\nj -> sum\n\nalign a, rest\n",
    "a -> b: text\n   :note: a note\n   :value: 12.5%\n   :step: 1\n",
    PLOT,
    "a: Mixture\n   :plot: bars\n      Web: 67%\n      Books: 4.5%\n",
    "a: Attention\n   :plot: heatmap\n      query: The | cat\n      The: 0.1 | 0.7\n      cat: 0.25 | 0.75\n",
    "a: Lengths\n   :plot: hist\n      12 | 15 | 9 | 31\n",
    "a: Sizes\n   :plot: scatter\n      7B: 63.4\n      70B: 68.9\n",
]  # fmt: skip


@pytest.mark.parametrize("text", CANONICAL)
def test_a_canonical_text_comes_back(text: str) -> None:
    assert unparse(parse(text, categories=("open", "x") if "category open" not in text else ())) == text


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_real_diagrams_mean_the_same(file: Path) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"))
    assert parse(unparse(pipeline)) == pipeline


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_diagrams_mean_the_same() -> None:
    for seed in range(100):
        pipeline = parse(graph(Random(seed)))
        text = unparse(pipeline)
        assert parse(text) == pipeline, text
        assert unparse(parse(text)) == text


def test_an_ellipsis_without_an_id_gets_one() -> None:
    text = unparse(parse("more1\na\nb\na -> more1, ..., b"))
    assert text == "more1\nmore more2\na\nb\n\na -> more1\na -> more2\na -> b\n"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("plain", "a: a*b fast x_i n\n"),
        ("rst", "a: a\\*b **fast** :math:`x_i` :sub:`n`\n"),
        ("myst", "a: a\\*b **fast** {math}`x_i` {sub}`n`\n"),
    ],
)
def test_labels_have_the_markup_of_the_document(markup: str, expected: str) -> None:
    runs = (Run("a*b "), Run("fast", "bold"), Run(" "), Run("x_i", "math"), Run(" "), Run("n", script="sub"))
    assert unparse(Pipeline((Node("a", Label((runs,))),)), markup) == expected  # type: ignore[arg-type]  # literals


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        (Pipeline((Node("a", Label(())),)), "node 'a' has no label, which no declaration can say"),
        (
            Pipeline((Node("w.1", Label.plain("x | y"), group="w"),), (), (Group("w", None, rows=(("w.1",),)),)),
            "cell 'w.1' has a bar between spaces, which would part it in two: 'x | y'",
        ),
        (
            Pipeline((Node("a"), Node("b")), (Edge("a", "b", fan=0), Edge("a", "b", fan=0))),
            "the edges of fan 0 have no end in common, or two have the same ends",
        ),
        (
            replace(
                parse(PLOT),
                nodes=(
                    replace(
                        parse(PLOT).nodes[0], plot=replace(parse(PLOT).nodes[0].plot, axis="a: b")  # type: ignore[type-var]  # it has one
                    ),
                ),
            ),
            "the plot of node 'a' has a name with ': ', which would end it: 'a: b'",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_written(pipeline: Pipeline, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        unparse(pipeline)


def test_a_callout_of_a_sign_names_its_new_id() -> None:
    pipeline = Pipeline((Node("...1", Label(()), "more"),), callouts=(Callout("...1", Label.plain("the rest")),))
    assert unparse(pipeline) == "more more1\n\nnote of more1: the rest\n"


def test_nodes_that_edges_alone_say_are_declared_on_demand() -> None:
    assert unparse(parse("a -> b"), declare_all=True) == "a\nb\n\na -> b\n"
