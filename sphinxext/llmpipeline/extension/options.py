"""The options of the directive: each declared once, with its reader, default and sentences for the manual.

Every build imports this module, because Sphinx registers the names of the options.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from docutils.parsers.rst import directives

from ..diagnostics import Setting
from ..model.synonyms import CHOICE_WORDS, DIRECTION_WORDS, OPTION_WORDS, suggest
from ..model.vocabulary import DIAGRAM_DIRECTIONS, SPLINES
from .builders import CHOICES

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=str)
_Pair = tuple[float, float]

_WORDS = {**CHOICE_WORDS, **DIRECTION_WORDS}
_ALIGNMENTS = ("left", "center", "right")
_YES, _NO = ("", "yes", "true", "on"), ("no", "false", "off")
_WIDEST = 24.0
"""Greatest width of an edge in points."""
_FLAG = "yes or no"
_RANGE = "two numbers, the lower one first, such as '1B 1T'"
_WIDTHS = f"two widths above 0 and up to {_WIDEST:g} points, such as '1 8'"


def _by_docutils(convert: Callable[[str], _Value]) -> Callable[[str, Any], _Value]:
    """The reader of an option that docutils converts."""
    return lambda _name, given: convert(given)


def _text(_name: str, given: str) -> str:
    return " ".join(given.split())


def _lower_case(_name: str, given: str) -> str:
    return " ".join(given.split()).lower()


def _choice(known: tuple[_Choice, ...]) -> Callable[[str, Any], _Choice]:
    """The reader of one of *known*, in upper or lower case."""

    def read(name: str, given: str) -> _Choice:
        wanted = given.strip()
        for choice in known:
            if wanted.lower() == choice.lower():
                return choice
        raise ValueError(f"option '{name}': unknown {name} '{wanted}'{suggest(wanted, known, _WORDS)}")

    return read


def _format(name: str, given: str) -> str:
    wanted = given.strip().lower()
    if wanted not in CHOICES:
        raise ValueError(f"option '{name}': unknown format '{given.strip()}'; expected one of: {', '.join(CHOICES)}")
    return wanted


def _flag(name: str, given: str | None) -> bool:
    wanted = (given or "").strip()
    if wanted.lower() in _YES:
        return True
    if wanted.lower() in _NO:
        return False
    raise ValueError(f"option '{name}': expected {_FLAG}, not '{wanted}'")


def _range(name: str, given: str) -> _Pair:
    from ..model.quantity import parse_value

    try:
        lowest, highest = (parse_value(word).number for word in given.split())
    except ValueError:
        lowest = highest = 0.0
    if lowest < highest:
        return lowest, highest
    raise ValueError(f"option '{name}': expected {_RANGE}, not '{_text(name, given)}'")


def _widths(name: str, given: str) -> _Pair:
    try:
        first, last = (float(word) for word in given.split())
    except ValueError:
        first = last = 0.0
    if 0 < first <= _WIDEST and 0 < last <= _WIDEST:
        return first, last
    raise ValueError(f"option '{name}': expected {_WIDTHS}, not '{_text(name, given)}'")


_unchanged = _by_docutils(directives.unchanged)
_classes = _by_docutils(directives.class_option)
_alignment = _by_docutils(lambda argument: directives.choice(argument, _ALIGNMENTS))
_length = _by_docutils(directives.length_or_percentage_or_unitless)

# Tables: name, reader, default; sentences for the manual; accepted values.
# fmt: off
FIGURE_OPTIONS: tuple[Setting[Any], ...] = (
    Setting(
        "name", _unchanged, None,
        "The name for ``:ref:`` and ``:numref:``, unique in the project. The SVG carries it as ``data-diagram``. The "
        "names of :ref:`panels <panels>` begin with it.",
        "a name",
    ),
    Setting(
        "caption", _unchanged, None,
        "The caption. A figure with a caption is numbered.",
        "a text with inline markup",
    ),
    Setting(
        "alt", _unchanged, None,
        "What the figure shows, for readers who do not see it. Without it, they get sentences with all edges.",
        "a text",
    ),
    Setting(
        "align", _alignment, None,
        "The side of the page on which the figure stands.",
        "``left``, ``center`` or ``right``",
    ),
    Setting(
        "width", _length, None,
        "The width of the drawing.",
        "a length or a percentage of the column, such as ``400px`` or ``60%``",
    ),
    Setting("class", _classes, None, "CSS classes of the drawing.", "names of classes"),
    Setting("figclass", _classes, None, "CSS classes of the figure around it.", "names of classes"),
)
"""The options of docutils' ``figure``.  A value that docutils cannot convert is its error and costs the diagram."""

