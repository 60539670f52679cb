"""Documents whose diagrams are converted."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sphinxext.llmpipeline.conversion.documents import Document, convert_document
from sphinxext.llmpipeline.conversion.escaping import Markup
from tests.conftest import Project

RST = r"""
Title
=====

Before.

.. mermaid::
   :name: steps
   :caption: All *steps*
   :zoom:

   graph LR
     a["run_"] --> b

Between.

* An item

  .. digraph:: loop

     a -> b

  .. code-block:: rst

     .. mermaid::

        graph LR

.. mermaid::

   sequenceDiagram
     a->>b: hello
"""
MARKDOWN = """
# Title

```mermaid
---
title: All steps
---
graph LR
  a["5 < 6 & <x>"] --> b
```

- An item

  :::{graphviz}
  :alt: A loop
  digraph { a -> a }
  :::
"""


def converted(text: str, markup: Markup, files: dict[str, str] | None = None) -> Document:
    def read(name: str) -> str:
        if name not in (files or {}):
            raise FileNotFoundError(2, "No such file or directory")
        return (files or {})[name]

    return convert_document(text, markup, read)


def test_restructuredtext() -> None:
    found = converted(RST, "rst")
    assert (
        found.text
        == r"""
Title
=====

Before.

.. llmpipeline::
   :name: steps
   :caption: All *steps*

   a: run\_
   b
   a -> b

Between.

* An item

  .. llmpipeline::

     a
     b
     a -> b

  .. code-block:: rst

     .. mermaid::

        graph LR

.. mermaid::

   sequenceDiagram
     a->>b: hello
"""
    )
    assert found.count == 2
    assert [str(remark) for remark in found.remarks] == [
        "line 7: the option 'zoom' is left out: every diagram that is larger than its page has a full-size view"
    ]
    assert [str(failure) for failure in found.failures] == [
        "line 31: a 'sequenceDiagram' is not converted: expected a flowchart, which begins with 'flowchart' or 'graph'"
    ]


def test_markdown() -> None:
    found = converted(MARKDOWN, "myst")
    assert (
        found.text
        == r"""
# Title

```{llmpipeline}
:caption: All steps

a: 5 < 6 & \<x>
b
a -> b
```

- An item

  :::{llmpipeline}
  :alt: A loop

  a
  a -> a
  :::
"""
    )
    assert (found.count, found.remarks, found.failures) == (2, (), ())


def test_converting_again_changes_nothing() -> None:
    for text, markup in ((RST, "rst"), (MARKDOWN, "myst")):
        once = converted(text, markup).text  # type: ignore[arg-type]  # literals
        assert converted(once, markup).text == once  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "text", "markup"), [("index.rst", RST, "rst"), ("index.md", MARKDOWN, "myst")])
def test_converted_documents_build_without_a_warning(project: Project, name: str, text: str, markup: Markup) -> None:
    whole = converted(text, markup).text.split(".. mermaid::\n\n   sequenceDiagram")[0]
    build = project.write(
        {name: whole}, "extensions += ['myst_parser']\nmyst_enable_extensions = ['colon_fence']"
    ).build()
    assert (build.status, build.warnings) == (0, "")
    assert build.read("index.html").count("<svg role=") == 2


def test_a_body_in_a_file() -> None:
    text = ".. graphviz:: images/a.dot\n   :align: right\n"
    found = converted(text, "rst", {"images/a.dot": "digraph {\n // why\n a -> b [style=invis] }"})
    assert found.text == ".. llmpipeline:: images/a.txt\n   :align: right\n"
    assert found.bodies == {"images/a.txt": "node a\nnode b\n"}
    assert {remark.line for remark in found.remarks} == {1}


def test_a_file_that_is_there_is_not_overwritten() -> None:
    text = ".. mermaid:: a.mmd\n\n.. mermaid:: a.mmd\n\n.. mermaid:: b.mmd\n"
    files = {"a.mmd": "graph LR\n a --> b", "a.txt": "Notes.", "b.mmd": "graph LR\n a --> b", "b.txt": "a\nb\na -> b\n"}
    found = converted(text, "rst", files)
    assert [line for line in found.text.split("\n") if line] == [
        ".. llmpipeline:: a-2.txt",
        ".. llmpipeline:: a-2.txt",
        ".. llmpipeline:: b.txt",
    ]
    assert found.bodies == {"a-2.txt": "a\nb\na -> b\n", "b.txt": "a\nb\na -> b\n"}


def test_line_ends_of_windows_are_kept() -> None:
    found = converted("```mermaid\r\ngraph LR\r\n a --> b\r\n```\r\n", "myst")
    assert found.text == "```{llmpipeline}\r\na\r\nb\r\na -> b\r\n```\r\n"


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        (".. graphviz:: no.dot\n", "line 1: cannot read 'no.dot': No such file or directory"),
        (".. mermaid::\n", "line 2: expected the text of a diagram, or the name of a file"),
        (
            ".. graphviz::\n\n   digraph {\n     a ->\n   }\n",
            "line 5: Graphviz cannot read this: syntax error near '}'",
        ),
        (".. digraph:: g\n\n   a ->\n", "line 4: Graphviz cannot read this: syntax error near '}'"),
    ],
)
def test_diagrams_with_errors_stay_as_they_are(text: str, failure: str) -> None:
    found = converted(dedent(text), "rst")
    assert (found.text, found.count) == (text, 0)
    assert [str(one) for one in found.failures] == [failure]


def test_options_of_the_directive_count_more_than_those_of_the_diagram() -> None:
    text = "```{mermaid}\n:title: Mine\n:width: 50%\n\n---\ntitle: Other\n---\ngraph BT\n a --> b\n```\n"
    assert converted(text, "myst").text.splitlines()[1:4] == [":width: 50%", ":caption: Mine", ":direction: BT"]
