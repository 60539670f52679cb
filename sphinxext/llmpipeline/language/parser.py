"""Text of a diagram → its statements, line by line; nothing is looked up yet."""

from __future__ import annotations

from collections.abc import Collection

from ..diagnostics import nearest, suggestion
from ..model.vocabulary import EdgeKind
from .fields import is_field, read_label, read_under, split_group, stray_field
from .lexer import (
    ARROWS,
    checked,
    has_arrow,
    ids_in,
    leading_id,
    read_arrow,
    read_ends,
    significant_lines,
    skip_space,
    split_head,
    starts_with_arrow,
    words_in,
)
from .syntax_tree import (
    EdgeStatement,
    GroupStatement,
    Line,
    Name,
    NodeStatement,
    ReadError,
    Statements,
    Text,
    diagnostic_at,
)

MAX_DEPTH = 20
"""How deep groups may nest: past this nobody can read the drawing, and far past it Python cannot recurse."""

_WORDS = ("group", "panel", "align")  # begin a statement, beside the kinds
_EXAMPLES = {"group": "training: Training", "panel": "encoder: Encoder"}


def read(text: str, kinds: Collection[str]) -> Statements:
    """``diagram = { statement }``.

    Args:
        text: the declarations.
        kinds: names of the kinds that a node may have.
    """
    reader = _Reader(kinds)
    lines = significant_lines(text, reader.statements.diagnostics)
    if not lines:
        message = "the diagram is empty: expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b'"
        reader.statements.diagnostics.append(diagnostic_at(message, Line(1, "", 0), 0))
    reader.read_block(lines, None, 0)
    reader.check_top()
    return reader.statements


