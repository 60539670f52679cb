"""Comments of DOT: Graphviz drops them, so each is put back before what follows it in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

_STRING = r"(?<!\\)\"(?:[^\"\\]|\\.)*+\""  # not from a quote inside an unclosed one, which would be read again
_ID = rf"{_STRING}|[^\W\d]\w*|-?(?:\.\d+|\d+(?:\.\d*)?)"
_COMMENT = re.compile(
    rf"{_STRING}|(?P<comment>//[^\n]*|/\*.*?\*/|^[ \t]*#[^\n]*)|/\*.*",  # one without an end is none
    re.DOTALL | re.MULTILINE,
)
_STATEMENT = re.compile(
    rf"subgraph\s+(?P<group>{_ID})\s*\{{|(?P<id>{_ID})(?:\s*+:\s*+\w++){{0,2}}\s*+(?:-[->]\s*+(?P<head>{_ID}))?",
    re.DOTALL,
)
_SPACE = re.compile(r"[\s{};]*")

Anchor = tuple[str, ...]
"""What a comment stands before: the name of a node or a cluster, or both ends of an edge."""


class Comments(NamedTuple):
    """The comments of a graph."""

    first: list[str]
    """Lines before the graph."""
    by_anchor: dict[Anchor, list[str]]


class _Comment(NamedTuple):
    start: int
    end: int
    lines: list[str]


def find_comments(
    text: str, nodes: Collection[str], clusters: Collection[str], report: Callable[[int, str], None]
) -> Comments:
    """The comments of a text; *report* receives the line and the message of each that has no place."""
    first, anchors = list[str](), defaultdict[Anchor, list[str]](list)
    comments = [*_comments(text)]
    after: dict[int, int] = {}  # start of a comment → the statement that follows it and further comments
    starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def statement(position: int) -> int:
        space = _SPACE.match(text, position)
        end = space.end() if space else position
        return after.get(end, end)

    for comment in reversed(comments):
        after[comment.start] = statement(comment.end)
    anchor_at = cache(lambda position: _anchor(text, position, nodes, clusters))
    anchor_of = cache(lambda line: anchor_at(statement(starts[line - 1])))  # of what begins in a line, or after it
    graph = statement(0)
    for comment in comments:
        line = bisect_right(starts, comment.start)
        if comment.start < graph:
            first += comment.lines
        elif not comment.lines:
            continue
        elif anchor := anchor_of(line):
            anchors[anchor] += comment.lines
        else:
            said = " ".join(comment.lines)
            report(line, f"the comment '{said}' is left out: it stands before nothing that is kept")
    return Comments(first, anchors)


def _comments(text: str) -> Iterator[_Comment]:
    for found in _COMMENT.finditer(text):
        if found["comment"]:
            comment = found["comment"].lstrip(" \t")
            parts = (part.strip(" \t*") for part in comment.strip("/*# \t\n").split("\n"))
            yield _Comment(found.end() - len(comment), found.end(), [*filter(None, parts)])


def _anchor(text: str, position: int, nodes: Collection[str], clusters: Collection[str]) -> Anchor | None:
    """The node, cluster or edge whose statement begins at a position."""
    found = _STATEMENT.match(text, position)
    if not found:
        return None
    group, id, head = (_name(found[key]) for key in ("group", "id", "head"))
    if group:
        return (group,) if group in clusters else None
    if head:
        return (id, head) if id in nodes and head in nodes else None
    return (id,) if id in nodes else None


def _name(id: str | None) -> str:
    return id[1:-1].replace('\\"', '"') if id and id.startswith('"') else id or ""
