"""DVC: the stages of a ``dvc.yaml`` → a diagram."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ..model.pipeline import Pipeline
from .classes import kind_of_data, kind_of_name
from .sketch import Sketch, title_of_name
from .yaml_files import load_mapping, read_text, texts

_CODE = (".py", ".sh", ".r", ".R", ".ipynb", ".jl", ".js")
_MODELS = (".pkl", ".pt", ".pth", ".ckpt", ".onnx", ".safetensors", ".gguf", ".joblib", ".h5", ".keras")
_TEMPLATE = re.compile(r"\$\{(?:[^{}]*\.)?([^{}.]+)\}")
"""The place of a value of ``matrix``, ``foreach`` or the parameters in the name of a file."""
_OF_STAGES = ("train", "eval")
_OF_FILES = ("data", "model", "store", "eval")
_OUTPUTS = (("outs", ""), ("metrics", "eval"), ("plots", "eval"))


def from_dvc(path: str | os.PathLike[str]) -> Pipeline:
    """A diagram of the stages of DVC, with what they read and write; their code and parameters are left out.

    A stage of ``foreach`` or ``matrix`` is a pile, and ``${item.size}`` in the name of a file is ``{size}``.

    Args:
        path: of a ``dvc.yaml``.

    Raises:
        ValueError: if it is no such file, or has no stages.
        OSError: if it cannot be read.
    """
    found = load_mapping(read_text(path), path).get("stages")
    if not isinstance(found, Mapping):
        raise ValueError(f"'{os.fspath(path)}' has no stages: expected the key 'stages' of a dvc.yaml")
    stages = {str(name): stage for name, stage in found.items() if isinstance(stage, Mapping)}
    inner = {name: stage["do"] if isinstance(stage.get("do"), Mapping) else stage for name, stage in stages.items()}
    sketch = Sketch("the file has no stages")
    outputs = {file: kind for stage in inner.values() for file, kind in _outputs(stage)}
    for name, stage in inner.items():
        inputs = [file for file in _names(stage.get("deps")) if not _is_code(file, stage) or file in outputs]
        for file in inputs:
            if _producer(file, outputs) is None:
                _add_file(sketch, file, "")
        kind = kind_of_name(name)
        sketch.node(
            ("stage", name), name, title_of_name(name), kind if kind in _OF_STAGES else "process",
            tooltip=next(iter(texts(stage.get("desc"))), None), **_repetition(stages[name]),
        )  # fmt: skip
        for file, role in _outputs(stage):
            _add_file(sketch, file, role)
            sketch.edge(("stage", name), ("file", file))
        for file in inputs:
            sketch.edge(("file", _producer(file, outputs) or file), ("stage", name))
    return sketch.pipeline()


def _add_file(sketch: Sketch, file: str, role: str) -> None:
    if ("file", file) in sketch:
        return
    path = PurePosixPath(file)
    kind = role or ("model" if path.suffix in _MODELS else kind_of_data(path.stem))
    label = _TEMPLATE.sub(r"{\1}", path.name) if path.name not in ("", "..") else file
    sketch.node(("file", file), file, label, kind if kind in _OF_FILES else "data", tooltip=_tooltip(file, label))


def _tooltip(file: str, label: str) -> str | None:
    return file if file != label else None


def _outputs(stage: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a stage writes, and the kind that its role says."""
    for key, role in _OUTPUTS:
        yield from ((file, role) for file in _names(stage.get(key)))


def _names(given: Any) -> list[str]:
    """The paths of a list whose items are paths or mappings of paths to options."""
    items = given if isinstance(given, list) else [given]
    return [_normal(name) for item in items for name in (map(str, item) if isinstance(item, Mapping) else texts(item))]


def _normal(file: str) -> str:
    return str(PurePosixPath(file)) if "://" not in file else file


def _producer(file: str, outputs: Mapping[str, str]) -> str | None:
    """The output that is a file, or the folder that holds it; ``None`` if no stage writes it."""
    return next((str(one) for one in (file, *map(str, PurePosixPath(file).parents)) if one in outputs), None)


def _is_code(file: str, stage: Mapping[str, Any]) -> bool:
    """Whether a dependency is the program of its stage."""
    if file.endswith(_CODE):
        return True
    commands = " ".join(texts(stage.get("cmd")))
    return bool(re.search(rf"(?:python\S*(?: -m)?|bash|sh|Rscript) {re.escape(file)}(?:\s|$)", commands))


def _repetition(stage: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a stage that stands for several."""
    if isinstance(items := stage.get("foreach"), list | Mapping):
        return {"repeat": len(items), "pile": True} if len(items) > 1 else {}
    if isinstance(axes := stage.get("matrix"), Mapping) and all(isinstance(axis, list) for axis in axes.values()):
        count = 1
        for axis in axes.values():
            count *= len(axis)
        return {"repeat": count, "pile": True} if count > 1 else {}
    return {"repeat": "N", "pile": True} if "foreach" in stage or "matrix" in stage else {}
