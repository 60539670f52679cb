"""What a reader sees, measured in browsers: every diagram of the documentation and of the corpus, and hard ones."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline.text.metrics import Metrics, Typeface
from tests.browser import MEASURE, Browser, served
from tests.conftest import Project, needed_font
from tests.firefox import Firefox

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[1]
CORPUS = sorted((ROOT / "docs" / "corpus").glob("*.txt"))
THEMES = ("furo", "basic")
NARROW = (360, 740)
WIDE = (1200, 900)
ROUNDING = 0.05
"""Units of the drawing, which is written with two decimals."""

HARD = r"""
:orphan:

Hard
====

.. _here:

Section
-------

|gap|

.. |gap| replace:: Text.

.. llmpipeline::
   :name: hard-faces
   :caption: Faces

   data a: plain *italic* **bold** ``literal`` H\ :sub:`2`\ O x\ :sup:`2`
      :note: note *italic* **bold** ``literal``
   model b: :math:`\frac{QK^\top}{\sqrt{d_k}}` and :math:`\nabla_\theta J`
      :note: :math:`x_1^2`
   group g: Title **bold** ``literal`` *italic*
      :note: note
      train c: AVAVA WAVE To Ty fi fl ffi
         :repeat: 12
   a -> b: edge *italic* ``literal`` :math:`\alpha`
      :note: noted
   b -> c: 100 %
   decision d: |gap| :doc:`index`
   c -> d

.. llmpipeline::
   :name: hard-links
   :caption: Links

   model whole: :doc:`syntax`
   data part: See :ref:`here` and `there <https://example.org/there>`__
      :note: also :doc:`index`
      :tooltip: A tip
   io plain: Plain
      :link: https://example.org/plain
      :tooltip: Another tip
   group g: Group
      :link: :ref:`here`
      store inner: Inner
         :link: :ref:`here`
   whole -> part: labelled
      :link: https://example.org/labelled
   part -> plain
      :link: https://example.org/unlabelled
   plain --> whole: see :ref:`here`
   plain -- g
   g <-> whole

.. llmpipeline::
   :name: hard-kinds
   :caption: All kinds

   node n1: A node of the kind\nof two lines
   data n2: A node of the kind\nof two lines
   process n3: A node of the kind\nof two lines
   train n4: A node of the kind\nof two lines
   model n5: A node of the kind\nof two lines
   reward n6: A node of the kind\nof two lines
   eval n7: A node of the kind\nof two lines
   store n8: A node of the kind\nof two lines
   service n9: A node of the kind\nof two lines
   tool n10: A node of the kind\nof two lines
   human n11: A node of the kind\nof two lines
   decision n12: A node of the kind\nof two lines
   io n13: A node of the kind\nof two lines

.. llmpipeline::
   :name: hard-wide
   :caption: Wider than any column

   a -> b: {long}

.. llmpipeline::
   :name: hard-long
   :caption: Much too wide

   a -> b -> c -> d -> e -> f -> g -> h -> i -> j -> k -> l -> m -> n -> o -> p -> q -> r -> s -> t: With a label

.. list-table::

   * - .. llmpipeline::
          :name: hard-cell

          a -> b: In a cell
