"""The script that opens a diagram in full size, as a reader uses it in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser, served
from tests.conftest import Build, Project
from tests.extension.test_output import Page

INDEX = """
Title
=====

.. llmpipeline::
   :name: small

   a -> b

.. llmpipeline::
   :name: wide
   :caption: A long way
   :direction: LR

   a -> b -> c -> d -> e -> f -> g -> h -> i -> j: {label}
   node a: A
      :link: :ref:`below`
   node b: B
      :link: https://example.org/b
   c
   d
   e
   f
   g
   h
   i
   node j: J
      :note: noted

.. llmpipeline::
   :name: narrowed
   :width: 80

   a -> b

{text}

A |flow| in a paragraph.

.. |flow| llmpipeline::

   a -> b

.. _below:

Below
-----

{text}
""".format(label="a label", text="Text.\n\n" * 60)

STATIC = Path(__file__).parents[1] / "sphinxext/llmpipeline/static"
SCRIPTS = {path.name for path in STATIC.iterdir()}
OPENER = "#{} > .llmpipeline-open"
STATE = """
const figure = document.getElementById("wide"), scroll = figure.querySelector(".llmpipeline-scroll");
const drawing = document.querySelector('[data-diagram="wide"]'), dialog = document.querySelector("dialog");
const box = drawing.getBoundingClientRect();
return {
  open: dialog?.open ?? false, modal: dialog?.matches(":modal") ?? false,
  parent: drawing.parentElement.className, width: box.width, natural: Number(drawing.getAttribute("width")),
  style: drawing.style.cssText, size: dialog?.querySelector("output").value ?? "",
  focus: document.activeElement.className, text: drawing.textContent, height: figure.getBoundingClientRect().height,
  ids: [...document.querySelectorAll("[id]")].map(element => element.id),
};
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("fullsize")).write({"index.rst": INDEX, "none.rst": ":orphan:\n\nText.\n"})


THEMES = ("furo", "basic", "sphinx_rtd_theme")


@pytest.fixture(scope="module", params=[*(f"{theme}-svg" for theme in THEMES), "basic-png"])
def url(request: pytest.FixtureRequest, project: Project) -> Iterator[str]:
    """The address of a page with three diagrams, of which the first fits."""
    theme, format = request.param.split("-")
    project.write({}, f"llmpipeline_formats = {{'html': {format!r}}}\nllmpipeline_narrow_width = 0")
    build = project.run("html", "-W", "-D", f"html_theme={theme}", out=request.param)
    assert (build.status, build.warnings) == (0, "")
    with served(build.out) as address:
        yield f"{address}/index.html"


