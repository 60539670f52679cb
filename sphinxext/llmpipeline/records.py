"""Records: dataclasses that are quickly loaded, and compared and hashed by their content.

A dataclass compiles each of its methods when its module is loaded, which took most of the time until the first drawing.
So only those are compiled here that set fields, and the other methods look the fields up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make *cls* a record with slots that is frozen for the type checker alone.

    So are the values that the stages of a drawing make by the hundred: a dataclass that is frozen at run time sets each
    field through ``object.__setattr__``, so that making one takes four times as long.

    >>> @record
    ... class Dot:
    ...     x: float
    ...     y: float = 0.0
    >>> Dot(1.0) == Dot(1.0, 0.0), len({Dot(1.0), Dot(1.0)}), Dot(1.0)
    (True, 1, Dot(x=1.0, y=0.0))
    """
    return _with_methods(dataclass(slots=True, repr=False, eq=False)(cls))


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen_record(cls: type[_T], /) -> type[_T]: ...


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen_record(*, slots: bool) -> Callable[[type[_T]], type[_T]]: ...


def frozen_record(cls: type[Any] | None = None, /, *, slots: bool = True) -> Any:
    """Make *cls* a record that is frozen at run time, too: what authors and projects hold, such as models and styles.

    Without *slots*, it may have cached properties.

    >>> @frozen_record(slots=False)
    ... class Dot:
    ...     x: float
    >>> Dot(1.0).x = 2.0
    Traceback (most recent call last):
        ...
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
    """

    def made(cls: type[Any]) -> type[Any]:
        return _with_methods(dataclass(frozen=True, slots=slots, repr=False, eq=False)(cls))

    return made if cls is None else made(cls)


def _with_methods(cls: type[_T]) -> type[_T]:
    """A dataclass with the methods that look the fields up, but for those that it has itself."""
    equals, hashed = _compared(cls)
    for name, method in (("__eq__", equals), ("__hash__", hashed), ("__repr__", _shown(cls))):
        if vars(cls).get(name) is None:
            setattr(cls, name, method)
    return cls


def _compared(cls: Any) -> tuple[Callable[..., object], Callable[..., object]]:
    """The methods by which records of a class are equal, and hashed alike, if their fields are."""
    names = [one.name for one in fields(cls) if one.compare]
    content: Callable[[Any], object] = attrgetter("__class__", *names)

    def equals(self: Any, other: object) -> bool:
        return content(self) == content(other) if other.__class__ is cls else NotImplemented

    def hashed(self: Any) -> int:
        return hash(content(self))

    return equals, hashed


def _shown(cls: Any) -> Callable[[Any], str]:
    """The method that shows the fields of a record by their names."""
    names = [one.name for one in fields(cls) if one.repr]

    def shown(self: Any) -> str:
        values = [f"{name}={getattr(self, name)!r}" for name in names]
        return f"{cls.__qualname__}({', '.join(values)})"

    return shown
