"""Directive ``settings``: the manual's lists and tables of settings, made from their declarations in the package.

``.. settings:: config`` describes each config value by a ``confval``; other names of :data:`TABLES` make a table.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.util.typing import ExtensionMetadata


class Column(NamedTuple):
    """A column of a table: its heading, its share of the width, and a setting → its cell."""

    heading: str
    width: int
    cell: Callable[[Any], str]


class Table(NamedTuple):
    """Declarations, and how a table shows them."""

    module: str
    name: str
    columns: tuple[Column, ...]


def literal(value: Any) -> str:
    """A default value as inline reStructuredText; empty for ``None``.

    >>> literal("auto"), literal(13.0), literal({"html": 700.0}), literal(("A", "B"))
    ('``"auto"``', '``13``', '``{"html": 700}``', '``"A"``, ``"B"``')
    """
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(literal, value)) or "``[]``"  # as it would be written
    return f"``{_source(value)}``"


def _source(value: Any) -> str:
    """Python source of a value."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_source(key)}: {_source(item)}' for key, item in value.items())}}}"
    return repr(value)


def accepted(setting: Any) -> str:
    """Accepted values and their unit; what messages have in quotes is a literal here."""
    values = re.sub(r"'([^']+)'", r"``\1``", setting.expects)
    return f"{values}, in {setting.unit}" if setting.unit else values


def brief(setting: Any) -> str:
    """Accepted values for a cell: ranges in few words, and colours without the examples of messages.

    >>> from types import SimpleNamespace
    >>> brief(SimpleNamespace(expects="0 or a number from 0.001 to 10,000", unit="points"))
    '0 or 0.001–10,000 points'
    """
    if setting.expects.startswith("a colour such as"):
        return "a colour"
    values, found = re.subn(r"\ba number from (\S+) to (\S+)$", r"\1–\2", setting.expects)
    return f"{values} {setting.unit}".rstrip() if found else accepted(setting)


def _option(setting: Any) -> str:
    return f"``:{setting.name}:``"


def _summary(setting: Any) -> str:
    return str(setting.summary)


_OPTION = (Column("Option", 22, _option), Column("Value", 26, accepted), Column("Meaning", 52, _summary))
_KEY = (
    Column("Key", 20, lambda setting: f"``{setting.name}``"),
    Column("Value", 28, brief),
)
_DEFAULT = Column("Default", 18, lambda setting: "" if setting.default == {} else literal(setting.default))
_PACKAGE = "sphinxext.llmpipeline"
TABLES = {
    "config": Table(f"{_PACKAGE}.extension.config", "CONFIG", ()),
    "options": Table(f"{_PACKAGE}.extension.options", "GENERAL_OPTIONS", _OPTION),
    "scales": Table(f"{_PACKAGE}.extension.options", "SCALE_OPTIONS", _OPTION),
    "style": Table(f"{_PACKAGE}.style.settings", "STYLE_SETTINGS", (*_KEY, _DEFAULT, Column("Meaning", 34, _summary))),
    "nodes": Table(f"{_PACKAGE}.style.settings", "NODE_SETTINGS", (*_KEY, Column("Meaning", 52, _summary))),
    "edges": Table(f"{_PACKAGE}.style.settings", "EDGE_SETTINGS", (*_KEY, Column("Meaning", 52, _summary))),
    "categories": Table(f"{_PACKAGE}.style.settings", "CATEGORY_SETTINGS", (*_KEY, Column("Meaning", 52, _summary))),
    "fields": Table(
        f"{_PACKAGE}.language.fields",
        "FIELDS",
        (
            Column("Field", 16, _option),
            Column("Of", 20, lambda field: ", ".join(field.owners)),
            Column("Meaning", 64, _summary),
        ),
    ),
}
"""Argument of the directive → table."""


def confvals(settings: Iterable[Any]) -> list[str]:
    """Lines of a ``confval`` for each setting."""
    lines = []
    for setting in settings:
        default = literal(setting.default)
        options = [f"   :type: {accepted(setting)}", *([f"   :default: {default}"] if default else [])]
        lines += [f".. confval:: {setting.name}", *options, "", f"   {setting.summary}", ""]
    return lines


def table(name: str, settings: Iterable[Any], columns: Iterable[Column]) -> list[str]:
    """Lines of a ``list-table`` with a row for each setting; its classes let the style sheet fit it to phones."""
    columns = [*columns]
    rows = [[column.heading for column in columns]]
    rows += [[column.cell(setting) for column in columns] for setting in settings]
    widths = " ".join(str(column.width) for column in columns)
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", f"   :class: settings {name}", ""]
    for row in rows:
        lines += [f"   {'* -' if not index else '  -'} {cell}".rstrip() for index, cell in enumerate(row)]
    return lines


class Settings(SphinxDirective):
    """Describes the settings that its argument, a key of :data:`TABLES`, names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the lines of the list or table."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"unknown table '{name}'; expected one of: {', '.join(TABLES)}")
        shown = TABLES[name]
        module = import_module(shown.module)
        settings = getattr(module, shown.name)
        self.env.note_dependency(inspect.getfile(module))
        self.env.note_dependency(__file__)
        lines = table(name, settings, shown.columns) if shown.columns else confvals(settings)
        return self.parse_text_to_nodes("\n".join(lines))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_directive("settings", Settings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
