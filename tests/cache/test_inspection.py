"""Entries that others may have written: all that this package writes is shown, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.cache.drawings import _SUFFIXES
from sphinxext.llmpipeline.cache.inspection import RefusedEntryError, drawing_of, inspect
from sphinxext.llmpipeline.cache.store import Entry
from sphinxext.llmpipeline.drawing.finish import draw_finished
from sphinxext.llmpipeline.extension.html import PageContext, inline_svg
from sphinxext.llmpipeline.job import FORMATS, Drawing, Format, Glyphs, Job, Mark, Message, Notes, SvgMarks
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline
from sphinxext.llmpipeline.rendering import compose, draw
from sphinxext.llmpipeline.style.builtin import STYLES
from tests.drawing.test_additions import everything
from tests.drawings import EVIL, PIPELINE
from tests.images import JPEG, PNG, SVG
from tests.steps import ROUGHLY, growth

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))


def entry_of(drawing: Drawing) -> Entry:
    return Entry(drawing.data, drawing.notes.to_json())


def name_of(format: Format) -> tuple[str, str]:
    return "abcd", _SUFFIXES[format]


def check(entry: Entry, format: Format = "svg") -> None:
    inspect(name_of(format), entry)


@pytest.fixture(scope="module")
def svg() -> Drawing:
    return draw(Job(parse('a: "A" & <B>\n   :tooltip: Tip\nb: $x^2$\na -> b: label\n'), MODERN, "svg"))


# Everything that is written


# 040 takes as long as all others, and has nothing that 043 has not.
@pytest.mark.parametrize("path", [path for path in CORPUS if path.stem != "040"], ids=lambda path: path.stem)
def test_svg_of_the_corpus_is_shown(path: Path) -> None:
    check(entry_of(draw(Job(parse(path.read_text(encoding="utf-8")), CLASSIC, "svg"))))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("style", STYLES.values(), ids=[*STYLES])
def test_every_format_and_style_is_shown(format: Format, style: Any) -> None:
    check(entry_of(draw(Job(PIPELINE, style, format))), format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "text", [EVIL, "a--b -- c ---", "'\"&<>", "\\ % $ { }", "模型 \U0001f916", "a  b\n c", "نص (a) \u2067b\u2069 é"]
)
def test_any_label_is_shown(format: Format, text: str) -> None:
    label = Label.plain(text)
    pipeline = Pipeline((Node("a", label, "model", tooltip=label), Node("b", label, "node")), (), ())
    check(entry_of(draw(Job(pipeline, MODERN, format))), format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("name", "content"), [("a.png", PNG), ("a.jpg", JPEG), ("a.svg", SVG)])
def test_images_in_nodes_are_shown(tmp_path: Path, name: str, content: bytes, format: Format) -> None:
    (tmp_path / name).write_bytes(content)
    drawing = draw(Job(parse(f'a: "A" & <B>\n  :image: {name}', folder=tmp_path), MODERN, format))
    check(entry_of(drawing), format)


@pytest.mark.parametrize("format", FORMATS)
def test_finished_drawings_are_shown(format: Format) -> None:
    scene, _ = compose(Job(PIPELINE, MODERN, format))
    check(entry_of(draw_finished(scene, format, everything)), format)


# SVG of pages

ADDED = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<foreignObject></foreignObject>",
    "<style>*{display:none}</style>",
    '<image href="https://example.org/x.png"/>',
    '<use href="https://example.org/x.svg#a"/>',
    '<a href="javascript:alert(1)"></a>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<set attributeName="onload" to="alert(1)"/>',
    "<iframe></iframe>",
    "<svg></svg>",
    "<g><title><img src=x></title></g>",
    "<g>" * 100 + "</g>" * 100,
    "<title><g></g></title>",
    '<g onload="alert(1)"></g>',
    '<g style="background:url(https://example.org)"></g>',
    '<g id="x"></g>',
    '<g href="#x"></g>',
    '<g data-bs-toggle="tooltip"></g>',
    '<g fill="url(https://example.org/x.svg#a)"></g>',
    '<g fill="&#117;rl(https://example.org)"></g>',
    "<g fill=\"var(--llmpipeline-x,url('x'))\"></g>",
    '<g transform="translate(0 0);x"></g>',
    "<text font-family=\"'x', y;src:url(z)\"></text>",
    "<text font-family=\"'x', url(z)\"></text>",
    '<g xmlns="http://www.w3.org/1999/xhtml"></g>',
    '<g class="a"onload="alert(1)"></g>',
    "<g class='a'></g>",
    "<g class=a></g>",
    '<g class="a" ></g>',
    "<g/onload=alert(1)></g>",
    "<!-- comment -->",
    "<![CDATA[x]]>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE svg>",
    '<!ENTITY x "y">',
    "</svg><script>alert(1)</script><svg>",
    "</g>",
    "<g>",
    "<g",
    "a < b",
    "a > b",
    '<image href="https://example.org/a.png"/>',
    '<image href="a.png"/>',
    '<image href="data:text/html;base64,AAAA"/>',
    '<image href="data:image/svg+xml,&lt;svg/&gt;"/>',
    '<image href="javascript:alert(1)"/>',
    '<image onload="alert(1)"/>',
    '<a href="data:image/png;base64,AAAA"/>',
    '<use href="data:image/svg+xml;base64,AAAA"/>',
    '<image href="#added-0"/>',
    '<use href="#llmpipeline-abc"/>',
    '<g href="#added-0"></g>',
    '<g clip-path="url(https://example.org/x.svg#added-0)"></g>',
    '<g transform="rotate(1);x"></g>',
]


@pytest.mark.parametrize("added", ADDED, ids=range(len(ADDED)))
def test_markup_that_is_never_written_is_refused(svg: Drawing, added: str) -> None:
    """In the legend's place, where no mark moves."""
    entry = entry_of(svg)
    check(entry)
    with pytest.raises(
        RefusedEntryError, match=r"^refused 'abcd\.svg\.entry': unexpected (element|attribute|markup|text)"
    ):
        check(rewritten(svg, svg.data.replace(b"</svg>\n", added.encode() + b"</svg>\n")))


