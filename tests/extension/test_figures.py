"""Where a picture stands: in a figure, in the text of a LaTeX document, in a paragraph by a substitution."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from sphinxext.llmpipeline.messages import NOT_DRAWN
from tests.drawings import SVG, read_all

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Project

SUBSTITUTION = """\
Title
=====

Before |flow| after.

.. |flow| llmpipeline::
   :alt: The flow

   a: A *to*
     :link: https://example.org
   b
   a -> b
"""
IN_PLACE = """\
Title
=====

See :ref:`this <named>`, [#plain]_ and [#captioned]_.

.. llmpipeline::
   :name: named

   a -> b

.. llmpipeline::
   :align: right

   b -> c

.. llmpipeline::
   :align: left

   a ->

====== ================
Cell   .. llmpipeline::

          c -> d
====== ================

.. [#plain] Plain.

   .. llmpipeline::

      d -> e

.. [#captioned] Captioned.

   .. llmpipeline::
      :caption: Caption of a note

      e -> f
"""


def pdf_text(folder: Path, program: Callable[[str], str]) -> str:
    """The text of the PDF that LaTeX makes."""
    command = (program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    command = (program("pdftotext"), "-layout", "pipelines.pdf", "-")
    shown = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return " ".join(shown.split())


# Substitutions


def test_substitution_is_drawn_inside_its_paragraph(project: Project) -> None:
    page = project.write({"index.rst": SUBSTITUTION}).build("html", "-W").read("index.html")
    (drawing,) = read_all(page)
    assert drawing[1].text == "The flow"
    assert [text.text for text in drawing.iter(f"{SVG}text")] == ["A ", "to", "b"]
    paragraph = page[page.index("<p>Before") : page.index("after.</p>")]
    assert '<p>Before <span class="llmpipeline-scroll" tabindex="0">\n<svg ' in paragraph
    assert '<a href="https://example.org">' in paragraph
    assert "<div" not in paragraph
    assert "<ul" not in paragraph


def test_substitution_is_an_image_inside_its_paragraph_in_latex(project: Project) -> None:
    build = project.write({"index.rst": SUBSTITUTION}).build("latex", "-W")
    (drawing,) = build.out.glob("*.pdf")
    image = rf"\sphinxincludegraphics[scale=0.75]{{{{{drawing.stem}}}.pdf}}"
    assert rf"Before {image} (Links: \sphinxhref{{https://example.org}}{{A to}}) after." in build.read("pipelines.tex")


def test_substitution_is_its_description_in_text(project: Project) -> None:
    build = project.write({"index.rst": SUBSTITUTION}).build("text", "-W")
    assert build.read("index.txt") == "Title\n*****\n\nBefore The flow after.\n"
    project.write({"index.rst": SUBSTITUTION.replace("   :alt: The flow\n", "")})
    assert "Before The diagram starts with A to. A to leads to b. It ends with b.\nafter." in (
        project.build("text", "-W").read("index.txt")
    )


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "epub", "man", "texinfo", "xml", "gettext", "dummy"])
def test_substitution_builds(project: Project, builder: str) -> None:
    index = SUBSTITUTION.replace("Title\n", "Title |flow|\n").replace("=====", "============")
    build = project.write({"index.rst": index}).build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")


NESTED = """
.. |flow| llmpipeline::

   q -> r

.. llmpipeline::

   data raw: Raw |flow|
   model m: Model
   raw -> m: train |flow|
"""


@pytest.mark.parametrize("builder", ["html", "text", "man", "latex", "xml", "epub"])
def test_a_label_does_not_hold_a_diagram(project: Project, builder: str) -> None:
    build = project.write({"index.rst": f"Title\n=====\n{NESTED}"}).build(builder)
    said = "a text of a diagram cannot hold another diagram: remove the substitution [llmpipeline.syntax]"
    assert build.status == 0
    assert build.warnings.splitlines() == [
        f"index.rst:10: WARNING: 'Raw |flow|': {said}",
        f"index.rst:12: WARNING: 'train |flow|': {said}",
    ]
    if builder == "html":
        (drawing,) = read_all(build.read("index.html"))
        assert [text.text.strip() for text in drawing.iter(f"{SVG}text") if text.text] == ["train", "Raw", "Model"]


def test_title_with_a_diagram_is_listed_without_it(project: Project) -> None:
    files = {
        "index.rst": "Start\n=====\n\n.. toctree::\n\n   page\n",
        "page.rst": "Page |flow|\n===========\n\n.. |flow| llmpipeline::\n\n   a -> b\n",
    }
    build = project.write(files).build("html", "-W")
    assert 'href="page.html">Page </a>' in build.read("index.html")
    assert len(read_all(build.read("page.html"))) == 1


def test_each_use_of_a_substitution_is_drawn_and_its_definition_is_not(project: Project) -> None:
    index = SUBSTITUTION + "\n* |flow|\n\n.. |unused| llmpipeline::\n\n   x -> y\n"
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert len({drawing[0].get("id") for drawing in read_all(page)}) == 2
    assert len(project.drawings()) == 1
    assert len(list(project.doctree().findall(pipeline_diagram))) == 2


def test_substitution_of_the_prolog(project: Project) -> None:
    conf = 'rst_prolog = """\n.. |flow| llmpipeline::\n\n   a -> b\n"""'
    page = project.write({"index.rst": "See |flow|.\n"}, conf).build("html", "-W").read("index.html")
    assert len(read_all(page)) == 1


def test_options_of_a_figure_do_nothing_in_a_substitution(project: Project) -> None:
    options = "   :name: here\n   :caption: C\n   :align: left\n   :figclass: big\n"
    index = f"See |flow|.\n\n.. |flow| llmpipeline::\n{options}   :class: small\n\n   a -> b\n"
    build = project.write({"index.rst": index}).build("html")
    assert build.warnings == "".join(
        f"index.rst:3: WARNING: option '{name}' does nothing in a substitution definition, because there is no figure "
        "[llmpipeline.syntax]\n"
        for name in ("name", "caption", "align", "figclass")
    )
    (drawing,) = read_all(build.read("index.html"))
    assert drawing.get("class") == "llmpipeline small llmpipeline-style-modern"


def test_substitution_with_errors_is_a_note(project: Project) -> None:
    build = project.write({"index.rst": "See |flow|.\n\n.. |flow| llmpipeline::\n\n   a ->\n"}).build("html")
    assert build.warnings == (
        "index.rst:5:6: WARNING: expected an id after '->'\n    a ->\n      ^~ [llmpipeline.syntax]\n"
    )
    assert f'<p>See <span class="llmpipeline-failed">{NOT_DRAWN}</span>.</p>' in build.read("index.html")


def test_substitution_that_cannot_be_drawn_is_its_description(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", lambda job: 1 / 0)
    page = project.write({"index.rst": SUBSTITUTION}).build("html").read("index.html")
    assert f'<span class="llmpipeline-description">{NOT_DRAWN} The flow</span> after.</p>' in page


# LaTeX


def test_latex_has_no_float_without_a_caption(project: Project) -> None:
    source = project.write({"index.rst": IN_PLACE}).build("latex").read("pipelines.tex")
    assert r"\begin{figure}" not in source
    assert r"\begin{wrapfigure}" not in source
    targets = "\n".join(
        rf"\phantomsection\label{{\detokenize{{index:{id}}}}}" for id in ("named", "named-a", "named-b")
    )
    assert f"\n\n{targets}\n\\noindent{{\\hspace*{{\\fill}}\\sphinxincludegraphics[scale=0.75]" in source
    placed = re.findall(r"^\\noindent\{(.*)\\sphinxincludegraphics.*?\.pdf\}(.*)\}$", source, re.MULTILINE)
    fill = r"\hspace*{\fill}"
    assert placed == [(fill, fill), (fill, fill), (fill, fill), (fill, ""), (fill, fill)]  # notes come first


def test_latex_keeps_a_figure_with_a_caption(project: Project) -> None:
    index = ".. llmpipeline::\n   :caption: C\n\n   a -> b\n"
    source = project.write({"index.rst": index}).build("latex", "-W").read("pipelines.tex")
    assert "\\begin{figure}[htbp]\n\\centering" in source
    assert r"\caption{C}" in source


def test_latex_keeps_other_figures(project: Project) -> None:
    index = ".. figure:: shot.png\n\n.. llmpipeline::\n\n   a -> b\n"
    source = project.write({"index.rst": index, "shot.png": b""}).build("latex", "-W").read("pipelines.tex")
    assert source.count(r"\begin{figure}") == 1


@pytest.mark.program
def test_latex_compiles_with_diagrams_in_tables_and_footnotes(project: Project, program: Callable[[str], str]) -> None:
    text = pdf_text(project.write({"index.rst": IN_PLACE}).build("latex").out, program)
    for part in ("Plain.", "Captioned.", "Caption of a note", "a ->", NOT_DRAWN):
        assert part in text


@pytest.mark.program
def test_latex_compiles_with_a_diagram_in_a_paragraph(project: Project, program: Callable[[str], str]) -> None:
    index = SUBSTITUTION.replace("Title\n", "Title |flow|\n").replace("=====", "============")
    text = pdf_text(project.write({"index.rst": index}).build("latex", "-W").out, program)
    assert "(Links: A to) after." in text


# References

REFERENCES = """\
.. llmpipeline::

   url: https://example.org/a
     :link: https://example.org/a
   text: See `the docs <https://example.org/b>`__
     :link: https://example.org/b
   other: See `more <https://example.org/c>`__
     :link: https://example.org/d
   twin: `more <https://example.org/c>`__
   url -> text -> other -> twin
"""


def test_link_that_the_label_has_already_is_listed_once(project: Project) -> None:
    project.write({"index.rst": REFERENCES})
    (line,) = re.findall(r"^Links: (.*)$", project.build("latex", "-W").read("pipelines.tex"), re.MULTILINE)
    url = "https://example.org/"
    assert line == (
        rf"\sphinxurl{{{url}a}}, \sphinxhref{{{url}b}}{{the docs}}, \sphinxhref{{{url}c}}{{more}}, "
        rf"\sphinxhref{{{url}d}}{{See more}}"
    )
    shown = " ".join(project.build("text", "-W").read("index.txt").split())
    assert "* https://example.org/a * → See the docs" in shown
    assert "* See the docs: https://example.org/b * →" in shown
    assert "* See more: https://example.org/d * →" in shown
    page = project.build("html", "-W").read("index.html")
    listed = page[page.index('class="llmpipeline-text"') :]
    assert listed.count("https://example.org/a") == 1
