"""A Sphinx project in a folder of its own, and programs that pip does not install."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any, NoReturn

import matplotlib
import pytest
from docutils import nodes
from jinja2 import FileSystemBytecodeCache
from jinja2.sandbox import SandboxedEnvironment
from matplotlib.font_manager import fontManager
from sphinx import jinja2glue, version_info
from sphinx.cmd.build import main
from sphinx.locale import translators

import sphinxext.llmpipeline.rendering
from sphinxext.llmpipeline.extension.doctree import unpack
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.text import matplotlib_fonts, metrics
from tests.browser import Browser, axe_core
from tests.firefox import Firefox

ROOT = Path(__file__).parents[1]

NEEDS_COLOUR_FONTS = pytest.mark.skipif(
    matplotlib.__version_info__ < (3, 11), reason="matplotlib before 3.11 opens no font without outlines"
)

# A shell ignores this signal in what it starts in the background, and builds would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

SEED = r"""
.. llmpipeline::
   :name: llm-building-process
   :caption: How a large language model is built

   model arch: Model Architecture\n(Decoder)
   model gpt3: General Purpose Model\n(GPT-3)
   model chat: Model with Specific Tasks\n(ChatGPT)

   arch -> gpt3: Pre-training\n(General Knowledge)
   gpt3 -> chat: Fine-tuning\n(Specialized Learning)
"""

CONF = """
project, author, copyright, version, release = "Pipelines", "Nobody", "Nobody", "1", "1.0"
extensions = ["sphinxext.llmpipeline"]
show_warning_types = True
"""
if version_info < (7, 3):  # Sphinx has no such setting yet
    CONF += """
import logging
def _add_type(record):
    if record.name.endswith("sphinx.util.docutils"):
        record.msg += " [docutils]"
    elif getattr(record, "type", None):
        record.msg += f" [{record.type}.{record.subtype}]" if record.subtype else f" [{record.type}]"
    return True
for _handler in logging.getLogger("sphinx").handlers:
    if _handler.level == logging.WARNING:
        _handler.addFilter(_add_type)
