"""Names: ids of other languages → ids of this one, unique, and as near as they can be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..language import KEYWORDS

_INVALID = re.compile(r"(?:[^\w.-]|(?<!\w)[.-]|[.-](?!\w))+")
_LONGEST = 40


class Names:
    """Ids of this language by those of the source."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._names: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        """The first number that may be free, of names that more than one id has."""

    def add(self, id: str, meaning: str = "") -> str:
        """The id here for *id*, made of *meaning* if that is better."""
        name = self._unique(_slug(meaning) or valid(id))
        self._names[id] = name
        return name

    def fresh(self, meaning: str) -> str:
        """Another id, made of *meaning*."""
        return self._unique(_slug(meaning) or "a")

    def reserve(self, name: str) -> None:
        """Keep an id for a cell."""
        self._taken.add(name)

    def __getitem__(self, id: str) -> str:
        return self._names[id]

    def _unique(self, name: str) -> str:
        number, wanted = self._numbers.get(name, 2), name
        while name in self._taken:
            name, number = f"{wanted}-{number}", number + 1
        self._numbers[wanted] = number
        self._taken.add(name)
        return name


def valid(id: str) -> str:
    """A valid id like *id*.

    >>> valid("data-prep"), valid("1st step"), valid("group"), valid("a..b"), valid(".1")
    ('data-prep', 'n1st_step', 'group_', 'a_b', 'n1')
    """
    name = _INVALID.sub("_", re.sub(r"\\[nlr]", "_", id))
    name = (name if name == id else name.strip("_")) or "n"
    if not (name[0].isalpha() or name[0] == "_"):
        name = f"n{name}"
    return f"{name}_" if name in KEYWORDS else name


def _slug(text: str) -> str:
    """A short id of the words of *text*.

    >>> _slug("Reward functions (RL)")
    'reward-functions-rl'
    """
    words: Iterable[str] = re.findall(r"\w+", text.casefold())
    slug = ""
    for word in words:
        if slug and len(slug) + len(word) >= _LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:_LONGEST]
    return valid(slug) if slug else ""
