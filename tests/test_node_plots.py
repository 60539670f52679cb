"""Plots in nodes, in real builds."""

from __future__ import annotations

import os
import sys

import pytest

from sphinxext.llmpipeline import parse, render
from tests.conftest import Project
from tests.drawings import of_class, read_all
from tests.plots.tools import DATA, declared

LOSSES = "step,loss,val_loss\n0,3.2,3.4\n10,2.9,\n20,2.5,3\n"
BODY = """\
data mix: Data mixture
   :plot: bars
      Web: 67%
      Books: 33%
train run: *Loss*
   :plot: line losses.csv x=step y=loss,val_loss
   :size: 220 x 100
process head: Head
   :plot: heatmap
      The: 0.1 | 0.9
mix -> run -> head
"""


def page_of(body: str) -> str:
    return "\n.. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in body.splitlines())


FILES = {"index.rst": page_of(BODY), "losses.csv": LOSSES}
WORDS = (
    "Data mixture shows Web 67%, Books 33%. "
    "Loss shows loss: 3.2 at step 0, 2.9 at step 10, 2.5 at step 20; val_loss: 3.4 at step 0, 3 at step 20. "
    "Head shows The: 0.1, 0.9."
)


def test_page_has_the_plots_as_text_and_in_words(project: Project) -> None:
    page = project.write(FILES).build("html", "-W").read("index.html")
    (svg,) = read_all(page)
    bars, line, heat = of_class(svg, "llmpipeline-plot")
    assert [text.text for text in bars.iter() if text.tag.endswith("text")] == ["67%", "33%", "Web", "Books"]
    assert [part.get("class") for part in line.iter() if "palette" in (part.get("class") or "")] == [
        "llmpipeline-palette-1", "llmpipeline-palette-2", "llmpipeline-palette-1", "llmpipeline-palette-2"
    ]  # fmt: skip
    assert [text.text for text in heat.iter() if text.get("class") == "llmpipeline-by-value"] == ["0.1", "0.9"]
    assert f" {WORDS}</desc>" in page
    assert "<li>Data mixture (Web 67%, Books 33%)" in page


def test_markdown_has_the_same_plots(project: Project) -> None:
    body = f"# Title\n\n```{{llmpipeline}}\n{BODY}```\n"
    files = {"index.rst": "T\n=\n", "page.md": ":orphan:\n\n" + body, "losses.csv": LOSSES}
    page = project.write(files, "extensions += ['myst_parser']").build("html").read("page.html")
    assert WORDS in page


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "texinfo", "singlehtml", "gettext", "xml"])
def test_every_builder(project: Project, builder: str) -> None:
    conf = "man_pages = [('index', 'a', 'a', 'a', 1)]\nepub_copyright = version = 'x'\n"
    build = project.write(FILES, conf).build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")


def test_list_has_the_values(project: Project) -> None:
    shown = " ".join(project.write(FILES).build("text", "-W").read("index.txt").split())
    assert "* Data mixture (Web 67%, Books 33%)" in shown
    assert "* *Loss* (loss: 3.2 at step 0, 2.9 at step 10, 2.5 at step 20; val_loss: 3.4" in shown


def test_words_are_translated(project: Project) -> None:
    shown = " ".join(project.write(FILES, "language = 'de'").build("html", "-W").read("index.html").split())
    assert "Data mixture zeigt Web 67%, Books 33%." in shown
    assert "3.2 bei step 0" in shown


def test_page_changes_with_the_file(project: Project) -> None:
    project.write(FILES)
    before = project.build("html", "-W").read("index.html")
    assert project.build("html", "-W").read("index.html") == before
    path = project.source / "losses.csv"
    path.write_text(LOSSES.replace("2.9", "7.7"), encoding="utf-8")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    after = project.build("html", "-W").read("index.html")
    assert "7.7 at step 10" in after
    assert of_class(read_all(after)[0], "llmpipeline-plot") != []
    assert before.count("<path") == after.count("<path")


def test_two_processes_write_the_same_bytes(project: Project) -> None:
    project.write(FILES)
    one = project.run("html", "-j", "1", "-W", doctrees=project.root / "one", out="one").read("index.html")
    two = project.run("html", "-j", "2", "-W", doctrees=project.root / "two", out="two").read("index.html")
    assert one == two


