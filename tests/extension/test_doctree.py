"""How a diagram stands in a doctree, without a build."""

from __future__ import annotations

import pickle
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from docutils import nodes

from sphinxext.llmpipeline import Label, Run, Scale, parse
from sphinxext.llmpipeline.extension.doctree import (
    close,
    declared,
    is_closed,
    links,
    new_diagram,
    pack,
    panel_ids,
    panel_titles,
    parts,
    resolved,
)
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_link, pipeline_text, pipeline_title
from tests.doctrees import TEXT, diagram_of, write


def test_parts_are_groups_then_nodes_then_edges() -> None:
    found = list(parts(parse("group g\n   a\nb\na -> b -> g")))
    assert [part for part, _ in found] == [("group", 0), ("node", 0), ("node", 1), ("edge", 0), ("edge", 1)]


# Packing


@pytest.mark.parametrize("keep", [close, pack])
def test_a_diagram_without_markup_is_closed_until_it_is_opened(keep: Callable[[pipeline_diagram], None]) -> None:
    diagram, expected = diagram_of(TEXT), diagram_of(TEXT)
    assert not is_closed(diagram)
    keep(diagram)
    assert is_closed(diagram)
    assert resolved(diagram) == expected["pipeline"]
    assert links(diagram) == panel_ids(diagram) == {}
    assert is_closed(diagram)
    assert declared(diagram) == expected["pipeline"]
    assert not is_closed(diagram)
    assert described(diagram) == described(expected)


def test_a_closed_diagram_says_what_its_texts_have_become() -> None:
    """Sphinx changes quotes and dashes in documents that it reads."""
    diagram = diagram_of("a: First\na -> a: again")
    write(diagram, 0, nodes.Text("“First”"))
    close(diagram)
    assert is_closed(diagram)
    assert resolved(diagram).nodes[0].label == Label.plain("“First”")


def test_a_closed_diagram_leads_where_it_did() -> None:
    diagram = diagram_of("a\nb")
    diagram += pipeline_link("", "", nodes.reference("", "x", refuri="x.html"), part=("node", 1), owner="b")
    close(diagram)
    assert is_closed(diagram)
    assert links(diagram) == {("node", 1): "x.html"}


def test_a_diagram_with_markup_is_not_closed() -> None:
    diagram = placed(TEXT)
    close(diagram)
    assert not is_closed(diagram)
    assert described(diagram) == described(placed(TEXT))


def test_a_new_diagram_is_closed_where_all_its_texts_wait() -> None:
    pipeline = parse("a: First\nb: Second\na -> b")
    waiting = [(label.text, label.text, "file.rst", label.line) for label in pipeline.labels()]
    diagram = new_diagram(pipeline, waiting)
    assert is_closed(diagram)
    assert not diagram.children
    marked = pipeline_text("First", "", nodes.emphasis("", "First"))
    diagram = new_diagram(pipeline, [marked, waiting[1]])
    assert not is_closed(diagram)
    assert [child.astext() for child in diagram.children] == ["First", "Second"]
    second = diagram.children[1]
    assert isinstance(second, pipeline_text)
    assert (second.rawsource, second.source, second.line, second.parent) == ("Second", "file.rst", 2, diagram)


def placed(text: str) -> pipeline_diagram:
    """A diagram whose texts have places, one with markup and one with an attribute, and a link between them."""
    diagram = diagram_of(text)
    write(diagram, 1, nodes.emphasis("", "marked"), nodes.Text(" up"))
    for line, child in enumerate(diagram.children, 1):
        child.source, child.line = f"file{line % 2}.rst", line
    diagram.children[2]["translated"] = True
    diagram.insert(3, pipeline_link("x", "", nodes.reference("", "x", refuri="x.html"), part=("node", 0), owner="a"))
    return diagram


def described(diagram: pipeline_diagram) -> list[object]:
    return [
        (node.pformat(), getattr(node, "rawsource", None), getattr(node, "source", None), getattr(node, "line", None))
        for node in diagram.findall()
    ]


def test_unpacked_diagram_is_what_was_packed() -> None:
    diagram, expected = placed(TEXT), placed(TEXT)
    pack(diagram)
    assert declared(diagram) == expected["pipeline"] == diagram["pipeline"]
    assert described(diagram) == described(expected)
    assert all(child.parent is diagram for child in diagram.children)
    assert declared(diagram) is diagram["pipeline"]


def test_packed_diagram_keeps_what_sphinx_works_on() -> None:
    diagram = placed(TEXT)
    pack(diagram)
    assert [child.astext() for child in diagram.children] == ["marked up", "First", "x"]
    assert not is_closed(diagram)
    assert "pipeline" not in diagram
    before = diagram["packed"]
    pack(diagram)
    assert diagram["packed"] is before


