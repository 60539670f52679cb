"""Files kept from one build to the next: drawings, needs of pages by builder, failed documents by builder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ..cache.store import write_atomic

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CHANGED = "changed"
"""Name of the empty file that marks a folder of needs as changed."""


def cache_folder(app: Sphinx) -> Path:
    """Folder of the drawings, in that of the doctrees: builders share it, and it may be deleted at any time."""
    return Path(app.doctreedir) / ".llmpipeline"


def pages_folder(app: Sphinx) -> Path:
    """Folder of the needs of this builder's pages."""
    return cache_folder(app) / "pages" / app.builder.name


def needs_file(folder: Path, docname: str) -> Path:
    """File with the needs of one page, in the *folder* of all pages."""
    return folder / f"{_name(docname)}.json"


def changed(folder: Path) -> bool:
    """Whether a page in the *folder* of all pages has needs that the site does not meet yet."""
    return (folder / CHANGED).is_file()


def note_failure(app: Sphinx, docname: str) -> None:
    """Have the next build read a document again, so that its warnings come again."""
    # The environment is saved before pages are written, so a note in it would be lost; a file is not.
    write_atomic(_failure_note(app, docname), docname.encode())


def forget(app: Sphinx, docname: str, *, needs: bool) -> None:
    """Remove the note of failure of a document and, with *needs*, the needs of its page."""
    _failure_note(app, docname).unlink(missing_ok=True)
    if needs:
        needs_file(pages_folder(app), docname).unlink(missing_ok=True)


def failed_documents(app: Sphinx, *_: object) -> list[str]:
    """Documents with a warning about a drawing when this builder last wrote them: they are read again."""
    found = (note.read_text(encoding="utf-8", errors="replace") for note in sorted(_failures_folder(app).glob("*.txt")))
    return [docname for docname in found if docname in app.env.found_docs]


def _failures_folder(app: Sphinx) -> Path:
    """One folder for each builder, because each has its own warnings."""
    return cache_folder(app) / "reread" / app.builder.name


def _failure_note(app: Sphinx, docname: str) -> Path:
    return _failures_folder(app) / f"{_name(docname)}.txt"


def _name(docname: str) -> str:
    """File name for a document, whose own name may have slashes and any other characters."""
    return hashlib.sha256(docname.encode()).hexdigest()[:40]
