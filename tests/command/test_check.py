"""``llmpipeline check``."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from textwrap import indent

import pytest

from sphinxext.llmpipeline.command import main

RST = """\
Title
=====

.. llmpipeline::
   :caption: One

   a -> b
   model c: C

Text::

   .. llmpipeline::

      nothing -> 1

.. note::

   .. llmpipeline:: bodies/flow.txt

   .. llmpipeline:: bodies/none.txt
"""
MD = "# Title\n\n:::{note}\n```{llmpipeline}\n:name: x\n\nmodel a\na => b\n```\n:::\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs" / "bodies").mkdir(parents=True)
    (tmp_path / "docs" / "a.rst").write_text(RST)
    (tmp_path / "docs" / "b.md").write_text(MD)
    (tmp_path / "docs" / "bodies" / "flow.txt").write_text("# why\na ->\n")
    (tmp_path / "docs" / "_build").mkdir()
    (tmp_path / "docs" / "_build" / "c.rst").write_text(RST)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["check", *arguments])
    captured = capsys.readouterr()
    assert captured.err == ""
    return status, captured.out


def test_errors_stand_at_their_lines_of_the_documents(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "docs") == (
        1,
        "docs/a.rst:7:4: error: unknown node 'a'; declare it on a line of its own, as in 'a: Label' "
        "[llmpipeline.reference]\n    a -> b\n    ^\n"
        "docs/a.rst:7:9: error: unknown node 'b'; declare it on a line of its own, as in 'b: Label' "
        "[llmpipeline.reference]\n    a -> b\n         ^\n"
        "docs/bodies/flow.txt:2:3: error: expected an id after '->' [llmpipeline.syntax]\n    a ->\n      ^~\n"
        "docs/a.rst:20:1: error: cannot read 'docs/bodies/none.txt': No such file or directory [llmpipeline.syntax]\n"
        "docs/b.md:8:6: error: unknown node 'b'; declare it on a line of its own, as in 'b: Label' "
        "[llmpipeline.reference]\n    a => b\n         ^\n",
    )


def test_problems_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.txt").write_text('a: "A"\na -> b\nb')
    status, out = run(capsys, "x.txt", "--json")
    (found,) = json.loads(out)
    assert (status, found["severity"], found["code"]) == (0, "warning", "syntax")
    assert {name: found[name] for name in ("file", "line", "column", "end_column")} == {
        "file": "x.txt", "line": 1, "column": 4, "end_column": 7,
    }  # fmt: skip
    assert found["marked"] == '    a: "A"\n       ^~~'
    assert run(capsys, "x.txt", "--json", "-W")[0] == 1
    Path("y.txt").write_text("a -> b")
    assert run(capsys, "y.txt", "--json") == (0, "[]\n")


def test_standard_input_and_files_that_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a - b"))
    status, out = run(capsys, "-")
    assert (status, out.split("\n")[0]) == (
        1,
        "-:1:3: error: unknown arrow '-'; did you mean '->'? [llmpipeline.syntax]",
    )
    assert run(capsys, "none.rst") == (
        1,
        "none.rst: error: cannot read this file: No such file or directory [llmpipeline.syntax]\n",
    )


def test_kinds_categories_and_plots_of_the_project_are_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "gpu a: A\n   :category: open\nb: B\n   :plot: attention layer=3\n   :category: closed\n"
    Path("docs/a.rst").write_text(f".. llmpipeline::\n\n{indent(text, '   ')}")
    Path("docs/b.md").unlink()
    Path("docs/conf.py").write_text(
        'import os\nllmpipeline_style = {"nodes": {"gpu": {"fill": "#fff"}}}\nos.remove("docs/a.rst")\n'
        'llmpipeline_categories: dict = {"open": "Open"}\n'
        'llmpipeline_plots = {"attention": "x:y"}\nhtml_theme = str()\n'
    )
    status, out = run(capsys, "docs")
    assert (status, out.split("\n")[0]) == (
        1,
        "docs/a.rst:7:18: error: unknown category 'closed'; declare it, as in 'category closed: Label' "
        "[llmpipeline.reference]",
    )


def test_a_conf_py_that_is_no_python_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("docs/conf.py").write_text("llmpipeline_style = {")
    Path("docs/x.txt").write_text("gpu a: A")
    assert run(capsys, "docs/x.txt")[1].startswith("docs/x.txt:1:1: error: unknown kind 'gpu'")


def test_data_of_plots_are_read_beside_the_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("docs/data").mkdir()
    Path("docs/data/loss.csv").write_text("step,loss\n1,3\n2,2\n")
    Path("docs/x.txt").write_text("a: A\n   :plot: line data/loss.csv x=step y=loss\n")
    assert run(capsys, "docs/x.txt") == (0, "")
    Path("docs/conf.py").write_text("")
    Path("docs/bodies/flow.txt").write_text("a: A\n   :plot: line data/loss.csv x=step y=loss\n")
    assert run(capsys, "docs/bodies/flow.txt") == (0, "")


def test_files_of_other_languages_are_converted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.rst").write_text("T\n=\n\n.. llmpipeline:: flow.mmd\n")
    Path("flow.mmd").write_text("graph LR\n  a --> b\n")
    assert run(capsys, "a.rst") == (0, "")
    Path("flow.mmd").write_text("graph LR\n  a --> [oops\n")
    assert run(capsys, "a.rst", "flow.mmd") == (
        1,
        "flow.mmd:2:1: error: expected the id of a node, not '[oops' [llmpipeline.syntax]\n",
    )


def test_lines_of_documents_with_other_line_ends(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.rst").write_bytes(b"T\r\n=\r\n\r\n.. llmpipeline::\r\n\r\n   a ->\r\n")
    Path("x.txt").write_bytes(b"a\rb\ra ->")
    assert run(capsys, "a.rst")[1].startswith("a.rst:6:6: error: expected an id after '->'")
    assert run(capsys, "x.txt")[1].startswith("x.txt:3:3: error: expected an id after '->'")
