"""What each builder shows of a diagram."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import docutils
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.messages import NOT_DRAWN
from tests.drawings import SVG, read_all
from tests.servers import server

if TYPE_CHECKING:
    from conftest import Build, Project

BUILDERS = [
    "html",
    "dirhtml",
    "singlehtml",
    "epub",
    "latex",
    "texinfo",
    "text",
    "man",
    "xml",
    "pseudoxml",
    "gettext",
    "linkcheck",
    "dummy",
    "json",
    "qthelp",
    "htmlhelp",
    "devhelp",
]
NUMFIG = "numfig = True"

LABELS = [
    ["Model Architecture", "(Decoder)"],
    ["General", "Purpose Model", "(GPT-3)"],
    ["Model with", "Specific Tasks", "(ChatGPT)"],
    ["Pre-training", "(General Knowledge)"],
    ["Fine-tuning", "(Specialized", "Learning)"],
]
"""Lines are broken until the diagram fits the page from left to right."""


def seed_document(seed: str, before: str = "") -> str:
    return (
        f"Title\n=====\n\n{before}\n\n"
        "See :ref:`llm-building-process` and :numref:`llm-building-process`.\n"
        f"{seed}\n"
        "Text after it.\n"
    )


def many_documents(seed: str) -> dict[str, str]:
    """As many documents as Sphinx needs to share them out, the seed in the first and in a folder, its copies beside."""
    copy = seed.replace("   :name: llm-building-process\n", "")
    pages = {f"sub/page{number}.rst": f"Page {number}\n======\n{copy}\n" for number in range(7)}
    toctree = ".. toctree::\n   :glob:\n\n   sub/*\n"
    return {"index.rst": seed_document(seed, toctree), **pages}


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.in_script = tag == "script"
        if self.in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False

    def handle_data(self, data: str) -> None:
        if self.in_script:
            self.scripts[-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]

    def repeated_ids(self) -> list[str]:
        counts = Counter(attributes["id"] for _, attributes in self.elements if attributes.get("id"))
        return [id for id, count in counts.items() if count > 1 and id]


def of_class(drawing: ET.Element, name: str) -> list[ET.Element]:
    return [group for group in drawing.iter(f"{SVG}g") if name in group.get("class", "").split()]


def figure_of(page: str) -> str:
    (figure,) = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    return str(figure)


def check_book(epubcheck: str, book: Path) -> None:
    """Debian's epubcheck is a bare archive, which a kernel runs only where it was told how to."""
    jar = Path(epubcheck).resolve()
    command = ["java", "-jar", str(jar)] if jar.suffix == ".jar" else [epubcheck]
    done = subprocess.run([*command, str(book)], capture_output=True, text=True, check=False)
    assert not re.search(r"^(ERROR|FATAL)", done.stdout + done.stderr, re.MULTILINE), done.stdout + done.stderr
    assert done.returncode == 0


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, errors="replace")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


# Addresses of nodes

ADDRESSED = """
Loops
=====

.. llmpipeline::
   :name: rlhf loop
   :caption: A loop

   a: Agent
   b: Verifier
   a -> b: `see <#rlhf-loop-b>`__

See `the verifier <#rlhf-loop-b>`__.
"""


@pytest.mark.parametrize(
    ("builder", "settings"),
    [
        ("html", ""),
        ("html", "llmpipeline_formats = {'html': 'png'}"),
        ("html", "llmpipeline_timeout = 1e-9"),
        ("epub", ""),
    ],
)
def test_addresses_of_nodes_lead_to_a_place_in_each_page(project: Project, builder: str, settings: str) -> None:
    build = project.write({"index.rst": ADDRESSED}, settings).build(builder)
    page = build.read("index.xhtml" if builder == "epub" else "index.html")
    assert 'href="#rlhf-loop-b"' in page
    assert page.count('id="rlhf-loop-b"') == 1
    assert page.index('id="rlhf-loop"') < page.index('id="rlhf-loop-a"')


def test_addresses_of_nodes_lead_to_the_figure_on_paper(project: Project) -> None:
    text = project.write({"index.rst": ADDRESSED}).build("latex", "-W").read("pipelines.tex")
    (target,) = re.findall(r"\\hyperref\[\\detokenize\{([^}]*rlhf-loop-b)\}\]", text.partition("See ")[2])
    figure = text[text.index(r"\begin{figure}") : text.index(r"\end{figure}")]
    assert rf"\label{{\detokenize{{{target}}}}}" in figure


# Every builder


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_builds_without_a_warning(project: Project, seed: str, builder: str, jobs: str) -> None:
    project.write(many_documents(seed), NUMFIG)
    build = project.build(builder, "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")


def test_all_builders_share_one_folder_of_doctrees(project: Project, seed: str) -> None:
    project.write(many_documents(seed), NUMFIG)
    for builder in BUILDERS:
        build = project.build(builder, "-W", "-j", "2")
        assert (builder, build.status, build.warnings) == (builder, 0, "")
    # HTML in all its forms shares a drawing; print, e-books and Texinfo need one each.
    assert sorted(Path(path.stem).suffix for path in project.drawings()) == [".pdf", ".png", ".svg", ".svg"]
    # Only those that are images have a plain file too.
    assert sorted(path.name.partition(".")[2] for path in project.image_files()) == ["outlines.svg", "pdf", "png"]