def state(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.run(STATE)
    return found


def settle(browser: Browser) -> None:
    """Wait until what observes sizes has been told."""
    browser.run("await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({json.dumps(selector)}).click()")


@pytest.fixture
def page(url: str, browser: Browser) -> Browser:
    browser.prefer("light")
    browser.resize(1000, 800)
    browser.open(url)
    browser.still()
    settle(browser)
    return browser


@pytest.fixture
def opened(page: Browser) -> Browser:
    click(page, OPENER.format("wide"))
    return page


def openers(browser: Browser) -> dict[str, bool]:
    """Whether each figure offers its full size."""
    found: dict[str, bool] = browser.run(
        """
        return Object.fromEntries([...document.querySelectorAll(".llmpipeline-open")].map(
          button => [button.parentElement.id, button.checkVisibility()]
        ));
        """
    )
    return found


# The button

pytestmark = pytest.mark.program


def test_a_figure_that_fits_offers_it_to_a_mouse_only(page: Browser) -> None:
    """On touch screens, where the button is always there, it would cost room."""
    assert openers(page) == {"small": True, "wide": True, "narrowed": True}
    with page.touched():
        settle(page)
        assert openers(page) == {"small": False, "wide": True, "narrowed": True}


def test_on_touch_it_is_offered_as_soon_as_the_window_is_too_narrow(page: Browser) -> None:
    with page.touched():
        page.resize(2400, 800)
        page.run("document.querySelector('#wide').style.cssText = 'width: 2200px; max-width: none'")
        settle(page)
        assert openers(page)["wide"] is False
        page.run("document.querySelector('#wide').style.cssText = ''")
        page.resize(1000, 800)
        settle(page)
        assert openers(page)["wide"] is True


def test_it_has_a_name_and_shows_itself_where_it_is_wanted(page: Browser) -> None:
    name, title, hidden = page.run(
        """
        const button = document.querySelector("#wide > .llmpipeline-open");
        return [button.getAttribute("aria-label"), button.title, getComputedStyle(button).opacity];
        """
    )
    assert (name, title, hidden) == ("Open full size", "Open full size", "0")
    assert (
        page.run(
            """
        const button = document.querySelector("#wide > .llmpipeline-open");
        button.focus();
        return getComputedStyle(button).opacity;
        """
        )
        == "1"
    )
    page.run("document.activeElement.blur()")
    x, y = page.run(
        """
        const box = document.querySelector("#wide").getBoundingClientRect();
        return [box.x + box.width / 2, box.y + 5];
        """
    )
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert page.run("return getComputedStyle(document.querySelector('#wide > .llmpipeline-open')).opacity") == "1"
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=1, y=1)


def test_a_diagram_in_a_paragraph_offers_nothing(page: Browser) -> None:
    """There is no figure in whose corner the button could stand."""
    assert page.run("return document.querySelectorAll('.llmpipeline-scroll').length") == 4
    assert len(openers(page)) == 3


def test_it_always_shows_on_touch(page: Browser) -> None:
    with page.touched():
        opacity = page.run("return getComputedStyle(document.querySelector('#wide > .llmpipeline-open')).opacity")
    assert opacity == "1"


@pytest.mark.parametrize("touch", [False, True])
def test_it_covers_no_text(page: Browser, touch: bool) -> None:
    covered = """
    const button = document.querySelector("#wide > .llmpipeline-open").getBoundingClientRect();
    return [...document.querySelectorAll("#wide text, #wide img")].map(text => text.getBoundingClientRect()).filter(
      text => text.right > button.left && text.left < button.right && text.top < button.bottom - 16
        && text.bottom > button.top
    ).length;
    """
    if touch:
        with page.touched():
            assert page.run(covered.replace(" - 16", "")) == 0
    else:
        # It hangs over the edge, by less than the room between the edge and the text of a node.
        assert page.run(covered) == 0


def test_on_touch_it_stands_beside_the_caption(page: Browser) -> None:
    """It takes no row of its own, and the words of the caption leave it room."""
    with page.touched():
        settle(page)
        figure, button, caption, words, drawing = page.run(
            """
            const figure = document.querySelector("#wide");
            return [figure, ...[".llmpipeline-open", "figcaption", ".caption-text", ".llmpipeline-scroll"].map(
              name => figure.querySelector(name)
            )].map(part => part.getBoundingClientRect().toJSON());
            """
        )
    assert button["bottom"] <= figure["bottom"] + 0.5
    assert button["top"] >= drawing["bottom"] - 0.5
    assert button["top"] >= caption["top"] - 16
    assert words["right"] <= button["left"] + 0.5
    assert drawing["top"] - figure["top"] < 16


def test_without_scripts_a_page_stays_as_it_is(url: str, browser: Browser) -> None:
    with browser.without_scripts():
        browser.open(url)
        assert (
            browser.run("return document.querySelectorAll('.llmpipeline-button, dialog.llmpipeline-view').length") == 0
        )


# The dialog


