"""Write the grammar for editors, ``editors/llmpipeline.tmLanguage.json``, from the tables of the language.

TextMate grammars are read by Visual Studio Code, Sublime Text, JetBrains' programs and others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from sphinxext.llmpipeline.language import ARROWS, ID, KEYWORDS
from sphinxext.llmpipeline.language.highlighting import FIELD_NAMES
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS

FILE = Path(__file__).parents[1] / "editors" / "llmpipeline.tmLanguage.json"

Rule = dict[str, object]


def _words(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


def grammar() -> Rule:
    """The grammar: comments, fields, statements, and the markup in labels."""
    arrows = _words(ARROWS)
    name = ID.pattern
    fields = _words(FIELD_NAMES)
    captures = {"1": {"name": "keyword.operator.arrow.llmpipeline"}}
    label: list[Rule] = [{"include": "#label"}]
    return {
        "name": "LLM pipeline",
        "scopeName": "source.llmpipeline",
        "patterns": [
            {"name": "comment.line.number-sign.llmpipeline", "match": r"^\s*#.*$"},
            {
                "begin": rf"^\s*(:(?:{fields}):)(?=\s|$)",
                "beginCaptures": {"1": {"name": "entity.other.attribute-name.llmpipeline"}},
                "end": "$",
                "patterns": label,
            },
            {
                "begin": rf"^\s*({_words(KEYWORDS)})\s+(?=[^:]|of\b)",
                "beginCaptures": {"1": {"name": "keyword.control.llmpipeline"}},
                "end": "$",
                "patterns": [{"include": "#statement"}],
            },
            {
                "begin": rf"^\s*({_words(NODE_KINDS)})\s+(?={name}\s*(?::|$))",
                "beginCaptures": {"1": {"name": "storage.type.kind.llmpipeline"}},
                "end": "$",
                "patterns": [{"include": "#statement"}],
            },
            {"begin": rf"^\s*(?={name}|\.\.\.)", "end": "$", "patterns": [{"include": "#statement"}]},
        ],
        "repository": {
            "statement": {
                "patterns": [
                    {
                        "begin": r":(?:\s+|$)",
                        "beginCaptures": {"0": {"name": "punctuation.separator.llmpipeline"}},
                        "end": "$",
                        "patterns": label,
                    },
                    {"match": rf"({arrows})", "captures": captures},
                    {"name": "variable.other.node.llmpipeline", "match": name},
                    {"name": "punctuation.separator.llmpipeline", "match": r",|\.\*|\.\.\."},
                ]
            },
            "label": {
                "patterns": [
                    {"name": "constant.character.escape.llmpipeline", "match": r"\\."},
                    {"name": "markup.raw.llmpipeline", "match": r"(?::[\w:.+-]+:|\{[\w:.+-]+\})?`+[^`]*`+_*"},
                    {"name": "markup.bold.llmpipeline", "match": r"\*\*[^*]+\*\*"},
                    {"name": "markup.italic.llmpipeline", "match": r"\*[^*\s][^*]*\*"},
                    {"name": "string.unquoted.label.llmpipeline", "match": r"[^\\`*:{]+|."},
                ]
            },
        },
    }


def text() -> str:
    """The content of the file."""
    return json.dumps(grammar(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
