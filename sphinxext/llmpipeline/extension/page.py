"""How wide the pages of each builder are, by which a diagram chooses its direction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

WIDTHS: Mapping[str, float] = {"html": 700.0, "epub": 600.0, "latex": 450.0}
"""By the name or the format of a builder: pixels of a page, points of paper (A4 with margins of an inch)."""

PAPER_SCALE = 0.75
"""A unit of a drawing is a pixel of a page; on paper, three quarters of it set its text as large as what is around."""


def read_widths(value: Any) -> tuple[dict[str, float], list[str]]:
    """The widths that ``llmpipeline_width`` asks for, over :data:`WIDTHS`; and what was wrong with it, in words.

    Args:
        value: a number for HTML pages, or a dict of numbers by the names or formats of builders.

    >>> read_widths({"latex": 400})[0]["latex"], read_widths(820)[0]["html"]
    (400.0, 820.0)
    """
    given = value if isinstance(value, Mapping) else {"html": value}
    widths = dict(WIDTHS)
    problems: list[str] = []
    for builder, width in given.items():
        if not isinstance(builder, str):
            problems.append(f"expected the name of a builder such as 'html' or 'latex', got {builder!r}")
        elif isinstance(width, (int, float)) and not isinstance(width, bool) and math.isfinite(width) and width > 0:
            widths[builder] = float(width)
        else:
            unit = "points" if builder == "latex" else "pixels"
            problems.append(f"expected the width of a page in {unit} for '{builder}', got {width!r}")
    return widths, problems


def page_width(widths: Mapping[str, float], builder: str, format: str) -> float:
    """Width of the pages of a builder, in units of a drawing.

    Args:
        widths: from :func:`read_widths`.
        builder: its name.
        format: what it writes, such as ``html``.

    >>> page_width(WIDTHS, "dirhtml", "html"), page_width(WIDTHS, "latex", "latex")
    (700.0, 600.0)
    """
    width = widths.get(builder, widths.get(format, widths["html"]))
    return width / PAPER_SCALE if format == "latex" else width
