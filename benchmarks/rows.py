"""Rows of the table of goals, one function for each."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count
from pathlib import Path

from sphinxext.llmpipeline import parse, render

from .generate import PEERS, declarations, large_graph
from .measure import Builds, Cost, Variant, interleaved, processors, timed
from .report import Check, Row, at_most, duration, ratio
from .single import OURS, TOOLS, Tool, dot_source, lay_out

PER_PAGE = 5  # diagrams
LAYOUT = "layout"
PLAIN = "basic"
"""Theme of the largest project. The pages of others list all pages, so their size grows with the number of pages."""

_PARTS = 10
"""One drawing of a slow tool is measured for so many of ours."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of the projects, in diagrams."""

    diagrams: int = 100
    many: int = 600
    """Diagrams of a large project."""
    more: int = 1_000
    """Diagrams of a project in which the start of workers hardly counts."""
    huge: int = 10_000
    plots: int = 20
    """Diagrams with a plot."""
    nodes: int = 1_000
    """Nodes of the large graph."""
    theme: str = "furo"
    """That of all projects but the largest."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A goal that is another one where all work is done by one processor."""

    usual: float
    pinned: float

    def __str__(self) -> str:
        return f"≤ {self.usual:.2f}, on one processor ≤ {self.pinned:.2f}"

    def check(self, value: float) -> Check:
        """The goal, and whether *value* meets it."""
        return Check(str(self), f"{value:.3f}", value <= (self.usual if processors() > 1 else self.pinned))


