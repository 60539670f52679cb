"""Notes beside nodes and groups in real builds: markup, links, lists, search, translations, errors."""

from __future__ import annotations

import io

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.conftest import Project

INDEX = """
Title
=====

.. _there:

Section
-------

.. llmpipeline::

   model a: A
   group g: G
      model b: B
   a -> b
   note of a: see :ref:`there`, *always*
      - peculiar
   note of g: elsewhere
      :link: https://example.org
      :tooltip: a hint
"""


def test_page(project: Project) -> None:
    build = project.write({"index.rst": INDEX}).build("html", "-W")
    page = build.read("index.html")
    of_a, of_g = page.split('<g class="llmpipeline-callout"')[1:]
    assert '<a href="#there"><text' in of_a
    assert ">always</text>" in of_a
    assert '<title class="nohighlight">a hint</title>\n<a href="https://example.org">' in of_g
    assert "Note of A: see Section, always (peculiar). Note of G: elsewhere.</desc>" in page
    assert "<li>Note: see " in page
    assert '"peculiar"' in build.read("searchindex.js")


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "texinfo", "xml"])
def test_other_builders(project: Project, builder: str) -> None:
    assert project.write({"index.rst": INDEX}).build(builder, "-W").warnings == ""


def test_text(project: Project) -> None:
    text = project.write({"index.rst": INDEX}).build("text", "-W").read("index.txt")
    assert [line.strip() for line in text.splitlines() if line.strip()][4:] == [
        "* A",
        "* Note: see Section, *always* (peculiar)",
        "* → B",
        "* **G**",
        "* Note: elsewhere: https://example.org",
        "* B",
    ]


def test_notes_are_translated(project: Project) -> None:
    project.write({"index.rst": INDEX}, 'language = "de"\nlocale_dirs = ["locale"]\n')
    template = project.build("gettext").read("index.pot")
    assert 'msgid "see :ref:`there`, *always* - peculiar"' in template
    folder = project.source / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = read_po(io.StringIO('msgid "elsewhere"\nmsgstr "anderswo"\n'))
    with (folder / "index.mo").open("wb") as file:
        write_mo(file, catalogue)
    page = project.build("html", "-W").read("index.html")
    assert ">anderswo</text>" in page
    assert "Anmerkung zu G: anderswo." in page
    assert "<li>Anmerkung: anderswo" in page


def test_markdown(project: Project) -> None:
    source = "# Title\n\n```{llmpipeline}\nnode a: A\nnote of a: **bold** and *slanted*\n```\n"
    build = project.write({"index.md": source}, 'extensions += ["myst_parser"]').build("html", "-W")
    note = build.read("index.html").split('<g class="llmpipeline-callout"')[1]
    assert 'font-weight="700"' in note
    assert 'font-style="italic"' in note


def test_error_stands_at_its_line(project: Project) -> None:
    project.write({"index.rst": INDEX.replace("note of g", "note of h")})
    message = "unknown node 'h'; declare it on a line of its own, as in 'h: Label'"
    assert (
        f"index.rst:18:12: WARNING: {message}\n    note of h: elsewhere\n            ^"
        in project.build("html").warnings
    )
