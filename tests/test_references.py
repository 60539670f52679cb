"""References in labels and links of parts: resolved by Sphinx, right on every page, told where they are broken."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent, indent
from xml.etree import ElementTree as ET

import docutils
import pytest

import sphinxext.llmpipeline.rendering as module
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.rendering import draw
from tests.conftest import Build, Project
from tests.drawings import SVG, read_all
from tests.pages import Page, destination
from tests.servers import server

OLD_MYST = int(version("myst-parser").partition(".")[0]) < 5
OLD_MAN = docutils.__version_info__ < (0, 22)
HTML = ("html", "dirhtml", "singlehtml")
LIBRARY = "https://library.example.org/"


@dataclass(frozen=True)
class Role:
    """A reference, where it leads, and what is drawn of it."""

    rst: str
    target: str
    """A document and an id, as ``api#lm.Trainer``, or a URL; ``HERE`` is the page itself."""
    text: str
    md: str = ""
    link: str = ""
    """As a link of a part, where Markdown has no role for it."""

    def written(self, language: str, docname: str) -> str:
        text = self.rst
        if language == "md":
            text = self.md or re.sub(r":([\w:+-]+):`", r"{\1}`", text)
        return text.replace("HERE", docname)


ROLES = {
    "doc": Role(":doc:`/api`", "api", "The API"),
    "titled": Role(":doc:`in words </api>`", "api", "in words"),
    "relative": Role(":doc:`../other`", "guide/other", "Another guide"),
    "ref": Role(":ref:`far`", "guide/other#far", "Far away"),
    "own": Role(":ref:`near-HERE`", "HERE#near-HERE", "Near by"),
    "class": Role(":py:class:`lm.Trainer`", "api#lm.Trainer", "lm.Trainer"),
    "method": Role(":py:meth:`~lm.Trainer.fit`", "api#lm.Trainer.fit", "fit()"),
    "numref": Role(":numref:`logo`", "guide/other#logo", "Fig. 1"),
    "term": Role(":term:`token`", "api#term-token", "token"),
    "option": Role(":option:`lm --rate`", "api#cmdoption-lm-rate", "lm --rate"),
    "envvar": Role(":envvar:`LM_HOME`", "api#envvar-LM_HOME", "LM_HOME"),
    "equation": Role(":eq:`loss`", "guide/other#equation-loss", "(1)"),
    "any": Role(":any:`far`", "guide/other#far", "Far away"),
    "web": Role(
        "`the web <https://example.org/x?a=1#c>`__",
        "https://example.org/x?a=1#c",
        "the web",
        "[the web](https://example.org/x?a=1#c)",
        "https://example.org/x?a=1#c",
    ),
    "library": Role(":py:class:`library.Thing`", f"{LIBRARY}things.html#library.Thing", "library.Thing"),
    "titled-library": Role(":ref:`library:intro`", f"{LIBRARY}intro.html#intro", "Introduction"),
    "external": Role(":external+library:py:func:`library.do`", f"{LIBRARY}things.html#library.do", "library.do()"),
}
PAGES = {"guide/deep/page": "rst", "guide/deep/markdown": "md"}

CONF = f"""
extensions += ["myst_parser", "sphinx.ext.intersphinx"]
intersphinx_mapping = {{"library": ("{LIBRARY}", "objects.inv")}}
myst_enable_extensions = ["colon_fence"]
numfig = True
"""
API = """
The API
=======

.. py:class:: lm.Trainer

   .. py:method:: fit

.. glossary::

   token
      A piece of text.

.. program:: lm

.. option:: --rate

.. envvar:: LM_HOME
"""
OTHER = """
Another guide
=============

.. _far:

Far away
--------

.. figure:: /logo.png
   :name: logo

   A logo

.. math:: L
   :label: loss
"""
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def inventory() -> bytes:
    """What another project's documentation offers to be linked to."""
    header = "# Sphinx inventory version 2\n# Project: library\n# Version: 1\n"
    entries = (
        "library.Thing py:class 1 things.html#$ -\n"
        "library.do py:function 1 things.html#$ -\n"
        "intro std:label -1 intro.html#intro Introduction\n"
    )
    last = "# The remainder of this file is compressed using zlib.\n"
    return (header + last).encode() + zlib.compress(entries.encode())


