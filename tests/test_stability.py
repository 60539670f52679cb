"""What is promised and explained: the lists of public names are complete, and the lists of files to touch are right."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import get_args

import pytest

import sphinxext.llmpipeline
from sphinxext.llmpipeline.diagnostics import Subtype
from sphinxext.llmpipeline.extension.config import CONFIG
from sphinxext.llmpipeline.extension.options import OPTIONS
from sphinxext.llmpipeline.language import ARROWS, KEYWORDS
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from sphinxext.llmpipeline.style.builtin import STYLES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sphinxext" / "llmpipeline"
PUBLIC = (ROOT / "docs" / "stability.rst").read_text(encoding="utf-8").split("What is not\n---")[0]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

NAMED: dict[str, Collection[str]] = {
    "Names of Python": sphinxext.llmpipeline.__all__,
    "Settings": [setting.name for setting in CONFIG],
    "Directives": [option.name for option in OPTIONS],
    "Statements": [*KEYWORDS, *NODE_KINDS, *ARROWS],
    "Fields": {field.name for field in FIELDS},
    "Styles": STYLES,
    "Warnings": get_args(Subtype),
}


@pytest.mark.parametrize("title", NAMED)
def test_every_public_name_is_listed_and_no_other(title: str) -> None:
    (part,) = re.findall(rf"^{title}\n((?:   .*\n|\n)+)", PUBLIC, re.MULTILINE)
    listed = re.findall(r"``(\S+?)``", part.strip().split("\n\n")[-1])
    assert sorted(listed) == sorted(NAMED[title])


def test_every_public_name_of_python_is_described() -> None:
    """Except the function that Sphinx calls."""
    page = (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")
    described = set(re.findall(r"^\.\. (?:auto\w+|data):: (\w+)", page, re.MULTILINE))
    assert {*sphinxext.llmpipeline.__all__} - described == {"setup"}
    assert described <= {*sphinxext.llmpipeline.__all__, "sphinxext"}


def test_every_class_and_attribute_of_the_tables_is_written() -> None:
    page = (ROOT / "docs" / "configuration.rst").read_text(encoding="utf-8")
    tables = page.split(".. _svg:")[1].split("For example, write")[0]
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*") if path.suffix in (".py", ".css"))
    named = {name.removeprefix("llmpipeline-") for name in re.findall(r"``(llmpipeline-[a-z-]+[a-z])", tables)}
    named |= set(re.findall(r"``(data-[a-z]+)``", tables))
    assert len(named) > 20
    assert [name for name in sorted(named) if name not in code] == []


# The guide


def test_files_of_the_guide_exist() -> None:
    named = re.findall(r"`((?:(?:sphinxext|docs|tests|tools|editors)/[\w./-]+)|changelog\.d)`", GUIDE)
    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_names_of_the_guide_are_in_the_files_beside_them() -> None:
    """An item begins with a file; tables and classes that it names before another file are in this one."""
    items = re.findall(r"^\d+\. `(sphinxext/[\w./]+\.py)`: (.*?)(?=^\d+\. |^$)", GUIDE, re.MULTILINE | re.DOTALL)
    named = [
        (file, name)
        for file, text in items
        for name in re.findall(r"`(_?[A-Z][A-Z_]{3,}|ConfigValue|Setting|possible)`", text.split("`sphinxext/")[0])
    ]
    assert len(named) > 12
    assert [pair for pair in named if not re.search(rf"\b{pair[1]}\b", (ROOT / pair[0]).read_text("utf-8"))] == []


def test_everything_that_can_be_added_has_its_list() -> None:
    added = re.findall(r"^## Add an? (.*)$", GUIDE, re.MULTILINE)
    assert added == [
        "kind of node", "shape", "option", "field", "setting", "warning", "builder", "source of objects", "language",
    ]  # fmt: skip


def test_targets_and_sessions_of_the_guide_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"`make (\w+)", GUIDE)) <= set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    sessions = re.findall(r"^def (\w+)\(session", (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"nox -s (\w+)", GUIDE)) <= {*sessions}
