"""Bodies: the declarations of diagrams in files and documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..files import Language, language_of
from .paths import DOCUMENTS, UnreadableError, documents, named, read

if TYPE_CHECKING:
    from ..conversion.blocks import Block

_DIRECTIVE = ("llmpipeline",)


class Body(NamedTuple):
    """The declarations of a diagram, or a diagram of another language in a file of its own."""

    path: Path
    text: str
    line: int = 1
    """Number of the first line in the file."""
    prefix: str = ""
    """Characters before each line: the indentation of the directive, or the marks of a quote."""
    block: Block | None = None
    """The directive in a document; ``None`` for a file of its own."""

    @property
    def language(self) -> Language | None:
        """The other language; ``None`` for declarations."""
        return None if self.block else language_of(self.path.name)


class File(NamedTuple):
    """A file and the diagrams in it."""

    path: Path
    text: str
    bodies: tuple[Body, ...]
    named: tuple[tuple[Path, int], ...] = ()
    """The files of diagrams that a document names, each with the line where it does."""

    @classmethod
    def of(cls, path: Path, text: str) -> File:
        """Find the diagrams in the *text* of a file, whatever its line ends are."""
        if path.suffix not in DOCUMENTS:
            return cls(path, text, (Body(path, text),))
        from ..conversion.blocks import find_blocks  # imported here because a file of declarations needs none of it

        lines = text.replace("\r\n", "\n").split("\n")
        bodies, names = [], []
        for block in find_blocks(lines, DOCUMENTS[path.suffix], _DIRECTIVE):
            if block.body.strip():
                first = lines[block.body_line - 1].expandtabs(8)
                prefix = block.indent if block.fence else (_width(first) - _width(block.body)) * " "
                bodies.append(Body(path, block.body, block.body_line, prefix, block))
            elif block.argument:
                names.append((named(path, block.argument), block.first + 1))
        return cls(path, text, tuple(bodies), tuple(names))


class Unreadable(NamedTuple):
    """A file that cannot be read."""

    path: Path
    message: str
    document: Path | None = None
    """The document that names it."""
    line: int = 0
    """Where the document does."""


def files(names: Iterable[str]) -> Iterator[File | Unreadable]:
    """The files that are given and the documents of folders, each with the files that it names behind it; each once."""
    given = (path for name in names for path in _paths(Path(name)))
    waiting: list[tuple[Path, Path | None, int]] = [(path, None, 0) for path in given]
    seen: set[Path] = set()
    while waiting:
        path, document, line = waiting.pop(0)
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        try:
            found = File.of(path, read(path))
        except UnreadableError as error:
            yield Unreadable(path, str(error), document, line)
            continue
        yield found
        waiting[:0] = [(target, path, at) for target, at in found.named]


def _paths(path: Path) -> Iterable[Path]:
    return documents(path) if path.is_dir() else [path]


def _width(text: str) -> int:
    """The number of spaces before a text."""
    return len(text) - len(text.lstrip())
