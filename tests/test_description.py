"""Descriptions and legends of diagrams."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import MODERN, description, messages, parse, read_style
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, NODE_KINDS, EdgeKind

CORPUS = sorted((Path(__file__).parent.parent / "docs" / "corpus").glob("*.txt"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # Start, chain, end
        ("a -> b", "The diagram starts with a. a leads to b. It ends with b."),
        ("a => b", "The diagram starts with a. a leads to b. It ends with b."),
        ("a -> b -> c", "The diagram starts with a. a leads to b, then c. It ends with c."),
        ("b -> c\na -> b", "The diagram starts with a. a leads to b, then c. It ends with c."),
        ("a -> b\nc -> d", "The diagram starts with a and c. a leads to b. c leads to d. It ends with b and d."),
        (
            "a -> b\nc -> d\ne -> f",
            "The diagram starts with a, c and e. a leads to b. c leads to d. e leads to f. It ends with b, d and f.",
        ),
        ("a -> b\na -> b: again\na => b", "The diagram starts with a. a leads to b. It ends with b."),
        (
            "node a: Al\\npha\nnode b\na -> b: label",
            "The diagram starts with Al pha. Al pha leads to b. It ends with b.",
        ),
        # Join
        ("a, b -> c", "The diagram starts with a and b. a and b lead to c. It ends with c."),
        ("a, b, c -> d", "The diagram starts with a, b and c. a, b and c lead to d. It ends with d."),
        (
            "a -> b -> c\nd -> c\nc -> e -> f",
            "The diagram starts with a and d. a leads to b. b and d lead to c. c leads to e, then f. It ends with f.",
        ),
        # Branch
        ("a -> b, c", "The diagram starts with a. a branches to b and c. It ends with b and c."),
        ("a -> b, c, d", "The diagram starts with a. a branches to b, c and d. It ends with b, c and d."),
        (
            "a -> b -> c, d",
            "The diagram starts with a. a leads to b. b branches to c and d. It ends with c and d.",
        ),
        (
            "a -> b, c\nb, c -> d",
            "The diagram starts with a. a branches to b and c. b and c lead to d. It ends with d.",
        ),
        (
            "a, b -> c, d",
            "The diagram starts with a and b. a branches to c and d. b branches to c and d. It ends with c and d.",
        ),
        (
            "a -> b, c\nb -> d -> e\nc -> e",
            "The diagram starts with a. a branches to b and c. b leads to d. d and c lead to e. It ends with e.",
        ),
        # Loop
        ("a --> b", "A loop leads from a back to b."),
        ("a -> a", "A loop leads from a back to a."),
        ("a -> b -> a", "The diagram starts with a. a leads to b. It ends with b. A loop leads from b back to a."),
        ("a -> b\nb --> a", "The diagram starts with a. a leads to b. It ends with b. A loop leads from b back to a."),
        (
            "a -> a -> b",
            "The diagram starts with a. a leads to b. It ends with b. A loop leads from a back to a.",
        ),
        (
            "a -> b -> c -> a",
            "The diagram starts with a. a leads to b, then c. It ends with c. A loop leads from c back to a.",
        ),
        (
            "a -> b -> c -> d\nc -> b",
            "The diagram starts with a. a leads to b, then c, then d. It ends with d. A loop leads from c back to b.",
        ),
        (
            "a -> b\nb -> c, d\nc, d -> e\ne -> a",
            "The diagram starts with a. a leads to b. b branches to c and d. c and d lead to e. It ends with e."
            " A loop leads from e back to a.",
        ),
        (
            "a -> b\nb --> a\nb --> b",
            "The diagram starts with a. a leads to b. It ends with b."
            " A loop leads from b back to a. A loop leads from b back to b.",
        ),
        (
            "a -> b -> a\nc -> d -> c",
            "The diagram starts with a and c. a leads to b. c leads to d. It ends with b and d."
            " A loop leads from b back to a. A loop leads from d back to c.",
        ),
        # Exchange and link
        ("a <-> b", "a exchanges with b."),
        ("a <-> b, c", "a exchanges with b and c."),
        ("a -- b", "a is linked to b."),
        ("a -- b, c, d", "a is linked to b, c and d."),
        ("a -- b\nc <-> d", "c exchanges with d. a is linked to b."),
        ("a -> b\nb <-> c", "The diagram starts with a. a leads to b. It ends with b. b exchanges with c."),
        # Signs
        (
            "op add: +\na: A\na -> b, ..., c -> add\nb: B\nc: C",
            "The diagram starts with A. A branches to B, further ones and C. B, further ones and C lead to +."
            " It ends with +.",
        ),
        ("a -> ... -> c", "The diagram starts with a. a leads to further ones, then c. It ends with c."),
        ("a: A\n...: the rest", "Without an edge: A and the rest."),
        (
            "a: A\nb: B\nc: C\njoin j\na, b -> j -> c",
            "The diagram starts with A and B. A and B lead to C. It ends with C.",
        ),
        # Steps
        (
            "a: A\n   :step: 10\nb: B\n   :step: 2a\na -> b: x\n   :step: 2\nb -> a\n   :step: x",
            "The diagram starts with A. A leads to B. It ends with B. A loop leads from B back to A."
            " Step 2: the edge from A to B. Step 2a: B. Step 10: A. Step x: the edge from B to A.",
        ),
        (
            "panel p: P\n   a -> b\n      :step: 1\npanel q: Q\n   c -> d\n      :step: 1",
            "Panel (a), P: The diagram starts with a. a leads to b. It ends with b. Step 1: the edge from a to b."
            " Panel (b), Q: The diagram starts with c. c leads to d. It ends with d. Step 1: the edge from c to d.",
        ),
        # Notes
        (
            "a: A\ngroup g: G\n   b: B\na -> b\nnote of a: Kept.\nnote of g: Why?\nnote of b: two\\nlines\n",
            "The diagram starts with A. A leads to B. It ends with B."
            " Note of A: Kept. Note of G: Why? Note of B: two lines.",
        ),
        (
            "panel p: P\n   a: A\n   note of a: x\npanel q: Q\n   b: B",
            "Panel (a), P: Without an edge: A. Panel (b), Q: Without an edge: B. Note of A: x.",
        ),
        (
            "a: A\nb: B\njoin j\na -> j -> b\nnote of j: x",
            "The diagram starts with A. A leads to B. It ends with B. Note of a point where edges meet: x.",
        ),
        (
            "category s: Slow\na: A\nnote of a: x\n   :category: s",
            "Without an edge: A. Note of A: x. Slow: the note of A.",
        ),
        # Secondary flow and skips
        ("a ..> b -> c", "The diagram starts with a. a leads to b, then c. It ends with c."),
        ("a ~> b", "A skip connection leads from a to b."),
        (
            "a -> b -> c\na ~> c, b",
            "The diagram starts with a. a leads to b, then c. It ends with c."
            " A skip connection leads from a to c and b.",
        ),
        # Alone
        ("node a: Alpha", "Without an edge: Alpha."),
        ("node a: Alpha\nnode b\nnode c: C", "Without an edge: Alpha, b and C."),
        (
            "node a\nnode b\nnode c\na -> b",
            "The diagram starts with a. a leads to b. It ends with b. Without an edge: c.",
        ),
        ("node a\nnode b\nnode c\na -> a", "A loop leads from a back to a. Without an edge: b and c."),
        # Groups as ends
        (
            "group g: Group\n   node a: Alpha\nnode b: Beta\nb -> g",
            "The diagram starts with Beta. Beta leads to Group. It ends with Group. Without an edge: Alpha.",
        ),
        (
            "group g: Group\n   node a: Alpha\nnode b: Beta\nb -> g -> b",
            "The diagram starts with Beta. Beta leads to Group. It ends with Group."
            " A loop leads from Group back to Beta. Without an edge: Alpha.",
        ),
        (
            "group g: G\n   node a\n   node b\n   a -> b\nnode c\nc -> g",
            "The diagram starts with a and c. a leads to b. c leads to G. It ends with b and G.",
        ),
        (
            "group g: G\n   node a\ngroup h: H\n   node b\ng <-> h\na -> b",
            "The diagram starts with a. a leads to b. It ends with b. G exchanges with H.",
        ),
        # Panels
        (
            "panel p: An\\nencoder\n   a -> b\npanel q: {title}\n   c -> d\n   d -> c",
            "Panel (a), An encoder: The diagram starts with a. a leads to b. It ends with b."
            " Panel (b), {title}: The diagram starts with c. c leads to d. It ends with d."
            " A loop leads from d back to c.",
        ),
        # Edges between panels
        (
            "panel p: P\n   model a\npanel q: Q\n   model b\n   model c\n   model d\n   b -> c\n"
            "a -> b, c\n  :step: 1\nc --> a",
            "Panel (a), P: a. Panel (b), Q: The diagram starts with b. b leads to c. It ends with c."
            " Without an edge: d. a branches to b and c. A loop leads from c back to a."
            " Step 1: the edge from a to b and the edge from a to c.",
        ),
        # Names are data
        (
            "node a: {x}\nnode b: {nodes} {\na -> b",
            "The diagram starts with {x}. {x} leads to {nodes} {. It ends with {nodes} {.",
        ),
    ],
)
def test_describe(text: str, words: str) -> None:
    assert description.describe(parse(text)) == words


def test_empty_diagram() -> None:
    assert description.describe(Pipeline(())) == ""


def test_diagram_of_the_seed(seed: str) -> None:
    body = "\n".join(line for line in seed.splitlines() if not line.lstrip().startswith((":", "..")))
    assert description.describe(parse(body)) == (
        "The diagram starts with Model Architecture (Decoder). "
        "Model Architecture (Decoder) leads to General Purpose Model (GPT-3), "
        "then Model with Specific Tasks (ChatGPT). "
        "It ends with Model with Specific Tasks (ChatGPT)."
    )


@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_corpus_descriptions_name_every_node(file: Path) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"))
    words = description.describe(pipeline)
    ends = {end for edge in pipeline.edges for end in (edge.source, edge.target)}
    for id, name in description.names(pipeline).items():
        if id in ends or any(node.id == id for node in pipeline.nodes):
            assert name in words, id
    assert words.endswith(".")
    assert "{" not in words
    assert "  " not in words


@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_corpus_descriptions_name_every_edge(file: Path) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"))
    bare = {id: f"n{index}" for index, id in enumerate(description.names(pipeline))}
    renamed = Pipeline(
        tuple(Node(bare[node.id], Label.plain(bare[node.id])) for node in pipeline.nodes),
        tuple(Edge(bare[edge.source], bare[edge.target], edge.kind) for edge in pipeline.edges),
        tuple(Group(bare[group.id], Label.plain(bare[group.id])) for group in pipeline.groups),
    )
    assert edges_named_in(description.describe(renamed)) == edges_of(renamed)


# Edges that a description names

NAME = r"n\d+"
NAMES = rf"{NAME}(?:, {NAME})*(?: and {NAME})?"


def listed(names: str) -> list[str]:
    return re.findall(NAME, names)


def edges_named_in(words: str) -> list[tuple[str, ...]]:
    """Edges that a description names, and the nodes without an edge."""
    found: list[tuple[str, ...]] = []
    for sentence in words.removesuffix(".").split(". ") if words else ():
        if match := re.fullmatch(rf"({NAME}) leads to ({NAME}(?:, then {NAME})*)", sentence):
            chain = [match[1], *listed(match[2])]
            found += [("flow", source, target) for source, target in pairwise(chain)]
        elif match := re.fullmatch(rf"({NAMES}) lead to ({NAME})", sentence):
            found += [("flow", source, match[2]) for source in listed(match[1])]
        elif match := re.fullmatch(rf"({NAME}) (branches|exchanges|is linked) (?:to|with) ({NAMES})", sentence):
            kind = {"branches": "flow", "exchanges": "exchange", "is linked": "link"}[match[2]]
            found += [(kind, match[1], target) for target in listed(match[3])]
        elif match := re.fullmatch(rf"A loop leads from ({NAME}) back to ({NAME})", sentence):
            found.append(("loop", match[1], match[2]))
        elif match := re.fullmatch(rf"A skip connection leads from ({NAME}) to ({NAMES})", sentence):
            found += [("skip", match[1], target) for target in listed(match[2])]
        elif match := re.fullmatch(rf"Without an edge: ({NAMES})", sentence):
            found += [("alone", name) for name in listed(match[1])]
        else:
            assert re.fullmatch(rf"(The diagram starts|It ends) with {NAMES}", sentence), sentence
    # An edge that closes a loop is described as a loop, whether it is feedback or not.
    return sorted(("loop or flow", *rest) if kind in ("loop", "flow") else (kind, *rest) for kind, *rest in found)


def edges_of(pipeline: Pipeline) -> list[tuple[str, ...]]:
    kinds: dict[EdgeKind, str] = {"exchange": "exchange", "link": "link", "skip": "skip"}
    # An edge of the flow and feedback between the same ends are two.
    found = {
        (kinds.get(edge.kind, "loop or flow"), edge.source, edge.target, edge.kind == "feedback")
        for edge in pipeline.edges
    }
    ends = {end for edge in pipeline.edges for end in (edge.source, edge.target)}
    alone = [("alone", node.id) for node in pipeline.nodes if node.id not in ends]
    return sorted([*(edge[:3] for edge in found), *alone])


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    nodes = tuple(Node(f"n{index}", Label.plain(f"n{index}")) for index in range(draw(st.integers(1, 7))))
    ids = st.sampled_from([node.id for node in nodes])
    flow: st.SearchStrategy[EdgeKind] = st.sampled_from(["flow", "flow", "flow", *EDGE_KINDS])
    edges = draw(st.lists(st.builds(Edge, ids, ids, flow), max_size=12))
    return Pipeline(nodes, tuple(edges))


@given(pipelines())
def test_every_edge_is_named_once(pipeline: Pipeline) -> None:
    assert edges_named_in(description.describe(pipeline)) == edges_of(pipeline)


@given(pipelines())
def test_no_edge_enters_a_start_or_leaves_an_end(pipeline: Pipeline) -> None:
    words = description.describe(pipeline)
    flow = {(edge.source, edge.target) for edge in pipeline.edges if edge.kind in ("flow", "derive", "weak")}
    # Described as loops: feedback, and edges of the flow that close one.
    loops = Counter(tuple(listed(match)) for match in re.findall(rf"A loop leads from {NAME} back to {NAME}", words))
    loops -= Counter({(edge.source, edge.target) for edge in pipeline.edges if edge.kind == "feedback"})
    forward = flow - set(loops)
    starts = re.search(rf"The diagram starts with ({NAMES})\.", words)
    ends = re.search(rf"It ends with ({NAMES})\.", words)
    assert set(listed(starts[1]) if starts else []) == {s for s, _ in forward} - {t for _, t in forward}
    assert set(listed(ends[1]) if ends else []) == {t for _, t in forward} - {s for s, _ in forward}


def test_long_chain_does_not_recurse() -> None:
    nodes = tuple(Node(f"n{index}", Label.plain(f"n{index}")) for index in range(5000))
    edges = tuple(Edge(f"n{index}", f"n{index + 1}") for index in range(4999))
    words = description.describe(Pipeline(nodes, edges))
    assert words.startswith("The diagram starts with n0. n0 leads to n1, then n2, ")
    assert words.endswith(", then n4999. It ends with n4999.")


# Another language


def test_description_is_translated() -> None:
    said: list[str] = []

    def say(message: str) -> str:
        said.append(message)
        return {
            messages.START: "Anfang: {nodes}!",
            messages.CHAIN: "{nodes} nach {node}!",
            messages.THEN: "; ",
            messages.AND: "{first} und {last}",
        }.get(message, message)

    words = description.describe(parse("a -> b -> c\nx -> y"), say)
    assert words == "Anfang: a und x! b; c nach a! y nach x! It ends with c und y."
    assert set(said) == {messages.START, messages.CHAIN, messages.THEN, messages.AND, messages.END}


# Entries of the list


@pytest.mark.parametrize(
    ("text", "sign", "words"),
    [
        ("a -> b", "→", ""),
        ("a => b", "→", ""),
        ("a ..> b", "→", " (secondary)"),
        ("a --> b", "→", " (feedback)"),
        ("a <-> b", "→", " (both ways)"),
        ("a -- b", "–", ""),
        ("a ~> b", "→", " (skip connection)"),
    ],
)
def test_arrow_and_remark_of_an_edge(text: str, sign: str, words: str) -> None:
    (edge,) = parse(text).edges
    assert description.arrow(edge) == sign
    assert description.remark(edge) == words


def test_remarks_are_translated() -> None:
    say = {messages.FEEDBACK: "Rückkopplung", messages.BOTH_WAYS: "beide Wege"}.__getitem__
    feedback, exchange = parse("a --> b: x\na <-> b").edges
    assert description.remark(feedback, say) == " (Rückkopplung)"
    assert description.remark(exchange, say) == " (beide Wege)"


def test_names_of_nodes_and_groups() -> None:
    pipeline = parse("group g: A\\ngroup\n   node a: Alpha\nnode b")
    assert description.names(pipeline) == {"g": "A group", "a": "Alpha", "b": "b"}


# The legend


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("node a\na -> a", []),
        ("model a\na -> a", ["Model"]),
        ("model a\nnode b\ndata c\na -> b", ["Data", "Model"]),
        ("node a\na => a", ["Main flow"]),
        ("node a\na => a\na --> a\na -> a", ["Flow", "Main flow", "Feedback"]),
        ("io a\na <-> a\na -- a", ["Input or output", "Exchange", "Connection"]),
        ("node a\na ~> a\na ..> a", ["Secondary flow", "Skip connection"]),
    ],
)
def test_legend_leaves_out_plain_nodes_and_lone_flow(text: str, titles: list[str]) -> None:
    assert [entry.title for entry in description.legend(parse(text), MODERN)] == titles


def test_legend_does_not_translate_titles_of_the_style() -> None:
    style, _ = read_style(
        {"nodes": {"node": {"title": "Step"}, "model": {"title": "LLM"}}, "edges": {"flow": {"title": "Way"}}}
    )
    found = description.legend(parse("node a\nmodel b\nreward c\na -> b"), style, str.upper)
    assert [(entry.part, entry.kind, entry.title) for entry in found] == [
        ("node", "node", "Step"),
        ("node", "model", "LLM"),
        ("node", "reward", "REWARD"),
        ("edge", "flow", "Way"),
    ]


def test_every_kind_has_a_title() -> None:
    assert ["node", *messages.NODE_TITLES, "more", "join"] == list(NODE_KINDS)
    assert list(messages.EDGE_TITLES) == list(EDGE_KINDS)


# Lists in labels


def test_a_list_is_described_in_words() -> None:
    assert description.describe(parse("a: Data\\n- web\\n- books\nb: B\na -> b")) == (
        "The diagram starts with Data (web, books). Data (web, books) leads to B. It ends with B."
    )


# Groups without a title

UNTITLED = """
group two:
   a: A
   b: B
