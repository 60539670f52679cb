"""``llmpipeline render``."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from sphinxext.llmpipeline import parse, render
from sphinxext.llmpipeline.command import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["render", *arguments]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize(("name", "start"), [("o.svg", b"<svg"), ("o.PDF", b"%PDF"), ("o.png", b"\x89PNG")])
def test_the_ending_says_the_format(name: str, start: bytes, folder: Path) -> None:
    Path("a.txt").write_text("a -> b")
    assert main(["render", "a.txt", "-o", name]) == 0
    assert Path(name).read_bytes().startswith(start)


def test_style_direction_and_width(folder: Path) -> None:
    text = "a: A long label\na -> b -> c -> d\nb\nc\nd"
    Path("a.txt").write_text(text)
    assert main(["render", "a.txt", "-o", "a.svg", "--style", "print", "--direction", "RL", "--width", "300"]) == 0
    assert Path("a.svg").read_bytes() == render(parse(text, direction="RL"), "print", width=300.0)


def test_standard_input_and_output(
    folder: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a -> b"))
    assert main(["render", "-", "-o", "-", "--format", "svg"]) == 0
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == render(parse("a -> b", direction="auto"))


def test_other_languages(folder: Path) -> None:
    Path("a.mmd").write_text("graph LR\n a --> b")
    Path("b.dot").write_text("digraph { a -> b }")
    for name in ("a.mmd", "b.dot"):
        assert main(["render", name, "-o", "o.svg"]) == 0
        assert Path("o.svg").read_bytes() == render(parse("a\nb\na -> b", direction="auto"))


def test_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.txt").write_text("a ->")
    Path("b.txt").write_text("a -> b")
    assert fails(capsys, "a.txt", "-o", "o.jpg") == (
        "o.jpg: error: expected a name that ends in .svg, .pdf or .png, or the option --format\n"
    )
    assert fails(capsys, "a.txt", "-o", "o.svg") == (
        "a.txt: error: line 1: expected an id after '->'\n    a ->\n      ^~\n"
    )
    assert fails(capsys, "none.txt", "-o", "o.svg") == (
        "none.txt: error: cannot read this file: No such file or directory\n"
    )
    assert fails(capsys, "b.txt", "-o", "none/o.svg") == (
        "none/o.svg: error: cannot write this file: No such file or directory\n"
    )
    assert fails(capsys, "b.txt", "-o", "o.svg", "--style", "moderm") == (
        "b.txt: error: unknown style 'moderm'; did you mean 'modern'?\n"
    )
