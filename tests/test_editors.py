"""The grammar for editors is made of the tables of the language, and matches what the language reads."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from sphinxext.llmpipeline.language import ARROWS
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from tools.editor_grammar import FILE, text

GRAMMAR: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_file_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text()


def scopes(line: str) -> list[tuple[str, str]]:
    """Scopes and texts of a line, by the first rule that matches at each place."""
    found: list[tuple[str, str]] = []
    rules, at = GRAMMAR["patterns"], 0
    while at < len(line):
        for rule in _flat(rules):
            match = re.compile(rule.get("match") or rule["begin"]).match(line, at)
            if not match or ("match" in rule and match.end() == at):
                continue
            captures = rule.get("captures") or rule.get("beginCaptures") or {}
            found += [(scope["name"], match.group(int(number))) for number, scope in captures.items()]
            if "name" in rule:
                found.append((rule["name"], match.group()))
            at = match.end()
            rules = rule.get("patterns", rules)
            break
        else:
            at += 1
    return [(scope.removesuffix(".llmpipeline"), piece) for scope, piece in found]


def _flat(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        inner
        for rule in rules
        for inner in (
            _flat(GRAMMAR["repository"][rule["include"].removeprefix("#")]["patterns"]) if "include" in rule else [rule]
        )
    ]


@pytest.mark.parametrize("arrow", ARROWS)
def test_arrows(arrow: str) -> None:
    assert scopes(f"a {arrow} b") == [
        ("variable.other.node", "a"),
        ("keyword.operator.arrow", arrow),
        ("variable.other.node", "b"),
    ]


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_kinds(kind: str) -> None:
    assert scopes(f"   {kind} a-1: Base **model**") == [
        ("storage.type.kind", kind),
        ("variable.other.node", "a-1"),
        ("punctuation.separator", ": "),
        ("string.unquoted.label", "Base "),
        ("markup.bold", "**model**"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  # a -> b", [("comment.line.number-sign", "  # a -> b")]),
        ("group rl: RL", [("keyword.control", "group"), ("variable.other.node", "rl")]),
        ("   :note: see :doc:`x`", [("entity.other.attribute-name", ":note:")]),
        ("model: Model", [("variable.other.node", "model")]),
        (
            "a -> ..., b",
            [("variable.other.node", "a"), ("keyword.operator.arrow", "->"), ("punctuation.separator", "...")],
        ),
    ],
)
def test_beginnings_of_lines(line: str, expected: list[tuple[str, str]]) -> None:
    assert scopes(line)[: len(expected)] == expected
