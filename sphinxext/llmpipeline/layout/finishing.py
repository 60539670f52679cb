"""Finishing: everything but the places of nodes and groups, which Graphviz gives; and a verdict on it."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import replace

from ..diagnostics import LayoutError
from ..geometry.primitives import Box, Size
from ..model.vocabulary import ASIDE
from ..records import record
from ..text.typesetting import narrowed
from .alignment import align
from .clipping import clip
from .compaction import trimmed
from .edge_routing import route
from .endpoints import innermost
from .engine import LayoutEngine
from .gaps import Axis, gap_between, span
from .graph import LayoutEdge, LayoutGraph, layout_graph
from .judge import judge
from .listing import kept_orders, with_groups_apart
from .narrow_text import ShortLabels, short_labels, with_narrow_notes
from .ordering import whole_ranks
from .page_costs import is_cut, is_wide, placed_cost, size_cost
from .panel_edges import within_panels
from .panel_routing import route_between
from .panels import PlacedPanels, place_panels
from .reordering import in_listed_order, mirrored
from .result import Layout
from .tables import folded, folded_layout, unfolded
from .title_room import make_room
from .verdict import Verdict

_FAULT = 0.003  # of the cost of a page, for each point of the verdict: a statement that is wrong has 100 of them
_BENT = 0.03  # of the cost of a page, if no line is straight along an axis
_PROMISE = 0.015  # of the cost of a page, for each pair out of order
_RANK = 1.0  # of the cost of a page, for each pair that an author lists in a rank and that is out of order or line
_BROKEN = 0.6  # of the width of the widest label that is struck: further line breaks make it narrower than that
_SHORTER = 0.02  # of the cost of a page, for further line breaks in labels
_DENSE = 60  # edges: routing a denser diagram takes so long that only one layout of it is finished


@record
class Finished:
    """A layout with edges routed, labels and titles in their places, and all ends on outlines."""

    placed: PlacedPanels
    """The panels without lines."""
    lines: PlacedPanels
    """The panels with their lines."""
    layout: Layout
    """That of the whole."""
    verdict: Verdict | None
    """``None`` if the graph is dense: it has no other layout to be compared with."""
    cost: float
    """How badly it suits the page, with the weight of its faults and of lines that are not straight."""
    late: tuple[int, ...] = ()
    """Keys of the edges that were routed after all others, in this order."""
    short: ShortLabels | None = None
    """The panels with shorter lines in the labels beside them, not routed yet; ``None`` if that is of no use."""
    is_untangled: bool = False
    """Whether no other order of routes is known to be better."""

    @property
    def graph(self) -> LayoutGraph:
        """What was laid out: with its direction, line breaks, rooms and orders."""
        return self.placed.graph

    @property
    def is_cut(self) -> bool:
        """Whether the page scrolls."""
        return is_cut(self.layout.extent.width, self.graph, self.placed.width)

    @property
    def is_wide(self) -> bool:
        """Whether the page shows it smaller than legible, or scrolls."""
        return is_wide(self.layout.extent.width, self.graph, self.placed.width)

    @property
    def expected_cost(self) -> float:
        """About the cost that it will have with shorter lines in labels, if these spare anything.

        Its faults, such as scrolling, are counted as they are.
        """
        if not self.short:
            return self.cost
        width, height = self.layout.extent.width, self.layout.extent.height
        now, then = (
            size_cost(Size(wide, height), self.graph, self.placed.width) for wide in (width, width - self.short.spared)
        )
        return self.cost - now + then

    @property
    def messages(self) -> tuple[str, ...]:
        """Those of Graphviz, and about nodes that are not in line although they are aligned."""
        return (*self.placed.messages, *_broken_ranks(self.layout, self.graph))


def _broken_ranks(layout: Layout, graph: LayoutGraph) -> Iterator[str]:
    """A message for each statement ``align`` whose nodes and groups are not on one line."""
    if not graph.aligned:
        return
    for ids in graph.aligned:
        axis: Axis = 0 if graph.runs_sideways(innermost(graph.holders, ids[0], ids[-1])) else 1
        first = layout.box_of(ids[0])
        out = [f"'{id}'" for id in ids[1:] if gap_between(first, layout.box_of(id), axis) >= 0]
        if out:
            verb = "stands" if len(out) == 1 else "stand"
            yield (
                f"'align {', '.join(ids)}': {', '.join(out)} {verb} in another line than '{ids[0]}', "
                "because a group around them has a direction of its own"
            )


def routed(placed: PlacedPanels) -> Finished:
    """Finish a layout without variants; if it scrolls, perhaps with narrower notes."""
    found = _routed(placed.mapped(in_line))
    if found.is_cut and (narrow := with_narrow_notes(found.placed)):
        found = min(found, _routed(narrow), key=cost_of_variant)
    if found.verdict and found.is_wide:
        return replace(found, short=short_labels(found.placed, found.layout))
    return found


def with_short_labels(found: Finished) -> Finished:
    """The layout, or the same with shorter lines in the labels beside it, if that spares enough."""
    if found.short is None:
        return found
    other = _routed(found.short.placed)
    return other if cost_of_variant(other) < cost_of_variant(found) - _SHORTER else found


def improved(first: Finished, engine: LayoutEngine) -> Finished:
    """A finished layout, or a better variant of it: with room for labels, or reordered.

    Variants that cannot be laid out, such as for the time limit, are left out.
    """
    known = [first.placed]
    for placed in _placed_variants(first, engine):
        variant = placed.mapped(in_line)
        if all((variant.layout, variant.graph.whole) != (other.layout, other.graph.whole) for other in known):
            known.append(variant)
    others = map(_routed, known[1:])
    return min([first, *(other for other in others if not _is_bent_for_room(other, first))], key=cost_of_variant)


def _placed_variants(first: Finished, engine: LayoutEngine) -> Iterator[PlacedPanels]:
    faults = first.verdict.faults if first.verdict else ()
    disorder = [{*fault.parts} for fault in faults if fault.kind == "out-of-order"]

    def turned(layout: Layout, graph: LayoutGraph) -> Layout:
        is_wrong = any(layout.groups.keys() >= parts for parts in disorder)
        return mirrored(layout, graph) if is_wrong else layout

    if any(first.layout.groups.keys() >= parts for parts in disorder):
        yield first.placed.mapped(turned).mapped(in_listed_order)
    ranked = {id for ids in first.graph.aligned for id in ids}
    if any(ranked >= parts for parts in disorder):
        yield first.placed.mapped(in_listed_order)
    for graph in _variants(first):
        with suppress(LayoutError):
            yield place_panels(graph, engine, first.placed.width)


def with_less_room(found: Finished) -> Iterator[Finished]:
    """The same layout with groups that end next to their members, and the same with room for their titles again."""
    if found.verdict is None:
        return
    narrow = found.placed.mapped(trimmed)
    wider = narrow.mapped(make_room)
    for placed in (narrow, wider) if wider.layout != narrow.layout else (narrow,):
        if placed.layout != found.placed.layout:
            yield _routed(placed)


def is_better_with_less_room(narrow: Finished, found: Finished) -> bool:
    """Whether a layout with smaller groups bends no straight line, has no more faults, and suits the page better."""
    if narrow.verdict is None or found.verdict is None or not straight_edges(found) <= straight_edges(narrow):
        return False
    return narrow.verdict.cost <= found.verdict.cost and cost_of_variant(narrow) < cost_of_variant(found)


def _is_bent_for_room(variant: Finished, first: Finished) -> bool:
    """Whether a variant without room for labels has more faults, which its smaller size would outweigh."""
    if variant.graph.roomless == first.graph.roomless or variant.verdict is None or first.verdict is None:
        return False
    return variant.verdict.cost > first.verdict.cost


def straight_edges(found: Finished) -> set[int]:
    """Keys of the edges that run straight."""
    return {key for key, line in found.lines.layout.edges.items() if len(line.path) == 2}


def in_line(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* with its parts in line, and with room for titles."""
    aligned = unfolded(align(folded_layout(layout, graph), folded(graph)), graph)
    return make_room(aligned, graph)


