"""Garbage collection during a build.

What is loaded when a build begins, Sphinx with its extensions and theme, lives until it ends.  Python searches all of
that for garbage whenever the heap has grown by a quarter, which takes longer than the drawing of several diagrams.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_OF_PYTHON = 10_000  # frozen objects that may be Python's own: 3.12 has some hundred when it starts


class _Builds:
    """The builds of this process."""

    begun = False
    frozen = False
    """Whether the last one has frozen what was loaded, and not ended properly since."""


def freeze_loaded(app: Sphinx, env: BuildEnvironment, *_documents: set[str]) -> list[str]:  # noqa: ARG001 -- as for all handlers
    """Keep what is loaded out of the search for garbage until the build ends, unless somebody else does so already."""
    if _Builds.frozen:
        _unfreeze()  # the last build was interrupted
    if _Builds.begun:
        gc.collect()  # what is left of it, which would be kept for ever
    _Builds.begun = True
    if gc.get_freeze_count() < _OF_PYTHON:
        gc.freeze()
        _Builds.frozen = True
        app.connect("build-finished", _unfreeze, priority=999)
    return []


def _unfreeze(*_: object) -> None:
    gc.unfreeze()
    _Builds.frozen = False
