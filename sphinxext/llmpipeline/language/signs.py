"""Signs among the nodes: the places of ellipses, and the errors of joins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from ..diagnostics import Diagnostic
from ..model.pipeline import Edge, Node
from .syntax_tree import EllipsisStatement, NodeStatement, diagnostic_at

_TEXTS = ("note", "value", "repeat", "step")
"""Fields that are shown in or at a node."""


def with_ellipsis_nodes(
    nodes: list[Node], ellipses: Iterable[EllipsisStatement], resolve: Callable[[NodeStatement], Node | None]
) -> list[Node]:
    """*nodes* with those of ellipses in their places; each stands in the group of those before and after it."""
    homes = {node.id: node.group for node in nodes}
    after, before = defaultdict[str, list[Node]](list), defaultdict[str, list[Node]](list)
    rest: list[Node] = []
    for statement, *around in ellipses:
        one, other = (name.id if name and name.id in homes else "" for name in around)
        groups = {homes[id] for id in (one, other) if id}
        group = groups.pop() if len(groups) == 1 else statement.group
        if node := resolve(statement._replace(group=group)):
            (after[one] if one else before[other] if other else rest).append(node)
    placed = ((*before.get(node.id, ()), node, *after.get(node.id, ())) for node in nodes)
    return [*chain.from_iterable(placed), *rest]


def texts_of_join(statement: NodeStatement) -> Iterator[Diagnostic]:
    """Errors of a join with a label or with a field that is shown as text."""
    texts = {field.name: text for field, text in statement.fields.items() if field.name in _TEXTS}
    for name, text in ({"label": statement.label} | texts).items():
        if text is not None:
            message = f"a join takes no {name}: it is a point where edges meet"
            yield diagnostic_at(message, text.line, text.column, len(text.value.split("\n")[0]))


def joins_without_ends(nodes: Iterable[Node], edges: Iterable[Edge]) -> Iterator[tuple[str, str]]:
    """Ids of joins at which edges only begin, or only end, each with the message."""
    entered, left = set[str](), set[str]()
    for edge in edges:
        left.add(edge.source)
        entered.add(edge.target)
    for node in nodes:
        if node.kind == "join" and not (node.id in entered and node.id in left):
            lacking = "leaves" if node.id in entered else "enters"
            expected = f"expected edges that meet and go on, as in 'a, b -> {node.id} -> c'"
            yield node.id, f"no edge {lacking} the join '{node.id}': {expected}"
