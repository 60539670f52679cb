"""Categories: the language, and pages, lists, translations and settings in real builds."""

from __future__ import annotations

import io

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sphinxext.llmpipeline import PipelineError, parse
from sphinxext.llmpipeline.model.pipeline import Category, Label
from tests.conftest import Project

TEXT = """\
category rl: Training
   team
category gym
group g: G
   :category: gym
   node a
      :category: rl
node b
a -> b
   :category: gym
"""


def test_categories_of_all_parts() -> None:
    pipeline = parse(TEXT)
    assert pipeline.categories == (Category("rl", Label.plain("Training\nteam")), Category("gym", Label.plain("gym")))
    assert [category.line for category in pipeline.categories] == [1, 3]
    assert [item.category for item in pipeline.items()] == ["gym", "rl", None, "gym"]


def test_categories_of_the_project_need_no_declaration() -> None:
    pipeline = parse("node a\n   :category: rl", categories=["rl"])
    assert (pipeline.nodes[0].category, pipeline.categories) == ("rl", ())


def test_a_category_may_have_the_id_of_a_node() -> None:
    pipeline = parse("category rl: A team\nnode rl: A node\n   :category: rl")
    assert pipeline.nodes[0].label.text == "A node"


def test_the_word_is_still_an_id() -> None:
    assert [node.id for node in parse("category -> b").nodes] == ["category", "b"]
    assert parse("category: A label").nodes[0].label.text == "A label"


def test_categories_stand_beside_panels() -> None:
    pipeline = parse("category c: C\npanel p: P\n   node a\n      :category: c\npanel q: Q\n   node b")
    assert (len(pipeline.categories), len(pipeline.letters)) == (1, 2)


