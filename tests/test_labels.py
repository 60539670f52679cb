"""Markup in labels, notes, edge labels and titles of groups, in both languages and wherever a diagram may stand."""

from __future__ import annotations

import json
import pickle
import re
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent, indent

import pytest

from sphinxext.llmpipeline import Label, Pipeline, Run
from tests.conftest import Project

CONF = """
import sys

sys.path.insert(0, ".")
extensions += ["myst_parser", "keeping"]
myst_enable_extensions = ["dollarmath", "substitution", "attrs_inline"]
myst_substitutions = {"short": "the *model*"}
rst_epilog = '''
.. |short| replace:: the *model*
'''
numfig = True
"""

# Keeps the pipelines as they are drawn, and brings a domain of a project's own.
KEEPING = """
import pickle
from pathlib import Path

from sphinx.domains import Domain
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from sphinxext.llmpipeline.extension.doctree import resolved


class Recipes(Domain):
    name, label, roles = "cook", "Recipes", {"recipe": XRefRole()}

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        return make_refnode(builder, fromdocname, "other", "pie", contnode, target)

    def resolve_any_xref(self, *arguments):
        return []

    def merge_domaindata(self, docnames, otherdata):
        pass


def keep(app, doctree, docname):
    found = [resolved(diagram) for diagram in doctree.findall(pipeline_diagram)]
    if found:
        Path(app.outdir, f"{docname.replace('/', '-')}.pipelines").write_bytes(pickle.dumps(found))


def setup(app):
    app.add_domain(Recipes)
    app.connect("doctree-resolved", keep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""

OTHER = """
Other *page*
============

.. _place:

A place
-------

.. _pie:

A pie
-----

.. py:class:: Trainer

   .. py:method:: fit

.. py:function:: tokenize

.. glossary::

   token
      A piece of text.

.. program:: train

.. option:: --rate

.. envvar:: CUDA_HOME

.. figure:: logo.png
   :name: picture

   A picture
