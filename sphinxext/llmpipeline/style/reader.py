"""Reader of ``llmpipeline_style``."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..diagnostics import suggestion
from ..model.vocabulary import EDGE_KINDS, UNLABELLED
from .builtin import MODERN, STYLES
from .categories import next_look
from .settings import (
    CATEGORIES,
    CATEGORY_SETTINGS,
    DICT,
    EDGE_SETTINGS,
    GROUND_SETTINGS,
    KIND,
    NODE_SETTINGS,
    RESERVED,
    STYLE_SETTINGS,
    TONE_SETTINGS,
    StyleSetting,
)
from .types import CategoryLook, EdgeLook, NodeLook, Style, Tone, with_kinds

_MOST_BASES = 20
"""Most dicts that are the base of one another."""

StyleValue = str | Style | Mapping[str, Any]

_STYLE, _TONES, _NODE, _EDGE, _CATEGORY, _GROUND = (
    {setting.name: setting for setting in settings}
    for settings in (
        STYLE_SETTINGS,
        TONE_SETTINGS,
        NODE_SETTINGS,
        EDGE_SETTINGS,
        CATEGORY_SETTINGS,
        GROUND_SETTINGS,
    )
)


def read_style(value: StyleValue, base: Style = MODERN) -> tuple[Style, list[str]]:
    """Read a value of ``llmpipeline_style``.

    Args:
        value: a :class:`Style`, the name of a built-in style, ``"module:attribute"`` of one of these or of a dict, or a
            dict of overrides.  A dict's ``base`` names the style that it changes.
        base: the style that a dict without ``base`` changes.

    Returns:
        The style without the wrong parts of the value, and a message for each of these.

    >>> nodes = {"model": {"fill": "#ffffff"}}
    >>> style, problems = read_style({"font_size": 12, "nodes": nodes})
    >>> style.font_size, style.nodes["model"].light.fill, problems
    (12.0, '#ffffff', [])
    >>> read_style({"fontsize": 12})[1]
    ["unknown key 'fontsize'; did you mean 'font_size'?"]
    """
    if isinstance(value, Style):
        return with_kinds(value, base), []
    if isinstance(value, str):
        return _named(value, base)
    if isinstance(value, Mapping):
        if _has_endless_base(value):
            return base, [f"a style is its own base, or has more than {_MOST_BASES} bases"]
        reader = _Reader()
        style = reader.style(value, base)
        return style, reader.problems
    return base, [f"expected a dict, the name of a style or 'module:attribute', got {type(value).__name__}"]


def _has_endless_base(value: Any) -> bool:
    """Whether more dicts are the base of one another than a reader can follow, as in a dict that is its own base."""
    for _ in range(_MOST_BASES + 1):
        if not isinstance(value, Mapping) or "base" not in value:
            return False
        value = value["base"]
    return True


def with_categories(style: Style, given: Any) -> tuple[Style, list[str]]:
    """*style* with the categories of the project, and a message for each wrong part of *given*.

    *given* is a dict of ids and titles, or of ids and dicts as in a style.  A style without colours keeps to its marks.

    >>> style, problems = with_categories(MODERN, {"rl": "NeMo RL"})
    >>> style.categories["rl"].title, style.categories["rl"].light == MODERN.categories["1"].light
    ('NeMo RL', True)
    """
    reader = _Reader()
    try:
        values = CATEGORIES.read("categories", given)
    except ValueError as error:
        return style, [str(error)]
    dicts = {id: {"title": value} if isinstance(value, str) else value for id, value in values.items()}
    return replace(style, categories=reader.categories("", dicts, style)), reader.problems


def _named(name: str, base: Style) -> tuple[Style, list[str]]:
    if name in STYLES:
        return with_kinds(STYLES[name], base), []
    module, colon, attribute = name.partition(":")
    if not colon:
        return base, [f"unknown style '{name}'{suggestion(name, STYLES)}"]
    try:
        value = getattr(importlib.import_module(module), attribute)
        if isinstance(value, Mapping) and ":" in str(value.get("base", "")):
            return base, [f"style '{name}' is based on '{value['base']}'; expected the name of a built-in style"]
    except Exception as error:  # noqa: BLE001 -- a module of the project may raise anything
        return base, [f"cannot load style '{name}': {type(error).__name__}: {error}"]
    if isinstance(value, str) and ":" in value:
        return base, [f"style '{name}' names a further style; expected a Style, a dict or the name of a built-in style"]
    style, problems = read_style(value, base)
    return style, [f"{name}: {problem}" for problem in problems]


class _Reader:
    """Applies dicts of overrides; collects a message for each mistake."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def style(self, given: Mapping[str, Any], base: Style) -> Style:
        """Apply *given* to its ``base`` or, without one, to *base*."""
        if "base" in given:
            base, problems = read_style(given["base"], base)
            self.problems += [f"base: {problem}" for problem in problems]
        values = self._values("", given, _STYLE)
        changes = {key: self._merged(key, value, base) for key, value in values if key != "base"}
        return replace(base, **{"name": "custom", **changes})

    def _values(
        self, prefix: str, given: Mapping[str, Any], settings: Mapping[str, StyleSetting]
    ) -> Iterator[tuple[str, Any]]:
        """The keys of *given* that are declared in *settings*, with their values as read."""
        for key, value in given.items():
            if key not in settings:
                self.problems.append(f"unknown key '{prefix}{key}'{suggestion(str(key), settings)}")
                continue
            try:
                yield key, settings[key].read(f"{prefix}{key}", value)
            except ValueError as error:
                self.problems.append(str(error))

    def _dict_values(self, name: str, given: Any, settings: Mapping[str, StyleSetting]) -> dict[str, Any]:
        """Values of a dict called *name*; none if it is not a dict."""
        try:
            return dict(self._values(f"{name}.", DICT.read(name, given), settings))
        except ValueError as error:
            self.problems.append(str(error))
            return {}

    def _merged(self, key: str, value: Any, base: Style) -> Any:
        """The field of a style, from the *value* of its key and the field of *base*."""
        old = getattr(base, key)
        if isinstance(old, Tone):
            return replace(old, **self._dict_values(key, value, _TONES))
        if isinstance(old, tuple):  # fonts: a character that the new ones lack is drawn as before
            return tuple(dict.fromkeys([*value, *old]))
        if key == "nodes":
            return self._nodes(value, old)
        if key == "categories":
            return self.categories("categories.", value, base)
        return self._edges(value, old) if key == "edges" else value

    def _nodes(self, given: Mapping[str, Any], base: Mapping[str, NodeLook]) -> Mapping[str, NodeLook]:
        looks = dict(base)
        for kind, overrides in given.items():
            where = f"nodes.{kind}"
            if not isinstance(kind, str) or not re.fullmatch(KIND, kind) or kind in RESERVED:
                self.problems.append(f"'{kind}' cannot name a kind: expected a word that the language does not use")
                continue
            values = self._dict_values(where, overrides, _NODE)
            parent = values.get("base", kind if kind in looks else "node")
            if not isinstance(parent, str) or parent not in looks:
                self.problems.append(f"unknown kind '{parent}' in '{where}.base'{suggestion(str(parent), looks)}")
                parent = "node"
            elif parent != kind and parent in UNLABELLED:
                self.problems.append(f"'{where}.base' cannot be '{parent}', which has no outline; name another kind")
                parent = "node"
            look = looks[parent]
            looks[kind] = NodeLook(
                values.get("shape", look.shape),
                replace(look.light, **{key: values[key] for key in _TONES if key in values}),
                replace(look.dark, **self._dict_values(f"{where}.dark", values.get("dark", {}), _TONES)),
                values.get("title", look.title if parent == kind else ""),
            )
        return looks

    def _edges(self, given: Mapping[str, Any], base: Mapping[str, EdgeLook]) -> Mapping[str, EdgeLook]:
        looks = dict(base)
        for kind, overrides in given.items():
            if kind in EDGE_KINDS:
                looks[kind] = replace(looks[kind], **self._dict_values(f"edges.{kind}", overrides, _EDGE))
            else:
                self.problems.append(f"unknown kind of edge '{kind}'{suggestion(str(kind), EDGE_KINDS)}")
        return looks

    def categories(self, prefix: str, given: Mapping[str, Any], style: Style) -> Mapping[str, CategoryLook]:
        """The categories of *style*, changed and followed by *given* ones; *prefix* begins their names in messages."""
        for id, overrides in given.items():
            key = str(id)
            if not re.fullmatch(KIND, key) and key not in style.categories:
                self.problems.append(
                    f"'{prefix}{key}' is no category: expected a letter or '_', then letters, digits, '_' and '-'"
                )
                continue
            values = self._dict_values(f"{prefix}{key}", overrides, _CATEGORY)
            look = style.categories.get(key) or replace(next_look(style), title="")
            style = replace(style, categories={**style.categories, key: self._category(f"{prefix}{key}", values, look)})
        return style.categories

    def _category(self, name: str, values: Mapping[str, Any], look: CategoryLook) -> CategoryLook:
        title = values.get("title", look.title)
        if look.mark:
            return replace(look, title=title)
        dark = self._dict_values(f"{name}.dark", values.get("dark", {}), _GROUND)
        return CategoryLook(
            replace(look.light, **{key: values[key] for key in _TONES if key in values}),
            replace(look.dark, **{key: dark[key] for key in _TONES if key in dark}),
            values.get("ground", values.get("fill", look.light_ground)),
            dark.get("ground", dark.get("fill", look.dark_ground)),
            title=title,
        )
