"""Descriptions and legends of diagrams."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import MODERN, description, messages, parse, read_style
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, NODE_KINDS, EdgeKind

CORPUS = sorted((Path(__file__).parent.parent / "docs" / "corpus").glob("*.txt"))


def test_a_list_is_described_in_words() -> None:
    assert description.describe(parse("a: Data\\n- web\\n- books\nb: B\na -> b")) == (
        "The diagram starts with Data (web, books). Data (web, books) leads to B. It ends with B."
    )


# Groups without a title

UNTITLED = """
group two:
   a: A
   b: B
group many:
   group inner:
      c: C
   group g: G
      d: D
   group more:
      e: E
      f: F
x: X
"""


def test_a_group_without_a_title_is_named_by_its_members() -> None:
    pipeline = parse(UNTITLED)
    assert description.names(pipeline) == {
        **{id: id.upper() for id in "abcdefgx"},
        "two": "the group of A and B",
        "inner": "the group of C",
        "more": "the group of E and F",
        "many": "the group of C, G, E and others",
    }
    text = "The diagram starts with X. X leads to the group of A and B. It ends with the group of A and B. "
    assert description.describe(parse(f"{UNTITLED}x -> two")) == f"{text}Without an edge: A, B, C, D, E and F."


def test_a_row_in_a_group_without_a_title_is_named_by_its_cells() -> None:
    found = description.names(parse("group g:\n  row r: A | B\n  x: X"))
    assert (found["r"], found["g"]) == ("A, B", "the group of X and A, B")


def test_an_empty_group_without_a_title_is_a_group() -> None:
    assert description.names(Pipeline((), groups=(Group("g", None),))) == {"g": "Group"}
    assert description.names(Pipeline((), groups=(Group("g", None),)), str.upper) == {"g": "GROUP"}


def test_a_panel_without_a_title_is_described() -> None:
    """Only the Python API makes one."""
    pipeline = Pipeline((Node("a", Label.plain("A"), group="p"),), groups=(Group("p", None, panel=True),))
    assert description.describe(pipeline) == "Panel (a), the group of A: Without an edge: A."
