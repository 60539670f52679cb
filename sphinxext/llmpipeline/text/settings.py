"""Matplotlib as drawings need it, whatever a project has set it to for other things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

# Everything that a drawing takes from matplotlib's settings: what a project sets for its plots is no part of it.
_SETTINGS: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "llmpipeline",
    "svg.id": None,
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "pdf.use14corefonts": False,
    "pdf.inheritcolor": False,
    "agg.path.chunksize": 0,
    "path.sketch": None,
    "path.effects": [],
    "path.snap": True,
    "lines.scale_dashes": True,
    "font.stretch": "normal",
    "font.style": "normal",
    "font.weight": "normal",
    "font.variant": "normal",
    "text.antialiased": True,
    "text.hinting": "none",  # widths are measured without
    "path.simplify": False,
    "text.usetex": False,
    "mathtext.default": "it",
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": False,
}


@contextmanager
def settings() -> Iterator[None]:
    """The settings of a drawing.

    To enter and leave them takes a millisecond or two, so only formulas and the formats that matplotlib writes do.
    """
    with mpl.rc_context(_SETTINGS):
        yield
