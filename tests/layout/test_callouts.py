"""Places of callouts: beside their targets where there is room, and never on anything."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.geometry.segments import vertices
from sphinxext.llmpipeline.layout import callouts
from sphinxext.llmpipeline.layout.callout_boxes import GAP, box_gap, spaced
from sphinxext.llmpipeline.layout.callout_faults import callout_faults
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.result import LayoutCallout
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.pipeline import Callout, Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, finish, graph_of

CHAIN = "data a: Corpus\ntrain b: Pre-training\nmodel c: Model\na -> b -> c\n"
TEXTS = ("short", "A note that goes on\nfor two lines", "A longer note that breaks by itself because it is so long")


def finished(text: str | Pipeline, direction: Direction | None = None) -> Finished:
    """The layout of a diagram, of which the search takes no variant."""
    return finish(place_panels(graph_of(text, MODERN, direction=direction), ENGINE, 700.0), ENGINE)


def kinds(found: Finished) -> list[str]:
    return [fault.kind for fault in callout_faults(Drawn(found.layout, found.graph))]


@pytest.mark.parametrize(
    ("direction", "sides"), [("TB", ("left", "right")), ("BT", ("left", "right")), ("LR", ("top", "bottom"))]
)
def test_beside_the_flow(direction: Direction, sides: tuple[str, str]) -> None:
    found = finished(CHAIN + "note of b: here", direction)
    callout, target = found.layout.callouts[0], found.layout.nodes["b"].box
    assert callout.side in sides
    assert box_gap(callout.box, target) == pytest.approx(GAP)
    (x0, y0), *_, (x1, y1) = callout.leader.points
    assert x0 == x1 or y0 == y1
    assert target.grown(0.1).distance((x1, y1)) == 0
    assert kinds(found) == []


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    "text",
    [
        CHAIN,
        "group g: Group\n   a: A\n   b: B\n   a -> b\nc: C\nb -> c\nb -> b: loop\n",
        "a: A\nb: B\nc: C\ns: Start\ns -> a, b, c\n",
        "row w: The | cat | sat\nb: B\na: A\nw -> b -> a\n",
    ],
)
def test_the_rest_stays_where_it_is(text: str, direction: Direction) -> None:
    without, noted = finished(text, direction), finished(f"{text}note of a: {TEXTS[2]}\nnote of b: x", direction)
    assert noted.layout.nodes == without.layout.nodes
    assert noted.layout.edges == without.layout.edges
    assert noted.layout.groups == without.layout.groups
    assert len(noted.layout.callouts) == 2
    assert kinds(noted) == []


@pytest.mark.parametrize(
    "text",
    [
        "a: A\nnote of a: x",
        "a: A\nnote of a: x\nnote of a: y\nnote of a: z\nnote of a: w\nnote of a: v",
        "a: A\nb: B\nc: C\ns: S\nt: T\ns -> a, b, c -> t\nnote of b: between two others\nnote of a: x\nnote of c: y",
        "group g: Group\n   a: A\n   group h: Inner\n      b: B\n   a -> b\nnote of g: x\nnote of h: y\nnote of b: z",
        "row w: The | cat | sat\nm: M\nw.* -> m\nnote of w: all\nnote of w.2: middle\nnote of w.1: first",
        "grid w: Scores\n   a: 1 | 2 | 3 | 4\n   b: 1 | 2 | 3 | 4\n   c: 1 | 2 | 3 | 4\n   d: 1 | 2 | 3 | 4\n"
        "note of w.b.2: inside\nnote of w.a.1: corner\nnote of w.c.4: side\nnote of w: all",
        "stack s: Block\n   :repeat: 12\n   a: Attention\n   op p: +\n   b: Feed forward\n   op q: +\nx: In\ny: Out\n"
        "x -> s -> y\nx ~> p ~> q\nnote of p: the residual stream\nnote of a: heads\nnote of s: all alike",
        "node a\nnode b\nnode c\njoin j\na, b -> j -> c\nnote of j: met",
        "a: A\n   :repeat: 12\n   :step: 1\na -> a: loop\nnote of a: x",
        "panel p: P\n   a: A\n   b: B\n   a -> b\n   note of a: x\npanel q: Q\n   c: C\n   note of c: y",
        "decision d: Good?\nop o: +\nd -> o: yes\no --> d: no\nnote of d: x\nnote of o: y",
    ],
)
@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_callouts_are_on_nothing(text: str, direction: Direction) -> None:
    found = finished(text, direction)
    assert len(found.layout.callouts) == len(found.graph.pipeline.callouts)
    assert {*kinds(found)} <= {"crossing"}


def test_a_note_of_a_panel_stands_in_it() -> None:
    found = finished("panel p: P\n   a: A\n   note of a: a long note of it\npanel q: Q\n   b: B")
    (callout,), panels = found.layout.callouts.values(), found.layout.groups
    assert panels["p"].box.holds(callout.box)
    assert not panels["q"].box.overlaps(callout.box)


def test_placing_a_note_leaves_the_graph_as_it_is() -> None:
    found = finished("a: A\nb: B\nnote of a: text\na -> b")
    assert found.graph.enclosures.keys() == found.graph.holders.keys() == {"a", "b"}


def test_leaders_end_on_outlines() -> None:
    found = finished("decision d: Good?\nop o: +\nhuman h: User\nd -> o -> h\nnote of d: x\nnote of o: y\nnote of h: z")
    drawn = Drawn(found.layout, found.graph)
    assert [fault for fault in callout_faults(drawn) if fault.kind == "loose-end"] == []


def test_a_corner_is_free_where_all_sides_are_taken() -> None:
    text = "op o: +\na: A\nb: B\nc: C\nd: D\na -> o -> b\nc -- o\no -- d\nalign c, o, d\nnote of o: x"
    found = finished(text, "TB")
    (x0, y0), *_, (x1, y1) = vertices(found.layout.callouts[0].leader)
    assert x0 != x1
    assert y0 != y1
    assert kinds(found) == []


@pytest.mark.parametrize("effort", [250_000, 2_000, 0])
def test_more_callouts_than_are_searched(effort: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callouts, "_EFFORT", effort)
    notes = "".join(f"note of {'abg'[number % 3]}: {number}\n" for number in range(40))
    found = finished("a: A\ngroup g: G\n   b: B\na -> b\n" + notes, "TB")
    boxes = [callout.box for callout in found.layout.callouts.values()]
    assert len(boxes) == 40
    assert not any(one.overlaps(other) for index, one in enumerate(boxes) for other in boxes[:index])
    parts = [found.layout.nodes["a"].box, found.layout.groups["g"].box]
    assert not any(one.overlaps(part) for one in boxes for part in parts)


def test_no_place_is_looked_for_once_the_effort_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for hundreds of callouts is bounded."""
    looked: list[str] = []
    pushed = callouts._Places._pushed

    def counted(places: callouts._Places, callout: LayoutCallout, *rest: Any) -> Box | None:
        looked.append(callout.target)
        return pushed(places, callout, *rest)

    monkeypatch.setattr(callouts._Places, "_pushed", counted)
    monkeypatch.setattr(callouts, "_EFFORT", -1)
    found = finished(CHAIN + "note of a: x\nnote of b: y")
    assert len(found.layout.callouts) == 2
    assert looked == []


