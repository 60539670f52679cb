"""Records: the values that the stages of a drawing make by the hundred, frozen for the type checker alone.

A dataclass that is frozen at run time sets each field through ``object.__setattr__``, so that making one takes four
times as long.  What authors and projects hold, such as the model and the styles, is frozen at run time too, but for
:class:`.Box`.

A dataclass compiles each of its methods when its module is loaded, which took most of the time until the first drawing.
So only ``__init__`` is compiled here, and the other methods look the fields up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make *cls*, which has no such methods itself, a dataclass with slots that is compared and hashed by its content.

    >>> @record
    ... class Dot:
    ...     x: float
    ...     y: float = 0.0
    >>> Dot(1.0) == Dot(1.0, 0.0), len({Dot(1.0), Dot(1.0)}), Dot(1.0)
    (True, 1, Dot(x=1.0, y=0.0))
    """
    made = dataclass(slots=True, repr=False, eq=False)(cls)
    equals, hashed = _compared(made)
    for name, method in (("__eq__", equals), ("__hash__", hashed), ("__repr__", _shown)):
        setattr(made, name, method)
    return made


def _compared(cls: Any) -> tuple[Callable[..., object], Callable[..., object]]:
    """The methods by which records of a class are equal, and hashed alike, if their fields are."""
    names = [one.name for one in fields(cls) if one.compare]
    content: Callable[[Any], object] = attrgetter("__class__", *names)

    def equals(self: Any, other: object) -> bool:
        return content(self) == content(other) if other.__class__ is cls else NotImplemented

    def hashed(self: Any) -> int:
        return hash(content(self))

    return equals, hashed


def _shown(self: Any) -> str:
    """The fields of a record by their names."""
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