ERRORS = {
    "unknown": (
        "category rl: RL\nnode a\n   :category: rx",
        """\
line 3: unknown category 'rx'; declare it, as in 'category rx: Label'
    :category: rx
               ^~""",
    ),
    "unknown-near": (
        "category training: Training\nnode a\n   :category: trainning",
        """\
line 3: unknown category 'trainning'; did you mean 'training'?
    :category: trainning
               ^~~~~~~~~""",
    ),
    "twice": (
        "category a: A\nnode x\ncategory a: B",
        """\
line 3: category 'a' is declared twice, first on line 1; keep one
    category a: B
             ^""",
    ),
    "two-words": (
        "category a b: A\nnode x",
        """\
line 1: expected one id after 'category', as in 'category trained: Trained'
    category a b: A
    ^~~~~~~~~~~~""",
    ),
    "not-an-id": (
        "category 1st: A\nnode x",
        """\
line 1: '1st' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    category 1st: A
             ^~~""",
    ),
    "fields": (
        "category a: A\n   :link: https://example.org\nnode x",
        """\
line 2: a category takes no fields, only a label
    :link: https://example.org
    ^~~~~~""",
    ),
    "in-a-group": (
        "group g: G\n   category a: A\n   node x",
        """\
line 2: a category stands at the top level: indent it less
    category a: A
    ^~~~~~~~""",
    ),
    "of-two": (
        "category a: A\ncategory b: B\nnode x\n   :category: a, b",
        """\
line 4: expected the id of one category, not 'a, b'
    :category: a, b
               ^~~~""",
    ),
    "of-a-panel": (
        "category a: A\npanel p: P\n   :category: a\n   node x",
        """\
line 3: a panel has no field 'category'; expected one of: link, tooltip, note, class, direction
    :category: a
    ^~~~~~~~~~""",
    ),
    "misspelled": (
        "categroy a: A\nnode x",
        """\
line 1: unknown kind 'categroy'; did you mean 'category'?
    categroy a: A
    ^~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert str(raised.value) == message


def test_a_category_with_an_error_is_not_reported_as_unknown() -> None:
    with pytest.raises(PipelineError) as raised:
        parse("category rl x: RL\nnode a\n   :category: rl")
    assert [diagnostic.line for diagnostic in raised.value.diagnostics] == [1]


# Builds

INDEX = """
.. llmpipeline::

   category rl: *Training* team
   category gym: Environments
   category spare: Nobody

   group g: G
      :category: gym
      model a: A
         :category: rl
   node b: B
   a -> b: step
      :category: rl
"""


def test_pages_have_classes_and_a_legend(project: Project) -> None:
    build = project.write({"index.rst": INDEX}).build("html", "-W")
    page = build.read("index.html")
    assert 'class="llmpipeline-node llmpipeline-kind-model llmpipeline-category-rl llmpipeline-palette-1"' in page
    assert 'class="llmpipeline-edge llmpipeline-edge-flow llmpipeline-category-rl llmpipeline-palette-1"' in page
    assert 'class="llmpipeline-group llmpipeline-category-gym llmpipeline-palette-2"' in page
    legend = page[page.index('<g class="llmpipeline-legend"') :]
    assert [name in legend for name in (">Training team<", ">Environments<", ">Nobody<", ">Model<")] == [
        True,
        True,
        False,
        False,
    ]
    assert "Training team: A and the edge from A to B. Environments: G." in page


def test_legend_may_be_omitted(project: Project) -> None:
    index = INDEX.replace("llmpipeline::\n", "llmpipeline::\n   :legend: no\n")
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert "llmpipeline-legend" not in page
    assert "<li>A (Training team)" in page


def test_kinds_without_a_colour_of_their_own_are_plain_in_the_legend(project: Project) -> None:
    index = INDEX.replace("llmpipeline::\n", "llmpipeline::\n   :legend:\n")
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    legend = page[page.index('<g class="llmpipeline-legend"') :]
    assert ">Model<" in legend
    assert "llmpipeline-kind-model" not in legend
    assert "llmpipeline-kind-node" in legend


def test_lists_name_categories(project: Project) -> None:
    text = project.write({"index.rst": INDEX}).build("text", "-W").read("index.txt")
    assert [line.strip() for line in text.splitlines() if line.strip()] == [
        "* B",
        "* **G** (Environments)",
        "* A (Training team)",
        "* → B: step (Training team)",
    ]


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "xml", "linkcheck"])
def test_other_builders(project: Project, builder: str) -> None:
    assert project.write({"index.rst": INDEX}).build(builder, "-W").warnings == ""


def test_categories_are_translated(project: Project) -> None:
    project.write({"index.rst": INDEX}, 'language = "de"\nlocale_dirs = ["locale"]\n')
    template = project.build("gettext").read("index.pot")
    assert 'msgid "*Training* team"' in template
    folder = project.source / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = read_po(io.StringIO('msgid "*Training* team"\nmsgstr "*Lernende* Mannschaft"\n'))
    with (folder / "index.mo").open("wb") as file:
        write_mo(file, catalogue)
    page = project.build("html", "-W").read("index.html")
    legend = page[page.index('<g class="llmpipeline-legend"') :]
    assert ">Lernende Mannschaft<" in legend
    assert "Lernende Mannschaft: A und die Kante von A zu B." in page


def test_markdown(project: Project) -> None:
    body = "\n".join(line.removeprefix("   ") for line in INDEX.splitlines()[3:])
    source = f"# Title\n\n```{{llmpipeline}}\n{body}\n```\n"
    build = project.write({"index.md": source}, 'extensions += ["myst_parser"]').build("html", "-W")
    assert "llmpipeline-category-rl" in build.read("index.html")


CONF = """
llmpipeline_categories = {
    "rl": "Training team",
    "gym": {"title": "Environments", "fill": "#ffe0b2", "stroke": "#8a4b00", "dark": {"fill": "#4a2c00"}},
}
"""


def test_categories_of_the_project(project: Project) -> None:
    declared = "".join(line + "\n" for line in INDEX.splitlines() if "category rl" not in line and "y gym" not in line)
    build = project.write({"index.rst": declared}, CONF).build("html", "-W")
    page = build.read("index.html")
    assert "llmpipeline-category-gym llmpipeline-palette-gym" in page
    assert ">Environments<" in page[page.index('<g class="llmpipeline-legend"') :]
    sheet = build.read("_static/llmpipeline.css")
    assert "--llmpipeline-category-gym-fill: light-dark(#ffe0b2, #4a2c00);" in sheet
    printed = declared.replace("llmpipeline::\n", "llmpipeline::\n   :style: print\n")
    assert project.write({"index.rst": printed}, CONF).build("html", "-W").warnings == ""


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ('["rl"]', "llmpipeline_categories: expected a dict of ids and titles, got ['rl']"),
        ('{"rl": 1}', "llmpipeline_categories: 'rl' expects a dict, got 1"),
    ],
)
def test_mistakes_in_the_setting(project: Project, value: str, warning: str) -> None:
    project.write({"index.rst": "Title\n=====\n"}, f"llmpipeline_categories = {value}\n")
    assert f"WARNING: {warning} [llmpipeline.config]" in project.build("html").warnings


def test_an_unknown_category_has_its_line(project: Project) -> None:
    build = project.write({"index.rst": INDEX.replace("      :category: rl\n", "      :category: lr\n", 1)}).build(
        "html"
    )
    assert "index.rst:11:21: WARNING: unknown category 'lr'; declare it, as in 'category lr: Label'" in build.warnings
