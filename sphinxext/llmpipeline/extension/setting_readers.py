"""Readers of config values: given value → read value, or the message about what cannot be read.

Every build imports this module.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..diagnostics import is_number
from ..style.builtin import STYLES
from ..style.types import Style

if TYPE_CHECKING:
    from ..job import Engine

ENGINES: tuple[Engine, ...] = ("graphviz-pure", "pygraphviz", "dot")
"""Those of :data:`~sphinxext.llmpipeline.job.Engine`, which a build without diagrams does not load."""


_DAY = 86_400.0  # seconds


class PartialValueError(ValueError):
    """Some parts of a value cannot be read.

    Attributes:
        value: the value without these parts.
        messages: one whole warning for each of them.
    """

    def __init__(self, value: Any, messages: Iterable[str]) -> None:
        super().__init__(*messages)
        self.value = value
        self.messages = self.args


def unread(_name: str, given: Any) -> Any:
    """The given value: Sphinx checks its type."""
    return given


def by_parts(read: Callable[[Any], tuple[Any, list[str]]]) -> Callable[[str, Any], Any]:
    """Reader of values by *read*, which gives the usable parts, and messages without the name of the setting."""

    def reader(name: str, given: Any) -> Any:
        value, problems = read(given)
        if problems:
            raise PartialValueError(value, (f"{name}: {problem}" for problem in problems))
        return value

    return reader


def number_of_text(text: str) -> float | str:
    """The number that *text* is; otherwise the text, which the reader refuses."""
    try:
        return float(text)
    except ValueError:
        return text


def names_of_text(text: str) -> list[str]:
    """The names between commas."""
    return [name.strip() for name in text.split(",")]


def read_style(given: Any) -> tuple[Style, list[str]]:
    """The style, and the errors in it."""
    if isinstance(given, str) and given in STYLES:
        return STYLES[given], []
    # Imported here because most projects use a built-in style.
    from ..style.reader import read_style

    return read_style(given)


def read_styles(name: str, given: Any) -> Mapping[str, Any]:
    """The given styles, which are read when the style of the project is known."""
    if isinstance(given, Mapping):
        return given
    raise ValueError(f"{name}: expected a dict of names and styles, got {given!r}")


def read_categories(name: str, given: Any) -> Mapping[str, Any]:
    """The given categories, which are read for each style."""
    if isinstance(given, Mapping):
        return given
    raise ValueError(f"{name}: expected a dict of ids and titles, got {given!r}")


def read_plots(given: Any) -> tuple[dict[str, str], list[str]]:
    """The functions that draw plots, and the errors in them."""
    if not given and isinstance(given, dict):
        return {}, []
    from .plot_functions import read_plots  # imported here because few projects have functions

    return read_plots(given)


def read_sources(given: Any) -> tuple[list[str], list[str]]:
    """The objects that documents may name, and the errors in them."""
    if isinstance(given, list) and not given:
        return [], []
    from .objects import read_sources  # as above

    return read_sources(given)


def read_finish(name: str, given: Any) -> str:
    """The function that finishes drawings."""
    if given == "":
        return ""
    from .plot_functions import read_finish  # as above

    return read_finish(name, given)


def read_fences(name: str, given: Any) -> tuple[str, ...]:
    """The given languages, each once."""
    if isinstance(given, (list, tuple, set)) and all(one == "mermaid" for one in given):
        return tuple(dict.fromkeys(given))
    raise ValueError(f'{name}: expected a list of languages, of which there is "mermaid", got {given!r}')


def read_executor(name: str, given: Any) -> str:
    """The function that returns an executor."""
    if isinstance(given, str):
        module, _, attribute = given.partition(":")
        if not given or (attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
            return given
    raise ValueError(f"{name}: expected 'module:callable', got {given!r}")


def read_engine(name: str, given: Any) -> Engine:
    """The given engine; the default one takes the place of any that is unknown or not installed."""
    if given not in ENGINES:  # Sphinx would warn, and keep the value
        known = ", ".join(map(repr, ENGINES))
        raise ValueError(f"{name}: expected one of {known}, got {given!r}; using 'graphviz-pure' instead")
    # Imported here because most projects use the default one.
    from importlib.util import find_spec

    if given == "pygraphviz" and find_spec("pygraphviz") is None:
        raise ValueError(
            f"{name}: the package 'pygraphviz' is not installed; install sphinxext-llmpipeline[fast]; "
            "using 'graphviz-pure' instead"
        )
    engine: Engine = given
    return engine


def read_dot(name: str, given: Any) -> str:
    """The name or the path of the program."""
    if given and isinstance(given, (str, os.PathLike)) and isinstance(program := os.fspath(given), str):
        return program
    raise ValueError(f"{name}: expected the name or the path of Graphviz's program 'dot', got {given!r}")


def read_narrow_width(name: str, given: Any) -> float:
    """The width in pixels."""
    if is_number(given) and 0 <= given < math.inf:
        return float(given)
    raise ValueError(f"{name}: expected a width in pixels, or 0 for no narrow drawings, got {given!r}")


def read_timeout(name: str, given: Any) -> float:
    """The number of seconds, a day at most: the timers of the system do not take any number."""
    if is_number(given) and given > 0:  # also false for NaN
        return float(min(given, _DAY))
    raise ValueError(f"{name}: expected a positive number of seconds, got {given!r}")


def read_cache(name: str, given: Any) -> str:
    """The folder or the URL."""
    if isinstance(given, (str, os.PathLike)) and isinstance(place := os.fspath(given), str):
        return place
    raise ValueError(f"{name}: expected a folder or a URL, got {given!r}")


def read_days(name: str, given: Any) -> float:
    """The given number of days; 0 for ``None``."""
    if given is None:
        return 0
    if is_number(given) and given >= 0:  # false for NaN
        return given
    raise ValueError(f"{name}: expected a number of days, or 0 to keep all drawings, got {given!r}")
