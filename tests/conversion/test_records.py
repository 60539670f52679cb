"""Record labels of DOT."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.conversion.records import leaves, parse_record, rows_of


def rows(label: str, *, across: bool = True) -> list[list[str]] | None:
    found = rows_of(parse_record(label), across=across)
    return None if found is None else [[field.text for field in row] for row in found]


@pytest.mark.parametrize(
    ("label", "table"),
    [
        ("a|b|c", [["a", "b", "c"]]),
        ("{a|b}", [["a"], ["b"]]),
        ("{{a|b}}", [["a", "b"]]),
        ("{a|b}|{c|d}", [["a", "c"], ["b", "d"]]),
        ("{{a|b}|{c|d}}", [["a", "b"], ["c", "d"]]),
        ("<f0> a|<f1>", [["a", ""]]),
        (r"a\|b|\{c\}|d\ne", [["a|b", "{c}", r"d\ne"]]),
        ("{a|{b|c}}", None),
        ("{a|b}|{c}", None),
    ],
)
def test_tables(label: str, table: list[list[str]] | None) -> None:
    assert rows(label) == table


def test_a_diagram_from_left_to_right_turns_records() -> None:
    assert rows("a|b", across=False) == [["a"], ["b"]]


def test_ports() -> None:
    assert [field.port for field in leaves(parse_record("<f0> a|{<f1>b|c}"))] == ["f0", "f1", ""]


@pytest.mark.parametrize("label", ["{a", "a}", "<a", "a>", "{a|b}}", "{" * 60 + "a" + "}" * 60])
def test_brackets_must_match(label: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_record(label)
