"""``llmpipeline_finish`` in real builds, and the pages in Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser, served
from tests.conftest import Project
from tests.drawings import of_class, read_all, texts
from tests.images import PNG
from tests.test_docs import DOCS

MODULE = """\
from matplotlib.text import Annotation

def finish(figure, boxes):
    if not boxes.name:
        return
    at = boxes.nodes["a"].center[0], boxes.nodes["a"].y1
    figure.add_artist(
        Annotation("added to " + boxes.name, at, (at[0], at[1] + 30), xycoords="figure points", ha="center",
                   color="C0", bbox={}, arrowprops={"arrowstyle": "->"})
    )
    axes = figure.add_axes((0.1, 0.1, 0.2, 0.2))
    axes.plot([0, 1], [0, 1], "o")

def failing(figure, boxes):
    raise ValueError("no weights")
"""
BODY = """
.. llmpipeline::
   :name: one
   :caption: One

   node a: :ref:`Top <top>`
      :tooltip: Tip
   model b: B
   a -> b: label

.. llmpipeline::
   :name: two

   a -> b

.. llmpipeline::

   c -> d
"""
TOP = ".. _top:\n\nTop\n===\n"


def project_with(project: Project, module: str, function: str = "finish", conf: str = "") -> Project:
    """A page with three diagrams, and a function in a module of its own."""
    files = {"index.rst": TOP + BODY, f"{module}.py": MODULE}
    settings = f"import sys\nsys.path.insert(0, {str(project.source)!r})\nllmpipeline_finish = '{module}:{function}'\n"
    return project.write(files, settings + conf)


def test_page_has_the_additions_and_all_that_a_drawing_promises(project: Project) -> None:
    page = project_with(project, "finish_one").build("html", "-nW").read("index.html")
    first, second, third = read_all(page)
    assert "added to one" in texts(first)
    assert "added to two" in texts(second)
    assert of_class(third, "llmpipeline-added") == []
    assert first.get("role") == "group"
    assert '<title class="nohighlight">Tip</title>' in page
    assert 'href="#top"' in page
    assert [one.get("data-id") for one in of_class(first, "llmpipeline-node")] == ["a", "b"]
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len({*ids})


def test_diagrams_that_the_function_leaves_alone_are_as_without_it(project: Project) -> None:
    page = project_with(project, "finish_two").build("html", "-W").read("index.html")
    plain = project.write({"index.rst": TOP + BODY}).build("html", "-W", out="plain").read("index.html")
    last, last_plain = (re.findall("<svg role.*?</svg>", shown, re.DOTALL)[2] for shown in (page, plain))
    assert re.sub(r"[\da-f]{10}", "", last) == re.sub(r"[\da-f]{10}", "", last_plain)


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "text", "texinfo", "singlehtml", "dirhtml", "gettext"])
def test_every_builder(project: Project, builder: str) -> None:
    conf = "man_pages = [('index', 'a', 'a', 'a', 1)]\nepub_copyright = version = 'x'\n"
    build = project_with(project, "finish_three", conf=conf).build(builder, "-nW")
    assert (build.status, build.warnings) == (0, "")


def test_two_processes_write_the_same_bytes(project: Project) -> None:
    project_with(project, "finish_four")
    for builder, name in (("html", "index.html"), ("epub", "Pipelines.epub")):
        conf = project.source / "conf.py"
        conf.write_text(conf.read_text(encoding="utf-8") + "\nepub_copyright = version = 'x'\n", encoding="utf-8")
        found = [
            project.run(
                builder, "-j", str(jobs), "-W", doctrees=project.root / f"{builder}{jobs}", out=f"{builder}{jobs}",
                SOURCE_DATE_EPOCH="1700000000",
            ).out
            for jobs in (1, 2)
        ]  # fmt: skip
        one, two = ({path.name: path.read_bytes() for path in out.rglob("*.svg")} for out in found)
        assert one == two
        if builder == "html":
            assert (found[0] / name).read_bytes() == (found[1] / name).read_bytes()


def test_page_changes_with_the_function(project: Project) -> None:
    project_with(project, "finish_five")
    before = project.run("html", "-W").read("index.html")
    assert project.run("html", "-W").read("index.html") == before
    path = project.source / "finish_five.py"
    path.write_text(MODULE.replace("added to", "changed at"), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert "changed at one" in project.run("html", "-W").read("index.html")


def test_failure_is_a_warning_at_each_diagram_which_is_shown_without_it(project: Project) -> None:
    project_with(project, "finish_six", "failing")
    reason = "llmpipeline_finish 'finish_six:failing' failed: ValueError: no weights; the diagram is shown without it"
    for _ in range(2):
        build = project.build("html")
        places = [line.partition(": WARNING: ") for line in build.warnings.splitlines()]
        assert [place for place, _, _ in places] == ["index.rst:6", "index.rst:15", "index.rst:20"]
        assert {text for _, _, text in places} == {f"{reason} [llmpipeline.draw]"}
        assert len(read_all(build.read("index.html"))) == 3
    path = project.source / "finish_six.py"
    path.write_text(MODULE.replace('raise ValueError("no weights")', "return"), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert project.run("html").warnings == ""


@pytest.mark.parametrize("given", ["'figures.finish'", "'a b:c'", "3"])
def test_setting_that_is_no_function(project: Project, given: str) -> None:
    build = project.write({"index.rst": "T\n=\n"}, f"llmpipeline_finish = {given}").build("html")
    shown = given.strip('"')
    assert f"llmpipeline_finish: expected 'module:callable', got {shown} [llmpipeline.config]\n" in build.warnings


def test_missing_module_is_a_warning_at_the_diagram(project: Project) -> None:
    project.write({"index.rst": "T\n=\n\n.. llmpipeline::\n\n   a -> b\n"}, "llmpipeline_finish = 'nosuch:finish'")
    reason = "llmpipeline_finish 'nosuch:finish' failed: ModuleNotFoundError: No module named 'nosuch'"
    expected = f"index.rst:4: WARNING: {reason}; the diagram is shown without it [llmpipeline.draw]\n"
    assert project.build("html").warnings == expected


def test_style_sheet_has_rules_for_additions_only_with_the_setting(project: Project) -> None:
    with_it = project_with(project, "finish_seven").build("html").read("_static/llmpipeline.css")
    without = project.write({"index.rst": TOP + BODY}).build("html", out="plain").read("_static/llmpipeline.css")
    assert ".llmpipeline-fill-edge-text" in with_it
    assert ".llmpipeline-fill-" not in without
    assert with_it.startswith(without)


def test_example_without_sphinx(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DOCS / "examples" / "finish_without_sphinx.py"], cwd=tmp_path, check=True)
    assert (tmp_path / "tuning.png").read_bytes().startswith(b"\x89PNG")


# In Chromium

LOOK = """
const added = document.querySelector(".llmpipeline-added");
const text = [...added.querySelectorAll("text")].find(one => one.textContent.startsWith("added"));
const tick = [...added.querySelectorAll("text")].find(one => one !== text);
const box = added.querySelector(".llmpipeline-fill-node-fill");
const marker = [...document.querySelectorAll(".llmpipeline-added use")].at(-1);
const svg = added.closest("svg").getBoundingClientRect();
const all = [...document.querySelectorAll(".llmpipeline-added text")].map(one => one.getBoundingClientRect());
return {
  text: getComputedStyle(text).fill, tick: getComputedStyle(tick).fill, box: getComputedStyle(box).fill,
  font: getComputedStyle(text).fontFamily, size: getComputedStyle(text).fontSize,
  wide: marker.getBoundingClientRect().width,
  inside: text.getBoundingClientRect().top >= svg.top - 1 && text.getBoundingClientRect().right <= svg.right + 1,
};
"""
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'"


@pytest.fixture
def looks(project: Project, browser: Browser) -> dict[str, Any]:
    """What a strict page shows in light and dark, and its violations."""
    build = project_with(project, "finish_eight", conf="html_theme = 'furo'").build("html", "-W")
    path = build.out / "index.html"
    page = path.read_text(encoding="utf-8")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    path.write_text(page.replace("<head>", f"<head>{policy}", 1), encoding="utf-8")
    found = {}
    with served(build.out) as address:
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            browser.open(f"{address}/index.html")
            browser.run(f"document.body.dataset.theme = '{scheme}'")
            found[scheme] = browser.run(LOOK)
        found["fonts"] = browser.fonts(".llmpipeline-added text")
    browser.prefer("light")
    return found


def test_additions_follow_light_and_dark_under_a_strict_policy(looks: dict[str, Any]) -> None:
    light, dark = looks["light"], looks["dark"]
    for part in ("text", "tick", "box"):
        assert light[part] != dark[part]
    assert sum(map(int, re.findall(r"\d+", light["box"]))) > 600
    assert sum(map(int, re.findall(r"\d+", dark["box"]))) < 200
    assert light["inside"]
    assert dark["inside"]
    assert light["size"] == "11px"
    assert light["wide"] > 3


def test_additions_are_set_in_the_font_of_the_site(looks: dict[str, Any]) -> None:
    assert looks["fonts"]
    for text, fonts in looks["fonts"]:
        assert [*fonts.values()] == [True], text


# Plots, images and the last word together

TOGETHER = """
Top
===