@pytest.mark.parametrize("builder", ["html", "latex", "text", "xml"])
def test_parallel_builds_write_the_same_files(project: Project, seed: str, builder: str) -> None:
    project.write(many_documents(seed), NUMFIG)
    written: list[dict[str, str]] = []
    for jobs in ("1", "2"):
        build = project.build(builder, "-j", jobs, doctrees=project.root / jobs, out=f"{builder}{jobs}")
        files = [path for path in build.out.rglob("*") if path.suffix in (".html", ".tex", ".txt", ".xml", ".css")]
        written.append({path.relative_to(build.out).as_posix(): path.read_text() for path in files})
    assert written[0]
    assert written[0] == written[1]


# HTML


@pytest.fixture
def page(project: Project, seed: str) -> str:
    """The page of the seed's diagram."""
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build("html", "-W")
    assert build.warnings == ""
    return build.read("index.html")


def test_html_shows_nodes_and_edges(page: str) -> None:
    (drawing,) = read_all(page)
    assert [node.get("data-id") for node in of_class(drawing, "llmpipeline-node")] == ["arch", "gpt3", "chat"]
    edges = of_class(drawing, "llmpipeline-edge")
    assert [(edge.get("data-source"), edge.get("data-target")) for edge in edges] == [
        ("arch", "gpt3"),
        ("gpt3", "chat"),
    ]
    assert all("llmpipeline-kind-model" in node.get("class", "") for node in of_class(drawing, "llmpipeline-node"))
    assert all("llmpipeline-edge-flow" in edge.get("class", "") for edge in edges)


def test_html_has_labels_as_text(page: str) -> None:
    (drawing,) = read_all(page)
    parts = [*of_class(drawing, "llmpipeline-node"), *of_class(drawing, "llmpipeline-edge")]
    assert [[text.text for text in part.iter(f"{SVG}text")] for part in parts] == LABELS


def test_html_has_the_shared_style(page: str) -> None:
    (drawing,) = read_all(page)
    assert drawing.get("class") == "llmpipeline llmpipeline-style-modern"
    for node in of_class(drawing, "llmpipeline-node"):
        assert node.get("fill") == MODERN.nodes["model"].light.fill


def test_html_describes_the_drawing(page: str) -> None:
    (drawing,) = read_all(page)
    title, description = drawing[0], drawing[1]
    assert drawing.get("role") == "img"
    assert drawing.get("data-diagram") == "llm-building-process"
    assert (title.tag, title.text) == (f"{SVG}title", "How a large language model is built")
    assert (description.tag, description.text) == (
        f"{SVG}desc",
        "The diagram starts with Model Architecture (Decoder). "
        "Model Architecture (Decoder) leads to General Purpose Model (GPT-3), "
        "then Model with Specific Tasks (ChatGPT). "
        "It ends with Model with Specific Tasks (ChatGPT).",
    )
    assert drawing.get("aria-labelledby") == title.get("id")
    assert drawing.get("aria-describedby") == description.get("id")


def test_html_numbers_and_refers_to_the_figure(page: str) -> None:
    assert '<span class="caption-number">Fig. 1 </span>' in page
    assert '<span class="caption-text">How a large language model is built</span>' in page
    href = '<a class="reference internal" href="#llm-building-process">'
    assert f'{href}<span class="std std-ref">How a large language model is built</span></a>' in page
    assert f'{href}<span class="std std-numref">Fig. 1</span></a>' in page
    assert '<figure class="llmpipeline-figure align-default" id="llm-building-process">' in page


def test_html_has_the_width_of_the_drawing(page: str) -> None:
    (drawing,) = read_all(page)
    width, height = drawing.get("width"), drawing.get("height")
    assert drawing.get("viewBox") == f"0 0 {width} {height}"
    assert 500 < float(width or 0) <= 700


def test_html_has_no_trace_of_the_machine(page: str, project: Project) -> None:
    assert str(project.root) not in page
    assert "matplotlib" not in page
    assert "<?xml" not in page
    assert "<metadata" not in page


def test_alt_is_the_description_and_class_width_and_align_are_kept(project: Project) -> None:
    index = """
    .. llmpipeline::
       :name: My Diagram
       :alt: It is "this" & <that>
       :align: right
       :width: 300
       :class: big
       :figclass: wide

       a -> b

    .. llmpipeline::
       :width: 50%

       a -> b
    """
    page = project.write({"index.rst": dedent(index)}).build("html", "-W").read("index.html")
    first, second = read_all(page)
    assert first[1].text == 'It is "this" & <that>'
    assert set((first.get("class") or "").split()) == {"llmpipeline", "llmpipeline-style-modern", "big"}
    assert first.get("data-diagram") == "my-diagram"
    assert (first.get("width"), second.get("width")) == ("300px", "50%")
    assert '<figure class="llmpipeline-figure wide align-right" id="my-diagram">' in page


