"""The directive: what it makes of options, content and files, and where it says that something is wrong."""

from __future__ import annotations

import pickle
import re
from importlib.metadata import version
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from docutils import nodes

from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_link, pipeline_text
from sphinxext.llmpipeline.extension.options import OPTIONS
from sphinxext.llmpipeline.messages import NOT_DRAWN
from sphinxext.llmpipeline.model.pipeline import Label, Scale

if TYPE_CHECKING:
    from conftest import Build, Project

MYST = """
extensions += ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["inc.*"]
"""


def read(project: Project, index: str, conf: str = "", **files: str | bytes) -> Build:
    """Read ``index.rst``, without drawing anything."""
    named = {name.replace("_", "."): content for name, content in files.items()}
    return project.write({"index.rst": index, **named}, conf).build("dummy")


def the_diagram(project: Project) -> pipeline_diagram:
    (diagram,) = project.doctree().findall(pipeline_diagram)
    return diagram


def the_figure(project: Project) -> nodes.figure:
    (figure,) = project.doctree().findall(nodes.figure)
    return figure


# The doctree


def test_seed_is_a_figure_with_a_caption_and_one_text_for_each_label(project: Project, seed: str) -> None:
    assert read(project, seed).warnings == ""
    figure = the_figure(project)
    diagram, caption = figure.children
    assert figure["ids"] == ["llm-building-process"]
    assert figure["names"] == ["llm-building-process"]
    assert figure["classes"] == ["llmpipeline-figure"]
    assert figure.line == 2
    assert isinstance(diagram, pipeline_diagram)
    assert isinstance(caption, nodes.caption)
    assert caption.astext() == "How a large language model is built"
    index = str(project.source / "index.rst")
    assert (caption.source, caption.line, diagram.source, diagram.line) == (index, 2, index, 2)
    assert [(type(text), text.astext(), text.source, text.line) for text in diagram.children] == [
        (pipeline_text, "Model Architecture\n(Decoder)", index, 6),
        (pipeline_text, "General Purpose Model\n(GPT-3)", index, 7),
        (pipeline_text, "Model with Specific Tasks\n(ChatGPT)", index, 8),
        (pipeline_text, "Pre-training\n(General Knowledge)", index, 10),
        (pipeline_text, "Fine-tuning\n(Specialized Learning)", index, 11),
    ]


def test_diagram_without_options_is_a_figure_without_caption_and_ids(project: Project) -> None:
    assert read(project, ".. llmpipeline::\n\n   a -> b\n").warnings == ""
    figure = the_figure(project)
    assert [type(child) for child in figure.children] == [pipeline_diagram]
    assert figure["ids"] == []
    assert "align" not in figure


def test_labels_are_inline_markup(project: Project) -> None:
    text = ".. llmpipeline::\n\n   a: *it* **bold** ``code``\n   a -> b_: x\n   b_: see `x <https://example.org>`_\n"
    assert read(project, text).warnings == ""
    a, b, _ = the_diagram(project).children
    assert [type(child) for child in a.children if not isinstance(child, nodes.Text)] == [
        nodes.emphasis,
        nodes.strong,
        nodes.literal,
    ]
    assert [reference["refuri"] for reference in b.findall(nodes.reference)] == ["https://example.org"]


def test_ids_and_tooltips_are_no_markup(project: Project) -> None:
    text = ".. llmpipeline::\n\n   model gpt_\n      :tooltip: *all* |of| it_\n   gpt_ -> gpt_\n"
    assert read(project, text).warnings == ""
    assert [text.astext() for text in the_diagram(project).children] == ["gpt_", "*all* |of| it_"]


def test_notes_follow_the_label_that_they_belong_to(project: Project) -> None:
    text = """
    .. llmpipeline::

       group g: G
          :note: of g
          a: A
             :note: of *a*
             :tooltip: tip
    """
    assert read(project, dedent(text)).warnings == ""
    found = [(text.astext(), text.line) for text in the_diagram(project).children]
    # A field says where it stands itself, not where its statement does.
    assert found == [("G", 4), ("of g", 5), ("A", 6), ("of a", 7), ("tip", 8)]


def test_link_is_a_reference(project: Project) -> None:
    text = """
    .. llmpipeline::

       a
          :link: https://example.org/?a=1&b=2
       b
          :link: :doc:`index`
       c
          :link: `named <https://example.org>`__
       a -> b -> c
          :link: other.html#there
    """
    assert read(project, dedent(text)).warnings == ""
    found = {link["part"]: link for link in the_diagram(project).findall(pipeline_link)}
    assert list(found) == [("node", 0), ("node", 1), ("node", 2), ("edge", 0), ("edge", 1)]
    targets = [next(link.findall(nodes.reference), None) for link in found.values()]
    assert [target and target.get("refuri") for target in targets] == [
        "https://example.org/?a=1&b=2",
        None,  # not resolved yet
        "https://example.org",
        "other.html#there",
        "other.html#there",
    ]
    assert [link.line for link in found.values()] == [5, 7, 9, 11, 11]


