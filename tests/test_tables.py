"""Rows and grids in real builds."""

from __future__ import annotations

import pytest

from tests.conftest import Project

INDEX = """
.. llmpipeline::
   :colormap: Blues

   category spam: Unwanted
   row words: The | *cat* | sat
      :link: https://example.org/the | | https://example.org/sat
      :category: | spam |
   grid scores: Scores
      :value: cells
      first: 0.5 | 0.25
      second: 1 | 0
   words.2 -> scores.first.1: how much
   words -> scores
"""


def test_cells_are_nodes_of_the_page(project: Project) -> None:
    page = project.write({"index.rst": INDEX}).build("html", "-W").read("index.html")
    for id in ("words.1", "words.2", "words.3", "scores.first.1", "scores.second.2"):
        assert page.count(f'data-id="{id}"') == 1
    assert 'href="https://example.org/the"' in page
    assert "llmpipeline-category-spam" in page
    assert 'data-source="words.2" data-target="scores.first.1"' in page
    assert 'data-value="0.25"' in page
    assert "llmpipeline-colorbar" in page
    assert page.count(">0.5</text>") + page.count(">0.5<") >= 1
    assert ">0.25</text>" in page


def test_lists_have_a_line_for_each_row(project: Project) -> None:
    text = project.write({"index.rst": INDEX}).build("text", "-W").read("index.txt")
    assert " ".join(text.split()) == (
        "* The: https://example.org/the | *cat* (Unwanted) | sat: https://example.org/sat "
        "* → Scores * cat → 0.5: how much * **Scores** * 0.5 | 0.25 * 1 | 0"
    )


def test_spoken_description(project: Project) -> None:
    page = project.write({"index.rst": INDEX}).build("html", "-W").read("index.html")
    assert "The, cat, sat leads to Scores." in page


def test_cells_are_translated_one_by_one(project: Project) -> None:
    template = project.write({"index.rst": INDEX}).build("gettext").read("index.pot")
    for text in ("The", "*cat*", "sat", "Scores", "how much"):
        assert f'msgid "{text}"' in template
    assert template.count('msgid ""') == 1


def test_markdown(project: Project) -> None:
    body = "\n".join(line.removeprefix("   ") for line in INDEX.splitlines()[4:])
    source = f"# Title\n\n```{{llmpipeline}}\n:colormap: Blues\n{body}\n```\n"
    build = project.write({"index.md": source}, 'extensions += ["myst_parser"]').build("html", "-W")
    assert 'data-id="scores.second.2"' in build.read("index.html")


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "xml"])
def test_other_builders(project: Project, builder: str) -> None:
    assert project.write({"index.rst": INDEX}).build(builder, "-W").warnings == ""
