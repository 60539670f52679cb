"""Sphinx projects of N pages with M diagrams, one for each way to draw them, all of the same graphs.

Run by itself, it writes the projects to look at::

    python -m benchmarks.generate build/projects --pages 20 --diagrams 100
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent, indent

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import Pipeline

from .compare import dot, mermaid

PARTS = r"""
data corpus{n}: Corpus {n}
process tok{n}: Tokenize\n(BPE)
train pre{n}: Pre-train
model base{n}: Base model {n}
data pairs{n}: Preference\npairs
train ft{n}: Fine-tune
model chat{n}: Chat model
eval bench{n}: Benchmark

corpus{n} -> tok{n} -> pre{n} -> base{n}
base{n} -> ft{n}: init
pairs{n} -> ft{n}
ft{n} -> chat{n} -> bench{n}
bench{n} --> ft{n}: retry
base{n} -> bench{n}
"""
"""Eight nodes and nine edges; the number makes every diagram one of its own."""

NODES = 8  # in the parts above

MMDC, BROWSER = "BENCHMARK_MMDC", "BENCHMARK_BROWSER"
"""Variables that tell the project of Mermaid its command line, and the file that names the browser."""

# Where a script that draws by hand sets the nodes: columns and rows.
_PLACES = ((0, 1), (1, 1), (2, 1), (3, 1), (3, 0), (4, 0), (5, 0), (6, 1))

_SCRIPT_HEAD = """\
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

fig, ax = plt.subplots(figsize=(10, 3))
"""
_SCRIPT_TAIL = """\
ax.set_xlim(-0.6, 6.6)
ax.set_ylim(-0.6, 1.6)
ax.axis("off")
plt.show()
"""


def declarations(number: int) -> str:
    """The graph of a diagram, in the language of this package."""
    return PARTS.format(n=number)


def large_graph(nodes: int) -> Pipeline:
    """One graph of *nodes* nodes, from top to bottom: the small one again and again, each followed by the next."""
    copies = [declarations(number) for number in range(nodes // NODES)]
    joints = [f"bench{number} -> corpus{number + 1}" for number in range(len(copies) - 1)]
    return replace(parse("\n".join([*copies, *joints])), direction="TB")


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to draw diagrams in Sphinx."""

    title: str
    directive: Callable[[int], str]
    """The text of the diagram of a number."""
    settings: str = ""
    """Lines of ``conf.py``."""


def _nothing(number: int) -> str:  # noqa: ARG001 -- what all peers are given
    return ""


def _ours(number: int) -> str:
    return f".. llmpipeline::\n   :caption: Diagram {number}\n{indent(declarations(number), '   ')}"


def _graphviz(number: int) -> str:
    source = dot(parse(declarations(number)), "LR").source
    return f".. graphviz::\n   :caption: Diagram {number}\n\n{indent(source, '   ')}"


def _mermaid(number: int) -> str:
    source = mermaid(parse(declarations(number)), "LR")
    return f".. mermaid::\n   :caption: Diagram {number}\n\n{indent(source, '   ')}"


def _plot(number: int) -> str:
    return f".. plot::\n   :caption: Diagram {number}\n\n{indent(script(number), '   ')}"


def script(number: int) -> str:
    """The diagram as a script of matplotlib: boxes and arrows where its author has put them."""
    pipeline = parse(declarations(number))
    places = dict(zip((node.id for node in pipeline.nodes), _PLACES, strict=True))
    lines = []
    for node in pipeline.nodes:
        x, y = places[node.id]
        box = f'FancyBboxPatch(({x - 0.35}, {y - 0.2}), 0.7, 0.4, boxstyle="round,pad=0.05", facecolor="lightblue")'
        label = node.label.text if node.label else node.id
        lines += [f"ax.add_patch({box})", f'ax.text({x}, {y}, {label!r}, ha="center", va="center", fontsize=9)']
    for edge in pipeline.edges:
        (x0, y0), (x1, y1) = places[edge.source], places[edge.target]
        arrow = 'arrowprops=dict(arrowstyle="->", shrinkA=30, shrinkB=30)'
        lines.append(f'ax.annotate("", xy=({x1}, {y1}), xytext=({x0}, {y0}), {arrow})')
        if edge.label:
            at = f"{(x0 + x1) / 2}, {(y0 + y1) / 2 + 0.1}"
            lines.append(f'ax.text({at}, {edge.label.text!r}, ha="center", fontsize=8)')
    return _SCRIPT_HEAD + "\n".join(lines) + "\n" + _SCRIPT_TAIL


