"""The web fonts of a site hold the glyphs that are shown, at the widths that were measured."""

from __future__ import annotations

import hashlib
import io
import logging
import subprocess
import sys
from copy import copy
from itertools import product
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager, json_dump
from matplotlib.ft2font import FT2Font, LoadFlags

from sphinxext.llmpipeline.cache.store import Cache, Entry
from sphinxext.llmpipeline.extension import web_fonts as webfont
from sphinxext.llmpipeline.extension.web_fonts import WebFont, web_fonts, woff
from sphinxext.llmpipeline.style.css import web_family
from sphinxext.llmpipeline.text.bundled_fonts import FOLDER, NAMES, Face
from sphinxext.llmpipeline.text.matplotlib_fonts import font_file
from sphinxext.llmpipeline.text.metrics import Fonts, Metrics, Typeface
from tests.conftest import needed_font, shaped
from tests.fontmaker import make_collection, make_font

if TYPE_CHECKING:
    from conftest import Project

DEJAVU = font_file(Typeface("DejaVu Sans").face)[0]
REGULAR = ("DejaVu Sans", 400, False)
BOLD = ("DejaVu Sans", 700, False)

pytestmark = pytest.mark.usefixtures("restored_fonts")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def none_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every font is made, also one that is kept ready."""
    monkeypatch.setattr(webfont, "_ready", lambda *_: None)


def opened(data: bytes) -> TTFont:
    return TTFont(io.BytesIO(data))


def characters(data: bytes) -> str:
    return "".join(sorted(map(chr, opened(data).getBestCmap() or {})))


def advances(font: TTFont) -> dict[str, float]:
    """Characters → their advance in ems."""
    units = font["head"].unitsPerEm
    return {chr(code): font["hmtx"][name][0] / units for code, name in font.getBestCmap().items()}


# A font


@pytest.mark.parametrize("shown", ["a", "Model 175B", "Größe → β", " ", "\u00a0x", "AV.-_"])
def test_a_subset_holds_exactly_the_characters(shown: str) -> None:
    data = woff(DEJAVU, 0, shown)
    assert data[:4] == b"wOFF"
    assert characters(data) == "".join(sorted(set(shown)))


def test_a_subset_is_small() -> None:
    ascii_ = "".join(map(chr, range(32, 127)))
    assert len(woff(DEJAVU, 0, ascii_)) < 20_000
    assert len(woff(DEJAVU, 0, "abc")) < len(woff(DEJAVU, 0, ascii_)) / 2


def test_advances_are_those_that_were_measured() -> None:
    shown = "AVATAR To Model β → x175B"
    font = opened(woff(DEJAVU, 0, shown))
    metrics = Metrics(Typeface("DejaVu Sans"))
    found, source = advances(font), advances(TTFont(DEJAVU))
    assert found.keys() == set(shown)
    for character, width in found.items():
        assert width == source[character]
        assert width == pytest.approx(metrics.width(character), abs=1e-4)


def test_ascent_and_descent_are_those_of_the_source() -> None:
    font, source = opened(woff(DEJAVU, 0, "a")), TTFont(DEJAVU)
    assert font["head"].unitsPerEm == source["head"].unitsPerEm
    assert (font["hhea"].ascent, font["hhea"].descent) == (source["hhea"].ascent, source["hhea"].descent)


@pytest.mark.parametrize("table", ["kern", "GPOS"])
def test_kerning_is_kept_for_the_characters(table: str, tmp_path: Path) -> None:
    kerning = {("A", "V"): -200, ("V", "A"): -100, ("A", "T"): -50}
    path = make_font(
        tmp_path / "x.ttf",
        f"Web {table}",
        {"A": 600, "V": 600, "T": 600},
        kerning=kerning,
        table=table,  # type: ignore[arg-type]
    )
    data = woff(path, 0, "AV")
    (tmp_path / "subset.ttf").write_bytes(_plain(data))

    def laid_out(file: Path | str, text: str) -> float:
        font = FT2Font(str(file))
        font.set_size(1000, 72)
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        return float(font.get_width_height()[0])

    for text in map("".join, product("AV", repeat=3)):
        assert laid_out(tmp_path / "subset.ttf", text) == laid_out(path, text)
    assert (table in opened(data)) is True


def _plain(data: bytes) -> bytes:
    font = opened(data)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def test_no_other_features_and_no_names_are_kept() -> None:
    font = opened(woff(DEJAVU, 0, "fi ffl AV"))
    if "GSUB" in font:
        assert not font["GSUB"].table.FeatureList.FeatureRecord
    if "GPOS" in font:
        assert {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord} <= {"kern"}
    assert [record for record in font["name"].names if record.platformID] == [] if "name" in font else True
    assert not {"fpgm", "prep", "cvt ", "FFTM"} & set(font.keys())


SHAPED = (
    "نموذج لغوي",
    "لا إله",
    "مُحَمَّد",
    "GPT-4 (نموذج) ٥٦",
    "اردو میں",
    "می\u200cخواهم نص",
    "שָׁלוֹם (עולם",
    "ນ້ຳ ທີ່",
    "e\u0301 x\u0302 q\u0323\u0301 a\u030a",
    "\u0301",
    "\u00e9\u0323",
)


@shaped
@pytest.mark.parametrize("text", SHAPED)
def test_a_subset_shapes_text_as_the_whole_font(text: str, tmp_path: Path) -> None:
    (tmp_path / "subset.ttf").write_bytes(_plain(woff(DEJAVU, 0, set(text))))

    def laid_out(file: Path | str) -> tuple[list[list[float]], np.ndarray]:
        font = FT2Font(str(file))
        font.set_size(50, 72)
        places = font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        font.draw_glyphs_to_bitmap()
        return places.tolist(), np.asarray(font.get_image()).astype(int)

    places, shown = laid_out(tmp_path / "subset.ttf")
    expected_places, expected = laid_out(DEJAVU)
    assert places == expected_places
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).max() < 32  # of 255; outlines are rounded


def test_tables_for_shaping_are_kept_only_for_characters_that_need_them() -> None:
    def features(data: bytes) -> set[str]:
        font = opened(data)
        return {
            record.FeatureTag
            for table in ("GSUB", "GPOS")
            if table in font
            for record in font[table].table.FeatureList.FeatureRecord
        }

    assert features(woff(DEJAVU, 0, "fi AV é")) == {"kern"}
    assert features(woff(DEJAVU, 0, "fi AV لاب\u064f")) >= {"init", "medi", "fina", "rlig", "liga", "mark", "kern"}
    assert len(woff(DEJAVU, 0, "fi AV لاب\u064f")) < 8000


def test_letters_of_a_font_without_tables_are_joined_by_their_forms(tmp_path: Path) -> None:
    forms = {"ب": 800, "\ufe91": 300, "\ufe92": 310, "\ufe90": 810, "\ufe8f": 800, "\ufd3e": 400}
    path = make_font(tmp_path / "x.ttf", "Web forms", forms)
    assert characters(woff(path, 0, "ب")) == "".join(sorted(forms.keys() - {"\ufd3e"}))


def test_a_character_that_the_font_lacks_is_left_out() -> None:
    assert characters(woff(DEJAVU, 0, "a\u0378模")) == "a"


def test_bytes_are_the_same_at_each_call_and_in_any_order() -> None:
    first = woff(DEJAVU, 0, "Model 175B")
    assert woff(DEJAVU, 0, "Model 175B") == first
    assert woff(DEJAVU, 0, "B571 ledoM") == first
    assert woff(DEJAVU, 0, set("Model 175B")) == first
    assert woff(DEJAVU, 0, "Model 175B!") != first


def test_bytes_do_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    first = woff(DEJAVU, 0, "abc")
    monkeypatch.setattr("time.time", lambda: 4e9)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert woff(DEJAVU, 0, "abc") == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert woff(DEJAVU, 0, "abc") == first


def test_number_in_a_collection(tmp_path: Path) -> None:
    path = make_collection(tmp_path / "x.ttc", {"First": {"a": 250, "b": 300}, "Second": {"a": 750, "c": 300}})
    for number, others, width in ((0, "ab", 0.25), (1, "ac", 0.75)):
        data = woff(path, number, "abc")
        assert characters(data) == others
        assert advances(opened(data))["a"] == width


def test_the_subsetter_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        woff(DEJAVU, 0, "abc")
    assert [record for record in caplog.records if record.levelno < logging.WARNING] == []


def test_the_source_is_left_alone(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf", "Left Alone", {"a": 500, "b": 500})
    before = Path(path).read_bytes()
    woff(path, 0, "a")
    assert Path(path).read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["x.ttf"]


# The fonts of a site


def test_one_font_for_each_family_weight_and_slant(cache: Cache, none_ready: None) -> None:
    made = list(
        web_fonts(
            {
                ("DejaVu Sans Mono", 400, False): "m",
                ("DejaVu Sans", 700, False): {"b", "o"},
                ("DejaVu Sans", 400, True): ["i"],
                REGULAR: "ra",
            },
            cache,
        )
    )
    assert [font.name for font in made] == [
        "llmpipeline-dejavu-sans-400.woff",
        "llmpipeline-dejavu-sans-400-italic.woff",
        "llmpipeline-dejavu-sans-700.woff",
        "llmpipeline-dejavu-sans-mono-400.woff",
    ]
    assert [characters(font.data) for font in made] == ["ar", "i", "bo", "m"]
    bold = advances(opened(made[2].data))
    assert bold["b"] == pytest.approx(Metrics(Typeface("DejaVu Sans", 700)).width("b"), abs=1e-4)


def test_no_glyphs_need_no_font(cache: Cache) -> None:
    assert list(web_fonts({}, cache)) == []
    assert not cache.folder.exists()


@pytest.mark.parametrize(("italic", "style", "suffix"), [(False, "normal", ""), (True, "italic", "-italic")])
def test_the_rule_declares_the_font(italic: bool, style: str, suffix: str, cache: Cache, none_ready: None) -> None:
    (font,) = web_fonts({("DejaVu Sans", 700, italic): "ba"}, cache)
    path, number = font_file(Typeface("DejaVu Sans", 700, italic).face)
    name = f"llmpipeline-dejavu-sans-700{suffix}.woff"
    data = woff(path, number, "ab")
    assert font == WebFont(
        ("DejaVu Sans", 700, italic),
        "ab",
        name,
        data,
        f'@font-face {{ font-family: "llmpipeline DejaVu Sans"; font-weight: 700; font-style: {style};'
        f' src: url("{name}?v={hashlib.sha256(data).hexdigest()[:8]}") format("woff"); }}\n',
    )
    assert f'"{web_family("DejaVu Sans")}"' in font.rule


def test_the_address_changes_with_the_characters(cache: Cache, none_ready: None) -> None:
    (first,) = web_fonts({REGULAR: "ab"}, cache)
    (same,) = web_fonts({REGULAR: {"b", "a"}}, cache)
    (other,) = web_fonts({REGULAR: "abc"}, cache)
    assert first == same
    assert first.name == other.name
    assert first.rule != other.rule


@pytest.mark.parametrize(
    ("family", "name"),
    [
        ("Web ../../x", "llmpipeline-web-x-daa6aec4-400.woff"),
        ("Web Größe 模", "llmpipeline-web-gr-e-42cad9eb-400.woff"),
        ("WEB", "llmpipeline-web-400.woff"),
    ],
)
def test_a_file_name_is_made_of_letters_digits_and_hyphens(
    family: str, name: str, tmp_path: Path, cache: Cache
) -> None:
    Fonts((make_font(tmp_path / "x.ttf", family, {"a": 500}),), ("DejaVu Sans Mono",)).primary("regular")
    (font,) = web_fonts({(family, 400, False): "a"}, cache)
    assert font.name == name


def test_families_of_one_slug_have_files_of_their_own(tmp_path: Path, cache: Cache) -> None:
    """Else the second overwrites the first."""
    families = ("Web 模型", "Web 数据")
    for number, family in enumerate(families):
        path = make_font(tmp_path / f"{number}.ttf", family, {"a": 500 + number})
        Fonts((path,), ("DejaVu Sans Mono",)).primary("regular")
    made = list(web_fonts({(family, 400, False): "a" for family in families}, cache))
    assert len({font.name for font in made}) == 2


@pytest.mark.parametrize("family", ['Web "x"', "Web\n} body { x", "Web </style>"])
def test_a_family_cannot_leave_its_place_in_the_rule(family: str, tmp_path: Path, cache: Cache) -> None:
    Fonts((make_font(tmp_path / "x.ttf", family, {"a": 500}),), ("DejaVu Sans Mono",)).primary("regular")
    (font,) = web_fonts({(family, 400, False): "a"}, cache)
    inside = font.rule.partition('font-family: "')[2].partition('"; font-weight: 400;')[0]
    assert '"' not in inside.replace('\\"', "")
    assert "\n" not in inside
    assert not inside.endswith("\\")


def test_a_font_of_a_file_is_made_of_that_file(tmp_path: Path, cache: Cache) -> None:
    path = make_font(tmp_path / "x.ttf", "Web Of A File", {"a": 250, "b": 750})
    typeface = Fonts((path,), ("DejaVu Sans Mono",)).primary("regular").typeface
    (font,) = web_fonts({(typeface.family, typeface.weight, typeface.italic): "ab"}, cache)
    assert advances(opened(font.data)) == {"a": 0.25, "b": 0.75}


# Fonts that are ready


@pytest.mark.parametrize("face", NAMES)
def test_a_ready_font_is_given_as_it_is(face: Face, cache: Cache) -> None:
    (font,) = web_fonts({face: "abc"}, cache)
    (same,) = web_fonts({face: "xyz"}, cache)
    assert font == same
    assert font.data == (FOLDER / f"{NAMES[face]}.woff").read_bytes()
    assert characters(font.data) == font.characters
    assert not cache.folder.exists()


@pytest.mark.parametrize("face", NAMES)
def test_a_character_that_is_not_ready_wants_a_font_of_its_own(face: Face, cache: Cache) -> None:
    (font,) = web_fonts({face: "aβ"}, cache)
    assert (font.characters, characters(font.data)) == ("aβ", "aβ")


@pytest.mark.parametrize("face", [("DejaVu Serif", 400, False), ("DejaVu Sans", 700, True)])
def test_another_face_wants_a_font_of_its_own(face: Face, cache: Cache) -> None:
    (font,) = web_fonts({face: "ab"}, cache)
    assert (font.characters, characters(font.data)) == ("ab", "ab")


def test_bundled_web_fonts_need_no_font_tools(tmp_path: Path) -> None:
    code = """
    import sys
    from pathlib import Path
    from sphinxext.llmpipeline.cache.store import Cache
    from sphinxext.llmpipeline.extension.web_fonts import web_fonts
    for shown in ("ab", "aβ"):
        list(web_fonts({("DejaVu Sans", 400, False): shown}, Cache(Path(sys.argv[1]))))
        print(*[name in sys.modules for name in ("fontTools.subset", "matplotlib")])
    """
    command = [sys.executable, "-c", dedent(code), str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == [
        *["False"] * 2,
        *["True"] * 2,
    ]


# The cache


def test_a_font_is_made_once(cache: Cache, none_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, int, str]] = []

    def counted(path: str, number: int, shown: str) -> bytes:
        calls.append((path, number, shown))
        return woff(path, number, shown)

    monkeypatch.setattr(webfont, "woff", counted)
    first = list(web_fonts({REGULAR: "ab", ("DejaVu Sans", 700, False): "a"}, cache))
    assert len(calls) == 2
    assert list(web_fonts({REGULAR: "ba", ("DejaVu Sans", 700, False): {"a"}}, Cache(cache.folder))) == first
    assert len(calls) == 2
    list(web_fonts({REGULAR: "abc"}, cache))
    assert calls[2:] == [(DEJAVU, 0, "abc")]


def test_fonts_of_the_cache_are_files_of_their_own(cache: Cache, none_ready: None) -> None:
    (font,) = web_fonts({REGULAR: "ab"}, cache)
    files = [path for path in cache.folder.rglob("*") if path.is_file()]
    assert [path.suffixes for path in files] == [[".woff", ".entry"]]
    assert Entry.decode(files[0].read_bytes()) == Entry(font.data)


def test_a_font_file_that_has_changed_is_read_again(tmp_path: Path, cache: Cache) -> None:
    """A project's own font, edited; the key of the cache has no more than its path."""
    path = tmp_path / "x.ttf"
    typeface = Fonts((make_font(path, "Web Edited", {"a": 250}),), ("DejaVu Sans Mono",)).primary("regular").typeface
    glyphs = {(typeface.family, typeface.weight, typeface.italic): "a"}
    list(web_fonts(glyphs, cache))
    make_font(path, "Web Edited", {"a": 750})
    (font,) = web_fonts(glyphs, cache)
    assert advances(opened(font.data)) == {"a": 0.75}


