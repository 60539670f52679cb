"""Labels and fields, and their errors."""

from __future__ import annotations

import dataclasses

import pytest

from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.language.syntax_tree import Owner
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Link, Node
from sphinxext.llmpipeline.model.quantity import Value
from tests.language.parsing import check_error
from tests.processes import output_of

MODEL = {"node": Node, "edge": Edge, "group": Group, "panel": Group}


@pytest.mark.parametrize("owner", MODEL)
def test_fields_of_a_statement_are_attributes_of_the_model(owner: Owner) -> None:
    declared = [field for field in FIELDS if owner in field.owners]
    attributes = [field.attribute or field.name for field in declared]
    assert {*attributes} <= {item.name for item in dataclasses.fields(MODEL[owner])}
    assert len({*attributes}) == len({field.name for field in declared}) == len(declared)


def label_of(text: str) -> str:
    """The label of the first node."""
    return parse(text).nodes[0].label.text


@pytest.mark.parametrize(
    "label",
    [
        "a -> b",
        "a => b --> c <-> d -- e",
        "ratio 1:2",
        "step: one: two",
        ":doc:`guide`",
        "# no comment",
        "a, b",
        "[x] (y) {z} \"q\" 'r' ; |",
        "группа",
    ],
)
def test_label_holds_anything(label: str) -> None:
    assert label_of(f"a: {label}") == label
    assert parse(f"a -> b: {label}").edges[0].label == Label.plain(label)


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (r"one\ntwo", "one\ntwo"),
        (r"one\n\ntwo", "one\n\ntwo"),
        (r"one\\ntwo", r"one\\ntwo"),
        (r"``a\nb``\nc", "``a\\nb``\nc"),
        (r":math:`\nabla`\nc", ":math:`\\nabla`\nc"),
        (r"\`a\nb\`", "\\`a\nb\\`"),
        (r"$\nabla$\nc", "$\\nabla$\nc"),
        (r"$x \$\nu$\nc", "$x \\$\\nu$\nc"),
        (r"costs $5\nand $6", "costs $5\nand $6"),
        (r"$ 5\n6$", "$ 5\n6$"),
        (r"$5\n$6", "$5\n$6"),
        (r"5$\nand 6$", "5$\nand 6$"),
        (r"\$5\n$", "\\$5\n$"),
        (r"open `a\nb", "open `a\nb"),
        (r"open $a\nb", "open $a\nb"),
        ("trailing \\", "trailing \\"),
    ],
)
def test_line_break_in_a_label(written: str, label: str) -> None:
    assert label_of(f"a: {written}") == label


@pytest.mark.parametrize(
    "text",
    [
        "a: one\n  two\n  three",
        "a: one\n    two\n  three",
        "a:\n  one\n  two\n  three",
        "a: one\\ntwo\n  three",
        "a: one\n\n  two\n  # a comment\n\n  three",
        "a: one\n\ttwo\n        three",
    ],
)
def test_continued_label(text: str) -> None:
    assert label_of(text) == "one\ntwo\nthree"


def test_role_continues_a_label() -> None:
    assert label_of("a: see\n  :note:`x`") == "see\n:note:`x`"


def test_line_numbers_of_labels() -> None:
    pipeline = parse("\nmodel a:\n   A\n   :note: n\n   :tooltip:\n      t\na -> a: e")
    assert [(label.text, label.line) for label in pipeline.labels()] == [("A", 3), ("n", 4), ("t", 6), ("e", 7)]
    assert pipeline.nodes[0].line == 2
    assert pipeline.edges[0].line == 7


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT", "tb"])
def test_direction_of_a_group(direction: str) -> None:
    assert parse(f"group g: G\n  :direction: {direction}\n  a -> b").groups[0].direction == direction.upper()


def test_fields_of_a_node() -> None:
    text = r"""
a: A
   :link: https://example.org/#x
   :tooltip: More\nof it
   :note: 175B
   :repeat: 12
   :value: 175B
   :class: wide  new_one
   :kind: train
"""
    (node,) = parse(text).nodes
    assert node == Node(
        "a",
        Label.plain("A"),
        "train",
        note=Label.plain("175B"),
        tooltip=Label.plain("More\nof it"),
        repeat="12",
        value=Value(175e9),
        classes=("wide", "new_one"),
    )
    assert node.link is not None
    assert (node.link.target, node.link.is_role) == ("https://example.org/#x", False)


