"""What is released: the wheel and the sdist, their metadata, and the version that all files state."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath

import pytest
import yaml
from flit_core import buildapi

from sphinxext.llmpipeline import __version__
from tools import release, weigh

ROOT = Path(__file__).parent.parent
PACKAGE = "sphinxext/llmpipeline"


def built(build: Callable[[str], str], folder: Path) -> Path:
    """The file that the backend makes of this checkout; the backend reads the current folder."""
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return folder / build(str(folder))
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(buildapi.build_wheel, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


@pytest.fixture(scope="module")
def in_sdist(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Paths without the folder that an sdist has at its top."""
    path = built(buildapi.build_sdist, tmp_path_factory.mktemp("sdist"))
    with tarfile.open(path) as file:
        return {name.partition("/")[2] for name in file.getnames()}


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        return message_from_bytes(file.read(f"{wheel.name.removesuffix('-py3-none-any.whl')}.dist-info/METADATA"))


def files_of(folder: str) -> set[str]:
    """Every file of a folder of the checkout, but for what running it leaves behind."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "_build" not in path.parts
    }


def info(in_wheel: set[str]) -> set[str]:
    return {name.partition("/")[2] for name in in_wheel if ".dist-info/" in name}


# The wheel


def test_the_wheel_holds_the_whole_package_and_nothing_else(in_wheel: set[str]) -> None:
    assert {name for name in in_wheel if ".dist-info/" not in name} == files_of("sphinxext")
    assert info(in_wheel) == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
        f"licenses/{PACKAGE}/webfonts/LICENSE_DEJAVU",
    }


def test_the_wheel_holds_what_is_no_code(in_wheel: set[str]) -> None:
    assert f"{PACKAGE}/py.typed" in in_wheel
    paths = [PurePosixPath(name).relative_to(PACKAGE) for name in in_wheel if name.startswith(PACKAGE)]
    endings = {(path.parts[0], path.suffix) for path in paths}
    assert {("locale", ".mo"), ("locale", ".po"), ("static", ".js"), ("css", ".css"), ("preview", ".html")} <= endings
    assert {("webfonts", ".woff"), ("webfonts", ".json")} <= endings


def test_the_wheel_leaves_the_namespace_to_other_distributions(in_wheel: set[str]) -> None:
    assert "sphinxext/__init__.py" not in in_wheel


def test_the_wheel_is_for_every_system(wheel: Path) -> None:
    assert wheel.name == f"sphinxext_llmpipeline-{__version__}-py3-none-any.whl"


def test_entry_points(wheel: Path, in_wheel: set[str]) -> None:
    (name,) = (name for name in in_wheel if name.endswith("entry_points.txt"))
    with zipfile.ZipFile(wheel) as file:
        lines = file.read(name).decode().split("\n")
    assert [line for line in lines if line] == [
        "[console_scripts]",
        "llmpipeline=sphinxext.llmpipeline.command:main",
        "[pygments.lexers]",
        "llmpipeline=sphinxext.llmpipeline.extension.highlighting:PipelineLexer",
    ]


# The metadata


def test_name_version_and_licence(metadata: Message) -> None:
    found = [metadata[key] for key in ("Name", "Version", "License-Expression", "Requires-Python")]
    assert found == ["sphinxext-llmpipeline", __version__, "MIT", ">=3.11"]


def test_addresses_are_those_of_the_manual(metadata: Message) -> None:
    urls = dict(url.split(", ") for url in metadata.get_all("Project-URL", []))
    assert urls.keys() == {"Documentation", "Changelog"}
    assert all(url.startswith("https://sphinxext-llmpipeline.readthedocs.io/") for url in urls.values())


def test_frameworks_and_systems_are_classified(metadata: Message) -> None:
    assert {
        "Framework :: Matplotlib",
        "Framework :: Sphinx",
        "Framework :: Sphinx :: Extension",
        "Operating System :: MacOS",
        "Operating System :: Microsoft :: Windows",
        "Operating System :: POSIX :: Linux",
        "Typing :: Typed",
    } <= {*metadata.get_all("Classifier", [])}


# The sdist


@pytest.mark.parametrize(
    "folder", [".ci", ".github", "benchmarks", "changelog.d", "docs", "editors", "sphinxext", "tests", "tools"]
)
def test_the_sdist_holds_the_whole_folder(in_sdist: set[str], folder: str) -> None:
    assert {name for name in in_sdist if name.startswith(f"{folder}/")} == files_of(folder) != set()


def test_the_sdist_holds_the_files_beside_the_folders(in_sdist: set[str]) -> None:
    shown = {"CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "SECURITY.md"}
    hidden = {".gitignore", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml", ".readthedocs.yaml"}
    assert {name for name in in_sdist if "/" not in name} == shown | hidden | {
        "noxfile.py",
        "pyproject.toml",
        "PKG-INFO",
    }


def test_neither_holds_what_running_leaves_behind(in_sdist: set[str], in_wheel: set[str]) -> None:
    left = {"__pycache__", "_build", "build", "dist", ".venv", ".hypothesis", ".pytest_cache"}
    assert [name for name in in_sdist | in_wheel if left & {*PurePosixPath(name).parts}] == []
    assert [name for name in in_sdist | in_wheel if name.endswith(".pyc")] == []


# The version


def test_all_files_state_one_version() -> None:
    assert release.version_of(ROOT) == release.cited_version(ROOT) == __version__
    assert release.VERSION.fullmatch(__version__)


def test_a_version_under_development_has_no_section_and_no_day() -> None:
    """And a released one has both."""
    dated = "date-released" in yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {dated, bool(release.notes(ROOT, __version__))} == {".dev" not in __version__}


def test_the_version_of_the_package_is_above_all_of_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    versions = [tuple(map(int, heading.split()[0].split("."))) for heading in headings]
    assert versions == sorted(set(versions), reverse=True)
    assert all(re.fullmatch(r"[\d.]+ \((\d{4}-\d\d-\d\d|not published)\)", heading) for heading in headings)
    current = tuple(map(int, __version__.partition(".dev")[0].split(".")))
    assert current > versions[0] if ".dev" in __version__ else current == versions[0]


def test_fragments_of_the_changelog_are_of_a_category() -> None:
    page = (ROOT / "changelog.d" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert listed == re.findall(r"\[\[tool\.towncrier\.type\]\]\ndirectory = \"(\w+)\"", text)
    wrong = [
        path.name
        for path in release.fragments(ROOT)
        if not re.fullmatch(rf"(\d+|\+[\w-]+)\.({'|'.join(listed)})\.md", path.name)
        or not path.read_text(encoding="utf-8").strip()
    ]
    assert wrong == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that state a version."""
    (tmp_path / PACKAGE).mkdir(parents=True)
    for name in (f"{PACKAGE}/__init__.py", "CITATION.cff"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0 (2030-01-02)\n\n- New.\n\n## 1.1.0 (…)\n\n- Old.\n")
    (tmp_path / "changelog.d").mkdir()
    (tmp_path / "changelog.d" / "README.md").write_text("")
    release.set_version(tmp_path, "1.2.0", datetime.date(2030, 1, 2))
    return tmp_path


def test_a_release_that_agrees_with_its_tag(checkout: Path) -> None:
    assert release.faults(checkout, "v1.2.0") == []
    assert release.notes(checkout, "1.2.0") == "- New."
    cited = yaml.safe_load((checkout / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["date-released"]) == ("1.2.0", datetime.date(2030, 1, 2))


def test_a_release_that_does_not_agree_with_its_tag(checkout: Path) -> None:
    (checkout / "changelog.d" / "+new.added.md").write_text("New.\n")
    release.set_version(checkout, "1.3.0.dev0", None)
    assert release.faults(checkout, "v1.2.0") == [
        "the tag is v1.2.0, the version 1.3.0.dev0",
        "CITATION.cff has no date-released",
        "CHANGELOG.md has no section about 1.3.0.dev0",
        "changelog.d/+new.added.md is not in CHANGELOG.md",
    ]


def test_a_citation_of_another_version(checkout: Path) -> None:
    citation = checkout / "CITATION.cff"
    citation.write_text(citation.read_text(encoding="utf-8").replace("1.2.0\ndate", "1.1.0\ndate"), encoding="utf-8")
    assert release.faults(checkout, "v1.2.0") == ["CITATION.cff says 1.1.0, the package 1.2.0"]


@pytest.mark.parametrize("version", ["1.2", "v1.2.0", "1.2.0-rc1", "next"])
def test_what_is_no_version_is_refused(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        release.main([version])
    assert f"not '{version}'" in capsys.readouterr().err


def test_the_command_checks_a_tag(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["--check", "v0.0.0"]) == 1
    assert f"the tag is v0.0.0, the version {__version__}\n" in capsys.readouterr().out


# What an installation weighs


def test_an_installation_is_weighed_by_its_files(tmp_path: Path) -> None:
    for name, version, size in (("small", "1.0", 1_000_000), ("large", "2.0", 2_500_000)):
        (tmp_path / f"{name}.py").write_bytes(b"#" * size)
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "RECORD").write_text(f"{name}.py,,\n{name}.gone,,\n")
    assert weigh.report(distributions(path=[str(tmp_path)])) == [
        "     2.5 MB  large 2.0",
        "     1.0 MB  small 1.0",
        "     3.5 MB  together",
    ]


def test_badges_say_what_the_metadata_say(metadata: Message) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    badges = re.findall(r"img\.shields\.io/badge/(\w+)-([\w.%]+)-\w+\)", readme)
    (sphinx,) = re.findall(r"^sphinx\s*>=([\d.]+)$", "\n".join(metadata.get_all("Requires-Dist", [])), re.MULTILINE)
    python = str(metadata["Requires-Python"]).removeprefix(">=")
    assert badges == [
        ("Python", f"%E2%89%A5%20{python}"),
        ("Sphinx", f"%E2%89%A5%20{sphinx}"),
        ("License", str(metadata["License-Expression"])),
    ]
