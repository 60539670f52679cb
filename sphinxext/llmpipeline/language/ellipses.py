"""Ellipses in edges: nodes without an id of their own, between two others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .lexer import ELLIPSIS
from .syntax_tree import EllipsisStatement, Name, NodeStatement


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
