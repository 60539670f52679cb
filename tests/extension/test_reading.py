"""Options of the directive as values, and what a fault in this package costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

from sphinxext.llmpipeline.extension import reading
from sphinxext.llmpipeline.extension.options import LEGEND
from sphinxext.llmpipeline.extension.reading import read_options, read_scale
from sphinxext.llmpipeline.messages import NOT_DRAWN
from sphinxext.llmpipeline.model.pipeline import Label, Scale

if TYPE_CHECKING:
    from conftest import Project


def test_wrong_option_has_its_default_and_a_message() -> None:
    assert read_options([LEGEND], {"legend": "no", "name": "x"}) == ({"legend": False}, [])
    assert read_options([LEGEND], {"legend": "left"}) == (
        {"legend": None},
        ["option 'legend': expected yes or no, not 'left'"],
    )


def test_wrong_range_leaves_the_rest_of_the_scale() -> None:
    scale, problems = read_scale({"colormap": "viridis", "range": "2 1"}, "node", has_values=True)
    assert scale == Scale("viridis")
    assert problems == ["option 'range': expected two numbers, the lower one first, such as 1B 1T, not '2 1'"]


def test_no_scale_without_options() -> None:
    assert read_scale({"style": "print"}, "node", has_values=True) == (None, [])
    assert read_scale({"colormap": "viridis"}, "edge", has_values=True) == (None, [])


def test_scale_of_nodes() -> None:
    options = {
        "colormap": "viridis", "norm": "Log", "range": "1B  1T", "value-label": "Model\nsize", "edge-widths": "1 8",
    }  # fmt: skip
    expected = Scale("viridis", "log", (1e9, 1e12), None, Label.plain("Model size"))
    assert read_scale(options, "node", has_values=True) == (expected, [])


def test_scale_of_edges() -> None:
    options = {"edge-colormap": "Blues", "edge-range": "-1 1", "edge-widths": "1.5 8", "colormap": "viridis"}
    expected = Scale("Blues", "linear", (-1.0, 1.0), (1.5, 8.0))
    assert read_scale(options, "edge", has_values=True) == (expected, [])
    assert read_scale({"edge-widths": "8 1"}, "edge", has_values=True) == (Scale(widths=(8.0, 1.0)), [])


@pytest.mark.parametrize(
    ("part", "name", "message"),
    [
        ("node", "norm", "option 'norm' does nothing without 'colormap'"),
        ("node", "value-label", "option 'value-label' does nothing without 'colormap'"),
        ("edge", "edge-norm", "option 'edge-norm' does nothing without 'edge-colormap' or 'edge-widths'"),
    ],
)
def test_option_that_does_nothing(part: Literal["node", "edge"], name: str, message: str) -> None:
    assert read_scale({name: "1 2"}, part, has_values=True) == (None, [message])


def test_widths_without_values_are_named_before_other_options() -> None:
    _, wrong = read_scale({"edge-norm": "log", "edge-widths": "1 8"}, "edge", has_values=False)
    assert wrong == ["option 'edge-widths': no edge has a value, such as ':value: 175B'"]


def test_scale_without_values() -> None:
    assert read_scale({"colormap": "viridis"}, "node", has_values=False) == (
        None,
        ["option 'colormap': no node has a value, such as ':value: 175B'"],
    )
    assert read_scale({"edge-widths": "1 8"}, "edge", has_values=False) == (
        None,
        ["option 'edge-widths': no edge has a value, such as ':value: 175B'"],
    )


@pytest.mark.parametrize("directive", [".. llmpipeline::", ".. |x| llmpipeline::"])
def test_a_diagram_that_cannot_be_read_costs_neither_the_page_nor_the_build(
    project: Project, monkeypatch: pytest.MonkeyPatch, directive: str
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise LookupError("oops")

    monkeypatch.setattr(reading, "parse", broken)
    end = "|x|" if "|x|" in directive else "here"
    project.write({"index.rst": f"Title\n=====\n\n{directive}\n\n   node a: Source\n\nThe end {end}.\n"})
    for _ in range(2):
        build = project.build("html")
        assert (build.status, build.warnings) == (
            0,
            "index.rst:4: WARNING: the diagram could not be read: LookupError: oops [llmpipeline.draw]\n",
        )
        page = build.read("index.html")
        assert NOT_DRAWN in page
        assert "The end" in page
    monkeypatch.undo()
    assert project.build("html").read("index.html").count("<svg role=") == 1