# Options


def test_options_reach_the_figure_and_the_diagram(project: Project) -> None:
    text = """
    .. llmpipeline::
       :alt: What *it* shows
       :align: right
       :width: 50%
       :class: Big red
       :figclass: Wide
       :style: print

       a -> b
    """
    assert read(project, dedent(text)).warnings == ""
    figure, diagram = the_figure(project), the_diagram(project)
    assert figure["align"] == "right"
    assert figure["classes"] == ["llmpipeline-figure", "wide"]
    assert diagram["alt"] == "What *it* shows"
    assert diagram["width"] == "50%"
    assert diagram["classes"] == ["big", "red"]
    assert diagram["style"] == "print"


@pytest.mark.parametrize("written", ["TB", "tb", "Tb"])
def test_direction_is_read_in_any_case(project: Project, written: str) -> None:
    assert read(project, f".. llmpipeline::\n   :direction: {written}\n\n   a -> b\n").warnings == ""
    assert the_diagram(project)["pipeline"].direction == "TB"


def test_unknown_direction_warns_and_the_diagram_is_still_drawn(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline::\n   :direction: TD\n\n   a -> b\n")
    assert build.status == 0
    assert build.warnings == (
        "index.rst:3: WARNING: option 'direction': unknown direction 'TD'; did you mean 'TB'? [llmpipeline.syntax]\n"
    )
    assert the_diagram(project)["pipeline"].direction is None


def test_unknown_style_warns_and_the_diagram_is_still_drawn(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline::\n   :style: clasic\n\n   a -> b\n")
    assert build.warnings == (
        "index.rst:3: WARNING: option 'style': unknown style 'clasic'; did you mean 'classic'? [llmpipeline.config]\n"
    )
    assert "style" not in the_diagram(project)


def test_style_listed_in_the_configuration_is_suggested(project: Project) -> None:
    conf = 'llmpipeline_styles = {"handbook": {"font_size": 12}}'
    build = read(project, "Text.\n\n.. llmpipeline::\n   :style: handbok\n\n   a -> b\n", conf)
    assert build.warnings == (
        "index.rst:3: WARNING: option 'style': unknown style 'handbok'; did you mean 'handbook'? [llmpipeline.config]\n"
    )


def test_kinds_of_a_listed_style_are_known(project: Project) -> None:
    conf = 'llmpipeline_styles = {"own": {"nodes": {"gpu": {"fill": "#010203"}}}}'
    build = read(
        project, "Text.\n\n.. llmpipeline::\n   :style:  own\n\n   gpu a\n\n.. llmpipeline::\n\n   gpu a\n", conf
    )
    (kind, *_) = build.warnings.splitlines()
    assert kind.startswith("index.rst:10:4: WARNING: unknown kind 'gpu'; ")


@pytest.mark.parametrize("builder", ["dummy", "html", "text"])
def test_document_imports_no_module(project: Project, builder: str) -> None:
    text = "Text.\n\n.. llmpipeline::\n   :style: evil_look:STYLE\n\n   a\n"
    trace = project.root / "imported"
    module = f"from pathlib import Path\nPath({str(trace)!r}).touch()\nSTYLE = {{}}\n"
    conf = 'import sys\nsys.path.insert(0, ".")\n'
    build = project.write({"index.rst": text, "evil_look.py": module}, conf).build(builder)
    assert build.warnings == (
        "index.rst:3: WARNING: option 'style': unknown style 'evil_look:STYLE'; "
        "list it in llmpipeline_styles in conf.py [llmpipeline.config]\n"
    )
    assert not trace.exists()


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("widht: 300", "did you mean 'width'?"),
        ("nmae: x", "did you mean 'name'?"),
        ("theme: print", "did you mean 'style'?"),
        ("title: How it works", "did you mean 'caption'?"),
        ("rankdir: LR", "did you mean 'direction'?"),
        ("cmap: viridis", "did you mean 'colormap'?"),
        ("quux:", f"expected one of: {', '.join(option.name for option in OPTIONS)}"),
    ],
)
@pytest.mark.parametrize("name", ["index.rst", "index.md"])
def test_unknown_option_warns_and_the_diagram_is_still_drawn(
    project: Project, name: str, option: str, advice: str
) -> None:
    texts = {
        "index.rst": f"Text.\n\n.. llmpipeline::\n   :{option}\n\n   a -> b\n",
        "index.md": f"Text.\n\n```{{llmpipeline}}\n:{option}\n\na -> b\n```\n",
    }
    build = project.write({name: texts[name]}, MYST).build("dummy")
    word = option.partition(":")[0]
    assert build.warnings == f"{name}:3: WARNING: unknown option '{word}'; {advice} [llmpipeline.syntax]\n"
    assert [node.id for node in the_diagram(project)["pipeline"].nodes] == ["a", "b"]


