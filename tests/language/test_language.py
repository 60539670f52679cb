"""The language as a whole: order and number of diagnostics, and any text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline.diagnostics import PipelineError, nearest
from sphinxext.llmpipeline.language import parse, resolver
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.model.pipeline import Edge, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from tests.language.parsing import diagnostics_of
from tests.steps import growth


def test_direction_of_the_diagram() -> None:
    assert parse("a -> b").direction is None
    assert parse("a -> b", direction="RL").direction == "RL"


def test_diagram_of_the_seed() -> None:
    pipeline = parse(
        r"""
model arch: Model Architecture\n(Decoder)
model gpt3: General Purpose Model\n(GPT-3)
model chat: Model with Specific Tasks\n(ChatGPT)

arch -> gpt3: Pre-training\n(General Knowledge)
gpt3 -> chat: Fine-tuning\n(Specialized Learning)
"""
    )
    assert pipeline == Pipeline(
        (
            Node("arch", Label.plain("Model Architecture\n(Decoder)"), "model"),
            Node("gpt3", Label.plain("General Purpose Model\n(GPT-3)"), "model"),
            Node("chat", Label.plain("Model with Specific Tasks\n(ChatGPT)"), "model"),
        ),
        (
            Edge("arch", "gpt3", label=Label.plain("Pre-training\n(General Knowledge)")),
            Edge("gpt3", "chat", label=Label.plain("Fine-tuning\n(Specialized Learning)")),
        ),
    )


@pytest.mark.parametrize("text", ["modle a: A", "a ->", "a\n  :value: many", "a\n  :nota: x", "model a\ndata a"])
def test_subtype_of_a_syntax_error(text: str) -> None:
    assert {diagnostic.subtype for diagnostic in diagnostics_of(text)} == {"syntax"}


def test_errors_are_sorted_by_position() -> None:
    text = r"""
modle arch: Architecture
group g: G
  model gpt3
    :value: big
    :nota: x
  model chat: Chat
arch -> gtp3: Pre-training
chat -
align chat, gpt3, chatt
model arch
"""
    expected = """\
line 2: unknown kind 'modle'; did you mean 'model'?
    modle arch: Architecture
    ^~~~~
line 5: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'big'
    :value: big
            ^~~
line 6: unknown field 'nota'; did you mean 'note'?
    :nota: x
    ^~~~~~
line 8: unknown node 'gtp3'; did you mean 'gpt3'?
    arch -> gtp3: Pre-training
            ^~~~
line 9: unknown arrow '-'; did you mean '->'?
    chat -
         ^
line 10: unknown node 'chatt'; did you mean 'chat'?
    align chat, gpt3, chatt
                      ^~~~~