def warnings_of(project: Project, field: str, **files: str) -> str:
    """The first line of the warnings of a page with one plot."""
    project.write({"index.rst": page_of(f"train run: Loss\n   :plot: {field}\n"), **files})
    build = project.build("html")
    assert build.status == 0
    return build.warnings.split("\n")[0]


def test_missing_file(project: Project) -> None:
    expected = "index.rst:5:19: WARNING: cannot read 'data/losses.csv': No such file or directory"
    assert warnings_of(project, "line data/losses.csv") == expected


def test_missing_column(project: Project) -> None:
    project.write({"losses.csv": LOSSES})
    expected = "index.rst:5:39: WARNING: 'losses.csv' has no column 'los'; it has: step, loss, val_loss"
    assert warnings_of(project, "line losses.csv x=step y=los") == expected


def test_line_of_a_wrong_number(project: Project) -> None:
    start = "index.rst:7:17: WARNING: expected a number with an optional SI suffix and unit"
    assert warnings_of(project, "bars\n      Web: 3\n      Books: many").startswith(start)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_named_pipe(project: Project) -> None:
    project.source.mkdir(parents=True, exist_ok=True)
    os.mkfifo(project.source / "losses.csv")
    expected = "index.rst:5:19: WARNING: cannot read 'losses.csv': it is not a regular file"
    assert warnings_of(project, "line losses.csv") == expected


def test_too_large_file(project: Project) -> None:
    project.write({"losses.csv": b"a\n" + 5_000_000 * b"1\n"})
    expected = "index.rst:5:19: WARNING: cannot read 'losses.csv': it is larger than 10,000,000 bytes"
    assert warnings_of(project, "line losses.csv") == expected


def test_file_is_not_read_if_file_insertion_is_off(project: Project) -> None:
    project.write({"docutils.conf": "[general]\nfile_insertion_enabled: no\n", "losses.csv": LOSSES})
    assert warnings_of(project, "line losses.csv") == (
        "index.rst:5:19: WARNING: the file 'losses.csv' is not read, because docutils' setting "
        "'file_insertion_enabled' is off; write the data below ':plot:'"
    )


def test_null_character_in_a_name(project: Project) -> None:
    warning = warnings_of(project, "line a\N{REPLACEMENT CHARACTER}.csv")
    assert warning.startswith("index.rst:5:19: WARNING: cannot read 'a\N{REPLACEMENT CHARACTER}.csv': No such file")


def test_size_without_room_is_a_warning(project: Project) -> None:
    project.write({"index.rst": page_of("node a: A\n   :plot: bars\n      A long name: 1\n   :size: 50 x 40\n")})
    build = project.build("html")
    assert "the plot of 'a' does not fit 50 x 40 points: it has " in build.warnings
    assert "[llmpipeline.layout]" in build.warnings


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_every_format_draws_every_kind_twice_the_same(data: str) -> None:
    pipeline = parse(declared(data))
    for format in ("svg", "svg-outlines", "pdf", "png"):
        first = render(pipeline, "print", format)
        assert first == render(pipeline, "print", format)


def test_drawing_without_plots_has_nothing_of_them() -> None:
    assert b"llmpipeline-plot" not in render(parse("node a\na -> a"))


TRANSLATED = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Web"
msgstr "Netz"

msgid "step"
msgstr "Schritt"

msgid "loss"
msgstr "Verlust"
"""


def test_names_are_translated(project: Project) -> None:
    conf = "language = 'de'\nlocale_dirs = ['locale']\ngettext_compact = False\n"
    files = {**FILES, "locale/de/LC_MESSAGES/index.po": TRANSLATED}
    page = project.write(files, conf).build("html", "-W").read("index.html")
    shown = " ".join(page.split())
    assert "Data mixture zeigt Netz 67%, Books 33%." in shown
    assert "Verlust: 3.2 bei Schritt 0" in shown
    bars = of_class(read_all(page)[0], "llmpipeline-plot")[0]
    assert [text.text for text in bars.iter() if text.tag.endswith("text")] == ["67%", "33%", "Netz", "Books"]


def test_translators_get_the_names_in_plots_once_each_and_no_numbers(project: Project) -> None:
    template = project.write(FILES).build("gettext", "-W").read("index.pot")
    names = ["Web", "Books", "step", "loss", "val_loss", "The"]
    assert [template.count(f'msgid "{name}"') for name in names] == [1] * len(names)
    assert 'msgid "1"' not in template