""".replace("{long}", "very " * 30 + "long")

FACES = """
return [...document.fonts].filter(face => face.family.includes("llmpipeline")).map(
  face => [face.family.replaceAll('"', ""), face.weight, face.style, face.status]
);
"""

CONTRAST = """
const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const rgb = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = rgb(getComputedStyle(at).backgroundColor);
    if (color[3]) return color;
  }
  return [255, 255, 255, 255];
};
const found = [];
for (const part of document.querySelectorAll(".llmpipeline-node, .llmpipeline-group, .llmpipeline-edge")) {
  const ground = behind(part);
  const filled = !part.classList.contains("llmpipeline-edge");
  for (const text of part.querySelectorAll("text")) {
    const css = getComputedStyle(text);
    const byValue = "value" in part.dataset || text.classList.contains("llmpipeline-by-value");
    const fixed = Boolean(part.closest(".look-light, .look-dark")) || byValue;
    const own = text.getBBox();
    const middle = new DOMPoint(own.x + own.width / 2, own.y + own.height / 2);
    // In a plot, what is drawn under the text; else the shape, also if a badge is upon it.
    const areas = [...(text.closest(".llmpipeline-plot")?.querySelectorAll("path") ?? [])].filter(
      path => getComputedStyle(path).fill !== "none" && path.isPointInFill(middle)
    );
    const area = areas.at(-1) ?? part.querySelector("path");
    const fill = filled ? rgb(getComputedStyle(area).fill) : ground;
    found.push([part.className.baseVal, text.textContent, rgb(css.fill), fill[3] ? fill : ground, fixed]);
  }
}
return found;
"""


@dataclass(frozen=True)
class Site:
    """The pages of one theme, and where they are served."""

    theme: str
    out: Path
    url: str

    @property
    def pages(self) -> list[str]:
        """Those that show a diagram."""
        return sorted(page.name for page in self.out.glob("*.html") if 'data-diagram="' in page.read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def built(chromium: str, folder: Path, manual: Path) -> dict[str, Path]:
    """The documentation, which shows the corpus, and the hard diagrams as one project, in each theme."""
    project = Project(folder)
    shutil.copytree(manual, project.source, ignore=shutil.ignore_patterns("_build"))
    for included in ("CHANGELOG.md", "benchmarks", "sphinxext"):
        (folder / included).symlink_to(ROOT / included)
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (folder / "CONTRIBUTING.md").write_text(guide.replace("](docs/", "]("), encoding="utf-8")  # the folder has no docs
    (project.source / "hard.rst").write_text(HARD)
    if (drawn := ROOT / "build" / "doctrees" / ".llmpipeline").is_dir():  # by `make docs`, which takes long
        shutil.copytree(drawn, project.doctrees / ".llmpipeline")
    out = {}
    for theme in THEMES:
        build = project.run("html", "-n", "-W", "--keep-going", "-D", f"html_theme={theme}", out=theme)
        assert (build.status, build.warnings) == (0, "")
        out[theme] = build.out
    return out


@pytest.fixture(scope="module", params=THEMES)
def site(request: pytest.FixtureRequest, built: dict[str, Path]) -> Iterator[Site]:
    with served(built[request.param]) as url:
        yield Site(request.param, built[request.param], url)


@pytest.fixture(scope="module", params=[*(("browser", theme) for theme in THEMES), ("firefox", "furo")], ids="-".join)
def measured(request: pytest.FixtureRequest, built: dict[str, Path]) -> list[dict[str, Any]]:
    """Every diagram of a site as a browser shows it, in the units of its drawing."""
    name, theme = request.param
    engine: Browser | Firefox = request.getfixturevalue(name)
    engine.resize(*WIDE)
    engine.prefer("light")
    diagrams: list[dict[str, Any]] = []
    with served(built[theme]) as url:
        for page in Site(theme, built[theme], url).pages:
            engine.open(f"{url}/{page}")
            diagrams += engine.run(MEASURE)
    return diagrams


@functools.cache
def metrics(family: str, weight: int, italic: bool) -> Metrics:
    return Metrics(Typeface(family, weight, italic))


def families(declared: str) -> list[str]:
    return [family.strip(" \"'") for family in declared.split(",")]


def holds(outer: dict[str, float], inner: dict[str, float]) -> bool:
    return (
        outer["x0"] - ROUNDING <= inner["x0"]
        and inner["x1"] <= outer["x1"] + ROUNDING
        and outer["y0"] - ROUNDING <= inner["y0"]
        and inner["y1"] <= outer["y1"] + ROUNDING
    )


# Boxes and widths


def test_all_diagrams_are_there(measured: list[dict[str, Any]]) -> None:
    names = [diagram["name"] for diagram in measured]
    assert {f"corpus-{path.stem}" for path in CORPUS} <= set(names)
    files = (ROOT / "docs" / "examples").glob("*.*")
    examples = "".join(path.read_text() for path in files if path.suffix in (".rst", ".md", ".txt"))
    named = set(re.findall(r"^\s*:name: (\S+)$", examples, re.MULTILINE))
    assert named
    assert named <= set(names)
    assert set(re.findall(r":name: (hard-\w+)", HARD)) <= set(names)


def test_text_stays_in_its_box(measured: list[dict[str, Any]]) -> None:
    outside = [
        (diagram["name"], part["name"], text["text"], text["box"], text["shape"])
        for diagram in measured
        for part in (*diagram["nodes"], *diagram["groups"])
        for text in part["texts"]
        if not text["beside"] and not holds(text["shape"], text["box"])
    ]
    assert outside == []


def test_lines_end_inside_the_outline_of_their_node(measured: list[dict[str, Any]]) -> None:
    outside = [
        (diagram["name"], part["name"], text["text"])
        for diagram in measured
        for part in diagram["nodes"]
        for text in part["texts"]
        if not text["beside"] and not all(text["ends"])
    ]
    assert outside == []


def test_no_text_has_a_stroke(measured: list[dict[str, Any]]) -> None:
    stroked = [
        (diagram["name"], part["name"], text["text"], text["stroke"])
        for diagram in measured
        for part in (*diagram["nodes"], *diagram["edges"], *diagram["groups"])
        for text in part["texts"]
        if text["stroke"] != "none"
    ]
    assert stroked == []


def test_texts_upon_the_page_stay_in_the_picture(measured: list[dict[str, Any]]) -> None:
    outside = [
        (diagram["name"], part["name"], text["text"])
        for diagram in measured
        for part in (*diagram["nodes"], *diagram["edges"])
        for text in part["texts"]
        if not holds({"x0": 0, "y0": 0, "x1": diagram["view"], "y1": diagram["high"]}, text["box"])
    ]
    assert outside == []


def test_texts_of_a_node_do_not_overlap(measured: list[dict[str, Any]]) -> None:
    """Runs follow each other on a line, so they may touch."""
    overlapping = []
    for diagram in measured:
        for part in diagram["nodes"]:
            boxes = [text["box"] for text in part["texts"]]
            for index, one in enumerate(boxes):
                for other in boxes[index + 1 :]:
                    across = min(one["x1"], other["x1"]) - max(one["x0"], other["x0"])
                    down = min(one["y1"], other["y1"]) - max(one["y0"], other["y0"])
                    if across > 1.5 and down > 4:
                        overlapping.append((diagram["name"], part["name"], across, down))
    assert overlapping == []


def test_widths_are_those_that_were_measured(measured: list[dict[str, Any]]) -> None:
    wrong = []
    for diagram in measured:
        assert diagram["fonts"]
        for used in diagram["fonts"]:
            web, own, *_ = families(used["families"])
            assert web == f"llmpipeline {own}"
            expected = metrics(own, used["weight"], used["italic"]).width(used["text"]) * used["size"]
            if abs(used["width"] - expected) > max(0.02 * expected, 0.5):
                wrong.append((diagram["name"], used, expected))
    assert wrong == []


# Fonts


def test_fonts_of_the_site_are_loaded_and_used(site: Site, browser: Browser) -> None:
    for page in site.pages:
        browser.open(f"{site.url}/{page}")
        assert unloaded_fonts(browser) == set(), page
        foreign = [
            (text, fonts) for text, fonts in browser.fonts("svg.llmpipeline text") if text and not all(fonts.values())
        ]
        assert foreign == [], page


def test_fonts_are_loaded_from_the_disk_too(built: dict[str, Path], browser: Browser) -> None:
    browser.open((built["furo"] / "hard.html").as_uri())
    assert unloaded_fonts(browser) == set()


def unloaded_fonts(browser: Browser) -> set[tuple[str, str, str]]:
    """Those in which text of the page's diagrams should be drawn, but is not."""
    loaded = {(family, weight, style) for family, weight, style, status in browser.run(FACES) if status == "loaded"}
    used = {
        (families(text["families"])[0], str(text["weight"]), "italic" if text["italic"] else "normal")
        for diagram in browser.run(MEASURE)
        for text in diagram["fonts"]
    }
    assert used
    return used - loaded


