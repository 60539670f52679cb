"""A drawing from the cache, or drawn now and kept there."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .drawing import Format, Job, Notes
from .files import Cache, Entry, digest_of, key_of

_SUFFIXES: Mapping[Format, str] = {
    "svg": "svg",
    "svg-outlines": "svg",
    "pdf": "pdf",
    "png": "png",
    "png@2x": "2x.png",
}


def find_or_draw(job: Job, folder: Path) -> Entry:
    """The file of a drawing, with its notes.

    Args:
        job: what is drawn.
        folder: where drawings are kept.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.
    """
    drawings = Cache(folder)
    key, suffix = key_of(_identity(job)), _SUFFIXES[job.format]
    found = drawings.find(key, suffix)
    if found is not None:
        return found
    # Only now: a build that finds every drawing in the cache never loads what draws.
    logging.getLogger("matplotlib").setLevel(logging.WARNING)  # its notes are no news to an author
    from .draw import draw

    drawing = draw(job)
    return drawings.store(key, suffix, drawing.data, drawing.notes.to_json() if drawing.notes != Notes() else b"")


def _identity(job: Job) -> str:
    """All that a drawing depends on: the job, and what it only names."""
    version = _dot_version(job.dot) if job.engine == "dot" else ""
    fonts = [Path(name) for name in (*job.style.font, *job.style.mono_font)]
    return f"{version}{''.join(digest_of(font) for font in fonts if font.is_file())} {job!r}"


@cache
def _dot_version(dot: str) -> str:
    try:
        done = subprocess.run([dot, "-V"], capture_output=True, text=True, check=False)  # noqa: S603 -- the project's own
    except OSError:
        return ""
    return done.stderr.strip()
