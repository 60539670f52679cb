"""A renderer of matplotlib that records what it draws as curves and texts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.transforms import Transform

from ..geometry.primitives import Curve, Point, straight
from .lettering import Lettering
from .picture import Ink, Mark, PathMark, TextMark

_DIGITS = 2
"""Decimals of points that are kept."""
_CLIPPED = 1.0  # points beyond the box to which matplotlib clips lines


class Recorder(RendererBase):
    """Records marks in points.

    Args:
        width, height: of the canvas.
        lettering: sets the texts.
        inks: exact colours, ``#rrggbb`` → what they stand for.
    """

    def __init__(self, width: float, height: float, lettering: Lettering, inks: Mapping[str, Ink]) -> None:
        super().__init__()
        self._size = width, height
        self._lettering = lettering
        self._inks = inks
        self.marks: list[Mark] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Points."""
        return self._size

    def flipy(self) -> bool:
        """Whether y points down."""
        return False

    def points_to_pixels(self, points: Any) -> Any:
        """Points: a pixel is one."""
        return points

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:  # noqa: N803 -- matplotlib's name
        """Record each part of a path."""
        fill, fill_alpha = self._transparent(gc, rgbFace)
        if fill and fill.role == "stroke" and fill_alpha < 1.0:
            # Pages know areas in the fill of a category, which is lighter and so covers more.
            fill, fill_alpha = replace(fill, role="fill"), round(math.sqrt(fill_alpha), _DIGITS)
        stroke, alpha = self._transparent(gc, gc.get_rgb())
        width = float(gc.get_linewidth()) if stroke else 0.0
        if not width and not fill:
            return
        line = stroke if stroke and width else fill or Ink("line")
        offset, dash = gc.get_dashes()
        dashes = () if dash is None or offset else tuple(round(float(length), _DIGITS) for length in np.asarray(dash))
        width = round(width, _DIGITS)
        for curve in curves_of(_clipped(path, transform, gc, filled=fill is not None)):
            if fill and width and fill_alpha != alpha:
                self.marks.append(PathMark(curve, 0.0, fill, fill, alpha=fill_alpha))
                self.marks.append(PathMark(curve, width, line, None, dashes, alpha))
            else:
                self.marks.append(PathMark(curve, width, line, fill, dashes, fill_alpha if fill else alpha))

    def draw_image(self, *_: Any, **__: Any) -> None:
        """Refuse: a picture consists of curves and texts.

        Raises:
            ValueError: always.
        """
        raise ValueError("a plot cannot contain an image: draw cells with 'pcolormesh'")

    def draw_text(  # matplotlib's signature
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,  # noqa: ARG002 -- texts are never turned
        ismath: bool | str = False,
        mtext: Any = None,
    ) -> None:
        """Record a text whose baseline starts at a point; a transparent one is as faint as lines."""
        ink, alpha = self._transparent(gc, gc.get_rgb())
        if ink is None:
            return
        if alpha < 1.0 and ink.role == "text":
            ink = Ink("line")
        centered = mtext is not None and mtext.get_horizontalalignment() == "center"
        line = self._lettering.line(s, prop.get_size_in_points(), is_math=bool(ismath))
        for run in line.runs:
            at = _point((x + run.x, y + run.rise))
            if run.text.strip():
                self.marks.append(TextMark(run, at, ink, centered and len(line.runs) == 1))

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: bool | str) -> tuple[float, float, float]:
        """The size of a text as the typesetter sets it."""
        line = self._lettering.line(s, prop.get_size_in_points(), is_math=bool(ismath))
        ascent, descent = self._lettering.extent(line)
        return line.width, ascent + descent, descent

    def _transparent(self, gc: GraphicsContextBase, color: Any) -> tuple[Ink | None, float]:
        """The ink of a colour, ``None`` for one that cannot be seen, and how far it covers what is behind it."""
        if color is None:
            return None, 0.0
        alpha = gc.get_alpha() if gc.get_forced_alpha() else color[3] if len(color) > 3 else 1.0
        alpha = round(float(alpha), _DIGITS)
        return (self._ink(color) if alpha else None), alpha

    def _ink(self, color: Any) -> Ink:
        name = to_hex(color[:3])
        return self._inks.get(name) or Ink("fixed", name)


def _clipped(path: Path, transform: Transform, gc: GraphicsContextBase, *, filled: bool) -> Path:
    """The path in points, without what is not finite or outside the clip box."""
    box = gc.get_clip_rectangle()
    moved = transform.transform_path(path)
    if box is None or _is_inside(moved, box):
        return moved.cleaned(remove_nans=True, curves=True)
    if filled:
        return moved.clip_to_bbox(box)
    x0, y0, x1, y1 = box.extents
    clip = x0 + _CLIPPED, y0 + _CLIPPED, x1 - _CLIPPED, y1 - _CLIPPED
    return moved.cleaned(remove_nans=True, clip=clip)


def _is_inside(path: Path, box: Any) -> bool:
    points = np.asarray(path.vertices)
    finite = points[np.isfinite(points).all(axis=1)]
    slack = 1e-3
    return bool(len(finite)) and bool((finite >= box.min - slack).all() and (finite <= box.max + slack).all())


def curves_of(path: Path) -> Iterator[Curve]:
    """The parts of a path: lines, or Béziers if any piece of the part is one."""
    pieces: list[tuple[Point, ...]] = []
    start: Point | None = None
    closed = False
    for points, code in path.iter_segments(simplify=False, curves=True):
        if code in (Path.MOVETO, Path.STOP):
            yield from _curve(start, pieces, closed)
            pieces, closed = [], False
            start = _point(points) if code == Path.MOVETO else None
        elif code == Path.CLOSEPOLY:
            closed = True
        else:
            pieces.append(tuple(_point(points[at : at + 2]) for at in range(0, len(points), 2)))
    yield from _curve(start, pieces, closed)


def _point(pair: Any) -> Point:
    return round(float(pair[0]), _DIGITS), round(float(pair[1]), _DIGITS)


def _curve(start: Point | None, pieces: list[tuple[Point, ...]], closed: bool) -> Iterator[Curve]:
    if start is None or not pieces:
        return
    if closed and len(pieces) > 2 and pieces[-1] == (start,):
        pieces = pieces[:-1]
    if all(len(piece) == 1 for piece in pieces):
        yield Curve((start, *(point for (point,) in pieces)), closed=closed)
        return
    points = [start]
    for piece in pieces:
        points += _cubic(points[-1], piece)
    yield Curve(tuple(points), bezier=True, closed=closed)


def _cubic(start: Point, piece: tuple[Point, ...]) -> tuple[Point, ...]:
    """The control points after *start* of a cubic Bézier for a line, a quadratic or a cubic piece."""
    if len(piece) == 1:
        return straight(start, piece[0])
    if len(piece) == 3:
        return piece
    (x, y), (cx, cy), (ex, ey) = start, *piece
    return (x + (cx - x) * 2 / 3, y + (cy - y) * 2 / 3), (ex + (cx - ex) * 2 / 3, ey + (cy - ey) * 2 / 3), (ex, ey)
