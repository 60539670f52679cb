"""What suits the page: the simplest that stays legible."""

from __future__ import annotations

import statistics
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout import search as fit
from sphinxext.llmpipeline.layout.search import Fitted
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.style.encoding import Encoding
from sphinxext.llmpipeline.style.types import Style
from tests.conftest import SEED
from tests.strategies import pipelines

DOCS = Path(__file__).parents[2] / "docs"
CORPUS = sorted((DOCS / "corpus").glob("*.txt"))


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> list[Pipeline]:
    """What is laid out, in its order."""
    found: list[Pipeline] = []
    draft = fit._Drafts.draft

    def record(self: object, pipeline: Pipeline, style: Style) -> object:
        found.append(pipeline)
        return draft(self, pipeline, style)  # type: ignore[arg-type]

    monkeypatch.setattr(fit._Drafts, "draft", record)
    return found


def fitted(text: str, width: float = 700.0, style: Style = MODERN) -> Fitted:
    return fit.fit(parse(text), style, width)


def wide(found: Fitted) -> float:
    return found.placed.layout.box.width + 2 * found.style.margin


def body(text: str) -> str:
    """The declarations in a directive."""
    return text.partition("built\n")[2]


def chain(count: int) -> str:
    return " -> ".join(f"step-number-{index}" for index in range(count))


def test_the_diagram_that_began_it_all_stays_left_to_right() -> None:
    found = fitted(body(SEED))
    assert found.pipeline.direction == "LR"
    assert wide(found) <= 700
    a, b, c = (node.box.center for node in found.placed.layout.nodes)
    assert a[0] < b[0] < c[0]


def test_what_fits_is_as_it_was_declared_and_laid_out_once_or_little_more(drafts: list[Pipeline]) -> None:
    found = fitted(chain(3))
    assert found.pipeline.direction == "LR"
    assert found.style.label_width == MODERN.label_width
    assert [pipeline.direction for pipeline in drafts] == ["LR"]


def test_a_long_chain_turns(drafts: list[Pipeline]) -> None:
    found = fitted(chain(12))
    assert found.pipeline.direction == "TB"
    assert wide(found) <= 700
    assert [pipeline.direction for pipeline in drafts] == ["TB"]


def test_a_wider_page_keeps_it() -> None:
    assert fitted(chain(12), 3000.0).pipeline.direction == "LR"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_direction_that_was_asked_for_is_kept(direction: Direction, drafts: list[Pipeline]) -> None:
    by_diagram = fit.fit(parse(chain(12), direction=direction), MODERN, 100.0)
    by_style = fit.fit(parse(chain(12)), replace(MODERN, direction=direction), 100.0)
    assert by_diagram.pipeline.direction == by_style.pipeline.direction == direction
    assert by_diagram.placed == by_style.placed
    assert len(drafts) == 2


def test_the_diagram_may_leave_it_to_the_page_where_the_style_does_not() -> None:
    style = replace(MODERN, direction="BT")
    assert fit.fit(parse(chain(3), direction="auto"), style, 700.0).pipeline.direction == "LR"


STAGES = (
    "\n".join(
        f"group g{stage}: Stage {stage}\n"
        + "\n".join(f"   node n{stage}-{index}: Some step" for index in range(4))
        + "\n"
        f"   n{stage}-0 -> n{stage}-1 -> n{stage}-2 -> n{stage}-3"
        for stage in range(3)
    )
    + "\nn0-3 -> n1-0\nn1-3 -> n2-0"
)


def test_groups_run_across_where_the_whole_is_too_wide() -> None:
    found = fitted(STAGES)
    assert found.pipeline.direction == "LR"
    assert [group.direction for group in found.pipeline.groups] == ["TB"] * 3
    assert wide(found) <= 700


def test_a_group_with_a_direction_of_its_own_keeps_it(drafts: list[Pipeline]) -> None:
    fitted(STAGES.replace("Stage 1\n", "Stage 1\n   :direction: LR\n"))
    assert {pipeline.groups[1].direction for pipeline in drafts} == {"LR"}
    assert "TB" in {pipeline.groups[0].direction for pipeline in drafts}


