"""Labels of other languages."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.conversion.labels import LabelReader, mermaid_entities, one_line
from sphinxext.llmpipeline.conversion.source import Span, Text
from tests.processes import output_of


def read(text: str) -> tuple[Text, list[str]]:
    remarks: list[str] = []
    return LabelReader(remarks.append).mermaid(text), remarks


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one<br/>two<BR>three", [["one"], ["two"], ["three"]]),
        ("one\\ntwo\nthree", [["one"], ["two"], ["three"]]),
        ("a<br/><br/>b<br/>", [["a"], ["b"]]),
        ("<b>a</b> b", [[("a", "strong"), " b"]]),
        ("<b>a<br/>b</b>", [[("a", "strong")], [("b", "strong")]]),
        ("<b><i>a</i></b>", [[("a", "strong")]]),
        ("x<sub>2</sub>", [["x", ("2", "sub")]]),
        ("<ul><li>a</li><li>b</li></ul>", [["- a"], ["- b"]]),
        ("<div>a</div><div>b</div>", [["a"], ["b"]]),
        ("<unknown> & </unknown>", [["<unknown> & </unknown>"]]),
        ("&lt;b&gt; #quot;x#quot; #35;1", [['<b> "x" #1']]),
        ("a   b", [["a b"]]),
        ("`**bold** and _it_\nnext`", [[("bold", "strong"), " and ", ("it", "emphasis")], ["next"]]),
        ("**not bold**", [["**not bold**"]]),
        ("", []),
        (" <br/> ", []),
        ("✅ done", [["✅ done"]]),
    ],
)
def test_labels(text: str, lines: list[list[str | tuple[str, str]]]) -> None:
    expected = tuple(tuple(Span(*([part] if isinstance(part, str) else part)) for part in line) for line in lines)  # type: ignore[arg-type]  # styles
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "shown", "remark"),
    [
        ("fa:fa-car Car", "Car", "the icon 'fa:fa-car' is left out: icons of fonts are not drawn"),
        ("<u>a</u>", "a", "the tag <u> is left out: a label has the inline markup of the document"),
    ],
)
def test_what_is_lost_is_reported(text: str, shown: str, remark: str) -> None:
    assert read(text) == (one_line(shown), [remark])


def test_unknown_entities_stay() -> None:
    assert mermaid_entities("a #b c; #nosuch; #1") == "a #b c; #nosuch; #1"


def test_many_open_tags() -> None:
    code = """
from sphinxext.llmpipeline.conversion.labels import LabelReader
text = 30_000 * "<b>" + "x" + 30_000 * "</i>"
print(LabelReader(print).mermaid(text))
"""
    assert output_of(code) == "((Span(text='x', style='strong'),),)\n"
