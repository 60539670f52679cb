"""Images in nodes: sizes of files, and errors with their positions."""

from __future__ import annotations

import struct
import zlib
from hashlib import sha256
from pathlib import Path

import pytest

from sphinxext.llmpipeline.diagnostics import PipelineError
from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.model.images import Image
from sphinxext.llmpipeline.model.pipeline import Label
from tests.images import JPEG, PNG, SVG, quarters, saved
from tests.language.parsing import check_error

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def image_of(folder: Path, content: bytes, name: str = "logo.png") -> Image:
    (folder / name).write_bytes(content)
    image = parse(f"node a\n   :image: {name}", folder=folder).nodes[0].image
    assert image
    return image


def error_of(folder: Path, content: bytes, name: str = "logo.png") -> str:
    with pytest.raises(PipelineError) as caught:
        image_of(folder, content, name)
    message = str(caught.value)
    marked = f"\n    :image: {name}\n            ^{'~' * (len(name) - 1)}"
    assert message.startswith("line 2: ")
    assert message.endswith(marked)
    return message.removeprefix("line 2: ").removesuffix(marked)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def test_png(tmp_path: Path) -> None:
    image = image_of(tmp_path, PNG)
    assert image == Image("logo.png", "image/png", 40.0, 20.0, sha256(PNG).hexdigest(), b"")
    assert image.content == PNG


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a photo.jpg"])
def test_jpeg(tmp_path: Path, name: str) -> None:
    image = image_of(tmp_path, JPEG, name)
    assert (image.name, image.media_type, image.width, image.height) == (name, "image/jpeg", 40.0, 20.0)


def test_progressive_jpeg_with_more_than_an_image(tmp_path: Path) -> None:
    quarters().save(
        tmp_path / "a.jpg", progressive=True, comment=b"\xff\xd9 is in the comment", icc_profile=b"x" * 70000
    )
    content = (tmp_path / "a.jpg").read_bytes()
    assert image_of(tmp_path, content[:2] + b"\xff" + content[2:] + b"more", "a.jpg").width == 40


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="96" height="48"', (96, 48)),
        ('width="1in" height="12pt"', (96, 16)),
        ('width="25.4mm" height="2.54cm"', (96, 96)),
        ('width="2pc" height="40Q"', (32, 37.795)),
        ('width="30px" height=" 2.5 "', (30, 2.5)),
        ('viewBox="0 0 24 12"', (24, 12)),
        ('width="100%" height="100%" viewBox="-5,-5,24,12"', (24, 12)),
        ('width="48" viewBox="0 0 24 12"', (48, 24)),
        ('height="48" viewBox="0 0 24 12"', (96, 48)),
    ],
)
def test_size_of_an_svg(tmp_path: Path, attributes: str, size: tuple[float, float]) -> None:
    image = image_of(tmp_path, f"<svg {XMLNS} {attributes}/>".encode(), "a.svg")
    assert (image.width, image.height) == pytest.approx(size, abs=0.001)
    assert image.is_vector


def test_svg_with_a_prefix_and_a_document_type(tmp_path: Path) -> None:
    svg = '<?xml version="1.0" encoding="latin-1"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">\n'
    svg += '<s:svg xmlns:s="http://www.w3.org/2000/svg" width="3" height="4"><s:title>é</s:title></s:svg>'
    assert image_of(tmp_path, svg.encode("latin-1"), "a.svg").height == 4


NO_PNG = "'logo.png' is not a PNG image"
DAMAGED_PNG = "'logo.png' is damaged: a part of the PNG image is missing or wrong"
DAMAGED_JPEG = "'a.jpg' is damaged: a part of the JPEG image is missing or wrong"
NO_SIZE = "'a.svg' has no size: write 'width' and 'height' in pixels, or 'viewBox', in its <svg>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", NO_PNG),
        (JPEG, NO_PNG),
        (PNG[:-1], DAMAGED_PNG),
        (PNG[:60], DAMAGED_PNG),
        (PNG[:8], DAMAGED_PNG),
        (PNG[:45] + b"?" + PNG[46:], DAMAGED_PNG),
        (PNG[:8] + chunk(b"IEND", b""), DAMAGED_PNG),
        (PNG[:33] + chunk(b"IEND", b""), DAMAGED_PNG),
        (png(6500, 4000), "'logo.png' has 6500 x 4000 pixels: make it smaller, with at most 25,000,000"),
        (png(0, 4), "'logo.png' has the size 0 x 4: expected sides up to 100,000 pixels"),
        (png(1 << 31, 1), "'logo.png' has the size 2.14748e+09 x 1: expected sides up to 100,000 pixels"),
    ],
)
def test_wrong_png(tmp_path: Path, content: bytes, message: str) -> None:
    assert error_of(tmp_path, content) == message