def fenced(language: str, body: str) -> str:
    if language == "md":
        return f"```{{llmpipeline}}\n{body}\n```\n"
    return f".. llmpipeline::\n\n{indent(body, '   ')}\n"


def heading(language: str, title: str) -> str:
    return f"# {title}\n\n" if language == "md" else f"{title}\n{'=' * len(title)}\n\n"


def page(docname: str, language: str) -> str:
    """Sphinx's own links first, then the same as labels of nodes, then as links of nodes."""
    roles = {id: role.written(language, docname) for id, role in ROLES.items()}
    links = "".join(f"* {role}\n" for role in roles.values())
    labels = "\n".join(f"{id}: {role}" for id, role in roles.items())
    targets = "\n".join(
        f"{id}\n   :link: {(language == 'md' and ROLES[id].link) or role}" for id, role in roles.items()
    )
    if language == "md":
        own = f":::{{container}} own-links\n{links}:::\n\n(near-{docname})=\n\n## Near by\n\n"
    else:
        own = f".. container:: own-links\n\n{indent(links, '   ')}\n.. _near-{docname}:\n\nNear by\n-------\n\n"
    return heading(language, "Page") + own + fenced(language, labels) + "\n" + fenced(language, targets)


def files() -> dict[str, str | bytes]:
    toctree = ".. toctree::\n\n   api\n   guide/index\n"
    guide = ".. toctree::\n\n   other\n   deep/page\n   deep/markdown\n"
    return {
        "index.rst": heading("rst", "Title") + toctree,
        "api.rst": API,
        "guide/index.rst": heading("rst", "Guide") + guide,
        "guide/other.rst": OTHER,
        "logo.png": PNG,
        "objects.inv": inventory(),
        **{f"{docname}.{language}": page(docname, language) for docname, language in PAGES.items()},
    }


