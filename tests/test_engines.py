"""The same drawings with every engine, in one process and in several, with every hash seed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from textwrap import indent

import pytest

from tests.conftest import SEED, Project

CORPUS = Path(__file__).parents[1] / "docs" / "corpus"

ORTHO = """
train a: label Pre-training
eval b: Pre-training label
train c: two\\nlines Pre-training
c -> c
c -> c
c -- a
a -> c
a -> c
a -> c
a --> c
a --> c
a --> c: a longer label x
"""

PORTS = """
service a: x
group g: Pre-training label
   group h: label
      :direction: TB
      human b: a longer label two\\nlines
      service c: a longer label Pre-training
      tool d: x
      group k: label
         :direction: RL
         process e: x Pre-training
         tool f: Pre-training x
         process i: x a longer label
         train j: a longer label two\\nlines
train l: x
train m: two\\nlines x
node n: a longer label
service o: x two\\nlines
store p: two\\nlines Pre-training
train q: a longer label Pre-training
a --> h
q => i
q <-> d
q <-> d
m -- f: two\\nlines
p => k
g --> m: two\\nlines two\\nlines
f <-> o: two\\nlines
d => q
d => q
k => o: Pre-training a longer label
align p, m, e, f
"""

TURNED = """
group g: a longer label a longer label
   :direction: TB
   decision a: a longer label Pre-training
model b: a longer label
node c: label
data d: two\\nlines
io e: Pre-training a longer label
group h: x two\\nlines
   :direction: LR
   group i: a longer label two\\nlines
      store j: label label
      human k: Pre-training a longer label
   model l: label label
   group m: two\\nlines
      train n: a longer label
data o: Pre-training
train p: Pre-training
a --> d
d -- a: a longer label two\\nlines
o --> m: label x
a -- j
a -- j
b -- i: a longer label
e <-> i: two\\nlines Pre-training
e <-> i: two\\nlines Pre-training
n -> p
j -- e: two\\nlines label
o <-> b
e -> p: x label
e -- e
b -> h: a longer label label
h -- d: label
n <-> i
p --> e: two\\nlines
o <-> k
j => l: two\\nlines
j => l: two\\nlines
a --> o
o -> e
a => a
k --> j: two\\nlines
k --> j: two\\nlines
b --> j
"""

LOST_EDGE = """
model a: Pre-training a longer label
train b: x a longer label
train c: a longer label
group g: a longer label
   service d: label
   train e: Pre-training
group h: Pre-training
   human f: x
eval i: x
service j: label Pre-training
a -- e
c --> b: two\\nlines
d => b
d --> e
h -- d
e => i: label x
i => g
e -- c
e <-> i: a longer label label
"""


def diagram(name: str, body: str, *options: str) -> str:
    head = [f".. llmpipeline::\n   :name: {name}", *(f"   {option}" for option in options)]
    return "\n".join(head) + "\n\n" + indent(body.strip("\n"), "   ") + "\n\n"


def documents() -> dict[str, str]:
    """Graphs whose edges versions of Graphviz draw differently, and usual ones, for several processes."""
    found = {
        "ortho": diagram("ortho", ORTHO, ":splines: ortho", ":direction: TB"),
        "ports": diagram("ports", PORTS, ":direction: RL"),
        "turned": diagram("turned", TURNED, ":direction: LR"),
        "lost": diagram("lost", LOST_EDGE, ":direction: LR") + diagram("auto", LOST_EDGE, ":direction: auto"),
    }
    for file in sorted(CORPUS.glob("*.txt"))[:4]:
        text = file.read_text(encoding="utf-8")
        name = f"corpus{file.stem}"
        found[name] = diagram(name, text) + diagram(f"{name}-ortho", text, ":splines: ortho")
    titles = {f"{name}.rst": f"{name}\n{'=' * len(name)}\n\n{text}" for name, text in found.items()}
    toctree = ".. toctree::\n\n" + "".join(f"   {name}\n" for name in found)
    return {"index.rst": f"Home\n====\n{SEED}\n{toctree}", **titles}


@pytest.mark.skipif(os.name != "posix", reason="there are no workers on this system")
def test_every_engine_gives_the_same_bytes(project: Project) -> None:
    files = documents()
    project.write(files, 'llmpipeline_style = "classic"')
    runs = [
        ("graphviz-pure", "1", "0"),
        ("graphviz-pure", "2", "random"),
        ("pygraphviz", "1", "1"),
        ("pygraphviz", "2", "2"),
        ("pygraphviz", "2", "random"),
    ]
    found = []
    for number, (engine, jobs, seed) in enumerate(runs):
        options = ["-W", "-j", jobs, "-D", f"llmpipeline_engine={engine}"]
        doctrees = project.root / f"doctrees{number}"
        build = project.run("html", *options, doctrees=doctrees, out=str(number), PYTHONHASHSEED=seed)
        assert (build.status, build.warnings) == (0, "")
        pages = {name: build.read(name.replace(".rst", ".html")) for name in files}
        # The key of a drawing, from which ids are made, names the engine.
        found.append({name: re.sub(r"\bllmpipeline-[0-9a-f]{10}\b", "KEY", text) for name, text in pages.items()})
    assert sum(text.count("<svg role=") for text in found[0].values()) == 1 + 5 + 8
    for (engine, jobs, seed), pages in zip(runs, found, strict=True):
        different = [name for name, text in pages.items() if text != found[0][name]]
        assert different == [], f"{engine}, {jobs} processes, hash seed {seed}"
