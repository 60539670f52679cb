"""Description of a diagram in sentences, for readers who do not see the drawing, and the entries of its legend.

Each sentence is a template of :mod:`.messages`, which *say* translates.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from . import messages
from .messages import Say, english
from .model.joins import merged
from .model.one_line import one_line
from .model.pipeline import Callout, Edge, Group, Item, LegendEntry, Node, Pipeline, between_panels, split
from .model.shares import named_shares
from .model.vocabulary import EDGE_KINDS, UNLABELLED, EdgeKind
from .style.types import Style

_NAMED = 3
"""Most members by which a group without a title is named."""
_NAMED_CELLS = 6
"""Most cells by which a row or grid without a title is named."""


def names(pipeline: Pipeline, say: Say = english) -> dict[str, str]:
    """Ids of nodes and groups → the text of their labels; of a group without a title, the texts of its members.

    A sign without a label has the name of what it stands for, and an image that of its file.
    """
    found = {node.id: _name(node, say) for node in pipeline.nodes}
    untitled = []
    for group in pipeline.groups:
        if group.label:
            found[group.id] = one_line(group.label)
        elif group.rows:
            found[group.id] = _cells(group, found)
        else:
            untitled.append(group.id)
    if not untitled:
        return found
    held: dict[str | None, list[str]] = defaultdict(list)
    for node in pipeline.nodes:
        held[node.group].append(node.id)
    for group in pipeline.groups:
        held[group.parent].append(group.id)
    called = {}
    for id in untitled:
        members = [*islice((found[one] for one in _titled_within(id, held, found)), _NAMED + 1)]
        if len(members) > _NAMED:
            members[_NAMED:] = [say(messages.OTHERS)]
        called[id] = say(messages.GROUP_OF).format(nodes=listed(members, say)) if members else say(messages.GROUP)
    return found | called


def _name(node: Node, say: Say) -> str:
    if node.label.lines:
        return one_line(node.label)
    return node.image.stem if node.image else say(_SIGNS.get(node.kind, ""))


def _titled_within(group: str, held: Mapping[str | None, Sequence[str]], titled: Container[str]) -> Iterator[str]:
    """Ids of the members of a group that are titled, and of those of its other members."""
    waiting = [*reversed(held.get(group, ()))]  # an explicit stack, because groups may nest deeply
    while waiting:
        one = waiting.pop()
        if one in titled:
            yield one
        else:
            waiting += reversed(held.get(one, ()))


def _cells(table: Group, nodes: Mapping[str, str]) -> str:
    """The texts of the cells of a table, of many cells the first ones and the last one."""
    texts = [nodes[id] for id in table.cells]
    return ", ".join(texts if len(texts) <= _NAMED_CELLS else [*texts[: _NAMED_CELLS - 2], "…", texts[-1]])


def listed(texts: Sequence[str], say: Say = english) -> str:
    """Texts with commas, and the last one with "and"."""
    if len(texts) < 2:
        return "".join(texts)
    return say(messages.AND).format(first=", ".join(texts[:-1]), last=texts[-1])


_SIGNS: Mapping[str, str] = {"more": messages.MORE, "join": messages.MEETING}


def arrow(edge: Edge) -> str:
    """Arrow for an edge in a list, from the characters that the fonts of every builder have."""
    return "–" if edge.kind == "link" else "→"


def remark(edge: Edge, say: Say = english) -> str:
    """Kind of an edge that its arrow does not show, in parentheses; stands after the target in a list."""
    found = _REMARKS.get(edge.kind)
    return f" ({say(found)})" if found else ""


_REMARKS: Mapping[EdgeKind, str] = {
    "weak": messages.SECONDARY,
    "feedback": messages.FEEDBACK,
    "exchange": messages.BOTH_WAYS,
    "skip": messages.PASSING,
}


def category_names(pipeline: Pipeline) -> dict[str, str]:
    """Ids of categories → their names: as the legend has them, or else as the diagram declares them."""
    return _declared(pipeline) | {entry.kind: entry.title for entry in pipeline.legend if entry.part == "category"}


def _declared(pipeline: Pipeline) -> dict[str, str]:
    """Ids of the categories that the diagram declares → their names."""
    return {one.id: one_line(one.label) for one in pipeline.categories}


def retitled(pipeline: Pipeline) -> tuple[LegendEntry, ...]:
    """The legend with the present, perhaps translated, names of the categories that the diagram declares."""
    titles = _declared(pipeline)
    return tuple(
        replace(entry, title=titles[entry.kind]) if entry.part == "category" and entry.kind in titles else entry
        for entry in pipeline.legend
    )


def legend(pipeline: Pipeline, style: Style, say: Say = english, *, kinds: bool = True) -> tuple[LegendEntry, ...]:
    r"""Legend of the categories and, if asked for, the *kinds* that a diagram uses.

    Categories stand in the order of declaration, those of the project last; kinds in the order of the language.  The
    kinds ``node``, ``more`` and ``join`` are left out unless the style gives them a title, and so is ``flow`` if it is
    the only kind of edge.

    >>> from sphinxext.llmpipeline import MODERN, legend, parse
    >>> [entry.title for entry in legend(parse("model a\nnode b\na -> b"), MODERN)]
    ['Model']
    """
    return (*_category_entries(pipeline, style), *(_kind_entries(pipeline, style, say) if kinds else ()))


def _category_entries(pipeline: Pipeline, style: Style) -> Iterator[LegendEntry]:
    used = {item.category for item in pipeline.items()}
    titles = _declared(pipeline)
    titles |= {id: look.title or id for id, look in style.categories.items() if id not in titles}
    return (LegendEntry("category", id, title) for id, title in titles.items() if id in used)


def _kind_entries(pipeline: Pipeline, style: Style, say: Say) -> Iterator[LegendEntry]:
    nodes = {node.kind for node in pipeline.nodes}
    colored = {node.kind for node in pipeline.nodes if node.category is None}
    edges = {edge.kind for edge in pipeline.edges}
    for kind in style.kinds:
        title, translatable = style.nodes[kind].title, messages.NODE_TITLES.get(kind)
        if kind in nodes and (title or kind not in ("node", *UNLABELLED)):
            # A project's own kind without a title is named by its id, which is not translated.
            named = title or (say(translatable) if translatable else kind.capitalize())
            yield LegendEntry("node", kind, named, is_plain=kind not in colored)
    if edges != {"flow"} or style.edges["flow"].title:
        for kind in EDGE_KINDS:
            if kind in edges:
                yield LegendEntry("edge", kind, style.edges[kind].title or say(messages.EDGE_TITLES[kind]))


def describe(pipeline: Pipeline, say: Say = english) -> str:
    """Describe the starts of a diagram, its chains and branches, its ends and loops, panel by panel.

    Notes and categories come last.

    >>> from .language import parse
    >>> describe(parse("a -> b, c"))
    'The diagram starts with a. a branches to b and c. It ends with b and c.'
    """
    return _described(pipeline, say, frozenset())


def _described(pipeline: Pipeline, say: Say, joined: Collection[str]) -> str:
    """The sentences of a diagram, or of a panel, of which edges from other panels have *joined* some parts."""
    noted, called = pipeline, names(pipeline, say)
    pipeline = merged(replace(pipeline, callouts=()) if pipeline.callouts else pipeline)
    letters = pipeline.letters
    if pipeline is not noted:
        called |= names(pipeline, say)
    between = between_panels(pipeline)
    ends = {end for edge in between for end in (edge.source, edge.target)}
    stories = [
        say(messages.PANEL).format(letter=letters[panel.id], title=called[panel.id], story=_described(part, say, ends))
        for panel, part in split(pipeline)
    ]
    own = replace(pipeline, nodes=(), edges=between) if stories else pipeline
    sentences = _Story(own, called, say, joined).sentences(whole=not stories)
    bars = () if stories else named_shares(pipeline, called)
    shares = (say(messages.SHARES).format(parts=listed(parts, say)) for parts in bars)
    if noted.callouts:
        pipeline = replace(pipeline, callouts=noted.callouts)
    found = [*stories, *sentences, *_walk(own, called, say), *shares, *_plots(own, called, say)]
    found += (*_notes(pipeline, called, say), *_categories(pipeline, called, say))
    return " ".join(found) or (f"{listed([called[id] for id, _ in _wholes(pipeline)], say)}." if joined else "")


def _plots(pipeline: Pipeline, called: Mapping[str, str], say: Say) -> Iterator[str]:
    """A sentence for each plot, with its values."""
    for node in pipeline.nodes:
        if node.plot:
            from .model.plots import plot_sentence  # imported here because few diagrams have a plot

            yield say(messages.PLOT).format(node=called[node.id], values=plot_sentence(node.plot, say))


def _walk(pipeline: Pipeline, called: Mapping[str, str], say: Say) -> Iterator[str]:
    """A sentence for each step: the nodes and edges that it belongs to, in the order of the steps."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in pipeline.items():
        if isinstance(item, Node | Edge) and item.step is not None:
            found[item.step].append(_called(item, called, say))
    for step in sorted(found, key=_in_order):
        yield say(messages.OF_STEP).format(step=step, parts=listed(found[step], say))