def pages(diagrams: int) -> int:
    """Number of pages of a project of so many diagrams."""
    return max(2, diagrams // PER_PAGE)


class Bench:
    """Sizes, projects and builds that several rows share. What was measured once is not measured again.

    Args:
        builds: projects and their builds.
        sizes: sizes of the projects.
        repeat: number of runs; medians count.
        peers: names in :data:`PEERS` and :data:`TOOLS` of those that can be measured.
        full: whether the row of the largest project is measured.
    """

    def __init__(
        self,
        builds: Builds,
        sizes: Sizes,
        repeat: int = 5,
        peers: Sequence[str] = (*PEERS, *TOOLS),
        full: bool = False,
    ) -> None:
        self.builds = builds
        self.sizes = sizes
        self.repeat = repeat
        self.peers = peers
        self.full = full
        self._numbers = count()

    def variant(self, peer: str, diagrams: int | None = None, jobs: int = 1, theme: str = "") -> Variant:
        """The project of a peer, by default of the usual size and in the usual theme."""
        diagrams = diagrams or self.sizes.diagrams
        return Variant(peer, pages(diagrams), diagrams, jobs, theme or self.sizes.theme)

    def rounds(self, times: int) -> int:
        """Number of runs of builds that are repeated *times* as often as usual; a single run stays single."""
        return times * self.repeat if self.repeat > 1 else 1

    def cold(self, *variants: Variant, times: int = 1) -> list[Cost]:
        """Costs of cold builds, in the order of *variants*. Each is built *times* as often as usual."""
        found = interleaved({variant: partial(self.builds.cold, variant) for variant in variants}, self.rounds(times))
        return [found[variant] for variant in variants]

    @cached_property
    def added(self) -> Mapping[str, Cost]:
        """Cost of a diagram for each peer: of a cold build, without that of the same pages without diagrams.

        The cost of :data:`LAYOUT` is that of Graphviz in this process, for the graphs of this extension.
        """
        number = self.sizes.diagrams
        names = [name for name in PEERS if name in self.peers and name != "mermaid"]
        sources = [dot_source(parse(declarations(index))) for index in range(number)]
        tasks = {name: partial(self.builds.cold, self.variant(name)) for name in names}
        costs = interleaved({**tasks, LAYOUT: lambda: timed(lambda: lay_out(sources))}, self.repeat)
        none, bare = costs.pop("none"), costs.pop(LAYOUT)
        return {**{name: (cost - none) / number for name, cost in costs.items()}, LAYOUT: bare / number}

    @cached_property
    def added_many(self) -> Mapping[str, Cost]:
        """Cost of a diagram in the large project: this extension and ``sphinx.ext.graphviz``, if it is there."""
        number = self.sizes.more
        none, *costs = self.cold(*(self.variant(name, number) for name in ("none", *self._main_peers)))
        return {name: (cost - none) / number for name, cost in zip(self._main_peers, costs, strict=True)}

    @property
    def _main_peers(self) -> list[str]:
        return [name for name in ("ours", "graphviz-svg") if name in self.peers]

    @cached_property
    def mermaid(self) -> Cost:
        """Cost of a diagram of Mermaid, in a project of a tenth of the size: each takes seconds."""
        number = max(1, self.sizes.diagrams // _PARTS)
        none, mermaid = self.cold(self.variant("none", number), self.variant("mermaid", number))
        return (mermaid - none) / number

    @cached_property
    def drawings(self) -> Mapping[str, Cost]:
        """Cost of one drawing without Sphinx, for this package and for each of :data:`TOOLS`.

        No graph is drawn twice, so that caches of drawings do not count.
        """
        tools = {"ours": OURS, **{name: tool for name, tool in TOOLS.items() if name in self.peers}}
        for tool in tools.values():
            self._draw(tool, 1)  # loads modules and fonts
        numbers = {name: max(1, self.sizes.diagrams // (_PARTS if name == "d2" else 1)) for name in tools}
        tasks = {name: partial(self._draw, tool, numbers[name]) for name, tool in tools.items()}
        found = interleaved(tasks, self.repeat)
        return {name: found[name] / number for name, number in numbers.items()}

    def _draw(self, tool: Tool, number: int) -> Cost:
        """Cost of *number* new drawings; to write their sources is not part of it."""
        sources = [tool.source(next(self._numbers)) for _ in range(number)]
        return timed(lambda: [tool.draw(source) for source in sources])


def _against(what: str, limit: float | Limit, costs: Callable[[], Mapping[str, Cost]], peer: str, bench: Bench) -> Row:
    """Time of ours against that of a peer, for each diagram. *costs* are only measured if the peer is there."""
    if peer not in bench.peers:
        return _left_out(what, limit)
    ours, theirs = costs()["ours"].wall, costs()[peer].wall
    value = ratio(ours, theirs)
    check = limit.check(value) if isinstance(limit, Limit) else at_most(value, limit)
    return Row(what, (check,), f"{duration(ours)} against {duration(theirs)} for each diagram")


def _left_out(what: str, limit: float | Limit) -> Row:
    return Row(what, (), "not measured: without the peer", str(limit) if isinstance(limit, Limit) else f"≤ {limit:.2f}")


def graphviz(bench: Bench) -> Row:
    """Against the extension that comes with Sphinx."""
    what = f"cold HTML build, {bench.sizes.diagrams:,} diagrams, added time against `sphinx.ext.graphviz` with SVG"
    return _against(what, Limit(0.25, 0.6), lambda: bench.added, "graphviz-svg", bench)


def graphviz_many(bench: Bench) -> Row:
    """Against the extension that comes with Sphinx, in a larger project: the start of workers counts less."""
    what = f"the same with {bench.sizes.more:,} diagrams"
    return _against(what, Limit(0.2, 0.45), lambda: bench.added_many, "graphviz-svg", bench)


def plot(bench: Bench) -> Row:
    """Against scripts of matplotlib."""
    what = f"{bench.sizes.diagrams:,} diagrams against the `plot` directive with a script that draws by hand"
    return _against(what, 0.03, lambda: bench.added, "plot", bench)


def plots(bench: Bench) -> Row:
    """Against the plots that the directive draws: the same numbers, one plot in each diagram."""
    number = bench.sizes.plots
    what = f"{number:,} plots in nodes, added time of a cold HTML build against {number:,} `plot` directives"
    if "plot" not in bench.peers:
        return _left_out(what, 1.0)
    none, ours, theirs = bench.cold(*(bench.variant(peer, number) for peer in ("none", "ours-plots", "plot-plots")))
    costs = {"ours": (ours - none) / number, "plot": (theirs - none) / number}
    return _against(what, 1.0, lambda: costs, "plot", bench)


def mmdr(bench: Bench) -> Row:
    """Against Mermaid in Rust: both in this process."""
    what = "one drawing in process, without Sphinx, against `mmdr` (Mermaid in Rust) of the same graph"
    return _against(what, 0.5, lambda: bench.drawings, "mmdr", bench)


def d2(bench: Bench) -> Row:
    """Against D2, which only its program can draw."""
    what = "the same against a run of `d2` with its layout engine TALA"
    return _against(what, 1.0, lambda: bench.drawings, "d2", bench)


def processor(bench: Bench) -> Row:
    """Against the layout, which anything that uses Graphviz has to do."""
    ours, bare = bench.added["ours"].cpu, bench.added[LAYOUT].cpu
    what = "added CPU time for a diagram against the bare layout of the same graphs in process"
    return Row(what, (at_most(ratio(ours, bare), 2.0, "{:.1f}"),), f"{duration(ours)} against {duration(bare)}")


def directive(bench: Bench) -> Row:
    """The work of the process that runs Sphinx, against that of the least directive that shows a picture."""
    none, ours, ready = (bench.variant(peer) for peer in ("none", "ours", "ready"))
    for variant in (none, ours, ready):
        bench.builds.cold(variant)
    tasks = {variant: partial(bench.builds.drawn, variant) for variant in (none, ours, ready)}
    found = interleaved(tasks, bench.repeat)
    one, other = ((found[variant].cpu - found[none].cpu) / bench.sizes.diagrams for variant in (ours, ready))
    what = (
        "CPU time that a diagram adds to a cold build whose drawings are in the cache, "
        "against a directive that gives a figure with a caption and ready HTML"
    )
    return Row(what, (at_most(ratio(one, other), 1.5),), f"{duration(one)} against {duration(other)}")


def rebuild(bench: Bench) -> Row:
    """A build with nothing to do is short, so it is repeated more often."""
    ours, none = bench.variant("ours"), bench.variant("none")
    bench.builds.cold(none)
    bench.builds.cold(ours)
    before = bench.builds.drawings(ours)
    found = interleaved({build: partial(bench.builds.again, build) for build in (none, ours)}, bench.rounds(3))
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
        cost = bench.builds.edit(project, r"Instruction data.*", "Instruction data, change {}")
        drawn.append(_news(before, bench.builds.drawings(project)))
        return cost

    def paragraph() -> Cost:
        return bench.builds.edit(project, r"A model.* is trained", "A model of change {} is trained")

    found = interleaved({"paragraph": paragraph, "label": label}, bench.repeat)
    ours, plain = found["label"].wall, found["paragraph"].wall
    checks = (
        Check("one drawing", f"{max(drawn)} drawn", set(drawn) == {1}),
        at_most(1000 * (ours - plain), 50, "{:.0f} ms more"),
    )
    what = f"one label changed among {bench.sizes.many:,} diagrams, against a change of a plain paragraph"
    return Row(what, checks, f"{duration(ours)} against {duration(plain)}")


def scale(bench: Bench) -> Row:
    """Memory is measured in other builds than time."""
    few, many = bench.sizes.diagrams, bench.sizes.huge
    what = (
        f"{many:,} diagrams ({pages(many):,} pages, theme `{PLAIN}`): time for each diagram against {few:,} diagrams; "
        "peak memory over the build without diagrams"
    )
    if not bench.full:
        return Row(what, (), "not measured: only with `--full`", "≤ 1.10; ≤ 100 MB")
    variants = [bench.variant(peer, size, theme=PLAIN) for size in (few, many) for peer in ("none", "ours")]
    less, small, none, large = bench.cold(*variants)
    one, other = (large - none).wall / many, (small - less).wall / few
    memory = bench.builds.peak(variants[3]) - bench.builds.peak(variants[2])
    checks = (at_most(ratio(one, other), 1.1), at_most(memory / 1e6, 100, "{:.0f} MB"))
    return Row(what, checks, f"{duration(one)} against {duration(other)}")


def memory(bench: Bench) -> Row:
    """Of a worker, without what it shares with another."""
    what = "peak memory of a worker"
    if processors() < 2:
        return Row(what, (), "not measured: no worker on one processor", "≤ 60 MB")
    bench.builds.cold(bench.variant("ours"))
    check = at_most(bench.builds.peak_of_workers(bench.variant("ours")) / 1e6, 60, "{:.0f} MB")
    return Row(what, (check,), f"{bench.sizes.diagrams:,} diagrams")


def single(bench: Bench) -> Row:
    """In two projects, because their difference is the cost of pages without a diagram.

    It is a small difference of large numbers, so builds are repeated more often.
    """
    few, many = (pages(size) for size in (bench.sizes.diagrams, bench.sizes.many))
    theme = bench.sizes.theme
    variants = [Variant(peer, number, 1, theme=theme) for number in (few, many) for peer in ("none", "ours")]
    less, small, none, large = bench.cold(*variants, times=3)
    for_pages = ratio((large - small).cpu, (none - less).cpu)
    same = _same_pages(bench.builds.out(variants[2]), bench.builds.out(variants[3]))
    checks = (
        at_most((small - less).wall, 0.3, "{:.2f} s"),
        # "Nothing" has the tolerance of the goal of the rebuild.
        at_most(for_pages, 1.03, "{:.2f} of the CPU time of a page"),
        Check("the same HTML", f"{same} of {many - 1} the same", same == many - 1),
    )
    what = "a project with one diagram: time added to a cold build; the pages without a diagram cost nothing"
    return Row(what, checks, f"{few} and {many} pages")


def large(bench: Bench) -> Row:
    """From the text to the drawing. The direction is fixed, so that one layout is tried."""
    pipeline = large_graph(bench.sizes.nodes)
    source = dot_source(pipeline)
    tasks = {"bare": lambda: timed(lambda: lay_out([source])), "ours": lambda: timed(lambda: render(pipeline))}
    found = interleaved(tasks, bench.repeat)
    ours, bare = found["ours"].wall, found["bare"].wall
    what = f"a graph of {bench.sizes.nodes:,} nodes: whole drawing against its bare layout"
    return Row(what, (at_most(ratio(ours, bare), 1.5),), f"{duration(ours)} against {duration(bare)}")


def size(bench: Bench) -> Row:
    """Both as they are in the output of Sphinx."""
    what = "inline SVG of the 8-node diagram, gzipped, against Graphviz's own SVG of it"
    if "graphviz-svg" not in bench.peers:
        return _left_out(what, 1.0)
    peer, own = (bench.variant(name, 1) for name in ("graphviz-svg", "ours"))
    bench.builds.cold(peer)
    bench.builds.cold(own)
    (file,) = (bench.builds.out(peer) / "_images").glob("*.svg")
    # The last page has the diagram. The theme has drawings of its own, its icons, outside of figures.
    page = (bench.builds.out(own) / "page1.html").read_text(encoding="utf-8")
    found = re.search(r"<figure.*?(<svg .*?</svg>)", page, re.DOTALL)
    assert found
    ours, theirs = (len(gzip.compress(data)) for data in (found[1].encode(), file.read_bytes()))
    return Row(what, (at_most(ratio(ours, theirs), 1.0),), f"{ours:,} bytes against {theirs:,}")


def parallel(bench: Bench) -> Row:
    """Added time, so that the gain of Sphinx itself does not count."""
    number = bench.sizes.many
    what = f"`sphinx-build -j 2` against `-j 1`, added time, {number:,} diagrams"
    if processors() < 2:
        return Row(what, (), "not measured: needs two processors", "≤ 0.60")
    variants = [bench.variant(peer, number, jobs) for jobs in (1, 2) for peer in ("none", "ours")]
    none1, ours1, none2, ours2 = bench.cold(*variants)
    one, two = (ours1 - none1).wall, (ours2 - none2).wall
    return Row(what, (at_most(ratio(two, one), 0.6),), f"{duration(two)} against {duration(one)}")


def _before(bench: Bench, number: int, peer: str = "ours") -> Row:
    none, ours = (bench.variant(name, number) for name in ("none", peer))
    plain, now, before = bench.cold(none, ours, replace(ours, before=True), times=2)
    checks = (
        at_most(ratio((now - plain).wall, (before - plain).wall), 1.05, "{:.2f} of the time"),
        at_most(ratio((now - plain).cpu, (before - plain).cpu), 1.05, "{:.2f} of the CPU time"),
    )
    costs = ((now - plain) / number, (before - plain) / number)
    note = "; ".join(
        f"{duration(one)} against {duration(other)}" for one, other in zip(*map(_pair, costs), strict=True)
    )
    engine = ", with `[fast]`" if peer == "fast" else ""
    return Row(f"cold HTML build, {number:,} diagrams, added against the other checkout{engine}", checks, note)


def _pair(cost: Cost) -> tuple[float, float]:
    return cost.wall, cost.cpu


def before(bench: Bench) -> Row:
    """Against another checkout of this package."""
    return _before(bench, bench.sizes.diagrams)


def before_fast(bench: Bench) -> Row:
    """As :func:`before`, with Graphviz as a library; the other checkout must know that engine, too."""
    return _before(bench, bench.sizes.diagrams, "fast")


def before_many(bench: Bench) -> Row:
    """Against another checkout of this package, in the large project."""
    return _before(bench, bench.sizes.many)


def before_rebuild(bench: Bench) -> Row:
    """Against another checkout of this package, with nothing to do."""
    now = bench.variant("ours")
    variants = {build: partial(bench.builds.again, build) for build in (now, replace(now, before=True))}
    for build in variants:
        bench.builds.cold(build)
    ours, other = interleaved(variants, bench.rounds(3)).values()
    what = "rebuild with nothing changed, against the other checkout"
    return Row(
        what, (at_most(ratio(ours.wall, other.wall), 1.05),), f"{duration(ours.wall)} against {duration(other.wall)}"
    )


ROWS: Mapping[str, Callable[[Bench], Row]] = {
    "graphviz": graphviz,
    "graphviz-many": graphviz_many,
    "plot": plot,
    "plots": plots,
    "mmdr": mmdr,
    "d2": d2,
    "processor": processor,
    "directive": directive,
    "rebuild": rebuild,
    "change": change,
    "scale": scale,
    "memory": memory,
    "single": single,
    "large": large,
    "size": size,
    "parallel": parallel,
    "before": before,
    "before-fast": before_fast,
    "before-many": before_many,
    "before-rebuild": before_rebuild,
}
"""In the order of the table."""

BEFORE = ("before", "before-fast", "before-many", "before-rebuild")
"""Rows that need another checkout."""


def _news(before: Mapping[Path, int], after: Mapping[Path, int]) -> int:
    """Number of drawings that are new or were written again."""
    return sum(before.get(path) != time for path, time in after.items())


def _same_pages(one: Path, other: Path) -> int:
    """Number of pages that are the same in two builds."""
    return sum(path.read_bytes() == (other / path.name).read_bytes() for path in one.glob("page*.html"))
