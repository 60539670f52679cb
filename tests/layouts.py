"""Graphs, layouts and engines for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.geometry.curves import pieces
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout.digraph import Dot, build_dot
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.engine import EngineOutput, Executable, LayoutEngine, graphviz_pure
from sphinxext.llmpipeline.layout.finishing import Finished, in_line, routed
from sphinxext.llmpipeline.layout.graph import LayoutGraph, layout_graph
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.panels import PlacedPanels
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.layout.result import Layout, LayoutResult, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.layout.routes import RADIUS
from sphinxext.llmpipeline.layout.search import best_variant
from sphinxext.llmpipeline.model.pipeline import Pipeline, enclosing_groups
from sphinxext.llmpipeline.model.vocabulary import Direction, Splines
from sphinxext.llmpipeline.rendering import encode_values
from sphinxext.llmpipeline.style.types import Encoding, Style
from sphinxext.llmpipeline.text.typesetting import TextBlock, TextBlocks, typeset

ENGINE = Executable(graphviz_pure())
"""The default engine, without a time limit."""

NODE_LABEL = Size(30.0, 10.0)
EDGE_LABEL = Size(40.0, 10.0)
TITLE = Size(10.0, 10.0)
CALLOUT = Size(48.0, 14.0)

PANELS = parse(
    """
panel p: Encoder
   :direction: TB
   model a
   a -> g
   group g: Inner
      model b
      group h: Innermost
         model c
   b => c: label
   align a, c
panel q: Decoder
   model d
   d -> d
   d -> k
   group k: Inner
      model e
   align d, e
""",
    direction="RL",
)
"""Two panels with groups, an edge at a group, a loop and shared ranks."""


def pipeline_of(
    pipeline: Pipeline | str, direction: Direction | None = None, splines: Splines | None = None
) -> Pipeline:
    """A pipeline, or that of a text, with another direction and other splines if these are given."""
    declared = parse(pipeline) if isinstance(pipeline, str) else pipeline
    return replace(declared, direction=direction or declared.direction, splines=splines or declared.splines)


def graph_of(
    pipeline: Pipeline | str,
    style: Style = CLASSIC,
    *,
    direction: Direction | None = None,
    splines: Splines | None = None,
) -> LayoutGraph:
    """The graph of a pipeline, with the sizes that its text has in *style*."""
    found = pipeline_of(pipeline, direction, splines)
    encoding = encode_values(found, style)
    return layout_graph(found, style, typeset(found, style, encoding.bars), encoding)


def sized(
    pipeline: Pipeline | str,
    style: Style = CLASSIC,
    *,
    direction: Direction | None = None,
    splines: Splines | None = None,
    nodes: Size | Sequence[Size] = NODE_LABEL,
    edges: Size | Sequence[Size | None] = EDGE_LABEL,
    groups: Size | Sequence[Size] = TITLE,
    widths: Mapping[int, float] | None = None,
) -> LayoutGraph:
    """The graph of a pipeline with label sizes that are given, without typesetting, and with room for all labels.

    Args:
        pipeline: the diagram, or its text.
        style: the look.
        direction: of the diagram.
        splines: of the diagram.
        nodes: size of the label of every node, or of each.
        edges: size of the label of every edge that has one, or of each edge.
        groups: size of the title of every group, or of each.
        widths: of lines, by the positions of their edges.
    """
    found = pipeline_of(pipeline, direction, splines)
    of_nodes = [nodes] * len(found.nodes) if isinstance(nodes, Size) else nodes
    of_edges = [edges if edge.label else None for edge in found.edges] if isinstance(edges, Size) else edges
    of_groups = [groups] * len(found.groups) if isinstance(groups, Size) else groups
    text = TextBlocks(
        tuple(TextBlock((), size) for size in of_nodes),
        tuple(size and TextBlock((), size) for size in of_edges),
        tuple(TextBlock((), size) for size in of_groups),
        callouts=tuple(TextBlock((), CALLOUT) for _ in found.callouts),
    )
    return layout_graph(found, style, text, Encoding(widths=widths or {})).with_room()


def dot_of(graph: LayoutGraph) -> Dot:
    """The DOT of a graph of one region."""
    region = divide(graph)
    assert not region.inner
    return build_dot(region)


def placed(graph: LayoutGraph) -> LayoutResult:
    """A graph of one region, with room for all labels, as Graphviz places it, before anything is mended."""
    return place(graph, dot_of(graph.with_room()), ENGINE)


def laid_out(graph: LayoutGraph) -> Layout:
    """The layout of a graph with room for all labels, of which Graphviz has nothing to report."""
    result = lay_out(graph.with_room(), ENGINE)
    assert result.messages == ()
    return result.layout


def finish(placed: PlacedPanels, engine: LayoutEngine) -> Finished:
    """Finish a layout; or a variant of it, if that is better."""
    return best_variant(routed(placed), engine)


def clear(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* in line, with room for titles, with edges routed and titles clear of them."""
    return route(in_line(layout, graph), graph)


def nodes(layout: Layout) -> list[PlacedNode]:
    """The nodes of a layout, in the order of the pipeline, or of its panels."""
    return list(layout.nodes.values())


def edges(layout: Layout) -> list[PlacedEdge]:
    """The edges of a layout, in the order of the pipeline."""
    return [layout.edges[key] for key in sorted(layout.edges)]


def groups(layout: Layout) -> list[PlacedGroup]:
    """The groups of a layout, in the order of the pipeline; panels come before the groups inside them."""
    return list(layout.groups.values())


def enclosures(pipeline: Pipeline) -> dict[str, frozenset[str]]:
    """Ids of nodes and groups → ids of all groups around them."""
    parents = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    return {id: frozenset(around) for id, around in enclosing_groups(parents).items()}


class Remembering:
    """Graphviz, which runs once for each graph."""

    def __init__(self) -> None:
        self._outputs: dict[str, EngineOutput] = {}

    def run(self, dot: Dot) -> EngineOutput:
        """The output for *dot*.

        Raises:
            LayoutError: if Graphviz fails or crashes.
        """
        if dot.source not in self._outputs:
            self._outputs[dot.source] = ENGINE.run(dot)
        return self._outputs[dot.source]


@dataclass
class FakeEngine:
    """An engine that keeps the graphs which it gets, and gives the output of a function."""

    output: Callable[[Dot], EngineOutput] = field(default_factory=lambda: ENGINE.run)
    graphs: list[Dot] = field(default_factory=list)

    def run(self, dot: Dot) -> EngineOutput:
        """The output for *dot*."""
        self.graphs.append(dot)
        return self.output(dot)


def canned(json: str, messages: str = "") -> FakeEngine:
    """An engine that gives the same output for every graph."""
    return FakeEngine(lambda _: EngineOutput(json.encode(), messages))


def chained(size: int) -> str:
    """A chain of groups, each of one node."""
    groups = [f"group g{number}: G\n   node n{number}" for number in range(size)]
    return "\n".join([*groups, *(f"g{number} -> g{number + 1}" for number in range(size - 1))])


def slant(line: PlacedEdge) -> float:
    """Points by which a part of a line runs neither along nor across, but for round corners."""
    found = [0.0]
    for piece in (piece for spline in line.splines for piece in pieces(spline)):
        ways = [(*piece[:2], 0.0), (*piece[-2:], 0.0), (piece[0], piece[-1], RADIUS if len(piece) > 2 else 0.0)]
        found += [min(abs(x1 - x0), abs(y1 - y0)) - spare for (x0, y0), (x1, y1), spare in ways]
    return max(found)
