"""Records: the values that the stages of a drawing make by the hundred, frozen for the type checker alone.

A dataclass that is frozen at run time sets each field through ``object.__setattr__``, so that making one takes four
times as long.  What authors and projects hold, such as the model and the styles, is frozen at run time too, but for
:class:`.Box`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[_T]) -> type[_T]:
    """Make *cls* a dataclass with slots that is compared and hashed by its content.

    >>> @record
    ... class Dot:
    ...     x: float
    ...     y: float = 0.0
    >>> Dot(1.0) == Dot(1.0, 0.0), len({Dot(1.0), Dot(1.0)})
    (True, 1)
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
