"""What runs elsewhere: the workflows, Read the Docs, pre-commit and the forms agree with the files of the project."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
SYSTEMS = {"ubuntu": "POSIX :: Linux", "macos": "MacOS", "windows": "Microsoft :: Windows"}
"""Image of GitHub → classifier."""


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs(name: str) -> dict[str, Any]:
    found: dict[str, Any] = loaded(GITHUB / "workflows" / f"{name}.yml")["jobs"]
    return found


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def matrix_of_nox() -> list[tuple[str, ...]]:
    (rows,) = [
        ast.literal_eval(node.value)
        for node in NOXFILE.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MATRIX"
    ]
    return list(rows)


def bounds_of_nox() -> list[str]:
    """The ids of the session that has no versions of its own."""
    (function,) = [node for node in NOXFILE.body if isinstance(node, ast.FunctionDef) and node.name == "bounds"]
    (ids,) = re.findall(r"ids=(\[.*?\])", ast.unparse(function.decorator_list[1]))
    return list(ast.literal_eval(ids))


def sessions_of_nox() -> set[str]:
    return {node.name for node in NOXFILE.body if isinstance(node, ast.FunctionDef)}


# The tests


def test_every_row_of_the_matrix_has_a_job() -> None:
    rows = jobs("tests")["combinations"]["strategy"]["matrix"]["include"]
    expected = [{"session": f"{python}-sphinx-{sphinx}", "python": python} for python, sphinx, *_ in matrix_of_nox()]
    assert rows == expected


def test_every_system_tries_every_python_with_the_oldest_and_the_newest_sphinx() -> None:
    job = jobs("tests")["systems"]
    matrix = job["strategy"]["matrix"]
    promised = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line]
    tried = re.findall(r"matrix\.python == '(.*?)'", job["continue-on-error"])
    assert matrix["python"] == [*promised, *tried]
    assert PROJECT["requires-python"] == f">={matrix['python'][0]}"
    assert matrix["sphinx"] == bounds_of_nox() == ["oldest", "newest"]
    assert "include" not in matrix
    assert "exclude" not in matrix


def test_systems_are_those_of_the_classifiers() -> None:
    systems = [line.removeprefix("Operating System :: ") for line in PROJECT["classifiers"] if "Operating" in line]
    for name in ("systems", "distribution"):
        job = jobs("tests")[name]
        assert sorted(SYSTEMS[system] for system in job["strategy"]["matrix"]["os"]) == sorted(systems)
        assert job["runs-on"] == "${{ matrix.os }}-latest"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_sessions_exist(path: Path) -> None:
    ran = "\n".join(command for job in loaded(path)["jobs"].values() for command in commands(job))
    assert set(re.findall(r'nox -s "?(\w+)', ran)) <= sessions_of_nox()
    assert "nox -s" in ran


def test_tests_without_their_programs_are_skipped_only_beside_the_complete_job() -> None:
    found = jobs("tests")
    assert commands(found["complete"]) == [".ci/run"]
    assert {name for name, job in found.items() if job.get("env", {}).get("CI") == "false"} == {
        "combinations",
        "systems",
    }


# The release


def test_a_tag_releases() -> None:
    # YAML 1.1 reads the key `on` as a truth value.
    assert loaded(GITHUB / "workflows" / "release.yml")[True] == {"push": {"tags": ["v*"]}}


def test_a_release_is_checked_before_it_is_built_and_attested_before_it_is_published() -> None:
    steps = jobs("release")["build"]["steps"]
    done = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    order = [
        'python -m tools.release --check "$GITHUB_REF_NAME"',
        "nox -s distribution",
        "actions/attest-build-provenance",
        "actions/upload-artifact",
    ]
    assert [done.index(step) for step in order] == sorted(done.index(step) for step in order)
    assert jobs("release")["publish"]["needs"] == "build"


def test_publishing_needs_no_stored_secret() -> None:
    job = jobs("release")["publish"]
    assert job["permissions"] == {"id-token": "write"}
    assert job["environment"] == "pypi"
    assert job["steps"][-1]["uses"] == "pypa/gh-action-pypi-publish@release/v1"
    assert all("secrets." not in path.read_text(encoding="utf-8") for path in WORKFLOWS)


# All workflows


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_major_version(path: Path) -> None:
    used = [step["uses"] for job in loaded(path)["jobs"].values() for step in job["steps"] if "uses" in step]
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@(release/)?v\d+", action)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_only_and_every_job_ends(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 90 for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", sorted(GITHUB.rglob("*.*")), ids=lambda path: path.name)
def test_no_file_names_a_repository_or_a_host(path: Path) -> None:
    assert re.findall(r"https?://\S+|github\.com", path.read_text(encoding="utf-8")) == []


# Read the Docs, pre-commit, forms


def test_read_the_docs_builds_html_pdf_and_epub() -> None:
    config = loaded(ROOT / ".readthedocs.yaml")
    assert config["formats"] == ["pdf", "epub"]
    assert config["sphinx"] == {"configuration": "docs/conf.py", "fail_on_warning": True}
    assert config["python"]["install"] == [{"method": "pip", "path": ".", "extra_requirements": ["docs"]}]
    assert config["build"]["tools"]["python"] == matrix_of_nox()[-1][0]


def test_pre_commit_runs_the_tools_of_make_lint() -> None:
    (repository,) = loaded(ROOT / ".pre-commit-config.yaml")["repos"]
    entries = {hook["id"]: hook["entry"] for hook in repository["hooks"]}
    assert entries.pop("llmpipeline-check") == ".venv/bin/python -m sphinxext.llmpipeline check"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.split("lint: $(STAMP)\n")[1].split("\n\n")[0]
    ran = {entry.split()[0] for entry in entries.values()}
    assert ran == {f".venv/bin/{tool}" for tool in re.findall(r"\$\(BIN\)/(\S+)", recipe)}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_each_question_once_and_requires_some(path: Path) -> None:
    form = loaded(path)
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    ids = [part["id"] for part in asked]
    assert len(ids) == len(set(ids))
    assert any(part.get("validations", {}).get("required") for part in asked)
    assert {"name", "description", "labels", "body"} == {*form}


def test_the_form_for_mistakes_asks_for_what_is_needed_to_see_them() -> None:
    ids = {part.get("id") for part in loaded(GITHUB / "ISSUE_TEMPLATE" / "bug.yml")["body"]}
    assert {"declarations", "picture", "versions", "builder"} <= ids
