"""How values go from one process to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any


class Packed:
    """A base of frozen dataclasses with two fields or more, which are pickled as the call that makes them.

    What frozen dataclasses with slots do of their own looks their fields up for each value, and takes three times as
    long.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        kind = type(self)
        if kind not in _VALUES:
            _VALUES[kind] = attrgetter(*(item.name for item in fields(self)))  # type: ignore[arg-type]  # see above
        return kind, _VALUES[kind](self)


_VALUES: dict[type, Callable[[Any], tuple[Any, ...]]] = {}
"""What gives the values of the fields, by class."""