line 11: id 'arch' is declared twice: line 2 declares a node of that name; choose another id
    model arch
          ^~~~"""
    with pytest.raises(PipelineError) as caught:
        parse(text)
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("model a: A\nmodel big gpt: B\na -> gpt", [2], id="words of a node"),
        pytest.param("model a: A\nmodel gpt General\na -> gpt", [2], id="node without colon"),
        pytest.param("model 3a: A\nmodel b\nb -> a", [1, 3], id="the bad id itself is none"),
        pytest.param("modle a: A\nmodel b\na -> b", [1], id="unknown kind"),
        pytest.param("grup g: G\n  model a: A\nmodel b\na -> b\nb -> g", [1], id="unknown kind with statements"),
        pytest.param("group 3g: G\n  model a: A\nmodel b\na -> b", [1], id="group with bad id"),
        pytest.param("group my g: G\n  model a: A\nmodel b\ng -> b\na -> b", [1], id="group with three words"),
        pytest.param("panel p: P\n  model a: A\nmodel b\nmodel c\na -> b", [3], id="several beside a panel"),
        pytest.param("panel p q: P\n  model a\npanel r\n  model b\n  a -> b", [1], id="panel with three words"),
        pytest.param("model a\n  model b: B\n  model c: C\nb -> c", [2], id="too deep, without label"),
        pytest.param("model a: A\n  :note: n\n  model b: B\na -> b", [3], id="too deep, after a field"),
        pytest.param("a -> b c\nb -> d\nalign c, d", [1], id="ids of an edge that is not read"),
        pytest.param("model a b c", [1], id="only statement"),
        pytest.param("model a b c\nx -> a", [1, 2], id="a failed node still declares"),
        pytest.param("a! b: B\nx -> y", [1, 2, 2], id="a failed node with a label still declares"),
        pytest.param("a -> b\nc to d", [2], id="a line that may be anything declares nothing"),
        pytest.param("a -> b\na, b", [2], id="a list declares nothing"),
        pytest.param("group g: G\n  modle a b c\n  x", [2], id="group with a failed statement is not empty"),
        pytest.param("group g: G\n  3a\nb -> g", [2], id="group with one failed statement"),
        pytest.param("model a\ngroup g: G\n  model a", [3], id="group with a node declared elsewhere"),
        pytest.param("      a\n   b\n   c\n      :note: n\n   d", [2], id="one wrong indentation"),
        pytest.param("a: A\n  :nota: x\n     y\n  :nota: z", [2, 4], id="continuation of an unknown field"),
        pytest.param("a: A\n  :note: x\n  :note: y\n     z", [3], id="continuation of a repeated field"),
        pytest.param("a: A\n  :value: x\nb -> a\nb -> a", [2, 3, 4], id="an unknown id once for each place"),
        pytest.param("group g: G\n  model a: A\ng, g -> a", [3], id="once for a place"),
        pytest.param("group g: G\n  group h: H\n    model a\ng, h -> a", [4], id="once for a place, two reasons"),
        pytest.param("model a\na -> b -> c\n  :kind: x", [2, 2, 3], id="an edge that is not drawn is checked"),
        pytest.param("model a\nmodel a: A\n  :value: x", [2, 3], id="a node that is not drawn is checked"),
        pytest.param("model a:\n  :value: x\n  :class: 3", [1, 2, 3], id="several in a statement"),
        pytest.param("a -> b\nalign a\nalign a, b, a", [2, 3], id="align"),
    ],
)
def test_one_error_gives_one_diagnostic(text: str, lines: list[int]) -> None:
    assert [diagnostic.line for diagnostic in diagnostics_of(text)] == lines


VALID = r"""
# A comment
data corpus: Corpus\nof text
   :value: 15T
   :link: https://example.org
group training: Training
   :direction: TB
   model base: Base $\nu$
      model
      :note: 70B
   group tuning: Tuning
      model chat
   base => chat: Fine-tuning -> better
      :class: wide