def test_it_shows_the_drawing_as_large_as_it_was_drawn(page: Browser) -> None:
    before = state(page)
    assert before["width"] < before["natural"]
    click(page, OPENER.format("wide"))
    now = state(page)
    assert (now["open"], now["modal"], now["parent"]) == (True, True, "llmpipeline-stage")
    assert now["width"] == pytest.approx(now["natural"], abs=0.1)
    assert now["size"] == "100%"
    assert now["focus"] == "llmpipeline-stage"
    assert now["height"] == pytest.approx(before["height"], abs=1)  # nothing below it moves
    assert len(now["ids"]) == len(set(now["ids"]))


@pytest.mark.parametrize("way", ["button", "key", "print"])
def test_closing_puts_everything_back(page: Browser, way: str) -> None:
    before = state(page)
    click(page, OPENER.format("wide"))
    click(page, "dialog .llmpipeline-zoomIn")
    if way == "button":
        click(page, "dialog .llmpipeline-close")
    elif way == "key":
        page.press("Escape", "Escape", 27)
    else:
        page.run("dispatchEvent(new Event('beforeprint'))")
    settle(page)
    after = state(page)
    assert after.pop("focus") == "llmpipeline-button llmpipeline-open"
    del before["focus"]
    assert after == before
    assert page.run("return document.querySelectorAll('dialog.llmpipeline-view').length") == 0


def test_it_can_be_opened_again(opened: Browser) -> None:
    for _ in range(2):
        click(opened, "dialog .llmpipeline-close")
        settle(opened)
        click(opened, OPENER.format("wide"))
    assert state(opened)["size"] == "100%"


def test_buttons_and_keys_zoom(opened: Browser) -> None:
    natural = state(opened)["natural"]
    for act, size in [("zoomIn", 1.25), ("zoomIn", 1.5625), ("zoomOut", 1.25), ("actual", 1)]:
        click(opened, f"dialog .llmpipeline-{act}")
        assert state(opened)["width"] == pytest.approx(natural * size, abs=0.5)
    click(opened, "dialog .llmpipeline-fit")
    width, over, room = opened.run(
        """
        const stage = document.querySelector(".llmpipeline-stage");
        return [stage.firstElementChild.getBoundingClientRect().width, stage.scrollWidth > stage.clientWidth,
          stage.clientWidth];
        """
    )
    assert (over, width) == (False, pytest.approx(room - 32, abs=1))
    opened.press("1", "Digit1", 49)
    assert state(opened)["size"] == "100%"
    opened.press("-", "Minus", 189)
    assert state(opened)["size"] == "80%"


def test_zoom_ends_somewhere(opened: Browser) -> None:
    for act, size in [("zoomIn", "800%"), ("zoomOut", "10%")]:
        for _ in range(25):
            click(opened, f"dialog .llmpipeline-{act}")
        assert state(opened)["size"] == size


def test_wheel_zooms_at_the_pointer(opened: Browser) -> None:
    place = """
    const box = document.querySelector('.llmpipeline-stage > *').getBoundingClientRect();
    return [(700 - box.x) / box.width, (400 - box.y) / box.height];
    """
    for _ in range(4):
        click(opened, "dialog .llmpipeline-zoomIn")
    before = opened.run(place)
    width = state(opened)["width"]
    opened.call("Input.dispatchMouseEvent", type="mouseWheel", x=700, y=400, deltaX=0, deltaY=-100, modifiers=2)
    settle(opened)
    assert state(opened)["width"] == pytest.approx(width * 1.284, rel=0.01)
    assert opened.run(place)[0] == pytest.approx(before[0], abs=0.002)


def test_dragging_scrolls(opened: Browser) -> None:
    for _ in range(4):
        click(opened, "dialog .llmpipeline-zoomIn")
    scrolled = "return document.querySelector('.llmpipeline-stage').scrollLeft"
    # On the ground of the drawing, beside what it shows.
    x, y = opened.run(
        """
        const box = document.querySelector('.llmpipeline-stage > *').getBoundingClientRect();
        return [500, box.y + 3];
        """
    )
    before = opened.run(scrolled)
    for type, at in [("mousePressed", x), ("mouseMoved", x - 100), ("mouseReleased", x - 100)]:
        opened.call("Input.dispatchMouseEvent", type=type, x=at, y=y, button="left", buttons=1, clickCount=1)
    settle(opened)
    assert opened.run(scrolled) == before + 100
    opened.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert opened.run(scrolled) == before + 100


