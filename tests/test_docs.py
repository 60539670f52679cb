"""The documentation: what it says of defaults is so, and every example builds by itself."""

from __future__ import annotations

import ast
import html
import importlib
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields
from inspect import isfunction
from pathlib import Path
from textwrap import dedent
from typing import Literal, get_args

import pytest

from docs._ext.declared_settings import TABLES, Column, literal, table
from docs._ext.notebook_lexer import NotebookLexer
from sphinxext.llmpipeline import MODERN, Style, convert, parse, unparse
from sphinxext.llmpipeline.command import main
from sphinxext.llmpipeline.command.bodies import File, files
from sphinxext.llmpipeline.command.check import read_body
from sphinxext.llmpipeline.diagnostics import PipelineError, Setting, Subtype
from sphinxext.llmpipeline.extension.config import CONFIG
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from sphinxext.llmpipeline.geometry.shapes import FREE_SHAPES
from sphinxext.llmpipeline.language import ARROWS, KEYWORDS
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from sphinxext.llmpipeline.sources import BUILT_IN, find_source
from sphinxext.llmpipeline.style.builtin import STYLES
from tests.conftest import Project, read_before
from tests.extension.test_output import check_book
from tools import readme_pictures

DOCS = Path(__file__).parent.parent / "docs"
CONFIGURATION = (DOCS / "configuration.rst").read_text(encoding="utf-8")
EXAMPLES = sorted((DOCS / "examples").glob("*.rst")) + sorted((DOCS / "examples").glob("*.md"))