class Links(Page):
    """A page with the links that Sphinx itself wrote."""

    def __init__(self, text: str) -> None:
        self.own: list[str] = []
        self._depth = 0
        super().__init__(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        attributes = dict(attrs)
        if tag == "div":
            self._depth += "own-links" in (attributes.get("class") or "") or self._depth > 0
        if tag == "a" and self._depth:
            self.own.append(attributes["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1


def part(drawing: ET.Element, id: str) -> ET.Element:
    (found,) = (group for group in drawing.iter(f"{SVG}g") if group.get("data-id") == id)
    return found


def edge(drawing: ET.Element) -> ET.Element:
    (found,) = (group for group in drawing.iter(f"{SVG}g") if "llmpipeline-edge" in (group.get("class") or ""))
    return found


def texts(element: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in element.iter(f"{SVG}text")]


def hrefs(element: ET.Element) -> list[str]:
    return [link.get("href", "") for link in element.iter(f"{SVG}a")]


def file_of(builder: str, docname: str) -> str:
    if builder == "singlehtml":
        return "index.html"
    return f"{docname}.html" if builder == "html" or docname == "index" else f"{docname}/index.html"


def follow(out: Path, file: str, href: str) -> tuple[str, str]:
    """The file, inside the output, and the id that a link of *file* leads to; both are there."""
    target, id = destination(file, href)
    target += "index.html" if not target or target.endswith("/") else ""
    assert (out / target).is_file(), (file, href)
    if id:
        assert id in Page((out / target).read_text()).ids, (file, href)
    return target, id


# Every kind of reference, on pages in folders


@pytest.fixture(scope="module", params=[(builder, jobs) for builder in HTML for jobs in ("1", "2")])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Build]:
    builder, jobs = request.param
    project = Project(tmp_path_factory.mktemp("references")).write(files(), CONF)
    build = project.run(builder, "-n", "-W", "--keep-going", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    return builder, build


def diagrams_of(builder: str, build: Build, docname: str) -> tuple[str, list[str], list[ET.Element]]:
    """File, Sphinx's own links, and the two diagrams of a page."""
    file = file_of(builder, docname)
    text = build.read(file)
    own, found = Links(text).own, read_all(text)
    if builder == "singlehtml":
        place = [*PAGES].index(docname)
        own = own[place * len(ROLES) : (place + 1) * len(ROLES)]
        found = found[place * 2 : place * 2 + 2]
    return file, own, found


@pytest.mark.parametrize("docname", PAGES)
def test_links_lead_where_sphinx_own_lead(site: tuple[str, Build], docname: str) -> None:
    builder, build = site
    _, own, (labelled, linked) = diagrams_of(builder, build, docname)
    assert len(own) == len(ROLES)
    # Since Sphinx 8.2 its own links inside a single page name the document as well as the id, and so lead nowhere.
    # Before, they name the one page there is, which leads to the same place.
    own = [re.sub(r"^#document-[^#]*(?=#)", "", href) for href in own]
    page = "index.html" if builder == "singlehtml" else ""
    own = [href.removeprefix(page) for href in own]
    for id, href in zip(ROLES, own, strict=True):
        for drawing in (labelled, linked):
            assert (id, [found.removeprefix(page) for found in hrefs(part(drawing, id))]) == (id, [href])


@pytest.mark.parametrize("docname", PAGES)
def test_links_have_targets(site: tuple[str, Build], docname: str) -> None:
    builder, build = site
    file, _, found = diagrams_of(builder, build, docname)
    for drawing in found:
        for id, role in ROLES.items():
            (href,) = hrefs(part(drawing, id))
            if role.target.startswith("https:"):
                assert (id, href) == (id, role.target)
                continue
            document, _, anchor = role.target.replace("HERE", docname).partition("#")
            target, fragment = follow(build.out, file, href)
            assert (id, target) == (id, file_of(builder, document))
            if anchor and id != "own":  # Sphinx makes ids of labels
                assert (id, fragment) == (id, anchor)
            elif builder == "singlehtml" and not anchor:
                assert fragment == f"document-{document}"


@pytest.mark.parametrize("docname", PAGES)
def test_titles_are_drawn_where_the_author_gave_none(site: tuple[str, Build], docname: str) -> None:
    builder, build = site
    _, _, (labelled, linked) = diagrams_of(builder, build, docname)
    expected = {id: [role.text] for id, role in ROLES.items()}
    if builder == "singlehtml":
        expected["numref"] = texts(part(labelled, "numref"))  # numbers of its own
    assert {id: texts(part(labelled, id)) for id in ROLES} == expected
    assert {id: texts(part(linked, id)) for id in ROLES} == {id: [id] for id in ROLES}


# How much of a part is the link

PARTS = """
whole: :doc:`other`
lines: :doc:`two\\nlines <other>`
bold: :py:class:`Thing`
part: See :doc:`other`, or :ref:`here`
both: Go to :doc:`other`
   :note: or to :ref:`here`
node note: plain
   :note: :ref:`here`
three: :doc:`other`
   :note: or :ref:`here`
named: :doc:`other`
   :link: https://example.org
group g: :doc:`other`
   inner: plain
group h: See :doc:`other`
   :note: and :ref:`here`
   inmost: plain
whole -> lines: :doc:`other` and :ref:`here`
   :note: :doc:`noted <other>`
"""
PARTS_FILES: dict[str, str | bytes] = {
    "index.rst": f"Title\n=====\n\n.. _here:\n\nHere\n----\n\n{fenced('rst', PARTS)}\n.. toctree::\n\n   other\n",
    "other.rst": "Other page\n==========\n\n.. py:class:: Thing\n",
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> ET.Element:
    build = Project(tmp_path_factory.mktemp("parts")).write(PARTS_FILES).run("html", "-n", "-W")
    assert (build.status, build.warnings) == (0, "")
    (drawing,) = read_all(build.read("index.html"))
    return drawing


@pytest.mark.parametrize(
    ("id", "href"),
    [
        ("whole", "other.html"),
        ("lines", "other.html"),
        ("bold", "other.html#Thing"),
        ("named", "https://example.org"),
        ("g", "other.html"),
    ],
)
def test_part_whose_label_is_a_reference_is_the_link(parts: ET.Element, id: str, href: str) -> None:
    (link,) = part(parts, id)
    assert (link.tag, link.attrib) == (f"{SVG}a", {"href": href})
    assert {child.tag for child in link.iter()} - {f"{SVG}g"} == {f"{SVG}a", f"{SVG}path", f"{SVG}text"}


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("part", [("other.html", "Other page"), ("#here", "Here")]),
        ("both", [("other.html", "Other page"), ("#here", "Here")]),
        ("note", [("#here", "Here")]),
        ("three", [("other.html", "Other page"), ("#here", "Here")]),
        ("h", [("other.html", "Other page"), ("#here", "Here")]),
    ],
)
def test_reference_that_is_a_part_of_the_text_is_its_own_link(
    parts: ET.Element, id: str, expected: list[tuple[str, str]]
) -> None:
    node = part(parts, id)
    links = [child for child in node if child.tag == f"{SVG}a"]
    assert [(link.get("href"), "".join(texts(link))) for link in links] == expected
    assert all({child.tag for child in link} == {f"{SVG}text"} for link in links)
    assert node.find(f"{SVG}path") is not None


def test_references_of_an_edge(parts: ET.Element) -> None:
    found = [(link.get("href"), "".join(texts(link))) for link in edge(parts).iter(f"{SVG}a")]
    assert found == [("other.html", "Other page"), ("#here", "Here"), ("other.html", "noted")]


def test_no_link_stands_in_a_link(parts: ET.Element) -> None:
    for link in parts.iter(f"{SVG}a"):
        assert list(link.iter(f"{SVG}a")) == [link]


def test_download_is_drawn_and_the_list_beside_has_no_stop_for_the_keyboard(project: Project) -> None:
    body = fenced("rst", "a: Get :download:`the file <data.txt>`")
    project.write({"index.rst": f"Title\n=====\n\n{body}", "data.txt": "Data"})
    build = project.build("html", "-n", "-W")
    assert build.warnings == ""
    (drawing,) = read_all(build.read("index.html"))
    assert "".join(texts(drawing)) == "Get the file"
    assert "<a " not in re.findall(r'<div class="llmpipeline-text.*?</figure>', build.read("index.html"), re.DOTALL)[0]


# What is broken is told at its own line

BROKEN = """
a: :doc:`gone`
b: Fine\\nand :ref:`gone`
   :note: :py:class:`Gone`
      :term:`gone`
c: Fine
   and :option:`lm --gone`
   :link: :doc:`nowhere`
group g: :numref:`gone`
   :note: :any:`gone`
   d
a -> b: :py:func:`gone`
   :note: :ref:`gone too`
"""


def broken(place: str, first: int) -> list[str]:
    """Warnings of :data:`BROKEN`, whose first line is *first*, in the order of the file."""
    told = [
        (0, "unknown document: 'gone' [ref.doc]"),
        (1, "undefined label: 'gone' [ref.ref]"),
        (2, "py:class reference target not found: Gone [ref.class]"),
        (2, "term not in glossary: 'gone' [ref.term]"),
        (4, "unknown option: 'lm --gone' [ref.option]"),
        (6, "unknown document: 'nowhere' [ref.doc]"),
        (7, "undefined label: 'gone' [ref.numref]"),
        (8, "'any' reference target not found: gone [ref.any]"),
        (10, "py:func reference target not found: gone [ref.func]"),
        (11, "undefined label: 'gone too' [ref.ref]"),
    ]
    return [f"{place}:{first + line}: WARNING: {message}" for line, message in told]


BODY = BROKEN.strip("\n")
MD_BODY = re.sub(r":([\w:]+):`", r"{\1}`", BODY)
MYST = 'extensions += ["myst_parser"]'


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("builder", ["html", "latex", "text"])
def test_broken_references_warn_at_their_own_lines(project: Project, builder: str, jobs: str) -> None:
    pages = {f"page{number}.rst": f":orphan:\n\nPage {number}\n======\n" for number in range(6)}
    project.write({"index.rst": f"Title\n=====\n\n{fenced('rst', BODY)}", **pages})
    build = project.build(builder, "-n", "-j", jobs)
    assert sorted(build.warnings.splitlines()) == sorted(broken("index.rst", 6))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(
            {"index.rst": "Title\n=====\n\n.. include:: part.inc\n", "part.inc": f"Text.\n\n{fenced('rst', BODY)}"},
            broken("part.inc", 5),
            id="included",
        ),
        pytest.param(
            {"index.rst": "Title\n=====\n\n.. llmpipeline:: body.txt\n", "body.txt": f"# Comment\n{BODY}"},
            broken("body.txt", 2),
            id="body",
        ),
        pytest.param(
            {"index.rst": f"Title\n=====\n\n* .. note::\n\n{indent(fenced('rst', BODY), '     ')}"},
            broken("index.rst", 8),
            id="nested",
        ),
        pytest.param({"index.md": f"# Title\n\n{fenced('md', MD_BODY)}"}, broken("index.md", 4), id="myst"),
        pytest.param(
            {
                "index.md": f"# Title\n\n```{{llmpipeline}}\n:name: x\n:caption: C\n\n{MD_BODY}\n```\n",
            },
            broken("index.md", 7),
            id="myst-options",
        ),
        pytest.param(
            {"index.md": "# Title\n\n```{llmpipeline} body.txt\n```\n", "body.txt": f"# Comment\n{MD_BODY}"},
            broken("body.txt", 2),
            id="myst-body",
        ),
        pytest.param(
            {"index.md": "# Title\n\n```{include} part.inc\n```\n", "part.inc": f"Text.\n\n{fenced('md', MD_BODY)}"},
            broken("part.inc", 4),
            id="myst-included",
            marks=pytest.mark.skipif(OLD_MYST, reason="MyST before 5 counts lines of included files from the second"),
        ),
    ],
)
def test_broken_references_name_the_file_that_holds_them(
    project: Project, written: dict[str, str | bytes], expected: list[str]
) -> None:
    conf = MYST if "index.md" in written else ""
    build = project.write(written, f'{conf}\nexclude_patterns = ["*.inc", "*.txt"]').build("html", "-n")
    assert sorted(build.warnings.splitlines()) == sorted(expected)


