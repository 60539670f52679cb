"""Inline SVG: what a page adds to a drawing, and that no text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sphinxext.llmpipeline import MODERN, Style, parse
from sphinxext.llmpipeline.drawing.svg_path import short
from sphinxext.llmpipeline.extension.html import PageContext, inline_svg
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import EVIL, PIPELINE, SVG, UNBROKEN, groups, of_class, read, texts

REFERRING = Pipeline(
    (
        Node("a", Label(((Run("see "), Run("one", reference=0), Run(" or "), Run("two", "bold", reference=1)),))),
        Node("b", Label(((Run("plain"),),)), note=Label(((Run("x^2", "math", reference=2),),))),
    ),
    (Edge("a", "b", label=Label(((Run("three", reference=3),),))),),
)


def drawn(pipeline: Pipeline = PIPELINE, style: Style = MODERN) -> Drawing:
    return draw(Job(pipeline, style, "svg"))


def labelled(*runs: Run) -> Pipeline:
    return Pipeline((Node("a", Label((runs,))),))


def context(links: Mapping[tuple[str, int], str] | None = None, **changes: object) -> PageContext:
    base = PageContext("llmpipeline-ab12", "the-name", "A title", "What it says", links or {})
    return replace(base, **changes)  # type: ignore[arg-type]


def drawing_of(page: str) -> str:
    """The drawing without the strut of its box."""
    return page[: page.index("</svg>\n") + len("</svg>\n")]


def read_page(page: str) -> ET.Element:
    return read(drawing_of(page))


def strut_of(page: str) -> float:
    """The width that the box of a drawing has at least."""
    strut = page.removeprefix(drawing_of(page))
    found = re.fullmatch(
        r'<svg class="llmpipeline-strut" width="([\d.]+)" height="0" aria-hidden="true"></svg>\n', strut
    )
    assert found is not None
    return float(found[1])


# On a page


def test_a_drawing_is_an_image_with_a_title_and_a_description() -> None:
    root = read_page(inline_svg(drawn(), context()))
    assert root.get("role") == "img"
    assert root.get("data-diagram") == "the-name"
    assert root.get("aria-labelledby") == "llmpipeline-ab12-title"
    assert root.get("aria-describedby") == "llmpipeline-ab12-desc"
    title, description = root[0], root[1]
    assert (title.tag, title.get("id"), title.text) == (f"{SVG}title", "llmpipeline-ab12-title", "A title")
    assert (description.tag, description.get("id")) == (f"{SVG}desc", "llmpipeline-ab12-desc")
    assert description.text == "What it says"


def test_nothing_without_a_box_breaks_the_marks_of_a_search() -> None:
    """Sphinx's script asks each element of an SVG for its box, except those of this class."""
    root = read_page(inline_svg(drawn(), context()))
    boxless = [element for element in root.iter() if element.tag in (f"{SVG}title", f"{SVG}desc")]
    assert [element.get("class") for element in boxless] == ["nohighlight"] * 5


def test_nothing_but_the_head_and_the_links_is_changed() -> None:
    body = drawn().data.decode().partition("\n")[2]
    assert drawing_of(inline_svg(drawn(), context())).endswith(body)


def test_every_id_has_the_prefix_and_stands_once() -> None:
    ids = re.findall(r' id="([^"]*)"', inline_svg(drawn(), context({("node", 0): "x"})))
    assert ids == ["llmpipeline-ab12-title", "llmpipeline-ab12-desc"]


def test_classes_of_the_page() -> None:
    root = read_page(inline_svg(drawn(), context(classes=("big", "blue"))))
    assert root.get("class") == "llmpipeline big blue llmpipeline-style-modern"


def test_links_are_around_the_content_of_their_part() -> None:
    links = {("node", 1): "page.html#b", ("edge", 0): "https://example.org/?a=1&b=2", ("group", 0): "../up.html"}
    root = read_page(inline_svg(drawn(), context(links)))
    assert root.get("role") == "group"
    found = {
        group.get("class", "").split()[0]: child for group in groups(root) for child in group if child.tag == f"{SVG}a"
    }
    assert {name: link.attrib for name, link in found.items()} == {
        "llmpipeline-group": {"href": "../up.html"},
        "llmpipeline-edge": {"href": "https://example.org/?a=1&b=2"},
        "llmpipeline-node": {"href": "page.html#b"},
    }
    assert len(list(root.iter(f"{SVG}a"))) == 3
    for group in groups(root):
        if any(child.tag == f"{SVG}a" for child in group):
            # A tooltip inside the link would take the place of its name.
            assert [child.tag for child in group] in ([f"{SVG}a"], [f"{SVG}title", f"{SVG}a"])
    assert texts(root) == texts(read(drawn().data))


def test_links_are_plain() -> None:
    page = inline_svg(drawn(), context({("node", 0): "x"}))
    assert " target=" not in page
    assert "xlink" not in page


