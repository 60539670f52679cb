"""Write Sphinx projects of N pages with M diagrams, one project for each tool, all of the same graphs.

As a program, it writes the projects to a folder, so that they can be looked at::

    python -m benchmarks.generate build/projects --pages 20 --diagrams 100
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent, indent

from sphinxext.llmpipeline import Pipeline, parse

from .compare import dot, mermaid

PARTS = r"""
data corpus{n}: Corpus {n}
process tok{n}: Tokenizer {n}
model arch{n}: Model Architecture\n(Decoder) {n}
train pre{n}: Pre-training {n}
model gpt{n}: General Purpose Model\n(GPT-3) {n}
data inst{n}: Instruction data {n}
train tune{n}: Fine-tuning {n}
model chat{n}: Model with Specific Tasks\n(ChatGPT) {n}

corpus{n} -> tok{n}
tok{n} -> pre{n}: tokens
arch{n} -> pre{n}
pre{n} -> gpt{n}: General\nKnowledge
gpt{n} -> tune{n}
inst{n} -> tune{n}
tune{n} -> chat{n}: Specialized\nLearning
chat{n} --> inst{n}: feedback
gpt{n} -> chat{n}: RLHF
"""
"""The standard diagram: eight nodes and nine edges. Its number makes the text of each diagram unique."""

NODES = 8  # in the standard diagram

MMDC, BROWSER = "BENCHMARK_MMDC", "BENCHMARK_BROWSER"
"""Environment variables of the Mermaid project: the command line of Mermaid, and the file that names the browser."""

MYST_EVERY = 4
"""One page in so many is Markdown (MyST). The first and the second page are reST."""

# Column and row of each node in the script that draws by hand.
_PLACES = ((0, 1), (1, 1), (1, 0), (2, 1), (3, 1), (3, 0), (4, 0), (5, 1))

_SCRIPT_HEAD = """\
import matplotlib.pyplot as plt
from matplotlib.patches import FancyBboxPatch

fig, ax = plt.subplots(figsize=(10, 3))
"""
_SCRIPT_TAIL = """\
ax.set_xlim(-0.6, 5.6)
ax.set_ylim(-0.6, 1.6)
ax.axis("off")
plt.show()
"""


def declarations(number: int) -> str:
    """Source of the standard diagram in the language of this package."""
    return PARTS.format(n=number)


def large_graph(nodes: int) -> Pipeline:
    """One graph of *nodes* nodes from top to bottom: a chain of standard diagrams, each followed by the next."""
    copies = [declarations(number) for number in range(nodes // NODES)]
    joints = [f"chat{number} -> corpus{number + 1}" for number in range(len(copies) - 1)]
    return replace(parse("\n".join([*copies, *joints])), direction="TB")


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that draws diagrams in Sphinx."""

    title: str
    directive: str
    """Name of the directive; empty if the pages have no diagrams."""
    body: Callable[[int], str]
    """Content of the directive for the diagram of a number."""
    settings: str = ""
    """Lines of ``conf.py``."""
    myst: bool = True
    """Whether MyST can run the directive; otherwise Markdown pages have it in ``eval-rst``."""


def _graphviz(number: int) -> str:
    return str(dot(parse(declarations(number)), "LR").source)


def _mermaid(number: int) -> str:
    return mermaid(parse(declarations(number)), "LR")


def script(number: int) -> str:
    """Script of matplotlib that draws the diagram by hand: boxes and arrows at fixed places."""
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


_OURS = Peer("this extension", "llmpipeline", declarations, 'extensions += ["sphinxext.llmpipeline"]\n')

PEERS: Mapping[str, Peer] = {
    "none": Peer("pages without diagrams", "", lambda number: ""),  # noqa: ARG005 -- all have this signature
    "ours": _OURS,
    "fast": replace(
        _OURS, title="this extension with `[fast]`", settings=f'{_OURS.settings}llmpipeline_engine = "pygraphviz"\n'
    ),
    "graphviz-svg": Peer(
        "sphinx.ext.graphviz, SVG",
        "graphviz",
        _graphviz,
        'extensions += ["sphinx.ext.graphviz"]\ngraphviz_output_format = "svg"\n',
    ),
    "graphviz-png": Peer("sphinx.ext.graphviz, PNG", "graphviz", _graphviz, 'extensions += ["sphinx.ext.graphviz"]\n'),
    "plot": Peer(
        "plot directive, as it comes: PNG for two densities, and PDF",
        "plot",
        script,
        'extensions += ["matplotlib.sphinxext.plot_directive"]\n',
        myst=False,
    ),
    "plot-png": Peer(
        "plot directive, one PNG",
        "plot",
        script,
        'extensions += ["matplotlib.sphinxext.plot_directive"]\n'
        'plot_formats = ["png"]\nplot_html_show_formats = plot_html_show_source_link = False\n',
        myst=False,
    ),
    "mermaid": Peer(
        "sphinxcontrib-mermaid, SVG",
        "mermaid",
        _mermaid,
        'import os\n\nextensions += ["sphinxcontrib.mermaid"]\nmermaid_output_format = "svg"\n'
        f'mermaid_cmd = os.environ.get("{MMDC}", "mmdc")\n'
        f'mermaid_params = ["-p", os.environ.get("{BROWSER}", "browser.json")]\n',
    ),
}


def _values(number: int) -> list[float]:
    """Numbers of a plot: each plot has others."""
    return [round(3.0 / (step + 1) ** 0.5 + number / 100, 3) for step in range(12)]