def test_wrong_value_of_an_option_of_figures_is_an_error_of_docutils(project: Project) -> None:
    build = read(project, ".. llmpipeline::\n   :align: top\n\n   a -> b\n")
    assert (
        'index.rst:1: ERROR: Error in "llmpipeline" directive:\ninvalid option value: (option: "align"'
        in build.warnings
    )


def test_caption_is_inline_markup_and_its_errors_have_a_place(project: Project) -> None:
    build = read(project, ".. llmpipeline::\n   :caption: *Big* :nope:`x`\n\n   a -> b\n")
    assert build.warnings == 'index.rst:1: ERROR: Unknown interpreted text role "nope". [docutils]\n'
    (caption,) = the_figure(project).findall(nodes.caption)
    assert isinstance(caption[0], nodes.emphasis)


def test_name_is_a_target_once(project: Project) -> None:
    text = ".. llmpipeline::\n   :name: x\n\n   a\n\n.. llmpipeline::\n   :name: x\n\n   b\n"
    assert read(project, text).warnings == 'index.rst:6: WARNING: Duplicate explicit target name: "x". [docutils]\n'


# A file as the body


def test_file_is_the_body(project: Project) -> None:
    build = read(
        project, ".. llmpipeline:: sub/my pipe.txt\n   :caption: C\n", **{"sub/my pipe_txt": "a: A\n\na -> a\n"}
    )
    assert build.warnings == ""
    pipe = project.source / "sub" / "my pipe.txt"
    (text,) = the_diagram(project).children
    assert (text.astext(), text.source, text.line) == ("A", str(pipe), 1)


def test_file_is_relative_to_the_document_or_to_the_project(project: Project) -> None:
    project.write(
        {
            "index.rst": ".. toctree::\n\n   sub/page\n",
            "sub/page.rst": "Page\n====\n\n.. llmpipeline:: x.pipe\n\n.. llmpipeline:: /top.pipe\n",
            "sub/x.pipe": "near",
            "top.pipe": "top",
        }
    )
    assert project.build("dummy").warnings == ""
    found = [text.astext() for text in project.doctree("sub/page").findall(pipeline_text)]
    assert found == ["near", "top"]


def test_file_with_a_byte_order_mark_and_foreign_line_ends(project: Project) -> None:
    body = "\ufeffa: A\r\nb: B\r\n\r\na -> b\r\n".encode()
    assert read(project, ".. llmpipeline:: x.pipe\n", x_pipe=body).warnings == ""
    found = [(text.astext(), text.line) for text in the_diagram(project).children]
    assert found == [("A", 1), ("B", 2)]


def test_errors_in_a_file_with_a_byte_order_mark_and_foreign_line_ends(project: Project) -> None:
    body = "\ufeffa ->\r\nb ->\r\n".encode()
    assert read(project, ".. llmpipeline:: x.pipe\n", x_pipe=body).warnings == (
        "x.pipe:1:3: WARNING: expected an id after '->'\n"
        "    a ->\n"
        "      ^~ [llmpipeline.syntax]\n"
        "x.pipe:2:3: WARNING: expected an id after '->'\n"
        "    b ->\n"
        "      ^~ [llmpipeline.syntax]\n"
    )


def test_file_and_declarations_exclude_each_other(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline:: x.pipe\n\n   a -> b\n", x_pipe="a")
    assert build.warnings == (
        "index.rst:3: WARNING: expected either a file or declarations, got both: remove one of them"
        " [llmpipeline.syntax]\n"
    )
    assert NOT_DRAWN in the_figure(project).astext()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (".. llmpipeline::\n   model a: A\n   a -> b\n", "model a: A"),
        (".. llmpipeline::\n   a -> b\n", "a -> b"),
        (".. llmpipeline::\n   model a\n\n   model b\n", "model a"),
        (".. llmpipeline:: group g\n\n   a -> b\n", "group g"),
    ],
)
def test_missing_blank_line(project: Project, text: str, first: str) -> None:
    build = read(project, f"Text.\n\n{text}")
    message = f"leave a blank line before the first statement: '{first}' stands where a file is named"
    assert build.warnings == f"index.rst:3: WARNING: {message} [llmpipeline.syntax]\n"
    assert [block.astext().split("\n")[0] for block in project.doctree().findall(nodes.literal_block)] == [
        message,
        first,
    ]


@pytest.mark.parametrize("name", ["model a.pipe", "a--b.pipe", "group.pipe", "x y"])
def test_file_whose_name_resembles_a_statement(project: Project, name: str) -> None:
    assert read(project, f".. llmpipeline:: {name}\n", **{name.replace(".", "_"): "a -> b"}).warnings == ""


