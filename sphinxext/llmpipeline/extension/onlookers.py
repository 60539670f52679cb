"""Who else looks at the texts of a document: where nobody does, those without markup need not be elements of it.

Sphinx's own transforms, domains and listeners, but for its translation, find nothing to do in such a text, and look at
each element all the same.  What others find there, nobody knows.
"""

from __future__ import annotations

import locale
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sphinx.domains import Domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# Those that deal with markup only.
_KNOWN = ("docutils", "myst_parser", "sphinx", "sphinxext.llmpipeline")

_FOUND: WeakKeyDictionary[BuildEnvironment, tuple[bool, bool]] = WeakKeyDictionary()
"""Whether anyone looks when documents are read, and when they are about to be written."""


def note_onlookers(app: Sphinx, env: BuildEnvironment) -> None:
    """Find out who there is, in every build before the first document is read."""
    domains = {type(domain) for domain in env.domains.values()}
    reads = (
        app.builder.versioning_method != "none"  # Sphinx extracts texts
        or _may_translate(app)
        or _listens(app, "doctree-read")
        or not _are_known(app.registry.get_transforms())
        or not _are_known(domain for domain in domains if domain.process_doc is not Domain.process_doc)
        or not _are_known(app.registry.get_source_parsers().values())  # they may know more markup
    )
    writes = _listens(app, "doctree-resolved") or not _are_known(app.registry.get_post_transforms())
    _FOUND[env] = reads, writes


def see_reading(env: BuildEnvironment) -> bool:
    """Whether anyone else may look into documents that are read; if in doubt, someone does."""
    reads, _ = _FOUND.get(env, (True, True))
    return reads


def see_writing(env: BuildEnvironment) -> bool:
    """Whether anyone else may look into documents that are about to be written; if in doubt, someone does."""
    _, writes = _FOUND.get(env, (True, True))
    return writes


def _listens(app: Sphinx, event: str) -> bool:
    return not _are_known(listener.handler for listener in app.events.listeners.get(event, ()))


def _are_known(found: Iterable[object]) -> bool:
    modules = {str(getattr(one, "__module__", "")) for one in found}
    return all(module.startswith(tuple(f"{name}." for name in _KNOWN)) for module in modules - set(_KNOWN))


def _may_translate(app: Sphinx) -> bool:
    """Whether there may be catalogs: those of a language serve its regions, and the other way round."""
    language = app.config.language or ""
    roots = {re.split(r"[^a-z]", name.lower())[0] for name in (language, locale.normalize(language))}
    folders = (Path(app.srcdir) / folder for folder in app.config.locale_dirs)
    names = (inner.name.lower() for folder in folders if folder.is_dir() for inner in folder.iterdir())
    return any(name.startswith(tuple(roots)) for name in names)