SETTINGS_CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "_ext")!r})
extensions += ["declared_settings"]
suppress_warnings = ["ref"]  # of references to other parts of the manual
"""
NEEDS_CONFVAL = pytest.mark.usefixtures("manual")
MANUAL = "".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.rst")))


@NEEDS_CONFVAL
@pytest.mark.parametrize("name", re.findall(r"^ *\.\. settings:: (.*)$", MANUAL, re.MULTILINE))
def test_tables_of_settings_are_made_without_warnings_and_name_each(project: Project, name: str) -> None:
    shown = TABLES[name]
    page = project.write({"index.rst": f"Title\n=====\n\n.. settings:: {name}\n"}, SETTINGS_CONF).build("html")
    assert (page.status, page.warnings) == (0, "")
    text = re.sub(r"<[^>]+>", "", page.read("index.html"))
    for setting in getattr(importlib.import_module(shown.module), shown.name):
        assert setting.name in text


@NEEDS_CONFVAL
def test_config_values_are_targets_with_type_and_default(project: Project) -> None:
    index = "Title\n=====\n\n.. settings:: config\n\n" + "".join(f":confval:`{value.name}`\n" for value in CONFIG)
    build = project.write({"index.rst": index}, f"{SETTINGS_CONF}nitpicky = True\n").build("html")
    assert build.warnings == ""
    page = build.read("index.html")
    for value in CONFIG:
        assert page.count(f'id="confval-{value.name}"') == 1
        assert f'href="#confval-{value.name}"' in page
    shown = project.build("text").read("index.txt")
    start = shown.index("llmpipeline_width\n")
    assert re.sub(r"\s+", " ", shown[start : shown.index("Width of", start)]) == (
        'llmpipeline_width Type: "float" or "dict" Default: "{}" '
    )
    start = shown.index("llmpipeline_label_width\n")
    assert re.sub(r"\s+", " ", shown[start : shown.index("Width at", start)]) == (
        'llmpipeline_label_width Type: "float", in points '
    )


def test_table_of_settings() -> None:
    gap = Setting("gap", lambda name, given: given, 3.0, "Room.", "a number", "points")
    columns = Column("Key", 20, lambda setting: setting.name), Column("Default", 80, lambda _: "")
    assert table("style", [gap], columns) == [
        ".. list-table::",
        "   :header-rows: 1",
        "   :widths: 20 80",
        "   :class: settings style",
        "",
        "   * - Key",
        "     - Default",
        "   * - gap",
        "     -",
    ]
    cells = [column.cell(gap) for column in TABLES["style"].columns]
    assert cells == ["``gap``", "a number, in points", "``3``", "Room."]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        ((), "``[]``"),
        ("", '``""``'),
        (True, "``True``"),
        (1.25, "``1.25``"),
        (13.0, "``13``"),
        (("DejaVu Sans", "Arial"), '``"DejaVu Sans"``, ``"Arial"``'),
        ({"html": 700.0}, '``{"html": 700}``'),
    ],
)
def test_default_values_are_shown_as_python(value: object, shown: str) -> None:
    assert literal(value) == shown


@NEEDS_CONFVAL
def test_unknown_table_of_settings(project: Project) -> None:
    build = project.write({"index.rst": "Title\n=====\n\n.. settings:: confg\n"}, SETTINGS_CONF).build("html")
    tables = "config, options, scales, style, nodes, edges, categories, fields"
    expected = f"unknown table 'confg'; expected one of: {tables}"
    assert build.warnings == f"index.rst:4: ERROR: {expected} [docutils]\n"


def rows(project: Project, name: str) -> dict[str, list[str]]:
    """The cells of a table of settings by its first column."""
    build = project.write({"index.rst": f"Title\n=====\n\n.. settings:: {name}\n"}, SETTINGS_CONF).build("html", "-W")
    found = re.findall(r"<tr.*?</tr>", build.read("index.html"), re.DOTALL)
    texts = [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row.split("</td>")[:-1]] for row in found]
    return {cells[0]: cells[1:] for cells in texts if cells}


@NEEDS_CONFVAL
def test_table_of_a_style_has_every_key_and_its_default(project: Project) -> None:
    shown = rows(project, "style")
    assert [*shown] == ["base", *(item.name for item in fields(Style))]
    numbers = [item.name for item in fields(Style) if item.type == "float"]
    assert {name: shown[name][1] for name in numbers} == {name: f"{getattr(MODERN, name):g}" for name in numbers}
    assert shown["edge_light"][1] == f'"{MODERN.edge_light}"'


@NEEDS_CONFVAL
def test_every_shape_is_documented(project: Project) -> None:
    assert rows(project, "nodes")["shape"][0] == f"one of: {', '.join(FREE_SHAPES)}"


def test_documented_looks_of_kinds_are_the_defaults() -> None:
    for kind, look in MODERN.nodes.items():
        row = re.search(rf"\* - ``{kind}``\n((?:     .*\n)+)", CONFIGURATION)
        assert row is not None, f"{kind} is not documented"
        cells = look.shape, look.light.fill, look.light.stroke, look.dark.fill, look.dark.stroke
        assert row[1].splitlines() == [f"     - ``{cell}``" for cell in cells]


@pytest.mark.parametrize("name", STYLES)
def test_every_built_in_style_is_shown_with_the_same_diagram(name: str) -> None:
    assert f".. include:: examples/style-{name}.rst" in CONFIGURATION
    shown, modern = (
        (DOCS / "examples" / f"style-{style}.rst").read_text(encoding="utf-8") for style in (name, "modern")
    )
    assert shown == modern.replace("modern", name)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_example_builds_by_itself(project: Project, example: Path) -> None:
    """References lead to other pages of the documentation, so only they may be missing."""
    text = example.read_text(encoding="utf-8")
    files = {
        f"index{example.suffix}": f"{'# Title' if example.suffix == '.md' else 'Title' + chr(10) + '====='}\n\n{text}"
    }
    named = [path for kind in ("txt", "csv") for path in (DOCS / "examples").glob(f"*.{kind}")]
    files |= {f"examples/{path.name}": path.read_text(encoding="utf-8") for path in named}
    files |= {f"examples/{path.name}": path.read_bytes() for path in (DOCS / "examples").glob("*.png")}
    style = (DOCS / "examples" / "howto" / "own-kinds-conf.py").read_text(encoding="utf-8")
    style += f"import sys\nsys.path.insert(0, {str(DOCS / 'examples')!r})\nllmpipeline_finish = 'finishing:finish'\n"
    project.write(files, f"extensions += ['myst_parser']\nsuppress_warnings = ['ref', 'myst.xref_missing']\n{style}")
    build = project.build("html")
    assert build.warnings == ""
    assert build.read("index.html").count("<svg role=") == text.count("llmpipeline::") + text.count("{llmpipeline}")


@pytest.mark.parametrize("body", sorted((DOCS / "examples").glob("*.txt")), ids=lambda path: path.name)
def test_body_file_parses(body: Path) -> None:
    assert parse(body.read_text(encoding="utf-8")).nodes


def test_the_example_of_the_builder_is_what_its_calls_make() -> None:
    made = runpy.run_path(str(DOCS / "examples" / "builder.py"))["d"]
    assert made.source == (DOCS / "examples" / "builder.txt").read_text(encoding="utf-8")


OBJECTS = DOCS / "examples" / "objects"


@pytest.mark.parametrize(
    ("source", "name", "attribute"),
    [
        ("langgraph", "agent", "app"),
        ("haystack", "retrieval", "pipeline"),
        ("sklearn", "estimator", "estimator"),
        ("kedro", "companies", "create_pipeline"),
        ("networkx", "training", "graph"),
    ],
)
def test_examples_of_objects_are_what_the_sources_make(source: str, name: str, attribute: str) -> None:
    made = runpy.run_path(str(OBJECTS / f"{name}.py"))[attribute]
    pipeline = find_source(source)(made() if isfunction(made) else made)
    assert unparse(pipeline, "rst") == (OBJECTS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "files", "name"),
    [
        ("dvc", ("dvc.yaml",), "dvc"),
        ("model_card", ("cards/base-7b.md", "cards/chat-7b.md", "cards/chat-7b-gguf.md"), "cards"),
    ],
)
def test_examples_of_files_are_what_the_sources_make(source: str, files: tuple[str, ...], name: str) -> None:
    pipeline = find_source(source)(*(OBJECTS / file for file in files))
    assert unparse(pipeline, "rst") == (OBJECTS / f"{name}.txt").read_text(encoding="utf-8")


def test_the_example_of_an_object_with_statements_is_what_the_directive_makes(project: Project) -> None:
    conf = f"import sys\nsys.path.insert(0, {str(OBJECTS)!r})\nllmpipeline_sources = ['agent:app']\n"
    text = (OBJECTS / "agent-changed.rst").read_text(encoding="utf-8")
    assert project.write({"index.rst": f"Title\n=====\n\n{text}"}, conf).build("html").warnings == ""
    (diagram,) = project.doctree().findall(pipeline_diagram)
    shown = (OBJECTS / "agent-changed.txt").read_text(encoding="utf-8")
    assert unparse(diagram["pipeline"], "rst") == shown


def test_every_source_is_documented() -> None:
    page = (DOCS / "objects.rst").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^   \* - ``(\w+)``$", page, re.MULTILINE)) == sorted(BUILT_IN)
    shown = re.findall(r"^\.\. llmpipeline:: examples/objects/(\S+)$", page, re.MULTILINE)
    assert sorted(shown) == sorted(path.name for path in OBJECTS.glob("*.txt"))


@pytest.mark.parametrize(("name", "language"), [("mermaid.mmd", "mermaid"), ("graphviz.dot", "dot")])
def test_examples_of_the_migration_are_what_the_converter_makes(name: str, language: Literal["mermaid", "dot"]) -> None:
    before = DOCS / "examples" / f"migration-{name}"
    found = convert(before.read_text(encoding="utf-8"), language)
    assert found.text == before.with_suffix(".txt").read_text(encoding="utf-8")
    if language == "mermaid":
        page = (DOCS / "migration.rst").read_text(encoding="utf-8")
        shown = re.findall(r"^   rl\.mmd:(\d+): (.*)$", page, re.MULTILINE)
        assert shown == [(str(remark.line), remark.message) for remark in found.remarks]


def test_the_example_of_the_check_is_what_it_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = (DOCS / "command.rst").read_text(encoding="utf-8").split("   $ llmpipeline check docs\n")[1]
    monkeypatch.chdir(tmp_path)
    page = "Title\n=====\n\n.. llmpipeline::\n   :name: rl\n\n   model base: Base\n   train sft: SFT\n   base -> sfr\n"
    tmp_path.joinpath("docs").mkdir()
    tmp_path.joinpath("docs", "rl.rst").write_text(page, encoding="utf-8")
    assert main(["check", "docs"]) == 1
    assert dedent(shown.split("\n\n")[0]) == capsys.readouterr().out.rstrip("\n")


def test_every_real_diagram_is_shown_with_its_declarations_and_its_source() -> None:
    page = (DOCS / "corpus.rst").read_text(encoding="utf-8")
    sections = re.split(r"^~+$", page, flags=re.MULTILINE)[1:]
    shown = [
        re.findall(r"^\.\. (?:llmpipeline|literalinclude):: corpus/(\S+)$", part, re.MULTILINE) for part in sections
    ]
    assert sorted(shown) == [[path.name] * 2 for path in sorted((DOCS / "corpus").glob("*.txt"))]
    assert [part for part in sections if "<https://github.com/" not in part] == []


def not_back(pipeline: Pipeline) -> list[str]:
    """Edges of feedback whose target does not lead back to their source, also through members of groups."""
    followers: dict[str, set[str]] = {}
    for edge in pipeline.edges:
        if edge.kind != "feedback":
            followers.setdefault(edge.source, set()).add(edge.target)
        if edge.kind in {"exchange", "link"}:
            followers.setdefault(edge.target, set()).add(edge.source)
    owners = {node.id: node.group for node in pipeline.nodes} | {group.id: group.parent for group in pipeline.groups}
    for member, group in owners.items():
        if group:
            followers.setdefault(member, set()).add(group)
            followers.setdefault(group, set()).add(member)
    found = []
    for edge in pipeline.edges:
        reached, waiting = {edge.target}, [edge.target]
        while waiting:
            new = followers.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        if edge.kind == "feedback" and edge.source not in reached:
            found.append(f"{edge.source} --> {edge.target}")
    return found


def test_feedback_that_leads_forward_is_found() -> None:
    assert not_back(parse("a -> b -> c\nc --> a")) == []
    assert not_back(parse("group g: G\n   a: A\nb: B\ng -> b\nb --> a")) == []
    assert not_back(parse("a -> b --> c")) == ["b --> c"]


def test_feedback_in_every_diagram_leads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the description for readers who see no picture tells of loops that are none."""
    monkeypatch.chdir(DOCS.parent)
    bodies = [body for file in files(["docs", "README.md"]) if isinstance(file, File) for body in file.bodies]
    drawn = [(body, pipeline) for body in bodies for pipeline, _ in [read_body(body)] if pipeline]
    assert len(drawn) > 140
    found = {f"{body.path}:{body.line}": edges for body, pipeline in drawn if (edges := not_back(pipeline))}
    assert found == {}


