"""Rows with shares, and piles, in real builds."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Project
from tests.drawings import groups, of_class, read_all, texts

BODY = """\
category web: From the web
category kept: Curated
row mix: *CommonCrawl* 82% | GitHub 15% | wiki = Wikipedia 3%
   :shares: yes
   :category: web | kept | kept
   :link: https://commoncrawl.org | | https://www.wikipedia.org
   :tooltip: Crawled | | Articles
stack block: Block
   :repeat: 12
   :pile: yes
   process attention: Attention
      :repeat: h
      :pile: yes
   process mlp: MLP
mix -> block
wiki ..> mlp
"""
INDEX = "\n.. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in BODY.splitlines())
MARKDOWN = f"# Title\n\n```{{llmpipeline}}\n{BODY}```\n"


def test_cells_are_nodes_of_the_page_with_links_and_tooltips(project: Project) -> None:
    page = project.write({"index.rst": INDEX}).build("html", "-W").read("index.html")
    svg = read_all(page)[0]
    (bar,) = of_class(svg, "llmpipeline-shares")
    assert bar.get("data-id") == "mix"
    assert [part.get("data-id") for part in of_class(svg, "llmpipeline-pile")] == ["block", "attention"]
    values = {part.get("data-id"): (part.get("data-value"), part.get("data-unit")) for part in groups(svg)}
    assert [values[id] for id in ("mix.1", "mix.2", "wiki")] == [("82", "%"), ("15", "%"), ("3", "%")]
    assert '<a href="https://www.wikipedia.org"' in page
    assert '<title class="nohighlight">Articles</title>' in page
    assert "Wikipedia 3%" in texts(svg)
    assert {"82%", "15%"} <= {*texts(svg)}
    assert ".llmpipeline-outside" in project.build("html").read("_static/llmpipeline.css")


def test_lists_have_values(project: Project) -> None:
    text = project.write({"index.rst": INDEX}).build("text", "-W").read("index.txt")
    assert " ".join(text.split()).startswith(
        "* *CommonCrawl* (From the web, 82%): https://commoncrawl.org | GitHub (Curated, 15%) | "
        "Wikipedia (Curated, 3%): https://www.wikipedia.org * → Block * Wikipedia → MLP (secondary) "
        "* **Block** (× 12) * Attention (× h)"
    )


def test_spoken_description_has_values(project: Project) -> None:
    index = f"{INDEX}\n.. llmpipeline::\n\n   row r: 40 GB | Code 60 GB\n      :shares: yes\n"
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert "CommonCrawl, GitHub, Wikipedia leads to Block." in page
    assert "Shares in one bar: CommonCrawl 82%, GitHub 15% and Wikipedia 3%." in page
    assert "Shares in one bar: 40 GB and Code 60 GB." in page


def test_spoken_description_is_translated(project: Project) -> None:
    page = project.write({"index.rst": INDEX}, "language = 'de'").build("html", "-W").read("index.html")
    assert "Anteile in einem Balken: CommonCrawl 82%, GitHub 15% und Wikipedia 3%." in page


def test_texts_are_translated_without_their_values(project: Project) -> None:
    template = project.write({"index.rst": INDEX}).build("gettext").read("index.pot")
    found = re.findall(r'^msgid "(.+)"$', template, re.MULTILINE)
    assert {"*CommonCrawl*", "GitHub", "Wikipedia"} <= {*found}
    assert [text for text in found if "%" in text] == []


def test_panels_are_described_with_their_shares(project: Project) -> None:
    panels = "   panel p: One\n      row r: A 1 | B 2\n         :shares: yes\n   panel q: Two\n      x: X\n"
    index = f"\n.. llmpipeline::\n\n{panels}"
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert "Panel (a), One: Without an edge: A, B. Shares in one bar: A 1 and B 2." in page


def test_markdown(project: Project) -> None:
    build = project.write({"index.md": MARKDOWN}, 'extensions += ["myst_parser"]').build("html", "-W")
    page = build.read("index.html")
    assert 'class="llmpipeline-group llmpipeline-shares"' in page
    assert "Wikipedia 3%" in texts(read_all(page)[0])


def test_a_phone_gets_a_narrower_bar(project: Project) -> None:
    cells = "A longer name 67% | Another name 15% | C 8% | D 4% | E 3% | F 3%"
    index = f"\n.. llmpipeline::\n\n   row mix: {cells}\n      :shares: yes\n   x: X\n   mix -> x\n"
    page = project.write({"index.rst": index}, "llmpipeline_narrow_width = 320").build("html", "-W").read("index.html")
    wide, narrow = re.findall(r'<svg [^>]*viewBox="0 0 ([\d.]+)', page)
    assert float(narrow) < 360 < 500 < float(wide)


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "texinfo", "xml"])
def test_other_builders(project: Project, builder: str) -> None:
    assert project.write({"index.rst": INDEX}).build(builder, "-W").warnings == ""
