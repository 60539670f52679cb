"""``llmpipeline convert``."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from sphinxext.llmpipeline.command import main

PAGE = "Text.\n\n```mermaid\ngraph LR\n  a --o b\n```\n"
CONVERTED = "Text.\n\n```{llmpipeline}\na\nb\na -- b\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["convert", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_diagram_is_printed_with_remarks(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.mmd").write_text("---\ntitle: All\n---\ngraph BT\n  a --o b")
    assert run(capsys, "a.mmd") == (
        0,
        "a\nb\na -- b\n",
        "a.mmd:5: the circle at the end of '--o' is left out: an arrow has a head or none\n"
        "a.mmd: write the option ':caption: All' under the first line of the directive\n"
        "a.mmd: write the option ':direction: BT' under the first line of the directive\n",
    )


def test_a_graph_and_stdin(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.gv").write_text('digraph { a [label="<x>"] }')
    assert run(capsys, "a.gv", "--markup", "myst") == (0, "node a: \\<x>\n", "")
    monkeypatch.setattr(sys, "stdin", io.StringIO("graph LR\n a --> b"))
    assert run(capsys, "-") == (0, "a\nb\na -> b\n", "")
    monkeypatch.setattr(sys, "stdin", io.StringIO("digraph { a -> b }"))
    assert run(capsys, "-", "--from", "dot") == (0, "a\nb\na -> b\n", "")


def test_documents_change_only_where_that_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = Path("docs/a.md")
    page.parent.mkdir()
    page.write_text(PAGE)
    remark = "docs/a.md:5: the circle at the end of '--o' is left out: an arrow has a head or none\n"
    status, out, err = run(capsys, "docs")
    assert (status, out) == (0, "")
    assert err == f"{remark}1 of 1 diagrams can be converted; --write does it, --diff shows it\n"
    status, out, err = run(capsys, "docs", "--diff")
    assert out == (
        "--- docs/a.md\n+++ docs/a.md\n@@ -1,6 +1,7 @@\n Text.\n \n-```mermaid\n-graph LR\n-  a --o b\n"
        "+```{llmpipeline}\n+a\n+b\n+a -- b\n ```\n"
    )
    assert page.read_text() == PAGE
    assert run(capsys, "docs", "--write") == (0, "", f"{remark}1 of 1 diagrams converted\n")
    assert page.read_text() == CONVERTED
    assert run(capsys, "docs", "--write") == (0, "", "0 of 0 diagrams converted\n")


def test_what_is_built_or_hidden_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("_build/a.md", ".venv/a.md", "docs/a.txt"):
        Path(name).parent.mkdir()
        Path(name).write_text(PAGE)
    assert run(capsys, ".", "--write") == (0, "", "")


def test_bodies_are_found_from_the_document_or_the_source_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("docs/images/a.dot", "docs/part/b.mmd"):
        Path(name).parent.mkdir(parents=True)
    Path("docs/conf.py").write_text("")
    Path("docs/images/a.dot").write_text("digraph { a -> b }")
    Path("docs/part/b.mmd").write_text("graph LR\n a --> b")
    page = Path("docs/part/a.rst")
    page.write_text(".. graphviz:: /images/a.dot\n\n.. mermaid:: b.mmd\n")
    assert run(capsys, "docs/part/a.rst", "--write") == (0, "", "2 of 2 diagrams converted\n")
    assert page.read_text() == ".. llmpipeline:: /images/a.txt\n\n.. llmpipeline:: b.txt\n"
    assert Path("docs/images/a.txt").read_text() == Path("docs/part/b.txt").read_text() == "a\nb\na -> b\n"


def test_other_diagrams_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.md").write_text("```mermaid\npie\n```\n")
    assert run(capsys, "a.md") == (
        0,
        "",
        "a.md:2: left as it is: a 'pie' is not converted: expected a flowchart, which begins with 'flowchart' or "
        "'graph'\n0 of 1 diagrams can be converted; --write does it, --diff shows it\n",
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.mmd", b"graph LR\n a -->", "a.mmd:2: error: expected the id of a node"),
        ("no.mmd", None, "no.mmd: error: cannot read this file: No such file or directory"),
        ("a.mmd", b"\xff", "a.mmd: error: cannot read this file: it is not in UTF-8"),
        ("a.txt", b"", "a.txt: error: expected a diagram (.mmd, .dot), a document (.rst, .md), or the option --from"),
    ],
)
def test_errors(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    assert run(capsys, name) == (1, "", f"{message}\n")


def test_the_package_runs(folder: Path) -> None:
    command = [sys.executable, "-m", "sphinxext.llmpipeline", "convert", "-"]
    done = subprocess.run(command, input="graph LR; a --> b", capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("a\nb\na -> b\n", "")
