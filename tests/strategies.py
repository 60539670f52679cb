"""Random diagrams."""

from __future__ import annotations

from hypothesis import strategies as st

from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, DIRECTIONS, EDGE_KINDS, NODE_KINDS
from tests.layouts import enclosures

NAMES = st.sampled_from(["x", "node name", "a longer label\nof two lines", "word " * 8])
CAPTIONS = st.sampled_from([None, None, "label", "label on\ntwo lines"])
KINDS = [kind for kind in NODE_KINDS if kind != "join"]
"""Kinds of nodes with a label; a join has edges at both sides."""


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Up to four groups and ten nodes, with up to ten edges between any two of them, one loop for each node."""
    groups: list[Group] = []
    for index in range(draw(st.integers(0, 4))):
        parent = draw(st.sampled_from([None, *(group.id for group in groups)]))
        title = Label.plain(draw(st.sampled_from(["G", "Group title", "A title that is long"])))
        groups.append(Group(f"g{index}", title, parent, draw(st.sampled_from([None, None, *DIRECTIONS]))))
    owners = [
        *(group.id for group in groups),
        *draw(st.lists(st.sampled_from([None, *(g.id for g in groups)]), min_size=1, max_size=6)),
    ]
    nodes = [
        Node(f"n{index}", Label.plain(draw(NAMES)), draw(st.sampled_from(KINDS)), owner)
        for index, owner in enumerate(draw(st.permutations(owners)))
    ]
    around = enclosures(Pipeline(tuple(nodes), (), tuple(groups)))
    inner = [node.id for node in nodes]
    edges: dict[int, Edge] = {}
    for index in range(draw(st.integers(0, 10))):
        source, target = (
            draw(st.sampled_from(inner * 2 + [group.id for group in groups])),
            draw(st.sampled_from(inner * 2 + [group.id for group in groups])),
        )
        loops = [edge.source for edge in edges.values() if edge.source == edge.target]
        if source in around[target] or target in around[source]:
            continue
        if source == target and (source not in inner or source in loops):
            continue
        text = draw(CAPTIONS)
        kind = draw(st.sampled_from(EDGE_KINDS))
        edges[index] = Edge(source, target, kind, Label.plain(text) if text else None)
    direction = draw(st.sampled_from(DIAGRAM_DIRECTIONS))
    return Pipeline(tuple(nodes), tuple(edges.values()), tuple(groups), direction=direction)
