"""Nothing in the repository tells of the machine or the mirror it was written on."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from project import ROOT, tracked_files

# Put together here, because this file is searched too.
REGISTRY_HOSTS = tuple(f"{name}.org" for name in ("pypi", "pythonhosted"))

# Folders so common that their names in a file tell nothing.
COMMON_FOLDERS = {
    Path("/"),
    Path("/home"),
    Path("/root"),
    Path("/tmp"),
    Path(tempfile.gettempdir()),
}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    files = tracked_files()
    if not files:
        pytest.skip("not a git checkout: there is no list of the files that belong to it")
    return {str(file.relative_to(ROOT)): file.read_text(errors="replace") for file in files}


def test_no_file_holds_a_path_of_this_checkout(texts: dict[str, str]) -> None:
    folders = {ROOT, ROOT.parent} - COMMON_FOLDERS
    path = re.compile("|".join(rf"(?<![\w./*-]){re.escape(str(f))}(?![\w-])" for f in folders))

    assert [name for name, text in texts.items() if path.search(text)] == []


def test_no_file_names_a_package_registry(texts: dict[str, str]) -> None:
    hosts = {*REGISTRY_HOSTS, *_hosts_of_the_installer()}
    found = [(name, host) for name, text in texts.items() for host in hosts if host in text]

    assert found == []


def _hosts_of_the_installer() -> set[str]:
    """Read from pip's settings which mirrors this machine installs from."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    settings = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    addresses = re.findall(r"\w+://[^\s'\"\\]+", settings)
    hosts = {urlsplit(address).hostname for address in addresses}
    return {host for host in hosts if host and host != "localhost"}
