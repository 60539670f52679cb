"""One document in several languages: what translators get, and what readers see."""

from __future__ import annotations

import functools
import gettext
import io
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import indent
from xml.etree import ElementTree as ET

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import sphinxext.llmpipeline
from sphinxext.llmpipeline import messages
from sphinxext.llmpipeline.text.metrics import Metrics, Typeface
from tests.conftest import Build, Project, needed_font
from tests.drawings import SVG, Look, points, read

LOCALE = Path(sphinxext.llmpipeline.__file__).parent / "locale"
JAPANESE = "Noto Sans CJK JP"
MYST = 'extensions += ["myst_parser"]'

BODY = r"""
group lab: The **laboratory**
   :note: since 2017
   :tooltip: Where it began
   data corpus: Corpus of\nthe web
      :note: deduplicated
      :tooltip: All that is public
   model base: See ROLE
corpus -> base: Training
   :note: for a month
   :tooltip: On many machines
base -> other
other --> corpus: more data
other: Reader
"""
# Line of the body, from 0, and message.
MESSAGES = [
    (0, "The **laboratory**"),
    (1, "since 2017"),
    (2, "Where it began"),
    (3, "Corpus of the web"),
    (4, "deduplicated"),
    (5, "All that is public"),
    (6, "See ROLE"),
    (7, "Training"),
    (8, "for a month"),
    (9, "On many machines"),
    (11, "more data"),
    (12, "Reader"),
]
GERMAN = {
    "How it is made": "Wie es gemacht wird",
    "The **laboratory**": "Das große **Versuchslaboratorium**",
    "since 2017": "seit zweitausendsiebzehn",
    "Where it began": "Wo es begann",
    "Corpus of the web": "Textsammlung aus dem gesamten weltweiten Netz",
    "deduplicated": "von Wiederholungen befreit",
    "All that is public": "Alles Öffentliche",
    "See ROLE": "Siehe ROLE",
    "Training": "Aufwendiges Vortraining",
    "for a month": "einen Monat lang",
    "On many machines": "Auf vielen Maschinen",
    "more data": "weitere Daten",
    "Reader": "Leserin",
    "Page": "Seite",
}
TRANSLATED = {
    "lab": (["Das große ", "Versuchslaboratorium", "seit zweitausendsiebzehn"], "Wo es begann"),
    "corpus": (["Textsammlung aus dem", "gesamten weltweiten Netz", "von Wiederholungen befreit"], "Alles Öffentliche"),
    "base": (["Siehe ", "Seite"], None),
    "other": (["Leserin"], None),
}
DESCRIPTIONS = {
    "de": "Das Diagramm beginnt mit Textsammlung aus dem gesamten weltweiten Netz. "
    "Textsammlung aus dem gesamten weltweiten Netz führt zu Siehe Seite, dann Leserin. "
    "Es endet mit Leserin. "
    "Eine Schleife führt von Leserin zurück zu Textsammlung aus dem gesamten weltweiten Netz.",
    "en": "The diagram starts with Corpus of the web. Corpus of the web leads to See Page, then Reader. "
    "It ends with Reader. A loop leads from Reader back to Corpus of the web.",
}
ROLES = {"rst": ":doc:`page`", "md": "{doc}`page`"}


def document(language: str) -> str:
    body = BODY.strip().replace("ROLE", ROLES[language])
    if language == "md":
        fence = f"```{{llmpipeline}}\n:caption: How it is made\n\n{body}\n```\n"
        return f"# Title\n\n{fence}\n```{{toctree}}\npage\n```\n"
    diagram = f".. llmpipeline::\n   :caption: How it is made\n\n{indent(body, '   ')}\n"
    return f"Title\n=====\n\n{diagram}\n.. toctree::\n\n   page\n"


def page(language: str) -> str:
    return "# Page\n" if language == "md" else "Page\n====\n"


@pytest.fixture(scope="module", params=["rst", "md"])
def language(request: pytest.FixtureRequest) -> str:
    """That of the source: reStructuredText or Markdown."""
    return str(request.param)


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory, language: str) -> Project:
    """The document, translated into German."""
    project = Project(tmp_path_factory.mktemp(language))
    project.write({f"index.{language}": document(language), f"page.{language}": page(language)}, MYST)
    translate(project, "de", GERMAN, ROLES[language])
    return project


