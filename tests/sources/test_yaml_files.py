"""YAML files are read as mappings, with the line of a mistake."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from sphinxext.llmpipeline.sources.yaml_files import load_mapping, read_text, texts


def test_a_mapping() -> None:
    assert load_mapping("a: 1\nb: [x, y]\n", "f.yaml") == {"a": 1, "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "'f.yaml', line 10 is no YAML: expected ',' or ']'"),
        ("- a", "'f.yaml' has no keys: expected a mapping in YAML"),
        ("a: !!python/object/apply:os.getcwd []", "'f.yaml', line 10 is no YAML: could not determine a constructor"),
    ],
)
def test_anything_else(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        load_mapping(text, "f.yaml", 10)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ImportError, match=re.escape("pip install sphinxext-llmpipeline[sources]")):
        load_mapping("a: 1", "f.yaml")


def test_texts_of_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx")
    (tmp_path / "b").write_bytes(b"\xff")
    assert read_text(tmp_path / "a") == "x"
    with pytest.raises(ValueError, match=r"is not text in UTF-8$"):
        read_text(tmp_path / "b")
    with pytest.raises(TypeError, match=r"^expected the path of a file, got int$"):
        read_text(1)  # type: ignore[arg-type]  # as users do


def test_one_text_or_a_list() -> None:
    assert (texts(None), texts("a"), texts(["a", 1, {}]), texts({"a": 1})) == ([], ["a"], ["a", "1"], [])
