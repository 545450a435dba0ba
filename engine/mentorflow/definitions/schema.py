"""Writes the JSON Schema of workflow documents, by which editors complete and check them."""

import json
from pathlib import Path
from typing import Any

from mentorflow.definitions.document import Document

FILE = Path(__file__).with_name("workflow.schema.json")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a workflow document."""
    found = Document.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **found,
        "title": "mentorflow workflow",
    }


def text() -> str:
    """Return the schema as it stands in its file."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
