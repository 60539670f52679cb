"""Who may import whom, third party and own: the table of the architecture as a check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sphinxext.llmpipeline

if sys.version_info >= (3, 11):
    import tomllib
else:
    tomllib = pytest.importorskip("tomli")

PACKAGE = Path(sphinxext.llmpipeline.__file__).parent
ROOT = Path(__file__).parent.parent
NAME = "sphinxext.llmpipeline"


def test_there_is_no_package_above() -> None:
    """Of a namespace that other distributions share."""
    assert not (PACKAGE.parent / "__init__.py").exists()
    assert (PACKAGE / "py.typed").is_file()


HEAVY = ("docutils", "fontTools", "fsspec", "graphviz", "matplotlib", "numpy", "pygraphviz", "sphinx")


def loaded_by(code: str) -> list[str]:
    code = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("from sphinxext.llmpipeline import parse; parse('a -> b')", []),
        ("from sphinxext.llmpipeline import read_style; read_style({'font_size': 3})", []),
        ("from sphinxext.llmpipeline import extension", ["docutils", "sphinx"]),
        ("from sphinxext.llmpipeline import render", ["graphviz"]),
        ("from sphinxext.llmpipeline import parse, render; render(parse('a -> b: x'))", ["graphviz", "pygraphviz"]),
    ],
)
def test_what_is_not_needed_is_not_loaded(code: str, loaded: list[str]) -> None:
    assert loaded_by(code) == loaded


def matplotlib_of(code: str) -> set[str]:
    """The modules of matplotlib and of what it brings, beside those that the bare package loads."""
    code = f"""\
import sys, matplotlib
before = set(sys.modules)
from sphinxext.llmpipeline import parse, render
{code}
loaded = set(sys.modules) - before
print(*[name for name in loaded if name.partition(".")[0] in ("matplotlib", "mpl_toolkits", "pyparsing", "fontTools")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("label", "loaded"),
    [
        ("B", set()),
        ("Ж", {"matplotlib._afm", "matplotlib._mathtext_data", "matplotlib.font_manager"}),
    ],
    ids=["ready", "not ready"],
)
def test_an_svg_loads_of_matplotlib_what_reads_fonts_alone(label: str, loaded: set[str]) -> None:
    code = f"group g: G\n  model a: Alpha\n    :repeat: 3\n    :value: 7B\ndata b: {label}\na --> b: x"
    assert matplotlib_of(f"render(parse({code!r}))") == loaded


def test_what_writes_figures_and_sets_formulas_is_loaded_where_it_is_asked_for() -> None:
    assert {"matplotlib.figure", "matplotlib.backends.backend_pdf"} <= matplotlib_of(
        "render(parse('a -> b'), format='pdf')"
    )
    formula = "from sphinxext.llmpipeline import *; render(Pipeline((Node('a', Label(((Run('x', 'math'),),))),)))"
    loaded = matplotlib_of(formula)
    assert "matplotlib.mathtext" in loaded
    assert "matplotlib.figure" not in loaded


def test_public_names() -> None:
    for name in sphinxext.llmpipeline.__all__:
        assert getattr(sphinxext.llmpipeline, name) is not None
    with pytest.raises(AttributeError, match=r"module 'sphinxext\.llmpipeline' has no attribute 'nonsense'"):
        _ = sphinxext.llmpipeline.nonsense  # type: ignore[attr-defined]
