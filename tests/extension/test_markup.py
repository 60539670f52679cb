"""Inline markup as docutils and MyST read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.drawings import SVG, read_all

if TYPE_CHECKING:
    from conftest import Project

LABEL = "'What is 2+2?' -- \"it's\"... (c)"
DIAGRAM = f"a: {LABEL}\n   :note: {LABEL}\n   :tooltip: {LABEL}\nb: *{LABEL}*\na -> b: {LABEL}\n"
RST = 'Title\n=====\n\nThe "page".\n\n.. llmpipeline::\n   :caption: The "caption"\n\n'
RST += "".join(f"   {line}\n" for line in DIAGRAM.splitlines())
MYST = f'# Title\n\nThe "page".\n\n```{{llmpipeline}}\n:caption: The "caption"\n\n{DIAGRAM}```\n'
EXTENSIONS = 'extensions += ["myst_parser"]\nllmpipeline_label_width = 1000\n'
TYPOGRAPHIC = f'{EXTENSIONS}myst_enable_extensions = ["smartquotes", "replacements"]\n'


@pytest.mark.parametrize(
    ("index", "content", "conf"),
    [("index.rst", RST, EXTENSIONS), ("index.md", MYST, EXTENSIONS), ("index.md", MYST, TYPOGRAPHIC)],
)
@pytest.mark.parametrize("first", ["html", "text"])
def test_quotes_of_labels_stay_as_written(project: Project, index: str, content: str, conf: str, first: str) -> None:
    """Whichever builder reads the document: the one that has smart quotes, or the other."""
    project.write({index: content}, conf).build(first, "-W")
    page = project.build("html", "-W").read("index.html")
    (drawing,) = read_all(page)
    assert [text.text for text in drawing.iter(f"{SVG}text")] == [LABEL] * 4
    assert [title.text for title in drawing.iter(f"{SVG}title")][1:] == [LABEL]
    assert LABEL in project.build("text", "-W").read("index.txt")
    smart = first == "html" or conf is TYPOGRAPHIC
    assert ("The “page”" in page, "The “caption”" in page) == (smart, smart)


def test_quotes_after_a_diagram_are_smart_again(project: Project) -> None:
    content = f'{MYST}\nIs it "smart"?\n'
    project.write({"index.md": content}, f"{TYPOGRAPHIC}smartquotes = False\n")
    assert "Is it “smart”?" in project.build("html", "-W").read("index.html")