def test_callouts_in_a_column() -> None:
    text = "a: A\nlong: A long label\nb: B of it\na -> long -> b\nnote of a: x\nnote of long: y\nnote of b: z"
    one, *others = (callout.box for callout in finished(text, "TB").layout.callouts.values())
    assert [box.x0 for box in others] == [pytest.approx(one.x0)] * 2


NOTED = """
data web: Web pages
train pre: Pre-training
model base: Base model
train sft: Fine-tuning
model chat: Chat model
web -> pre -> base -> sft -> chat
"""


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_notes_beside_each_other_stand_around_the_middles_of_their_targets(direction: Direction) -> None:
    """The last one stood under the node after its target, because the first one took the middle of its own."""
    notes = {
        "pre": "trillions of tokens,\\nmonths on a cluster",
        "base": "continues texts, but follows\\nno instructions",
        "sft": "thousands of examples,\\nhours on one machine",
    }
    found = finished(NOTED + "".join(f"note of {id}: {text}\n" for id, text in notes.items()), direction).layout
    middles = [found.nodes[id].box.center[0] for id in notes]
    assert [callout.leader.points[0][0] for callout in found.callouts.values()] == pytest.approx(middles, abs=2.0)
    assert [callout.leader.points[-1][0] for callout in found.callouts.values()] == pytest.approx(middles, abs=2.0)
    assert sum(callout.box.center[0] for callout in found.callouts.values()) == pytest.approx(sum(middles), abs=6.0)
    boxes = sorted((callout.box for callout in found.callouts.values()), key=lambda box: box.x0)
    assert [two.x0 - one.x1 for one, two in pairwise(boxes)] == [pytest.approx(GAP)] * 2


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_notes_below_each_other_stand_around_the_middles_of_their_targets(direction: Direction) -> None:
    lines = r"a note\nof three\nlines"
    found = finished(NOTED + "".join(f"note of {id}: {lines}\n" for id in ("pre", "base", "sft")), direction).layout
    middles = [found.nodes[id].box.center[1] for id in ("pre", "base", "sft")]
    notes = found.callouts.values()
    assert len({callout.side for callout in notes}) == 1
    assert [callout.leader.points[0][1] for callout in notes] == pytest.approx(middles, abs=1.0)
    assert sum(callout.box.center[1] for callout in notes) == pytest.approx(sum(middles), abs=3.0)


def test_a_note_does_not_make_way_for_one_that_stays() -> None:
    """That of the group could move only beyond the drawing."""
    text = "group g: Group\n   store a: A\n   store b: Pre-training\na -> b\n"
    text += r"note of a: continues texts, but follows\nno instructions"
    alone, beside = (finished(text + more, "TB").layout.callouts[0].box for more in ("\n", "\nnote of g: x\n"))
    assert (beside.y0, beside.y1) == (alone.y0, alone.y1)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("notes", [("c: three words here", "b: short"), ("a: three words here", "b: short")])
