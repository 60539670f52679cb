"""Members of groups that edges join stand beside each other where that makes the lines between the groups straight."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout.finishing import straight_edges
from sphinxext.llmpipeline.layout.gaps import Axis, gap_between, middle
from sphinxext.llmpipeline.layout.graph import SIDEWAYS
from sphinxext.llmpipeline.layout.peers import joined_siblings, leaf_nodes, leaves_beside, without_feedback
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, dot_of, graph_of, sized

LADDER = """
group g: One
   a0 <-> a1
group h: Two
   b0 <-> b1
a0 -> b0
a1 -> b1
"""
STAGES = """
node o
group g: One
   node a0
   node a1
   node a2
   a0 <-> a1 <-> a2: sync
group h: Two
   node b0
   node b1
   node b2
   b0 -- b1 -- b2
a0 -> b0: words
a1 -> b1: words
a2 -> b2: words
o -> g
h --> g: again
"""


def peers(text: str) -> tuple[tuple[str, str], ...]:
    return sized(text).peers


@pytest.mark.parametrize("arrow", ["<->", "--"])
def test_ends_that_lead_to_members_of_another_group_are_peers(arrow: str) -> None:
    assert peers(LADDER.replace("<->", arrow)) == (("a0", "a1"), ("b0", "b1"))


def test_peers_come_in_the_order_of_the_graph_and_once() -> None:
    text = "group g: G\n   node a0\n   node a1\n   a1 <-> a0\n   a0 -- a1\n"
    assert peers(f"{text}group h: H\n   node b0\n   node b1\na0 -> b0\na1 -> b1") == (("a0", "a1"),)


@pytest.mark.parametrize(
    "text",
    [
        LADDER.replace("<->", "->"),
        LADDER.replace("<->", "..>"),
        LADDER.replace("a1 -> b1", ""),
        LADDER.replace("a1 -> b1", "a1 -> b0"),  # to one member
        LADDER.replace("a1 -> b1", "b1 -> a1"),
        LADDER.replace("a1 -> b1", "a1 --> b1"),
        LADDER.replace("a1 -> b1", "a1 -> c"),
        LADDER + "align a0, b1",
        LADDER.replace("group g: One", "group g: One\n   :direction: TB").replace("Two", "Two\n   :direction: TB"),
        LADDER.replace("group", "stack"),
        "a0 <-> a1\ngroup h: H\n   b0 <-> b1\na0 -> b0\na1 -> b1",
        "group g: G\n   a0 <-> a1\na0 -> b0\na1 -> b1",
    ],
)
def test_other_members_are_no_peers(text: str) -> None:
    assert peers(text) == ()


def test_a_group_with_a_flow_of_its_own_has_ranks() -> None:
    assert peers(LADDER.replace("b0 <-> b1", "b0 <-> b1\n   b0 -> b2")) == ()


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("text", "width"), [(LADDER, 2), (STAGES, 3)])
def test_lines_between_groups_of_peers_are_straight(text: str, width: int, direction: Direction) -> None:
    found = search(graph_of(text, MODERN, direction=direction), ENGINE, 700.0)
    assert found.verdict is not None
    assert found.verdict.faults == ()
    layout, along = found.layout, found.graph.is_sideways
    across: Axis = 1 if along else 0
    for names in ("a", "b"):
        boxes = [layout.box_of(f"{names}{number}") for number in range(width)]
        places = [middle(box, across) for box in boxes]
        assert places == sorted(places, reverse=direction in SIDEWAYS)
    assert gap_between(layout.box_of("g"), layout.box_of("h"), 0 if along else 1) > 0
    assert found.verdict.straight >= sum(edge.kind != "feedback" for edge in found.graph.edges)


@pytest.mark.parametrize("width", [700.0, 300.0])
def test_the_search_takes_no_staircase_of_groups(width: float) -> None:
    found = search(graph_of(LADDER, MODERN), ENGINE, width)
    assert found.verdict is not None
    assert found.verdict.straight == 4


# Leaves

REFUSED = "a -> b -> c -> d\nb -> no: refused"
"""The flow leads on to a node, and aside to a leaf; all stand at the top level."""
GATEWAY = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode out\nnode store\nc -> out\n"
"""A flow through a group, whose members lead to what stands outside of it."""


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    graph = sized(text)
    return leaves_beside(graph, {edge.key for edge in graph.edges}, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (REFUSED, [("b", "no")]),
        ("b -> c\na -> b\nb -> no\na -> c", [("b", "no")]),
        ("x -> b\na0 -> a -> b -> c", [("x", "b")]),  # one that enters stands before the hub
        ("x -> b\na0 -> a -> b -> c -> d\nb -> no", [("x", "b"), ("b", "no")]),
        ("a -> b -> c -> d\nb -> x\nb -> y", [("x", "b"), ("b", "y")]),  # one at each side
        ("a -> b -> c -> d\nb <-> store", [("b", "store")]),
        ("a -> b -> c -> d\nb -> tool: call\ntool -> b: result", [("b", "tool")]),
        ("a -> b -> c -> d\nb -> tool: call\ntool --> b: result", [("b", "tool")]),
        ("a -> b -> c -> d\nb --> log", [("b", "log")]),
        (GATEWAY + "b <-> store", [("b", "store")]),
        (GATEWAY + "node x\nb <-> store\na -> x", [("a", "x"), ("b", "store")]),  # of two hubs
    ],
)
def test_a_leaf_may_stand_beside_a_hub_from_which_another_way_leads_on(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert pairs(text) == tuple(expected)


@pytest.mark.parametrize(
    "text",
    [
        "a -> b -> c",
        "b -> c\nb -> d",  # nothing leads on
        "tools -> a -> b -> c\nstart -> a\nc --> tools",  # nothing but feedback comes to the other beginning
        "a -> b -> c, d\nc -> e",  # a list has its order
        "a -> b -> c -> z\nb -> d -> z\nb -> e -> z\nb -> no",  # a fan of equals
        "a -> b -> c -> d\nb -> no\nno -> no",  # the loop has no room
        "node a\nnode b\nnode c\nnode d\ngroup g: G\n   node no\na -> b -> c -> d\nb -> no",
        "node a\nnode b\nnode c\nnode d\nnode no\na -> b -> c -> d\nb -> no\nalign c, no",
        "stack s: S\n   node a\n   node b\n   node c\n   node no\na -> b -> c\nb -> no\nc -> a",
        GATEWAY,  # to the last node, the flow leads on
        GATEWAY + "node x\nb <-> store\nb -> x",  # both would stand at one side
        GATEWAY.replace("G\n", "G\n   :direction: TB\n") + "b <-> store",  # not in one direction
    ],
)
def test_other_nodes_stay_in_their_ranks(text: str) -> None:
    assert pairs(text) == ()


def test_edges_that_no_text_declares_are_statements_of_their_own() -> None:
    pipeline = parse(REFUSED)
    made = replace(pipeline, edges=tuple(replace(edge, line=0) for edge in pipeline.edges))
    graph = graph_of(made, MODERN)
    assert leaves_beside(graph, {edge.key for edge in graph.edges}, ()) == (("b", "no"),)


def test_only_a_hub_with_a_bent_line_has_its_leaf_beside_it() -> None:
    graph = sized(REFUSED + "\nd -> e -> f\nd -> no2")
    keys = {(edge.source, edge.target): edge.key for edge in graph.edges}
    assert leaves_beside(graph, set(), ()) == ()
    assert leaves_beside(graph, {keys["d", "e"]}, ()) == (("d", "no2"),)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_a_leaf_and_what_leads_on_are_joined_by_straight_lines(direction: Direction) -> None:
    found = search(graph_of(parse(REFUSED, direction=direction), MODERN), ENGINE, 700.0)
    assert found.graph.pairs == (("b", "no"),)
    assert found.verdict is not None
    assert (found.verdict.straight, found.verdict.faults) == (4, ())


def test_the_flow_stays_in_line_inside_a_group_that_could_be_narrower() -> None:
    text = (
        "sft: Supervised fine-tuning\ngroup loop: Reinforcement learning\n   prompts: Prompts\n   policy: Policy\n"
        "   judge: Reward model\n   update: Update\n   prompts -> policy -> judge -> update\n"
        "   update --> policy: new weights\ntests: Benchmarks\nsft -> policy\nloop -> tests"
    )
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    assert found.graph.pairs == (("prompts", "policy"),)
    middles = {round(found.layout.box_of(id).center[0]) for id in ("sft", "policy", "judge", "update", "tests")}
    assert len(middles) == 1


def test_an_edge_of_a_group_does_not_begin_at_a_leaf() -> None:
    text = "group g: G\n   node x\n   node a\n   node b\n   x -> a -> b\nnode z\nnode y\ny -> a\ng -> z"
    plain = graph_of(parse(text, direction="TB"), MODERN)
    graph = replace(plain, aside=(("x", "a"),))
    key = plain.edges[-1].key
    assert graph.endpoints[key].tail == plain.endpoints[key].tail == "b"
    assert "rank=same" in dot_of(graph).source


@pytest.mark.parametrize("text", ["prompt -> llm -> t -> s\ns -> llm: again", "a -> b -> c -> out\nc -> a: no"])
def test_what_runs_back_does_not_lead_on(text: str) -> None:
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    assert found.graph.pairs == ()


def test_a_leaf_that_is_joined_both_ways_stands_at_one_side() -> None:
    assert pairs("p0 -> p -> hub -> y -> z\nhub -> x\nx -> hub") == (("hub", "x"),)
    assert pairs("p0 -> p -> hub -> y -> z\nx -> hub\nhub -> x") == (("x", "hub"),)


@pytest.mark.parametrize("label", ["", ": lookup"])
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_a_store_outside_of_a_group_stands_beside_the_member_that_uses_it(direction: Direction, label: str) -> None:
    text = f"{GATEWAY}b <-> store{label}\nnode in\nin -> a"
    found = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, 700.0)
    assert found.graph.pairs == (("b", "store"),)
    assert found.verdict is not None
    assert (found.verdict.straight, found.verdict.faults) == (5, ())


@pytest.mark.parametrize("direction", ["LR", "RL"])
@pytest.mark.parametrize("group", ["", "group g: G\n"])
def test_two_leaves_stand_in_the_order_of_the_text(group: str, direction: Direction) -> None:
    lines = ["node a", "node b", "node c", "node d", "node x", "node y", "a -> b -> c -> d", "b -> x", "b -> y"]
    text = group + "\n".join(("   " if group else "") + line for line in lines)
    found = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, 700.0)
    assert found.graph.pairs == (("x", "b"), ("b", "y"))
    assert found.layout.box_of("x").y0 > found.layout.box_of("b").y1
    assert found.layout.box_of("y").y1 < found.layout.box_of("b").y0


def test_a_wide_line_or_a_label_in_the_way_has_a_room_within_a_rank() -> None:
    text = "node a\nnode b\na -> b: label\nalign a, b"
    thin = graph_of(parse(text, direction="LR"), MODERN)
    wide = replace(thin, edges=(replace(thin.edges[0], width=20.0),))
    assert '"e0 label"' not in dot_of(thin).source
    assert '"e0 label"' in dot_of(wide).source
    assert '"e0 label"' in dot_of(thin.with_room()).source


def test_edges_to_other_panels_do_not_lead_on() -> None:
    text = "panel p: One\n   node h\n   node i\n   node j\n   node st\n   h -> i -> j\n   i -> st\n"
    text += "panel q: Two\n   node e\n   node f\n   e -> f\ni -> f"
    found = search(graph_of(parse(text, direction="LR"), MODERN), ENGINE, 700.0)
    assert ("e", "f") not in found.graph.aside
    assert found.layout.box_of("e").x1 < found.layout.box_of("f").x0


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_a_smaller_layout_without_leaves_aside_has_no_more_faults(direction: Direction) -> None:
    nodes = "node hub\ndecision a: L\nnode b: two\\nlines\ndecision c: wide label of this node\ndecision d\nnode out\n"
    text = nodes + "node st: L\nhub -> a, b, c, d\na, b, c, d -> out\nd <-> st"
    found = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, 700.0)
    assert found.verdict is not None
    assert found.verdict.kinds().keys() <= {"empty-area"}


def test_the_leaves_of_the_flow_may_stand_aside_without_those_of_feedback() -> None:
    graph = sized("a -> b -> c -> d -> e\nb -> no\nc --> log")
    pairs = leaves_beside(graph, {edge.key for edge in graph.edges}, ())
    assert pairs == (("b", "no"), ("c", "log"))
    assert without_feedback(graph, pairs) == (("b", "no"),)


def test_a_leaf_outside_of_a_stack_stays_in_its_rank() -> None:
    stacked = "stack s: S\n   group g: G\n      node a\n      node b\n      node c\n      a -> b -> c\n   node y\n"
    assert pairs(f"{stacked}node st\nnode out\nb <-> st\nc -> out") == ()


SIBLINGS = """
boss: Supervisor
group workers: Workers
   one: Researcher
   two: Coder
   three: Critic