group many:
   group inner:
      c: C
   group g: G
      d: D
   group more:
      e: E
      f: F
x: X
"""


def test_a_group_without_a_title_is_named_by_its_members() -> None:
    pipeline = parse(UNTITLED)
    assert description.names(pipeline) == {
        **{id: id.upper() for id in "abcdefgx"},
        "two": "the group of A and B",
        "inner": "the group of C",
        "more": "the group of E and F",
        "many": "the group of C, G, E and others",
    }
    text = "The diagram starts with X. X leads to the group of A and B. It ends with the group of A and B. "
    assert description.describe(parse(f"{UNTITLED}x -> two")) == f"{text}Without an edge: A, B, C, D, E and F."


def test_a_row_in_a_group_without_a_title_is_named_by_its_cells() -> None:
    found = description.names(parse("group g:\n  row r: A | B\n  x: X"))
    assert (found["r"], found["g"]) == ("A, B", "the group of X and A, B")


def test_an_empty_group_without_a_title_is_a_group() -> None:
    assert description.names(Pipeline((), groups=(Group("g", None),))) == {"g": "Group"}
    assert description.names(Pipeline((), groups=(Group("g", None),)), str.upper) == {"g": "GROUP"}


def test_a_panel_without_a_title_is_described() -> None:
    """Only the Python API makes one."""
    pipeline = Pipeline((Node("a", Label.plain("A"), group="p"),), groups=(Group("p", None, panel=True),))
    assert description.describe(pipeline) == "Panel (a), the group of A: Without an edge: A."
