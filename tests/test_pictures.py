"""Every diagram of the documentation, and random ones: nothing overlaps, and every line leads where it should."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline import rendering as draw
from sphinxext.llmpipeline.drawing.scene import Scene as Drawn
from sphinxext.llmpipeline.extension import scheduling as dispatch
from sphinxext.llmpipeline.geometry.primitives import Curve
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.model.pipeline import (
    DIAGRAM_DIRECTIONS,
    Pipeline,
    Splines,
)
from tests.checker import CHECKS, Picture, edge_is_not_square, edge_runs_through_a_title, problems
from tests.conftest import Project
from tests.layouts import edges, groups, nodes
from tests.strategies import pipelines

DOCS = Path(__file__).parent.parent / "docs"

# The checker itself: each check finds what it is there for.

PLAIN = Picture.of(
    parse(
        "group g: Title\n   node a\n   node b\n   a -> b: label\nnode c\nnode d\nb -> c: another\nc <-> d\nd -- a",
        direction="LR",
    )
)


def changed(**parts: dict[int, object]) -> Picture:
    """The plain picture with some parts of its layout, by their places in it, in other places."""
    layout: Layout = PLAIN.layout
    for name, changes in parts.items():
        values = dict(getattr(layout, name))
        keys = list(values)
        layout = replace(layout, **{name: values | {keys[index]: value for index, value in changes.items()}})
    return replace(PLAIN, layout=layout)


def straight(index: int, *points: tuple[float, float]) -> object:
    return replace(PLAIN.layout.edges[index], splines=(Curve(points),))


NODES, EDGES, GROUPS = nodes(PLAIN.layout), edges(PLAIN.layout), groups(PLAIN.layout)
FIRST, LAST = EDGES[1].splines[0].points[0], EDGES[1].splines[-1].points[-1]
BROKEN = {
    "nodes_overlap": changed(nodes={2: NODES[3]}),
    "label_leaves_its_node": changed(nodes={2: replace(NODES[2], label=NODES[2].label.moved(0, 15))}),
    "text_is_larger_than_its_label": changed(edges={1: replace(EDGES[1], label=NODES[0].label)}),
    "label_of_an_edge_covers": changed(edges={0: replace(EDGES[0], label=NODES[0].label)}),
    "title_covers": changed(groups={0: replace(GROUPS[0], label=NODES[0].box)}),
    "edge_runs_through_a_node": changed(edges={1: straight(1, FIRST, NODES[3].box.center, LAST)}),
    "edge_does_not_touch_its_ends": changed(edges={1: EDGES[1].moved(0, 40)}),
    "edge_runs_the_wrong_way": changed(edges={1: straight(1, LAST, FIRST)}),
    "arrowheads_are_not_those_of_the_kind": changed(edges={2: replace(EDGES[2], arrowheads=())}),
    "group_does_not_hold_what_is_in_it_alone": changed(nodes={0: NODES[0].moved(0, 200)}),
    "label_leaves_its_group": changed(edges={0: replace(EDGES[0], label=NODES[3].box.moved(0, 200))}),
}


def test_the_plain_picture_is_right() -> None:
    assert problems(PLAIN) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_finds_what_is_wrong(check: Callable[[Picture], Iterator[str]]) -> None:
    assert list(check(BROKEN[check.__name__])) != []


def test_a_line_through_a_title_and_one_at_a_slant_are_found() -> None:
    picture = changed(edges={1: straight(1, FIRST, GROUPS[0].label.center, LAST)})
    assert list(edge_runs_through_a_title(picture)) == ["b to c runs through the title of g"]
    assert "b to c" in [found.partition(" is off")[0] for found in edge_is_not_square(picture)]


# The documentation


@pytest.fixture(scope="module")
def documentation(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Picture], Path]:
    """Every diagram of the documentation as it was drawn, by the ids of its nodes; and its pages."""
    project = Project(tmp_path_factory.mktemp("docs"))
    shutil.copytree(DOCS, project.source, ignore=shutil.ignore_patterns("_build"))
    for included in ("CHANGELOG.md", "sphinxext"):
        (project.root / included).symlink_to(DOCS.parent / included)
    drawn: dict[str, Picture] = {}

    def record(made: Drawn) -> Drawn:
        name = " ".join(node.id for node in made.pipeline.nodes)
        drawn[f"{name} ({made.style.name})"] = Picture(made.pipeline, made.style, made.blocks, made.layout)
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
    return re.findall(r'<svg [^>]*class="llmpipeline .*?</svg>', pages, re.DOTALL)


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


@pytest.mark.parametrize("check", [*CHECKS, edge_runs_through_a_title], ids=lambda check: check.__name__)
def test_nothing_is_wrong_in_the_documentation(
    documentation: tuple[dict[str, Picture], Path], check: Callable[[Picture], Iterator[str]]
) -> None:
    found = {name: list(check(picture)) for name, picture in documentation[0].items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("page", [360.0, 700.0])
def test_text_is_legible_on_any_page(documentation: tuple[dict[str, Picture], Path], page: float) -> None:
    """A drawing is as wide as its page at most, but for its least width, past which it scrolls.

    Where there is smaller text, as an index of a formula, nothing shrinks.
    """
    for drawing in drawings(documentation[1]):
        own = re.search(r'<svg [^>]*? width="([\d.]+)"', drawing)
        least = re.search(r'<svg [^>]*?style="min-width: ([\d.]+)px"', drawing)
        assert own is not None
        if least is None:
            assert re.search(r'<svg [^>]*?style="width: ', drawing)  # the author says how wide it is
            continue
        scale = max(float(least[1]), min(float(own[1]), page)) / float(own[1])
        sizes = [float(size) for size in re.findall(r'<(?:svg|text) [^>]*?font-size="([\d.]+)"', drawing)]
        assert min(sizes) * scale >= min(10.0, min(sizes)) - 0.01, drawing[:300]


# Random diagrams


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(pipelines())
def test_nothing_is_wrong_in_random_diagrams(pipeline: Pipeline) -> None:
    assert problems(Picture.of(pipeline)) == []


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(pipelines())
def test_nothing_is_wrong_in_random_diagrams_with_square_lines(pipeline: Pipeline) -> None:
    picture = Picture.of(replace(pipeline, splines="ortho"))
    assert [*problems(picture), *edge_is_not_square(picture)] == []


@pytest.mark.parametrize("splines", ["spline", "ortho"])
@pytest.mark.parametrize("direction", DIAGRAM_DIRECTIONS)
def test_stages(direction: str, splines: Splines) -> None:
    """The shape of most training documentation: each stage runs down, and its model feeds the next."""
    text = (DOCS / "examples" / "stages.rst").read_text(encoding="utf-8").partition("\n\n")[2]
    picture = Picture.of(replace(parse(text), direction=direction, splines=splines))
    assert problems(picture) == []
    for group in ("pre", "sft", "rl"):
        members = [at for id, at in picture.nodes.items() if group in picture.around[id]]
        assert [box.y1 for box in members] == sorted((box.y1 for box in members), reverse=True)
