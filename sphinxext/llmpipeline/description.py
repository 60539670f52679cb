"""A diagram in words: what a reader gets who cannot see the picture.

Sentences are templates that a catalogue may translate: each function takes *say*, which gives the template in the
language of the document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .messages import (
    ALONE,
    AND,
    BOTH_WAYS,
    BRANCH,
    CHAIN,
    EDGE_TITLES,
    END,
    EXCHANGE,
    FEEDBACK,
    JOIN,
    LINKED,
    LOOP,
    NODE_TITLES,
    PANEL,
    START,
    THEN,
    Say,
    english,
)
from .model.pipeline import Edge, Label, LegendEntry, Pipeline
from .model.vocabulary import EDGE_KINDS
from .style.types import Style


def one_line(label: Label) -> str:
    """The text of a label without its line breaks."""
    return " ".join(label.text.split())


def names(pipeline: Pipeline) -> dict[str, str]:
    """Ids of nodes and groups → the text of their labels."""
    return {group.id: one_line(group.label) for group in pipeline.groups} | {
        node.id: one_line(node.label) for node in pipeline.nodes
    }


def arrow(edge: Edge) -> str:
    """The sign that stands for an edge in a list; it exists in the fonts of every builder."""
    return "–" if edge.kind == "link" else "→"


def remark(edge: Edge, say: Say = english) -> str:
    """What an arrow says beyond its direction, to follow the name of the edge's target."""
    found = {"feedback": FEEDBACK, "exchange": BOTH_WAYS}.get(edge.kind)
    return f" ({say(found)})" if found else ""


def legend(pipeline: Pipeline, style: Style, say: Say = english) -> tuple[LegendEntry, ...]:
    r"""The kinds of nodes and of edges that a diagram uses, in the order of the language.

    The kind ``node`` is left out where the style gives it no title, and ``flow`` where it is the only kind of edges:
    there is nothing to tell of them.

    >>> from .language import parse
    >>> from .style.builtin import MODERN
    >>> [entry.title for entry in legend(parse("model a\nnode b\na -> b"), MODERN)]
    ['Model']
    """
    nodes = {node.kind for node in pipeline.nodes}
    edges = {edge.kind for edge in pipeline.edges}
    titles = {kind: style.nodes[kind].title or NODE_TITLES.get(kind, "") for kind in style.kinds if kind in nodes}
    if not titles.get("node"):
        titles.pop("node", None)
    entries = [
        # A project's own kind without a title is called by its id, which no catalogue knows.
        LegendEntry("node", kind, style.nodes[kind].title or (say(title) if title else kind.capitalize()))
        for kind, title in titles.items()
    ]
    if edges != {"flow"} or style.edges["flow"].title:
        entries += [
            LegendEntry("edge", kind, style.edges[kind].title or say(EDGE_TITLES[kind]))
            for kind in EDGE_KINDS
            if kind in edges
        ]
    return tuple(entries)


def describe(pipeline: Pipeline, say: Say = english) -> str:
    """Where the diagram starts, its steps, its branches, where it ends, and its loops; of each panel in its turn.

    >>> from .language import parse
    >>> describe(parse("a -> b, c"))
    'The diagram starts with a. a branches to b and c. It ends with b and c.'
    """
    if letters := pipeline.letters:
        # Only now: few diagrams have panels, and it takes the geometry with it.
        from .model.panels import split

        return " ".join(
            say(PANEL).format(
                letter=letters[group.id], title=one_line(group.label), story=describe(panel.pipeline, say)
            )
            for panel in split(pipeline)
            for group in (pipeline.groups[panel.index],)
        )
    return " ".join(_Story(pipeline, say).sentences())