# Other scripts

FOREIGN = r"""
Scripts
=======

.. llmpipeline::
   :name: scripts

   data a: 大規模言語モデル **学習** *推論* ``コード``
      :note: 한국어 말뭉치
   train b: Ελληνικά и русский ∑ → ≤ ∞
      :repeat: 12
   decision c: 前 or 後?
   model d: 🤖 Robot 🚀🔥
      :note: 👍 fine
   group g: 評価 (eval) 🧪
      eval e: ベンチマーク、（全角）
   a -> b: 事前学習
   b -> c -> d -> e: 🎯 aim

.. llmpipeline::
   :name: hebrew

   a: שלום
"""


@pytest.fixture(scope="module")
def foreign(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    japanese = needed_font("Noto Sans CJK JP")
    project = Project(tmp_path_factory.mktemp("foreign")).write(
        {"index.rst": FOREIGN},
        f"""
        llmpipeline_font = ["DejaVu Sans", {japanese!r}]
        # What a font lacks, or an older matplotlib does not do, is told, and is no reason to leave a box.
        suppress_warnings = ["llmpipeline.draw", "llmpipeline.font"]
        """,
    )
    build = project.run("html", "-n", "-W")
    assert (build.status, build.warnings) == (0, "")
    return build.out


def test_text_of_other_scripts_stays_in_its_box(foreign: Path, browser: Browser) -> None:
    with served(foreign) as url:
        browser.open(f"{url}/index.html")
        measured = browser.run(MEASURE)
        assert unloaded_fonts(browser) == set()
    assert [
        (part["name"], text["text"], text["box"], text["shape"])
        for diagram in measured
        for part in (*diagram["nodes"], *diagram["groups"])
        for text in part["texts"]
        if not (text["shape"]["x0"] <= text["box"]["x0"] and text["box"]["x1"] <= text["shape"]["x1"])
    ] == []
    # Chromium draws emoji in a font that matplotlib cannot read.
    assert [
        (used["text"], used["width"], expected)
        for diagram in measured
        for used in diagram["fonts"]
        for font in [metrics(families(used["families"])[1], used["weight"], used["italic"])]
        for expected in [font.width(used["text"]) * used["size"]]
        if all(map(font.has, used["text"])) and abs(used["width"] - expected) > max(0.02 * expected, 0.5)
    ] == []


# Search


def test_search_finds_a_page_by_a_word_of_a_label(furo: Site, browser: Browser) -> None:
    browser.open(f"{furo.url}/search.html?q=WAVE")
    found = browser.run(
        """
        for (let wait = 0; wait < 100; wait++) {
          const links = [...document.querySelectorAll("#search-results li a")].map(link => link.getAttribute("href"));
          if (links.length) return links;
          await new Promise(done => setTimeout(done, 50));
        }
        return [];
        """
    )
    assert [link.partition("?")[0].partition("#")[0] for link in found] == ["hard.html"]


# Colours


def luminance(color: list[int]) -> float:
    linear = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def paint(browser: Browser, theme: str) -> None:
    """Switch furo, as its button does."""
    browser.run(f"document.body.dataset.theme = {json.dumps(theme)}")


@pytest.fixture(scope="module")
def furo(built: dict[str, Path]) -> Iterator[Site]:
    with served(built["furo"]) as url:
        yield Site("furo", built["furo"], url)


@pytest.mark.parametrize("mode", ["light", "dark", "auto"])
def test_text_can_be_read(furo: Site, browser: Browser, mode: str) -> None:
    browser.prefer("dark" if mode == "auto" else "light")
    faint, fills = set(), set()
    # What the system asks for has the colours of dark.
    for page in furo.pages if mode != "auto" else ("configuration.html", "figures.html", "hard.html"):
        browser.open(f"{furo.url}/{page}")
        paint(browser, mode)
        for part, text, color, fill, fixed in browser.run(CONTRAST):
            if not fixed:  # the gallery's light and dark looks, and colours of values, are the same on every page
                fills.add(luminance(fill) > 0.4)
            if contrast(color, fill) < 4.5:
                faint.add((page, part, text, round(contrast(color, fill), 2)))
    browser.prefer("light")
    assert faint == set()
    assert fills == {mode == "light"}


# Access


def violations(browser: Browser, axe: str) -> list[str]:
    """What axe-core finds in the figures of the page that is shown."""
    browser.load(axe)
    found = browser.run(
        """
        const found = await axe.run({include: [["figure.llmpipeline-figure"]]});
        return found.violations.flatMap(rule => rule.nodes.map(
          node => `${rule.id} ${document.querySelector(node.target[0]).closest("figure").id} ${node.html.slice(0, 90)}`
        ));
        """
    )
    return list(found)


def test_axe_finds_nothing(site: Site, browser: Browser, axe: str) -> None:
    """On light pages that have all kinds of figures: all pages of the manual are looked at in dark."""
    found = set()
    for page in ("configuration.html", "corpus.html", "figures.html", "hard.html", "index.html", "plots.html"):
        browser.open(f"{site.url}/{page}")
        paint(browser, "light")
        found |= {(page, wrong) for wrong in violations(browser, axe)}
    assert sorted(found) == []


def test_axe_finds_nothing_on_a_telephone(site: Site, browser: Browser, axe: str) -> None:
    browser.resize(*NARROW)
    found = set()
    for page in ("corpus.html", "hard.html"):
        browser.open(f"{site.url}/{page}")
        assert browser.run(
            """
            return [...document.querySelectorAll(".llmpipeline-narrow")].some(
              narrow => narrow.checkVisibility({visibilityProperty: true})
            );
            """
        )
        found |= {(page, wrong) for wrong in violations(browser, axe)}
    browser.resize(*WIDE)
    assert sorted(found) == []


def test_text_is_legible_on_a_telephone(site: Site, browser: Browser) -> None:
    browser.resize(*NARROW)
    small = []
    for page in site.pages:
        browser.open(f"{site.url}/{page}")
        for name, scale, sizes in browser.run(
            """
            // A thumbnail is a picture of a diagram, to which it leads.
            return [...document.querySelectorAll("svg.llmpipeline:not(.thumbnail *)")].map(svg => [
              svg.dataset.diagram, svg.getScreenCTM().a,
              [...svg.querySelectorAll("text")].map(text => parseFloat(getComputedStyle(text).fontSize)),
            ]);
            """
        ):
            # What is drawn smaller, as a script is, does not shrink further; all else has 8.3 pixels on a phone.
            small += [(page, name, size) for size in set(sizes) if size * scale < min(8.3, size) - 0.01]
    browser.resize(*WIDE)
    assert small == []


def test_every_link_is_reached_by_keyboard_and_shows_it(furo: Site, browser: Browser) -> None:
    browser.open(f"{furo.url}/hard.html")
    # What fades or blinks would be another picture each time.
    browser.still()
    browser.run(
        """
        window.links = [...document.querySelectorAll("svg.llmpipeline a")].filter(
          link => link.checkVisibility({visibilityProperty: true})
        );
        links.forEach((link, index) => link.dataset.test = index);
        """
    )
    strokes = browser.run(
        """
        return links.map(link => parseFloat(getComputedStyle(link.firstElementChild).strokeWidth));
        """
    )
    assert len(strokes) == 11
    reached: list[int] = []
    dull: list[str] = []
    for _ in range(400):
        browser.press_tab()
        focus = browser.run(
            """
            const link = document.activeElement;
            if (!link || link === document.body) return null;
            if (link.dataset.test === undefined) return {index: -1};
            const css = getComputedStyle(link), path = link.querySelector(":scope > path");
            const box = link.getBoundingClientRect();
            return {
              index: Number(link.dataset.test), href: link.getAttribute("href"),
              matches: link.matches(":focus-visible"), outline: css.outlineStyle, width: parseFloat(css.outlineWidth),
              stroke: path && parseFloat(getComputedStyle(path).strokeWidth),
              box: {x: box.x + scrollX - 8, y: box.y + scrollY - 8, width: box.width + 16, height: box.height + 16},
            };
            """
        )
        if focus is None:
            break
        if focus["index"] < 0:
            continue
        reached.append(focus["index"])
        assert focus["matches"]
        assert (focus["outline"], focus["width"]) == ("solid", 2)
        if focus["stroke"] is not None:
            assert focus["stroke"] > strokes[focus["index"]]
        in_focus = browser.picture(focus["box"])
        browser.run("document.activeElement.blur()")
        if browser.picture(focus["box"]) == in_focus:
            dull.append(focus["href"])
    assert reached == list(range(len(strokes)))
    assert dull == []


def test_list_for_screen_readers_is_there_and_holds_no_stop_for_the_keyboard(furo: Site, browser: Browser) -> None:
    browser.open(f"{furo.url}/hard.html")
    texts, stops, hidden = browser.run(
        """
        const lists = [...document.querySelectorAll(".llmpipeline-text")];
        return [
          lists.map(list => list.textContent),
          lists.flatMap(list => [...list.querySelectorAll("a, button, [tabindex]")]).length,
          lists.every(list => list.checkVisibility() && list.getBoundingClientRect().width <= 1),
        ];
        """
    )
    assert len(texts) == 6
    assert all("→" in text for text in (texts[0], texts[1], texts[3], texts[4], texts[5]))
    assert stops == 0
    assert hidden


def test_names_and_roles_in_the_tree_for_screen_readers(furo: Site, browser: Browser) -> None:
    browser.open(f"{furo.url}/hard.html")
    browser.call("Accessibility.enable")
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    told = Counter(
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"] and "role" in node
    )
    # Where a picture holds links, its parts are told one by one; else it is an image.
    assert (told["image", "All kinds"], told["group", "Links"]) == (1, 1)
    links = {name for role, name in told if role == "link"}
    # A tooltip says more about a link; it is not its name.
    assert {"Syntax", "Section", "there", "Plain", "Inner", "Group", "labelled"} <= links
    assert "" not in links
    (description,) = (
        node["description"]["value"]
        for node in nodes
        if node.get("name", {}).get("value") == "Links" and node.get("role", {}).get("value") == "group"
    )
    assert description.startswith("The diagram starts with Syntax. ")
