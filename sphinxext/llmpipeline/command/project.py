"""What ``conf.py`` says about the language, as far as it is written as literals: nothing of it is run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Any

from ..model.vocabulary import NODE_KINDS
from ..records import frozen_record
from .paths import UnreadableError, read, source_folder


@frozen_record
class Project:
    """The settings of a project that declarations depend on."""

    kinds: tuple[str, ...] = NODE_KINDS
    categories: tuple[str, ...] = ()
    plots: Mapping[str, str] = field(default_factory=dict)


def project_of(path: Path) -> Project:
    """The project of a document or a diagram; the defaults if no folder around it has a ``conf.py``."""
    folder = source_folder(path)
    return _project(folder / "conf.py") if folder else Project()


@cache
def _project(conf: Path) -> Project:
    try:
        found = _literals(read(conf))
    except (UnreadableError, SyntaxError, ValueError):
        return Project()
    style, categories, plots = (
        value if isinstance(value := found.get(f"llmpipeline_{name}"), dict) else {}
        for name in ("style", "categories", "plots")
    )
    nodes = style.get("nodes")
    own = [kind for kind in nodes if isinstance(kind, str)] if isinstance(nodes, dict) else []
    return Project(
        (*NODE_KINDS, *(kind for kind in own if kind not in NODE_KINDS)), tuple(map(str, categories)), dict(plots)
    )


def _literals(text: str) -> dict[str, Any]:
    """Names that are assigned literals at the top level, with their values."""
    found: dict[str, Any] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            try:
                value = ast.literal_eval(statement.value)
            except ValueError:
                continue
            found |= {target.id: value for target in targets if isinstance(target, ast.Name)}
    return found
