r"""Forms of Mermaid, DOT, D2, PlantUML, YAML and Markdown that authors type by habit, and how to say them here.

A table, so that a further form is a further row.  The parser looks a line up here only after it could not read it, so a
row explains a line and never takes a valid statement away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import NamedTuple

from . import foreign_advice as say
from .lexer import ARROWS, ID
from .syntax_tree import ForeignError, Line


class Form(NamedTuple):
    """A foreign form."""

    pattern: str
    """Matches from the start of a line.  The group ``at``, or else the whole match, is what the message marks.

    It is compiled when a line could not be read, which few builds have.
    """
    advice: str | Callable[[say.Found], str]
    """A message with the groups of the pattern in braces, or a function that makes it."""
    has_block: bool = False
    """Whether the lines indented under it are statements."""


_BLOCKS = ("loop", "alt", "opt", "par", "critical", "break", "together")
KEYWORDS: dict[str, str] = {
    **dict.fromkeys(("style", "linkstyle", "classdef"), say.LOOK),
    **dict.fromkeys(("skinparam", "hide", "show", "scale", "sprite", "allowmixing", "autonumber"), say.STYLE),
    **dict.fromkeys(("title", "caption", "header", "footer", "acctitle"), say.CAPTION),
    **dict.fromkeys(("activate", "deactivate", "create", "destroy", "links"), say.MESSAGES),
    **dict.fromkeys(("edge", "arrow", "connect", "connection"), say.EDGE),
    **dict.fromkeys(("class", "cssclass"), say.CLASS),
    **dict.fromkeys(("include", "import"), say.FILE),
    **dict.fromkeys(_BLOCKS, say.BOXES),
    "click": "a link is a field, indented under its statement: ':link: https://example.org'",
    "legend": "a legend is an option of the directive, under its first line: ':legend:'",
    "accdescr": "a description is an option of the directive, under its first line: ':alt: {rest}'",
}
"""First word of a statement of two or more words → how to say it here; not where a kind has that name."""

_CLOSING = re.compile(
    r"(?:[}\])]+|\|)\s*+(?:[;,]\s*+)?(?:\{.*\})?$|@end\w+|```+$|---+$|(?i:end)(?:\s+\w+)?$|end[a-z]+$|else$"
)
"""Ends of blocks; ``end`` and words like it are ids in a text without foreign forms."""

_ID = ID.pattern
_STRING = r'"[^"]*"'
_ARROW = r"(?:->|=>|--|-\.->)"
_ANY_ARROW = r"[<ox*]?(?:--+|==+|-\.+-?|\.\.+)[>ox*]*|<?[-=]>+"
_BEFORE = r"(?:[^:]|:(?!\s|$))*?"  # up to the separator
_WORD = r"[A-Za-z]\w*"
_WAY = r"(?P<way>TB|TD|BT|LR|RL|up|down|left|right)"
_END = r"(?=\s*(?:$|[-=<~,:;.]))"  # of an id in an edge
_OPEN = r"(?:--+|==+|-\.+)"  # of an arrow with a label in it
_CLOSE = r"(?P<arrow>--+>?|==+>?|\.+->?)"
_PHRASE = r"\w(?:(?!--|==|\.-)[^\"|>:,])*?\s(?:(?!--|==|\.-)[^\"|>:,])*?"  # two words or more
_A, _B = rf"(?P<a>{_BEFORE}{_ID})", rf"(?P<b>{_ID}.*)"  # before and after an arrow
_PIPED = r"(?P<at>\|(?P<label>[^|]*)\|)"
_HEADS = r"[ox*+#}|{]"  # at the ends of arrows
_GRAPH_ATTRIBUTES = (
    r"size|ratio|nodesep|ranksep|font\w+|bgcolor|compound|concentrate|overlap|style|color|fillcolor|fill|stroke|shape|"
    r"charset|pad|margin|dpi|newrank|ordering|center|rotate|pen\w+|label(?:loc|just)|clusterrank|pack\w*|e?sep|model|"
    r"theme|scale|layout|splines|outputorder|page\w*|remincross|searchsize|viewport|gradientangle|peripheries|mode"
)

# A table: the form, the advice.  The first row that matches counts.
# fmt: off
FORMS: tuple[Form, ...] = (
    # Lines around the statements
    Form(r"@start(?P<word>\w+)", "write the statements only, without '@start{word}' and '@end{word}'"),
    Form(r"```+\s*\S*|~~~+\s*\w+", "write the statements only, without a fence around them"),
    Form(r"---+$", say.FRONT_MATTER),
    Form(r"(?:strict\s+)?(?P<word>digraph|graph)\b[^:>\[-]*\{.*", "write the statements only, without '{word}' and "
         "braces", has_block=True),
    Form(r"(?:flowchart(?:-elk)?|graph)\s+(?P<way>TB|TD|BT|LR|RL)\b.*", say.directed, has_block=True),
    Form(rf"direction\s+{_WAY}\s*;?$", say.directed),
    Form(r"(?P<way>left to right|right to left|top to bottom|bottom to top)\s+direction", say.directed),
    Form(r"rankdir\s*=\s*\"?(?P<way>\w+).*", say.directed),
    # Comments and preprocessors
    Form(r"%%\s*\{.*", say.STYLE),
    Form(r"(?P<at>%%|//|/\*|<!--|/'|\.\.\s|'(?=[^']*$)).*", say.COMMENT),
    Form(r"![\w$].*", say.PREPROCESSOR),
    # Attributes
    Form(r"(?:node|edge|graph)\s*\[.*", say.ATTRIBUTES),
    Form(r"\{?\s*rank\s*=\s*\"?\w+\"?(?P<ids>[^}]*)\}?.*", say.aligned),
    Form(rf"(?:same|rank)\s+(?P<ids>{_ID}(?:[\s,;]+{_ID})+)\s*;?$", say.aligned),
    Form(r"(?!align)(?i:align)\s+(?P<ids>[^:]+)$", "words of the language are in lower case: 'align {ids}'"),
    Form(r"(?:label|title)\s*=.*", say.LABEL_OF_GROUP),
    Form(rf"(?:{_GRAPH_ATTRIBUTES})\s*=(?!>).*", say.STYLE),
    Form(r'(?P<head>(?:[^:\[\]"]|:(?!\s|$))*?)\s*(?P<at>\[\s*\w+\s*=.*)$', say.with_attributes),
    Form(rf"(?P<id>{_ID})@\{{.*",
         "a label stands after ': ', as in '{id}: Label', and the kind before the id picks the shape"),
    Form(rf"{_BEFORE}(?P<at>(?P<id>{_ID}):::(?P<name>[\w,-]+))",
         "a CSS class is a field, indented under the statement of '{id}': ':class: {name}'"),
    # Boxes
    Form(r"subgraph\s+(?![-=<~,.])(?P<rest>.*)", say.subgraph, has_block=True),
    Form(rf"(?:{_WORD}\s+)?(?P<id>{_ID})\s*\[$",
         "a label stands after ': ' and goes on in the lines that are indented under it, as in '{id}: Label'"),
    Form(r"class\s+[\w.]+\s*\{$", say.CLASS),
    Form(r"(?:skinparam|style)\b.*\{$", say.STYLE),
    Form(rf"{_WORD}\s+(?P<rest>(?:{_STRING}|{_ID}|\[[^\]]*\])(?:\s+as\s+{_ID})?(?:\s+#\w+)?)\s*\{{$", say.boxed,
         has_block=True),
    Form(rf"(?:together|rect\s.*|(?P<rest>{_ID}))?\s*\{{$|rect\s+rgba?\(.*", say.boxed, has_block=True),
    Form(r"(?i:note)\s+(?:(?P<word>left|right|top|bottom|over|on|across|for|as)\b|(?=\"))(?P<where>[^:]*)"
         r"(?::\s*(?P<text>.*))?", say.noted),
    Form(r"(?!note\s)(?P<at>(?i:notes?|comment|callout|annotation|remark)\s+(?:of|for|on))\s+(?P<rest>.*)",
         "a note begins with 'note of', as in 'note of {rest}'"),
    Form(r"\|(?P<text>[^|]+)\|\s*$|==+\s*(?P<title>[^=]+?)\s*==+$", say.swimlane),
    # Lists, activities and calls
    Form(r"-\s+(?:from|source|to|target)\s*:.*", say.EDGE),
    Form(r"(?P<at>[-*+•]\s|\d+[.)]\s).*", "a statement stands on a line of its own, without a list marker"),
    Form(r"(?:if|while|switch|else|elseif)\s*\(.*", say.DECISION),
    Form(r":(?P<text>[^:]+);$", say.activity),
    Form(r":(?P<text>[^:]+):\s*[-=<.].*", say.actor),
    Form(r"(?:Bi)?Rel\w*\(\s*(?P<a>[\w.-]+)\s*,\s*(?P<b>[\w.-]+)\s*,\s*\"(?P<label>[^\"]*)\".*",
         "an edge is '{a} -> {b}: {label}'"),
    Form(r"[A-Z]\w*\(\s*(?P<id>[\w.-]+)\s*,\s*\"(?P<label>[^\"]*)\".*", "a node is '{id}: {label}'"),
    Form(r"\*+\..*|&\S.*|\([^()]*\)\[\d+\].*", say.LOOK),
    Form(r"(?:\.\.\.)?@\S+", say.FILE),
    # Labels inside an edge
    Form(rf"(?P<a>{_BEFORE})\s*(?P<arrow>{_ANY_ARROW})\s*{_PIPED}\s*(?:{_ANY_ARROW}\s*)?(?P<b>.*)",
         say.labelled),
    Form(rf"{_A}\s*(?P<arrow>{_ANY_ARROW})\s*(?P<b>{_ID})\s*{_PIPED}\s*$", say.labelled),
    Form(rf"{_BEFORE}-+\[(?P<at>#\w[^\]]*|hidden|dashed|dotted|bold|norank|plain)\]-*[>)]*.*", say.LINE),
    Form(rf"{_BEFORE}\s-(?P<at>up|down|left|right|u|d|l|r|le|ri|do)-+>.*", say.UNTURNED),
    Form(rf"(?P<a>{_BEFORE})\s*-+\[(?P<at>(?P<label>[^\]]*))\](?P<arrow>-*>?)\s*(?P<b>.*)", say.labelled),
    Form(rf"{_A}\s*(?P<arrow>[-=]+>)\s*\[(?P<at>(?P<label>[^\]]*))\]\s*{_B}", say.labelled),
    Form(rf"{_A}\s*{_OPEN}\s*(?P<at>(?P<label>{_STRING}|'[^']*'|\([^()]*\)|{_PHRASE}))\s*{_CLOSE}\s*{_B}",
         say.labelled),
    Form(rf"{_A}\s+-(?P<at>(?P<label>{_STRING}|\([^)]+\)|\w[\w ]*?))(?P<arrow>-+>)\s*{_B}", say.labelled),
    # Ends of edges
    Form(rf"{_BEFORE}(?P<at>\[\*\])", "a start or an end is a node, as in 'io start: Start'"),
    Form(rf"(?:(?P<kind>[\w-]+)\s+)?(?P<first>{_STRING}|\[[^\]]*\]|\(\)\s*{_STRING}|[\w.-]+)\s+as\s+"
         rf"(?P<second>{_STRING}|[\w.-]+).*", say.renamed),
    Form(rf"{_BEFORE}(?P<at>{_ID}\s+&\s+{_ID}(?:\s+&\s+{_ID})*)", say.joined),
    Form(rf"(?:{_BEFORE}{_ARROW}\s*)??(?P<at>[{{(\[]\s*(?P<ids>{_ID}(?:[ ,;]+{_ID})*)\s*;?\s*[}})\]]){_END}",
         say.listed),
    Form(rf"(?P<at>(?P<kind>[A-Za-z][\w-]*)\s+(?:(?P<id>{_ID})\s+)?\"(?P<text>[^\"]*)\")\s*$", say.labelled_by_quotes),
    Form(rf"(?:{_BEFORE}(?:{_ARROW}|,)\s*)??(?P<at>([\"'])(?P<text>[^\"']+)\2){_END}", say.quoted),
    # Arrows and the ends of lines
    Form(rf"{_BEFORE}(?P<at>(?<=\s)(?:{_HEADS}+(?:--+|\.\.+)[ox*+#}}|{{>]*|<\|(?:--+|\.\.+)|(?:--+|\.\.+)(?:[ox*](?!\w)|"
         rf"[*+#|}}{{]+o?[>{{}}|]*)|-[x)])(?=\s+{_ID}\s*(?:$|:)))", say.headed),
    Form(rf"{_ID}\s*(?P<at>[\u2012-\u2015\u2500\u2501]+>?|[➔➙➛➜➝➞➡⟹⟾↦⇢⇨⇾])\s*{_ID}",
         "unknown arrow '{at}'; did you mean '->'?"),
    Form(rf"{_ID}\s+(?P<at>\.\.+|\|->|:>)\s+{_ID}", "unknown arrow '{at}'; expected one of: " + " ".join(ARROWS)),
    Form(rf"(?P<a>{_ID})\s+(?P<at>to|goes to|leads to)\s+(?P<b>{_ID})\s*$", "an edge is '{a} -> {b}'"),
    Form(rf"(?:{_BEFORE}(?:->|=>|--|<-)\s*)?(?P<at>(?P<id>{_ID}):\w+(?::\w+)?)\s*(?:->|=>|--).*",
         "an edge has no ports: write '{id}'"),
    Form(rf"{_ID}{_BEFORE}\s(?P<at>#\w+)$", say.LOOK),
    Form(rf"{_ID}{_BEFORE}\s(?P<at>(?:#|//|%%|/\*)(?:\s.*)?)$", say.COMMENT),
    Form(r"[^:;\"]*\w(?P<at>;)\s*\S.*", "each statement stands on a line of its own, without ';'"),
    # Shapes and labels of nodes
    Form(rf"(?:(?P<kind>[\w-]+)\s+|(?P<more>{_BEFORE}{_ARROW}\s*))??(?P<at>(?P<id>{_ID})(?P<open>[\[({{]+[/\\]?)"
         rf"(?P<text>[^\])}}]*)[\])}}/\\]*)(?P<rest>.*)", say.shaped),
    Form(rf"(?P<left>{_BEFORE}{_ARROW}\s*{_ID})\s+(?P<at>=)\s+(?P<label>.*)", say.assigned),
    Form(rf"(?P<left>(?:{_ID}\s+)?{_ID})\s*(?P<at>:?=(?![=>]))\s*(?P<label>[^=>].*?)\s*;?$", say.assigned),
    Form(r"(?P<at>[}\])]+)\s*[;,]?$", "the indentation ends a group, without '{at}'"),
)
# fmt: on

_LONGEST = 500
"""Most characters of a line that is looked up: the lines of authors are shorter, and some patterns search twice."""

_STATEMENT = re.compile(r"(?P<word>[A-Za-z]+)\s+(?P<rest>[\w\"*(].*)")


def closes_block(line: Line) -> bool:
    """Whether the line ends a block in another language, such as ``end`` or ``}``."""
    return bool(_CLOSING.match(line.body))


def explain(line: Line, kinds: Collection[str]) -> ForeignError | None:
    """The error that tells how to say a foreign form here; ``None`` if the line is none.

    Words that begin statements elsewhere do not if they are *kinds*.
    """
    if len(line.body) > _LONGEST:
        return None
    found = _STATEMENT.match(line.body)
    word = found["word"].casefold() if found else ""
    if found and word in KEYWORDS and found["word"] not in kinds and not line.body.endswith("{"):
        rest = say.unquoted(found["rest"].rstrip(";"))
        message = KEYWORDS[word].format(rest=rest, slug=say.slug(rest))
        return ForeignError(message, line, has_block=word in _BLOCKS)
    for form in FORMS:
        if found := re.match(form.pattern, line.body):
            return _error(form, found, line)
    return None


def _error(form: Form, found: say.Found, line: Line) -> ForeignError:
    groups = found.groupdict("")
    part = "at" if groups.get("at") else 0
    message = form.advice.format(**groups) if isinstance(form.advice, str) else form.advice(found)
    return ForeignError(
        message, line, line.indent + found.start(part), len(found[part].rstrip()), has_block=form.has_block
    )
