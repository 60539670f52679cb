"""Statements that can be read here and mean something else in Mermaid, DOT, D2, PlantUML or YAML.

Such a line would silently become a node that nobody wants.  It is one only if nothing else names the node: no edge, no
``align``, no kind before its id.  ``node title: The title`` declares a node whatever its id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from ..model.synonyms import KINDS, direction_of
from .cells import ids_of_cells
from .doubts import BARE_WORDS
from .fields import FIELDS
from .label_habits import VALUES_OF_OPTIONS, is_value_of
from .lexer import ID, ids_in, split_head
from .syntax_tree import ForeignError, Line, Name, Text

_OPTION = "'{id}' would be a node here; {what} an option of the directive, under its first line: ':{option}: {value}'"
_LOOK = (
    "'{id}' would be a node here; the kind of a node picks its shape and colour, as in 'store a: Label', and the style "
    "of the project the rest"
)

# Tables, several words a line.
# fmt: off
_OPTIONS = {
    **dict.fromkeys(("title", "caption", "accTitle"), ("a caption is", "caption")),
    **dict.fromkeys(("alt", "accDescr"), ("a description is", "alt")),
    **dict.fromkeys(("theme", "style"), ("the style is", "style")),
    "legend": ("a legend is", "legend"),
    "width": ("the width is", "width"),
}
"""Id → words for the message, and the option of the directive."""
_LOOKS = frozenset((
    "color", "colour", "shape", "fill", "stroke", "font", "fontname", "background", "bgcolor", "config", "vars",
    "classes", "grid-rows", "grid-columns", "grid-gap", "near", "icon", "layout", "layers", "scenarios", "rankdir",
))
_LISTS = frozenset(("nodes", "edges", "vertices", "links", "connections", "groups", "children", "items", "steps"))
_FIELDS = frozenset(("link", "tooltip"))
_BARE = frozenset(("autonumber", "newpage"))
_HEADERS = frozenset((
    "graph", "digraph", "flowchart", "sequenceDiagram", "classDiagram", "stateDiagram", "stateDiagram-v2", "erDiagram",
    "gantt", "pie", "mindmap", "timeline", "journey", "gitGraph", "requirementDiagram", "quadrantChart", "kanban",
    "C4Context", "C4Container", "C4Component", "C4Deployment", "xychart-beta", "sankey-beta", "packet-beta",
    "block-beta", "architecture-beta", "zenuml",
))
# fmt: on
_OTHERS = frozenset(("from", "to", "direction"))
_LOOK_OF_D2 = re.compile(
    r"shape|style(?:\..+)?|near|icon|width|height|grid-\w+|font\w*|(?:source|target)-arrowhead(?:\..+)?"
)
_INDEX = re.compile(rf"(?P<id>{ID.pattern})(?:[\[({{]\s*(?:(?P<number>\d{{1,4}})|\w+)\s*[\])}}]|:\w+)")
_BLOCK_OF_D2 = re.compile(r"\|+`?(?:md|latex|tex|\w{2,10})?$|\|+`.*`\|+$")


def has_other_meaning(id: str, label: str = "") -> bool:
    """Whether a node with this *label* needs a kind before its id, because it may mean something else without one.

    >>> has_other_meaning("title"), has_other_meaning("chat.link"), has_other_meaning("chat")
    (True, True, False)
    >>> has_other_meaning("value", "7B"), has_other_meaning("value", "Value head")
    (True, False)
    """
    if id in BARE_WORDS or is_value_of(id, label) or is_value_of(id, label, VALUES_OF_OPTIONS):
        return True
    if id in _OPTIONS or any(id in words for words in (_LOOKS, _FIELDS, _BARE, _HEADERS, _OTHERS)):
        return True
    key = id.rpartition(".")[2] if "." in id else ""
    return ".style." in id or key in ("label", "direction", *_FIELD_NAMES) or bool(_LOOK_OF_D2.fullmatch(key))


class Habits:
    """The lines of a text, and what of them another language could mean."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines

    @cached_property
    def _named(self) -> Counter[str]:
        """How often each id stands before a label."""
        return Counter(id for line in self.lines for id in ids_in(split_head(line)[0]))

    @cached_property
    def _closers(self) -> str:
        """First characters of the lines that begin with one that ends a block of D2."""
        return "".join({line.body[0] for line in self.lines} & {"}", "|"})

    @cached_property
    def _tables(self) -> dict[str, list[str]]:
        """Row or grid → the ids of the cells in its first row."""
        found = {}
        for line, below in pairwise([*self.lines, Line(0, "", 0)]):
            head, label = split_head(line)
            word, _, id = head.partition(" ")
            if word == "row" and label:
                found[id.strip()] = ids_of_cells(id.strip(), label)
            elif word == "grid" and below.indent > line.indent:
                row, label = split_head(below)
                found[id.strip()] = ids_of_cells(f"{id.strip()}.{row}", label) if label else []
        return found

    def cell_of(self, line: Line) -> ForeignError | None:
        """The error of ``t[1]``, ``t(1)`` or ``t:1`` if ``t`` is a row or a grid."""
        for found in _INDEX.finditer(line.text, line.indent, line.indent + len(split_head(line)[0])):
            if ids := self._tables.get(found["id"]):
                at = int(found["number"]) - 1 if found["number"] else 0
                id = ids[min(max(at, 0), len(ids) - 1)]
                message = f"a cell has an id of its own, and numbers begin at 1: write '{id}'"
                if found["number"] is None or "." not in id:
                    message = f"a cell has an id of its own, as in '{id}'"
                return ForeignError(message, line, found.start(), len(found.group()))
        return None

    def check_label(self, id: str, label: Text | None, *, edge: bool = False) -> None:
        """Raise for a label that begins a block of D2: ``a: Label {`` or ``a: |md``, and lines up to ``}`` or ``|``."""
        if label is None or (not label.value.endswith(("{", "|")) and not label.value.startswith("|")):
            return
        text, line = label.value, label.line
        if text.endswith("{") and "}" in self._closers:
            title = text.rstrip("{ ").strip("\"'") or "Title"
            if edge:
                message = "an edge has no braces: its fields are indented under it, as in ':note: text'"
            elif id in _LOOKS | _OPTIONS.keys():
                message = _LOOK.format(id=id)
            else:
                message = f"a group is 'group {id}: {title}', its statements indented under it, without braces"
            raise ForeignError(message, line, line.indent, has_block=True)
        if _BLOCK_OF_D2.fullmatch(text) and ("|" in self._closers or text.endswith("`|")):
            message = "a label is text with inline markup, without '|': deeper lines continue it"
            raise ForeignError(message, line, label.column, len(text))

    def check_node(self, name: Name, label: Text | None, indented: Sequence[Line]) -> None:
        """Raise for a node without a kind, at the top level, whose id has another meaning elsewhere."""
        message = self._other_meaning(name, label, indented)
        if message and self._named[name.id] == 1:
            raise ForeignError(message, name.line, has_block=name.id in _HEADERS)

    def _other_meaning(self, name: Name, label: Text | None, indented: Sequence[Line]) -> str | None:
        """What to write instead of the node, if its id has another meaning elsewhere."""
        id = name.id
        if label is None:
            first = id in _HEADERS and name.line is self.lines[0]
            return f"write the statements only, without '{id}'" if first or id in _BARE else None
        if id in _LISTS and not label.value and indented and indented[0].body.startswith("- "):
            return f"there is no list of {id}: a line is a node, as in 'a: Label', or an edge, as in 'a -> b: label'"
        if id == "direction" and (direction := direction_of(label.value)):
            return _OPTION.format(id=id, what="a direction is", option="direction", value=direction)
        if id in _OPTIONS:
            what, option = _OPTIONS[id]
            value = {"style": "print", "legend": "yes"}.get(option) or label.value.strip("{ ") or "…"
            return _OPTION.format(id=id, what=what, option=option, value=value)
        if id in _LOOKS:
            return _LOOK.format(id=id)
        if id in _FIELDS:
            return f"a field is indented under its statement and begins with ':', as in ':{id}: {label.value}'"
        if id in ("from", "to") and self._named["from"] == self._named["to"] == 1:
            return "an edge is 'a -> b: label'"
        return self._attribute(id, label.value)

    def _attribute(self, id: str, value: str) -> str | None:
        """What to write instead of ``a.shape: cylinder`` and other keys of D2."""
        owner, _, key = id.partition(".style.") if ".style." in id else id.rpartition(".")
        if not owner or not ID.fullmatch(owner):
            return None
        if ".style." in id or _LOOK_OF_D2.fullmatch(key):
            kind = KINDS.get(value.casefold(), "store") if key == "shape" else "store"
            declared = f"{kind} {owner}: Label" if kind != "node" else f"{owner}: Label"
            return f"the kind of a node picks its shape and colour, as in '{declared}'"
        if key == "label":
            return f"a label stands after the id: '{owner}: {value}'"
        if key == "direction":
            return (
                f"the direction of a group is a field, indented under it: ':direction: {direction_of(value) or 'LR'}'"
            )
        if key in _FIELD_NAMES:
            return f"a field is indented under the statement of '{owner}': ':{key}: {value}'"
        return None

    def check_edge(self, ends: Sequence[tuple[Name, ...]], arrows: Sequence[str]) -> None:
        """Raise for ``a -- text --> b``, whose label would be a node."""
        for number, joined in enumerate(pairwise(arrows), start=1):
            (label, *others), before, after = ends[number], ends[number - 1][-1].id, ends[number + 1][0].id
            if joined == ("--", "-->") and not others and self._named[label.id] == 1:
                message = (
                    f"the label of an edge stands at its end, as in '{before} -> {after}: {label.id}'; if it is a "
                    f"node, write '{before} -- {label.id}' and '{label.id} --> {after}' on two lines"
                )
                raise ForeignError(message, label.line, label.column, len(label.id))


_FIELD_NAMES = {field.name for field in FIELDS} - {"value", "repeat"}