def extract(project: Project) -> dict[str, bytes]:
    """The templates for translators, by document."""
    build = project.run("gettext", "-n", "-W")
    assert (build.status, build.warnings) == (0, "")
    return {path.stem: path.read_bytes() for path in build.out.glob("*.pot")}


def translate(project: Project, locale: str, texts: Mapping[str, str], role: str = "") -> None:
    """Fill in the templates, and write them where Sphinx looks for them, compiled as ``sphinx-intl`` does."""
    texts = {key.replace("ROLE", role): value.replace("ROLE", role) for key, value in texts.items()}
    for name, template in extract(project).items():
        catalogue = read_po(io.BytesIO(template), locale=locale)
        for message in catalogue:
            if message.id:
                message.string = texts.get(str(message.id), "")
        folder = project.source / "locale" / locale / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.po").open("wb") as file:
            write_po(file, catalogue)
        with (folder / f"{name}.mo").open("wb") as file:
            write_mo(file, catalogue)


@functools.cache
def localized(project: Project, locale: str, builder: str = "html") -> Build:
    """A build in a process of its own, because Sphinx keeps the catalogues that it has once read."""
    settings = ("-D", f"language={locale}", "-D", "locale_dirs=locale")
    build = project.run(
        builder, "-n", "-W", *settings, doctrees=project.root / f"doctrees-{locale}", out=f"{builder}-{locale}"
    )
    assert (build.status, build.warnings) == (0, "")
    return build


def drawing(build: Build) -> ET.Element:
    (found,) = re.findall(r"<svg role=[^>]*llmpipeline.*?</svg>", build.read("index.html"), re.DOTALL)
    return read(found)


def parts(drawing: ET.Element) -> dict[str, ET.Element]:
    return {
        group.get("data-id") or f"{group.get('data-source')} to {group.get('data-target')}": group
        for group in drawing.iter(f"{SVG}g")
        if "llmpipeline-" in group.get("class", "")
    }


def texts(element: ET.Element) -> list[str]:
    return [text.text or "" for text in element.iter(f"{SVG}text")]


def tooltip(element: ET.Element) -> str | None:
    return element.findtext(f".//{SVG}title")


def outside(drawing: ET.Element) -> list[str]:
    """Texts of nodes and groups that leave their boxes, as far as a browser has the fonts that were measured."""
    found = []
    default, look = drawing.get("font-family", ""), Look(drawing)
    for name, part in parts(drawing).items():
        path = part.find(f".//{SVG}path")
        if " to " in name or path is None:
            continue
        xs, ys = zip(*points(path.get("d", "")), strict=True)
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        for text in part.iter(f"{SVG}text"):
            family = text.get("font-family", default).split(",")[1].strip(" '")
            typeface = Typeface(family, int(text.get("font-weight", "400")), text.get("font-style") == "italic")
            size = float(look.of(text, "font-size")[0] or 0)
            length = Metrics(typeface).width(text.text or "") * size
            start, base = float(text.get("x", "0")), float(text.get("y", "0"))
            start -= length / 2 if look.of(text, "text-anchor") == ("middle",) else 0.0
            if start < left or start + length > right or base - 0.7 * size < top or base + 0.2 * size > bottom:
                found.append(f"{name}: {text.text}")
    return found


def width(drawing: ET.Element, name: str) -> float:
    path = parts(drawing)[name].find(f".//{SVG}path")
    assert path is not None
    xs = [x for x, _ in points(path.get("d", ""))]
    return max(xs) - min(xs)


# What translators get


def test_catalogue_has_every_text_at_its_line(documented: Project, language: str) -> None:
    template = documented.root / "out" / "gettext" / "index.pot"
    catalogue = read_po(io.BytesIO(template.read_bytes()))
    found = {
        str(message.id): [(Path(place).name, line) for place, line in message.locations]
        for message in catalogue
        if message.id
    }
    first = document(language)[: document(language).index("group lab")].count("\n") + 1
    expected = {text.replace("ROLE", ROLES[language]): [(f"index.{language}", first + line)] for line, text in MESSAGES}
    assert {text: found.get(text) for text in expected} == expected
    # Ids and URLs are not for translators.
    assert set(found) - set(expected) == {"Title", "How it is made"}


