"""Output format and page width of each builder: the possible ones, the defaults, and those that a project chooses."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from ..diagnostics import is_number, suggestion

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from ..job import Format

Choice = Literal["svg", "pdf", "png"]
"""Format that a project may choose."""
CHOICES: tuple[Choice, ...] = get_args(Choice)


class Output(NamedTuple):
    """The way in which a builder shows drawings."""

    format: Format
    beside: Format | None = None
    """Format of a second file, for screens with more than one pixel for each pixel of the page."""
    by_page: bool = False
    """Whether the HTML writer shows it, with a style sheet; otherwise it is an ordinary image."""


INLINE = Output("svg", by_page=True)
"""SVG in the page."""
_RASTER = Output("png", "png@2x", by_page=True)
# Help viewers do not draw SVG inside a page; the manifest of a book would have to name the pages that contain SVG.
_IMAGES_ONLY = ("qthelp", "htmlhelp", "epub")
# Viewers that ignore the density of an image: one of its pixels is one pixel of the screen.
_PLAIN = ("qthelp", "htmlhelp", "texinfo")
_DEFAULTS: Mapping[str, Choice] = {"qthelp": "png", "htmlhelp": "png"}


def possible(builder: Builder) -> dict[Choice, Output]:
    """Outputs that a builder can show, the default first; empty if it shows no pictures."""
    types = builder.supported_image_types
    if builder.format == "html" and builder.name not in _IMAGES_ONLY:
        return {"svg": INLINE, "png": _RASTER}
    outputs: dict[Choice, Output] = {}
    if "application/pdf" in types:
        outputs["pdf"] = Output("pdf")
    if "image/svg+xml" in types:
        outputs["svg"] = Output("svg-outlines")
    if "image/png" in types:
        outputs["png"] = Output("png" if builder.name in _PLAIN else "png@2x")
    return outputs


def shows_pages(builder: Builder) -> bool:
    """Whether drawings are shown by the HTML writer, in any format."""
    return any(output.by_page for output in possible(builder).values())


def output_for(builder: Builder, formats: Mapping[str, Choice], own: Choice | None = None) -> Output | None:
    """Output of *builder*; ``None`` if it shows no pictures, but a list.

    The *own* format of a diagram comes before the choice of *formats*, the value of ``llmpipeline_formats``.  What the
    builder cannot show is ignored.
    """
    outputs = possible(builder)
    name = _entry(builder, formats)
    for asked in (own, formats[name] if name else None, _DEFAULTS.get(builder.name)):
        if asked in outputs:
            return outputs[asked]
    return next(iter(outputs.values()), None)


def refusal(builder: Builder, formats: Mapping[str, Choice]) -> str | None:
    """Message if the entry of *formats* for *builder* is a format that it cannot show; otherwise ``None``."""
    outputs = possible(builder)
    name = _entry(builder, formats)
    if name is None or formats[name] in outputs:
        return None
    if not outputs:
        return f"{name!r} expects no entry, because the builder {builder.name!r} shows no pictures"
    return f"{name!r} expects {_listed([*outputs])}, which the builder {builder.name!r} can show, got {formats[name]!r}"


def _entry(builder: Builder, formats: Mapping[str, Choice]) -> str | None:
    """Key of the entry for *builder*: its name or, except for books and help viewers, the format of its files."""
    names = (builder.name,) if builder.name in _IMAGES_ONLY else (builder.name, builder.format)
    return next((name for name in names if name in formats), None)


def read_formats(value: Any) -> tuple[dict[str, Choice], list[str]]:
    """The entries of ``llmpipeline_formats`` that can be read, and messages about the others.

    >>> read_formats({"html": "png", "latex": "eps"})
    ({'html': 'png'}, ["'latex' expects 'svg', 'pdf' or 'png', got 'eps'"])
    """
    if not isinstance(value, dict):
        return {}, [f"expects a dict such as {{'html': 'png'}}, got {value!r}"]
    expected = _listed(CHOICES)
    wrong = [f"{name!r} expects {expected}, got {given!r}" for name, given in value.items() if given not in CHOICES]
    return {name: choice for name, choice in value.items() if choice in CHOICES}, wrong


def unknown_builders(formats: Mapping[str, Choice], known: Iterable[str]) -> dict[str, str]:
    """Entries of *formats* that are not among the *known* builders and formats → messages about them.

    >>> unknown_builders({"html": "png", "htm": "svg"}, ["html", "latex"])
    {'htm': "unknown builder 'htm'; did you mean 'html'?"}
    """
    names = dict.fromkeys(known)
    return {name: f"unknown builder {name!r}{suggestion(str(name), names)}" for name in formats if name not in names}


def _listed(choices: Collection[str]) -> str:
    """Join quoted words for a sentence.

    >>> _listed(["svg", "pdf", "png"]), _listed(["png"])
    ("'svg', 'pdf' or 'png'", "'png'")
    """
    *first, last = (repr(choice) for choice in choices)
    return f"{', '.join(first)} or {last}" if first else last


WIDTHS: Mapping[str, float] = {"html": 700.0, "epub": 600.0, "latex": 450.0}
"""Name or format of a builder → default page width: pixels; points for LaTeX (A4 with margins of an inch)."""

THEME_WIDTHS: Mapping[str, float] = {"alabaster": 650.0}
"""Theme → default width of its pages, if that is less than the usual one."""

NARROW_WIDTH = 308.0
"""Default width of HTML pages in a narrow window, in CSS pixels: the theme of Read the Docs on a phone of 360."""

_GREATEST_WIDTH = 10_000.0
"""Greatest width of a page: style sheets have rules for the widths up to it."""

PAPER_SCALE = 0.75
"""Points of paper for a unit of a drawing, which is a pixel in HTML: text is then as large as that around it."""

PAPER_HEIGHT = 4 / 3
"""Height of the drawings that fit on a page of paper, with a caption, as a part of the width of the page."""


def read_widths(value: Any) -> tuple[dict[str, float], list[str]]:
    """The widths of ``llmpipeline_width``, over :data:`WIDTHS`, and messages about entries that cannot be read.

    A number is the width of HTML pages.

    >>> read_widths({"latex": 400})[0]["latex"], read_widths(820)[0]["html"]
    (400.0, 820.0)
    """
    given = value if isinstance(value, Mapping) else {"html": value}
    widths = dict(WIDTHS)
    problems: list[str] = []
    for builder, width in given.items():
        with contextlib.suppress(ValueError):
            width = float(width) if isinstance(width, str) else width  # ``-D llmpipeline_width.latex=400``
        if not isinstance(builder, str):
            problems.append(f"expected the name of a builder such as 'html' or 'latex', got {builder!r}")
            continue
        expected = f"expected the width of a page in {'points' if builder == 'latex' else 'pixels'} for '{builder}'"
        if not is_number(width) or not math.isfinite(width) or width <= 0:
            problems.append(f"{expected}, got {width!r}")
        elif width > _GREATEST_WIDTH:
            problems.append(f"{expected}, at most {_GREATEST_WIDTH:,.0f}, got {width!r}")
        else:
            widths[builder] = float(width)
    return widths, problems


def page_width(widths: Mapping[str, float], builder: str, format: str) -> float:
    """Page width of a builder with files in *format*, in units of a drawing; *widths* are from :func:`read_widths`.

    >>> page_width(WIDTHS, "dirhtml", "html"), page_width(WIDTHS, "latex", "latex")
    (700.0, 600.0)
    """
    width = widths.get(builder, widths.get(format, widths["html"]))
    return width / PAPER_SCALE if format == "latex" else width


def page_height(width: float, format: str) -> float:
    """Height of a page with that *width* for a builder with files in *format*; infinite if readers scroll.

    >>> page_height(600.0, "latex"), page_height(700.0, "html")
    (800.0, inf)
    """
    return PAPER_HEIGHT * width if format == "latex" else math.inf
