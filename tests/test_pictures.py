"""Every diagram of the documentation, and random ones: nothing overlaps, and every line leads where it should."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline import rendering as draw
from sphinxext.llmpipeline.drawing.scene import Scene as Drawn
from sphinxext.llmpipeline.extension import scheduling as dispatch
from sphinxext.llmpipeline.geometry.primitives import Curve
from sphinxext.llmpipeline.layout.result import PlacedEdge
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, Splines
from tests.checker import CHECKS, Check, Picture, edge_is_not_square, edge_runs_through_a_title, problems, report
from tests.conftest import Project
from tests.strategies import pipelines

DOCS = Path(__file__).parent.parent / "docs"

# The checker itself: each check finds what it is there for.

PLAIN = Picture.of(
    parse(
        "group g: Title\n   node a\n   node b\n   a -> b: label\nnode c\nnode d\nb -> c: another\nc <-> d\nd -- a",
        direction="LR",
    )
)


def straight(key: int, *points: tuple[float, float]) -> PlacedEdge:
    return replace(EDGES[key], splines=(Curve(points),))


NODES, EDGES, GROUPS = PLAIN.placed.nodes, PLAIN.placed.edges, PLAIN.placed.groups
FIRST, LAST = EDGES[1].splines[0].points[0], EDGES[1].splines[-1].points[-1]
BROKEN = {
    "nodes_overlap": PLAIN.changed(nodes={"c": NODES["d"]}),
    "label_leaves_its_node": PLAIN.changed(nodes={"c": replace(NODES["c"], label=NODES["c"].label.moved(0, 15))}),
    "text_is_larger_than_its_label": PLAIN.changed(edges={1: replace(EDGES[1], label=NODES["a"].label)}),
    "label_of_an_edge_covers": PLAIN.changed(edges={0: replace(EDGES[0], label=NODES["a"].label)}),
    "title_covers": PLAIN.changed(groups={"g": replace(GROUPS["g"], label=NODES["a"].box)}),
    "edge_runs_through_a_node": PLAIN.changed(edges={1: straight(1, FIRST, NODES["d"].box.center, LAST)}),
    "edge_does_not_touch_its_ends": PLAIN.changed(edges={1: EDGES[1].moved(0, 40)}),
    "edge_runs_the_wrong_way": PLAIN.changed(edges={1: straight(1, LAST, FIRST)}),
    "arrowheads_are_not_those_of_the_kind": PLAIN.changed(edges={2: replace(EDGES[2], arrowheads=())}),
    "group_does_not_hold_what_is_in_it_alone": PLAIN.changed(nodes={"a": NODES["a"].moved(0, 200)}),
    "label_leaves_its_group": PLAIN.changed(edges={0: replace(EDGES[0], label=NODES["d"].box.moved(0, 200))}),
}


def test_the_plain_picture_is_right() -> None:
    assert problems(PLAIN) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_finds_what_is_wrong(check: Check) -> None:
    assert list(check(BROKEN[check.__name__])) != []


def test_every_failing_check_is_reported() -> None:
    picture = PLAIN.changed(nodes={"c": NODES["d"]}, edges={2: replace(EDGES[2], arrowheads=())})
    lines = report({"one": problems(picture, edge_runs_through_a_title), "other": problems(PLAIN)}).split("\n")
    assert {
        "one: nodes_overlap: c overlaps d",
        "one: arrowheads_are_not_those_of_the_kind: c to d (exchange) has 0",
    } <= {*lines}
    assert all(line.startswith("one: ") for line in lines)
    assert report({"other": problems(PLAIN)}) == ""


def test_a_line_through_a_title_and_one_at_a_slant_are_found() -> None:
    picture = PLAIN.changed(edges={1: straight(1, FIRST, GROUPS["g"].label.center, LAST)})
    assert list(edge_runs_through_a_title(picture)) == ["b to c runs through the title of g"]
    assert "b to c" in [found.partition(" is off")[0] for found in edge_is_not_square(picture)]


# The documentation


@pytest.fixture(scope="module")
def documentation(tmp_path_factory: pytest.TempPathFactory, manual: Path) -> tuple[dict[str, Picture], Path]:
    """Every diagram of the documentation as it was drawn, by the ids of its nodes; and its pages."""
    project = Project(tmp_path_factory.mktemp("docs"))
    shutil.copytree(manual, project.source, ignore=shutil.ignore_patterns("_build"))
    for included in ("CHANGELOG.md", "CONTRIBUTING.md", "sphinxext"):
        (project.root / included).symlink_to(manual.parent / included)
    drawn: dict[str, Picture] = {}

    def record(made: Drawn) -> Drawn:
        name = " ".join(node.id for node in made.pipeline.nodes)
        drawn[f"{name} ({made.style.name})"] = Picture.of_layout(made.pipeline, made.text, made.layout)
        return made

    with pytest.MonkeyPatch.context() as patch:
        make = draw.Scene
        patch.setattr(draw, "Scene", lambda *given, **named: record(make(*given, **named)))
        patch.setattr(dispatch, "processors", lambda: 1)  # so that all are drawn here
        build = project.build("html", "-D", "html_theme=basic")
    assert build.status == 0
    return drawn, build.out


def drawings(out: Path) -> list[str]:
    """The drawings in all pages."""
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html")))
    strut = r'(?:\n<svg class="llmpipeline-strut"[^\n]*)?'
    return re.findall(rf'<svg [^>]*class="llmpipeline .*?</svg>{strut}', pages, re.DOTALL)


def test_all_diagrams_of_the_documentation_are_looked_at(documentation: tuple[dict[str, Picture], Path]) -> None:
    """Those that are shown twice are drawn once."""
    pictures, out = documentation
    written = "".join(
        path.read_text(encoding="utf-8")
        for suffix in ("rst", "md")
        for folder in (DOCS, DOCS / "examples")
        for path in folder.glob(f"*.{suffix}")
    )
    shown = len(drawings(out))
    assert len(re.findall(r"^\.\. llmpipeline::|^```\{llmpipeline\}", written, re.MULTILINE)) <= shown
    assert 40 < len(pictures) <= shown


def test_nothing_is_wrong_in_the_documentation(documentation: tuple[dict[str, Picture], Path]) -> None:
    found = report({name: problems(picture, edge_runs_through_a_title) for name, picture in documentation[0].items()})
    assert not found, found


@pytest.mark.parametrize("page", [360.0, 700.0])
def test_text_is_legible_on_any_page(documentation: tuple[dict[str, Picture], Path], page: float) -> None:
    """A drawing is as wide as its page at most, but for its least width, past which it scrolls.

    Where there is smaller text, as an index of a formula, nothing shrinks; where little is missing, a tenth more does.
    """
    for drawing in drawings(documentation[1]):
        own = re.search(r'<svg [^>]*? width="([\d.]+)"', drawing)
        least = re.search(r'<svg class="llmpipeline-strut" width="([\d.]+)"', drawing)
        if least is None:
            assert re.search(r'<svg [^>]*? width="[^"]+" viewBox', drawing)  # the author says how wide it is
            continue
        assert own is not None
        scale = max(float(least[1]), min(float(own[1]), page)) / float(own[1])
        sizes = [float(size) for size in re.findall(r'<(?:svg|text) [^>]*?font-size="([\d.]+)"', drawing)]
        assert min(sizes) * scale >= min(10.0 / 1.1, min(sizes)) - 0.01, drawing[:300]


# Random diagrams


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(pipelines())
def test_nothing_is_wrong_in_random_diagrams(pipeline: Pipeline) -> None:
    found = "\n".join(problems(Picture.of(pipeline)))
    assert not found, found


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(pipelines())
def test_nothing_is_wrong_in_random_diagrams_with_square_lines(pipeline: Pipeline) -> None:
    found = "\n".join(problems(Picture.of(replace(pipeline, splines="ortho")), edge_is_not_square))
    assert not found, found


@pytest.mark.parametrize("splines", ["spline", "ortho"])
@pytest.mark.parametrize("direction", DIAGRAM_DIRECTIONS)
def test_stages(direction: str, splines: Splines) -> None:
    """The shape of most training documentation: each stage runs down, and its model feeds the next."""
    text = (DOCS / "examples" / "stages.rst").read_text(encoding="utf-8").partition("\n\n")[2]
    picture = Picture.of(replace(parse(text), direction=direction, splines=splines))
    found = "\n".join(problems(picture))
    assert not found, found
    for group in ("pre", "sft", "rl"):
        members = [at for id, at in picture.nodes.items() if group in picture.around[id]]
        assert [box.y1 for box in members] == sorted((box.y1 for box in members), reverse=True)
