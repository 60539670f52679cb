"""Model of a diagram: nodes, edges and groups, as frozen values.

It holds resolved values, never syntax: an edge statement that declares six edges is six :class:`Edge` objects, and a
label is the runs of text that are drawn.  Later stages take these values and return new ones.

Source lines are kept for messages.  Comparison and ``repr()`` ignore them, because equal diagrams on different lines
are one drawing, and ``repr()`` of a pipeline is part of the cache key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from .quantity import Value
from .vocabulary import DiagramDirection, Direction, EdgeKind, Splines

Face = Literal["regular", "italic", "bold", "mono", "math"]
Script = Literal["", "sub", "super"]


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one face, without a line break."""

    text: str
    """The text to draw; in the face ``math``, a formula in LaTeX."""
    face: Face = "regular"
    script: Script = ""
    """Subscript or superscript, both in a smaller size; empty for neither."""
    reference: int | None = None
    """Number, within the diagram, of the reference whose text this run is; its target is not part of the model."""


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of runs, top to bottom and left to right."""

    lines: tuple[tuple[Run, ...], ...]
    line: int = field(default=0, compare=False, repr=False)
    """Source line where the label begins, from 1; 0 if there is none."""

    @classmethod
    def plain(cls, text: str, line: int = 0) -> Label:
        r"""Create a label in the regular face.

        >>> Label.plain("Model\n(GPT-3)").lines == ((Run("Model"),), (Run("(GPT-3)"),))
        True
        """
        return cls(tuple((Run(part),) for part in text.split("\n")), line)

    @property
    def text(self) -> str:
        """Text without faces, its lines joined by newlines."""
        return "\n".join("".join(run.text for run in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Link:
    """Target of a node, an edge or a group."""

    target: str
    """URL, or the markup of a role, which Sphinx resolves."""
    is_role: bool = False
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the diagram."""

    id: str
    label: Label
    kind: str = "node"
    group: str | None = None
    """Id of the innermost group that holds the node; ``None`` at the top level."""
    note: Label | None = None
    """A second, smaller text below the label."""
    tooltip: Label | None = None
    repeat: str | None = None
    """Number of repetitions as the author wrote it, such as ``12`` or ``N``."""
    value: Value | None = None
    """Number below the label, which a :class:`Scale` may map to a colour."""
    classes: tuple[str, ...] = ()
    link: Link | None = field(default=None, compare=False, repr=False)
    """Link, relative to a page and added when the page is written; therefore not compared."""
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge; its ends are ids of nodes or of groups."""

    source: str
    target: str
    kind: EdgeKind = "flow"
    label: Label | None = None
    note: Label | None = None
    tooltip: Label | None = None
    value: Value | None = None
    classes: tuple[str, ...] = ()
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """A titled box around nodes and further groups, or a panel: a diagram of its own beside others in the figure."""

    id: str
    label: Label
    parent: str | None = None
    """Id of the group that holds it; ``None`` at the top level."""
    direction: Direction | None = None
    """Direction inside the group; ``None`` for that of the diagram."""
    note: Label | None = None
    tooltip: Label | None = None
    repeat: str | None = None
    classes: tuple[str, ...] = ()
    panel: bool = False
    """Whether it is a panel, which stands at the top level, beside other panels only."""
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """Mapping from the values of nodes, or of edges, to colours and widths."""

    colormap: str | None = None
    """Name of a matplotlib colour map; ``None`` keeps the colours of the style."""
    norm: str = "linear"
    """Name of a matplotlib scale, such as ``log``."""
    range: tuple[float, float] | None = None
    """Values at the ends of the colour map; ``None`` for the least and the greatest of the diagram."""
    widths: tuple[float, float] | None = None
    """Widths of edges at both ends of the scale, in points; ``None`` keeps those of the style."""
    label: Label | None = None
    """Title of the colour bar; ``None`` for the unit that all values have in common."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A kind of node or edge and its title in the legend."""

    part: Literal["node", "edge"]
    kind: str
    title: str


Item = Node | Edge | Group
_Item = TypeVar("_Item", Node, Edge, Group)
_Label = TypeVar("_Label", Label, Label | None)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A whole diagram, its parts in the order of their declaration."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    aligned: tuple[tuple[str, ...], ...] = ()
    """Sets of node ids that share a rank."""
    direction: DiagramDirection | None = None
    """Direction of the ranks; ``auto`` for the one that fits the page best, ``None`` for that of the style."""
    splines: Splines | None = None
    """Shape of edges; ``None`` for that of the style."""
    node_scale: Scale | None = None
    """Scale for the values of nodes; ``None`` shows them as text only."""
    edge_scale: Scale | None = None
    """The same for edges."""
    legend: tuple[LegendEntry, ...] = ()
    """Entries of the legend, in the language of the document."""

    @property
    def letters(self) -> dict[str, str]:
        """Id of each panel → its letter, ``a`` for the first; empty without panels."""
        panels = (group.id for group in self.groups if group.panel)
        return {id: _letter(index) for index, id in enumerate(panels)}

    def items(self) -> Iterator[Item]:
        """Groups, then nodes, then edges: all parts that may have a text or a link."""
        yield from self.groups
        yield from self.nodes
        yield from self.edges

    def map_labels(self, change: Callable[[Label], Label]) -> Pipeline:
        """Copy of the diagram with *change* applied to every text.

        Labels, notes and tooltips come in the order of :meth:`items`, then the titles of the colour bars.
        """

        def changed(label: _Label) -> _Label:
            if label is None:
                return label
            return change(label)

        def mapped(item: _Item) -> _Item:
            return replace(
                item,
                label=changed(item.label),
                note=changed(item.note),
                tooltip=changed(item.tooltip),
            )

        def titled(scale: Scale | None) -> Scale | None:
            return scale and replace(scale, label=changed(scale.label))

        return replace(
            self,
            groups=tuple(mapped(group) for group in self.groups),
            nodes=tuple(mapped(node) for node in self.nodes),
            edges=tuple(mapped(edge) for edge in self.edges),
            node_scale=titled(self.node_scale),
            edge_scale=titled(self.edge_scale),
        )

    def labels(self) -> list[Label]:
        """Every text, in the order of :meth:`map_labels`."""
        found: list[Label] = []

        def keep(label: Label) -> Label:
            found.append(label)
            return label

        self.map_labels(keep)
        return found

    def enclosing(self, id: str) -> Iterator[str]:
        """Ids of the groups that hold a node or group, innermost first."""
        return iter(self.holders()[id])

    def holders(self) -> dict[str, tuple[str, ...]]:
        """Id of each node and group → ids of the groups that hold it, innermost first."""
        holder = {group.id: group.parent for group in self.groups} | {node.id: node.group for node in self.nodes}
        found: dict[str, tuple[str, ...]] = {}
        for id in holder:
            waiting = [id]  # a stack instead of recursion, because groups may be deep
            while (outer := holder[waiting[-1]]) is not None and outer not in found:
                waiting.append(outer)
            for inner in reversed(waiting):
                outer = holder[inner]
                found[inner] = (outer, *found[outer]) if outer is not None else ()
        return found

    def enclosures(self) -> dict[str, frozenset[str]]:
        """Id of each node and group → ids of all groups that hold it."""
        return {id: frozenset(holders) for id, holders in self.holders().items()}


def _letter(index: int) -> str:
    """``a`` to ``z``, then ``aa``, ``ab``, like the columns of a spreadsheet."""
    before, last = divmod(index, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)