def test_diagram_with_broken_references_is_drawn(project: Project) -> None:
    build = project.write({"index.rst": f"Title\n=====\n\n{fenced('rst', BODY)}"}).build("html")
    (drawing,) = read_all(build.read("index.html"))
    assert texts(part(drawing, "a")) == ["gone"]
    assert hrefs(drawing) == []


# linkcheck


@pytest.mark.parametrize("language", ["rst", "md"])
def test_linkcheck_reports_dead_urls_at_their_lines(project: Project, language: str) -> None:
    def web(url: str) -> str:
        return f"[x]({url})" if language == "md" else f"`x <{url}>`__"

    with server(lambda path: "gone" not in path) as url:
        body = [
            f"a: See {web(f'{url}/gone/label')} and {web(f'{url}/fine')}",
            f"   :note: {web(f'{url}/gone/note')}",
            f"   :link: {url}/gone/link",
            f"group g: {web(f'{url}/gone/group')}",
            "   b",
            f"a -> b: {web(f'{url}/gone/edge')}",
        ]
        text = heading(language, "Title") + fenced(language, "\n".join(body))
        first = text[: text.index("a: See")].count("\n") + 1
        build = project.write({f"index.{language}": text}, MYST).build("linkcheck")
        report = build.read("output.txt")
    assert sorted(re.findall(rf"index\.{language}:(\d+): \[broken\] \S+/gone/(\w+):", report)) == sorted(
        (str(first + line), name) for line, name in enumerate(["label", "note", "link", "group", "", "edge"]) if name
    )
    assert "fine" not in report


