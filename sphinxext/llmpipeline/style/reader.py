"""The value of ``llmpipeline_style`` → a :class:`~sphinxext.llmpipeline.Style`, and what is wrong with it."""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from ..diagnostics import suggestion
from ..geometry.shapes import SHAPES
from ..model.vocabulary import DIAGRAM_DIRECTIONS, EDGE_KINDS, SPLINES
from .builtin import MODERN, STYLES
from .css import CSS_COLORS
from .types import EdgeLook, NodeLook, Style, Tone

StyleValue = str | Style | Mapping[str, Any]

_KIND = re.compile(r"[A-Za-z_][\w-]*")
_RESERVED = ("group", "panel", "align", "edge")
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_TONE_KEYS = tuple(item.name for item in fields(Tone))
_NODE_KEYS = ("base", "shape", "title", *_TONE_KEYS, "dark")
_EDGE_KEYS = tuple(item.name for item in fields(EdgeLook))
_NUMBERS = tuple(item.name for item in fields(Style) if item.type == "float")
_FROM_ZERO = ("corner_radius",)
_COLORS = ("edge_light", "edge_dark", "edge_text_light", "edge_text_dark")


def read_style(value: StyleValue, base: Style = MODERN) -> tuple[Style, list[str]]:
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
        if key in _FROM_ZERO and given == 0 and not isinstance(given, bool):
            return 0.0
        if key in _NUMBERS:
            return self._number(key, given)
        if key in _COLORS:
            return self._color(key, given)
        if key == "direction":
            return self._choice(key, given, DIAGRAM_DIRECTIONS)
        if key == "splines":
            return self._choice(key, given, SPLINES)
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
            title = self._title(f"{where}.title", keys["title"]) if "title" in keys else None
            looks[kind] = NodeLook(
                shape or look.shape,
                self._tone(where, {key: keys[key] for key in _TONE_KEYS if key in keys}, look.light),
                self._tone(f"{where}.dark", keys.get("dark", {}), look.dark),
                title or (look.title if parent == kind else ""),
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
                if key not in _EDGE_KEYS:
                    self.problems.append(f"unknown key '{where}.{key}'{suggestion(str(key), _EDGE_KEYS)}")
                elif (read := self._edge_field(key, f"{where}.{key}", value)) is not None:
                    changes[key] = read
            looks[kind] = replace(looks[kind], **changes)
        return looks

    def _edge_field(self, key: str, where: str, given: Any) -> Any:
        """The value of one field of a kind of edges, or ``None`` where it is wrong."""
        if key == "width":
            return self._number(where, given)
        if key == "title":
            return self._title(where, given)
        if key != "dash":
            return self._color(where, given)
        if isinstance(given, (list, tuple)) and all(_positive(item) for item in given) and len(given) % 2 == 0:
            return tuple(float(item) for item in given)
        self.problems.append(f"'{where}' expects pairs of positive numbers, got {given!r}")
        return None

    def _tone(self, where: str, given: Any, base: Tone) -> Tone:
        changes: dict[str, str] = {}
        for key, value in self._table(where, given).items():
            if key not in _TONE_KEYS:
                self.problems.append(f"unknown key '{where}.{key}'{suggestion(str(key), _TONE_KEYS)}")
            elif color := self._color(f"{where}.{key}", value):
                changes[key] = color
        return replace(base, **changes)

    def _title(self, key: str, given: Any) -> str | None:
        if isinstance(given, str) and given.strip():
            return " ".join(given.split())
        self.problems.append(f"'{key}' expects a text, got {given!r}")
        return None

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
