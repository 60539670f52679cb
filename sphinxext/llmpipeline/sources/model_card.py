"""Model cards: the front matter of cards as on the Hugging Face Hub → the lineage of their models."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ..model.pipeline import Pipeline
from ..records import frozen_record
from .sketch import Sketch
from .yaml_files import load_mapping, read_text, texts

_FRONT = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^#[ \t]++([^\n]*[^ \t#\n])", re.MULTILINE)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_Key = tuple[Literal["card", "model", "dataset"], str]
_CARD_NAMES = ("readme", "model_card", "modelcard", "index")
"""Names of files that say nothing, so that the folder does."""
_RELATIONS = {
    "finetune": "fine-tuning",
    "adapter": "adapter",
    "merge": "merge",
    "quantized": "quantization",
}


@frozen_record
class _Card:
    path: str
    id: str
    name: str
    names: frozenset[str]
    """By which other cards may call it, in lower case."""
    data: Mapping[str, Any]


def from_model_card(*paths: str | os.PathLike[str]) -> Pipeline:
    """The lineage of models: what they were made of, by ``base_model`` and ``datasets`` in the front matter of cards.

    If a base model has a card of its own, an edge leads from one to the other.  Cards refer to it by its title, by
    ``model_name``, or by the name of its file, with or without the folder above; for a ``README.md``, by the name of
    its folder.  Names as on the Hugging Face Hub are links there.

    Args:
        paths: of the cards, such as ``README.md``.

    Raises:
        ValueError: if a card has no front matter, or none is given.
        OSError: if a file cannot be read.
    """
    cards = [_read(path) for path in paths]
    bases = [[_base(name, card, cards) for name in texts(card.data.get("base_model"))] for card in cards]
    sketch = Sketch("expected at least one model card")
    for card, found in zip(cards, bases, strict=True):
        for name in texts(card.data.get("datasets")):
            _add(sketch, ("dataset", name), "data", "https://huggingface.co/datasets/")
        for role, name in found:
            if role == "model":
                _add(sketch, (role, name), "model", "https://huggingface.co/")
    for card in cards:
        sketch.node(("card", card.path), card.id, card.name, "model")
    for card, found in zip(cards, bases, strict=True):
        for key in found:
            sketch.edge(key, ("card", card.path), _relation(card), "derive")
        for name in texts(card.data.get("datasets")):
            sketch.edge(("dataset", name), ("card", card.path))
    return sketch.pipeline()


def _base(name: str, card: _Card, cards: Sequence[_Card]) -> _Key:
    """The key of a base model: that of another card, or a model without one."""
    for called in (name.lower(), name.lower().rpartition("/")[2]):
        for other in cards:
            if other is not card and called in other.names:
                return "card", other.path
    return "model", name


def _add(sketch: Sketch, key: _Key, kind: str, hub: str) -> None:
    if key not in sketch:
        name = key[1]
        own = name.rpartition("/")[2] or name
        link = f"{hub}{name}" if _HUB_ID.fullmatch(name) else None
        sketch.node(key, own, own, kind, link=link, tooltip=name if name != own else None)


def _read(path: str | os.PathLike[str]) -> _Card:
    text = read_text(path)
    front = _FRONT.match(text)
    if not front:
        raise ValueError(f"'{os.fspath(path)}' has no front matter: expected lines of YAML between two '---'")
    data = load_mapping(front[1], path, text.count("\n", 0, front.start(1)) + 1)
    file = Path(os.path.abspath(path))
    if file.stem.lower() in _CARD_NAMES:
        id, above = file.parent.name, file.parent.parent.name
    else:
        id, above = file.stem, file.parent.name
    title = _TITLE.search(text, front.end())
    index = data.get("model-index")
    named = [data.get("model_name"), *(entry.get("name") for entry in _mappings(index)), title and title[1]]
    names = [one for given in named for one in texts(given) if one]
    return _Card(
        os.fspath(path),
        id,
        next(iter(names), id),
        frozenset(one.lower() for one in (*names, id, f"{above}/{id}")),
        data,
    )


def _mappings(given: Any) -> list[Mapping[str, Any]]:
    return [item for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []


def _relation(card: _Card) -> str:
    """How a model was made of its base: as the card says, or as its library and its tags do."""
    given = card.data.get("base_model_relation")
    if isinstance(given, str):
        return _RELATIONS.get(given, given)
    if "merge" in texts(card.data.get("tags")) or len(texts(card.data.get("base_model"))) > 1:
        return _RELATIONS["merge"]
    return _RELATIONS["adapter" if card.data.get("library_name") == "peft" else "finetune"]
