"""Parts along an axis, with gaps between them."""

from __future__ import annotations

from collections.abc import Sequence


def spaced(wanted: Sequence[float], lengths: Sequence[float], gap: float) -> list[float]:
    """The places, in points, where parts begin that keep a *gap*, in their order, as near as can be to those *wanted*.

    The sum of the squares of the distances is least: parts that would meet are pooled around the mean of what they want
    (pool adjacent violators; Barlow et al., Statistical Inference under Order Restrictions, 1972).

    >>> spaced([0.0, 10.0, 100.0], [20.0, 20.0, 20.0], 5.0)
    [-7.5, 17.5, 100.0]
    """
    before = [0.0]
    for length in lengths:
        before.append(before[-1] + length + gap)
    pools: list[tuple[float, int]] = []  # where the parts of a pool would begin without those before them, their number
    for want, own in zip(wanted, before, strict=False):
        at, number = want - own, 1
        while pools and pools[-1][0] > at:
            mean, many = pools.pop()
            at, number = (mean * many + at * number) / (many + number), many + number
        pools.append((at, number))
    starts = [at for at, number in pools for _ in range(number)]
    return [start + own for start, own in zip(starts, before, strict=False)]
