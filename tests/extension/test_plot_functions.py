"""Functions of the project that draw plots, in real builds."""

from __future__ import annotations

import os
import re

import pytest

from sphinxext.llmpipeline.extension.plot_functions import read_plots
from tests.conftest import Project

MODULE = """\
def attention(axes, layer=1):
    axes.plot([0, layer], [0, 1])
    axes.set_title(f"layer {layer}")

def failing(axes):
    raise ValueError("no weights")

def sleeping(axes):
    import time
    time.sleep(60)
"""
CONF = """
import sys
sys.path.insert(0, {folder!r})
llmpipeline_plots = {{name: f"{module}:{{name}}" for name in ("attention", "failing", "sleeping")}}
"""


def project_with(project: Project, field: str, module: str, conf: str = "") -> Project:
    """A page with a plot of a function, the module of which has a name of its own."""
    body = f"   node a: A\n   process head: Head\n      :plot: {field}\n   a -> head\n"
    folder = str(project.source)
    files = {"index.rst": f"\n.. llmpipeline::\n\n{body}", f"{module}.py": MODULE}
    return project.write(files, CONF.format(folder=folder, module=module) + conf)


def test_page_has_the_plot_and_its_words(project: Project) -> None:
    page = project_with(project, "attention layer=3", "figures_one").build("html", "-W").read("index.html")
    assert ">layer 3</text>" in page
    assert "Head shows attention layer 3." in page


def test_page_changes_with_the_function(project: Project) -> None:
    project_with(project, "attention", "figures_two")
    before = project.run("html", "-W").read("index.html")
    assert project.run("html", "-W").read("index.html") == before
    path = project.source / "figures_two.py"
    path.write_text(MODULE.replace('f"layer', 'f"changed layer'), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert ">changed layer 1</text>" in project.run("html", "-W").read("index.html")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("failing", "the plot 'failing' failed: ValueError: no weights"),
        ("sleeping", "the plot 'sleeping' took longer than 0.5 seconds"),
    ],
)
def test_failure_is_a_warning_at_the_node_and_comes_again(project: Project, field: str, message: str) -> None:
    project_with(project, field, "figures_three", "llmpipeline_timeout = 0.5\n")
    for _ in range(2):
        build = project.build("html")
        assert (build.status, build.warnings) == (0, f"index.rst:5: WARNING: {message} [llmpipeline.draw]\n")
        assert f"{field}" in build.read("index.html")


def test_document_can_name_only_what_is_registered(project: Project) -> None:
    build = project_with(project, "os:system", "figures_four").build("html")
    assert build.warnings.startswith(
        "index.rst:6:14: WARNING: unknown kind of plot 'os:system'; expected one of: bars, "
    )


def test_settings_that_are_wrong(project: Project) -> None:
    conf = 'llmpipeline_plots = {"bars": "a:b", "two words": "a:b", "curve": "figures.curve", "good": "a.b:c"}'
    build = project.write({"index.rst": "T\n=\n"}, conf).build("html")
    assert re.sub(r"WARNING: ", "", build.warnings) == (
        "llmpipeline_plots: 'bars' is a kind of plot; choose another name [llmpipeline.config]\n"
        "llmpipeline_plots: 'two words' cannot name a plot: expected a word of letters, digits, '_' and '-' "
        "[llmpipeline.config]\n"
        "llmpipeline_plots: 'curve': expected 'module:callable', got 'figures.curve' [llmpipeline.config]\n"
    )


def test_reading_of_the_setting() -> None:
    assert read_plots({"a": "b:c", "d": 3}) == ({"a": "b:c"}, ["'d': expected 'module:callable', got 3"])
    assert read_plots(["a"]) == ({}, ["expected a dict of names and 'module:callable', got ['a']"])
