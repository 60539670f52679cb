"""Random diagrams, each as a flowchart of Mermaid and as a graph in DOT."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from hypothesis import strategies as st

LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters='"\\<>#&`'), min_size=1
).filter(lambda text: text.strip(" \u00a0") != "" and text.split() != [])
"""Any text without what is markup in Mermaid or DOT."""
SHAPES = (("[", "]"), ("(", ")"), ("([", "])"), ("[(", ")]"), ("{", "}"), ("{{", "}}"), ("[[", "]]"), (">", "]"))
ARROWS = {"-->": "flow", "==>": "derive", "-.->": "weak", "<-->": "exchange", "---": "link"}
IN_DOT = {
    "-->": "",
    "==>": "style=bold",
    "-.->": "style=dashed",
    "<-->": "dir=both",
    "---": "dir=none",
}


@dataclass(frozen=True)
class Chart:
    """Nodes with their group and label, groups with their group, and edges."""

    nodes: tuple[tuple[int | None, str, int], ...]
    groups: tuple[int | None, ...]
    edges: tuple[tuple[int, int, str], ...]

    def filled(self) -> set[int]:
        """Groups that hold a node."""
        found = set[int]()
        for group, _, _ in self.nodes:
            while group is not None and group not in found:
                found.add(group)
                group = self.groups[group]
        return found

    def holders(self) -> dict[str, str | None]:
        return {f"n{number}": _name(group) for number, (group, _, _) in enumerate(self.nodes)}

    def group_holders(self) -> dict[str, str | None]:
        return {f"g{number}": _name(self.groups[number]) for number in self.filled()}

    def edge_counts(self) -> Counter[tuple[str, str, str]]:
        return Counter((f"n{one}", f"n{other}", ARROWS[arrow]) for one, other, arrow in self.edges)

    def mermaid(self) -> str:
        return "\n".join(["flowchart LR", *self._mermaid_block(None, "  "), *self._mermaid_edges()])

    def _mermaid_block(self, holder: int | None, indent: str) -> list[str]:
        lines = []
        for number, (group, label, shape) in enumerate(self.nodes):
            if group == holder:
                opening, closing = SHAPES[shape]
                lines.append(f'{indent}n{number}{opening}"{label}"{closing}')
        for number in sorted(self.filled()):
            if self.groups[number] == holder:
                inner = self._mermaid_block(number, f"{indent}  ")
                lines += [f'{indent}subgraph g{number} ["Group {number}"]', *inner, f"{indent}end"]
        return lines

    def _mermaid_edges(self) -> list[str]:
        return [f"  n{one} {arrow} n{other}" for one, other, arrow in self.edges]

    def dot(self) -> str:
        edges = [f"n{one} -> n{other} [{IN_DOT[arrow]}]" for one, other, arrow in self.edges]
        return "\n".join(["digraph {", *self._dot_block(None), *edges, "}"])

    def _dot_block(self, holder: int | None) -> list[str]:
        lines = [
            f'n{number} [label="{label}"]' for number, (group, label, _) in enumerate(self.nodes) if group == holder
        ]
        for number in sorted(self.filled()):
            if self.groups[number] == holder:
                inner = self._dot_block(number)
                lines += [f"subgraph cluster_g{number} {{ label=G{number}", *inner, "}"]
        return lines


def _name(group: int | None) -> str | None:
    return None if group is None else f"g{group}"


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Up to four groups, seven nodes and eight edges."""
    groups = [draw(st.sampled_from([None, *range(number)])) for number in range(draw(st.integers(0, 4)))]
    owners = st.sampled_from([None, *range(len(groups))])
    nodes = draw(st.lists(st.tuples(owners, LABELS, st.integers(0, len(SHAPES) - 1)), min_size=1, max_size=7))
    ends = st.integers(0, len(nodes) - 1)
    edges = draw(st.lists(st.tuples(ends, ends, st.sampled_from(sorted(ARROWS))), max_size=8))
    return Chart(tuple(nodes), tuple(groups), tuple(edges))
