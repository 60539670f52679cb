"""The directive ``llmpipeline-from`` in real builds."""

from __future__ import annotations

import os
import re

import pytest

from tests.conftest import Project

GRAPH = """\
import networkx as nx

graph = nx.DiGraph()
graph.add_node("corpus", label="Raw *corpus*")
graph.add_node("base", label="Base model")
graph.add_edge("corpus", "base", label="pre-training")

def fails():
    raise RuntimeError("no key\\nset KEY")
"""


def project_with(project: Project, module: str, directive: str, conf: str = "", **files: str) -> Project:
    """A page with one directive, and a module with a name of its own, because Python keeps modules."""
    settings = f"import sys\nsys.path.insert(0, {str(project.source)!r})\nllmpipeline_sources = [{module!r}]\n"
    page = f"Title\n=====\n\n.. {directive}\n"
    return project.write({"index.rst": page, f"{module}.py": GRAPH, **files}, settings + conf)


BODY = """llmpipeline-from:: networkx ours_merged:graph
   :caption: The run
   :name: run
   :direction: TB

   category ours: Our team

   base: **Base** of :math:`n`
      :category: ours
   chat
   base => chat: SFT"""


def test_object_with_options_and_statements(project: Project) -> None:
    page = project_with(project, "ours_merged", BODY).build("html", "-W").read("index.html")
    assert "Raw *corpus* is a data" not in page
    assert ">Raw *corpus*</text>" in page
    assert re.search(
        r'class="llmpipeline-node llmpipeline-kind-model llmpipeline-category-ours[^>]*data-id="base"', page
    )
    assert 'data-source="base" data-target="chat"' in page
    assert "The run" in page
    assert 'id="run"' in page


def test_markdown(project: Project) -> None:
    project_with(project, "ours_markdown", "")
    page = "# Title\n\n```{llmpipeline-from} networkx ours_markdown:graph\n\nbase: **Base**\nbse:\n  :hide: yes\n```\n"
    (project.source / "index.rst").unlink()
    conf = (project.source / "conf.py").read_text()
    project.write({"index.md": page, "conf.py": f"{conf}extensions += ['myst_parser']\n"})
    build = project.build("html")
    assert build.warnings == (
        "index.md:6: WARNING: there is no node or group 'bse' that could be hidden; did you mean 'base'? "
        "[llmpipeline.reference]\n"
    )
    assert ">Raw *corpus*</text>" in build.read("index.html")


def test_nodes_and_edges_can_be_hidden(project: Project) -> None:
    directive = "llmpipeline-from:: networkx ours_hidden:graph\n\n   base\n      :hide: yes\n"
    page = project_with(project, "ours_hidden", directive).build("html", "-W").read("index.html")
    assert 'data-id="corpus"' in page
    assert 'data-id="base"' not in page