def test_cards_of_the_gallery_have_the_names_of_the_headings_that_they_lead_to() -> None:
    page = (DOCS / "gallery.rst").read_text(encoding="utf-8")
    headings = re.findall(r"^(.*)\n-+\n\n\.\. include:: examples/(\S+)\.rst$", page, re.MULTILINE)
    cards = re.findall(r"^      ([\w-]+)$", page.split(".. thumbnails::")[1].split("--")[0], re.MULTILINE)
    assert [name for _, name in headings] == cards
    for heading, name in headings:
        assert f"   :caption: {heading}\n" in (DOCS / "examples" / f"{name}.rst").read_text(encoding="utf-8")


def test_every_figure_of_the_literature_is_shown_with_its_declaration_and_its_source() -> None:
    page = (DOCS / "figures.rst").read_text(encoding="utf-8")
    sections = re.split(r"^~+$", page, flags=re.MULTILINE)[1:]
    shown = [re.findall(r"^\.\. (?:include|literalinclude):: examples/(\S+)$", part, re.MULTILINE) for part in sections]
    assert sorted(shown) == [[path.name] * 2 for path in sorted((DOCS / "examples").glob("figure-*.rst"))]
    assert len(shown) >= 24
    assert [part for part in sections if not re.search(r"^\w.* (?:19|20)\d\d\b", part, re.MULTILINE)] == []
    named = {
        path: re.findall(
            r":caption: .*(?:\n {4,}.*)*?\(([^()]*(?:19|20)\d\d[^()]*)\)$",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        for path in EXAMPLES
        if path.name.startswith("figure-")
    }
    assert [path.name for path, sources in named.items() if len(sources) != 1] == []


def test_every_type_of_warning_is_listed_and_explained() -> None:
    page = (DOCS / "troubleshooting.rst").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^``llmpipeline\.(\w+)``\n-+$", page, re.MULTILINE)) == get_args(Subtype)
    assert tuple(re.findall(r"\* - ``llmpipeline\.(\w+)``$", CONFIGURATION, re.MULTILINE)) == get_args(Subtype)


def test_every_built_in_style_is_shown_in_light_and_dark() -> None:
    looks = (DOCS / "gallery.rst").read_text(encoding="utf-8").split(".. container:: looks")[1:]
    assert [set(re.findall(r":style: (\S+)", look)) for look in looks] == [{name} for name in STYLES]
    assert all("look look-light" in look and "look look-dark" in look for look in looks)


def test_the_files_of_the_start_page_make_a_page_with_a_name_and_a_figure(project: Project) -> None:
    page = (DOCS / "index.rst").read_text(encoding="utf-8")
    found = re.findall(r"^   :caption: (\w+\.\w+)\n\n((?:   .*\n|\n)+)", page, re.MULTILINE)
    written = {name: dedent(text) for name, text in found}
    project.write({"index.rst": written.pop("index.rst")})
    (project.source / "conf.py").write_text(written.pop("conf.py"), encoding="utf-8")
    assert written == {}
    project.source.joinpath(".venv").mkdir()
    project.source.joinpath(".venv", "LICENSE.rst").write_text("No heading", encoding="utf-8")  # as packages have it
    build = project.build("html", "-W")
    shown = build.read("index.html")
    assert "<title>Our model &#8212; Example-7B  documentation</title>" in shown
    assert '<span class="caption-number">Fig. 1 </span>' in shown


def test_versions_that_are_tested_are_those_that_are_promised() -> None:
    """The matrix of nox, the start page, the README and the package's requirements."""
    source = ast.parse((DOCS.parent / "noxfile.py").read_text(encoding="utf-8"))
    (matrix,) = [
        ast.literal_eval(node.value)
        for node in source.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MATRIX"
    ]
    page = (DOCS / "index.rst").read_text(encoding="utf-8")
    assert re.findall(r"^   \* - ([\d.]+)\n     - ([\d.]+)\n     - ([\d.]+)$", page, re.MULTILINE) == [
        row[:3] for row in matrix
    ]
    (oldest, *_, newest) = matrix
    promise = f"It runs on Python {oldest[0]} and later with Sphinx {oldest[1]} and later."
    assert promise.replace("It", "The extension") in page
    readme = " ".join((DOCS.parent / "README.md").read_text(encoding="utf-8").split())
    assert (
        f"{promise} The tests pass with Python {oldest[0]} to {newest[0]}, Sphinx {oldest[1]} to {newest[1]} and "
        f"docutils {oldest[2]} to {newest[2]}."
    ) in readme
    package = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert package["requires-python"] == f">={oldest[0]}"
    assert {f"sphinx>={oldest[1]}", f"docutils>={oldest[2]}"} <= {*package["dependencies"]}
    assert {pin.replace("==", ">=").removesuffix(".*") for pin in oldest[3:]} <= {*package["dependencies"]}
    versions = [line.rpartition(" ")[2] for line in package["classifiers"] if "Python :: 3." in line]
    assert versions == sorted({row[0] for row in matrix})


def outline_of(picture: bytes) -> tuple[list[str], list[str]]:
    """The size and the colours of an SVG with text as paths, which differ from one matplotlib to the next."""
    text = picture.decode()
    return re.findall(r'viewBox="[^"]*"', text), sorted(set(re.findall(r"#[0-9a-f]{6}", text)))


def test_pictures_of_the_readme_are_those_of_its_example() -> None:
    """Draw them again with ``python -m tools.readme_pictures``."""
    kept = {name: path.read_bytes() for name, path in readme_pictures.PICTURES.items()}
    assert {name: outline_of(picture) for name, picture in kept.items()} == {
        name: outline_of(picture) for name, picture in readme_pictures.pictures().items()
    }
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    for path in readme_pictures.PICTURES.values():
        assert path.relative_to(DOCS.parent).as_posix() in readme


def test_links_of_the_readme_lead_to_files() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    files = [target for target in re.findall(r"\]\(([^)]+)\)", readme) if not target.startswith("https://")]
    assert len(files) > 5
    assert [name for name in files if not (DOCS.parent / name).is_file()] == []


def test_the_chart_of_speed_shows_what_was_measured() -> None:
    readme = (DOCS.parent / "benchmarks" / "README.md").read_text(encoding="utf-8")
    added = readme.split("Added for each of 100 diagrams:")[1].split("\n\n")[1]
    rows = re.findall(r"^\| ([^|]*?) +\| ([\d.]+) ms", added, re.MULTILINE)
    times = {name: f"{float(time):.0f}" for name, time in rows}
    chart = (DOCS / "examples" / "speed.rst").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^         (.+): (\d+)$", chart, re.MULTILINE))
    assert shown.pop("sphinxext-llmpipeline") == times["this extension"]
    assert shown.pop("plot directive, as it comes") == next(v for k, v in times.items() if "as it comes" in k)
    assert shown == {name: times[name] for name in shown}
    assert len(shown) == 3


def test_thumbnails_lead_to_their_examples(tmp_path: Path, manual: Path) -> None:
    conf = "import sys\nsys.path.insert(0, {!r})\nextensions += ['thumbnails', 'sphinx_design']\nhtml_theme = 'basic'"
    pages = {
        f"examples/{name}.rst": (manual / "examples" / f"{name}.rst").read_text(encoding="utf-8")
        for name in ("rlhf", "figure-moe")
    }
    shown = "".join(f".. include:: {name}\n\n" for name in pages)
    index = f"Title\n=====\n\n.. thumbnails::\n\n   rlhf\n   figure-moe\n\n{shown}"
    project = Project(tmp_path).write({"index.rst": index, **pages}, conf.format(str(manual / "_ext")))
    build = project.build("html", "-W", "-D", "exclude_patterns=examples")
    page = build.read("index.html")
    assert build.warnings == ""
    assert re.findall(r'<a class="sd-stretched-link[^"]*" href="([^"]*)"', page) == ["#gallery-rlhf", "#figure-moe"]
    _, caption = re.findall(r'<p class="sd-card-text">(.*?)</p>', page, re.DOTALL)
    assert caption == "A mixture of experts (after Shazeer et al., 2017, Figure 1, and Jiang et al., 2024, Figure 1)"
    assert page.count("<svg") >= 4


LINE_BREAKS_CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "_ext")!r})
extensions += ["line_breaks"]
html_theme = "basic"
"""


def test_short_literals_are_whole_and_long_ones_break_behind_a_sign(project: Project) -> None:
    index = """
