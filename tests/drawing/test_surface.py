"""What a scene says to its surface about the strokes of lines, each surface draws in its way."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.backends.backend_agg import RendererAgg

from sphinxext.llmpipeline import MODERN, figure, parse
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import SVG, read

FAN = "hub ..> a, b, c, d"


class Renderer(RendererAgg):
    """Records how many of its lines are dashed, and where the dashes of each begin."""

    def __init__(self) -> None:
        super().__init__(2000, 2000, 72)
        self.dashes: list[float] = []

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803 -- matplotlib's
        away, dashes = gc.get_dashes()
        if dashes is not None:
            self.dashes.append(away)


def test_a_hidden_stroke_is_on_pages_alone() -> None:
    pipeline = parse(FAN)
    root = read(draw(Job(pipeline, MODERN, "svg")).data)
    lines = [path for path in root.iter(f"{SVG}path") if "stroke-dasharray" in path.attrib]
    hidden = [path for path in lines if path.get("visibility") == "hidden"]
    renderer = Renderer()
    figure(pipeline).draw(renderer)
    assert len(hidden) >= 2
    assert len(renderer.dashes) == len(lines) - len(hidden)


def test_dashes_begin_where_they_would_without_what_is_hidden() -> None:
    pipeline = parse(FAN)
    root = read(draw(Job(pipeline, MODERN, "svg")).data)
    seen = [path.attrib for path in root.iter(f"{SVG}path") if "stroke-dasharray" in path.attrib]
    begins = [float(path.get("stroke-dashoffset", 0.0)) for path in seen if "visibility" not in path]
    renderer = Renderer()
    figure(pipeline).draw(renderer)
    period = sum(MODERN.edges[pipeline.edges[0].kind].dash)
    assert any(begins)
    assert [away % period for away in renderer.dashes] == pytest.approx(begins, abs=0.1)


def test_an_arrowhead_upon_another_is_hidden() -> None:
    root = read(draw(Job(parse("a, b, c -> hub"), MODERN, "svg")).data)
    paths = [path for part in root.iter(f"{SVG}g") if "llmpipeline-edge" in part.get("class", "") for path in part]
    heads = [path.attrib for path in paths if path.get("d", "").endswith("z")]
    assert len({head["d"] for head in heads}) == 1
    assert ["visibility" in head for head in heads] == [False, True, True]
