"""The last word: a function of the project changes the figure of a diagram before it is drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import matplotlib as mpl
from matplotlib import rcsetup
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox, BboxTransformTo, TransformedBbox

from ..diagnostics import FinishError
from ..job import Drawing, Finish, Format, Message
from ..plots.frame import axes_look
from ..plots.time_limit import as_errors
from ..style.categories import palette
from ..style.types import Style
from ..text.matplotlib_fonts import default_rc
from ..text.metrics import Fonts
from .additions import Additions, write_on_page
from .boxes import Boxes
from .colors import BoxColors, Color, of_category
from .matplotlib_backend import Around, Diagram, on_figure, printed
from .scene import Scene
from .svg import write

Finisher = Callable[[Figure, Boxes], object]
"""Changes a figure that has a :class:`.Diagram`; what it returns does not matter."""

_SIDES = ("left", "bottom", "right", "top")
_NONE: Around = (0.0, 0.0, 0.0, 0.0)
_UNMOVED = 0.01  # points
_SLACK, _EDGE = 0.5, 2.0
"""Points that additions may stand out, and that are free around them if the figure grows."""
_CUT = (
    "what the function of llmpipeline_finish draws is cut off: {}; place it by points of the boxes, because the "
    "figure grows"
)
_IMAGE_DPI = 216
"""Pixels for each inch of images in files with vectors: three for each of a page."""


def finish_job(scene: Scene, format: Format, finish: Finish, timeout: float) -> Drawing:
    """Draw *scene* with the function that *finish* names, which may take *timeout* seconds.

    Raises:
        FinishError: if it fails.
    """
    with as_errors(f"llmpipeline_finish '{finish.target}'", timeout, FinishError):
        module, _, attribute = finish.target.partition(":")
        return draw_finished(scene, format, getattr(import_module(module), attribute), finish.diagram)


def draw_finished(scene: Scene, format: Format, function: Finisher, name: str = "") -> Drawing:
    """Draw *scene*, the diagram called *name*, with a last word of *function*."""
    inks = _inks(scene.style)
    with default_rc(), mpl.rc_context(_look(scene.style, {name: ink for name, (ink, _) in inks.items()})):
        figure, diagram, messages = _finished(scene, function, name)
        figure.set_dpi(_IMAGE_DPI)
        if format == "svg" and _is_unchanged(figure, diagram):
            drawing = write(scene)
        elif format == "svg":
            drawing = write_on_page(scene, Additions.of(figure, diagram, dict(inks.values())))
        else:
            drawing = Drawing(printed(figure, format))
    return replace(drawing, notes=replace(drawing.notes, messages=messages))


def _finished(scene: Scene, function: Finisher, name: str) -> tuple[Figure, Diagram, tuple[Message, ...]]:
    """A figure after *function*, with room for all that is drawn in it, and a message if there is no such room.

    Places may be points, or parts of the figure that the function computes from points: they move with the boxes in a
    larger figure.  Other parts of the figure move if they are those of the box of the diagram.
    """
    figure, diagram, needed = _called(scene, function, name, _NONE)
    around = needed
    if any(needed):
        figure, diagram, needed = _called(scene, function, name, around)
    if any(needed):
        figure, diagram, needed = _called(scene, function, name, around, by_diagram=True)
    cut = " and ".join(
        f"{side - _EDGE:.0f} points at the {name}" for name, side in zip(_SIDES, needed, strict=True) if side
    )
    return figure, diagram, (Message("draw", _CUT.format(cut)),) if cut else ()


def _called(
    scene: Scene, function: Finisher, name: str, around: Around, *, by_diagram: bool = False
) -> tuple[Figure, Diagram, Around]:
    """A figure after *function*, and the points that it is too small at each side.

    *by_diagram* says that parts of the figure are those of the diagram, without what is *around* it.
    """
    diagram = Diagram(scene)
    diagram.name = name
    figure = on_figure(diagram, around)
    if by_diagram:
        sides = *diagram.origin, diagram.extent.width, diagram.extent.height
        box = TransformedBbox(Bbox.from_bounds(*(side / 72 for side in sides)), figure.dpi_scale_trans)
        figure.transFigure = figure.transSubfigure = BboxTransformTo(box)
    function(figure, diagram.boxes)
    return figure, diagram, _sticking_out(figure)


def _is_unchanged(figure: Figure, diagram: Diagram) -> bool:
    """Whether nothing but *diagram* is drawn, as it was handed out."""
    width, height = (float(side) * 72 for side in figure.get_size_inches())
    extent = diagram.extent
    moved = math.hypot(*diagram.origin, width - extent.width, height - extent.height) > _UNMOVED
    drawn = [artist for artist in figure.get_children() if artist.get_visible()]
    return not moved and drawn in ([diagram], [figure.patch, diagram]) and not figure.get_frameon()


def _sticking_out(figure: Figure) -> Around:
    """Points by which *figure* is too small at the left, at the bottom, at the right and at the top."""
    figure.set_dpi(72)  # texts are measured in pixels
    box = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    sides = (float(inches) * 72 for inches in (-box.x0, -box.y0, box.x1 - width, box.y1 - height))
    left, bottom, right, top = (side + _EDGE if side > _SLACK else 0.0 for side in sides)
    return left, bottom, right, top


# Colours and settings


def _inks(style: Style) -> dict[str, tuple[str, Color]]:
    """What is drawn → a colour that nothing else has by chance, and the colour of the style that it stands for.

    The two differ too little to be told apart, so that a function can blend them and other formats can show them.
    """
    node = BoxColors.of("node", style.nodes["node"].light)
    colors = {
        "text": Color(style.edge_text_light, "edge-text"),
        "line": Color(style.edge_light, "edge"),
        "ground": node.fill,
    }
    for key in palette(style):
        own = of_category(key, style.categories[key])
        colors |= {f"fill {key}": own.fill, f"stroke {key}": own.stroke}
    taken: set[str] = set()
    return {name: (_beside(color.light, taken), color) for name, color in colors.items()}


def _beside(color: str, taken: set[str]) -> str:
    """A colour next to *color* that is not *taken* yet, and is taken now."""
    number = int(mpl.colors.to_hex(color)[1:], 16)
    step = 1 if number & 0x80 == 0 else -1
    number += step
    while f"#{number:06x}" in taken:
        number += step
    taken.add(f"#{number:06x}")
    return f"#{number:06x}"


def _look(style: Style, inks: dict[str, str]) -> Any:
    """Matplotlib's settings: the fonts, colours and lengths of the style."""
    family = Fonts(style.font, style.mono_font).primary("regular").typeface.family
    strokes = [inks[f"stroke {key}"] for key in palette(style)]
    return {
        "font.family": [family, "DejaVu Sans"] if family != "DejaVu Sans" else [family],
        **axes_look(inks["text"], inks["line"], style.plot_font_size),
        "legend.labelcolor": inks["text"],
        **dict.fromkeys(("patch.edgecolor", "legend.edgecolor"), inks["line"]),
        **dict.fromkeys(("axes.facecolor", "patch.facecolor", "legend.facecolor"), inks["ground"]),
        "axes.prop_cycle": rcsetup.cycler(color=strokes),
        "lines.color": strokes[0],
    }
