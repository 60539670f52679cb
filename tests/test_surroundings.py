"""What the page around a drawing may do to it, in Chromium and in Firefox: marks of a search, fonts, colours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.colors import to_rgb

from sphinxext.llmpipeline import Label, LegendEntry, Run, Scale, Style, parse, read_style
from sphinxext.llmpipeline.drawing.colors import Color
from sphinxext.llmpipeline.drawing.svg import write
from sphinxext.llmpipeline.geometry.primitives import Curve, Point
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.rendering import compose
from sphinxext.llmpipeline.style.css import stylesheet
from sphinxext.llmpipeline.text.lines import PlacedRun
from tests.browser import MEASURE, Browser, served
from tests.conftest import Project
from tests.firefox import Firefox

pytestmark = pytest.mark.program

INDEX = r"""
Title
=====

.. llmpipeline::
   :name: flow
   :caption: A way with a tokenizer

   data a: Tokenizer *in* **a** ``label``
      :tooltip: A tokenizer, too
      :link: https://example.org/a
   model b: See `a tokenizer <https://example.org/b>`__
      :note: a *note*
   group g: Title **bold** ``literal``
      train c: AVAVA fi ffi
         :repeat: 12
   decision d: :math:`\alpha = \frac{a}{b}`
   a -> b: tokenizer
   b -> c: one ``two``
   c -> d: 100 %

The tokenizer after it.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the folder of a site."""
    project = Project(tmp_path_factory.mktemp("surroundings"))
    project.write({"index.rst": INDEX}, "llmpipeline_narrow_width = 0")
    build = project.run("html", "-W", "-D", "html_theme=basic")
    assert (build.status, build.warnings) == (0, "")
    with served(build.out) as url:
        yield url


# Marks of a search


def test_words_of_a_search_are_marked_in_labels_and_after_the_diagram(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html?highlight=tokenizer")
    marked, boxes, titles = engine.run(
        """
        for (let wait = 0; wait < 100 && !document.querySelector(".highlighted"); wait++)
          await new Promise(done => setTimeout(done, 20));
        const covers = (mark, text) => {
          const [one, other] = [mark, text].map(element => element.getBoundingClientRect());
          const x = (other.left + other.right) / 2, y = (other.top + other.bottom) / 2;
          return one.left < x && x < one.right && one.top < y && y < one.bottom;
        };
        return [
          [...document.querySelectorAll("section > p .highlighted")].map(mark => mark.textContent),
          [...document.querySelectorAll("svg rect.highlighted")].map(mark => [
            mark.nextElementSibling.textContent, getComputedStyle(mark).fill, getComputedStyle(mark).stroke,
            covers(mark, mark.nextElementSibling),
          ]),
          [...document.querySelectorAll("svg title, svg desc")].map(title => title.childElementCount),
        ];
        """
    )
    assert marked == ["tokenizer"]
    yellow = "rgb(251, 229, 78)", "none", True
    assert [tuple(box) for box in boxes] == [
        ("tokenizer", *yellow),
        ("Tokenizer ", *yellow),
        ("a tokenizer", *yellow),
    ]
    assert titles == [0, 0, 0]


# What is inherited

INHERITED = {
    "direction": "rtl",
    "dominant-baseline": "middle",
    "fill-opacity": "0.5",
    "font-feature-settings": '"smcp"',
    "font-kerning": "none",
    "font-size-adjust": "0.9",
    "font-style": "italic",
    "font-variant": "small-caps",
    "font-variation-settings": '"wght" 900',
    "font-weight": "700",
    "letter-spacing": "2px",
    "line-height": "3",
    "paint-order": "stroke",
    "stroke": "red",
    "stroke-dasharray": "3px, 3px",
    "stroke-linecap": "round",
    "stroke-opacity": "0.5",
    "stroke-width": "3px",
    "text-anchor": "end",
    "text-emphasis": "filled dot",
    "text-indent": "2em",
    "text-orientation": "upright",
    "text-shadow": "1px 1px red",
    "text-transform": "uppercase",
    "white-space": "pre",
    "word-spacing": "1em",
    "writing-mode": "vertical-rl",
}
"""Properties that text or lines inherit, and values that would change a drawing."""
LINKS = {"font": "italic 700 24px serif", "letter-spacing": "2px", "text-transform": "uppercase"}
"""What a theme may say of all links."""

COMPUTED = """
return [...document.querySelectorAll("svg.llmpipeline :is(text, tspan, path)")].map(element => {
  const css = getComputedStyle(element);
  return Object.fromEntries(names.map(name => [name, css.getPropertyValue(name)]));
});
"""


def rule(selector: str, declarations: dict[str, str]) -> str:
    """A script that adds a rule to the page."""
    body = "; ".join(f"{name}: {value}" for name, value in declarations.items())
    return (
        "document.head.prepend(Object.assign(document.createElement('style'), "
        f"{{textContent: {json.dumps(f'{selector} {{ {body} }}')}}}));\n"
    )


def measured(engine: Browser | Firefox) -> Any:
    """Measures of the drawing to a tenth of a unit, because its place on the page adds small fractions."""
    return json.loads(json.dumps(engine.run(MEASURE)), parse_float=lambda number: round(float(number), 1))


def looks(engine: Browser | Firefox) -> tuple[Any, Any]:
    """The computed styles and the boxes of the drawing."""
    return engine.run(f"const names = {json.dumps([*INHERITED])};\n{COMPUTED}"), measured(engine)


def test_nothing_that_changes_a_drawing_is_inherited(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    before = looks(engine)
    engine.run(f"{rule('figure', INHERITED)}{rule('a', LINKS)}")
    figure = engine.run("const css = getComputedStyle(document.querySelector('figure')); return css.letterSpacing;")
    assert figure == "2px"
    after = looks(engine)
    assert after[0] == before[0]
    assert after[1] == before[1]


def test_direction_of_the_page_does_not_matter(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    before = measured(engine)
    engine.run("document.documentElement.dir = 'rtl'")
    assert engine.run("return getComputedStyle(document.querySelector('figure')).direction") == "rtl"
    assert measured(engine) == before


def test_rules_of_a_project_for_the_drawing_still_count(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    engine.run(rule(".llmpipeline", {"letter-spacing": "1px", "font-style": "italic"}))
    found = engine.run(
        "const css = getComputedStyle(document.querySelector('svg text')); return [css.letterSpacing, css.fontStyle];"
    )
    assert found == ["1px", "italic"]


def test_text_stays_in_a_box_in_every_browser(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    outside = [
        (part["name"], text["text"], text["box"], text["shape"])
        for diagram in engine.run(MEASURE)
        for part in (*diagram["nodes"], *diagram["groups"])
        for text in part["texts"]
        if not (text["shape"]["x0"] <= text["box"]["x0"] and text["box"]["x1"] <= text["shape"]["x1"])
    ]
    assert outside == []


# Colours

COLORED = r"""
model a: Alpha
   :repeat: 12
   :value: 1B
