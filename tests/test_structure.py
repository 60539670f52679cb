"""Modules: how many and how long, their test files, their third parties, and what each way to use them loads.

Which module may import which is checked by import-linter; see ``pyproject.toml``.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from grimp import ImportGraph, build_graph

import sphinxext.llmpipeline

PACKAGE = Path(sphinxext.llmpipeline.__file__).parent
TESTS = Path(__file__).parent
ROOT = TESTS.parent
NAME = "sphinxext.llmpipeline"


def test_there_is_no_package_above() -> None:
    """Of a namespace that other distributions share."""
    assert not (PACKAGE.parent / "__init__.py").exists()
    assert (PACKAGE / "py.typed").is_file()


# Modules and their tests


def code_of(path: Path) -> list[ast.stmt]:
    """The statements of a module, without its docstring."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return body[1:] if body and isinstance(body[0], ast.Expr) else body


MODULES = sorted(
    path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" or code_of(path)
)
"""Paths within the package, without the ``__init__.py`` of folders that have no code of their own."""

TESTED_THROUGH = {
    "conversion/assembly.py": "conversion/test_conversion.py",
    "conversion/categories.py": "conversion/test_conversion.py",
    "conversion/declarations.py": "conversion/test_conversion.py",
    "conversion/dot_graph.py": "conversion/test_dot.py",
    "conversion/mermaid_lexer.py": "conversion/test_mermaid.py",
    "conversion/mermaid_parser.py": "conversion/test_mermaid.py",
    "conversion/source.py": "conversion/test_conversion.py",
    "conversion/writing.py": "conversion/test_conversion.py",
    "__init__.py": "test_structure.py",
    "extension/__init__.py": "extension/test_builders.py",
    "extension/project_styles.py": "extension/test_config.py",
    "language/foreign_advice.py": "language/test_foreign_forms.py",
    "layout/callout_boxes.py": "layout/test_callouts.py",
    "layout/cells.py": "layout/test_tables.py",
    "layout/library_worker.py": "layout/test_library.py",
    "model/steps.py": "test_stack_groups.py",
    "layout/blocks.py": "layout/test_alignment.py",
    "layout/structure.py": "layout/test_tidiness.py",
    "language/syntax_tree.py": "language/test_parser.py",
}
"""Modules without a test file of their name → the test file of the module that they work through."""


def own_test_file(module: Path) -> Path:
    """The test file of a module's name; an ``__init__.py`` has the name of its folder."""
    name = module.parent.name if module.name == "__init__.py" else module.stem
    return module.with_name(f"test_{name or 'package'}.py")


def is_private(module: Path) -> bool:
    return module.stem.startswith("_") and module.name != "__init__.py"


def only_declares(module: Path) -> bool:
    """Whether a module has no function that a test could call."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    return not any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)) for node in ast.walk(tree))


def test_every_module_has_its_test_file() -> None:
    found = {
        str(module)
        for module in MODULES
        if not (TESTS / own_test_file(module)).is_file() and not is_private(module) and not only_declares(module)
    }
    assert found == TESTED_THROUGH.keys()
    assert all((TESTS / file).is_file() for file in TESTED_THROUGH.values())


def test_every_test_file_of_a_folder_has_its_module() -> None:
    found = {path.relative_to(TESTS) for path in TESTS.glob("*/test_*.py")}
    assert found - set(map(own_test_file, MODULES)) == set()


def test_private_modules_and_stages_of_the_language_are_used_in_their_folder_only(imports: ImportGraph) -> None:
    stages = {module for module in MODULES if module.parent.name == "language" and module.name != "__init__.py"}
    checked = [module for module in MODULES if is_private(module) or module in stages]
    assert [
        (str(module), importer)
        for module in checked
        for importer in imports.find_modules_that_directly_import(".".join((NAME, *module.with_suffix("").parts)))
        if not importer.startswith(".".join((NAME, *module.parent.parts)))
    ] == []


def test_there_are_not_too_many_modules() -> None:
    assert len(MODULES) <= 240


def test_no_module_is_too_long() -> None:
    lines = {str(module): len((PACKAGE / module).read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {module: count for module, count in lines.items() if count > 400} == {}


# Imports


@pytest.fixture(scope="module")
def imports() -> ImportGraph:
    """Who imports whom when it runs; what is imported for types only is left out."""
    return build_graph(NAME, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None)


@pytest.fixture(scope="module")
def settings() -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def third_parties(imports: ImportGraph) -> set[str]:
    """The packages of others that the package imports when it runs."""
    own = NAME.partition(".")[0]
    return {name for name in imports.modules if name.partition(".")[0] != own} - sys.stdlib_module_names


def test_what_is_imported_is_a_dependency(third_parties: set[str], settings: dict[str, Any]) -> None:
    project = settings["project"]
    required = {requirement.partition(">")[0].replace("-", "_") for requirement in project["dependencies"]}
    optional = {"fsspec", "pygraphviz", "starlette", "uvicorn", "watchfiles", "yaml"}
    extras = project["optional-dependencies"]
    named = (requirement for extra in ("remote", "fast", "preview", "sources") for requirement in extras[extra])
    assert {requirement.partition(">")[0].removeprefix("py") for requirement in named} == {
        name.removeprefix("py") for name in optional
    }
    # matplotlib brings fontTools, numpy and Pillow, Sphinx brings Pygments; graphviz-pure is a program.
    assert third_parties - optional - {"PIL", "fontTools", "numpy", "pygments"} | {"graphviz_pure"} == required


def test_every_third_party_has_its_place(third_parties: set[str], settings: dict[str, Any]) -> None:
    """In a contract that says which modules may import it, and in the one that keeps it from the language."""
    contracts = [found for found in settings["tool"]["importlinter"]["contracts"] if found["type"] == "forbidden"]
    assert set().union(*(found["forbidden_modules"] for found in contracts)) == third_parties
    assert [found["name"] for found in contracts if {*found["forbidden_modules"]} == third_parties] == [
        "The language and the model need the standard library alone"
    ]


# What is loaded

HEAVY = (
    *("docutils", "fontTools", "fsspec", "graphviz", "matplotlib", "numpy", "pygraphviz", "sphinx"),
    *("unicode_segmentation_rs", "uniseg"),
)


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
        ("from sphinxext.llmpipeline import render", []),
        ("from sphinxext.llmpipeline import convert; convert('graph LR; a --> b', 'mermaid')", []),
        ("from sphinxext.llmpipeline import convert; convert('digraph { a -> b }', 'dot')", []),
        ("from sphinxext.llmpipeline import parse, render; render(parse('a -> b: x'))", []),
        (
            "from sphinxext.llmpipeline import parse, render; render(parse(f'a: {30 * \"w \"}'))",
            ["unicode_segmentation_rs"],
        ),
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
