"""Model of a diagram: nodes, edges and groups, as frozen values.

It holds resolved values, never syntax: an edge statement that declares six edges is six :class:`Edge` objects, and a
label is the runs of text that are drawn.  Later stages take these values and return new ones.

Source lines are kept for messages, and to know which edges one statement declares.  Comparison and ``repr()``, which is
part of the cache key, ignore them, because equal diagrams on different lines are one drawing.

The classes have no slots, because each diagram is pickled twice and frozen classes with slots take three times as long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from itertools import chain
from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar, cast

from ..records import frozen_record
from .quantity import Value
from .vocabulary import DiagramDirection, Direction, EdgeKind, Splines

if TYPE_CHECKING:
    from .images import Image
    from .plots import Plot

Face = Literal["regular", "italic", "bold", "mono", "math", "image"]
Script = Literal["", "sub", "super"]

ITEM = "- "
"""Beginning of a line of a label that is an item of a list."""


@frozen_record(slots=False)
class Run:
    """Text in one face, without a line break."""

    text: str
    """The text to draw; a formula in LaTeX in the face ``math``, and the alternative text in the face ``image``."""
    face: Face = "regular"
    script: Script = ""
    """Subscript or superscript, both in a smaller size; empty for neither."""
    reference: int | None = None
    """Number, within the diagram, of the reference whose text this run is; its target is not part of the model."""


@frozen_record(slots=False)
class Label:
    """Lines of runs, top to bottom and left to right.  A line that begins with a hyphen and a space is an item."""

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


@frozen_record(slots=False)
class Link:
    """Target of a node, an edge or a group."""

    target: str
    """URL, or the markup of a role, which Sphinx resolves."""
    is_role: bool = False
    line: int = field(default=0, compare=False, repr=False)


@frozen_record(slots=False)
class Node:
    """A box of the diagram."""

    id: str
    label: Label = field(default=cast("Label", None))
    """By default the id."""
    kind: str = "node"
    group: str | None = None
    """Id of the innermost group that holds the node; ``None`` at the top level."""
    note: Label | None = None
    """A second, smaller text below the label."""
    tooltip: Label | None = None
    repeat: str | None = None
    """Number of repetitions as the author wrote it, such as ``12`` or ``N``."""
    pile: bool = False
    """Whether it is drawn as a pile of sheets, because it is repeated."""
    step: str | None = None
    """Number of a step of a walk through the diagram, such as ``3`` or ``2a``."""
    value: Value | None = None
    """Number below the label, which a :class:`Scale` may map to a colour."""
    category: str | None = None
    """Id of a :class:`Category`, or of one of the project."""
    plot: Plot | None = None
    image: Image | None = None
    """Below the label, as a plot; a node has one of them at most."""
    size: tuple[float, float] | None = None
    """Width and height of the plot or the image, in points; ``None`` for those of the style."""
    classes: tuple[str, ...] = ()
    link: Link | None = field(default=None, compare=False, repr=False)
    """Link, relative to a page and added when the page is written; therefore not compared."""
    line: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.label is None:
            object.__setattr__(self, "label", Label.plain(self.id))


@frozen_record(slots=False)
class Edge:
    """One edge; its ends are ids of nodes or of groups."""

    source: str
    target: str
    kind: EdgeKind = "flow"
    label: Label | None = None
    note: Label | None = None
    tooltip: Label | None = None
    value: Value | None = None
    step: str | None = None
    category: str | None = None
    classes: tuple[str, ...] = ()
    fan: int | None = None
    """Number of the fan, of edges with one end in common, for all of which one label is said; ``None`` if none is."""
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)


@frozen_record(slots=False)
class Group:
    """A box around nodes and further groups; a row or a grid of cells; or a panel, a diagram beside others."""

    id: str
    label: Label | None
    """The title; ``None`` for a group without one."""
    parent: str | None = None
    """Id of the group that holds it; ``None`` at the top level."""
    direction: Direction | None = None
    """Direction inside the group; ``None`` for that of the diagram."""
    note: Label | None = None
    tooltip: Label | None = None
    repeat: str | None = None
    pile: bool = False
    category: str | None = None
    classes: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """The ids of the cells of a row or a grid, row by row; empty for others."""
    shares: bool = False
    """Whether it is a row whose cells are as wide as their values."""
    is_stack: bool = False
    """Whether its members stand on one axis and have one width."""
    panel: bool = False
    """Whether it is a panel, which stands at the top level, beside other panels only."""
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    @property
    def cells(self) -> tuple[str, ...]:
        """The ids of all cells of a row or a grid, in the order of the text."""
        return tuple(chain.from_iterable(self.rows))


@frozen_record(slots=False)
class Callout:
    """A text beside a node or a group, outside the flow, with a line that leads to it."""

    target: str
    """Id of the node or the group."""
    label: Label
    tooltip: Label | None = None
    category: str | None = None
    classes: tuple[str, ...] = ()
    link: Link | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False, repr=False)

    note: ClassVar[None] = None
    """A note has no further note, so this is always ``None``."""


@frozen_record(slots=False)
class Category:
    """What nodes, edges and groups have in common, such as a team: they have its colour, which the legend explains."""

    id: str
    label: Label
    line: int = field(default=0, compare=False, repr=False)


@frozen_record(slots=False)
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


@frozen_record(slots=False)
class LegendEntry:
    """A kind of node or edge, or a category, and its title in the legend."""

    part: Literal["node", "edge", "category"]
    kind: str
    """Name of the kind, or id of the category."""
    title: str
    is_plain: bool = False
    """Whether only the shape of the kind counts, because all its nodes have the colours of categories."""


Item = Node | Edge | Group | Callout
_Item = TypeVar("_Item", Node, Edge, Group)
_Label = TypeVar("_Label", Label, Label | None)


@frozen_record(slots=False)
class Pipeline:
    """A whole diagram, its parts in the order of their declaration."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    groups: tuple[Group, ...] = ()
    aligned: tuple[tuple[str, ...], ...] = ()
    """Sets of ids of nodes and groups that share a rank."""
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
    categories: tuple[Category, ...] = ()
    """Those that the diagram declares; further ones may be those of the project."""
    callouts: tuple[Callout, ...] = ()
    """Notes beside nodes and groups."""

    @property
    def letters(self) -> dict[str, str]:
        """Id of each panel → its letter, ``a`` for the first; empty without panels."""
        panels = (group.id for group in self.groups if group.panel)
        return {id: _letter(index) for index, id in enumerate(panels)}

    def items(self) -> Iterator[Item]:
        """Groups, then nodes, edges and callouts: all parts that may have a text or a link."""
        yield from self.groups
        yield from self.nodes
        yield from self.edges
        yield from self.callouts

    def map_labels(self, change: Callable[[Label], Label]) -> Pipeline:
        """Copy of the diagram with *change* applied to every text.

        Labels, notes and tooltips come in the order of :meth:`items`, then those of the categories, then the titles of
        the colour bars.
        """

        def changed(label: _Label) -> _Label:
            return label if label is None else change(label)

        def mapped(item: _Item) -> _Item:
            label, note, tooltip = changed(item.label), changed(item.note), changed(item.tooltip)
            if label is item.label and note is item.note and tooltip is item.tooltip:
                return item
            return replace(item, label=label, note=note, tooltip=tooltip)

        def noted(item: Callout) -> Callout:
            return replace(item, label=change(item.label), tooltip=changed(item.tooltip))

        def titled(scale: Scale | None) -> Scale | None:
            return scale and replace(scale, label=changed(scale.label))

        return replace(
            self,
            groups=tuple(mapped(group) for group in self.groups),
            nodes=tuple(mapped(node) for node in self.nodes),
            edges=tuple(mapped(edge) for edge in self.edges),
            callouts=tuple(map(noted, self.callouts)),
            categories=tuple(replace(one, label=change(one.label)) for one in self.categories),
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
        return iter(_holders(self)[id])


def _holders(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    parents = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    return enclosing_groups(parents)


def enclosing_groups(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Ids of nodes and groups → ids of the groups around them, from the innermost outwards.

    *parents* has the group directly around each; ``None`` at the top level.

    >>> enclosing_groups({"a": "inner", "inner": "outer", "outer": None})["a"]
    ('inner', 'outer')
    """
    found: dict[str, tuple[str, ...]] = {}
    for id in parents:
        waiting = [id]  # an explicit stack, because groups may nest deeply
        while (parent := parents[waiting[-1]]) is not None and parent not in found:
            waiting.append(parent)
        for one in reversed(waiting):
            parent = parents[one]
            found[one] = (parent, *found[parent]) if parent is not None else ()
    return found


def _letter(index: int) -> str:
    """``a`` to ``z``, then ``aa``, ``ab``, like the columns of a spreadsheet."""
    before, last = divmod(index, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)


def split(pipeline: Pipeline) -> tuple[tuple[Group, Pipeline], ...]:
    """The panels of *pipeline*, each with its parts as a pipeline; none if it has no panels.

    Edges between panels belong to none: :func:`between_panels` has them.  Notes are left out.
    """
    panels = [group for group in pipeline.groups if group.panel]
    if not panels:
        return ()
    home = _homes(pipeline)
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node in pipeline.nodes:
        nodes[home[node.id]].append(node)
    edges: dict[str, list[Edge]] = defaultdict(list)
    for edge in pipeline.edges:
        if home[edge.source] == home[edge.target]:
            edges[home[edge.source]].append(edge)
    groups: dict[str, list[Group]] = defaultdict(list)
    for group in pipeline.groups:
        if not group.panel:
            groups[home[group.id]].append(group)
    return tuple(
        (panel, Pipeline(tuple(nodes[panel.id]), tuple(edges[panel.id]), tuple(groups[panel.id]))) for panel in panels
    )


def between_panels(pipeline: Pipeline) -> tuple[Edge, ...]:
    """The edges whose ends are in different panels; none if *pipeline* has no panels."""
    if not any(group.panel for group in pipeline.groups):
        return ()
    home = _homes(pipeline)
    return tuple(edge for edge in pipeline.edges if home[edge.source] != home[edge.target])


def _homes(pipeline: Pipeline) -> dict[str, str]:
    """Ids of nodes and groups → ids of the outermost groups around them, or of themselves at the top level."""
    return {id: (around[-1] if around else id) for id, around in _holders(pipeline).items()}


def lettered(pipeline: Pipeline) -> Pipeline:
    """The diagram with the letter of each panel before its title, bold and in brackets."""
    letters = pipeline.letters
    if not letters:
        return pipeline

    def titled(group: Group) -> Group:
        letter = Run(f"({letters[group.id]})", "bold")
        if not group.label:
            return replace(group, label=Label(((letter,),)))
        first, *more = group.label.lines
        return replace(group, label=replace(group.label, lines=((letter, Run(" "), *first), *more)))

    return replace(pipeline, groups=tuple(titled(group) if group.panel else group for group in pipeline.groups))
