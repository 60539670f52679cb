"""Statements that add to the declarations of an object or override them."""

from __future__ import annotations

from random import Random
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import parse, unparse
from sphinxext.llmpipeline.sources.merging import Hidden, Statements
from tools.fuzz import graph

OBJECT = """\
model agent: Agent
tool tools: Tools
   :note: search
   :tooltip: all
group writer: Writer
   writer.draft: Draft
   writer.critique: Critique
io end: End

agent ..> tools: call
tools --> agent
   :step: 1
writer -> end
"""


def merged(statements: str, text: str = OBJECT) -> str:
    found = Statements(dedent(statements).split("\n")).merge(text)
    return "".join(f"{line.text}\n" for line in found)


@pytest.mark.parametrize(
    ("statements", "before", "after"),
    [
        ("agent: Planner", "model agent: Agent\n", "model agent: Planner\n"),
        ("human agent", "model agent: Agent\n", "human agent: Agent\n"),
        ("human agent: Planner", "model agent: Agent\n", "human agent: Planner\n"),
        ("agent\n  :category: ours", "Agent\n", "Agent\n   :category: ours\n"),
        ("tools\n  :note: web", "   :note: search\n   :tooltip: all\n", "   :tooltip: all\n   :note: web\n"),
        ("tools: a\n  b\n  :note: web", "Tools\n   :note: search\n", "a\n   b\n"),
        ("group writer: Ghost", "Writer", "Ghost"),
        ("group writer:", "group writer: Writer", "group writer:"),
        ("stack writer", "group writer: Writer", "stack writer: Writer"),
        ("writer.draft: First", "Draft", "First"),
        ("agent->tools", "agent ..> tools: call", "agent->tools: call"),
        ("agent => tools: asks", "agent ..> tools: call", "agent => tools: asks"),
        ("tools -> agent\n  :note: back", "--> agent\n   :step: 1\n", "-> agent\n   :step: 1\n   :note: back\n"),
    ],
)
def test_statements_about_what_the_object_has(statements: str, before: str, after: str) -> None:
    found, expected = merged(statements), OBJECT.replace("\n\n", "\n").replace(before, after)
    if ":note: web" in statements:
        expected = expected.replace("   b\n   :tooltip: all\n", "   b\n   :tooltip: all\n   :note: web\n")
    assert found == expected


@pytest.mark.parametrize(
    "statements",
    [
        "user: A user",
        "category ours: Our team",
        "user -> agent -> tools",
        "agent, tools -> end",
        "align agent, tools",
        "note of agent: The boss",
        "row words: A | B",
        "group agent: Agents\n   other",  # of another role, which the parser reports
    ],
)
def test_other_statements_are_added(statements: str) -> None:
    assert merged(statements) == OBJECT.replace("\n\n", "\n") + f"{statements}\n"


def test_groups_take_nodes_and_lose_them() -> None:
    statements = """\
    group writer
       data text: Text
       agent: Planner
       writer.draft -> text
    group last: The last
       end
          :note: done
       writer.critique
    """
    assert (
        merged(statements)
        == """\
tool tools: Tools
   :note: search
   :tooltip: all
group writer: Writer
   writer.draft: Draft
   data text: Text
   model agent: Planner
   writer.draft -> text
agent ..> tools: call
tools --> agent
   :step: 1
writer -> end
group last: The last
   io end: End
      :note: done
   writer.critique: Critique
"""
    )


def test_groups_without_nodes_are_left_out() -> None:
    text = "group outer: Outer\n   group inner: Inner\n      a\nb\n"
    assert merged("group new\n  a", text) == "b\ngroup new\n   a\n"
    assert merged("group inner\n  group outer", text) == text  # which cannot be


def test_a_second_statement_is_left_to_the_parser() -> None:
    assert merged("agent: One\nagent: Two").endswith("writer -> end\nagent: Two\n")


def test_lines_say_where_they_come_from() -> None:
    found = Statements(["# why", "", "agent", "  :note: x", "b: B"]).merge("agent: Agent\nend\n")
    assert found == [("agent: Agent", 2), ("   :note: x", 3), ("end", None), ("b: B", 4)]


def test_what_is_hidden_and_what_cannot_be() -> None:
    lines = """\
    agent
       :hide: yes
    group writer
       :hide: no
       writer.draft
          :hide:
    agent -> tools: call
       :hide: Yes
    agent -> tools -> agent
       :hide: yes
    end
       :hide: perhaps
    """
    statements = Statements(dedent(lines).split("\n"))
    assert statements.hidden == [Hidden(("agent",), 0), Hidden(("writer.draft",), 4), Hidden(("agent", "tools"), 6)]
    assert statements.doubts == [
        ("field 'hide': expected a node, a group or an edge from one node to one other above it", 9),
        ("field 'hide': expected yes or no", 11),
    ]
    assert [line.text for line in statements.merge("")] == ["group writer", "agent -> tools -> agent", "end"]


@pytest.mark.parametrize("seed", range(40))
def test_no_statements_change_nothing(seed: int) -> None:
    text = unparse(parse(graph(Random(seed))), declare_all=True)
    assert parse("\n".join(line.text for line in Statements([]).merge(text))) == parse(text.replace("\n\n", "\n"))