Title
=====

``words.* -> embed`` ``docs/examples/own-kinds-conf.py`` ``'file_insertion_enabled' is off``

.. list-table::

   * - ``'file_insertion_enabled' is off``
     - ``not  in index.rst``

``.. llmpipeline:: flow.txt``
"""
    page = project.write({"index.rst": index}, LINE_BREAKS_CONF).build("html", "-W").read("index.html")
    shown = re.findall(r'<code class="((?:short )?)docutils literal[^"]*">(.*?)</code>', page)
    assert [(short.strip(), re.sub("<(?!wbr).*?>", "", literal)) for short, literal in shown] == [
        ("short", "words.* -&gt; embed"),
        ("", "docs/<wbr/>examples/<wbr/>own-kinds-conf.py"),
        ("", "'file_insertion_enabled' is off"),
        ("", "'file_<wbr/>insertion_<wbr/>enabled' is off"),
        ("short", "not&#160; in index.rst"),
        ("", ".. llmpipeline:: flow.txt"),
    ]
    (whole,) = re.findall('<span class="whole">(.*?)</span> <span class="pre">flow', page)
    assert re.sub("<.*?>", "", whole) == ".. llmpipeline::"
    assert "docs/examples/own-kinds-conf.py" in project.build("text", "-W").read("index.txt")


def test_numbers_stay_with_their_units_and_words(project: Project) -> None:
    index = """
