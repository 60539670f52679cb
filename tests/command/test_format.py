"""``llmpipeline format``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from sphinxext.llmpipeline.command import main
from sphinxext.llmpipeline.command.bodies import File
from sphinxext.llmpipeline.command.format import formatted

RST = """\
.. note::

   .. llmpipeline::
      :caption: One

      group  g: G
        # why
        a

      a->b:  x


      b
   Text.

.. llmpipeline:: flow.txt
.. llmpipeline:: none.txt
"""
FORMATTED = (
    RST.replace("group  g", "group g")
    .replace("        # why\n        a", "         # why\n         a")
    .replace("a->b:  x\n\n\n", "a -> b: x\n\n")
)
MD = "- item\n\n  ```{llmpipeline}\n  :name: x\n\n  a->b\n  ```\n\n> ```{llmpipeline}\n> a   -> b\n> ```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["format", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "a->b", "a -> b\n"),
        ("a.rst", RST, FORMATTED),
        ("a.rst", RST.replace("\n", "\r\n"), FORMATTED.replace("\n", "\r\n")),
        ("a.md", MD, MD.replace("a->b", "a -> b").replace("a   -> b", "a -> b")),
        ("a.rst", "Text.\n", "Text.\n"),
    ],
)
def test_bodies_keep_their_place(name: str, text: str, expected: str) -> None:
    for given in (text, expected):
        assert formatted(File.of(Path(name), given)) == expected


def test_files_are_rewritten_with_those_that_they_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.rst").write_text(RST)
    Path("flow.txt").write_text("a->b\n")
    assert run(capsys, ".", "--check") == (1, "a.rst: would change\nflow.txt: would change\n", "")
    status, out, _ = run(capsys, "flow.txt", "--diff")
    assert (status, out) == (0, "--- flow.txt\n+++ flow.txt\n@@ -1 +1 @@\n-a->b\n+a -> b\n")
    assert Path("flow.txt").read_text() == "a->b\n"
    assert run(capsys, ".") == (0, "a.rst: formatted\nflow.txt: formatted\n", "")
    assert (Path("a.rst").read_text(), Path("flow.txt").read_text()) == (FORMATTED, "a -> b\n")
    assert run(capsys, ".", "--check") == (0, "", "")


def test_standard_input_and_files_that_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a->b"))
    assert run(capsys, "-") == (0, "a -> b\n", "")
    Path("x.txt").write_bytes(b"\xff")
    assert run(capsys, "x.txt") == (1, "", "x.txt: error: cannot read this file: it is not in UTF-8\n")


def test_files_of_other_languages_stay_as_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.rst").write_text("T\n=\n\n.. llmpipeline:: flow.mmd\n")
    text = "graph LR\n     a-->b\n\n\n     b-->c"
    Path("flow.mmd").write_text(text)
    assert run(capsys, ".", "flow.mmd") == (0, "", "")
    assert Path("flow.mmd").read_text() == text
