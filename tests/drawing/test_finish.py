"""The last word of a function on a figure: what it is given, and what is drawn after it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import image
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from sphinxext.llmpipeline import MODERN, PRINT, Boxes, FinishError, parse, render
from sphinxext.llmpipeline.drawing import finish as module
from sphinxext.llmpipeline.job import FORMATS, Finish, Format, Job
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import PIPELINE, read, texts


def nothing(figure: Figure, boxes: Boxes) -> None:
    """Change nothing."""


def annotate(figure: Figure, boxes: Boxes) -> None:
    """Write above a node, which is outside of the figure."""
    box = boxes.nodes["a"]
    at = box.center[0], box.y1
    figure.add_artist(Annotation("above", at, (at[0], at[1] + 60), xycoords="figure points", ha="center"))


def fail(figure: Figure, boxes: Boxes) -> None:
    raise ValueError("no weights\nat all")


def leave(figure: Figure, boxes: Boxes) -> None:
    raise SystemExit("bye")


def sleep(figure: Figure, boxes: Boxes) -> None:
    time.sleep(60)


def write_wrong_formula(figure: Figure, boxes: Boxes) -> None:
    figure.text(0.5, 0.5, r"$\nosuch$")


def place_by_parts(figure: Figure, boxes: Boxes) -> None:
    figure.text(0.2, 1.1, "by parts")


def run_away(figure: Figure, boxes: Boxes) -> None:
    """Write below the figure, however large it is."""
    figure.add_artist(Annotation("below", (50, -30), xycoords="figure points", annotation_clip=False))


def job(name: str, format: Format = "svg", diagram: str = "", timeout: float = 30.0) -> Job:
    return Job(PIPELINE, MODERN, format, timeout=timeout, finish=Finish(f"{__name__}:{name}", diagram))


@pytest.mark.parametrize("style", [MODERN, PRINT], ids=["modern", "print"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_function_that_changes_nothing_changes_no_byte(format: Format, style: Any) -> None:
    assert render(PIPELINE, style, format, finish=nothing) == render(PIPELINE, style, format)
    assert draw(job("nothing", format)) == draw(replace(job("nothing", format), finish=None))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_finished_twice_the_same(format: Format) -> None:
    first = render(PIPELINE, format=format, finish=annotate)
    assert first != render(PIPELINE, format=format)
    assert render(PIPELINE, format=format, finish=annotate) == first
    assert draw(job("annotate", format)).data == first


def test_text_is_text() -> None:
    assert "above" in texts(read(render(PIPELINE, finish=annotate)))


def test_figure_grows_around_what_stands_out() -> None:
    root, plain = read(render(PIPELINE, finish=annotate)), read(render(PIPELINE))
    (written,) = [text for text in root.iter() if text.text == "above"]
    assert float(written.get("y", "")) > 8
    assert float(root.get("height", "")) > float(plain.get("height", ""))
    assert root.get("width") == plain.get("width")


def test_boxes_have_the_name_of_the_diagram_and_move_when_the_figure_grows() -> None:
    seen: list[Boxes] = []

    def note(figure: Figure, boxes: Boxes) -> None:
        seen.append(boxes)
        box = boxes.nodes["a"]
        figure.add_artist(
            Annotation("x", (box.x0 - 200, box.y0 - 200), xycoords="figure points", annotation_clip=False)
        )

    render(PIPELINE, finish=note)
    first, second = seen
    assert second.nodes["a"].x0 > first.nodes["a"].x0
    assert second.nodes["a"].y0 > first.nodes["a"].y0
    assert second.edges["a", "b"].points[0][0] > first.edges["a", "b"].points[0][0]
    assert first.name == ""


def test_name_is_that_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(module, "import_module", lambda _: Namespace(lambda _, boxes: seen.append(boxes.name)))
    draw(job("call", diagram="compute"))
    assert seen == ["compute"]


class Namespace:
    """A module with one function."""

    def __init__(self, call: Callable[[Figure, Boxes], object]) -> None:
        self.call = call


def test_what_is_placed_by_parts_of_the_figure_has_room_too() -> None:
    drawing = draw(job("place_by_parts"))
    assert drawing.notes.messages == ()
    (written,) = [text for text in read(drawing.data).iter() if text.text == "by parts"]
    assert 8 < float(written.get("y", "")) < 20


def test_what_has_no_room_is_reported() -> None:
    (message,) = draw(job("run_away")).notes.messages
    assert message.subtype == "draw"
    assert message.text == (
        "what the function of llmpipeline_finish draws is cut off: 33 points at the bottom; place it by points of the "
        "boxes, because the figure grows"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("fail", "failed: ValueError: at all"),
        ("leave", "failed: SystemExit: bye"),
        ("sleep", "took longer than 2 seconds"),
        ("nosuch", f"failed: AttributeError: module '{__name__}' has no attribute 'nosuch'"),
    ],
)
def test_failure_is_an_error_with_its_last_line(name: str, reason: str) -> None:
    with pytest.raises(FinishError) as caught:
        draw(job(name, timeout=2.0))
    assert str(caught.value) == f"llmpipeline_finish '{__name__}:{name}' {reason}"


def test_failure_of_what_was_added_is_one_of_the_function() -> None:
    with pytest.raises(FinishError, match=r"^llmpipeline_finish .* failed: .*Unknown symbol: \\nosuch"):
        draw(job("write_wrong_formula"))


def test_missing_module() -> None:
    with pytest.raises(FinishError) as caught:
        draw(replace(job(""), finish=Finish("nosuch.module:finish")))
    reason = "ModuleNotFoundError: No module named 'nosuch'"
    assert str(caught.value) == f"llmpipeline_finish 'nosuch.module:finish' failed: {reason}"


def test_render_raises_what_the_function_raises() -> None:
    with pytest.raises(ValueError, match="no weights"):
        render(PIPELINE, finish=fail)


def test_settings_of_the_project_are_left_alone_and_change_nothing() -> None:
    plain = render(PIPELINE, finish=annotate)
    with mpl.rc_context({"font.size": 31, "text.color": "red", "svg.hashsalt": "mine"}):
        before = dict(mpl.rcParams)
        assert render(PIPELINE, finish=annotate) == plain
        assert dict(mpl.rcParams) == before


def test_function_may_make_the_figure_larger_and_give_it_a_ground() -> None:
    def enlarge(figure: Figure, boxes: Boxes) -> None:
        figure.set_size_inches(10, 5)
        figure.set_frameon(True)
        figure.set_facecolor("#ff0000")

    root = read(render(PIPELINE, finish=enlarge))
    assert (root.get("width"), root.get("height")) == ("720", "360")
    assert "#f00" in [path.get("fill") for path in root.iter()] or "#ff0000" in [p.get("fill") for p in root.iter()]
    pixels = image.imread(io.BytesIO(render(PIPELINE, format="png", finish=enlarge)))
    assert pixels.shape[:2] == (360, 720)
    assert tuple(pixels[0, 0, :3]) == (1.0, 0.0, 0.0)


def test_resolution_that_the_function_sets_does_not_matter() -> None:
    def coarse(figure: Figure, boxes: Boxes) -> None:
        annotate(figure, boxes)
        figure.set_dpi(20)

    for format in FORMATS:
        assert render(PIPELINE, format=format, finish=coarse) == render(PIPELINE, format=format, finish=annotate)


def test_colours_are_next_to_those_of_the_style() -> None:
    seen: list[str] = []

    def note(figure: Figure, boxes: Boxes) -> None:
        seen.extend(mpl.rcParams["axes.prop_cycle"].by_key()["color"])
        seen.extend([mpl.rcParams["text.color"], mpl.rcParams["axes.facecolor"]])

    render(PIPELINE, finish=note)
    assert len({*seen}) == len(seen)
    strokes = [look.light.stroke for look in MODERN.categories.values()]
    wanted = [*strokes, MODERN.edge_text_light, MODERN.nodes["node"].light.fill]
    apart = [np.subtract(mpl.colors.to_rgb(one), mpl.colors.to_rgb(other)) for one, other in zip(seen, wanted)]  # noqa: B905 -- a style may have more categories than a palette
    assert float(np.abs(apart).max()) * 255 < 4


def test_narrow_drawing_is_finished_too() -> None:
    chain = parse("a -> " + " -> ".join(f"name_number_{letter}" for letter in "bcdefgh"), direction="LR")
    wide = replace(job("annotate"), pipeline=chain, narrow=300.0)
    svgs = draw(wide).svgs()
    assert [svg.count(">above</text>") for svg, _ in svgs] == [1, 1]
