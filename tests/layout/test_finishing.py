"""A layout is finished with a verdict, and a variant of its graph takes its place where that is better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.judge import Diagram, judged
from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.diagnostics import LayoutTimeoutError
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import finishing as module
from sphinxext.llmpipeline.layout import plain_paths
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.engine import EngineOutput
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.graph import LayoutGraph, MemberOrder, layout_graph
from sphinxext.llmpipeline.layout.page_costs import placed_cost
from sphinxext.llmpipeline.layout.panels import PlacedPanels, place_panels
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.verdict import Fault
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.text.typesetting import shortened
from tests.layouts import ENGINE, FakeEngine, clear, finish, graph_of, laid_out
from tests.steps import ROUGHLY, growth

WIDTH = 700.0


def graph(text: str, direction: Direction = "TB") -> LayoutGraph:
    return graph_of(parse(text, direction=direction), MODERN)


def finished(declared: LayoutGraph, engine: FakeEngine | None = None) -> Finished:
    known = engine or ENGINE
    return finish(place_panels(declared, known, WIDTH), known)


def test_a_layout_without_faults_is_laid_out_once() -> None:
    engine = FakeEngine()
    found = finished(graph("a -> b: label\nb -> c"), engine)
    assert len(engine.graphs) == 1
    assert found.verdict is not None
    assert found.verdict.faults == ()
    assert found.graph.roomy == frozenset()


def test_a_variant_that_is_laid_out_alike_is_not_routed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    routed: list[str] = []

    def counted(layout: Layout, part: LayoutGraph) -> Layout:
        routed.append(part.order)
        return route(layout, part)

    monkeypatch.setattr(module, "route", counted)
    monkeypatch.setattr(module, "_variants", lambda found: (replace(found.graph, order=one) for one in ORDERS))
    found = finished(graph("a -> b", "LR"))
    assert found.graph.order == "stacked"
    assert routed == ["stacked"]


ORDERS: tuple[MemberOrder, ...] = ("declared", "reversed")

CROWDED = "g: A wide node\na: A\nb: B\ng -> a: a wide label here\ng -> b: a wide label there"


SKIPPING = """
a: Some long node of words
b: Some long node of words
c: A wide node
a --> b: x
a -> c: a far wider label than that
b -> c: a far wider label than that
"""


@pytest.mark.parametrize(
    ("text", "roomy", "graphs"), [(CROWDED, {0, 1}, [4, 0]), (SKIPPING, {1}, [4, 4])], ids=["all", "one"]
)
def test_labels_without_places_get_room(text: str, roomy: set[int], graphs: list[int]) -> None:
    declared, engine = graph(text), FakeEngine()
    found = finished(declared, engine)
    # With room for this label, and for all, and with further line breaks; the same with joined siblings in one row.
    assert [sum(("rank=same" in dot.source) is in_row for dot in engine.graphs) for in_row in (False, True)] == graphs
    assert found.graph == replace(declared, roomy=frozenset(roomy))
    assert found.verdict is not None
    assert found.verdict.count(1) == 0


ENCODERS = """
data q: Query
data p: Positive
data n: Hard negatives
model eq: Query encoder
model ep: Passage encoder
process sim: Similarity matrix
store ann: ANN index
q -> eq
p, n -> ep
eq, ep -> sim
eq -- ep: shared weights
ep -> ann: re-index every epoch
ann --> n: mine
"""


@pytest.mark.parametrize(
    "more", ["", "process nce: InfoNCE\nsim -> nce\nnce --> eq: gradients\nnce --> ep: gradients\n"]
)
@pytest.mark.parametrize("width", [308.0, 360.0])
def test_a_label_that_is_struck_is_broken(more: str, width: float) -> None:
    verdict = judged(Diagram("encoders", parse(ENCODERS + more)), width)
    assert "struck-label" not in verdict.kinds()


def test_only_labels_that_are_struck_are_broken() -> None:
    found = search(graph_of(parse(ENCODERS), MODERN), ENGINE, 308.0).graph
    lines = {edge.target: len(block.lines) for edge, block in zip(found.edges, found.text.edges, strict=True) if block}
    assert lines == {"ep": 1, "ann": 2, "n": 1}


def test_a_variant_without_time_is_left_out() -> None:
    declared, engine = graph(CROWDED), FakeEngine()

    def first_alone(dot: Dot) -> EngineOutput:
        if len(engine.graphs) > 1:
            raise LayoutTimeoutError
        return ENGINE.run(dot)

    engine.output = first_alone
    assert finished(declared, engine).graph == declared
    assert len(engine.graphs) == 4


def test_room_that_does_not_help_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    declared, routed = graph(CROWDED), module._routed

    def roomy_is_worse(placed: PlacedPanels) -> Finished:
        found = routed(placed)
        return replace(found, cost=found.cost + 10 * bool(placed.graph.roomy))

    monkeypatch.setattr(module, "_routed", roomy_is_worse)
    assert finished(declared).graph == declared


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("r: R\nu: U\ngroup g: G\n   e3\n   e2\n   e1\nr -> e3, e2, e1: x\ne3 -> u", "declared"),
        ("a -> b, c", "stacked"),
    ],
)
def test_members_are_read_in_the_order_that_keeps_theirs(text: str, order: str) -> None:
    found = finished(graph(text, "LR"))
    assert found.graph.order == order
    assert found.verdict is not None
    assert "out-of-order" not in found.verdict.kinds()


LADDER = """
node h
group c: C
   node c1
   node c2
   node c3
