"""Classes: the kind of node that the class of an object says."""

from __future__ import annotations

import re

from ..conversion.kinds import kind_of_id, kind_of_text

# A table, several words a line: kind → words of the names of classes.
# fmt: off
_WORDS = {
    "store": ("retriever", "store", "memory", "cache", "writer", "checkpointer", "saver", "index"),
    "model": ("generator", "model", "llm", "embedder", "embeddings", "ranker", "reranker", "classifier", "agent",
              "regressor", "reader", "summarizer", "transcriber"),
    "tool": ("tool", "toolkit"),
    "decision": ("router", "validator", "branch", "checker"),
    "eval": ("evaluator",),
    "service": ("fetcher", "search", "connector", "server", "client"),
    "process": ("template", "builder", "parser", "splitter", "cleaner", "converter", "joiner", "preprocessor",
                "transformer", "adapter", "extractor", "lambda", "sampler", "filter", "loader", "downloader"),
}
# fmt: on
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}
_PLAIN = frozenset(("retriever", "embedder", "reranker", "classifier", "regressor", "router"))
"""Words that mean the same in the names of functions and data."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+")
_ELSEWHERE = ("builtins", "abc", "typing", "pydantic")
"""Packages of classes that say nothing about what an object is for."""


def kind_of_class_of(value: object) -> str:
    """The kind that the name of the class says, by its last word that says any, or those of its bases; empty if none.

    >>> class BM25Retriever: pass
    >>> class Ours(BM25Retriever): pass
    >>> kind_of_class_of(Ours()), kind_of_class_of(3)
    ('store', '')
    """
    for base in type(value).__mro__:
        if base.__module__.partition(".")[0] in _ELSEWHERE:
            continue
        for word in reversed(_WORD.findall(base.__name__)):
            if kind := _KINDS.get(word.lower(), ""):
                return kind
    return ""


def kind_of_name(name: str) -> str:
    """The kind that a name in code says, read as a label or as an id; empty if none.

    >>> [kind_of_name(name) for name in ("train_model", "tools", "evaluate", "regressor", "x")]
    ['train', 'tool', 'eval', 'model', '']
    """
    said = name.replace("_", " ")
    kind = kind_of_text(said) or kind_of_id(name) or kind_of_text(f"{said} it")  # a verb alone
    return kind or _plain(_last(name))


def kind_of_data(name: str) -> str:
    """The kind that the last word of the name of data says; empty if none.

    >>> kind_of_data("train_model"), kind_of_data("test_set"), kind_of_data("metrics")
    ('model', '', 'eval')
    """
    word = _last(name)
    return kind_of_text(word) or _plain(word)


def _last(name: str) -> str:
    words: list[str] = _WORD.findall(name)
    return words[-1].lower() if words else ""


def _plain(word: str) -> str:
    return _KINDS[word] if word in _PLAIN else ""
