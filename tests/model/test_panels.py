"""Panels: their parts as pipelines, and their letters."""

from __future__ import annotations

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Run, lettered, split

WHOLE = parse(
    """
panel p: Encoder
   :direction: TB
   model a
   a -> g
   group g: Inner
      model b
      group h: Innermost
         model c
   b => c: label
   align a, c
panel q: Decoder
   model d
   d -> d
   d -> k
   group k: Inner
      model e
   align d, e
""",
    direction="RL",
)


def test_a_diagram_without_panels_has_none() -> None:
    assert split(parse("group g: G\n  a -> b")) == ()


def test_each_panel_is_a_diagram_of_its_own() -> None:
    (first, encoder), (second, decoder) = split(WHOLE)
    assert (first, second) == (WHOLE.groups[0], WHOLE.groups[3])
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
