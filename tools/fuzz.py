"""Look for inputs that break the parser or a drawing.

``bodies`` mutates declarations and parses them: anything but a pipeline or a ``PipelineError`` is a finding.
``graphs`` draws random diagrams with nested groups, own directions, labels, loops and square lines: anything but a
drawing or a ``LayoutError`` is a finding.  Findings are written to the folder ``findings``.  Bodies that cause a
diagnostic which none has caused before are kept in the folder ``bodies``, and mutated further, also in the next run.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.diagnostics import Diagnostic, LayoutError, LayoutTimeoutError, PipelineError
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.model.vocabulary import (
    DIAGRAM_DIRECTIONS,
    DIRECTIONS,
    EDGE_KINDS,
    NODE_KINDS,
    SPLINES,
    DiagramDirection,
    Splines,
)
from sphinxext.llmpipeline.rendering import draw
from sphinxext.llmpipeline.style.builtin import CLASSIC

ROOT = Path(__file__).parents[1]

SLOW = 2.0
"""Seconds of processor time that parsing one body may take, whatever else the machine does."""

_ARROWS = ("->", "=>", "-->", "<->", "--")
_LABELLED = [kind for kind in NODE_KINDS if kind != "join"]
_PIECES = (
    *_ARROWS, *NODE_KINDS, *EDGE_KINDS, "group", "panel", "align", "note", "of", "node", ":", ": ", ",", ", ", "#",
    "\\n", "\\", "\n", "\t", "   ", ":link: ", ":tooltip: ", ":note: ", ":repeat: ", ":value: ", ":class: ",
    ":direction: ", ":kind: ", "*", "**", "`", "``", ":math:`x`", "`a <b>`__", "|x|", "a", "b", "n1", ".", "-", "_",
    "1.5B t", "javascript:", "https://example.org", "\x00", "\x1b", "\u202e", "\u200d", "\ufeff", "\ud800", "🚀", "数",
    "م", "é", "\u2028", "{", "}", "[", "]", "(", ")", '"', "'", "<", ">", "&", ";", "%", "$", "@", "/", "graph TD",
    "subgraph x", "end", "A-->|x|B", "A[Text]",
)  # fmt: skip


def mutated(random: Random, bodies: list[str]) -> str:
    """A body with up to eight changes."""
    text = random.choice(bodies)
    for _ in range(random.randint(1, 8)):
        lines = text.split("\n")
        at = random.randrange(len(lines))
        place = random.randint(0, len(text))
        match random.randrange(9):
            case 0:
                del lines[at]
                text = "\n".join(lines)
            case 1:
                lines.insert(random.randint(0, len(lines)), lines[at])
                text = "\n".join(lines)
            case 2:
                lines[at] = " " * random.randint(0, 9) + lines[at].lstrip()
                text = "\n".join(lines)
            case 3:
                other = random.choice(bodies).split("\n")
                start = random.randrange(len(other))
                lines[at:at] = other[start : start + random.randint(1, 6)]
                text = "\n".join(lines)
            case 4:
                text = text[:place] + text[place + random.randint(1, 9) :]
            case 5:
                text = (
                    text[:place] + chr(random.choice((random.randrange(128), random.randrange(0x3000)))) + text[place:]
                )
            case 6:
                lines[at] = (lines[at] + random.choice((" ", ""))) * random.randint(2, 30)
                text = "\n".join(lines)
            case _:
                text = text[:place] + random.choice(_PIECES) + text[place:]
    return text[:20_000]


def graph(random: Random, *, tables: bool = True) -> str:
    """The declarations of a random diagram, perhaps with rows and grids of cells."""
    around: dict[str, set[str]] = {}
    nodes: list[str] = []
    lines: list[str] = []

    def label() -> str:
        words = random.choices(("x", "label", "Pre-training", "a longer label", "two\\nlines"), k=random.randint(1, 2))
        return " ".join(words)

    def members(held: set[str], number: int) -> None:
        indent = "   " * len(held)
        for _ in range(number):
            name = f"n{len(around)}"
            around[name] = held | {name}
            if len(held) < 4 and random.random() < 0.3:
                lines.append(f"{indent}{random.choice(('group', 'group', 'stack'))} {name}: {label()}")
                if random.random() < 0.3:
                    lines.append(f"{indent}   :direction: {random.choice(DIRECTIONS)}")
                members(around[name], random.randint(1, 4))
            elif tables and random.random() < 0.15:
                cells = random.randint(1, 6)
                lines.append(f"{indent}row {name}: {' | '.join(label() for _ in range(cells))}")
                around.update({f"{name}.{cell + 1}": around[name] | {f"{name}.{cell + 1}"} for cell in range(cells)})
            elif tables and random.random() < 0.1:
                lines.append(f"{indent}grid {name}{random.choice(('', ': A grid'))}")
                for row in range(random.randint(1, 4)):
                    lines.append(f"{indent}   r{row}: 1 | 2 | 3")
                    around.update(
                        {f"{name}.r{row}.{cell}": around[name] | {f"{name}.r{row}.{cell}"} for cell in (1, 2, 3)}
                    )
            else:
                nodes.append(name)
                lines.append(f"{indent}{random.choice(_LABELLED)} {name}: {label()}")

    members(set(), random.randint(1, 8))
    for _ in range(random.randint(0, 2 * len(around))):
        one, other = random.choice([*around]), random.choice([*around])
        if (one in around[other] or other in around[one]) and not one == other in nodes:
            continue  # an edge between a group and its member
        text = f": {label()}" if random.random() < 0.4 else ""
        lines += [f"{one} {random.choice(_ARROWS)} {other}{text}"] * random.choice((1, 1, 1, 1, 2))
    if len(nodes) > 2 and random.random() < 0.3:
        lines.append(f"align {', '.join(random.sample(nodes, random.randint(2, min(4, len(nodes)))))}")
    lines += [f"note of {random.choice([*around])}: {label()}" for _ in range(random.choice((0, 0, 1, 3)))]
    return "\n".join(lines)


class Fuzz:
    """A run, whose inputs depend on *seed* and the bodies in *folder* alone."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 -- runs can be repeated
        self.findings = folder / "findings"
        self.kept = folder / "bodies"
        self.outcomes: Counter[str] = Counter()

    def bodies(self, count: int) -> Iterator[None]:
        """Parse mutated bodies."""
        bodies = [path.read_text("utf-8", "surrogatepass") for path in _declarations(self.kept)]
        known: set[str] = set()
        for _ in range(count):
            text = mutated(self.random, bodies)
            outcome, causes = self._parsed(text)
            self.outcomes[outcome] += 1
            if causes - known:
                known |= causes
                bodies.append(text)
                _write(self.kept, text)
            yield

    def _parsed(self, text: str) -> tuple[str, set[str]]:
        """The outcome, and the causes of the diagnostics."""
        start = time.process_time()
        try:
            parse(text, warn=_ignore)
        except PipelineError as error:
            causes = {_cause(problem.message) for problem in error.diagnostics}
            outcome = "diagnosed"
        except Exception:  # noqa: BLE001 -- these are what is looked for
            return self._found(text, traceback.format_exc()), set()
        else:
            causes, outcome = set(), "parsed"
        if time.process_time() - start > SLOW:
            return self._found(text, f"took more than {SLOW} s"), set()
        return outcome, causes

    def graphs(self, count: int, timeout: float) -> Iterator[None]:
        """Draw random diagrams."""
        for _ in range(count):
            text = graph(self.random)
            splines = self.random.choice(SPLINES)
            direction = self.random.choice((*DIAGRAM_DIRECTIONS, "auto"))
            self.outcomes[self._drawn(text, splines, direction, timeout)] += 1
            yield

    def _drawn(self, text: str, splines: Splines, direction: DiagramDirection, timeout: float) -> str:
        options = f"# {direction}, {splines}"
        try:
            pipeline = replace(parse(text, warn=_ignore), direction=direction, splines=splines)
            drawing = draw(Job(pipeline, CLASSIC, "svg", timeout=timeout))
        except PipelineError as error:
            return self._found(f"{options}\n{text}", str(error))
        except LayoutTimeoutError:
            self._found(f"{options}\n{text}", "took too long")
            return "took too long"
        except LayoutError as error:
            self._found(f"{options}\n{text}", str(error))
            return re.sub(r":.*|n\d+", "", str(error))
        except Exception:  # noqa: BLE001 -- these are what is looked for
            return self._found(f"{options}\n{text}", traceback.format_exc())
        return "drawn with a message" if drawing.notes.messages else "drawn"

    def _found(self, text: str, reason: str) -> str:
        path = _write(self.findings, text)
        path.with_suffix(".reason").write_text(reason, encoding="utf-8")
        return f"found: {reason.strip().splitlines()[-1][:80]}"


