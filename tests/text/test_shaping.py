"""Which characters need matplotlib's text layout."""

from __future__ import annotations

import unicodedata

import pytest

from sphinxext.llmpipeline.text.shaping import needs_shaping

SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
"""Variation selectors, which choose the picture of an emoji or an ideograph."""


def test_marks_and_characters_with_a_direction_need_it() -> None:
    directed = {"R", "AL", "AN", "NSM", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    lacking = [
        f"U+{code:04X}"
        for code, character in enumerate(map(chr, range(0x110000)))
        if unicodedata.category(character)[0] == "M" or unicodedata.bidirectional(character) in directed
        if code not in SELECTORS and not needs_shaping(character)
    ]
    assert lacking == []


@pytest.mark.parametrize(
    "text", ["नमस्ते", "ภาษา", "ລາວ", "မြန်မာ", "ខ្មែរ", "བོད", "ᄒ", "ᠮᠣ", "مرحبا", "שלום", "ߒߞߏ", "𞤀"]
)
def test_scripts_whose_letters_join_move_or_run_to_the_left_need_it(text: str) -> None:
    assert needs_shaping(text)
    assert needs_shaping(f"GPT-4 {text}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "GPT-4",
        "Größe",
        "é",
        "Модель",
        "λόγος",
        "模型",
        "モデル",
        "한국어",
        "🚀👩\u200d💻✅\ufe0f",
        "→ × 12 ½",
        "ქართული",
    ],
)
def test_usual_text_does_not(text: str) -> None:
    assert not needs_shaping(text)