def rewritten(svg: Drawing, data: bytes) -> Entry:
    """The entry of other data, which the notes fit."""
    (marks,) = svg.notes.marks
    return Entry(data, replace(svg.notes, marks=(replace(marks, length=len(data.decode())),)).to_json())


@pytest.mark.parametrize("added", [b"<title>&amp;</title>", b"<g></g>", b'<g class="a"/>', b"<text>a</text>"])
def test_work_of_inspection_grows_as_the_file_does(svg: Drawing, added: bytes) -> None:
    """Anybody may write into a shared cache, and a build waits for the inspection."""

    def inspected(number: int) -> Callable[[], object]:
        entry = rewritten(svg, svg.data.replace(b"</svg>\n", b"<g>%b</g></svg>\n" % (added * number)))
        return lambda: check(entry)

    assert growth(inspected, 500) < ROUGHLY


def test_what_stands_after_the_root_is_refused(svg: Drawing) -> None:
    for added in (b"<script>alert(1)</script>\n</svg>\n", b"text</svg>\n", b"\n</svg>\n", b"</svg>\n"):
        with pytest.raises(RefusedEntryError):
            check(rewritten(svg, svg.data + added))
        with pytest.raises(RefusedEntryError):
            check(entry_of(svg)._replace(data=svg.data + added))


def test_bytes_that_are_no_text_are_refused(svg: Drawing) -> None:
    entry = entry_of(svg)
    with pytest.raises(RefusedEntryError, match="it is not a drawing"):
        check(entry._replace(data=entry.data.replace(b"</svg>", b"\xff</svg>")))


# Images

IMAGES = [
    (b"<svg ", b"text<svg "),
    (b"<defs>", b"<script>alert(1)</script><defs>"),
    (b"</svg>", b"<style>@import url(x)</style></svg>"),
    (b"</svg>", b"<style>*{stroke-linejoin: round; stroke-linecap: butt}<!-- x -->@import 'x'</style></svg>"),
    (b"<use xlink:href=\"#", b"<use xlink:href=\"https://example.org/#"),
    (b'style="fill: ', b'style="background: url(x); fill: '),
    (b'style="fill: ', b'onload="alert(1)" style="fill: '),
    (b"</svg>", b"<!-- a -- b --></svg>"),
    (b"</svg>", b"<!-- a > b --></svg>"),
    (b"<svg ", b"<!DOCTYPE svg [<!ENTITY x 'y'>]><svg "),
    (b"<?xml version", b"<?xml-stylesheet href='x'?><?xml version"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), IMAGES)
