"""Pictures on surfaces: in their place, each colour of a category in a part of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sphinxext.llmpipeline.geometry.primitives import Curve, Point, Size
from sphinxext.llmpipeline.plots.picture import Ink, PathMark, Picture, TextMark
from sphinxext.llmpipeline.text.lines import PlacedRun
from sphinxext.llmpipeline.text.metrics import Typeface

RUN = PlacedRun("a", Typeface("DejaVu Sans"), 10.0, 0.0, 0.0, 6.0, 8.0, 2.0)


class Log:
    """A surface that notes what is drawn."""

    def __init__(self) -> None:
        self.found: list[object] = []

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        self.found.append(name)
        yield
        self.found.append("end")

    def path(
        self,
        curve: Curve,
        width: float,
        stroke: str,
        fill: str | None = None,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
    ) -> None:
        self.found.append((curve.points, width, stroke, fill, dash))

    def text(self, run: PlacedRun, at: Point, color: str, *, centered: bool) -> None:
        self.found.append((run.text, at, color, centered))


def test_marks_are_drawn_in_their_place_and_order() -> None:
    line = Curve(((0.0, 0.0), (1.0, 1.0)))
    marks = (
        PathMark(line, 1.0, Ink("line")),
        PathMark(line, 0.0, Ink("stroke", "2"), Ink("fill", "2")),
        PathMark(line, 2.0, Ink("stroke", "2"), dash=(1.0, 2.0)),
        TextMark(RUN, (5.0, 6.0), Ink("text"), centered=True),
        PathMark(line, 1.0, Ink("stroke", "1")).moved(1.0, 0.0),
        PathMark(line, 1.0, Ink("stroke", "1"), Ink("stroke", "1")),
        TextMark(RUN, (5.0, 6.0), Ink("fixed", "#ffffff")).moved(0.0, 1.0),
    )
    log, moved = Log(), ((10.0, 20.0), (11.0, 21.0))
    Picture(Size(9.0, 9.0), marks).draw(log, (10.0, 20.0), lambda ink: f"{ink.role} {ink.name}".strip())
    assert log.found == [
        "plot",
        (moved, 1.0, "line", None, ()),
        "palette-2",
        (moved, 0.0, "stroke 2", "fill 2", ()),
        (moved, 2.0, "stroke 2", None, (1.0, 2.0)),
        "end",
        ("a", (15.0, 26.0), "text", True),
        "palette-1",
        (((11.0, 20.0), (12.0, 21.0)), 1.0, "stroke 1", None, ()),
        "end",
        "palette-1",
        "points",
        (moved, 1.0, "stroke 1", "stroke 1", ()),
        "end",
        "end",
        ("a", (15.0, 27.0), "fixed #ffffff", False),
        "end",
    ]