def test_two_fingers_zoom(opened: Browser) -> None:
    with opened.touched():
        for type, apart in [("touchStart", 50), ("touchMove", 75), ("touchMove", 100)]:
            points = [{"x": 500 - apart, "y": 400, "id": 0}, {"x": 500 + apart, "y": 400, "id": 1}]
            opened.call("Input.dispatchTouchEvent", type=type, touchPoints=points)
        opened.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        settle(opened)
    found = state(opened)
    assert found["width"] == pytest.approx(2 * found["natural"], rel=0.01)


def test_it_copies_the_declarations(opened: Browser) -> None:
    opened.run("navigator.clipboard.writeText = async (text) => { globalThis.copied = text; }")
    click(opened, "dialog .llmpipeline-copy")
    copied, said = opened.run("return [copied, document.querySelector('dialog output.llmpipeline-text').value]")
    assert copied.startswith(
        "a -> b -> c -> d -> e -> f -> g -> h -> i -> j: a label\nnode a: A\n   :link: :ref:`below`\n"
    )
    assert copied.endswith("node j: J\n   :note: noted")
    assert said == "Copied"


def test_it_copies_nothing_where_there_is_no_clipboard(page: Browser) -> None:
    """As on a page that came by plain HTTP from another machine."""
    page.run("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    click(page, OPENER.format("wide"))
    assert page.run("return document.querySelector('dialog .llmpipeline-copy')") is None


def test_its_buttons_stay_on_a_phone(page: Browser) -> None:
    page.resize(320, 640)
    settle(page)
    click(page, OPENER.format("wide"))
    outside = page.run(
        """
        const buttons = [...document.querySelectorAll("dialog .llmpipeline-button")];
        const boxes = buttons.map(button => button.getBoundingClientRect());
        return boxes.filter(box => box.left < 0 || box.right > 320 || box.width < 32).length;
        """
    )
    assert outside == 0


def test_axe_finds_nothing(opened: Browser, axe: str) -> None:
    assert opened.violations(axe, '{include: [["dialog.llmpipeline-view"]]}') == []


def test_it_has_the_name_of_the_figure(opened: Browser) -> None:
    assert opened.run("return document.querySelector('dialog').getAttribute('aria-label')") == "A long way"


# Links, colours, policies


@pytest.fixture(scope="module")
def furo(project: Project) -> Iterator[str]:
    project.write({}, "llmpipeline_narrow_width = 0")
    build = project.run("html", "-W", "-D", "html_theme=furo", out="furo")
    with served(build.out) as address:
        yield f"{address}/index.html"


def test_a_link_into_the_page_closes_it(furo: str, browser: Browser) -> None:
    browser.resize(1000, 800)
    browser.open(furo)
    browser.still()
    settle(browser)
    click(browser, OPENER.format("wide"))
    x, y = browser.run(
        """
        const box = document.querySelector("dialog [data-id=a] a").getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2];
        """
    )
    for type in ("mousePressed", "mouseReleased"):
        browser.call("Input.dispatchMouseEvent", type=type, x=x, y=y, button="left", clickCount=1)
    settle(browser)
    settle(browser)
    assert browser.run("return [location.hash, document.querySelector('dialog.llmpipeline-view')]") == ["#below", None]
    top = browser.run("return document.querySelector('#below').getBoundingClientRect().top")
    assert abs(top) < 200


def test_a_link_to_elsewhere_is_followed(furo: str, browser: Browser) -> None:
    browser.open(furo)
    settle(browser)
    click(browser, OPENER.format("wide"))
    href = browser.run(
        """
        let followed = null;
        addEventListener("click", (event) => {
          followed = [event.target.closest("a").getAttribute("href"), event.defaultPrevented];
          event.preventDefault();
        });
        document.querySelector("dialog [data-id=b] a").dispatchEvent(
          new MouseEvent("click", {bubbles: true, cancelable: true})
        );
        return followed;
        """
    )
    assert href == ["https://example.org/b", False]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_it_has_the_colours_of_the_page(furo: str, browser: Browser, mode: str) -> None:
    browser.prefer("light")
    browser.open(furo)
    settle(browser)
    browser.run(f"document.body.dataset.theme = {mode!r}")
    fill = "return getComputedStyle(document.querySelector('[data-diagram=wide] [data-id=c] path')).fill"
    before = browser.run(fill)
    click(browser, OPENER.format("wide"))
    ground = browser.run("return getComputedStyle(document.querySelector('dialog')).backgroundColor")
    assert browser.run(fill) == before
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 18, 18)"}[mode]


