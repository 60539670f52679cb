"""Draw the pictures of the README, for light and for dark pages: ``python -m tools.readme_pictures``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from sphinxext.llmpipeline import MODERN, Style, parse, render

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "hero.rst"
PICTURES = {
    "light": ROOT / "docs" / "pictures" / "hero-light.svg",
    "dark": ROOT / "docs" / "pictures" / "hero-dark.svg",
}


def in_the_dark(style: Style) -> Style:
    """*style* with its colours of dark pages on light ones, too."""
    return replace(
        style,
        edge_light=style.edge_dark,
        edge_text_light=style.edge_text_dark,
        group_light=style.group_dark,
        nodes={kind: replace(look, light=look.dark) for kind, look in style.nodes.items()},
    )


def declarations() -> str:
    """The declarations of the example."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return dedent(text.split("\n\n", 1)[1])


def pictures() -> dict[str, bytes]:
    """The pictures by the pages for which they are; their text is drawn as paths, for readers without the fonts."""
    pipeline = parse(declarations())
    styles = {"light": MODERN, "dark": in_the_dark(MODERN)}
    return {name: render(pipeline, style, "svg-outlines") for name, style in styles.items()}


def main() -> None:
    """Write the pictures."""
    for name, picture in pictures().items():
        PICTURES[name].parent.mkdir(exist_ok=True)
        PICTURES[name].write_bytes(picture)


if __name__ == "__main__":
    main()
