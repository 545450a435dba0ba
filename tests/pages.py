"""Pages of the documentation as programs: their blocks found, run in order, compared.

What a fenced block is, its info string says:

    python              runs in this process; the blocks of a page share their names
    output              what the Python block right before it prints
    console             commands after `$ `, each with what it prints; no lines: not compared
    yaml file=a.yaml    a file, written before what follows (any language)
    text, mermaid       to be looked at only

A line `...` in an output stands for any lines, `...` within a line for any text. A command has to
end with exit status 0, or with the one named in a comment behind it: `# exit 1`.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from mentorflow import Engine
from project import ROOT

_FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL
)
_SHOWN = {"text", "mermaid"}
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_SECONDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page."""

    line: int
    language: str
    file: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a console block, with what it is said to print."""

    text: str
    expected: str
    status: int


class Surprise(AssertionError):
    """A page does not say what happens."""


def pages() -> list[Path]:
    """List the pages of the documentation."""
    places = (ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md"), (ROOT / "examples").rglob("*.md"))
    return sorted(page for place in places for page in place)


def blocks_of(text: str) -> list[Block]:
    """Return the fenced blocks of a page.

    Raises:
        Surprise: if a fence is never closed.
    """
    found = list(_FENCE.finditer(text))
    fences = sum(line.startswith("```") for line in text.splitlines())
    if fences != 2 * len(found):
        raise Surprise(f"{fences} fences make no pairs")
    return [_block(text, match) for match in found]


def _block(text: str, match: re.Match[str]) -> Block:
    language, _, rest = match["info"].strip().partition(" ")
    named = re.fullmatch(r"file=(\S+)", rest.strip())
    if rest and not named:
        raise Surprise(f"{rest!r} is nothing a block may say; say file=NAME")
    line = text.count("\n", 0, match.start()) + 1
    file = named[1] if named else None
    return Block(line=line, language=language, file=file, text=match["text"])


def commands_of(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block.

    Raises:
        Surprise: if the block does not begin with one.
    """
    if not block.text.startswith("$ "):
        raise Surprise(f"line {block.line}: a console block begins with `$ `")
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        text, _, expected = part.partition("\n")
        while text.endswith("\\"):
            more, _, expected = expected.partition("\n")
            text = f"{text[:-1]}{more.strip()}"
        status = _EXIT.search(text)
        yield Command(text=text, expected=expected, status=int(status[1]) if status else 0)


def require_same(expected: str, printed: str, *, where: str) -> None:
    """Compare what is said to be printed with what is.

    Raises:
        Surprise: if they differ where the page does not allow it.
    """
    said, seen = _lines(expected), _lines(printed)
    if re.fullmatch("".join(map(_pattern, said)), "".join(f"{line}\n" for line in seen)) is None:
        raise Surprise(f"{where}: the page says\n\n{expected}\nbut it is\n\n{printed}")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:[^\n]*\n)*?"
    return r"[^\n]*?".join(map(re.escape, line.split("..."))) + "\n"


@dataclass(slots=True, kw_only=True)
class Reader:
    """Somebody who follows a page to the letter, in a folder of their own."""

    folder: Path
    given: Mapping[str, str] = field(default_factory=dict)
    """What the page's `export` lines cannot know, such as the address of a database."""
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "__main__"})
    exported: dict[str, str] = field(default_factory=dict)
    followed: int = 0
    """How many blocks were run or written."""

    def follow(self, text: str) -> None:
        """Do everything a page says.

        Raises:
            Surprise: at the first thing that is not as the page says.
        """
        blocks = blocks_of(text)
        try:
            for block, following in zip(blocks, [*blocks[1:], None], strict=True):
                self._take(block, following)
        finally:
            self._close()

    def _take(self, block: Block, following: Block | None) -> None:
        if block.file is not None:
            file = self.folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
        elif block.language == "python":
            self._run_python(block, following)
        elif block.language == "console":
            for command in commands_of(block):
                self._run_command(block, command)
        elif block.language not in {"output", *_SHOWN}:
            raise Surprise(f"line {block.line}: nobody knows what to do with {block.language!r}")
        self.followed += block.language not in {"output", *_SHOWN}

    def _run_python(self, block: Block, following: Block | None) -> None:
        printed = StringIO()
        code = compile("\n" * block.line + block.text, "page", "exec")
        with redirect_stdout(printed):
            exec(code, self.names)  # the page is ours
        said = following.text if following and following.language == "output" else ""
        require_same(said, printed.getvalue(), where=f"line {block.line}")

    def _run_command(self, block: Block, command: Command) -> None:
        exporting = re.fullmatch(r"export (\w+)=(\S+)", command.text)
        if exporting:
            name = exporting[1]
            self.exported[name] = os.environ[name] = self.given.get(name, exporting[2])
            return
        where = f"line {block.line}: {command.text}"
        done = _stood_in(command.text) or self._run(command.text)
        if done.returncode != command.status:
            raise Surprise(f"{where}: exit status {done.returncode}\n{done.stdout}")
        if command.expected.strip():
            require_same(command.expected, done.stdout, where=where)

    def _run(self, command: str) -> subprocess.CompletedProcess[str]:
        return _ran(["bash", "-c", command], cwd=self.folder, env=self._environment())

    def _environment(self) -> dict[str, str]:
        found = {name: text for name, text in os.environ.items() if "MENTORFLOW" not in name}
        here = str(Path(sys.executable).parent)
        found |= {
            "TZ": "UTC",
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "PATH": f"{here}:{os.environ['PATH']}",
        }
        return {**found, **self.exported}

    def _close(self) -> None:
        for value in self.names.values():
            if isinstance(value, Engine):
                value.close()


def _stood_in(command: str) -> subprocess.CompletedProcess[str] | None:
    """Check a command that cannot be run here for what could be wrong with it."""
    if command.startswith("make "):
        return _ran(["make", "--dry-run", *command.split()[1:]], cwd=ROOT)
    if command == "python docs/generate.py":
        return _ran([sys.executable, "docs/generate.py", "--check"], cwd=ROOT)
    if command.startswith("pip install "):
        return subprocess.CompletedProcess(command, _status_of_install(command), stdout="")
    return None


def _status_of_install(command: str) -> int:
    """Return 0 if what is to be installed is this project, with extras that it has."""
    wanted = re.fullmatch(r"pip install '?(?:\.|mentorflow)(?:\[([\w,]+)\])?'?", command)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = set(wanted[1].split(",") if wanted and wanted[1] else ())
    return 0 if wanted and extras <= set(project["optional-dependencies"]) else 1


def _ran(
    command: list[str], *, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_SECONDS,
    )


def furnish(folder: Path) -> None:
    """Put into a folder what a checkout has and pages name."""
    shutil.copytree(ROOT / "examples", folder / "examples")