group s: S
   node s1
   node s2
   node s3
h -> c
c1 {0} s1: {1}
c2 {0} s2: {1}
c3 {0} s3: {1}
"""


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("feedback", ["s --> h", "s --> h: again", "s --> c"])
@pytest.mark.parametrize(("arrow", "label"), [("->", ""), ("<->", "words"), ("--", "words")])
def test_feedback_of_a_group_leaves_its_members_in_their_order(
    direction: Direction, feedback: str, arrow: str, label: str
) -> None:
    text = LADDER.format(arrow, label).replace(": \n", "\n") + feedback
    found = finished(graph(text, direction))
    assert found.verdict is not None
    assert not {"out-of-order", "crossing", "crooked-spine"} & found.verdict.kinds().keys()


LISTED = """
node backend
node events
node llm
group runtime
   :direction: TB
   node interface
   node docker
   interface -> docker
backend -> events, interface, llm
"""


def test_targets_of_a_statement_keep_their_order() -> None:
    found = finished(graph(LISTED, "LR"))
    assert found.graph.listed == (("events", "interface", "llm"),)
    events, interface, llm = (found.layout.box_of(id) for id in ("events", "interface", "llm"))
    assert events.y0 > interface.y1 > interface.y0 > llm.y1


def test_the_order_of_the_text_is_worth_some_height() -> None:
    found = finished(graph("a -> b, c"))
    assert found.verdict is not None
    verdict = replace(found.verdict, faults=(Fault.of("out-of-order", "b", "c"),))
    assert module.cost_of_variant(replace(found, verdict=verdict)) == pytest.approx(found.cost + 0.015)
    assert module.cost_of_variant(replace(found, verdict=None)) == found.cost


def test_a_dense_graph_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_DENSE", 1)
    assert finished(graph("a -> b -> c")).verdict is None


def test_faults_cost_more_than_a_little_room() -> None:
    found = finished(graph("a -> b: x"))

    def label_away(layout: Layout, _: LayoutGraph) -> Layout:
        (line,) = layout.edges.values()
        assert line.label
        return replace(layout, edges={0: replace(line, label=line.label.moved(40, 0))})

    assert found.cost == placed_cost(found.lines)
    assert module.judged(found.placed, found.lines.mapped(label_away)).cost > found.cost + 0.1


# Effort

FAN = "node a\n{nodes}\n{lines}"
IN = "group g: G\n   node x\n   node y\n{nodes}\n{lines}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FAN, "a -> n{0}"),
        (FAN, "n{0} -> a: label {0}"),
        (IN, "n{0} -> g"),
        ("node a\nnode b\n{lines}", "a -> b: label {0}"),
    ],
    ids=["from one node", "labelled, to one node", "into one group", "labelled, between two nodes"],
)
def test_edges_as_long_as_their_number_take_work_in_proportion(
    text: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_paths, "_EFFORT", 0)  # it has a bound

    def work(size: int) -> Callable[[], object]:
        parts = {
            "nodes": "\n".join(f"node n{number}" for number in range(size)),
            "lines": "\n".join(line.format(number) for number in range(size)),
        }
        graph = graph_of(text.format(**parts), direction="LR")
        layout = laid_out(graph)
        return lambda: clear(layout, graph)

    assert growth(work, 60) < ROUGHLY


TOOL_CALLS = """
human u: User
service app: App
model llm: LLM
tool api: Weather API
u -> app
app -> llm: prompt with tool schema
llm --> app: tool call
app -> api: get_weather
api --> app: JSON
"""


def test_a_line_that_goes_a_long_way_has_room_for_its_label() -> None:
    found = search(graph_of(parse(TOOL_CALLS), MODERN), ENGINE, 308.0)
    (answer,) = (edge.key for edge in found.graph.edges if (edge.source, edge.target) == ("llm", "app"))
    assert answer in found.graph.roomy
    assert len(found.lines.layout.edges[answer].path) <= 4


# Room inside groups

STAGES = """
group r: Replica 0
   group p: Stage 0
      node a
   group q: Stage 1
      node c
   p -> q: activations
   q ..> p: gradients
