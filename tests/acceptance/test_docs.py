"""The documentation is followed to the letter: every snippet, every command, every link."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages import Block, Reader, blocks_of, furnish, pages, require_same
from project import ROOT

PAGES = {str(page.relative_to(ROOT)): page for page in pages()}
NEEDS_POSTGRESQL = {"docs/how-to/run-on-postgresql.md"}
EXAMPLES = {
    "embed.py": "README.md",
    "host_transaction.py": "docs/how-to/join-your-transaction.md",
}
COPIED = {"receivers/fastapi_receiver.py": "docs/how-to/receive-webhooks.md"}
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


def blocks(name: str) -> list[Block]:
    return blocks_of(PAGES[name].read_text())


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORFLOW_DB", "")  # so that what a page exports is taken back
    monkeypatch.delenv("MENTORFLOW_DB")
    return Reader(folder=tmp_path)


@pytest.mark.parametrize(
    "name", [name for name in PAGES if blocks(name) and name not in NEEDS_POSTGRESQL]
)
def test_a_page_can_be_followed(name: str, reader: Reader) -> None:
    reader.follow(PAGES[name].read_text())


@pytest.mark.parametrize("name", sorted(NEEDS_POSTGRESQL))
def test_a_page_can_be_followed_on_postgresql(
    name: str, reader: Reader, bare_postgres_url: str
) -> None:
    reader.given = {"MENTORFLOW_DB": bare_postgres_url}

    reader.follow(PAGES[name].read_text())

    assert reader.followed


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial/first-mentorship.md"])
def test_what_a_newcomer_reads_shows_something_that_runs(name: str) -> None:
    assert {"python", "output", "console"} <= {block.language for block in blocks(name)}


@pytest.mark.parametrize(("example", "name"), EXAMPLES.items())
def test_an_example_is_what_its_page_shows(example: str, name: str, tmp_path: Path) -> None:
    file = ROOT / "examples" / example
    shown = blocks(name)
    place = [block.text for block in shown].index(_below_docstring(file.read_text()))
    command = [sys.executable, "-W", "error", str(file)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    require_same(shown[place + 1].text, done.stdout, where=example)


@pytest.mark.parametrize(("example", "name"), COPIED.items())
def test_an_example_to_copy_is_what_its_page_shows(example: str, name: str) -> None:
    shown = {block.file: block.text for block in blocks(name)}

    assert shown[Path(example).name] == (ROOT / "examples" / example).read_text()


def test_the_generated_pages_are_what_the_code_says() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    targets = [target for target in _links(PAGES[name]) if not _is_there(PAGES[name], target)]

    assert targets == []


def test_every_page_of_the_documentation_is_linked_to() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES.values()
        for target in _links(page)
        if "://" not in target
    }
    documentation = [name for name in PAGES if name.startswith("docs/")]

    assert [name for name in documentation if PAGES[name].resolve() not in linked] == []


def _below_docstring(code: str) -> str:
    """Return a module without its docstring and the comment for a type checker."""
    first = ast.parse(code).body[0]
    rest = "".join(code.splitlines(keepends=True)[first.end_lineno or 0 :]).lstrip("\n")
    return re.sub(r"\A# mypy:[^\n]*\n+", "", rest)


def _links(page: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [match["target"] for match in _LINK.finditer(prose)]


def _is_there(page: Path, target: str) -> bool:
    """Whether a link leads to a file, and to a heading of it where it names one."""
    if "://" in target:
        return True
    path, _, heading = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists():
        return False
    return not heading or heading in {
        _anchor(found["text"]) for found in _HEADING.finditer(file.read_text())
    }


def _anchor(heading: str) -> str:
    """Return what a heading is called in a link."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")
