"""Files of Mermaid and DOT are drawn where documents name them, with errors at their lines."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from tests.conftest import Project

INDEX = "Title\n=====\n\n.. llmpipeline:: {}\n   :name: flow\n"
MERMAID = "---\ntitle: The flow\n---\ngraph RL\n  a[Data *x*] --> b[Model]\n  style a fill:#f00\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flow.mmd", "graph LR\n  a[Data] -->|clean| b[Model]\n"),
        ("flow.GV", 'digraph { a [label="Data"] b [label="Model"] a -> b [label="clean"] }'),
    ],
)
def test_a_file_of_another_language_is_drawn(name: str, text: str, project: Project) -> None:
    build = project.write({"index.rst": INDEX.format(name), name: text}).build("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    page = build.read("index.html")
    assert re.findall(r'data-id="([^"]*)"', page) == ["a", "b"]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == ["clean", "Data", "Model"]


def test_options_of_the_file_yield_to_those_of_the_directive(project: Project) -> None:
    text = INDEX.format("flow.mmd")
    project.write({"index.rst": text + "   :direction: TB\n", "flow.mmd": MERMAID}).build("html", "-W")
    (diagram,) = project.doctree().findall(pipeline_diagram)
    assert diagram.parent["names"] == ["flow"]
    assert diagram.parent.astext().endswith("The flow")
    project.write({"index.rst": text + "   :caption: Mine\n"}).build("html", "-W")
    (diagram,) = project.doctree().findall(pipeline_diagram)
    assert diagram.parent.astext().endswith("Mine")


def test_what_is_lost_is_a_remark(project: Project) -> None:
    project.write({"index.rst": INDEX.format("flow.mmd"), "flow.mmd": MERMAID})
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "-b", "html", project.source, project.root / "out"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "flow.mmd:6: colours of one object are left out, of 'a'" in done.stdout
    assert done.stderr == ""


def test_errors_and_warnings_stand_at_lines_of_the_file(project: Project) -> None:
    project.write({"index.rst": INDEX.format("flow.mmd"), "flow.mmd": "graph LR\n  a --> [oops\n"})
    assert project.build("html").warnings == (
        "flow.mmd:2: WARNING: expected the id of a node, not '[oops' [llmpipeline.syntax]\n"
    )
    project.write({"index.rst": INDEX.format("flow.mmd"), "flow.mmd": "sequenceDiagram\n  A->>B: Hi\n"})
    assert project.build("html").warnings == (
        "flow.mmd:1: WARNING: a 'sequenceDiagram' is not converted: expected a flowchart, which begins with "
        "'flowchart' or 'graph' [llmpipeline.syntax]\n"
    )


def test_a_changed_file_is_drawn_again(project: Project) -> None:
    project.write({"index.rst": INDEX.format("flow.mmd"), "flow.mmd": "graph LR\n  a --> b\n"}).build("html", "-W")
    build = project.write({"flow.mmd": "graph LR\n  a --> c\n"}).build("html", "-W")
    assert re.findall(r'data-id="([^"]*)"', build.read("index.html")) == ["a", "c"]
