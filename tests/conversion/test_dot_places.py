"""Lines of DOT."""

from __future__ import annotations

from sphinxext.llmpipeline.conversion.dot_places import Places
from tests.processes import output_of


def test_lines_of_nodes_and_edges() -> None:
    places = Places('digraph {\n b -> a\n "a b":p -> "c\\"d" -> b\n a -> b\n}')
    assert [places.line(name) for name in ("a", "b", "a b", 'c"d', "x")] == [2, 2, 3, 3, 0]
    assert [places.edge(*ends) for ends in (("a", "b"), ("a b", 'c"d'), ('c"d', "b"), ("a", "x"))] == [4, 3, 3, 2]


def test_long_lines_are_read_once() -> None:
    code = r"""
from sphinxext.llmpipeline.conversion.dot_places import Places
for line in ("a" * 400_000, '"' + 200_000 * r'\"', "a" + 200_000 * ":a", "a -> " + 200_000 * " "):
    print(Places(f"{line}\nb -> c\n").edge("b", "c"))
"""
    assert output_of(code) == "2\n2\n2\n2\n"


def test_words_of_an_unclosed_string() -> None:
    places = Places('a -> "b c\nd" -> e:p:n -> f')
    assert [places.line(name) for name in "abcdef"] == [1, 1, 1, 2, 2, 2]
    assert places.edge("e", "f") == 2
