"""DOT: a graph → :class:`~sphinxext.llmpipeline.conversion.source.Source`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from ..model.vocabulary import DIRECTIONS, Direction
from .dot_comments import find_comments
from .dot_graph import Attributes, DotEdge, DotNode, DotSubgraph, parse_dot
from .dot_places import Places
from .kinds import SHAPES
from .labels import LabelReader, one_line
from .records import Field, leaves, parse_record, rows_of
from .source import (
    Alignment,
    Blank,
    Cells,
    Comment,
    Item,
    Look,
    Mention,
    Pointer,
    Remark,
    Source,
    SourceEdge,
    SourceGroup,
    SourceNode,
    Text,
    look_of,
    plain,
)

_BLACK = ("", "black", "#000000", "#000")
_RECORDS = ("record", "mrecord")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def read_dot(text: str) -> Source:
    """Read a graph.

    Raises:
        ConversionError: if Graphviz cannot read it.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.places = Places(text)
        self.graph = parse_dot(text)
        self.remarks: list[Remark] = []
        self.clusters = {cluster.name: cluster for cluster in _clusters(self.graph.root)}
        self.members = {name: frozenset(cluster.nodes) for name, cluster in self.clusters.items()}
        self.inherited: dict[str, str] = {}
        """Cluster → the label that it inherits."""
        for outer in (self.graph.root, *self.clusters.values()):
            for inner in _inner_clusters(outer):
                self.inherited.setdefault(inner.name, outer.attributes.get("label", ""))
        self.group_ids: dict[str, str] = {}
        self.placed: set[str] = set()
        self.drawn: set[int] = set()

    def read(self) -> Source:
        root = self.graph.root
        rankdir = root.attributes.get("rankdir", "TB").upper()
        direction: Direction = next((known for known in DIRECTIONS if known == rankdir), "TB")
        self.across = direction in ("TB", "BT")
        nodes = {name: self._node(node) for name, node in self.graph.nodes.items()}
        self.comments = find_comments(self.text, nodes, self.clusters, self._report)
        before = [Comment(line) for line in self.comments.first]
        items = (*before, *([Blank()] if before else []), *self._items(root))
        label = root.attributes.get("label", "")
        caption = plain(self._text(label, root.name, 0)) if label else ""
        remarks = dict.fromkeys(self.remarks)
        return Source(nodes, items, direction, caption, "", tuple(sorted(remarks, key=lambda found: found.line)))

    def _report(self, line: int, message: str) -> None:
        self.remarks.append(Remark(line, message))

    def _before(self, *anchor: str) -> Iterator[Comment]:
        """The comments before a node, a cluster or an edge."""
        yield from (Comment(line) for line in self.comments.by_anchor.pop(anchor, ()))

    # Blocks

    def _items(self, graph: DotSubgraph) -> Iterator[Item]:
        """Nodes and clusters in the order of their first nodes, then alignments, then edges."""
        clusters = [*_inner_clusters(graph)]
        own = {name: cluster for cluster in reversed(clusters) for name in cluster.nodes}
        done = set[str]()
        for name in graph.nodes:
            cluster = own.get(name)
            if cluster is None and name not in self.placed:
                self.placed.add(name)
                yield from self._before(name)
                yield Mention(name)
            elif cluster is not None and cluster.name not in done:
                done.add(cluster.name)
                yield from self._before(cluster.name)
                yield self._group(cluster)
        for subgraph in _ranked(graph):
            yield from self._alignment(subgraph)
        for number in graph.edges:
            if number not in self.drawn:
                self.drawn.add(number)
                edge = self.graph.edges[number]
                if drawn := [*self._edge(edge)]:
                    yield from self._before(edge.tail, edge.head)
                    yield from drawn

    def _group(self, cluster: DotSubgraph) -> SourceGroup:
        values, name = cluster.attributes, cluster.name
        line = self.places.line(name)
        label = values.get("label", "")
        title = self._text(label, name, line) if label and label != self.inherited[name] else ()
        look = Look()
        if "filled" in values.get("style", "") or values.get("bgcolor"):
            look = self._look(values, values.get("bgcolor") or "lightgrey", line)
        id = name.removeprefix("cluster").lstrip("_")
        if not id or id in self.graph.nodes or id.isdigit():
            id = name
        self.group_ids[name] = id
        return SourceGroup(id, title or None, tuple(self._items(cluster)), None, look, _pointer(values), line)

    def _alignment(self, subgraph: DotSubgraph) -> Iterator[Alignment]:
        rank = subgraph.attributes["rank"]
        line = self.places.line("rank")
        if rank == "same" and len(subgraph.nodes) > 1:
            yield Alignment(subgraph.nodes, line)
        elif rank != "same":
            self._report(line, f"'rank={rank}' is left out: the edges say what is first and last")

    # Nodes

    def _node(self, node: DotNode) -> SourceNode:
        values, name = node.attributes, node.name
        line = self.places.line(name)
        shape = values.get("shape", "").lower()
        label = values.get("label", "\\N")
        cells = self._cells(label, name, line) if shape in _RECORDS else None
        if label == "\\N" and "\\" in name:
            label = name
        text: Text | None = None if label == "\\N" else self._text(label, name, line)
        if shape in _RECORDS and cells is None and text is not None:
            text = self._record_text(label, name, line)
        if values.get("xlabel"):
            text = (*(text if text is not None else one_line(name)), *self._text(values["xlabel"], name, line))
        if values.get("image"):
            self._report(line, f"the image '{values['image']}' is left out: the field ':image:' names one")
        for style in ("dashed", "dotted", "bold", "diagonals"):
            if style in values.get("style", "").split(","):
                self._report(line, f"the style '{style}' of '{name}' is left out: the kind picks the outline")
        look = self._look(values, "lightgrey" if "filled" in values.get("style", "") else "", line)
        return SourceNode(name, text, SHAPES.get(shape, ""), look, _pointer(values), line, cells)

    def _look(self, values: Attributes, default: str, line: int) -> Look:
        style, stroke = values.get("style", ""), values.get("color", "").lower()
        if "invis" in style:
            return Look("", "", line, "nothing")
        fill = ""
        if default:
            fill = values.get("fillcolor", "").lower() or stroke or default
        colours = [colour.split(":")[0].split(";")[0] for colour in (fill, stroke)]
        fill, stroke = ("" if colour in _BLACK else colour for colour in colours)
        return look_of(fill, stroke, "", "", line)

    def _cells(self, label: str, name: str, line: int) -> Cells | None:
        """The cells of a record; ``None`` if it has one, or is no table."""
        try:
            rows = rows_of(parse_record(label), across=self.across)
        except ValueError:
            return None
        if rows is None or sum(map(len, rows)) < 2:
            return None
        places = {(row, place): cell for row, cells in enumerate(rows) for place, cell in enumerate(cells)}
        ports = {cell.port: place for place, cell in places.items() if cell.port}
        return Cells(tuple(tuple(self._text(cell.text, name, line) for cell in cells) for cells in rows), ports)

    def _record_text(self, label: str, name: str, line: int) -> Text:
        try:
            found: Sequence[Field] = [*leaves(parse_record(label))]
        except ValueError:
            return self._text(label, name, line)
        if len(found) > 1:
            self._report(line, f"the record '{name}' is no table: its fields are lines of a label")
        return tuple(chain.from_iterable(self._text(field.text, name, line) for field in found))

    def _text(self, label: str, name: str, line: int) -> Text:
        """A label: HTML where the text says so, or else a string with escapes."""
        reader = LabelReader(lambda message: self._report(line, message))
        if re.search(r"<[^<>]+>|&\w+;", label) and f"<{label}>" in self.text:
            return reader.html(label)
        graph = "" if self.graph.root.name.startswith("%") else self.graph.root.name
        names = {"N": name, "G": graph, "L": "", "n": "\n", "l": "\n", "r": "\n"}
        return reader.plain(_ESCAPE.sub(lambda found: names.get(found[1], found[1]), label))

    # Edges

    def _edge(self, edge: DotEdge) -> Iterator[SourceEdge]:
        values = edge.attributes
        line = self.places.edge(edge.tail, edge.head)
        styles = values.get("style", "").split(",")
        if "invis" in styles:
            self._report(line, f"the invisible edge from '{edge.tail}' to '{edge.head}' is left out")
            return
        if values.get("color", "").lower() not in _BLACK:
            self._report(line, f"the colour {values['color']} of an edge is left out: the arrow picks the line")
        texts = [values[key] for key in ("label", "xlabel", "taillabel", "headlabel") if values.get(key)]
        label = tuple(chain.from_iterable(self._text(text, "", line) for text in texts))
        ends = self._end(edge.tail, values.get("ltail", "")), self._end(edge.head, values.get("lhead", ""))
        ports = tuple(values.get(key, "").split(":")[0] for key in ("tailport", "headport"))
        arrow, reverse = self._arrow(values, styles)
        one, other = reversed(ends) if reverse else ends
        near, far = reversed(ports) if reverse else ports
        yield SourceEdge((one,), (other,), arrow, label or None, Look(), _pointer(values), line, (near, far))

    def _end(self, node: str, cluster: str) -> str:
        return self.group_ids[cluster] if node in self.members.get(cluster, ()) else node

    def _arrow(self, values: Attributes, styles: Sequence[str]) -> tuple[str, bool]:
        """The arrow of this language, and whether it points back."""
        way = values.get("dir", "forward" if self.graph.is_directed else "none")
        if values.get("arrowhead") == "none" and way in ("forward", "both"):
            way = {"forward": "none", "both": "back"}[way]
        if way == "both":
            return "<->", False
        if way == "none":
            return "--", False
        if {"dashed", "dotted"} & {*styles}:
            return "..>", way == "back"
        heavy = "bold" in styles or _number(values.get("penwidth", "1")) >= 2
        return "=>" if heavy else "->", way == "back"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _pointer(values: Attributes) -> Pointer:
    tooltip = values.get("tooltip", "") or values.get("edgetooltip", "")
    return Pointer(values.get("URL") or values.get("href") or values.get("edgeURL") or "", tooltip.replace("\\n", " "))


def _inner_clusters(graph: DotSubgraph) -> Iterator[DotSubgraph]:
    """The clusters that stand in a graph, also in its other subgraphs."""
    for subgraph in graph.subgraphs:
        if subgraph.is_cluster:
            yield subgraph
        else:
            yield from _inner_clusters(subgraph)


def _clusters(graph: DotSubgraph) -> Iterator[DotSubgraph]:
    for cluster in _inner_clusters(graph):
        yield cluster
        yield from _clusters(cluster)


def _ranked(graph: DotSubgraph) -> Iterator[DotSubgraph]:
    """The graph and its subgraphs, without clusters, that have a rank of their own."""
    if graph.is_cluster and graph.attributes.get("rank"):
        yield graph
    for subgraph in graph.subgraphs:
        if not subgraph.is_cluster:
            if subgraph.attributes.get("rank"):
                yield subgraph
            yield from _ranked(subgraph)
