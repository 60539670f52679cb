"""Parser: text of a diagram → syntax tree.  Ids are looked up later, by the resolver."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..diagnostics import advice
from ..model.synonyms import KINDS, meant
from ..model.vocabulary import EdgeKind
from .cells import cell_statements, grid_rows
from .fields import read_indented, read_label, split_block, split_group, stray_field
from .foreign_forms import closes_block, explain
from .habits import Habits
from .lexer import (
    ARROWS,
    ELLIPSIS,
    Lexer,
    check_id,
    has_arrow,
    ids_in,
    leading_id,
    significant_lines,
    split_head,
    starts_with_arrow,
    words_in,
)
from .notes import is_note, note_statement
from .signs import next_ellipsis, with_ellipses
from .syntax_tree import (
    CategoryStatement,
    EdgeStatement,
    EllipsisStatement,
    Field,
    ForeignError,
    GroupStatement,
    Line,
    Name,
    NodeStatement,
    Owner,
    ParseError,
    Statements,
    Text,
    diagnostic_at,
)

MAX_DEPTH = 20
"""How deep groups may nest: a deeper drawing cannot be read, and a much deeper one exceeds Python's recursion limit."""

KEYWORDS = ("group", "panel", "align", "category", "row", "grid", "stack", "note")
"""Words that begin a statement, as kinds do."""

_CONTAINERS: Mapping[str, Owner] = {"group": "group", "panel": "panel", "stack": "stack"}
"""Words that begin a statement with others in it."""
_EXAMPLES = {
    "group": "training: Training",
    "panel": "encoder: Encoder",
    "category": "trained: Trained",
    "row": "words: The | cat",
    "grid": "scores: Scores",
    "stack": "block: Transformer block",
}

_MOST_EXPLAINED = 200
"""Most errors up to which lines are looked up among those of other languages: further ones are hardly read."""


def parse_statements(text: str, kinds: Collection[str], first_line: int | Sequence[int] = 1) -> Statements:
    """``diagram = { statement }``, with nodes of *kinds*; messages count lines from *first_line*."""
    statements = Statements()
    lines = significant_lines(text, statements.diagnostics, first_line)
    parser = _Parser(statements, lines, kinds)
    if not lines:
        message = "the diagram is empty: expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b'"
        parser.diagnostics.append(diagnostic_at(message, Line(1, "", 0)))
    parser.parse_block(lines, None, 0)
    parser.check_top_level()
    return parser.statements