def test_a_note_does_not_slide_onto_one_that_stays(notes: tuple[str, ...], direction: Direction) -> None:
    text = "node a: A node\nnode b: A node\nnode c: A node\na -> b -> c\n"
    one, other = (
        found.box
        for found in finished(text + "\n".join(map("note of {}".format, notes)), direction).layout.callouts.values()
    )
    assert box_gap(one, other) >= GAP - 0.01


@pytest.mark.parametrize("seed", range(40))
def test_notes_of_a_chain_are_not_on_each_other(seed: int) -> None:
    chance = random.Random(seed)
    ids = "abcdef"[: chance.randint(3, 6)]
    text = "".join(f"node {id}: {chance.choice(('x', 'A node', 'A much longer name'))}\n" for id in ids)
    text += " -> ".join(ids) + "\n"
    notes = [
        f"note of {id}: {chance.choice(('short', TEXTS[2], 'three words here'))}\n" for id in chance.choices(ids, k=5)
    ]
    boxes = [found.box for found in finished(text + "".join(notes), chance.choice(DIRECTIONS)).layout.callouts.values()]
    assert all(box_gap(one, other) >= GAP - 0.01 for one, other in combinations(boxes, 2))


@pytest.mark.parametrize(
    ("wanted", "lengths", "found"),
    [
        ([], [], []),
        ([7.0], [30.0], [7.0]),
        ([0.0, 100.0], [20.0, 20.0], [0.0, 100.0]),
        ([0.0, 0.0, 0.0], [10.0, 10.0, 10.0], [-15.0, 0.0, 15.0]),
        ([50.0, 0.0], [10.0, 10.0], [17.5, 32.5]),
        ([0.0, 60.0, 50.0, 55.0], [10.0, 10.0, 10.0, 10.0], [0.0, 40.0, 55.0, 70.0]),
    ],
)
def test_spaced(wanted: list[float], lengths: list[float], found: list[float]) -> None:
    assert spaced(wanted, lengths, 5.0) == pytest.approx(found)


def random_pipeline(chance: random.Random) -> Pipeline:
    groups = [Group(f"g{index}", Label.plain("Group")) for index in range(chance.randint(0, 2))]
    owners = [group.id for group in groups]
    owners += chance.choices([None, *owners], k=6)
    nodes = [
        Node(f"n{index}", Label.plain(chance.choice(["x", "node name", "two\nlines"])), kind, owner)
        for index, owner in enumerate(owners)
        for kind in chance.choices(["node", "model", "data", "decision", "op", "store"])
    ]
    ids = [node.id for node in nodes]
    ends = {tuple(sorted(chance.sample(range(len(ids)), 2))) for _ in range(8)}
    edges = [
        Edge(
            ids[start], ids[end], chance.choice(("flow", "derive", "skip")), chance.choice((None, Label.plain("label")))
        )
        for start, end in sorted(ends)
    ]
    targets = chance.sample([*ids, *(group.id for group in groups)], 4)
    notes = tuple(Callout(id, Label.plain(chance.choice(TEXTS))) for id in targets)
    return Pipeline(tuple(nodes), tuple(edges), tuple(groups), callouts=notes)


@pytest.mark.parametrize("seed", range(12))
def test_random_diagrams(seed: int) -> None:
    chance = random.Random(seed)
    found = finished(random_pipeline(chance), chance.choice(DIRECTIONS))
    assert {*kinds(found)} <= {"crossing"}


def test_layouts_without_callouts_have_none() -> None:
    assert finished(CHAIN).layout.callouts == {}


def test_the_search_knows_the_width_of_callouts() -> None:
    chain = "".join(f"node n{number}: A node of the chain\n" for number in range(4)) + "n0 -> n1 -> n2 -> n3\n"
    pipeline = replace(
        parse(chain + "".join(f"note of n{number}: {TEXTS[2]}\n" for number in range(4))), direction="auto"
    )
    found = search(graph_of(pipeline, MODERN), ENGINE, 700.0)
    assert found.layout.extent.width <= 700
    assert kinds(found) == []


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("title", ["", ": Confusion"])
@pytest.mark.parametrize("cell", ["tp.1", "tp.2", "fn.1", "fn.2"])
def test_the_leader_to_an_outer_cell_ends_at_the_outside_of_its_table(
    cell: str, title: str, direction: Direction
) -> None:
    table = f"grid c{title}\n   tp: 812 | 41\n   fn: 37 | 110\nnode x\nnode k\nx -> c -> k\n"
    found = finished(f"{table}note of c.{cell}: Agreement", direction)
    leader = Box.around(found.layout.callouts[0].leader.points)
    others = [node.box for id, node in found.layout.nodes.items() if id not in ("x", "k", f"c.{cell}")]
    assert not any(leader.touches(box.grown(-1.0)) for box in others)
    assert kinds(found) == []
