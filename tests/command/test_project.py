"""Settings are read from ``conf.py``, which is not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline.command.project import Project, project_of
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        (
            'import none\nllmpipeline_style = {"base": "print", "nodes": {"gpu": {}, "model": {}}}\n'
            'llmpipeline_categories: dict = {"open": "Open"}\nllmpipeline_plots = {"x": "y:z"}\nraise ValueError\n',
            Project((*NODE_KINDS, "gpu"), ("open",), {"x": "y:z"}),
        ),
        ('llmpipeline_style = dict(nodes={})\nllmpipeline_plots = "x"\n', Project()),
        ('llmpipeline_style = "print"\n', Project()),
        ("llmpipeline_style = {", Project()),
    ],
)
def test_literals(conf: str, expected: Project, tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(conf)
    assert project_of(tmp_path / "deep" / "a.rst") == expected


def test_without_a_project(tmp_path: Path) -> None:
    assert project_of(tmp_path / "a.rst") == Project()