def test_images_with_anything_else_are_refused(old: bytes, new: bytes) -> None:
    entry = entry_of(draw(Job(parse("a: A -- b"), MODERN, "svg-outlines")))
    check(entry, "svg-outlines")
    assert old in entry.data
    with pytest.raises(RefusedEntryError, match=r"^refused 'abcd\.outlines\.svg\.entry': "):
        check(entry._replace(data=entry.data.replace(old, new)), "svg-outlines")


@pytest.mark.parametrize("format", ["pdf", "png", "png@2x"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"<script>alert(1)</script>",
        lambda data: data[1:],
        lambda data: data[:-20],
        lambda data: b"%PDF-1.4\n",
        lambda data: data[:16] + bytes(8) + data[24:] if data[:4] == b"\x89PNG" else b"",
        lambda data: data[:16] + b"\xff" * 8 + data[24:] if data[:4] == b"\x89PNG" else b"",
    ],
)
def test_files_of_another_type_are_missing(format: Format, damage: Callable[[bytes], bytes]) -> None:
    entry = entry_of(draw(Job(parse("a"), MODERN, format)))
    check(entry, format)
    wrong = entry._replace(data=damage(entry.data))
    assert drawing_of(name_of(format), wrong) is None
    with pytest.raises(RefusedEntryError, match=r"it is not a drawing$"):
        check(wrong, format)


# Notes

WRONG: list[Callable[[Any], object]] = [
    lambda notes: notes["messages"].append({"subtype": "nonsense", "text": "x"}),
    lambda notes: notes["messages"].append({"subtype": "draw", "text": 1}),
    lambda notes: notes["messages"].append({"subtype": "draw", "text": ""}),
    lambda notes: notes["messages"].append({"subtype": ["draw"], "text": "x"}),
    lambda notes: notes["messages"].append({"subtype": "draw", "text": "\ud800"}),
    lambda notes: notes["glyphs"][0].update(family=1),
    lambda notes: notes["glyphs"][0].update(family=["x"]),
    lambda notes: notes["glyphs"][0].update(family=""),
    lambda notes: notes["glyphs"][0].update(weight="bold;x"),
    lambda notes: notes["glyphs"][0].update(weight=True),
    lambda notes: notes["glyphs"][0].update(weight=0),
    lambda notes: notes["glyphs"][0].update(italic="x"),
    lambda notes: notes["glyphs"][0].update(characters=7),
    lambda notes: notes["glyphs"][0].update(characters="\udfff"),
    lambda notes: notes.update(marks=None),
    lambda notes: notes["marks"][0].__setitem__(1, "wide"),
    lambda notes: notes["marks"][0].__setitem__(0, 10),
    lambda notes: notes["marks"][0].__setitem__(0, -1),
    lambda notes: notes["marks"][0].__setitem__(0, "0"),
    lambda notes: notes["marks"][0].__setitem__(1, 0),
    lambda notes: notes["marks"].append(notes["marks"][0]),
    lambda notes: notes.__setitem__("marks", None),
    lambda notes: notes.__setitem__("marks", []),
    lambda notes: notes["marks"][0].__setitem__(2, -1),
    lambda notes: notes["marks"][0].__setitem__(2, float("nan")),
    lambda notes: notes["marks"][0].__setitem__(2, float("inf")),
    lambda notes: notes["marks"][0].__setitem__(3, 10**9),
    lambda notes: notes["marks"][0].__setitem__(3, "0"),
    lambda notes: notes["marks"][0][4][0].__setitem__(0, "script"),
    lambda notes: notes["marks"][0][4][0].__setitem__(0, []),
    lambda notes: notes["marks"][0][4][0].__setitem__(1, "0"),
    lambda notes: notes["marks"][0][4][0].__setitem__(2, -5),
    lambda notes: notes["marks"][0][4][0].__setitem__(3, 0),
    lambda notes: notes["marks"][0][4][0].__setitem__(4, 10**9),
    lambda notes: notes["marks"][0][4][0].__setitem__(4, 0),
    lambda notes: notes["marks"][0][4][0].append(1),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_notes_with_wrong_values_are_no_notes(svg: Drawing, number: int) -> None:
    """In the local store, too, whatever the digest says."""
    entry = entry_of(svg)
    assert drawing_of(name_of("svg"), entry) == svg
    notes = json.loads(entry.notes)
    WRONG[number](notes)
    assert drawing_of(name_of("svg"), entry._replace(notes=json.dumps(notes).encode())) is None


@pytest.mark.parametrize("notes", [b"", b"{", b"[" * 100_000, b"null", b"[]", b"{}", b'{"messages":1}', b"\xff", b"9"])
def test_foreign_notes_are_no_notes(svg: Drawing, notes: bytes) -> None:
    assert drawing_of(name_of("svg"), Entry(svg.data, notes)) is None


def test_notes_of_a_page_belong_to_no_other_format(svg: Drawing) -> None:
    pdf = draw(Job(parse("a"), MODERN, "pdf"))
    assert drawing_of(name_of("pdf"), Entry(pdf.data, svg.notes.to_json())) is None
    assert drawing_of(name_of("svg"), Entry(svg.data, pdf.notes.to_json())) is None


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"foreign"])
def test_foreign_data_with_a_right_digest_is_no_drawing(svg: Drawing, data: bytes) -> None:
    assert drawing_of(name_of("svg"), Entry(data, svg.notes.to_json())) is None


