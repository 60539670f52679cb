"""Configuration, what is loaded when, and what a build does with a diagram that cannot be drawn."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.font_manager import findfont

from sphinxext.llmpipeline import CLASSIC, __version__
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.extension.config import CONFIG, _read_command_line
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_text
from sphinxext.llmpipeline.job import Drawing, Job, Message
from sphinxext.llmpipeline.messages import NOT_DRAWN
from sphinxext.llmpipeline.style.builtin import STYLES
from tests.conftest import NEEDS_COLOUR_FONTS

if TYPE_CHECKING:
    from conftest import Build, Project

DIAGRAM = "Title\n=====\n\nText.\n\n.. llmpipeline::\n   :name: x\n   :caption: C\n\n   a: A\n   a -> b: goes\n   b\n"
HEAVY = ("matplotlib", "numpy", "pygraphviz", "graphviz")

# A conf.py that says at the end of a build which modules were loaded.
REPORT = """
def setup(app):
    import json, pathlib, sys
    def report(app, exception):
        pathlib.Path(app.outdir, "loaded.json").write_text(json.dumps([*sys.modules]))
    app.connect("build-finished", report, priority=900)
"""


def loaded(build: Build) -> list[str]:
    """The heavy packages that a build loaded."""
    names: list[str] = json.loads(build.read("loaded.json"))
    return [name for name in HEAVY if name in names]


def own(build: Build) -> set[str]:
    """The modules of this package that a build loaded."""
    names: list[str] = json.loads(build.read("loaded.json"))
    package = "sphinxext.llmpipeline."
    return {name.removeprefix(package) for name in names if name.startswith(package)}


# The modules that a build without diagrams loads.
LEAST = {
    *("diagnostics", "messages", "records"),
    *("cache", "cache.store", "drawing", "drawing.svg_path", "geometry", "geometry.primitives"),
    *("model", "model.synonyms", "model.vocabulary", "style", "style.builtin", "style.css", "style.types"),
    *(
        "extension",
        "extension.builders",
        "extension.config",
        "extension.directive",
        "extension.garbage",
        "extension.html",
        "extension.options",
        "extension.project_styles",
        "extension.setting_readers",
    ),
    *("extension.nodes", "extension.panel_domain", "extension.paths", "extension.prefetch_events"),
    "extension.web_assets",
}


# Importing


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_import_loads_nothing_that_draws() -> None:
    code = f"""
    import sys
    import sphinxext.llmpipeline
    sphinxext.llmpipeline.parse("a -> b")
    print([name for name in {(*HEAVY, "sphinx", "docutils")!r} if name in sys.modules])
    """
    assert python(dedent(code)) == "[]\n"


def test_extension_loads_nothing_that_draws() -> None:
    code = f"import sys, sphinxext.llmpipeline.extension; print([n for n in {HEAVY!r} if n in sys.modules])"
    assert python(code) == "[]\n"


def test_public_names() -> None:
    code = """
    import sphinxext.llmpipeline as it
    from sphinxext.llmpipeline import *
    from sphinxext.llmpipeline import figure, render
    pipeline = parse("a -> b")
    print(render(pipeline)[:4], type(figure(pipeline)).__name__, [name for name in it.__all__ if not hasattr(it, name)])
    """
    assert python(dedent(code)) == "b'<svg' Figure []\n"


def test_unknown_attribute() -> None:
    import sphinxext.llmpipeline as package

    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        _ = package.nope


def test_version_is_that_of_the_distribution() -> None:
    assert importlib.metadata.version("sphinxext-llmpipeline") == __version__


def test_namespace_is_shared_with_other_extensions(project: Project) -> None:
    conf = 'extensions += ["sphinxext.opengraph"]\nogp_site_url = "https://example.org/"\n'
    build = project.write({"index.rst": DIAGRAM}, conf).run("html", "-W")
    assert build.status == 0
    assert "WARNING" not in build.warnings  # its cards want a font, which it looks for aloud
    page = build.read("index.html")
    assert '<meta property="og:title" content="Title"' in page
    assert 'data-id="a"' in page


def test_build_without_diagrams_loads_nothing_that_draws(project: Project) -> None:
    build = project.write({"index.rst": "Title\n=====\n"}, REPORT).run("html", "-W")
    assert (build.status, build.warnings, loaded(build)) == (0, "", [])
    assert own(build) == LEAST


def test_build_with_nothing_to_do_loads_next_to_nothing(project: Project) -> None:
    # Sphinx itself loads the first document in each build, and what it holds with it.
    index = f"{DIAGRAM}\n.. toctree::\n\n   other\n"
    project.write({"index.rst": index, "other.rst": "Other\n=====\n"}, REPORT).run("html", "-W")
    assert own(project.run("html", "-W")) == LEAST
    # The first document is written again with it, for its table of contents.
    (project.source / "index.rst").write_text("Title\n=====\n\n.. toctree::\n\n   other\n")
    project.run("html", "-W")
    (project.source / "other.rst").write_text("Other title\n===========\n")
    build = project.run("html", "-W")
    assert "Other title" in build.read("other.html")
    assert own(build) == LEAST


def test_diagrams_wait_in_little_room_until_they_are_shown(project: Project) -> None:
    """But for a builder that gathers their texts, which has doctrees of its own."""
    project.write({"index.rst": DIAGRAM.replace("goes", "*goes*")})
    for builder, texts in (("html", 1), ("text", 1), ("gettext", 3)):
        project.build(builder, "-W")
        folder = project.root / "doctrees-gettext" if builder == "gettext" else project.doctrees
        doctree = pickle.loads((folder / "index.doctree").read_bytes())
        (diagram,) = doctree.findall(pipeline_diagram)
        assert len(list(diagram.findall(pipeline_text))) == texts


def test_settings_load_only_their_readers(project: Project) -> None:
    conf = 'llmpipeline_style = {"base": "print", "font_size": 12}\nllmpipeline_formats = {"html": "svg"}\n'
    build = project.write({"index.rst": "Title\n=====\n"}, REPORT + conf).run("html", "-W")
    reader = own(build) - LEAST
    assert "style.reader" in reader
    assert not reader & {"model.pipeline", "language.parser", "extension.output", "extension.reading", "drawing.svg"}


def test_builders_without_pictures_load_nothing_that_draws(project: Project) -> None:
    build = project.write({"index.rst": DIAGRAM}, REPORT).run("text", "-W")
    assert (build.status, build.warnings, loaded(build)) == (0, "", [])


def test_second_build_loads_nothing_that_draws(project: Project) -> None:
    project.write({"index.rst": DIAGRAM}, REPORT)
    assert "layout.engine" in own(project.run("html", "-W"))
    (project.source / "index.rst").write_text(DIAGRAM.replace("Text.", "Other text."))
    build = project.run("html", "-W")
    assert "Other text." in build.read("index.html")
    assert 'data-id="a"' in build.read("index.html")
    assert loaded(build) == []


# Configuration


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"clasic"', "llmpipeline_style: unknown style 'clasic'; did you mean 'classic'?"),
        ('{"fontsize": 12}', "llmpipeline_style: unknown key 'fontsize'; did you mean 'font_size'?"),
        ('{"font_size": -1}', "llmpipeline_style: 'font_size' expects a number from 1 to 1,000, got -1"),
        (
            '{"nodes": {"model": {"fill": "javascript:x"}}}',
            "llmpipeline_style: 'nodes.model.fill' expects a colour such as '#add8e6' or 'lightblue', "
            "got 'javascript:x'",
        ),
        (
            '"no_such_module:STYLE"',
            "llmpipeline_style: cannot load style 'no_such_module:STYLE': "
            "ModuleNotFoundError: No module named 'no_such_module'",
        ),
    ],
)
def test_mistakes_in_the_style_are_warnings(project: Project, value: str, expected: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"llmpipeline_style = {value}").build("dummy")
    assert build.warnings == f"WARNING: {expected} [llmpipeline.config]\n"
    assert build.status == 0
    assert project.build("dummy", "-W").status != 0


def test_style_of_a_wrong_type(project: Project) -> None:
    build = project.write({"index.rst": DIAGRAM}, "llmpipeline_style = 3").build("html")
    assert build.warnings.count("llmpipeline_style") >= 1
    assert build.status == 0
    assert 'data-id="a"' in build.read("index.html")


@pytest.mark.parametrize("value", ["None", "[]", "3"])
def test_style_of_any_type_does_not_stop_a_build(project: Project, value: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"llmpipeline_style = {value}").build("html")
    assert build.status == 0
    assert "llmpipeline-style-modern" in build.read("index.html")


def test_style_of_the_project_is_drawn(project: Project) -> None:
    conf = 'llmpipeline_style = {"name": "own", "nodes": {"gpu": {"base": "tool", "fill": "#010203"}}}'
    text = ".. llmpipeline::\n\n   gpu a\n\n.. llmpipeline::\n   :style: print\n\n   a\n"
    page = project.write({"index.rst": text}, conf).build("html", "-W").read("index.html")
    assert "llmpipeline llmpipeline-style-own" in page
    assert "llmpipeline llmpipeline-style-print" in page
    assert '<g class="llmpipeline-node llmpipeline-kind-gpu" fill="#010203"' in page
    css = (project.root / "out" / "html" / "_static" / "llmpipeline.css").read_text()
    assert ".llmpipeline-style-own" in css
    assert ":where(.llmpipeline-kind-gpu) { fill: var(--llmpipeline-gpu-fill, revert-layer);" in css


def test_style_can_be_an_object_or_the_name_of_one(project: Project) -> None:
    module = "from sphinxext.llmpipeline import CLASSIC, read_style\nOWN = read_style({'name': 'mine'})[0]\n"
    path = 'import sys\nsys.path.insert(0, ".")\n'
    project.write({"index.rst": DIAGRAM, "own_style.py": module}, f'{path}llmpipeline_style = "own_style:OWN"')
    assert "llmpipeline-style-mine" in project.run("html", "-W").read("index.html")
    project.write({}, f"{path}from own_style import OWN\nllmpipeline_style = OWN")
    build = project.run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    assert "llmpipeline-style-mine" in build.read("index.html")


def test_styles_build_on_each_other_for_the_site_and_for_one_diagram(project: Project) -> None:
    module = """\
