"""Drawings for narrow windows, in Chromium and in Firefox: which one a page shows, and how wide it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import Browser, served
from tests.conftest import Project
from tests.firefox import Firefox

pytestmark = pytest.mark.program

CHAIN = "a: Tokenizer\n{0}b: Encoder\n{0}c: Decoder\n{0}d: Sampler\n{0}e: Answer\n{0}a -> b -> c -> d -> e: label"
INDEX = """
Title
=====

Text before. See :ref:`panels-second`.

.. llmpipeline::
   :name: chain
   :caption: A chain

   {chain}
      :link: https://example.org

.. llmpipeline::
   :name: fixed
   :direction: LR

   {chain}

.. llmpipeline::
   :name: floating
   :align: right

   {chain}

Text beside it.

.. list-table::

   * - .. llmpipeline::
          :name: cell

          a: Tokenizer
          b: Encoder
          c: Decoder
          d: Sampler
          a -> b -> c -> d: label
     - A second cell with text

In a |small| paragraph.

.. |small| llmpipeline::

   {chain}

.. llmpipeline::
   :name: fits

   a -> b

.. llmpipeline::
   :name: nearly
   :direction: LR

   a: A base model
   b: Fine-tuned model
   a -> b: supervised learning

.. llmpipeline::
   :name: sized
   :width: 80%

   {chain}

.. llmpipeline::
   :name: panels
   :direction: LR
   :caption: Two panels

   panel first: First
      {deeper}
   panel second: Second
      x: X
      y: Y
      x -> y

{text}
""".format(chain=CHAIN.format("   "), deeper=CHAIN.format("      "), text="Text.\n\n" * 60)

SHOWN = """
return Object.fromEntries([...document.querySelectorAll(".llmpipeline-scroll")].map(scroll => {
  const drawings = [...scroll.querySelectorAll(".llmpipeline")];
  const shown = drawings.filter(drawing => drawing.checkVisibility({visibilityProperty: true}));
  const [{width, left, right}, outer] = [shown[0], scroll].map(element => element.getBoundingClientRect());
  return [drawings[0].dataset.diagram, {
    count: drawings.length, shown: shown.length, narrow: drawings.indexOf(shown[0]) === 1, width,
    natural: shown[0].viewBox.baseVal.width, scrolls: scroll.scrollWidth > scroll.clientWidth + 1,
    inside: outer.left - 1 < left && right < outer.right + 1,
    links: [...scroll.querySelectorAll("a")].filter(a => a.checkVisibility({visibilityProperty: true})).length,
    height: outer.height, higher: outer.height - shown[0].getBoundingClientRect().height,
  }];
}));
"""


@pytest.fixture(scope="module", params=["basic", "furo", "sphinx_rtd_theme", "pydata_sphinx_theme"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page, in one of several themes."""
    project = Project(tmp_path_factory.mktemp("narrow")).write({"index.rst": INDEX})
    build = project.run("html", "-W", "-D", f"html_theme={request.param}")
    assert build.warnings == ""
    assert build.status == 0
    with served(build.out) as address:
        yield f"{address}/index.html"


def shown(engine: Browser | Firefox, url: str, width: int) -> dict[str, dict[str, Any]]:
    """What a page shows in a window of *width* pixels, by the names of the diagrams."""
    engine.resize(width, 900)
    engine.open(url)
    found: dict[str, dict[str, Any]] = engine.run(SHOWN)
    return found


def test_a_phone_shows_narrow_drawings_without_scrolling(url: str, engine: Browser | Firefox) -> None:
    found = shown(engine, url, 500 if isinstance(engine, Firefox) else 360)  # Firefox has no smaller window
    paired = {name: one for name, one in found.items() if one["count"] == 2}
    assert {"chain", "fixed", "floating", "cell", "panels"} < found.keys()
    assert found.keys() - paired.keys() == {"fits", "nearly", "sized"}
    for name, one in paired.items():
        assert (name, one["shown"], one["narrow"]) == (name, 1, True)
        assert (name, one["higher"] < 12) == (name, True)  # nothing is left of the other one
        if name != "cell":
            assert (name, one["scrolls"], one["inside"]) == (name, False, True)
    assert found["chain"]["links"] == 4
    assert (found["nearly"]["scrolls"], found["nearly"]["inside"]) == (False, True)


