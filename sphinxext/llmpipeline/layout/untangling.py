"""Untangling: edges that are in the way of others are routed anew after the rest, as long as the layout gets better.

Routes are chosen one after the other, so what comes late has to cross what came before, or squeeze past it, also where
it would have been in no way of it.  The same is true of labels beside them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

from ..geometry.primitives import Box
from ..model.vocabulary import ASIDE
from .edge_routing import reroute
from .finishing import Finished, cost_of_variant, judged, straight_edges
from .graph import LayoutEdge, LayoutGraph
from .ordering import links
from .panels import PlacedPanels
from .result import Layout
from .verdict import BASE, Kind

_EFFORT = 100_000  # squares of the numbers of edges of all layouts that are tried: two seconds for 40 edges
_CLOSE = 12.0  # points between a line and a node whose sides it blocks
_OF_ROUTES: tuple[Kind, ...] = (
    "crossing", "strange-label", "doubtful-label", "crowded-label", "narrow-pair", "one-on-another", "struck-label",
    "close-heads", "kink",
)  # fmt: skip
"""Faults of edges, one of which is perhaps better off elsewhere."""
_TANGLED = 1.0  # crossings for each edge: in a worse tangle, a few less are not seen


def untangled(found: Finished) -> Finished:
    """The layout with some of its edges routed anew, if they are in each other's way and that spares it."""
    if found.is_untangled:
        return found
    tried: set[tuple[int, ...]] = set()
    while len(tried) * len(found.graph.edges) ** 2 < _EFFORT:
        together = _together(found)
        wholes = (_with_fans(keys, together) for keys in _tangled(found))
        late = next((keys for keys in wholes if keys not in tried), None)
        if late is None:
            break
        tried.add(late)
        lines = found.placed.mapped(partial(_rerouted, found.lines, late))
        if None in lines.panels and lines == found.lines:
            continue
        other = judged(found.placed, lines, (*(key for key in found.late if key not in late), *late))
        if _is_better(other, found):
            found = other
    return replace(found, is_untangled=True) if tried else found


def _is_better(other: Finished, found: Finished) -> bool:
    """Whether the *other* layout is better; a straight link of a chain is not bent for a single crossing."""
    if other.verdict is None or found.verdict is None or cost_of_variant(other) >= cost_of_variant(found):
        return False
    chains = links([edge for edge in found.graph.edges if edge.kind not in ASIDE])
    bent = chains & straight_edges(found) - straight_edges(other)
    spared = found.verdict.cost - other.verdict.cost
    return not bent or spared > BASE[2] * len(bent) or other.verdict.count(1) < found.verdict.count(1)


def _with_fans(keys: tuple[int, ...], together: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """The keys in their order, each with those that are routed *together* with it."""
    return tuple(dict.fromkeys(one for key in keys for one in together[key]))


def _together(found: Finished) -> dict[int, tuple[int, ...]]:
    """By the key of each edge: the keys of its fan, the nearest first, if its label is said once, or else its own."""
    fans: dict[int, list[LayoutEdge]] = defaultdict(list)
    for edge in found.graph.edges:
        if edge.fan is not None:
            fans[edge.fan].append(edge)
    keys: dict[int, tuple[int, ...]] = {edge.key: (edge.key,) for edge in found.graph.edges}
    for fan in fans.values():
        if any(found.layout.edges[edge.key].label is None for edge in fan):
            whole = tuple(edge.key for edge in sorted(fan, key=partial(_distance, found.layout)))
            keys |= dict.fromkeys(whole, whole)
    return keys


def _distance(layout: Layout, edge: LayoutEdge) -> float:
    """Points between the middles of the ends of an edge."""
    return math.dist(layout.box_of(edge.source).center, layout.box_of(edge.target).center)


def _rerouted(lines: PlacedPanels, late: tuple[int, ...], layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of a panel, whose *graph* has some of the *lines* and of the edges that are *late*."""
    known = {key: line for _, panel in lines.panels.values() for key, line in panel.edges.items()}
    return reroute(layout, graph, known, late)


def _tangled(found: Finished) -> Iterator[tuple[int, ...]]:
    """Keys of edges that might be better if they came last in this order: those with faults with others, then pairs.

    At last each of them with one that is in its way at its end.
    """
    if found.verdict is None:
        return
    # Leaders of notes, which may cross lines too, come after all edges anyway, and loops stay at their nodes.
    lines = {edge.key for edge in found.graph.edges if not edge.is_loop}
    faults = [
        fault.parts for fault in found.verdict.faults if fault.kind in _OF_ROUTES and lines.issuperset(fault.parts)
    ]
    pairs = [(int(parts[0]), int(parts[1])) for parts in faults if len({*parts}) == 2]
    if found.verdict.kinds()["crossing"] > _TANGLED * len(found.graph.edges):
        return
    wrong = Counter(int(key) for parts in faults for key in dict.fromkeys(parts))
    yield from ((key,) for key, _ in wrong.most_common())
    for one, other in dict.fromkeys(pairs):
        yield one, other
        yield other, one
    for key in wrong:
        yield from ((key, other) for other in _beside_ends(found, key))


def _beside_ends(found: Finished, key: int) -> Iterator[int]:
    """Keys of the edges that run close to an end of an edge without ending there, and take places at its sides."""
    edges = {edge.key: edge for edge in found.graph.edges}
    ends = {edges[key].source, edges[key].target}
    near = [found.layout.box_of(id).grown(_CLOSE) for id in ends]
    for other, line in found.lines.layout.edges.items():
        if ends.isdisjoint((edges[other].source, edges[other].target)):
            legs = [Box.between(*leg) for leg in pairwise(line.path)]
            if any(leg.touches(box) for leg in legs for box in near):
                yield other
