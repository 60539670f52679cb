"""Documents: diagrams of other languages in reStructuredText and Markdown, rewritten in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from itertools import count
from pathlib import PurePosixPath

from ..records import frozen_record
from .blocks import Block, find_blocks
from .conversion import Converted, convert
from .escaping import Markup
from .source import ConversionError, Remark
from .writing import INDENT

_KEPT = ("name", "caption", "alt", "align", "class", "figclass", "width")
"""Options that mean the same here."""
_ADVICE = {
    "zoom": "every diagram that is larger than its page has a full-size view",
    "config": "the look is a style",
    "layout": "one engine lays out all diagrams",
    "graphviz_dot": "'llmpipeline_dot' in conf.py names a program",
}


@frozen_record
class Document:
    """A converted document."""

    text: str
    count: int
    """Number of diagrams that were converted."""
    remarks: tuple[Remark, ...]
    failures: tuple[Remark, ...]
    """Why diagrams were left as they are."""
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Files with bodies, as the document names them, and their content."""


def convert_document(text: str, markup: Markup, read: Callable[[str], str]) -> Document:
    """Convert the diagrams of a document; those that cannot be converted are left as they are.

    Args:
        text: the document.
        markup: that of the document.
        read: reads a file with a body: name → content; raises :class:`OSError`.
    """
    found = _Rewriter(text.replace("\r\n", "\n"), markup, read).rewrite()
    return replace(found, text=found.text.replace("\n", "\r\n")) if "\r\n" in text else found


class _Rewriter:
    def __init__(self, text: str, markup: Markup, read: Callable[[str], str]) -> None:
        self.lines = text.split("\n")
        self.markup: Markup = markup
        self.read = read
        self.remarks: list[Remark] = []
        self.failures: list[Remark] = []
        self.bodies: dict[str, str] = {}

    def rewrite(self) -> Document:
        lines: list[str] = []
        position = number = 0
        for block in find_blocks(self.lines, self.markup):
            try:
                new = self._block(block)
            except ConversionError as error:
                line = block.body_line + max(error.line - 1, 0) if not _file_of(block) else block.first + 1
                self.failures.append(Remark(line, error.message))
                continue
            lines += self.lines[position : block.first] + new
            position, number = block.end, number + 1
        lines += self.lines[position:]
        return Document("\n".join(lines), number, tuple(self.remarks), tuple(self.failures), self.bodies)

    def _block(self, block: Block) -> list[str]:
        """The lines that say here what the block says."""
        name = _file_of(block)
        body = self._read(name) if name else block.body
        if block.directive in ("digraph", "graph"):
            body = f"{block.directive} {{ {body}\n}}"
        elif not body.strip():
            raise ConversionError("expected the text of a diagram, or the name of a file")
        found = convert(body, block.language, block.markup)
        first = block.first + 1 if name else block.body_line
        self.remarks += [
            Remark(first + max(remark.line - 1, 0) if not name else first, remark.message) for remark in found.remarks
        ]
        options = self._options(block, found)
        if not name:
            return _directive(block, "", options, found.text)
        own = self._own_name(name, found.text)
        self.bodies[own] = found.text
        return _directive(block, own, options, "")

    def _read(self, name: str) -> str:
        try:
            return self.read(name)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not in UTF-8"
            raise ConversionError(f"cannot read '{name}': {reason}") from error

    def _own_name(self, name: str, text: str) -> str:
        """The name of a new file beside *name*, or of one that holds this *text* already."""
        path = PurePosixPath(name)
        for number in count(1):
            own = str(path.with_name(f"{path.stem}-{number}.txt" if number > 1 else f"{path.stem}.txt"))
            try:
                there = self.bodies[own] if own in self.bodies else self.read(own)
            except FileNotFoundError:
                break
            except (OSError, UnicodeDecodeError):
                continue
            if there == text:
                break
        return own

    def _options(self, block: Block, found: Converted) -> dict[str, str]:
        """Options of the block that mean something here, and those that the diagram needs."""
        options = {name: value for name, value in block.options.items() if name in _KEPT}
        if "title" in block.options:
            options.setdefault("caption", block.options["title"])
        for name in block.options.keys() - {*_KEPT, "title"}:
            advice = f": {_ADVICE[name]}" if name in _ADVICE else ""
            self.remarks.append(Remark(block.first + 1, f"the option '{name}' is left out{advice}"))
        for name, value in found.options:
            options.setdefault(name, value)
        return options


def _file_of(block: Block) -> str:
    """The name of the file with the body; empty if the body stands in the document."""
    return block.argument if block.directive in ("mermaid", "graphviz") and block.argument else ""


def _directive(block: Block, argument: str, options: Mapping[str, str], text: str) -> list[str]:
    """The lines of the directive, in the place and the indentation of the block."""
    settings = [f":{name}: {value}".rstrip() for name, value in options.items()]
    body = text.rstrip("\n").split("\n") if text else []
    inner = [*settings, *([""] if settings and body else []), *body]
    if block.fence:
        whole = [f"{block.fence}{{llmpipeline}} {argument}".rstrip(), *inner, block.fence]
    else:
        space = [""] if body and not settings else []
        head = f".. llmpipeline:: {argument}".rstrip()
        whole = [head, *(f"{INDENT}{line}".rstrip() for line in [*space, *inner])]
    return [f"{block.indent}{line}".rstrip() for line in whole]
