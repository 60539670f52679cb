"""Nodes, groups and edges by keys, before they have ids and an order."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse, unparse
from sphinxext.llmpipeline.sources.sketch import Sketch, title_of_name


def test_ids_are_those_asked_for_if_they_are_valid_and_free() -> None:
    sketch = Sketch("no nodes")
    for key, id in enumerate(("a", "a", "1st step", "group", "", "b/c")):
        sketch.node(key, id)
    ids = [node.id for node in sketch.pipeline().nodes]
    assert ids == ["a", "a-2", "n1st_step", "group_", "n", "b_c"]


@pytest.mark.parametrize("label", ["# C: x -> y", ":note: x", "a: b", "::x:: y", "group g", "*bold*", "a | b", '"q"'])
def test_labels_are_data(label: str) -> None:
    sketch = Sketch("no nodes")
    sketch.node(1, "a", label)
    sketch.edge(1, 1, label)
    pipeline = sketch.pipeline()
    assert pipeline.nodes[0].label.text == label
    assert pipeline.edges[0].label is not None
    assert pipeline.edges[0].label.text == label


def test_labels_are_one_line_of_what_can_be_drawn() -> None:
    sketch = Sketch("no nodes")
    sketch.node(1, "a", " two\nlines\x00\ud800 ")
    assert sketch.pipeline().nodes[0].label.text == "two lines"


def test_groups_without_nodes_are_left_out() -> None:
    sketch = Sketch("no nodes")
    sketch.group("outer", "outer", "Outer")
    sketch.group("inner", "inner", "Inner", "outer")
    sketch.group("empty", "empty", "Empty", "outer")
    sketch.node("a", "a", group="inner")
    assert unparse(sketch.pipeline()) == "group outer: Outer\n   group inner: Inner\n      a\n"


@pytest.mark.parametrize(
    ("edges", "back"),
    [
        ("ab bc ca", "ca"),
        ("ab ba bc", "ba"),
        ("aa", "aa"),
        ("ab ac bd cd", ""),
        ("ba cb da ac", "ba"),  # from d, where nothing leads to
        ("ab bc cb cd da", "cb da"),
    ],
)
def test_edges_that_close_a_loop_are_feedback(edges: str, back: str) -> None:
    sketch = Sketch("no nodes")
    for key in dict.fromkeys(edges.replace(" ", "")):
        sketch.node(key, key)
    for source, target in edges.split():
        sketch.edge(source, target)
    found = [edge.source + edge.target for edge in sketch.pipeline().edges if edge.kind == "feedback"]
    assert " ".join(found) == back


def test_a_long_chain_has_no_limit_of_recursion() -> None:
    sketch = Sketch("no nodes")
    for number in range(1500):
        sketch.node(number, f"n{number}")
        sketch.edge(number, (number + 1) % 1500)
    assert [edge.source for edge in sketch.pipeline().edges if edge.kind == "feedback"] == ["n1499"]


def test_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"^nothing to draw: there are no steps$"):
        Sketch("there are no steps").pipeline()


def test_titles_of_names() -> None:
    assert title_of_name("getLLMAnswer") == "Get LLM answer"
    assert title_of_name("__call__") == "Call"
    assert title_of_name("") == ""


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "id", ["title", "config", "style", "from", "graph", "a.link", "a.shape", "a.style.fill", "a.label"]
)
def test_names_of_other_languages_are_ids(id: str) -> None:
    sketch = Sketch("no nodes")
    sketch.node(1, id, "x")
    sketch.node(2, "b", "x")
    sketch.edge(1, 2)
    pipeline = sketch.pipeline()
    assert pipeline.nodes[0].id == id
    assert parse(unparse(pipeline)) == pipeline


def test_line_breaks_of_dot_and_empty_fields() -> None:
    sketch = Sketch("no nodes")
    sketch.node(1, "a", r"\none\ntwo", note=" ", tooltip="x\ny")
    (node,) = sketch.pipeline().nodes
    assert node.label.text == "one\ntwo"
    assert node.note is None
    assert node.tooltip is not None
    assert node.tooltip.text == "x y"
