"""Code blocks in the language."""

from __future__ import annotations

import re
from html import unescape
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline.extension.highlighting import MarkdownDocumentLexer
from tests.extension.test_config import own

if TYPE_CHECKING:
    from conftest import Project

INDEX = """\
Title
=====

.. code-block:: llmpipeline

   # How it is made
   model base: Base\\nmodel
     :note: see :doc:`index`
   base -> chat

   panel p: P
"""


def test_code_block_is_highlighted(project: Project) -> None:
    page = project.write({"index.rst": INDEX}).build("html", "-W").read("index.html")
    for part in (
        '<span class="c1"># How it is made</span>',
        '<span class="kt">model</span>',
        '<span class="nv">base</span>',
        '<span class="o">-&gt;</span>',
        '<span class="na">:note:</span>',
        '<span class="se">\\n</span>',
        '<span class="k">panel</span>',
    ):
        assert part in page
    assert "<svg" not in page


DOCUMENT = """\
Title
=====

.. code-block:: rst

   Text with ``code``.

   .. note::

      .. llmpipeline::
         :caption: One
            and two: 2
         :name: one

         # why
         model base: Base
         base -> chat

   .. llmpipeline:: flow.txt

   *After* it.
"""


def test_diagrams_in_code_blocks_of_restructuredtext_are_highlighted(project: Project) -> None:
    page = project.write({"index.rst": DOCUMENT}).build("html", "-W").read("index.html")
    for part in (
        '<span class="c1"># why</span>',
        '<span class="kt">model</span>',
        '<span class="o">-&gt;</span>',
        '<span class="ge">*After*</span>',
        '<span class="ow">llmpipeline</span>',
        '<span class="s">``code``</span>',
        '<span class="nc">:name:</span>',
    ):
        assert part in page
    assert '<span class="nv">two' not in page
    shown = unescape(re.sub(r"<[^>]+>", "", page[page.index('<div class="highlight">') : page.index("</pre>")]))
    assert shown.strip() == dedent(DOCUMENT.partition("rst\n\n")[2]).strip()


MARKDOWN = """\
# Title

````md
Text with `code`.

```{llmpipeline}
:caption: One
:  and two: 2
:name: one

# why
model base: Base
base -> chat
```

```{llmpipeline}
---
caption: Three
  and four
---
base ..> chat
```

*After* it.

```{llmpipeline} flow.txt
```

```python
model = 1
```
````
"""


def test_diagrams_in_code_blocks_of_markdown_are_highlighted(project: Project) -> None:
    conf = 'extensions += ["myst_parser"]'
    page = project.write({"index.md": MARKDOWN}, conf).build("html", "-W").read("index.html")
    for part in (
        '<span class="c1"># why</span>',
        '<span class="nc">:caption:</span>',
        '<span class="nc">:name:</span>',
        '<span class="nc">caption:</span>',
        '<span class="kt">model</span>',
        '<span class="o">-&gt;</span>',
        '<span class="o">..&gt;</span>',
        '<span class="ge">*After*</span>',
        '<span class="n">model</span>',
    ):
        assert part in page
    assert not re.search('<span class="n[vc]">[^<]*(two|four|and)', page)
    shown = unescape(re.sub(r"<[^>]+>", "", page[page.index('<div class="highlight">') : page.index("</pre>")]))
    assert shown.strip() == MARKDOWN.partition("md\n")[2].removesuffix("````\n").strip()


@pytest.mark.parametrize(
    "options",
    ["", ":caption: Two\n:name: two\n", "---\ncaption: Two\nname: two\n---\n"],
    ids=["none", "fields", "block"],
)
def test_a_block_in_an_item_of_a_markdown_list_is_highlighted(options: str) -> None:
    block = indent(f"```{{llmpipeline}}\n{options}model a: One\na -> b\n```\n", "  ")
    text = f"- An item:\n\n{block}\n- *Another* one.\n"
    found = [*MarkdownDocumentLexer().get_tokens_unprocessed(text)]
    assert "".join(piece for _, _, piece in found) == text
    assert all(text.startswith(piece, position) for position, _, piece in found)
    pieces = {(str(kind), piece.strip()) for _, kind, piece in found}
    assert {("Token.Keyword.Type", "model"), ("Token.Operator", "->"), ("Token.Generic.Emph", "*Another*")} <= pieces
    names = {piece.strip(":") for kind, piece in pieces if kind == "Token.Name.Class" and piece}
    assert names == ({"caption", "name"} if options else set())


def test_build_without_such_a_block_does_not_load_the_lexer(project: Project) -> None:
    report = """
    def setup(app):
        import json, pathlib, sys
        def report(app, exception):
            pathlib.Path(app.outdir, "loaded.json").write_text(json.dumps([*sys.modules]))
        app.connect("build-finished", report, priority=900)
    """
    build = project.write({"index.rst": "Title\n=====\n\n.. code-block:: python\n\n   1\n"}, report).run("html", "-W")
    assert not {"extension.highlighting", "language.lexer"} & own(build)