def test_packed_diagram_is_small() -> None:
    diagram = diagram_of(TEXT)
    whole = room(diagram)
    pack(diagram)
    assert len(diagram.children) == 0
    assert room(diagram) < whole / 4


def room(diagram: pipeline_diagram) -> int:
    """Bytes that a diagram takes in memory."""
    written = pickle.dumps(diagram)
    tracemalloc.start()
    read = pickle.loads(written)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(read, pipeline_diagram)
    return taken


@pytest.mark.parametrize("look", [resolved, links, panel_ids, panel_titles])
def test_whoever_looks_at_a_packed_diagram_unpacks_it(look: Callable[[pipeline_diagram], object]) -> None:
    diagram = placed(TEXT)
    expected = look(diagram)
    pack(diagram)
    found = look(diagram)
    assert str(found) == str(expected)


def test_resolved_of_an_untouched_diagram_is_the_diagram() -> None:
    diagram = diagram_of(TEXT)
    assert resolved(diagram) == diagram["pipeline"]


def test_resolved_keeps_lines_of_labels() -> None:
    diagram = diagram_of(TEXT)
    assert [label.line for label in resolved(diagram).labels()] == [
        label.line for label in diagram["pipeline"].labels()
    ]


def test_resolved_takes_the_texts_as_they_are_now() -> None:
    diagram = diagram_of("a: First\na -> a: again")
    write(diagram, 0, nodes.Text("Translated"))
    write(diagram, 1, nodes.reference("", "A title", refuri="x.html"))
    (node,), (edge,) = resolved(diagram).nodes, resolved(diagram).edges
    assert node.label == Label.plain("Translated")
    assert edge.label == Label(((Run("A title", reference=0),),))


@pytest.mark.parametrize(
    ("element", "face"),
    [
        (nodes.emphasis, "italic"),
        (nodes.title_reference, "italic"),
        (nodes.strong, "bold"),
        (nodes.literal, "mono"),
        (nodes.inline, "regular"),
    ],
)
def test_markup_becomes_faces(element: type[nodes.TextElement], face: str) -> None:
    diagram = diagram_of("a: x")
    write(diagram, 0, nodes.Text("one "), element("", "two"), nodes.Text(" three"))
    (line,) = resolved(diagram).nodes[0].label.lines
    expected = (
        (Run("one two three"),) if face == "regular" else (Run("one "), Run("two", face), Run(" three"))  # type: ignore[arg-type]
    )
    assert line == expected


def test_inner_markup_wins_and_line_breaks_part_runs() -> None:
    diagram = diagram_of("a: x")
    write(diagram, 0, nodes.strong("", "", nodes.Text("bold\nand "), nodes.literal("", "code")))
    assert resolved(diagram).nodes[0].label == Label(
        ((Run("bold", "bold"),), (Run("and ", "bold"), Run("code", "mono")))
    )


def test_empty_lines_stay() -> None:
    diagram = diagram_of("a: x")
    write(diagram, 0, nodes.Text("one\n\ntwo"))
    assert resolved(diagram).nodes[0].label.lines == ((Run("one"),), (), (Run("two"),))


def test_links_are_urls_and_places_in_the_page() -> None:
    diagram = diagram_of("a\nb\nc\na -> b")
    targets: dict[tuple[str, int], list[nodes.Node]] = {
        ("node", 0): [nodes.reference("", "x", refuri="https://example.org/?a&b")],
        ("node", 1): [nodes.reference("", "", nodes.inline("", "x"), refid="here")],
        ("node", 2): [nodes.Text("unresolved")],
        ("edge", 0): [nodes.inline("", "", nodes.reference("", "x", refuri="other.html"))],
    }
    for part, children in targets.items():
        diagram += pipeline_link("", "", *children, part=part)
    assert links(diagram) == {
        ("node", 0): "https://example.org/?a&b",
        ("node", 1): "#here",
        ("edge", 0): "other.html",
    }


def test_ids_of_panels_are_those_of_their_titles() -> None:
    diagram = diagram_of("panel p: P\n  a -> b\n  group g: G\n    c -> d\npanel q: Q\n  e -> f")
    assert [(id, text.astext()) for id, text in panel_titles(diagram).items()] == [("p", "P"), ("q", "Q")]
    assert panel_ids(diagram) == {}
    second = panel_titles(diagram)["q"]
    second.replace_self(pipeline_title("Q", "", *second.children, ids=["fig-q"]))
    assert panel_ids(diagram) == {("group", 2): "fig-q"}


def test_titles_of_colour_bars_are_texts_after_all_others() -> None:
    pipeline = replace(parse("a"), node_scale=Scale("viridis", label=Label.plain("Size")))
    texts = [pipeline_text("", "", nodes.Text(text)) for text in ("a", "Größe")]
    scale = resolved(pipeline_diagram("", *texts, pipeline=pipeline)).node_scale
    assert scale == Scale("viridis", label=Label.plain("Größe"))