def plot_declarations(number: int) -> str:
    """A node with a plot: a curve, or bars in every other diagram."""
    values = _values(number)
    if number % 2:
        lines = [f"Part {index}: {value}" for index, value in enumerate(values[:6])]
        return "\n      ".join([f"data mix{number}: Mixture {number}\n   :plot: bars", *lines])
    lines = [f"{100 * step}: {value}" for step, value in enumerate(values)]
    return "\n      ".join([f"train run{number}: Loss {number}\n   :plot: line", "step: loss", *lines])


def plot_script(number: int) -> str:
    """Script of matplotlib that draws the same plot."""
    values = _values(number)
    head = "import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots(figsize=(3, 2))\n"
    if number % 2:
        names = [f"Part {index}" for index in range(6)]
        return f"{head}ax.barh({names!r}, {values[:6]!r})\nax.set_title('Mixture {number}')\nplt.show()\n"
    steps = [100 * step for step in range(12)]
    labels = f"ax.set(title='Loss {number}', xlabel='step', ylabel='loss')"
    return f"{head}ax.plot({steps!r}, {values!r})\n{labels}\nplt.show()\n"


_READY = """
from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.util.docutils import SphinxDirective

PART = '<g><path d="M{0} 8.5h22.5v31.25q0 4-4 4z"/><a href="#step"><text x="{0}" y="24.5">Step {1}</text></a></g>'


class Ready(SphinxDirective):
    has_content = True
    option_spec = {"caption": unchanged}

    def run(self):
        html = "".join(PART.format(13 * place, self.content[0]) for place in range(80))
        texts, messages = self.parse_inline(self.options["caption"])
        picture = nodes.raw("", f"<svg>{html}</svg>", format="html")
        return [nodes.figure("", picture, nodes.caption("", "", *texts)), *messages]


def setup(app):
    app.add_directive("ready", Ready)
"""

OTHERS: Mapping[str, Peer] = {
    "ours-plots": replace(PEERS["ours"], title="plots in nodes", body=plot_declarations),
    "plot-plots": replace(PEERS["plot"], title="plot directive, the same plots", body=plot_script),
    "ready": Peer("a directive that draws nothing", "ready", str, _READY),
}
"""Peers of single rows: two draw one plot in each diagram, one inserts as much HTML as a diagram has."""

_CONF = 'project = "Diagrams"\nextensions = ["myst_parser", "sphinx_design"]\nhtml_theme = "{theme}"\n'
_TEXT = "A model is trained on a corpus, and then on what people prefer. Its checkpoints are evaluated as it goes.\n"
_CODE = 'model = load("checkpoint")\nmodel.train(corpus, steps=1_000)'


def _directive(name: str, argument: str, options: str, body: str, *, myst: bool) -> str:
    """A directive as reST or as MyST; *options* are lines such as ``:caption: Text``, or empty."""
    if myst:
        return "\n".join([f"```{{{name}}} {argument}".rstrip(), *options.splitlines(), "", body.strip("\n"), "```", ""])
    content = indent("\n".join([*options.splitlines(), "", body.strip("\n")]), "   ")
    return f".. {name}:: {argument}".rstrip() + f"\n{content}\n"


def _diagram(peer: Peer, number: int, *, myst: bool) -> str:
    """The directive of a diagram with its caption."""
    parts = (peer.directive, "", f":caption: Diagram {number}", peer.body(number))
    if myst and not peer.myst:
        return _directive("eval-rst", "", "", _directive(*parts, myst=False), myst=True)
    return _directive(*parts, myst=myst)


def _title(text: str, level: int, *, myst: bool) -> str:
    return f"{'#' * (level + 1)} {text}\n" if myst else f"{text}\n{'=-'[level] * len(text)}\n"


def _page(peer: Peer, page: int, numbers: Sequence[int], *, myst: bool) -> str:
    """A page: text, a card of sphinx-design, a block of code, and a section for each diagram."""
    parts = [
        _title(f"Page {page}", 0, myst=myst),
        _TEXT,
        _directive("card", "Prerequisites", "", "A corpus and a tokenizer.", myst=myst),
        _directive("code-block", "python", "", _CODE, myst=myst),
    ]
    for number in numbers:
        parts += [_title(f"Step {number}", 1, myst=myst), f"Text before diagram {number}.\n"]
        if peer.directive:
            parts.append(_diagram(peer, number, myst=myst))
    return "\n".join(parts)


def write_project(folder: Path, peer: Peer, pages: int, diagrams: int, theme: str = "furo") -> None:
    """Write a project.

    Args:
        folder: receives ``conf.py`` and the pages.
        peer: draws the diagrams.
        pages: number of pages, not counting the first one with the table of contents.
        diagrams: number of diagrams in all, spread evenly over the pages.
        theme: HTML theme.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.py").write_text(_CONF.format(theme=theme) + peer.settings, encoding="utf-8")
    entries = "".join(f"   page{page}\n" for page in range(pages))
    (folder / "index.rst").write_text(f"Title\n=====\n\n.. toctree::\n\n{entries}", encoding="utf-8")
    for page in range(pages):
        myst = page % MYST_EVERY == MYST_EVERY - 1
        numbers = range(page * diagrams // pages, (page + 1) * diagrams // pages)
        path = folder / f"page{page}.{'md' if myst else 'rst'}"
        path.write_text(_page(peer, page, numbers, myst=myst), encoding="utf-8")


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