@pytest.mark.parametrize("text", ["\x1b[2J", "a\rb", "\u202egpj.exe", "\x9b1m"])
def test_messages_that_steer_a_terminal_are_refused(svg: Drawing, text: str) -> None:
    notes = replace(svg.notes, messages=(Message("draw", text),))
    with pytest.raises(RefusedEntryError, match=r"a message has control characters$"):
        check(Entry(svg.data, notes.to_json()))
    check(Entry(svg.data, replace(svg.notes, messages=(Message("draw", "two\n\tlines: é 𓀀"),)).to_json()))


# Marks


def moved(svg: Drawing, index: int, **changes: int) -> Entry:
    (marks,) = svg.notes.marks
    parts = [*marks.parts]
    parts[index] = parts[index]._replace(**changes)
    return Entry(svg.data, replace(svg.notes, marks=(replace(marks, parts=tuple(parts)),)).to_json())


def test_marks_of_other_offsets_are_refused(svg: Drawing) -> None:
    """A page would write an id or a link inside a tag or an attribute, whose rest would become markup."""
    (marks,) = svg.notes.marks
    refused = 0
    for index, mark in enumerate(marks.parts):
        for field in ("begin", "start", "end"):
            for step in (-7, -1, 1, 5):
                entry = moved(svg, index, **{field: getattr(mark, field) + step})
                if drawing_of(name_of("svg"), entry) is not None:
                    # A link may begin before or after the line break.
                    if field == "start" and step == -1:
                        check(entry)
                        continue
                    with pytest.raises(RefusedEntryError, match=r"its marks are not those of its elements$"):
                        check(entry)
                refused += 1
    assert refused == len(marks.parts) * 11


def test_ids_of_other_offsets_are_refused() -> None:
    scene, _ = compose(Job(PIPELINE, MODERN, "svg"))
    drawing = draw_finished(scene, "svg", everything)
    numbers = [number for number, mark in enumerate(drawing.notes.marks[0].parts) if mark.what == "id"]
    assert len(numbers) > 10
    for number in numbers:
        mark = drawing.notes.marks[0].parts[number]
        for step in (-7, -1, 1, 5):
            for field in ("begin", "end"):
                with pytest.raises(RefusedEntryError):
                    check(moved(drawing, number, **{field: getattr(mark, field) + step}))


def test_marks_in_another_order_are_refused(svg: Drawing) -> None:
    (marks,) = svg.notes.marks
    for parts in (marks.parts[::-1], (marks.parts[0], *marks.parts)):
        with pytest.raises(RefusedEntryError, match=r"its marks are not those of its elements$"):
            check(Entry(svg.data, replace(svg.notes, marks=(replace(marks, parts=parts),)).to_json()))