Title
=====

In 7.21 ms and 40
ms, ``8 ms``. See Figure
1, Fig. 2, figures 3.

.. llmpipeline::

   a: 6.5 ms

.. list-table::

   * - 7.21 ms, ≤ 0.60
     - 3 layouts of 2 steps, ``8 ms``

::

   9 ms
"""
    page = project.write({"index.rst": index}, LINE_BREAKS_CONF).build("html", "-W").read("index.html")
    text = re.sub(r"<[^>]*>", "", html.unescape(page))
    for kept in (
        "In 7.21~ms and 40~ms, 8 ms. See Figure~1, Fig.~2, figures 3.",
        "6.5 ms",
        "7.21~ms, ≤~0.60",
        "3~layouts of 2 steps, 8 ms",
        "9 ms",
    ):
        assert kept.replace("~", "\N{NO-BREAK SPACE}") in text


def test_names_with_dots_in_cells_and_names_of_repositories_may_break(project: Project) -> None:
    index = """
Title
=====

sphinx.ext.graphviz `meta-pytorch/torchforge <https://example.org>`__ `a-b/c d <https://example.org/2>`__

.. list-table::

   * - sphinx.ext.graphviz, SVG
"""
    page = project.write({"index.rst": index}, LINE_BREAKS_CONF).build("html", "-W").read("index.html")
    assert "<p>sphinx.ext.graphviz <a" in page
    assert '<span class="whole">meta-pytorch/</span><wbr/><span class="whole">torchforge</span></a>' in page
    assert ">a-b/c d</a>" in page
    assert "<p>sphinx.ext.<wbr/>graphviz, SVG</p>" in page


PAPER_CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "_ext")!r})
extensions += ["paper"]
"""


