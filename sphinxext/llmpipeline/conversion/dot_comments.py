"""Comments of DOT: Graphviz drops them, so each is put back before what follows it in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

_ID = r"\"(?:[^\"\\]|\\.)*\"|[^\W\d]\w*|-?(?:\.\d+|\d+(?:\.\d*)?)"
_STRING = r"\"(?:[^\"\\]|\\.)*\""
_COMMENT = re.compile(rf"{_STRING}|(?P<comment>//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*)", re.DOTALL | re.MULTILINE)
_STATEMENT = re.compile(
    rf"[\s{{}};]*(?:subgraph\s+(?P<group>{_ID})\s*\{{|(?P<id>{_ID})(?:\s*:\s*\w+)*\s*(?:-[->]\s*(?P<head>{_ID}))?)"
)

_SPACE = re.compile(r"(?:[\s{};]+|//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*)*", re.DOTALL | re.MULTILINE)
"""What stands before a statement."""

Anchor = tuple[str, ...]
"""What a comment stands before: the name of a node or a cluster, or both ends of an edge."""


class Comments(NamedTuple):
    """The comments of a graph."""

    first: list[str]
    """Lines before the graph."""
    by_anchor: dict[Anchor, list[str]]


def find_comments(
    text: str, nodes: Collection[str], clusters: Collection[str], report: Callable[[int, str], None]
) -> Comments:
    """The comments of a text; *report* receives the line and the message of each that has no place."""
    first, anchors = list[str](), defaultdict[Anchor, list[str]](list)
    begun = _SPACE.match(text)
    graph = begun.end() if begun else 0
    for start, stop, lines in _comments(text):
        if start < graph:
            first += lines
            continue
        begin = text.rfind("\n", 0, start) + 1
        anchor = _anchor(text, begin if text[begin:start].strip() else stop, nodes, clusters)
        if anchor:
            anchors[anchor] += lines
        else:
            line = text.count("\n", 0, start) + 1
            report(line, f"the comment '{' '.join(lines)}' is left out: it stands before nothing that is kept")
    return Comments(first, anchors)


def _comments(text: str) -> Iterator[tuple[int, int, list[str]]]:
    for found in _COMMENT.finditer(text):
        said = (found["comment"] or "").strip("/*# \t\n").split("\n")
        if lines := [line for part in said if (line := part.strip(" \t*"))]:
            yield found.start(), found.end(), lines


def _anchor(text: str, position: int, nodes: Collection[str], clusters: Collection[str]) -> Anchor | None:
    """The node, cluster or edge whose statement begins at a position, after further comments."""
    space = _SPACE.match(text, position)
    found = _STATEMENT.match(text, space.end() if space else position)
    if not found:
        return None
    group, id, head = (_name(found[key]) for key in ("group", "id", "head"))
    if group:
        return (group,) if group in clusters else None
    if head:
        return (id, head) if {id, head} <= {*nodes} else None
    return (id,) if id in nodes else None


def _name(id: str | None) -> str:
    return id[1:-1].replace('\\"', '"') if id and id.startswith('"') else id or ""
