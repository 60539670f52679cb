"""Lines of DOT."""

from __future__ import annotations

from sphinxext.llmpipeline.conversion.dot_places import Places


def test_lines_of_nodes_and_edges() -> None:
    places = Places('digraph {\n b -> a\n "a b":p -> "c\\"d" -> b\n a -> b\n}')
    assert [places.line(name) for name in ("a", "b", "a b", 'c"d', "x")] == [2, 2, 3, 3, 0]
    assert [places.edge(*ends) for ends in (("a", "b"), ("a b", 'c"d'), ('c"d', "b"), ("a", "x"))] == [4, 3, 3, 2]
