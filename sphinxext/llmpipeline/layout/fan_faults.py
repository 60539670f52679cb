"""Faults of fans: edges of one statement that part where they should run together, and labels that are said again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..geometry.primitives import Box, Point
from ..model.vocabulary import ASIDE
from .drawn import Drawn, Line
from .verdict import Fault


def fan_faults(drawn: Drawn) -> Iterator[Fault]:
    """All faults of fans."""
    yield from _split_fans(drawn)
    yield from _repeated_labels(drawn)


def _split_fans(drawn: Drawn) -> Iterator[Fault]:
    """Fans of one statement of which some lines leave their hub, or meet at it, at one side, and others at another.

    Lines that have a side each, such as those to the left and to the right of a decision, are no fan.
    """
    edges = drawn.graph.pipeline.edges
    fans: dict[tuple[str, bool, int], list[tuple[Line, Point]]] = defaultdict(list)
    for line in drawn.lines:
        edge = line.edge
        if edge.kind not in ASIDE and not edge.is_loop and (number := edges[edge.key].line):
            fans[edge.source, True, number].append((line, line.start))
            fans[edge.target, False, number].append((line, line.end))
    for (hub, _, _), ends in fans.items():
        sides = {_side(drawn.boxes[hub], end) for _, end in ends}
        if 1 < len(sides) < len(ends):
            yield Fault.of("split-fan", hub, *(line.key for line, _ in ends), amount=len(sides) - 1)


def _side(box: Box, point: Point) -> int:
    """Which side of a box a point is nearest to."""
    x, y = point
    away = [abs(x - box.x0), abs(x - box.x1), abs(y - box.y0), abs(y - box.y1)]
    return away.index(min(away))


def _repeated_labels(drawn: Drawn) -> Iterator[Fault]:
    """Labels of fans for which one is enough that are said more than once."""
    said: dict[int, list[int]] = defaultdict(list)
    for line in drawn.lines:
        if line.edge.fan is not None and line.label:
            said[line.edge.fan].append(line.key)
    for keys in said.values():
        if len(keys) > 1:
            yield Fault.of("repeated-label", *keys, amount=len(keys) - 1)
