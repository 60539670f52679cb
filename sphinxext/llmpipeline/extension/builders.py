"""Which format each builder shows, and how: what its pages can hold, the defaults, and what a project asks for."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from sphinx.builders import Builder

    from ..job import Format


Choice = Literal["svg", "pdf", "png"]
"""What a project may ask for."""
CHOICES: tuple[Choice, ...] = get_args(Choice)


class Output(NamedTuple):
    """How a builder shows a drawing."""

    format: Format
    beside: Format | None = None
    """A second file, for screens that show more than a pixel for each pixel of the page."""
    by_page: bool = False
    """The writer of pages shows it, with a style sheet; else it is an image like any other."""


_INLINE = Output("svg", by_page=True)
_RASTER = Output("png", "png@2x", by_page=True)
# Help viewers with an HTML engine that does not draw SVG inside a page, and books whose manifest would have to name it.
_IMAGES_ONLY = ("qthelp", "htmlhelp", "epub")
# Viewers that show an image with a pixel for each of its own, whatever its density.
_PLAIN = ("qthelp", "htmlhelp", "texinfo")
_DEFAULTS: Mapping[str, Choice] = {"qthelp": "png", "htmlhelp": "png"}


def possible(builder: Builder) -> dict[Choice, Output]:
    """What a builder can show, the best first; empty for one without pictures."""
    types = builder.supported_image_types
    if builder.format == "html" and builder.name not in _IMAGES_ONLY:
        return {"svg": _INLINE, "png": _RASTER}
    outputs: dict[Choice, Output] = {}
    if "application/pdf" in types:
        outputs["pdf"] = Output("pdf")
    if "image/svg+xml" in types:
        outputs["svg"] = Output("svg-outlines")
    if "image/png" in types:
        outputs["png"] = Output("png" if builder.name in _PLAIN else "png@2x")
    return outputs


def output_for(builder: Builder, formats: Mapping[str, Choice]) -> Output | None:
    """How *builder* shows drawings; ``None`` where it shows a list.

    Args:
        builder: the builder.
        formats: what the project asks for; a choice that the builder cannot show is passed over.
    """
    outputs = possible(builder)
    name = _entry(builder, formats)
    for asked in (formats[name] if name else None, _DEFAULTS.get(builder.name)):
        if asked in outputs:
            return outputs[asked]
    return next(iter(outputs.values()), None)


def refusal(builder: Builder, formats: Mapping[str, Choice]) -> str | None:
    """What is wrong with the entry for *builder*, which may ask for what the builder cannot show."""
    outputs = possible(builder)
    name = _entry(builder, formats)
    if name is None or formats[name] in outputs:
        return None
    if not outputs:
        return f"{name!r} expects no entry, because the builder {builder.name!r} shows no pictures"
    return f"{name!r} expects {_listed([*outputs])}, which the builder {builder.name!r} can show, got {formats[name]!r}"


def _entry(builder: Builder, formats: Mapping[str, Choice]) -> str | None:
    """The entry that counts for a builder: that of its name, or that of the format that its files have.

    Books and help viewers are made of HTML, but are no web pages.
    """
    names = (builder.name,) if builder.name in _IMAGES_ONLY else (builder.name, builder.format)
    return next((name for name in names if name in formats), None)


def read_formats(value: Any, builders: Collection[str]) -> tuple[dict[str, Choice], list[str]]:
    """The entries of a setting that can be read, and what is wrong with the others.

    Args:
        value: what ``conf.py`` says.
        builders: names and formats of builders.

    >>> formats, problems = read_formats({"html": "png", "latex": "eps", "htm": "svg"}, ["html", "latex"])
    >>> formats
    {'html': 'png'}
    >>> for problem in problems:
    ...     print(problem)
    'latex' expects 'svg', 'pdf' or 'png', got 'eps'
    unknown builder 'htm'; did you mean 'html'?
    """
    if not isinstance(value, dict):
        return {}, [f"expects a dict such as {{'html': 'png'}}, got {value!r}"]
    from ..diagnostics import suggestion

    formats: dict[str, Choice] = {}
    problems = []
    for name, choice in value.items():
        if name not in builders:
            problems.append(f"unknown builder {name!r}{suggestion(str(name), builders)}")
        elif choice not in CHOICES:
            problems.append(f"{name!r} expects {_listed(CHOICES)}, got {choice!r}")
        else:
            formats[name] = choice
    return formats, problems


def _listed(choices: Collection[str]) -> str:
    """Words as a sentence offers them.

    >>> _listed(["svg", "pdf", "png"]), _listed(["png"])
    ("'svg', 'pdf' or 'png'", "'png'")
    """
    *first, last = (repr(choice) for choice in choices)
    return f"{', '.join(first)} or {last}" if first else last


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
