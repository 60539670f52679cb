"""Words of other languages, and the words of this one that they suggest."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.extension.config import CONFIG, PREFIX
from sphinxext.llmpipeline.extension.options import OPTIONS
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.language.parser import KEYWORDS
from sphinxext.llmpipeline.model import synonyms
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, NODE_KINDS, SPLINES
from sphinxext.llmpipeline.style.builtin import STYLES

KNOWN = {
    "KINDS": {*NODE_KINDS, *KEYWORDS},
    "DIRECTION_WORDS": set(DIRECTIONS),
    "FIELD_WORDS": {field.name for field in FIELDS},
    "OPTION_WORDS": {option.name for option in OPTIONS},
    "SETTING_WORDS": {value.name.removeprefix(PREFIX) for value in CONFIG},
    "CHOICE_WORDS": {*SPLINES, *STYLES, "log", "linear"},
}


@pytest.mark.parametrize("table", KNOWN)
def test_words_mean_what_exists_and_are_not_it(table: str) -> None:
    words: dict[str, str] = getattr(synonyms, table)
    assert set(words.values()) <= KNOWN[table]
    assert not set(words) & KNOWN[table]
    assert all(word == word.casefold() for word in words)


@pytest.mark.parametrize("table", [name for name in vars(synonyms) if name.startswith("_") and name.isupper()])
def test_word_has_one_meaning(table: str) -> None:
    words = [word for words in getattr(synonyms, table).values() for word in words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("agent", "service"), ("database", "store"), ("Database", "store"), ("actor", "human"), ("modle", "model")],
)
def test_meant(word: str, kind: str) -> None:
    assert synonyms.meant(word, NODE_KINDS, synonyms.KINDS) == kind


def test_word_that_is_not_known_here_is_not_meant() -> None:
    assert synonyms.meant("database", ["data"], synonyms.KINDS) == "data"
    assert synonyms.meant("xyzzy", ["data"], synonyms.KINDS) is None
