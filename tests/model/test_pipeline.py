"""Model: order of labels, comparison without source lines, pickling; panels and their letters."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import (
    Callout,
    Edge,
    Group,
    Item,
    Label,
    Node,
    Pipeline,
    Run,
    Scale,
    lettered,
    split,
)
from sphinxext.llmpipeline.model.quantity import Value
from tests.layouts import PANELS


def label(text: str, line: int = 0) -> Label:
    return Label.plain(text, line)


PIPELINE = Pipeline(
    nodes=(
        Node(
            "a",
            label("A", 4),
            group="inner",
            note=label("A note", 5),
            tooltip=label("A tip", 6),
            value=Value(1.5),
            line=4,
        ),
        Node("b", label("B", 7), "model", classes=("wide",), link="https://example.org", line=7),
    ),
    edges=(
        Edge("a", "b", line=8),
        Edge("b", "outer", "feedback", label("E", 9), note=label("E note", 10), line=9),
    ),
    groups=(
        Group("outer", label("O", 1), note=label("O note", 2), repeat="3", line=1),
        Group("inner", label("I", 3), "outer", "TB", line=3),
    ),
    aligned=(("a", "b"),),
    direction="LR",
    node_scale=Scale("viridis", label=label("Size", 11)),
    edge_scale=Scale(widths=(1, 8)),
    callouts=(Callout("a", label("C", 12), tooltip=label("C tip", 13), classes=("wide",), line=12),),
)

IN_ORDER = ["O", "O note", "I", "A", "A note", "A tip", "B", "E", "E note", "C", "C tip", "Size"]


def without_lines(item: Item) -> Item:
    changed = {name: replace(old, line=99) for name in ("label", "note", "tooltip") if (old := getattr(item, name))}
    return replace(item, line=99, **changed)


def elsewhere(pipeline: Pipeline) -> Pipeline:
    """The same diagram, declared on other lines."""
    return replace(
        pipeline,
        nodes=tuple(without_lines(node) for node in pipeline.nodes),
        edges=tuple(without_lines(edge) for edge in pipeline.edges),
        groups=tuple(without_lines(group) for group in pipeline.groups),
        callouts=tuple(without_lines(callout) for callout in pipeline.callouts),
    )


def test_plain_label() -> None:
    two = Label.plain("one\ntwo", 3)
    assert two.lines == ((Run("one"),), (Run("two"),))
    assert two.text == "one\ntwo"
    assert two.line == 3


def test_text_of_a_label_with_faces() -> None:
    assert Label(((Run("see "), Run("one", "bold")), (Run("two", "mono"),))).text == "see one\ntwo"


def test_items() -> None:
    assert list(PIPELINE.items()) == [
        *PIPELINE.groups,
        *PIPELINE.nodes,
        *PIPELINE.edges,
        *PIPELINE.callouts,
    ]


def test_labels_in_order() -> None:
    assert [label.text for label in PIPELINE.labels()] == IN_ORDER


def test_map_labels_in_order() -> None:
    seen: list[str] = []

    def change(old: Label) -> Label:
        seen.append(old.text)
        return label(f"{len(seen)} {old.text}", old.line)

    changed = PIPELINE.map_labels(change)
    assert seen == IN_ORDER
    assert [new.text for new in changed.labels()] == [f"{number} {text}" for number, text in enumerate(IN_ORDER, 1)]
    assert [new.line for new in changed.labels()] == [old.line for old in PIPELINE.labels()]


def test_map_labels_changes_nothing_else() -> None:
    changed = PIPELINE.map_labels(lambda old: label("new"))
    assert changed.edges[0] == PIPELINE.edges[0]  # has no text
    assert changed.nodes[1] == replace(PIPELINE.nodes[1], label=label("new"))
    assert [item.line for item in changed.items()] == [item.line for item in PIPELINE.items()]
    assert [item.link for item in changed.items()] == [item.link for item in PIPELINE.items()]
    assert PIPELINE.map_labels(lambda old: old) == PIPELINE


def test_enclosing() -> None:
    assert list(PIPELINE.enclosing("a")) == ["inner", "outer"]
    assert list(PIPELINE.enclosing("inner")) == ["outer"]
    assert list(PIPELINE.enclosing("b")) == []


def test_enclosing_of_an_unknown_id() -> None:
    with pytest.raises(KeyError):
        list(PIPELINE.enclosing("c"))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(protocol: int) -> None:
    again = pickle.loads(pickle.dumps(PIPELINE, protocol))
    assert again == PIPELINE
    assert repr(again) == repr(PIPELINE)
    # Attributes that are not compared are kept, too.
    assert [item.line for item in again.items()] == [item.line for item in PIPELINE.items()]
    assert [item.link for item in again.items()] == [item.link for item in PIPELINE.items()]
    assert [label.line for label in again.labels()] == [label.line for label in PIPELINE.labels()]


def test_lines_are_not_compared() -> None:
    other = elsewhere(PIPELINE)
    assert {item.line for item in other.items()} == {99}
    assert other == PIPELINE
    assert hash(other) == hash(PIPELINE)
    assert repr(other) == repr(PIPELINE)


def test_links_are_not_compared() -> None:
    node = PIPELINE.nodes[1]
    assert repr(replace(node, link=None)) == repr(node)
    assert replace(node, link=None) == node


@pytest.mark.parametrize("item", list(PIPELINE.items()), ids=lambda item: f"{type(item).__name__}-{item.line}")
def test_every_other_attribute_is_compared(item: Item) -> None:
    for field in fields(item):
        if field.name not in ("line", "link"):
            changed = replace(item, **{field.name: "other"})
            assert changed != item
            assert repr(changed) != repr(item)


def test_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        PIPELINE.nodes[0].id = "c"  # type: ignore[misc]


@pytest.mark.parametrize(("count", "last"), [(0, None), (1, "a"), (26, "z"), (27, "aa"), (53, "ba"), (703, "aaa")])
def test_letters_of_panels(count: int, last: str | None) -> None:
    panels = [Group(f"p{index}", Label.plain("Panel"), panel=True) for index in range(count)]
    letters = Pipeline((), groups=(Group("g", Label.plain("Group")), *panels)).letters
    assert list(letters) == [panel.id for panel in panels]
    assert list(letters.values())[-1:] == ([last] if last else [])


# Panels


def test_a_diagram_without_panels_has_none() -> None:
    assert split(parse("group g: G\n  a -> b")) == ()


def test_each_panel_is_a_diagram_of_its_own() -> None:
    (first, encoder), (second, decoder) = split(PANELS)
    assert (first, second) == (PANELS.groups[0], PANELS.groups[3])
    assert encoder == Pipeline(
        (
            Node("a", Label.plain("a"), "model", "p"),
            Node("b", Label.plain("b"), "model", "g"),
            Node("c", Label.plain("c"), "model", "h"),
        ),
        (Edge("a", "g"), Edge("b", "c", "derive", Label.plain("label"))),
        (Group("g", Label.plain("Inner"), "p"), Group("h", Label.plain("Innermost"), "g")),
    )
    assert decoder == Pipeline(
        (Node("d", Label.plain("d"), "model", "q"), Node("e", Label.plain("e"), "model", "k")),
        (Edge("d", "d"), Edge("d", "k")),
        (Group("k", Label.plain("Inner"), "q"),),
    )


def test_titles_begin_with_a_bold_letter() -> None:
    pipeline = lettered(parse(r"panel p: One\ntwo" + "\n  a -> b\n  group g: G\n    c -> a\npanel q: Q\n  d -> d"))
    assert [group.label.lines for group in pipeline.groups] == [
        ((Run("(a)", "bold"), Run(" "), Run("One")), (Run("two"),)),
        ((Run("G"),),),
        ((Run("(b)", "bold"), Run(" "), Run("Q")),),
    ]
    assert lettered(parse("group g: G\n  a -> b")) == parse("group g: G\n  a -> b")


def test_a_panel_without_a_title_has_its_letter_alone() -> None:
    (panel,) = lettered(Pipeline((), groups=(Group("p", None, panel=True),))).groups
    assert panel.label == Label(((Run("(a)", "bold"),),))


def test_label_of_a_node_is_its_id_by_default() -> None:
    assert Node("gpt3") == Node("gpt3", Label.plain("gpt3"))
    assert pickle.loads(pickle.dumps(Node("gpt3"))) == Node("gpt3")
