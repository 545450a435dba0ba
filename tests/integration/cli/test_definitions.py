"""`mentorflow check` and `diagram`: whether a document holds up, and how it looks."""

from pathlib import Path

import pytest

from integration.cli.program import Commands
from mentorflow.definitions.load import installed


@pytest.fixture
def document() -> str:
    return installed()["mentorship"].document.read_text(encoding="utf-8")


def test_the_workflow_that_ships_holds_up(commands: Commands) -> None:
    checked = commands.json("check", str(installed()["mentorship"].document))

    assert (checked.status, checked.stderr) == (0, "")
    assert [one for one in checked.document if one["severity"] == "error"] == []


def test_findings_have_their_place_and_errors_their_status(
    commands: Commands, tmp_path: Path, document: str
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(document.replace("initial: contact", "initial: kontact", 1), encoding="utf-8")
    in_json = commands.json("check", str(file))
    in_words = commands("check", str(file))

    assert (in_json.status, in_words.status) == (1, 1)
    finding = next(one for one in in_json.document if one["path"] == "initial")
    assert list(finding) == ["severity", "file", "line", "path", "message", "hint"]
    assert "contact" in finding["hint"]
    assert f"{file}:{finding['line']}: error: initial:" in in_words.stdout


def test_a_document_that_cannot_be_understood_has_findings_too(
    commands: Commands, tmp_path: Path
) -> None:
    (tmp_path / "broken.yaml").write_text("workflow: [x\n")
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "other.yaml").write_text("workflow: other\nversion: many\n")

    for name in ("broken.yaml", "empty.yaml", "other.yaml"):
        checked = commands.json("check", name)
        assert checked.status == 1
        assert {one["severity"] for one in checked.document} == {"error"}


def test_a_file_that_is_not_there_is_refused(commands: Commands) -> None:
    answer = commands.json("check", "nothing.yaml")

    assert (answer.status, answer.error["code"]) == (1, "workflow_invalid")


def test_a_diagram_is_mermaid_or_svg_on_stdout_or_in_a_file(
    commands: Commands, tmp_path: Path
) -> None:
    mermaid = commands("diagram")
    svg = commands.json("diagram", "--format", "svg", "--output", "drawing.svg")

    assert "stateDiagram-v2" in mermaid.stdout
    assert svg.document["output"] == "drawing.svg"
    assert (tmp_path / "drawing.svg").read_text(encoding="utf-8").startswith("<svg")
    assert commands.json("diagram", "--output", "no/such/folder.svg").status == 1
