"""Bodies of diagrams are found with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline.command.bodies import bodies_of, files_in, named_bodies


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "a -> b\n", [("a -> b\n", 1, "")]),
        ("a.rst", "T\n\n.. llmpipeline::\n   :name: x\n\n   a\n     b\n", [("a\n  b", 6, "   ")]),
        ("a.rst", ".. note::\n\n   .. llmpipeline::\n\n      a\n", [("a", 5, "      ")]),
        ("a.rst", ".. llmpipeline:: x.txt\n\n.. code-block:: rst\n\n   .. llmpipeline::\n\n      a\n", []),
        ("a.md", "> ```{llmpipeline}\n> a\n> ```\n", [("a", 2, "> ")]),
        ("a.md", "```{eval-rst}\n.. llmpipeline::\n\n   a\n```\n", [("a", 4, "   ")]),
        ("a.md", "```mermaid\ngraph LR\n```\n", []),
    ],
)
def test_bodies(name: str, text: str, expected: list[tuple[str, int, str]]) -> None:
    found = bodies_of(Path(name), text)
    assert [(body.text, body.line, body.prefix) for body in found] == expected


def test_files_that_documents_name(tmp_path: Path) -> None:
    text = "T\n\n.. llmpipeline:: bodies/x.txt\n   :name: y\n"
    assert [*named_bodies(tmp_path / "a.rst", text)] == [(tmp_path / "bodies" / "x.txt", 3)]
    assert [*named_bodies(tmp_path / "a.txt", text)] == []


def test_files_and_documents_of_folders(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("")
    (tmp_path / "a.txt").write_text("")
    assert [*files_in([str(tmp_path), "x.txt"])] == [tmp_path / "b.md", Path("x.txt")]