def test_a_wide_window_shows_the_first_drawing(url: str, engine: Browser | Firefox) -> None:
    found = shown(engine, url, 1400)
    for name, one in found.items():
        if name != "cell":
            assert (name, one["shown"], one["narrow"]) == (name, 1, False)
            assert (name, one["scrolls"], one["inside"]) == (name, False, True)
            assert (name, one["higher"] < 12) == (name, True)
    assert found["chain"]["links"] == 4
    # Neither a float nor a cell is as narrow as if its drawing were not there.
    assert found["floating"]["width"] == pytest.approx(found["floating"]["natural"], rel=0.35)
    assert found["cell"]["shown"] == 1
    assert found["cell"]["width"] >= 0.75 * found["cell"]["natural"]


def test_words_of_a_search_are_marked_in_both_drawings(url: str, engine: Browser | Firefox) -> None:
    for width in (500, 1400):
        engine.resize(width, 900)
        engine.open(f"{url}?highlight=encoder")
        sizes = engine.run(
            """
            for (let wait = 0; wait < 100 && !document.querySelector(".highlighted"); wait++)
              await new Promise(done => setTimeout(done, 20));
            return [...document.querySelectorAll("svg rect.highlighted")].map(mark =>
              [mark.width.baseVal.value, mark.height.baseVal.value]);
            """
        )
        if engine.run("return document.querySelector('.bd-main') !== null"):
            assert sizes == []  # this theme marks no words of a search
        else:
            assert min(min(size) for size in sizes) > 5


def test_a_reference_to_a_panel_leads_to_its_figure(url: str, engine: Browser | Firefox) -> None:
    engine.resize(500, 900)
    engine.open(url)
    top, bottom = engine.run(
        """
        const link = [...document.querySelectorAll("p a[href]")].find(a => a.getAttribute("href").includes("panels"));
        location.hash = link.getAttribute("href");
        await new Promise(done => setTimeout(done, 1000));
        const box = document.querySelector('[data-diagram="panels"]').closest("figure").getBoundingClientRect();
        return [box.top, box.bottom];
        """
    )
    assert top < 300
    assert bottom > 0


def test_a_printed_page_shows_the_first_drawing(url: str, browser: Browser) -> None:
    browser.resize(794, 1000)  # A4
    browser.open(url)
    with browser.printing("light"):
        found = browser.run(SHOWN)
    assert (found["chain"]["shown"], found["chain"]["scrolls"]) == (1, False)


def test_a_narrow_drawing_that_scrolls_opens_in_full_size(url: str, browser: Browser) -> None:
    browser.resize(360, 900)
    browser.open(url)
    state = browser.run(
        """
        const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const scroll = document.querySelector('[data-diagram="chain"]').closest(".llmpipeline-scroll");
        const opener = scroll.previousElementSibling;
        await frames();
        const before = opener.classList.contains("llmpipeline-fitting");
        scroll.style.width = "60px";
        await frames();
        const after = opener.classList.contains("llmpipeline-fitting");
        const narrow = scroll.querySelector(".llmpipeline-narrow > .llmpipeline");
        opener.click();
        const dialog = document.querySelector("dialog.llmpipeline-view");
        const inside = dialog.contains(narrow), title = dialog.getAttribute("aria-label");
        dialog.close();
        await frames();
        return [before, after, inside, title, narrow.parentElement.className];
        """
    )
    assert state == [True, False, True, "A chain", "llmpipeline-fit llmpipeline-narrow"]
