"""The look that a whole documentation shares: fonts, measures, and shape and colours of each kind.

A :class:`Style` is a frozen value that knows no drawing library.  :func:`read_style` makes one from the value of
``llmpipeline_style`` in ``conf.py``.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .model import DIRECTIONS, EDGE_KINDS, NODE_KINDS, Direction
from .problems import suggestion
from .shapes import SHAPES


@dataclass(frozen=True, slots=True)
class Tone:
    """The three colours of a box, each ``#rrggbb`` or the name of a CSS colour."""

    fill: str
    stroke: str
    text: str


@dataclass(frozen=True, slots=True)
class NodeLook:
    """Shape and colours of a kind of nodes."""

    shape: str
    light: Tone
    dark: Tone


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """Stroke of a kind of edges."""

    width: float = 1.2
    """Points."""
    dash: tuple[float, ...] = ()
    """Lengths of dashes and gaps in points; empty for a solid line."""


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that decides how a diagram looks; all lengths are points."""

    name: str = "classic"
    direction: Direction = "LR"
    font: tuple[str, ...] = ("DejaVu Sans",)
    """Families, or paths of font files; a character is drawn by the first that has it."""
    mono_font: tuple[str, ...] = ("DejaVu Sans Mono",)
    """The same for literals."""
    font_size: float = 14.0
    edge_font_size: float = 12.0
    note_font_size: float = 11.0
    group_font_size: float = 13.0
    line_height: float = 1.25
    """Distance of baselines as a multiple of the font size."""
    line_width: float = 1.2
    padding_x: float = 12.0
    """Room between a label and the side of its box."""
    padding_y: float = 10.0
    edge_label_gap: float = 3.0
    """Room around the label of an edge."""
    node_gap: float = 28.0
    """Room between the nodes of a rank."""
    rank_gap: float = 28.0
    """Room between ranks."""
    panel_gap: float = 44.0
    """Room between the panels of a figure."""
    margin: float = 4.0
    """Room around the whole diagram."""
    edge_light: str = "#333333"
    edge_dark: str = "#c9d1d9"
    edge_text_light: str = "#222222"
    edge_text_dark: str = "#e6edf3"
    group_light: Tone = Tone("#f6f8fa", "#7d8590", "#424a53")
    group_dark: Tone = Tone("#1c2128", "#6e7681", "#c9d1d9")
    nodes: Mapping[str, NodeLook] = field(default_factory=dict)
    edges: Mapping[str, EdgeLook] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds of nodes, those of the language first."""
        return (*NODE_KINDS, *(kind for kind in self.nodes if kind not in NODE_KINDS))


_DARK_TEXT = "#e6edf3"


def _look(shape: str, fill: str, stroke: str, dark_fill: str, dark_stroke: str) -> NodeLook:
    return NodeLook(shape, Tone(fill, stroke, "#111111"), Tone(dark_fill, dark_stroke, _DARK_TEXT))


_EDGES: dict[str, EdgeLook] = {
    "flow": EdgeLook(),
    "derive": EdgeLook(2.6),
    "feedback": EdgeLook(1.2, (5.0, 3.5)),
    "exchange": EdgeLook(),
    "link": EdgeLook(),
}

CLASSIC = Style(
    name="classic",
    nodes={
        "node": _look("rounded", "#e3f2f8", "#1f2328", "#22303a", "#8fb4c6"),
        "data": _look("note", "#fdf3d0", "#1f2328", "#3a3320", "#c9b26a"),
        "process": _look("box", "#eef1f4", "#1f2328", "#2a2f36", "#98a2ad"),
        "train": _look("octagon", "#cfe8cf", "#1f2328", "#20351f", "#84b884"),
        "model": _look("rounded", "lightblue", "#1f2328", "#1d3f52", "#7fb6d1"),
        "reward": _look("hexagon", "#fbdcc4", "#1f2328", "#452d1a", "#dba179"),
        "eval": _look("parallelogram", "#e4dcf5", "#1f2328", "#332a4a", "#ad9bd8"),
        "store": _look("cylinder", "#d9dfe6", "#1f2328", "#303842", "#a3b1c2"),
        "service": _look("component", "#d5efea", "#1f2328", "#1c3a36", "#7fc2b6"),
        "tool": _look("box3d", "#ece5d8", "#1f2328", "#38332a", "#bcae93"),
        "human": _look("invtrapezium", "#f8d9e3", "#1f2328", "#452634", "#d792ac"),
        "decision": _look("diamond", "#fff7b8", "#1f2328", "#3d3a17", "#c9c35f"),
        "io": _look("ellipse", "#ffffff", "#1f2328", "#15191e", "#8c959f"),
    },
    edges=_EDGES,
)

_PAPER = Tone("#ffffff", "#000000", "#000000")
_SLATE = Tone("#000000", "#ffffff", "#ffffff")