def test_same_diagram_twice_on_a_page_has_ids_of_its_own(project: Project) -> None:
    text = ".. llmpipeline::\n\n   a -> b\n      :link: https://example.org\n\n"
    page = project.write({"index.rst": f"Title\n=====\n\n{text}{text}"}).build("html", "-W").read("index.html")
    first, second = read_all(page)
    assert Page(page).repeated_ids() == []
    for drawing in (first, second):
        assert drawing.get("aria-labelledby") == drawing[0].get("id")
    assert ET.tostring(of_class(first, "llmpipeline-node")[0]) == ET.tostring(of_class(second, "llmpipeline-node")[0])


def test_singlehtml_of_two_documents_has_ids_of_its_own(project: Project) -> None:
    diagram = "\n.. llmpipeline::\n\n   a -> b\n"
    project.write(
        {
            "index.rst": f"Title\n=====\n{diagram}\n.. toctree::\n\n   one\n   two\n",
            "one.rst": f"One\n===\n{diagram}",
            "two.rst": f"Two\n===\n{diagram}{diagram}",
        }
    )
    build = project.build("singlehtml", "-W")
    page = build.read("index.html")
    assert build.warnings == ""
    assert len(read_all(page)) == 4
    assert Page(page).repeated_ids() == []
    assert "llmpipeline.css" in page


def test_links_are_plain(project: Project) -> None:
    index = """
    Title
    =====

    .. _there:

    Section
    -------

    .. llmpipeline::
       :name: linked

       a
          :link: https://example.org/?a=1&b="2"
       b
          :link: :doc:`sub/page`
       c
          :link: :ref:`there`
       d
          :link: local.html#x
          :tooltip: "Tip" & <b>
          :class: mine
       a -> b
          :link: :ref:`words <llm>`
       group g: G
          :link: `named <https://example.org/named>`__
          e

    .. toctree::

       sub/page
    """
    page_source = "Page\n====\n\n.. _llm:\n\nSection\n-------\n\n.. llmpipeline::\n\n   a\n     :link: :doc:`/index`\n"
    project.write({"index.rst": dedent(index), "sub/page.rst": page_source})
    assert project.build("html", "-W").warnings == ""
    page = project.build("html").read("index.html")
    (drawing,) = read_all(page)
    found = {
        group.get("data-id") or f"{group.get('data-source')}→{group.get('data-target')}": group.find(f"{SVG}a")
        for group in drawing.iter(f"{SVG}g")
    }
    assert {id: link.get("href") for id, link in found.items() if link is not None} == {
        "a": 'https://example.org/?a=1&b="2"',
        "b": "sub/page.html",
        "c": "#there",
        "d": "local.html#x",
        "a→b": "sub/page.html#llm",
        "g": "https://example.org/named",
    }
    # Only the edge, which has no text, needs a name that is not to be seen.
    attributes = {id: dict(link.items()) for id, link in found.items() if link is not None}
    assert attributes.pop("a→b")["aria-label"] == "a → b"
    assert {name for given in attributes.values() for name in given} == {"href"}
    assert drawing.get("role") == "group"
    (linked,) = [group for group in drawing.iter(f"{SVG}g") if group.get("data-id") == "d"]
    assert (linked.get("class") or "").split() == ["llmpipeline-node", "llmpipeline-kind-node", "mine"]
    tooltip = linked.find(f".//{SVG}title")
    # Typographic quotes are Sphinx's doing.
    assert tooltip is not None
    assert tooltip.text == '"Tip" & <b>'
    (other,) = read_all(project.build("html").read("sub/page.html"))
    assert [link.get("href") for link in other.iter(f"{SVG}a")] == ["../index.html"]


@pytest.mark.parametrize(
    ("builder", "file", "href"),
    [
        ("dirhtml", "index.html", "sub/page/"),
        ("singlehtml", "index.html", "#document-sub/page"),
    ],
)
def test_one_drawing_has_the_links_of_each_builder(project: Project, builder: str, file: str, href: str) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a\n     :link: :doc:`sub/page`\n\n.. toctree::\n\n   sub/page\n"
    project.write({"index.rst": index, "sub/page.rst": "Page\n====\n"})
    project.build("html", "-W")
    before = project.drawings()
    build = project.build(builder, "-W")
    (drawing,) = read_all(build.read(file))
    # Sphinx before 7.4 names the single page as well.
    found = [(link.get("href") or "").replace("index.html#", "#") for link in drawing.iter(f"{SVG}a")]
    assert found == [href]
    assert project.drawings() == before


