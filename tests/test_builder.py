"""The builder makes what the text would say, and reports errors where they are made."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from sphinxext.llmpipeline import Diagram, PipelineError, parse, unparse

SOURCE = r"""
category open: Open
data corpus: Corpus\n(web)
   :note: cleaned
   :category: open
   :class: big wide
   :value: 15T tokens
   :tooltip: all of it
group rl: RL
   :direction: TB
   model chat: Chat model
      :value: 7B
      :step: 2
      :repeat: 12
      :pile: yes
   note of chat: the last
stack block
   :arrows: no
   norm
   mlp
node group
row mix: Web | Books
   :shares: yes
   :value: 70% | 30%
grid scores: Scores
   first: 1 | 2
   second: 3 | 4
corpus -> chat, norm: SFT
   :link: https://example.org
norm ..> mlp
mix.1 -> scores.first.2 -> group
align mix, scores
"""


def everything() -> Diagram:
    d = Diagram()
    d.category("open", "Open")
    d.node(
        "corpus", "Corpus\n(web)", kind="data", note="cleaned", category="open", classes=["big", "wide"],
        value="15T tokens", tooltip="all of it",
    )  # fmt: skip
    with d.group("rl", "RL", direction="TB"):
        d.node("chat", "Chat model", kind="model", value=7e9, step=2, repeat=12, pile=True)
        d.note("chat", "the last")
    with d.stack("block", arrows=False):
        d.node("norm")
        d.node("mlp")
    d.node("group")
    assert d.row("mix", "Web", "Books", shares=["70%", "30%"]) == ["mix.1", "mix.2"]
    cells = d.grid("scores", {"first": ["1", "2"], "second": ["3", "4"]}, "Scores")
    assert cells == [["scores.first.1", "scores.first.2"], ["scores.second.1", "scores.second.2"]]
    d.edge("corpus", ["chat", "norm"], "SFT", link="https://example.org")
    d.edge("norm", "mlp", kind="weak")
    d.chain("mix.1", "scores.first.2", "group")
    d.align("mix", "scores")
    return d


def test_calls_say_what_the_text_says() -> None:
    assert everything().pipeline == parse(SOURCE)
    assert parse(unparse(everything().pipeline)) == everything().pipeline


def test_a_diagram_grows_and_is_drawn() -> None:
    d = Diagram(direction="TB")
    with d.panel("one", "First"):
        d.node("a")
    assert d.pipeline.direction == "TB"
    assert d.render("print", "pdf").startswith(b"%PDF")
    with d.panel("two", ""):
        d.node("b", plot="bars\nWeb: 67%\nBooks: 33%", size=(160, 90))
    d.edge("a", "b")
    assert d.figure().get_size_inches()[0] > 1
    assert [group.id for group in d.pipeline.groups] == ["one", "two"]
    assert d.pipeline.nodes[1].size == (160, 90)


def test_groups_have_their_id_as_a_title_an_empty_one_or_none() -> None:
    d = Diagram()
    with d.group("a"):
        d.node("x")
    with d.group("b", ""):
        d.node("y")
    assert d.source == "group a\n   x\ngroup b:\n   y\n"


def test_kinds_categories_and_files_of_a_project() -> None:
    d = Diagram(kinds=["node", "gpu"], categories=["team"])
    d.node("a", kind="gpu", category="team")
    assert (d.pipeline.nodes[0].kind, d.pipeline.nodes[0].category) == ("gpu", "team")


def test_a_category_may_be_declared_later() -> None:
    d = Diagram()
    d.node("a", category="late")
    with pytest.raises(PipelineError, match="unknown category 'late'"):
        assert d.pipeline
    d.category("late", "Late")
    assert d.pipeline.nodes[0].category == "late"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: d.node("a b"), "'a b' is not an id: expected a letter or '_'"),
        (lambda d: d.edge("x", "x: y"), "'x: y' is not an id: expected a letter or '_'"),
        (lambda d: d.align("x", "y\nz"), "'y\nz' is not an id: expected a letter or '_'"),
        (lambda d: d.node("x"), "id 'x' is declared twice; choose another id"),
        (lambda d: d.node("y", kind="modle"), "unknown kind 'modle'; did you mean 'model'?"),
        (lambda d: d.node("y", step="0"), "expected a positive whole number, or up to three letters and digits"),
        (lambda d: d.node("y", link="javascript:x"), "a link cannot begin with 'javascript:'"),
        (lambda d: d.edge("x", "y", kind="flows"), "unknown kind of edge 'flows'; did you mean 'flow'?"),
        (lambda d: d.edge("x", "1"), "'1' is not an id: expected a letter or '_'"),
    ],
)
def test_errors_stand_at_the_call(call: Callable[[Diagram], object], message: str) -> None:
    d = Diagram()
    d.node("x")
    with pytest.raises(ValueError, match=re.escape(message)):
        call(d)


def test_unknown_ends_are_reported_by_the_whole() -> None:
    d = Diagram()
    d.node("base")
    d.edge("base", "chta")
    d.node("chat")
    with pytest.raises(PipelineError, match=re.escape("line 2: unknown node 'chta'; did you mean 'chat'?")):
        assert d.pipeline


def test_a_group_that_fails_is_left_out() -> None:
    d = Diagram()
    d.node("a")

    def fail() -> None:
        with d.group("g"):
            d.node("b")
            raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        fail()
    d.node("c")
    assert d.source == "a\nc\n"


@pytest.mark.filterwarnings("error")
def test_labels_that_look_like_those_of_other_languages_are_meant() -> None:
    d = Diagram()
    d.node("a", '"quoted"')
    d.edge("a", "a", "|")
    assert d.pipeline.nodes[0].label.text == '"quoted"'


def test_ids_that_mean_something_in_other_languages() -> None:
    d = Diagram()
    d.node("config", "Options")
    d.node("title")
    assert d.source == "node config: Options\nnode title\n"
