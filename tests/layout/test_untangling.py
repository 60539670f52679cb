"""Edges that cross others are routed anew after the rest, if that spares crossings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout import untangling as module
from sphinxext.llmpipeline.layout.finishing import Finished, improved, routed, straight_edges
from sphinxext.llmpipeline.layout.panels import PlacedPanels, place_panels
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.untangling import untangled
from sphinxext.llmpipeline.layout.verdict import Fault, Kind
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, DiagramDirection, Direction
from tests.layouts import ENGINE, graph_of

WIDTH = 700.0

FAMILY = """
a => b: self-instruct data
a => c
a -> d, e: continued pre-training
a -> f
a => g
d -> h
"""

BESIDE = """
group pre: Stage 1: Pre-training
   :direction: TB
   data web: Web text
   process clean: Filter and\\ndeduplicate
   train pretrain: Pre-training
   model base: Base model
   web -> clean -> pretrain => base
group sft: Stage 2: Fine-tuning
   :direction: TB
   data demos: Demonstrations
   process format: Format as chat
   train finetune: Fine-tuning
   model chat: Chat model
   demos -> format -> finetune => chat
group rl: Stage 3: Preference tuning
   :direction: TB
   data prefs: Preference\\npairs
   reward rm: Reward model
   train dpo: PPO
   model final: Assistant
   prefs -> rm -> dpo => final
   final --> rm: feedback
base => finetune
chat => dpo
chat -> rm
eval bench: Benchmarks
final -> bench
"""
"""The feedback runs beside PPO, where its line from the other group ends."""

SEVERAL = "a, b, c --> x, y, z"
"""Each of three nodes is joined to each of three others, which takes a crossing at least."""


def finished(text: str, direction: Direction = "LR") -> Finished:
    return improved(routed(place_panels(graph_of(parse(text, direction=direction), MODERN), ENGINE, WIDTH)), ENGINE)


def crossings(found: Finished) -> int:
    assert found.verdict
    return found.verdict.kinds()["crossing"]


@pytest.mark.parametrize(("text", "direction"), [(FAMILY, "LR"), (FAMILY, "RL")])
def test_edges_that_cross_for_no_reason_are_routed_last(text: str, direction: Direction) -> None:
    found = finished(text, direction)
    better = untangled(found)
    assert crossings(found) > 0
    assert crossings(better) == 0
    assert better.cost < found.cost
    assert set(better.late) < {edge.key for edge in found.graph.edges}
    assert found.layout.nodes == better.layout.nodes


def test_a_line_beside_an_end_of_one_that_crosses_makes_way_and_stays_straight() -> None:
    found = finished(BESIDE)
    better = untangled(found)
    assert crossings(found) == 1
    assert better.verdict
    assert better.verdict.kinds() == {}
    feedback = next(edge.key for edge in found.graph.edges if edge.kind == "feedback")
    assert better.late[-1] == feedback
    assert len(better.lines.layout.edges[feedback].path) == 2


def test_the_edges_of_a_fan_with_one_label_are_routed_together() -> None:
    """Without the first one, the others would have no label."""
    found = finished("hub -> a, b, c: creates\nx -> y")
    assert [line.label is not None for line in found.lines.layout.edges.values()].count(True) == 1
    together = module._together(found)
    assert module._with_fans((3,), together) == (3,)
    assert sorted(module._with_fans((1, 3), together)) == [0, 1, 2, 3]
    assert module._with_fans((1, 3), together)[-1] == 3


def test_a_layout_without_crossings_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "judged", None)  # it is not judged again
    found = finished("a -> b -> c\na -> c")
    assert untangled(found) is found


def test_leaders_of_notes_that_cross_lines_stay() -> None:
    found = finished("a -> b -> c")
    assert found.verdict
    verdict = replace(found.verdict, faults=(Fault.of("crossing", 0, "note of b"),))
    crossed = replace(found, verdict=verdict)
    assert untangled(crossed) is crossed


def test_a_few_attempts_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = finished(SEVERAL)
    tried: list[tuple[int, ...]] = []

    def counted(placed: PlacedPanels, lines: PlacedPanels, late: tuple[int, ...]) -> Finished:
        tried.append(late)
        return found

    monkeypatch.setattr(module, "judged", counted)
    monkeypatch.setattr(module, "_EFFORT", 3 * len(found.graph.edges) ** 2)
    assert untangled(found) == replace(found, is_untangled=True)
    assert 0 < len(tried) == len(set(tried)) <= 3


def test_a_tangle_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    found = finished(SEVERAL)
    monkeypatch.setattr(module, "judged", None)  # it is not judged again
    monkeypatch.setattr(module, "_TANGLED", 0.1)
    assert untangled(found) is found


def test_the_search_untangles_what_it_has_found() -> None:
    directions: tuple[DiagramDirection, ...] = ("auto", "LR")
    for direction in directions:
        found = search(graph_of(parse(FAMILY, direction=direction), MODERN), ENGINE, WIDTH)
        assert crossings(found) == 0


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("label", ["", ": next"])
def test_a_line_leaves_towards_its_end_and_not_around_its_node(label: str, direction: Direction) -> None:
    text = f"node p\nnode d\nnode s\nnode e\np -> d -> e\nd -> d{label}\nd -> s: out of blocks\ns --> d: free"
    found = search(graph_of(text, direction=direction), ENGINE, 700.0)
    (x, y), *_ = found.lines.layout.edges[3].path
    box = found.layout.nodes["d"].box
    behind = {"LR": x - box.x0, "RL": box.x1 - x, "TB": box.y1 - y, "BT": y - box.y0}
    assert behind[direction] > 1.0


RETRIEVAL = """
store index: Vector index
group online: For each question
   io question: Question
   process retrieve: Retrieve
   process prompt: Build the prompt
   question -> retrieve -> prompt
   question -> prompt