"""


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_group_ends_beside_its_labels(direction: Direction) -> None:
    found = search(graph_of(parse(STAGES, direction=direction), MODERN), ENGINE, WIDTH)
    border = found.layout.groups["r"].box
    parts = [found.layout.groups["p"].box, found.layout.groups["q"].box]
    inside = Box.around_boxes([*parts, *(line.label for line in found.layout.edges.values() if line.label)])
    assert max(inside.x0 - border.x0, border.x1 - inside.x1, inside.y0 - border.y0) < 24


def test_smaller_groups_bend_no_straight_line_and_have_no_further_faults() -> None:
    wide = finished(graph(STAGES))
    (narrow,) = module.with_less_room(wide)
    assert narrow.layout.extent.width < wide.layout.extent.width - 24
    assert module.is_better_with_less_room(narrow, wide)
    assert not module.is_better_with_less_room(wide, narrow)
    bent = replace(narrow, lines=narrow.lines.mapped(with_bends))
    assert not module.is_better_with_less_room(bent, wide)
    assert narrow.verdict
    faulty = replace(narrow.verdict, faults=(*narrow.verdict.faults, Fault.of("crossing", 0, 1)))
    assert not module.is_better_with_less_room(replace(narrow, verdict=faulty), wide)


def with_bends(layout: Layout, _graph: LayoutGraph) -> Layout:
    return replace(layout, edges={key: replace(line, path=line.path * 2) for key, line in layout.edges.items()})


def test_a_dense_graph_keeps_its_room() -> None:
    assert [*module.with_less_room(replace(finished(graph(STAGES)), verdict=None))] == []


def test_notes_are_narrower_where_the_page_would_scroll() -> None:
    graph = graph_of("a -> b\nnote of b: a note of some words in a few lines", MODERN)
    for width, is_narrow in ((700.0, False), (60.0, True)):
        found = module.routed(place_panels(graph, ENGINE, width))
        before, after = graph.callouts[0].text, found.graph.callouts[0].text
        assert (after.width < before.width) is is_narrow
        assert found.graph.text.callouts[0].size == after
        assert found.layout.callouts[0].box.width == pytest.approx(after.width, abs=20)


BESIDE = "a -> b -> c -> d\nd --> a: no, collect a few more"


def test_labels_beside_a_diagram_are_shorter_where_the_page_has_no_room() -> None:
    graph = graph_of(BESIDE, MODERN, direction="TB")
    wide = module.routed(place_panels(graph, ENGINE, 120.0))
    found = module.with_short_labels(wide)
    assert wide.short is not None
    assert wide.layout.extent.width - wide.short.spared <= found.layout.extent.width < wide.layout.extent.width
    assert max(wide.expected_cost, found.cost) < wide.cost
    assert found.graph.text.edges[3] != graph.text.edges[3]


def test_further_line_breaks_make_no_label_wider() -> None:
    whole = graph_of("a -> b: no, collect a few more\nb --> a: a much, much longer label than that one", MODERN)
    short = shortened(whole.text, whole.pipeline, whole.style, [0])
    text = replace(whole.text, edges=(short[0], whole.text.edges[1]))
    graph = layout_graph(whole.pipeline, whole.style, text, whole.encoding)
    (broken,) = module._with_broken_labels(graph, {0, 1})
    assert broken.text.edges[0] == short[0]
    assert broken.text.edges[1] != text.edges[1]


def test_labels_are_not_shorter_where_they_fit() -> None:
    found = module.routed(place_panels(graph_of(BESIDE, MODERN, direction="TB"), ENGINE, 700.0))
    assert not found.is_wide
    assert found.short is None
    assert found.expected_cost == found.cost
    assert module.with_short_labels(found) is found


def test_labels_are_not_shorter_for_a_few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = module.routed(place_panels(graph_of(BESIDE, MODERN, direction="TB"), ENGINE, 120.0))
    monkeypatch.setattr(module, "_SHORTER", 10.0)
    assert module.with_short_labels(wide) is wide


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_row_has_a_border_where_a_line_would_seem_to_end_at_its_first_cell(direction: Direction) -> None:
    """Of four cells, the middle of a long side is between two; a short side is that of a cell."""
    graph = graph_of("row r: A | B | C | D\nnode x\nnode y\nx -> r\nr.4 -> y", MODERN, direction=direction)
    found = search(graph, ENGINE, 700.0)
    assert [group.is_framed for group in found.graph.groups] == [direction == "LR"]
    assert found.verdict is not None
    assert found.verdict.count(1) == 0
