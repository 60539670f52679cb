"""The list of a diagram, as stock nodes and as HTML, without a build."""

from __future__ import annotations

import re
from dataclasses import replace

from docutils import nodes

from sphinxext.llmpipeline import MODERN, Pipeline, legend
from sphinxext.llmpipeline.extension.listing import html_listing, listing
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_html, pipeline_link
from tests.doctrees import TEXT, diagram_of, write


def lines_of(element: nodes.Node, depth: int = -1) -> list[str]:
    """A nested list as indented lines."""
    if not isinstance(element, nodes.bullet_list | nodes.list_item):
        return ["  " * depth + element.astext()]
    inner = depth + isinstance(element, nodes.bullet_list)
    return [line for child in element.children for line in lines_of(child, inner)]


def test_listing_says_everything() -> None:
    assert lines_of(listing(diagram_of(TEXT))) == [
        "Third",
        "  → Group of two (feedback)",
        "Group of two (noted)",
        "  – Third",
        "  First (small, × 12)",
        "    → Second: makes it",
        "    → Third (both ways)",
        "  Second",
        "    → Third",
    ]


def test_listing_tells_panels_with_their_letters() -> None:
    found = listing(diagram_of(r"panel p: One\nof two" + "\n  :note: n\n  a -> b\npanel q: Q\n  c -> d"))
    assert lines_of(found) == ["(a) One of two (n)", "  a", "    → b", "  b", "(b) Q", "  c", "    → d", "  d"]
    assert [title.astext() for title in found.findall(nodes.strong)] == ["(a) One of two", "(b) Q"]


def test_listing_has_live_references() -> None:
    diagram = diagram_of("a: x\nb: y\na -> b")
    write(diagram, 0, nodes.reference("", "A\ntitle", refuri="title.html"))
    diagram += pipeline_link("", "", nodes.reference("", "there", refuri="node.html"), part=("node", 0))
    diagram += pipeline_link("", "", nodes.reference("", "then", refuri="edge.html"), part=("edge", 0))
    found = listing(diagram)
    assert lines_of(found) == ["A title: there", "  → y: then", "y"]
    assert [reference["refuri"] for reference in found.findall(nodes.reference)] == [
        "title.html",
        "node.html",
        "edge.html",
    ]


def test_listing_leaves_the_diagram_whole() -> None:
    diagram = diagram_of(TEXT)
    before = diagram.pformat()
    listing(diagram)
    listing(diagram)
    assert diagram.pformat() == before


def test_listing_of_a_copy_is_that_of_the_diagram() -> None:
    diagram = diagram_of(TEXT)
    assert listing(diagram.deepcopy()).pformat() == listing(diagram).pformat()


def test_listing_is_made_of_stock_nodes() -> None:
    used = {type(element) for element in listing(diagram_of(TEXT)).findall(nodes.Element)}
    assert used <= {nodes.bullet_list, nodes.list_item, nodes.paragraph, nodes.strong}


def test_empty_pipeline_has_an_empty_listing() -> None:
    assert lines_of(listing(pipeline_diagram("", pipeline=Pipeline(())))) == []


def test_listing_tells_values() -> None:
    text = (
        "model a: A\n   :note: noted\n   :repeat: 2\n   :value: 175B\nb\na -> b: x\n   :note: n\n   :value: 3T tokens"
    )
    assert lines_of(listing(diagram_of(f"{text}\na --> b\n   :value: 5%"))) == [
        "A (noted, × 2, 175B)",
        "  → b: x (n, 3T tokens)",
        "  → b (feedback) (5%)",
        "b",
    ]


def test_listing_tells_ways_through_joins_and_ellipses() -> None:
    text = (
        "a: A\nb: B\nc: C\njoin j\nop add: +\na, b -> j: in\n   :note: n\nj -> c: out\n   :value: 5%"
        "\nc -> add\nc -> ...\na -> c"
    )
    assert lines_of(listing(diagram_of(text))) == [
        "A",
        "  → C: in, out (n, 5%)",
        "  → C",
        "B",
        "  → C: in, out (n, 5%)",
        "C",
        "  → +",
        "  → further ones",
        "further ones",
        "+",
    ]


def test_listing_of_a_way_has_the_links_of_its_edges() -> None:
    diagram = diagram_of("a: A\nb: B\njoin j\na -> j\nj -> b")
    for index, name in enumerate(("one", "two")):
        diagram += pipeline_link("", "", nodes.reference("", name, refuri=f"{name}.html"), part=("edge", index))
    assert lines_of(listing(diagram)) == ["A", "  → B: one, two", "B"]


def test_listing_tells_steps() -> None:
    text = "a: A\n   :step: 1\n   :repeat: 2\nb: B\na -> b: x\n   :step: 2a\n   :value: 5%"
    assert lines_of(listing(diagram_of(text))) == ["A (× 2, step 1)", "  → B: x (5%, step 2a)", "B"]


def test_listing_tells_notes_under_what_they_are_of() -> None:
    text = """\
category s: Slow
a: A
group g: G
   b: B
row w: x | y
join j
a, b -> j -> w
note of a: one
   :category: s
note of a: two
note of g: whole
note of w: row
note of w.2: cell
note of j: met"""
    assert lines_of(listing(diagram_of(text))) == [
        "A",
        "  Note: one (Slow)",
        "  Note: two",
        "  → x, y",
        "G",
        "  Note: whole",
        "  B",
        "    → x, y",
        "x | y",
        "  Note: row",
        "  y Note: cell",
        "a point where edges meet",
        "  Note: met",
    ]