def test_ids_of_panels_are_those_of_the_page() -> None:
    pipeline = parse("panel p: P\n  group g: G\n    a -> b\npanel q: Q\n  c -> d")
    ids = {("group", 0): "fig-p", ("group", 2): "fig-q"}
    root = read_page(inline_svg(drawn(pipeline), context({("group", 2): "q.html"}, ids=ids)))
    assert [(group.get("id"), group.get("data-id")) for group in of_class(root, "llmpipeline-panel")] == [
        ("fig-p", "p"),
        ("fig-q", "q"),
    ]
    assert [group.get("id") for group in of_class(root, "llmpipeline-group")] == [None]
    (link,) = root.iter(f"{SVG}a")
    assert (link.get("href"), texts(link)) == ("q.html", ["(b)", "Q"])


def test_page_may_link_all_assets_or_missing_ones() -> None:
    everything = {(what, index): f"{what}{index}" for what in ("node", "edge", "group") for index in range(9)}
    root = read_page(inline_svg(drawn(), context(everything)))
    assert [link.get("href") for link in root.iter(f"{SVG}a")] == [
        "group0", "group1", "edge0", "edge1", "edge2", "edge3", "edge4", "node0", "node1",
    ]  # fmt: skip


def test_width_of_the_page_or_the_least_that_is_legible() -> None:
    sized = inline_svg(drawn(), context(width="50%"))
    assert (read_page(sized).get("width"), read_page(sized).get("height")) == ("50%", None)
    assert "llmpipeline-strut" not in sized
    own = inline_svg(drawn(), context())
    width = float(read_page(own).get("width", ""))
    # The smallest text, a value of 11 points, is 10 pixels high at that width.
    assert strut_of(own) * 11 / width == pytest.approx(10, abs=0.01)


def test_text_that_is_small_already_is_never_made_larger() -> None:
    style = replace(MODERN, font_size=8.0)
    svg = inline_svg(drawn(parse("a -> b"), style), context())
    assert strut_of(svg) == float(read_page(svg).get("width", ""))


def test_nothing_is_refused_by_a_policy_for_styles() -> None:
    for page in (context(), context(width="50%")):
        assert not re.search(r"<style| style=", inline_svg(drawn(), page))


# Links in labels


@pytest.mark.parametrize("source", ["a < b", "a > b"])
def test_signs_of_markup_in_a_formula_are_data(source: str) -> None:
    root = read_page(inline_svg(drawn(labelled(Run(source, "math"))), context({("node", 0): "x"})))
    assert sorted(span.text or "" for span in root.iter(f"{SVG}tspan")) == sorted(source.split())


def test_references_are_links_where_the_page_knows_where_they_lead() -> None:
    links = {("reference", 0): "page.html#a", ("reference", 2): "https://example.org/?a=1&b=2", ("reference", 9): "x"}
    page = inline_svg(drawn(REFERRING), context(links))
    root = read_page(page)
    found = list(root.iter(f"{SVG}a"))
    assert [(link.attrib, "".join(link.itertext())) for link in found] == [
        ({"href": "page.html#a"}, "one"),
        ({"href": "https://example.org/?a=1&b=2"}, "x2"),
    ]
    assert root.get("role") == "group"
    assert texts(root) == texts(read(drawn(REFERRING).data))
    # The others are left as they are.
    assert [group.get("data-reference") for group in groups(root) if group.get("data-reference")] == ["3", "1"]


def test_a_link_holds_no_other_link() -> None:
    """HTML forbids it: where the whole part leads somewhere, what is inside leads nowhere else."""
    references = {("reference", number): f"r{number}" for number in range(4)}
    root = read_page(inline_svg(drawn(REFERRING), context(references | {("node", 0): "whole"})))
    for link in root.iter(f"{SVG}a"):
        assert len(list(link.iter(f"{SVG}a"))) == 1
    assert [link.get("href") for link in root.iter(f"{SVG}a")] == ["r3", "whole", "r2"]


def test_text_like_a_reference_stays_text() -> None:
    evil = '<g data-reference="0"><text>x</text></g>'
    page = inline_svg(drawn(labelled(Run(evil), Run("real", reference=0)), UNBROKEN), context({("reference", 0): "r"}))
    root = read_page(page)
    assert [(link.get("href"), "".join(link.itertext())) for link in root.iter(f"{SVG}a")] == [("r", "real")]
    assert texts(root) == [evil, "real"]


def test_urls_of_references_are_escaped() -> None:
    root = read_page(inline_svg(drawn(REFERRING), context({("reference", 0): f'x?"{EVIL}'})))
    assert next(root.iter(f"{SVG}a")).get("href") == f'x?"{EVIL}'
    assert not list(root.iter(f"{SVG}script"))


