"""Bodies: the declarations of diagrams in files and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .paths import DOCUMENTS, documents, named

if TYPE_CHECKING:
    from ..conversion.blocks import Block

_DIRECTIVE = ("llmpipeline",)


class Body(NamedTuple):
    """The declarations of a diagram."""

    path: Path
    text: str
    line: int = 1
    """Number of the first line in the file."""
    prefix: str = ""
    """Characters before each line: the indentation of the directive, or the marks of a quote."""
    block: Block | None = None
    """The directive in a document; ``None`` for a file of declarations."""


def files_in(names: Iterable[str]) -> Iterator[Path]:
    """The files that are given, and the documents of the folders among them."""
    for name in names:
        path = Path(name)
        if path.is_dir():
            yield from documents(path)
        else:
            yield path


def bodies_of(path: Path, text: str) -> list[Body]:
    """The declarations in the *text* of a file; a document may name further files, see :func:`named_bodies`."""
    if path.suffix not in DOCUMENTS:
        return [Body(path, text)]
    from ..conversion.blocks import find_blocks  # imported here because a file of declarations needs none of it

    lines = text.split("\n")
    found = []
    for block in find_blocks(lines, DOCUMENTS[path.suffix], _DIRECTIVE):
        if block.body.strip():
            first = lines[block.body_line - 1].expandtabs(8)
            prefix = block.indent if block.fence else (_width(first) - _width(block.body)) * " "
            found.append(Body(path, block.body, block.body_line, prefix, block))
    return found


def named_bodies(path: Path, text: str) -> Iterator[tuple[Path, int]]:
    """The files of declarations that a document names, each with the line where it does."""
    if path.suffix in DOCUMENTS:
        from ..conversion.blocks import find_blocks

        for block in find_blocks(text.split("\n"), DOCUMENTS[path.suffix], _DIRECTIVE):
            if block.argument and not block.body.strip():
                yield named(path, block.argument), block.first + 1


def _width(text: str) -> int:
    """The number of spaces before a text."""
    return len(text) - len(text.lstrip())
