"""Kinds of nodes: what a shape says, and what the words of a label, a class or an id say."""

from __future__ import annotations

import re

from ..model.synonyms import KINDS
from ..model.vocabulary import NODE_KINDS

# Tables, several words a line: kind → shapes; kind → nouns that end a label; kind → verbs that begin one.
# fmt: off
_SHAPES = {
    "store": ("[(", "cyl", "cylinder", "database", "db", "lin-cyl", "disk", "lined-cylinder", "h-cyl", "das",
              "horizontal-cylinder", "datastore", "data-store", "bow-rect", "stored-data", "bow-tie-rectangle",
              "box3d"),
    "decision": ("{", "diam", "decision", "diamond", "question", "mdiamond"),
    "io": ("([", "(((", "[/", "[\\", "stadium", "terminal", "pill", "lean-r", "lean-l", "lean-right", "lean-left",
           "in-out", "out-in", "dbl-circ", "double-circle", "doublecircle", "parallelogram", "sm-circ", "start",
           "small-circle", "fr-circ", "framed-circle", "stop", "mcircle", "invhouse", "house"),
    "data": ("doc", "document", "docs", "documents", "st-doc", "stacked-document", "lin-doc", "lined-document",
             "tag-doc", "tagged-document", "note", "folder", "tab"),
    "process": ("[[", "subproc", "subprocess", "subroutine", "framed-rectangle", "fr-rect", "procs", "processes",
                "st-rect", "stacked-rectangle", "tag-rect", "tag-proc", "cds"),
    "service": ("cloud", "component"),
    "join": ("f-circ", "junction", "filled-circle", "point"),
}
_NOUNS = {
    "data": ("text", "texts", "dataset", "datasets", "data",
             "corpus", "corpora", "document", "documents", "file", "files", "artifact", "blend",
             "blends", "jsonl", "parquet", "sample", "samples", "record", "records", "config", "yaml", "results",
             "trajectory", "trajectories", "rollouts", "pairs", "tokens", "embeddings", "instructions", "prompts",
             "preferences", "batch", "batches", "gradients", "weights", "logits", "chunks", "shards", "manifest",
             "metadata", "csv"),
    "process": ("preparation", "preprocessing", "processing", "prep", "tokenization", "tokenizer", "filter",
                "filtering", "splitter", "chunking", "packing", "masking", "sampling", "sampler", "dedup",
                "deduplication", "ranking", "retrieval", "compilation", "conversion", "execution", "calculation",
                "computation", "generation", "verification", "parser", "parsing", "cleanup", "step", "postprocessing",
                "quantization", "export"),
    "train": ("training", "trainer", "train", "pretraining", "pre-training", "pretrain", "finetuning", "fine-tuning",
              "finetune", "sft", "rl", "rlhf", "rlvr", "dpo", "grpo", "ppo", "distillation", "optimizer"),
    "model": ("model", "models", "llm", "lm", "checkpoint", "policy", "transformer", "encoder", "decoder", "lora",
              "generator", "agent", "actor", "critic", "gpt", "llama", "adapter", "network", "vlm", "vae"),
    "reward": ("reward", "rewards", "rm", "verifier", "judge"),
    "eval": ("evaluation", "eval", "evaluator", "benchmark", "benchmarks", "metrics", "leaderboard"),
    "store": ("database", "db", "buffer", "cache", "vectorstore", "queue", "bucket", "memory", "registry", "storage",
              "repository", "hub"),
    "service": ("server", "api", "service", "endpoint", "gateway", "backend", "scheduler", "engine", "cluster"),
    "tool": ("tool", "tools", "plugin"),
    "human": ("user", "human", "annotator", "annotators", "customer", "client-user", "person", "reviewer"),
    "io": ("input", "inputs", "output", "outputs", "prompt", "query", "question", "response", "answer", "request"),
}
_VERBS = {
    "train": ("train", "pretrain", "pre-train", "finetune", "fine-tune", "distill", "align"),
    "eval": ("evaluate", "benchmark", "test", "validate"),
    "process": ("prepare", "load", "generate", "tokenize", "filter", "split", "compute", "extract", "build", "parse",
                "convert", "merge", "create", "update", "deploy", "download", "upload", "save", "export", "run",
                "execute", "sample", "clean", "pack", "shard", "encode", "decode", "embed", "retrieve", "rank",
                "collect", "call", "format", "send", "read", "write", "add", "apply", "select", "transform",
                "compile", "launch"),
}
# fmt: on


