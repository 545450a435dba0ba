"""Editors know the format from a schema that cannot fall behind the model."""

import json
from pathlib import Path

import jsonschema
import yaml

from mentorflow.definitions import schema
from mentorflow.definitions.load import installed
from unit.definitions.small import SMALL


def test_the_schema_in_the_repository_is_that_of_the_model() -> None:
    assert schema.FILE.read_text(encoding="utf-8") == schema.text(), (
        "run `python -m mentorflow.definitions.schema`"
    )


def test_the_schema_takes_what_the_model_takes() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema.text()))
    lifecycle: Path = installed()["mentorship"].document

    for text in (SMALL, lifecycle.read_text(encoding="utf-8")):
        assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


def test_the_schema_refuses_an_unknown_key() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema.text()))
    document = yaml.safe_load(SMALL)
    document["inital"] = "asked"

    assert not validator.is_valid(document)