"""
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
FILES: dict[str, str | bytes] = {"other.rst": OTHER, "logo.png": PNG, "keeping.py": KEEPING}


@dataclass(frozen=True)
class Case:
    """A label in both languages, ``None`` where one cannot say it, and the lines that are drawn."""

    id: str
    rst: str | None
    md: str | None
    lines: tuple[tuple[Run, ...], ...]


def case(id: str, rst: str | None, md: str | None, *runs: Run) -> Case:
    return Case(id, rst, md, (runs,))


def link(text: str, number: int = 0, face: str = "regular", **more: str) -> Run:
    return Run(text, face, reference=number, **more)  # type: ignore[arg-type]


ITALIC, BOLD, MONO = (Run("x", face) for face in ("italic", "bold", "mono"))  # type: ignore[arg-type]
A, B = Run("a "), Run(" b")
CASES = [
    case("plain", "a b", "a b", Run("a b")),
    case("emphasis", "a *x* b", "a *x* b", A, ITALIC, B),
    case("strong", "a **x** b", "a **x** b", A, BOLD, B),
    case("literal", "a ``x`` b", "a `x` b", A, MONO, B),
    case("default role", "a `x` b", None, A, ITALIC, B),
    case("whole", "**x**", "**x**", BOLD),
    case("math role", r"a :math:`\frac{1}{2}` b", r"a {math}`\frac{1}{2}` b", A, Run(r"\frac{1}{2}", "math"), B),
    case("dollar", None, r"a $\nabla x_{i}$ b", A, Run(r"\nabla x_{i}", "math"), B),
    case("not dollar", "$5 to $6", r"\$5 to \$6", Run("$5 to $6")),
    case("sub", r"H\ :sub:`2`\ O", "H{sub}`2`O", Run("H"), Run("2", script="sub"), Run("O")),
    case("sup", r"x\ :sup:`2`", "x{sup}`2`", Run("x"), Run("2", script="super")),
    case("substitution", "a |short| b", "a {{ short }} b", Run("a the "), Run("model", "italic"), B),
    case("keyboard", ":kbd:`x`", "{kbd}`x`", MONO),
    case("command", ":command:`x`", "{command}`x`", BOLD),
    case("abbreviation", ":abbr:`LM (language model)`", "{abbr}`LM (language model)`", Run("LM")),
    case("samp", ":samp:`a{x}`", "{samp}`a{x}`", Run("a", "mono"), Run("x", "italic")),
    case("link", "a `x <https://example.org>`__ b", "a [x](https://example.org) b", A, link("x"), B),
    case("bare link", "a https://example.org b", "a <https://example.org> b", A, link("https://example.org"), B),
    case("link inside", None, "a **[x](https://example.org)** b", A, link("x", face="bold"), B),
    case("doc", "a :doc:`other` b", "a {doc}`other` b", A, link("Other page"), B),
    case("doc with title", ":doc:`x <other>`", "{doc}`x <other>`", link("x")),
    case("markdown doc", None, "a [](other.rst) b", A, link("Other page"), B),
    case("ref", "a :ref:`place` b", "a {ref}`place` b", A, link("A place"), B),
    case("numref", "a :numref:`picture` b", "a {numref}`picture` b", A, link("Fig. 1"), B),
    case("term", "a :term:`token` b", "a {term}`token` b", A, link("token"), B),
    case("option", ":option:`train --rate`", "{option}`train --rate`", link("train --rate", face="mono")),
    case("envvar", ":envvar:`CUDA_HOME`", "{envvar}`CUDA_HOME`", link("CUDA_HOME", face="mono")),
    case("class", "a :py:class:`Trainer` b", "a {py:class}`Trainer` b", A, link("Trainer", face="mono"), B),
    case("function", ":py:func:`tokenize`", "{py:func}`tokenize`", link("tokenize()", face="mono")),
    case("method", ":py:meth:`~Trainer.fit`", "{py:meth}`~Trainer.fit`", link("fit()", face="mono")),
    case("any", ":any:`place`", "{any}`place`", link("A place")),
    case("domain", "a :cook:recipe:`apple` b", "a {cook:recipe}`apple` b", A, link("apple", face="mono"), B),
    case(
        "two references",
        ":doc:`other` and :ref:`place`",
        "{doc}`other` and {ref}`place`",
        link("Other page"),
        Run(" and "),
        link("A place", 1),
    ),
    case("escaped", r"\*x\* \`\`", r"\*x\* \`\`", Run("*x* ``")),
    case("quotes", "\"x\" -- 'y'...", "\"x\" -- 'y'...", Run("\"x\" -- 'y'...")),
    case("angles", "a < b & c > d", "a < b & c > d", Run("a < b & c > d")),
    case("arrow", "a -> b: c", "a -> b: c", Run("a -> b: c")),
    Case("lines", r"a\nb", r"a\nb", ((Run("a"),), (Run("b"),))),
    Case("lines in markup", r"**x\nx**", r"**x\nx**", ((BOLD,), (BOLD,))),
    Case("line after markup", r"*x*\n``x``", r"*x*\n`x`", ((ITALIC,), (MONO,))),
    Case("list", r"a\n- *x*\n- b", r"a\n- *x*\n- b", ((Run("a"),), (Run("- "), ITALIC), (Run("- b"),))),
    Case("only a list", r"- a\n- b", r"- a\n- b", ((Run("- a"),), (Run("- b"),))),
    Case("line in a literal", r"``a\nb``", r"`a\nb`", ((Run(r"a\nb", "mono"),),)),
]
LANGUAGES = ("rst", "md")
PARTS = ("group", "label", "note", "edge", "edge note")


def written(language: str, label: str) -> str:
    """A diagram with *label* wherever there may be one."""
    lines = [f"group g: {label}", f"   first: {label}", f"      :note: {label}", "second", f"first -> second: {label}"]
    lines.append(f"   :note: {label}")
    return fenced(language, "\n".join(lines))


def fenced(language: str, body: str) -> str:
    if language == "md":
        return f"```{{llmpipeline}}\n{body}\n```\n"
    return f".. llmpipeline::\n\n{indent(body, '   ')}\n"


def drawn(pipeline: Pipeline) -> dict[str, Label | None]:
    (group,), (first, second), (edge,) = pipeline.groups, pipeline.nodes, pipeline.edges
    assert second.label == Label.plain("second")
    return dict(zip(PARTS, (group.label, first.label, first.note, edge.label, edge.note), strict=True))


@pytest.fixture(scope="module")
def pipelines(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Pipeline]:
    """What is drawn of each case in each language."""
    project = Project(tmp_path_factory.mktemp("labels"))
    files, order = {}, {}
    for language in LANGUAGES:
        cases = [case for case in CASES if getattr(case, language) is not None]
        diagrams = [written(language, getattr(case, language)) for case in cases]
        files[f"{language}.{language}"] = "\n".join(
            [":orphan:\n\nTitle\n=====\n" if language == "rst" else "---\norphan: true\n---\n\n# Title\n", *diagrams]
        )
        order[language] = cases
    project.write({"index.rst": "Title\n=====\n\n.. toctree::\n\n   other\n", **FILES, **files}, CONF)
    build = project.run("html", "-n", "-W", "--keep-going")
    assert (build.status, build.warnings) == (0, "")
    return {
        (case.id, language): pipeline
        for language, cases in order.items()
        for case, pipeline in zip(cases, kept(build.out, language), strict=True)
    }


def kept(out: Path, docname: str) -> list[Pipeline]:
    found: list[Pipeline] = pickle.loads((out / f"{docname}.pipelines").read_bytes())
    return found


@pytest.mark.parametrize(
    ("case", "language"),
    [
        pytest.param(case, language, id=f"{case.id}-{language}")
        for case in CASES
        for language in LANGUAGES
        if getattr(case, language) is not None
    ],
)
def test_markup_is_drawn_in_every_text(case: Case, language: str, pipelines: dict[tuple[str, str], Pipeline]) -> None:
    found = drawn(pipelines[case.id, language])
    references = len({run.reference for line in case.lines for run in line} - {None})
    # References are numbered through the diagram.
    for place, part in enumerate(PARTS):
        expected = tuple(
            tuple(
                run if run.reference is None else replace(run, reference=run.reference + place * references)
                for run in line
            )
            for line in case.lines
        )
        label = found[part]
        assert label is not None
        assert (part, label.lines) == (part, expected)


def test_both_languages_can_say_nearly_everything() -> None:
    assert {case.id for case in CASES if case.rst is None or case.md is None} == {
        "default role",
        "dollar",
        "link inside",
        "markdown doc",
    }


# What a label may not bring into a page

RAW = {
    "rst": ".. role:: raw-html(raw)\n   :format: html\n\n.. role:: raw-latex(raw)\n   :format: latex\n\n",
    "md": "",
}
RAW_LABEL = {"rst": 'x :raw-html:`<b onclick="evil()">y</b>` z', "md": 'x <b onclick="evil()">y</b> z'}
RAW_LATEX = {"rst": r"x :raw-latex:`\evil` z", "md": "x {raw}`evil` z"}


def figures(page: str) -> str:
    return "\n".join(re.findall(r"<figure.*?</figure>", page, re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("builder", ["html", "epub"])
def test_raw_html_does_not_pass(project: Project, language: str, builder: str) -> None:
    text = RAW[language] + written(language, RAW_LABEL[language])
    conf = 'extensions += ["myst_parser"]\nllmpipeline_label_width = 1000\nsuppress_warnings = ["llmpipeline.syntax"]'
    build = project.write({f"index.{language}": text}, conf).build(builder, "-W")
    assert build.warnings == ""
    shown = figures(build.read("index.html" if builder == "html" else "index.xhtml"))
    assert "<b" not in shown
    assert "evil()" not in re.sub(r"&lt;b.*?&gt;|<desc.*?</desc>", "", shown)


def test_raw_latex_does_not_pass(project: Project) -> None:
    text = RAW["rst"] + written("rst", RAW_LATEX["rst"])
    build = project.write({"index.rst": f"Title\n=====\n\n{text}"}).build("latex", "-W")
    (tex,) = build.out.glob("*.tex")
    assert r"\evil" not in tex.read_text()


# Wherever a diagram may stand

BODY = {"rst": "a: *A* of :doc:`other`\n   :note: ``n``\nb: $B$\na -> b: **E**", "md": ""}
BODY["md"] = BODY["rst"].replace(":doc:`other`", "{doc}`other`").replace("``n``", "`n`").replace("$B$", r"\$B\$")
EXPECTED = (
    Label(((Run("A", "italic"), Run(" of "), link("Other page")),)),
    Label(((Run("n", "mono"),),)),
    Label.plain("$B$"),
    Label(((Run("E", "bold"),),)),
)

RST_PLACES = {
    "table": """
    .. list-table::

       * - Cell
         - DIAGRAM
    """,
    "grid": """
    +------+--------------------------------------+
    | Cell | .. llmpipeline::                     |
    |      |                                      |
    |      |    a: *A* of :doc:`other`            |
    |      |       :note: ``n``                   |
    |      |    b: $B$                            |
    |      |    a -> b: **E**                     |
    +------+--------------------------------------+
    """,
    "admonition": """
    .. admonition:: Read this

       DIAGRAM
    """,
    "tabs": """
    .. tab-set::

       .. tab-item:: One

          DIAGRAM

       .. tab-item:: Two

          DIAGRAM
    """,
    "list": """
    1. Item

       * DIAGRAM

       * Text.

         DIAGRAM
    """,
    "definition": """
    term
       Text.

       DIAGRAM
    """,
    "quote": """
    Text.

       DIAGRAM
    """,
    "sidebar": """
    .. sidebar:: Title

       DIAGRAM
    """,
    "dropdown": """
    .. dropdown:: Title

       DIAGRAM
    """,
    "only": """
    .. only:: html

       DIAGRAM
    """,
    "footnote": """
    Text [#]_.

    .. [#] Text.

       DIAGRAM
    """,
    "docstring": """
    .. py:function:: f

       DIAGRAM
    """,
}
MD_PLACES = {
    "table": """
    `````{list-table}
    * - Cell
      - DIAGRAM
    `````
    """,
    "admonition": """
    `````{admonition} Read this
    DIAGRAM
    `````
    """,
    "tabs": """
    ``````{tab-set}
    `````{tab-item} One
    DIAGRAM
    `````
    `````{tab-item} Two
    DIAGRAM
    `````
    ``````
    """,
    "list": """
    1. Item

       * DIAGRAM

       * Text.

         DIAGRAM
    """,
    "definition": """
    term
    : Text.

      DIAGRAM
    """,
    "quote": """
    > Text.
    >
    > DIAGRAM
    """,
    "sidebar": """
    `````{sidebar} Title
    DIAGRAM
    `````
    """,
    "dropdown": """
    `````{dropdown} Title
    DIAGRAM
    `````
    """,
    "only": """
    `````{only} html
    DIAGRAM
    `````
    """,
    "footnote": """
    Text [^one].

    [^one]: Text.

        DIAGRAM
    """,
    "docstring": """
    `````{py:function} f
    DIAGRAM
    `````
    """,
}
PLACES = {"rst": RST_PLACES, "md": MD_PLACES}
PLACES_CONF = f"""{CONF}
extensions += ["sphinx_design"]
myst_enable_extensions += ["deflist"]
"""


def put(text: str, diagram: str) -> str:
    """*text* with *diagram* in it, as far to the right as the word that stands for it."""
    lines = []
    for line in dedent(text).split("\n"):
        before, marker, _ = line.partition("DIAGRAM")
        if not marker:
            lines.append(line)
            continue
        first, *rest = diagram.rstrip("\n").split("\n")
        further = re.sub("[^>]", " ", before)
        lines += [before + first, *((further + more).rstrip() for more in rest)]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A page for each place and language, built once."""
    project = Project(tmp_path_factory.mktemp("places"))
    files = {
        f"{language}/{name}.{language}": (
            (":orphan:\n\nTitle\n=====\n" if language == "rst" else "---\norphan: true\n---\n\n# Title\n")
            + put(text, fenced(language, BODY[language].replace("`other`", "`/other`")))
        ).replace(":doc:`other`", ":doc:`/other`")
        for language, texts in PLACES.items()
        for name, text in texts.items()
    }
    # The grid is as wide as its lines.
    files["rst/grid.rst"] = files["rst/grid.rst"].replace(":doc:`/other`            |", ":doc:`/other`           |")
    project.write({"index.rst": "Title\n=====\n\n.. toctree::\n\n   other\n", **FILES, **files}, PLACES_CONF)
    build = project.run("html", "-n", "-W", "--keep-going", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    return project


@pytest.mark.parametrize(
    ("language", "place"), [(language, place) for language, texts in PLACES.items() for place in texts]
)
def test_diagram_may_stand_anywhere(places: Project, language: str, place: str) -> None:
    out = places.root / "out" / "html"
    count = max(1, PLACES[language][place].count("DIAGRAM"))
    found = kept(out, f"{language}-{place}")
    assert len(found) == count
    for pipeline in found:
        (first, second), (edge,) = pipeline.nodes, pipeline.edges
        assert (first.label, first.note, second.label, edge.label) == EXPECTED
    page = (out / language / f"{place}.html").read_text()
    assert page.count(' data-diagram="') == page.count('<a href="../other.html"><text ') == count


DOCSTRING = '''
"""A module with a picture.

.. llmpipeline::

   a: *A* of :doc:`other`
      :note: ``n``
   b: $B$
   a -> b: **E**
"""


class Trainer:
    """Trains.

    .. llmpipeline::

       a: *A* of :doc:`other`
          :note: ``n``
       b: $B$
       a -> b: **E**
    """

    def fit(self):
        """Fits :py:class:`Trainer`.

        .. llmpipeline::

           a: *A* of :doc:`other`
              :note: ``n``
           b: $B$
           a -> b: **E**

        Args:
            x: nothing
        """
'''


@pytest.mark.parametrize("language", LANGUAGES)
def test_diagrams_in_docstrings(project: Project, language: str) -> None:
    automodule = ".. automodule:: module_of_pictures\n   :members:\n"
    index = f"Title\n=====\n\n{automodule}" if language == "rst" else f"# Title\n\n```{{eval-rst}}\n{automodule}```\n"
    hidden = "---\norphan: true\n---\n\n# Other *page*\n"
    project.write(
        {
            f"index.{language}": index,
            "module_of_pictures.py": DOCSTRING,
            "other.md": hidden,
            "logo.png": PNG,
            "keeping.py": KEEPING,
        },
        f'{CONF}\nextensions += ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]',
    )
    build = project.run("html", "-n", "-W")
    assert (build.status, build.warnings) == (0, "")
    found = kept(build.out, "index")
    assert len(found) == 3
    for pipeline in found:
        (first, second), (edge,) = pipeline.nodes, pipeline.edges
        assert (first.label, first.note, second.label, edge.label) == EXPECTED


# Search


def terms(index: str) -> dict[str, int | list[int]]:
    found: dict[str, int | list[int]] = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_finds_a_page_by_a_word_of_a_label(project: Project, language: str) -> None:
    body = (
        "group g: Titleword\n   first: Nodeword and **Boldword**\n      :note: Noteword\n      :tooltip: Tipword\n"
        "second\nfirst -> second: Edgeword\n"
    )
    heading = "Title\n=====\n\n" if language == "rst" else "# Title\n\n"
    project.write(
        {
            f"index.{language}": heading + "Text.\n",
            f"other.{language}": (":orphan:\n\n" if language == "rst" else "---\norphan: true\n---\n\n")
            + heading
            + fenced(language, body),
        },
        'extensions += ["myst_parser"]',
    )
    build = project.build("html", "-W")
    assert build.warnings == ""
    index = build.read("searchindex.js")
    docnames = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["docnames"]
    other = docnames.index("other")
    found = terms(index)
    for word in ("titleword", "nodeword", "boldword", "noteword", "tipword", "edgeword"):
        assert (word, found.get(word)) == (word, other)
