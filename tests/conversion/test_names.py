"""Ids of this language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.conversion.names import Names, valid
from tests.processes import output_of


@given(st.text(min_size=1, max_size=20))
def test_every_text_has_a_valid_id(text: str) -> None:
    name = valid(text)
    assert [node.id for node in parse(f"node {name}: x\n{name} -> {name}").nodes] == [name]


def test_ids_are_unique() -> None:
    names = Names()
    names.reserve("a.1")
    assert [names.add("a/b"), names.add("a_b"), names.add("a.1"), names.fresh("A b")] == [
        "a_b",
        "a_b-2",
        "a.1-2",
        "a-b",
    ]
    assert names["a_b"] == "a_b-2"


def test_a_meaning_makes_a_short_id() -> None:
    assert Names().add("group 3", "Reward functions (RL) " + "and more " * 9) == "reward-functions-rl-and-more-and-more"


def test_many_ids_of_one_name() -> None:
    code = """
from sphinxext.llmpipeline.conversion.names import Names
names = Names()
print([names.add("!") for number in range(30_000)][-1])
"""
    assert output_of(code) == "n-30000\n"
