"""Sketch: nodes, groups and edges of an object by keys of its own, before they have ids and an order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from ..builder import Diagram
from ..conversion.names import Names, valid
from ..model.pipeline import Pipeline
from ..model.vocabulary import EdgeKind
from ..records import frozen_record

Key = Hashable

_FORWARD: tuple[EdgeKind, ...] = ("flow", "derive", "weak")
"""Kinds of edges that may close a loop."""
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# fmt: off
_UPPER = frozenset((
    "ai", "api", "bm25", "cpu", "csv", "dpo", "gpu", "grpo", "html", "json", "llm", "lora", "nlp", "ocr", "pdf", "ppo",
    "qa", "rag", "rl", "rlhf", "rm", "sft", "sql", "url", "xml", "yaml",
))
# fmt: on
"""Words that are written in capitals."""


@frozen_record
class _Edge:
    source: Key
    target: Key
    label: str
    kind: EdgeKind
    fields: Mapping[str, Any]


class Sketch:
    """Collects what an object has, in any order; ids are unique and as near to the names of the object as they can be.

    Args:
        empty: the message of the error if there are no nodes.
    """

    def __init__(self, empty: str) -> None:
        self._empty = empty
        self._ids: dict[Key, str] = {}
        self._names = Names()
        self._nodes: dict[Key, tuple[str, str, Mapping[str, Any]]] = {}
        self._groups: dict[Key, tuple[str, Mapping[str, Any]]] = {}
        self._members: dict[Key | None, list[Key]] = defaultdict(list)
        self._edges: list[_Edge] = []
        self._categories: dict[str, str] = {}

    def node(self, key: Key, id: str, label: str = "", kind: str = "", group: Key | None = None, **fields: Any) -> None:
        """Add a node; *id* is the one that it gets if it is valid and free."""
        self._ids[key] = self._names.add(id)
        self._nodes[key] = (cleaned(label) or cleaned(id) or self._ids[key], kind or "node", _cleaned_fields(fields))
        self._members[group].append(key)

    def group(self, key: Key, id: str, title: str = "", parent: Key | None = None, **fields: Any) -> None:
        """Add a group, in another one or at the top level."""
        self._ids[key] = self._names.add(id)
        self._groups[key] = (cleaned(title), _cleaned_fields(fields))
        self._members[parent].append(key)

    def edge(self, source: Key, target: Key, label: str = "", kind: EdgeKind = "flow", **fields: Any) -> None:
        """Add an edge between nodes or groups; one that closes a loop becomes feedback."""
        self._edges.append(_Edge(source, target, cleaned(label), kind, _cleaned_fields(fields)))

    def category(self, title: str) -> str:
        """Add a category, if there is none with this title; returns its id."""
        id = valid(title)
        self._categories.setdefault(id, cleaned(title) or id)
        return id

    def __contains__(self, key: Key) -> bool:
        return key in self._ids

    def pipeline(self) -> Pipeline:
        """The diagram.

        Raises:
            ValueError: if there are no nodes.
        """
        if not self._nodes:
            raise ValueError(f"nothing to draw: {self._empty}")
        diagram = Diagram()
        for id, title in self._categories.items():
            diagram.category(id, title)
        self._write(diagram, None)
        loops = _closing(self._edges, [*self._nodes, *self._groups])
        for number, edge in enumerate(self._edges):
            kind: EdgeKind = "feedback" if number in loops else edge.kind
            ends = self._ids[edge.source], self._ids[edge.target]
            diagram.edge(*ends, edge.label or None, kind=kind, **edge.fields)
        return diagram.pipeline

    def _write(self, diagram: Diagram, group: Key | None) -> None:
        """Declare what is in a group; one without nodes is left out."""
        for key in self._members[group]:
            if key in self._nodes:
                label, kind, fields = self._nodes[key]
                diagram.node(self._ids[key], label, kind=kind, **fields)
            elif self._has_nodes(key):
                title, fields = self._groups[key]
                with diagram.group(self._ids[key], title, **fields):
                    self._write(diagram, key)

    def _has_nodes(self, group: Key) -> bool:
        return any(key in self._nodes or self._has_nodes(key) for key in self._members[group])


def _closing(edges: list[_Edge], keys: list[Key]) -> set[int]:
    """Numbers of the edges that lead back to where a walk came from; walks begin where nothing leads to."""
    following: dict[Key, list[tuple[int, Key]]] = defaultdict(list)
    entered = set()
    for number, edge in enumerate(edges):
        if edge.kind in _FORWARD:
            following[edge.source].append((number, edge.target))
            entered.add(edge.target)
    closing: set[int] = set()
    done: set[Key] = set()
    for start in sorted(keys, key=lambda key: key in entered):  # stable: otherwise in the order of the object
        if start in done:
            continue
        open_keys = {start}
        walk: list[tuple[Key, Iterator[tuple[int, Key]]]] = [(start, iter(following[start]))]
        while walk:
            here, rest = walk[-1]
            number, key = next(rest, (-1, here))
            if number < 0:
                walk.pop()
                open_keys.discard(here)
                done.add(here)
            elif key in open_keys:
                closing.add(number)
            elif key not in done:
                open_keys.add(key)
                walk.append((key, iter(following[key])))
    return closing


def cleaned(text: str) -> str:
    r"""*text* without line breaks, empty lines and characters that cannot be drawn.

    ``\n`` as two characters breaks a line, as in labels of DOT.

    >>> cleaned(" a \n\x00b "), cleaned(r"a\n \nb")
    ('a b', 'a\\nb')
    """
    drawn = "".join(one if one.isprintable() or one.isspace() else " " for one in text)
    return r"\n".join(filter(None, (" ".join(line.split()) for line in drawn.split(r"\n"))))


def _cleaned_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (cleaned(value) or None) if isinstance(value, str) else value for name, value in fields.items()}


def title_of_name(name: str) -> str:
    """A name of code as a label.

    >>> [title_of_name(name) for name in ("prompt_builder", "llm", "X_train", "routeQuery", "BM25")]
    ['Prompt builder', 'LLM', 'X train', 'Route query', 'BM25']
    """
    words = _CAMEL.sub(" ", re.sub(r"[_\s-]+", " ", name)).split()
    said = [word.upper() if word in _UPPER else word for word in words]
    if len(said) > 1:
        said = [said[0], *(word.lower() if word.istitle() and not name.istitle() else word for word in said[1:])]
    text = " ".join(said)
    return text[:1].upper() + text[1:]


def type_name(value: object) -> str:
    """The class of an object, as messages name it."""
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
