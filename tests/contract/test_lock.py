"""The lock files serve every platform and every mirror, and agree with pyproject.toml."""

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from project import ROOT

LOCKS = ("requirements.lock", "requirements-run.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if "://" in line or line.startswith("-")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_satisfies_what_the_project_asks_for(name: str) -> None:
    locked = _locked(name)
    asked = _asked_for(group="dev" if name == "requirements.lock" else "build")

    assert [str(one) for one in asked if not one.specifier.contains(locked[_name(one)])] == []


def test_both_locks_hold_the_same_versions() -> None:
    assert _locked("requirements-run.lock").items() <= _locked("requirements.lock").items()


@cache
def _locked(name: str) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


def _asked_for(*, group: str) -> list[Requirement]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = document["project"]
    groups = document["dependency-groups"]
    texts = [*project["dependencies"], *groups["build"], *groups[group]]
    texts += [text for extra in project["optional-dependencies"].values() for text in extra]
    found = [Requirement(text) for text in texts if isinstance(text, str)]
    return [requirement for requirement in found if requirement.name != project["name"]]


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
