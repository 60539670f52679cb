"""Options of the directive → values; what is wrong is told in words, and left out."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.pipeline import Label, Scale
from ..model.quantity import parse_value
from ..model.vocabulary import SCALE_OPTIONS, WIDTHS

_YES, _NO = ("", "yes", "true", "on"), ("no", "false", "off")
_WIDEST = 24.0  # points; a wider line is no line


def read_flag(name: str, options: Mapping[str, str | None], default: bool) -> tuple[bool, list[str]]:
    """An option that stands alone, or with yes or no.

    >>> read_flag("legend", {"legend": None}, False), read_flag("legend", {"legend": "no"}, True)
    ((True, []), (False, []))
    """
    if name not in options:
        return default, []
    given = (options[name] or "").strip()
    if given.lower() in _YES:
        return True, []
    if given.lower() in _NO:
        return False, []
    return default, [f"option '{name}': expected yes or no, not '{given}'"]


def read_scale(options: Mapping[str, str], prefix: str, *, has_values: bool) -> tuple[Scale | None, list[str]]:
    """The scale that the options ask for, and what is wrong with them.

    Whether matplotlib knows the names is found when the diagram is drawn.

    Args:
        options: the options of a directive.
        prefix: what stands before the names of the options: nothing for nodes, :data:`EDGE_PREFIX` for edges.
        has_values: whether any of these parts has a value.
    """
    drawing = [f"{prefix}colormap", *([WIDTHS] if prefix else [])]
    given = {
        name: " ".join(options[name].split())
        for name in (*drawing, *(f"{prefix}{name}" for name in SCALE_OPTIONS))
        if name in options
    }
    if not given:
        return None, []
    first = next(iter(given))
    if not any(name in given for name in drawing):
        needed = " or ".join(f"'{name}'" for name in drawing)
        return None, [f"option '{first}' does nothing without {needed}"]
    if not has_values:
        return None, [f"option '{first}': no {'edge' if prefix else 'node'} has a value, such as ':value: 175B'"]
    problems: list[str] = []
    title = given.get(f"{prefix}value-label")
    scale = Scale(
        given.get(f"{prefix}colormap"),
        given.get(f"{prefix}norm", "linear").lower(),
        _read_range(f"{prefix}range", given, problems),
        _read_widths(given, problems),
        Label.plain(title) if title else None,
    )
    return scale, problems


def _read_range(name: str, given: Mapping[str, str], problems: list[str]) -> tuple[float, float] | None:
    if name not in given:
        return None
    try:
        least, greatest = (parse_value(word) for word in given[name].split())
    except ValueError:
        least = greatest = parse_value("0")
    if least.number < greatest.number:
        return least.number, greatest.number
    problems.append(f"option '{name}': expected two numbers, the lower one first, such as 1B 1T, not '{given[name]}'")
    return None


def _read_widths(given: Mapping[str, str], problems: list[str]) -> tuple[float, float] | None:
    if WIDTHS not in given:
        return None
    try:
        least, greatest = (float(word) for word in given[WIDTHS].split())
    except ValueError:
        least = greatest = 0.0
    if 0 < least <= _WIDEST and 0 < greatest <= _WIDEST:
        return least, greatest
    expected = f"expected two widths from 0 to {_WIDEST:g} points, such as 1 8"
    problems.append(f"option '{WIDTHS}': {expected}, not '{given[WIDTHS]}'")
    return None