data b: Beta
   :note: a note
   :value: 3B
decision d: no value
group g: Title
   :repeat: N
   tool c: Gamma
a -> b: label
b => c
   :value: 1
c --> d
   :value: 2
d <-> a
a -- c
"""
_Pair = tuple[Color | None, Color | None]


class Recorder:
    """A surface that notes the fill and the stroke of each shape and text."""

    def __init__(self) -> None:
        self.found: list[_Pair] = []

    @contextmanager
    def part(self, name: str, index: int) -> Iterator[None]:
        yield

    def path(
        self,
        curve: Curve,
        width: float,
        stroke: Color,
        fill: Color | None = None,
        dash: tuple[float, ...] = (),
        *,
        away: float = 0.0,
        hidden: bool = False,
    ) -> None:
        self.found.append((fill, stroke if width else None))

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        self.found.append((color, None))


@pytest.fixture(scope="module")
def colored() -> tuple[str, list[_Pair], Style]:
    """A drawing with every part that has a colour, its colours in order, and its style."""
    style, problems = read_style({"name": "own", "edges": {"derive": {"light": "#005f87"}}})
    assert problems == []
    pipeline = parse(COLORED)
    formula = Label(((Run(r"\frac{a}{b}", "math"),),))
    legend = (LegendEntry("node", "model", "Model"), LegendEntry("node", "store", "Store"))
    legend += (LegendEntry("edge", "derive", "Derive"), LegendEntry("edge", "link", "Link"))
    pipeline = replace(
        pipeline,
        nodes=tuple(replace(node, label=formula) if node.id == "d" else node for node in pipeline.nodes),
        node_scale=Scale("viridis"),
        edge_scale=Scale("magma"),
        legend=legend,
    )
    scene, _ = compose(Job(pipeline, style, "svg"))
    recorder = Recorder()
    scene.draw(recorder)
    return write(scene).data.decode(), recorder.found, style


def shown(engine: Browser | Firefox) -> list[tuple[str, str]]:
    """Fill and stroke of each shape and text of the drawing, in order, with those inside a formula."""
    found = engine.run(
        """
        return [...document.querySelectorAll("svg :is(path, text)")].map(element => {
          const css = getComputedStyle(element);
          const inner = [element, ...element.children];
          if (element.matches("[transform] > text")) inner.push(...element.parentElement.children);
          return [[...new Set(inner.map(each => getComputedStyle(each).fill))].join(" "), css.stroke];
        });
        """
    )
    return [(fill, stroke) for fill, stroke in found]


def rgb(color: str) -> str:
    """A colour as browsers compute it."""
    return f"rgb({', '.join(str(round(255 * part)) for part in to_rgb(color))})"


def test_each_variable_reaches_its_elements_and_no_others(
    colored: tuple[str, list[_Pair], Style], engine: Browser | Firefox, tmp_path: Path
) -> None:
    drawing, pairs, style = colored
    names = sorted({color.variable for pair in pairs for color in pair if color and color.variable})
    assert {"model-stroke", "store-fill", "decision-text", "group-text", "edge", "edge-derive", "edge-text"} <= {*names}
    assert "model-text" not in names  # a value sets it
    marks = {name: f"rgb({index}, 0, 0)" for index, name in enumerate(names, 1)}
    declared = " ".join(f"--llmpipeline-{name}: {mark};" for name, mark in marks.items())
    page = tmp_path / "page.html"
    page.write_text(f"<style>{stylesheet([style])} .llmpipeline {{ {declared} }}</style>{drawing}")
    engine.open(page.as_uri())

    def expected(color: Color | None) -> str:
        return "none" if color is None else marks.get(color.variable) or rgb(color.light)

    assert shown(engine) == [(expected(fill), expected(stroke)) for fill, stroke in pairs]


@pytest.mark.parametrize("sheet", ["", stylesheet([])], ids=["nothing", "no-variables"])
def test_colours_are_light_without_variables(
    colored: tuple[str, list[_Pair], Style], engine: Browser | Firefox, tmp_path: Path, sheet: str
) -> None:
    drawing, pairs, _ = colored
    page = tmp_path / "page.html"
    page.write_text(f"<style>{sheet}</style>{drawing}")
    engine.open(page.as_uri())
    assert shown(engine) == [tuple("none" if color is None else rgb(color.light) for color in pair) for pair in pairs]


# Content security policy

WIDTHS = {"plain": "", "share": ":width: 50%", "length": ":width: 120px", "font": ":width: 10em"}
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'"


@pytest.fixture(scope="module", params=["svg", "png"])
def strict(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of two equal pages, of which one has a policy."""
    chain = "a -> b -> c -> d -> e -> f -> g -> h: label"
    diagrams = [f".. llmpipeline::\n   :name: {name}\n   {width}\n\n   {chain}\n" for name, width in WIDTHS.items()]
    project = Project(tmp_path_factory.mktemp("strict")).write(
        {"index.rst": "Title\n=====\n\n" + "\n".join(diagrams).replace("   \n\n", "\n")},
        f"""
        html_theme = "basic"
        llmpipeline_narrow_width = 0
        llmpipeline_formats = {{"html": {request.param!r}}}
        """,
    )
    build = project.run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    (build.out / "strict.html").write_text(build.read("index.html").replace("<head>", f"<head>{policy}", 1))
    with served(build.out) as url:
        yield url