index -> retrieve: nearest\\nchunks
"""


def test_a_skip_that_makes_way_runs_beside_both_its_ends() -> None:
    found = search(graph_of(parse(RETRIEVAL, direction="TB"), MODERN), ENGINE, WIDTH)
    ends = {(edge.source, edge.target): edge.key for edge in found.graph.edges}
    path = found.lines.layout.edges[ends["question", "prompt"]].path
    boxes = [found.layout.nodes[id].box for id in ("question", "retrieve", "prompt")]
    assert len(path) == 4
    assert not min(box.x0 for box in boxes) <= path[1][0] <= max(box.x1 for box in boxes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # A label beside two lines, of which the other one could be elsewhere.
        (
            "reward a\nmodel b\ndecision c: one\\nor two\nc -- a: a long label\na => a\na => a\na --> a: again\n"
            "b => b\nb -> a: two\\nlines of it\nc => c\nc => c",
            "strange-label",
        ),
        # Two lines between the same nodes, too near to each other for their heads.
        (
            "stack s: Pre-training\n   process a: x label\n   store b: two\\nlines\n   io c: label\nmodel d: Model\n"
            "tool e: two\\nlines\ndata f: Data x\nb -> c\ne <-> b\nc => f\nc => f\na -> e\na -> e\nb <-> b\nf <-> b\n"
            "d -> d\ns -> f: x a longer label\nc --> d",
            "narrow-pair",
        ),
    ],
)
def test_a_line_that_is_too_near_to_a_label_or_another_line_makes_way(text: str, kind: str) -> None:
    for direction in DIRECTIONS:
        verdict = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, WIDTH).verdict
        assert verdict
        assert kind not in verdict.kinds()


@pytest.mark.parametrize("kind", module._OF_ROUTES)
def test_edges_with_such_faults_are_routed_once_more(kind: Kind) -> None:
    found = finished("a -> b -> c\na -> c")
    assert found.verdict
    faulty = replace(found, verdict=replace(found.verdict, faults=(Fault.of(kind, 2, 1),)))
    assert [*module._tangled(faulty)][:4] == [(2,), (1,), (2, 1), (1, 2)]
    alone = replace(found, verdict=replace(found.verdict, faults=(Fault.of(kind, 2),)))
    assert next(module._tangled(alone)) == (2,)


def test_only_crossings_make_a_tangle() -> None:
    found = finished("a -> b -> c\na -> c")
    assert found.verdict
    faults = tuple(Fault.of("doubtful-label", one, other) for one in range(3) for other in range(3) if one != other)
    assert [*module._tangled(replace(found, verdict=replace(found.verdict, faults=faults)))]
    faults = tuple(Fault.of("crossing", *fault.parts) for fault in faults)
    assert not [*module._tangled(replace(found, verdict=replace(found.verdict, faults=faults)))]


def test_what_is_untangled_is_not_untangled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    better = untangled(finished(FAMILY))
    assert better.is_untangled
    monkeypatch.setattr(module, "judged", None)
    assert untangled(better) is better


EXPERTS = """
io x: Hidden state
process norm1: RMSNorm
process attn: Attention
op add1: +
process norm2: RMSNorm
group moe: MoE layer
   process router: Router
   group experts: Routed experts
      :direction: LR
      process e1: Expert 1
      process e2: Expert 2
      more dots
      process en: Expert 64
   process shared: Shared expert
   op mix: Σ
   router -> e1, e2, dots, en: top 6
   e1, e2, dots, en -> mix
   shared -> mix
   router ~> mix: gates
op add2: +
io y: Hidden state
eval aux: Balancing loss
x -> norm1 -> attn -> add1 -> norm2
norm2 -> router, shared
mix -> add2 -> y
x ~> add1
add1 ~> add2
router ..> aux
"""


def test_a_chain_is_not_bent_to_spare_a_skip_one_crossing() -> None:
    found = search(graph_of(parse(EXPERTS, direction="BT"), MODERN), ENGINE, WIDTH)
    ends = {(edge.source, edge.target): edge.key for edge in found.graph.edges}
    assert {ends["attn", "add1"], ends["add1", "norm2"]} <= straight_edges(found)