def test_page_changes_with_the_module(project: Project) -> None:
    project_with(project, "ours_changed", "llmpipeline-from:: networkx ours_changed:graph")
    before = project.run("html", "-W").read("index.html")
    assert project.run("html", "-W").read("index.html") == before
    path = project.source / "ours_changed.py"
    path.write_text(GRAPH.replace("Base model", "Chat model"), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert ">Chat model</text>" in project.run("html", "-W").read("index.html")


@pytest.mark.parametrize(
    ("argument", "message", "subtype"),
    [
        (
            "networkx ours_wrong:fails",
            "'networkx ours_wrong:fails' cannot be drawn: RuntimeError: no key set KEY",
            "draw",
        ),
        (
            "kedro ours_wrong:graph",
            "'kedro ours_wrong:graph' cannot be drawn: TypeError: from_kedro: expected a pipeline of kedro, got "
            "networkx.classes.digraph.DiGraph",
            "draw",
        ),
        (
            "networkx os:getcwd",
            "'os:getcwd' is not allowed: add 'os:getcwd' to llmpipeline_sources in conf.py",
            "config",
        ),
        ("netwrkx ours_wrong:graph", "unknown source 'netwrkx'; did you mean 'networkx'?", "reference"),
        (
            "networkx",
            "expected one object after 'networkx', such as 'langgraph ourapp.graph:app', and a blank line before the "
            "first statement",
            "syntax",
        ),
        (
            "networkx 'a",
            "expected a source and an object, such as 'langgraph ourapp.graph:app': No closing quotation",
            "syntax",
        ),
        ("dvc", "expected a file after 'dvc', and a blank line before the first statement", "syntax"),
        ("dvc none.yaml", "cannot read 'none.yaml': No such file or directory", "syntax"),
        (
            "dvc index.rst",
            "'dvc index.rst' cannot be drawn: ValueError: 'index.rst', line 4 is no YAML: mapping values are not "
            "allowed here",
            "draw",
        ),
    ],
)
def test_failure_is_a_warning_and_comes_again(project: Project, argument: str, message: str, subtype: str) -> None:
    project_with(project, "ours_wrong", f"llmpipeline-from:: {argument}")
    for _ in range(2):
        build = project.build("html")
        assert (build.status, build.warnings) == (0, f"index.rst:4: WARNING: {message} [llmpipeline.{subtype}]\n")
        assert "This diagram could not be drawn" in build.read("index.html")


def test_errors_of_statements_stand_at_their_lines(project: Project) -> None:
    directive = (
        "llmpipeline-from:: networkx ours_errors:graph\n\n   base: Base\n   base -> chta\n   chat\n   base: Twice\n"
        "   corpus -> base\n      :hide: never\n   model corpus\n      :hide: yes\n   base -> base\n      :hide:\n"
    )
    build = project_with(project, "ours_errors", directive).build("html")
    assert build.warnings == (
        "index.rst:14: WARNING: there is no edge from 'base' to 'base' that could be hidden [llmpipeline.reference]\n"
        "index.rst:11: WARNING: field 'hide': expected yes or no [llmpipeline.syntax]\n"
        "index.rst:7:12: WARNING: unknown node 'chta'; did you mean 'chat'?\n"
        "    base -> chta\n"
        "            ^~~~ [llmpipeline.reference]\n"
        "index.rst:9:4: WARNING: id 'base' is declared twice: line 6 declares a node of that name; choose another id\n"
        "    base: Twice\n"
        "    ^~~~ [llmpipeline.syntax]\n"
        "index.rst:10:4: WARNING: unknown node 'corpus'; declare it on a line of its own, as in 'corpus: Label'\n"
        "    corpus -> base\n"
        "    ^~~~~~ [llmpipeline.reference]\n"
    )


def test_everything_hidden(project: Project) -> None:
    directive = "llmpipeline-from:: networkx ours_empty:graph\n\n   base\n      :hide:\n   corpus\n      :hide:\n"
    build = project_with(project, "ours_empty", directive).build("html")
    expected = "nothing is left of the object: ':hide:' hides all its nodes"
    assert build.warnings == f"index.rst:4: WARNING: {expected} [llmpipeline.syntax]\n"


STAGES = "stages:\n  train:\n    outs: [model.pt]\n"


def test_files_are_read_and_the_page_depends_on_them(project: Project) -> None:
    project_with(project, "ours_files", "llmpipeline-from:: dvc sub/dvc.yaml", **{"sub/dvc.yaml": STAGES})
    assert ">model.pt</text>" in project.build("html", "-W").read("index.html")
    path = project.source / "sub" / "dvc.yaml"
    path.write_text(STAGES.replace("model", "other"), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert ">other.pt</text>" in project.build("html", "-W").read("index.html")


def test_several_cards(project: Project) -> None:
    cards = {"a.md": "---\nbase_model: Base\n---\n", "b c.md": "---\nbase_model: a\n---\n"}
    directive = 'llmpipeline-from:: model_card a.md "b c.md"'
    conf = "exclude_patterns = ['*.md']\n"
    page = project_with(project, "ours_cards", directive, conf, **cards).build("html", "-W").read("index.html")
    assert 'data-source="a" data-target="b_c"' in page


def test_files_obey_docutils(project: Project) -> None:
    project_with(project, "ours_forbidden", "llmpipeline-from:: dvc dvc.yaml", **{"dvc.yaml": STAGES})
    (project.source / "docutils.conf").write_text("[general]\nfile_insertion_enabled: no\n", encoding="utf-8")
    assert project.build("html").warnings == (
        "index.rst:4: WARNING: the file 'dvc.yaml' is not read, because docutils' setting 'file_insertion_enabled' is "
        "off [llmpipeline.syntax]\n"
    )


def test_mocked_imports(project: Project) -> None:
    conf = "extensions += ['sphinx.ext.autodoc']\nautodoc_mock_imports = ['unheard_of']\n"
    module = "import unheard_of\n\ngraph = unheard_of.Graph()\n"
    directive = "llmpipeline-from:: networkx ours_mocked:graph"
    build = project_with(project, "ours_mocked", directive, conf, **{"ours_mocked.py": module}).build("html")
    assert build.warnings == (
        "index.rst:4: WARNING: 'ours_mocked:graph' is an object of a mocked import, so there is nothing to draw; see "
        "autodoc_mock_imports [llmpipeline.reference]\n"
    )


def test_wrong_settings(project: Project) -> None:
    build = project.write({"index.rst": "T\n=\n"}, "llmpipeline_sources = ['ours', 'our graph']\n").build("html")
    assert build.warnings == (
        "WARNING: llmpipeline_sources: expected 'module' or 'module:attribute', got 'our graph' [llmpipeline.config]\n"
    )


def test_a_substitution(project: Project) -> None:
    directive = "|run| llmpipeline-from:: networkx ours_inline:graph\n\nSee |run|."
    page = project_with(project, "ours_inline", directive).build("html", "-W").read("index.html")
    assert 'data-id="corpus"' in page


TABLE = "from sphinxext.llmpipeline import parse\n\ndef table(_):\n    return parse('row words: The | cat\\nnext')\n"


def test_cells_cannot_be_hidden_alone(project: Project) -> None:
    """The source is one of another package."""
    folder = project.source / "ours_tables-1.dist-info"
    directive = "llmpipeline-from:: ours_tables ours_cells:graph\n\n   words.2\n      :hide: yes\n"
    points = "[sphinxext_llmpipeline.sources]\nours_tables = ours_tables:table\n"
    files = {
        "ours_tables.py": TABLE,
        f"{folder.name}/METADATA": "Metadata-Version: 2.1\nName: ours-tables\nVersion: 1\n",
        f"{folder.name}/entry_points.txt": points,
    }
    build = project_with(project, "ours_cells", directive, **files).build("html")
    assert build.warnings == (
        "index.rst:6: WARNING: the cell 'words.2' cannot be hidden alone; hide 'words', which holds it "
        "[llmpipeline.reference]\n"
    )
    assert 'data-id="words.2"' in build.read("index.html")