def _ignore(_: Diagnostic) -> None:
    """Doubtful places are no errors."""


def _cause(message: str) -> str:
    """The first words of a diagnostic without all that it quotes."""
    return " ".join(re.sub("'.*'", "", message, flags=re.DOTALL).split()[:4])


def _declarations(kept: Path) -> list[Path]:
    examples = sorted(path for folder in ("corpus", "examples") for path in (ROOT / "docs" / folder).glob("*.txt"))
    return [*examples, *sorted(kept.glob("*.txt"))]


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = text.encode(errors="surrogatepass")
    path = folder / f"{hashlib.sha256(data).hexdigest()[:12]}.txt"
    path.write_bytes(data)
    return path


def main() -> int:
    """Run; the exit status is 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("targets", nargs="*", default=["bodies", "graphs"], help="bodies, graphs (default: both)")
    parser.add_argument("--bodies", type=int, default=100_000, help="number of bodies (default: %(default)s)")
    parser.add_argument("--graphs", type=int, default=2_000, help="number of graphs (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the time")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for a graph (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fuzz")
    options = parser.parse_args()
    fuzz = Fuzz(options.folder, options.seed)
    print(f"seed {options.seed}", flush=True)
    try:
        for target in options.targets:
            runs = fuzz.bodies(options.bodies) if target == "bodies" else fuzz.graphs(options.graphs, options.timeout)
            for number, _ in enumerate(runs, 1):
                if number % 1000 == 0 and sys.stderr.isatty():
                    print(f"{target}: {number:,}", end="\r", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
    for outcome, number in fuzz.outcomes.most_common():
        print(f"{number:9,}  {outcome}")
    return int(any(outcome.startswith("found") for outcome in fuzz.outcomes))


if __name__ == "__main__":
    sys.exit(main())