DIAGRAM_OPTIONS: tuple[Setting[Any], ...] = (
    Setting(
        "direction", _choice(DIAGRAM_DIRECTIONS), None,
        "The direction of the edges: left to right, top to bottom, right to left, bottom to top, or what suits the "
        "page. The default is the direction of the style, which is ``auto`` in all built-in styles. See :ref:`fit`.",
        "``LR``, ``TB``, ``RL``, ``BT`` or ``auto``",
    ),
    Setting(
        "splines", _choice(SPLINES), None,
        "The corners of lines: round, or :ref:`square <ortho>`. The default is that of the style, which is ``spline`` "
        "in all built-in styles.",
        "``spline`` or ``ortho``",
    ),
    Setting(
        "style", _text, None,
        "The style of this diagram. The default is :confval:`llmpipeline_style`. See :ref:`styles`.",
        "the name of a built-in style, or of one in :confval:`llmpipeline_styles`",
    ),
    Setting(
        "format", _format, None,
        "The format of this diagram, for builders that can show it. The default is that of "
        ":confval:`llmpipeline_formats`. See :ref:`formats`.",
        "``svg``, ``pdf`` or ``png``",
    ),
)
"""Options that change the drawing, whatever it shows."""

LEGEND: Setting[bool | None] = Setting(
    "legend", _flag, None,
    "A legend of the kinds of nodes and edges below the diagram. The default is :confval:`llmpipeline_legend`; without "
    "a value, the option means ``yes``.",
    "``yes`` or ``no``",
)


def _scale_options(part: str, prefix: str) -> tuple[Setting[Any], ...]:
    """The options of the scale of nodes or edges."""
    return (
        Setting(
            f"{prefix}colormap", _text, None,
            f"Colours for the values of {part}.",
            "a `colour map of matplotlib <https://matplotlib.org/stable/users/explain/colors/colormaps.html>`__",
        ),
        Setting(
            f"{prefix}norm", _lower_case, "linear",
            f"How the values of {part} are spread over the colours.",
            "a norm of matplotlib: ``linear``, ``log``, ``symlog``, ``asinh`` or ``logit``",
        ),
        Setting(
            f"{prefix}range", _range, None,
            f"The values of {part} at both ends of the scale. What lies beyond gets the colour of the end. The default "
            "is the lowest and the highest value of the diagram.",
            _RANGE,
        ),
        Setting(
            f"{prefix}value-label", _text, None,
            f"Title of the colour bar of {part}. The default is the unit, if all values have the same.",
            "a plain text",
        ),
    )
# fmt: on


EDGE_PREFIX = "edge-"
NODE_SCALE_OPTIONS = _scale_options("nodes", "")
EDGE_SCALE_OPTIONS = (
    *_scale_options("edges", EDGE_PREFIX),
    Setting("edge-widths", _widths, None, "Widths of the edges at both ends of the scale.", _WIDTHS),
)

GENERAL_OPTIONS: tuple[Setting[Any], ...] = (*FIGURE_OPTIONS, *DIAGRAM_OPTIONS, LEGEND)
SCALE_OPTIONS: tuple[Setting[Any], ...] = (*NODE_SCALE_OPTIONS, *EDGE_SCALE_OPTIONS)
OPTIONS: tuple[Setting[Any], ...] = (*GENERAL_OPTIONS, *SCALE_OPTIONS)
"""All options of the directive."""


class OptionSpec(dict[str, Callable[[str], Any]]):
    """The readers of the options, and one for each unknown name.

    docutils would show an error instead of a diagram with an unknown option; :mod:`.reading` warns of it.
    """

    def __missing__(self, name: str) -> Callable[[str], Any]:
        return directives.unchanged


def unknown_option(name: str) -> str:
    """The message about an option that does not exist."""
    return f"unknown option '{name}'{suggest(name, [option.name for option in OPTIONS], OPTION_WORDS)}"