def test_fields_of_an_edge_statement_belong_to_all_its_edges() -> None:
    fields = ":link: :doc:`a b <x>`\n   :tooltip: t\n   :note: n\n   :value: 2\n   :class: c\n   :kind: feedback"
    edges = parse(f"a -> b => c: x\n   {fields}").edges
    common = {"note": Label.plain("n"), "tooltip": Label.plain("t"), "value": Value(2.0), "classes": ("c",)}
    assert edges == (
        Edge("a", "b", "feedback", Label.plain("x"), **common),
        Edge("b", "c", "feedback", Label.plain("x"), **common),
    )
    assert {edge.link for edge in edges} == {Link(":doc:`a b <x>`", is_role=True)}


def test_fields_of_a_group() -> None:
    fields = ":link: x.html\n  :tooltip: t\n  :note: n\n    m\n  :repeat: 3\n  :class: c d\n  :direction: BT"
    (group,) = parse(f"group g: G\n  {fields}\n  model a").groups
    assert group == Group(
        "g",
        Label.plain("G"),
        direction="BT",
        note=Label.plain("n\nm"),
        tooltip=Label.plain("t"),
        repeat="3",
        classes=("c", "d"),
    )
    assert group.link == Link("x.html")


@pytest.mark.parametrize(
    "text",
    [
        "a: A\n  :note: one\n    two",
        "a: A\n  :note:\n    one\n    two",
        "a: A\n  :note: one\n      two",
        "a: A\n  :note: one\\ntwo",
        "a\n  :note: one\n    two",
        "a: A\n    :value: 1\n  :note: one\n     two",
        "a: A\n  :value: 1\n    :note: one\n     two",
        "a: A\n\t:value: 1\n  :note: one\n\ttwo",
        "a:\n  A\n  :note: one\n    # a comment\n\n    two",
    ],
)
def test_continued_field(text: str) -> None:
    assert parse(text).nodes[0].note == Label.plain("one\ntwo")


@pytest.mark.parametrize(
    "text",
    [
        "group g: G\n    :note: n\n  model a",
        "group g: G\n  model a\n  :note: n",
        "group g: G\n    model a\n  :note: n",
        "group g: G\n  :note:\n    n\n  model a",
        "group g: G\n\t:note: n\n\tmodel a",
    ],
)
def test_field_of_a_group_before_or_after_its_statements(text: str) -> None:
    pipeline = parse(text)
    assert pipeline.groups[0].note == Label.plain("n")
    assert [node.group for node in pipeline.nodes] == ["g"]


def test_field_of_a_statement_in_a_group() -> None:
    pipeline = parse("group g: G\n  model a\n    :note: n\n  a -> b\n    :note: m\n  model b")
    assert pipeline.groups[0].note is None
    assert [node.note for node in pipeline.nodes] == [Label.plain("n"), None]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12.0),
        ("-1.5", -1.5),
        ("1_000", 1000.0),
        ("2e3", 2000.0),
        ("2.5E-1", 0.25),
        ("70m", 0.07),
        ("1.5k", 1500.0),
        ("1.5K", 1500.0),
        ("3M", 3e6),
        ("3G", 3e9),
        ("175B", 175e9),
        ("175 B", 175e9),
        ("15T", 15e12),
        ("2P", 2e15),
    ],
)
def test_value(written: str, value: float) -> None:
    found = parse(f"a\n  :value: {written}").nodes[0].value
    assert found is not None
    assert found.number == pytest.approx(value)
    assert found.unit == ""


def test_value_with_a_unit() -> None:
    pipeline = parse("a\n  :value: 300B  training\n    tokens\na -> a\n  :value: 12.5%")
    assert pipeline.nodes[0].value == Value(300e9, "training tokens")
    assert pipeline.edges[0].value == Value(12.5, "%")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "HTTPS://example.org",
        "mailto:docs@example.org",
        "ftp://example.org",
        "guide.html#x",
        "/guide",
        "#x",
        ":doc:`guide`",
        ":doc:`The guide <guide>`",
        "`The guide <guide>`_",
        "{doc}`The guide <guide>`",
        "{py:class}`A b`",
    ],
)
def test_link(link: str) -> None:
    assert parse(f"a\n  :link: {link}").nodes[0].link == Link(link, is_role=link.startswith((":", "`", "{")))


