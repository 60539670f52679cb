"""Styles of a project: that of its diagrams, further ones, and its fonts and categories, which change all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..style.builtin import STYLES
from ..style.types import Style, with_kinds

if TYPE_CHECKING:
    from sphinx.config import Config

# The reader of styles is imported where it is needed, because most projects use a built-in style.


def read_styles(config: Config, folder: str | Path) -> Iterator[str]:
    """Read the settings that change styles into those of *config*; gives warnings about wrong parts.

    Paths of fonts are relative to *folder*.
    """
    if config.llmpipeline_font:
        yield from _change_style(config, "llmpipeline_font", {"font": _font_names(folder, config.llmpipeline_font)})
    if config.llmpipeline_label_width is not None:
        changes = {"name": config.llmpipeline_style.name, "label_width": config.llmpipeline_label_width}
        yield from _change_style(config, "llmpipeline_label_width", changes)
    config.llmpipeline_styles, problems = _named_styles(config.llmpipeline_styles, config.llmpipeline_style)
    yield from (f"llmpipeline_styles: {problem}" for problem in problems)
    if config.llmpipeline_categories:
        yield from _add_categories(config)


def _change_style(config: Config, name: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """Apply *changes*, which the setting *name* asks for, to the style."""
    from ..style.reader import read_style

    config.llmpipeline_style, problems = read_style(changes, config.llmpipeline_style)
    return (f"{name}: {problem}" for problem in problems)


def _add_categories(config: Config) -> Iterator[str]:
    """Add the categories of the project to all styles."""
    from ..style.reader import with_categories

    given = config.llmpipeline_categories
    config.llmpipeline_style, problems = with_categories(config.llmpipeline_style, given)
    config.llmpipeline_styles = {
        name: with_categories(style, given)[0] for name, style in config.llmpipeline_styles.items()
    }
    return (f"llmpipeline_categories: {problem}" for problem in problems)


def _named_styles(given: Mapping[Any, Any], project: Style) -> tuple[dict[str, Style], list[str]]:
    """All styles that documents may name: the built-in ones and the *given* ones; and messages about wrong ones.

    All have the kinds of the style of the *project*, so that a diagram may use them in any style.
    """
    styles = {name: with_kinds(style, project) for name, style in STYLES.items()}
    problems: list[str] = []
    for name, value in given.items():
        from ..style.reader import read_style
        from ..style.settings import STYLE_NAME

        if name in STYLES:
            problems.append(f"'{name}' is a built-in style; choose another name")
        elif not isinstance(name, str) or not re.fullmatch(STYLE_NAME, name):
            problems.append(f"{name!r} cannot name a style: expected a word of letters, digits, '_' and '-'")
        else:
            style, wrong = read_style(value, project)
            styles[name] = replace(style, name=name)
            problems += [f"'{name}': {problem}" for problem in wrong]
    return styles, problems


def _font_names(folder: str | Path, given: Any) -> Any:
    """Families as they are, and the paths of files, which are relative to *folder*, as absolute ones."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, (list, tuple)):
        return names
    files = [Path(folder) / name if isinstance(name, (str, Path)) else None for name in names]
    return [str(file) if file and os.path.isfile(file) else name for name, file in zip(names, files, strict=True)]
