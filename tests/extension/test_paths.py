"""Files that a build keeps for the next one: their folders and names, and notes of failures."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.llmpipeline.cache.store import Entry
from sphinxext.llmpipeline.extension.paths import (
    NEEDS,
    cache_folder,
    failed_documents,
    forget,
    note_failure,
    page_key,
    pages_cache,
)

if TYPE_CHECKING:
    from conftest import Project


class App:
    """As much of an application as paths depend on."""

    def __init__(self, folder: Path) -> None:
        self.doctreedir = folder
        self.builder = SimpleNamespace(name="html")
        self.env = SimpleNamespace(found_docs={"index", "a/b", "ä/ü"})


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return App(tmp_path)


def test_the_cache_lies_beside_the_doctrees(app: Any, tmp_path: Path) -> None:
    assert cache_folder(app) == tmp_path / ".llmpipeline"
    assert pages_cache(app).folder.is_relative_to(cache_folder(app))


def test_every_document_has_a_file_name_of_its_own_that_any_file_system_takes(app: Any) -> None:
    names = [page_key(name) for name in ("index", "a/b", "a_b", "ä/ü", "x" * 300)]
    assert len(set(names)) == 5
    assert all(name.isascii() and "/" not in name and len(name) < 60 for name in names)


def test_failures_are_noted_until_they_are_forgotten(app: Any) -> None:
    assert failed_documents(app) == []
    for name in ("index", "a/b", "ä/ü"):
        note_failure(app, name)
    assert sorted(failed_documents(app)) == ["a/b", "index", "ä/ü"]
    forget(app, "a/b", needs=False)
    assert sorted(failed_documents(app)) == ["index", "ä/ü"]


def test_a_document_that_is_gone_is_not_read_again(app: Any) -> None:
    note_failure(app, "gone")
    assert failed_documents(app) == []


def test_a_foreign_note_names_no_document(app: Any) -> None:
    note_failure(app, "a/b")
    (cache_folder(app) / "reread" / "html" / "index.txt").write_text("index")
    assert failed_documents(app) == ["a/b"]


@pytest.mark.parametrize("state", ["file", "folder"])
def test_a_note_does_not_depend_on_its_content(app: Any, state: str) -> None:
    note_failure(app, "index")
    (note,) = (cache_folder(app) / "reread" / "html").iterdir()
    if state == "file":
        note.write_bytes(b"\xff\xfe")
    else:
        note.unlink()
        note.mkdir()
    assert failed_documents(app) == ["index"]
    forget(app, "index", needs=True)


def test_builders_do_not_use_up_the_notes_of_each_other(app: Any) -> None:
    note_failure(app, "index")
    app.builder = SimpleNamespace(name="latex")
    assert failed_documents(app) == []
    forget(app, "index", needs=False)
    app.builder = SimpleNamespace(name="html")
    assert failed_documents(app) == ["index"]


@pytest.mark.parametrize("needs", [True, False])
def test_the_needs_of_a_page_go_only_if_it_shows_no_diagram(app: Any, needs: bool) -> None:
    cache = pages_cache(app)
    cache.store(page_key("index"), NEEDS, Entry(b"{}"))
    forget(app, "index", needs=needs)
    assert cache.has(page_key("index"), NEEDS) is not needs


PAGES = {
    "index.rst": "Title\n=====\n\n.. toctree::\n\n   one\n   two\n\n.. llmpipeline::\n\n   a -> b\n",
    "one.rst": "One\n===\n\n.. llmpipeline::\n\n   c -> d\n\n.. llmpipeline::\n\n   e -> f\n",
    "two.rst": "Two\n===\n\n.. include:: part.txt\n",
    "three.rst": ":orphan:\n\nThree\n=====\n\n.. include:: part.txt\n",
    "part.txt": ".. llmpipeline::\n\n   g -> h\n",
}
FAILING = """
llmpipeline_engine = "dot"
llmpipeline_dot = "./missing"
latex_documents = [(name, f"{name}.tex", "Title", "Author", "manual") for name in ("index", "one", "three")]
epub_copyright = version = "1"
exclude_patterns = ["part.txt"]
"""
PLACES = ["index.rst:9", "one.rst:4", "one.rst:8", "part.txt:1"]


@pytest.mark.parametrize(
    "builder", [["html"], ["html", "-j", "2"], ["singlehtml"], ["epub"], ["latex"], ["texinfo"]], ids=" ".join
)
def test_a_warning_comes_once_in_each_build(project: Project, builder: list[str]) -> None:
    """Sphinx resolves documents several times for an EPUB, and for LaTeX once for each file that holds them."""
    project.write(PAGES, FAILING)
    reason = (
        "cannot run './missing' (No such file or directory); set llmpipeline_dot to Graphviz's dot, or "
        "llmpipeline_engine to 'graphviz-pure'"
    )
    expected = sorted(f"{place}: WARNING: {reason} [llmpipeline.layout]" for place in PLACES)
    for _ in range(2):
        warnings = project.build(*builder).warnings.splitlines()
        assert sorted(line for line in warnings if "[llmpipeline." in line) == expected


def test_a_warning_comes_in_the_build_of_each_builder(project: Project) -> None:
    """All builders share one folder of doctrees."""
    project.write(PAGES, FAILING)
    for builder in ("html", "epub", "latex"):
        warnings = project.build(builder).warnings
        assert [warnings.count(f"{place}: WARNING: cannot run") for place in PLACES] == [1, 1, 1, 1]