PRINT = replace(
    CLASSIC,
    name="print",
    edge_light="#000000",
    edge_dark="#ffffff",
    edge_text_light="#000000",
    edge_text_dark="#ffffff",
    group_light=Tone("#ffffff", "#6a6a6a", "#000000"),
    group_dark=Tone("#000000", "#a0a0a0", "#ffffff"),
    nodes={kind: replace(look, light=_PAPER, dark=_SLATE) for kind, look in CLASSIC.nodes.items()},
)

STYLES: dict[str, Style] = {style.name: style for style in (CLASSIC, PRINT)}
"""The built-in styles by name."""

StyleValue = str | Style | Mapping[str, Any]

_KIND = re.compile(r"[A-Za-z_][\w-]*")
_RESERVED = ("group", "panel", "align", "edge")
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_TONE_KEYS = tuple(item.name for item in fields(Tone))
_NODE_KEYS = ("base", "shape", *_TONE_KEYS, "dark")
_EDGE_KEYS = tuple(item.name for item in fields(EdgeLook))
_NUMBERS = tuple(item.name for item in fields(Style) if item.type == "float")
_COLORS = ("edge_light", "edge_dark", "edge_text_light", "edge_text_dark")


def read_style(value: StyleValue, base: Style = CLASSIC) -> tuple[Style, list[str]]:
    """The style that *value* asks for.

    Args:
        value: a :class:`Style`, the name of a built-in style, ``"module:attribute"`` where one of these or a dict
            stands, or a dict of overrides.  A dict's ``base`` names the style that it changes.
        base: the style that a dict without ``base`` changes.

    Returns:
        The style and what was wrong with the value, in words; what is wrong is left out of the style.

    >>> style, problems = read_style({"font_size": 12, "nodes": {"model": {"fill": "#ffffff"}}})
    >>> style.font_size, style.nodes["model"].light.fill, problems
    (12.0, '#ffffff', [])
    >>> read_style({"fontsize": 12})[1]
    ["unknown key 'fontsize'; did you mean 'font_size'?"]
    """
    if isinstance(value, Style):
        missing = {kind: look for kind, look in base.nodes.items() if kind not in value.nodes}
        edges = {kind: look for kind, look in base.edges.items() if kind not in value.edges}
        return (
            replace(value, nodes={**value.nodes, **missing}, edges={**value.edges, **edges})
            if missing or edges
            else value
        ), []
    if isinstance(value, str):
        return _named(value, base)
    if isinstance(value, Mapping):
        reader = _StyleReader()
        style = reader.read(value, base)
        return style, reader.problems
    return base, [f"expected a dict, the name of a style or 'module:attribute', got {type(value).__name__}"]


def _named(name: str, base: Style) -> tuple[Style, list[str]]:
    if name in STYLES:
        style = STYLES[name]
        # A project's own kinds are words of its documents, which every style must know.
        return replace(style, nodes={**base.nodes, **style.nodes}), []
    module, colon, attribute = name.partition(":")
    if not colon:
        return base, [f"unknown style '{name}'{suggestion(name, STYLES)}"]
    try:
        value = getattr(importlib.import_module(module), attribute)
        if isinstance(value, Mapping) and ":" in str(value.get("base", "")):
            return base, [f"style '{name}' is based on '{value['base']}'; expected the name of a built-in style"]
    except Exception as error:  # noqa: BLE001 -- the module is the project's: whatever it raises is its answer
        return base, [f"cannot load style '{name}': {type(error).__name__}: {error}"]
    if isinstance(value, str) and ":" in value:
        return base, [f"style '{name}' names a further style; expected a Style, a dict or the name of a built-in style"]
    style, problems = read_style(value, base)
    return style, [f"{name}: {problem}" for problem in problems]


