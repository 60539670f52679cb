"""The pictures of other tools: from the graphs that the page shows, fit to stand in it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from benchmarks.compare import (
    GRAPHS,
    OUT,
    Graph,
    d2,
    dot,
    draw_d2,
    draw_dot,
    draw_mermaid,
    for_print,
    main,
    mermaid,
    sources,
    versions,
    with_short_numbers,
)
from docs._ext.paper import size
from sphinxext.llmpipeline import parse

DECLARED = """\
io question: Which "one"?
group all: All & more
   :direction: LR
   decision choose: a < b #1
   group inner: Inner
      store shelf: Shelf
         :note: of books
      :repeat: 3
   model end: Model
      :repeat: N
   choose -> shelf: Yes,\\nthis
question => all
all --> question
choose <-> end
end -- shelf
"""

NOT_IN_A_PICTURE = ("<!DOCTYPE", "<script", "@import", "url(http", 'href="http', "/home/", "/tmp/", "/root/", "file:")


@pytest.fixture(params=GRAPHS, ids=lambda graph: graph.name)
def graph(request: pytest.FixtureRequest) -> Graph:
    found = request.param
    assert isinstance(found, Graph)
    return found


def test_mermaid_has_every_node_edge_and_group() -> None:
    assert mermaid(parse(DECLARED), "TB") == dedent("""\
        flowchart TB
            question(["Which #quot;one#quot;?"])
            subgraph all["All & more"]
                direction LR
                choose{"a #lt; b #35;1"}
                end_["Model × N"]
                subgraph inner["Inner × 3"]
                    shelf[("Shelf<br/>of books")]
                end
            end
            choose -->|"Yes,<br/>this"| shelf
            question ==> all
            all -.-> question
            choose <--> end_
            end_ --- shelf
        """)


def test_mermaid_reads_no_id_as_a_word_of_its_language() -> None:
    source = mermaid(parse("store graph: Graph\nStyle\nend\nends\ngraph -> ends"), "LR")
    assert source == dedent("""\
        flowchart LR
            graph_[("Graph")]
            Style_["Style"]
            end_["end"]
            ends["ends"]
            graph_ --> ends
        """)


def test_d2_has_every_node_edge_and_group() -> None:
    assert d2(parse(DECLARED), "TB") == dedent("""\
        direction: down
        question: "Which \\"one\\"?" {shape: oval}
        all: "All & more" {
          direction: right
          choose: "a < b #1" {shape: diamond}
          end: "Model × N"
          inner: "Inner × 3" {
            shelf: "Shelf\\nof books" {shape: cylinder}
          }
        }
        all.choose -> all.inner.shelf: "Yes,\\nthis"
        question -> all: {style.stroke-width: 4}
        all -> question: {style.stroke-dash: 3}
        all.choose <-> all.end
        all.end -- all.inner.shelf
        """)


def test_d2_reads_dots_in_ids_and_signs_in_labels_as_text() -> None:
    source = d2(parse('group g: G\n   a.b: ${x} \\ "y"\nc\na.b -> c'), "LR")
    assert source == 'direction: right\nc: "c"\ng: "G" {\n  "a.b": "\\${x} \\\\ \\"y\\""\n}\ng."a.b" -> c\n'
    said = "".join(ElementTree.fromstring(draw_d2(source)).itertext())
    assert '${x} \\ "y"' in said


def test_dot_has_every_node_edge_and_group() -> None:
    assert dot(parse(DECLARED), "LR").source.expandtabs(4) == dedent("""\
        digraph {
            graph [compound=true rankdir=LR]
            node [shape=box]
            question [label="Which \\"one\\"?" shape=ellipse]
            subgraph cluster_all {
                label="All & more"
                choose [label="a < b #1" shape=diamond]
                end [label="Model × N"]
                subgraph cluster_inner {
                    label="Inner × 3"
                    shelf [label="Shelf\\nof books" shape=cylinder]
                }
            }
            choose -> shelf [label="Yes,\\nthis"]
            question -> choose [lhead=cluster_all penwidth=2]
            end -> question [ltail=cluster_all style=dashed]
            choose -> end [dir=both]
            end -> shelf [dir=none]
        }
        """)


def test_sources_on_the_page_are_those_of_its_graphs(graph: Graph) -> None:
    """Where this fails, ``benchmarks/compare.py`` has to draw the pictures again."""
    for name, text in sources(graph).items():
        assert (OUT / name).read_text(encoding="utf-8") == text, name


def test_page_shows_every_graph(graph: Graph) -> None:
    page = (OUT.parent / "comparison.rst").read_text(encoding="utf-8")
    ours = f"corpus/{graph.number}.txt\n         :name: comparison-{graph.name}\n"
    assert ours in page
    for name in ("-mermaid.svg", "-d2.svg", "-graphviz.svg", ".mmd", ".d2", ".dot"):
        assert f"comparison/{graph.name}{name}" in page


@pytest.mark.parametrize("tool", ["mermaid", "d2", "graphviz"])
def test_picture_has_the_texts_of_the_graph_and_loads_nothing(graph: Graph, tool: str) -> None:
    drawn = (OUT / f"{graph.name}-{tool}.svg").read_text(encoding="utf-8")
    assert len(drawn.encode()) < 100_000
    assert [part for part in NOT_IN_A_PICTURE if part in drawn] == []
    said = "".join("".join(ElementTree.fromstring(drawn).itertext()).split())
    labels = [part.label.text for part in graph.pipeline().items() if part.label]
    lines = [line for label in labels for line in label.split("\n")]
    assert [line for line in lines if "".join(line.split()) not in said] == []


@pytest.mark.program
def test_every_picture_is_a_page_of_the_pdf_in_the_order_of_their_names(program: Callable[[str], str]) -> None:
    """Where this fails, ``benchmarks/compare.py`` has to print them again."""
    described = [program("pdfinfo"), "-l", "99", str(OUT / "drawings.pdf")]
    said = subprocess.run(described, check=True, capture_output=True, text=True).stdout
    printed = [tuple(map(float, found)) for found in re.findall(r"Page +\d+ size: +(\S+) x (\S+) pts", said)]
    drawn = [size(path.read_text(encoding="utf-8")) for path in sorted(OUT.glob("*.svg"))]
    assert len(printed) == len(drawn)
    for page, (width, height) in zip(printed, drawn, strict=True):
        assert page == pytest.approx((0.75 * width, 0.75 * height), abs=1)


def test_print_has_clips_for_masks_and_a_font_as_wide_as_times() -> None:
    boxes = '<rect x="0" y="0" width="9" height="8" fill="white"/><rect x="1" y="2" width="3" height="4" fill="black"/>'
    drawn = f'<mask id="m" x="0">{boxes}</mask><path mask="url(#m)" style="stroke-width: 1; stroke-dasharray: 1, 0;"/>'
    drawn += '<text font-family="Times,serif"/>'
    assert for_print(drawn) == (
        '<clipPath id="m"><path clip-rule="evenodd" d="M0 0h9v8h-9zM1 2h3v4h-3z"/></clipPath>'
        '<path clip-path="url(#m)" style="stroke-width: 1; "/><text font-family="STIXGeneral,Times,serif"/>'
    )


def test_numbers_of_a_page_are_short_except_in_matrices_and_strings() -> None:
    content = b".24000001 0 0 -.24000001 0 75 cm\n1034.37499 2.4407942 l\n-.0000001 5.0001 m\n<0012> 1.23456 Tj"
    assert with_short_numbers(content) == (
        b".24000001 0 0 -.24000001 0 75 cm\n1034.37 2.441 l\n-0 5 m\n<0012> 1.23456 Tj"
    )


def test_a_mask_that_is_not_understood_is_not_printed() -> None:
    assert "<mask" not in for_print('<mask id="m"><rect x="1" y="2" width="3" height="4"/></mask>')
    with pytest.raises(ValueError, match="mask"):
        for_print('<mask id="m"/>')


@pytest.mark.program
def test_graphviz_picture_has_no_address_of_a_document_type(program: Callable[[str], str]) -> None:
    assert program("dot")
    drawn = draw_dot(dot(parse("a -> b"), "LR"))
    assert drawn.startswith('<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<svg width=')
    assert "<!" not in drawn


def test_d2_picture_is_as_wide_as_it_was_drawn() -> None:
    drawn = draw_d2('direction: right\na: "A"\nb: "B"\na -> b\n')
    size = re.match(r'<svg [^>]*viewBox="0 0 (\d+) (\d+)" width="(\d+)" height="(\d+)">', drawn)
    assert size is not None
    assert size.group(1, 2) == size.group(3, 4)
    assert int(size[1]) > int(size[2])


@pytest.mark.program
def test_versions_name_every_tool(program: Callable[[str], str]) -> None:
    assert program("dot")
    words = versions([sys.executable, "-c", "print('11.17.0')"], sys.executable)
    assert re.fullmatch(r"The tools were mermaid-cli 11\.17\.0 in Chromium \d+, D2 \d\S+, and Graphviz \S+\.\n", words)


def test_mermaid_picture_is_as_wide_as_it_was_drawn(tmp_path: Path) -> None:
    assert draw_mermaid("flowchart LR\n", stand_in(tmp_path), "chromium") == (
        '<svg width="20.5" height="10" viewBox="0 0 20.5 10"><path d="M1.23,4.5"/><!--flowchart LR--></svg>\n'
    )


def test_a_picture_without_a_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^Mermaid's SVG has no viewBox$"):
        draw_mermaid("flowchart LR\n", stand_in(tmp_path, box="box"), "chromium")


def test_unknown_graphs_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--chromium", "chromium", "--out", str(tmp_path), "--mmdc", shlex.join(stand_in(tmp_path)), "chian"])
    assert capsys.readouterr().err.endswith("error: unknown graphs: chian\n")


def stand_in(folder: Path, box: str = "viewBox") -> list[str]:
    """A program that takes the arguments of ``mmdc`` and draws always the same."""
    script = folder / "mmdc.py"
    script.write_text(
        "import argparse\n"
        "from pathlib import Path\n"
        "parser = argparse.ArgumentParser()\n"
        "for name in '-i', '-o', '-p', '-c':\n"
        "    parser.add_argument(name, type=Path, required=True)\n"
        "parser.add_argument('--quiet', action='store_true', required=True)\n"
        "given = parser.parse_args()\n"
        f'drawn = \'<svg width="100%" {box}="0 0 20.5 10"><path d="M1.234567,4.5"/><!--SOURCE--></svg>\'\n'
        "given.o.write_text(drawn.replace('SOURCE', given.i.read_text().strip()))\n"
    )
    return [sys.executable, str(script)]