def test_a_strict_content_security_policy_lets_it_work(furo: str, project: Project, browser: Browser) -> None:
    out = project.root / "out" / "furo"
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'; style-src 'self'\">"
    strict = out / "strict.html"
    strict.write_text((out / "index.html").read_text().replace("<head>", f"<head>{policy}", 1))
    browser.open(furo.replace("index.html", "strict.html"))
    settle(browser)
    before = state(browser)
    click(browser, OPENER.format("wide"))
    opened = state(browser)
    assert (opened["open"], opened["width"]) == (True, pytest.approx(opened["natural"], abs=0.1))
    click(browser, "dialog .llmpipeline-close")
    assert (state(browser)["width"], state(browser)["style"]) == (before["width"], "")


def test_nothing_of_it_is_printed(furo: str, browser: Browser) -> None:
    browser.open(furo)
    settle(browser)
    with browser.printing("light"):
        assert openers(browser) == {"small": False, "wide": False, "narrowed": False}


# What a build gives


def script_of(page: str) -> dict[str, str | None]:
    """The attributes of the element that loads the script."""
    (script,) = (found for found in Page(page).all("script") if "/llmpipeline.js" in (found.get("src") or ""))
    return script


def scripts_in(build: Build) -> set[str]:
    """Scripts of this extension among the static files of a site."""
    return {path.name for path in (build.out / "_static").glob("llmpipeline*.js")}


def test_only_pages_with_a_diagram_load_the_script(project: Project) -> None:
    build = project.write({}).build("html", "-W", out="loaded")
    script = script_of(build.read("index.html"))
    assert script["defer"] == "defer"
    assert script["data-open"] == "Open full size"
    assert "llmpipeline" not in build.read("none.html")
    assert scripts_in(build) == SCRIPTS


def test_it_speaks_the_language_of_the_page(project: Project) -> None:
    build = project.write({}, 'language = "de"').build("html", "-W", out="german")
    script = script_of(build.read("index.html"))
    assert script["data-open"] == "In voller Größe öffnen"
    assert script["data-close"] == "Schließen"


def test_a_project_can_do_without(project: Project) -> None:
    build = project.write({}, "llmpipeline_full_size = False").build("html", "-W", out="without")
    page = build.read("index.html")
    assert "llmpipeline.js" not in page
    assert "data-declarations" not in page
    assert scripts_in(build) == {"llmpipeline-neighbors.js"}


def test_a_project_that_copies_no_sources_offers_none(project: Project) -> None:
    build = project.write({}, "html_copy_source = False").build("html", "-W", out="private")
    assert "data-declarations" not in build.read("index.html")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_script_has_no_dependencies_and_no_handlers_in_markup(name: str) -> None:
    script = (STATIC / name).read_text()
    assert '"use strict";' in script
    for word in ("innerHTML", "eval(", "import ", "require(", 'setAttribute("on', "http://", "https://"):
        assert word not in script.replace("http://www.w3.org/2000/svg", ""), word
