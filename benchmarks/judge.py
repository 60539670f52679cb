"""Judge the layouts of many diagrams, and print the number of their faults.

``README.md`` in this folder says how to run it, and shows a run.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from sphinxext.llmpipeline import MODERN, Pipeline, Style, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout.engine import LayoutEngine, engine_of
from sphinxext.llmpipeline.layout.graph import layout_graph
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.verdict import CLASSES, Kind, Verdict
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, DIRECTIONS, DiagramDirection
from sphinxext.llmpipeline.rendering import draw_pictures, encode_values
from sphinxext.llmpipeline.text.typesetting import typeset
from tools.fuzz import graph as random_graph

from .report import table, write_between

ROOT = Path(__file__).parents[1]
README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- faults -->\n", "<!-- end of faults -->"
"""Lines around the tables in the file that contains them."""

WIDTH = 700.0
"""Points: of the page for which the diagrams are laid out."""

_OPTION = "# :direction:"
"""How the first line of a file begins that names its direction."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram with a name, in a style."""

    name: str
    pipeline: Pipeline
    style: Style = MODERN


@dataclass(slots=True)
class Tally:
    """The verdicts on a set of diagrams."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    """Messages of the layouts that failed."""

    @property
    def edges(self) -> int:
        """The number of all edges."""
        return sum(len(verdict.edges) for verdict in self.verdicts.values())

    @property
    def kinds(self) -> Counter[Kind]:
        """The number of faults of each kind."""
        return sum((verdict.kinds() for verdict in self.verdicts.values()), Counter())

    def row(self, name: str) -> tuple[str, ...]:
        """The cells of a table, see :data:`HEAD`."""
        verdicts = self.verdicts.values()
        each = 100 / (self.edges or 1)
        counts = (sum(verdict.count(of_class) for verdict in verdicts) for of_class in (1, 2, 3))
        straight = sum(verdict.straight for verdict in verdicts)
        return (
            name,
            f"{len(self.verdicts):,}",
            f"{self.edges:,}",
            *(f"{each * count:.1f}" for count in counts),
            f"{each * sum(verdict.cost for verdict in verdicts):,.0f}",
            f"{each * straight:.0f} %",
            f"{each * sum(verdict.slanted for verdict in verdicts):.1f}",
        )


HEAD = ("Diagrams", "Number", "Edges", "Class 1", "Class 2", "Class 3", "Weighted", "Along an axis", "Slanted")


def judged(diagram: Diagram, width: float = WIDTH) -> Verdict:
    """Lay a diagram out, and judge it.

    Raises:
        LayoutError: if there is no layout.
    """
    pipeline, style = diagram.pipeline, diagram.style
    job = Job(pipeline, style, "svg", width=width)
    engine: LayoutEngine = engine_of(job)
    encoding = encode_values(pipeline, style)
    plots = draw_pictures(job)
    text = typeset(pipeline, style, encoding.bars, plots.sizes if plots else None)
    found = search(layout_graph(pipeline, style, text, encoding), engine, width)
    return judge(found.layout, found.graph, width)


def tally(diagrams: Sequence[Diagram], width: float = WIDTH) -> Tally:
    """Judge many diagrams."""
    found = Tally()
    for number, diagram in enumerate(diagrams, 1):
        if sys.stderr.isatty():
            print(f"{number:,} of {len(diagrams):,}", end="\r", file=sys.stderr, flush=True)
        try:
            found.verdicts[diagram.name] = judged(diagram, width)
        except LayoutError as error:
            found.failures[diagram.name] = str(error)
    return found


def corpus(direction: DiagramDirection = "auto") -> Iterator[Diagram]:
    """The diagrams of ``docs/corpus``."""
    for path in sorted((ROOT / "docs" / "corpus").glob("*.txt")):
        yield Diagram(path.stem, parse(path.read_text(encoding="utf-8"), direction=direction))


def random_diagrams(count: int, seed: int = 0) -> Iterator[Diagram]:
    """Random diagrams with groups, labels and loops; the same for the same *seed*.

    They have no tables: lines between cells of one table, which touch each other, have no free way.
    """
    random = Random(seed)  # noqa: S311 -- runs can be repeated
    for number in range(count):
        pipeline = parse(random_graph(random, tables=False))
        direction = random.choice(DIAGRAM_DIRECTIONS)
        yield Diagram(f"random {number}", replace(pipeline, direction=direction))


def cases(folder: Path) -> Iterator[Diagram]:
    """The declarations in the ``.txt`` files of a folder, and the diagrams of its ``.rst`` files."""
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        first = text.split("\n", 1)[0]
        named = first.removeprefix(_OPTION).strip() if first.startswith(_OPTION) else "auto"
        direction: DiagramDirection = next((known for known in DIAGRAM_DIRECTIONS if known == named), "auto")
        yield Diagram(path.stem, parse(text, direction=direction))
    if documents := sorted(folder.glob("*.rst")):
        with tempfile.TemporaryDirectory() as source:
            for path in documents:
                shutil.copy(path, source)
            Path(source, "conf.py").write_text('extensions = ["sphinxext.llmpipeline"]\nroot_doc = "root"\n')
            Path(source, "root.rst").write_text("Cases\n=====\n\n.. toctree::\n   :glob:\n\n   *\n")
            yield from of_project(Path(source))


def of_project(source: Path, doctrees: Path | None = None) -> Iterator[Diagram]:
    """All diagrams of a Sphinx project, each once; *doctrees* may have documents as they were read before."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    from sphinxext.llmpipeline.extension.doctree import resolved, unpack
    from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
    from sphinxext.llmpipeline.extension.scheduling import style_of

    seen: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, docutils_namespace():
        read = str(doctrees or folder)
        app = Sphinx(str(source), str(source), folder, read, "dummy", status=None, warning=sys.stderr)
        app.build()
        for document in sorted(app.env.found_docs):
            # As it was read: a builder without pictures resolves diagrams to lists.
            for number, diagram in enumerate(app.env.get_doctree(document).findall(pipeline_diagram), 1):
                unpack(diagram)
                pipeline = resolved(diagram)
                style = style_of(app, diagram)
                if (key := repr((pipeline, style.name))) not in seen:
                    seen.add(key)
                    yield Diagram(f"{document} {number}", pipeline, style)


