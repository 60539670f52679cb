"""Links that would run code: whatever they come from, no output of a diagram has them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from docutils import nodes

from sphinxext.llmpipeline.extension.clean_markup import _removed, running_scheme

if TYPE_CHECKING:
    from conftest import Build, Project

REFUSED = "WARNING: a link cannot begin with 'javascript:'; its text is shown without it [llmpipeline.reference]"

_NOT_LINKS = re.compile(r'<(target|substitution_definition) .*?</\1>|data-declarations="[^"]*"', re.DOTALL)
"""Elements of XML for targets and substitutions of the document, and the text that readers copy."""

BUILDERS = ("html", "dirhtml", "singlehtml", "epub", "latex", "texinfo", "text", "man", "xml")

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def links_of(build: Build, name: str = "index.html") -> list[str]:
    """The values of all ``href`` and ``src`` of a page."""
    return [unescape(url) for url in re.findall(r'(?:href|src)="([^"]*)"', build.read(name))]


def assert_clean(build: Build, *warnings: str) -> None:
    """The build warns so, for EPUB several times, and no file of it has a link that runs."""
    assert (build.status, {*build.warnings.splitlines()}) == (0, {*warnings})
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in build.out.rglob("*")
        if path.suffix in {".html", ".xhtml", ".tex", ".texi", ".txt", ".1", ".xml"} and "_sources" not in path.parts
    ]
    assert texts
    assert [text for text in texts if "alert" in _NOT_LINKS.sub("", text)] == []


# Schemes


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " \x01\x1f javascript:alert(1)",
        "java\tscr\nipt\r:alert(1)",
        "java\0script:alert(1)",
        "javascript&#58;alert(1)",
        "javascript&colon;alert(1)",
        "&#x6A;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "javascript://example.org/%0Aalert(1)",
    ],
)
def test_script_is_recognized(url: str) -> None:
    assert running_scheme(url) == "javascript"


@pytest.mark.parametrize(
    ("url", "scheme"), [("data:text/html,x", "data"), ("VBScript:x", "vbscript"), ("run:calc.exe", "run")]
)
def test_other_schemes_that_run(url: str, scheme: str) -> None:
    assert running_scheme(url) == scheme


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#javascript:x",
        "x.html",
        "https://example.org/?javascript:",
        "./data:x",
        "mailto:a@b",
        "tel:1",
        "database:x",
    ],
)
def test_other_links_stay(url: str) -> None:
    assert running_scheme(url) is None


# Origins of links

EVERYWHERE = """\
Title
=====

.. llmpipeline::
   :name: fig
   :caption: A `caption <javascript:alert(0)>`__

   panel p: `Title <javascript:alert(1)>`__
     a: `Whole <javascript:alert(2)>`__
        :note: see `note <javascript:alert(3)>`__
     b: See `part <javascript:alert(4)>`__ and `good <https://example.org>`__
     a -> b: `edge <javascript:alert(5)>`__
   panel q: Q
     group g: A `group <javascript:alert(6)>`__
       c: |link|
       d: named_
       e: :ext:`9`
       f: :download:`file <javascript://alert(10)>`

.. |link| replace:: A `substitution <javascript:alert(7)>`__
"""

TARGETS = ".. _named: javascript:alert(8)\n"
"""In the epilog: docutils' own targets are not in the pages."""

CONF = f"""
extensions += ["sphinx.ext.extlinks"]
extlinks = {{"ext": ("javascript:alert(%s)", "role %s")}}
rst_epilog = {TARGETS!r}
numfig = True
"""


@pytest.mark.parametrize("builder", BUILDERS)
def test_no_output_has_a_link_that_runs(project: Project, builder: str) -> None:
    build = project.write({"index.rst": EVERYWHERE}, CONF).build(builder)
    assert_clean(build, *(f"index.rst:{line}: {REFUSED}" for line in (4, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18)))


def test_html_keeps_texts_and_other_links(project: Project) -> None:
    build = project.write({"index.rst": EVERYWHERE}, CONF).build("html")
    page = build.read("index.html")
    assert "https://example.org" in links_of(build)
    words = "".join(re.findall(r"<text[^>]*>(.*?)</text>", page))
    for text in ("Whole", "part", "edge", "group", "substitution", "named", "role 9", "file"):
        assert text in re.sub("<[^>]*>", "", words)


