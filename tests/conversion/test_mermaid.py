"""Forms of Mermaid."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import ConversionError, convert, parse
from tests.processes import output_of


def lines(body: str) -> list[str]:
    text = convert(f"graph LR\n{body}", "mermaid").text
    parse(text)
    return text.splitlines()


def remarks(body: str) -> list[str]:
    return [str(remark) for remark in convert(f"graph LR\n{body}", "mermaid").remarks]


@pytest.mark.parametrize(
    ("arrow", "edge"),
    [
        ("-->", "a -> b"),
        ("---->", "a -> b"),
        ("---", "a -- b"),
        ("-.->", "a ..> b"),
        ("-..->", "a ..> b"),
        ("==>", "a => b"),
        ("<-->", "a <-> b"),
        ("<--", "b -> a"),
        ("→", "a -> b"),
        ("-->|x|", "a -> b: x"),
        ('-->|"x | y"|', "a -> b: x | y"),
        ("--> |x|", "a -> b: x"),
        ("-- x y -->", "a -> b: x y"),
        ("-- x ---", "a -- b: x"),
        ("-. x .->", "a ..> b: x"),
        ("== x ==>", "a => b: x"),
        ('-- "x --> y" -->', "a -> b: x --> y"),
        ("<-- x -->", "a <-> b: x"),
        ("-->|<b>x</b><br/>y|", r"a -> b: **x**\ny"),
        ("e1@-->", "a -> b"),
    ],
)
def test_links(arrow: str, edge: str) -> None:
    assert lines(f"a {arrow} b") == ["a", "b", edge]
    assert remarks(f"a {arrow} b") == []


@pytest.mark.parametrize(
    ("arrow", "edge", "remark"),
    [
        ("--o", "a -- b", "line 2: the circle at the end of '--o' is left out: an arrow has a head or none"),
        ("x--x", "a -- b", "line 2: the cross at the end of 'x--x' is left out: an arrow has a head or none"),
        ("-.-", "a -- b", "line 2: the dotted line of '-.-' is left out: '--' is a plain line"),
        ("<==>", "a <-> b", "line 2: the thick line of '<==>' is left out: '<->' is a plain line"),
    ],
)
def test_links_that_lose_something(arrow: str, edge: str, remark: str) -> None:
    assert lines(f"a {arrow} b")[-1] == edge
    assert remarks(f"a {arrow} b") == [remark]


def edges(body: str) -> list[str]:
    return [line for line in lines(body) if " -" in line or " ." in line or " =" in line]


def test_links_need_no_spaces() -> None:
    assert edges("a-->b-.->c---d") == ["a -> b", "b ..> c", "c -- d"]
    assert lines("a-b==>c.d") == ["a-b", "c.d", "a-b => c.d"]


def test_lists_chains_and_separators() -> None:
    assert edges("a & b --> c & d; d --> e\n  --> f") == ["a, b -> c, d", "d -> e -> f"]


@pytest.mark.parametrize(
    ("node", "line"),
    [
        ("a[One]", "node a: One"),
        ("a(One)", "node a: One"),
        ("a([One])", "io a: One"),
        ("a[[One]]", "process a: One"),
        ("a[(One)]", "store a: One"),
        ("a((One))", "node a: One"),
        ("a((+))", "op a: +"),
        ("a(((One)))", "io a: One"),
        ("a{One}", "decision a: One"),
        ("a{{One}}", "node a: One"),
        ("a[/One/]", "io a: One"),
        ("a[\\One\\]", "io a: One"),
        ("a[/One\\]", "io a: One"),
        ("a>One]", "node a: One"),
        ("a [One]", "node a: One"),
        ("a[/etc/hosts]", "node a: /etc/hosts"),
        ('a["One (1) [2]"]', "node a: One (1) [2]"),
        ('a["One\ntwo"]', r"node a: One\ntwo"),
        ("a@{ shape: cyl, label: \"One\" }", "store a: One"),
        ("a@{ shape: diam }", "decision a"),
        ("a[One]@{ shape: doc }", "data a: One"),
        ('a["`**One**`"]', "node a: **One**"),
        ("a[Train the model]", "train a: Train the model"),
        ("reward1[One]", "reward reward1: One"),
        ('"my node"', "node my_node: my node"),
    ],
)  # fmt: skip
def test_shapes(node: str, line: str) -> None:
    assert lines(node) == [line]


@pytest.mark.parametrize(
    ("statement", "group"),
    [
        ("subgraph one", "group one"),
        ("subgraph one [First]", "group one: First"),
        ('subgraph one["First part"]', "group one: First part"),
        ("subgraph First part", "group first-part: First part"),
        ('subgraph "First part"', "group first-part: First part"),
        ("subgraph", "group part:"),
        ('subgraph one [" "]', "group one:"),
        ('subgraph one ["<b>First</b>"]', "group one: First"),
    ],
)
def test_subgraphs(statement: str, group: str) -> None:
    assert lines(f"{statement}\n a\nend") == [group, "   a"]


def test_a_node_stands_in_the_subgraph_that_names_it_first() -> None:
    body = "x --> a\nsubgraph one\n a --> b\nend\nsubgraph two\n b --> c\n subgraph three\n c\n end\nend"
    assert lines(body) == [
        "x",
        "x -> a",
        "group one",
        "   a",
        "   b",
        "   a -> b",
        "group two",
        "   b -> c",
        "   group three",
        "      c",
    ]


def test_comments_and_paragraphs_are_kept_but_not_those_about_the_look() -> None:
    body = "%% first\na --> b\n\n\n%% second\nb --> c\n%% colours\nstyle a stroke-width:2px"
    assert lines(body) == ["# first", "a", "b", "a -> b", "", "# second", "c", "b -> c"]
    assert remarks(body) == ["line 9: the style of 'a' is left out: it has no colour of its own"]


def test_words_of_statements_may_be_ids() -> None:
    assert edges("style --> class\nend1 --> click") == ["style -> class", "end1 -> click"]


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ("a\nlinkStyle 0 stroke:red", "line 3: 'linkStyle' is left out: the arrow picks the line"),
        ("a:::nosuch", "line 2: the class 'nosuch' is left out: it has no colour here"),
        ("a:::b\nclassDef b stroke-width:2px", "line 3: the class 'b' is left out: it has no colour"),
        ("a\nclassDef default fill:#eee", "line 3: the class 'default' is left out: the look is a style"),
        ("a --> b\nstyle a,b fill:#f00", "line 3: the colour #f00 of most nodes is left out: the look is a style"),
        ("a e1@--> b\ne1@{ animate: true }", "line 3: the look of the link 'e1' is left out: the arrow picks it"),
        ("a\nend", "line 3: 'end' without a subgraph is left out"),
        ("a[ ]", "line 2: the node 'a' has no text: its id is shown"),
    ],
)
def test_what_is_lost_is_a_remark(body: str, remark: str) -> None:
    assert remarks(body) == [remark]


def test_subgraphs_nest_as_deep_as_groups() -> None:
    assert len(lines("".join(f"subgraph g{n}\n" for n in range(20)) + "a\n" + "end\n" * 20)) == 21
    with pytest.raises(ConversionError) as caught:
        lines("".join(f"subgraph g{n}\n" for n in range(21)) + "a\n" + "end\n" * 21)
    assert str(caught.value) == "line 22: subgraphs nest at most 20 deep: move this one outwards"


def test_the_last_class_with_a_colour_counts() -> None:
    found = lines("a & b --> c\nclassDef x fill:#f00\nclassDef y, z fill:rgb(0,0,1), stroke:#f00\nclass a,b x,y")
    assert found[0] == "category y: Y"


@pytest.mark.parametrize(
    ("before", "part", "after"),
    [
        ("classDef a ", "_", ""),
        ("classDef a ", "a:(", ""),
        ("a -->|", " ", ""),
        ("", "a.-", "b"),
        ("", "a<--b\n", ""),
        ("a", "x--x", ""),
        ("", "a<--b", ""),
        ("", "a[/x]\n", ""),
        ("", "a((x)\n", ""),
        ("", "%%{ x\n", ""),
        ("", "accDescr { x\n", ""),
        ("", "subgraph [x\nend\n", ""),
        ("a", "\n", "b"),
    ],
)
def test_long_texts_are_read_once(before: str, part: str, after: str) -> None:
    code = f"""
from sphinxext.llmpipeline import ConversionError
from sphinxext.llmpipeline.conversion.mermaid import read_mermaid
part = {part!r}
try:
    read_mermaid("graph LR" + chr(10) + {before!r} + (100_000 // len(part)) * part + {after!r})
except ConversionError:
    pass
print("read")
"""
    assert output_of(code) == "read\n"