"""


@dataclass(frozen=True)
class Build:
    """What one run of ``sphinx-build`` left behind."""

    status: int
    warnings: str
    """All of stderr; files of the project are named as seen from its source folder."""
    out: Path

    def read(self, name: str) -> str:
        """The text of a file of the output."""
        return (self.out / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Project:
    """A Sphinx project; its builders share one folder of doctrees, as those of ``make`` do."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def doctrees(self) -> Path:
        return self.root / "doctrees"

    def write(self, files: Mapping[str, str | bytes], conf: str = "") -> Project:
        """Write files of the project; *conf* comes after what every ``conf.py`` says."""
        for name, content in {"conf.py": CONF + dedent(conf), **files}.items():
            path = self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def rewrite(self, name: str, text: str) -> None:
        """Write a file that Sphinx sees as newer, however coarse the clock of the file system, and slow a build, is."""
        path = self.source / name
        path.write_text(text, encoding="utf-8")
        later = path.stat().st_mtime_ns + 2_000_000_000
        os.utime(path, ns=(later, later))

    def build(
        self, builder: str = "html", *options: str, doctrees: Path | None = None, out: str = "", only: str = ""
    ) -> Build:
        """Build in this process, which has what draws already loaded; *only* names the one file to be written."""
        folder = self.root / "out" / (out or builder)
        files = [str(self.source / only)] if only else []
        stderr = io.StringIO()
        translators.clear()  # Sphinx does not forget a language that it once spoke
        with contextlib.redirect_stderr(stderr), contextlib.redirect_stdout(io.StringIO()):
            status = main([*self._arguments(builder, options, doctrees, folder), *files])
        return Build(status, self._relative(stderr.getvalue()), folder)

    def run(
        self, builder: str = "html", *options: str, doctrees: Path | None = None, out: str = "", **environ: str
    ) -> Build:
        """Build in a process of its own."""
        folder = self.root / "out" / (out or builder)
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", *self._arguments(builder, options, doctrees, folder)],
            cwd=self.source,
            env={**os.environ, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return Build(done.returncode, self._relative(done.stderr), folder)

    def doctree(self, docname: str = "index") -> nodes.document:
        """A document as it was read: as Sphinx keeps it, but with its diagrams unpacked."""
        doctree = self.packed(docname)
        for diagram in doctree.findall(pipeline_diagram):
            unpack(diagram)
        return doctree

    def packed(self, docname: str = "index") -> nodes.document:
        """A document as Sphinx keeps it."""
        doctree: nodes.document = pickle.loads((self.doctrees / f"{docname}.doctree").read_bytes())
        return doctree

    def drawings(self) -> set[Path]:
        """The entries of drawings in the cache."""
        found = (self.doctrees / ".llmpipeline").glob("?/*.entry")
        return {path for path in found if Path(path.stem).suffix in (".svg", ".pdf", ".png")}

    def image_files(self) -> set[Path]:
        """The plain files that builders copy, beside the entries."""
        found = (self.doctrees / ".llmpipeline").glob("?/*")
        return {path for path in found if path.suffix in (".svg", ".pdf", ".png")}

    def _arguments(self, builder: str, options: tuple[str, ...], doctrees: Path | None, out: Path) -> list[str]:
        # gettext numbers doctrees in a way of its own, and refuses those of other builders.
        kept = doctrees or (self.root / "doctrees-gettext" if builder == "gettext" else self.doctrees)
        return ["-q", "--no-color", "-b", builder, "-d", str(kept), *options, str(self.source), str(out)]

    def _relative(self, text: str) -> str:
        return text.replace(f"{self.source}{os.sep}", "")


_COMPILED = tempfile.TemporaryDirectory()


class _Environment(SandboxedEnvironment):
    """The environment of the templates of a theme, which are compiled once for all builds of this process."""

    def __init__(self, **options: Any) -> None:
        # Templates differ with the extensions of the language.
        folder = Path(_COMPILED.name, "-".join(map(str, options.get("extensions", ()))))
        folder.mkdir(exist_ok=True)
        super().__init__(**options, bytecode_cache=FileSystemBytecodeCache(str(folder)))


jinja2glue.SandboxedEnvironment = _Environment  # type: ignore[misc]  # it took a quarter of a build


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty project; its source folder is the current one, so that docutils names files relative to it."""
    made = Project(tmp_path)
    made.source.mkdir()
    monkeypatch.chdir(made.source)
    monkeypatch.setattr(sys, "path", [*sys.path])  # which conf.py may change
    return made


@pytest.fixture
def restored_fonts() -> Iterator[None]:
    """Forget what tests before this one found out about fonts, and what this one adds to matplotlib's."""

    def forget() -> None:
        for cached in (*vars(metrics).values(), *vars(matplotlib_fonts).values()):
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()

    before = [*fontManager.ttflist]
    forget()
    yield
    fontManager.ttflist[:] = before
    forget()


shaped = pytest.mark.skipif(not matplotlib_fonts.SHAPES, reason="matplotlib does not shape text before 3.11")
"""Marks tests of what this matplotlib may not do; then a message says so."""


@pytest.fixture(scope="session")
def manual() -> Path:
    """The folder of the manual; skips the test if this Sphinx cannot build it."""
    if version_info < (7, 4):
        pytest.skip("the manual needs Sphinx 7.4, the first with the directive 'confval'")
    return ROOT / "docs"


def read_before(folder: Path) -> Path:
    """A folder for the doctrees of the manual, with those that ``make docs`` has left, which take long to make."""
    doctrees = folder / "doctrees"
    if (made := ROOT / "build" / "doctrees").is_dir():
        shutil.copytree(made, doctrees)
    return doctrees


@pytest.fixture
def seed() -> str:
    """The diagram that began it all."""
    return SEED


def imported_or_lacking(module: str) -> None:
    """Skip the test if *module* is not installed; fail it if ``CI`` says that everything must be."""
    if find_spec(module) is None:
        is_lacking(module)


def is_lacking(name: str) -> NoReturn:
    """Skip the test because *name* is not installed; fail it if ``CI`` says that everything must be."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{name} is not installed")


def needed(name: str) -> str:
    """Path of an external program that a test needs."""
    return shutil.which(name) or is_lacking(name)


def needed_font(family: str) -> str:
    """The family of a font that a test needs, also one installed after matplotlib listed its fonts."""
    return family if matplotlib_fonts.is_known(family) else is_lacking(family)


@pytest.fixture
def program() -> Callable[[str], str]:
    """Finds a program that a test needs."""
    return needed


@pytest.fixture(scope="module")
def chromium() -> str:
    return needed("chromium")


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all tests of a module."""
    started = Browser(chromium, tmp_path_factory.mktemp("chromium") / "profile")
    yield started
    started.close()


@pytest.fixture(params=["chromium", "firefox"])
def engine(request: pytest.FixtureRequest) -> Browser | Firefox:
    """Each browser in turn."""
    found: Browser | Firefox = request.getfixturevalue("browser" if request.param == "chromium" else "firefox")
    return found


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for all tests of a module."""
    started = Firefox(needed("firefox-esr"), tmp_path_factory.mktemp("firefox") / "profile")
    yield started
    started.close()


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_core(needed("npm"), ROOT / "build" / "axe")


@pytest.fixture
def drawn_here(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """The jobs that are drawn in this process."""
    found: list[Job] = []
    original = sphinxext.llmpipeline.rendering.draw

    def counted(job: Job) -> Drawing:
        found.append(job)
        return original(job)

    monkeypatch.setattr(sphinxext.llmpipeline.rendering, "draw", counted)
    return found