def is_dense(graph: LayoutGraph) -> bool:
    """Whether only one layout of a graph is finished."""
    return len(graph.edges) > _DENSE


def cost_of_variant(finished: Finished) -> float:
    """The cost by which variants are compared: the order of the text is a promise, and worth some height."""
    verdict, graph = finished.verdict, finished.graph
    if verdict is None:
        return finished.cost
    cost = finished.cost + _PROMISE * verdict.kinds()["out-of-order"]
    if not graph.aligned:
        return cost
    ranked = {id for ids in folded(graph).aligned for id in ids}
    broken = [fault for fault in verdict.faults if fault.kind in ("out-of-order", "out-of-row")]
    return cost + _RANK * sum(ranked.issuperset(fault.parts) for fault in broken)


def _variants(finished: Finished) -> Iterator[LayoutGraph]:
    """Variants of the graph without the reasons of some faults, if it has these."""
    graph, verdict = finished.graph, finished.verdict
    if verdict is None:
        return
    free = {edge.key: edge.kind for edge in graph.edges if not graph.has_room(edge)}
    severe = (fault for fault in verdict.faults if fault.of_class < 3 or fault.kind == "long-way")
    faulty = {(part, fault.kind) for fault in severe for part in fault.parts}
    # Feedback may have a bend, whether its label has room or not.
    tight = {key for key, kind in faulty if key in free and (free[key], kind) != ("feedback", "needless-bend")}
    if tight:
        yield replace(graph, roomy=graph.roomy | tight)
        yield graph.with_room()
    kinds = {fault.kind for fault in verdict.faults}
    if seeming := {str(fault.parts[1]) for fault in verdict.faults if fault.kind == "cell-end"}:
        yield _with_borders(graph, seeming)
        yield replace(graph, whole=frozenset(seeming))
    struck = {fault.parts[1] for fault in verdict.faults if fault.kind == "struck-label"}
    blocking = _labels_in_the_way(finished.layout, graph, verdict)
    yield from _with_broken_labels(graph, struck | blocking)
    # Where lines cross, chance decides what less room does to them.
    if "crossing" not in kinds:
        returning = {edge.key for edge in graph.edges if _returns_sideways(graph, edge)}
        # A line that has become straight leaves its room empty.
        straight = returning & straight_edges(finished)
        for roomless in (straight, returning) if "empty-area" in kinds else (straight,):
            if roomless:
                yield replace(graph, roomless=frozenset(roomless))
    if graph.is_sideways and "out-of-order" in kinds:
        yield replace(graph, order="declared")
        yield replace(graph, order="reversed")
    if graph.aligned and "out-of-order" in kinds:
        ranks = whole_ranks(folded(graph).aligned)
        yield replace(graph, listed=ranks)
        yield replace(with_groups_apart(graph, whole_ranks(graph.aligned)), listed=ranks)
    if listed := kept_orders(folded_layout(finished.layout, graph), folded(within_panels(graph)), verdict):
        yield replace(graph, listed=listed)