class _Story:
    """The sentences of one diagram."""

    def __init__(self, pipeline: Pipeline, say: Say) -> None:
        self._say = say
        self._names = names(pipeline)
        self._ends = dict.fromkeys(end for edge in pipeline.edges for end in (edge.source, edge.target))
        self._alone = [node.id for node in pipeline.nodes if node.id not in self._ends]
        self._kinds: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        for edge in pipeline.edges:
            kind = edge.kind if edge.kind in ("feedback", "exchange", "link") else "flow"
            self._kinds[kind][edge.source][edge.target] = None
        self._order, self._back = self._walk()

    def sentences(self) -> Iterable[str]:
        forward = {
            source: [target for target in targets if (source, target) not in self._back]
            for source, targets in self._kinds["flow"].items()
        }
        entered = {target for targets in forward.values() for target in targets}
        flowing = [end for end in self._order if forward.get(end) or end in entered]
        if flowing:
            yield self._sentence(START, [end for end in flowing if end not in entered])
        yield from self._steps(flowing, forward)
        if flowing:
            yield self._sentence(END, [end for end in flowing if not forward.get(end)])
        loops = [(source, target) for source, targets in self._kinds["feedback"].items() for target in targets]
        for source, target in [*self._back, *loops]:
            yield self._sentence(LOOP, [target], source)
        for kind, template in (("exchange", EXCHANGE), ("link", LINKED)):
            for source, targets in self._kinds[kind].items():
                yield self._sentence(template, [*targets], source)
        if self._alone:
            yield self._sentence(ALONE, self._alone)

    def _steps(self, flowing: list[str], forward: dict[str, list[str]]) -> Iterable[str]:
        """A sentence for each chain and for each branch, in the order of the flow."""
        entries: dict[str, int] = defaultdict(int)
        for targets in forward.values():
            for target in targets:
                entries[target] += 1
        met: dict[str, list[str]] = defaultdict(list)
        for source in flowing:
            if len(forward.get(source, ())) == 1:
                met[forward[source][0]].append(source)
        told: set[str] = set()
        for start in flowing:
            if start in told or not forward.get(start):
                continue
            together = met.get(forward[start][0], []) if len(forward[start]) == 1 else []
            if len(together) > 1:
                told.update(together)
                yield self._say(JOIN).format(node=self._listed(together), nodes=self._names[forward[start][0]])
                continue
            chain, at = [], start
            while len(forward.get(at, ())) == 1 and at not in told and len(met[forward[at][0]]) == 1:
                told.add(at)
                chain.append(forward[at][0])
                at = chain[-1]
                if entries[at] > 1:  # what comes after a meeting of ways is told once, by itself
                    break
            if chain:
                named = self._say(THEN).join(self._names[id] for id in chain)
                yield self._say(CHAIN).format(node=self._names[start], nodes=named)
            if len(forward.get(at, ())) > 1 and at not in told:
                told.add(at)
                yield self._sentence(BRANCH, forward[at], at)

    def _walk(self) -> tuple[list[str], dict[tuple[str, str], None]]:
        """The ends of edges in the order of the flow, and the edges of the flow that close a loop."""
        followers = self._kinds["flow"]
        entered = {target for targets in followers.values() for target in targets}
        back: dict[tuple[str, str], None] = {}
        state: dict[str, str] = {}
        order: list[str] = []
        # From the last to the first, because what is left last is told first.
        for start in [end for end in reversed(self._ends) if end not in entered]:
            order = self._leave(start, state, back) + order
        for start in self._ends:  # loops that nothing leads to
            order += self._leave(start, state, back)
        return order, back

    def _leave(self, start: str, state: dict[str, str], back: dict[tuple[str, str], None]) -> list[str]:
        """What a depth-first walk from *start* finds anew, in the opposite of the order in which it is left."""
        if start in state:
            return []
        followers = self._kinds["flow"]
        left: list[str] = []
        state[start] = "open"
        stack = [(start, reversed(followers.get(start, {})))]
        while stack:
            at, rest = stack[-1]
            for target in rest:
                if state.get(target) == "open":
                    back[at, target] = None
                elif target not in state:
                    state[target] = "open"
                    stack.append((target, reversed(followers.get(target, {}))))
                    break
            else:
                state[at] = "done"
                left.append(at)
                stack.pop()
        return left[::-1]

    def _sentence(self, template: str, ids: list[str], node: str | None = None) -> str:
        return self._say(template).format(node=self._names[node] if node else "", nodes=self._listed(ids))

    def _listed(self, ids: list[str]) -> str:
        called = [self._names[id] for id in ids]
        if len(called) < 2:
            return "".join(called)
        return self._say(AND).format(first=", ".join(called[:-1]), last=called[-1])