def test_image_has_no_such_links_below_it(project: Project) -> None:
    build = project.write({"index.rst": EVERYWHERE}, CONF + 'llmpipeline_formats = {"html": "png"}\n').build("html")
    assert [running_scheme(url) for url in links_of(build) if running_scheme(url)] == []
    assert "https://example.org" in links_of(build)
    assert "alert" not in _NOT_LINKS.sub("", build.read("index.html"))


def test_warnings_come_again_in_the_next_build(project: Project) -> None:
    first = project.write({"index.rst": EVERYWHERE}, CONF).build("html")
    assert first.warnings
    assert project.build("html").warnings == first.warnings


def test_diagram_with_errors_has_a_clean_caption(project: Project) -> None:
    index = ".. llmpipeline::\n   :caption: A `caption <javascript:alert(0)>`__\n\n   a ->\n"
    build = project.write({"index.rst": index}).build("html")
    assert build.warnings.endswith(f"index.rst:1: {REFUSED}\n")
    assert "alert" not in build.read("index.html")


def test_diagram_that_cannot_be_drawn_has_a_clean_list(project: Project) -> None:
    index = ".. llmpipeline::\n   :width: 20\n\n   a: `Whole <javascript:alert(2)>`__\n"
    conf = 'llmpipeline_engine, llmpipeline_dot = "dot", "/nowhere/dot"\n'
    build = project.write({"index.rst": index}, conf).build("html")
    assert "llmpipeline.layout" in build.warnings
    assert "alert" not in build.read("index.html")


def test_myst(project: Project) -> None:
    """Its parser refuses most schemes itself, so that they stay text."""
    index = "# Title\n\n```{llmpipeline}\na: [Whole](run:calc.exe) and [some](javascript:alert)\n```\n"
    conf = 'extensions += ["myst_parser"]\nmyst_url_schemes = ["run", "javascript"]\n'
    build = project.write({"index.md": index}, conf).build("html")
    assert build.warnings == f"index.md:4: {REFUSED.replace('javascript', 'run')}\n"
    assert [url for url in links_of(build) if running_scheme(url)] == []


def test_reference_that_another_extension_changes(project: Project) -> None:
    conf = """
    from docutils import nodes

    def change(app, doctree, docname):
        for reference in doctree.findall(nodes.reference):
            reference["refuri"] = "javascript:alert(1)"

    def setup(app):
        app.connect("doctree-resolved", change, priority=400)
    """
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a\n     :link: https://example.org\n   b: `B <x.html>`__\n"
    build = project.write({"index.rst": index}, conf).build("html")
    assert_clean(build, f"index.rst:7: {REFUSED}", f"index.rst:8: {REFUSED}")