# A site


def site(count: int = 40, option: str = "") -> str:
    """Diagrams with a Chinese and a Japanese label each; no two are the same."""
    diagrams = (
        f".. llmpipeline::\n{option}\n   a: 训练{chr(0x4E00 + number)}\n   b: モデル{chr(0x5200 + number)}\n\n"
        for number in range(count)
    )
    return "Title\n=====\n\n" + "".join(diagrams)


SHOWN = {*"训练モデル", *(chr(start + number) for start in (0x4E00, 0x5200) for number in range(40))}


def test_font_that_matplotlib_has_not_listed_is_found_by_all_processes(project: Project, tmp_path: Path) -> None:
    """As when a font was installed after matplotlib made its list."""
    family = needed_font("Noto Sans CJK JP")
    stale = copy(fontManager)
    stale.ttflist = [entry for entry in fontManager.ttflist if "CJK" not in entry.name]
    json_dump(stale, tmp_path / f"fontlist-v{fontManager.__version__}.json")
    project.write({"index.rst": site()}, f'llmpipeline_font = "{family}"')
    build = project.run("html", "-W", "-j", "2", MPLCONFIGDIR=str(tmp_path))
    assert (build.status, build.warnings) == (0, "")
    (file,) = (build.out / "_static").glob("llmpipeline-noto-sans-cjk-jp-400.woff")
    assert set(characters(file.read_bytes())) == SHOWN


