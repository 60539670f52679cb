"""The search takes the simplest layout that stays legible; its lower bounds exclude no better one."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout import search as module
from sphinxext.llmpipeline.layout.digraph import GROUP_GAP
from sphinxext.llmpipeline.layout.engine import LayoutEngine
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.panels import PlacedPanels, place_panels
from sphinxext.llmpipeline.layout.search import free_directions, least_size, search
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, SPLINES, DiagramDirection, Direction, Splines
from sphinxext.llmpipeline.style.types import Style
from tests.conftest import SEED
from tests.layouts import ENGINE, Remembering, chained, edges, graph_of, sized
from tests.steps import ROUGHLY, growth
from tests.strategies import pipelines

DOCS = Path(__file__).parents[2] / "docs"
CORPUS = sorted((DOCS / "corpus").glob("*.txt"))


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[LayoutGraph]:
    """The graphs that are laid out, in their order."""
    found: list[LayoutGraph] = []

    def record(graph: LayoutGraph, *given: object) -> PlacedPanels:
        found.append(graph)
        return place_panels(graph, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "place_panels", record)
    return found


def found(pipeline: str | Pipeline, width: float = 700.0, style: Style = MODERN) -> PlacedPanels:
    return search(graph_of(pipeline, style), ENGINE, width)


def wide(found: PlacedPanels) -> float:
    return found.cleared(ENGINE).layout.box.width + 2 * found.graph.style.margin


def body(text: str) -> str:
    """The declarations in a directive."""
    return text.partition("built\n")[2]


def chain(count: int) -> str:
    return " -> ".join(f"step-number-{index}" for index in range(count))


def test_the_seed_stays_left_to_right() -> None:
    placed = found(body(SEED))
    assert placed.graph.direction == "LR"
    assert wide(placed) <= 700
    a, b, c = (node.box.center for node in placed.layout.nodes.values())
    assert a[0] < b[0] < c[0]


def test_a_diagram_that_fits_is_laid_out_once_as_declared(tried: list[LayoutGraph]) -> None:
    placed = found(chain(3))
    assert placed.graph.direction == "LR"
    assert placed.graph.style.label_width == MODERN.label_width
    assert tried == [placed.graph] == [graph_of(chain(3), MODERN)]


def test_a_long_chain_turns(tried: list[LayoutGraph]) -> None:
    placed = found(chain(12))
    assert placed.graph.direction == "TB"
    assert wide(placed) <= 700
    assert [graph.direction for graph in tried] == ["TB"]


def test_a_long_chain_stays_on_a_wider_page() -> None:
    assert found(chain(12), 3000.0).graph.direction == "LR"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_given_direction_is_kept(direction: Direction, tried: list[LayoutGraph]) -> None:
    by_diagram = found(parse(chain(12), direction=direction), 100.0)
    by_style = found(chain(12), 100.0, replace(MODERN, direction=direction))
    assert by_diagram.graph.direction == by_style.graph.direction == direction
    assert by_diagram.layout == by_style.layout
    assert by_diagram.cleared(ENGINE) == by_style.cleared(ENGINE)
    assert len(tried) == 2


def test_the_diagram_may_ask_for_auto_if_the_style_does_not() -> None:
    style = replace(MODERN, direction="BT")
    assert found(parse(chain(3), direction="auto"), style=style).graph.direction == "LR"


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


def test_groups_run_across_if_the_whole_is_too_wide() -> None:
    placed = found(STAGES)
    assert placed.graph.direction == "LR"
    assert [group.direction for group in placed.graph.groups] == ["TB"] * 3
    assert wide(placed) <= 700


def test_a_group_with_a_direction_of_its_own_keeps_it(tried: list[LayoutGraph]) -> None:
    found(STAGES.replace("Stage 1\n", "Stage 1\n   :direction: LR\n"))
    assert {graph.groups[1].direction for graph in tried} == {"LR"}
    assert "TB" in {graph.groups[0].direction for graph in tried}


def test_labels_are_broken_before_text_shrinks() -> None:
    placed = found(body(SEED))
    assert placed.graph.style.label_width < MODERN.label_width
    assert placed.graph == graph_of(body(SEED), placed.graph.style)
    assert wide(found(body(SEED), 2000.0)) > 700


def test_many_alternatives_stand_below_each_other() -> None:
    placed = found("\n".join(f"a -> b{index}" for index in range(30)))
    assert placed.graph.direction == "LR"
    assert wide(placed) < 700


def test_a_little_room_is_not_worth_edges_through_nodes() -> None:
    placed = found((DOCS / "corpus" / "040.txt").read_text(encoding="utf-8"))
    assert [group.direction for group in placed.graph.groups] == [None] * 7


def test_panels_are_searched_together() -> None:
    text = f"panel p: One\n   {chain(3)}\npanel q: Two\n   " + chain(3).replace("step", "part")
    placed = found(text)
    assert wide(placed) <= 700
    assert placed.graph.direction == "TB"


def test_orthogonal_edges_stay_orthogonal_in_panels() -> None:
    text = "panel p: One\n   node a: A longer label\n   node b\n   node c\n   a -> b\n   a -> c"
    for edge in edges(found(replace(parse(text), splines="ortho")).cleared(ENGINE).layout):
        xs, ys = zip(*(point for spline in edge.splines for point in spline.points[::3]), strict=True)
        assert all(min(abs(x1 - x0), abs(y1 - y0)) < 1 for x0, y0, x1, y1 in zip(xs, ys, xs[1:], ys[1:], strict=False))


def _legible(direction: str) -> int:
    """Count the real diagrams that are legible on a page of 700 pixels without scrolling."""
    placed = [
        found(parse(file.read_text(encoding="utf-8"), direction=direction))  # type: ignore[arg-type]
        for file in CORPUS
    ]
    return sum(wide(one) * MODERN.legible_scale <= 700 for one in placed)


def test_as_many_of_the_real_diagrams_are_legible_as_is_documented() -> None:
    page = " ".join((DOCS / "syntax.rst").read_text(encoding="utf-8").split())
    assert f"Of the {len(CORPUS)} real diagrams" in page
    left_to_right, auto = _legible("LR"), _legible("auto")
    assert f"{left_to_right} are legible on a page of 700 pixels from left to right, and {auto} with ``auto``" in page
    assert f"the other {len(CORPUS) - auto} scroll" in page


# What is not laid out


def best(graph: LayoutGraph, width: float, engine: LayoutEngine = ENGINE) -> LayoutGraph:
    """The variant that costs least of all candidates, the simplest of equals."""
    narrow = module._narrowed(graph)
    costs = []
    for number, candidate in enumerate(module._candidates(graph)):
        own = narrow if candidate.is_narrow else graph
        if own is not None:
            variant = own.directed(candidate.direction, candidate.groups)
            cost = candidate.cost + module._cost(place_panels(variant, engine, width))
            costs.append((cost, number, variant))
    return min(costs, key=lambda found: found[:2])[2]


@pytest.mark.parametrize("file", [*CORPUS], ids=lambda file: str(file.stem))
@pytest.mark.parametrize("width", [460.0, 700.0, 1000.0])
def test_no_candidate_that_is_left_out_is_better(file: Path, width: float) -> None:
    graph = graph_of(file.read_text(encoding="utf-8"), MODERN)
    assert search(graph, ENGINE, width).graph == best(graph, width)


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(pipelines(), st.sampled_from([460.0, 700.0]))
def test_no_candidate_that_is_left_out_of_random_diagrams_is_better(pipeline: Pipeline, width: float) -> None:
    graph, engine = graph_of(replace(pipeline, direction="auto"), MODERN), Remembering()
    try:
        expected = best(graph, width, engine)
    except LayoutError:  # Graphviz crashed
        reject()
    assert search(graph, engine, width).graph == expected


def test_most_diagrams_are_laid_out_once(tried: list[LayoutGraph]) -> None:
    made = []
    for file in CORPUS:
        tried.clear()
        found(file.read_text(encoding="utf-8"))
        made.append(len(tried))
    assert statistics.median(made) == 1


# Lower bounds

ROUNDED = 1.0  # points: Graphviz gets sizes in inches of four decimals
PLAIN = replace(CLASSIC, padding_x=5.0, padding_y=5.0, rank_gap=20.0)


def least(text: str, direction: Direction, style: Style = PLAIN) -> Size:
    """The least size of a diagram whose labels are 30 by 10 points for nodes, and 40 by 10 for edges."""
    return least_size(sized(text, style, direction=direction, nodes=Size(30, 10), edges=Size(40, 10)))


def test_a_chain_has_room_for_its_nodes_and_gaps() -> None:
    assert least("a -> b -> c", "LR") == Size(3 * 40 + 2 * 20, 20)
    assert least("a -> b -> c", "BT") == Size(40, 3 * 20 + 2 * 20)


def test_a_label_has_room_in_its_gap() -> None:
    plain = least("a -> b", "LR").width
    assert least("a -> b: x", "LR").width == plain + 40 + 2 * PLAIN.edge_label_gap


def test_the_longest_path_counts() -> None:
    assert least("a -> b -> c\na -> c", "LR") == least("a -> b -> c", "LR")


def test_a_back_edge_has_no_length() -> None:
    assert least("a -> b -> c\nc -> a", "LR") == least("a -> b -> c\nc --> a", "LR") == least("a -> b -> c", "LR")


def test_a_loop_has_no_length() -> None:
    assert least("node a\na -> a", "LR") == Size(40, 20)


def test_nodes_of_one_rank_are_not_added_up() -> None:
    assert least("a -> b -> c\nalign a, b", "LR").width == 40


def test_a_group_with_another_direction_is_as_large_as_its_members() -> None:
    text = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode c\ng -> c"
    inner = least("a -> b", "TB")
    assert least(text, "LR") == Size(inner.width + 2 * GROUP_GAP + 20 + 40, inner.height + 2 * GROUP_GAP)


def test_a_path_out_of_a_group_and_back_has_no_length() -> None:
    assert least("group g: G\n   node a\n   node c\nnode b\na -> b -> c", "LR").width == 40


def test_a_path_through_groups_has_a_length() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\n   node c\na -> b -> c"
    assert least(text, "LR") == least("a -> b -> c", "LR")


def test_nothing_has_no_size() -> None:
    assert least_size(sized(Pipeline(()))) == Size(0, 0)


@pytest.mark.parametrize("splines", SPLINES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: str(file.stem))
def test_no_layout_is_smaller(file: Path, direction: Direction, splines: Splines) -> None:
    for style in (MODERN, replace(MODERN, label_width=60.0)):
        graph = graph_of(file.read_text(encoding="utf-8"), style, direction=direction, splines=splines)
        bound, real = least_size(graph), lay_out(graph, ENGINE).layout.box
        assert bound.width <= real.width + ROUNDED
        assert bound.height <= real.height + ROUNDED


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(pipelines(), st.sampled_from(DIRECTIONS))
def test_no_random_layout_is_smaller(pipeline: Pipeline, direction: Direction) -> None:
    graph = graph_of(pipeline, MODERN, direction=direction)
    try:
        real = lay_out(graph, Remembering()).layout.box
    except LayoutError:  # Graphviz crashed
        reject()
    bound = least_size(graph)
    assert bound.width <= real.width + ROUNDED
    assert bound.height <= real.height + ROUNDED


def test_the_bound_of_a_chain_of_groups_takes_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        graph = sized(chained(size))
        return lambda: least_size(graph)

    assert growth(work) < ROUGHLY


def test_edges_are_followed_out_of_groups_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = sized("group g: G\n   node a\n   node b\nnode c\nnode d\na -> c\nc -> d\na -> b")
    length = least_size(graph).width
    monkeypatch.setattr(module, "_MOST_FOLLOWED", 1)
    assert least_size(graph).width < length


@pytest.mark.parametrize(("nodes", "most"), [(400, 8), (501, 2)])
def test_a_large_diagram_has_fewer_candidates(nodes: int, most: int) -> None:
    chain = "\n".join(f"   n{number} -> n{number + 1}" for number in range(nodes - 1))
    graph = sized(f"group g: G\n{chain}")
    candidates = list(module._candidates(graph))
    assert len(candidates) == most
    assert {candidate.direction for candidate in candidates} == {"LR", "TB"}


# Directions of a narrow page


@pytest.mark.parametrize(
    ("given", "expected"),
    [(None, "auto"), ("auto", "auto"), ("LR", "auto"), ("TB", "auto"), ("RL", "TB"), ("BT", "BT")],
)
def test_directions_on_a_narrow_page(given: DiagramDirection | None, expected: DiagramDirection) -> None:
    text = "group g: G\n   :direction: LR\n   a\n   group h: H\n      :direction: BT\n      b"
    freed = free_directions(replace(parse(text), direction=given), MODERN)
    assert freed.direction == expected
    assert [group.direction for group in freed.groups] == [None, "BT"]
    assert free_directions(replace(parse(text), direction=None), replace(MODERN, direction="BT")).direction == "BT"
