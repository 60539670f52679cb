"""Advice for forms of other languages: found parts of a line → how to say it here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..model.synonyms import KINDS, direction_of
from .lexer import ARROWS, ID
from .syntax_tree import Owner

Found = re.Match[str]

LOOK = (
    "the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and the "
    "style of the project the rest"
)
STYLE = "the look is a style: the option ':style:' of the directive, or 'llmpipeline_style' in conf.py"
ATTRIBUTES = (
    "there are no attributes in brackets: kinds of nodes and arrows pick the shapes and lines, as in 'store a: Label', "
    "and ':category:' a colour"
)
CAPTION = "a caption is an option of the directive, under its first line: ':caption: {rest}'"
LABEL_OF_GROUP = (
    "a caption is an option of the directive, ':caption:', and the title of a group stands after its id, as in "
    "'group training: Training'"
)
MESSAGES = "there are no life lines: a message is an edge, as in 'a -> b: message'"
BOXES = "what belongs together is a group, its statements indented under it: 'group {slug}: {rest}'"
COMMENT = "a comment begins with '#', on a line of its own"
DECISION = "a decision is a node, with an edge for each answer: 'decision ok: OK?' and 'ok -> next: yes'"
EDGE = "an edge is its ends and an arrow, without a word before them: 'a -> b: label'"
CLASS = "a CSS class is a field, indented under its statement: ':class: important'"
FILE = "a file of declarations is the argument of the directive: '.. llmpipeline:: parts.txt'"
PREPROCESSOR = (
    "there is no preprocessor: write the statements out, or into a file that the argument of the directive names"
)
FRONT_MATTER = "there is no front matter: a caption and a direction are options of the directive, under its first line"
LINE = "the arrow picks the line: expected one of: " + " ".join(ARROWS)
UNTURNED = (
    "an arrow has no direction: the option ':direction:' of the directive, or the field of a group, turns the edges"
)


def slug(text: str) -> str:
    """An id made of *text*.

    >>> slug("Training loop (RL)")
    'training_loop_rl'
    """
    joined = "_".join(re.findall(r"\w+", text.lower())) or "a"
    return f"n{joined}" if joined[0].isdigit() else joined


def unquoted(text: str) -> str:
    """*text* without quotes around it."""
    return text.strip().strip("\"'").strip()


def group_of(text: str) -> str:
    """The statement of a group for what stands after its word elsewhere: ``x [Title]``, ``"Title" as x``.

    >>> group_of('x["Training"]'), group_of("cluster_a {"), group_of('"My group" as g {')
    ('group x: Training', 'group a: Title', 'group g: My group')
    """
    rest = text.partition("{")[0].rstrip("; ").strip()
    if renamed := re.fullmatch(rf'"(?P<label>[^"]*)"\s+as\s+(?P<id>{ID.pattern})', rest):
        return f"group {renamed['id']}: {renamed['label']}"
    if ID.fullmatch(rest):
        id = rest.removeprefix("cluster_")
        return f"group {id if ID.fullmatch(id) else rest}: Title"
    if named := re.fullmatch(rf"(?P<id>{ID.pattern})\s*(?:[\[(\"]+|:\s)\s*(?P<label>.*?)\s*[\])\"]*", rest):
        return f"group {named['id']}: {named['label'] or 'Title'}"
    return f"group {slug(rest)}: {unquoted(rest)}" if unquoted(rest) else "group training: Training"


def swimlane(found: Found) -> str:
    """``|Swimlane|`` and ``== Section ==``."""
    text = (found["text"] or found["title"]).strip()
    return f"a part with a title is a group: 'group {slug(text)}: {text}'"


def subgraph(found: Found) -> str:
    """``subgraph x [Title]``."""
    return f"a group is '{group_of(found['rest'])}', its statements indented under it, without 'subgraph' and 'end'"


def boxed(found: Found) -> str:
    """A word, an id or a title, and an opening brace."""
    return f"a group is '{group_of(found['rest'] or '')}', its statements indented under it, without braces"


def _kind(word: str | None, default: str = "") -> str:
    """The kind that *word* means, with a space."""
    kind = KINDS.get((word or "").casefold(), word or default)
    return f"{kind} " if kind not in ("", "node") else ""


def labelled(found: Found) -> str:
    """``a -- text --> b`` and its like."""
    label = unquoted(found["label"].strip("()")) or "label"
    edge = f"{_end(found['a'], last=True)} {_arrow(found['arrow'])} {_end(found['b'])}: {label}"
    return f"the label of an edge stands at its end, as in '{edge}'"


def _arrow(arrow: str) -> str:
    """The arrow of this language for one of another, where a line is solid unless it is dotted or heavy."""
    if "." in arrow:
        return "..>"
    if "=" in arrow:
        return "=>"
    if "<" in arrow and ">" in arrow:
        return "<->"
    return "--" if set(arrow) == {"-"} and len(arrow) > 1 else "->"


def _end(text: str, *, last: bool = False) -> str:
    """The first or last id of *text* without a shape."""
    ids = re.findall(rf"(?<![\w.\[(\"{{]){ID.pattern}", re.sub(r"[\[({].*?[\])}]+", "", text))
    return ids[-1 if last else 0] if ids else "ab"[not last]


def shaped(found: Found) -> str:
    """``a[Text]``, ``a{Question?}``, ``a[(Database)]``."""
    further = re.match(r"\[([^\]]*)\]", found["rest"])
    text = unquoted(further[1] if further else found["text"]) or "Label"
    kind = _kind(found["kind"], {"{": "decision", "[(": "store"}.get(found["open"], ""))
    label = f"'{kind}{found['id']}: {text}'"
    if found["more"] or re.match(r"\s*(?:[-=~]|<-|\.-)", found["rest"]):
        return f"an edge has ids only: declare '{found['id']}' on a line of its own, as in {label}"
    return f"a label stands after ': ', as in {label}"


def with_attributes(found: Found) -> str:
    """``a [label="Text", shape=box]`` and ``a -> b [label="text"]``."""
    label = re.search(r"\bx?label\s*=\s*(\"[^\"]*\"|[^\s,\]]+)", found["at"])
    return f"a label stands after ': ', as in '{found['head']}: {unquoted(label[1])}'" if label else ATTRIBUTES


def assigned(found: Found) -> str:
    """``a = Text``."""
    return f"a label stands after ': ', as in '{found['left']}: {unquoted(found['label'])}'"


def renamed(found: Found) -> str:
    """``actor "The user" as u``; of two words the shorter one is the id, for PlantUML has it last and Mermaid first."""
    first, second = unquoted(found["first"]).strip('[]() "'), unquoted(found["second"])
    first_is_id = ID.fullmatch(first) and (not ID.fullmatch(second) or len(first) < len(second))
    id, label = (first, second) if first_is_id else (second, first)
    return f"the id stands first and the label after ': ', as in '{_kind(found['kind'])}{id}: {label}'"


def labelled_by_quotes(found: Found) -> str:
    """``model gpt3 "GPT-3"``, ``package "Training"``, ``gpt3 "GPT-3"``."""
    word, id, text = found["kind"], found["id"], found["text"]
    if id:
        return f"a label stands after ': ' without quotes, as in '{_kind(word)}{id}: {text}'"
    if word.casefold() in KINDS or word in (*KINDS.values(), "panel"):
        return f"an id stands before the label, as in '{_kind(word)}{slug(text)}: {text}'"
    return f"a label stands after ': ' without quotes, as in '{word}: {text}'"


def quoted(found: Found) -> str:
    """``"a"`` and ``"two words"`` as the end of an edge."""
    text = found["text"]
    if ID.fullmatch(text):
        return f"an id is not quoted: write '{text}'"
    return f"an id is one word without quotes: declare it on a line of its own, as in '{slug(text)}: {text}'"


def listed(found: Found) -> str:
    """``{a b}``, ``[a, b]``, ``(a)``."""
    text = found["ids"].strip(" ;")
    if found["at"][0] != "{" and " " in text and not re.search("[,;]", text):
        return f"an edge has ids only: declare this end on a line of its own, as in '{slug(text)}: {text}'"
    return f"ids stand without brackets, separated by ',', as in '{_list(re.split(r'[ ,;]+', text))}'"


def joined(found: Found) -> str:
    """``a & b``."""
    return f"ids are separated by ',', as in '{_list(re.findall(ID.pattern, found['at']))}'"


def aligned(found: Found) -> str:
    """``{rank=same; a; b}``."""
    ids = re.findall(ID.pattern, found["ids"] or "")
    return f"nodes that share a rank are aligned: 'align {_list(ids if len(ids) > 1 else 'ab')}'"


def directed(found: Found) -> str:
    """``graph LR``, ``direction TB``, ``rankdir=LR``."""
    direction = direction_of(found["way"]) or "LR"
    return f"a direction is an option of the directive, or a field of a group: ':direction: {direction}'"


_FILLERS = ("of", "as", "the", "side", "left", "right", "top", "bottom")
"""Words of a note that are no ids."""


def noted(found: Found) -> str:
    """``note right of a: text``, ``note over a,b: text``, ``note for a "text"``, ``note on link: text``."""
    where, inside = found["where"], re.search(r"\"([^\"]*)\"", found["where"])
    text = found["text"] or (inside[1] if inside else "") or "text"
    ids = [id for id in re.findall(ID.pattern, re.sub(r"\"[^\"]*\"", "", where)) if id not in _FILLERS]
    if ids == ["link"]:
        return f"the note of an edge is its field, indented under it: ':note: {text}'"
    if len(ids) > 1:
        return f"a note is of one node or group: 'note of {ids[0]}: {text}'"
    if not ids or found["word"] == "as" or re.search(r"\bas\b", where):
        return f"a note names what it is of: 'note of a: {text}'"
    return f"a note takes the side where it has room: 'note of {ids[0]}: {text}'"


def activity(found: Found) -> str:
    """``:Say hello;``."""
    return f"an activity is a node, as in 'process {slug(found['text'])}: {found['text']}'"


def actor(found: Found) -> str:
    """``:The user: --> b``."""
    text = found["text"]
    return f"an actor is a node: declare it on a line of its own, as in 'human {slug(text)}: {text}'"


def headed(found: Found) -> str:
    """``a --o b``, ``a *-- b``, ``a --|> b``."""
    arrow = "->" if found["at"].endswith((">", ")")) else "--"
    return f"unknown arrow '{found['at']}'; did you mean '{arrow}'?"


def _list(ids: Iterable[str]) -> str:
    return ", ".join(ids)


# Fields

_COLOURS = ("color", "colour", "fill", "stroke", "background", "bgcolor", "fillcolor", "bg", "fg")
_LOOKS = ("style", "width", "height", "icon", "font", "fontsize", "font-size", "penwidth", "border")
_TEXTS = ("label", "title", "text", "name", "caption", "id")
_LABELLED: Mapping[Owner, str] = {
    "edge": "a -> b: Label",
    "group": "group a: Label",
    "panel": "panel a: Label",
    "note": "note of a: Text",
}


def of_field(name: str, owner: Owner) -> str | None:
    """How to say what a field of other languages says; ``None`` if it is no such field."""
    name = name.casefold()
    if name in _TEXTS:
        example = _LABELLED.get(owner, "a: Label")
        return f"a label stands after ': ', as in '{example}'"
    if owner == "edge" and name in (*_COLOURS, *_LOOKS, "shape", "line"):
        return "the arrow picks the line, and ':category:' a colour"
    if name in _COLOURS and owner == "node":
        return "the kind picks a colour, and ':category:' gives one by meaning"
    if name in _COLOURS:
        return "':category:' gives a colour by meaning"
    if name == "icon" and owner == "node":
        return "':image:' names the file of an image"
    if name == "shape":
        return "the kind picks the shape, as in ':kind: store'" if owner == "node" else "the style picks the shape"
    return "the look is a style: the option ':style:' of the directive" if name in _LOOKS else None