def test_translation(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: `Whole <https://example.org>`__\n"
    folder = project.source / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog = read_po(
        [
            'msgid "`Whole <https://example.org>`__"',
            'msgstr "`Ganz <javascript:alert(1)>`__"',
        ]
    )
    with (folder / "index.mo").open("wb") as file:
        write_mo(file, catalog)
    conf = 'language, locale_dirs, gettext_auto_build = "de", ["locale"], False\n'
    build = project.write({"index.rst": index}, conf).build("html")
    assert REFUSED in build.warnings
    assert "Ganz" in build.read("index.html")
    assert "alert" not in build.read("index.html")


# Other markup


def test_formula_with_a_link_is_shown_as_its_source(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: :math:`\\href{javascript:alert(1)}{x}` and :math:`y`\n"
    build = project.write({"index.rst": index}, 'extensions += ["sphinx.ext.mathjax"]\n').build("html")
    assert build.warnings == (
        "index.rst:6: WARNING: a formula cannot contain '\\href'; its source is shown [llmpipeline.reference]\n"
    )
    page = build.read("index.html")
    assert re.findall(r"\\\(.*?\\\)", page) == [r"\(y\)"]


def test_raw_markup_of_a_substitution_is_shown_as_text(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: an |x|\n\n.. |x| raw:: html\n\n   <script>alert(1)</script>\n"
    build = project.write({"index.rst": index}).build("html", "-W")
    assert build.status == 0
    page = build.read("index.html")
    assert "<script>alert(1)" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 1


def test_image_that_cannot_be_drawn_warns_in_each_build_and_its_text_is_drawn(project: Project) -> None:
    body = "a: |cat|\n   :note: See |dog|\nb: {word}\na -> b: |cat|"
    rst = ".. llmpipeline::\n\n   " + body.replace("\n", "\n   ").format(word="B")
    images = ".. |cat| image:: /x.gif\n.. |dog| image:: /y.png\n   :alt: A dog\n"
    files: dict[str, str | bytes] = {
        "index.rst": f"Title\n=====\n\n.. toctree::\n\n   m\n\n{rst}\n\n{images}\nNot in a diagram: |cat|\n",
        "m.md": "# M\n\n```{llmpipeline}\na: ![](x.gif)\n```\n",
        "x.gif": PNG,
        "y.png": b"no image",
    }
    conf = 'extensions += ["myst_parser"]\n'
    gif = "'x.gif' is no file with an image: its name ends in one of .png, .jpg, .jpeg, .svg"
    reasons = {
        "index.rst:10": ("x.gif", gif, "its text 'cat' is drawn"),
        "index.rst:11": ("y.png", "'y.png' is not a PNG image", "its text 'A dog' is drawn"),
        "index.rst:13": ("x.gif", gif, "its text 'cat' is drawn"),
        "m.md:4": ("x.gif", gif, "nothing is drawn"),
    }
    warnings = [
        f"{place}: WARNING: a label cannot show the image '{name}': {reason}; {shown} [llmpipeline.draw]"
        for place, (name, reason, shown) in reasons.items()
    ]
    build = project.write(files, conf).build("html")
    assert (build.status, build.warnings.splitlines()) == (0, warnings)
    assert re.findall("<text[^>]*>(.*?)</text>", build.read("index.html")) == ["cat", "cat", "See A dog", "B"]
    assert project.build("html").warnings == build.warnings, "also in the next build"


def test_remote_image_in_a_label(project: Project) -> None:
    text = "T\n=\n\n.. |cat| image:: https://example.org/x.png\n\n.. llmpipeline::\n\n   a: |cat|\n"
    reason = "'https://example.org/x.png': it is not a file of the project"
    expected = f"a label cannot show the image {reason}; its text 'cat' is drawn [llmpipeline.draw]"
    assert project.write({"index.rst": text}).build("html").warnings == f"index.rst:8: WARNING: {expected}\n"


def test_image_in_a_label_if_file_insertion_is_off(project: Project) -> None:
    text = "T\n=\n\n.. |cat| image:: x.png\n\n.. llmpipeline::\n\n   a: |cat|\n"
    files = {"index.rst": text, "x.png": PNG, "docutils.conf": "[general]\nfile_insertion_enabled: no\n"}
    reason = "'x.png': docutils' setting 'file_insertion_enabled' is off"
    expected = f"a label cannot show the image {reason}; its text 'cat' is drawn [llmpipeline.draw]"
    assert project.write(files).build("html").warnings == f"index.rst:8: WARNING: {expected}\n"


def test_address_as_text_of_a_label_stays_text(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: javascript:alert(1)\n"
    build = project.write({"index.rst": index}).build("html")
    assert build.warnings == f"index.rst:6: {REFUSED}\n"
    assert ">javascript:alert(1)</text>" in build.read("index.html")
    assert [url for url in links_of(build) if running_scheme(url)] == []


def test_target_that_a_reference_brings_along_goes_with_one_warning() -> None:
    reference = nodes.reference("", "here", refuri="javascript:alert(1)")
    figure = nodes.figure("", nodes.caption("", "", reference, nodes.target("", "", refuri="javascript:alert(1)")))
    assert [message for _, message in _removed(figure)] == [
        "a link cannot begin with 'javascript:'; its text is shown without it"
    ]
    assert figure.pformat() == "<figure>\n    <caption>\n        here\n"