def test_everything_that_an_author_writes_is_data() -> None:
    label = Label.plain(EVIL)
    pipeline = Pipeline(
        (Node("a", label, note=label, tooltip=label, repeat=EVIL), Node("b", label, group="g")),
        (Edge("a", "b", label=label, note=label, tooltip=label),),
        (Group("g", label, note=label, tooltip=label, repeat=EVIL),),
    )
    page = context(
        {("node", 0): f"x?{EVIL}"},
        title=EVIL,
        description=EVIL,
        name=EVIL,
        ids={("node", 1): EVIL},
        names={("node", 0): EVIL},
        classes=(EVIL,),
        width=EVIL,
    )
    root = read_page(inline_svg(drawn(pipeline, UNBROKEN), page))
    assert not list(root.iter(f"{SVG}script"))
    assert len(groups(root)) == 4
    assert texts(root) == [EVIL, EVIL, f"× {EVIL}", EVIL, EVIL, EVIL, EVIL, f"× {EVIL}", EVIL]
    assert {title.text for title in root.iter(f"{SVG}title")} == {EVIL}
    assert root.findtext(f"{SVG}desc") == EVIL
    assert root.get("data-diagram") == EVIL
    assert root.get("width") == EVIL
    assert EVIL in root.get("class", "")
    assert next(root.iter(f"{SVG}a")).attrib == {"href": f"x?{EVIL}", "aria-label": EVIL}
    assert [group.get("id") for group in groups(root) if group.get("id")] == [EVIL]


def test_a_linked_part_without_content() -> None:
    """Its link is empty, and stands after the tooltip."""
    svg = inline_svg(drawn(), context({("edge", 0): "x"}, names={("edge", 0): "a to b"}))
    (edge, *_) = of_class(read_page(svg), "llmpipeline-edge")
    title, link = edge
    assert (title.tag, title.text) == (f"{SVG}title", "An edge")
    assert (link.tag, link.attrib) == (f"{SVG}a", {"href": "x", "aria-label": "a to b"})


def test_a_drawing_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no marks"):
        inline_svg(Drawing(b"<svg/>"), context())


def test_an_empty_diagram() -> None:
    assert groups(read_page(inline_svg(drawn(Pipeline(())), context()))) == []


# A drawing and a narrow one

CHAIN = parse("a: A\n   :link: page.html\nb: B\na -> b -> c -> d -> e -> f -> g -> h: label\nc\nd\ne\nf\ng\nh")


@pytest.fixture(scope="module")
def pair() -> Drawing:
    return draw(Job(CHAIN, MODERN, "svg", narrow=300.0))


def test_a_narrow_drawing_stands_behind_the_first(pair: Drawing) -> None:
    (wide, wide_marks), (narrow, narrow_marks) = pair.svgs()
    page = inline_svg(pair, context({("node", 0): "page.html"}))
    struts = re.findall(r'<svg class="(llmpipeline-strut[^"]*)" width="([\d.]+)" height="0"', page)
    least = [short(marks.legible_width) for marks in (wide_marks, narrow_marks)]
    assert struts == [
        ("llmpipeline-strut", least[1]),
        ("llmpipeline-strut llmpipeline-natural", short(wide_marks.width)),
        ("llmpipeline-strut", least[0]),
        ("llmpipeline-strut", least[1]),
    ]
    first, second = re.findall(r"<svg [^>]*data-diagram=.*?</svg>\n", page, re.DOTALL)
    assert texts(read(first)) == texts(read(wide))
    assert texts(read(second)) == texts(read(narrow))
    assert page.index('<span class="llmpipeline-fit llmpipeline-wide">') < page.index(first)
    assert page.index(first) < page.index('<span class="llmpipeline-fit llmpipeline-narrow">') < page.index(second)
    assert first.count('<a href="page.html">') == second.count('<a href="page.html">') == 1


def test_a_pair_has_one_set_of_ids_and_names(pair: Drawing) -> None:
    page = inline_svg(pair, context(ids={("node", 1): "b"}))
    assert re.findall(r' id="([^"]*)"', page) == ["llmpipeline-ab12-title", "llmpipeline-ab12-desc", "b"]
    assert page.count('aria-labelledby="llmpipeline-ab12-title" aria-describedby="llmpipeline-ab12-desc"') == 2
    assert page.count('<svg display="none" role="img"') == 1
    assert page.count("What it says") == 1


@pytest.mark.parametrize(("page_width", "expected"), [(700.0, 700), (650.0, 640), (5000.0, 1000)])
def test_the_width_at_which_a_page_changes(pair: Drawing, page_width: float, expected: int) -> None:
    wide = replace(pair.notes.marks[0], width=1240.0, font_size=12.5)  # legible at 992
    drawing = replace(pair, notes=replace(pair.notes, marks=(wide, pair.notes.marks[1])))
    page = inline_svg(drawing, context(page_width=page_width))
    assert re.findall(r"llmpipeline-below-(\d+)", page) == [str(expected)]


def test_a_width_of_the_author_holds_on_every_page(pair: Drawing) -> None:
    page = inline_svg(pair, context(width="80%"))
    assert page.count("<svg ") == 1
    assert texts(read_page(page)) == texts(read(pair.svgs()[0][0]))