def test_listing_names_the_kinds_that_a_legend_names() -> None:
    diagram = diagram_of("model a: A\n   :value: 175B\nb: B\na --> b")
    diagram["pipeline"] = replace(diagram["pipeline"], legend=legend(diagram["pipeline"], MODERN, str.upper))
    assert lines_of(listing(diagram)) == ["A (MODEL, 175B)", "  → B (feedback)", "B"]


def test_listing_of_a_group_without_a_title() -> None:
    found = listing(diagram_of("group g:\n  :note: n\n  a: A\n  group h:\n    b: B\n  h -> a\nc: C\nc -> g"))
    assert lines_of(found) == [
        "C",
        "  → the group of A and B",
        "Group (n)",
        "  A",
        "  Group",
        "    → A",
        "    B",
    ]


def test_listing_says_lists_in_words() -> None:
    diagram = diagram_of("a: Data\\n- web\\n- books\nb\na -> b: - x\\n- y")
    assert lines_of(listing(diagram)) == ["Data (web, books)", "  → b: x, y", "b"]
    assert html_of(diagram) == (
        '<div class="llmpipeline-text"><ul>\n<li>Data (web, books)<ul>\n<li>→ b: x, y</li>\n</ul>\n</li>\n'
        "<li>b</li>\n</ul>\n</div>\n"
    )
    write(diagram, 0, nodes.Text("Data\n- "), nodes.emphasis("", "web"), nodes.Text("\n- books"))
    (first, *_), (emphasis,) = lines_of(listing(diagram)), listing(diagram).findall(nodes.emphasis)
    assert (first, emphasis.astext()) == ("Data (web, books)", "web")


# HTML


def html_of(diagram: pipeline_diagram) -> str:
    """The list as a page has it, but with tags for what the writer of the page makes of inline markup."""
    return "".join(
        node["html"] if isinstance(node, pipeline_html) else f"[{node.tagname} {node.astext()}]"
        for node in html_listing(diagram)
    )


def words_of(diagram: pipeline_diagram) -> str:
    return " ".join(node.astext() for node in html_listing(diagram) if isinstance(node, pipeline_html))


def nested(element: nodes.Node) -> object:
    """A list as nested Python lists of what its entries say."""
    if isinstance(element, nodes.bullet_list | nodes.list_item):
        return [nested(child) for child in element.children]
    return element.astext()


def nested_html(html: str) -> object:
    """The same of a list in HTML, by its tags."""
    found: list[object] = []
    stack = [found]
    for tag, text in re.findall(r"<(/?\w+)[^>]*>|([^<]+)", html):
        if tag in ("ul", "li"):
            inner: list[object] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif tag in ("/ul", "/li"):
            stack.pop()
        elif text.strip():
            joined = text.strip("\n")
            if stack[-1] and isinstance(stack[-1][-1], str):
                joined = stack[-1].pop() + joined
            stack[-1].append(joined)
    return found[0]


ALL = (
    TEXT
    + r"""
model v: Valued
   :value: 175B
v -> a
   :note: why
   :value: 3T tokens
group h: Empty?
   d
note of a: noted
note of h: noted too
"""
)


def test_html_equals_the_html_of_stock_nodes() -> None:
    for text in (ALL, "panel p: One\n  :note: n\n  a -> b\npanel q: Q\n  c -> d"):
        diagram = diagram_of(text)
        assert nested_html(html_of(diagram)) == nested(listing(diagram))


def test_html_is_data() -> None:
    diagram = diagram_of("a: <script>&amp;\nb: b\nb -> a: <b>")
    assert "<li>&lt;script&gt;&amp;amp;</li>" in html_of(diagram)
    assert "<li>→ &lt;script&gt;&amp;amp;: &lt;b&gt;</li>" in html_of(diagram)
    assert "<script>&amp;" in words_of(diagram)


def test_html_leaves_markup_to_the_writer_and_references_out() -> None:
    diagram = diagram_of("a: x\nb: y\na -> b")
    write(diagram, 0, nodes.reference("", "", nodes.emphasis("", "A\ntitle"), refuri="t.html"), nodes.Text(" & more"))
    diagram += pipeline_link("", "", nodes.reference("", "there", refuri="node.html"), part=("node", 0), owner="a")
    assert html_of(diagram) == (
        '<div class="llmpipeline-text"><ul>\n<li>[emphasis A title][#text  & more]: there'
        "<ul>\n<li>→ y</li>\n</ul>\n</li>\n<li>y</li>\n</ul>\n</div>\n"
    )
    assert len(list(diagram.findall(nodes.reference))) == 2


def test_html_leaves_references_with_classes_and_ids_out() -> None:
    """Such as those of ``sphinx.ext.extlinks``."""
    diagram = diagram_of("a: x")
    reference = nodes.reference("", "linked", refuri="t.html", classes=["extlink-gh"], ids=["x"])
    write(diagram, 0, nodes.Text("see "), reference)
    assert "<li>[#text see ][#text linked]</li>" in html_of(diagram)


def test_search_finds_the_list_without_arrows() -> None:
    diagram = diagram_of(ALL)
    assert "→" not in words_of(diagram)
    expected = " ".join(label.text for label in diagram["pipeline"].labels() if label.text != "tip")
    found = re.findall(r"\w+", words_of(diagram))
    assert sorted(found) == sorted(re.findall(r"\w+", f"{expected} 12 175B 3T tokens"))