def test_missing_file_is_named(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline:: no/such.pipe\n")
    assert build.warnings == (
        "index.rst:3: WARNING: cannot read 'no/such.pipe': No such file or directory [llmpipeline.syntax]\n"
    )


def test_file_that_is_not_utf8(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline:: x.pipe\n", x_pipe="a: Gro\xdf\n".encode("latin-1"))
    assert build.warnings == (
        "index.rst:3: WARNING: cannot read 'x.pipe': "
        "'utf-8' codec can't decode byte 0xdf in position 6: invalid continuation byte [llmpipeline.syntax]\n"
    )


def test_empty_file(project: Project) -> None:
    build = read(project, ".. llmpipeline:: x.pipe\n", x_pipe="")
    assert build.warnings == (
        "x.pipe:1:1: WARNING: the diagram is empty: "
        "expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b' [llmpipeline.syntax]\n"
    )


# Errors in declarations


def test_empty_directive(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline::\n   :caption: C\n\nText.\n")
    assert build.warnings == (
        "index.rst:3:1: WARNING: the diagram is empty: "
        "expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b' [llmpipeline.syntax]\n"
    )
    assert "C" in the_figure(project).astext()


def test_comments_alone_are_an_empty_diagram(project: Project) -> None:
    build = read(project, "Text.\n\n.. llmpipeline::\n\n   # nothing\n")
    assert build.warnings.startswith("index.rst:5:1: WARNING: the diagram is empty")


def test_failed_diagram_shows_a_note_its_errors_and_its_source(project: Project) -> None:
    read(project, ".. llmpipeline::\n   :name: x\n   :caption: C\n\n   group g:\n     a ->\n")
    content, caption = the_figure(project).children
    assert the_figure(project)["ids"] == ["x"]
    assert caption.astext() == "C"
    assert [type(child) for child in content.children] == [nodes.warning, nodes.literal_block, nodes.literal_block]
    assert [child.astext() for child in content.children] == [
        NOT_DRAWN,
        "line 6: expected an id after '->'\n    a ->\n      ^~",
        "group g:\n  a ->",
    ]
    assert not list(project.doctree().findall(pipeline_diagram))


def test_page_shows_errors_and_source_flush_left(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a ->\n\n.. toctree::\n\n   other\n"
    build = project.write({"index.rst": index, "other.rst": "Other\n=====\n"}).build("html")
    page = build.read("index.html")
    assert re.search(r'<div class="[^"]*\bllmpipeline-errors\b[^"]*">', page)
    assert "_static/llmpipeline.css" in page
    assert "_static/llmpipeline.css" not in build.read("other.html")
    sheet = build.read("_static/llmpipeline.css")
    assert ".llmpipeline-failed, .llmpipeline-failed pre { text-align: start; }" in sheet
    assert ".llmpipeline-errors pre { overflow-wrap: anywhere; white-space: pre-wrap; }" in sheet


@pytest.mark.parametrize("name", ["index.rst", "index.md"])
def test_lines_in_messages_are_those_of_the_document(project: Project, name: str) -> None:
    body = "model a: A\nmodel a: B\nmodel b\n  more\n\nc: C\n  :note: n\n  :note: m\n"
    texts = {
        "index.rst": f"Text.\n\n.. llmpipeline::\n   :name: x\n\n{indent(body, '   ')}",
        "index.md": f"Text.\n\n```{{llmpipeline}}\n:name: x\n\n{body}```\n",
    }
    warnings = project.write({name: texts[name]}, MYST).build("dummy").warnings
    found = [line.partition("WARNING: ")[2] for line in warnings.split("\n") if "WARNING" in line]
    assert found == [
        "id 'a' is declared twice: line 6 declares a node of that name; choose another id",
        "unexpected indentation: line 8 has no label that this could continue; end it with ':', or indent this line "
        "less",
        "field 'note' stands twice, first on line 12; keep one",
    ]


@pytest.mark.parametrize("name", ["index.rst", "index.md"])
def test_doubtful_label_warns_and_the_diagram_is_drawn(project: Project, name: str) -> None:
    texts = {
        "index.rst": "Text.\n\n.. llmpipeline::\n\n   model a: 'A'\n   a -> a\n",
        "index.md": "Text.\n\n```{llmpipeline}\n\n   model a: 'A'\n   a -> a\n```\n",
    }
    build = project.write({name: texts[name]}, MYST).build("dummy")
    assert build.warnings == (
        f"{name}:5:13: WARNING: a label needs no quotes, which are drawn: write A, or “A”\n"
        "    model a: 'A'\n             ^~~ [llmpipeline.syntax]\n"
    )
    assert the_diagram(project)["pipeline"].nodes[0].label.text == "'A'"


def test_doubtful_label_is_repeated_in_the_next_build(project: Project) -> None:
    first = read(project, ".. llmpipeline::\n\n   a -> a: x<br>y\n")
    assert "'\\n' breaks a line of a label" in first.warnings
    assert project.build("dummy").warnings == first.warnings


def test_all_errors_of_a_diagram_and_of_a_project_are_reported_at_once(project: Project) -> None:
    index = """
    .. llmpipeline::

       model gpt3: GPT-3
       modle chat: Chat
       gtp3 -> chat
       a b c

    .. llmpipeline::

       q ->

    .. toctree::

       other
    """
    build = read(project, dedent(index), other_rst="Other\n=====\n\n.. llmpipeline::\n\n   z ->\n")
    assert build.status == 0
    assert build.warnings == (
        "index.rst:5:4: WARNING: unknown kind 'modle'; did you mean 'model'?\n"
        "    modle chat: Chat\n"
        "    ^~~~~ [llmpipeline.syntax]\n"
        "index.rst:6:4: WARNING: unknown node 'gtp3'; did you mean 'gpt3'?\n"
        "    gtp3 -> chat\n"
        "    ^~~~ [llmpipeline.reference]\n"
        "index.rst:7:6: WARNING: "
        "expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'\n"
        "    a b c\n"
        "      ^~~ [llmpipeline.syntax]\n"
        "index.rst:11:6: WARNING: expected an id after '->'\n"
        "    q ->\n"
        "      ^~ [llmpipeline.syntax]\n"
        "other.rst:6:6: WARNING: expected an id after '->'\n"
        "    z ->\n"
        "      ^~ [llmpipeline.syntax]\n"
    )


def test_errors_are_warnings_that_can_be_made_fatal(project: Project) -> None:
    project.write({"index.rst": ".. llmpipeline::\n\n   a ->\n"})
    assert project.build("dummy", "-W").status != 0


def test_warnings_can_be_suppressed(project: Project) -> None:
    index = ".. llmpipeline::\n\n   a ->\n\n.. llmpipeline::\n\n   a\n   b -> a\n"
    build = read(project, index, 'suppress_warnings = ["llmpipeline.syntax"]')
    assert build.warnings == (
        "index.rst:8:4: WARNING: unknown node 'b'; declare it on a line of its own, as in 'b: Label'\n"
        "    b -> a\n"
        "    ^ [llmpipeline.reference]\n"
    )
    assert read(project, index, 'suppress_warnings = ["llmpipeline"]').warnings == ""


# Places of errors: every host counts lines in a way of its own.  Each case is a document, files beside it, and where
# its two mistakes stand: one of the language in a first diagram, one of inline markup in the label of a second one.

RST_TOP = """\
Text.

.. llmpipeline::
   :caption: C

   a: A
   b ->

.. llmpipeline::
   :caption: C

   a: A
   b: :nope:`x`
"""

RST_NESTED = """\
* List

  1. Item

     .. note::

        .. llmpipeline::

           a: A
           b ->

        .. llmpipeline::

           a: A
           b: :nope:`x`
"""

RST_TABS = """\
Text.

.. llmpipeline::

\ta:\tA
\tb\t->

.. llmpipeline::

\ta:\tA
\tb:\t:nope:`x`
"""

RST_TABLE = """\
+-------------------------+-------------------------+
| .. llmpipeline::        | .. llmpipeline::        |
|                         |                         |
|    a: A                 |    a: A                 |
|    b ->                 |    b: :nope:`x`         |
+-------------------------+-------------------------+
"""

BODY = "a: A\n\nb:\n  B\nc ->\n"
BODY_LABEL = "a: A\n\nb: :nope:`x`\n"

ARROW = "{place}: WARNING: expected an id after '->'\n    {line}\n    {marker} [llmpipeline.syntax]\n"
RST_ROLE = '{place}: ERROR: Unknown interpreted text role "nope". [docutils]\n'
MYST_ROLE = '{place}: WARNING: Unknown interpreted text role "nope". [myst.role_unknown]\n'


def arrow(place: str, line: str = "b ->") -> str:
    return ARROW.format(place=place, line=line, marker=" " * line.index("->") + "^~")


@pytest.mark.parametrize(
    ("index", "files", "expected"),
    [
        pytest.param(RST_TOP, {}, [arrow("index.rst:7:6"), RST_ROLE.format(place="index.rst:13")], id="top"),
        pytest.param(RST_NESTED, {}, [arrow("index.rst:10:14"), RST_ROLE.format(place="index.rst:15")], id="nested"),
        pytest.param(
            RST_TABS,
            {},
            [arrow("index.rst:6:17", "b       ->"), RST_ROLE.format(place="index.rst:11")],
            id="tabs",
        ),
        pytest.param(RST_TABLE, {}, [arrow("index.rst:5:8"), RST_ROLE.format(place="index.rst:5")], id="table"),
        pytest.param(
            "Text.\n\n.. include:: inc.rst\n",
            {"inc.rst": RST_TOP},
            [arrow("inc.rst:7:6"), RST_ROLE.format(place="inc.rst:13")],
            id="include",
        ),
        pytest.param(
            "* Text.\n\n  .. include:: inc.rst\n",
            {"inc.rst": RST_NESTED},
            [arrow("inc.rst:10:14"), RST_ROLE.format(place="inc.rst:15")],
            id="include-nested",
        ),
        pytest.param(
            "Text.\n\n.. llmpipeline:: x.pipe\n\n.. llmpipeline:: y.pipe\n",
            {"x.pipe": BODY, "y.pipe": BODY_LABEL},
            [arrow("x.pipe:5:3", "c ->"), RST_ROLE.format(place="y.pipe:3")],
            id="file",
        ),
        pytest.param(
            "Text.\n\n.. include:: sub/inc.rst\n",
            {
                "sub/inc.rst": "Inc.\n\n.. llmpipeline:: x.pipe\n\n.. llmpipeline:: y.pipe\n",
                "x.pipe": BODY,
                "y.pipe": BODY_LABEL,
            },
            [arrow("x.pipe:5:3", "c ->"), RST_ROLE.format(place="y.pipe:3")],
            id="include-file",
        ),
        pytest.param(
            "\ufeff" + RST_TOP.replace("\n", "\r\n"),
            {},
            [arrow("index.rst:7:6"), RST_ROLE.format(place="index.rst:13")],
            id="crlf",
        ),
    ],
)
def test_places_in_restructuredtext(project: Project, index: str, files: dict[str, str], expected: list[str]) -> None:
    project.write({"index.rst": index, **files}, 'exclude_patterns = ["inc.rst", "sub"]')
    assert project.build("dummy").warnings == "".join(expected)


def test_places_with_a_prolog(project: Project) -> None:
    project.write({"index.rst": RST_TOP}, 'rst_prolog = "\\n.. |x| replace:: y\\n\\n"\nrst_epilog = "\\nEnd.\\n"')
    assert project.build("dummy").warnings == arrow("index.rst:7:6") + RST_ROLE.format(place="index.rst:13")


def test_places_in_a_docstring(project: Project) -> None:
    module = '''
    def f():
        """First line.

        .. llmpipeline::

           a: A
           b ->

        .. llmpipeline::

           a: A
           b: :nope:`x`
        """
    '''
    project.write(
        {"index.rst": ".. autofunction:: pipelines_documented.f\n", "pipelines_documented.py": dedent(module)},
        'extensions += ["sphinx.ext.autodoc"]\nimport os, sys\nsys.path.insert(0, os.getcwd())',
    )
    # Sphinx counts the lines of a docstring from its first, and knows nothing of its columns in the module.
    where = "pipelines_documented.py:docstring of pipelines_documented.f"
    assert project.run("dummy").warnings == arrow(f"{where}:6:3") + RST_ROLE.format(place=f"{where}:11")


def docstring_warnings(project: Project, docstring: str) -> list[str]:
    """This package's warnings about the docstring of a function, without their place."""
    project.write(
        {"index.rst": ".. autofunction:: raw_documented.f\n", "raw_documented.py": f"def f():\n    {docstring}\n"},
        'extensions += ["sphinx.ext.autodoc"]\nimport os, sys\nsys.path.insert(0, os.getcwd())',
    )
    where = "raw_documented.py:docstring of raw_documented.f:"
    lines = [line for line in project.run("dummy").warnings.splitlines() if "[llmpipeline" in line]
    return [line.removeprefix(where) for line in lines]


@pytest.mark.parametrize(("around", "indentation", "line"), [("", "    ", 5), (".. note::", "        ", 7)])
def test_line_break_in_a_docstring_that_is_not_raw(project: Project, around: str, indentation: str, line: int) -> None:
    diagram = r"""
.. llmpipeline::

   data: Data\n(raw)
   data -> base
   base
"""
    docstring = f'"""First line.\n\n    {around}\n{indent(diagram, indentation)}    """'
    if not around:
        docstring = docstring.replace("    \n\n", "")
    assert docstring_warnings(project, docstring) == [
        f"{line}: WARNING: the diagram ends before '(raw)', which is not indented; a docstring with '\\n' must be raw: "
        'r"""…""" [llmpipeline.syntax]'
    ]
    assert docstring_warnings(project, f"r{docstring}") == []


def test_list_goes_on_after_a_diagram_in_a_docstring(project: Project) -> None:
    diagram = "    * .. llmpipeline::\n\n         a -> b\n"
    assert docstring_warnings(project, f'"""First line.\n\n{diagram}    * more\n    """') == []


MYST_TOP = """\
Text.

```{llmpipeline}
:caption: C

a: A
b ->
```

```{llmpipeline}
:caption: C

a: A
b: {nope}`x`
```
"""

MYST_COLON = """\
Text.

:::{llmpipeline}
a: A
b ->
:::

:::{llmpipeline}
---
caption: C
name: x
---
a: A
b: {nope}`x`
:::
"""

MYST_NESTED = """\
* List

  ````{note}
  Text.

  ```{llmpipeline}
  a: A
  b ->
  ```

  ```{llmpipeline}
  a: A
  b: {nope}`x`
  ```
  ````
"""

MYST_QUOTE = """\
> ```{llmpipeline}
> a: A
> b ->
> ```
>
> ```{llmpipeline}
> a: A
> b: {nope}`x`
> ```
"""

MYST_EVAL_RST = """\
Text.

```{eval-rst}
Text.

.. llmpipeline::

   a: A
   b ->

.. llmpipeline::

   a: A
   b: :nope:`x`
```
"""


@pytest.mark.skipif(
    int(version("myst-parser").partition(".")[0]) < 5,
    reason="MyST before 5 names 'index.md.rst' in its reports, and counts lines of included files from the second",
)
@pytest.mark.parametrize(
    ("index", "files", "expected"),
    [
        pytest.param(MYST_TOP, {}, [arrow("index.md:7:3"), MYST_ROLE.format(place="index.md:14")], id="fence"),
        pytest.param(MYST_COLON, {}, [arrow("index.md:5:3"), MYST_ROLE.format(place="index.md:14")], id="colon"),
        pytest.param(MYST_NESTED, {}, [arrow("index.md:8:5"), MYST_ROLE.format(place="index.md:13")], id="nested"),
        pytest.param(MYST_QUOTE, {}, [arrow("index.md:3:5"), MYST_ROLE.format(place="index.md:8")], id="quote"),
        pytest.param(MYST_EVAL_RST, {}, [arrow("index.md:9:6"), RST_ROLE.format(place="index.md:14")], id="eval-rst"),
        pytest.param(
            # MyST itself names the including document in what it reports of an included one.
            "Text.\n\n```{include} inc.md\n```\n",
            {"inc.md": MYST_TOP},
            [arrow("inc.md:7:3"), MYST_ROLE.format(place="index.md:14")],
            id="include",
        ),
        pytest.param(
            # Its reports cannot name another file than the document: the directive is the nearest place.
            "Text.\n\n```{llmpipeline} x.pipe\n```\n\n```{llmpipeline} y.pipe\n```\n",
            {"x.pipe": BODY, "y.pipe": BODY_LABEL.replace(":nope:", "{nope}")},
            [arrow("x.pipe:5:3", "c ->"), MYST_ROLE.format(place="index.md:6")],
            id="file",
        ),
    ],
)
def test_places_in_myst(project: Project, index: str, files: dict[str, str], expected: list[str]) -> None:
    project.write({"index.md": index, **files}, MYST)
    assert project.build("dummy").warnings == "".join(expected)


def test_texts_in_myst_are_markdown_with_lines_of_the_document(project: Project) -> None:
    index = """\
    Text.

    ```{llmpipeline}
    :name: x
    :caption: The **caption**

    a: *it* **bold** `code`
    b: B
      :note: below
      :link: {doc}`index`
    a -> b: goes
    ```
    """
    assert project.write({"index.md": dedent(index)}, MYST).build("dummy").warnings == ""
    diagram = the_diagram(project)
    found = [(text.astext(), text.line) for text in diagram.findall(pipeline_text)]
    assert found == [("it bold code", 7), ("B", 8), ("below", 9), ("goes", 11)]
    assert [type(child) for child in diagram[0].children if not isinstance(child, nodes.Text)] == [
        nodes.emphasis,
        nodes.strong,
        nodes.literal,
    ]
    assert {text.source for text in diagram.findall(pipeline_text)} == {str(project.source / "index.md")}
    assert the_figure(project)["ids"] == ["x"]
    assert diagram.line == 3


def test_link_can_be_a_role_of_myst(project: Project) -> None:
    index = "# Title\n\n```{llmpipeline}\na\n  :link: {doc}`other`\n```\n\n```{toctree}\nother\n```\n"
    project.write({"index.md": index, "other.md": "# Other\n"}, MYST)
    assert project.build("html").warnings == ""
    assert '<a href="other.html">' in project.build("html").read("index.html")


# What a directive leaves behind


def test_body_file_is_a_dependency(project: Project) -> None:
    read(project, ".. llmpipeline:: sub/x.pipe\n\n.. llmpipeline:: missing.pipe\n", **{"sub/x_pipe": "a"})
    environment = pickle.loads((project.doctrees / "environment.pickle").read_bytes())
    found = {project.source / name for name in environment.dependencies["index"]}
    assert found == {project.source / "sub" / "x.pipe", project.source / "missing.pipe"}


def test_messages_that_are_kept_in_the_page_are_not_drawn(project: Project) -> None:
    build = read(project, ".. llmpipeline::\n\n   a: see :nope:`x`\n", "keep_warnings = True")
    assert build.warnings == 'index.rst:3: ERROR: Unknown interpreted text role "nope". [docutils]\n'
    (text,) = the_diagram(project).findall(pipeline_text)
    assert text.astext() == "see :nope:`x`"


# Numbers and the legend


def options(*lines: str, body: str = "model a\n   data b\n      :value: 1B\n   b --> a\n      :value: 2B") -> str:
    return ".. llmpipeline::\n" + "".join(f"   {line}\n" for line in lines) + f"\n   {body}\n"


def test_scales_reach_the_pipeline_and_their_titles_the_texts(project: Project) -> None:
    index = options(":colormap: viridis", ":norm: log", ":range: 1M 1T", ":value-label: Size", ":edge-widths: 1 8")
    assert read(project, index).warnings == ""
    diagram = the_diagram(project)
    assert diagram["pipeline"].node_scale == Scale("viridis", "log", (1e6, 1e12), None, Label.plain("Size"))
    assert diagram["pipeline"].edge_scale == Scale(widths=(1.0, 8.0))
    title = diagram.children[-1]
    assert isinstance(title, pipeline_text)
    assert (title.astext(), title.line) == ("Size", 1)


def test_titles_of_colour_bars_are_translated(project: Project) -> None:
    index = options(":colormap: viridis", ":value-label: Size")
    assert 'msgid "Size"' in project.write({"index.rst": index}).build("gettext").read("index.pot")


@pytest.mark.parametrize(
    ("option", "setting", "kinds"),
    [
        ("", False, []),
        ("", True, ["data", "model", "feedback"]),
        (":legend:", False, ["data", "model", "feedback"]),
        (":legend: no", True, []),
    ],
)
def test_legend(project: Project, option: str, setting: bool, kinds: list[str]) -> None:
    assert read(project, options(option), f"llmpipeline_legend = {setting}").warnings == ""
    assert [entry.kind for entry in the_diagram(project)["pipeline"].legend] == kinds


def test_legend_speaks_the_language_of_the_document(project: Project) -> None:
    page = project.write({"index.rst": options(":legend:")}, "language = 'de'").build("html", "-W").read("index.html")
    for title in ("Daten", "Modell", "Rückkopplung"):
        assert f">{title}</text>" in page
    assert "b (Daten, 1B)" in page


def test_legend_names_a_kind_of_the_project(project: Project) -> None:
    conf = """
    llmpipeline_style = {
        "nodes": {"guard": {}, "judge": {"title": "Fair  judge"}},
        "edges": {"link": {"title": "Tie"}},
    }
    """
    read(project, options(":legend:", body="guard a\n   judge b\n   a -- b"), conf)
    assert [entry.title for entry in the_diagram(project)["pipeline"].legend] == ["Guard", "Fair judge", "Tie"]


def test_wrong_options_of_numbers_warn_and_the_diagram_is_still_drawn(project: Project) -> None:
    index = options(":legend: left", ":colormap: virdis", ":edge-norm: log", ":range: 2 1")
    build = project.write({"index.rst": index}).build("html")
    expected = [
        "option 'range': expected two numbers, the lower one first, such as '1B 1T', not '2 1'",
        "option 'edge-norm' does nothing without 'edge-colormap' or 'edge-widths'",
        "option 'legend': expected yes or no, not 'left'",
        "option 'colormap': unknown colour map 'virdis'; did you mean 'viridis'?",
    ]
    assert build.warnings == "".join(f"index.rst:1: WARNING: {text} [llmpipeline.syntax]\n" for text in expected)
    assert "<svg " in build.read("index.html")
    assert project.build("html").warnings == build.warnings


def test_unknown_colour_map_warns_for_each_diagram(project: Project) -> None:
    build = project.write({"index.rst": f"{options(':colormap: virdis')}\n{options(':colormap: virdis')}"}).build(
        "html"
    )
    assert build.warnings.count("unknown colour map 'virdis'") == 2


def test_link_to_the_source_file_of_a_document_warns_at_its_line(project: Project) -> None:
    project.write({"guide/more.rst": ":orphan:\n\nGuide\n=====\n"})
    (project.source / "left.rst").write_text("Title\n=====\n")
    links = ("guide/more.rst#part", "other.rst", "left.rst", "guide/more.html", "https://example.org/index.rst")
    nodes = "".join(f"   n{number}: N\n      :link: {link}\n" for number, link in enumerate(links))
    assert read(project, f".. llmpipeline::\n\n{nodes}", 'exclude_patterns = ["left.rst"]').warnings == (
        "index.rst:4: WARNING: 'guide/more.rst#part' is no link: this is the file of a document: write "
        "':doc:`/guide/more`' [llmpipeline.reference]\n"
    )


def test_link_by_a_role_that_is_no_reference_warns_at_its_line(project: Project) -> None:
    build = read(project, ".. llmpipeline::\n\n   a: A\n      :link: :emphasis:`guide`\n")
    assert build.warnings == (
        "index.rst:4: WARNING: ':emphasis:`guide`' is no link: expected a URL or a role that makes a reference, "
        "such as https://example.org or :doc:`guide` [llmpipeline.reference]\n"
    )
