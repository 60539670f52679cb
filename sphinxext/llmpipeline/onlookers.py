"""Who else looks at the texts of a document: where nobody does, those without markup need not be elements of it.

Sphinx's own transforms and listeners find nothing to do in such a text, and look at each element all the same.  What
others find there, nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_ONLOOKERS = "llmpipeline_onlookers"
"""Attribute of the environment."""

# Those that deal with markup only.
_KNOWN = ("docutils", "myst_parser", "sphinx", "sphinxext.llmpipeline")


def note_onlookers(app: Sphinx, env: BuildEnvironment) -> None:
    """Find out who there is, before the first document is read."""
    reads = (
        app.builder.versioning_method != "none"  # Sphinx extracts texts
        or _may_translate(app)
        or _listens(app, "doctree-read")
        or not _are_known(app.registry.get_transforms())
    )
    writes = _listens(app, "doctree-resolved") or not _are_known(app.registry.get_post_transforms())
    vars(env)[_ONLOOKERS] = reads, writes


def see_reading(env: BuildEnvironment) -> bool:
    """Whether anyone else may look into documents that are read; if in doubt, someone does."""
    reads, _ = vars(env).get(_ONLOOKERS, (True, True))
    return bool(reads)


def see_writing(env: BuildEnvironment) -> bool:
    """Whether anyone else may look into documents that are about to be written; if in doubt, someone does."""
    _, writes = vars(env).get(_ONLOOKERS, (True, True))
    return bool(writes)


def _listens(app: Sphinx, event: str) -> bool:
    return not _are_known(listener.handler for listener in app.events.listeners.get(event, ()))


def _are_known(found: Iterable[object]) -> bool:
    modules = {str(getattr(one, "__module__", "")) for one in found}
    return all(module.startswith(tuple(f"{name}." for name in _KNOWN)) for module in modules - set(_KNOWN))


def _may_translate(app: Sphinx) -> bool:
    """Whether there may be translations: those into a language serve its regions, too."""
    language = app.config.language or ""
    names = {language, re.split(r"[^a-z]", language)[0]}
    folders = (Path(app.srcdir) / folder for folder in app.config.locale_dirs)
    return any((folder / name).is_dir() for folder in folders for name in names)
