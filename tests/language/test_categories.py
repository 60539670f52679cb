"""Statements and fields of categories."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import PipelineError, parse
from sphinxext.llmpipeline.model.pipeline import Category, Label

TEXT = """\
category rl: Training
   team
category gym
group g: G
   :category: gym
   node a
      :category: rl
node b
a -> b
   :category: gym
"""


def test_categories_of_all_parts() -> None:
    pipeline = parse(TEXT)
    assert pipeline.categories == (Category("rl", Label.plain("Training\nteam")), Category("gym", Label.plain("gym")))
    assert [category.line for category in pipeline.categories] == [1, 3]
    assert [item.category for item in pipeline.items()] == ["gym", "rl", None, "gym"]


def test_categories_of_the_project_need_no_declaration() -> None:
    pipeline = parse("node a\n   :category: rl", categories=["rl"])
    assert (pipeline.nodes[0].category, pipeline.categories) == ("rl", ())


def test_a_category_may_have_the_id_of_a_node() -> None:
    pipeline = parse("category rl: A team\nnode rl: A node\n   :category: rl")
    assert pipeline.nodes[0].label.text == "A node"


def test_the_word_is_still_an_id() -> None:
    assert [node.id for node in parse("category -> b").nodes] == ["category", "b"]
    assert parse("category: A label").nodes[0].label.text == "A label"


def test_categories_stand_beside_panels() -> None:
    pipeline = parse("category c: C\npanel p: P\n   node a\n      :category: c\npanel q: Q\n   node b")
    assert (len(pipeline.categories), len(pipeline.letters)) == (1, 2)


ERRORS = {
    "unknown": (
        "category rl: RL\nnode a\n   :category: rx",
        """\
line 3: unknown category 'rx'; declare it, as in 'category rx: Label'
    :category: rx
               ^~""",
    ),
    "unknown-near": (
        "category training: Training\nnode a\n   :category: trainning",
        """\
line 3: unknown category 'trainning'; did you mean 'training'?
    :category: trainning
               ^~~~~~~~~""",
    ),
    "twice": (
        "category a: A\nnode x\ncategory a: B",
        """\
line 3: category 'a' is declared twice, first on line 1; keep one
    category a: B
             ^""",
    ),
    "two-words": (
        "category a b: A\nnode x",
        """\
line 1: expected one id after 'category', as in 'category trained: Trained'
    category a b: A
    ^~~~~~~~~~~~""",
    ),
    "not-an-id": (
        "category 1st: A\nnode x",
        """\
line 1: '1st' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    category 1st: A
             ^~~""",
    ),
    "fields": (
        "category a: A\n   :link: https://example.org\nnode x",
        """\
line 2: a category takes no fields, only a label
    :link: https://example.org
    ^~~~~~""",
    ),
    "in-a-group": (
        "group g: G\n   category a: A\n   node x",
        """\
line 2: a category stands at the top level: indent it less
    category a: A
    ^~~~~~~~""",
    ),
    "of-two": (
        "category a: A\ncategory b: B\nnode x\n   :category: a, b",
        """\
line 4: expected the id of one category, not 'a, b'
    :category: a, b
               ^~~~""",
    ),
    "of-a-panel": (
        "category a: A\npanel p: P\n   :category: a\n   node x",
        """\
line 3: a panel has no field 'category'; expected one of: link, tooltip, note, class, direction
    :category: a
    ^~~~~~~~~~""",
    ),
    "misspelled": (
        "categroy a: A\nnode x",
        """\
line 1: unknown kind 'categroy'; did you mean 'category'?
    categroy a: A
    ^~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert str(raised.value) == message


def test_a_category_with_an_error_is_not_reported_as_unknown() -> None:
    with pytest.raises(PipelineError) as raised:
        parse("category rl x: RL\nnode a\n   :category: rl")
    assert [diagnostic.line for diagnostic in raised.value.diagnostics] == [1]
