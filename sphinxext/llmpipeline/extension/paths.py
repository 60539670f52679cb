"""Files kept from one build to the next: drawings, needs of pages by builder, failed documents by builder.

They may be missing, damaged, or impossible to write: a build then makes them again, and warns at most once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sphinx.util import logging

from ..cache.store import Cache, needs_cleaning, write_atomic

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

NEEDS = "needs"
"""Suffix of the entries of needs; see :mod:`.web_assets`."""

_PAGES: WeakKeyDictionary[Sphinx, Cache] = WeakKeyDictionary()
_WARNINGS: WeakKeyDictionary[Sphinx, UnwrittenWarning] = WeakKeyDictionary()
_GIVEN: WeakKeyDictionary[Sphinx, set[tuple[str | None, int | None, str, str]]] = WeakKeyDictionary()
"""The places and texts of the warnings about elements in this build."""


class UnwrittenWarning:
    """Log the first error of writing as a warning, because the others are likely to have the same cause.

    Args:
        folder: the one that is written to if a call names no other.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._warned = False

    def __call__(self, error: OSError, folder: Path | None = None) -> None:
        """Report an *error* of writing in *folder*."""
        if not self._warned:
            self._warned = True
            text = "cannot write in '%s': %s; the next build makes again what is missing there"
            # Without the name of the file, which may be a temporary one.
            reason = error.strerror or str(error) or type(error).__name__
            logger.warning(text, folder or self._folder, reason, type="llmpipeline", subtype="cache")


def unwritten_warning(app: Sphinx) -> UnwrittenWarning:
    """The warning of this build about files that cannot be written."""
    if app not in _WARNINGS:
        _WARNINGS[app] = UnwrittenWarning(cache_folder(app))
    return _WARNINGS[app]


def cache_folder(app: Sphinx) -> Path:
    """Folder of the drawings, in that of the doctrees: builders share it, and it may be deleted at any time."""
    return Path(app.doctreedir) / ".llmpipeline"


def static_folder(app: Sphinx) -> Path:
    """Folder of the style sheets and fonts of the site."""
    return Path(app.outdir) / "_static"


def shared_folder(app: Sphinx) -> Path | None:
    """Folder of the drawings that builds share; ``None`` if there is none, or it is behind a URL."""
    place: str = app.config.llmpipeline_cache
    return Path(app.confdir, place) if place and "://" not in place else None


def clean_cache(app: Sphinx, exception: Exception | None) -> None:
    """Once a day, after a successful build, remove what no build has used for long."""
    if exception is None and needs_cleaning(cache_folder(app)):
        # Imported here because most builds do not clean.
        from ..cache.cleaning import clean

        others = [static_folder(app), *filter(None, [shared_folder(app)])]
        clean(cache_folder(app), app.config.llmpipeline_cache_days, others)


def pages_cache(app: Sphinx) -> Cache:
    """Needs of this builder's pages; they are checked by digest, as drawings are."""
    if app not in _PAGES:
        _PAGES[app] = Cache(cache_folder(app) / "pages" / app.builder.name, unwritten_warning(app))
    return _PAGES[app]


def page_key(docname: str) -> str:
    """Key and file name for a document, whose own name may have slashes and any other characters."""
    return hashlib.sha256(docname.encode()).hexdigest()[:40]


def warn_until_mended(app: Sphinx, docname: str, place: Element, subtype: str, text: str) -> None:
    """Warn about an element of a document, once in this build and in each next one until the cause is removed.

    Sphinx resolves a document anew for each table of contents of an EPUB and for each file of LaTeX that holds it.  Its
    own ``once`` counts all warnings of one text as the same, whatever their places.
    """
    note_failure(app, docname)
    given = _GIVEN.setdefault(app, set())
    warning = place.source, place.line, subtype, text
    if warning not in given:
        given.add(warning)
        logger.warning("%s", text, location=place, type="llmpipeline", subtype=subtype)


def note_failure(app: Sphinx, docname: str) -> None:
    """Have the next build read a document again, so that its warnings come again."""
    # The environment is saved before pages are written, so a note in it would be lost; a file is not.
    try:
        write_atomic(_failure_note(app, docname), b"")
    except OSError as error:
        unwritten_warning(app)(error)


def forget(app: Sphinx, docname: str, *, needs: bool) -> None:
    """Remove the note of failure of a document and, with *needs*, the needs of its page."""
    with contextlib.suppress(OSError):  # a note that stays only costs time
        _failure_note(app, docname).unlink()
    if needs:
        pages_cache(app).remove(page_key(docname), NEEDS)


def failed_documents(app: Sphinx, *_: object) -> list[str]:
    """Documents with a warning about a drawing when this builder last wrote them: they are read again."""
    try:
        names = {*os.listdir(_failures_folder(app))}
    except OSError:
        return []
    return [docname for docname in sorted(app.env.found_docs) if _failure_note(app, docname).name in names]


def _failures_folder(app: Sphinx) -> Path:
    """One folder for each builder, because each has its own warnings."""
    return cache_folder(app) / "reread" / app.builder.name


def _failure_note(app: Sphinx, docname: str) -> Path:
    """A note is an empty file whose name says all, so that it cannot be damaged."""
    return _failures_folder(app) / page_key(docname)