def _with_borders(graph: LayoutGraph, tables: Set[str]) -> LayoutGraph:
    """The graph with borders around some *tables*, and around their siblings with as many cells, which look alike."""
    alike = {(group.parent, len(group.cells)) for group in graph.groups if group.id in tables}
    groups = (
        replace(group, is_framed=group.is_framed or (group.parent, len(group.cells)) in alike) for group in graph.groups
    )
    return replace(graph, groups=tuple(groups))


def _labels_in_the_way(layout: Layout, graph: LayoutGraph, verdict: Verdict) -> set[int]:
    """Keys of the edges whose labels are where another edge, which goes a long way, could run straight."""
    detours = {part for fault in verdict.faults if fault.kind == "long-way" for part in fault.parts}
    found: set[int] = set()
    for edge in (edge for edge in graph.edges if edge.key in detours):
        one, two = layout.box_of(edge.source), layout.box_of(edge.target)
        if min(gap_between(one, two, axis) for axis in (0, 1)) < 0:
            xs, ys = (sorted((*span(one, axis), *span(two, axis))) for axis in (0, 1))
            way = Box(xs[1], ys[1], xs[2], ys[2])
            labels = {key: line.label for key, line in layout.edges.items() if line.label and key != edge.key}
            found.update(key for key, label in labels.items() if label.overlaps(way))
    return found


def _with_broken_labels(graph: LayoutGraph, keys: Set[str | int]) -> Iterator[LayoutGraph]:
    """The graph with further line breaks in the labels of some edges, if these can be broken."""
    labels = {edge.key: edge.label for edge in graph.edges if edge.key in keys and edge.label}
    if not labels:
        return
    style = replace(graph.style, label_width=_BROKEN * max(label.width for label in labels.values()))
    text = narrowed(graph.text, graph.pipeline, style)
    edges = (
        new if key in labels and new and old and new.size.width < old.size.width else old
        for key, (new, old) in enumerate(zip(text.edges, graph.text.edges, strict=True))
    )
    text = replace(graph.text, edges=tuple(edges))
    broken = {edge.key: edge for edge in layout_graph(graph.pipeline, graph.style, text, graph.encoding).edges}
    if any(broken[key].label != label for key, label in labels.items()):
        sized = (replace(edge, label=broken[edge.key].label, room=broken[edge.key].room) for edge in graph.edges)
        yield replace(graph, text=text, edges=tuple(sized))


def _returns_sideways(graph: LayoutGraph, edge: LayoutEdge) -> bool:
    """Whether an edge with a label runs back, or beside the flow, between ranks that stand side by side."""
    home = innermost(graph.holders, edge.source, edge.target)
    return edge.kind in ASIDE and edge.label is not None and graph.runs_sideways(home)


def _routed(aligned: PlacedPanels) -> Finished:
    return judged(aligned, aligned.mapped(route))


def judged(placed: PlacedPanels, lines: PlacedPanels, late: tuple[int, ...] = ()) -> Finished:
    """The layout of *placed* with the *lines* that its panels have, and with those between panels: *late* ones last."""
    graph = placed.graph
    routed = route_between(lines.layout, graph, late)
    layout = clip(routed, graph)
    verdict = None if is_dense(graph) else judge(layout, graph)
    cost = placed_cost(lines, routed)
    if verdict:
        cost += _FAULT * verdict.cost + _BENT * (1 - verdict.straight / max(1, len(verdict.edges)))
    return Finished(placed, lines, layout, verdict, cost, late)