SITE = {"base": "high-contrast", "name": "our-site", "nodes": {"gpu": {"base": "tool", "fill": "#abcdef"}}}
PAPER = {"base": "print", "line_width": 3}
"""
    text = ".. llmpipeline::\n\n   gpu a\n" + "".join(
        f"\n.. llmpipeline::\n   :style: {style}\n\n   gpu a\n" for style in ("our-paper", "thin", "high-contrast")
    )
    conf = (
        'import sys\nsys.path.insert(0, ".")\n'
        'llmpipeline_style = {"base": "our_styles:SITE", "name": "our-site", "corner_radius": 0}\n'
        'llmpipeline_styles = {"our-paper": "our_styles:PAPER", "thin": {"line_width": 0.5}}'
    )
    build = project.write({"index.rst": text, "our_styles.py": module}, conf).run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    page = build.read("index.html")
    site, paper, thin, contrast = (drawing.split("</svg>")[0] for drawing in page.split("<svg role=")[1:])
    found = [
        (re.findall(r"llmpipeline-style-([\w-]+)", drawing)[0], re.findall(r'stroke-width="([\d.]+)"', drawing)[0])
        for drawing in (site, paper, thin, contrast)
    ]
    assert found == [("our-site", "2.2"), ("our-paper", "3"), ("thin", ".5"), ("high-contrast", "2.2")]
    assert all('llmpipeline-kind-gpu" fill="#abcdef"' in drawing for drawing in (site, thin, contrast))
    sheet = build.read("_static/llmpipeline.css")
    for name in ("our-site", "our-paper", "thin", "high-contrast"):
        assert sheet.count(f":where(.llmpipeline-style-{name})") == 1


def test_listed_style_may_be_an_object_and_has_the_name_of_its_key(project: Project) -> None:
    conf = """
    from sphinxext.llmpipeline import CLASSIC
    llmpipeline_styles = {"old": CLASSIC, "paper": "print"}
    """
    text = "".join(f".. llmpipeline::\n   :style: {name}\n\n   a\n\n" for name in ("old", "paper"))
    build = project.write({"index.rst": text}, conf).build("html", "-W")
    assert re.findall(r'class="llmpipeline llmpipeline-style-([\w-]+)"', build.read("index.html")) == ["old", "paper"]


def test_listed_style_that_changes_draws_its_diagrams_again(project: Project) -> None:
    text = ".. llmpipeline::\n   :style: own\n\n   a\n"
    for size in ("20", "31"):
        build = project.write({"index.rst": text}, f'llmpipeline_styles = {{"own": {{"font_size": {size}}}}}').build(
            "html"
        )
        assert f'font-size="{size}"' in build.read("index.html")
    build = project.write({}).build("html")
    assert build.warnings.startswith("index.rst:1: WARNING: option 'style': unknown style 'own'; expected one of: ")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("['print']", "llmpipeline_styles: expected a dict of names and styles, got ['print']"),
        ("{'print': {}}", "llmpipeline_styles: 'print' is a built-in style; choose another name"),
        (
            "{'a:b': {}}",
            "llmpipeline_styles: 'a:b' cannot name a style: expected a word of letters, digits, '_' and '-'",
        ),
        ("{3: {}}", "llmpipeline_styles: 3 cannot name a style: expected a word of letters, digits, '_' and '-'"),
        ("{'own': 'clasic'}", "llmpipeline_styles: 'own': unknown style 'clasic'; did you mean 'classic'?"),
        ("{'own': {'oops': 1}}", "llmpipeline_styles: 'own': unknown key 'oops'"),
    ],
)
def test_mistakes_in_listed_styles_are_warnings(project: Project, value: str, expected: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"llmpipeline_styles = {value}").build("html")
    assert build.warnings == f"WARNING: {expected} [llmpipeline.config]\n"
    assert 'data-id="a"' in build.read("index.html")


NAMES = ", ".join(value.name for value in CONFIG)


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        ("llmpipeline_fonts = 'Arial'", "llmpipeline_fonts: unknown setting; did you mean 'llmpipeline_font'?"),
        ("llmpipeline_Style = 'print'", "llmpipeline_Style: unknown setting; did you mean 'llmpipeline_style'?"),
        ("llmpipeline_fullsize = 0", "llmpipeline_fullsize: unknown setting; did you mean 'llmpipeline_full_size'?"),
        ("llmpipeline_theme = 'print'", "llmpipeline_theme: unknown setting; did you mean 'llmpipeline_style'?"),
        ("llmpipeline_layout = 'elk'", "llmpipeline_layout: unknown setting; did you mean 'llmpipeline_engine'?"),
        ("llmpipeline_quux = None", f"llmpipeline_quux: unknown setting; expected one of: {NAMES}"),
    ],
)
@pytest.mark.parametrize("builder", ["html", "latex", "gettext", "dummy"])
def test_unknown_setting_is_one_warning(project: Project, builder: str, conf: str, expected: str) -> None:
    files = {"index.rst": DIAGRAM} | {f"page{number}.rst": ":orphan:\n\nPage\n====\n" for number in range(6)}
    build = project.write(files, conf).build(builder, "-j", "2")
    assert (build.status, build.warnings) == (0, f"WARNING: {expected} [llmpipeline.config]\n")


def test_unknown_setting_of_the_command_line(project: Project) -> None:
    project.write({"index.rst": DIAGRAM})
    expected = "WARNING: llmpipeline_widht: unknown setting; did you mean 'llmpipeline_width'? [llmpipeline.config]\n"
    assert project.build("dummy", "-D", "llmpipeline_widht.html=800").warnings == expected
    assert project.build("dummy", "-D", "llmpipeline_widht=800").warnings == expected


@pytest.mark.parametrize(
    ("option", "name", "expected"),
    [
        ("llmpipeline_font=DejaVu Serif", "style.font", ("DejaVu Serif", "DejaVu Sans")),
        ("llmpipeline_font=DejaVu Serif, STIXGeneral", "style.font", ("DejaVu Serif", "STIXGeneral", "DejaVu Sans")),
        ("llmpipeline_width=400", "width", {"html": 400.0, "epub": 600.0, "latex": 450.0}),
        ("llmpipeline_width.latex=400", "width", {"html": 650.0, "epub": 600.0, "latex": 400.0}),
        ("llmpipeline_label_width=120", "style.label_width", 120.0),
        ("llmpipeline_narrow_width=320", "narrow_width", 320.0),
        ("llmpipeline_categories.rl=NeMo RL", "categories", {"rl": "NeMo RL"}),
        ("llmpipeline_plots.curve=figures:curve", "plots", {"curve": "figures:curve"}),
        ("llmpipeline_fences=mermaid", "fences", ("mermaid",)),
        ("llmpipeline_sources=ours, ours.graph:app", "sources", ["ours", "ours.graph:app"]),
        ("llmpipeline_legend=1", "legend", True),
        ("llmpipeline_full_size=0", "full_size", False),
        ("llmpipeline_neighbors=0", "neighbors", False),
        ("llmpipeline_timeout=5", "timeout", 5.0),
        ("llmpipeline_style=print", "style.name", "print"),
        ("llmpipeline_formats.html=png", "formats", {"html": "png"}),
        ("llmpipeline_engine=dot", "engine", "dot"),
        ("llmpipeline_dot=/usr/bin/dot", "dot", "/usr/bin/dot"),
        ("llmpipeline_cache=12", "cache", "12"),
        ("llmpipeline_cache_days=7", "cache_days", 7),
        ("llmpipeline_executor=pools:make", "executor", "pools:make"),
        ("llmpipeline_finish=figures:finish", "finish", "figures:finish"),
    ],
)
def test_settings_of_the_command_line(project: Project, option: str, name: str, expected: object) -> None:
    conf = """
    def setup(app):
        import pathlib, operator
        value = lambda app: operator.attrgetter("llmpipeline_NAME")(app.config)
        app.connect("builder-inited", lambda app: pathlib.Path("value.txt").write_text(repr(value(app))))
    """
    build = project.write({"index.rst": "Title\n=====\n"}, conf.replace("NAME", name)).build("dummy", "-D", option)
    assert (build.status, build.warnings) == (0, "")
    assert (project.source / "value.txt").read_text() == repr(expected)


def test_every_setting_of_the_command_line_is_tested() -> None:
    (mark,) = test_settings_of_the_command_line.pytestmark  # type: ignore[attr-defined]
    tested = {option.split("=")[0].split(".")[0] for option, _, _ in mark.args[1]}
    assert tested | {"llmpipeline_styles"} == {value.name for value in CONFIG}  # a dict of dicts has no text


def test_values_of_the_command_line_stay_where_a_later_sphinx_keeps_its_own_elsewhere() -> None:
    config: Any = SimpleNamespace(overrides={"llmpipeline_timeout": "5"})
    _read_command_line(config)
    assert config.overrides == {"llmpipeline_timeout": "5"}


@pytest.mark.parametrize(
    ("conf", "width"),
    [
        ("", 650.0),
        ("llmpipeline_width = {'latex': 400}", 650.0),
        ("llmpipeline_width = {'html': 700}", 700.0),
        ("llmpipeline_width = 820", 820.0),
        ("html_theme = 'classic'", 700.0),
    ],
)
def test_default_width_is_that_of_the_theme(project: Project, drawn_here: list[Job], conf: str, width: float) -> None:
    project.write({"index.rst": DIAGRAM}, conf).build("html", "-W")
    assert [job.width for job in drawn_here] == [width]


def test_wrong_number_of_the_command_line(project: Project) -> None:
    build = project.write({"index.rst": "Title\n=====\n"}).build("dummy", "-D", "llmpipeline_timeout=soon")
    assert build.warnings == (
        "WARNING: llmpipeline_timeout: expected a positive number of seconds, got 'soon' [llmpipeline.config]\n"
    )


def test_names_of_conf_py_that_are_no_settings(project: Project) -> None:
    """Functions and modules; settings that another extension registers; names without the prefix."""
    conf = """
        import llmpipeline_looks
        from json import dumps as llmpipeline_dumps

        llmpipelines = 3
        llmpipeline_more = 1
        llmpipeline_style = llmpipeline_looks.STYLE

        def setup(app):
            app.add_config_value("llmpipeline_more", 0, "", {int})
        """
    project.write(
        {"index.rst": DIAGRAM, "llmpipeline_looks.py": "STYLE = 'print'\n"},
        f"\
import sys\nsys.path.insert(0, '.')\n{dedent(conf)}",
    )
    build = project.run("dummy", "-W")
    assert (build.status, build.warnings) == (0, "")


def test_every_config_value_has_the_declared_default(project: Project) -> None:
    conf = """
    html_theme = "classic"  # whose pages have the usual width
    def setup(app):
        import json, pathlib
        from sphinxext.llmpipeline.extension.config import CONFIG, _read_command_line
        def report(app):
            values = {value.name: repr(app.config[value.name]) for value in CONFIG}
            pathlib.Path(app.outdir, "values.json").write_text(json.dumps(values))
        app.connect("builder-inited", report)
    """
    values = json.loads(project.write({"index.rst": DIAGRAM}, conf).run("html", "-W").read("values.json"))
    expected = {value.name: repr(value.read(value.name, value.default)) for value in CONFIG}
    assert values == {**expected, "llmpipeline_styles": repr(STYLES)}
    assert values["llmpipeline_style"] == repr(STYLES["modern"])


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        (
            'style = {}; style["base"] = style; llmpipeline_style = style',
            "llmpipeline_style: a dict or a list contains itself, or lies in more than 20 others",
        ),
        (
            'style = {"nodes": {}}; style["nodes"]["model"] = style; llmpipeline_styles = {"a": style}',
            "llmpipeline_styles: a dict or a list contains itself, or lies in more than 20 others",
        ),
        (
            r'llmpipeline_dot = "a\ud800"',
            r"llmpipeline_dot: the character U+D800 in 'a\ud800' cannot be used: remove it",
        ),
        (
            r'llmpipeline_width = {"a\ud800": 5}',
            r"llmpipeline_width: the character U+D800 in 'a\ud800' cannot be used: remove it",
        ),
        (
            r'llmpipeline_font = ("a\0",)',
            r"llmpipeline_font: the character U+0000 in 'a\x00' cannot be used: remove it",
        ),
        (
            "llmpipeline_dot = 5",
            "llmpipeline_dot: expected the name or the path of Graphviz's program 'dot', got 5",
        ),
    ],
)
def test_value_that_no_build_can_use_is_the_default(project: Project, conf: str, message: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, conf).build("html")
    assert (build.status, build.warnings) == (0, f"WARNING: {message} [llmpipeline.config]\n")
    assert "<svg" in build.read("index.html")


@pytest.mark.parametrize("value", ["3", "None", "['a']", "b'folder'"])
def test_cache_of_a_wrong_type(project: Project, value: str) -> None:
    warnings = project.write({"index.rst": DIAGRAM}, f"llmpipeline_cache = {value}").build("dummy").warnings
    assert warnings == (f"WARNING: llmpipeline_cache: expected a folder or a URL, got {value} [llmpipeline.config]\n")


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        (
            "llmpipeline_font = ['']",
            "llmpipeline_font: 'font' expects the name of a font or a list of names, got ['']",
        ),
        (
            "llmpipeline_label_width = 0",
            "llmpipeline_label_width: 'label_width' expects a number from 0.001 to 1,000,000, got 0",
        ),
    ],
)
def test_mistakes_in_settings_that_change_the_style(project: Project, conf: str, expected: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"{conf}\nllmpipeline_style = 'print'").build("html")
    assert build.warnings == f"WARNING: {expected} [llmpipeline.config]\n"
    assert 'data-id="a"' in build.read("index.html")


def test_font_of_a_wrong_type(project: Project) -> None:
    """Sphinx warns about the type, too."""
    build = project.write({"index.rst": DIAGRAM}, "llmpipeline_font = 3").build("html")
    expected = "llmpipeline_font: 'font' expects the name of a font or a list of names, got 3 [llmpipeline.config]"
    assert f"WARNING: {expected}\n" in build.warnings
    assert 'data-id="a"' in build.read("index.html")


def test_engine_whose_package_is_not_installed(
    project: Project, monkeypatch: pytest.MonkeyPatch, drawn_here: list[Job]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    build = project.write({"index.rst": DIAGRAM}, 'llmpipeline_engine = "pygraphviz"').build("html")
    assert (build.status, build.warnings) == (
        0,
        "WARNING: llmpipeline_engine: the package 'pygraphviz' is not installed; install "
        "sphinxext-llmpipeline[fast]; using 'graphviz-pure' instead [llmpipeline.config]\n",
    )
    assert [job.engine for job in drawn_here] == ["graphviz-pure"]


@pytest.mark.parametrize("given", ["neato", "", None, 0, 1.5, [], {}, ("dot",)], ids=repr)
def test_unknown_engine_is_a_warning_and_the_default_draws(project: Project, drawn_here: list[Job], given: Any) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"llmpipeline_engine = {given!r}").build("html")
    expected = f"expected one of 'graphviz-pure', 'pygraphviz', 'dot', got {given!r}; using 'graphviz-pure' instead"
    assert (build.status, build.warnings) == (
        0,
        f"WARNING: llmpipeline_engine: {expected} [llmpipeline.config]\n",
    )
    assert [job.engine for job in drawn_here] == ["graphviz-pure"]


def test_font_of_a_name_too_long_for_a_file_is_a_warning(project: Project) -> None:
    build = project.write({"index.rst": DIAGRAM}, "llmpipeline_font = 'x' * 3000").build("html")
    assert build.status == 0
    assert re.fullmatch(r"index\.rst:\d+: WARNING: no font is called 'x+': .*\[llmpipeline\.draw\]\n", build.warnings)


@pytest.mark.parametrize("name", ["timeout", "width", "cache_days", "label_width"])
def test_number_that_no_float_can_be_is_a_warning(project: Project, name: str) -> None:
    build = project.write({"index.rst": DIAGRAM}, f"llmpipeline_{name} = 10**400").build("html")
    assert build.status == 0
    assert re.fullmatch(rf"WARNING: llmpipeline_{name}: .*\[llmpipeline\.config\]\n", build.warnings)
    assert "<svg role=" in build.read("index.html")


def test_dot_that_is_not_there(project: Project) -> None:
    conf = 'llmpipeline_engine = "dot"\nllmpipeline_dot = "no-such-dot"'
    build = project.write({"index.rst": DIAGRAM}, conf).build("html")
    assert build.status == 0
    assert build.warnings.startswith("index.rst:6: WARNING: cannot run 'no-such-dot' (")
    assert build.warnings.endswith(
        "); set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'graphviz-pure' [llmpipeline.layout]\n"
    )
    assert_shows_the_list(build.read("index.html"))


@pytest.mark.program
def test_dot_as_the_engine(project: Project, program: Callable[[str], str]) -> None:
    conf = f'llmpipeline_engine = "dot"\nllmpipeline_dot = {program("dot")!r}'
    build = project.write({"index.rst": DIAGRAM}, conf).build("html", "-W")
    assert build.warnings == ""
    assert 'data-id="a"' in build.read("index.html")


# Diagrams that cannot be drawn


def assert_shows_the_list(page: str) -> None:
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert NOT_DRAWN in figure
    assert "<svg" not in figure
    assert "<p>A</p>" in figure
    assert "→ b: goes" in figure
    assert 'id="x"' in figure
    assert '<span class="caption-text">C</span>' in figure


FAILURES = [
    (LayoutError("Graphviz failed: %s {boom}"), "Graphviz failed: %s {boom} [llmpipeline.layout]"),
    (RuntimeError("boom"), "boom [llmpipeline.draw]"),
    (KeyError("boom"), "the diagram could not be drawn: KeyError: 'boom' [llmpipeline.draw]"),
    (MemoryError(), "the diagram could not be drawn: MemoryError: MemoryError [llmpipeline.draw]"),
    (RecursionError("deep"), "deep [llmpipeline.draw]"),
]


@pytest.mark.parametrize("builder", ["html", "epub", "latex", "texinfo"])
@pytest.mark.parametrize(("error", "message"), FAILURES, ids=[type(error).__name__ for error, _ in FAILURES])
def test_failure_is_a_warning_at_the_diagram(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, error: Exception, message: str
) -> None:
    def fail(job: Job) -> Drawing:
        raise error

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    # Not in the first document, which Sphinx resolves several times to make an e-book's contents.
    project.write({"index.rst": ".. toctree::\n\n   page\n", "page.rst": DIAGRAM})
    build = project.build(builder)
    assert (build.status, build.warnings) == (0, f"page.rst:6: WARNING: {message}\n")
    assert project.build(builder, "-E", "-W").status != 0
    assert project.drawings() == set()


@pytest.mark.parametrize(
    ("builder", "function"),
    [("html", "output.inline_svg"), ("html", "output.html_listing"), ("latex", "figures.reference_list")],
)
def test_failure_to_show_a_drawing_is_a_warning_too(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, function: str
) -> None:
    def fail(*_: object) -> None:
        raise TypeError("odd")

    monkeypatch.setattr(f"sphinxext.llmpipeline.extension.{function}", fail)
    build = project.write({"index.rst": ".. toctree::\n\n   page\n", "page.rst": DIAGRAM}).build(builder)
    reason = "the diagram could not be drawn: TypeError: odd [llmpipeline.draw]"
    assert (build.status, build.warnings) == (0, f"page.rst:6: WARNING: {reason}\n")
    page = build.read("page.html" if builder == "html" else "pipelines.tex")
    assert NOT_DRAWN in page
    assert "<svg role=" not in page
    assert "includegraphics" not in page


@pytest.mark.parametrize(
    ("between", "jobs"),
    [
        ([], "1"),
        ([], "2"),
        (["text"], "2"),
        (["dummy", "xml"], "1"),
        (["latex"], "1"),
        (["dirhtml", "singlehtml"], "1"),
    ],
)
def test_failure_warns_at_each_build_until_it_is_mended(
    project: Project, monkeypatch: pytest.MonkeyPatch, between: list[str], jobs: str
) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    pages = {f"page{number}.rst": f"Page {number}\n=======\n" for number in range(7)}
    toctree = "\n.. toctree::\n   :glob:\n\n   page*\n"
    project.write({"index.rst": DIAGRAM + toctree, **pages})
    expected = "index.rst:6: WARNING: boom [llmpipeline.draw]\n"
    with monkeypatch.context() as patch:
        patch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
        for _ in range(3):
            build = project.build("html", "-j", jobs)
            assert (build.status, build.warnings) == (0, expected)
            assert_shows_the_list(build.read("index.html"))
            for builder in between:
                project.build(builder, "-j", jobs)
    build = project.build("html", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    page = build.read("index.html")
    assert NOT_DRAWN not in page
    assert 'data-id="a"' in page
    assert project.build("html", "-W").warnings == ""


def test_failure_warns_after_a_build_of_other_documents(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    project.write({"index.rst": DIAGRAM, "other.rst": ":orphan:\n\nOther\n=====\n"})
    expected = "index.rst:6: WARNING: boom [llmpipeline.draw]\n"
    assert project.build("html").warnings == expected
    project.build("html", only="other.rst")
    assert project.build("html").warnings == expected


def test_failure_warns_after_a_build_that_broke_off(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    stop = """
    from pathlib import Path
    def setup(app):
        def stop(app, env):
            if Path(app.srcdir, "stop").exists():
                raise KeyboardInterrupt
        app.connect("env-updated", stop)
    """
    project.write({"index.rst": DIAGRAM}, stop)
    expected = "index.rst:6: WARNING: boom [llmpipeline.draw]\n"
    assert project.build("html").warnings == expected
    (project.source / "stop").touch()
    assert project.build("html").status != 0
    (project.source / "stop").unlink()
    assert project.build("html").warnings == expected


def test_failure_does_not_leave_a_stale_picture(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    project.write({"index.rst": DIAGRAM})
    assert 'data-id="a"' in project.build("html", "-W").read("index.html")
    project.write({"index.rst": DIAGRAM.replace("goes", "goes on")})
    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    assert 'data-id="a"' not in project.build("html").read("index.html")
    assert NOT_DRAWN in project.build("html").read("index.html")


def test_one_failure_leaves_the_other_diagrams(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import sphinxext.llmpipeline.rendering as module

    original = module.draw

    def fail_on_bad(job: Job) -> Drawing:
        if job.pipeline.nodes[0].id == "bad":
            raise RuntimeError("boom")
        return original(job)

    monkeypatch.setattr(module, "draw", fail_on_bad)
    index = "Title\n=====\n\n" + "".join(f".. llmpipeline::\n\n   {id} -> x\n\n" for id in ("good", "bad", "fine"))
    build = project.write({"index.rst": index}).build("html")
    assert build.warnings == "index.rst:8: WARNING: boom [llmpipeline.draw]\n"
    page = build.read("index.html")
    assert page.count("<svg role=") == 2
    assert page.count(NOT_DRAWN) == 1


def test_failure_of_a_page_names_its_document(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    project.write({"index.rst": ".. toctree::\n\n   sub/page\n", "sub/page.rst": DIAGRAM})
    for builder in ("singlehtml", "latex", "html", "singlehtml"):
        assert project.build(builder).warnings == "sub/page.rst:6: WARNING: boom [llmpipeline.draw]\n"


def test_document_that_failed_may_go(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise RuntimeError("boom")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    project.write({"index.rst": "Title\n=====\n", "gone.rst": f":orphan:\n\n{DIAGRAM}"})
    assert "gone.rst:8: WARNING: boom" in project.build("html").warnings
    (project.source / "gone.rst").unlink()
    assert project.build("html").warnings == ""


def test_failures_can_be_suppressed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: Job) -> Drawing:
        raise LayoutError("boom")

    monkeypatch.setattr("sphinxext.llmpipeline.rendering.draw", fail)
    build = project.write({"index.rst": DIAGRAM}, 'suppress_warnings = ["llmpipeline.layout"]').build("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    assert_shows_the_list(build.read("index.html"))


def test_messages_of_graphviz_are_warnings_at_the_diagram_in_each_build(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sphinxext.llmpipeline.rendering as module

    original = module.draw

    def talk(job: Job) -> Drawing:
        messages = Message("layout", "Warning: too %s"), Message("layout", "Warning: too wide")
        drawing = original(job)
        return replace(drawing, notes=replace(drawing.notes, messages=messages))

    expected = (
        "index.rst:6: WARNING: Warning: too %s [llmpipeline.layout]\n"
        "index.rst:6: WARNING: Warning: too wide [llmpipeline.layout]\n"
    )
    project.write({"index.rst": DIAGRAM})
    with monkeypatch.context() as patch:
        patch.setattr(module, "draw", talk)
        assert project.build("html").warnings == expected
    # Now the drawing comes from the cache, and what was said of it too.
    for builder in ("html", "html", "dirhtml", "html"):
        build = project.build(builder)
        assert build.warnings == expected
        assert 'data-id="a"' in build.read("index.html")
    assert project.build("html", "-W").status != 0


def test_fallback_can_be_styled(project: Project) -> None:
    page = project.write({"index.rst": ".. llmpipeline::\n\n   a ->\n"}).build("html").read("index.html")
    assert 'class="llmpipeline-failed' in page
    assert '<div class="admonition warning">' in page


def test_repr_of_a_job_is_its_identity() -> None:
    from sphinxext.llmpipeline import parse

    one, other = (Job(parse(text), CLASSIC, "svg") for text in ("a -> b", "# comment\n\na -> b\n   :link: x.html"))
    assert repr(one) == repr(other)


def test_other_extensions_see_the_labels(project: Project) -> None:
    """In documents that are about to be written; until then, they are packed."""
    conf = """
        from docutils import nodes
        from sphinx.transforms.post_transforms import SphinxPostTransform

        def put(document, old, new):
            for text in list(document.findall(nodes.Text)):
                if old in text:
                    text.parent.replace(text, nodes.Text(text.replace(old, new)))

        class Put(SphinxPostTransform):
            default_priority = 1

            def run(self, **_):
                put(self.document, "@first@", "one")

        def setup(app):
            app.add_post_transform(Put)
            app.connect("doctree-resolved", lambda app, document, name: put(document, "@second@", "two"), priority=100)
        """
    text = "Title\n=====\n\n.. llmpipeline::\n\n   a: Step @first@\n   a -> b: @second@\n   b\n"
    page = project.write({"index.rst": text}, conf).build("html", "-W").read("index.html")
    assert "@" not in "".join(re.findall(r"<text[^>]*>([^<]*)</text>", page))
    assert re.findall(r"<text[^>]*>([^<]*)</text>", page) == ["two", "Step one", "b"]


def test_a_font_file_that_cannot_be_read_fails_the_diagram_and_not_the_build(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = Path(findfont("DejaVu Sans"))
    project.write({"index.rst": DIAGRAM, "mine.ttf": font.read_bytes()}, 'llmpipeline_font = "mine.ttf"')
    read = Path.read_bytes

    def fail(path: Path) -> bytes:
        if path.name == "mine.ttf":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", fail)
    for builder in ("html", "latex"):
        build = project.build(builder)
        assert build.status == 0
        assert build.warnings.count("WARNING: the diagram could not be drawn: PermissionError: ") == 1


@pytest.mark.parametrize("value", ["-1", "True", "'x'", "float('nan')", "[30]"])
def test_days_that_cannot_be_read(project: Project, value: str) -> None:
    build = project.write({"index.rst": "Title\n=====\n"}, f"llmpipeline_cache_days = {value}").build("html")
    expected = f"expected a number of days, or 0 to keep all drawings, got {eval(value)!r}"
    assert f"WARNING: llmpipeline_cache_days: {expected} [llmpipeline.config]\n" in build.warnings


@pytest.mark.parametrize("value", ["None", "0", "7", "0.5"])
def test_days_that_can_be_read(project: Project, value: str) -> None:
    build = project.write({"index.rst": "Title\n=====\n"}, f"llmpipeline_cache_days = {value}").build("html", "-W")
    assert (build.status, build.warnings) == (0, "")


EMOJI = "Title\n=====\n\n.. llmpipeline::\n\n   a: 🚀 Launch\n   a -> b\n   b\n"


@pytest.mark.parametrize("font", [pytest.param("Noto Color Emoji", marks=NEEDS_COLOUR_FONTS), "DejaVu Sans"])
def test_emoji_are_drawn_by_browsers(project: Project, font: str) -> None:
    build = project.write({"index.rst": EMOJI}, f'llmpipeline_font = "{font}"').run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    assert ">🚀 Launch</text>" in build.read("index.html")


@NEEDS_COLOUR_FONTS
@pytest.mark.parametrize(("builder", "formats"), [("latex", {}), ("html", {"html": "png"}), ("epub", {})])
def test_emoji_in_images_are_reported_with_a_subtype_of_their_own(
    project: Project, builder: str, formats: dict[str, str]
) -> None:
    conf = f'llmpipeline_font = "Noto Color Emoji"\nllmpipeline_formats = {formats}\n'
    build = project.write({"index.rst": EMOJI}, conf).run(builder)
    assert build.warnings == (
        "index.rst:4: WARNING: no font with outlines has '🚀' (U+1F680), drawn as a box: install one, such as Noto "
        "Emoji, and name it in llmpipeline_font [llmpipeline.font]\n"
    )
    project.write({"index.rst": EMOJI}, f'{conf}suppress_warnings = ["llmpipeline.font"]')
    assert (project.run(builder, "-W", "-E").warnings) == ""
    assert len(project.drawings()) == (2 if formats else 1)