# Builders without links in their pictures


@pytest.fixture
def beside(project: Project) -> Project:
    body = """
    a: :doc:`other`
       :note: see :py:class:`Thing`
    b: *Go* there
       :link: https://example.org/there
    c: See `the web <https://example.org/web>`__
       :link: :ref:`far`
    a -> b: from :ref:`a distance <far>`
    """
    project.write(
        {
            "index.rst": f"Title\n=====\n{fenced('rst', dedent(body).strip())}\n.. toctree::\n\n   other\n",
            "other.rst": "Other page\n==========\n\n.. _far:\n\nFar away\n--------\n\n.. py:class:: Thing\n",
        }
    )
    return project


def test_latex_has_the_links_below_the_picture(beside: Project) -> None:
    build = beside.build("latex", "-n", "-W")
    assert build.warnings == ""
    tex = build.read("pipelines.tex")
    (line,) = re.findall(r"^Links: .*$", tex, re.MULTILINE)
    found = re.findall(r"\\sphinxhref\{(.*?)\}|\\hyperref\[\\detokenize\{(.*?)\}\]", line)
    assert [url or label for url, label in found] == [
        "other::doc",
        "other:Thing",
        "https://example.org/web",
        "other:far",
        "https://example.org/there",
        "other:far",
    ]
    for _, label in found:
        assert not label or rf"\label{{\detokenize{{{label}}}}}" in tex
    assert "Go there" in line
    assert tex.index(r"\sphinxincludegraphics") < tex.index(line)


