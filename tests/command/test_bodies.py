"""Bodies of diagrams are found with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline.command.bodies import File, Unreadable, files


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
        ("a.rst", "T\r\n\r\n.. llmpipeline::\r\n\r\n   a\r\n", [("a", 5, "   ")]),
    ],
)
def test_bodies(name: str, text: str, expected: list[tuple[str, int, str]]) -> None:
    found = File.of(Path(name), text)
    assert [(body.text, body.line, body.prefix) for body in found.bodies] == expected


def test_files_that_documents_name(tmp_path: Path) -> None:
    text = "T\n\n.. llmpipeline:: bodies/x.txt\n   :name: y\n"
    assert File.of(tmp_path / "a.rst", text).named == ((tmp_path / "bodies" / "x.txt", 3),)
    assert File.of(tmp_path / "a.txt", text).named == ()


def test_files_and_documents_of_folders_each_once_with_the_files_that_they_name(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("```{llmpipeline} a.txt\n```\n```{llmpipeline} none.txt\n```\n")
    (tmp_path / "c.md").write_text("")
    (tmp_path / "a.txt").write_text("")
    found = [*files([str(tmp_path), str(tmp_path / "a.txt"), "x.txt"])]
    assert [one.path for one in found] == [
        *(tmp_path / name for name in ("b.md", "a.txt", "none.txt", "c.md")), Path("x.txt"),
    ]  # fmt: skip
    missing = "cannot read this file: No such file or directory"
    assert found[2] == Unreadable(tmp_path / "none.txt", missing, tmp_path / "b.md", 3)
    assert found[4] == Unreadable(Path("x.txt"), missing)


def test_other_languages() -> None:
    languages = [File.of(Path(name), "").bodies[0].language for name in ("a.mmd", "a.DOT", "a.txt")]
    assert languages == ["mermaid", "dot", None]