def sets(options: argparse.Namespace) -> Iterator[tuple[str, list[Diagram]]]:
    """The sets of diagrams that the command line asks for; without any, the documentation and the corpus."""
    everything = not (options.docs or options.corpus or options.random or options.cases)
    if options.docs or everything:
        yield "documentation", list(of_project(ROOT / "docs"))
    if options.corpus or everything:
        directions: tuple[DiagramDirection, ...] = ("auto", *DIRECTIONS)
        for direction in directions:
            yield f"corpus, {direction}", list(corpus(direction))
    for folder in options.cases:
        yield folder.name, list(cases(folder))
    if options.random:
        yield f"{options.random:,} random", list(random_diagrams(options.random, options.seed))


def report(tallies: Mapping[str, Tally], *, verbose: bool = False) -> str:
    """The table of all sets, the kinds of faults with an example each, and, if *verbose*, every fault."""
    parts = [table(HEAD, [tally.row(name) for name, tally in tallies.items()])]
    kinds = sum((tally.kinds for tally in tallies.values()), Counter[Kind]())
    rows = [
        (kind, str(CLASSES[kind]), f"{count:,}", next(_examples(tallies, kind))) for kind, count in kinds.most_common()
    ]
    parts.append(table(("Fault", "Class", "Number", "Example"), rows))
    for name, found in tallies.items():
        parts += [f"{name}, {diagram}: {message}\n" for diagram, message in found.failures.items()]
        if verbose:
            parts += [f"{name}, {diagram}: {verdict}\n" for diagram, verdict in found.verdicts.items()]
    return "\n".join(parts)


def _examples(tallies: Mapping[str, Tally], kind: Kind) -> Iterator[str]:
    for name, found in tallies.items():
        for diagram, verdict in found.verdicts.items():
            for fault in verdict.faults:
                if fault.kind == kind:
                    yield f"{name}, {diagram}: {verdict.parts_of(fault)}".removesuffix(": ")


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge, and print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks.judge", description=__doc__.split("\n")[0])
    parser.add_argument("--docs", action="store_true", help="the diagrams of the documentation")
    parser.add_argument("--corpus", action="store_true", help="those of docs/corpus, in all directions")
    parser.add_argument("--cases", type=Path, action="append", default=[], metavar="FOLDER", help="files of a folder")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="random diagrams")
    parser.add_argument("--seed", type=int, default=0, help="of the random diagrams (default: %(default)s)")
    parser.add_argument("--width", type=float, default=WIDTH, help="of the page, in points (default: %(default)g)")
    parser.add_argument("--verbose", action="store_true", help="print every fault")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/README.md")
    options = parser.parse_args(arguments)
    tallies = {name: tally(diagrams, options.width) for name, diagrams in sets(options)}
    print(report(tallies, verbose=options.verbose), end="")
    if options.write:
        write_between(README, report(tallies), BEGIN, END)


if __name__ == "__main__":
    main()