class _Parser:
    def __init__(self, statements: Statements, lines: list[Line], kinds: Collection[str]) -> None:
        self.statements = statements
        self.diagnostics = statements.diagnostics
        self.kinds = kinds
        self.habits = Habits(lines)
        self.foreign = False
        """Whether there is a statement of another language, so that ``end`` may be one, too."""
        self.words = (*kinds, *KEYWORDS)
        """What a statement of two words may begin with."""
        self.meant: dict[str, str | None] = {}
        """Unknown kind → the most similar of these words."""
        self.last: dict[str | None, Name] = {}
        """By group: the node that was declared last."""
        self.panels = False
        """Whether there are panels."""
        self.beside: Line | None = None
        """The first top-level statement that does not stand beside panels."""

    def check_top_level(self) -> None:
        """A diagram consists of panels, edges between them, notes and categories, or has no panels."""
        if self.panels and self.beside:
            message = (
                "expected a panel, edge, note or category: nothing else stands beside the panels; "
                "indent this under one of them"
            )
            self.diagnostics.append(diagnostic_at(message, self.beside))

    def parse_block(self, lines: list[Line], group: str | None, depth: int) -> None:
        """``{ statement }``: statements of one indentation, each with the deeper lines that follow it."""
        for first, indented in split_block(lines, self.diagnostics):
            if self.foreign and closes_block(first):
                self._skip([first])
                continue
            declares_nodes = self.statements.declares_nodes
            try:
                self._parse_statement(first, indented, group, depth)
            except ParseError as error:  # the other statements are parsed all the same
                foreign = self._foreign(error, first)
                self.diagnostics.append((foreign or error).diagnostic)
                if foreign:
                    self.statements.declares_nodes = declares_nodes
                if foreign and foreign.has_block:
                    self._skip([first])
                    self.parse_block(indented, group, depth)
                else:
                    self._skip([first, *indented])

    def _foreign(self, error: ParseError, first: Line) -> ForeignError | None:
        """The error that tells how to say here what a statement with an *error* means in another language."""
        found = error if isinstance(error, ForeignError) else None
        if not found and len(self.diagnostics) < _MOST_EXPLAINED:
            found = self.habits.cell_of(first) or explain(first, self.kinds)
        self.foreign = self.foreign or found is not None
        return found

    def _parse_statement(self, first: Line, indented: list[Line], group: str | None, depth: int) -> None:
        """``statement = node | ellipsis | edge | group | align | category | note``, by the text before the label."""
        if first.body.startswith(":"):
            raise stray_field(first)
        head, label = split_head(first)
        words = words_in(first, head)
        panel = words[0].id == "panel" and not has_arrow(head)
        category = words[0].id == "category" and len(words) > 1 and not has_arrow(head)
        noted = is_note(words, head)
        aligns = words[0].id == "align" and not (len(words) > 1 and starts_with_arrow(words[1].id))
        if depth == 0:
            self.panels = self.panels or panel
            edge = has_arrow(head) and not aligns
            self.beside = self.beside or (None if panel or category or edge or noted else first)
        if noted:
            self.statements.notes.append(note_statement(words, label, indented, self._read_indented))
        elif aligns:
            self._parse_align(first, head, label, indented)
        elif has_arrow(head):
            self._parse_edge(words, first.indent + len(head), label, indented, group)
        elif words[0].id == "group" or panel or (words[0].id == "stack" and len(words) > 1):
            if panel and depth:
                message = "a panel stands at the top level; for a box inside another, write 'group'"
                self.diagnostics.append(diagnostic_at(message, first, first.indent, len("panel")))
            self._parse_group(words, label, indented, group, depth + 1)
        elif category:
            self._parse_category(words, label, indented, depth)
        elif words[0].id in ("row", "grid") and len(words) > 1:
            self._parse_table(words, label, indented, group)
        elif head == ELLIPSIS:
            self._parse_ellipsis(words[0], label, indented, group)
        else:
            self._parse_node(words, label, indented, group)

    def _parse_node(self, words: list[Name], label: Text | None, indented: list[Line], group: str | None) -> None:
        """``node = [ kind ] id [ ":" label ]``."""
        kind = self._parse_kind(words, label)
        name = check_id(words[-1])
        self.habits.check_label(name.id, label)
        if len(words) == 1 and group is None:
            self.habits.check_node(name, label, indented)
        whole, fields = self._read_indented(name.line, label, indented, "node")
        self.statements.declares_nodes = True
        self.statements.nodes.append(NodeStatement(name, group, kind, whole, fields))
        self.last[group] = name

    def _parse_ellipsis(self, word: Name, label: Text | None, indented: list[Line], group: str | None) -> None:
        """``"..." [ ":" label ]``, on a line of its own."""
        whole, fields = self._read_indented(word.line, label, indented, "node")
        node = NodeStatement(next_ellipsis(word, self.statements.ellipses), group, "more", whole, fields)
        self.statements.ellipses.append(EllipsisStatement(node, self.last.get(group), None))

    def _parse_kind(self, words: list[Name], label: Text | None) -> str:
        """``[ kind ]``, and common mistakes at its position."""
        kind, last = words[0], words[-1]
        known = kind.id in self.kinds
        if "," in kind.id or (len(words) > 1 and words[1].id.startswith(",")):
            message = "expected an arrow after a list of ids, as in 'a, b -> c', or 'align' before it"
            raise ParseError(message, kind.line, kind.column, last.column + len(last.id) - kind.column)
        if len(words) == 2 and not known and self._meant(kind) in KEYWORDS:
            raise self._unknown_kind(kind, last.id)  # a misspelled keyword: no node is declared
        # A kind or a label shows that the author declares nodes, even if this statement has an error.
        if known or label is not None:
            self.statements.declares_nodes = True
        if len(words) > 1 and not known:
            check_id(kind)  # an invalid character is the likelier mistake
        if len(words) > 2:
            raise _too_many_words(words, label, known)
        if len(words) == 2 and not known:
            error = self._unknown_kind(kind, last.id)
            if foreign := self._foreign(error, kind.line):
                raise foreign
            self.diagnostics.append(error.diagnostic)
        return kind.id if len(words) == 2 and known else "node"

    def _meant(self, kind: Name) -> str | None:
        if kind.id not in self.meant:
            self.meant[kind.id] = meant(kind.id, self.words, KINDS)
        return self.meant[kind.id]

    def _unknown_kind(self, kind: Name, id: str) -> ParseError:
        message = f"unknown kind '{kind.id}'{advice(self._meant(kind), self.words)}"
        if KINDS.get(kind.id.casefold()) == "grid" and leading_id(id) == id:
            message = (
                f"unknown kind '{kind.id}'; a table is 'grid {id}', with each row under it, as in 'first: A | B', "
                f"and a single row 'row {id}: A | B'"
            )
        return ParseError(message, kind.line, kind.column, len(kind.id))

    def _parse_edge(
        self, words: list[Name], end: int, label: Text | None, indented: list[Line], group: str | None
    ) -> None:
        """``edge = ends { arrow ends } [ ":" label ]``, up to the index *end*."""
        first, kind, id = words[0].line, words[0].id, leading_id(words[1].id) if len(words) > 1 else None
        if id and (kind in self.kinds or kind in KEYWORDS):
            message = f"expected ids only in an edge: declare '{id}' on a line of its own, as in '{kind} {id}: Label'"
            raise ParseError(message, first, first.indent, len(kind))
        lexer = Lexer(first, first.indent, end)
        ends = [lexer.read_ids()]
        arrows: list[str] = []
        while not lexer.at_end:
            arrows.append(lexer.read_arrow(ends[-1][-1]))
            ends.append(lexer.read_ids(arrows[-1]))
        self.habits.check_edge(ends, arrows)
        self.habits.check_label("", label, edge=True)
        kinds: list[EdgeKind] = [ARROWS[arrow] for arrow in arrows]
        whole, fields = self._read_indented(first, label, indented, "edge")
        named = with_ellipses(ends, group, self.statements.ellipses)
        self.statements.edges.append(EdgeStatement(named, tuple(kinds), group, whole, fields))

    def _parse_group(
        self, words: list[Name], label: Text | None, indented: list[Line], parent: str | None, depth: int
    ) -> None:
        """``group = ( "group" | "panel" | "stack" ) id [ ":" label ]``, its fields and statements indented under it.

        A group may have ``:`` without a label, and then has no title.
        """
        first, word = words[0].line, words[0].id
        if depth > MAX_DEPTH:
            message = f"groups nest at most {MAX_DEPTH} deep: move this one outwards"
            raise ParseError(message, first, first.indent, len(word))
        own, inner = split_group(indented)
        group = parent
        try:
            name = _group_name(words)
        except ParseError as error:
            # Its statements are parsed all the same, as those of the group around it.
            self.diagnostics.append((self._foreign(error, first) or error).diagnostic)
            self._skip([first])
        else:
            group = name.id
            self.habits.check_label(name.id, label)
            _, fields = self._read_indented(first, None, own, _CONTAINERS[word])
            titled = word == "panel" or label is None or bool(label.value)
            whole = read_label(first, label, [], self.diagnostics, _CONTAINERS[word]) if titled else None
            panel = word == "panel" and depth == 1
            self.statements.groups.append(
                GroupStatement(name, parent, whole, fields, panel, is_stack=word == "stack", titled=titled)
            )
            if not inner:
                message = f"{word} '{name.id}' is empty: indent its statements under it"
                self.diagnostics.append(diagnostic_at(message, first, first.indent, len(word)))
        self.parse_block(inner, group, depth)

    def _parse_align(self, first: Line, head: str, label: Text | None, indented: list[Line]) -> None:
        """``align = "align" id { "," id }``."""
        end = first.indent + len(head)
        lexer = Lexer(first, first.indent + len("align"), end)
        if label is not None:
            raise ParseError("'align' takes ids and no label, as in 'align a, b, c'", first, end)
        if lexer.at_end:
            raise ParseError("expected ids after 'align', as in 'align a, b, c'", first)
        start, names = lexer.position, lexer.read_ids()
        if left_out := [name for name in names if name.id == ELLIPSIS]:
            message = "'align' takes ids only: declare the ellipsis, as in 'more rest', and name it here"
            raise ParseError(message, first, left_out[0].column, len(ELLIPSIS))
        if not lexer.at_end:
            message = "expected ',' between the ids of 'align', as in 'align a, b, c'"
            raise ParseError(message, first, lexer.position)
        if len(names) < 2:
            raise ParseError("'align' takes two ids or more, as in 'align a, b'", first, start)
        self.statements.aligned.append(names)
        if indented:
            message = "nothing can be indented under 'align': it takes ids and neither label nor fields"
            self.diagnostics.append(diagnostic_at(message, indented[0]))
            self._skip(indented)

    def _parse_table(self, words: list[Name], label: Text | None, indented: list[Line], group: str | None) -> None:
        """``row = "row" id ":" cells`` or ``grid = "grid" id [ ":" label ]``, with its rows indented under it."""
        self.statements.declares_nodes = True
        name, line = _group_name(words), words[0].line
        rows: dict[str, list[NodeStatement]] = {}
        shares: dict[Field, Text] = {}
        if words[0].id == "row":
            cells, fields = self._read_indented(line, label, indented, "row")
            if cells is None:
                raise ParseError(f"expected cells after the id, as in 'row {name.id}: The | cat | sat'", line)
            shares = {field: fields.pop(field) for field in [*fields] if field.name == "shares"}
            is_bar = any(text.value == "yes" for text in shares.values())
            rows[""] = cell_statements(name.id, name.id, cells, fields, {}, self.diagnostics, shares=is_bar)
            title = None
        else:
            own, inner = split_group(indented)
            _, common = self._read_indented(line, None, own, "cell")
            title = read_label(line, label, [], self.diagnostics, "group")
            rows |= grid_rows(name, inner, common, self.diagnostics, self._read_indented, self._skip)
            if not rows:
                message = f"grid '{name.id}' is empty: indent its rows under it, as in 'first: A | B'"
                self.diagnostics.append(diagnostic_at(message, line, line.indent, len("grid")))
                return
        self.statements.nodes += [cell for row in rows.values() for cell in row]
        ids = tuple(tuple(cell.name.id for cell in row) for row in rows.values())
        names = tuple(filter(None, rows))
        self.statements.groups.append(
            GroupStatement(name, group, title, shares, rows=ids, row_names=names, titled=title is not None)
        )

    def _parse_category(self, words: list[Name], label: Text | None, indented: list[Line], depth: int) -> None:
        """``category = "category" id [ ":" label ]``."""
        if depth:
            message = "a category stands at the top level: indent it less"
            self.diagnostics.append(diagnostic_at(message, words[0].line, words[0].column, len(words[0].id)))
        name = _group_name(words)
        whole, _ = self._read_indented(name.line, label, indented, "category")
        self.statements.categories.append(CategoryStatement(name, whole))

    def _read_indented(
        self, first: Line, label: Text | None, indented: list[Line], owner: Owner
    ) -> tuple[Text | None, dict[Field, Text]]:
        before = len(self.diagnostics)
        result = read_indented(first, label, indented, owner, self.diagnostics)
        if not all(found.drawable for found in self.diagnostics[before:]):
            self._skip(indented)
        return result

    def _skip(self, lines: list[Line]) -> None:
        """Record that lines could not be parsed."""
        self.statements.complete = False
        for line in lines:
            self.statements.skipped_ids.update(ids_in(line.text))


def _group_name(words: list[Name]) -> Name:
    if len(words) != 2:
        first, last = words[0], words[-1]
        width = last.column + len(last.id) - first.column
        message = f"expected one id after '{first.id}', as in '{first.id} {_EXAMPLES[first.id]}'"
        raise ParseError(message, first.line, first.column, width)
    return check_id(words[1])


def _too_many_words(words: list[Name], label: Text | None, has_kind: bool) -> ParseError:
    rest = words[1:] if has_kind else words
    if label is None:
        message = "expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'"
        return ParseError(message, rest[1].line, rest[1].column)
    joined = "_".join(word.id for word in rest)
    message = f"expected one id before ':', not {len(rest)} words; join them, as in '{joined}'"
    width = rest[-1].column + len(rest[-1].id) - rest[0].column
    return ParseError(message, rest[0].line, rest[0].column, width)
