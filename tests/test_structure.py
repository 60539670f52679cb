"""Who may import whom, third party and own: the table of the architecture as a check."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
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

# Module → third parties that it imports when it runs.
AT_RUN_TIME: dict[str, set[str]] = {
    "artist": {"matplotlib", "numpy"},
    "canvas": {"matplotlib"},
    "digraph": {"graphviz"},
    "directive": {"docutils", "sphinx"},
    "doctree": {"docutils"},
    "elements": {"docutils"},
    "extension": {"docutils", "sphinx"},
    "fontlist": {"matplotlib"},
    "formulas": {"matplotlib"},
    "layout": {"pygraphviz"},
    "listing": {"docutils"},
    "onlookers": {"sphinx"},
    "panel_references": {"docutils", "sphinx"},
    "dispatch": {"sphinx"},
    "foresight": {"docutils", "sphinx"},
    "placement": {"docutils", "sphinx"},
    "reading": {"docutils", "sphinx"},
    "scales": {"matplotlib", "numpy"},
    "settings": {"matplotlib"},
    "shared": {"fsspec"},
    "visitors": {"docutils"},
    "webfont": {"fontTools"},
}

# Module → third parties that it imports for types only, beside those.
FOR_TYPES: dict[str, set[str]] = {
    "__init__": {"sphinx"},
    "arrange": {"graphviz"},
    "artist": {"numpy"},
    "draw": {"graphviz", "matplotlib"},
    "extension": {"sphinx"},
    "folders": {"sphinx"},
    "fonts": {"matplotlib"},
    "dispatch": {"sphinx"},
    "foresight": {"sphinx"},
    "formats": {"sphinx"},
    "layout": {"graphviz"},
    "model": {"graphviz"},
    "onlookers": {"sphinx"},
    "panel_references": {"sphinx"},
    "placement": {"sphinx"},
    "shared": {"fsspec"},
    "visitors": {"sphinx"},
}

# Each module imports only from those to its left, in the way of the data: text → model → style → sizes → graph →
# layout → picture → files of a site → Sphinx.
ORDER = (
    *("words", "geometry", "problems", "packing", "si", "model", "statements", "lines", "fields", "tokens", "values"),
    *("reader", "resolver"),
    *("parser", "options", "contours", "shapes", "palettes", "style", "stylereader", "stylesheet", "paint", "drawing"),
    *("page", "rows", "panels", "outline", "order", "cycles", "regions", "routes", "splines", "digraph", "layout"),
    *("arrange", "loops", "titles", "grid", "detours", "finish", "badges", "settings", "readyfonts", "fontlist"),
    *("fonts", "formulas", "wrap", "text", "scales", "bounds", "fit", "furniture", "picture", "artist", "canvas"),
    *("svg", "svgpath", "svgwriter", "raster", "draw", "files", "pool", "shared", "ahead", "cached", "folders"),
    *("assets", "webfont", "elements", "doctree", "listing", "onlookers", "panel_references", "directive", "reading"),
    *("formats", "dispatch", "foresight", "placement", "visitors", "extension", "__init__"),
)

# Imports inside a function, against the order or to keep what draws, or shows, out of a build that does not.
DEFERRED = {
    ("__init__", "extension"),
    ("directive", "reading"),
    ("extension", "doctree"),
    ("extension", "formats"),
    ("fonts", "fontlist"),
    ("fit", "scales"),
    ("formulas", "settings"),
    ("formats", "problems"),
    ("extension", "assets"),
    ("extension", "outline"),
    ("extension", "placement"),
    ("extension", "stylereader"),
    ("extension", "webfont"),
    ("dispatch", "stylereader"),
    ("model", "draw"),
    ("outline", "panels"),
    ("placement", "raster"),
    ("reading", "stylereader"),
    ("draw", "artist"),
    ("draw", "canvas"),
    ("visitors", "raster"),
    ("visitors", "svg"),
    ("ahead", "draw"),
    ("foresight", "dispatch"),
}


@dataclass(frozen=True)
class Import:
    """One imported module: of this package by its short name, of others by the first part of it."""

    name: str
    own: bool
    typing: bool
    """Under ``if TYPE_CHECKING``."""
    deferred: bool
    """Inside a function."""


MODULES = sorted(path.stem for path in PACKAGE.glob("*.py"))


@cache
def imports(module: str) -> tuple[Import, ...]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    return tuple(_found(tree, typing=False, deferred=False))


def _found(node: ast.AST, *, typing: bool, deferred: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield _import(alias.name, typing, deferred)
    elif isinstance(node, ast.ImportFrom):
        base = f"{NAME}.{node.module or ''}".rstrip(".") if node.level == 1 else node.module or ""
        assert node.level < 2
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield _import(whole if base == NAME and alias.name in MODULES else base, typing, deferred)
    if isinstance(node, ast.If):
        guarded = ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for child in node.body:
            yield from _found(child, typing=typing or guarded, deferred=deferred)
        for child in node.orelse:
            yield from _found(child, typing=typing, deferred=deferred)
        return
    inside = deferred or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    for child in ast.iter_child_nodes(node):
        yield from _found(child, typing=typing, deferred=inside)


def _import(name: str, typing: bool, deferred: bool) -> Import:
    if name == NAME or name.startswith(f"{NAME}."):
        return Import(name.removeprefix(NAME).strip(".") or "__init__", True, typing, deferred)
    return Import(name.partition(".")[0], False, typing, deferred)


def third_parties(module: str, *, typing: bool) -> set[str]:
    return {
        found.name
        for found in imports(module)
        if not found.own and found.name not in sys.stdlib_module_names and found.typing is typing
    }


def test_every_module_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_third_parties_that_a_module_imports(module: str) -> None:
    assert third_parties(module, typing=False) == AT_RUN_TIME.get(module, set())
    assert third_parties(module, typing=True) == FOR_TYPES.get(module, set())


def test_ruff_knows_the_same_table() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    exempt = {
        Path(name).stem
        for name, rules in settings["per-file-ignores"].items()
        if name.startswith("sphinxext/") and "TID251" in rules
    }
    assert exempt == AT_RUN_TIME.keys() | FOR_TYPES.keys()
    banned = set(settings["flake8-tidy-imports"]["banned-api"])
    assert banned == set().union(*AT_RUN_TIME.values(), *FOR_TYPES.values())
    for name in settings["per-file-ignores"]:
        if name.startswith("sphinxext/"):
            assert (ROOT / name).is_file(), name


def test_what_is_imported_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    optional = {"fsspec"}
    assert {*project["optional-dependencies"]["remote"]} == optional
    # matplotlib brings the last two.
    assert set().union(*AT_RUN_TIME.values()) - optional - {"fontTools", "numpy"} == required


@pytest.mark.parametrize("module", MODULES)
def test_own_imports_run_in_one_direction(module: str) -> None:
    place = ORDER.index(module)
    for found in imports(module):
        if found.own and not found.typing and (module, found.name) not in DEFERRED:
            assert ORDER.index(found.name) < place, f"{module} imports {found.name}"


def test_deferred_imports_are_those_of_the_table() -> None:
    deferred = {(module, found.name) for module in MODULES for found in imports(module) if found.own and found.deferred}
    assert deferred == DEFERRED


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
    formula = "from sphinxext.llmpipeline.model.pipeline import *; render(Pipeline((Node('a', Label(((Run('x', 'math'),),))),)))"
    loaded = matplotlib_of(formula)
    assert "matplotlib.mathtext" in loaded
    assert "matplotlib.figure" not in loaded


def test_public_names() -> None:
    for name in sphinxext.llmpipeline.__all__:
        assert getattr(sphinxext.llmpipeline, name) is not None
    with pytest.raises(AttributeError, match=r"module 'sphinxext\.llmpipeline' has no attribute 'nonsense'"):
        _ = sphinxext.llmpipeline.nonsense  # type: ignore[attr-defined]