def test_text_has_the_texts_of_references(beside: Project) -> None:
    text = beside.build("text", "-n", "-W").read("index.txt")
    for expected in (
        "Other page",
        "Thing",
        "there: https://example.org/there",
        "Far away",
        "See the web",
        "a distance",
    ):
        assert expected in text


@pytest.mark.skipif(OLD_MAN, reason="docutils before 0.22 writes no URLs into man pages, of no link")
def test_man_has_urls(project: Project) -> None:
    """They are all that a man page has of a link."""

    def web(name: str) -> str:
        return f"see `{name} <https://example.org/{name}>`__"

    body = f"""
    group g: {web("title")}
       a: {web("label")}
          :note: {web("note")}
          :link: https://example.org/link
    b
    a -> b: {web("edge")}
       :note: {web("remark")}
    """
    build = project.write({"index.rst": fenced("rst", dedent(body).strip())}).build("man", "-n", "-W")
    assert build.warnings == ""
    written = build.read("pipelines.1").replace(r"\:", "").replace(r"\%", "")
    found = re.findall(r"<https://example\.org/(\w+)>", written)
    assert sorted(found) == ["edge", "label", "link", "note", "remark", "title"]


def test_texinfo_has_the_links_below_the_picture(beside: Project) -> None:
    build = beside.build("texinfo", "-n", "-W")
    assert build.warnings == ""
    text = build.read("pipelines.texi")
    (line,) = re.findall(r"^Links: .*$", text, re.MULTILINE)
    assert "the web@footnote{https://example.org/web}" in line
    assert "Go there@footnote{https://example.org/there}" in line
    for anchor, title in re.findall(r"@ref\{(\w+),,(.*?)\}", line):
        assert title in ("Other page", "Thing", "a distance", "Far away")
        assert f"@anchor{{{anchor}}}" in text or re.search(rf"@anchor\{{\S+\}}@anchor\{{{anchor}\}}", text)
    assert len(re.findall("@ref", line)) == 4
    assert text.index("@image") < text.index(line)


def test_epub_has_the_links_below_the_picture(beside: Project) -> None:
    build = beside.build("epub", "-n", "-W")
    assert build.warnings == ""
    text = build.read("index.xhtml")
    (figure,) = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    ET.fromstring(figure)  # well-formed
    # Without a caption they stand after the figure: docutils closes a caption before any second child of one.
    (below,) = re.findall(r'</figure>\s*<p class="llmpipeline-links">.*?</p>', text, re.DOTALL)
    found = re.findall(r'<a class="reference[^"]*" href="(.*?)"', below)
    assert found == [
        "other.xhtml",
        "other.xhtml#Thing",
        "https://example.org/web",
        "other.xhtml#far",
        "https://example.org/there",
        "other.xhtml#far",
    ]
    for href in found:
        if not href.startswith("https:"):
            follow(build.out, "index.xhtml", href)


