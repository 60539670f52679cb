"""Messages and their catalogues: complete, with the same placeholders, and compiled."""

from __future__ import annotations

import gettext
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import sphinxext.llmpipeline
from sphinxext.llmpipeline import description, messages, parse

MESSAGES = sorted(
    {value for name, value in vars(messages).items() if name.isupper() and isinstance(value, str)}
    | {*messages.NODE_TITLES.values(), *messages.EDGE_TITLES.values()}
)
DOMAIN = "sphinxext.llmpipeline"
LOCALE = Path(sphinxext.llmpipeline.__file__).parent / "locale"
CATALOGS = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))
UNMARKED = {"de", "ja"}
"""Languages of the catalogues that are not marked as machine-made."""


def language_of(path: Path) -> str:
    return path.parent.parent.name


@pytest.fixture(params=CATALOGS, ids=language_of)
def path(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def placeholders(message: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(message) if name is not None)


def translated(catalog: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog if message.id}


def test_locale_holds_catalogues_only() -> None:
    assert CATALOGS
    kept = sorted(found.relative_to(LOCALE).as_posix() for found in LOCALE.rglob("*") if found.is_file())
    languages = [language_of(found) for found in CATALOGS]
    assert kept == sorted(f"{name}/LC_MESSAGES/{DOMAIN}.{kind}" for name in languages for kind in ("po", "mo"))


def test_script_words_are_messages() -> None:
    assert {*messages.SCRIPT_WORDS.values()} <= {*MESSAGES}


@pytest.mark.parametrize("message", MESSAGES)
def test_english_is_the_message_itself(message: str) -> None:
    assert messages.english(message) == message


def test_every_message_is_translated_and_no_other(catalog: Catalog) -> None:
    assert set(translated(catalog)) == set(MESSAGES)
    assert all(translated(catalog).values())
    assert [message.id for message in catalog if message.fuzzy and message.id] == []


@pytest.mark.parametrize("message", MESSAGES)
def test_placeholders_are_those_of_the_message(message: str, catalog: Catalog) -> None:
    assert placeholders(translated(catalog)[message]) == placeholders(message)


def test_catalogue_declares_its_language(path: Path, catalog: Catalog) -> None:
    assert catalog.locale_identifier == language_of(path)
    assert Locale.parse(language_of(path)) == catalog.locale
    assert catalog.charset == "utf-8"


def test_catalogue_says_whether_it_is_machine_made(path: Path, catalog: Catalog) -> None:
    assert ("Machine-made" in catalog.header_comment) == (language_of(path) not in UNMARKED)


def test_compiled_catalogue_is_up_to_date(path: Path, catalog: Catalog) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert translated(compiled) == translated(catalog)


def test_description_in_the_language(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        say = gettext.GNUTranslations(file).gettext
    pipeline = parse(
        "node a: Alpha\nnode b: Beta\nnode c: Gamma\nnode d: Delta\nnode e: Epsilon\nnode f: Zeta\nnode g: Eta\n"
        "a -> b -> c\nc -> d, e\nd, e -> f\nf --> a\na <-> f\na -- d"
    )
    english, described = description.describe(pipeline), description.describe(pipeline, say)
    for word in (
        "starts with", "leads to", ", then ", "branches to", "lead to", "ends with", "loop", "exchanges", "linked",
        "Without",
    ):  # fmt: skip
        assert word in english
        assert word not in described
    for name in description.names(pipeline).values():
        assert described.count(name) == english.count(name)
    assert "{" not in described
