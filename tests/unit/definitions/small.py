"""A small workflow whose text tests change, and what is then said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from mentorflow.core.workflow import Guard, View, Workflow
from mentorflow.definitions.check import check
from mentorflow.definitions.compile import compiled
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.load import load_document
from mentorflow.definitions.pack import Pack
from mentorflow.errors import WorkflowInvalid

SMALL = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")


class Nothing(BaseModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", json_schema_extra={"examples": [{}]}
    )


class Where(BaseModel):
    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", json_schema_extra={"examples": [{"to": "work"}]}
    )

    to: str


def holds(_: View) -> str | None:
    return None


def changes_nothing(_: View) -> Mapping[str, Any]:
    return {}


@dataclass
class Small:
    """The small workflow as it stands in a file, with its text to be changed."""

    file: Path
    text: str = SMALL
    payloads: dict[str, type[BaseModel]] = field(default_factory=dict)
    guards: dict[str, Guard] = field(default_factory=dict)

    def change(self, old: str, new: str) -> "Small":
        assert old in self.text, f"the small workflow has no {old!r}"
        self.text = self.text.replace(old, new, 1)
        return self

    def line_of(self, part: str) -> int:
        return self.text[: self.text.index(part)].count("\n") + 1

    @property
    def pack(self) -> Pack:
        self.file.write_text(self.text, encoding="utf-8")
        return Pack(
            document=self.file,
            payloads=self.payloads,
            guards=self.guards,
            records={"note_guide": changes_nothing, "note_call": changes_nothing},
        )

    def compiled(self) -> Workflow:
        pack = self.pack
        return compiled(load_document(pack.document), pack)

    def problems(self) -> list[str]:
        """What is said of the document when it is read, with its file cut down to its name."""
        try:
            load_document(self.pack.document)
        except WorkflowInvalid as error:
            return [problem.replace(str(self.file), self.file.name) for problem in error.problems]
        return []

    def findings(self) -> list[Finding]:
        return check(load_document(self.pack.document))

    def findings_with_pack(self) -> list[Finding]:
        pack = self.pack
        return check(load_document(pack.document), pack)

    def only_finding(self) -> str:
        (finding,) = self.findings()
        return str(finding).replace(str(self.file), self.file.name)
