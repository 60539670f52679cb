"""Merging: the declarations of an object, and statements that add to them or override them.

A statement about what the object has replaces its kind, its label and the fields that it names; the others stay.  One
inside a group that is not around it moves it there.  All other statements are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..language import KEYWORDS, Lexer, Line, ParseError, has_arrow, split_head

_TAB = 8  # as in the language
_INDENT = 3
_FIELD = re.compile(r":([\w-]+):(?:\s+(.*))?$")
_GROUPS = ("group", "stack", "panel")
_TABLES = ("row", "grid")
_YES, _NO = ("", "yes", "true", "on"), ("no", "false", "off")

Role = Literal["node", "group", "table", "edge", "other"]


class MergedLine(NamedTuple):
    """A line of the result."""

    text: str
    number: int | None
    """Index of the line in the statements; ``None`` if it is of the object."""


class Hidden(NamedTuple):
    """Something that ``:hide:`` names: an id, or the ends of an edge."""

    ids: tuple[str, ...]
    number: int
    """Index of its line in the statements."""


@dataclass(slots=True, eq=False)
class _Block:
    """A line, and those that are indented under it."""

    text: str
    number: int | None
    below: list[_Block] = field(default_factory=list)

    @property
    def role(self) -> Role:
        """What it declares."""
        if has_arrow(self.head):
            return "edge"
        words = self.head.split()
        if not words or len(words) > 2 or _FIELD.match(self.text):
            return "other"
        if len(words) == 2 and words[0] in KEYWORDS:
            return "group" if words[0] in _GROUPS else "table" if words[0] in _TABLES else "other"
        return "node" if words[-1] != "..." else "other"

    @property
    def head(self) -> str:
        """What stands before the label."""
        return split_head(Line(0, self.text, 0))[0]

    @property
    def label(self) -> str | None:
        """The label in its line; ``None`` without a colon."""
        found = split_head(Line(0, self.text, 0))[1]
        return found.value if found else None

    @property
    def ids(self) -> tuple[str, ...]:
        """The id, or the two ends of an edge; empty for a chain and a list."""
        if self.role != "edge":
            return (self.head.split()[-1],) if self.role != "other" else ()
        lexer = Lexer(Line(0, self.text, 0), 0, len(self.head))
        try:
            sources = lexer.read_ids()
            arrow = lexer.read_arrow(sources[-1])
            targets = lexer.read_ids(arrow)
        except ParseError:  # which is reported later
            return ()
        return (sources[0].id, targets[0].id) if lexer.at_end and len(sources) == len(targets) == 1 else ()

    @property
    def fields(self) -> dict[str, _Block]:
        """The fields by name."""
        found = ((_FIELD.match(block.text), block) for block in self.below)
        return {match[1]: block for match, block in found if match}

    @property
    def members(self) -> list[_Block]:
        """Its statements, if it is a group."""
        return [block for block in self.below if not _FIELD.match(block.text)] if self.role == "group" else []


class Statements:
    """Statements of a document about an object.

    Args:
        lines: with their indentation.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._blocks = _outline(lines)
        self.hidden: list[Hidden] = []
        """What is hidden, in the order of the text."""
        self.doubts: list[tuple[str, int]] = []
        """Messages, and the index of the line, about fields ``:hide:`` that say nothing."""
        self._blocks = [*self._shown(self._blocks)]

    def _shown(self, blocks: Sequence[_Block]) -> Iterator[_Block]:
        """The blocks without those that hide something."""
        for block in blocks:
            wish = block.fields.get("hide")
            if block.role == "group":
                block.below = [*block.fields.values(), *self._shown(block.members)]
            if wish is None:
                yield block
                continue
            assert block.number is not None
            assert wish.number is not None
            said = _FIELD.match(wish.text)
            value = (said[2] or "").strip().lower() if said else ""
            block.below = [one for one in block.below if one is not wish]
            if value in _YES and block.ids:
                self.hidden.append(Hidden(block.ids, block.number))
                continue
            if value not in _NO:
                expected = (
                    "yes or no" if block.ids else "a node, a group or an edge from one node to one other above it"
                )
                self.doubts.append((f"field 'hide': expected {expected}", wish.number))
            yield block

    def merge(self, text: str) -> list[MergedLine]:
        """The lines of *text*, the declarations of an object, with these statements."""
        merger = _Merger(_outline(text.split("\n"), is_object=True))
        return [*_lines(merger.merged(self._blocks), 0)]


