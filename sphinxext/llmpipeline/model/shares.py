"""Shares: parts of a whole in proportion to their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .pipeline import Pipeline
from .quantity import is_text_of


def share_widths(values: Sequence[float], whole: float, least: float) -> list[float]:
    """The widths of parts in proportion to *values*, together *whole*.

    None is below *least*, for which the others give room.  Negative values count as 0; if all are 0, parts are equal.

    >>> share_widths([70, 20, 10], 200.0, 4.0)
    [140.0, 40.0, 20.0]
    >>> share_widths([99, 1, 0], 200.0, 4.0)
    [192.0, 4.0, 4.0]
    """
    greatest = max(values)
    shares = [max(value, 0.0) / greatest if greatest > 0 else 1.0 for value in values]  # whose sum is finite
    left, of = max(whole, least * len(values)), sum(shares)
    widths = [least] * len(values)
    for index in sorted(range(len(values)), key=shares.__getitem__):
        widths[index] = max(round(shares[index] / of * left, 3), least) if of > 0 else left
        left -= widths[index]
        of -= shares[index]
    return widths


def named_shares(pipeline: Pipeline, names: Mapping[str, str]) -> Iterator[list[str]]:
    """Of each bar, its cells by their *names*, with their values."""
    values = {node.id: node.value for node in pipeline.nodes}
    for row in pipeline.groups:
        if row.shares:
            named = ((names[id], values[id]) for id in row.cells)
            yield [name if not value or is_text_of(name, value) else f"{name} {value.text}" for name, value in named]
