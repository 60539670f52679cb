"""The tutorial: what readers have after each step, when they do what the page says and nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from babel.messages.pofile import read_po
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "tutorial.rst"
FINISHED = ROOT / "docs" / "examples" / "tutorial"
CATALOGUE = "docs/locales/de/LC_MESSAGES/handbook.po"
PAGES = ("index", "data", "training", "rl", "rag", "serving")

# Commands that need a network, a repository or LaTeX, or that change the shell.
NOT_RUN = ("python3 -m venv", ". .venv", "pip install", "cd ", "git ", "sphinx-build -M latexpdf")
PROGRAMS = {"sphinx-build": "sphinx", "llmpipeline": "sphinxext.llmpipeline"}


@dataclass(frozen=True)
class File:
    """A part of a file that the page tells to write, or to add at the end of the file."""

    path: str
    options: Mapping[str, str]

    @property
    def finished(self) -> str:
        """All of the file, as it is after the last step."""
        return (FINISHED / self.path).read_text(encoding="utf-8")

    @property
    def shown(self) -> str:
        options = {key: value for key, value in self.options.items() if key.startswith(("start-", "end-"))}
        text, _ = LiteralIncludeReader(str(FINISHED / self.path), options, Config()).read()
        return str(text)


@dataclass(frozen=True)
class Command:
    """A line of a block in the terminal."""

    line: str


@dataclass(frozen=True)
class Step:
    title: str
    actions: list[File | Command]


def steps() -> list[Step]:
    """The numbered sections of the page, with what they tell the reader to do, in order."""
    text = PAGE.read_text(encoding="utf-8")
    found: list[Step] = []
    headings = r"^(?P<title>\d\. .*)\n-+$"
    blocks = r"^\.\. (?P<kind>literalinclude|code-block):: (?P<argument>.*)\n(?P<body>(?:(?:   .*)?\n)*)"
    for match in re.finditer(f"{headings}|{blocks}", text, re.MULTILINE):
        if match["title"]:
            found.append(Step(match["title"], []))
        elif match["kind"] == "code-block":
            assert match["argument"] == "shell"
            found[-1].actions.extend(Command(line.strip()) for line in match["body"].split("\n") if line.strip())
        else:
            options = dict(re.findall(r"^   :([\w-]+): (.*)$", match["body"], re.MULTILINE))
            found[-1].actions.append(File(match["argument"].removeprefix("examples/tutorial/"), options))
    return found


@dataclass
class Reader:
    """The folder ``handbook``, and what the commands of each step have printed there."""

    folder: Path
    printed: dict[str, list[str]]

    def write(self, file: File) -> None:
        """A file grows at its end only: what is shown continues what is there, or shows its end once more."""
        path = self.folder / file.path
        if file.path == CATALOGUE:  # the template, in which the reader translates
            path.write_text(file.finished, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        start = file.finished.index(file.shown)
        assert file.finished.startswith(before)
        assert file.finished[len(before) : start].strip() == ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.finished[: start + len(file.shown)], encoding="utf-8")

    def run(self, line: str) -> str | None:
        if line.startswith(NOT_RUN) or line == "mkdir handbook":
            return None
        words = shlex.split(line)
        if words[0] in PROGRAMS:
            words = [sys.executable, "-m", PROGRAMS[words[0]], *words[1:]]
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), line
        return done.stdout

    def read(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    made = Reader(tmp_path_factory.mktemp("tutorial") / "handbook", {})
    made.folder.mkdir()
    for step in steps():
        made.printed[step.title] = []
        for action in step.actions:
            if isinstance(action, File):
                made.write(action)
            elif (printed := made.run(action.line)) is not None:
                made.printed[step.title].append(printed)
                if action.line == "sphinx-build docs build/html" and step.title.startswith("1"):
                    (made.folder / "first.html").write_text(made.read("build/html/index.html"), encoding="utf-8")
    return made


def texts(page: str) -> list[str]:
    """The texts of the first drawing of a page."""
    (drawing, *_) = re.findall(r"<svg role=.*?</svg>", page, re.DOTALL)
    root = ET.fromstring(drawing.replace("&nbsp;", " "))
    return ["".join(element.itertext()) for element in root.iter() if element.tag.rpartition("}")[2] == "text"]


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_the_page_has_six_steps_and_each_of_the_first_five_ends_with_a_build() -> None:
    found = steps()
    assert [step.title[0] for step in found] == [*"123456"]
    for step in found[:5]:
        commands = [action.line for action in step.actions if isinstance(action, Command)]
        assert any(line.startswith("sphinx-build") for line in commands)


def test_a_reader_who_follows_the_page_has_the_finished_project(reader: Reader) -> None:
    files = [path.relative_to(FINISHED) for path in FINISHED.rglob("*") if path.is_file() and path.suffix != ".mo"]
    assert {path.stem for path in files if path.suffix == ".rst"} == {*PAGES}
    for path in files:
        assert reader.read(str(path)).strip() == (FINISHED / path).read_text(encoding="utf-8").strip(), path


def test_the_first_step_ends_with_a_figure(reader: Reader) -> None:
    assert {*texts(reader.read("first.html"))} == {
        *("Corpus", "Base model", "Chat model", "API"),
        *("Pre-training", "Post-training", "Deployment"),
    }
    (printed,) = (text for text in reader.printed[steps()[0].title] if text)
    assert printed.splitlines()[-1] == "The HTML pages are in build/html."


def test_figures_have_numbers_links_and_addresses(reader: Reader) -> None:
    page = reader.read("build/html/rl.html")
    assert "The chat model of Fig. 3 learns from rewards. Fig. 4 shows one step of GRPO." in plain(page)
    assert 'href="training.html#training-run"' in page
    assert 'id="grpo-loop-verifier"' in page
    assert "The prompt is that of Fig. 5." in plain(reader.read("build/html/serving.html"))
    assert "Fig. 1 From text to an answer" in plain(reader.read("build/html/index.html"))


def test_teams_have_colours_and_a_legend(reader: Reader) -> None:
    page = reader.read("build/html/rag.html")
    assert "llmpipeline-category-search" in page
    assert texts(page)[-2:] == ["Search team", "Serving team"]


def test_the_check_prints_nothing(reader: Reader) -> None:
    assert reader.printed[steps()[3].title][-1] == ""


def test_latex_has_all_pages_and_a_drawing_of_each_figure(reader: Reader) -> None:
    text = reader.read("build/latex/example-7b.tex")
    pictures = re.findall(r"\\sphinxincludegraphics(?:\[.*?\])?\{\{(.*?)\}(\.pdf)\}", text)
    assert len({*pictures}) == len(PAGES)
    for stem, suffix in pictures:
        assert (reader.folder / "build" / "latex" / f"{stem}{suffix}").read_bytes().startswith(b"%PDF-")


def test_german_pages_have_german_labels_captions_and_numbers(reader: Reader) -> None:
    page = reader.read("build/de/index.html")
    assert {*texts(page)} == {
        *("Korpus", "Basismodell", "Chatmodell", "API"),
        *("Vortraining", "Nachtraining", "Auslieferung"),
    }
    assert "Abb. 1 Vom Text zur Antwort" in plain(page)
    assert "Das Chatmodell aus Abb. 3 lernt aus Belohnungen." in plain(reader.read("build/de/rl.html"))
    assert texts(reader.read("build/de/rag.html"))[-2:] == ["Search team", "Serving team"]
    assert "Anfrage," in texts(reader.read("build/de/serving.html"))


def test_the_catalogue_has_each_text_of_the_pages_and_a_translation(reader: Reader) -> None:
    template, catalogue = reader.folder / "build/gettext/handbook.pot", FINISHED / CATALOGUE
    with template.open("rb") as asked, catalogue.open("rb") as given:
        wanted, found = read_po(asked), read_po(given)
    places = {message.id: message.locations for message in wanted if message.id}
    assert {message.id: message.locations for message in found if message.id} == places
    assert [message.id for message in found if message.id and not message.string] == []


def test_what_read_the_docs_reads_names_files_that_are_there(reader: Reader) -> None:
    settings = reader.read(".readthedocs.yaml")
    named = re.findall(r"^ *(?:- requirements|configuration): (.*)$", settings, re.MULTILINE)
    assert named == ["docs/conf.py", "docs/requirements.txt"]
    assert all((reader.folder / name).is_file() for name in named)
    installed = {*(FINISHED / "docs" / "requirements.txt").read_text(encoding="utf-8").split()}
    (line,) = re.findall(r"^   pip install (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert installed == {*line.split()}
