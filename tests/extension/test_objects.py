"""Objects that documents name: what conf.py allows, and what importing finds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sphinxext.llmpipeline.extension.objects import NamedObjectError, mocked, named_object, read_sources

MODULE = """\
import os
import sys
from functools import partial
from os import getcwd
import nowhere

class Holder:
    value = 3
    @staticmethod
    def build(): return "built"
    def method(self): return "bound"

holder = Holder()
_private = 4
def make(*args, size=2, **fields): return "made"
def needs(x): return x
def fails(): raise RuntimeError("no key")
made_of_mocks = nowhere.Graph()
class Ours(nowhere.Graph): pass
ours = Ours()
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A package with a module that cannot be imported without mocks."""
    folder = tmp_path / "namedapp"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "graph.py").write_text(MODULE, encoding="utf-8")
    (folder / "quits.py").write_text("raise SystemExit('bye')\n", encoding="utf-8")
    (folder / "__main__.py").write_text("raise AssertionError\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "namedapp"
    for name in [name for name in sys.modules if name.partition(".")[0] == "namedapp"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("holder.value", 3),
        ("make", "made"),
        ("Holder.build", "built"),
        ("holder.method", "bound"),
    ],
)
@pytest.mark.parametrize("by_module", [True, False])
def test_objects_and_what_functions_return(package: str, path: str, value: object, by_module: bool) -> None:
    target = f"namedapp.graph:{path}"
    with mocked(["nowhere"]):
        assert named_object(target, [package if by_module else target]) == value


def test_an_entry_for_one_object_allows_whatever_it_is(package: str) -> None:
    with mocked(["nowhere"]):
        for path in ("_private", "getcwd", "os.getcwd"):
            assert named_object(f"namedapp.graph:{path}", [f"namedapp.graph:{path}"])


@pytest.mark.parametrize(
    ("target", "subtype", "message"),
    [
        ("namedapp.graph", "syntax", "'namedapp.graph' names no object: expected 'module:attribute'"),
        ("namedapp.graph:a b", "syntax", "'namedapp.graph:a b' names no object: expected 'module:attribute'"),
        ("os:getcwd", "config", "'os:getcwd' is not allowed: add 'os:getcwd' to llmpipeline_sources in conf.py"),
        (
            "namedapps.graph:a",
            "config",
            "'namedapps.graph:a' is not allowed: add 'namedapps.graph:a' to llmpipeline_sources in conf.py",
        ),
        (
            "namedapp.graph:_private",
            "config",
            "'namedapp.graph:_private' is private: add 'namedapp.graph:_private' to llmpipeline_sources in conf.py",
        ),
        (
            "namedapp.__main__:main",
            "config",
            "'namedapp.__main__:main' is private: add 'namedapp.__main__:main' to llmpipeline_sources in conf.py",
        ),
        (
            "namedapp.graph:holder.__class__.__base__.__subclasses__",
            "config",
            "'namedapp.graph:holder.__class__.__base__.__subclasses__' is private: add "
            "'namedapp.graph:holder.__class__.__base__.__subclasses__' to llmpipeline_sources in conf.py",
        ),
        (
            "namedapp.graph:os.getcwd",
            "config",
            "'namedapp.graph:os.getcwd' leads into another module; name the module before the colon",
        ),
        (
            "namedapp.graph:getcwd",
            "config",
            f"'namedapp.graph:getcwd' is a function of '{__import__('os').getcwd.__module__}': add "
            "'namedapp.graph:getcwd' to llmpipeline_sources in conf.py",
        ),
        (
            "namedapp.graph:needs",
            "reference",
            "'namedapp.graph:needs' is a function that needs arguments: missing a required argument: 'x'; name one "
            "that needs none",
        ),
        (
            "namedapp.graph:nothing",
            "reference",
            "cannot find 'namedapp.graph:nothing': AttributeError: module 'namedapp.graph' has no attribute 'nothing'",
        ),
        (
            "namedapp.none:x",
            "reference",
            "cannot import 'namedapp.none': ModuleNotFoundError: No module named 'namedapp.none'",
        ),
        ("namedapp.quits:x", "reference", "cannot import 'namedapp.quits': SystemExit: bye"),
        *(
            (
                f"namedapp.graph:{name}",
                "reference",
                f"'namedapp.graph:{name}' is an object of a mocked import, so there is nothing to draw; see "
                "autodoc_mock_imports",
            )
            for name in ("made_of_mocks", "ours")
        ),
    ],
)
def test_what_cannot_be_named(package: str, target: str, subtype: str, message: str) -> None:
    with mocked(["nowhere"]), pytest.raises(NamedObjectError) as caught:
        named_object(target, [package])
    assert (caught.value.subtype, str(caught.value)) == (subtype, message)


def test_errors_of_the_project_are_its_own(package: str) -> None:
    with mocked(["nowhere"]), pytest.raises(RuntimeError, match=r"^no key$"):
        named_object("namedapp.graph:fails", [package])


def test_reading_of_the_setting() -> None:
    assert read_sources(("a", "a.b:c.d")) == (["a", "a.b:c.d"], [])
    assert read_sources("a") == ([], ["expected a list of modules and 'module:attribute', got 'a'"])
    assert read_sources(["a:", 3, "a b"]) == (
        [],
        [f"expected 'module' or 'module:attribute', got {entry}" for entry in ("'a:'", "3", "'a b'")],
    )