def sizes(engine: Browser | Firefox, url: str) -> dict[str, tuple[float, float]]:
    """Widths and heights of the drawings."""
    engine.open(url)
    found = engine.run(
        """
        for (const image of document.images) {
          image.loading = "eager";
          await image.decode();
        }
        return Object.fromEntries([...document.querySelectorAll(".llmpipeline-scroll > .llmpipeline")].map(drawing => {
          const {width, height} = drawing.getBoundingClientRect();
          return [drawing.dataset.diagram, [width, height]];
        }));
        """
    )
    return {name: (width, height) for name, (width, height) in found.items()}


def test_a_policy_without_inline_styles_changes_no_size(strict: str, engine: Browser | Firefox) -> None:
    engine.resize(500, 700)
    free, held = sizes(engine, f"{strict}/index.html"), sizes(engine, f"{strict}/strict.html")
    column = engine.run("return document.querySelector('.llmpipeline-scroll').clientWidth")
    engine.resize(1200, 900)
    assert held == free
    assert held["plain"][0] > column  # it scrolls
    assert held["share"][0] == pytest.approx(column / 2, abs=0.5)
    assert held["length"][0] == 120
    assert held["font"][0] in (130, 160)  # in the font of the drawing or of the page
    ratio = held["plain"][0] / held["plain"][1]
    assert [width / height for width, height in held.values()] == pytest.approx([ratio] * 4, rel=0.01)
