"""The versions of Python and Sphinx that are supported: ``nox`` runs the tests on each."""

import nox

nox.options.default_venv_backend = "venv"

NEWEST = "sphinx"
OLDEST = "sphinx==7.2.*"


@nox.session
@nox.parametrize(
    ("python", "sphinx"),
    [
        ("3.10", OLDEST),
        ("3.10", NEWEST),
        ("3.11", NEWEST),
        ("3.12", NEWEST),
        ("3.13", OLDEST),
        ("3.13", NEWEST),
    ],
)
def tests(session: nox.Session, sphinx: str) -> None:
    """The whole test suite."""
    session.install(".[bench,test]", sphinx)
    workers = ("--numprocesses", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
    session.run("pytest", *workers, *session.posargs)


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