@pytest.mark.parametrize("builder", ["html", "epub"])
def test_figures_are_well_formed(project: Project, builder: str) -> None:
    diagrams = [
        f".. llmpipeline::\n{caption}\n   a -> b\n   {link}\n"
        for caption in ("", "   :caption: C\n")
        for link in ("", "   :link: :ref:`here`\n")
    ]
    index = "Title\n=====\n\n.. _here:\n\nHere\n----\n\n" + "\n".join(diagrams)
    build = project.write({"index.rst": index}).build(builder, "-n", "-W")
    text = build.read("index.html" if builder == "html" else "index.xhtml")
    figures = re.findall(r"<figure.*?</figure>", text, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        assert figure.count("<figcaption") == figure.count("</figcaption>")
        ET.fromstring(figure.replace("&nbsp;", " "))


@pytest.mark.parametrize("builder", ["latex", "text", "man", "epub", "texinfo", "gettext", "xml"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_every_kind_of_reference_builds_everywhere(project: Project, builder: str, jobs: str) -> None:
    build = project.write(files(), CONF).build(builder, "-n", "-W", "--keep-going", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")


# What is drawn again


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first node of every drawing that is made."""
    found: list[str] = []

    def counted(job: Job) -> Drawing:
        found.append(job.pipeline.nodes[0].label.text)
        return draw(job)

    monkeypatch.setattr(module, "draw", counted)
    return found


def two(label: str = ":doc:`/other`", title: str = "Other") -> dict[str, str | bytes]:
    toctree = ".. toctree::\n   :glob:\n\n   **\n"
    return {
        "index.rst": f"Title\n=====\n\n{fenced('rst', f'a: {label}')}\n{toctree}",
        "other.rst": f"{title}\n{'=' * len(title)}\n\n.. _place:\n\nPlace\n-----\n",
    }


def test_page_that_moves_is_not_drawn_again(project: Project, drawn: list[str]) -> None:
    written = two()
    project.write({**written, "index.rst": "Title\n=====\n\n.. toctree::\n   :glob:\n\n   **\n"})
    project.write({"page.rst": f"Page\n====\n\n{fenced('rst', 'a: :doc:`/other`')}"})
    assert '<a href="other.html">' in project.build("html", "-W").read("page.html")
    assert drawn == ["Other"]
    (project.source / "sub").mkdir()
    (project.source / "page.rst").rename(project.source / "sub" / "page.rst")
    assert '<a href="../other.html">' in project.build("html", "-W").read("sub/page.html")
    assert drawn == ["Other"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(":doc:`text </other>`", ":ref:`text <place>`", id="another target"),
        pytest.param("`text <https://example.org/1>`__", "`text <https://example.org/2>`__", id="another URL"),
        pytest.param(":doc:`/other`", ":doc:`Other </other>`", id="title written out"),
    ],
)
def test_target_that_changes_does_not_draw_again(project: Project, drawn: list[str], before: str, after: str) -> None:
    project.write(two(before)).build("html", "-W")
    first = project.build("html", "-W").read("index.html")
    project.rewrite("index.rst", str(two(after)["index.rst"]))
    second = project.build("html", "-W").read("index.html")
    assert len(drawn) == 1
    if "Other" not in after:
        assert hrefs(read_all(first)[0]) != hrefs(read_all(second)[0])


def test_target_that_moves_does_not_draw_again(project: Project, drawn: list[str]) -> None:
    written = two(":ref:`place`")
    project.write(written).build("html", "-W")
    (project.source / "sub").mkdir()
    (project.source / "other.rst").rename(project.source / "sub" / "other.rst")
    build = project.build("html", "-W", "-a")
    assert drawn == ["Place"]
    (href,) = hrefs(read_all(build.read("index.html"))[0])
    assert follow(build.out, "index.html", href) == ("sub/other.html", "place")


def test_builders_of_pages_share_the_drawing(project: Project, drawn: list[str]) -> None:
    project.write(two(":ref:`place`"))
    found = {builder: hrefs(read_all(project.build(builder, "-W").read("index.html"))[0]) for builder in HTML}
    assert drawn == ["Place"]
    assert found == {"html": ["other.html#place"], "dirhtml": ["other/#place"], "singlehtml": ["#place"]}


def test_title_that_changes_draws_again(project: Project, drawn: list[str]) -> None:
    project.write(two()).build("html", "-W")
    project.rewrite("other.rst", str(two(title="A longer title")["other.rst"]))
    build = project.build("html", "-W")
    assert drawn == ["Other", "A longer title"]
    assert texts(read_all(build.read("index.html"))[0]) == ["A longer title"]


def test_title_that_is_not_drawn_does_not_draw_again(project: Project, drawn: list[str]) -> None:
    project.write(two(":doc:`text </other>`")).build("html", "-W")
    project.rewrite("other.rst", str(two(title="A longer title")["other.rst"]))
    project.build("html", "-W", "-a")
    assert drawn == ["text"]