def test_catalogue_of_a_body_file_names_it(project: Project) -> None:
    body = BODY.strip().replace("See ROLE", "Base")
    project.write({"index.rst": "Title\n=====\n\n.. llmpipeline:: body.txt\n", "body.txt": f"# Comment\n{body}\n"})
    catalogue = read_po(io.BytesIO(extract(project)["index"]))
    found = {
        str(message.id): [(Path(place).name, line) for place, line in message.locations]
        for message in catalogue
        if message.id
    }
    expected = {text.replace("See ROLE", "Base"): [("body.txt", line + 2)] for line, text in MESSAGES}
    assert {text: found.get(text) for text in expected} == expected


def test_ids_that_are_shown_are_for_translators_and_links_are_not(project: Project) -> None:
    body = "corpus -> base\n   :link: https://example.org\nbase -> other\n   :link: :doc:`index`\n"
    project.write({"index.rst": f"Title\n=====\n\n.. llmpipeline::\n\n{indent(body, '   ')}"})
    catalogue = read_po(io.BytesIO(extract(project)["index"]))
    assert {message.id for message in catalogue if message.id} == {"Title", "corpus", "base", "other"}


# What readers see


def test_german_is_drawn_in_boxes_of_its_size(documented: Project) -> None:
    german = drawing(localized(documented, "de"))
    found = parts(german)
    assert {id: (texts(found[id]), tooltip(found[id])) for id in TRANSLATED} == TRANSLATED
    edge = found["corpus to base"]
    assert (texts(edge), tooltip(edge)) == (["Aufwendiges Vortraining", "einen Monat lang"], "Auf vielen Maschinen")
    assert texts(found["other to corpus"]) == ["weitere Daten"]
    assert (german.findtext(f"{SVG}title"), german.findtext(f"{SVG}desc")) == (
        "Wie es gemacht wird",
        DESCRIPTIONS["de"],
    )
    assert outside(german) == []
    assert [link.get("href") for link in german.iter(f"{SVG}a")] == ["page.html"]


def test_one_document_in_two_languages(documented: Project) -> None:
    english, german = drawing(localized(documented, "en")), drawing(localized(documented, "de"))
    assert texts(parts(english)["corpus"]) == ["Corpus of", "the web", "deduplicated"]
    assert english.findtext(f"{SVG}desc") == DESCRIPTIONS["en"]
    assert outside(english) == []
    # Ids are no text, so scripts and style sheets find the same parts in both.
    assert [*parts(english)] == [*parts(german)]
    for id in ("corpus", "lab"):
        assert width(german, id) > width(english, id) + 50
    listed = [
        re.sub(r"<[^>]+>", "", localized(documented, locale).read("index.html").split('class="llmpipeline-text', 1)[1])
        for locale in ("en", "de")
    ]
    assert "→ Corpus of the web (feedback): more data" in listed[0]
    assert "→ Textsammlung aus dem gesamten weltweiten Netz (Rückkopplung): weitere Daten" in listed[1]


@pytest.mark.parametrize("builder", ["text", "man", "latex", "epub", "texinfo"])
def test_other_builders_are_translated_too(documented: Project, builder: str) -> None:
    build = localized(documented, "de", builder)
    names = {
        "text": "index.txt",
        "man": "pipelines.1",
        "latex": "pipelines.tex",
        "epub": "index.xhtml",
        "texinfo": "pipelines.texi",
    }
    written = build.read(names[builder])
    if builder in ("text", "man"):
        for expected in ("Textsammlung aus dem gesamten weltweiten Netz", "Aufwendiges Vortraining", "Leserin"):
            assert expected in written.replace("\n", " ").replace("  ", " ").replace("  ", " ")
    else:
        assert "Verweise: " in written
        assert "Links: " not in written


def test_translation_with_a_mistake_warns_and_the_rest_is_drawn(project: Project) -> None:
    project.write({"index.rst": document("rst"), "page.rst": page("rst")})
    translate(project, "de", {**GERMAN, "See ROLE": "Siehe :doc:`nirgends`"}, ROLES["rst"])
    build = project.run("html", "-n", "-D", "language=de", "-D", "locale_dirs=locale")
    # The second line counts inside the translation.
    assert "index.rst:13:<translated>:1: WARNING: unknown document: 'nirgends' [ref.doc]" in build.warnings.splitlines()
    assert texts(parts(drawing(build))["other"]) == ["Leserin"]


