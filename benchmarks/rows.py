"""What is to be reached, a function a row."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from pathlib import Path

import pygraphviz

from sphinxext.llmpipeline import digraph, parse, render

from .generate import PEERS, declarations, large_graph
from .measure import Builds, Cost, Variant, interleaved, timed
from .report import Check, Row, at_most, duration, ratio

PER_PAGE = 5  # diagrams
LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the projects are."""

    diagrams: int = 100
    many: int = 1_000
    """Diagrams of a large project."""
    huge: int = 10_000
    nodes: int = 1_000
    """Of the large graph."""


def pages(diagrams: int) -> int:
    """How many pages a project of so many diagrams has."""
    return max(2, diagrams // PER_PAGE)


class Bench:
    """What the rows share: sizes, projects, and the builds that several of them look at.

    Args:
        folder: for projects and their builds.
        sizes: how large they are.
        repeat: how often each is built; medians count.
        peers: those that can be built, by their names in :data:`PEERS`.
        full: whether the row that takes long is measured.
    """

    def __init__(
        self, folder: Path, sizes: Sizes, repeat: int = 5, peers: Sequence[str] = tuple(PEERS), full: bool = False
    ) -> None:
        self.builds = Builds(folder)
        self.sizes = sizes
        self.repeat = repeat
        self.peers = peers
        self.full = full
        self._edits = count(1)

    def variant(self, peer: str, diagrams: int | None = None, jobs: int = 1) -> Variant:
        """The project of a peer; of the usual size, if none is named."""
        diagrams = diagrams or self.sizes.diagrams
        return Variant(peer, pages(diagrams), diagrams, jobs)

    def cold(self, *variants: Variant, times: int = 1) -> list[Cost]:
        """What cold builds cost, in the order of *variants*; each is built *times* as often as usual."""
        found = interleaved({variant: partial(self.builds.cold, variant) for variant in variants}, times * self.repeat)
        return [found[variant] for variant in variants]

    @cached_property
    def added(self) -> Mapping[str, Cost]:
        """What a diagram costs: for each peer in a cold build, without the cost of the same pages without diagrams.

        That of :data:`LAYOUT` is what Graphviz costs in this process, given the graphs of this extension.
        """
        number = self.sizes.diagrams
        names = [name for name in PEERS if name in self.peers and name != "mermaid"]
        sources = [digraph(parse(declarations(index))).source for index in range(number)]
        tasks = {name: partial(self.builds.cold, self.variant(name)) for name in names}
        costs = interleaved({**tasks, LAYOUT: lambda: timed(lambda: lay_out(*sources))}, self.repeat)
        none, bare = costs.pop("none"), costs.pop(LAYOUT)
        return {**{name: (cost - none) / number for name, cost in costs.items()}, LAYOUT: bare / number}

    @cached_property
    def mermaid(self) -> Cost:
        """The same for Mermaid, in a project of a tenth of the size: each of its diagrams takes seconds."""
        number = max(1, self.sizes.diagrams // 10)
        none, mermaid = self.cold(self.variant("none", number), self.variant("mermaid", number))
        return (mermaid - none) / number

    def edit(self, variant: Variant, old: str, new: str) -> Cost:
        """Build again with one word of the first page changed; the number in *new* is another one each time."""
        path = self.builds.source(variant) / "page0.rst"
        text, changed = re.subn(old, new.format(next(self._edits)), path.read_text(encoding="utf-8"), count=1)
        assert changed
        path.write_text(text, encoding="utf-8")
        return self.builds.again(variant)


def lay_out(*sources: str) -> None:
    """Have Graphviz lay graphs out, as this extension does."""
    for source in sources:
        pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")


def _against(bench: Bench, peer: str, limit: float, what: str) -> Row:
    if peer not in bench.peers:
        return _left_out(what, limit)
    ours, theirs = bench.added["ours"].wall, bench.added[peer].wall
    check = at_most(ratio(ours, theirs), limit, "{:.3f}")
    return Row(what, (check,), f"{duration(ours)} against {duration(theirs)} for each diagram")


def _left_out(what: str, limit: float) -> Row:
    return Row(what, (), "not measured: without the peer", f"≤ {limit:.2f}")


def graphviz(bench: Bench) -> Row:
    """Against the extension that comes with Sphinx."""
    what = f"cold HTML build, {bench.sizes.diagrams:,} diagrams, added time against `sphinx.ext.graphviz` with SVG"
    return _against(bench, "graphviz-svg", 0.15, what)


def plot(bench: Bench) -> Row:
    """Against scripts of matplotlib."""
    return _against(bench, "plot", 0.03, "the same against the `plot` directive with a script that draws by hand")


def processor(bench: Bench) -> Row:
    """Against what must be done by anyone who has Graphviz lay the graph out."""
    ours, bare = bench.added["ours"].cpu, bench.added[LAYOUT].cpu
    what = "added CPU time for a diagram against the bare layout of the same graphs in process"
    return Row(what, (at_most(ratio(ours, bare), 2.0, "{:.1f}"),), f"{duration(ours)} against {duration(bare)}")


def rebuild(bench: Bench) -> Row:
    """A build with nothing to do is over in a moment, so it is repeated more often."""
    ours, none = bench.variant("ours"), bench.variant("none")
    bench.builds.cold(none)
    bench.builds.cold(ours)
    before = bench.builds.drawings(ours)
    found = interleaved({build: partial(bench.builds.again, build) for build in (none, ours)}, 3 * bench.repeat)
    drawn = _news(before, bench.builds.drawings(ours))
    loads = "matplotlib" in bench.builds.imported(ours)
    checks = (
        at_most(ratio(found[ours].wall, found[none].wall), 1.03),
        Check("nothing drawn", f"{drawn} drawn", drawn == 0),
        Check("matplotlib not imported", "imported" if loads else "not imported", not loads),
    )
    what = "rebuild with nothing changed, against the same project without the extension"
    return Row(what, checks, f"{duration(found[ours].wall)} against {duration(found[none].wall)}")


def change(bench: Bench) -> Row:
    """Either change is made to the same page of the same project."""
    project = bench.variant("ours", bench.sizes.many)
    bench.builds.cold(project)
    drawn: list[int] = []

    def label() -> Cost:
        before = bench.builds.drawings(project)
        cost = bench.edit(project, r"Chat model.*", "Chat model, change {}")
        drawn.append(_news(before, bench.builds.drawings(project)))
        return cost

    def paragraph() -> Cost:
        return bench.edit(project, r"A model.* is trained", "A model of change {} is trained")

    found = interleaved({"paragraph": paragraph, "label": label}, bench.repeat)
    ours, plain = found["label"].wall, found["paragraph"].wall
    checks = (Check("one drawing", f"{max(drawn)} drawn", set(drawn) == {1}), at_most(ratio(ours, plain), 1.2))
    what = f"one label changed among {bench.sizes.many:,} diagrams, against a change of a plain paragraph"
    return Row(what, checks, f"{duration(ours)} against {duration(plain)}")


def scale(bench: Bench) -> Row:
    """The memory is looked at in builds of their own, whose time does not count."""
    few, many = bench.sizes.diagrams, bench.sizes.huge
    what = (
        f"{many:,} diagrams ({pages(many):,} pages): time for each diagram against {few:,} diagrams; "
        "peak memory over the build without diagrams"
    )
    if not bench.full:
        return Row(what, (), "not measured: only with `--full`", "≤ 1.10; ≤ 100 MB")
    variants = [bench.variant(peer, size) for size in (few, many) for peer in ("none", "ours")]
    less, small, none, large = bench.cold(*variants)
    one, other = (large - none).wall / many, (small - less).wall / few
    memory = bench.builds.peak(variants[3]) - bench.builds.peak(variants[2])
    checks = (at_most(ratio(one, other), 1.1), at_most(memory / 1e6, 100, "{:.0f} MB"))
    return Row(what, checks, f"{duration(one)} against {duration(other)}")


def single(bench: Bench) -> Row:
    """Twice, so that what pages without a diagram cost is seen where there are more of them; a small difference of
    large numbers, so more often.
    """
    few, many = (pages(size) for size in (bench.sizes.diagrams, bench.sizes.many))
    variants = [Variant(peer, number, 1) for number in (few, many) for peer in ("none", "ours")]
    less, small, none, large = bench.cold(*variants, times=3)
    for_pages = ratio((large - small).cpu, (none - less).cpu)
    same = _same_pages(bench.builds.out(variants[2]), bench.builds.out(variants[3]))
    checks = (
        at_most((small - less).wall, 0.4, "{:.2f} s"),
        # As near to nothing as the goal of the rebuild is.
        at_most(for_pages, 1.03, "{:.2f} of the CPU time of a page"),
        Check("the same HTML", f"{same} of {many - 1} the same", same == many - 1),
    )
    what = "a project with one diagram: time added to a cold build; the pages without a diagram cost nothing"
    return Row(what, checks, f"{few} and {many} pages")


def large(bench: Bench) -> Row:
    """From the text to the drawing, from top to bottom, so that one layout is tried."""
    pipeline = large_graph(bench.sizes.nodes)
    source = digraph(pipeline).source
    tasks = {"bare": lambda: timed(lambda: lay_out(source)), "ours": lambda: timed(lambda: render(pipeline))}
    found = interleaved(tasks, bench.repeat)
    ours, bare = found["ours"].wall, found["bare"].wall
    what = f"a graph of {bench.sizes.nodes:,} nodes: whole drawing against its bare layout"
    return Row(what, (at_most(ratio(ours, bare), 1.5),), f"{duration(ours)} against {duration(bare)}")


def size(bench: Bench) -> Row:
    """As both stand in the output of Sphinx."""
    what = "inline SVG of the 8-node diagram, gzipped, against Graphviz's own SVG of it"
    if "graphviz-svg" not in bench.peers:
        return _left_out(what, 1.0)
    peer, own = Variant("graphviz-svg", 2, 1), Variant("ours", 2, 1)
    bench.builds.cold(peer)
    bench.builds.cold(own)
    (file,) = (bench.builds.out(peer) / "_images").glob("*.svg")
    # The pages are as they are served: the last one has the diagram.
    found = re.search(r"<svg .*?</svg>", (bench.builds.out(own) / "page1.html").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    ours, theirs = (len(gzip.compress(data)) for data in (found[0].encode(), file.read_bytes()))
    return Row(what, (at_most(ratio(ours, theirs), 1.0),), f"{ours:,} bytes against {theirs:,}")


def parallel(bench: Bench) -> Row:
    """Added time, so that what Sphinx itself does in parallel does not count."""
    number = bench.sizes.many
    variants = [bench.variant(peer, number, jobs) for jobs in (1, 2) for peer in ("none", "ours")]
    none1, ours1, none2, ours2 = bench.cold(*variants)
    one, two = (ours1 - none1).wall, (ours2 - none2).wall
    what = f"`sphinx-build -j 2` against `-j 1`, added time, {number:,} diagrams"
    return Row(what, (at_most(ratio(two, one), 0.6),), f"{duration(two)} against {duration(one)}")


ROWS: Mapping[str, Callable[[Bench], Row]] = {
    "graphviz": graphviz,
    "plot": plot,
    "processor": processor,
    "rebuild": rebuild,
    "change": change,
    "scale": scale,
    "single": single,
    "large": large,
    "size": size,
    "parallel": parallel,
}
"""In the order of the table."""


def _news(before: Mapping[Path, int], after: Mapping[Path, int]) -> int:
    """How many drawings have been made, or made again."""
    return sum(before.get(path) != time for path, time in after.items())


def _same_pages(one: Path, other: Path) -> int:
    """How many pages of two builds are the same."""
    return sum(path.read_bytes() == (other / path.name).read_bytes() for path in one.glob("page*.html"))