@pytest.mark.parametrize("times", ["1", "12", "1024", "N", "h", "n_layers", "2N", "N/2", "L-1", "N×M", "K+1", "層"])
def test_repeat(times: str) -> None:
    assert parse(f"a: A\n  :repeat: {times}").nodes[0].repeat == times


@pytest.mark.parametrize("written", ["https://example.org/a?b", "<https://example.org/a?b>"])
def test_link_may_have_the_brackets_of_a_document(written: str) -> None:
    link = parse(f"a: A\n  :link: {written}").nodes[0].link
    assert link is not None
    assert (link.target, link.is_role) == ("https://example.org/a?b", False)


ERRORS = {
    "empty-label": (
        "model gpt3:",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    model gpt3:
              ^""",
    ),
    "empty-label-before-field": (
        "model gpt3:\n   :note: 175B",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    model gpt3:
              ^""",
    ),
    "label-of-line-breaks": (
        r"gpt3: \n",
        r"""line 1: expected a label after ':'; write no ':' where there is no label
    gpt3: \n
        ^~~~""",
    ),
    "panel-repeated": (
        "panel p: P\n  :repeat: 12\n  a -> b",
        """\
line 2: a panel has no field 'repeat'; expected one of: link, tooltip, note, class, direction
    :repeat: 12
    ^~~~~~~~""",
    ),
    "edge-empty-label": (
        "a -> b:",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    a -> b:
          ^""",
    ),
    "panel-empty-label": (
        "panel p:\n  model a",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    panel p:
           ^""",
    ),
    "field-first": (
        ":note: x",
        """\
line 1: field 'note' belongs to no statement: indent it under the statement that it describes
    :note: x
    ^~~~~~""",
    ),
    "field-not-indented": (
        "model a: A\n:note: x",
        """\
line 2: field 'note' belongs to no statement: indent it under the statement that it describes
    :note: x
    ^~~~~~""",
    ),
    "field-unknown": (
        "model a: A\n   :nota: x",
        """\
line 2: unknown field 'nota'; did you mean 'note'?
    :nota: x
    ^~~~~~""",
    ),
    "field-unknown-far": (
        "model a: A\n   :xyzzy: x",
        """\
line 2: unknown field 'xyzzy'; expected one of: link, tooltip, note, repeat, pile, value, category, step, plot, image, \
size, class, kind
    :xyzzy: x
    ^~~~~~~""",
    ),
    "field-of-another-statement": (
        "a -> b\n   :repeat: 12",
        """\
line 2: an edge has no field 'repeat'; expected one of: link, tooltip, note, value, category, step, class, kind
    :repeat: 12
    ^~~~~~~~""",
    ),
    "field-of-a-group-on-a-node": (
        "model a: A\n   :direction: TB",
        """\
line 2: a node has no field 'direction'; expected one of: link, tooltip, note, repeat, pile, value, category, \
step, plot, image, size, class, kind
    :direction: TB
    ^~~~~~~~~~~""",
    ),
    "field-of-a-node-on-a-group": (
        "group g: G\n   :value: 12\n   model a",
        """\
line 2: a group has no field 'value'; expected one of: link, tooltip, note, repeat, pile, category, class, direction
    :value: 12
    ^~~~~~~""",
    ),
    "field-twice": (
        "model a: A\n   :note: x\n   :note: y",
        """\
line 3: field 'note' stands twice, first on line 2; keep one
    :note: y
    ^~~~~~""",
    ),
    "field-without-value": (
        "model a: A\n   :note:",
        """\
line 2: expected a value after ':note:'
    :note:
    ^~~~~~""",
    ),
    "field-without-space": (
        "model a: A\n   :value:175B",
        """\
line 2: expected a space after ':value:'
    :value:175B
    ^~~~~~~""",
    ),
    "label-after-field": (
        "model a: A\n   :note: x\n   more",
        """\
line 3: expected a field such as ':note: text': the text of a label stands before the fields
    more
    ^~~~""",
    ),
    "field-without-its-colon": (
        "a -> b\n   note: x\nb -> c\n   href = guide.html",
        """\
line 2: a field begins with ':', as in ':note: x'
    note: x
    ^~~~~~~
line 4: a field begins with ':', as in ':link: guide.html'
    href = guide.html
    ^~~~~~~~~~~~~~~~~""",
    ),
    "look-without-a-colon": (
        "a -> b\n   color: red",
        """\
line 2: there is no field 'color': the arrow picks the line, and ':category:' a colour
    color: red
    ^~~~~~~~~~""",
    ),
    "continuation-without-label": (
        "model a\n   more of it\n   and more",
        """\
line 2: unexpected indentation: line 1 has no label that this could continue; end it with ':', or indent this line less
    more of it
    ^~~~~~~~~~""",
    ),
    "value-word": (
        "model a: A\n   :value: many",
        """\
line 2: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'many'
    :value: many
            ^~~~""",
    ),
    "value-suffix": (
        "model a: A\n   :value: 7b",
        """\
line 2: unknown suffix 'b' of a number; did you mean 'B'?
    :value: 7b
            ^~""",
    ),
    "value-suffix-far": (
        "model a: A\n   :value: 7z",
        """\
line 2: unknown suffix 'z' of a number; expected one of: k, K, M, G, B, T, P, m
    :value: 7z
            ^~""",
    ),
    "value-unit-tight": (
        "model a: A\n   :value: 80GB",
        """\
line 2: unknown suffix 'GB' of a number; a unit stands after a space, as in '80 GB'
    :value: 80GB
            ^~~~""",
    ),
    "value-infinite": (
        "model a: A\n   :value: 1e999",
        """\
line 2: the number '1e999' is too large: expected less than 1e300
    :value: 1e999
            ^~~~~""",
    ),
    "value-infinite-by-suffix": (
        "model a: A\n   :value: 1e300P",
        """\
line 2: the number '1e300P' is too large: expected less than 1e300
    :value: 1e300P
            ^~~~~~""",
    ),
    "value-nan": (
        "model a: A\n   :value: nan",
        """\
line 2: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'nan'
    :value: nan
            ^~~""",
    ),
    "class-bad": (
        "model a: A\n   :class: wide 3d",
        """\
line 2: '3d' is not a class: expected a letter or '_', then letters, digits, '_' and '-'
    :class: wide 3d
                 ^~""",
    ),
    "kind-field-unknown": (
        "a: A\n   :kind: modle",
        """\
line 2: unknown kind 'modle'; did you mean 'model'?
    :kind: modle
           ^~~~~""",
    ),
    "kind-field-of-edge-unknown": (
        "a -> b\n   :kind: feedbak",
        """\
line 2: unknown kind of edge 'feedbak'; did you mean 'feedback'?
    :kind: feedbak
           ^~~~~~~""",
    ),
    "direction-of-another-language": (
        "group g: G\n   :direction: TD\n   model a",
        """\
line 2: unknown direction 'TD'; did you mean 'TB'?
    :direction: TD
                ^~""",
    ),
    "kind-field-of-another-language": (
        "a: A\n   :kind: database",
        """\
line 2: unknown kind 'database'; did you mean 'store'?
    :kind: database
           ^~~~~~~~""",
    ),
    "repeat-words": (
        "a: A\n   :repeat: many times over",
        """\
line 2: expected a whole number, or a symbol such as N, not 'many times over'
    :repeat: many times over
             ^~~~~~~~~~~~~~~""",
    ),
    "repeat-negative": (
        "a: A\n   :repeat: -3",
        """\
line 2: expected a whole number, or a symbol such as N, not '-3'
    :repeat: -3
             ^~""",
    ),
    "repeat-fraction": (
        "a: A\n   :repeat: 2.5",
        """\
line 2: expected a whole number, or a symbol such as N, not '2.5'
    :repeat: 2.5
             ^~~""",
    ),
    "repeat-sign": (
        "a: A\n   :repeat: 12x",
        """\
line 2: expected a whole number, or a symbol such as N, not '12x'
    :repeat: 12x
             ^~~""",
    ),
    "field-colour": (
        "a: A\n   :color: red",
        """\
line 2: there is no field 'color': the kind picks a colour, and ':category:' gives one by meaning
    :color: red
    ^~~~~~~""",
    ),
    "field-colour-of-an-edge": (
        "a -> b\n   :color: red",
        """\
line 2: there is no field 'color': the arrow picks the line, and ':category:' a colour
    :color: red
    ^~~~~~~""",
    ),
    "field-colour-of-a-group": (
        "group g: G\n   :fill: red\n   model a",
        """\
line 2: there is no field 'fill': ':category:' gives a colour by meaning
    :fill: red
    ^~~~~~""",
    ),
    "field-shape": (
        "a: A\n   :shape: cylinder",
        """\
line 2: there is no field 'shape': the kind picks the shape, as in ':kind: store'
    :shape: cylinder
    ^~~~~~~""",
    ),
    "field-style": (
        "a: A\n   :style: filled",
        """\
line 2: there is no field 'style': the look is a style: the option ':style:' of the directive
    :style: filled
    ^~~~~~~""",
    ),
    "field-style-of-an-edge": (
        "a -> b\n   :style: dashed",
        """\
line 2: there is no field 'style': the arrow picks the line, and ':category:' a colour
    :style: dashed
    ^~~~~~~""",
    ),
    "field-label": (
        "a:\n   :label: First step",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    a:
     ^
line 2: there is no field 'label': a label stands after ': ', as in 'a: Label'
    :label: First step
    ^~~~~~~""",
    ),
    "field-label-of-an-edge": (
        "a -> b\n   :label: yes",
        """\
line 2: there is no field 'label': a label stands after ': ', as in 'a -> b: Label'
    :label: yes
    ^~~~~~~""",
    ),
    "field-title-of-a-group": (
        "group g: G\n   :title: First step\n   model a",
        """\
line 2: there is no field 'title': a label stands after ': ', as in 'group a: Label'
    :title: First step
    ^~~~~~~""",
    ),
    "field-href": (
        "a: A\n   :href: https://example.org",
        """\
line 2: unknown field 'href'; did you mean 'link'?
    :href: https://example.org
    ^~~~~~""",
    ),
    "field-description": (
        "a: A\n   :description: First",
        """\
line 2: unknown field 'description'; did you mean 'note'?
    :description: First
    ^~~~~~~~~~~~~""",
    ),
    "field-type": (
        "a: A\n   :type: model",
        """\
line 2: unknown field 'type'; did you mean 'kind'?
    :type: model
    ^~~~~~""",
    ),
    "option-in-the-body": (
        ":caption: How it works\na -> b",
        """\
line 1: option 'caption' stands under the first line of the directive, before the blank line
    :caption: How it works
    ^~~~~~~~~""",
    ),
    "direction-in-the-body": (
        ":direction: LR\na -> b",
        """\
line 1: option 'direction' stands under the first line of the directive, before the blank line; as the field of a \
group, indent it under the group
    :direction: LR
    ^~~~~~~~~~~""",
    ),
    "direction-unknown": (
        "group g: G\n   :direction: round\n   model a",
        """\
line 2: unknown direction 'round'; expected one of: LR, TB, RL, BT
    :direction: round
                ^~~~~""",
    ),
    "link-script": (
        "a: A\n   :link: javascript:alert(1)",
        """\
line 2: a link cannot begin with 'javascript:'; expected one of: http, https, mailto, ftp, or a relative URL
    :link: javascript:alert(1)
           ^~~~~~~~~~~~~~~~~~~""",
    ),
    "link-spaces": (
        "a: A\n   :link: see the guide",
        """\
line 2: expected one URL without spaces, or one role such as :doc:`guide`
    :link: see the guide
           ^~~~~~~~~~~~~""",
    ),
}
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_a_field_of_many_lines() -> None:
    code = """
from sphinxext.llmpipeline import parse
(node,) = parse("a: x\\n   :note:" + 60_000 * "\\n      y").nodes
print(len(node.note.text))
"""
    assert output_of(code) == "119999\n"