def _notes(pipeline: Pipeline, called: Mapping[str, str], say: Say) -> Iterator[str]:
    """A sentence for each note."""
    for callout in pipeline.callouts:
        text = one_line(callout.label)
        sentence = say(messages.NOTE_OF).format(part=called[callout.target], text=text.rstrip(_PERIODS))
        yield sentence.rstrip(_PERIODS) if text.endswith(_ENDS) else sentence


_PERIODS, _ENDS = ".。", ("?", "!", "…", "？", "！")
"""Ends of sentences, of which the first are those of statements."""


def _in_order(step: str) -> tuple[float, str]:
    """Key of steps: 2, 2a, 2b, 10; then letters."""
    digits = "".join(takewhile(str.isdecimal, step))
    return (int(digits) if digits else math.inf), step


def _called(item: Item, names: Mapping[str, str], say: Say) -> str:
    """The name of a part in a sentence."""
    if isinstance(item, Edge):
        return say(messages.EDGE).format(source=names[item.source], target=names[item.target])
    if isinstance(item, Callout):
        return say(messages.NOTE).format(part=names[item.target])
    return names[item.id]


def _categories(pipeline: Pipeline, called: Mapping[str, str], say: Say) -> Iterator[str]:
    """A sentence for each category: the groups, nodes and edges that belong to it."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in pipeline.items():
        if item.category is not None:
            found[item.category].append(_called(item, called, say))
    for id, title in category_names(pipeline).items():
        if id in found:
            yield say(messages.OF_CATEGORY).format(category=title, parts=listed(found[id], say))


def _wholes(pipeline: Pipeline) -> Iterator[tuple[str, Collection[str]]]:
    """Nodes, and tables instead of their cells, in the order of the text; each with the ids of all its parts."""
    tables = {group.id: group for group in pipeline.groups if group.rows}
    homes = {*tables}
    for node in pipeline.nodes:
        if node.group not in homes:
            yield node.id, {node.id}
        elif table := tables.pop(node.group, None):
            yield table.id, {table.id, *table.cells}


_STEPS: tuple[EdgeKind, ...] = ("flow", "derive", "weak")
"""Kinds of edges that lead from one step to the next."""


class _Story:
    """Sentences of one diagram without panels, or of the edges between panels."""

    def __init__(self, pipeline: Pipeline, names: Mapping[str, str], say: Say, joined: Collection[str]) -> None:
        self._say = say
        self._names = names
        self._ends = dict.fromkeys(end for edge in pipeline.edges for end in (edge.source, edge.target))
        ends = self._ends.keys() | joined
        self._alone = [id for id, parts in _wholes(pipeline) if ends.isdisjoint(parts)]
        self._kinds: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        for edge in pipeline.edges:
            kind = "flow" if edge.kind in _STEPS else edge.kind
            self._kinds[kind][edge.source][edge.target] = None
        self._order, self._back = self._sorted()

    def sentences(self, *, whole: bool) -> Iterable[str]:
        """All sentences; for edges between panels, which are no *whole* diagram, none of starts and ends."""
        forward = {
            source: [target for target in targets if (source, target) not in self._back]
            for source, targets in self._kinds["flow"].items()
        }
        entered = {target for targets in forward.values() for target in targets}
        flowing = [end for end in self._order if forward.get(end) or end in entered]
        if flowing and whole:
            yield self._sentence(messages.START, [end for end in flowing if end not in entered])
        yield from self._steps(flowing, forward)
        if flowing and whole:
            yield self._sentence(messages.END, [end for end in flowing if not forward.get(end)])
        loops = [(source, target) for source, targets in self._kinds["feedback"].items() for target in targets]
        for source, target in [*self._back, *loops]:
            yield self._sentence(messages.LOOP, [target], source)
        for kind, template in (("skip", messages.SKIP), ("exchange", messages.EXCHANGE), ("link", messages.LINKED)):
            for source, targets in self._kinds[kind].items():
                yield self._sentence(template, [*targets], source)
        if self._alone:
            yield self._sentence(messages.ALONE, self._alone)

    def _steps(self, flowing: list[str], forward: dict[str, list[str]]) -> Iterable[str]:
        """One sentence for each chain, join and branch, in the order of the flow."""
        entries: dict[str, int] = defaultdict(int)
        for targets in forward.values():
            for target in targets:
                entries[target] += 1
        joined: dict[str, list[str]] = defaultdict(list)
        for source in flowing:
            if len(forward.get(source, ())) == 1:
                joined[forward[source][0]].append(source)
        described: set[str] = set()
        for start in flowing:
            if start in described or not forward.get(start):
                continue
            together = joined.get(forward[start][0], []) if len(forward[start]) == 1 else []
            if len(together) > 1:
                described.update(together)
                yield self._say(messages.JOIN).format(node=self._listed(together), nodes=self._names[forward[start][0]])
                continue
            chain, at = [], start
            while len(forward.get(at, ())) == 1 and at not in described and len(joined[forward[at][0]]) == 1:
                described.add(at)
                chain.append(forward[at][0])
                at = chain[-1]
                if entries[at] > 1:  # the chain behind a node with several entries gets its own sentence
                    break
            if chain:
                named = self._say(messages.THEN).join(self._names[id] for id in chain)
                yield self._say(messages.CHAIN).format(node=self._names[start], nodes=named)
            if len(forward.get(at, ())) > 1 and at not in described:
                described.add(at)
                yield self._sentence(messages.BRANCH, forward[at], at)

    def _sorted(self) -> tuple[list[str], dict[tuple[str, str], None]]:
        """Order the ends of edges along the flow, and find the edges of the flow that close a loop."""
        followers = self._kinds["flow"]
        entered = {target for targets in followers.values() for target in targets}
        back: dict[tuple[str, str], None] = {}
        state: dict[str, str] = {}
        order: list[str] = []
        # Start with the last one: each walk is put before those made so far.
        for start in [end for end in reversed(self._ends) if end not in entered]:
            order = self._walk_from(start, state, back) + order
        for start in self._ends:  # loops without an entry
            order += self._walk_from(start, state, back)
        return order, back

    def _walk_from(self, start: str, state: dict[str, str], back: dict[tuple[str, str], None]) -> list[str]:
        """Reverse postorder of a depth-first walk from *start*; *back* receives the edges that close a loop."""
        if start in state:
            return []
        followers = self._kinds["flow"]
        postorder: list[str] = []
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
                postorder.append(at)
                stack.pop()
        return postorder[::-1]

    def _sentence(self, template: str, ids: list[str], node: str | None = None) -> str:
        return self._say(template).format(node=self._names[node] if node else "", nodes=self._listed(ids))

    def _listed(self, ids: list[str]) -> str:
        return listed([self._names[id] for id in ids], self._say)