def test_as_many_pixels_as_are_allowed(tmp_path: Path) -> None:
    assert image_of(tmp_path, png(5000, 5000)).width == 5000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (PNG, "'a.jpg' is not a JPEG image"),
        (JPEG[:-2], DAMAGED_JPEG),
        (JPEG[:30], DAMAGED_JPEG),
        (JPEG[:3], DAMAGED_JPEG),
        (JPEG[:20] + b"\0" + JPEG[21:], DAMAGED_JPEG),
        (b"\xff\xd8\xff" + 100 * b"\xff", DAMAGED_JPEG),
    ],
)
def test_wrong_jpeg(tmp_path: Path, content: bytes, message: str) -> None:
    assert error_of(tmp_path, content, "a.jpg") == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "'a.svg' is not an SVG image: no element found: line 1, column 0"),
        ("<html/>", "'a.svg' is not an SVG image: its root is not <svg xmlns=\"http://www.w3.org/2000/svg\">"),
        ("<svg/>", "'a.svg' is not an SVG image: its root is not <svg xmlns=\"http://www.w3.org/2000/svg\">"),
        (f"<svg {XMLNS}><g>", "'a.svg' is damaged: no element found: line 1, column 43"),
        (f"<svg {XMLNS}/>", NO_SIZE),
        (f'<svg {XMLNS} width="5" height="1em"/>', NO_SIZE),
        (f'<svg {XMLNS} width="5" viewBox="0 0 a 5"/>', NO_SIZE),
        (f'<svg {XMLNS} viewBox="0 0 0 5"/>', NO_SIZE),
        (
            f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {XMLNS} viewBox="0 0 4 5">&a;</svg>',
            "'a.svg' declares entities, which are not read: save it as plain SVG",
        ),
        (
            f'<?xml version="1.0" encoding="nope"?><svg {XMLNS} viewBox="0 0 4 5"/>',
            "'a.svg' has an encoding that cannot be read, save it in UTF-8: unknown encoding: nope",
        ),
        (
            f'<?xml version="1.0" encoding="utf-7"?><svg {XMLNS} viewBox="0 0 4 5"/>',
            "'a.svg' has an encoding that cannot be read, save it in UTF-8: multi-byte encodings are not supported",
        ),
        (
            f'<svg {XMLNS} width="999999999" height="1"/>',
            "'a.svg' has the size 1e+09 x 1: expected sides up to 100,000 pixels",
        ),
    ],
)
def test_wrong_svg(tmp_path: Path, content: str, message: str) -> None:
    assert error_of(tmp_path, content.encode(), "a.svg") == message


def test_too_large_file(tmp_path: Path) -> None:
    message = "cannot read 'logo.png': it is larger than 10,000,000 bytes"
    assert error_of(tmp_path, PNG + bytes(10_000_000)) == message


ERRORS = {
    "no-folder": (
        "node a\n   :image: logo.png",
        """\
line 2: the file 'logo.png' is not read: parse() needs 'folder', which names are relative to
    :image: logo.png
            ^~~~~~~~""",
    ),
    "unknown-ending": (
        "node a\n   :image: art/logo.gif",
        """\
line 2: 'art/logo.gif' is no file with an image: its name ends in one of .png, .jpg, .jpeg, .svg
    :image: art/logo.gif
            ^~~~~~~~~~~~""",
    ),
    "no-value": (
        "node a\n   :image:",
        """\
line 2: expected a value after ':image:'
    :image:
    ^~~~~~~""",
    ),
    "two-lines": (
        "node a\n   :image: a.png\n     b.png",
        """\
line 3: expected the name of one file
    b.png
    ^~~~~""",
    ),
    "with-a-plot": (
        "node a\n   :plot: bars\n     Web: 3\n   :image: a.gif",
        """\
line 4: 'a.gif' is no file with an image: its name ends in one of .png, .jpg, .jpeg, .svg
    :image: a.gif
            ^~~~~""",
    ),
    "edge": (
        "a -> b\n   :image: a.png",
        """\
line 2: an edge has no field 'image'; expected one of: link, tooltip, note, value, category, step, class, kind
    :image: a.png
    ^~~~~~~""",
    ),
    "group": (
        "group g\n   :image: a.png\n   node a",
        """\
line 2: a group has no field 'image'; expected one of: link, tooltip, note, repeat, pile, category, class, direction
    :image: a.png
    ^~~~~~~""",
    ),
    "cell": (
        "grid g\n   a: x | y\n     :image: a.png",
        """\
line 3: a cell has no field 'image'; expected one of: link, tooltip, note, value, category, class, kind
    :image: a.png
    ^~~~~~~""",
    ),
    "join": (
        "join a\n   :image: a.gif\nnode x\nx -> a -> x",
        """\
line 2: a join takes no image: it is a point where edges meet
    :image: a.gif
            ^~~~~""",
    ),
    "ellipsis": (
        "more a\n   :image: a.gif\nnode x\nx -> a -> x",
        """\
line 2: a node of the kind 'more' has no outline, and so no image
    :image: a.gif
            ^~~~~""",
    ),
    "icon": (
        "node a\n   :icon: a.png",
        """\
line 2: there is no field 'icon': ':image:' names the file of an image
    :icon: a.png
    ^~~~~~""",
    ),
    "icon-of-a-group": (
        "group g\n   :icon: a.png\n   node a",
        """\
line 2: there is no field 'icon': the look is a style: the option ':style:' of the directive
    :icon: a.png
    ^~~~~~""",
    ),
    "word-of-others": (
        "node a\n   :logo: a.png",
        """\
line 2: unknown field 'logo'; did you mean 'image'?
    :logo: a.png
    ^~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_image_beside_a_plot(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(saved(quarters()))
    text = "node a\n   :plot: bars\n     Web: 3\n   :image: a.png\n   :size: 50 x 50"
    with pytest.raises(PipelineError) as caught:
        parse(text, folder=tmp_path)
    assert (
        str(caught.value)
        == """\
line 4: a node has either a plot or an image, got both: remove one of them
    :image: a.png
            ^~~~~"""
    )


@pytest.mark.parametrize("text", ["node a:\n   :image: a.png", "a:\n   :image: a.png"])
def test_image_without_a_label(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert parse(text, folder=tmp_path).nodes[0].label == Label((), 1)


def test_size(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(SVG)
    node = parse("node a\n   :image: a.svg\n   :size: 50 x 60", folder=tmp_path).nodes[0]
    assert node.image
    assert (node.image.width, node.image.height, node.size) == (96, 48, (50, 60))
