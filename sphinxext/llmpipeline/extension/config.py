"""Config values ``llmpipeline_*``: their declarations, and when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from sphinx.config import ENUM
from sphinx.locale import get_translation
from sphinx.util import logging

from ..diagnostics import Setting, unprintable_in
from ..model.synonyms import SETTING_WORDS, meant
from ..style.types import CategoryLook, EdgeLook, NodeLook, Style
from . import setting_readers as readers
from .builders import NARROW_WIDTH, THEME_WIDTHS, read_formats, read_widths, refusal, unknown_builders
from .project_styles import read_styles

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

PREFIX = "llmpipeline_"

say = get_translation("sphinxext.llmpipeline")
"""English message, of :mod:`sphinxext.llmpipeline.messages` → translated message."""

_LazyText: type[Any] = type(get_translation("no catalogue")(""))
"""Type of the texts that ``conf.py`` marks with ``_("…")``, because the language is not known there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigValue(Setting[Any]):
    """A setting, and what Sphinx needs to register it."""

    rebuild: Literal["env", "html", ""]
    """What is built again after a change: everything, the output, or nothing."""
    types: frozenset[type] | ENUM
    """Types or words that Sphinx accepts without a warning."""
    from_text: Callable[[str], Any] = str
    """Text of the option ``-D`` of ``sphinx-build`` → the given value."""