def test_a_notebook_is_highlighted_as_settings_text_and_cells() -> None:
    text = (DOCS / "examples" / "howto" / "notebook.md").read_text(encoding="utf-8")
    found = [*NotebookLexer().get_tokens(text)]
    assert "".join(piece for _, piece in found) == text
    kinds = {piece: str(kind) for kind, piece in found}
    assert {piece: kinds[piece] for piece in ("kernelspec", "# A notebook", "import", "prompts", "d")} == {
        "kernelspec": "Token.Name.Tag",
        "# A notebook": "Token.Generic.Heading",
        "import": "Token.Keyword.Namespace",
        "prompts": "Token.Literal.String.Double",
        "d": "Token.Name",
    }
    assert "Token.Generic.Subheading" not in kinds.values()


def test_colours_in_cells_have_samples(project: Project) -> None:
    index = "Title\n=====\n\n``#aabbcc``\n\n.. list-table::\n\n   * - ``#f9fafc``\n     - ``#box``\n"
    conf = LINE_BREAKS_CONF.replace("line_breaks", "colour_samples")
    page = project.write({"index.rst": index}, conf).build("html", "-W").read("index.html")
    assert re.findall(
        r'<span class="whole"><span class="sample" style="background: (.*?)" aria-hidden="true"></span><code', page
    ) == ["#f9fafc"]


