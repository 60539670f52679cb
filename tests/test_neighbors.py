"""The script that lights a node with its neighbours and leads to nodes, as a reader uses it in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, served
from tests.conftest import Project
from tests.extension.test_output import Page

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
   row mix: Web text of all kinds 97% | Books 2% | Code 1%
      :shares: yes
   node h: H
   h -> mix
   note of c: a remark
   note of a: another

{text}

.. llmpipeline::

   a -> b
   node a: A
   node b: B

.. llmpipeline::

   hub -> one, two, three, four

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


def test_what_a_lit_edge_shares_with_others_is_seen(page: Browser) -> None:
    """Otherwise only the first of the edges shows it, whose trunk would be darker."""
    seen = """
        const paths = document.querySelectorAll('[data-source=hub] path[visibility=hidden]');
        return [...paths].map(path => getComputedStyle(path).visibility);
    """
    hidden = page.run(seen)
    assert len(hidden) >= 2
    assert set(hidden) == {"hidden"}
    page.run("document.querySelector('[data-id=hub]').scrollIntoView({block: 'center'})")
    x, y = middle(page, '[data-id="hub"]')
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert set(page.run(seen)) == {"visible"}


def test_an_edge_to_a_group_lights_its_members(page: Browser) -> None:
    assert hover(page, '[data-id="c"]') == ["b", "b c", "c", "c g", "d", "d e", "e", "g", "note c"]


def test_an_edge_is_lit_with_its_ends(page: Browser) -> None:
    assert hover(page, '[data-source="c"] text') == ["c", "c g", "d", "d e", "e", "g", "note c"]


def test_an_edge_to_a_row_of_shares_lights_all_its_cells(page: Browser) -> None:
    """The text of a narrow cell stands beside it."""
    assert hover(page, '[data-id="h"]') == ["h", "h mix", "mix", "mix.1", "mix.2", "mix.3"]


def test_a_node_without_an_edge_leaves_all_as_it_is_until_a_click(page: Browser) -> None:
    assert hover(page, '[data-id="f"]') is None
    click(page, *middle(page, '[data-id="f"]'))
    assert lit(page) == ["f"]


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


def test_an_address_of_something_else_lights_nothing(url: str, browser: Browser) -> None:
    page = opened(browser, f"{url}#%E0%A4%A")
    assert lit(page) is None
    for hash, found in [("loop-a", ["a", "a b", "b", "note a"]), ("below", None)]:
        page.run(f"location.hash = {hash!r}; await new Promise(done => setTimeout(done, 50))")
        assert lit(page) == found


def test_a_link_to_the_present_address_lights_its_node_again(url: str, browser: Browser) -> None:
    page = opened(browser, f"{url}#loop-a")
    page.press("Escape", "Escape", 27)
    page.run(
        "const link = document.createElement('a'); link.href = '#loop-a'; document.body.append(link); link.click()"
    )
    assert lit(page) == ["a", "a b", "b", "note a"]


def test_selecting_text_is_no_click(page: Browser) -> None:
    x, y = middle(page, '[data-diagram="loop"] [data-id="mix.1"] text')
    for type, at in [("mousePressed", x - 20), ("mouseMoved", x + 20), ("mouseReleased", x + 20)]:
        page.call("Input.dispatchMouseEvent", type=type, x=at, y=y, button="left", buttons=1, clickCount=1)
    assert page.run("return [getSelection().isCollapsed, location.hash]") == [False, ""]


def test_a_selection_keeps_no_click_from_the_full_size_view(page: Browser) -> None:
    page.run("getSelection().selectAllChildren(document.querySelector('h1'))")
    page.run("document.querySelector('#loop > .llmpipeline-open').click()")
    click(page, *middle(page, '[data-diagram="loop"] [data-id="a"]'))
    assert page.run("return [getSelection().isCollapsed, location.hash]") == [False, "#loop-a"]


def test_the_focus_of_a_mouse_lights_nothing(page: Browser) -> None:
    x, y = middle(page, '[data-diagram="loop"] [data-id="b"]')
    page.run("addEventListener('auxclick', (event) => event.preventDefault())")
    for type in ("mousePressed", "mouseReleased"):
        page.call("Input.dispatchMouseEvent", type=type, x=x, y=y, button="middle", clickCount=1)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert page.run("return document.activeElement.localName") == "a"
    assert lit(page) is None


def test_on_paper_no_node_is_marked(url: str, browser: Browser) -> None:
    page = opened(browser, f"{url}#loop-a")
    width = "return getComputedStyle(document.querySelector('[data-id=a] path')).strokeWidth"
    assert page.run(width) == "3px"
    with page.printing("light"):
        assert page.run(width) == "1.2px"


def test_a_click_in_a_copy_of_a_diagram_lights_that_copy(tmp_path: Path, browser: Browser) -> None:
    diagram = ".. llmpipeline::\n\n   a -> b\n\n"
    project = Project(tmp_path).write({"index.rst": f"Title\n=====\n\n{2 * diagram}"}, "html_theme = 'basic'")
    with served(project.build("html", "-W").out) as address:
        opened(browser, f"{address}/index.html")
        click(browser, *middle(browser, "figure:nth-of-type(2) [data-id=a]"))
        browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
        found = browser.run(
            """
            const lit = (figure) => figure.querySelectorAll(".llmpipeline-lit").length;
            return [...document.querySelectorAll("figure")].map(lit);
            """
        )
    assert found == [0, 3]


def test_a_click_in_the_full_size_view_gives_the_address_and_a_drag_does_not(page: Browser) -> None:
    page.run("document.querySelector('#loop > .llmpipeline-open').click()")
    x, y = middle(page, '[data-diagram="loop"] [data-id="a"]')
    click(page, x, y)
    assert page.run("return location.hash") == "#loop-a"
    x, y = middle(page, '[data-diagram="loop"] [data-id="d"]')
    for type, at in [("mousePressed", x), ("mouseMoved", x + 30), ("mouseReleased", x + 30)]:
        page.call("Input.dispatchMouseEvent", type=type, x=at, y=y, button="left", buttons=1, clickCount=1)
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)
    assert page.run("return location.hash") == "#loop-a"
    assert lit(page) == ["a", "a b", "b", "note a"]


def test_moving_within_a_node_changes_nothing(page: Browser) -> None:
    hover(page, '[data-id="b"]')
    changes = page.run(
        """
        let changes = 0;
        const drawing = document.querySelector('[data-diagram="loop"]');
        const observer = new MutationObserver((found) => { changes += found.length; });
        observer.observe(drawing, {attributes: true, subtree: true});
        const [path, text] = ["path", "text"].map((name) => drawing.querySelector(`[data-id="b"] ${name}`));
        path.dispatchEvent(new PointerEvent("pointerout", {bubbles: true, relatedTarget: text}));
        text.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, relatedTarget: path}));
        await new Promise(done => setTimeout(done, 0));
        return changes;
        """
    )
    assert changes == 0


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
        *(f"loop-{id}" for id in "abcdeh"),
        *(f"loop-mix-{number}" for number in (1, 2, 3)),
    ]
    assert page.run("return document.getElementById('loop-f').closest('svg')") is None


@pytest.mark.parametrize(
    ("name", "node", "id"),
    [
        ("Odd  Name", "a.b", "odd-name-a-b"),
        ("loop", "q1", "loop-q1"),
        ("loop", "模型", None),
        ("図", "searchbox", None),
    ],
)
def test_an_address_has_latin_letters_and_digits(tmp_path: Path, name: str, node: str, id: str | None) -> None:
    text = f"Title\n=====\n\n.. llmpipeline::\n   :name: {name}\n\n   node {node}: Text\n"
    build = Project(tmp_path).write({"index.rst": text}, "html_theme = 'basic'").build("html")
    assert [part.get("id") for part in Page(build.read("index.html")).all("g") if part.get("data-id") == node] == [id]


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
        browser.run("document.querySelector('#loop > .llmpipeline-open').click()")
        click(browser, *middle(browser, 'dialog [data-id="d"]'))
        assert browser.run("return location.hash") == "#loop-d"
    assert found == [["hidden", 5, 6], ["visible", 5, 0]]


@pytest.mark.parametrize("setting", ["llmpipeline_neighbors = False", ""])
def test_a_project_can_do_without(tmp_path_factory: pytest.TempPathFactory, setting: str) -> None:
    project = Project(tmp_path_factory.mktemp("without"))
    page = project.write({"index.rst": INDEX}, setting).build("html", "-W").read("index.html")
    assert ("llmpipeline-neighbors.js" in page) is not bool(setting)
    assert 'id="loop-a"' in page
