"""What is loaded when a build begins is kept out of the search for garbage until the build ends."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sphinx.application import Sphinx

from sphinxext.llmpipeline.extension.garbage import _Builds

if TYPE_CHECKING:
    from conftest import Project

PAGE = {"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a -> b\n"}

CONF = """
import gc

def setup(app):
    app.connect("source-read", note)

def note(app, docname, source):
    (app.srcdir / "frozen").write_text(str(gc.get_freeze_count()))
"""

FAILS = f"{CONF}    raise ValueError\n"
INTERRUPTED = f"{CONF}    raise SystemExit\n"


@pytest.fixture(autouse=True)
def _unfrozen() -> Iterator[None]:
    """Whatever other tests have frozen."""
    gc.unfreeze()
    yield
    gc.unfreeze()
    _Builds.frozen = False


def frozen(project: Project, conf: str = CONF) -> int:
    """The number of objects that are frozen while a build reads a document."""
    project.write(PAGE, conf).build("html", "-E")
    return int((project.source / "frozen").read_text())


def builds() -> int:
    """The number of Sphinx's builds that are in memory."""
    return sum(isinstance(each, Sphinx) for each in gc.get_objects())


@pytest.mark.parametrize("conf", [CONF, FAILS])
def test_what_is_loaded_is_frozen_until_the_build_ends(project: Project, conf: str) -> None:
    assert frozen(project, conf) > 10_000
    assert gc.get_freeze_count() == 0


def test_what_another_has_frozen_stays_frozen(project: Project) -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    assert frozen(project) <= before  # and none since; some end meanwhile
    assert gc.get_freeze_count() > 0


def test_a_build_that_was_interrupted_is_forgotten_by_the_next(project: Project) -> None:
    with pytest.raises(SystemExit):
        frozen(project, INTERRUPTED)
    assert gc.get_freeze_count() > 10_000
    frozen(project)
    assert gc.get_freeze_count() == 0


def test_builds_do_not_pile_up(project: Project) -> None:
    gc.collect()
    before = builds()
    for _ in range(4):
        frozen(project)
    assert builds() <= before + 2  # the last one, and what is left of it