def test_untranslated_texts_stay(project: Project) -> None:
    project.write({"index.rst": document("rst"), "page.rst": page("rst")})
    translate(project, "de", {"Reader": "Leserin"})
    found = parts(drawing(localized(project, "de")))
    assert texts(found["other"]) == ["Leserin"]
    assert texts(found["corpus"]) == ["Corpus of", "the web", "deduplicated"]


def test_a_group_without_a_title_has_no_message(project: Project) -> None:
    body = "group g:\n   a: A\n   b: B\nc: C\nc -> g"
    project.write({"index.rst": f"Title\n=====\n\n.. llmpipeline::\n\n{indent(body, '   ')}\n"})
    catalogue = read_po(io.BytesIO(extract(project)["index"]))
    assert {message.id for message in catalogue if message.id} == {"Title", "A", "B", "C"}
    translate(project, "de", {"A": "Anfang", "B": "Beginn"})
    page = localized(project, "de").read("index.html")
    assert "C führt zu Gruppe aus Anfang und Beginn." in page
    assert "<strong>Gruppe</strong>" in page


def test_marked_titles_of_the_settings_are_translated(project: Project) -> None:
    settings = """
from sphinx.locale import _
llmpipeline_categories = {"rl": _("Training team"), "gym": {"title": _("Environment team")}}
llmpipeline_style = {"nodes": {"model": {"title": _("Checkpoint")}}}
llmpipeline_styles = {"house": {"name": "house", "edges": {"flow": {"title": _("Then")}}}}
"""
    body = "model a\n   :category: rl\ndata b\n   :category: gym\na -> b"
    diagram = f".. llmpipeline::\n   :legend:\n   :style: house\n\n{indent(body, '   ')}\n"
    german = {"Training team": "Training", "Environment team": "Umgebung", "Checkpoint": "Stand", "Then": "Dann"}
    entries = "".join(f'msgid "{text}"\nmsgstr "{translation}"\n\n' for text, translation in german.items())
    project.write({"index.rst": f"Title\n=====\n\n{diagram}", "locales/de/LC_MESSAGES/sphinx.po": entries}, settings)
    for language, titles in (("de", german.values()), ("en", german.keys())):
        found = project.build("html", "-W", "-D", f"language={language}", out=language)
        assert (found.status, found.warnings) == (0, "")
        legend = found.read("index.html").split('class="llmpipeline-legend"', 1)[1].split("</svg>", 1)[0]
        assert {*titles} <= {*re.findall(r"<text[^>]*>([^<]+)", legend)}


def test_marked_titles_of_a_style_that_is_an_object_are_translated(project: Project) -> None:
    settings = """
from dataclasses import replace
from types import MappingProxyType
from sphinx.locale import _
from sphinxext.llmpipeline import MODERN
model = replace(MODERN.nodes["model"], title=_("Checkpoint"))
llmpipeline_style = replace(MODERN, nodes=MappingProxyType({**MODERN.nodes, "model": model}))
llmpipeline_font = [_("DejaVu Sans")]
"""
    project.write(
        {
            "index.rst": "Title\n=====\n\n.. llmpipeline::\n   :legend:\n\n   model a: A\n",
            "locales/de/LC_MESSAGES/sphinx.po": 'msgid "Checkpoint"\nmsgstr "Stand"\n',
        },
        settings,
    )
    found = project.build("html", "-W", "-D", "language=de")
    assert (found.status, found.warnings) == (0, "")
    assert ">Stand</text>" in found.read("index.html")


def test_a_list_is_translated_with_line_breaks(project: Project) -> None:
    body = r"a: Data\n- web\n- books" + "\n" + r"b: - one\n- two"
    project.write({"index.rst": f"Title\n=====\n\n.. llmpipeline::\n\n{indent(body, '   ')}\n"})
    # Where the translation begins with an item, the backslash keeps docutils from making a list of it.
    german = {"Data - web - books": "Daten\n- Netz\n- Bücher", "- one - two": "\\- eins\n- zwei"}
    translate(project, "de", german)
    found = parts(drawing(localized(project, "de")))
    assert texts(found["a"]) == ["Daten", "•", "Netz", "•", "Bücher"]
    assert texts(found["b"]) == ["•", "eins", "•", "zwei"]


