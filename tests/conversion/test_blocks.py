"""Where diagrams stand in documents."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sphinxext.llmpipeline.conversion.blocks import Block, find_blocks
from sphinxext.llmpipeline.conversion.escaping import Markup
from tests.processes import output_of


def blocks(text: str, markup: Markup) -> list[Block]:
    return find_blocks(dedent(text).split("\n"), markup)


def test_directives() -> None:
    (mermaid, dot) = blocks(
        """
        Title
        =====

        .. mermaid::
           :caption: How it
              works

           graph LR
             a --> b

        * item

          .. digraph:: name

             a -> b
        """,
        "rst",
    )
    assert mermaid == Block(
        4, 9, "mermaid", "", {"caption": "How it works"}, "graph LR\n  a --> b", 8 + 1, "", ""
    )._replace(body_line=9, end=10)
    assert (dot.directive, dot.argument, dot.body, dot.indent) == ("digraph", "name", "a -> b", "  ")
    assert (mermaid.language, dot.language, dot.markup) == ("mermaid", "dot", "rst")


@pytest.mark.parametrize(
    "text",
    [
        ".. code-block:: rst\n\n   .. mermaid::\n\n      graph LR\n",
        "Write::\n\n   .. mermaid::\n\n      graph LR\n",
        ".. mermaids::\n\n   graph LR\n",
        ".. llmpipeline::\n\n   # .. mermaid::\n   a\n",
    ],
)
def test_listings_of_rst_are_no_diagrams(text: str) -> None:
    assert blocks(text, "rst") == []


def test_tabs_are_eight_spaces() -> None:
    (block,) = blocks("* a\n\n\t.. mermaid::\n\n\t\tgraph LR\n", "rst")
    assert (block.body, block.indent) == ("graph LR", " " * 8)


def test_a_directive_in_another_one_is_found() -> None:
    (block,) = blocks(".. note::\n\n   Text.\n\n   .. graphviz::\n\n      digraph { a }\n\n   Text.\n", "rst")
    assert (block.first, block.end, block.body, block.body_line) == (4, 7, "digraph { a }", 7)


@pytest.mark.parametrize(
    ("text", "directive", "argument", "options", "body", "line"),
    [
        ("```mermaid\ngraph LR\n```", "mermaid", "", {}, "graph LR", 2),
        ("```{mermaid}\n:align: center\n\ngraph LR\n```", "mermaid", "", {"align": "center"}, "graph LR", 4),
        ("~~~{mermaid}\n---\nalign: center\n---\ngraph LR\n~~~", "mermaid", "", {"align": "center"}, "graph LR", 5),
        (":::{graphviz} a.dot\n:::", "graphviz", "a.dot", {}, "", 2),
        ("````{note}\n```{digraph} g\na -> b\n```\n````", "digraph", "g", {}, "a -> b", 3),
        ("- item\n\n  ```mermaid\n  graph LR\n    a\n  ```", "mermaid", "", {}, "graph LR\n  a", 4),
        ("> ```mermaid\n> graph LR\n> ```", "mermaid", "", {}, "graph LR", 2),
        (
            "```mermaid\n---\ntitle: Hello\n---\ngraph LR\n```",
            "mermaid",
            "",
            {},
            "---\ntitle: Hello\n---\ngraph LR",
            2,
        ),
        ("```mermaid\ngraph LR\n a", "mermaid", "", {}, "graph LR\n a", 2),
        ("```{eval-rst}\n.. mermaid::\n\n   graph LR\n```", "mermaid", "", {}, "graph LR", 4),
    ],
)
def test_fences(text: str, directive: str, argument: str, options: dict[str, str], body: str, line: int) -> None:
    (block,) = blocks(text, "myst")
    assert (block.directive, block.argument, block.options, block.body, block.body_line) == (
        directive,
        argument,
        options,
        body,
        line,
    )


@pytest.mark.parametrize(
    "text",
    [
        "````md\n```mermaid\ngraph LR\n```\n````",
        "```{code-block} md\n~~~mermaid\ngraph LR\n~~~\n```",
        "```dot\ndigraph { a }\n```",
        "text ```mermaid```",
    ],
)
def test_listings_of_markdown_are_no_diagrams(text: str) -> None:
    assert blocks(text, "myst") == []


def test_a_long_line_of_quotes_is_no_fence() -> None:
    code = """
from sphinxext.llmpipeline.conversion.blocks import find_blocks
print(find_blocks([100_000 * "> ", "```mermaid", "graph LR", "```", 100_000 * "> "], "myst")[0].first)
"""
    assert output_of(code) == "1\n"


def test_many_blank_lines_and_fences() -> None:
    code = """
from sphinxext.llmpipeline.conversion.blocks import find_blocks
blank = 200_000 * [""]
print(find_blocks([*blank, ".. mermaid::", *blank, "   graph LR", *blank], "rst")[0].body)
print(find_blocks(["```mermaid", "graph LR", "```", *(20_000 * ["::: {note}"])], "myst")[0].body)
"""
    assert output_of(code) == "graph LR\ngraph LR\n"
