"""Diagrams in doctrees: packing, texts and links."""

from __future__ import annotations

import pickle
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from docutils import nodes

from sphinxext.llmpipeline import Label, Run, Scale, parse
from sphinxext.llmpipeline.extension.doctree import (
    links,
    pack,
    panel_ids,
    panel_titles,
    parts,
    resolved,
    unpack,
)
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_link, pipeline_text, pipeline_title
from tests.doctrees import TEXT, diagram_of, write

if TYPE_CHECKING:
    from conftest import Project


def test_parts_are_groups_then_nodes_then_edges_then_callouts() -> None:
    found = list(parts(parse("group g\n   a\nb\nnote of a: x\na -> b -> g")))
    assert [part for part, _ in found] == [
        ("group", 0), ("node", 0), ("node", 1), ("edge", 0), ("edge", 1), ("callout", 0),
    ]  # fmt: skip


# Packing


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


@pytest.mark.parametrize("make", [diagram_of, placed])
def test_unpacked_diagram_equals_the_packed_one(make: Callable[[str], pipeline_diagram]) -> None:
    diagram, expected = make(TEXT), make(TEXT)
    pack(diagram)
    unpack(diagram)
    assert (diagram["pipeline"], diagram["declarations"]) == (expected["pipeline"], TEXT)
    assert diagram.attributes.keys() == expected.attributes.keys()
    assert described(diagram) == described(expected)
    assert all(child.parent is diagram for child in diagram.children)


def test_texts_are_packed_as_they_were_changed_by_sphinx() -> None:
    """Sphinx changes quotes and dashes in documents that it reads."""
    diagram = diagram_of("a: First\na -> a: again")
    write(diagram, 0, nodes.Text("“First”"))
    pack(diagram)
    unpack(diagram)
    assert resolved(diagram).nodes[0].label == Label.plain("“First”")


def test_packed_diagram_keeps_elements_with_markup() -> None:
    diagram = placed(TEXT)
    pack(diagram)
    assert [child.astext() for child in diagram.children] == ["marked up", "First", "x"]
    assert "pipeline" not in diagram


def test_unpacking_twice_changes_nothing() -> None:
    diagram = placed(TEXT)
    pack(diagram)
    unpack(diagram)
    before = described(diagram)
    unpack(diagram)
    assert described(diagram) == before


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


# Other extensions

DIAGRAM = "Title\n=====\n\n.. llmpipeline::\n\n   a: First one\n   b: Second (2)\n\n   a -> b: leads to\n"

# An extension that notes in a file whether it sees a label, and changes another one.
LOOKS = """
    from docutils import nodes
    from docutils.transforms import Transform
    from sphinx.domains import Domain
    from sphinx.transforms.post_transforms import SphinxPostTransform

    def look(document):
        texts = [text for text in document.findall(nodes.Text)]
        with open("seen.txt", "a") as file:
            print("First one" in texts, file=file)
        for text in texts:
            if text == "Second (2)":
                text.parent.replace(text, nodes.Text("Changed"))

    class Read(Transform):
        default_priority = 500

        def apply(self):
            look(self.document)

    class Write(SphinxPostTransform):
        default_priority = 1

        def run(self, **_):
            look(self.document)

    class Looks(Domain):
        name = "looks"

        def process_doc(self, env, docname, document):
            look(document)

    def setup(app):
        {}
"""


@pytest.mark.parametrize(
    "look",
    [
        "app.add_transform(Read)",
        "app.add_domain(Looks)",
        'app.connect("doctree-read", lambda app, document: look(document))',
        "app.add_post_transform(Write)",
        'app.connect("doctree-resolved", lambda app, document, name: look(document), priority=400)',
    ],
)
def test_other_extensions_see_and_change_all_texts(project: Project, look: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, LOOKS.format(look)).build("html", "-W")
    assert (project.source / "seen.txt").read_text().splitlines() == ["True"]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", build.read("index.html")) == ["leads to", "First one", "Changed"]


def test_parser_of_another_extension_reads_all_texts(project: Project) -> None:
    conf = """
        from docutils import nodes
        from docutils.parsers.rst import states
        from sphinx.parsers import RSTParser

        class Loud(states.Inliner):
            def init_customizations(self, settings):
                pass

            def parse(self, text, lineno, memo, parent):
                return [nodes.strong("", text.upper())], []

        class Parser(RSTParser):
            supported = ("loud",)

            def __init__(self):
                super().__init__(inliner=Loud())

        def setup(app):
            app.add_source_suffix(".loud", "loud")
            app.add_source_parser(Parser)
        """
    page = project.write({"index.loud": DIAGRAM}, conf).build("html", "-W").read("index.html")
    assert ">FIRST ONE</text>" in page


def test_built_diagrams_are_packed_until_they_are_written(project: Project) -> None:
    project.write({"index.rst": DIAGRAM}).build("html", "-W")
    (packed,) = project.packed().findall(pipeline_diagram)
    assert not packed.children
    (diagram,) = project.doctree().findall(pipeline_diagram)
    assert [text.astext() for text in diagram.children] == ["First one", "Second (2)", "leads to"]


# Texts as they are drawn


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


def test_a_reference_that_leads_nowhere_is_no_link() -> None:
    diagram = placed(TEXT)
    assert links(diagram) == {("node", 0): "x.html"}
    del next(iter(diagram.findall(nodes.reference)))["refuri"]
    assert links(diagram) == {}
