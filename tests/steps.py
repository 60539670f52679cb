"""Counts of the work that a function does: the same on every machine, as a time would not be."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

ROUGHLY = 1.4
"""How much more than in proportion the work may grow: grids and heaps are not quite linear."""


def steps(function: Callable[[], object]) -> int:
    """The number of lines of Python that a call of *function* executes, with each round of a loop in one line."""
    count = 0

    def trace(_frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return count


def growth(function: Callable[[int], Callable[[], object]], size: int = 25, times: int = 4) -> float:
    """How much more work a part of a size takes that is *times* larger, in proportion; 1 if it grows with the size.

    *function* prepares the work of a size and returns what is counted.
    """
    return steps(function(size * times)) / steps(function(size)) / times
