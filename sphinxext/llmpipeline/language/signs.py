"""Signs among the nodes: ellipses and their places; errors of joins and piles, and of fields that need others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from ..diagnostics import Diagnostic
from ..model.pipeline import Edge, Node
from .lexer import ELLIPSIS
from .syntax_tree import EllipsisStatement, Field, Name, NodeStatement, Text, diagnostic_at

_TEXTS = ("label", "note", "value", "repeat", "step", "plot", "image")
"""What is shown in or at a node."""


def next_ellipsis(word: Name, ellipses: list[EllipsisStatement]) -> Name:
    """The position of *word* with an id that no author can write, after those of *ellipses*."""
    return word._replace(id=f"{ELLIPSIS}{len(ellipses) + 1}")


def with_ellipses(
    ends: list[tuple[Name, ...]], group: str | None, ellipses: list[EllipsisStatement]
) -> tuple[tuple[Name, ...], ...]:
    """The *ends* of an edge with ids for their ellipses, which become statements in *ellipses*.

    An ellipsis stands between the ids before and after it in its list; in a list without ids, between those in the
    chain.
    """
    found: list[tuple[Name, ...]] = []
    for names, earlier, later in zip(ends, [(), *ends], [*ends[1:], ()], strict=False):
        ids = [*_ids(names)]
        before, after = (None, None) if ids else (next(_ids(reversed(earlier)), None), next(_ids(later), None))
        around = [before, *ids, after]
        named, passed = [], 0
        for name in names:
            if name.id == ELLIPSIS:
                node = NodeStatement(next_ellipsis(name, ellipses), group, "more", None, {})
                ellipses.append(EllipsisStatement(node, around[passed], around[passed + 1]))
                named.append(node.name)
            else:
                named.append(name)
                passed += 1
        found.append(tuple(named))
    return tuple(found)


def _ids(names: Iterable[Name]) -> Iterator[Name]:
    return (name for name in names if name.id != ELLIPSIS)


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


def errors_of_sign(statement: NodeStatement, kind: str) -> Iterator[Diagnostic]:
    """Errors of a node without an outline, such as a plot; and of a join with a label or a field that is shown."""
    texts = {"label": statement.label} | {field.name: text for field, text in statement.fields.items()}
    for name, text in texts.items():
        if text is None:
            continue
        if name == "pile" and text.value == "yes":
            message = f"a node of the kind '{kind}' has no outline, and so no pile"
            yield diagnostic_at(message, text.line, text.column, len(text.value))
        elif name in ("plot", "image") and kind != "join":
            message = f"a node of the kind '{kind}' has no outline, and so no {name}"
            yield diagnostic_at(message, text.line, text.column, len(text.value.split("\n")[0]))
        elif kind == "join" and name in _TEXTS:
            message = f"a join takes no {name}: it is a point where edges meet"
            yield diagnostic_at(message, text.line, text.column, len(text.value.split("\n")[0]))


def field_errors(fields: Mapping[Field, Text]) -> Iterator[Diagnostic]:
    """Errors of a pile of what is not repeated, of an image beside a plot, and of a size without either."""
    texts = {field.name: text for field, text in fields.items()}
    pile = texts.get("pile")
    if pile and pile.value == "yes" and "repeat" not in texts:
        message = "a pile shows what is repeated: write ':repeat:' as well, as in ':repeat: 12'"
        yield diagnostic_at(message, pile.line, pile.column, len(pile.value))
    image = texts.get("image")
    if image and "plot" in texts:
        message = "a node has either a plot or an image, got both: remove one of them"
        yield diagnostic_at(message, image.line, image.column, len(image.value.split("\n")[0]))
    size = texts.get("size")
    if size and "plot" not in texts and "image" not in texts:
        message = (
            "the size is that of a plot or an image: write ':plot:' or ':image:' as well, or leave it out; "
            "a label has the room that it needs"
        )
        yield diagnostic_at(message, size.line, size.column, len(size.value.split("\n")[0]))


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
