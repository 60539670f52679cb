"""Blocks: the diagrams in a document, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..files import Language
from .escaping import Markup
from .source import MAX_DEPTH

_LANGUAGES: Mapping[str, Language] = {"mermaid": "mermaid", "graphviz": "dot", "digraph": "dot", "graph": "dot"}
"""Directive → language."""
_LITERAL = (
    "code-block", "code", "sourcecode", "code-cell", "parsed-literal", "literalinclude", "highlight", "prompt", "raw",
    "math", "doctest", "testcode", "ipython", "jinja", "llmpipeline", "productionlist", "command-output", "tab-code",
)  # fmt: skip
"""Directives whose content is no text with directives."""

_DIRECTIVE = re.compile(r"(?P<indent>[ ]*)\.\.[ ]+(?P<name>[\w:.+-]+)::(?:[ ]+(?P<argument>.*?))?[ ]*$")
_FENCE = re.compile(r"(?P<indent>[ >]*)(?P<marks>`{3,}|~{3,}|:{3,})[ ]*(?P<info>[^`]*?)[ ]*$")
_INFO = re.compile(r"\{(?P<name>[\w:.-]+)\}[ ]*(?P<argument>.*)")
_OPTION = re.compile(r"[ ]*:(?P<name>[\w-]+):(?:[ ]+(?P<value>.*?))?[ ]*$")
_YAML = re.compile(r"(?P<name>[\w-]+):[ ]*(?P<value>.*?)[ ]*$")


class Block(NamedTuple):
    """A diagram in a document."""

    first: int
    """Index of its first line, from 0."""
    end: int
    """Index of the line after its last one."""
    directive: str
    """Such as ``digraph``."""
    argument: str
    options: Mapping[str, str]
    body: str
    body_line: int
    """Number of the first line of the body, from 1."""
    indent: str
    fence: str
    """The marks of a fence in Markdown; empty in reStructuredText."""

    @property
    def language(self) -> Language:
        """The language of the body."""
        return _LANGUAGES[self.directive]

    @property
    def markup(self) -> Markup:
        """The markup of the document."""
        return "myst" if self.fence else "rst"


def find_blocks(lines: Sequence[str], markup: Markup, names: Container[str] = _LANGUAGES) -> list[Block]:
    """The diagrams in the *lines* of a document, in their order; those in listings are none.

    *names* are the directives; by default those of other languages.
    """
    if markup == "rst":
        lines = [line.expandtabs(8) for line in lines]
    return list(_in_rst(lines, 0, len(lines), names) if markup == "rst" else _in_markdown(lines, 0, len(lines), names))


def _in_rst(lines: Sequence[str], start: int, end: int, names: Container[str]) -> Iterator[Block]:
    number = start
    while number < end:
        found = _DIRECTIVE.match(lines[number])
        ends_literal = lines[number].rstrip().endswith("::") and not lines[number].lstrip().startswith("..")
        is_diagram = found is not None and found["name"] in names
        if not is_diagram and not ends_literal and not (found and found["name"] in _LITERAL):
            number += 1
            continue
        after = _end_of_indented(lines, number + 1, end, _width(lines[number]))
        if found and is_diagram:
            yield _rst_block(lines, number, after, found)
        number = after


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end_of_indented(lines: Sequence[str], start: int, end: int, indent: int) -> int:
    """The line after the last one from *start* that is indented deeper."""
    last = start
    for number in range(start, end):
        if lines[number].strip():
            if _width(lines[number]) <= indent:
                break
            last = number + 1
    return last


def _rst_block(lines: Sequence[str], first: int, end: int, found: re.Match[str]) -> Block:
    options: dict[str, str] = {}
    number, name = first + 1, ""
    while number < end and lines[number].strip():
        option = _OPTION.match(lines[number])
        if option:
            name = option["name"]
            options[name] = option["value"] or ""
        elif name:  # the value goes on
            options[name] = f"{options[name]} {lines[number].strip()}"
        else:
            break
        number += 1
    while number < end and not lines[number].strip():
        number += 1
    body = list(lines[number:end])
    inset = min((_width(line) for line in body if line.strip()), default=0)
    text = "\n".join(line[inset:] for line in body)
    return Block(first, end, found["name"], found["argument"] or "", options, text, number + 1, found["indent"], "")


def _in_markdown(lines: Sequence[str], start: int, end: int, names: Container[str], depth: int = 0) -> Iterator[Block]:
    number = start
    while number < end:
        found = _FENCE.match(lines[number])
        if not found or (found["marks"][0] == ":" and not found["info"]):
            number += 1
            continue
        last = _end_of_fence(lines, number + 1, end, found)
        after = min(last + 1, end)
        info = _INFO.match(found["info"])
        name = info["name"] if info else found["info"]
        if name in names and (info or name == "mermaid"):
            yield _fenced_block(lines, number, last, found, name, info["argument"] if info else "")
        elif name == "eval-rst":
            yield from _in_rst(lines, number + 1, last, names)
        elif info and name not in _LITERAL and depth < MAX_DEPTH:
            yield from _in_markdown(lines, number + 1, last, names, depth + 1)
        number = after


def _end_of_fence(lines: Sequence[str], start: int, end: int, opening: re.Match[str]) -> int:
    """The line of the closing fence, or the end."""
    mark, count = re.escape(opening["marks"][0]), len(opening["marks"])
    closing = re.compile(rf"[ >]*{mark}{{{count},}}[ ]*$")
    return next((number for number in range(start, end) if closing.match(lines[number])), end)


def _fenced_block(lines: Sequence[str], first: int, last: int, found: re.Match[str], name: str, argument: str) -> Block:
    indent = found["indent"]
    body = [_without(line, indent) for line in lines[first + 1 : last]]
    options: dict[str, str] = {}
    count = 0
    if body and body[0].strip() == "---" and _is_yaml_of_options(body):
        count = next(number for number, line in enumerate(body[1:], start=1) if line.strip() == "---") + 1
        pairs = (_YAML.match(line) for line in body[1 : count - 1])
        options = {pair["name"]: pair["value"].strip("\"'") for pair in pairs if pair}
    else:
        while count < len(body) and (option := _OPTION.match(body[count])):
            options[option["name"]] = option["value"] or ""
            count += 1
    while count < len(body) and not body[count].strip():
        count += 1
    text = "\n".join(body[count:])
    return Block(
        first, min(last + 1, len(lines)), name, argument, options, text, first + 2 + count, indent, found["marks"]
    )


def _is_yaml_of_options(body: Sequence[str]) -> bool:
    """Whether the block between ``---`` has options of a directive, and is no front matter of Mermaid."""
    closing = next((number for number, line in enumerate(body[1:], start=1) if line.strip() == "---"), 0)
    names = [pair["name"] for line in body[1:closing] if (pair := _YAML.match(line))]
    return bool(names) and not {"config", "title", "displayMode"} & {*names}


def _without(line: str, indent: str) -> str:
    """The line without the indentation of its fence."""
    return line[len(indent) :] if line.startswith(indent) else line.lstrip(" >") if indent else line