# A table: name, reader, default; sentences for the manual; accepted values, unit; what is built again, types.
# fmt: off
CONFIG: tuple[ConfigValue, ...] = (
    ConfigValue(
        "llmpipeline_style", readers.by_parts(readers.read_style), "modern",
        "Style of all diagrams. See :ref:`styles`.",
        "``dict``, ``str`` or ``Style``", rebuild="env", types=frozenset({str, dict, Style}),
    ),
    ConfigValue(
        "llmpipeline_styles", readers.read_styles, {},
        "Further styles that the option ``:style:`` of a directive may name. A value is any value of "
        ":confval:`llmpipeline_style`. See :ref:`style-of-one-diagram`.",
        "``dict``", rebuild="env", types=frozenset({dict}),
    ),
    ConfigValue(
        "llmpipeline_font", readers.unread, (),
        "Font families, or paths of font files relative to ``conf.py``, for labels. Each character is drawn in the "
        "first font that has it. The fonts of the style follow.",
        "``str`` or ``list`` of ``str``", rebuild="env", types=frozenset({str, list, tuple}),
        from_text=readers.names_of_text,
    ),
    ConfigValue(
        "llmpipeline_label_width", readers.unread, None,
        "Width at which the lines of a label are broken. Titles of groups may be half as long again. The default is "
        "the ``label_width`` of the style.",
        "``float``", "points", rebuild="env", types=frozenset({int, float}), from_text=readers.number_of_text,
    ),
    ConfigValue(
        "llmpipeline_width", readers.by_parts(read_widths), {},
        "Width of the pages that diagrams must :ref:`fit <fit>`: pixels for HTML and EPUB, points for LaTeX. A number "
        'is the width for HTML. The keys of a dict are builders, such as ``"dirhtml"``, or their formats: '
        '``{"html": 820, "latex": 390}``. Builders that it does not name keep the default: 700 for HTML, or 650 with '
        "the theme ``alabaster``, whose column is narrow; 600 for EPUB; 450 for LaTeX, whose pages are taken to be a "
        "third higher than that. Other builders have the width for HTML.",
        "``float`` or ``dict``", rebuild="html", types=frozenset({int, float, dict}), from_text=readers.number_of_text,
    ),
    ConfigValue(
        "llmpipeline_narrow_width", readers.read_narrow_width, NARROW_WIDTH,
        "Width in pixels of HTML pages in narrow windows, such as those of phones. A diagram that is wider by more "
        "than a fifth gets a second drawing, which pages show where the first would have to scroll. ``0``: no second "
        "drawing.",
        "``float``", rebuild="html", types=frozenset({int, float}), from_text=readers.number_of_text,
    ),
    ConfigValue(
        "llmpipeline_formats", readers.by_parts(read_formats), {},
        "Format that a builder shows. See :ref:`formats`.",
        "``dict``", rebuild="html", types=frozenset({dict}),
    ),
    ConfigValue(
        "llmpipeline_full_size", readers.unread, True,
        "Whether readers can open diagrams in full size, copy their declarations, and download them as SVG or PNG. See "
        ":ref:`wide`.",
        "``bool``", rebuild="html", types=frozenset({bool}),
    ),
    ConfigValue(
        "llmpipeline_neighbors", readers.unread, True,
        "Whether a node or an edge under the mouse is highlighted with its neighbours. See :ref:`lit`.",
        "``bool``", rebuild="html", types=frozenset({bool}),
    ),
    ConfigValue(
        "llmpipeline_legend", readers.unread, False,
        "Whether diagrams have a legend of their kinds of nodes and edges. The option ``:legend:`` of a directive, "
        "with or without ``yes`` or ``no``, takes precedence.",
        "``bool``", rebuild="env", types=frozenset({bool}),
    ),
    ConfigValue(
        "llmpipeline_categories", readers.read_categories, {},
        "Categories that all diagrams may name without declaring them: a dict of ids and titles, or of ids and dicts "
        "with ``title`` and colours. See :ref:`categories`.",
        "``dict``", rebuild="env", types=frozenset({dict}),
    ),
    ConfigValue(
        "llmpipeline_plots", readers.by_parts(readers.read_plots), {},
        'Functions that draw plots: a dict of names for the field ``:plot:`` and ``"module:callable"``. See '
        ":ref:`plot-functions`.",
        "``dict``", rebuild="env", types=frozenset({dict}),
    ),
    ConfigValue(
        "llmpipeline_sources", readers.by_parts(readers.read_sources), [],
        'Objects that the directive ``llmpipeline-from`` may draw: a list of ``"module:attribute"``, and of modules '
        "all of whose objects are allowed. See :ref:`allowed-objects`.",
        "``list`` of ``str``", rebuild="env", types=frozenset({list, tuple}), from_text=readers.names_of_text,
    ),
    ConfigValue(
        "llmpipeline_fences", readers.read_fences, (),
        'Languages of fences in Markdown that are drawn: ``["mermaid"]`` draws flowcharts of Mermaid, also those of '
        "the directive ``mermaid``. See :ref:`fences`.",
        "``list`` of ``str``", rebuild="env", types=frozenset({list, tuple, set}), from_text=readers.names_of_text,
    ),
    ConfigValue(
        "llmpipeline_finish", readers.read_finish, "",
        '``"module:callable"`` that has the last word on the figure of each diagram. See :ref:`finish`.',
        "``str``", rebuild="env", types=frozenset({str}),
    ),
    ConfigValue(
        "llmpipeline_engine", readers.read_engine, "graphviz-pure",
        'Layout engine. ``"graphviz-pure"`` runs the program of that package, which is installed with this one. '
        '``"pygraphviz"`` runs the Graphviz of that package in worker processes, which is faster; see :ref:`engines`. '
        '``"dot"`` runs the program that :confval:`llmpipeline_dot` names. Nodes may be placed a little differently if '
        "it is another version of Graphviz.",
        '``"graphviz-pure"``, ``"pygraphviz"`` or ``"dot"``', rebuild="html",
        types=ENUM(*readers.ENGINES),
    ),
    ConfigValue(
        "llmpipeline_timeout", readers.read_timeout, 30.0,
        "Time that the layout of one diagram may take, a day at most. After it there is a warning, and the page shows "
        "the diagram as a list. It is also the time that each function of the project may take for one diagram.",
        "``float``", "seconds", rebuild="", types=frozenset({int, float}), from_text=readers.number_of_text,
    ),
    ConfigValue(
        "llmpipeline_dot", readers.read_dot, "dot",
        'Name or path of Graphviz\'s program ``dot``, for the engine ``"dot"``.',
        "``str``", rebuild="html", types=frozenset({str}),
    ),
    ConfigValue(
        "llmpipeline_cache", readers.read_cache, "",
        "Folder, relative to ``conf.py``, or URL, where builds share their drawings. See :ref:`shared-drawings`.",
        "``str``", rebuild="", types=frozenset({str, Path}),
    ),
    ConfigValue(
        "llmpipeline_cache_days", readers.read_days, 30,
        "Time after which a drawing that no build has used is removed from the cache beside the doctrees. ``0`` or "
        "``None`` keeps all drawings.",
        "``float`` or ``None``", "days", rebuild="", types=frozenset({int, float, type(None)}),
    ),
    ConfigValue(
        "llmpipeline_executor", readers.read_executor, "",
        '``"module:callable"`` that returns the ``concurrent.futures.Executor`` that draws. See :ref:`many-diagrams`.',
        "``str``", rebuild="", types=frozenset({str}),
    ),
)
# fmt: on
"""All config values, in the order of the manual."""


def register_config(app: Sphinx) -> None:
    """Register all config values, and their reading, with *app*."""
    for value in CONFIG:
        app.add_config_value(value.name, value.default, value.rebuild, value.types)
    _read_command_line(app.config)
    app.connect("config-inited", read_config)
    app.connect("builder-inited", check_format)


