"""The program as a whole: its help, its version, and commands that other packages bring."""

import subprocess
import sys
from pathlib import Path

import pytest

from integration.cli.program import Commands, Program
from integration.cli.seed import Seed
from mentorflow import __version__

DEAR = (
    "alembic",
    "jinja2",
    "psycopg",
    "pydantic",
    "sqlalchemy",
    "sqlmodel",
    "structlog",
    "transitions",
)
COMMANDS = (
    ("list",),
    ("show",),
    ("send",),
    ("history",),
    ("upcoming",),
    ("explain",),
    ("events",),
    ("escalations", "list"),
    ("escalations", "ack"),
    ("escalations", "snooze"),
    ("run",),
    ("check",),
    ("diagram",),
    ("db", "upgrade"),
    ("db", "status"),
    ("timings", "list"),
    ("messages", "list"),
    ("messages", "show"),
)


def test_help_is_there_before_anything_dear_is_imported() -> None:
    code = (
        "import sys\nfrom mentorflow.cli import main\nstatus = main(['--help'])\n"
        f"print(status, [name for name in {DEAR} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from mentorflow.cli import main

    status = main([*command, "--help"])

    text = " ".join(capsys.readouterr().out.split())
    assert status == 0
    assert f"Example: mentorflow {' '.join(command)}" in text
    assert "--db" in text
    assert "--json" in text


def test_a_process_answers_in_its_status_and_in_one_document(program: Program, seed: Seed) -> None:
    listed = program.json("list")
    refused = program.json("history", b"\xff\xfe")
    wrong = program.json("list", "--limit", "many")

    assert [one["id"] for one in listed.document] == list(seed.ids.values())
    assert [answer.status for answer in (listed, refused, wrong)] == [0, 1, 2]
    assert [answer.error["code"] for answer in (refused, wrong)] == ["invalid_payload", "usage"]
    assert [answer.stderr for answer in (listed, refused, wrong)] == ["", "", ""]


def test_it_says_its_version(commands: Commands) -> None:
    assert commands("--version").stdout == f"mentorflow {__version__}\n"


def test_without_a_command_it_shows_its_help(commands: Commands) -> None:
    answer = commands()

    assert answer.status == 2
    assert "Usage: mentorflow" in answer.stdout


@pytest.mark.parametrize("command", ["serve"])
def test_a_command_still_to_come_says_so(commands: Commands, command: str) -> None:
    answer = commands.json(command, "--processes", "4")

    assert answer.status == 1
    if answer.error["code"] != "missing_extra":
        assert answer.error["code"] == "not_in_this_version"
        assert f"is not in mentorflow {__version__}" in answer.error["reason"]


def test_a_package_that_is_broken_does_not_break_the_program(
    program: Program, tmp_path: Path
) -> None:
    packages = tmp_path / "packages"
    _install(
        packages,
        "broken",
        {
            "needy": "raise ModuleNotFoundError(\"No module named 'dramatiq'\", name='dramatiq')",
            "wrong": "1 / 0",
            "fine": "def add_to(app):\n    app.command('greet')(lambda: print('hello'))",
        },
    )
    extended = Program(
        db=program.db, folder=program.folder, environment={"PYTHONPATH": str(packages)}
    )

    assert extended.json("list").status == 0
    assert extended("greet").stdout == "hello\n"
    needy = extended.json("needy", "any", "--thing")
    assert (needy.status, needy.error["code"]) == (1, "missing_extra")
    assert "mentorflow[workers]" in needy.error["reason"]
    wrong = extended("wrong")
    assert wrong.status == 1
    assert "division by zero" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def _install(folder: Path, name: str, modules: dict[str, str]) -> None:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [f"{module} = {name}_{module}:add_to" for module in modules]
    (info / "entry_points.txt").write_text("\n".join(["[mentorflow.commands]", *lines, ""]))
    for module, source in modules.items():
        (folder / f"{name}_{module}.py").write_text(f"{source}\n")