class _StyleReader:
    """Overrides → a style, with every mistake in words."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def read(self, value: Mapping[str, Any], base: Style) -> Style:
        """Apply the keys of *value* to its ``base`` or else to *base*."""
        known = ("base", *(item.name for item in fields(Style)))
        if "base" in value:
            base, problems = read_style(value["base"], base)
            self.problems += [f"base: {problem}" for problem in problems]
        changes: dict[str, Any] = {}
        for key, given in value.items():
            if key == "base":
                continue
            if key not in known:
                self.problems.append(f"unknown key '{key}'{suggestion(str(key), known)}")
                continue
            read = self._field(key, given, base)
            if read is not None:
                changes[key] = read
        changes.setdefault("name", "custom")
        return replace(base, **changes)

    def _field(self, key: str, given: Any, base: Style) -> Any:
        """The value of one field, or ``None`` where it is wrong."""
        if key in _NUMBERS:
            return self._number(key, given)
        if key in _COLORS:
            return self._color(key, given)
        if key == "direction":
            return self._choice(key, given, DIRECTIONS)
        if key in ("group_light", "group_dark"):
            return self._tone(key, given, getattr(base, key))
        if key in ("font", "mono_font"):
            return self._fonts(key, given, getattr(base, key))
        if key == "nodes":
            return self._nodes(given, base.nodes)
        if key == "edges":
            return self._edges(given, base.edges)
        if key == "name" and not (isinstance(given, str) and re.fullmatch(r"[A-Za-z][\w-]*", given)):
            self.problems.append(f"'name' expects a word of letters, digits, '_' and '-', got {given!r}")
            return None
        if not isinstance(given, str) or not given:
            self.problems.append(f"'{key}' expects a text, got {given!r}")
            return None
        return given

    def _fonts(self, key: str, given: Any, base: tuple[str, ...]) -> tuple[str, ...] | None:
        """One name or several; the base's follow, so that what a font lacks is drawn as before."""
        names = [given] if isinstance(given, str) else given
        if isinstance(names, (list, tuple)) and names and all(isinstance(name, str) and name for name in names):
            return tuple(dict.fromkeys([*names, *base]))
        self.problems.append(f"'{key}' expects the name of a font or a list of names, got {given!r}")
        return None

    def _table(self, key: str, given: Any) -> Mapping[str, Any]:
        if isinstance(given, Mapping):
            return given
        self.problems.append(f"'{key}' expects a dict, got {given!r}")
        return {}

    def _nodes(self, given: Any, base: Mapping[str, NodeLook]) -> Mapping[str, NodeLook]:
        looks = dict(base)
        for kind, keys in self._table("nodes", given).items():
            where = f"nodes.{kind}"
            if not isinstance(kind, str) or not _KIND.fullmatch(kind) or kind in _RESERVED:
                self.problems.append(f"'{kind}' cannot name a kind: expected a word that the language does not use")
                continue
            keys = self._table(where, keys)
            for key in keys:
                if key not in _NODE_KEYS:
                    self.problems.append(f"unknown key '{where}.{key}'{suggestion(str(key), _NODE_KEYS)}")
            parent = keys.get("base", kind if kind in looks else "node")
            if not isinstance(parent, str) or parent not in looks:
                self.problems.append(f"unknown kind '{parent}' in '{where}.base'{suggestion(str(parent), looks)}")
                parent = "node"
            look = looks[parent]
            shape = self._choice(f"{where}.shape", keys["shape"], tuple(SHAPES)) if "shape" in keys else None
            looks[kind] = NodeLook(
                shape or look.shape,
                self._tone(where, {key: keys[key] for key in _TONE_KEYS if key in keys}, look.light),
                self._tone(f"{where}.dark", keys.get("dark", {}), look.dark),
            )
        return looks

    def _edges(self, given: Any, base: Mapping[str, EdgeLook]) -> Mapping[str, EdgeLook]:
        looks = dict(base)
        for kind, keys in self._table("edges", given).items():
            where = f"edges.{kind}"
            if kind not in EDGE_KINDS:
                self.problems.append(f"unknown kind of edge '{kind}'{suggestion(str(kind), EDGE_KINDS)}")
                continue
            changes: dict[str, Any] = {}
            for key, value in self._table(where, keys).items():
                if key == "width":
                    changes["width"] = self._number(f"{where}.width", value) or looks[kind].width
                elif key == "dash":
                    if (
                        isinstance(value, (list, tuple))
                        and all(_positive(item) for item in value)
                        and len(value) % 2 == 0
                    ):
                        changes["dash"] = tuple(float(item) for item in value)
                    else:
                        self.problems.append(f"'{where}.dash' expects pairs of positive numbers, got {value!r}")
                else:
                    self.problems.append(f"unknown key '{where}.{key}'{suggestion(str(key), _EDGE_KEYS)}")
            looks[kind] = replace(looks[kind], **changes)
        return looks

    def _tone(self, where: str, given: Any, base: Tone) -> Tone:
        changes: dict[str, str] = {}
        for key, value in self._table(where, given).items():
            if key not in _TONE_KEYS:
                self.problems.append(f"unknown key '{where}.{key}'{suggestion(str(key), _TONE_KEYS)}")
            elif color := self._color(f"{where}.{key}", value):
                changes[key] = color
        return replace(base, **changes)

    def _number(self, key: str, given: Any) -> float | None:
        if _positive(given):
            return float(given)
        self.problems.append(f"'{key}' expects a positive number, got {given!r}")
        return None

    def _color(self, key: str, given: Any) -> str | None:
        if isinstance(given, str) and (_COLOR.fullmatch(given) or given.lower() in CSS_COLORS):
            return given.lower()
        self.problems.append(f"'{key}' expects a colour such as '#add8e6' or 'lightblue', got {given!r}")
        return None

    def _choice(self, key: str, given: Any, known: tuple[str, ...]) -> str | None:
        if given in known:
            return str(given)
        self.problems.append(f"unknown {key} {given!r}{suggestion(str(given), known)}")
        return None


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value > 0


CSS_COLORS = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred
    darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink
    deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold
    goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush
    lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey
    lightpink lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow
    lime limegreen linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen
    mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
    navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise
    palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue
    saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue slategray slategrey snow
    springgreen steelblue tan teal thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()  # noqa: SIM905 -- a list of 148 literals is four times as long
)
"""Names of the colours of CSS Color Module Level 4, which matplotlib knows too."""
