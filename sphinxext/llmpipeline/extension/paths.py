"""What is kept from one build to the next, by builder and by page: drawings, needs of pages, notes of failures."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from ..cache.store import write_atomic

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CHANGED = "changed"
"""The file that marks a folder of needs; it is empty."""


def cache_folder(app: Sphinx) -> Path:
    """Where drawings are kept: beside the doctrees, which builders share and which may be deleted at any time."""
    return Path(app.doctreedir) / ".llmpipeline"


def pages_folder(app: Sphinx) -> Path:
    """Where the needs of the pages of this builder are kept."""
    return cache_folder(app) / "pages" / app.builder.name


def needs_file(folder: Path, docname: str) -> Path:
    """Where those of one page are kept in the folder of all."""
    return folder / f"{_name(docname)}.json"


def changed(folder: Path) -> bool:
    """Whether a page in the folder of all needs what the site does not have yet."""
    return (folder / CHANGED).is_file()


def note_failure(app: Sphinx, docname: str) -> None:
    """Have a document read again by the next build, so that what is said of it now is said then, too."""
    # The environment is saved before pages are written, so a note in it would be lost; a file is not.
    write_atomic(_failure_note(app, docname), docname.encode())


def forget(app: Sphinx, docname: str, *, needs: bool) -> None:
    """Whatever the last build had to say of a document is said anew from here on.

    Args:
        app: the application.
        docname: the document.
        needs: whether the needs of its page go, too, because it shows no diagram now.
    """
    _failure_note(app, docname).unlink(missing_ok=True)
    if needs:
        needs_file(pages_folder(app), docname).unlink(missing_ok=True)


def failed_documents(app: Sphinx) -> list[str]:
    """The documents of which something was said when they were last drawn for this builder."""
    found = (note.read_text(encoding="utf-8") for note in sorted(_failures_folder(app).glob("*.txt")))
    return [docname for docname in found if docname in app.env.found_docs]


def _failures_folder(app: Sphinx) -> Path:
    """One for each builder: another builder's run must not use up what this one has still to warn of."""
    return cache_folder(app) / "reread" / app.builder.name


def _failure_note(app: Sphinx, docname: str) -> Path:
    return _failures_folder(app) / f"{_name(docname)}.txt"


def _name(docname: str) -> str:
    """A name for the file of a document, whatever the name of the document has in it."""
    return hashlib.sha256(docname.encode()).hexdigest()[:40]
