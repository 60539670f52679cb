"""The how-tos: every declaration, setting and command on their pages is a file or a line that is built here."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pytest
import yaml

from sphinxext.llmpipeline import convert
from sphinxext.llmpipeline.job import Job
from tests.conftest import ROOT, Build, Project, imported_or_lacking, needed_font
from tests.test_tutorial import FINISHED as HANDBOOK
from tests.test_tutorial import PROGRAMS

DOCS = ROOT / "docs"
PAGES = sorted(path for path in (DOCS / "howto").glob("*.rst") if path.stem != "index")
EXAMPLES = DOCS / "examples" / "howto"
AGENT = DOCS / "examples" / "objects" / "agent.py"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

# Settings by the document that they are for, where the names of the two files differ.
CONF_OF = {
    "house-style": ("house-style", "house-style-changed"),
    "from-code-directive": ("from-code",),
}
NEEDS = {"notebook": "myst_nb"}
# Those of the package have sections, and refer to the rest of the manual.
DOCSTRINGS = 'extensions += ["sphinx.ext.napoleon"]\nsuppress_warnings = ["ref"]\n'


def settings(name: str) -> str:
    return (EXAMPLES / f"{name}-conf.py").read_text(encoding="utf-8")


def document(name: str) -> dict[str, str | bytes]:
    """The example as the only document of a project, with the files that any of them names."""
    path = next(path for suffix in (".rst", ".md") if (path := EXAMPLES / f"{name}{suffix}").is_file())
    text = path.read_text(encoding="utf-8")
    files: dict[str, str | bytes] = {
        f"index{path.suffix}": text if path.suffix == ".md" else f"Title\n=====\n\n{text}",
        "examples/howto/scores.csv": (EXAMPLES / "scores.csv").read_bytes(),
        "_static/night.css": (EXAMPLES / "night.css").read_bytes(),
        "fonts/Handbook-Regular.ttf": (FONTS / "DejaVuSerif.ttf").read_bytes(),
        "fonts/Handbook-Bold.ttf": (FONTS / "DejaVuSerif-Bold.ttf").read_bytes(),
    }
    if name == "link-api":
        names = ("autofunction:: parse", "autoclass:: Pipeline", "autofunction:: render")
        listed = "".join(f".. {name.replace(':: ', ':: sphinxext.llmpipeline.')}\n" for name in names)
        files["index.rst"] = f"{files['index.rst']!s}\n{listed}"
    return files


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``src`` of the project, with the modules of the pages, and no module of another test."""
    for name in ("agent", "house_style"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    folder = tmp_path / "src"
    folder.mkdir()
    shutil.copy(AGENT, folder)
    shutil.copy(EXAMPLES / "house_style.py", folder)
    return folder


def build(project: Project, name: str, *conf: str, builder: str = "html", options: tuple[str, ...] = ()) -> Build:
    """Build an example with settings of the pages, every warning an error."""
    found = project.write(document(name), "\n".join(["numfig = True", *conf])).build(builder, "-W", *options)
    assert (found.status, found.warnings) == (0, "")
    return found


DOCUMENTS = sorted(path.stem for path in EXAMPLES.iterdir() if path.suffix in (".rst", ".md"))
WITH_CONF = [(name, conf) for name in DOCUMENTS for conf in CONF_OF.get(name, (name,))]


@pytest.mark.parametrize(("name", "conf"), WITH_CONF, ids=lambda value: value)
def test_each_document_is_drawn_with_the_settings_of_its_page(
    project: Project, modules: Path, name: str, conf: str
) -> None:
    if name in NEEDS:
        imported_or_lacking(NEEDS[name])
    if name == "fonts":
        needed_font("Noto Sans CJK JP")
    given = settings(conf) if (EXAMPLES / f"{conf}-conf.py").is_file() else ""
    if conf.startswith("house-style"):  # the manual shows the style of another project beside its own
        given = f"import sys\nsys.path.insert(0, {str(modules)!r})\nllmpipeline_styles = {{'house': {{}}}}\n{given}"
    if name == "link-api":
        given += DOCSTRINGS
    if name == "notebook":  # MyST-NB takes the place of MyST, which other tests have loaded into this process
        found = project.write(document(name), given).run("html", "-W")  # the kernel says something of its own
        assert found.status == 0
    else:
        found = build(project, name, given)
    page = found.read("index.html")
    assert page.count("<svg role=") >= 1
    assert 'class="llmpipeline-failed' not in page


def test_each_file_of_settings_is_built() -> None:
    """Those that belong to no document of their own have a test below."""
    files = {path.name.removesuffix("-conf.py") for path in EXAMPLES.glob("*-conf.py")}
    assert files - {conf for _, conf in WITH_CONF} == {"dark", "print", "shared-cache", "translate-titles"}


def test_every_page_shows_files_alone_and_has_a_label() -> None:
    """What a page prints itself are commands, and a few lines of YAML that go into a file that is shown."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f".. _how-to-{page.stem}:\n\n"), page.name
        printed = re.findall(r"^\.\. code-block:: (\w+)$", text, re.MULTILINE)
        assert {*printed} <= {"shell", "yaml"}, page.name
    assert len(PAGES) >= 20


def test_every_example_is_shown_on_a_page() -> None:
    shown = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown |= {Path(name).name for name in re.findall(r"^ *\.\. \w+:: (\S+/\S+)$", text, re.MULTILINE)}
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} - shown == set()


def test_every_page_is_in_the_list() -> None:
    listed = re.findall(r"^   ([\w-]+)$", (DOCS / "howto" / "index.rst").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == [page.stem for page in PAGES]


def test_the_style_of_the_organisation_sets_colours_and_may_be_changed(project: Project, modules: Path) -> None:
    given = f"import sys\nsys.path.insert(0, {str(modules)!r})\nllmpipeline_styles = {{'house': {{}}}}\n"
    for conf in ("house-style", "house-style-changed"):
        assert "#dbe7ff" in build(project, "house-style", given + settings(conf)).read("_static/llmpipeline.css")


def test_both_files_of_a_font_draw_labels(project: Project) -> None:
    needed_font("Noto Sans CJK JP")
    built = build(project, "fonts", settings("fonts"))
    fonts = re.findall(r"@font-face \{.*?\}", built.read("_static/llmpipeline-fonts.css"), re.DOTALL)
    assert any("DejaVu Serif" in font for font in fonts)
    assert any("Noto Sans CJK JP" in font for font in fonts)


def test_pages_load_the_rule_for_dark_pages(project: Project) -> None:
    built = build(project, "align", settings("dark"))
    assert 'href="_static/night.css' in built.read("index.html")
    assert "color-scheme: dark" in built.read("_static/night.css")


def test_the_tag_chooses_the_style_for_print(project: Project) -> None:
    for options, style in (((), "modern"), (("-t", "print"), "print")):
        build(project, "align", settings("print"), options=options)
        assert f"llmpipeline-style-{style}" in project.build("html", *options).read("index.html")
    assert build(project, "align", settings("print"), builder="latex", options=("-t", "print")).warnings == ""


def test_nodes_are_links_to_what_autodoc_has_found(project: Project) -> None:
    page = build(project, "link-api", settings("link-api"), DOCSTRINGS).read("index.html")
    (drawing,) = re.findall(r"<svg role=.*?</svg>", page, re.DOTALL)[:1]
    assert re.findall(r'href="#sphinxext\.llmpipeline\.(\w+)"', drawing) == ["parse", "Pipeline", "render"]


def test_the_command_on_the_page_about_print_draws_one_diagram(tmp_path: Path) -> None:
    page = (DOCS / "howto" / "print.rst").read_text(encoding="utf-8")
    (command,) = re.findall(r"^   llmpipeline (render .*)$", page, re.MULTILINE)
    shutil.copy(EXAMPLES / "mermaid.txt", tmp_path / "retrieval.txt")
    words = [sys.executable, "-m", PROGRAMS["llmpipeline"], *shlex.split(command)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "retrieval.pdf").read_bytes().startswith(b"%PDF-")


def test_references_are_those_that_the_page_explains(project: Project) -> None:
    page = build(project, "refer").read("index.html")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "Fig. 1 has a loop. See also Rewards from tests, figure 1, and the verifier" in text
    assert 'href="#howto-refer-verifier"' in page
    assert 'id="howto-refer-verifier"' in page


def test_projects_that_share_a_folder_draw_a_diagram_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawn_here: list[Job]
) -> None:
    monkeypatch.delenv("DRAWINGS", raising=False)
    for name in ("search", "serving"):
        project = Project(tmp_path / name)
        source = tmp_path / "packages" / name / "docs"
        source.parent.mkdir(parents=True)
        project.root.mkdir()
        project.source.symlink_to(source, target_is_directory=True)
        source.mkdir()
        build(project, "align", settings("shared-cache"))
        assert [*(tmp_path / ".drawings").rglob("*.svg*")] != []
        assert (len(drawn_here) > 0) is (name == "search")
        drawn_here.clear()


def test_a_variable_names_another_place_for_drawings(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported_or_lacking("fsspec")
    monkeypatch.setenv("DRAWINGS", f"file://{tmp_path}/bucket")
    build(project, "align", settings("shared-cache"))
    assert [path for path in (tmp_path / "bucket").rglob("*") if path.is_file()] != []


def test_the_converter_makes_what_the_page_shows() -> None:
    source, declarations = ((EXAMPLES / f"mermaid.{suffix}").read_text(encoding="utf-8") for suffix in ("mmd", "txt"))
    assert convert(source, "mermaid").text.strip() == declarations.strip()
    assert source in (EXAMPLES / "fences.md").read_text(encoding="utf-8")


def test_the_cell_of_the_notebook_ends_with_a_diagram() -> None:
    text = (EXAMPLES / "notebook.md").read_text(encoding="utf-8")
    (cell,) = re.findall(r"^```\{code-cell\} python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    *statements, last = cell.strip().split("\n")
    names: dict[str, Any] = {}
    exec("\n".join(statements), names)
    shown = names[last]._repr_mimebundle_()
    assert all(f"Example-{size}" in shown["text/html"] for size in ("1B", "8B", "70B"))
    assert names[last].source == (EXAMPLES / "notebook.txt").read_text(encoding="utf-8")  # the picture below the cell


@pytest.mark.parametrize("name", ["pages", "check"])
def test_the_commands_of_a_workflow_pass_on_the_handbook_of_the_tutorial(tmp_path: Path, name: str) -> None:
    workflow = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    shutil.copytree(HANDBOOK, tmp_path / "handbook")
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands.pop(0) == "pip install -r docs/requirements.txt"
    for command in commands:
        program, *arguments = shlex.split(command)
        done = subprocess.run(
            [sys.executable, "-m", PROGRAMS[program], *arguments],
            cwd=tmp_path / "handbook",
            capture_output=True,
            text=True,
            check=False,
            env={key: value for key, value in os.environ.items() if key != "DRAWINGS"},
        )
        assert (done.returncode, done.stderr) == (0, ""), command


def test_hooks_are_those_of_the_repository() -> None:
    shown = yaml.safe_load((EXAMPLES / "pre-commit.yaml").read_text(encoding="utf-8"))
    offered = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    for hook in shown["repos"][0]["hooks"]:
        same = offered[hook["id"]]
        assert {key: hook[key] for key in ("entry", "language", "files")} == {
            key: same[key] for key in ("entry", "language", "files")
        }


def test_the_texts_of_the_diagram_are_extracted_into_one_file(project: Project) -> None:
    found = build(project, "translate", settings("translate"), builder="gettext")
    template = found.read("handbook.pot")
    for text in ("People", "Author", "Drafting model", "outline", "Who writes and who checks"):
        assert f'msgid "{text}"' in template


def test_titles_of_the_settings_are_translated(project: Project) -> None:
    project.write({"locales/de/LC_MESSAGES/sphinx.po": (EXAMPLES / "sphinx.po").read_bytes()})
    found = build(project, "colour-by-team", settings("translate-titles"), options=("-D", "language=de"))
    legend = found.read("index.html").split('class="llmpipeline-legend"', 1)[1].split("</svg>", 1)[0]
    assert re.findall(r"<text[^>]*>([^<]+)", legend) == ["Suche", "Betrieb"]