def test_marks_of_other_elements_are_refused(svg: Drawing) -> None:
    text = svg.data.decode()
    (marks,) = svg.notes.marks
    for tag in ("svg", "text", "title", "path"):
        begin = text.index(f"<{tag}")
        start = text.index(">", begin) + 1
        mark = Mark("node", 0, begin, start, text.find(f"</{tag}", start) if f"</{tag}" in text else start)
        with pytest.raises(RefusedEntryError, match=r"not those of its elements$|it is not a drawing$"):
            check(Entry(svg.data, replace(svg.notes, marks=(replace(marks, parts=(mark,)),)).to_json()))


def test_content_of_another_offset_is_refused(svg: Drawing) -> None:
    (marks,) = svg.notes.marks
    for content in (0, marks.content - 5, marks.content + 3):
        with pytest.raises(RefusedEntryError, match=r"its marks are not those of its elements$"):
            check(Entry(svg.data, replace(svg.notes, marks=(replace(marks, content=content),)).to_json()))


def test_a_part_inside_a_reference_is_refused() -> None:
    """The page writes in the order of the marks."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" class="llmpipeline ">\n'
    body = '<g data-reference="0"><g data-id="a"><text>x</text></g></g>\n'
    inner = len(head) + body.index("<g data-id")
    ends = [len(head) + found.start() for found in re.finditer("</g>", body)]
    reference = Mark("reference", 0, len(head), inner, ends[1])
    part = Mark("node", 0, inner, len(head) + body.index("<text"), ends[0])
    for parts, right in (((reference,), True), ((part,), True), ((reference, part), False)):
        svg = f"{head}{body}</svg>\n"
        drawing = Drawing(svg.encode(), Notes(marks=(SvgMarks(len(svg), 1.0, 1.0, len(head), parts),)))
        if right:
            check(entry_of(drawing))
        else:
            with pytest.raises(RefusedEntryError, match=r"its marks are not those of its elements$"):
                check(entry_of(drawing))


def test_a_drawing_that_is_shown_can_be_written_into_a_page(svg: Drawing) -> None:
    read = drawing_of(name_of("svg"), entry_of(svg))
    assert read is not None
    assert read.notes.glyphs
    assert all(isinstance(used, Glyphs) for used in read.notes.glyphs)
    page = PageContext("id", "name", "title", "text", {("node", 0): "#x"}, {("edge", 0): "y"})
    assert inline_svg(read, page) == inline_svg(svg, page)


# A drawing with a narrow one


@pytest.fixture(scope="module")
def pair() -> Drawing:
    pair = draw(Job(parse("a -> b -> c -> d -> e -> f -> g: label"), MODERN, "svg", narrow=300.0))
    assert len(pair.notes.marks) == 2
    return pair


def test_a_narrow_drawing_is_part_of_the_entry(pair: Drawing) -> None:
    entry = entry_of(pair)
    check(entry)
    assert drawing_of(name_of("svg"), entry) == pair


def test_a_third_drawing_is_none(pair: Drawing) -> None:
    (wide, _), (_, narrow) = pair.svgs(), pair.notes.marks
    third = Drawing(pair.data + wide[0].encode(), replace(pair.notes, marks=(*pair.notes.marks, wide[1])))
    assert drawing_of(name_of("svg"), entry_of(third)) is None
    shifted = replace(pair.notes, marks=(pair.notes.marks[0], replace(narrow, length=narrow.length - 1)))
    assert drawing_of(name_of("svg"), Entry(pair.data, shifted.to_json())) is None


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "added", ["<script>alert(1)</script>", '<g onload="alert(1)"></g>', "</svg><script></script><svg>"]
)
def test_both_drawings_are_inspected(pair: Drawing, number: int, added: str) -> None:
    svgs = [svg for svg, _ in pair.svgs()]
    marks = [*pair.notes.marks]
    svgs[number] = svgs[number].replace("</svg>\n", f"{added}</svg>\n")
    marks[number] = replace(marks[number], length=len(svgs[number]))
    with pytest.raises(RefusedEntryError, match="unexpected"):
        check(Entry("".join(svgs).encode(), replace(pair.notes, marks=tuple(marks)).to_json()))