def test_long_tables_with_a_head_break_in_the_pdf(project: Project) -> None:
    rows = "".join(f"   * - {number}\n     - {'a word ' * 30}\n" for number in range(9))
    head = "   :header-rows: 1\n"
    tables = {"Whole": ("", rows), "Given": (f"{head}   :widths: 30 70\n", rows), "Found": (head, rows)}
    tables["Short"] = (head, "".join(rows.splitlines(keepends=True)[:4]))
    index = "Title\n=====\n"
    for name, (options, body) in tables.items():
        index += f"\n{name}\n-----\n\n.. list-table::\n{options}\n{body}"
    build = project.write({"index.rst": index}, PAPER_CONF).build("latex", "-W")
    (book,) = build.out.glob("*.tex")
    shown = re.findall(r"\\begin\{(tabulary|tabular|longtable)\}(.*)", book.read_text(encoding="utf-8"))
    assert [name for name, _ in shown] == ["tabulary", "longtable", "longtable", "tabulary"]
    assert shown[1][1] == r"{\X{30}{100}\X{70}{100}}"
    assert shown[2][1] == r"{\X{5}{100}\X{95}{100}}"


def test_a_table_with_a_cell_of_several_columns_does_not_break_in_the_pdf(project: Project) -> None:
    line, head = "+------+------+\n", "+======+======+\n"
    table = f"{line}| a    | b    |\n{head}| of both     |\n{line}" + f"| one  | two  |\n{line}" * 40
    build = project.write({"index.rst": f"Title\n=====\n\n{table}"}, PAPER_CONF).build("latex", "-W")
    (book,) = build.out.glob("*.tex")
    assert "of both" in book.read_text(encoding="utf-8")


def test_pages_of_a_list_without_heading_are_sections_of_the_pdf(project: Project) -> None:
    index = "Title\n=====\n\nOne\n---\n\nText.\n\n.. rst-class:: no-heading-in-pdf\n\n.. _all:\n\nAll\n---\n\nMore.\n\n"
    index += ".. toctree::\n\n   two\n"
    build = project.write({"index.rst": index, "two.rst": "Two\n===\n\n:ref:`all`\n"}, PAPER_CONF).build("latex", "-W")
    (book,) = build.out.glob("*.tex")
    (link,) = re.findall(r"\\hyperref\[\\detokenize\{([^}]*)\}\]", book.read_text(encoding="utf-8"))
    assert rf"\label{{\detokenize{{{link}}}}}" in book.read_text(encoding="utf-8")
    assert re.findall(r"\\(\w*(?:section|chapter))\{(.*)\}", book.read_text(encoding="utf-8")) == [
        ("chapter", "One"),
        ("chapter", "Two"),
    ]
    assert re.search(r"^Text\.\n\n.*\n\\par\n", book.read_text(encoding="utf-8"), re.MULTILINE)  # and not "Text. More."


LISTINGS = """
Title
=====

Settings.

.. confval:: first
   :type: ``str``

   Text.

One
---

A sentence of two lines, because it has so many words that it is longer than a line of a page, which has 100 of them:

.. code-block:: text

   1
   2

Term
   .. code-block:: text
      :caption: Name

      1
      2
      3

- .. code-block:: text

{long}
"""