def _read_command_line(config: Config) -> None:
    """Move values of the option ``-D`` to those of ``conf.py``, read as far as Sphinx cannot do it.

    Sphinx refuses texts for settings that are tuples, dicts or floats, and has a warning of its own for names that are
    no settings.
    """
    settings = {value.name: value for value in CONFIG}
    # Sphinx has no public way to the values of conf.py; without it, values of -D are those that Sphinx can read.
    given: dict[str, Any] | None = vars(config).get("_raw_config")
    if given is None:
        return
    for name, text in list(config.overrides.items()):
        if name in settings and settings[name].from_text is not str and isinstance(text, str):
            given[name] = settings[name].from_text(text)
            del config.overrides[name]
        elif name.startswith(PREFIX) and name not in config and "." not in name:  # Sphinx sets keys
            given.setdefault(name, text)
            del config.overrides[name]


def read_config(app: Sphinx, config: Config) -> None:
    """Replace the given values by read ones, before Sphinx compares them with those of the last build."""
    _warn(_unknown_settings(config))
    widths = config.llmpipeline_width
    if isinstance(widths, Mapping) and "html" not in widths and config.html_theme in THEME_WIDTHS:
        config.llmpipeline_width = {**widths, "html": THEME_WIDTHS[config.html_theme]}
    for value in CONFIG:
        given = config[value.name]
        try:
            read = value.read(value.name, _translated(value.name, given))
        except readers.PartialValueError as error:
            read = error.value
            _warn(error.messages)
        except ValueError as error:
            read = value.read(value.name, value.default)
            _warn([str(error)])
        if read is not given:
            config[value.name] = read
    _warn(read_styles(config, app.confdir))
    _drop_unknown_builders(app, config)


_DEEPEST = 20
"""Most dicts and lists in each other: the deepest style has a base in a base in a base, and a dozen within."""


def _translated(name: str, given: Any, depth: int = 0) -> Any:
    """*given* with the translations of the lazy texts in it.

    Raises:
        ValueError: with the message, if it contains itself, or text that cannot be written to a file.
    """
    if depth > _DEEPEST:
        raise ValueError(f"{name}: a dict or a list contains itself, or lies in more than {_DEEPEST} others")
    if isinstance(given, (str, _LazyText)):
        text = str(given)
        if bad := unprintable_in(text):
            raise ValueError(f"{name}: the character {bad[1]} in {text!r} cannot be used: remove it")
        return text
    inner = partial(_translated, name, depth=depth + 1)
    if isinstance(given, Mapping):
        return {inner(key): inner(one) for key, one in given.items()}
    if isinstance(given, (Style, NodeLook, EdgeLook, CategoryLook)):
        return replace(given, **{key.name: inner(getattr(given, key.name)) for key in fields(given)})
    return type(given)(map(inner, given)) if type(given) in (list, tuple, set) else given


def check_format(app: Sphinx) -> None:
    """Warn if ``llmpipeline_formats`` asks the builder for a format that it cannot show."""
    if (problem := refusal(app.builder, app.config.llmpipeline_formats)) is not None:
        _warn([f"llmpipeline_formats: {problem}"])


def _warn(messages: Iterable[str]) -> None:
    for message in messages:
        logger.warning("%s", message, type="llmpipeline", subtype="config")


def _unknown_settings(config: Config) -> list[str]:
    """Warnings about names of ``conf.py`` and of ``sphinx-build -D`` that look like settings and are none."""
    # Sphinx has no public way to the names that are not registered.
    named = vars(config).get("_raw_config", {})
    known = [value.name.removeprefix(PREFIX) for value in CONFIG]
    messages = []
    for name, given in named.items():
        if not name.startswith(PREFIX) or name in config or callable(given) or isinstance(given, ModuleType):
            continue
        # Compared without the prefix, which would make any two names similar.
        near = meant(name.removeprefix(PREFIX), known, SETTING_WORDS)
        hint = f"did you mean '{PREFIX}{near}'?" if near else f"expected one of: {', '.join(v.name for v in CONFIG)}"
        messages.append(f"{name}: unknown setting; {hint}")
    return messages


def _drop_unknown_builders(app: Sphinx, config: Config) -> None:
    """Drop the entries of ``llmpipeline_formats`` whose builder or format does not exist."""
    if not config.llmpipeline_formats:
        return
    # Imported here because looking through all installed packages takes longer than the rest of the reading.
    from importlib.metadata import entry_points

    known = [*app.registry.builders, *entry_points(group="sphinx.builders").names]
    known += [builder.format for builder in app.registry.builders.values() if builder.format]
    unknown = unknown_builders(config.llmpipeline_formats, known)
    _warn(f"llmpipeline_formats: {message}" for message in unknown.values())
    for name in unknown:
        del config.llmpipeline_formats[name]