corpus -> base
chat --> corpus, tool-1 -- training: Feedback: all
tool tool-1
align corpus, tool-1
"""

TOKENS = [
    *ARROWS,
    *NODE_KINDS,
    "group",
    "align",
    "panel",
    "note",
    "of",
    "a",
    "b",
    "gpt-3",
    "3d",
    ",",
    ":",
    ": ",
    ":note:",
    ":value:",
]
TOKENS += [
    " ",
    "\n",
    "\n ",
    "\n  ",
    "\n    ",
    "\t",
    "\r\n",
    "#",
    "\\n",
    "`",
    "$",
    "\u2028",
    "\f",
    "\ufeff",
    "\x00",
    "é",
    "→",
]


def check(text: str) -> None:
    """The text declares a diagram, or every diagnostic stands within it."""
    try:
        pipeline = parse(text)
    except PipelineError as error:
        check_diagnostics(text, error)
    else:
        check_pipeline(pipeline)


def check_diagnostics(text: str, error: PipelineError) -> None:
    assert error.diagnostics
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in error.diagnostics:
        assert 1 <= diagnostic.line <= len(lines)
        assert 1 <= diagnostic.column <= max(len(diagnostic.quoted), 1)
        assert diagnostic.width >= 1
        assert diagnostic.column - 1 + diagnostic.width <= max(len(diagnostic.quoted), 1)
        assert str(diagnostic).startswith(diagnostic.message)
    places = [(diagnostic.line, diagnostic.column) for diagnostic in error.diagnostics]
    assert places == sorted(set(places))
    str(error).encode()  # what is quoted can be printed


def check_pipeline(pipeline: Pipeline) -> None:
    known = {item.id for item in (*pipeline.nodes, *pipeline.groups)}
    assert len(known) == len(pipeline.nodes) + len(pipeline.groups)
    assert {end for edge in pipeline.edges for end in (edge.source, edge.target)} <= known
    assert all(id in known for ids in pipeline.aligned for id in ids)
    assert {group for id in known for group in pipeline.enclosing(id)} == {group.id for group in pipeline.groups}
    assert all(label.text.strip() or not label.lines for label in pipeline.labels())  # joins and ellipses have none


# The deadline, in milliseconds, bounds the time of a parse on a busy machine.
ANY = settings(max_examples=300, deadline=2000)


@ANY
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


@ANY
@given(st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
def test_any_sequence_of_tokens(text: str) -> None:
    check(text)


@ANY
@given(st.data())
def test_mutated_diagram(data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(start + data.draw(st.integers(0, 3)), len(text))
        text = text[:start] + data.draw(st.sampled_from(["", *TOKENS]) | st.characters()) + text[end:]
    check(text)


@ANY
@given(st.sampled_from(TOKENS), st.sampled_from(["", "a: ", "model a", "a -> b: ", "a\n  :note: ", "a\n  :value: 1"]))
def test_repeated_token(word: str, before: str) -> None:
    check(before + word * 2000)


def test_valid_diagram() -> None:
    check(VALID)
    assert len(parse(VALID).edges) == 6


@pytest.mark.parametrize("ends", [(0, 40), (40, 80), (80, None)])
def test_every_deletion_and_every_prefix(ends: tuple[int, int | None]) -> None:
    for start in range(len(VALID))[slice(*ends)]:
        check(VALID[:start] + VALID[start + 1 :])
        check(VALID[:start])


def test_many_unknown_ids_are_compared_with_a_bounded_number_of_names(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def counted(word: str, known: Iterable[str]) -> str | None:
        names = list(known)
        compared.append(len(names))
        return nearest(word, names)

    monkeypatch.setattr(resolver, "nearest", counted)
    declared = "\n".join(f"node known-{number}" for number in range(1000))
    edges = "\n".join(f"knwon-{number} -> knowm-{number}" for number in range(1000))
    with pytest.raises(PipelineError) as caught:
        parse(f"{declared}\n{edges}")
    assert compared == 50 * [1000]
    messages = [diagnostic.message for diagnostic in caught.value.diagnostics]
    assert messages[0] == "unknown node 'knwon-0'; did you mean 'known-0'?"
    assert messages[-1] == "unknown node 'knowm-999'; declare it on a line of its own, as in 'knowm-999: Label'"
    assert len(messages) == 2000


def test_an_unknown_id_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    monkeypatch.setattr(resolver, "nearest", lambda word, known: words.append(word))
    with pytest.raises(PipelineError):
        parse("a: A\n" + 100 * "a -> b\n")
    assert words == ["b"]


@pytest.mark.parametrize(
    "line",
    ["modle n{0}: Step", "kind{0} n{0}: Step", "n{0}[x]: Step", "n{0} ==> m", "three words here {0}", "node a: A",
     ":note: {0}", "a ->", "group g{0}: G", "panel p{0}: P", "align n{0}", "{{{0}: 1}},", "a{0}: A\n   :nore: x",
     "a{0}: A\n   :value: x", "group g{0} x: G\n   a{0} -> b: B", "a{0}: \x01"],
)  # fmt: skip
def test_lines_with_errors_take_work_in_proportion(line: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = "\n".join(line.format(number) for number in range(size))

        def fail() -> None:
            with pytest.raises(PipelineError):
                parse(text)

        return fail

    assert growth(work, 100) < 1.1
