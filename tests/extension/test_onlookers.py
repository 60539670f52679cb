"""Who looks at the texts of documents, and what nobody need look at."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from sphinxext.llmpipeline.extension.doctree import is_closed
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from tests.conftest import Project

DIAGRAM = "Title\n=====\n\n.. llmpipeline::\n\n   a: First one\n   b: Second (2)\n\n   a -> b: leads to\n"

# An extension that notes, in a file, whether a closed diagram comes to it.
LOOKS = """
    from docutils import nodes
    from docutils.transforms import Transform
    from sphinx.transforms.post_transforms import SphinxPostTransform

    def note(document):
        seen = [text.astext() for text in document.findall(nodes.Text)]
        with open("seen.txt", "a") as file:
            print("First one" in seen, file=file)

    class Read(Transform):
        default_priority = 500

        def apply(self):
            note(self.document)

    class Write(SphinxPostTransform):
        default_priority = 500

        def run(self, **_):
            note(self.document)

    def setup(app):
        {}
"""


def test_plain_texts_wait_where_nobody_looks(project: Project) -> None:
    project.write({"index.rst": DIAGRAM}).build("html", "-W")
    assert [is_closed(diagram) for diagram in project.packed().findall(pipeline_diagram)] == [True]


@pytest.mark.parametrize(
    "look",
    [
        "app.add_transform(Read)",
        'app.connect("doctree-read", lambda app, document: note(document))',
        "app.add_post_transform(Write)",
        'app.connect("doctree-resolved", lambda app, document, name: note(document), priority=400)',
    ],
)
def test_who_looks_sees_the_texts(project: Project, look: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, LOOKS.format(look)).build("html", "-W")
    assert (project.source / "seen.txt").read_text().splitlines() == ["True"]
    assert re.findall(r"<text[^>]*>([^<]*)</text>", build.read("index.html")) == ["leads to", "First one", "Second (2)"]


@pytest.mark.parametrize(("language", "folder"), [("de", "de"), ("de_AT", "de_AT"), ("de_AT", "de"), ("de", "de_DE")])
def test_texts_are_translated_from_whichever_folder_serves(project: Project, language: str, folder: str) -> None:
    catalog = Catalog(language)
    catalog.add("First one", "Das erste")
    written = io.BytesIO()
    write_mo(written, catalog)
    files: dict[str, str | bytes] = {"index.rst": DIAGRAM, f"words/{folder}/LC_MESSAGES/index.mo": written.getvalue()}
    build = project.write(files, f'language = "{language}"\nlocale_dirs = ["words"]\n').build("html", "-W")
    assert re.findall(r"<text[^>]*>([^<]*)</text>", build.read("index.html")) == ["leads to", "Das erste", "Second (2)"]


def test_who_comes_later_is_asked_in_every_build(project: Project) -> None:
    """Sphinx reads no document again because a listener of conf.py is new."""
    project.write({"index.rst": DIAGRAM}).build("html", "-W")
    conf = """
        from docutils import nodes

        def put(app, document, name):
            for text in list(document.findall(nodes.Text)):
                if text == "First one":
                    text.parent.replace(text, nodes.Text("Changed"))

        def setup(app):
            app.connect("doctree-resolved", put, priority=400)
        """
    page = project.write({}, conf).build("html", "-W", "-a").read("index.html")
    assert ">Changed</text>" in page


def test_domains_of_others_see_the_texts(project: Project) -> None:
    conf = """
        from docutils import nodes
        from sphinx.domains import Domain

        class Looks(Domain):
            name = "looks"

            def process_doc(self, env, docname, document):
                with open("seen.txt", "w") as file:
                    print("First one" in [text.astext() for text in document.findall(nodes.Text)], file=file)

        def setup(app):
            app.add_domain(Looks)
        """
    project.write({"index.rst": DIAGRAM}, conf).build("html", "-W")
    assert (project.source / "seen.txt").read_text() == "True\n"


def test_parsers_of_others_read_the_texts(project: Project) -> None:
    conf = """
        from docutils import nodes
        from docutils.parsers.rst import states
        from sphinx.parsers import RSTParser

        class Loud(states.Inliner):
            def init_customizations(self, settings):
                pass

            def parse(self, text, lineno, memo, parent):
                return [nodes.strong("", text.upper())], []

        class Parser(RSTParser):
            supported = ("loud",)

            def __init__(self):
                super().__init__(inliner=Loud())

        def setup(app):
            app.add_source_suffix(".loud", "loud")
            app.add_source_parser(Parser)
        """
    page = project.write({"index.loud": DIAGRAM}, conf).build("html", "-W").read("index.html")
    assert ">FIRST ONE</text>" in page


def test_a_document_is_the_same_whoever_looks(project: Project) -> None:
    text = f"{DIAGRAM}\n.. llmpipeline::\n\n   c: *Marked* up\n   d: Plain\n   c -> d\n      :tooltip: It is 'quoted'\n"
    confs = ("", 'def setup(app):\n    app.connect("doctree-read", lambda app, document: None)\n')
    alone, watched = (project.write({"index.rst": text}, conf).build("html", "-W", "-E") for conf in confs)
    assert alone.read("index.html") == watched.read("index.html")
