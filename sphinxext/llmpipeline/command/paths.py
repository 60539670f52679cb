"""Files that a command is given: diagrams, documents, and the documents of folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..files import read_data, read_regular

if TYPE_CHECKING:
    from ..conversion.escaping import Markup

DOCUMENTS: dict[str, Markup] = {".rst": "rst", ".rest": "rst", ".md": "myst", ".markdown": "myst"}
"""Ending of a name → markup of the document."""
_SKIPPED = ("_build", "build", "node_modules", "site-packages")
_LARGEST = 10_000_000
"""Most bytes of a file."""


class UnreadableError(Exception):
    """A file that cannot be read, with the reason."""


def read(path: Path) -> str:
    """The text of a file.

    Raises:
        UnreadableError: if it cannot be read.
    """
    try:
        return read_regular(path, _LARGEST).decode()
    except OSError as error:
        raise UnreadableError(f"cannot read this file: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError("cannot read this file: it is not in UTF-8") from error


def documents(folder: Path) -> Iterator[Path]:
    """The documents of a folder, without those of builds and hidden ones, in the order of their names."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.suffix in DOCUMENTS and path.is_file() and not any(p.startswith(".") or p in _SKIPPED for p in parts):
            yield path


def named(document: Path, name: str, root: Path | None = None) -> Path:
    """The file that a document names: relative to it, or to the source folder if the name begins with ``/``.

    A document that others include may name files relative to these, which mostly stand in the source folder.  *root* is
    the source folder if none around the document has a ``conf.py``.
    """
    around = source_folder(document) or root or document.parent
    beside = document.parent / name
    if name.startswith("/") or (not beside.exists() and (around / name).exists()):
        return around / name.lstrip("/")
    return beside


def read_beside(document: Path, name: str) -> bytes:
    """The content of a file with data that a document names.

    Raises:
        ValueError: with the message, if it cannot be read.
    """
    found = named(document, name)
    return read_data(found.parent, found.name)


def source_folder(path: Path) -> Path | None:
    """The nearest folder around a file that has a ``conf.py``."""
    return next((folder for folder in path.absolute().parents if (folder / "conf.py").is_file()), None)


def diff(path: Path, before: str, after: str) -> str:
    """What changes in a file, in the unified format."""
    from difflib import unified_diff  # imported here because few runs need it

    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), str(path), str(path))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
