"""Options of the directive as values, and what a fault in this package costs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Literal

import pytest

from sphinxext.llmpipeline.extension import reading
from sphinxext.llmpipeline.extension.options import LEGEND
from sphinxext.llmpipeline.extension.reading import read_options, read_scale
from sphinxext.llmpipeline.messages import NOT_DRAWN
from sphinxext.llmpipeline.model.pipeline import Label, Scale

if TYPE_CHECKING:
    from conftest import Build, Project


def test_wrong_option_has_its_default_and_a_message() -> None:
    assert read_options([LEGEND], {"legend": "no", "name": "x"}) == ({"legend": False}, [])
    assert read_options([LEGEND], {"legend": "left"}) == (
        {"legend": None},
        ["option 'legend': expected yes or no, not 'left'"],
    )


def test_wrong_range_leaves_the_rest_of_the_scale() -> None:
    scale, problems = read_scale({"colormap": "viridis", "range": "2 1"}, "node", has_values=True)
    assert scale == Scale("viridis")
    assert problems == ["option 'range': expected two numbers, the lower one first, such as '1B 1T', not '2 1'"]


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


BUILDERS = ["html", "epub", "latex", "text", "man", "texinfo", "xml"]
PAGES = (".html", ".xhtml", ".tex", ".txt", ".1", ".texi", ".xml")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def pages_of(build: Build) -> list[str]:
    """The pages of a build, which have no character that they cannot hold."""
    files = [file for file in build.out.iterdir() if file.suffix in PAGES]
    pages = [file.read_text(encoding="utf-8") for file in files]
    assert pages
    assert not any(map(UNPRINTABLE.search, pages))
    return pages


MODULE = r'''
def one(): pass


one.__doc__ = """
    .. llmpipeline::

       # \x01
       a: \ud800
"""


def two(): pass


two.__doc__ = """
    .. llmpipeline:: \ud800

       a: A
"""


def three(): pass


three.__doc__ = """
    .. llmpipeline::
       :alt: a\x01
       :caption: b\ud800
       :colormap: viridis
       :value-label: c\x02

       a: A
          :value: 1
       # \x03
       b: B
          :value: 2
"""
'''
"""Not docstrings: Python 3.13 compiles none with a lone surrogate."""


@pytest.mark.parametrize("builder", BUILDERS)
def test_no_page_gets_a_character_that_it_cannot_hold(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str
) -> None:
    conf = f"extensions += ['sphinx.ext.autodoc']\nsys.path.insert(0, {str(project.source)!r})"
    module = f"unprintable_{builder}"
    index = f"T\n=\n\n.. automodule:: {module}\n   :members:\n   :undoc-members:\n   :member-order: bysource\n"
    monkeypatch.setattr(sys, "path", [*sys.path])
    build = project.write({f"{module}.py": MODULE, "index.rst": index}, f"import sys\n{conf}").build(builder)
    assert build.status == 0
    found = re.findall(r"WARNING: (.*)", build.warnings)
    assert found == [
        "the character U+D800 cannot be drawn: remove it",
        "expected either a file or declarations, got both: remove one of them [llmpipeline.syntax]",
        "option 'alt': the character U+0001 cannot be drawn: remove it [llmpipeline.syntax]",
        "option 'caption': the character U+D800 cannot be drawn: remove it [llmpipeline.syntax]",
        "option 'value-label': the character U+0002 cannot be drawn: remove it [llmpipeline.syntax]",
    ]
    assert any("a: ?" in page for page in pages_of(build))


PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Alpha"\nmsgstr "A\x01"\n'


@pytest.mark.parametrize("builder", BUILDERS)
def test_translated_character_that_no_page_can_hold(project: Project, builder: str) -> None:
    index = "T\n=\n\n.. llmpipeline::\n\n   a: Alpha\n"
    project.write(
        {"index.rst": index, "locale/de/LC_MESSAGES/index.po": PO}, "language = 'de'\nlocale_dirs = ['locale']"
    )
    build = project.build(builder)
    assert (build.status, build.warnings) == (
        0,
        "index.rst:6: WARNING: the character U+0001 cannot be drawn: remove it from the text or its translation "
        "[llmpipeline.draw]\n",
    )
    assert any("A?" in page for page in pages_of(build)) is (builder != "latex")  # which has a picture