store: Scratchpad
boss -> one, two, three: subtask
one, two, three -> store
"""


@pytest.mark.parametrize("arrow", ["-->", "<->", "--"])
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_siblings_that_an_edge_without_a_direction_joins_stay_in_their_row(direction: Direction, arrow: str) -> None:
    text = f"boss -> one, two, three\none, two, three -> store\nthree {arrow} two"
    found = search(graph_of(parse(text, direction=direction), MODERN), ENGINE, 700.0)
    axis: Axis = 0 if direction in SIDEWAYS else 1
    assert len({round(middle(found.layout.box_of(id), axis)) for id in ("one", "two", "three")}) == 1
    assert 6 in straight_edges(found)
    assert found.verdict is not None
    assert not found.verdict.faults


def test_a_label_between_siblings_of_a_group_has_room_beside_its_line() -> None:
    pipeline = parse(f"{SIBLINGS}three --> two: Change requests", direction="LR")
    found = search(graph_of(pipeline, MODERN), ENGINE, 700.0)
    label, group = found.layout.edges[6].label, found.layout.groups["workers"].box
    assert label is not None
    assert group.x0 <= label.x0 <= label.x1 <= group.x1
    assert 6 in straight_edges(found)
    assert found.verdict is not None
    assert {fault.of_class for fault in found.verdict.faults} <= {3}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("b <-> c", (("b", "c"),)),
        ("c --> b", (("b", "c"),)),
        ("c -- b\nb <-> c", (("b", "c"),)),
        ("node x\nb -> x -> c\nc --> b", ()),
        ("node x\nc -> x -> b\nb <-> c", ()),
        ("node x\nb -> x -> a\nc --> b", (("b", "c"),)),
        ("b ..> c", ()),
        ("b <-> b", ()),
        ("group g: G\n   node d\na -> d\nd <-> b", ()),
        ("group b2: G\n   node d\na -> b2\nb <-> b2", ()),
        ("stack s: S\n   node d\n   node e\na -> d, e\nd <-> e", ()),
        ("align b, c\nb <-> c", ()),
        # Through a group: into it, and out of one of its members.
        ("group g: G\n   node x\nb -> g\nx -> c\nb <-> c", ()),
        ("group g: G\n   node x\nb -> x\ng -> c\nb <-> c", ()),
        ("group g: G\n   node x\n   node y\nb -> x\ny -> c\nb <-> c", (("b", "c"),)),
    ],
)
def test_siblings_are_joined_if_no_flow_leads_from_one_to_the_other(
    text: str, expected: tuple[tuple[str, str], ...]
) -> None:
    graph = sized(f"node a\nnode b\nnode c\na -> b, c\n{text}")
    back = {edge.key for edge in graph.edges if edge.target == "a"}
    assert joined_siblings(graph, back) == expected


def test_siblings_in_one_row_do_not_make_a_page_scroll() -> None:
    nodes = "node a: A\ngroup g: G\n   node b: Research agent\n   node c: Coding agent\n   node d: Critic agent\n"
    pipeline = parse(f"{nodes}a -> b, c, d\nb <-> c: asks\nc <-> d: answers", direction="TB")
    assert not search(graph_of(pipeline, MODERN), ENGINE, 308.0).is_cut


def test_siblings_in_one_row_have_no_label_on_a_node() -> None:
    nodes = "node boss\nnode store\ngroup g: Group\n   node a: A long name of agent a\n   node b: B\n"
    nodes += "   node c: A long name of agent c\n   node gx: Inside\n   gx -> a, b, c\n"
    edges = "boss -> a, b, c\na, b, c -> store\nc --> a: change requests of all\nb --> a: change requests of all"
    verdict = search(graph_of(parse(nodes + edges, direction="LR"), MODERN), ENGINE, 308.0).verdict
    assert verdict is not None
    assert not verdict.kinds()["overlap"]


def test_siblings_are_no_leaves_where_a_group_has_a_direction_of_its_own() -> None:
    text = "node boss\nnode s\ngroup g: G\n   :direction: LR\n   node a\n   node b\nboss -> a, b\na, b -> s\nb --> a"
    graph = replace(graph_of(parse(text, direction="TB"), MODERN), aside=(("a", "b"),))
    assert [leaf_nodes(part.graph) for part in (divide(graph), *divide(graph).inner.values())] == [set(), set()]


def test_siblings_that_lead_to_one_node_are_siblings() -> None:
    assert joined_siblings(sized("b, c -> d\nb <-> c"), ()) == (("b", "c"),)


def test_edges_within_a_rank_are_as_short_where_others_have_labels() -> None:
    text = "node a\nnode b\nnode c\nalign a, b\na -> b\na -> c"
    gaps = []
    for label in ("", ": label"):
        found = search(graph_of(parse(text + label, direction="LR"), MODERN), ENGINE, 700.0)
        gaps.append(gap_between(found.layout.box_of("a"), found.layout.box_of("b"), 1))
    assert gaps[1] == pytest.approx(gaps[0])
