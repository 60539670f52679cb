"""The script that lights a node with its neighbours and leads to nodes, as a reader uses it in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.browser import Browser, served
from tests.conftest import Project

INDEX = """
Title
=====

.. llmpipeline::
   :name: loop

   a -> b -> c
   node a: A
   node b: B
      :link: :ref:`below`
   node c: C
   group g: Group
      node d: D
      node e: E
      d -> e
   c -> g: into
   node f: F
   note of c: a remark
   note of a: another

{text}

.. llmpipeline::

   a -> b
   node a: A
   node b: B

.. _below:

Below
-----

.. _loop-f:

{text}
""".format(text="Text.\n\n" * 60)

LIT = """
const drawing = document.querySelector('[data-diagram="loop"]');
const name = ({dataset}) => dataset.id ?? `${dataset.source ?? "note"} ${dataset.target}`;
return drawing.classList.contains("llmpipeline-lighting")
  ? [...drawing.querySelectorAll(".llmpipeline-lit")].map(name).sort() : null;
"""

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = Project(tmp_path_factory.mktemp("neighbors"))
    project.write({"index.rst": INDEX}, "html_theme = 'furo'\nllmpipeline_narrow_width = 0")
    build = project.run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    with served(build.out) as address:
        yield f"{address}/index.html"


@pytest.fixture
def page(url: str, browser: Browser) -> Browser:
    return opened(browser, url)


def opened(browser: Browser, url: str) -> Browser:
    browser.resize(1000, 800)
    browser.open("about:blank")  # because a change of the fragment alone loads nothing
    browser.open(url)
    browser.still()
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    return browser


def middle(browser: Browser, selector: str) -> tuple[float, float]:
    x, y = browser.run(
        f"""
        const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
        """
    )
    return x, y


def hover(browser: Browser, part: str) -> list[str] | None:
    """Move the mouse upon a part of the diagram; the parts that are lit."""
    x, y = middle(browser, f'[data-diagram="loop"] {part}')
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    return lit(browser)


def lit(browser: Browser) -> list[str] | None:
    found: list[str] | None = browser.run(LIT)
    return found


def click(browser: Browser, x: float, y: float) -> None:
    for type in ("mousePressed", "mouseReleased"):
        browser.call("Input.dispatchMouseEvent", type=type, x=x, y=y, button="left", clickCount=1)


def test_a_node_is_lit_with_its_edges_and_the_nodes_there(page: Browser) -> None:
    assert lit(page) is None
    assert hover(page, '[data-id="b"]') == ["a", "a b", "b", "b c", "c", "note a", "note c"]
    opacity = "return ['a', 'd', 'f'].map(id => getComputedStyle(document.querySelector(`[data-id=${id}]`)).opacity)"
    assert page.run(opacity) == ["1", "0.2", "0.2"]
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert lit(page) is None


def test_an_edge_to_a_group_lights_its_members(page: Browser) -> None:
    assert hover(page, '[data-id="c"]') == ["b", "b c", "c", "c g", "d", "e", "g", "note c"]


def test_an_edge_is_lit_with_its_ends(page: Browser) -> None:
    assert hover(page, '[data-source="c"] text') == ["c", "c g", "d", "e", "g", "note c"]


def test_a_node_without_an_edge_leaves_all_as_it_is(page: Browser) -> None:
    assert hover(page, '[data-id="f"]') is None


def test_the_focus_lights_too(page: Browser) -> None:
    page.run("document.querySelector('[data-diagram=loop] [data-id=b] a').focus()")
    assert lit(page) == ["a", "a b", "b", "b c", "c", "note a", "note c"]
    page.run("document.activeElement.blur()")
    assert lit(page) is None


def test_a_click_keeps_a_node_lit_and_gives_its_address(page: Browser) -> None:
    click(page, *middle(page, '[data-diagram="loop"] [data-id="a"]'))
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert lit(page) == ["a", "a b", "b", "note a"]
    assert page.run("return location.hash") == "#loop-a"
    page.press("Escape", "Escape", 27)
    assert lit(page) is None
    click(page, *middle(page, '[data-diagram="loop"] [data-id="a"]'))
    click(page, 5, 5)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert lit(page) is None


def test_an_address_leads_to_its_node(url: str, browser: Browser) -> None:
    page = opened(browser, f"{url}#loop-e")
    assert lit(page) == ["d", "d e", "e"]
    assert 0 < middle(page, '[data-id="e"]')[1] < 800
    page.run("location.hash = '#loop-d'")
    page.run("await new Promise(done => setTimeout(done, 50))")
    assert lit(page) == ["d", "d e", "e"]


def test_without_scripts_an_address_leads_to_its_node_and_marks_it(url: str, browser: Browser) -> None:
    with browser.without_scripts():
        page = opened(browser, f"{url}#loop-e")
        assert 0 < middle(page, '[data-id="e"]')[1] < 800
        widths = page.run(
            "return ['d', 'e'].map(id => getComputedStyle(document.querySelector(`[data-id=${id}] path`)).strokeWidth)"
        )
        assert lit(page) is None
    assert widths == ["1.2px", "3px"]


def test_ids_are_those_of_named_diagrams_and_of_nothing_else(page: Browser) -> None:
    """The document has a label ``loop-f``, which keeps its id."""
    ids = page.run("return [...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    assert page.run("return [...document.querySelectorAll('svg [data-id][id]')].map(({id}) => id).sort()") == [
        f"loop-{id}" for id in "abcde"
    ]
    assert page.run("return document.getElementById('loop-f').closest('svg')") is None


def test_on_paper_everything_is_at_full_strength(page: Browser) -> None:
    hover(page, '[data-id="b"]')
    with page.printing("light"):
        assert page.run("return getComputedStyle(document.querySelector('[data-id=d]')).opacity") == "1"


def test_of_two_drawings_the_one_that_is_shown_is_lit(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    chain = ".. llmpipeline::\n   :name: loop\n   :direction: LR\n\n   {}\n{}\n".format(
        " -> ".join("abcdef"), "".join(f"   node {id}: The long label of a node\n" for id in "abcdef")
    )
    project = Project(tmp_path_factory.mktemp("pair")).write({"index.rst": f"Title\n=====\n\n{chain}"})
    build = project.run("html", "-W", "-D", "html_theme=furo")
    with served(build.out) as address:
        browser.resize(360, 700)
        browser.open("about:blank")
        browser.open(f"{address}/index.html#loop-b")
        found = browser.run(
            """
            return [...document.querySelectorAll("svg.llmpipeline")].map(drawing => [
              getComputedStyle(drawing).visibility, drawing.querySelectorAll(".llmpipeline-lit").length,
              drawing.querySelectorAll("g[id]").length,
            ]);
            """
        )
    assert found == [["hidden", 0, 6], ["visible", 5, 0]]


@pytest.mark.parametrize("setting", ["llmpipeline_neighbors = False", ""])
def test_a_project_can_do_without(tmp_path_factory: pytest.TempPathFactory, setting: str) -> None:
    project = Project(tmp_path_factory.mktemp("without"))
    page = project.write({"index.rst": INDEX}, setting).build("html", "-W").read("index.html")
    assert ("llmpipeline-neighbors.js" in page) is not bool(setting)
    assert 'id="loop-a"' in page