class _Reader:
    def __init__(self, kinds: Collection[str]) -> None:
        self.kinds = kinds
        self.statements = Statements()
        self.diagnostics = self.statements.diagnostics
        self.panels = False
        """Whether there are panels."""
        self.beside: Line | None = None
        """The first statement of the top level that is no panel."""

    def check_top(self) -> None:
        """A diagram is made of panels, or it has none."""
        if self.panels and self.beside:
            message = "expected a panel: nothing stands beside the panels of a diagram; indent this under one of them"
            self.diagnostics.append(diagnostic_at(message, self.beside, self.beside.indent, len(self.beside.body)))

    def read_block(self, lines: list[Line], group: str | None, depth: int) -> None:
        """``{ statement }``: statements of one indentation, each with the deeper lines that follow it."""
        for first, under in self._split_block(lines):
            self._try_statement(first, under, group, depth)

    def _split_block(self, lines: list[Line]) -> list[tuple[Line, list[Line]]]:
        blocks: list[tuple[Line, list[Line]]] = []
        # One slip is one diagnostic: an indentation that was complained of is taken from then on.
        indents = {lines[0].indent} if lines else set()
        for line in lines:
            if blocks:
                above = blocks[-1][0].indent
                if line.indent > above and (line.indent not in indents or is_field(line)):
                    blocks[-1][1].append(line)
                    continue
            if line.indent not in indents:
                expected = f"expected {lines[0].indent}, as on line {lines[0].number}"
                message = f"unexpected indentation of {line.indent}: {expected}"
                self.diagnostics.append(diagnostic_at(message, line, line.indent, len(line.body)))
                indents.add(line.indent)
            blocks.append((line, []))
        return blocks

    def _try_statement(self, first: Line, under: list[Line], group: str | None, depth: int) -> None:
        try:
            self._read_statement(first, under, group, depth)
        except ReadError as error:
            self.diagnostics.append(error.diagnostic)
            self._doubt([first, *under])

    def _read_statement(self, first: Line, under: list[Line], group: str | None, depth: int) -> None:
        """``statement = node | edge | group | align``: what stands before the separator decides."""
        if first.body.startswith(":"):
            raise stray_field(first)
        head, label = split_head(first)
        words = words_in(first, head)
        panel = words[0].id == "panel" and not has_arrow(head)
        if depth == 0:
            self.panels = self.panels or panel
            self.beside = self.beside or (None if panel else first)
        if words[0].id == "align" and not (len(words) > 1 and starts_with_arrow(words[1].id)):
            self._read_align(first, head, label, under)
        elif has_arrow(head):
            self._read_edge(words, first.indent + len(head), label, under, group)
        elif words[0].id == "group" or panel:
            if panel and depth:
                message = "a panel stands at the top level; for a box inside another, write 'group'"
                self.diagnostics.append(diagnostic_at(message, first, first.indent, len("panel")))
            self._read_group(words, label, under, group, depth + 1)
        else:
            self._read_node(words, label, under, group)

    def _read_node(self, words: list[Name], label: Text | None, under: list[Line], group: str | None) -> None:
        """``node = [ kind ] id [ ":" label ]``."""
        first, name = words[0].line, words[-1]
        kind = self._read_kind(words, label)
        name = checked(name)
        whole, fields = self._read_under(first, label, under, "a node")
        self.statements.declares = True
        self.statements.nodes.append(NodeStatement(name, group, kind, whole, fields))

    def _read_kind(self, words: list[Name], label: Text | None) -> str:
        """``[ kind ]``, and what could stand in its place by mistake."""
        kind, last = words[0], words[-1]
        known = kind.id in self.kinds
        if "," in kind.id or (len(words) > 1 and words[1].id.startswith(",")):
            message = "expected an arrow after a list of ids, as in 'a, b -> c', or 'align' before it"
            raise ReadError(message, kind.line, kind.column, last.column + len(last.id) - kind.column)
        if len(words) == 2 and not known and nearest(kind.id, (*self.kinds, *_WORDS)) in _WORDS:
            raise self._unknown_kind(kind)  # meant to be one of these, so it declares no node
        # With a kind or a label the author meant a node, so that the text declares its nodes even if this one fails.
        if known or label is not None:
            self.statements.declares = True
        if len(words) > 1 and not known:
            checked(kind)  # a strange character is the nearer mistake
        if len(words) > 2:
            raise _too_many_words(words, label, known)
        if len(words) == 2 and not known:
            self.diagnostics.append(self._unknown_kind(kind).diagnostic)
        return kind.id if len(words) == 2 and known else "node"

    def _unknown_kind(self, kind: Name) -> ReadError:
        message = f"unknown kind '{kind.id}'{suggestion(kind.id, (*self.kinds, *_WORDS))}"
        return ReadError(message, kind.line, kind.column, len(kind.id))

    def _read_edge(self, words: list[Name], end: int, label: Text | None, under: list[Line], group: str | None) -> None:
        """``edge = ends { arrow ends } [ ":" label ]``, up to *end*."""
        first, kind, id = words[0].line, words[0].id, leading_id(words[1].id) if len(words) > 1 else None
        if id and (kind in self.kinds or kind in _WORDS):
            message = f"expected ids only in an edge: declare '{id}' on a line of its own, as in '{kind} {id}: Label'"
            raise ReadError(message, first, first.indent, len(kind))
        ends, position = read_ends(first, first.indent, end, None)
        chain: list[tuple[Name, ...]] = [ends]
        kinds: list[EdgeKind] = []
        while position < end:
            arrow, position = read_arrow(first, position, end, ends[-1])
            ends, position = read_ends(first, position, end, arrow)
            chain.append(ends)
            kinds.append(ARROWS[arrow])
        whole, fields = self._read_under(first, label, under, "an edge")
        self.statements.edges.append(EdgeStatement(tuple(chain), tuple(kinds), group, whole, fields))

    def _read_group(
        self, words: list[Name], label: Text | None, under: list[Line], parent: str | None, depth: int
    ) -> None:
        """``group = ( "group" | "panel" ) id [ ":" label ]``; its fields and its statements are indented under it."""
        first, word = words[0].line, words[0].id
        if depth > MAX_DEPTH:
            raise ReadError(
                f"groups nest at most {MAX_DEPTH} deep: move this one outwards", first, first.indent, len(word)
            )
        own, inner = split_group(under)
        group = parent
        try:
            name = _group_name(words)
        except ReadError as error:
            # Its statements stand for themselves: only the box around them is lost.
            self.diagnostics.append(error.diagnostic)
            self._doubt([first])
        else:
            group = name.id
            _, fields = self._read_under(first, None, own, f"a {word}")
            whole = read_label(first, label, [], self.diagnostics)
            self.statements.groups.append(
                GroupStatement(name, parent, whole, fields, panel=word == "panel" and depth == 1)
            )
            if not inner:
                message = f"{word} '{name.id}' is empty: indent its statements under it"
                self.diagnostics.append(diagnostic_at(message, first, first.indent, len(word)))
        self.read_block(inner, group, depth)

    def _read_align(self, first: Line, head: str, label: Text | None, under: list[Line]) -> None:
        """``align = "align" id { "," id }``."""
        start, end = skip_space(first.text, first.indent + len("align")), first.indent + len(head)
        if label is not None:
            raise ReadError("'align' takes ids and no label, as in 'align a, b, c'", first, end, len(first.text) - end)
        if start >= end:
            raise ReadError("expected ids after 'align', as in 'align a, b, c'", first, first.indent, len("align"))
        names, position = read_ends(first, start, end, None)
        if position < end:
            message = "expected ',' between the ids of 'align', as in 'align a, b, c'"
            raise ReadError(message, first, position, end - position)
        if len(names) < 2:
            raise ReadError("'align' takes two ids or more, as in 'align a, b'", first, start, end - start)
        self.statements.aligned.append(names)
        if under:
            message = "nothing can be indented under 'align': it takes ids and neither label nor fields"
            self.diagnostics.append(diagnostic_at(message, under[0], under[0].indent, len(under[0].body)))
            self._doubt(under)

    def _read_under(
        self, first: Line, label: Text | None, under: list[Line], owner: str
    ) -> tuple[Text | None, dict[str, Text]]:
        before = len(self.diagnostics)
        result = read_under(first, label, under, owner, self.diagnostics)
        if len(self.diagnostics) > before:
            self._doubt(under)
        return result

    def _doubt(self, lines: list[Line]) -> None:
        self.statements.complete = False
        for line in lines:
            self.statements.doubtful.update(ids_in(line.text))


def _group_name(words: list[Name]) -> Name:
    if len(words) != 2:
        first, last = words[0], words[-1]
        width = last.column + len(last.id) - first.column
        message = f"expected one id after '{first.id}', as in '{first.id} {_EXAMPLES[first.id]}'"
        raise ReadError(message, first.line, first.column, width)
    return checked(words[1])


def _too_many_words(words: list[Name], label: Text | None, has_kind: bool) -> ReadError:
    line, last = words[0].line, words[-1]
    rest = words[1:] if has_kind else words
    if label is not None:
        joined = "_".join(word.id for word in rest)
        message = f"expected one id before ':', not {len(rest)} words; join them, as in '{joined}'"
        width = last.column + len(last.id) - rest[0].column
        return ReadError(message, line, rest[0].column, width)
    message = "expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'"
    return ReadError(message, line, rest[1].column, last.column + len(last.id) - rest[1].column)