def _by_word(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: kind for kind, words in table.items() for word in words}


SHAPES = _by_word(_SHAPES)
"""Shape of Mermaid or DOT, in lower case → kind.  Other shapes say nothing."""
_NOUN_KINDS, _VERB_KINDS = _by_word(_NOUNS), _by_word(_VERBS)
_ENDS = ("start", "stop", "end", "begin", "finish")
"""Words that alone are a label of the first or the last node."""
_SHORT = 2
"""Letters of a word of an id that says nothing, because it may be an abbreviation."""
_EMPTY = ("style", "styles", "class", "node", "nodes", "box", "fill", "color", "colour")
"""Words at the end of the name of a class that say nothing."""
_COLOURS = frozenset(
    (
        "red",
        "green",
        "blue",
        "yellow",
        "orange",
        "purple",
        "pink",
        "gray",
        "grey",
        "black",
        "white",
        "brown",
        "cyan",
        "teal",
        "violet",
        "turquoise",
        "rose",
        "gold",
        "magenta",
        "lime",
        "indigo",
        "navy",
        "salmon",
        "beige",
        "amber",
        "dark",
        "light",
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>")
_ENDING = re.compile(r"\.(?:py|sh|js|ts|rs|ipynb|cpp|go)\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def kind_of_text(label: str) -> str:
    """The kind that a label says, by the verb before or the noun after; empty if none.

    >>> [kind_of_text(label) for label in ("Raw text data", "Train the model", "data_prep.py (bin/idx)", "Note")]
    ['data', 'train', 'process', '']
    """
    said = _ENDING.sub("", _ASIDE.sub(" ", label))
    words = _words(said)
    if not words:
        return ""
    if len(words) == 1 and words[0] in _ENDS:
        return "io"
    noun = _NOUN_KINDS.get(words[-1], "")
    first, *others = said.casefold().split()
    if others and first in _VERB_KINDS and not (first == "run" and noun):
        return _VERB_KINDS[first]
    return noun


def kind_of_id(id: str) -> str:
    """The kind that the words of an id say, as those of a label; empty if none.

    >>> kind_of_id("rewardModel2"), kind_of_id("n1"), kind_of_id("__end__")
    ('model', '', 'io')
    """
    words = _words(id)
    if len(words) > 1 and words[0] in _VERB_KINDS:
        return _VERB_KINDS[words[0]]
    if len(words) == 1 and words[0] in _ENDS:
        return "io"
    return _NOUN_KINDS.get(words[-1], "") if words and len(words[-1]) > _SHORT else ""


def kind_of_class(name: str) -> str:
    """The kind that the name of a class says; empty if none.

    >>> kind_of_class("dataset"), kind_of_class("modelNodes"), kind_of_class("highlight")
    ('data', 'model', '')
    """
    word = title_of_class(name).casefold()
    for form in (word, word.removesuffix("s")):
        kind = form if form in NODE_KINDS else KINDS.get(form, _NOUN_KINDS.get(form, ""))
        if kind in NODE_KINDS and kind not in ("node", "op", "more", "join"):
            return kind
    return ""


def title_of_class(name: str) -> str:
    """The name of a class as a title; empty if it names a colour or nothing.

    >>> title_of_class("data_node"), title_of_class("storageBackendStyle"), title_of_class("lightBlue")
    ('Data', 'Storage backend', '')
    """
    words = re.sub(r"[_\W]+", " ", _CAMEL.sub(" ", name)).split()
    while words and words[-1].casefold() in _EMPTY:
        words.pop()
    if words and words[-1].casefold() in _COLOURS:
        return ""
    title = " ".join(word if word.isupper() else word.lower() for word in words)
    return title[:1].upper() + title[1:]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", text.replace("_", " ")))]
