"""Doubtful statements: each can be read, and more likely means something else.

They are looked for when all statements are known, because a node that an edge names is meant as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from ..diagnostics import Diagnostic
from ..model.synonyms import direction_of
from .cells import split_cells
from .fields import FIELDS
from .label_habits import LITERAL, VALUES_OF_OPTIONS, is_value_of
from .lexer import ARROW_OF, ARROWS, ELLIPSIS, ID
from .syntax_tree import EdgeStatement, GroupStatement, Name, NodeStatement, Owner, Statements, Text, diagnostic_at

_OPTIONS = {
    "legend": ":legend:",
    "caption": ":caption: A title",
    "alt": ":alt: What it shows",
    "direction": ":direction: LR",
    "style": ":style: print",
    "splines": ":splines: ortho",
}
"""Options of the directive that hardly stand for a node on a line of their own."""
_STATEMENTS = {
    "align": "align a, b",
    "category": "category trained: Trained",
    "row": "row words: The | cat",
    "grid": "grid scores: Scores",
    "stack": "stack block: Transformer block",
    "note": "note of a: text",
}
"""Words that begin a statement, and are the id of a node on a line of their own."""
BARE_WORDS = frozenset((*_OPTIONS, *_STATEMENTS))

_ARROW = "|".join(map(re.escape, sorted(ARROWS, key=len, reverse=True)))
_ONWARD = re.compile(
    rf"(?<!\S)(?P<at>(?P<arrow>{_ARROW})\s+(?P<id>{ID.pattern}))(?:\s*(?P<colon>:)\s|\s*$|\s+(?:{_ARROW})\s)"
)
"""An arrow and an id in a label, as a chain would go on."""
# fmt: off
_ANSWERS = frozenset((
    "yes", "no", "y", "n", "true", "false", "pass", "fail", "passes", "fails", "passed", "failed", "hit", "miss",
    "accept", "reject", "accepted", "rejected", "approve", "approved", "allow", "allowed", "deny", "denied", "refuse",
    "refused", "block", "blocked", "valid", "invalid", "success", "failure", "error", "ok", "okay", "safe", "unsafe",
    "found", "not found", "match", "no match", "correct", "incorrect", "wrong", "relevant", "irrelevant", "on", "off",
    "else", "otherwise", "✓", "✗",
))
# fmt: on
"""Answers of which an edge has one: other lists, such as "queries, URLs", may be meant for each edge."""
_QUOTED = 40
"""Most characters of a label in a message."""


def doubts_in(statements: Statements) -> Iterator[Diagnostic]:
    """Warnings about the statements of a diagram."""
    yield from _about_arrows(statements.edges)
    yield from _about_nodes(statements)
    yield from _about_labels(statements)


def _about_arrows(edges: Sequence[EdgeStatement]) -> Iterator[Diagnostic]:
    """A warning if there are several arrows and all are ``-->``: other languages mean the flow by it."""
    kinds = [kind for edge in edges for kind in edge.kinds]
    if len(kinds) > 1 and set(kinds) == {"feedback"}:
        first = edges[0].ends[0][0]
        message = "all edges are feedback, drawn dashed, because '-->' means it here: the flow is '->', as in 'a -> b'"
        yield diagnostic_at(message, first.line, first.column, drawable=True)


def _ids(edge: EdgeStatement) -> set[str]:
    return {name.id for name in chain.from_iterable(edge.ends)}


def _joined(statements: Statements) -> set[str]:
    """Ids that edges name."""
    return set[str]().union(*map(_ids, statements.edges))


# Nodes


def _about_nodes(statements: Statements) -> Iterator[Diagnostic]:
    """Fields and options without a ``:`` before them, and statements without an id."""
    named = _joined(statements) | {name.id for names in statements.aligned for name in names}
    named |= {note.target.id for note in statements.notes} | statements.skipped_ids
    groups = {group.name.id: group for group in statements.groups}
    plain = [
        node
        for node in statements.nodes
        if node.name.column == node.name.line.indent  # without a kind
        and node.name.id not in named
        and not (node.group in groups and groups[node.group].rows)
    ]
    bare = [node for node in plain if node.label is None and not node.fields and node.group is None]
    if all(node.name.id in BARE_WORDS for node in bare):  # a list of words says no more than that
        for node in bare:
            yield _at(node.name, _bare_word(node.name.id))
    categories = {category.name.id for category in statements.categories}
    for node in plain:
        if node.label and (message := _of_label(node, node.label, groups, categories)):
            yield _at(node.name, message)


def _bare_word(word: str) -> str:
    if word in _OPTIONS:
        return _either(word, f"for the option of the directive, write '{_OPTIONS[word]}' under its first line")
    return _either(word, f"for the statement, write for example '{_STATEMENTS[word]}'")


def _either(word: str, advice: str, label: str = "") -> str:
    return f"'{word}' is a node here; {advice}, and for a node of this name, 'node {word}{label}'"


def _of_label(node: NodeStatement, label: Text, groups: dict[str, GroupStatement], categories: set[str]) -> str | None:
    """What a node with a *label* more likely means; ``None`` if it means what it is."""
    word, text = node.name.id, label.value
    if _lacks_id(word, text, node.group):
        advice = f"the id stands after this word, as in '{_STATEMENTS[word]}'"
    elif node.group is None and is_value_of(word, text, VALUES_OF_OPTIONS):
        advice = f"for the option of the directive, write ':{word}: {_short(text)}' under its first line"
    elif is_value_of(word, text) and (word != "category" or text in categories):
        advice = _of_field(word, text, groups.get(node.group or ""))
    else:
        return None
    return _either(word, advice, f": {_short(text)}")


def _of_field(word: str, text: str, group: GroupStatement | None) -> str:
    value = direction_of(text) if word == "direction" else None
    field = f"write ':{word}: {value or _short(text)}'"
    if group and any(field.name == word and _owner(group) in field.owners for field in FIELDS):
        return f"for the field of '{group.name.id}', {field}"
    advice = f"for a field, {field}, indented under its statement"
    return f"{advice}, for a text beside a node, 'note of a: {_short(text)}'" if word == "note" else advice


def _lacks_id(word: str, text: str, group: str | None) -> bool:
    """Whether a statement such as ``row: A | B`` lacks its id."""
    if word not in ("category", "row", "grid", "stack") or re.search(rf"\b{word}", text.casefold()):
        return False
    return " | " in text if word == "row" else group is None or "\n" in text


def _owner(group: GroupStatement) -> Owner:
    return "panel" if group.panel else "stack" if group.is_stack else "group"


# Labels


def _about_labels(statements: Statements) -> Iterator[Diagnostic]:
    """Labels that go on where another statement was meant."""
    joined = _joined(statements)
    known = {node.name.id for node in statements.nodes} | {group.name.id for group in statements.groups}
    if not statements.declares_nodes:
        known |= joined
    for edge in statements.edges:
        if edge.label:
            yield from _about_edge(edge, edge.label, known, declared=statements.declares_nodes)
    tables = {group.name.id for group in statements.groups if group.rows}
    for node in statements.nodes:
        if node.label is None or node.group in tables or not (found := _onward(node.label, known)):
            continue
        if found["id"] in known and found["id"] != node.name.id and not {found["id"], node.name.id} <= joined:
            yield _two_lines(node.label, found, node.name.id, known)


def _about_edge(edge: EdgeStatement, label: Text, known: set[str], *, declared: bool) -> Iterator[Diagnostic]:
    found = _onward(label, known)
    if found and _is_onward(found, edge, known, declared=declared):
        yield _two_lines(label, found, ", ".join(name.id for name in edge.ends[-1]), known)
    pairs = _pairs(edge)
    parts = _parts(label, len(pairs))
    if parts:
        (one, arrow, other), (third, last, fourth) = pairs[:2]
        example = f"'{one} {arrow} {other}: {parts[0]}' and '{third} {last} {fourth}: {parts[1]}'"
        message = f"each of these edges has the whole label; for one label each, write a line each, as in {example}"
        yield diagnostic_at(message, label.line, label.column, len(label.value), drawable=True)


def _is_onward(found: re.Match[str], edge: EdgeStatement, known: set[str], *, declared: bool) -> bool:
    """Whether a chain would go on: to another node, or to any id with a label of its own."""
    id = found["id"]
    return (id in known or not declared) if found["colon"] else id in known and id not in _ids(edge)


def _onward(label: Text, known: set[str]) -> re.Match[str] | None:
    """Where the first line of a label has an arrow to an id, after something else than ids, as in ``ids -> text``."""
    text = label.line.text[label.column :]
    if not any(sign in text for sign in ("->", "=>", "~>", "--", "..>")):
        return None
    found = _ONWARD.search(LITERAL.sub(lambda found: "_" * len(found.group()), text))
    if found is None or ";" in text[: found.start()]:  # which has a doubt of its own
        return None
    is_relation = text[: found.start()].strip() in known
    return None if not found["colon"] and (found["arrow"] == "--" or is_relation) else found


def _two_lines(label: Text, found: re.Match[str], source: str, known: set[str]) -> Diagnostic:
    """The doubt about a chain that goes on in a label, or about two statements in one line."""
    line, text = label.line, label.line.text[label.column :]
    before, _, last = text[: found.start()].strip().rpartition(" ")
    if before and last in known:
        source = last
    else:
        before = text[: found.start()].strip()
    first = line.text[line.indent : label.column] + _short(before.rstrip(", "))
    rest = re.split(rf"\s(?:{_ARROW})\s", text[found.end() :])[0].strip() if found["colon"] else ""
    second = f"{source} {found['arrow']} {found['id']}" + (f": {_short(rest)}" if rest else "")
    message = (
        f"a label goes on to the end of its line: for an edge, write '{first.rstrip(': ')}' and '{second}' on two "
        "lines; for an arrow in a text, '→'"
    )
    return diagnostic_at(message, line, label.column + found.start("at"), len(found["at"]), drawable=True)


def _pairs(edge: EdgeStatement) -> list[tuple[str, str, str]]:
    """Source, arrow and target of each edge, if it is a chain or a fan."""
    if any(name.id.endswith(".*") or name.id.startswith(ELLIPSIS) for name in chain.from_iterable(edge.ends)):
        return []
    counts = [len(names) for names in edge.ends]
    if max(counts) > 1 and (len(counts) > 2 or 1 not in counts):
        return []
    return [
        (source.id, ARROW_OF[kind], target.id)
        for (sources, targets), kind in zip(pairwise(edge.ends), edge.kinds, strict=True)
        for source in sources
        for target in targets
    ]


def _parts(label: Text, count: int) -> list[str]:
    """The parts of a label, one for each of *count* edges: between bars, or answers of which an edge has one."""
    if count < 2 or "\n" in label.value:
        return []
    cells = [cell.value for cell in split_cells(label)]
    if len(cells) == count and all(map(_is_whole, cells)):
        return cells
    answers = [part.strip() for part in re.split(r"[,;/]", label.value)]
    found = {answer.casefold() for answer in answers}
    return answers if len(found) == len(answers) == count and found <= _ANSWERS else []


def _is_whole(part: str) -> bool:
    """Whether a part holds a text, and ends each bracket that it begins."""
    return bool(part) and all(part.count(one) == part.count(other) for one, other in ("()", "[]", "{}"))


def _short(text: str) -> str:
    first = text.split("\n")[0]
    return first if len(first) <= _QUOTED else f"{first[: _QUOTED - 1].rstrip()}…"


def _at(name: Name, message: str) -> Diagnostic:
    return diagnostic_at(message, name.line, name.column, drawable=True)