class _Merger:
    def __init__(self, blocks: list[_Block]) -> None:
        self._top = blocks
        self._homes: dict[tuple[str, ...], list[_Block]] = {}
        """Id, or ends of an edge → the list that holds the block."""
        self._said: set[tuple[str, ...]] = set()
        """What was overridden; a second statement about it is reported as one too many."""
        self._find(blocks)

    def _find(self, blocks: list[_Block]) -> None:
        for block in blocks:
            if block.ids:
                self._homes.setdefault(block.ids, blocks)
            if block.role == "group":
                self._find(block.below)

    def merged(self, blocks: Sequence[_Block]) -> list[_Block]:
        """The blocks of the object, with *blocks*, which stand at the top level."""
        self._take(blocks, self._top)
        return [*_filled(self._top)]

    def _take(self, blocks: Sequence[_Block], home: list[_Block]) -> None:
        """Put blocks into *home*; those about what the object has are merged with it."""
        for block in blocks:
            members = block.members
            known = self._known(block)
            if known is None:
                block.below = [one for one in block.below if one not in members]
                home.append(block)
                self._take(members, block.below)
                continue
            self._said.add(block.ids)
            if home is not self._top and known.role != "edge" and not _holds(known, home):
                self._homes[block.ids].remove(known)
                home.append(known)
                self._homes[block.ids] = home
            _override(known, block, members)
            self._take(members, known.below)

    def _known(self, block: _Block) -> _Block | None:
        """What the object has that a block is about; ``None`` if it is new."""
        home = self._homes.get(block.ids, []) if block.ids and block.ids not in self._said else []
        return next((one for one in home if one.ids == block.ids and one.role == block.role), None)


def _holds(block: _Block, home: list[_Block]) -> bool:
    """Whether *home* is in a block, which therefore cannot be moved there."""
    return block.below is home or any(_holds(one, home) for one in block.below)


def _override(known: _Block, block: _Block, members: Sequence[_Block]) -> None:
    """Replace what *block* says of *known*, apart from its members."""
    fields, kept = block.fields, known.fields
    texts = [one for one in block.below if one not in fields.values() and one not in members]
    said = block.label is not None and (bool(block.label) or bool(texts) or known.role == "group")
    own = [one for one in known.below if one not in kept.values() and one not in known.members]
    head = block.head
    if known.role == "node" and len(head.split()) == 1 and len(known.head.split()) > 1:
        head = f"{known.head.split()[0]} {head}"
    if said or known.label is None:
        # The line of the document where it says all, because messages quote it.
        text = block.text if head == block.head else f"{head}: {block.label}" if block.label else head
    else:
        text = f"{head}: {known.label}" if known.label else f"{head}:"
    below = known.members
    known.text, known.number = text, block.number
    known.below[:] = [
        *(texts if said else own),
        *(one for name, one in kept.items() if name not in fields),
        *fields.values(),
        *below,
    ]


def _filled(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """The blocks without groups of the object that have lost all their members."""
    for block in blocks:
        if block.role == "group" and block.members:
            block.below = [one for one in block.below if one not in block.members] + [*_filled(block.members)]
        if block.role != "group" or block.members or block.number is not None:
            yield block


def _outline(lines: Sequence[str], *, is_object: bool = False) -> list[_Block]:
    """Lines by their indentation, without blank ones and comments."""
    top: list[_Block] = []
    around: list[tuple[int, list[_Block]]] = [(-1, top)]
    for number, line in enumerate(lines):
        expanded = line.expandtabs(_TAB).rstrip()
        body = expanded.lstrip()
        if not body or body.startswith("#"):
            continue
        indent = len(expanded) - len(body)
        while around[-1][0] >= indent:
            around.pop()
        home = around[-1][1]
        block = _Block(body, None if is_object else number)
        home.append(block)
        around.append((indent, block.below))
    return top


def _lines(blocks: Sequence[_Block], indent: int) -> Iterator[MergedLine]:
    for block in blocks:
        yield MergedLine(" " * indent + block.text, block.number)
        yield from _lines(block.below, indent + _INDENT)
