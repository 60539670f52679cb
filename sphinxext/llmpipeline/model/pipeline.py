"""What a diagram says: nodes, edges and groups, as frozen values.

The model holds resolved values, never syntax: an edge statement that declares six edges is six :class:`Edge`
objects here, and a label is the runs of text that are drawn.  Every later stage takes these values and gives new ones.

Source lines are kept for messages.  They take no part in comparison or in ``repr()``, because two diagrams that
say the same are the same drawing, wherever they stand; ``repr()`` of a pipeline is what the cache is keyed by.
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
    """A stretch of text that is drawn in one face, without a line break."""

    text: str
    """What is drawn; in the face ``math`` the source of a formula, as LaTeX writes it."""
    face: Face = "regular"
    script: Script = ""
    """Whether the run is set below or above the line, in a smaller size."""
    reference: int | None = None
    """Number, within the diagram, of the reference that the run is the text of; where it leads is no part of it."""


@dataclass(frozen=True, slots=True)
class Label:
    """Text as it is drawn: lines of runs, top to bottom and left to right."""

    lines: tuple[tuple[Run, ...], ...]
    line: int = field(default=0, compare=False, repr=False)
    """Line of the declaring text where the label begins, from 1; 0 where there is none."""

    @classmethod
    def plain(cls, text: str, line: int = 0) -> Label:
        r"""A label in the regular face.

        >>> Label.plain("Model\n(GPT-3)").lines == ((Run("Model"),), (Run("(GPT-3)"),))
        True
        """
        return cls(tuple((Run(part),) for part in text.split("\n")), line)

    @property
    def text(self) -> str:
        """The bare text, its lines joined by newlines."""
        return "\n".join("".join(run.text for run in line) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Link:
    """Where a part leads."""

    target: str
    """A URL, or the markup of a role, which Sphinx resolves."""
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
    """How often the node is repeated, in the words of the author, such as ``12`` or ``N``."""
    value: Value | None = None
    """A number that is shown below the label, and that a :class:`Scale` may draw."""
    classes: tuple[str, ...] = ()
    link: Link | None = field(default=None, compare=False, repr=False)
    """No part of the drawing, since links are relative to the page and set when it is written."""
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
    """Id of the group around this one; ``None`` at the top level."""
    direction: Direction | None = None
    """Its own direction; ``None`` takes that of the diagram."""
    note: Label | None = None
    tooltip: Label | None = None
    repeat: str | None = None
    classes: tuple[str, ...] = ()
    panel: bool = False
    """Whether it is a panel; then it stands at the top level, and so do other panels only."""
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of nodes, or of edges, become colours and widths."""

    colormap: str | None = None
    """Name of a matplotlib colour map; ``None`` leaves the colours as they are."""
    norm: str = "linear"
    """Name of a matplotlib scale, such as ``log``."""
    range: tuple[float, float] | None = None
    """The values at the ends of the colour map; ``None`` takes the least and the greatest of the diagram."""
    widths: tuple[float, float] | None = None
    """Widths of edges at both ends, in points; ``None`` leaves the widths as they are."""
    label: Label | None = None
    """Title of the colour bar; ``None`` takes the unit that all values have in common."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A kind of nodes or of edges, and what the legend calls it."""

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
    """Direction of the ranks; ``auto`` takes what fits the page best, ``None`` that of the style."""
    splines: Splines | None = None
    """How edges run; ``None`` takes what the style says."""
    node_scale: Scale | None = None
    """What the values of nodes are drawn as; ``None`` for no more than their text."""
    edge_scale: Scale | None = None
    legend: tuple[LegendEntry, ...] = ()
    """The kinds that are explained below the diagram, in the words of the document's language."""

    @property
    def letters(self) -> dict[str, str]:
        """Ids of the panels → their letters, ``a`` for the first; empty where the diagram has no panels."""
        panels = (group.id for group in self.groups if group.panel)
        return {id: _letter(index) for index, id in enumerate(panels)}

    def items(self) -> Iterator[Item]:
        """Groups, nodes and edges: everything that may carry text or a link, in a fixed order."""
        yield from self.groups
        yield from self.nodes
        yield from self.edges

    def map_labels(self, change: Callable[[Label], Label]) -> Pipeline:
        """The same diagram with *change* called on every text.

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
        """Ids of the groups around a node or group, from the innermost outwards."""
        return iter(self.holders()[id])

    def holders(self) -> dict[str, tuple[str, ...]]:
        """Ids of nodes and groups → ids of the groups around them, from the innermost outwards."""
        inner = {group.id: group.parent for group in self.groups} | {node.id: node.group for node in self.nodes}
        found: dict[str, tuple[str, ...]] = {}
        for id in inner:
            waiting = [id]  # a stack of its own, since groups may be deep
            while (around := inner[waiting[-1]]) is not None and around not in found:
                waiting.append(around)
            for one in reversed(waiting):
                around = inner[one]
                found[one] = (around, *found[around]) if around is not None else ()
        return found

    def enclosures(self) -> dict[str, frozenset[str]]:
        """Ids of nodes and groups → ids of all groups around them."""
        return {id: frozenset(around) for id, around in self.holders().items()}


def _letter(index: int) -> str:
    """``a`` to ``z``, then ``aa``, ``ab``, as columns of a spreadsheet."""
    before, last = divmod(index, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)