@NEEDS_CONFVAL
def test_a_page_of_the_pdf_begins_before_what_leads_to_a_listing_or_a_setting(project: Project) -> None:
    long = "\n".join(f"     {line}" for line in range(20))
    build = project.write({"index.rst": LISTINGS.format(long=long)}, PAPER_CONF).build("latex", "-W")
    (book,) = build.out.glob("*.tex")
    text = re.sub(r"\s*\n\s*", "\n", book.read_text(encoding="utf-8").split(r"\sphinxmaketitle")[1])
    lines = text.split("\n")
    needs = {lines[at + 1]: line for at, line in enumerate(lines) if line.startswith(r"\Needspace")}
    assert [*needs.values()] == [
        r"\Needspace{11\baselineskip}",
        r"\Needspace{10\baselineskip}\global\listinglines=2",
        r"\Needspace{8\baselineskip}\global\listinglines=3",
        r"\Needspace{6\baselineskip}\global\listinglines=20",
    ]
    assert [re.split(r"[\[{]", line)[0] for line in needs] == [r"\index", r"\chapter", r"\begin", r"\begin"]


def test_a_page_of_the_pdf_begins_before_the_target_of_a_heading(project: Project) -> None:
    """Otherwise Sphinx defines the label at the target and at the heading."""
    index = "Title\n=====\n\nOne\n---\n\nText.\n\n"
    for name, line in {"inner": ".", "two": "-"}.items():
        index += f".. _{name}:\n\nAbout\n{5 * line}\n\n.. code-block:: text\n\n   1\n\n"
    build = project.write({"index.rst": index}, PAPER_CONF).build("latex", "-W")
    (book,) = build.out.glob("*.tex")
    text = book.read_text(encoding="utf-8")
    assert [text.count(rf"\label{{\detokenize{{index:{name}}}}}") for name in ("inner", "two")] == [1, 1]
    assert re.findall(r"\\Needspace.*\s+(\\\w+)\{About\}", text) == [r"\section", r"\chapter"]


@pytest.mark.program
def test_the_documentation_is_a_pdf(tmp_path: Path, manual: Path, program: Callable[[str], str]) -> None:
    """LaTeX has few characters, and tables of numbers are written into the documentation."""
    latexmk = program("latexmk")
    for command in (
        [sys.executable, "-m", "sphinx", "-qW", "-b", "latex", "-d", str(read_before(tmp_path)), str(manual), "."],
        [latexmk, "-pdf", "-silent", "-interaction=nonstopmode", "llmpipeline.tex"],
    ):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "llmpipeline.pdf").read_bytes().startswith(b"%PDF-")
    assert "multiply" not in (tmp_path / "llmpipeline.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.program
def test_the_documentation_is_a_book(tmp_path: Path, manual: Path, program: Callable[[str], str]) -> None:
    options = ["-qnW", "--keep-going", "-b", "epub", "-d", str(read_before(tmp_path))]
    command = [sys.executable, "-m", "sphinx", *options, str(manual), str(tmp_path / "epub")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    check_book(program("epubcheck"), tmp_path / "epub" / "sphinxext-llmpipeline.epub")


def test_statements_of_other_languages_are_answered_as_the_manual_says() -> None:
    text = (DOCS / "syntax.rst").read_text(encoding="utf-8")
    rows = re.findall(r"   \* - (``.*)\n     - (.*)\n", text.split(".. _other-languages:")[1].split("\nGrammar")[0])
    assert len(rows) == 15
    for there, here in rows:
        for statement in re.findall("``([^`]+)``", there):
            if statement not in ("a --> b", "classDef", "skinparam"):  # a statement here, and words alone
                with pytest.raises(PipelineError) as caught:
                    parse(statement)
                assert "unknown kind" not in str(caught.value), statement
        for statement in re.findall("``([a-z][^`]+)``", here):
            around = {"group": "{}\n  b", "align": "a -> b\n{}", "note": "a -> b\n{}"}.get(statement.split()[0], "{}")
            parse(around.format(statement))


def test_the_page_for_assistants_names_all_of_the_language_and_its_examples_are_valid() -> None:
    page = (DOCS / "_extra" / "llms.txt").read_text(encoding="utf-8")
    for block in re.findall(r"```text\n(.*?)```", page, re.DOTALL):
        assert parse(block).nodes
    (document,) = re.findall(r"```rst\n(.*?)```", page, re.DOTALL)
    assert len(parse(dedent(document.partition("\n\n")[2])).edges) == 2
    words = set(re.findall(r"[\w-]+", page))
    assert {*NODE_KINDS, *KEYWORDS, *(field.name for field in FIELDS)} <= words
    assert all(f"`{arrow}`" in page for arrow in ARROWS)