def test_titles_of_other_documents_are_drawn(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: See :doc:`other`\\n*now*\n\n.. toctree::\n\n   other\n"
    build = project.write({"index.rst": index, "other.rst": "The Other\n=========\n"}).build("html", "-W")
    (drawing,) = read_all(build.read("index.html"))
    texts = list(drawing.iter(f"{SVG}text"))
    assert "".join(text.text or "" for text in texts) == "See The Othernow"
    assert texts[-1].get("font-style") == "italic"


def test_substitutions_are_drawn(project: Project) -> None:
    index = ".. llmpipeline::\n\n   a: Version |release| of |name|\n\n.. |name| replace:: the *model*\n"
    build = project.write({"index.rst": index}).build("html", "-W")
    (drawing,) = read_all(build.read("index.html"))
    assert "".join(text.text or "" for text in drawing.iter(f"{SVG}text")) == "Version 1.0 of the model"


def test_broken_reference_in_a_label_warns_at_its_line(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: A\n   b: See :doc:`nowhere`\n   c\n     :link: :ref:`gone`\n"
    build = project.write({"index.rst": index}).build("html")
    assert build.warnings == (
        "index.rst:7: WARNING: unknown document: 'nowhere' [ref.doc]\n"
        "index.rst:9: WARNING: undefined label: 'gone' [ref.ref]\n"
    )
    (drawing,) = read_all(build.read("index.html"))
    assert "nowhere" in "".join(drawing.itertext())


def test_search_finds_labels(project: Project, seed: str) -> None:
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build("html", "-W")
    index = build.read("searchindex.js")
    for word in ("decod", "chatgpt", "special"):
        assert f'"{word}' in index


def test_style_sheet_is_linked_where_a_diagram_is(project: Project, seed: str) -> None:
    project.write({"index.rst": f"Title\n=====\n{seed}\n.. toctree::\n\n   plain\n", "plain.rst": "Plain\n=====\n"})
    for jobs in ("1", "2"):
        build = project.build("html", "-W", "-E", "-j", jobs, out=f"html{jobs}")
        links = [link.get("href") or "" for link in Page(build.read("index.html")).all("link")]
        assert len([link for link in links if link.startswith("_static/llmpipeline.css")]) == 1
        for other in ("plain.html", "genindex.html", "search.html"):
            assert "llmpipeline" not in build.read(other).replace("sphinxext.llmpipeline", "")
        assert "--llmpipeline-model-fill" in build.read("_static/llmpipeline.css")


def test_project_may_override_the_style_sheet(project: Project, seed: str) -> None:
    project.write(
        {"index.rst": f"Title\n=====\n{seed}", "_static/own.css": ".llmpipeline { color: red }"},
        'html_static_path = ["_static"]\nhtml_css_files = ["own.css"]',
    )
    build = project.build("html", "-W")
    assert build.warnings == ""
    assert (build.out / "_static" / "own.css").is_file()
    assert (build.out / "_static" / "llmpipeline.css").is_file()


@pytest.mark.parametrize("theme", ["furo", "classic", "basic"])
def test_themes(project: Project, seed: str, theme: str) -> None:
    build = project.write({"index.rst": seed_document(seed)}, f'{NUMFIG}\nhtml_theme = "{theme}"').build("html", "-W")
    assert build.warnings == ""
    assert len(read_all(build.read("index.html"))) == 1


def test_json_has_the_same_figure_as_html(project: Project, seed: str, page: str) -> None:
    build = project.build("json", "-W")
    body = json.loads(build.read("index.fjson"))["body"]
    assert figure_of(body) == figure_of(page)


# Texts


def test_text(project: Project, seed: str) -> None:
    build = project.write({"index.rst": f"Title\n=====\n{seed}\nText after it.\n"}).build("text", "-W")
    assert build.read("index.txt") == dedent(
        """\
        Title
        *****

           How a large language model is built

           * Model Architecture (Decoder)

             * → General Purpose Model (GPT-3): Pre-training (General
               Knowledge)

           * General Purpose Model (GPT-3)

             * → Model with Specific Tasks (ChatGPT): Fine-tuning (Specialized
               Learning)

           * Model with Specific Tasks (ChatGPT)

        Text after it.
        """
    )


def test_text_of_groups_and_fields(project: Project) -> None:
    index = """
    .. llmpipeline::

       group g: Inner
          :repeat: N
          a: A
             :note: small
             :link: https://example.org
       b: B
       a --> b: back
       g -- b
    """
    build = project.write({"index.rst": dedent(index)}).build("text", "-W")
    assert build.read("index.txt") == indent(
        dedent(
            """\
           * B

           * **Inner** (× N)

             * – B

             * A (small): https://example.org

               * → B (feedback): back
        """
        ),
        "   ",
    )


@pytest.mark.program
def test_man(project: Project, seed: str, program: Callable[[str], str]) -> None:
    build = project.write({"index.rst": f"Title\n=====\n\nText.\n{seed}\nText after it.\n"}).build("man", "-W")
    source = build.read("pipelines.1")
    # A request of roff stands at the start of a line; anywhere else it would be printed.
    assert not re.search(r"[^\n]\.(INDENT|IP|UNINDENT|sp)\b", source)
    shown = run(program("man"), "-l", "-E", "utf-8", str(build.out / "pipelines.1"), cwd=build.out)
    lines = [line.strip() for line in re.sub(".\b", "", shown).splitlines() if line.strip()]
    start = lines.index("How a large language model is built")
    assert " ".join(" ".join(lines[start + 1 : lines.index("Text after it.")]).split()) == (
        "• Model Architecture (Decoder) "
        "• → General Purpose Model (GPT-3): Pre-training (General Knowledge) "
        "• General Purpose Model (GPT-3) "
        "• → Model with Specific Tasks (ChatGPT): Fine-tuning (Specialized Learning) "
        "• Model with Specific Tasks (ChatGPT)"
    )


def test_man_of_a_caption_and_of_none(project: Project) -> None:
    captioned = ".. llmpipeline::\n   :caption: Caption\n\n"
    index = f"Title\n=====\n\nText.\n\n.. llmpipeline::\n\n   a\n\n{captioned}   a ->\n\n{captioned}   a\n\nEnd.\n"
    source = project.write({"index.rst": index}).build("man").read("pipelines.1")
    assert source.splitlines().count("Caption") == 2
    assert not re.search(r"[^\n]\.(INDENT|IP|UNINDENT|sp)\b", source)


@pytest.mark.parametrize("builder", ["xml", "pseudoxml"])
def test_xml_has_stock_nodes_only(project: Project, seed: str, builder: str) -> None:
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build(builder, "-W")
    suffix = "xml" if builder == "xml" else "pseudoxml"
    written = build.read(f"index.{suffix}")
    assert "pipeline_" not in written
    if builder == "xml":
        root = ET.fromstring(written)
        (figure,) = root.iter("figure")
        assert [child.tag for child in figure] == ["caption", "container"]
        items = ["".join(paragraph.itertext()) for paragraph in figure.iter("paragraph")]
        assert items == [
            "Model Architecture (Decoder)",
            "→ General Purpose Model (GPT-3): Pre-training (General Knowledge)",
            "General Purpose Model (GPT-3)",
            "→ Model with Specific Tasks (ChatGPT): Fine-tuning (Specialized Learning)",
            "Model with Specific Tasks (ChatGPT)",
        ]


def test_gettext_has_each_label_at_its_line(project: Project, seed: str) -> None:
    build = project.write({"index.rst": f"Title\n=====\n{seed}"}).build("gettext", "-W")
    found = re.findall(r'^#: \S*?([\w.]+:\d+)\nmsgid "(.*)"$', build.read("index.pot"), re.MULTILINE)
    assert sorted(found, key=lambda entry: int(entry[0].partition(":")[2])) == [
        ("index.rst:2", "Title"),
        ("index.rst:4", "How a large language model is built"),
        ("index.rst:8", "Model Architecture (Decoder)"),
        ("index.rst:9", "General Purpose Model (GPT-3)"),
        ("index.rst:10", "Model with Specific Tasks (ChatGPT)"),
        ("index.rst:12", "Pre-training (General Knowledge)"),
        ("index.rst:13", "Fine-tuning (Specialized Learning)"),
    ]


def test_gettext_has_the_lines_of_a_body_file_and_of_myst(project: Project) -> None:
    index = "# Title\n\n```{llmpipeline}\na: Alpha\n```\n\n```{llmpipeline} x.pipe\n```\n"
    project.write({"index.md": index, "x.pipe": "\n\nb: Beta"}, 'extensions += ["myst_parser"]')
    written = project.build("gettext", "-W").read("index.pot")
    assert re.search(r'index\.md:4\nmsgid "Alpha"', written)
    assert re.search(r'x\.pipe:3\nmsgid "Beta"', written)


def test_translated_build_draws_the_translation(project: Project, seed: str) -> None:
    catalogue = r"""
    msgid "How a large language model is built"
    msgstr "Wie ein großes Sprachmodell entsteht"

    msgid "Model Architecture (Decoder)"
    msgstr "Architektur\n(*Decoder*)"

    msgid "Pre-training (General Knowledge)"
    msgstr "Vortraining"
    """
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    project.write(
        {"index.rst": seed_document(seed), "locale/de/LC_MESSAGES/index.po": header + dedent(catalogue)},
        'language = "de"\nlocale_dirs = ["locale"]\nnumfig = True\nllmpipeline_width = 700',
    )
    # In a process of its own: Sphinx keeps the catalogues that it has once read.
    build = project.run("html", "-W")
    assert build.warnings == ""
    page = build.read("index.html")
    (drawing,) = read_all(page)
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert {"Architektur", "Decoder", "Vortraining", "General Purpose Model"} <= set(texts)
    assert drawing[0].text == "Wie ein großes Sprachmodell entsteht"
    assert "→ Architektur" not in (drawing[1].text or "")
    assert (drawing[1].text or "").startswith(
        "Das Diagramm beginnt mit Architektur (Decoder). Architektur (Decoder) führt zu General Purpose Model (GPT-3)"
    )
    assert "→ General Purpose Model (GPT-3): Vortraining" in page
    assert "Vortraining" in project.run("text", "-W").read("index.txt")


# Links


def test_linkcheck_sees_links_of_nodes_and_in_labels(project: Project) -> None:
    with server(lambda path: path == "/good") as url:
        lines = [f"a: See `it <{url}/bad>`__", "b", f"  :link: {url}/good", "c", f"  :link: {url}/gone"]
        index = ".. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in lines)
        build = project.write({"index.rst": index}).build("linkcheck")
        report = build.read("output.txt")
    broken = sorted(re.findall(r"index\.rst:(\d+): \[broken\] \S+/(\w+):", report))
    assert broken == [("3", "bad"), ("7", "gone")]
    assert "good" not in report


# Print and books


@pytest.mark.program
def test_latex(project: Project, seed: str, program: Callable[[str], str]) -> None:
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build("latex", "-W")
    (drawing,) = build.out.glob("*.pdf")
    assert f"{{{{{drawing.stem}}}.pdf}}" in build.read("pipelines.tex")
    latexmk = program("latexmk")
    run(latexmk, "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
    text = run(program("pdftotext"), "-layout", "pipelines.pdf", "-", cwd=build.out)
    for line in (line for label in LABELS for line in label):
        assert line in text
    assert "Fig. 1: How a large language model is built" in " ".join(text.split())
    run(program("pdftoppm"), "-r", "40", "-png", drawing.name, "drawing", cwd=build.out)
    (shown,) = build.out.glob("drawing*.png")
    with Image.open(shown) as image:
        colours = {pixel for _, pixel in image.convert("RGB").getcolors(100_000) or ()}
    assert tuple(round(255 * part) for part in to_rgb(MODERN.nodes["model"].light.fill)) in colours
    assert (255, 255, 255) in colours


@pytest.mark.program
def test_a_picture_as_high_as_the_page_leaves_room_for_its_caption(
    project: Project, program: Callable[[str], str]
) -> None:
    chain = " -> ".join(f"step-{number}" for number in range(40))
    figure = f".. llmpipeline::\n   :caption: Long\n   :direction: TB\n\n   {chain}\n"
    table = ".. list-table::\n\n   * - " + figure.replace("\n   ", "\n          ")
    build = project.write({"index.rst": f"{figure}\n{table}"}).build("latex", "-W")
    run(program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
    log = (build.out / "pipelines.log").read_text(encoding="utf-8", errors="replace")
    assert "Float too large" not in log
    assert "Overfull" not in log


def test_pdf_of_the_drawing_has_the_size_of_the_picture(project: Project) -> None:
    build = project.write({"index.rst": ".. llmpipeline::\n\n   a -> b\n"}).build("latex", "-W")
    (drawing,) = build.out.glob("*.pdf")
    content = drawing.read_bytes()
    assert content.startswith(b"%PDF-")
    (box,) = re.findall(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+) ?\]", content)
    assert 50 < float(box[0]) < 200
    assert 20 < float(box[1]) < 80


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("", "[scale=0.75]"),
        (":width: 50%", r"[width=0.500\linewidth]"),
        (":width: 3in", "[width=3in]"),
    ],
)
def test_latex_width(project: Project, option: str, expected: str) -> None:
    build = project.write({"index.rst": f".. llmpipeline::\n   {option}\n\n   a -> b\n"}).build("latex", "-W")
    assert rf"\sphinxincludegraphics{expected}" in build.read("pipelines.tex")


def test_epub_has_an_image_with_outlines(project: Project, seed: str) -> None:
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build("epub", "-W")
    with zipfile.ZipFile(build.out / "Pipelines.epub") as book:
        page = book.read("index.xhtml").decode()
        (name,) = [name for name in book.namelist() if name.endswith(".svg")]
        drawing = ET.fromstring(book.read(name))
    assert "<svg" not in page
    (image,) = [attributes for attributes in Page(page).all("img") if "llmpipeline" in (attributes.get("class") or "")]
    assert image["src"] == name
    assert (image["alt"] or "").startswith("The diagram starts with Model Architecture (Decoder).")
    assert not list(drawing.iter(f"{SVG}text"))


@pytest.mark.program
def test_epub_is_valid(project: Project, seed: str, program: Callable[[str], str]) -> None:
    project.write({"index.rst": seed_document(seed), "contents.rst": f":orphan:\n\nAgain\n=====\n{seed}"}, NUMFIG)
    check_book(program("epubcheck"), project.build("epub").out / "Pipelines.epub")


def test_epub_holds_no_drawing_that_it_does_not_show(project: Project) -> None:
    """Without ``-d`` Sphinx keeps doctrees in the very folder that it packs."""
    project.write({"index.rst": ".. llmpipeline::\n\n   a -> b\n"})
    doctrees = project.root / "out" / "epub" / ".doctrees"
    project.build("html", doctrees=doctrees)
    build = project.build("epub", doctrees=doctrees)
    assert "llmpipeline" not in build.warnings
    with zipfile.ZipFile(build.out / "Pipelines.epub") as book:
        names = book.namelist()
    assert [name for name in names if "llmpipeline" in name] == []
    assert len([name for name in names if name.endswith(".svg")]) == 1


FAILED = """\
Title
=====

.. llmpipeline::
   :caption: One

   a ->

.. llmpipeline::
   :caption: Two
   :name: two

   a: A & B
     :link: https://example.org
   a -> a: 100 %
"""


@pytest.mark.program
def test_failed_diagrams_are_a_valid_book(
    project: Project, monkeypatch: pytest.MonkeyPatch, program: Callable[[str], str]
) -> None:
    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", lambda job: 1 / 0)
    build = project.write({"index.rst": FAILED}, NUMFIG).build("epub")
    assert "ZeroDivisionError" in build.warnings
    check_book(program("epubcheck"), build.out / "Pipelines.epub")


@pytest.mark.program
def test_failed_diagrams_compile(
    project: Project, monkeypatch: pytest.MonkeyPatch, program: Callable[[str], str]
) -> None:
    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", lambda job: 1 / 0)
    build = project.write({"index.rst": FAILED}, NUMFIG).build("latex")
    run(program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
    text = " ".join(run(program("pdftotext"), "-layout", "pipelines.pdf", "-", cwd=build.out).split())
    assert text.count(NOT_DRAWN) == 2
    for part in ("a ->", "Fig. 1: One", "Fig. 2: Two", "A & B", "→ A & B: 100 %"):
        assert part in text


@pytest.mark.program
def test_texinfo(project: Project, seed: str, program: Callable[[str], str]) -> None:
    build = project.write({"index.rst": seed_document(seed)}, NUMFIG).build("texinfo", "-W")
    (picture,) = build.out.rglob("*.png")
    with Image.open(picture) as image:
        assert 500 < image.width <= 700
    makeinfo = program("makeinfo")
    text = run(makeinfo, "--no-split", "--plaintext", "pipelines.texi", cwd=build.out)
    assert "How a large language model is built" in text
    run(makeinfo, "--no-split", "pipelines.texi", cwd=build.out)
    assert (build.out / "pipelines.info").is_file()


# Whatever a label holds

OLD_DOCUTILS = docutils.__version_info__ < (0, 21)
HOSTILE_LABELS = {
    "script": "<script>alert(1)</script>",
    "entities": "A & B &amp; &lt; &#60; \"double\" 'single'",
    "cdata": "<![CDATA[ x ]]> -- <!-- y -->",
    "printf": "%s %d %(x)s {0} {x} %",
    "latex": r"$x$ \\input{x} \\end{figure} # _ ^ ~ { } \\\\ \\n",
    "dot": r"\\N \\G <B>x</B> ]; } -> | \" ",
    "roff": r".SH X \\fB 'br",
    "texinfo": "@bye @{ @} @node x, y, z",
    "long": "Donaudampfschifffahrt" * 20,
    "rtl": "שלום עולם \u202e backwards",
    "chinese": "大規模言語モデル",
    "emoji": "🤖 👩\u200d💻 🇩🇪",
    "combining": "Z\u0351\u036b\u0343a\u0301\u0301\u0301",
    "unassigned": "\u0378 \ufdd0 \U000e0001 \U000f0000",
    # docutils before 0.21 ends a line of a file at a vertical tab and at a form feed.
    "spaces": "\u00a0x\u3000y\u200bz\u00ad " + ("" if OLD_DOCUTILS else "\x0b \x0c ") + "\ufeff",
    "c1": "\x7f \x80 \x9f",
    "attributes": '" onload="alert(1)" x="',
}

HOSTILE_CAPTION = r"$x$ \\input{x} # & _ ^ ~ { } % <script>alert(1)</script> ]]> -- @bye"
HOSTILE_ALT = HOSTILE_CAPTION + ' " onload="alert(1)" \' 大 \u202e 🤖'


HOSTILE_LINK = "https://example.org/?q=%s&a=\"><script>alert('x')</script>{}$\\#"


def hostile_document(link: str = HOSTILE_LINK) -> str:
    nodes = [
        line
        for id, label in HOSTILE_LABELS.items()
        for line in (
            f"   {id}: {label}",
            f"      :note: {label}",
            f"      :tooltip: {label}",
            "      :repeat: größe",
            f"      :link: {link}",
        )
    ]
    edges = [f"   {id} -> größe: {label}" for id, label in HOSTILE_LABELS.items()]
    group = ["   group __proto__: <script>alert(2)</script>", "      node: größe", "      größe"]
    head = [
        "Title",
        "=====",
        "",
        ".. llmpipeline::",
        '   :name: "><script>alert(3)</script> größe',
        f"   :caption: {HOSTILE_CAPTION}",
        f"   :alt: {HOSTILE_ALT}",
        '   :class: "><script>alert(4)</script>',
        '   :figclass: "><script>alert(5)</script>',
        "   :direction: TB",
        "",
    ]
    return "\n".join([*head, *nodes, *group, *edges, ""])


def foreign_warnings(build: Build) -> list[str]:
    """Warnings that are not ours: all of ours name their type."""
    starts = re.findall(r"^.*(?:WARNING|ERROR|CRITICAL): (?:.*\n(?:    .*\n)*)", build.warnings, re.MULTILINE)
    return [start for start in starts if not re.search(r"\[llmpipeline\.\w+\]", start)]


@pytest.mark.parametrize("label", HOSTILE_LABELS.values(), ids=HOSTILE_LABELS.keys())
def test_every_character_is_drawn(project: Project, label: str) -> None:
    index = f".. llmpipeline::\n\n   a: {label}\n      :note: {label}\n   a -> a: {label}\n"
    build = project.write({"index.rst": index}).build("html")
    assert build.status == 0
    assert foreign_warnings(build) == []
    # A glyph that no font has may be worth a warning, but the diagram is there.
    page = build.read("index.html")
    assert NOT_DRAWN not in page
    assert len(read_all(page)) == 1


@pytest.fixture
def hostile(project: Project) -> Project:
    return project.write(
        {"index.rst": hostile_document()}, 'smartquotes = False\nsuppress_warnings = ["epub.unknown_project_files"]'
    )


@pytest.mark.parametrize("builder", [builder for builder in BUILDERS if builder not in ("html", "linkcheck")])
def test_hostile_data_builds(hostile: Project, builder: str) -> None:
    build = hostile.build(builder)
    assert build.status == 0
    assert foreign_warnings(build) == []
    texts = [path for path in build.out.rglob("*") if path.suffix in (".html", ".xhtml", ".tex", ".texi", ".fjson")]
    assert not [path for path in texts if NOT_DRAWN in path.read_text(encoding="utf-8")]


def test_hostile_data_stays_data_in_html(hostile: Project) -> None:
    build = hostile.build("html")
    assert foreign_warnings(build) == []
    page = build.read("index.html")
    found = Page(page)
    assert not [script for script in found.scripts if "alert" in script]
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    (drawing,) = read_all(page)
    nodes = {node.get("data-id"): node for node in of_class(drawing, "llmpipeline-node")}
    assert set(nodes) == {*HOSTILE_LABELS, "node", "größe"}
    first = ["".join(text.text or "" for text in node.iter(f"{SVG}text")) for node in nodes.values()]
    assert first[0].startswith("<script>alert(1)</script>")
    assert {link.get("href") for link in drawing.iter(f"{SVG}a")} == {HOSTILE_LINK}
    assert "大規模言語モデル" in first[list(nodes).index("chinese")]
    assert drawing[1].text == re.sub(r"\s+", " ", HOSTILE_ALT)


def test_line_ends_of_other_worlds_end_no_line_of_a_file(project: Project) -> None:
    body = "a: A \u2028 B \u2029 C \x1c D \x85 E\nb: :nope:`x`\n"
    build = project.write({"index.rst": ".. llmpipeline:: x.pipe\n", "x.pipe": body}).build("html")
    assert build.warnings == 'x.pipe:2: ERROR: Unknown interpreted text role "nope". [docutils]\n'
    (drawing,) = read_all(build.read("index.html"))
    assert "".join(of_class(drawing, "llmpipeline-node")[0].itertext()).split() == ["A", "B", "C", "D", "E"]


def test_hostile_data_stays_data_where_a_diagram_fails(hostile: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: object) -> None:
        raise RuntimeError('<script>alert("%s")</script>')

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    for builder in ("html", "epub", "latex", "texinfo", "xml"):
        build = hostile.build(builder)
        assert (build.status, foreign_warnings(build)) == (0, [])
    page = (hostile.root / "out" / "html" / "index.html").read_text()
    assert not [script for script in Page(page).scripts if "alert" in script]
    assert not [name for _, attributes in Page(page).elements for name in attributes if name.startswith("on")]


def test_hostile_declarations_stay_data_where_they_cannot_be_read(project: Project) -> None:
    text = ".. llmpipeline::\n\n   a <script>alert(1)</script> -> %s ]]> $x$\n   b ->\n"
    build = project.write({"index.rst": text}).build("html")
    assert "index.rst:4:6: WARNING: expected an id after '->'" in build.warnings
    page = build.read("index.html")
    assert not [script for script in Page(page).scripts if "alert" in script]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.program
def test_hostile_data_compiles(hostile: Project, program: Callable[[str], str]) -> None:
    build = hostile.build("latex")
    run(program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
    text = run(program("pdftotext"), "-layout", "pipelines.pdf", "-", cwd=build.out)
    assert "<script>alert(1)</script>" in text


@pytest.mark.program
def test_hostile_data_is_a_valid_book(hostile: Project, program: Callable[[str], str]) -> None:
    # No reader takes a link that is no URL, wherever it stands.
    hostile.write({"index.rst": hostile_document("https://example.org/?q=%25s&a=%22")}, "smartquotes = False")
    check_book(program("epubcheck"), hostile.build("epub").out / "Pipelines.epub")


@pytest.mark.program
def test_hostile_data_is_valid_texinfo(hostile: Project, program: Callable[[str], str]) -> None:
    build = hostile.build("texinfo")
    run(program("makeinfo"), "--no-split", "--plaintext", "pipelines.texi", cwd=build.out)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_links_that_run_are_refused(project: Project, url: str) -> None:
    build = project.write({"index.rst": f".. llmpipeline::\n\n   a\n     :link: {url}\n"}).build("html")
    scheme = url.partition(":")[0]
    assert build.warnings.startswith(f"index.rst:4:13: WARNING: a link cannot begin with '{scheme}:'")
    assert '<a href="' + scheme not in build.read("index.html")


def test_control_characters_that_come_with_a_title_do_not_stop_a_build(project: Project) -> None:
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a: See :doc:`other`\n\n.. toctree::\n\n   other\n"
    build = project.write({"index.rst": index, "other.rst": "Oth\x07er\n========\n"}).build("html")
    assert build.status == 0
    assert "See " in figure_of(build.read("index.html"))


REMARKS = """
import logging
handler = logging.FileHandler("remarks.txt")
logging.getLogger("sphinx.sphinxext.llmpipeline.extension.output").addHandler(handler)
"""


def test_a_direction_that_makes_a_figure_scroll_is_remarked_once(project: Project) -> None:
    chain = " -> ".join(f"step-number-{number}" for number in range(12))
    index = f".. llmpipeline::\n   :direction: LR\n\n   {chain}\n\n.. llmpipeline::\n\n   {chain}\n"
    project.write({"index.rst": index}, REMARKS)
    assert project.build("html", "-W").warnings == ""
    (remark,) = (project.source / "remarks.txt").read_text(encoding="utf-8").splitlines()
    place, _, text = remark.partition(": ")
    assert place == f"{project.source / 'index.rst'}:1"
    assert re.sub(r"\b\d{3,}\b", "N", text) == (
        "the direction LR makes this diagram N pixels wide with its smallest text, and the page has N: it scrolls;"
        " ':direction: auto' may find a layout that fits"
    )
