"""Garbage collection during a build.

What is loaded when a build begins, Sphinx with its extensions and theme, lives until it ends.  Python searches all of
that for garbage whenever the heap has grown by a quarter, which takes longer than the drawing of several diagrams.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def freeze_loaded(app: Sphinx) -> None:
    """Keep what is loaded out of the search for garbage until the build ends, unless somebody does so already."""
    if gc.get_freeze_count():
        return
    gc.freeze()
    app.connect("build-finished", _unfreeze, priority=999)


def _unfreeze(app: Sphinx, error: Exception | None) -> None:  # noqa: ARG001 -- Sphinx hands these over
    gc.unfreeze()