.. |logo| image:: logo.png
   :alt: Our logo

.. llmpipeline::
   :name: all
   :caption: All

   data a: |logo| Mixture
      :plot: bars
         Web: 67%
         Books: 33%
   train run: Loss
      :plot: curve
   model b: Base
      :image: logo.png
   a -> run -> b: by |logo|
"""
CURVE = "\ndef curve(axes):\n    axes.semilogy([0, 1, 2], [3, 2, 1], alpha=0.5)\n"


@pytest.mark.parametrize("builder", ["html", "latex", "epub", "text", "man", "singlehtml"])
def test_all_together_is_the_same_in_every_build(project: Project, builder: str) -> None:
    module = f"finish_{builder}_all"
    conf = "man_pages = [('index', 'a', 'a', 'a', 1)]\nepub_copyright = version = 'x'\n"
    project_with(project, module, conf=f"{conf}llmpipeline_plots = {{'curve': '{module}:curve'}}\n")
    files = {"index.rst": TOGETHER, "other.rst": ":orphan:\n\nO\n=\n", "logo.png": PNG, f"{module}.py": MODULE + CURVE}
    for name, content in files.items():
        (project.source / name).write_bytes(content.encode() if isinstance(content, str) else content)
    found = []
    for number, jobs in enumerate(("1", "2")):
        folder = project.root / f"doctrees{number}"
        build = project.run(
            builder, "-nW", "-j", jobs, doctrees=folder, out=f"out{number}", SOURCE_DATE_EPOCH="1700000000"
        )
        assert (build.status, build.warnings) == (0, "")
        found.append(
            {
                path.relative_to(build.out): path.read_bytes()
                for path in build.out.rglob("*")
                if path.suffix in (".html", ".xhtml", ".svg", ".png", ".pdf", ".tex", ".txt", ".1", ".css", ".woff")
            }
        )
    assert found[0] == found[1]
    assert found[0]
