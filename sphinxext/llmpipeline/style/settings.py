"""Keys of a style: each declared once, with its reader, default, unit, sentence and JSON schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, field
from typing import Any, NamedTuple

from ..diagnostics import UNPRINTABLE, Setting, is_number, suggestion, unprintable_in
from ..geometry.shapes import FREE_SHAPES
from ..model.vocabulary import DIAGRAM_DIRECTIONS, EDGE_KINDS, SPLINES
from ..records import frozen_record
from .builtin import STYLES
from .css import CSS_COLORS
from .types import Style, Tone

KIND = r"[A-Za-z_][\w-]*"
"""Pattern of the name of a kind of nodes."""
RESERVED = ("group", "panel", "align", "category", "edge", "note", "callout")
"""Words of the language that cannot name a kind of nodes."""
STYLE_NAME = r"[A-Za-z][\w-]*"
"""Pattern of the name of a style."""
_HEX_COLOR = r"#(?:[0-9a-fA-F]{3}){1,2}"
_END = r"(?![\s\S])"  # for patterns of the schema: Python's "$" also matches before a final line break


@frozen_record
class StyleSetting(Setting[Any]):
    """A key of a style, of a kind of nodes or edges, or of a tone."""

    schema: Mapping[str, Any] = field(default_factory=dict)
    """JSON schema of the accepted values, with the definitions of :func:`style_schema`."""


class _Type(NamedTuple):
    """Type of the values of a key: fields of :class:`StyleSetting` that several keys have in common."""

    read: Callable[[str, Any], Any]
    expects: str
    schema: Mapping[str, Any]
    unit: str = ""


def _type(convert: Callable[[Any], Any], expects: str, **schema: Any) -> _Type:
    """Type of the values for which *convert* does not return ``None``."""

    def read(name: str, given: Any) -> Any:
        value = convert(given)
        if value is None:
            raise ValueError(f"'{name}' expects {expects}, got {given!r}")
        return value

    return _Type(read, expects, schema)


def _choice(known: tuple[str, ...]) -> _Type:
    """Type of a word out of *known*."""

    def read(name: str, given: Any) -> str:
        if given not in known:
            raise ValueError(f"unknown {name} {given!r}{suggestion(str(given), known)}")
        return str(given)

    return _Type(read, f"one of: {', '.join(map(repr, known))}", {"enum": [*known]})


class _Range(NamedTuple):
    """Numbers with which places can be computed, and told apart."""

    least: float
    greatest: float

    def convert(self, given: Any) -> float | None:
        return float(given) if is_number(given) and self.least <= given <= self.greatest else None

    def as_type(self) -> _Type:
        schema = {"type": "number", "minimum": self.least, "maximum": self.greatest}
        return _type(self.convert, f"a number {self}", **schema)

    def __str__(self) -> str:
        return f"from {self.least:g} to {self.greatest:,}"


_USUAL = _Range(0.001, 10_000)


def _zero_or_usual(given: Any) -> float | None:
    return 0.0 if given == 0 and not isinstance(given, bool) else _USUAL.convert(given)


def _color(given: Any) -> str | None:
    is_color = isinstance(given, str) and (re.fullmatch(_HEX_COLOR, given) or given.lower() in CSS_COLORS)
    return given.lower() if is_color else None


def _fonts(given: Any) -> tuple[str, ...] | None:
    names = [given] if isinstance(given, str) else given
    if (
        isinstance(names, (list, tuple))
        and names
        and all(isinstance(name, str) and name and not unprintable_in(name) for name in names)
    ):
        return tuple(names)
    return None


def _dash(given: Any) -> tuple[float, ...] | None:
    if isinstance(given, (list, tuple)) and len(given) % 2 == 0 and all(map(_USUAL.convert, given)):
        return tuple(float(item) for item in given)
    return None


def _definition(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


_SHOWN = {"not": {"pattern": UNPRINTABLE.pattern}}
"""Of a schema: all characters of a text can be shown."""

_NUMBER = _USUAL.as_type()
_LENGTH = _NUMBER._replace(unit="points")
_FONT_SIZE = _Range(1, 1_000).as_type()._replace(unit="points")
_LABEL_WIDTH = _Range(0.001, 1_000_000).as_type()._replace(unit="points")
_RADIUS = _type(_zero_or_usual, f"0 or {_NUMBER.expects}", anyOf=[{"const": 0}, _NUMBER.schema])._replace(unit="points")
_COLOR = _type(_color, "a colour such as '#add8e6' or 'lightblue'", **_definition("color"))
_TITLE = _type(
    lambda given: " ".join(given.split()) or None if isinstance(given, str) and not unprintable_in(given) else None,
    "a text",
    type="string",
    pattern=r"\S",
    **_SHOWN,
)
_NAME = _type(
    lambda given: given if isinstance(given, str) and re.fullmatch(STYLE_NAME, given) else None,
    "a word of letters, digits, '_' and '-'",
    type="string",
    pattern=f"^{STYLE_NAME}{_END}",
)
_TEXT = {"type": "string", "minLength": 1, **_SHOWN}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_FONTS = _type(_fonts, "the name of a font or a list of names", anyOf=[_TEXT, _TEXTS])
_EVEN = [{"minItems": count, "maxItems": count} for count in range(0, 13, 2)]  # a schema cannot say "even"
_PAIRS = _type(_dash, f"pairs of numbers {_USUAL}", type="array", items=_NUMBER.schema, anyOf=_EVEN)
_DASH = _PAIRS._replace(unit="points")
DICT = _type(lambda given: given if isinstance(given, Mapping) else None, "a dict")
_TONE = DICT._replace(schema=_definition("tone"))
_GROUND_TONE = DICT._replace(schema=_definition("ground"))
_NEW_KIND = {"pattern": f"^{KIND}{_END}", "not": {"enum": [*RESERVED]}}
_NODES = DICT._replace(
    schema={"type": "object", "propertyNames": _NEW_KIND, "additionalProperties": _definition("node")}
)
_EDGE_LOOKS = {kind: _definition("edge") for kind in EDGE_KINDS}
_EDGES = DICT._replace(schema={"type": "object", "properties": _EDGE_LOOKS, "additionalProperties": False})
_CATEGORY_NAME = {"pattern": f"^(?:{KIND}|[1-9][0-9]*){_END}"}
CATEGORIES = DICT._replace(
    schema={"type": "object", "propertyNames": _CATEGORY_NAME, "additionalProperties": _definition("category")}
)
# Read with the style or the kinds that they choose from.
_BASE_STYLE = _Type(lambda _, given: given, "any value of :confval:`llmpipeline_style`", {"$ref": "#"})
_BASE_KIND = _Type(lambda _, given: given, "a kind of nodes", {"type": "string"})


def _key(name: str, values: _Type, summary: str, default: Any = None) -> StyleSetting:
    return StyleSetting(name, values.read, default, summary, values.expects, values.unit, values.schema)


def _style_key(name: str, values: _Type, summary: str) -> StyleSetting:
    """A key whose default is that of the field of :class:`Style`, as it is written in a dict."""
    default = getattr(Style(), name)
    if isinstance(default, Tone):
        default = asdict(default)
    elif isinstance(default, tuple):
        (default,) = default
    return _key(name, values, summary, default)


# Tables: name, type, sentences for the manual, default.
# fmt: off
STYLE_SETTINGS = (
    _key("base", _BASE_STYLE, "Style that the dict changes.", "modern"),
    _key("name", _NAME, "Becomes the class ``llmpipeline-style-NAME`` of the SVG.", "custom"),
    _style_key("direction", _choice(DIAGRAM_DIRECTIONS),
               "Direction of diagrams without ``:direction:``. See :ref:`fit`."),
    _style_key("splines", _choice(SPLINES), "Corners of lines in diagrams without ``:splines:``. See :ref:`ortho`."),
    _style_key("font", _FONTS,
               "Families that matplotlib finds, or paths of font files; the first that has a character draws it. "
               "Those of the base follow. DejaVu comes with matplotlib."),
    _style_key("mono_font", _FONTS, "Fonts of literals."),
    _style_key("font_size", _FONT_SIZE, "Size of the labels of nodes."),
    _style_key("edge_font_size", _FONT_SIZE, "Size of the labels of edges."),
    _style_key("note_font_size", _FONT_SIZE, "Size of notes, values, badges and legends."),
    _style_key("group_font_size", _FONT_SIZE, "Size of the titles of groups."),
    _style_key("plot_font_size", _FONT_SIZE, "Size of the text in :ref:`plots <plots>`."),
    _style_key("label_width", _LABEL_WIDTH,
               "Width after which a line of a label is broken. Titles of groups may be half as wide again. "
               ":confval:`llmpipeline_label_width` takes precedence."),
    _style_key("line_height", _NUMBER, "Distance of lines of text, as a multiple of the font size."),
    _style_key("line_width", _LENGTH, "Width of the outlines of nodes and groups."),
    _style_key("corner_radius", _RADIUS,
               "Radius of the corners of groups and of the shape ``rounded``. Other shapes have smaller radii in "
               "proportion. ``0`` makes all corners sharp."),
    _style_key("padding_x", _LENGTH, "Room between a label and the sides of its box."),
    _style_key("padding_y", _LENGTH, "Room above and below a label."),
    _style_key("plot_width", _LENGTH, "Width of a plot, unless its names need more."),
    _style_key("plot_height", _LENGTH, "Height of a plot, unless its names need more."),
    _style_key("image_width", _LENGTH, "Greatest width of an :ref:`image <images>`."),
    _style_key("image_height", _LENGTH, "Greatest height of an image."),
    _style_key("edge_label_gap", _LENGTH, "Room around the label of an edge."),
    _style_key("node_gap", _LENGTH, "Room between nodes that stand side by side."),
    _style_key("rank_gap", _LENGTH, "Room between one step of the pipeline and the next."),
    _style_key("panel_gap", _LENGTH, "Room between the :ref:`panels <panels>` of a figure."),
    _style_key("margin", _LENGTH, "Room around the whole diagram."),
    _style_key("edge_light", _COLOR, "Colour of edges on light pages."),
    _style_key("edge_dark", _COLOR, "Colour of edges on dark pages."),
    _style_key("edge_text_light", _COLOR, "Colour of the labels of edges on light pages."),
    _style_key("edge_text_dark", _COLOR, "Colour of the labels of edges on dark pages."),
    _style_key("group_light", _TONE,
               "Colours of groups on light pages: a dict with ``fill``, ``stroke`` and ``text``."),
    _style_key("group_dark", _TONE, "Colours of groups on dark pages."),
    _style_key("nodes", _NODES, "Kinds of nodes, each a dict."),
    _style_key("edges", _EDGES, "Kinds of edges, each a dict."),
    _style_key("categories", CATEGORIES,
               "Colours of :ref:`categories`, each a dict: ``1`` to ``8`` for those of diagrams, in the order of their "
               "declaration, and ids for those of the project. See :confval:`llmpipeline_categories`."),
)
"""Keys of a style, in the order of the fields of :class:`Style`."""

TONE_SETTINGS = (
    _key("fill", _COLOR, "Colour of the inside."),
    _key("stroke", _COLOR, "Colour of the outline."),
    _key("text", _COLOR, "Colour of the text."),
)
"""Keys of ``group_light``, ``group_dark`` and of ``dark`` of a kind of nodes."""

NODE_SETTINGS = (
    _key("base", _BASE_KIND, "Kind that it begins with. Default: itself if it exists, otherwise ``node``."),
    _key("shape", _choice(FREE_SHAPES), "Shape of the box."),
    _key("title", _TITLE,
         "Name of the kind in legends. Default: the name of the kind, for kinds of the language translated into the "
         "language of the document."),
    _key("fill", _COLOR, "Colour of the inside on light pages."),
    _key("stroke", _COLOR, "Colour of the outline on light pages."),
    _key("text", _COLOR, "Colour of the label on light pages."),
    _key("dark", _TONE, "Colours on dark pages: a dict with ``fill``, ``stroke`` and ``text``."),
)
"""Keys of a kind of nodes; the defaults, ``None``, are those of the kind that it begins with."""

EDGE_SETTINGS = (
    _key("width", _LENGTH, "Width of the line."),
    _key("dash", _DASH, "Lengths of dashes and gaps in turn. Empty for a solid line."),
    _key("light", _COLOR, "Colour on light pages. Default: ``edge_light``, the colour of all edges."),
    _key("dark", _COLOR, "Colour on dark pages. Default: ``edge_dark``, the colour of all edges."),
    _key("title", _TITLE, "Name of the kind in legends."),
)
"""Keys of a kind of edges; the defaults, ``None``, are those of the kind in the base."""

CATEGORY_SETTINGS = (
    _key("title", _TITLE, "Name of the category in legends. Default: its id."),
    _key("fill", _COLOR, "Colour of the inside of nodes on light pages."),
    _key("stroke", _COLOR, "Colour of outlines and edges on light pages."),
    _key("text", _COLOR, "Colour of labels on light pages."),
    _key("ground", _COLOR, "Colour of the inside of groups on light pages. Default: ``fill``, if that is given."),
    _key("dark", _GROUND_TONE,
         "Colours on dark pages: a dict with ``fill``, ``stroke``, ``text`` and ``ground``."),
)
"""Keys of a category; the defaults, ``None``, are those of the next colour of the style."""
# fmt: on

GROUND_SETTINGS = (*TONE_SETTINGS, _key("ground", _COLOR, "Colour of the inside of groups."))
"""Keys of ``dark`` of a category."""


def style_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of ``llmpipeline_style``, as far as JSON can hold its values.

    The schema accepts what :func:`read_style` accepts, with two exceptions: it cannot load ``"module:attribute"``, and
    it does not check the ``base`` of a kind of nodes, which may be any kind of the style and of the project.
    """
    names = "|".join("".join(f"[{letter.upper()}{letter}]" for letter in name) for name in sorted(CSS_COLORS))
    color = {"anyOf": [{"enum": sorted(CSS_COLORS)}, {"pattern": f"^(?:{_HEX_COLOR}|{names}){_END}"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Style of sphinxext-llmpipeline",
        "anyOf": [
            {"enum": [*STYLES], "description": "A built-in style."},
            {"type": "string", "pattern": r"^[\w.]+:\w+" + _END, "description": "A style in a Python module."},
            _definition("style"),
        ],
        "$defs": {
            "color": {"type": "string", **color},
            "tone": _object(TONE_SETTINGS),
            "node": _object(NODE_SETTINGS),
            "edge": _object(EDGE_SETTINGS),
            "ground": _object(GROUND_SETTINGS),
            "category": _object(CATEGORY_SETTINGS),
            "style": _object(STYLE_SETTINGS),
        },
    }


def _object(settings: Iterable[StyleSetting]) -> dict[str, Any]:
    """Schema of a dict with the keys *settings*."""
    return {
        "type": "object",
        "properties": {setting.name: _property(setting) for setting in settings},
        "additionalProperties": False,
    }


def _property(setting: StyleSetting) -> dict[str, Any]:
    summary = re.sub(r" See :ref:`\w+`\.", "", setting.summary)  # the schema is read outside the manual
    notes = {"description": re.sub(r":\w+:`(?:([^`<]+) <\w+>|([^`]+))`", r"\1\2", summary).replace("``", "`")}
    return {**setting.schema, **notes, **({} if setting.default is None else {"default": setting.default})}
