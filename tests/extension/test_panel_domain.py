"""References to panels, followed in what is built."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from tests.browser import Browser
from tests.conftest import Build, Project

NUMFIG = 'numfig = True\nhtml_theme = "basic"\n'

FIGURE = """
.. llmpipeline::
   :name: Two Ways
   :caption: Two *ways*

   panel bert: BERT, an *encoder*
      x -> y
   panel gpt_2: GPT
      z -> w
"""

REFERENCES = (
    ":ref:`two ways-bert`",
    ":ref:`the decoder <two ways-gpt_2>`",
    ":numref:`two ways`",
    ":numref:`two ways-gpt_2`",
    ":numref:`Figure {number} ({name}) <two ways-bert>`",
    ":numref:`Panel %s <two ways-bert>`",
    ":numref:`{name} <Two Ways-bert>`",
    ":any:`two ways-bert`",
)
WORDS = [
    "BERT, an encoder",
    "the decoder",
    "Fig. 2",
    "Fig. 2b",
    "Figure 2a (BERT, an encoder)",
    "Panel 2a",
    "BERT, an encoder",
    "BERT, an encoder",
]
FIGURE_ID, BERT, GPT = "two-ways", "two-ways-bert", "two-ways-gpt-2"
PLACES = [BERT, GPT, FIGURE_ID, GPT, BERT, BERT, BERT, BERT]

OTHER_FIGURE = ".. llmpipeline::\n   :name: first\n   :caption: Another\n\n   a -> b\n"


def files(references: tuple[str, ...] = REFERENCES, figure: str = FIGURE) -> dict[str, str | bytes]:
    """References to the panels on their own page and on another one."""
    listed = "\n".join(f"* {reference}" for reference in references)
    return {
        "index.rst": f"Home\n====\n\n{OTHER_FIGURE}\n.. toctree::\n\n   here\n   there\n",
        "here.rst": f"Here\n====\n{figure}\n{listed}\n",
        "there.rst": f"There\n=====\n\n{listed}\n",
    }


class Page(HTMLParser):
    """The internal references of a page and every id on it, with the element that has it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[tuple[str, str]] = []
        self.ids: dict[str, str] = {}
        self._inside: str | None = None
        self._text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("id"):
            assert found["id"] not in self.ids
            self.ids[str(found["id"])] = tag
        if tag == "a" and found.get("class") == "reference internal":
            self._inside, self._text = found["href"], ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._inside is not None:
            self.references.append((self._inside, self._text))
            self._inside = None

    def handle_data(self, data: str) -> None:
        self._text += data


def followed(build: Build, path: str) -> list[tuple[str, str, str]]:
    """The references in the list of a page: words, the id that they lead to, and the element there."""
    text = build.read(path)
    listed = re.findall(r"<ul class=\"simple\">\n<li><p>.*?</ul>", text, re.DOTALL)[-1]  # after that of the diagram
    found = []
    for href, words in Page(listed).references:
        place, id = urldefrag(href)
        target = (build.out / path).parent / unquote(place) if place else build.out / path
        target = target / "index.html" if target.is_dir() else target
        id = id.rpartition("#")[2]  # where all is one page, Sphinx names the document, too
        found.append((words, id, Page(target.read_text(encoding="utf-8")).ids[id]))
    return found


EXPECTED = [(words, id, "figure" if id == FIGURE_ID else "g") for words, id in zip(WORDS, PLACES, strict=True)]


@pytest.mark.parametrize(
    ("builder", "path"), [("html", "{}.html"), ("dirhtml", "{}/index.html")], ids=["html", "dirhtml"]
)
@pytest.mark.parametrize("docname", ["here", "there"])
def test_references_lead_to_the_panel(project: Project, builder: str, path: str, docname: str) -> None:
    build = project.write(files(), NUMFIG).build(builder, "-W")
    assert build.warnings == ""
    assert followed(build, path.format(docname)) == EXPECTED


def test_references_on_a_single_page(project: Project) -> None:
    build = project.write(files(), NUMFIG).build("singlehtml", "-W")
    references = [found for found in Page(build.read("index.html")).references if found[1] in WORDS]
    assert [words for _, words in references] == WORDS * 2
    assert [href.rpartition("#")[2] for href, _ in references] == PLACES * 2
    assert Page(build.read("index.html")).ids[BERT] == "g"