def test_font_that_is_found_for_a_character_is_that_of_the_workers(project: Project, tmp_path: Path) -> None:
    needed_font("Noto Sans CJK JP")
    stale = copy(fontManager)
    stale.ttflist = [entry for entry in fontManager.ttflist if "CJK" not in entry.name]
    json_dump(stale, tmp_path / f"fontlist-v{fontManager.__version__}.json")
    build = project.write({"index.rst": site()}).run("html", "-j", "2", MPLCONFIGDIR=str(tmp_path))
    assert build.status == 0
    assert {line.rpartition(" ")[2] for line in build.warnings.splitlines()} == {"[llmpipeline.font]"}
    found = [file.read_bytes() for file in (build.out / "_static").glob("llmpipeline-*.woff")]
    assert set("".join(map(characters, found))) == SHOWN


def test_font_file_of_the_style_of_a_diagram(project: Project) -> None:
    """Its family is known only after the file has been read, which workers have done."""
    advances = dict.fromkeys(SHOWN, 900)
    make_font(project.source / "mine.ttf", "Of A Style File", advances)
    conf = f'llmpipeline_styles = {{"paper": {{"base": "print", "font": "{project.source}/mine.ttf"}}}}\n'
    project.write({"index.rst": site(option="   :style: paper\n")}, conf)
    build = project.run("html", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    (file,) = (build.out / "_static").glob("llmpipeline-of-a-style-file-400.woff")
    assert set(characters(file.read_bytes())) == SHOWN
