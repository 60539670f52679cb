"""Who looks at the texts of documents, and what nobody need look at."""

from __future__ import annotations

import re

import pytest

from sphinxext.llmpipeline.doctree import is_closed
from sphinxext.llmpipeline.elements import pipeline_diagram
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


@pytest.mark.parametrize("folder", ["de", "de_AT"])
def test_texts_that_may_be_translated_are_elements(project: Project, folder: str) -> None:
    conf = 'language = "de_AT"\nlocale_dirs = ["words"]\n'
    project.write({"index.rst": DIAGRAM, f"words/{folder}/LC_MESSAGES/other.txt": ""}, conf).build("html", "-W")
    assert "llmpipeline_onlookers" in vars(project.environment())
    assert vars(project.environment())["llmpipeline_onlookers"][0]


def test_a_document_is_the_same_whoever_looks(project: Project) -> None:
    text = f"{DIAGRAM}\n.. llmpipeline::\n\n   c: *Marked* up\n   d: Plain\n   c -> d\n      :tooltip: It is 'quoted'\n"
    confs = ("", 'def setup(app):\n    app.connect("doctree-read", lambda app, document: None)\n')
    alone, watched = (project.write({"index.rst": text}, conf).build("html", "-W", "-E") for conf in confs)
    assert alone.read("index.html") == watched.read("index.html")
