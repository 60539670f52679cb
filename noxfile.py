"""The versions of Python, Sphinx and docutils that are tested together: ``nox -s tests`` runs all tests on each.

``.github/workflows`` runs all sessions except ``docs`` and ``lint``, whose commands ``.ci/run`` has.
"""

import shutil
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "docs", "lint"]

# Python, Sphinx, docutils, and others. The first row has the oldest that pyproject.toml allows, the last the newest.
# The start page of the manual lists the same rows.
MATRIX = [
    ("3.11", "7.2", "0.20", "graphviz==0.20.*", "matplotlib==3.10.*"),
    ("3.11", "7.4", "0.21"),
    ("3.11", "9.0", "0.22"),
    ("3.12", "8.2", "0.21"),
    ("3.13", "9.2", "0.23"),
]
# Releases of docutils that a theme of the tests does not allow yet, although it works with them.
LATE = {"0.23"}
WORKERS = ("--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder")


@nox.session
@nox.parametrize(
    ("python", "sphinx", "docutils", "others"),
    [nox.param(row[0], *row[1:3], row[3:], id=f"{row[0]}-sphinx-{row[1]}") for row in MATRIX],
)
def tests(session: nox.Session, sphinx: str, docutils: str, others: tuple[str, ...]) -> None:
    """All tests."""
    wanted = f"docutils=={docutils}.*"
    pins = [f"sphinx=={sphinx}.*", *others]
    session.install(".[bench,test]", *pins, *([] if docutils in LATE else [wanted]))
    if docutils in LATE:
        session.install("--no-deps", wanted)
    session.run("pytest", *WORKERS, *session.posargs)


@nox.session
@nox.parametrize("end", ["oldest", "newest"], ids=["oldest", "newest"])
def bounds(session: nox.Session, end: str) -> None:
    """All tests with the Python that runs nox: the oldest versions that are allowed, or the newest there are."""
    _, sphinx, docutils, *others = MATRIX[0]
    pins = [f"sphinx=={sphinx}.*", f"docutils=={docutils}.*", *others] if end == "oldest" else []
    session.install(".[bench,test]", *pins)
    session.run("pytest", *WORKERS, *session.posargs)


@nox.session
def distribution(session: nox.Session) -> None:
    """The sdist and the wheel made of it, in ``dist``; what the wheel installs draws a diagram, and weighs."""
    session.install("build")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build")
    folder = Path(session.create_tmp())
    (wheel,) = Path("dist").glob("*.whl")
    session.install(str(wheel))
    source, drawing = folder / "diagram.txt", folder / "diagram.svg"
    source.write_text("base -> chat: Fine-tuning\n", encoding="utf-8")
    drawing.unlink(missing_ok=True)
    session.run("llmpipeline", "render", str(source), "-o", str(drawing))
    assert "Fine-tuning" in drawing.read_text(encoding="utf-8")
    session.run("python", "tools/weigh.py")


@nox.session(python="3.13")
def docs(session: nox.Session) -> None:
    """The documentation, every warning an error."""
    session.install(".[docs]")
    session.run("sphinx-build", "-nW", "--keep-going", "-b", "html", "docs", "build/html")


@nox.session(python="3.13")
def lint(session: nox.Session) -> None:
    """Format, lint, types and imports."""
    session.install(".[lint]")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports")