def test_references_read_and_written_in_parallel(project: Project) -> None:
    more: dict[str, str | bytes] = {f"more{number}.rst": f":orphan:\n\nMore {number}\n======\n" for number in range(9)}
    build = project.write({**files(), **more}, NUMFIG).run("html", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    assert followed(build, "here.html") == followed(build, "there.html") == EXPECTED


def test_references_in_markdown(project: Project) -> None:
    page = (
        "# Home\n\n```{llmpipeline}\n:name: two ways\n:caption: Two\n\npanel bert: BERT, an *encoder*\n   x -> y\n"
        "panel gpt_2\n   z -> w\n```\n\n* {ref}`two ways-bert`\n* {numref}`two ways-gpt_2`\n"
    )
    conf = f'{NUMFIG}extensions += ["myst_parser"]'
    build = project.write({"index.md": page}, conf).build("html", "-W")
    assert followed(build, "index.html") == [("BERT, an encoder", BERT, "g"), ("Fig. 1b", GPT, "g")]


def test_references_in_labels_and_links(project: Project) -> None:
    body = "   node a: See :numref:`two ways-bert`\n   node b: B\n      :link: :ref:`two ways-gpt_2`\n   a -> b\n"
    figure = f"{FIGURE}\n.. llmpipeline::\n\n{body}"
    build = project.write(files(figure=figure), NUMFIG).build("html", "-W")
    page = build.read("here.html")
    drawn = page[page.index('data-id="a"') : page.rindex("</svg>")]
    assert re.findall(r'<a href="([^"]*)"', drawn) == [f"#{BERT}", f"#{GPT}"]
    assert ">Fig. 2a</text></a>" in drawn


def test_numbers_of_sections(project: Project) -> None:
    text = files()
    text["index.rst"] = str(text["index.rst"]).replace("toctree::\n", "toctree::\n   :numbered:\n")
    build = project.write(text, NUMFIG).build("html", "-W")
    words = [words for words, _, _ in followed(build, "there.html")]
    assert words[2:6] == ["Fig. 1.1", "Fig. 1.1b", "Figure 1.1a (BERT, an encoder)", "Panel 1.1a"]


def test_format_of_the_project(project: Project) -> None:
    conf = f'{NUMFIG}numfig_format = {{"figure": "Abb. %s"}}'
    build = project.write(files((":numref:`two ways-gpt_2`",)), conf).build("html", "-W")
    assert [words for words, _, _ in followed(build, "there.html")] == ["Abb. 2b"]


def test_title_may_contain_pending_references(project: Project) -> None:
    figure = FIGURE.replace("BERT, an *encoder*", "{number} %s")
    references = (":numref:`{name} is {number} <two ways-bert>`",)
    project.write(files(references, figure), NUMFIG)
    assert [words for words, _, _ in followed(project.build("html", "-W"), "there.html")] == ["{number} %s is 2a"]
    assert r"\{number\} \%s is 2a" in project.build("latex", "-W").read("pipelines.tex")


def test_text_has_the_numbers(project: Project) -> None:
    project.write(files(tuple(reference for reference in REFERENCES if reference != ":numref:`two ways`")), NUMFIG)
    text = project.build("text", "-W").read("there.txt")
    assert [line[2:] for line in text.splitlines() if line.startswith("* ")] == [*WORDS[:2], *WORDS[3:]]


def test_latex_numbers_the_figure(project: Project, program: Callable[[str], str]) -> None:
    build = project.write(files(), NUMFIG).build("latex", "-W")
    run(program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
    log = (build.out / "pipelines.log").read_text(encoding="utf-8", errors="replace")
    assert "undefined references" not in log
    assert "Hyper reference" not in log
    text = run(program("pdftotext"), "-layout", "pipelines.pdf", "-", cwd=build.out)
    # LaTeX's own numbers, by chapter, which the caption has, too.
    assert re.search(r"Fig\. 1\.1: Two ways", text)
    shown = re.findall(r"^ *• (.*)$", text, re.MULTILINE)
    assert shown == [words.replace("2", "1.1") for words in WORDS] * 2


def run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_a_book_leads_to_the_figure(project: Project) -> None:
    build = project.write(files(), NUMFIG).build("epub", "-W")
    with zipfile.ZipFile(build.out / "Pipelines.epub") as book:
        there, here = book.read("there.xhtml").decode(), book.read("here.xhtml").decode()
    references = [found for found in Page(there).references if found[1] in WORDS]
    assert [words for _, words in references] == WORDS
    assert [urldefrag(href) for href, _ in references] == [("here.xhtml", id) for id in PLACES]
    figure = here[here.index("<figure") : here.index("</figure>")]
    assert {BERT, GPT, FIGURE_ID} <= Page(figure).ids.keys()


def test_a_panel_of_a_diagram_that_fails_has_its_place(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no drawing")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    build = project.write(files(), NUMFIG).build("html")
    assert [(words, id) for words, id, _ in followed(build, "there.html")] == list(zip(WORDS, PLACES, strict=True))


def test_a_jump_shows_the_panel_and_not_its_title_only(
    project: Project, program: Callable[[str], str], tmp_path: Path
) -> None:
    chromium = program("chromium")
    build = project.write(files(), NUMFIG).build("html", "-W")
    page = build.out / "here.html"
    far = '<div style="height: 3000px"></div>'
    page.write_text(page.read_text(encoding="utf-8").replace("<figure", f"{far}<figure").replace("</body>", far))
    browser = Browser(chromium, tmp_path / "profile")
    try:
        browser.resize(700, 500)
        browser.open(f"{page.as_uri()}#{BERT}")
        boxes = browser.run(
            f"""
            const shown = [document.getElementById("{BERT}"), ...document.querySelectorAll("[data-id=x], [data-id=y]")];
            return shown.map(element => [element.getBoundingClientRect().top, element.getBoundingClientRect().bottom]);
            """
        )
    finally:
        browser.close()
    (top, bottom), *nodes = boxes
    assert top == pytest.approx(0, abs=1)
    assert len(nodes) == 2
    assert all(top - 1 <= upper < lower < bottom for upper, lower in nodes)


# Mistakes ---------------------------------------------------------------------------------------------------------


def test_numbers_need_numfig(project: Project) -> None:
    build = project.write(files((":numref:`two ways-bert`", ":ref:`two ways-bert`")), 'html_theme = "basic"').build()
    assert build.warnings.splitlines() == [
        "here.rst:13: WARNING: numfig is disabled. :numref: is ignored.",
        "there.rst:4: WARNING: numfig is disabled. :numref: is ignored.",
    ]
    assert [words for words, _, _ in followed(build, "there.html")] == ["BERT, an encoder"]


def test_a_template_without_a_number(project: Project) -> None:
    build = project.write(files((":numref:`the encoder <two ways-bert>`",)), NUMFIG).build()
    assert build.warnings.splitlines() == [
        "here.rst:13: WARNING: invalid numfig_format: the encoder",
        "there.rst:4: WARNING: invalid numfig_format: the encoder",
    ]


@pytest.mark.parametrize("role", ["ref", "numref"])
def test_an_unknown_panel(project: Project, role: str) -> None:
    build = project.write(files((f":{role}:`two ways-llama`",)), NUMFIG).build()
    assert build.warnings.splitlines() == [
        f"here.rst:13: WARNING: undefined label: 'two ways-llama' [ref.{role}]",
        f"there.rst:4: WARNING: undefined label: 'two ways-llama' [ref.{role}]",
    ]


def test_panels_of_a_figure_without_a_name_have_none(project: Project) -> None:
    figure = FIGURE.replace("   :name: Two Ways\n", "")
    build = project.write(files((":ref:`two ways-bert`",), figure), NUMFIG).build()
    assert "undefined label: 'two ways-bert' [ref.ref]" in build.warnings
    assert set(re.findall(r'<g( id="[^"]*")? class="llmpipeline-panel"', build.read("here.html"))) == {""}


def test_a_name_that_is_taken(project: Project) -> None:
    text = files(())
    text["index.rst"] = str(text["index.rst"]).replace(":name: first", ":name: two ways-bert")
    text["here.rst"] = f"{text['here.rst']}\n.. _two ways-gpt_2:\n\nText.\n"
    build = project.write(text, NUMFIG).build()
    assert sorted(build.warnings.splitlines()) == [
        'here.rst:15: WARNING: Duplicate explicit target name: "two ways-gpt_2". [docutils]',
        "index.rst:4: WARNING: duplicate label two ways-bert, other instance in here.rst",
    ]


# The next build ---------------------------------------------------------------------------------------------------


def test_panels_that_are_gone_are_forgotten(project: Project) -> None:
    text = files((":numref:`two ways-gpt_2`",))
    project.write(text, NUMFIG).build("html", "-W")
    project.rewrite("here.rst", str(text["here.rst"]).split("   panel gpt_2")[0])
    project.rewrite("there.rst", f"{text['there.rst']}\n")
    build = project.build()
    assert build.warnings.splitlines() == ["there.rst:4: WARNING: undefined label: 'two ways-gpt_2' [ref.numref]"]


def test_panels_of_a_page_that_is_not_read_again_are_remembered(project: Project) -> None:
    text = files()
    project.write(text, NUMFIG).build("html", "-W")
    project.rewrite("there.rst", f"{text['there.rst']}\n")
    build = project.build("html", "-W")
    assert followed(build, "there.html") == EXPECTED


def test_a_new_letter_is_that_of_the_next_build(project: Project) -> None:
    text = files()
    project.write(text, NUMFIG).build("html", "-W")
    project.rewrite(
        "here.rst", str(text["here.rst"]).replace("   panel bert", "   panel new\n      v -> v\n   panel bert")
    )
    project.rewrite("there.rst", f"{text['there.rst']}\n")
    build = project.build("html", "-W")
    assert [words for words, _, _ in followed(build, "there.html")][3] == "Fig. 2c"


def test_titles_are_translated(project: Project) -> None:
    catalog = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "GPT"\nmsgstr "GPT, ein Decoder"\n'
    )
    conf = f'{NUMFIG}language = "de"\nlocale_dirs = ["locale"]\ngettext_compact = False\n'
    references = (":ref:`two ways-gpt_2`", ":numref:`{number}: {name} <two ways-gpt_2>`")
    project.write({**files(references), "locale/de/LC_MESSAGES/here.po": catalog}, conf)
    build = project.build("html", "-W")
    assert [words for words, _, _ in followed(build, "there.html")] == ["GPT, ein Decoder", "2b: GPT, ein Decoder"]
