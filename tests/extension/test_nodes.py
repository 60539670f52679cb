"""What other parts of Sphinx see of a diagram: its description in catalogues, and no text in summaries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from tests.drawings import read_all

if TYPE_CHECKING:
    from conftest import Project

INDEX = """\
Title
=====

.. llmpipeline::
   :alt: First a,
      then b

   a -> b

See |flow|.

.. |flow| llmpipeline::
   :alt: In a line

   c -> d
"""
CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "First a, then b"
msgstr "Erst *a*, dann b"

msgid "In a line"
msgstr "In einer Zeile"
"""


def test_alt_is_in_the_catalogue_at_the_line_of_the_diagram(project: Project) -> None:
    template = project.write({"index.rst": INDEX}).build("gettext", "-W").read("index.pot")
    found = {text: line for line, text in re.findall(r'#: .*index.rst:(\d+)\nmsgid "(.*)"', template)}
    assert found == {
        "Title": "2", "First a, then b": "4", "a": "8", "b": "8",
        "See |flow|.": "10", "In a line": "12", "c": "15", "d": "15",
    }  # fmt: skip


def test_alt_is_translated(project: Project) -> None:
    conf = 'language = "de"\nlocale_dirs = ["locale"]'
    project.write({"index.rst": INDEX, "locale/de/LC_MESSAGES/index.po": CATALOGUE}, conf)
    page = project.run("html", "-W").read("index.html")
    first, second = read_all(page)
    # Plain text, as the description of an image is.
    assert (first[1].text, second[1].text) == ("Erst *a*, dann b", "In einer Zeile")
    assert "translated" not in (first.get("class") or "")


def test_diagram_without_alt_has_no_message_of_its_own() -> None:
    diagram = pipeline_diagram()
    diagram.preserve_original_messages()
    assert diagram.extract_original_messages() == []


@pytest.mark.parametrize("format", ["svg", "png"])
def test_summary_of_a_page_has_no_labels(project: Project, format: str) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: Corpus\n   b: Base\n   a -> b\n\nThe |flow| first paragraph.\n\n"
    index += ".. |flow| llmpipeline::\n\n   c -> d\n"
    conf = f"""
    extensions.append("sphinxext.opengraph")
    ogp_site_url = "https://example.org/"
    llmpipeline_formats = {{"html": "{format}"}}
    """
    page = project.write({"index.rst": index}, conf).build("html", "-W").read("index.html")
    assert re.findall(r'<meta property="og:description" content="(.*?)"', page) == ["The first paragraph."]


def test_title_with_a_diagram_has_no_labels(project: Project) -> None:
    index = "Title |flow|\n============\n\n.. |flow| llmpipeline::\n\n   c -> d\n"
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert "<title>Title " in page
    assert "cd" not in page[page.index("<title>") : page.index("</title>")]
