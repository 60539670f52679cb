"""The verdict on a finished layout: its faults, each with a weight, and figures that are no faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, get_args

from ..records import record
from .graph import LayoutEdge

Kind = Literal[
    # The picture says something wrong.
    "through-node", "loose-end", "far-label", "strange-label", "one-on-another", "narrow-pair",
    "through-part", "cell-end",
    # It is hard to read.
    "struck-label", "struck-title", "cut-label", "overlap", "leaves-group", "along-border", "needless-bend", "crossing",
    "small-text", "scrolling", "close-heads", "head-on-corner", "struck-callout", "strange-callout",
    # It is untidy.
    "doubtful-label", "crowded-label", "long-way", "kink", "split-fan", "repeated-label", "off-middle",
    "crooked-spine", "out-of-row", "out-of-order", "tight-gap", "uneven-row", "uneven-groups", "off-axis-groups",
    "empty-area", "blank-margin",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

FaultClass = Literal[1, 2, 3]
"""1: the picture says something wrong; 2: it is hard to read; 3: it is untidy."""

BASE: dict[FaultClass, float] = {1: 100.0, 2: 10.0, 3: 1.0}
"""The weight of an average fault of each class: no number of milder faults that is likely makes up for a worse one."""

_SCALES: dict[Kind, tuple[FaultClass, float, str]] = {
    "through-node": (1, 1.5, "runs through a node that is not its end"),
    "loose-end": (1, 1.0, "ends inside the border, or away from it"),
    "cell-end": (1, 0.5, "ends at a whole row, but seems to end at a cell, as other lines do"),
    "far-label": (1, 1.0, "label far from its line"),
    "strange-label": (1, 1.0, "label no nearer to its own line than to another"),
    "one-on-another": (1, 1.2, "lines on one another"),
    "narrow-pair": (1, 0.5, "lines between the same two parts too near to each other"),
    "through-part": (1, 1.0, "leader of a callout through a node or a text, or on a line"),
    "struck-callout": (2, 1.5, "line through a callout"),
    "strange-callout": (2, 0.5, "callout next to another node, and nearer to it than to its own"),
    "struck-label": (2, 1.5, "line through a label"),
    "struck-title": (2, 1.5, "line through a title"),
    "cut-label": (2, 1.5, "border through a label"),
    "overlap": (2, 2.0, "parts on one another"),
    "leaves-group": (2, 1.0, "leaves the group that holds both its ends, or enters that of one end twice"),
    "along-border": (2, 1.0, "line along a border"),
    "needless-bend": (2, 0.6, "bent, where a straight line would be free"),
    "crossing": (2, 0.6, "lines cross"),
    "small-text": (2, 1.0, "text too small to read"),
    "scrolling": (2, 1.0, "wider than its page"),
    "close-heads": (2, 0.8, "arrowheads too near to each other"),
    "head-on-corner": (2, 0.5, "arrowhead on a corner"),
    "doubtful-label": (3, 2.0, "label hardly nearer to its own line than to another"),
    "crowded-label": (3, 2.0, "label that reads as one text with another one"),
    "long-way": (3, 1.0, "far longer than the way between its ends"),
    "kink": (3, 1.0, "steps aside by a few points and goes on"),
    "split-fan": (3, 2.0, "edges of one statement at different sides of their hub"),
    "repeated-label": (3, 1.0, "label of a fan that is said more than once"),
    "off-middle": (3, 1.0, "straight line beside the axis of its ends"),
    "crooked-spine": (3, 1.0, "link of a chain that is not straight"),
    "out-of-row": (3, 1.0, "not in a row with its siblings"),
    "out-of-order": (3, 2.0, "not in the order of the text"),
    "tight-gap": (3, 1.0, "gap smaller than the style's"),
    "uneven-row": (3, 0.5, "edges of a row that differ by a few points"),
    "uneven-groups": (3, 0.8, "edges of neighbouring groups that differ by a few points"),
    "off-axis-groups": (3, 0.8, "chained groups without a common axis"),
    "empty-area": (3, 1.0, "much of the picture is empty"),
    "blank-margin": (3, 0.5, "margin wider than the style's"),
}
"""Class, weight as a part of the base of its class, and meaning of each kind."""

CLASSES: dict[Kind, FaultClass] = {kind: scale[0] for kind, scale in _SCALES.items()}
"""The class of each kind."""


@record
class Fault:
    """One fault of a layout."""

    kind: Kind
    parts: tuple[str | int, ...]
    """The ids of nodes and groups, and the keys of edges, that it concerns; none for the whole diagram."""
    weight: float

    @classmethod
    def of(cls, kind: Kind, *parts: str | int, amount: float = 1.0) -> Fault:
        """A fault that is *amount* times as bad as an average one of its kind."""
        of_class, scale, _ = _SCALES[kind]
        return cls(kind, parts, BASE[of_class] * scale * amount)

    @property
    def of_class(self) -> FaultClass:
        """How bad its kind is, 1 the worst."""
        return CLASSES[self.kind]


@record
class Verdict:
    """The faults of a finished layout, and figures about its edges."""

    faults: tuple[Fault, ...]
    edges: tuple[LayoutEdge, ...]
    """All edges of the graph."""
    straight: int
    """Number of edges that are one segment along an axis."""
    slanted: int
    """Number of edges without a bend that slant, although one along an axis would be free."""

    @property
    def cost(self) -> float:
        """The weights of all faults together."""
        return sum(fault.weight for fault in self.faults)

    def count(self, of_class: FaultClass) -> int:
        """The number of faults of a class."""
        return sum(fault.of_class == of_class for fault in self.faults)

    def kinds(self) -> Counter[Kind]:
        """The number of faults of each kind that has any."""
        return Counter(fault.kind for fault in self.faults)

    def parts_of(self, fault: Fault) -> str:
        """The parts of a fault as text: edges by their ends."""
        edges = {edge.key: edge for edge in self.edges}
        names = (
            f"{edges[part].source} -> {edges[part].target}" if isinstance(part, int) else part for part in fault.parts
        )
        return ", ".join(names)

    def lines(self) -> Iterator[str]:
        """The faults as text, the worst first."""
        for fault in sorted(self.faults, key=lambda fault: (fault.of_class, -fault.weight)):
            parts = self.parts_of(fault)
            where = f": {parts}" if parts else ""
            yield f"{fault.of_class} {fault.kind}{where} ({_SCALES[fault.kind][2]}; {fault.weight:.1f})"

    def __str__(self) -> str:
        figures = f"{len(self.edges)} edges, {self.straight} along an axis, {self.slanted} slanted for no reason"
        return "\n".join([f"cost {self.cost:.1f}; {figures}", *self.lines()])