@pytest.mark.parametrize("locale", sorted(path.name for path in LOCALE.iterdir()))
def test_extension_speaks_each_of_its_languages(project: Project, locale: str) -> None:
    with (LOCALE / locale / "LC_MESSAGES" / "sphinxext.llmpipeline.mo").open("rb") as file:
        say = gettext.GNUTranslations(file).gettext
    project.write({"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a: Alpha\n   a -> a\n"})
    build = project.build("html", "-W", "-D", f"language={locale}", "-D", "html_theme=basic")
    assert (build.status, build.warnings) == (0, "")
    page = build.read("index.html")
    assert say(messages.CLOSE) != messages.CLOSE
    assert f'data-close="{say(messages.CLOSE)}"' in page
    assert say(messages.LOOP).format(node="Alpha", nodes="Alpha") in page


# Japanese

KANA = r"""
日本語
======

.. llmpipeline::
   :caption: 言語モデルの作り方

   data corpus: ウェブコーパス\n（前処理済み）
      :note: 重複を除去
   train tune: 事前学習 **GPT-3**
   model base: 大規模言語モデル
   group g: 評価
      eval bench: ベンチマーク ``x = 1``
   corpus -> tune -> base: 学習
   base -> bench
   bench --> corpus: 改善
"""
KANA_DESCRIPTION = (
    "この図はウェブコーパス （前処理済み）から始まります。 "
    "ウェブコーパス （前処理済み）から事前学習 GPT-3、次に大規模言語モデル、次にベンチマーク x = 1へ進みます。 "
    "ベンチマーク x = 1で終わります。 "
    "ベンチマーク x = 1からウェブコーパス （前処理済み）へ戻るループがあります。"
)


@pytest.fixture
def font() -> str:
    """A font with Japanese."""
    return needed_font(JAPANESE)


@pytest.fixture
def japanese(project: Project, font: str) -> Project:
    """To be built in processes of their own, because Sphinx does not forget a language that it once spoke."""
    return project.write({"index.rst": KANA}, f'language = "ja"\nllmpipeline_font = "{font}"')


def test_japanese_is_drawn_in_its_boxes(japanese: Project) -> None:
    build = japanese.run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    found = drawing(build)
    assert texts(parts(found)["corpus"]) == ["ウェブコーパス", "（前処理済み）", "重複を除去"]
    assert found.get("font-family", "").startswith(f"'llmpipeline {JAPANESE}', '{JAPANESE}', ")
    assert found.findtext(f"{SVG}desc") == KANA_DESCRIPTION
    assert outside(found) == []
    # Seven full-width characters at fourteen points, and the padding.
    assert width(found, "corpus") > 7 * 14
    fonts = [*(build.out / "_static").glob("llmpipeline-*.woff")]
    assert {font.name for font in fonts} >= {"llmpipeline-noto-sans-cjk-jp-400.woff"}
    assert sum(font.stat().st_size for font in fonts) < 100_000


@pytest.mark.program
def test_japanese_is_text_in_the_pdf_of_the_drawing(japanese: Project, program: Callable[[str], str]) -> None:
    pdftotext = program("pdftotext")
    build = japanese.run("latex", "-W")
    assert (build.status, build.warnings) == (0, "")
    (picture,) = (path for path in japanese.image_files() if path.suffix == ".pdf")
    done = subprocess.run([pdftotext, str(picture), "-"], capture_output=True, check=True)
    shown = re.sub(r"\s+", "", done.stdout.decode())
    for expected in ("ウェブコーパス", "（前処理済み）", "重複を除去", "事前学習", "大規模言語モデル", "評価", "改善"):
        assert expected in shown


def test_font_that_lacks_japanese_is_named_once(project: Project, font: str) -> None:
    other = ".. llmpipeline::\n\n   a: 学習\n"
    build = project.write({"index.rst": f"{KANA}\n{other}"}, 'language = "ja"').run("html")
    lines = build.warnings.splitlines()
    assert len([line for line in lines if "has no" in line and "llmpipeline_font" in line]) == len(lines) <= 2
    assert "'学' (U+5B66)" in lines[0]
