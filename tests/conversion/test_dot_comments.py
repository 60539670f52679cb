"""Comments of DOT."""

from __future__ import annotations

from textwrap import dedent

from sphinxext.llmpipeline import convert
from sphinxext.llmpipeline.conversion.dot_comments import find_comments
from tests.processes import output_of


def test_comments_stand_before_what_they_are_about() -> None:
    found = convert(
        dedent("""
        /* A graph
         * of two lines */
        # hash
        digraph {
            // the look
            node [shape=box];
            // the first
            "a b" [label="// none"];
            // the cluster
            subgraph cluster_c {
                c; // beside c
            }
            /* the edge */ "a b" -> c;
            c -> d // beside the edge
        }
        """),
        "dot",
    )
    assert (
        found.text
        == dedent("""
        # A graph
        # of two lines
        # hash

        # the first
        a_b: // none
        # the cluster
        group cluster_c:
           # beside c
           c
        d
        # the edge
        a_b -> c
        # beside the edge
        c -> d
        """).lstrip()
    )
    assert [str(remark) for remark in found.remarks] == [
        "line 6: the comment 'the look' is left out: it stands before nothing that is kept"
    ]


def test_the_name_of_a_comment() -> None:
    found = find_comments('digraph {\n /* 1 */ // 2\n "a\\"" -> b }', ['a"', "b"], [], lambda _line, _text: None)
    assert found.by_anchor == {('a"', "b"): ["1", "2"]}


def test_comments_that_follow_each_other_have_one_statement() -> None:
    text = "digraph {\n// one\n  # two\n/* three */ /**/\n\n} // four\n;a -> b; c /* five */ /* six */ /* seven"
    found = find_comments(text, dict.fromkeys("abc"), [], lambda _line, _text: None)
    assert found.by_anchor == {("a", "b"): ["one", "two", "three", "four", "five", "six"]}


def test_many_comments_are_read_once() -> None:
    code = r"""
from sphinxext.llmpipeline.conversion.dot_comments import find_comments
for comment in ("// x\n", "/* x */ ", "/*"):
    found = find_comments("digraph {\n" + 30_000 * comment + "\na }", {"a": 1}, {}, print)
    print({anchor: len(lines) for anchor, lines in found.by_anchor.items()})
"""
    assert output_of(code) == "{('a',): 30000}\n{('a',): 30000}\n{}\n"
