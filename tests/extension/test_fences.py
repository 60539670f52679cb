"""Plain fences of Mermaid in Markdown are drawn if they are flowcharts."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Project

CONF = 'extensions += ["myst_parser"]\nllmpipeline_fences = ["mermaid"]\n'
FLOW = "# Title\n\n```mermaid\nflowchart LR\n  a[A *b*] --> b\n```\n"
OTHER = "\n```mermaid\nsequenceDiagram\n  A->>B: Hi\n```\n"


def drawn(page: str) -> list[str]:
    return re.findall(r'data-id="([^"]*)"', page)


def test_flowcharts_are_drawn_and_other_diagrams_shown_as_they_are(project: Project) -> None:
    build = project.write({"index.md": FLOW + OTHER}, CONF).build("html", "-W")
    assert build.warnings == ""
    page = build.read("index.html")
    assert drawn(page) == ["a", "b"]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == ["A *b*", "b"]
    assert "A-&gt;&gt;B: Hi" in page


def test_without_the_setting_fences_are_code(project: Project) -> None:
    conf = 'extensions += ["myst_parser"]\nsuppress_warnings = ["misc.highlighting_failure"]\n'
    page = project.write({"index.md": FLOW}, conf).build("html").read("index.html")
    assert drawn(page) == []


OTHER_EXTENSION = """\
from docutils import nodes
from docutils.parsers.rst import Directive, directives


class Mermaid(Directive):
    has_content = True
    option_spec = {"caption": directives.unchanged, "zoom": directives.flag}

    def run(self):
        text = f"{self.name} {'+'.join(sorted(self.options))} {self.content[0]}"
        return [nodes.paragraph(text, text)]


def setup(app):
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True}
"""


@pytest.mark.parametrize("first", [True, False])
def test_other_diagrams_are_left_to_the_directive_that_was_there(project: Project, first: bool) -> None:
    names = ["other_mermaid", "sphinxext.llmpipeline"]
    conf = f"import sys\nsys.path.insert(0, '.')\nextensions = {names if first else names[::-1]} + ['myst_parser']\n"
    text = OTHER.replace("```mermaid\n", "```{mermaid}\n:caption: One\n:zoom:\n")
    files = {"index.md": FLOW + text, "other_mermaid.py": OTHER_EXTENSION}
    build = project.write(files, f'{conf}llmpipeline_fences = ["mermaid"]\n').run("html", "-W")
    assert build.warnings == ""
    page = build.read("index.html")
    assert drawn(page) == ["a", "b"]
    assert "mermaid caption+zoom sequenceDiagram" in page


def test_the_directive_in_restructuredtext_and_its_options(project: Project) -> None:
    text = "Title\n=====\n\n.. mermaid::\n   :caption: A flow\n   :name: flow\n\n   graph LR\n      a --> [oops\n"
    build = project.write({"index.rst": text}, 'llmpipeline_fences = ["mermaid"]').build("html")
    assert build.warnings == ("index.rst:9: WARNING: expected the id of a node, not '[oops' [llmpipeline.syntax]\n")
    text = text.replace("[oops", "b")
    build = project.write({"index.rst": text}, 'llmpipeline_fences = ["mermaid"]').build("html", "-W")
    assert (build.warnings, drawn(build.read("index.html"))) == ("", ["a", "b"])
    assert 'id="flow"' in build.read("index.html")


def test_a_wrong_value_is_reported(project: Project) -> None:
    build = project.write({"index.rst": "Title\n=====\n"}, 'llmpipeline_fences = ["dot"]').build("html")
    assert build.warnings == (
        "WARNING: llmpipeline_fences: expected a list of languages, of which there is \"mermaid\", got ['dot'] "
        "[llmpipeline.config]\n"
    )
