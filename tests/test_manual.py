"""Every page of the manual, as readers see it in Chromium."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints
from urllib.parse import urlsplit

import pytest

from sphinxext.llmpipeline.builder import EdgeFields, GroupFields, NodeFields, NoteFields
from tests.browser import Browser, served
from tests.conftest import read_before
from tests.pages import Page, destination

MADE = {"genindex.html", "py-modindex.html", "search.html"}
"""Pages that the theme makes alone."""

SHIFTS = """
const shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({type: "layout-shift", buffered: true});
await new Promise(done => setTimeout(done, 100));
const moves = (shift) => shift.sources.some(({node}) => (node?.closest ?? (() => null)).call(node, "figure"));
return shifts.filter(moves).reduce((sum, {value}) => sum + value, 0);
"""
MOST_SHIFT = 0.1
"""Cumulative layout shift that readers hardly notice: https://web.dev/articles/cls."""

# Titles of toctrees are Sphinx's own; code and tables of the theme scroll, and cannot be reached by keyboard.
CONTEXT = '{include: [["article"]], exclude: [["p.caption[role=heading]"]]}'
RULES = '{rules: {"scrollable-region-focusable": {enabled: false}}}'

WIDE = """
return [...document.querySelectorAll("article *")].filter(
  element => element.getBoundingClientRect().right > innerWidth + 1
    && !element.closest(".llmpipeline-scroll, .llmpipeline-text, .highlight, .table-wrapper, .math, [aria-hidden=true]")
).map(element => element.outerHTML.slice(0, 120));
"""

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def built(manual: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the manual."""
    folder = tmp_path_factory.mktemp("manual")
    out, doctrees = folder / "html", read_before(folder)
    options = ["-qnW", "--keep-going", "-b", "html", "-d", str(doctrees)]
    command = [sys.executable, "-m", "sphinx", *options, str(manual), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def site(built: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of the manual, and its pages."""
    pages = sorted(path.relative_to(built).as_posix() for path in built.rglob("*.html"))
    with served(built) as address:
        yield address, [page for page in pages if page not in MADE and not page.startswith("_")]


def test_every_link_within_the_manual_leads_to_a_file_and_a_place_in_it(built: Path) -> None:
    paths = {path.relative_to(built).as_posix(): path for path in sorted(built.rglob("*.html"))}
    pages = {name: Page(path.read_text(encoding="utf-8")) for name, path in paths.items()}
    missing = []
    for name, page in pages.items():
        for target in sorted(page.targets):
            if urlsplit(target).scheme or urlsplit(target).netloc:
                continue
            path, id = destination(name, target)
            if not (built / path).is_file() or (path in pages and id not in pages[path].ids):
                missing.append(f"{name}: {target}")
    assert missing == []
    assert sum(len(page.targets) for page in pages.values()) > 1000


def test_the_page_of_the_api_lists_the_fields_of_each_statement(built: Path) -> None:
    ids = Page((built / "api.html").read_text(encoding="utf-8")).ids
    for fields in (NodeFields, EdgeFields, GroupFields, NoteFields):
        named = [f"{fields.__module__}.{fields.__name__}.{field}" for field in get_type_hints(fields)]
        assert len(named) >= 4
        assert [name for name in named if name not in ids] == []


def test_no_page_keeps_readers_out(site: tuple[str, list[str]], browser: Browser, axe: str) -> None:
    """In a dark and narrow window; other tests look at some pages in light."""
    address, pages = site
    browser.prefer("dark")
    browser.resize(390, 900)
    found = {}
    for page in pages:
        browser.open(f"{address}/{page}")
        browser.still()
        if violations := browser.violations(axe, CONTEXT, RULES):
            found[page] = violations
    assert found == {}


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_page_has_an_error_moves_or_is_wider_than_the_window(
    site: tuple[str, list[str]], browser: Browser, width: int
) -> None:
    address, pages = site
    assert len(pages) > 40
    browser.prefer("light")
    browser.resize(width, 900)
    found = {}
    for page in pages:
        browser.open(f"{address}/{page}")
        seen = [*browser.errors(), *browser.run(WIDE)]
        if browser.run(SHIFTS) > MOST_SHIFT:
            browser.open(f"{address}/{page}")  # a busy machine may show a page of which half has arrived
            if browser.run(SHIFTS) > MOST_SHIFT:
                seen.append("a figure moves")
        if seen:
            found[page] = seen
    assert found == {}