PEERS: Mapping[str, Peer] = {
    "none": Peer("pages without diagrams", _nothing),
    "ours": Peer("this extension", _ours, 'extensions = ["sphinxext.llmpipeline"]\n'),
    "graphviz-svg": Peer(
        "sphinx.ext.graphviz, SVG",
        _graphviz,
        'extensions = ["sphinx.ext.graphviz"]\ngraphviz_output_format = "svg"\n',
    ),
    "graphviz-png": Peer("sphinx.ext.graphviz, PNG", _graphviz, 'extensions = ["sphinx.ext.graphviz"]\n'),
    "plot": Peer(
        "plot directive, as it comes: PNG for two densities, and PDF",
        _plot,
        'extensions = ["matplotlib.sphinxext.plot_directive"]\n',
    ),
    "plot-png": Peer(
        "plot directive, one PNG",
        _plot,
        'extensions = ["matplotlib.sphinxext.plot_directive"]\n'
        'plot_formats = ["png"]\nplot_html_show_formats = plot_html_show_source_link = False\n',
    ),
    "mermaid": Peer(
        "sphinxcontrib-mermaid, SVG",
        _mermaid,
        'import os\n\nextensions = ["sphinxcontrib.mermaid"]\nmermaid_output_format = "svg"\n'
        f'mermaid_cmd = os.environ.get("{MMDC}", "mmdc")\n'
        f'mermaid_params = ["-p", os.environ.get("{BROWSER}", "browser.json")]\n',
    ),
}

# The plainest theme: whatever a theme does for a page would hide the time of a diagram.
_CONF = 'project = "Diagrams"\nhtml_theme = "basic"\n'
_TEXT = "A model is trained on a corpus, and then on what people prefer. Its checkpoints are evaluated as it goes.\n"


def write_project(folder: Path, peer: Peer, pages: int, diagrams: int) -> None:
    """Write a project.

    Args:
        folder: where ``conf.py`` shall be.
        peer: what draws.
        pages: how many there are, the first page with their table of contents not counted.
        diagrams: how many there are in all, spread over the pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.py").write_text(_CONF + peer.settings, encoding="utf-8")
    entries = "".join(f"   page{page}\n" for page in range(pages))
    (folder / "index.rst").write_text(f"Title\n=====\n\n.. toctree::\n\n{entries}", encoding="utf-8")
    for page in range(pages):
        parts = [f"Page {page}\n===========\n", _TEXT]
        for number in range(page * diagrams // pages, (page + 1) * diagrams // pages):
            parts += [f"Text before diagram {number}.\n", peer.directive(number)]
        (folder / f"page{page}.rst").write_text("\n".join(parts), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the project of each peer to a folder of its name."""
    parser = argparse.ArgumentParser(description=dedent(__doc__.split("\n\n")[0]))
    parser.add_argument("folder", type=Path, help="the folder to write to")
    parser.add_argument("--pages", type=int, default=20, help="how many pages (default: %(default)s)")
    parser.add_argument("--diagrams", type=int, default=100, help="how many diagrams in all (default: %(default)s)")
    options = parser.parse_args(arguments)
    for name, peer in PEERS.items():
        write_project(options.folder / name, peer, options.pages, options.diagrams)


if __name__ == "__main__":
    main()