def test_labels_are_broken_before_text_shrinks() -> None:
    found = fitted(body(SEED))
    assert found.style.label_width < MODERN.label_width
    assert wide(fitted(body(SEED), 2000.0)) > 700


def test_many_alternatives_stand_below_each_other() -> None:
    text = "\n".join(f"a -> b{index}" for index in range(30))
    found = fitted(text)
    assert found.pipeline.direction == "LR"
    assert wide(found) < 700


def test_a_layout_with_edges_in_the_way_of_nodes_is_not_taken_for_a_little_room() -> None:
    found = fitted((DOCS / "corpus" / "040.txt").read_text(encoding="utf-8"))
    assert [group.direction for group in found.pipeline.groups] == [None] * 7


def test_panels_are_fitted_together() -> None:
    text = f"panel p: One\n   {chain(3)}\npanel q: Two\n   " + chain(3).replace("step", "part")
    found = fitted(text)
    assert wide(found) <= 700
    assert found.pipeline.direction == "TB"


def test_square_lines_stay_square_in_panels() -> None:
    text = "panel p: One\n   node a: A longer label\n   node b\n   node c\n   a -> b\n   a -> c"
    found = fit.fit(replace(parse(text), splines="ortho"), MODERN, 700.0)
    for edge in found.placed.layout.edges:
        xs, ys = zip(*(point for spline in edge.splines for point in spline.points[::3]), strict=True)
        assert all(min(abs(x1 - x0), abs(y1 - y0)) < 1 for x0, y0, x1, y1 in zip(xs, ys, xs[1:], ys[1:], strict=False))


def _legible(direction: str) -> int:
    """How many of the real diagrams are legible on a page of 700 pixels without scrolling."""
    found = [
        fit.fit(parse(file.read_text(encoding="utf-8"), direction=direction), MODERN, 700.0)  # type: ignore[arg-type]
        for file in CORPUS
    ]
    return sum(wide(one) * MODERN.legible_scale <= 700 for one in found)


def test_as_many_of_the_real_diagrams_are_legible_as_is_documented() -> None:
    page = " ".join((DOCS / "syntax.rst").read_text(encoding="utf-8").split())
    assert f"Of the {len(CORPUS)} real diagrams" in page
    left_to_right, auto = _legible("LR"), _legible("auto")
    assert f"{left_to_right} are legible on a page of 700 pixels from left to right, and {auto} with ``auto``" in page
    assert f"the other {len(CORPUS) - auto} scroll" in page


def best(pipeline: Pipeline, width: float) -> tuple[Pipeline, float]:
    """What costs least of all that may be tried, and the width of its labels."""
    every = fit._Drafts(Encoding(), "pygraphviz", "dot")
    costs = [
        (other + fit._cost(every.draft(candidate, own), width), number, candidate, own.label_width)
        for number, (candidate, own, other) in enumerate(fit._candidates(pipeline, MODERN))
    ]
    return min(costs)[2:]


@pytest.mark.parametrize("file", [*CORPUS], ids=lambda file: str(file.stem))
@pytest.mark.parametrize("width", [460.0, 700.0, 1000.0])
def test_what_is_not_laid_out_would_not_have_been_better(file: Path, width: float) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"))
    found = fit.fit(pipeline, MODERN, width)
    assert (found.pipeline, found.style.label_width) == best(pipeline, width)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(pipelines(), st.sampled_from([460.0, 700.0]))
def test_of_random_diagrams_neither(pipeline: Pipeline, width: float) -> None:
    pipeline = replace(pipeline, direction="auto")
    found = fit.fit(pipeline, MODERN, width)
    assert (found.pipeline, found.style.label_width) == best(pipeline, width)


def test_most_diagrams_are_laid_out_once(drafts: list[Pipeline]) -> None:
    made = []
    for file in CORPUS:
        drafts.clear()
        fitted(file.read_text(encoding="utf-8"))
        made.append(len(drafts))
    assert statistics.median(made) == 1
